"""Adds OpenDP's noise to exact figures, for the same bounds and the same budget as Adyton's, and prints the figures.

    noise_yardstick.py REQUEST

REQUEST is a JSON file: epsilon, delta, and for each figure `sensitivity` (the L2 distance by which one user changes all
its groups together) and `exact` (its values as whole numbers). OpenDP leaves no user out and knows all groups, which
favours it: its figures are off by nothing but its noise.
"""

import json
import math
import sys

import opendp.prelude as dp

dp.enable_features("contrib")

with open(sys.argv[1]) as file:
    request = json.load(file)
figures = request["figures"]


def measurement(figure, scale):
    """The discrete Gaussian mechanism on the figure's values, with a scale in units of its sensitivity."""
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l2_distance(T=float)
    return dp.m.make_gaussian(*space, scale=scale * figure["sensitivity"])


def rho(scale):
    """The loss of all figures: their losses as OpenDP computes them, added up."""
    return sum(measurement(figure, scale).map(figure["sensitivity"]) for figure in figures)


def epsilon(loss):
    """OpenDP's epsilon for a loss, at the delta of the request."""
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l2_distance(T=float)
    unit = dp.m.make_gaussian(*space, scale=math.sqrt(1 / (2 * loss)))
    converted = dp.c.make_zCDP_to_approxDP(unit)
    return converted.map(1.0).epsilon(delta=request["delta"])


# The smallest scale within the budget.
low, high = 1e-3, 1e6
for _ in range(60):
    middle = math.sqrt(low * high)
    if epsilon(rho(middle)) <= request["epsilon"]:
        high = middle
    else:
        low = middle
print(json.dumps({
    "scale": high,
    "noisy": [[measurement(figure, high)(figure["exact"]) for _ in range(request["rounds"])] for figure in figures],
}))
