"""Estimates and their 95 % intervals over replications. Pure functions of arrays; NaN: no value, or no interval.

Replications are independent, so intervals rest on them: Student's t where each replication gives a value of its own
(Law 2015, Simulation Modeling and Analysis, 9.4), and the jackknife that leaves out one replication at a time where a
ratio or quantile is taken of all together (Miller 1974, Biometrika 61(1)). With one replication there is no interval.
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


def jackknife(pooled: np.ndarray, left_out: np.ndarray, own: np.ndarray, level: float = LEVEL) -> Estimate:
    """Of a statistic of all replications (G,), of all but one (R, G), and of each on its own (R, G)."""
    replications = len(left_out)
    with np.errstate(invalid="ignore"):
        off = left_out - left_out.sum(axis=0) / replications
        error = np.sqrt((off**2).sum(axis=0) * ((replications - 1) / replications))
    half = student(np.full(pooled.shape, replications - 1), level) * error
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


def quantile(
    values: np.ndarray, group: np.ndarray, replication: np.ndarray, shape: tuple[int, int], q: float
) -> Estimate:
    """Of ``values`` that belong to a group and a replication each, ``shape`` = (R, G): quantiles of each group.

    Linear between order statistics, as numpy's default. All quantiles with one replication left out come of one sort:
    among the values of a group in order, the k-th that is not of replication r stands at k plus the number of values
    of r that have at most k others before them.
    """
    R, G = shape
    order = np.lexsort((replication, values, group))
    values, group, replication = values[order], group[order], replication[order]
    size = np.bincount(group, minlength=G)
    start = np.cumsum(size) - size
    cell = replication * G + group
    held = np.bincount(cell, minlength=R * G).reshape(R, G)
    place = np.arange(len(values)) - start[group]
    before = place - _running_count(cell)  # values of other replications before this one
    pooled = _at_rank(values, start, size, q, lambda k: k)

    def without(k: np.ndarray) -> np.ndarray:
        return k + np.bincount(cell, weights=before <= k.reshape(-1)[cell], minlength=R * G).reshape(R, G).astype(
            np.int64
        )

    left_out = _at_rank(values, start, size - held, q, without)
    by_cell = np.lexsort((values, cell))
    first = np.cumsum(held.reshape(-1)) - held.reshape(-1)
    own = _at_rank(values[by_cell], first.reshape(R, G), held, q, lambda k: k)
    return jackknife(pooled, left_out, own)


def _running_count(cell: np.ndarray) -> np.ndarray:
    """How many earlier elements are of the same cell."""
    order = np.argsort(cell, kind="stable")
    sorted_cells = cell[order]
    starts = np.flatnonzero(np.r_[True, sorted_cells[1:] != sorted_cells[:-1]]) if len(cell) else np.zeros(0, np.int64)
    run = np.arange(len(cell)) - np.repeat(starts, np.diff(np.r_[starts, len(cell)]))
    counted = np.empty(len(cell), np.int64)
    counted[order] = run
    return counted


def _at_rank(values: np.ndarray, start: np.ndarray, size: np.ndarray, q: float, place) -> np.ndarray:
    """The quantile of runs of ``size`` sorted values; ``place`` turns ranks into places from ``start``. NaN: empty."""
    if not len(values):
        return np.full(size.shape, np.nan)
    last = np.maximum(size - 1, 0)
    exact = last * q
    low = np.floor(exact).astype(np.int64)
    part = exact - low
    high = np.minimum(low + 1, last)
    end = len(values) - 1
    below, above = (values[np.minimum(start + place(rank), end)] for rank in (low, high))
    return np.where(size > 0, below + (above - below) * part, np.nan)
