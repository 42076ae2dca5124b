print("adyton")
