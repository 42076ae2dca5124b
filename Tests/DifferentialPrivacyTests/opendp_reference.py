"""What OpenDP says: reads a JSON object of questions from standard input, and writes one of answers.

epsilons      [rho, delta]             -> the epsilon of rho-zCDP at delta
losses        [kind, scale, distance]  -> rho of the discrete Gaussian, or of a noisy maximum, for a sensitivity
samples       [kind, scale, count]     -> numbers of the discrete Gaussian or Laplace distribution
choices       [scores, scale, count]   -> indices of noisy maxima
selections    [scale, threshold, keys] -> the share of keys with one user that appear, and the delta that is stated
"""

import json
import math
import sys

import opendp.prelude as dp

dp.enable_features("contrib", "honest-but-curious")


def noise(kind, scale, count):
    domain = dp.vector_domain(dp.atom_domain(T="i64"), count)
    if kind == "gaussian":
        return dp.m.make_gaussian(domain, dp.l2_distance(T="f64"), scale=scale)
    return dp.m.make_laplace(domain, dp.l1_distance(T="f64"), scale=scale)


def noisy_maximum(scale):
    domain = dp.vector_domain(dp.atom_domain(T="f64", nan=False))
    return dp.m.make_noisy_max(domain, dp.linf_distance(T="f64"), dp.zero_concentrated_divergence(), scale=scale)


def epsilon(rho, delta):
    return dp.c.make_zCDP_to_approxDP(noise("gaussian", 1 / math.sqrt(2 * rho), 1)).map(1.0).epsilon(delta)


def loss(kind, scale, distance):
    mechanism = noise(kind, scale, 1) if kind == "gaussian" else noisy_maximum(scale)
    return mechanism.map(distance)


def selection(scale, threshold, keys):
    domain = dp.map_domain(dp.atom_domain(T="i64"), dp.atom_domain(T="i64"))
    metric = dp.l02inf_distance(dp.absolute_distance(T="f64"))
    mechanism = dp.m.make_gaussian_threshold(domain, metric, scale=scale, threshold=threshold)
    return [len(mechanism({key: 1 for key in range(keys)})), mechanism.map((1, 1.0, 1.0))[1]]


questions = json.load(sys.stdin)
json.dump(
    {
        "epsilons": [epsilon(*question) for question in questions["epsilons"]],
        "losses": [loss(*question) for question in questions["losses"]],
        "samples": [noise(*question)([0] * question[2]) for question in questions["samples"]],
        "choices": [
            [noisy_maximum(scale)(scores) for _ in range(count)] for scores, scale, count in questions["choices"]
        ],
        "selections": [selection(*question) for question in questions["selections"]],
    },
    sys.stdout,
)
