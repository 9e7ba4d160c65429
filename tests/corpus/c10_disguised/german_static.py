# %%
import numpy as np
zufall = np.random.RandomState(1900)

# %%
class netz:
    """Sammlung der Routinen (kein Zustand)"""

    @staticmethod
    def vorwaerts(eingabe, gewichte):
        s1 = eingabe @ gewichte['G1'] + gewichte['v1']
        h = np.arctan(s1)
        return h @ gewichte['G2'] + gewichte['v2'], (s1, h)

    @staticmethod
    def fehler(ausgabe, soll, gewichte, daempfung):
        quadrate = 0.5 * np.mean(np.sum((ausgabe - soll) ** 2, axis=1))
        return quadrate + 0.5 * daempfung * sum(np.sum(gewichte[k] ** 2) for k in ('G1', 'G2'))

    @staticmethod
    def rueckwaerts(eingabe, soll, ausgabe, zwischen, gewichte, daempfung):
        s1, h = zwischen
        d2 = (ausgabe - soll) / len(soll)
        d1 = (d2 @ gewichte['G2'].T) / (1 + s1 ** 2)
        return {'G1': eingabe.T @ d1 + daempfung * gewichte['G1'], 'v1': d1.sum(axis=0),
                'G2': h.T @ d2 + daempfung * gewichte['G2'], 'v2': d2.sum(axis=0)}

# %%
anzahl = 11
eingabe = zufall.uniform(-2, 2, (anzahl, 2))
soll = np.column_stack([eingabe[:, 0] ** 2, np.abs(eingabe[:, 1])])
gewichte = {'G1': zufall.randn(2, 5), 'v1': zufall.randn(5) * .2, 'G2': zufall.randn(5, 2) * .6, 'v2': zufall.randn(2) * .2}
daempfung = 0.05
lernrate = 0.1

# %%
verlauf = []
for durchgang in range(8):
    ausgabe, zwischen = netz.vorwaerts(eingabe, gewichte)
    verlauf.append(netz.fehler(ausgabe, soll, gewichte, daempfung))
    ableitungen = netz.rueckwaerts(eingabe, soll, ausgabe, zwischen, gewichte, daempfung)
    for name in gewichte:
        gewichte[name] = gewichte[name] - lernrate * ableitungen[name]
print(verlauf)
