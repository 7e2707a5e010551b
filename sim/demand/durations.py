"""Draws from [0, 1) become durations: by the inverse of each distribution, in scalar arithmetic, rounded once.

Numpy's array ``exp`` and ``log`` differ in the last bit between machines; ``math`` and ``statistics`` do not, so tables
made from the same draws are the same bytes everywhere.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from sim.demand.picking import pick_rows
from sim.scenario.schema import Duration
from sim.vocabulary import MINUTE, NEVER

SMALLEST = 2.0**-54  #: stands for a draw of exactly 0, whose normal quantile would be minus infinity
_quantile = NormalDist().inv_cdf


def exponentials(draws: np.ndarray, mean: float = 1.0) -> np.ndarray:
    """Exponential values with this mean, one for each draw."""
    return -mean * np.fromiter(map(math.log, (1.0 - draws).tolist()), np.float64, len(draws))


def durations_min(duration: Duration, draws: np.ndarray) -> np.ndarray:
    """One duration in minutes for each draw."""
    if duration.distribution == "constant":
        return np.full(len(draws), duration.value_min or 0.0)
    if duration.distribution == "exponential":
        return exponentials(draws, duration.mean_min or 0.0)
    if duration.distribution == "lognormal":
        median, sigma, exp = duration.median_min or 0.0, duration.sigma or 0.0, math.exp
        return median * np.array([exp(sigma * _quantile(u or SMALLEST)) for u in draws.tolist()])
    values = np.array(duration.values_min or [0.0])
    return values[pick_rows(np.array(duration.weights or [1.0] * len(values)), draws)]


def durations_us(duration: Duration, draws: np.ndarray, factor: float = 1.0) -> np.ndarray:
    """One duration in whole microseconds for each draw, ``factor`` times as long as the distribution says.

    Half to even. What does not fit into the clock never ends.
    """
    return np.minimum(np.rint(durations_min(duration, draws) * factor * MINUTE), NEVER).astype(np.int64)
