# %%
import numpy as np

# Übung 4: zweischichtiges Netz von Hand
zufall = np.random.RandomState(2023)
eingaben = zufall.randn(20, 4)
ziele = np.column_stack([np.sin(eingaben[:, 0]), eingaben[:, 1] * eingaben[:, 2]])

# %%
gewichte1 = zufall.randn(4, 5) * 0.5
schwelle1 = zufall.randn(5) * 0.1
gewichte2 = zufall.randn(5, 2) * 0.5
schwelle2 = zufall.randn(2) * 0.1

# %%
def vorwaerts(x, gewichte1, schwelle1, gewichte2, schwelle2):
    """Gibt Ausgabe und versteckte Schicht zurück."""
    versteckt = np.tanh(x @ gewichte1 + schwelle1)
    ausgabe = versteckt @ gewichte2 + schwelle2
    return ausgabe, versteckt

def verlust(ausgabe, ziele):
    # mittlerer quadratischer Fehler (halbiert)
    return np.sum((ausgabe - ziele) ** 2) / (2 * len(ziele))

def rueckwaerts(x, ziele, ausgabe, versteckt, gewichte2):
    delta2 = (ausgabe - ziele) / len(ziele)
    delta1 = (delta2 @ gewichte2.T) * (1 - versteckt ** 2)
    return {
        "gewichte1": x.T @ delta1,
        "schwelle1": np.sum(delta1, axis=0),
        "gewichte2": versteckt.T @ delta2,
        "schwelle2": np.sum(delta2, axis=0),
    }

def genauigkeit(ausgabe, ziele, toleranz=0.5):
    return np.mean(np.abs(ausgabe - ziele) < toleranz)

# %% Lernschleife
lernrate = 0.1
verlauf = []
for schritt in range(10):
    ausgabe, versteckt = vorwaerts(eingaben, gewichte1, schwelle1, gewichte2, schwelle2)
    steigungen = rueckwaerts(eingaben, ziele, ausgabe, versteckt, gewichte2)
    verlauf.append(verlust(ausgabe, ziele))
    gewichte1 = gewichte1 - lernrate * steigungen["gewichte1"]
    schwelle1 = schwelle1 - lernrate * steigungen["schwelle1"]
    gewichte2 = gewichte2 - lernrate * steigungen["gewichte2"]
    schwelle2 = schwelle2 - lernrate * steigungen["schwelle2"]
print(verlauf[-1], genauigkeit(ausgabe, ziele))
