"""The ground of the community teams: each sector's segments in as many parts, compact and of about equal length."""

from __future__ import annotations

import numpy as np

from sim.roster.groups import team_sectors
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.tables import Geography


def team_grounds(spec: ScenarioFile, geography: Geography) -> list[np.ndarray]:
    """The segments of every team, ascending; row for row with ``team_sectors``. A sector's teams share all of it."""
    sectors = np.array(team_sectors(spec), np.int64)
    grounds: list[np.ndarray] = []
    for sector in np.unique(sectors):
        rows = np.flatnonzero(geography.segments["sector"] == sector)
        count = int((sectors == sector).sum())
        if count > len(rows):
            raise ScenarioError(
                f"{count} teams on {len(rows)} streets",
                key=f"world.sectors.{geography.sectors[sector]}.teams",
                value=count,
                allowed="at most one team a street",
            )
        parts = _bisected(geography, rows, count)
        grounds += _joined(geography.segments, parts)
    return grounds


def _bisected(geography: Geography, rows: np.ndarray, count: int) -> list[np.ndarray]:
    """``count`` parts by halving across the longer side, each side with as much length as it has teams."""
    if count == 1:
        return [np.sort(rows)]
    ends = geography.segments["a"][rows], geography.segments["b"][rows]
    x, y = (axis[ends[0]] + axis[ends[1]] for axis in (geography.x_m, geography.y_m))
    across, along = (x, y) if np.ptp(x) >= np.ptp(y) else (y, x)
    rows = rows[np.lexsort((rows, along, across))]
    running = np.cumsum(geography.segments["length_m"][rows])
    first = count // 2
    cut = int(np.searchsorted(running, running[-1] * first / count, side="right"))
    cut = min(max(cut, first), len(rows) - (count - first))
    return [*_bisected(geography, rows[:cut], first), *_bisected(geography, rows[cut:], count - first)]


def _joined(segments: np.ndarray, parts: list[np.ndarray]) -> list[np.ndarray]:
    """The parts, each connected where the streets allow: pieces cut off go to the shortest part that they touch."""
    length = segments["length_m"]
    kept: list[list[int]] = []
    loose: list[list[int]] = []
    for part in parts:
        pieces = connected_pieces(segments, part)
        pieces.sort(key=lambda piece: (-length[piece].sum(), piece[0]))
        kept.append(pieces[0])
        loose += pieces[1:]
    nodes = [_ends(segments, piece) for piece in kept]
    totals = [float(length[piece].sum()) for piece in kept]
    stuck = False
    while loose:
        still = []
        for piece in loose:
            ends = _ends(segments, piece)
            touching = [number for number in range(len(kept)) if stuck or ends & nodes[number]]
            if not touching:
                still.append(piece)
                continue
            shortest = min(touching, key=lambda number: (totals[number], number))
            kept[shortest] += piece
            nodes[shortest] |= ends
            totals[shortest] += float(length[piece].sum())
        stuck = len(still) == len(loose)  # the sector itself is in several parts
        loose = still
    return [np.sort(np.array(piece, np.int64)) for piece in kept]


def _ends(segments: np.ndarray, rows: list[int]) -> set[int]:
    """The intersections of some segments."""
    return set(segments["a"][rows].tolist()) | set(segments["b"][rows].tolist())


def connected_pieces(segments: np.ndarray, part: np.ndarray) -> list[list[int]]:
    """The connected pieces of some segments, each ascending."""
    by_node: dict[int, list[int]] = {}
    for row in part.tolist():
        for end in ("a", "b"):
            by_node.setdefault(int(segments[end][row]), []).append(row)
    unseen, pieces = set(part.tolist()), []
    for row in part.tolist():
        if row not in unseen:
            continue
        unseen.discard(row)
        piece, open_ = [row], [row]
        while open_:
            at = open_.pop()
            for end in ("a", "b"):
                for other in by_node[int(segments[end][at])]:
                    if other in unseen:
                        unseen.discard(other)
                        piece.append(other)
                        open_.append(other)
        pieces.append(sorted(piece))
    return pieces
