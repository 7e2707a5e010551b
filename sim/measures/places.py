"""Places as coordinates: on streets a segment and metres along it, in a plane an area, x and y (odd.md rules 7, 7c)."""

from __future__ import annotations

import numpy as np

from sim.tables import Geography, Plane, Streets
from sim.vocabulary import Metric


def is_plane(plane: Plane) -> bool:
    """Whether lengths are measured in a plane and not along streets."""
    return plane.metric != Metric.STREETS


def coordinates(on: Streets | Geography, plane: Plane, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x and y in metres of rows with ``segment``, ``offset_m`` and ``across_m``.

    On streets ``across_m`` is not read.
    """
    if is_plane(plane):
        return places["offset_m"].copy(), places["across_m"].copy()
    return along_streets(on, places)


def along_streets(on: Streets | Geography, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x and y in metres of rows with ``segment`` and ``offset_m``, along the line between the segment's ends."""
    segment = on.segments[places["segment"]]
    part = places["offset_m"] / segment["length_m"]
    x_m, y_m = (ends[segment["a"]] + (ends[segment["b"]] - ends[segment["a"]]) * part for ends in (on.x_m, on.y_m))
    return x_m, y_m
