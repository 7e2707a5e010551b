"""The rectangle of streets that a scenario draws: intersections and segments, before modes and travel.

Row 0 is the southernmost row of intersections, column 0 the westernmost, and so run the lists of block lengths.
Pictures (``sector_map``, ``elevation_m``) have north on top and are stretched over the intersections by their rows and
columns: a cell of the sector map covers the intersections under it, the outermost heights stand at the outermost
intersections.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim import draws
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile, StreetSpace
from sim.vocabulary import NOBODY, Purpose, StreetKind

EAST, NORTH = 0, 1  #: the two segments that an intersection begins, in the order of their numbers
MIX = ("road", "lane", "stairs", "square")  #: the fields of ``StreetMix`` in the order of ``StreetKind``


class Grid(NamedTuple):
    """N intersections by (row, column), S segments by (row and column of the west or south end; east, then north)."""

    x_m: np.ndarray  # (N,) f8
    y_m: np.ndarray  # (N,) f8
    height_m: np.ndarray  # (N,) f8
    node_sector: np.ndarray  # (N,) i2
    start: np.ndarray  # (S,) i4: west or south end
    end: np.ndarray  # (S,) i4
    kind: np.ndarray  # (S,) i1
    direction: np.ndarray  # (S,) i1: vehicles only from start to end: 1, from end to start: -1, both ways: 0
    length_m: np.ndarray  # (S,) f8
    row: np.ndarray  # (S,) i4: of its start
    column: np.ndarray  # (S,) i4
    axis: np.ndarray  # (S,) i1: EAST or NORTH

    def keep(self, nodes: np.ndarray) -> Grid:
        """The grid of the intersections in the mask ``nodes`` (N,) and the segments between them, numbered anew."""
        number = np.cumsum(nodes, dtype=np.int32) - 1
        streets = nodes[self.start] & nodes[self.end]
        points = [array[nodes] for array in self[:4]]
        ends = [number[array[streets]].astype(np.int32) for array in (self.start, self.end)]
        return Grid(*points, *ends, *(array[streets] for array in self[6:]))


def grid_draws(spec: ScenarioFile, space: StreetSpace, what: str) -> np.ndarray:
    """A draw for each possible segment, (rows, columns, 2): named by use, axis and row, numbered by column."""
    rows, columns = space.rows, space.columns
    names = [[[draws.name_key(what, axis, row) for axis in ("east", "north")]] for row in range(rows)]
    numbers = np.arange(columns, dtype=np.uint64)[None, :, None]
    return draws.uniforms(
        spec.world.geography_seed, draws.GEOGRAPHY_STREAM, Purpose.GEOGRAPHY, np.array(names, np.uint64), numbers
    )


def build_grid(spec: ScenarioFile, space: StreetSpace) -> Grid:
    """The grid of ``world.space``; that pictures and lists fit it was checked when the file was loaded.

    Raises ``ScenarioError`` if the stretched map leaves a sector without intersections.
    """
    rows, columns = space.rows, space.columns
    widths_m, heights_m = _blocks(space.block_width_m, columns), _blocks(space.block_height_m, rows)
    x_m, y_m = (np.append(0.0, np.cumsum(lengths)) for lengths in (widths_m, heights_m))
    sector = _sectors(spec, space)
    present = sector != NOBODY
    number = np.cumsum(present.ravel(), dtype=np.int32).reshape(rows, columns) - 1

    exists = np.zeros((rows, columns, 2), bool)
    exists[:, :-1, EAST] = present[:, :-1] & present[:, 1:]
    exists[:-1, :, NORTH] = present[:-1] & present[1:]
    row, column, axis = (index.astype(np.int32) for index in np.nonzero(exists))
    # As written, not from coordinates: blocks of one length have to take the same time, or ways would not tie.
    length_m = np.where(axis == EAST, np.append(widths_m, 0)[column], np.append(heights_m, 0)[row])
    kind = _kinds(spec, space, sector[row, column], length_m, row, column, axis)
    along_rows, along_columns = _directions(space)
    node_row, node_column = np.nonzero(present)
    return Grid(
        x_m=x_m[node_column],
        y_m=y_m[node_row],
        height_m=_heights(space)[present],
        node_sector=sector[present],
        start=number[row, column],
        end=number[row + (axis == NORTH), column + (axis == EAST)],
        kind=kind,
        direction=np.where(axis == EAST, along_rows[row], along_columns[column]).astype(np.int8),
        length_m=length_m,
        row=row,
        column=column,
        axis=axis.astype(np.int8),
    )


def _blocks(length_m: float | list[float], count: int) -> np.ndarray:
    """Lengths of the blocks between ``count`` rows or columns, (count - 1,) f8."""
    return np.array(length_m if isinstance(length_m, list) else [length_m] * (count - 1), np.float64)


def _sectors(spec: ScenarioFile, space: StreetSpace) -> np.ndarray:
    """Sector of each intersection, (rows, columns) i2; NOBODY where the map has a '.'."""
    sectors = spec.world.sectors
    if not space.sector_map:
        return np.zeros((space.rows, space.columns), np.int16)
    codes = {".": NOBODY, **{sector.letter: index for index, sector in enumerate(sectors.values())}}
    cells = np.array([[codes[letter] for letter in line] for line in reversed(space.sector_map)], np.int16)
    row = np.arange(space.rows) * cells.shape[0] // space.rows
    column = np.arange(space.columns) * cells.shape[1] // space.columns
    grid = cells[np.ix_(row, column)]
    for index, (name, sector) in enumerate(sectors.items()):
        if not (grid == index).any():
            raise ScenarioError(
                f"unreachable sector {name}: its cells of the map fall between the intersections",
                key=f"world.sectors.{name}.letter",
                value=sector.letter,
                allowed="more rows and columns, or more cells",
            )
    return grid


def _kinds(
    spec: ScenarioFile,
    space: StreetSpace,
    sector: np.ndarray,
    length_m: np.ndarray,
    row: np.ndarray,
    column: np.ndarray,
    axis: np.ndarray,
) -> np.ndarray:
    """Street kind of each segment, (S,) i1.

    Arterials are roads. In each sector the others, in the order of their draws, are cut into the shares of the mix by
    length, so that the shares are met to within a segment.
    """
    kind = np.full(len(row), StreetKind.ROAD, np.int8)
    minor = np.ones(len(row), bool)
    if space.arterial_every:
        minor = np.where(axis == EAST, row, column) % space.arterial_every != 0
    order = np.argsort(grid_draws(spec, space, "street kind")[row, column, axis], kind="stable")
    for index, rules in enumerate(spec.world.sectors.values()):
        mine = order[(minor & (sector == index))[order]]
        if not len(mine):
            continue
        mix = rules.street_kinds or space.street_kinds
        upper = np.cumsum([getattr(mix, word) for word in MIX])
        along = np.cumsum(length_m[mine])
        middle = (along - length_m[mine] / 2) / along[-1]
        kind[mine] = np.searchsorted(upper[:-1] / upper[-1], middle, side="right")
    return kind


def _directions(space: StreetSpace) -> tuple[np.ndarray, np.ndarray]:
    """One-way direction of rows (1 east, -1 west) and columns (1 north, -1 south); 0: both ways."""
    along_rows, along_columns = np.zeros(space.rows, np.int8), np.zeros(space.columns, np.int8)
    if space.one_way == "alternating":
        along_rows[:] = 1 - 2 * (np.arange(space.rows) % 2)
        along_columns[:] = 1 - 2 * (np.arange(space.columns) % 2)
    elif space.one_way != "none":
        for rule in space.one_way:
            line, index = (along_rows, rule.row) if rule.row is not None else (along_columns, rule.column)
            line[index] = 1 if rule.direction in ("east", "north") else -1
    return along_rows, along_columns


def _heights(space: StreetSpace) -> np.ndarray:
    """Height of each intersection, (rows, columns) f8: bilinear between the points of the picture."""
    if not space.elevation_m:
        return np.zeros((space.rows, space.columns))
    picture = np.array(space.elevation_m[::-1], np.float64)
    low_row, high_row, up = _between(space.rows, picture.shape[0])
    low_column, high_column, right = _between(space.columns, picture.shape[1])
    south = picture[low_row][:, low_column] * (1 - right) + picture[low_row][:, high_column] * right
    north = picture[high_row][:, low_column] * (1 - right) + picture[high_row][:, high_column] * right
    return south * (1 - up[:, None]) + north * up[:, None]


def _between(count: int, points: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For ``count`` places spread over ``points`` points: the point below, the point above and the fraction between."""
    place = np.arange(count) * (points - 1) / (count - 1)
    low = np.minimum(place.astype(np.int64), max(points - 2, 0))
    return low, np.minimum(low + 1, points - 1), place - low
