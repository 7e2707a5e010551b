"""How often patrol passes a place: walks on a graph of links, a fixed round, and the Poisson formula.

A graph is an (E, 2) array of the two ends of each link. A walker goes along a link, and at its end picks the next: any
link there with equal chance ("random"), or any but the one that it came by unless there is no other ("no_u_turn").
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.arguments import Numbers, above_zero, at_least_zero, row, whole

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Rule = Literal["random", "no_u_turn"]


def grid_graph(rows: int, columns: int) -> NDArray[np.int64]:
    """The links of a grid of ``rows`` x ``columns`` intersections, (E, 2): intersection (i, k) is i * columns + k.

    Links along the rows come first, each from west to east, then those along the columns.
    """
    if whole("rows", rows) * whole("columns", columns) < 2:
        raise ValueError(f"a grid needs at least 2 intersections, not {rows} x {columns}")
    nodes = np.arange(rows * columns).reshape(rows, columns)
    along = np.stack([nodes[:, :-1].ravel(), nodes[:, 1:].ravel()], axis=1)
    across = np.stack([nodes[:-1].ravel(), nodes[1:].ravel()], axis=1)
    return np.concatenate([along, across])


def pass_rates(links: ArrayLike, rule: Rule, times: Numbers | None = None) -> NDArray[np.float64]:
    """How often a stationary walker passes each link per unit of time, (E,), either way counted.

    ``times`` are the times to go along the links, by default 1 each. Solved from the balance of the chain of directed
    links, not from the theorem that on a connected graph all rates equal 1 / sum(times) under both rules. Raises
    ``ValueError`` for an unknown rule, a graph that is not connected, or times that are not above 0.
    """
    ends = _ends(links)
    took = np.ones(len(ends)) if times is None else row("times", times, size=len(ends), positive=True)
    step = _chain(ends, rule).toarray()
    # visits = visits @ step, and their sum is 1: one more equation than unknowns, of which one is idle
    balance = np.vstack([step.T - np.eye(len(step)), np.ones(len(step))])
    right = np.zeros(len(step) + 1)
    right[-1] = 1.0
    visits = np.linalg.lstsq(balance, right, rcond=None)[0]
    return np.asarray((visits[: len(ends)] + visits[len(ends) :]) / (visits @ np.tile(took, 2)))


def passed_within(links: ArrayLike, rule: Rule, link: int, fraction: float, time: float) -> float:
    """The chance that a stationary walker passes a point within ``time``, exactly; every link takes a time of 1.

    The point lies on the link of that number, at ``fraction`` of the way from its first end. At the start the walker is
    on any link, going either way, at a place uniform along it. Given that place, passings happen at fixed fractions of
    the steps, so the chain of directed links with the two that pass the point made absorbing gives the answer; the
    chance changes with the place at a handful of places only, and is summed between them. Raises ``ValueError`` as
    ``pass_rates``, and for a point or a time that does not exist.
    """
    ends = _ends(links)
    if not (0 <= link < len(ends) and 0 <= fraction <= 1):
        raise ValueError(f"no point at fraction {fraction} of link {link}: there are {len(ends)} links")
    at_least_zero("time", time)
    back = _chain(ends, rule).T.tocsr()
    passing = {link: fraction, link + len(ends): 1 - fraction}  # after so much of a step
    places = sorted({0.0, 1.0, *passing.values(), *((offset - time) % 1.0 for offset in passing.values())})
    chance = 0.0
    for low, high in pairwise(places):
        chance += (high - low) * _passed_from((low + high) / 2, back, passing, time)
    return chance


def _passed_from(place: float, back: csr_array, passing: dict[int, float], time: float) -> float:
    """The chance for a walker that is ``place`` of the way along a directed link, any with equal chance."""
    at = np.full(back.shape[0], 1 / back.shape[0])
    passed, step = 0.0, 0
    while step - place <= time:
        for directed, offset in passing.items():
            # in step 0 the walker may have left the point behind, and can yet come back to it
            if step > 0 or offset >= place:
                passed += at[directed] * (step - place + offset <= time)
                at[directed] = 0.0
        at = back @ at
        step += 1
    return passed


def poisson_interception(speed: float, time: float, length: float) -> float:
    """1 - exp(-sT/L): the chance that a patrol at speed s on streets of length L passes a point within T if at random.

    If passings were Poisson: the formula of random search (Koopman 1956). Walks on streets do not follow it, see
    ``passed_within``.
    """
    return -math.expm1(-_passings(speed, time, length))


def fixed_round(speed: float, time: float, length: float) -> float:
    """min(1, sT/L): the same chance for a patrol that goes round all streets in one fixed order."""
    return min(1.0, _passings(speed, time, length))


def _passings(speed: float, time: float, length: float) -> float:
    return at_least_zero("speed", speed) * at_least_zero("time", time) / above_zero("length", length)


def _ends(links: ArrayLike) -> NDArray[np.int64]:
    """The links as an array; ``ValueError`` unless they make one connected graph."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ends = np.asarray(links, dtype=np.int64)
    if ends.ndim != 2 or ends.shape[1] != 2 or not len(ends):
        raise ValueError("a graph is an array of the two ends of each link, with at least one link")
    nodes, numbered = np.unique(ends, return_inverse=True)
    numbered = numbered.reshape(ends.shape)
    graph = csr_array((np.ones(len(ends)), (numbered[:, 0], numbered[:, 1])), shape=(len(nodes), len(nodes)))
    parts, _ = connected_components(graph, directed=False)
    if parts > 1:
        raise ValueError(f"a walker needs a connected graph; this one falls into {parts} parts")
    return ends


def _chain(ends: NDArray[np.int64], rule: Rule) -> csr_array:
    """Chances to go from each directed link to each: link e forwards is e, backwards e + E."""
    from scipy.sparse import csr_array

    if rule not in ("random", "no_u_turn"):
        raise ValueError(f"rule is random or no_u_turn, not {rule!r}")
    count = len(ends)
    tails, heads = ends.T.ravel(), ends[:, ::-1].T.ravel()
    leaving: dict[int, list[int]] = {}
    for directed, tail in enumerate(tails.tolist()):
        leaving.setdefault(tail, []).append(directed)
    before: list[int] = []
    after: list[int] = []
    chance: list[float] = []
    for directed, head in enumerate(heads.tolist()):
        turn = (directed + count) % (2 * count)
        choices = leaving[head]
        if rule == "no_u_turn" and len(choices) > 1:
            choices = [choice for choice in choices if choice != turn]
        before += [directed] * len(choices)
        after += choices
        chance += [1 / len(choices)] * len(choices)
    return csr_array((chance, (before, after)), shape=(2 * count, 2 * count))
