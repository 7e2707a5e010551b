"""Mean distances between random places: along the streets of a grid, and in rectangles of the plane.

All lengths are in the caller's unit. A region is a sequence of rectangles with densities: where they overlap the
densities add up, and a negative density cuts a hole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Literal, NamedTuple

import numpy as np

from sim.theory.arguments import above_zero, whole

Metric = Literal["manhattan", "euclid"]


class Rectangle(NamedTuple):
    """Ground between two corners, with how many places there are to a unit of area (only ratios matter)."""

    left: float
    bottom: float
    right: float
    top: float
    density: float = 1.0

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.top - self.bottom)


Region = Sequence[Rectangle]


# --- streets ---------------------------------------------------------------------------------------------------------


def street_distance(rows: int, columns: int, width: float = 1, height: float = 1) -> Fraction:
    """Mean shortest distance between two points uniform along the streets of a two-way grid, exactly.

    The grid has ``rows`` x ``columns`` blocks, each ``width`` along its east-west streets and ``height`` along its
    north-south streets. Two points are as far apart as in the Manhattan metric, but for points on parallel streets in
    the same column (or row) of blocks: these go around either end of the block, which adds 1/3 of a side on the mean.
    The effect is that of Larson and Odoni, Urban Operations Research (1981), problem 3.15, which bounds it.

    Raises ``ValueError`` where there is no block.
    """
    _check_blocks(rows, columns, width, height)
    w, h = Fraction(width), Fraction(height)
    east_west, north_south = (rows + 1) * columns * w, (columns + 1) * rows * h
    parallel = (
        east_west**2 * (_along(columns) + Fraction(rows, 3 * (rows + 1) * columns)) * w
        + east_west**2 * _across(rows) * h
        + north_south**2 * (_along(rows) + Fraction(columns, 3 * (columns + 1) * rows)) * h
        + north_south**2 * _across(columns) * w
    )
    crossing = 2 * east_west * north_south * (_mixed(columns) * w + _mixed(rows) * h)
    return (parallel + crossing) / (east_west + north_south) ** 2


def street_distance_from(
    row: int, column: int, rows: int, columns: int, width: float = 1, height: float = 1
) -> Fraction:
    """Mean shortest distance from one intersection to a point uniform along the streets, exactly.

    Streets are numbered from 0 in both directions; the rest is as in ``street_distance``. From an intersection every
    point is as far as in the Manhattan metric. Raises ``ValueError`` for an intersection that is not on the grid.
    """
    _check_blocks(rows, columns, width, height)
    if not (0 <= row <= rows and 0 <= column <= columns):
        raise ValueError(f"intersection ({row}, {column}) is not on a grid of {rows} x {columns} blocks")
    w, h = Fraction(width), Fraction(height)
    east_west, north_south = (rows + 1) * columns * w, (columns + 1) * rows * h

    def to_points(at: int, blocks: int) -> Fraction:
        return Fraction(at**2 + (blocks - at) ** 2, 2 * blocks)

    def to_streets(at: int, blocks: int) -> Fraction:
        return Fraction(sum(abs(at - street) for street in range(blocks + 1)), blocks + 1)

    total = east_west * (to_points(column, columns) * w + to_streets(row, rows) * h)
    total += north_south * (to_streets(column, columns) * w + to_points(row, rows) * h)
    return total / (east_west + north_south)


def _along(blocks: int) -> Fraction:
    """Mean distance of two points uniform on a street of so many blocks."""
    return Fraction(blocks, 3)


def _across(blocks: int) -> Fraction:
    """Mean distance of two of the ``blocks`` + 1 parallel streets, each equally likely."""
    return Fraction(blocks * (blocks + 2), 3 * (blocks + 1))


def _mixed(blocks: int) -> Fraction:
    """Mean distance of a point uniform on a street from one of the streets that cross it."""
    return Fraction(2 * blocks + 1, 6)


def _check_blocks(rows: int, columns: int, width: float, height: float) -> None:
    whole("rows", rows)
    whole("columns", columns)
    above_zero("width", width)
    above_zero("height", height)


# --- lines and rectangles --------------------------------------------------------------------------------------------


def interval_from_point(x: float, left: float, right: float) -> float:
    """Mean distance on a line from ``x`` to a point uniform on [left, right], which may be a single point."""
    _check_interval(left, right)
    if not left < x < right:
        return abs(x - (left + right) / 2)
    return ((x - left) ** 2 + (right - x) ** 2) / (2 * (right - left))


def interval_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Mean distance on a line between two points, each uniform on its interval (left, right)."""
    _check_interval(*a)
    _check_interval(*b)
    if a[1] <= b[0] or b[1] <= a[0]:
        return abs(sum(a) - sum(b)) / 2
    if a[0] == a[1]:
        return interval_from_point(a[0], *b)
    if b[0] == b[1]:
        return interval_from_point(b[0], *a)
    total = abs(a[0] - b[1]) ** 3 + abs(a[1] - b[0]) ** 3 - abs(a[1] - b[1]) ** 3 - abs(a[0] - b[0]) ** 3
    return total / (6 * (a[1] - a[0]) * (b[1] - b[0]))


def manhattan_mean(width: float, height: float) -> float:
    """Mean Manhattan distance of two points uniform in a rectangle (Urban Operations Research, eq. 3.12a)."""
    _check_interval(0, width)
    _check_interval(0, height)
    return (width + height) / 3


def euclid_mean(width: float, height: float) -> float:
    """Mean Euclidean distance of two points uniform in a rectangle (Ghosh, Bull. Calcutta Math. Soc. 43, 1951)."""
    return between([Rectangle(0, 0, width, height)], [Rectangle(0, 0, width, height)], "euclid")


def from_point(x: float, y: float, region: Region, metric: Metric = "manhattan") -> float:
    """Mean distance from a point to a place uniform in a region (by its densities). Raises as ``between``."""
    here = Rectangle(x, y, x, y)
    pair = _by_metric(metric, _manhattan_pair, _euclid_from_point)
    weights = _weights(region)
    return math.fsum(weight * pair(here, there) for weight, there in zip(weights, region, strict=True))


def between(a: Region, b: Region, metric: Metric = "manhattan") -> float:
    """Mean distance between a place uniform in region ``a`` and one uniform in region ``b`` (by their densities).

    Exact for both metrics: the distance is integrated four times in closed form and taken at the 16 pairs of sides. For
    Euclidean distances of rectangles that lie apart, where that sum would lose digits, by Gauss-Legendre quadrature to
    full precision. Raises ``ValueError`` for an unknown metric, and for regions without area.
    """
    pair = _by_metric(metric, _manhattan_pair, _euclid_pair)
    parts = zip(product(_weights(a), _weights(b)), product(a, b), strict=True)
    return math.fsum(share_a * share_b * pair(one, other) for (share_a, share_b), (one, other) in parts)


Pair = Callable[[Rectangle, Rectangle], float]


def _by_metric(metric: Metric, manhattan: Pair, euclid: Pair) -> Pair:
    if metric not in ("manhattan", "euclid"):
        raise ValueError(f"metric is manhattan or euclid, not {metric!r}")
    return manhattan if metric == "manhattan" else euclid


def _weights(region: Region) -> list[float]:
    """The share of each rectangle in the region."""
    for part in region:
        _check_interval(part.left, part.right)
        _check_interval(part.bottom, part.top)
    masses = [part.density * part.area for part in region]
    total = math.fsum(masses)
    if not total > 0:
        raise ValueError("a region needs at least one rectangle, and an area above 0 after holes are taken out")
    return [mass / total for mass in masses]


def _check_interval(left: float, right: float) -> None:
    if not (math.isfinite(left) and math.isfinite(right) and left <= right):
        raise ValueError(f"an interval runs from a smaller to a larger number, not from {left} to {right}")


def _manhattan_pair(a: Rectangle, b: Rectangle) -> float:
    return interval_between((a.left, a.right), (b.left, b.right)) + interval_between(
        (a.bottom, a.top), (b.bottom, b.top)
    )


def _euclid_pair(a: Rectangle, b: Rectangle) -> float:
    if _apart(a, b):
        return _by_quadrature(a, b)
    total = math.fsum(
        sign_x * sign_y * _fourfold(dx, dy)
        for (sign_x, dx), (sign_y, dy) in product(
            _differences(a.left, a.right, b.left, b.right), _differences(a.bottom, a.top, b.bottom, b.top)
        )
    )
    return total / (a.area * b.area) if a.area and b.area else 0.0  # weight 0


def _euclid_from_point(here: Rectangle, there: Rectangle) -> float:
    if _apart(here, there):
        return _by_quadrature(here, there)
    total = math.fsum(
        sign_x * sign_y * _twofold(dx - here.left, dy - here.bottom)
        for (sign_x, dx), (sign_y, dy) in product(
            ((-1, there.left), (1, there.right)), ((-1, there.bottom), (1, there.top))
        )
    )
    return total / there.area if there.area else 0.0  # weight 0


def _differences(a: float, b: float, c: float, d: float) -> tuple[tuple[int, float], ...]:
    """Signs and differences at which the second integral of f adds up to that of f(x - y) over [a, b] and [c, d]."""
    return (1, a - d), (1, b - c), (-1, b - d), (-1, a - c)


def _twofold(u: float, v: float) -> float:
    """The function whose derivative by u and v is the Euclidean distance; odd in both."""
    if u * u == 0 or v * v == 0:  # or too small for a ratio
        return 0.0
    logs = u**3 * math.asinh(v / abs(u)) + v**3 * math.asinh(u / abs(v))
    return u * v * math.hypot(u, v) / 3 + logs / 6


def _fourfold(u: float, v: float) -> float:
    """The function whose second derivative by u and by v is the Euclidean distance; even in both."""
    logs = 0.0
    if u * u != 0 and v * v != 0:  # nor too small for a ratio
        logs = v**4 * u * math.asinh(u / abs(v)) + u**4 * v * math.asinh(v / abs(u))
    return math.hypot(u, v) * (3 * u**2 * v**2 - u**4 - v**4) / 60 + logs / 24


def _apart(a: Rectangle, b: Rectangle) -> bool:
    """Whether the gap between two rectangles is at least as wide as the longest side of either."""
    gap = max(b.left - a.right, a.left - b.right, b.bottom - a.top, a.bottom - b.top)
    return gap >= max(side for part in (a, b) for side in (part.right - part.left, part.top - part.bottom))


def _by_quadrature(a: Rectangle, b: Rectangle) -> float:
    """Mean Euclidean distance of rectangles that lie apart: there 12 points a side leave an error below rounding."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half, share = (1 + nodes) / 2, weights / 2
    x = ((a.left + (a.right - a.left) * half)[:, None] - (b.left + (b.right - b.left) * half)).ravel()
    y = ((a.bottom + (a.top - a.bottom) * half)[:, None] - (b.bottom + (b.top - b.bottom) * half)).ravel()
    both = np.outer(share, share).ravel()
    return float(both @ np.hypot(x[:, None], y) @ both)
