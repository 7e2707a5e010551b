"""How unequally a good is spread over sectors, and how unequal equal sectors would look: pure functions of arrays.

The Gini coefficient is that of heads: each head has what its sector has on average. It is half the mean difference
between two heads over the mean (Gini 1912; with weights as in Lerman and Yitzhaki 1989, J. Econometrics 42(1)): 0 where
all have the same, (n - 1) / n where one of n equal sectors has all.

Sectors that are served alike still differ by chance, the more the fewer data there are, and a Gini coefficient or the
worst of several never falls below what that makes. The *chance value* is the mean of the statistic over sectors with
one value in common, each off it by an error as large as the one that it has in the data: the deviations between
replications with their signs flipped, in all ways. (Randomisation of signs: Wu 1986, Ann. Statist. 14(4), with the
weights of Liu 1988, Ann. Statist. 16(4); deviations from a jackknife that deletes a group at a time: Kott 2001,
J. Official Statistics 17(4).) Ten groups have 1,024 ways, so that no draw is needed. Of normal errors the chance
value is right from ten replications on, 3 % too small with five, and nearly 30 % with two. Errors are taken as
symmetric: of few and skew data the chance value of a worst sector is some percent off.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.measures.pooling import Estimate, jackknife

GROUPS = 10  #: of replications, at most; 2 ** GROUPS ways to flip signs

Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]


def gini(values: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """(K,) Of (K, S) values that each of ``heads`` (S,) in a sector has. NaN where the mean is not above 0."""
    order = np.argsort(values, axis=1, kind="stable")
    rising, weight = np.take_along_axis(values, order, 1), heads[order]
    up_to = np.cumsum(weight, axis=1)
    total = heads.sum()
    over, under = _sum(weight * rising * (2 * up_to - weight - total)), total * _sum(weight * rising)
    return _over(over, under)


def highest(values: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """(K,) The highest of (K, S) values over the mean of all heads."""
    return _over(values.max(axis=1), _mean(values, heads))


def lowest(values: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """(K,) The lowest of (K, S) values over the mean of all heads."""
    return _over(values.min(axis=1), _mean(values, heads))


def beyond_twice_the_median(values: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """(K,) The share of heads whose value, of (K, S), exceeds twice the median of all heads."""
    order = np.argsort(values, axis=1, kind="stable")
    up_to = np.cumsum(heads[order], axis=1)
    middle = np.argmax(up_to >= heads.sum() / 2, axis=1)
    median = np.take_along_axis(values, order, 1)[np.arange(len(values)), middle]
    return _sum(heads * (values > 2 * median[:, None])) / heads.sum()


STATISTICS: dict[str, Statistic] = {
    "gini": gini,
    "highest": highest,
    "lowest": lowest,
    "beyond": beyond_twice_the_median,
}


def over_sectors(name: str, over: np.ndarray, under: np.ndarray, heads: np.ndarray) -> Estimate:
    """A statistic of what sectors have, ``over / under``, all three sums (R, S); one group, jackknife interval.

    Sectors without heads or with nothing to divide by are left out.
    """
    statistic, R = STATISTICS[name], len(over)
    pooled = _of(statistic, over.sum(axis=0), under.sum(axis=0), heads.sum(axis=0))
    left_out = np.array([_of(statistic, *(_without(sums, r) for sums in (over, under, heads))) for r in range(R)])
    own = np.array([_of(statistic, over[r], under[r], heads[r]) for r in range(R)])
    return jackknife(np.array([pooled]), left_out[:, None], own[:, None])


def by_chance(name: str, over: np.ndarray, under: np.ndarray, heads: np.ndarray) -> float:
    """The chance value of ``over_sectors``. NaN for one replication, which says nothing about errors."""
    kept = (under.sum(axis=0) > 0) & (heads.sum(axis=0) > 0)
    if len(over) < 2 or not kept.any():
        return math.nan
    over, under, heads = (sums[:, kept] for sums in (over, under, heads))
    groups = min(GROUPS, len(over))
    of_group = np.arange(len(over)) % groups
    rest = [np.array([_sum(sums[of_group != g].T) for g in range(groups)]) for sums in (over, under)]
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = rest[0] / rest[1]
    off = left_out - left_out.sum(axis=0) / groups
    errors = np.zeros((1 << groups, over.shape[1]))
    for g in range(groups):  # row k flips the signs of the groups whose bits are set in k
        errors += np.where((np.arange(len(errors)) >> g) & 1, -1.0, 1.0)[:, None] * off[g]
    errors *= math.sqrt((groups - 1) / groups)
    weight = heads.sum(axis=0)
    common = _mean((over.sum(axis=0) / under.sum(axis=0))[None, :], weight)
    found = STATISTICS[name](common + errors, weight)
    return math.fsum(found.tolist()) / len(found)


def _of(statistic: Statistic, over: np.ndarray, under: np.ndarray, heads: np.ndarray) -> float:
    kept = (under > 0) & (heads > 0)
    if not kept.any():
        return math.nan
    return float(statistic((over[kept] / under[kept])[None, :], heads[kept])[0])


def _without(sums: np.ndarray, replication: int) -> np.ndarray:
    return sums.sum(axis=0) - sums[replication]


def _mean(values: np.ndarray, heads: np.ndarray) -> np.ndarray:
    return _sum(heads * values) / heads.sum()


def _sum(values: np.ndarray) -> np.ndarray:
    """(K,) Of the rows of (K, S), from left to right."""
    return np.cumsum(values, axis=1)[:, -1]


def _over(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(under > 0, over / under, np.nan)
