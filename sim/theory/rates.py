"""Arrival rates that repeat after a period, a day unless said otherwise: a sine, or steps such as hours."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, above_zero, at_least_zero, row, whole


class Sine(NamedTuple):
    """mean + amplitude * sin(2 pi (t - start) / period), never below 0."""

    mean: float
    amplitude: float
    period: float = 24.0
    start: float = 0.0

    def __call__(self, times: np.ndarray) -> np.ndarray:
        """The rate at each time."""
        return self.mean + self.amplitude * np.sin(2 * np.pi * (np.asarray(times, float) - self.start) / self.period)

    def along(self, begin: float, end: float, count: int) -> np.ndarray:
        """(count + 1,) rates at equal steps from begin to end."""
        return self(np.linspace(begin, end, count + 1))

    def average(self, begin: float, end: float) -> float:
        """Mean rate between two times."""
        turn = 2 * math.pi / self.period
        risen = math.cos(turn * (begin - self.start)) - math.cos(turn * (end - self.start))
        return self.mean + self.amplitude * risen / (turn * (end - begin))


class Steps(NamedTuple):
    """values[k] during the k-th of equal parts of the period."""

    values: tuple[float, ...]
    period: float = 24.0

    def __call__(self, times: np.ndarray) -> np.ndarray:
        """The rate at each time; at the end of a part that of the next."""
        part = np.floor(np.asarray(times, float) / self.period * len(self.values)).astype(int)
        return np.array(self.values)[part % len(self.values)]

    def along(self, begin: float, end: float, count: int) -> np.ndarray:
        """(count + 1,) rates at equal steps from begin to end, which lie in one part: that of the middle."""
        return np.repeat(self(np.array([(begin + end) / 2])), count + 1)

    def average(self, begin: float, end: float) -> float:
        """Mean rate between two times."""
        return (self._arrived(end) - self._arrived(begin)) / (end - begin)

    def _arrived(self, time: float) -> float:
        """Mean number of arrivals from 0 to a time, negative ones too."""
        width = self.period / len(self.values)
        days, rest = divmod(time, self.period)
        part = min(int(rest / width), len(self.values) - 1)
        within = math.fsum(self.values[:part]) * width + self.values[part] * (rest - part * width)
        return days * math.fsum(self.values) * width + within


Rate = Sine | Steps


def as_rate(rate: Rate | float | Numbers) -> Rate:
    """A number as a rate that stays the same, a list as the steps of a day. ValueError for one that falls below 0."""
    if isinstance(rate, Sine):
        above_zero("the rate's period", rate.period)
        if not at_least_zero("the rate's mean", rate.mean) >= abs(rate.amplitude):
            raise ValueError(f"a rate must not fall below 0: amplitude {rate.amplitude} exceeds the mean {rate.mean}")
        return rate
    if isinstance(rate, Steps):
        above_zero("the rate's period", rate.period)
        return Steps(tuple(row("rate", rate.values)), rate.period)
    return Steps(tuple(row("rate", np.atleast_1d(np.asarray(rate, float)))))


def parts(rate: Rate, others: int) -> int:
    """The least number of equal parts of the period in which neither the rate's steps nor ``others`` steps change."""
    return math.lcm(whole("parts", others), len(rate.values) if isinstance(rate, Steps) else 1)
