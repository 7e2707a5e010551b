"""Where to put posts: p-median, p-centre, covering and expected covering, to proven optimality; and by greed.

``costs`` is (places, sites): the distance or time from each site to each place of demand; ``weights`` is how much
demand there is at each place. Optima are found by HiGHS (Huangfu & Hall 2018) through ``scipy.optimize.milp``; the
objective is then added up anew from the sites, so that it is not the solver's rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.arguments import Numbers, row, whole

Costs = NDArray[np.float64]
NOWHERE = -1  #: the site of a place that no open site covers


class Placement(NamedTuple):
    """Chosen sites and what they achieve."""

    objective: float
    sites: tuple[int, ...]  # ascending; a site with several units is there as often
    assignment: NDArray[np.int64]  # (places,) the nearest open site, or NOWHERE if none covers the place
    gap: float  # relative, between the objective and the best bound proven: 0 for an optimum, nan for a greedy choice


def all_pairs(edges: Iterable[tuple[int, int, float]], nodes: int) -> Costs:
    """Shortest distances between all of ``nodes`` nodes, numbered from 0, along undirected edges (a, b, length).

    Of several edges between the same two nodes the last counts, as in the files of OR-Library (Beasley 1990). Where
    there is no way the distance is inf. Floyd's algorithm (1962). Raises ``ValueError`` for a node that does not exist
    and for a length below 0.
    """
    distances = np.full((whole("nodes", nodes),) * 2, np.inf)
    for a, b, length in edges:
        if not (0 <= a < nodes and 0 <= b < nodes):
            raise ValueError(f"edge ({a}, {b}) leads to a node that is not in 0..{nodes - 1}")
        if not length >= 0:
            raise ValueError(f"the length of edge ({a}, {b}) must not be below 0, not {length}")
        distances[a, b] = distances[b, a] = length
    np.fill_diagonal(distances, 0.0)
    for via in range(nodes):
        np.minimum(distances, distances[:, via, None] + distances[via], out=distances)
    return distances


# --- means and centres -----------------------------------------------------------------------------------------------


def p_median(costs: ArrayLike, sites: int, weights: Numbers | None = None) -> Placement:
    """The ``sites`` sites with the least weighted sum of costs from each place to its nearest (Hakimi 1964).

    In the form of ReVelle and Swain (1970). Weights are 1 where not given. Raises ``ValueError`` for costs that are not
    finite numbers from 0 on, and for more sites than there are.
    """
    from scipy import sparse

    table, demand = _table(costs, sites), _weights(weights, costs)
    places, count = table.shape
    pairs = places * count
    # columns: the share of place i that site j serves, row by row, then whether j is open
    serves = sparse.kron(sparse.eye_array(places), np.ones((1, count)), format="csr")
    by_open = sparse.hstack(
        [sparse.eye_array(pairs), -sparse.kron(np.ones((places, 1)), sparse.eye_array(count))], format="csr"
    )
    shares_and_sites = [
        (sparse.hstack([serves, sparse.csr_array((places, count))]), 1, 1),
        (by_open, -np.inf, 0),
        (np.concatenate([np.zeros(pairs), np.ones(count)])[None, :], sites, sites),
    ]
    price = np.concatenate([(demand[:, None] * table).ravel(), np.zeros(count)])
    # with open sites whole, the nearest of them serves a place entirely: shares need not be declared whole
    kind = np.concatenate([np.zeros(pairs), np.ones(count)])
    solution, gap = _solve(price, shares_and_sites, kind, np.ones(len(price)))
    return _median(table, demand, np.flatnonzero(solution[pairs:] > 0.5), gap)


def greedy_p_median(costs: ArrayLike, sites: int, weights: Numbers | None = None) -> Placement:
    """As ``p_median``, but site by site, each time the one that lowers the sum most (Kuehn & Hamburger 1963)."""
    table, demand = _table(costs, sites), _weights(weights, costs)
    nearest = np.full(len(table), np.inf)
    chosen: list[int] = []
    for _ in range(sites):
        sums = demand @ np.minimum(nearest[:, None], table)
        sums[chosen] = np.inf
        chosen.append(int(sums.argmin()))
        nearest = np.minimum(nearest, table[:, chosen[-1]])
    return _median(table, demand, np.array(chosen), math.nan)


def p_center(costs: ArrayLike, sites: int) -> Placement:
    """The sites, at most ``sites`` of them, with the least largest cost from a place to its nearest (Hakimi 1965).

    The objective is one of the costs: the smallest within which ``set_cover`` does with so few sites, found by halving
    (Minieka 1970). Raises as ``p_median``.
    """
    table = _table(costs, sites)
    # no place can have a site nearer than its nearest; within the largest cost of one site that site alone will do
    radii = np.unique(table)
    low, high = np.searchsorted(radii, [table.min(axis=1).max(), table.max(axis=0).min()]).tolist()
    best = set_cover(table, radii[high])
    while low < high:
        middle = (low + high) // 2
        cover = set_cover(table, radii[middle])
        if len(cover.sites) <= sites:
            high, best = middle, cover
        else:
            low = middle + 1
    chosen = np.array(best.sites)
    return Placement(float(table[:, chosen].min(axis=1).max()), best.sites, _nearest(table, chosen), best.gap)


# --- covering --------------------------------------------------------------------------------------------------------


def set_cover(costs: ArrayLike, radius: float) -> Placement:
    """The fewest sites that leave no place farther than ``radius`` (Toregas et al. 1971); the objective is how many.

    Raises ``ValueError`` where a place has no site within the radius, and as ``p_median``.
    """
    table = _table(costs, 1)
    covers = _covers(table, radius)
    if not covers.any(axis=1).all():
        raise ValueError(f"place {int(covers.any(axis=1).argmin())} has no site within {radius}")
    count = table.shape[1]
    solution, gap = _solve(np.ones(count), [(covers.astype(float), 1, np.inf)], np.ones(count), np.ones(count))
    chosen = np.flatnonzero(solution > 0.5)
    return Placement(float(len(chosen)), _sorted(chosen), _nearest(table, chosen), gap)


def greedy_set_cover(costs: ArrayLike, radius: float) -> Placement:
    """As ``set_cover``, but site by site, each time the one that covers most places still open (Chvatal 1979)."""
    table = _table(costs, 1)
    covers = _covers(table, radius)
    if not covers.any(axis=1).all():
        raise ValueError(f"place {int(covers.any(axis=1).argmin())} has no site within {radius}")
    chosen: list[int] = []
    left = np.ones(len(table), dtype=bool)
    while left.any():
        chosen.append(int(covers[left].sum(axis=0).argmax()))
        left &= ~covers[:, chosen[-1]]
    return Placement(float(len(chosen)), _sorted(chosen), _nearest(table, np.array(chosen)), math.nan)


def maximal_cover(costs: ArrayLike, sites: int, radius: float, weights: Numbers | None = None) -> Placement:
    """The ``sites`` sites with the most demand within ``radius`` of one of them (Church & ReVelle 1974).

    Raises as ``p_median``.
    """
    return _expected_cover(costs, sites, radius, 0.0, weights, several=False)


def greedy_maximal_cover(costs: ArrayLike, sites: int, radius: float, weights: Numbers | None = None) -> Placement:
    """As ``maximal_cover``, but site by site, each time the one that adds most (Church & ReVelle 1974).

    Never below 1 - 1/e of the optimum (Nemhauser, Wolsey & Fisher 1978).
    """
    table, demand = _table(costs, sites), _weights(weights, costs)
    covers = _covers(table, radius)
    chosen: list[int] = []
    left = demand.copy()
    for _ in range(sites):
        gains = left @ covers
        gains[chosen] = -1.0
        chosen.append(int(gains.argmax()))
        left[covers[:, chosen[-1]]] = 0.0
    return _covering(table, demand, radius, 0.0, np.array(chosen), math.nan)


def maximal_expected_cover(
    costs: ArrayLike, units: int, radius: float, utilisation: float, weights: Numbers | None = None
) -> Placement:
    """The places of ``units`` units that cover most demand where each is busy a share ``utilisation`` of the time.

    A place with k units within ``radius`` counts 1 - utilisation^k: units are busy independently of each other (Daskin
    1983, Transportation Science 17). Several units may stand at one site. With a utilisation of 0 it covers as much as
    ``maximal_cover``. Raises ``ValueError`` unless 0 <= utilisation < 1, for fewer than 1 unit, and as ``p_median``.
    """
    if not 0 <= utilisation < 1:
        raise ValueError(f"utilisation must be a number from 0 to below 1, not {utilisation}")
    return _expected_cover(costs, units, radius, utilisation, weights, several=True)


def expected_cover(
    costs: ArrayLike, sites: Iterable[int], radius: float, utilisation: float, weights: Numbers | None = None
) -> float:
    """The demand that units at the given sites cover in Daskin's model; see ``maximal_expected_cover``."""
    table, demand = _table(costs, 1), _weights(weights, costs)
    within = _covers(table, radius)[:, list(sites)].sum(axis=1)
    return float(demand @ np.where(within > 0, 1 - float(utilisation) ** within, 0.0))


def _expected_cover(
    costs: ArrayLike, units: int, radius: float, utilisation: float, weights: Numbers | None, several: bool
) -> Placement:
    from scipy import sparse

    table, demand = _table(costs, 1 if several else units), _weights(weights, costs)
    places, count = table.shape
    most = whole("units", units) if utilisation > 0 else 1
    covers = _covers(table, radius).astype(float)
    # columns: whether place i has a first, second, ... unit within reach, row by row, then how many units are at site j
    reached = sparse.kron(sparse.eye_array(places), np.ones((1, most)))
    rows = [
        (sparse.hstack([reached, -sparse.csr_array(covers)], format="csr"), -np.inf, 0),
        (np.concatenate([np.zeros(places * most), np.ones(count)])[None, :], units, units),
    ]
    gains = (1 - utilisation) * float(utilisation) ** np.arange(most)
    price = np.concatenate([-np.outer(demand, gains).ravel(), np.zeros(count)])
    # gains fall, so a place has its first unit before its second; with units whole these need not be declared so
    kind = np.concatenate([np.zeros(places * most), np.ones(count)])
    upper = np.concatenate([np.ones(places * most), np.full(count, float(units) if several else 1.0)])
    solution, gap = _solve(price, rows, kind, upper)
    at = np.rint(solution[places * most :]).astype(np.int64)
    return _covering(table, demand, radius, utilisation, np.repeat(np.arange(count), at), gap)


# --- shared ----------------------------------------------------------------------------------------------------------


def _solve(
    price: NDArray[np.float64],
    rows: list[tuple[Any, Any, Any]],
    kind: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float]:
    """The cheapest columns between 0 and ``upper``, and the gap that is left; ``rows`` are (matrix, least, most)."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    limits = [LinearConstraint(matrix, least, most) for matrix, least, most in rows]
    result = milp(price, integrality=kind, bounds=Bounds(0, upper), constraints=limits, options={"mip_rel_gap": 0.0})
    if result.x is None:
        raise ArithmeticError(f"HiGHS found no placement: {result.message}")
    return result.x, float(result.mip_gap)


def _table(costs: ArrayLike, sites: int) -> Costs:
    table = np.asarray(costs, dtype=np.float64)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all() or (table < 0).any():
        raise ValueError("costs must be a table of places by sites, of finite numbers not below 0")
    if whole("sites", sites) > table.shape[1]:
        raise ValueError(f"{sites} sites asked for where there are {table.shape[1]}")
    return table


def _weights(weights: Numbers | None, costs: ArrayLike) -> NDArray[np.float64]:
    places = len(np.asarray(costs))
    return np.ones(places) if weights is None else row("weights", weights, size=places)


def _covers(table: Costs, radius: float) -> NDArray[np.bool_]:
    if not radius >= 0:
        raise ValueError(f"radius must not be below 0, not {radius}")
    return table <= radius


def _sorted(chosen: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(int(site) for site in chosen))


def _nearest(table: Costs, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The nearest chosen site of each place, the smallest number among equals."""
    sites = np.unique(chosen)
    return sites[table[:, sites].argmin(axis=1)]


def _median(table: Costs, demand: NDArray[np.float64], chosen: NDArray[np.int64], gap: float) -> Placement:
    total = math.fsum(demand * table[:, chosen].min(axis=1))
    return Placement(total, _sorted(chosen), _nearest(table, chosen), gap)


def _covering(
    table: Costs, demand: NDArray[np.float64], radius: float, utilisation: float, chosen: NDArray[np.int64], gap: float
) -> Placement:
    nearest = _nearest(table, chosen)
    covered = table[np.arange(len(table)), nearest] <= radius
    total = expected_cover(table, chosen, radius, utilisation, demand)
    return Placement(total, _sorted(chosen), np.where(covered, nearest, NOWHERE), gap)
