"""Markov chains whose rates repeat every day: Kolmogorov's equations, integrated until days are alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.theory.rates import Rate

SAME_DAY = (
    1e-11  # change of the state from one day to the next, summed over the chances, at which it counts as periodic
)
MOST_DAYS = 3000
RESOLUTION = 0.8  # events in a step of integration, at most; waits are then right to some 1e-7 of themselves
SAMPLES = 60  # steps of an hour are a multiple of this, and even


class Hour(NamedTuple):
    """A part of the day in which nothing but the arrival rate changes.

    slope: change of the chances, given arrival rate and chances. service: greatest rate at which calls end. watched:
    (curves, states) what to follow, as sums of chances.
    """

    slope: Callable[[float, np.ndarray], np.ndarray]
    service: float
    watched: np.ndarray


class Curves(NamedTuple):
    """times, rate: (hours, steps + 1), both ends of each hour. watched: (curves, hours, steps + 1)."""

    times: np.ndarray
    rate: np.ndarray
    watched: np.ndarray


def periodic(
    rate: Rate, hours: list[Hour], start: np.ndarray, carry: Callable[[int, np.ndarray], np.ndarray]
) -> Curves:
    """A day of the periodic state. ``start``: chances at the end of the day's last hour to begin with.

    ``carry(hour, chances)`` is the state at the beginning of an hour, given that at the end of the one before.
    Runge-Kutta of order 4 with equal steps. Raises ArithmeticError if days do not become alike.
    """
    width = rate.period / len(hours)
    begins = width * np.arange(len(hours))
    peak = max(rate.along(begin, begin + width, SAMPLES).max() for begin in begins)
    steps = SAMPLES * math.ceil((peak + max(hour.service for hour in hours)) * width / RESOLUTION / SAMPLES)
    rates = np.array([rate.along(begin, begin + width, 2 * steps) for begin in begins])
    watched = np.zeros((len(hours[0].watched), len(hours), steps + 1))
    chances, step = start, width / steps
    for _ in range(MOST_DAYS):
        before = chances
        for number, hour in enumerate(hours):
            chances = carry(number, chances)
            watched[:, number, 0] = hour.watched @ chances
            for k in range(steps):
                first, middle, last = rates[number, 2 * k : 2 * k + 3]
                a = hour.slope(first, chances)
                b = hour.slope(middle, chances + (step / 2) * a)
                c = hour.slope(middle, chances + (step / 2) * b)
                d = hour.slope(last, chances + step * c)
                chances = chances + (step / 6) * (a + 2 * (b + c) + d)
                watched[:, number, k + 1] = hour.watched @ chances
        if np.abs(chances - before).sum() < SAME_DAY:
            times = begins[:, None] + np.linspace(0, width, steps + 1)
            return Curves(times, rates[:, ::2], watched)
    raise ArithmeticError(f"the state still changes from day to day after {MOST_DAYS} days")


def integral(curves: np.ndarray, width: float) -> np.ndarray:
    """Over each hour of ``width``: Simpson's rule along the last axis, which has an odd number of points."""
    ends, odd, even = curves[..., 0] + curves[..., -1], curves[..., 1::2].sum(axis=-1), curves[..., 2:-1:2].sum(axis=-1)
    return (ends + 4 * odd + 2 * even) * width / (3 * (curves.shape[-1] - 1))
