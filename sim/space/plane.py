"""The plane: a rectangle or torus of areas, where every way is open (odd.md rule 7c)."""

from __future__ import annotations

import numpy as np

from sim.scenario.schema import Mode, PlaneSpace, ScenarioFile, SpeedTable
from sim.space.arcs import arcs_by_node
from sim.space.weights import sector_weights, within_sectors
from sim.tables import SEGMENT, Geography, Plane
from sim.vocabulary import NEVER, Metric, StreetKind

METRIC = {"manhattan": Metric.MANHATTAN, "euclid": Metric.EUCLID}


def build_plane(spec: ScenarioFile, space: PlaneSpace) -> Geography:
    """The plane of a scenario, still without sites.

    Areas are numbered by sector, then as written; area s has the corners 2 s (south-west) and 2 s + 1 (north-east). No
    arc is open, all sectors are neighbours, and every mode goes by its own means. Demand and residents of a sector lie
    on its areas by size.
    """
    world = spec.world
    modes, sectors = len(world.modes), len(world.sectors)
    whole = [0.0, 0.0, space.width_m, space.height_m]
    rectangles = [
        (row, area) for row, sector in enumerate(world.sectors.values()) for area in sector.areas_m or [whole]
    ]
    corners = np.array([area for _, area in rectangles], np.float64).reshape(-1, 2)
    segments = np.zeros(len(rectangles), SEGMENT)
    segments["a"], segments["b"] = np.arange(0, len(corners), 2), np.arange(1, len(corners), 2)
    segments["kind"] = StreetKind.ROAD
    segments["sector"] = [row for row, _ in rectangles]
    width_m, height_m = (corners[1::2] - corners[::2]).T
    segments["length_m"] = width_m * height_m if space.height_m > 0 else width_m
    shares = within_sectors(segments["length_m"], segments["sector"], sectors)
    segments["weight"] = shares
    segments["residents"] = shares * np.array([rules.residents for rules in world.sectors.values()])[segments["sector"]]
    segments["patrol_weight"] = shares * sector_weights(spec)[segments["sector"]]
    node_first, node_arcs = arcs_by_node(segments, len(corners))
    return Geography(
        x_m=corners[:, 0].copy(),
        y_m=corners[:, 1].copy(),
        node_sector=np.repeat(segments["sector"], 2),
        segments=segments,
        epochs_us=np.zeros(1, np.int64),
        arc_us=np.full((modes, 2 * len(segments)), NEVER, np.int64),
        closed=np.zeros((1, modes, 2 * len(segments)), np.uint8),
        node_first=node_first,
        node_arcs=node_arcs,
        view_first=np.array([0, len(segments)], np.int32),
        view_segments=np.arange(len(segments), dtype=np.int32),
        adjacent=np.ones((sectors, sectors), np.uint8),
        foot=np.arange(modes, dtype=np.int16),
        dismount_us=np.zeros(modes, np.int64),
        plane=Plane(
            metric=int(METRIC[space.metric]),
            torus=int(space.torus),
            extent_m=np.array([space.width_m, space.height_m], np.float64),
            speed_mps=np.array([_speed(mode) for mode in world.modes.values()], np.float64),
            acceleration_mps2=np.array([mode.acceleration_mps2 or 0.0 for mode in world.modes.values()], np.float64),
        ),
        sectors=tuple(world.sectors),
        modes=tuple(world.modes),
        sites={},
    )


def _speed(mode: Mode) -> float | None:
    """Metres a second: on roads, where it has speeds by kind of street."""
    return mode.speed_mps.road if isinstance(mode.speed_mps, SpeedTable) else mode.speed_mps
