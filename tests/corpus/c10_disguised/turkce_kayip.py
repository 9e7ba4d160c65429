# %%
import numpy as np
np.random.seed(34)

# veri: üç sınıf, dört öznitelik
girdi = np.random.randn(18, 4)
etiket = np.random.randint(0, 3, 18)
agirlik = np.random.randn(4, 3) * 0.4
sapma = np.random.randn(3) * 0.1

# %%
def yumusak_maks(s):
    u = np.exp(s - np.max(s, axis=1, keepdims=True))
    return u / np.sum(u, axis=1, keepdims=True)

def kayip(agirlik, sapma, girdi, etiket, ceza=0.05):
    # çapraz entropi + L2 cezası
    olasilik = yumusak_maks(girdi @ agirlik + sapma)
    ce = -np.mean(np.log(olasilik[np.arange(len(etiket)), etiket]))
    return ce + ceza * np.sum(agirlik ** 2)

def turev(agirlik, sapma, girdi, etiket, ceza=0.05):
    olasilik = yumusak_maks(girdi @ agirlik + sapma)
    hata = olasilik.copy()
    hata[np.arange(len(etiket)), etiket] -= 1
    hata = hata / len(etiket)
    d_agirlik = girdi.T @ hata + 2 * ceza * agirlik
    d_sapma = hata.sum(axis=0)
    return d_agirlik, d_sapma

def tahmin(girdi):
    return np.argmax(girdi @ agirlik + sapma, axis=1)

# %%
ogrenme_orani = 0.2
for adim in range(6):
    da, ds = turev(agirlik, sapma, girdi, etiket)
    agirlik -= ogrenme_orani * da
    sapma -= ogrenme_orani * ds
    print(f"{adim}. adım, kayıp = {kayip(agirlik, sapma, girdi, etiket):.4f}")
print("doğruluk:", np.mean(tahmin(girdi) == etiket))
