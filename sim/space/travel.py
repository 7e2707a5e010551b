"""Travel tables: shortest times between intersections for every mode, the first arc to take, and where to park.

All times are integers (microseconds), held exactly in float64 while the shortest ways are sought: on a grid most pairs
have several shortest ways, and rounding would choose among them at random.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator

import numpy as np

from sim.cache import cache_folder
from sim.scenario.errors import ScenarioError
from sim.space.arcs import arc_ends
from sim.space.cache import Layout, in_memory, kept
from sim.space.closures import arcs_by_epoch
from sim.space.places import is_plane
from sim.tables import Geography, Streets
from sim.vocabulary import HOUR, NEVER, NOBODY

FORMAT = 1  #: of the tables below; a new number disowns what older versions kept
NO_HOP = 255
BLOCK = 256  #: sources at a time, which bounds the memory in use
PAIR_BYTES = 8 + 1 + 8 + 2  #: of time_us, hop, walk_us and park for a mode and a pair of intersections
LARGEST_NODES = np.iinfo(np.int16).max  #: what ``park`` can number
EXACT = 2**53  #: float64 counts exactly below


def travel_streets(geography: Geography, cache: bool = True) -> Streets:
    """The street network of ``geography`` with its travel tables, all arrays read-only; in a plane they are empty.

    Every epoch has a row of each table for every mode (odd.md rule 10), where streets are closed as ``closed`` says.
    With ``cache`` they are kept in ``cache_folder()/travel`` under the digest of what they follow from, and mapped from
    there. Raises ``ScenarioError`` if they would be too large (see ``refuse_too_large``) or a way would take too long.
    """
    refuse_too_large(geography)
    arc_us, nodes = arcs_by_epoch(geography), _numbered(geography)
    rows = len(arc_us)
    layout: Layout = {
        "time_us": (np.dtype(np.int64), (rows, nodes, nodes)),
        "hop": (np.dtype(np.uint8), (rows, nodes, nodes)),
        "walk_us": (np.dtype(np.int64), (rows, nodes, nodes)),
        "park": (np.dtype(np.int16), (rows, nodes, nodes)),
    }

    def parts() -> Iterator[dict[str, np.ndarray]]:
        return _tables(geography, arc_us) if nodes else iter(())

    tables = (
        kept(cache_folder() / "travel" / _digest(geography, arc_us), layout, parts)
        if cache and nodes
        else in_memory(layout, parts())
    )
    of_network = {name: getattr(geography, name) for name in Streets._fields if name not in tables} | {"arc_us": arc_us}
    return Streets(**{name: _read_only(table) for name, table in of_network.items()}, **tables)


def refuse_too_large(geography: Geography) -> None:
    """Raise ``ScenarioError`` if the travel tables would exceed ``ROUNDSMAN_TRAVEL_GB`` (default 2) gigabytes."""
    word = os.environ.get("ROUNDSMAN_TRAVEL_GB", "2")
    try:
        limit = float(word)
    except ValueError:
        limit = math.nan
    if not 0 < limit < math.inf:
        raise ScenarioError(
            "is not a number of gigabytes", key="ROUNDSMAN_TRAVEL_GB", value=word, allowed="a number above 0"
        )
    modes, epochs, nodes = len(geography.modes), len(geography.closed), _numbered(geography)
    rows = modes * epochs
    capacity = min(math.isqrt(int(limit * 1e9 / (PAIR_BYTES * rows))), LARGEST_NODES)
    if nodes > capacity:
        changes = f" and {epochs - 1} changes of what is closed" if epochs > 1 else ""
        raise ScenarioError(
            f"{nodes:,} intersections with {modes} modes{changes} need "
            f"{nodes * nodes * rows * PAIR_BYTES / 1e9:.1f} GB of travel tables; {limit:g} GB hold {capacity:,} "
            "(environment variable ROUNDSMAN_TRAVEL_GB sets the limit)",
            key="world.space",
            allowed=f"at most {capacity:,} intersections",
        )


def _numbered(geography: Geography) -> int:
    """Intersections that travel tables are about: in a plane none, since no way leads over them."""
    return 0 if is_plane(geography) else len(geography.x_m)


def _digest(geography: Geography, arc_us: np.ndarray) -> str:
    """Names the tables by everything that they follow from."""
    digest = hashlib.sha256(f"travel tables, format {FORMAT}, {len(geography.x_m)} intersections".encode())
    inputs = (
        geography.segments["a"],
        geography.segments["b"],
        arc_us,
        geography.node_first,
        geography.node_arcs,
        geography.foot,
        geography.dismount_us,
    )
    for table in inputs:
        digest.update(f"{table.dtype.str} {table.shape}".encode())
        digest.update(np.ascontiguousarray(table).data)
    return digest.hexdigest()


def _tables(geography: Geography, arc_us: np.ndarray) -> Iterator[dict[str, np.ndarray]]:
    """The tables of each row of ``arc_us``. An epoch in which nothing is closed to a mode and to those who walk is like
    the open one, and is not computed again."""
    modes = len(geography.modes)
    closed = np.asarray(geography.closed.any(axis=2))  # (E, M)
    made: dict[int, dict[str, np.ndarray]] = {}
    for epoch in range(len(closed)):
        for mode in range(modes):
            if closed[epoch, mode] or closed[epoch, geography.foot[mode]]:
                now = geography._replace(arc_us=arc_us[epoch * modes : (epoch + 1) * modes])
                yield _tables_of_mode(now, mode, geography.arc_us[mode])
            else:
                if mode not in made:
                    made[mode] = _tables_of_mode(geography, mode, geography.arc_us[mode])
                yield made[mode] if len(closed) > 1 else made.pop(mode)


def _tables_of_mode(geography: Geography, mode: int, ever_us: np.ndarray) -> dict[str, np.ndarray]:
    """``time_us``, ``hop``, ``walk_us`` and ``park`` of one mode, (N, N) each.

    A vehicle can be left where it could come to by the arcs of ``ever_us``, those of the open network: where all
    streets around it are closed its crew goes on by foot.
    """
    nodes, foot = len(geography.x_m), int(geography.foot[mode])
    if foot == mode:
        time_us = _times(geography, mode)
        walk_us = np.full((nodes, nodes), NEVER, np.int64)
        park = np.full((nodes, nodes), NOBODY, np.int16)
    else:
        time_us, walk_us, park = _drive_and_walk(geography, mode, foot, ever_us)
    return {"time_us": time_us, "hop": _hops(geography, mode, time_us), "walk_us": walk_us, "park": park}


def _drive_and_walk(
    geography: Geography, mode: int, foot: int, ever_us: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times by vehicle, times with the last part on foot, and where the vehicle stays; (N, N) each.

    The graph has two layers, driving and walking, joined downwards at every intersection p that the vehicle can come
    to. A cost c counts as ``c * 2**bits``, and leaving the vehicle at p as ``dismount * 2**bits + p + 1``: the least
    sum then is the least time and, among equals, the least p.
    """
    nodes = len(geography.x_m)
    bits = nodes.bit_length()
    drive_tail, drive_head, drive_us = _open_arcs(geography, mode)
    walk_tail, walk_head, walk_us = _open_arcs(geography, foot)
    parks = np.unique(np.stack(arc_ends(geography.segments))[:, ever_us != NEVER]).astype(np.int64)
    unit = float(1 << bits)
    leave = np.full(len(parks), geography.dismount_us[mode] * unit) + (parks + 1)
    graph = _csr(
        2 * nodes,
        np.concatenate((drive_tail, parks, walk_tail + nodes)),
        np.concatenate((drive_head, parks + nodes, walk_head + nodes)),
        np.concatenate((drive_us * unit, leave, walk_us * unit)),
    )
    times = np.empty((nodes, nodes), np.int64)
    walks = np.empty((nodes, nodes), np.int64)
    park = np.empty((nodes, nodes), np.int16)
    for rows, cost in _shortest_blocks(geography, mode, graph, unit):
        times[rows] = np.where(cost[:, :nodes] < 0, NEVER, cost[:, :nodes] >> bits)
        walks[rows] = np.where(cost[:, nodes:] < 0, NEVER, cost[:, nodes:] >> bits)
        park[rows] = np.where(cost[:, nodes:] < 0, NOBODY, (cost[:, nodes:] & ((1 << bits) - 1)) - 1)
    return times, walks, park


def _times(geography: Geography, mode: int) -> np.ndarray:
    nodes = len(geography.x_m)
    times = np.empty((nodes, nodes), np.int64)
    graph = _csr(nodes, *_open_arcs(geography, mode))
    for rows, cost in _shortest_blocks(geography, mode, graph, 1.0):
        times[rows] = np.where(cost < 0, NEVER, cost)
    return times


def _shortest_blocks(geography: Geography, mode: int, graph: object, unit: float) -> Iterator[tuple[slice, np.ndarray]]:
    """Least costs from every intersection, a block of them at a time: rows, and (rows, nodes of the graph) i8.

    -1 where there is no way. ``unit`` is the cost of a microsecond.
    """
    from scipy.sparse.csgraph import dijkstra

    nodes = len(geography.x_m)
    for start in range(0, nodes, BLOCK):
        rows = slice(start, min(start + BLOCK, nodes))
        cost = dijkstra(graph, indices=np.arange(rows.start, rows.stop))
        found = np.isfinite(cost)
        longest = cost[found].max()
        if longest >= EXACT:  # below it every sum on the way was exact
            raise ScenarioError(
                f"a way takes {longest / unit / HOUR:.4g} hours; travel tables of {nodes:,} intersections hold ways of "
                f"up to {EXACT / unit / HOUR:.4g}",
                key=f"world.modes.{geography.modes[mode]}",
                allowed="higher speeds or a shorter dismount_s",
            )
        yield rows, np.where(found, cost, -1).astype(np.int64)


def _hops(geography: Geography, mode: int, time_us: np.ndarray) -> np.ndarray:
    """First arc of a shortest way, as a place in the list of arcs of the intersection it leaves, (N, N) u1.

    It is the first place, hence the smallest segment, whose arc and the way on from its end take the shortest time.
    """
    nodes, first = len(time_us), geography.node_first
    _, head = arc_ends(geography.segments)
    hop = np.full((nodes, nodes), NO_HOP, np.uint8)
    for place in reversed(range(int(np.diff(first).max(initial=0)))):
        tails = np.flatnonzero(np.diff(first) > place)
        arcs = geography.node_arcs[first[tails] + place]
        passable = geography.arc_us[mode][arcs] != NEVER
        tails, arcs = tails[passable], arcs[passable]
        for start in range(0, len(tails), BLOCK):
            tail, arc = tails[start : start + BLOCK], arcs[start : start + BLOCK]
            by_arc = time_us[head[arc]] + geography.arc_us[mode][arc][:, None]
            hop[tail] = np.where(by_arc == time_us[tail], place, hop[tail])
    return hop


def _open_arcs(geography: Geography, mode: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tail, head and time of the arcs that a mode may pass."""
    tail, head = arc_ends(geography.segments)
    passable = geography.arc_us[mode] != NEVER
    return tail[passable].astype(np.int64), head[passable].astype(np.int64), geography.arc_us[mode][passable]


def _csr(nodes: int, tail: np.ndarray, head: np.ndarray, cost: np.ndarray) -> object:
    """A sparse matrix of arcs; of parallel ones the cheapest (scipy would add them up)."""
    from scipy.sparse import csr_array

    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order].astype(np.float64)
    cheapest = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))[: len(tail)]
    tail, head, cost = tail[cheapest], head[cheapest], cost[cheapest]
    rows = np.searchsorted(tail, np.arange(nodes + 1)).astype(np.int32)
    return csr_array((cost, head.astype(np.int32), rows), shape=(nodes, nodes))


def _read_only(table: np.ndarray) -> np.ndarray:
    """A C-contiguous view that cannot be written to; the caller's array keeps its flags."""
    view = np.ascontiguousarray(table).view()
    view.setflags(write=False)
    return view
