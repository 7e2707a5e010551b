"""Units without limit: every call is served at once, so the number busy shows what demand asks for."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, above_zero, at_least_zero, row
from sim.theory.rates import Rate, Sine, Steps, as_rate


class Spread(NamedTuple):
    """Mean and variance of a number of busy units."""

    mean: float
    variance: float


def busy_mean(arrival: float, mean: float) -> float:
    """Mean of the number busy of M/G/inf, which is Poisson whatever the law of service: arrival * mean."""
    return at_least_zero("arrival", arrival) * at_least_zero("mean", mean)


def batches(arrival: float, mean: float, sizes: Numbers, shares: Numbers) -> Spread:
    """Of the units busy where a call takes ``sizes[i]`` of them with chance ``shares[i]`` and frees them together.

    Calls in service are Poisson, so units are compound Poisson: arrival * mean * E[size], and * E[size^2].
    """
    sizes = row("sizes", sizes)
    shares = row("shares", shares, size=len(sizes))
    if abs(shares.sum() - 1) > 1e-9:
        raise ValueError(f"shares must add up to 1, not {shares.sum()}")
    calls = busy_mean(arrival, mean)
    return Spread(calls * float(shares @ sizes), calls * float(shares @ sizes**2))


def busy_at(times: Numbers, rate: Rate | float | Numbers, service_mean: float) -> np.ndarray:
    """(times,) mean of the number busy of M_t/M/inf, which is Poisson, long after the start.

    The solution of m' = rate - m / service_mean: behind a sine rate m is damped and lags (Eick, Massey & Whitt 1993,
    Management Science 39(2)); within a step it decays to rate * service_mean.
    """
    rate, mean = as_rate(rate), above_zero("service_mean", service_mean)
    times = np.asarray(times, float)
    if isinstance(rate, Sine):
        turn = 2 * math.pi * mean / rate.period
        angle = 2 * math.pi * (times - rate.start) / rate.period
        wave = (np.sin(angle) - turn * np.cos(angle)) / (1 + turn * turn)
        return mean * (rate.mean + rate.amplitude * wave)
    return _after_steps(times, rate, mean)


def _after_steps(times: np.ndarray, rate: Steps, mean: float) -> np.ndarray:
    width = rate.period / len(rate.values)
    kept = math.exp(-width / mean)
    end = 0.0  # at the end of a day that began with nobody; before it were such days without end
    for value in rate.values:
        end = end * kept + value * mean * (1 - kept)
    begins = [end / -math.expm1(-rate.period / mean)]
    for value in rate.values:
        begins.append(begins[-1] * kept + value * mean * (1 - kept))
    part, since = np.divmod(times % rate.period, width)
    part = np.minimum(part.astype(int), len(rate.values) - 1)
    level = np.array(rate.values)[part] * mean
    return level + (np.array(begins)[part] - level) * np.exp(-since / mean)
