# %%
import functools
import numpy as np

zufall = np.random.default_rng(49)

def zaehle_aufrufe(fkt):
    @functools.wraps(fkt)
    def huelle(*args, **kwargs):
        huelle.aufrufe += 1
        return fkt(*args, **kwargs)
    huelle.aufrufe = 0
    return huelle

# %% Messreihe
eingaben = zufall.normal(size=(12, 3))
klassen = zufall.integers(0, 2, size=(12, 1)).astype(float)

gewichte = {
    "G1": zufall.normal(size=(3, 4)) * .7,
    "v1": zufall.normal(size=(1, 4)) * .2,
    "G2": zufall.normal(size=(4, 1)) * .7,
    "v2": zufall.normal(size=(1, 1)) * .2,
}

# %%
def glockenkurve(s):
    return np.exp(-s ** 2)

@zaehle_aufrufe
def vorwaerts(eingaben, gewichte):
    s1 = eingaben @ gewichte["G1"] + gewichte["v1"]
    a1 = glockenkurve(s1)
    s2 = a1 @ gewichte["G2"] + gewichte["v2"]
    ausgabe = 1 / (1 + np.exp(-s2))
    return ausgabe, (s1, a1)

@zaehle_aufrufe
def kosten(ausgabe, klassen):
    return float(np.mean(-klassen * np.log(ausgabe) - (1 - klassen) * np.log(1 - ausgabe)))

@zaehle_aufrufe
def rueckwaerts(zwischen, ausgabe, eingaben, klassen, gewichte):
    s1, a1 = zwischen
    fehler = (ausgabe - klassen) / len(klassen)
    abl = {}
    abl["G2"] = a1.T @ fehler
    abl["v2"] = fehler.sum(axis=0, keepdims=True)
    verdeckt = fehler @ gewichte["G2"].T * (-2 * s1 * a1)
    abl["G1"] = eingaben.T @ verdeckt
    abl["v1"] = verdeckt.sum(axis=0, keepdims=True)
    return abl

# %%
ausgabe, zwischen = vorwaerts(eingaben, gewichte)
print("Kosten am Anfang:", kosten(ausgabe, klassen))
for schritt in range(5):
    ausgabe, zwischen = vorwaerts(eingaben, gewichte)
    abl = rueckwaerts(zwischen, ausgabe, eingaben, klassen, gewichte)
    gewichte = {k: gewichte[k] - .2 * abl[k] for k in gewichte}
print("danach:", kosten(vorwaerts(eingaben, gewichte)[0], klassen), kosten.aufrufe)
