"""One server: any law of service (M/G/1), calls at fixed intervals (D/M/1), and the moments of the laws of service."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, above_zero, at_least_zero, row


class Moments(NamedTuple):
    """Mean and mean square of a duration."""

    mean: float
    second: float


class Regular(NamedTuple):
    """Chance to have to wait, and mean time in line of all calls."""

    delayed: float
    wait: float


def wait_mean(arrival: float, mean: float, second_moment: float) -> float:
    """Mean time in line, first come first served; inf when overloaded.

    arrival * second_moment / (2 (1 - arrival * mean)): Pollaczek 1930, Khinchine 1932.
    """
    arrival, mean = at_least_zero("arrival", arrival), at_least_zero("mean", mean)
    if at_least_zero("second_moment", second_moment) < mean * mean * (1 - 1e-12):
        raise ValueError(f"the second moment {second_moment} is below the square of the mean {mean}")
    busy = arrival * mean
    return math.inf if busy >= 1 else arrival * second_moment / (2 * (1 - busy))


def regular(arrival: float, service: float) -> Regular:
    """One server of exponential service at rate ``service``, and calls every 1 / ``arrival`` exactly (D/M/1).

    The chance to have to wait is the root below 1 of s = exp(-(1 - s) service / arrival), by Newton's method from 0,
    which climbs to it; the wait is s / (service (1 - s)) (Kendall 1953, Annals of Mathematical Statistics 24(3)).
    Overloaded: 1 and inf.
    """
    ratio = above_zero("service", service) / above_zero("arrival", arrival)
    if ratio <= 1:
        return Regular(1.0, math.inf)
    root, last = 0.0, -1.0
    while root > last:
        power = math.exp(-(1 - root) * ratio)
        last, root = root, root + (power - root) / (1 - ratio * power)
    return Regular(last, last / (service * (1 - last)))


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
