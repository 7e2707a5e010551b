"""One server with any law of service (M/G/1), and the two moments of the laws that the program knows."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, above_zero, at_least_zero, row


class Moments(NamedTuple):
    """Mean and mean square of a duration."""

    mean: float
    second: float


def wait_mean(arrival: float, mean: float, second_moment: float) -> float:
    """Mean time in line, first come first served; inf when overloaded.

    arrival * second_moment / (2 (1 - arrival * mean)): Pollaczek 1930, Khinchine 1932.
    """
    arrival, mean = at_least_zero("arrival", arrival), at_least_zero("mean", mean)
    if at_least_zero("second_moment", second_moment) < mean * mean * (1 - 1e-12):
        raise ValueError(f"the second moment {second_moment} is below the square of the mean {mean}")
    busy = arrival * mean
    return math.inf if busy >= 1 else arrival * second_moment / (2 * (1 - busy))


def constant(value: float) -> Moments:
    """Always ``value``."""
    value = at_least_zero("value", value)
    return Moments(value, value * value)


def exponential(mean: float) -> Moments:
    """Exponential with this mean."""
    mean = above_zero("mean", mean)
    return Moments(mean, 2 * mean * mean)


def lognormal(median: float, sigma: float) -> Moments:
    """Log-normal with this median; ``sigma`` is the standard deviation of the logarithm."""
    median, variance = above_zero("median", median), at_least_zero("sigma", sigma) ** 2
    return Moments(median * math.exp(variance / 2), median * median * math.exp(2 * variance))


def empirical(values: Numbers, weights: Numbers | None = None) -> Moments:
    """One of ``values``, chosen by ``weights`` (alike if left out)."""
    values = row("values", values)
    weights = np.ones(len(values)) if weights is None else row("weights", weights, size=len(values))
    if not weights.sum():
        raise ValueError("weights must not all be 0")
    share = weights / weights.sum()
    return Moments(float(share @ values), float(share @ values**2))


def mixture(shares: Numbers, parts: list[Moments]) -> Moments:
    """Of a duration that follows the law ``parts[i]`` with chance in proportion to ``shares[i]``."""
    shares = row("shares", shares, size=len(parts))
    if not shares.sum():
        raise ValueError("shares must not all be 0")
    mean, second = (shares / shares.sum()) @ np.array(parts)
    return Moments(float(mean), float(second))
