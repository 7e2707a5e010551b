"""Indices of a street network: arcs by intersection, segments by view."""

from __future__ import annotations

import numpy as np

from sim.space.components import strong_components
from sim.vocabulary import StreetKind


def arc_ends(segments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where every arc starts and ends, two (2 S,) i4: arc ``2 s`` from a to b, ``2 s + 1`` back."""
    a, b = segments["a"], segments["b"]
    return np.stack([a, b], axis=1).ravel(), np.stack([b, a], axis=1).ravel()


def arcs_by_node(segments: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """``node_first`` (N + 1,) and ``node_arcs`` (2 S,), both i4: the arcs that leave each intersection, by segment."""
    tail, _ = arc_ends(segments)
    order = np.argsort(tail, kind="stable").astype(np.int32)
    return np.searchsorted(tail[order], np.arange(nodes + 1)).astype(np.int32), order


def views_of(segments: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """``view_first`` (V + 1,) and ``view_segments`` (S,), both i4: square segments that meet share a view, every other
    segment has its own; views by their smallest segment."""
    square = segments["kind"] == StreetKind.SQUARE
    tail, head = arc_ends(segments[square])
    place = strong_components(nodes, tail, head)
    first_of = np.arange(len(segments))
    _, first, member = np.unique(place[segments["a"][square]], return_index=True, return_inverse=True)
    first_of[square] = np.flatnonzero(square)[first][member]
    order = np.argsort(first_of, kind="stable").astype(np.int32)
    starts = np.flatnonzero(np.diff(first_of[order], prepend=-1))
    return np.append(starts, len(segments)).astype(np.int32), order
