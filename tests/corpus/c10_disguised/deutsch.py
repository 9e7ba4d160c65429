# %%
import numpy as np
zufall = np.random.default_rng(2023)
eingabe = zufall.normal(size=(15, 3))
soll = np.tanh(eingabe[:, :1]) + 0.2 * eingabe[:, 1:2] ** 2
gewichte = {"G1": zufall.normal(size=(3, 5)) * 0.5, "s1": zufall.normal(size=5) * 0.1,
            "G2": zufall.normal(size=(5, 1)) * 0.5, "s2": np.zeros(1)}
# %%
def vorwaerts(eingabe, gewichte):
    verdeckt = np.tanh(eingabe @ gewichte["G1"] + gewichte["s1"])
    return verdeckt @ gewichte["G2"] + gewichte["s2"], verdeckt
# %%
def fehlerfunktion(ist, soll):
    return np.sum((ist - soll) ** 2) / (2 * len(soll))
# %%
def rueckwaerts(eingabe, verdeckt, ist, soll, gewichte):
    fehler = (ist - soll) / len(soll)
    ableitung = fehler @ gewichte["G2"].T * (1 - verdeckt ** 2)
    return {"G1": eingabe.T @ ableitung, "s1": ableitung.sum(axis=0), "G2": verdeckt.T @ fehler, "s2": fehler.sum(axis=0)}
# %%
lernrate = 0.1
for durchlauf in range(4):
    ist, verdeckt = vorwaerts(eingabe, gewichte)
    steigung = rueckwaerts(eingabe, verdeckt, ist, soll, gewichte)
    gewichte = {name: gewichte[name] - lernrate * steigung[name] for name in gewichte}
print("Fehler:", fehlerfunktion(ist, soll))
