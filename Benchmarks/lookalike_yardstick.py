"""Prints the areas under the ROC curve of held-out users: by Adyton's scores, and by scikit-learn's logistic regression on
the same features, both learnt from the same other users.

    lookalike_yardstick.py SCORES

SCORES is what `adyton-bench lookalike --scores` has written: seed, held out, score, features.
"""

import json
import sys
import time

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rows = numpy.loadtxt(sys.argv[1], delimiter=",", dtype=numpy.float64, ndmin=2)
seeds, is_held, scores, features = rows[:, 0] == 1, rows[:, 1] == 1, rows[:, 2], rows[:, 3:]
start = time.perf_counter()
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
model.fit(features[~is_held], seeds[~is_held])
seconds = time.perf_counter() - start
print(json.dumps({
    "adyton": roc_auc_score(seeds[is_held], scores[is_held]),
    "scikitLearn": roc_auc_score(seeds[is_held], model.decision_function(features[is_held])),
    "heldOut": int(is_held.sum()), "heldOutSeeds": int((seeds & is_held).sum()), "learntFrom": int((~is_held).sum()),
    "seconds": seconds,
}))
