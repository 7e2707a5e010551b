"""Draws from [0, 1) become durations: by the inverse of each distribution, in scalar arithmetic, rounded once.

Numpy's array ``exp`` and ``log`` differ in the last bit between machines; ``math`` and ``statistics`` do not, so tables
made from the same draws are the same bytes everywhere.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from statistics import NormalDist

from sim.scenario.schema import Duration
from sim.vocabulary import MINUTE, NEVER

SMALLEST = 2.0**-54  #: stands for a draw of exactly 0, whose normal quantile would be minus infinity
_quantile = NormalDist().inv_cdf


def as_us(minutes: float) -> int:
    """Minutes as whole microseconds, half to even; what does not fit into the clock never ends."""
    return min(NEVER, round(minutes * MINUTE))


def exponentials(draws: Sequence[float], mean: float = 1.0) -> list[float]:
    """Exponential values with this mean, one for each draw."""
    log = math.log
    return [-mean * log(1.0 - u) for u in draws]


def durations_min(duration: Duration, draws: Sequence[float]) -> list[float]:
    """One duration in minutes for each draw."""
    if duration.distribution == "constant":
        return [duration.value_min or 0.0] * len(draws)
    if duration.distribution == "exponential":
        return exponentials(draws, duration.mean_min or 0.0)
    if duration.distribution == "lognormal":
        median, sigma, exp = duration.median_min or 0.0, duration.sigma or 0.0, math.exp
        return [median * exp(sigma * _quantile(u or SMALLEST)) for u in draws]
    values = duration.values_min or [0.0]
    running = list(accumulate(duration.weights or [1.0] * len(values)))
    return [values[pick(running, u)] for u in draws]


def durations_us(duration: Duration, draws: Sequence[float], factor: float = 1.0) -> list[int]:
    """One duration in microseconds for each draw, ``factor`` times as long as the distribution says."""
    return [as_us(minutes * factor) for minutes in durations_min(duration, draws)]


def pick(running: Sequence[float], draw: float) -> int:
    """The index that a draw picks from running sums of weights; weights of 0 are never picked."""
    total = running[-1]
    place = bisect_right(running, draw * total)
    return place if place < len(running) else bisect_right(running, math.nextafter(total, 0.0))
