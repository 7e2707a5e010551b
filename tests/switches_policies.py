"""What the later random worlds have besides: deterrence, training, recall, custody by the lowest tier, move-up, bases
and stations that are lost, and teams that slacken and are inspected.

Drawn into the tables from streams of their own, more wildly than any scenario asks for.
"""

from __future__ import annotations

import random

import numpy as np

from sim.tables import SITE, Forces, World
from sim.vocabulary import DAY, HOUR, MINUTE, NEVER, NOBODY, SECOND, Duty, Metric, PatrolRule

SHARE = 0.5  #: of the worlds have each of them


def with_policies(number: int, world: World, forces: Forces) -> tuple[World, Forces]:
    """The same world and forces with some of them switched on."""

    def drawn(name: str) -> random.Random | None:
        rng = random.Random(f"{name} {number}")
        return rng if rng.random() < SHARE else None

    if rng := drawn("deterrence"):
        world = _deterring(rng, world)
    if rng := drawn("scene"):
        forces = _on_scene(rng, forces)
    if rng := drawn("move-up"):
        forces = _moving_up(rng, world, forces)
    if rng := drawn("losses"):
        world, forces = _losing(rng, world, forces)
    if rng := drawn("compliance"):
        forces = _slackening(rng, world, forces)
    return world, forces


def _deterring(rng: random.Random, world: World) -> World:
    """Rule 11a."""
    classes, incidents = world.classes.copy(), world.incidents.copy()
    incidents["mark"] = [rng.random() for _ in incidents]
    classes["deterrable"] = [rng.random() < 0.8 for _ in classes]
    curves = (
        [(0, 0), (MINUTE, 0.5), (4 * MINUTE, 0.9)],
        [(0, 0), (10 * MINUTE, 0.3), (15 * MINUTE, 0.5)],
        [(0, 0.4), (2 * MINUTE, 0.1), (3 * MINUTE, 1)],
        [(0, 0.7)],
    )
    decays = (rng.choice([10 * SECOND, MINUTE, 10 * MINUTE, HOUR]) for _ in range(2))
    return world._replace(
        classes=classes,
        incidents=incidents,
        deterrence_curve=np.array(rng.choice(curves), np.float64),
        deterrence=np.array([rng.choice([0, 0.3, 0.9, 1]), *decays], np.float64),
    )


def _on_scene(rng: random.Random, forces: Forces) -> Forces:
    """Rules 17a, 18a and 18b."""
    tiers = forces.tiers.copy()
    tiers["work_factor"] = [rng.choice([1, 1, 0.6, 0.9, 1.3]) for _ in tiers]
    switches = {name: int(rng.random() < 0.6) for name in ("recalls_surplus", "custody_by_lowest")}
    return forces._replace(tiers=tiers, **switches)


def _moving_up(rng: random.Random, world: World, forces: Forces) -> Forces:
    """Rule 31g, to a place anywhere in the sector."""
    tiers, points = forces.tiers.copy(), np.zeros(len(world.adjacent), SITE)
    tiers["moves_up"] = [rng.random() < 0.8 for _ in tiers]
    for sector, point in enumerate(points):
        ground = np.flatnonzero(world.streets.segments["sector"] == sector).tolist()
        point["sector"] = sector
        point["segment"], point["offset_m"], point["across_m"] = _place(rng, world, ground)
    within_us = rng.choice([30 * SECOND, 3 * MINUTE, 20 * MINUTE])
    return forces._replace(tiers=tiers, cover_points=points, move_up_within_us=within_us)


def _losing(rng: random.Random, world: World, forces: Forces) -> tuple[World, Forces]:
    """Rule 31i: bases and stations, on whole minutes, now and then from the start."""
    units = forces.units.copy()
    for unit in units:
        if rng.random() < 0.6:
            place = _place(rng, world, _passable(world, int(unit["mode"])))
            for field, value in zip(("segment", "offset_m", "across_m"), place, strict=True):
                unit[f"base2_{field}"] = value
            unit["lost_from_us"], unit["lost_to_us"] = _while(rng, world)
    lost = world.stations_lost_us.copy()
    for station in lost:
        if rng.random() < 0.6:
            station[:] = _while(rng, world)
    return world._replace(stations_lost_us=lost), forces._replace(units=units)


def _slackening(rng: random.Random, world: World, forces: Forces) -> Forces:
    """Rule 33: of all units on patrol some, in a few teams over all lines; most points are a team's."""
    units, visits, teams = forces.units.copy(), forces.visits.copy(), rng.randint(1, 3)
    for unit in units:
        unit["team"] = rng.randrange(teams)
        unit["may_slack"] = unit["duty"] != Duty.POST and rng.random() < 0.6
    calls_in = units["rule"] == PatrolRule.VISITS
    units["may_slack"][calls_in] &= np.array([rng.random() < 0.2 for _ in units[calls_in]], np.uint8)
    visits["team"] = [rng.randrange(teams) if rng.random() < 0.8 else NOBODY for _ in visits]
    return forces._replace(
        units=units,
        visits=visits,
        inspected_us=np.array([-rng.randrange(10 * DAY) for _ in range(teams)], np.int64),
        compliance=np.array([rng.choice([0, 0.3, 0.6]), rng.choice([10 * MINUTE, DAY, 5 * DAY])], np.float64),
        slack_us=rng.choice([MINUTE, 5 * MINUTE, 20 * MINUTE]),
    )


def _while(rng: random.Random, world: World) -> tuple[int, int]:
    """From when up to before when."""
    start = rng.choice([0, rng.randrange(0, world.end_us // MINUTE)]) * MINUTE
    return start, rng.choice([NEVER, start + rng.choice([1, 10, 30, 60]) * MINUTE])


def _passable(world: World, mode: int) -> list[int]:
    """Segments that a mode may pass where all streets are open."""
    if world.plane.metric != Metric.STREETS:
        return list(range(len(world.streets.segments)))
    arc_us = world.streets.arc_us[mode]
    return np.flatnonzero(np.minimum(arc_us[::2], arc_us[1::2]) < NEVER).tolist()


def _place(rng: random.Random, world: World, ground: list[int]) -> tuple[int, float, float]:
    """On one of these segments, at an end, a quarter or in the middle; in a plane at a corner of the area."""
    number = rng.choice(ground)
    segment, streets = world.streets.segments[number], world.streets
    if world.plane.metric == Metric.STREETS:
        return number, rng.choice([0, 0.25, 0.5, 1]) * segment["length_m"], 0
    corner = segment[rng.choice(["a", "b"])]
    return number, streets.x_m[corner], streets.y_m[corner]
