"""Places in either space: (segment, offset_m, across_m). On streets: metres from end a, and 0; in a plane: x and y.

What streets and a plane do differently with a place is here and nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.scenario.errors import ScenarioError
from sim.tables import Geography
from sim.vocabulary import Metric


class Place(NamedTuple):
    """One place, or arrays of places of one shape."""

    segment: np.ndarray  # i8
    offset_m: np.ndarray  # f8
    across_m: np.ndarray  # f8

    def put(self, rows: np.ndarray, where: np.ndarray | slice = slice(None)) -> None:
        """Write the places into rows of SITE, INCIDENT or PROBE."""
        rows["segment"][where], rows["offset_m"][where], rows["across_m"][where] = self

    @classmethod
    def of(cls, rows: np.ndarray) -> Place:
        """The places of rows of SITE, INCIDENT or PROBE."""
        return cls(rows["segment"].astype(np.int64), rows["offset_m"], rows["across_m"])


def is_plane(geography: Geography) -> bool:
    """Whether segments are areas."""
    return geography.plane.metric != Metric.STREETS


def place_within(geography: Geography, segment: np.ndarray, along: np.ndarray, across: np.ndarray) -> Place:
    """The places at the given parts, [0, 1), of segments: of the length of a street, or of an area's two sides."""
    segments = geography.segments[segment]
    if not is_plane(geography):
        return Place(segment, segments["length_m"] * along, np.zeros(np.shape(along)))
    a, b = segments["a"], segments["b"]
    parts = ((geography.x_m, along), (geography.y_m, across))
    return Place(segment, *(axis[a] + part * (axis[b] - axis[a]) for axis, part in parts))


def coordinates(geography: Geography, place: Place) -> np.ndarray:
    """(..., 2) f8 metres: x and y of places; on streets along the straight line between the ends of the segment."""
    if is_plane(geography):
        return np.stack([place.offset_m, place.across_m], -1)
    segments = geography.segments[place.segment]
    part = place.offset_m / segments["length_m"]
    a, b = segments["a"], segments["b"]
    return np.stack([axis[a] + (axis[b] - axis[a]) * part for axis in (geography.x_m, geography.y_m)], -1)


def place_at(geography: Geography, point: list[float], rows: np.ndarray, key: str) -> Place:
    """The one place (1,) among the segments ``rows``, ascending, that the point (x, y) of ``key`` means.

    On streets it is the point of a street that is nearest in a straight line, the smallest segment of equals; in a
    plane the first area that contains it. Raises ``ScenarioError`` if none does.
    """
    x, y = point
    ends = geography.segments[rows]
    (ax, ay), (bx, by) = ((geography.x_m[ends[end]], geography.y_m[ends[end]]) for end in ("a", "b"))
    if is_plane(geography):
        inside = np.flatnonzero((ax <= x) & (x <= bx) & (ay <= y) & (y <= by))
        if not len(inside):
            raise ScenarioError("this point is in no area", key=key, value=point, allowed="a point of some sector")
        return Place(rows[inside[:1]], np.array([x]), np.array([y]))
    dx, dy = bx - ax, by - ay
    part = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0.0, 1.0)
    gap = (ax + dx * part - x) ** 2 + (ay + dy * part - y) ** 2
    best = [int(np.argmin(gap))]
    return Place(rows[best], part[best] * ends["length_m"][best], np.zeros(1))


def nearest_to(geography: Geography, points: np.ndarray, point: np.ndarray) -> int:
    """The row of ``points`` (n, 2) that is nearest to a point, the first of equals: in a straight line, or as a plane
    measures lengths (odd.md rule 7c)."""
    gaps, plane = points - point, geography.plane
    if plane.torus:
        half = plane.extent_m / 2
        gaps = np.where(gaps > half, gaps - plane.extent_m, np.where(gaps < -half, gaps + plane.extent_m, gaps))
    lengths = np.abs(gaps) if plane.metric == Metric.MANHATTAN else gaps**2
    return int(np.argmin(lengths.sum(axis=1)))
