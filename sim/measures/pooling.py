"""Estimates and their 95 % intervals over replications. Pure functions of arrays; NaN: no value, or no interval.

Replications are independent, so intervals rest on them: Student's t where each replication gives a value of its own
(Law 2015, Simulation Modeling and Analysis, 9.4), and the jackknife that leaves out one replication at a time where a
ratio is taken of all together (Miller 1974, Biometrika 61(1)). Of a quantile of all together the interval is Woodruff's
(1952, JASA 47(260)), replications being the clusters: the values at the ends of the interval of the share of values up
to it. (The jackknife of a quantile of few values is erratic.) With one replication there is no interval.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LEVEL = 0.95


class Estimate(NamedTuple):
    """Arrays (G,): one estimate for each group. ``sd`` is over the values of single replications."""

    mean: np.ndarray
    sd: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    replications: np.ndarray  # how many have a value


def student(df: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Quantile of Student's t for a two-sided interval; NaN without a degree of freedom."""
    from scipy.special import stdtrit

    df = np.asarray(df, float)
    return np.where(df > 0, stdtrit(np.maximum(df, 1), 0.5 + level / 2), np.nan)


def spread(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation and count of (R, G) values over replications, NaN left out."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / count
        squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0)
        sd = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
    return mean, sd, count


def mean_of_replications(values: np.ndarray, level: float = LEVEL) -> Estimate:
    """Of (R, G) values, one a replication: the mean and its t interval."""
    mean, sd, count = spread(values)
    half = student(count - 1, level) * sd / np.sqrt(np.maximum(count, 1))
    return Estimate(mean, sd, mean - half, mean + half, count)


def growth(differences: np.ndarray, squares: np.ndarray, level: float = LEVEL) -> Estimate:
    """Of differences of counts (R, G), one a replication, and the sums (R, G) of the squares of their terms.

    The mean and its t interval. Its standard error is that between replications, and at least that of independent
    terms of either sign, so that few replications that happen to agree do not pass for certainty.
    """
    mean, sd, count = spread(differences)
    error = np.maximum(sd / np.sqrt(count), np.sqrt(squares.sum(axis=0)) / count)
    half = student(count - 1, level) * error
    return Estimate(mean, sd, mean - half, mean + half, count)


def jackknife(pooled: np.ndarray, left_out: np.ndarray, own: np.ndarray, level: float = LEVEL) -> Estimate:
    """Of a statistic of all replications (G,), of all but one (R, G), and of each on its own (R, G)."""
    replications = len(left_out)
    with np.errstate(invalid="ignore"):
        off = left_out - left_out.sum(axis=0) / replications
        error = np.sqrt((off**2).sum(axis=0) * ((replications - 1) / replications))
    half = student(np.array(replications - 1), level) * error
    _, sd, count = spread(own)
    return Estimate(pooled, sd, pooled - half, pooled + half, count)


def ratio(over: np.ndarray, under: np.ndarray, level: float = LEVEL) -> Estimate:
    """Of sums (R, G) over sums (R, G): all of the first by all of the second."""
    all_over, all_under = over.sum(axis=0), under.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = np.where(all_under > 0, all_over / all_under, np.nan)
        rest = all_under - under
        left_out = np.where(rest > 0, (all_over - over) / rest, np.nan)
        own = np.where(under > 0, over / under, np.nan)
    return jackknife(pooled, left_out, own, level)


def per_point(cost: np.ndarray, hits: np.ndarray, among: np.ndarray, level: float = LEVEL) -> Estimate:
    """Of costs (R, G) and counts (R, G): the mean cost by the percentage points that ``hits`` are of ``among``."""
    R = len(cost)

    def quotient(costs: np.ndarray, count: int, hit: np.ndarray, all_: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(hit > 0, costs / count / (100 * hit / all_), np.nan)

    all_of = [sums.sum(axis=0) for sums in (cost, hits, among)]
    pooled = quotient(all_of[0], R, *all_of[1:])
    left_out = quotient(all_of[0] - cost, max(R - 1, 1), all_of[1] - hits, all_of[2] - among)
    return jackknife(pooled, left_out, quotient(cost, 1, hits, among), level)


class Ranks:
    """``values`` that belong to a group and a replication each, ``shape`` = (R, G), in order: quantiles of each group.

    Quantiles are linear between order statistics, as numpy's default.
    """

    def __init__(self, values: np.ndarray, group: np.ndarray, replication: np.ndarray, shape: tuple[int, int]) -> None:
        self._shape = R, G = shape
        rising = np.argsort(values, kind="stable")
        cell = (replication * G + group)[rising]
        by_group, by_cell = _stable(group[rising], G), _stable(cell, R * G)
        held = np.bincount(cell, minlength=R * G)
        size = np.bincount(group, minlength=G)
        self._size, self._start = size, np.cumsum(size) - size
        self._held, self._first = held.reshape(shape), (np.cumsum(held) - held).reshape(shape)
        self._pooled, self._own = values[rising][by_group], values[rising][by_cell]
        self._cell, self._group = cell[by_group], group[rising][by_group]

    def quantile(self, q: float, level: float = LEVEL) -> Estimate:
        """Of all replications together. No interval where the values are too few for one at this level."""
        pooled = _at_rank(self._pooled, self._start, self._size, q)
        half = student(np.full(pooled.shape, self._shape[0] - 1), level) * self._error(q, pooled)
        _, sd, count = spread(_at_rank(self._own, self._first, self._held, q))
        with np.errstate(invalid="ignore"):
            enough = (q - half >= 0) & (q + half <= 1) & (count > 1)
        low, high = (
            np.where(enough, _at_rank(self._pooled, self._start, self._size, np.where(enough, rank, q)), np.nan)
            for rank in (q - half, q + half)
        )
        return Estimate(pooled, sd, low, high, count)

    def _error(self, q: float, pooled: np.ndarray) -> np.ndarray:
        """Standard error (G,) of the share of values up to the quantile: between replications, and at least that of
        independent values, so that few replications that happen to agree do not pass for certainty."""
        R, G = self._shape
        up_to = np.bincount(self._cell, weights=self._pooled <= pooled[self._group], minlength=R * G).reshape(R, G)
        with np.errstate(invalid="ignore", divide="ignore"):
            off = up_to - self._held * (up_to.sum(axis=0) / self._size)
            between = np.sqrt((off**2).sum(axis=0) * (R / max(R - 1, 1))) / self._size
            return np.maximum(between, np.sqrt(q * (1 - q) / self._size))


def _stable(codes: np.ndarray, count: int) -> np.ndarray:
    """The order of codes, equal ones as they stand; small codes are sorted by radix."""
    return np.argsort(codes.astype(np.uint16) if count <= 1 << 16 else codes, kind="stable")


def _at_rank(values: np.ndarray, start: np.ndarray, size: np.ndarray, q: float | np.ndarray) -> np.ndarray:
    """The quantile of runs of ``size`` sorted values that begin at ``start``. NaN: an empty run."""
    if not len(values):
        return np.full(size.shape, np.nan)
    last = np.maximum(size - 1, 0)
    exact = last * q
    low = np.floor(exact).astype(np.int64)
    high = np.minimum(low + 1, last)
    end = len(values) - 1
    below, above = (values[np.minimum(start + rank, end)] for rank in (low, high))
    return np.where(size > 0, below + (above - below) * (exact - low), np.nan)
