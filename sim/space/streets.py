"""Streets: a drawn network of intersections and segments, with what each mode may pass."""

from __future__ import annotations

import numpy as np

from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile, StreetSpace
from sim.space.arcs import arc_ends, arcs_by_node, views_of
from sim.space.closures import close_streets
from sim.space.components import largest_component
from sim.space.grid import Grid, build_grid
from sim.space.modes import arc_times, cut_to_connected, feet, first_walker
from sim.space.weights import demand_weights, residents, sector_weights
from sim.tables import SEGMENT, Geography, Plane
from sim.vocabulary import NEVER, Metric, StreetKind

MOST_DROPPED_SHARE = 0.05  #: of the intersections, cut off from the rest; more is a mistake in the map


def build_streets(spec: ScenarioFile, space: StreetSpace) -> Geography:
    """The streets of a scenario, still without sites and travel tables.

    Intersections are numbered by rows from the south-west, segments by their west or south end, east before north. A
    segment belongs to the sector of that end, and ``a`` is that end unless a one-way street runs west or south.
    Intersections that nobody can walk to from the rest are dropped. Raises ``ScenarioError`` for what cannot be built.
    """
    world = spec.world
    grid = _walkable(spec, build_grid(spec, space))
    nodes = len(grid.x_m)
    segments = _segments(grid)
    _people_streets(spec, space, grid, segments)
    arc_us = cut_to_connected(spec, segments, nodes, arc_times(spec, segments))
    _refuse_impassable(segments, arc_us)
    node_first, node_arcs = arcs_by_node(segments, nodes)
    view_first, view_segments = views_of(segments, nodes)
    segments["view"][view_segments] = np.repeat(np.arange(len(view_first) - 1), np.diff(view_first))
    dismount_us = [0 if mode.walks else round(mode.dismount_s * 1e6) for mode in world.modes.values()]
    modes = len(world.modes)
    geography = Geography(
        x_m=grid.x_m,
        y_m=grid.y_m,
        node_sector=grid.node_sector,
        segments=segments,
        epochs_us=np.zeros(1, np.int64),
        arc_us=arc_us,
        closed=np.zeros((1, *arc_us.shape), np.uint8),
        node_first=node_first,
        node_arcs=node_arcs,
        view_first=view_first,
        view_segments=view_segments,
        adjacent=_adjacent(grid, len(world.sectors)),
        foot=feet(spec),
        dismount_us=np.array(dismount_us, np.int64),
        plane=Plane(int(Metric.STREETS), 0, np.zeros(2), np.zeros(modes), np.zeros(modes)),
        sectors=tuple(world.sectors),
        modes=tuple(world.modes),
        sites={},
    )
    return close_streets(spec, space, geography, grid)


def _walkable(spec: ScenarioFile, grid: Grid) -> Grid:
    """The grid without the intersections that cannot be walked to, both ways, from the largest part of it."""
    streets = _segments(grid)
    tail, head = arc_ends(streets)
    arc_us, walker = arc_times(spec, streets), first_walker(spec)
    passable = (arc_us != NEVER).any(axis=0) if walker is None else arc_us[walker] != NEVER
    kept = largest_component(len(grid.x_m), tail[passable], head[passable])
    names = list(spec.world.sectors)
    for index, name in enumerate(names):
        if not kept[grid.node_sector == index].any():
            raise ScenarioError(
                f"unreachable sector {name}: no street leads from it to the rest", key="world.space.sector_map"
            )
    lost = int((~kept).sum())
    if lost > MOST_DROPPED_SHARE * len(kept):
        worst = int(np.argmax(np.bincount(grid.node_sector[~kept], minlength=len(names))))
        raise ScenarioError(
            f"unreachable sector {names[worst]}: {lost} of {len(kept)} intersections are cut off from the rest",
            key="world.space.sector_map",
            allowed=f"at most {MOST_DROPPED_SHARE:.0%} cut off",
        )
    return grid.keep(kept)


def _segments(grid: Grid) -> np.ndarray:
    """SEGMENT rows with what the grid knows; weights, residents and views are still 0."""
    segments = np.zeros(len(grid.start), SEGMENT)
    swapped = grid.direction < 0
    segments["a"] = np.where(swapped, grid.end, grid.start)
    segments["b"] = np.where(swapped, grid.start, grid.end)
    segments["kind"] = grid.kind
    segments["one_way"] = grid.direction != 0
    segments["sector"] = grid.node_sector[grid.start]
    segments["length_m"] = grid.length_m
    segments["rise_m"] = grid.height_m[segments["b"]] - grid.height_m[segments["a"]]
    return segments


def _people_streets(spec: ScenarioFile, space: StreetSpace, grid: Grid, segments: np.ndarray) -> None:
    """Fill in where on the streets demand arises and people live."""
    for index, name in enumerate(spec.world.sectors):
        if not (segments["sector"] == index).any():
            raise ScenarioError(
                f"unreachable sector {name}: it has no street of its own",
                key="world.space.sector_map",
                allowed="two intersections or more for each sector",
            )
    segments["weight"] = demand_weights(spec, space, grid, segments["sector"])
    segments["residents"] = residents(spec, grid, segments["sector"])
    segments["patrol_weight"] = segments["weight"] * sector_weights(spec)[segments["sector"]]


def _refuse_impassable(segments: np.ndarray, arc_us: np.ndarray) -> None:
    closed = (arc_us == NEVER).all(axis=0).reshape(-1, 2).all(axis=1)
    if closed.any():
        kind = StreetKind(int(segments["kind"][np.argmax(closed)])).name.lower()
        raise ScenarioError(
            f"nobody could come to {int(closed.sum())} of {len(closed)} segments, a {kind} among them",
            key="world.modes",
            allowed="a mode that walks, with a speed for every kind of street",
        )


def _adjacent(grid: Grid, sectors: int) -> np.ndarray:
    """(sectors, sectors) u1: 1 where a street leads from one into the other, and on the diagonal."""
    adjacent = np.eye(sectors, dtype=np.uint8)
    one, other = grid.node_sector[grid.start], grid.node_sector[grid.end]
    adjacent[one, other] = adjacent[other, one] = 1
    return adjacent
