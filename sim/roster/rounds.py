"""Fixed rounds: a closed walk over every street of a beat, as short as can be (odd.md rule 29b).

Where a mode passes every street of the beat both ways this is the Chinese postman's problem (Kwan 1962): the
intersections with an odd number of streets are joined in pairs by ways of the least total length (Edmonds and Johnson
1973), and those ways are walked once more. Where some street is one way it is the directed problem: every direction
that is open is passed, and a flow of least cost adds what is needed to leave each intersection as often as it is come
to.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.roster.beats import Grounds
from sim.roster.groups import key_of
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.space.arcs import arc_ends
from sim.tables import Geography
from sim.vocabulary import NEVER, PatrolRule

if TYPE_CHECKING:
    import networkx as nx

EXACT = 64  #: up to so many odd intersections every pair is a candidate ...
NEAREST = 12  #: ... beyond, pairs of one and its so many nearest: matching takes the cube of their number


class BrokenGroundError(Exception):
    """Streets over which there is no closed walk; says why."""


def lay_out_rounds(
    spec: ScenarioFile, grounds: Grounds, beats: np.ndarray, units: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """``round_arcs``, i4: the walks of all beats that a unit goes round, each arc beginning where the last one ended.

    Fills the fields ``round_*`` of ``beats`` and ``round_start`` and ``start_*`` of ``units``: places (``place`` (U,):
    the number of each unit's; crews that take turns share one) are spread evenly by time round the walk of their beat.
    Raises ``ScenarioError`` for a beat over which there is no closed walk.
    """
    walks: list[np.ndarray] = [np.zeros(0, np.int32)]
    geography, first = grounds.geography, 0
    rounds = units["rule"] == PatrolRule.ROUND
    for row, beat in enumerate(grounds.listed()):
        mine = np.flatnonzero(rounds & (units["beat"] == row))
        if not len(mine):
            continue
        try:
            walk = closed_walk(geography, grounds.of_beat(beat), beat.mode)
        except BrokenGroundError as broken:
            line = spec.policy.roster[units["line"][mine[0]]]
            raise ScenarioError(
                f'roster line "{line.name}": there is no round of {grounds.name_of(beat)}: {broken}',
                key=key_of(spec, line, "rule"),
                value="round",
                allowed="beats whose streets hang together for the mode, or another rule",
            ) from None
        beats["round_first"][row], beats["round_count"][row] = first, len(walk)
        first += len(walk)
        walks.append(walk)
        _, number = np.unique(place[mine], return_inverse=True)
        took = geography.arc_us[beat.mode][walk]
        places = int(number.max()) + 1
        spread, begins = int(took.sum()) * np.arange(places) // places, np.cumsum(took) - took
        units["round_start"][mine] = (np.searchsorted(begins, spread, side="right") - 1)[number]
        arc = walk[units["round_start"][mine]]
        units["start_segment"][mine], units["start_across_m"][mine] = arc // 2, 0.0
        units["start_offset_m"][mine] = np.where(arc % 2, geography.segments["length_m"][arc // 2], 0.0)
    return np.concatenate(walks)


def closed_walk(geography: Geography, ground: np.ndarray, mode: int) -> np.ndarray:
    """The arcs (n,) i4 of a closed walk over all of some streets that a mode may pass, from the smallest intersection.

    Where the mode passes all of them both ways, each is walked once at least, and the walk has the least length. (Of
    very large grounds, with more than ``EXACT`` odd intersections, only near ones are paired, which may miss it by a
    little.) Otherwise each is walked in every direction that is open, and the walk has the least length of those that
    do so. Raises ``BrokenGroundError`` where there is no such walk.
    """
    arcs = np.stack([2 * ground, 2 * ground + 1], axis=1).ravel()
    arcs = arcs[geography.arc_us[mode][arcs] < NEVER]
    both_ways = len(arcs) == 2 * len(ground)
    walk = _there_and_back(geography, ground) if both_ways else _one_way(geography, arcs)
    return np.array(list(walk), np.int32)


def _there_and_back(geography: Geography, ground: np.ndarray) -> Iterator[int]:
    import networkx as nx

    segments = geography.segments
    streets, shortest, copies = nx.MultiGraph(), nx.Graph(), count()
    for row in ground.tolist():
        a, b, mm = int(segments["a"][row]), int(segments["b"][row]), _mm(segments, row)
        streets.add_edge(a, b, key=(row, next(copies)))
        if not shortest.has_edge(a, b) or mm < shortest.edges[a, b]["mm"]:
            shortest.add_edge(a, b, mm=mm, row=row)
    parts = nx.number_connected_components(streets)
    if parts > 1:
        raise BrokenGroundError(f"its streets are in {parts} parts that do not meet")
    odd = sorted(node for node, degree in streets.degree if degree % 2)
    for one, other in _pairs(shortest, odd):
        for a, b in pairwise(nx.dijkstra_path(shortest, one, other, weight="mm")):
            streets.add_edge(a, b, key=(shortest.edges[a, b]["row"], next(copies)))
    for tail, _, (row, _) in nx.eulerian_circuit(streets, source=min(streets), keys=True):
        yield 2 * row if tail == segments["a"][row] else 2 * row + 1


def _pairs(shortest: nx.Graph, odd: list[int]) -> list[tuple[int, int]]:
    """The odd intersections in pairs of the least total distance."""
    import networkx as nx

    for nearest in (len(odd) if len(odd) <= EXACT else NEAREST, len(odd)):
        candidates = nx.Graph()
        for node in odd:
            mm = nx.single_source_dijkstra_path_length(shortest, node, weight="mm")
            for other in sorted((other for other in odd if other != node), key=lambda other: mm[other])[:nearest]:
                candidates.add_edge(node, other, weight=mm[other])
        pairs = sorted(tuple(sorted(pair)) for pair in nx.min_weight_matching(candidates))
        if 2 * len(pairs) == len(odd):
            break
    return pairs


def _one_way(geography: Geography, arcs: np.ndarray) -> Iterator[int]:
    import networkx as nx

    tail, head = arc_ends(geography.segments)
    streets, shortest, copies = nx.MultiDiGraph(), nx.DiGraph(), count()
    for arc in arcs.tolist():
        a, b, mm = int(tail[arc]), int(head[arc]), _mm(geography.segments, arc // 2)
        streets.add_edge(a, b, key=(arc, next(copies)))
        if not shortest.has_edge(a, b) or mm < shortest.edges[a, b]["mm"]:
            shortest.add_edge(a, b, mm=mm, arc=arc)
    parts = nx.number_strongly_connected_components(streets)
    if parts > 1:
        raise BrokenGroundError(f"within it the mode cannot come back everywhere ({parts} parts, by one-way streets)")
    for node in streets:
        shortest.nodes[node]["demand"] = streets.out_degree(node) - streets.in_degree(node)
    for a, flows in nx.min_cost_flow(shortest, weight="mm").items():
        for b, times in flows.items():
            streets.add_edges_from((a, b, (shortest.edges[a, b]["arc"], next(copies))) for _ in range(times))
    for _, _, (arc, _) in nx.eulerian_circuit(streets, source=min(streets), keys=True):
        yield arc


def _mm(segments: np.ndarray, row: int) -> int:
    """Whole millimetres: sums of them are exact."""
    return round(float(segments["length_m"][row]) * 1000)
