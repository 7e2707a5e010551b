"""``draw_world``: a scenario, a geography and a seed become the tables of one day."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.demand.arrivals import Arrivals, arrivals
from sim.demand.attributes import Attribute, draw_attribute, draw_stages
from sim.demand.classes import class_tables
from sim.demand.day import Day
from sim.demand.paths import Walks
from sim.demand.places import Places
from sim.demand.probes import draw_probes
from sim.demand.rates import Surges, rates
from sim.demand.surroundings import sight_factors, speed_factors
from sim.draws import name_key
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.tables import Geography, Streets, World
from sim.vocabulary import HOUR, MINUTE, SECOND


def draw_world(spec: ScenarioFile, geography: Geography, streets: Streets, seed: int, replication: int) -> World:
    """Everything that happens in one replication, whoever works. ``seed`` and ``replication`` in [0, 2**32).

    Raises ``ScenarioError`` where the demand has no place to go, or is too large to be drawn.
    """
    run, world = spec.run, spec.world
    warm_up_us, end_us = round(run.warm_up_h * HOUR), round((run.warm_up_h + run.measured_h) * HOUR)
    horizon_us = round((run.warm_up_h + run.measured_h + run.drain_h) * HOUR)
    day = Day(int(seed), int(replication))
    classes, slots, alternatives = class_tables(spec)
    refuse_misplaced(spec, geography)
    base, places = rates(spec, geography), Places(geography)

    surges = Surges(world.demand, list(world.classes), geography.sectors)
    drawn = arrivals(base, surges, list(world.classes), geography.sectors, horizon_us, day)
    drawn = _sorted(_with_injections(drawn, spec))
    incidents, path = _place(drawn, spec, geography, streets, places, day)
    moves = incidents["path_count"] > 0
    return World(
        seed=day.seed,
        replication=day.replication,
        warm_up_us=warm_up_us,
        end_us=end_us,
        horizon_us=horizon_us,
        start_hour=world.start_hour,
        look_us=round(world.look_min * MINUTE),
        off_model_handling_us=round(world.off_model_handling_s * SECOND),
        streets=streets,
        speed_factor=speed_factors(spec),
        sight_factor=sight_factors(spec),
        adjacent=np.ascontiguousarray(geography.adjacent, np.uint8),
        classes=classes,
        slots=slots,
        alternatives=alternatives,
        stations=geography.sites.get(world.custody_site, np.zeros(0, t.SITE)),
        incidents=incidents,
        stages=draw_stages(spec, drawn.key, drawn.class_, moves, day),
        path=path,
        probes=draw_probes(spec, geography, places, base, warm_up_us, end_us, day),
    )


def refuse_misplaced(spec: ScenarioFile, geography: Geography) -> None:
    """Raise ``ScenarioError`` naming an injected incident whose class has no place in its sector."""
    weights = rates(spec, geography).weights
    classes, sectors = list(spec.world.classes), list(spec.world.sectors)
    for number, injection in enumerate(spec.world.demand.injections):
        class_, sector = classes.index(injection.class_), sectors.index(injection.sector)
        if weights[class_, sector] == 0:
            raise ScenarioError(
                f"incidents of class {injection.class_} have no place there",
                key=f"world.demand.injections.{number}.sector",
                value=injection.sector,
                allowed=", ".join(name for row, name in enumerate(sectors) if weights[class_, row] > 0),
            )


def _with_injections(drawn: Arrivals, spec: ScenarioFile) -> Arrivals:
    """The arrivals and the injected incidents, which are named by their own names."""
    classes, sectors = list(spec.world.classes), list(spec.world.sectors)
    for injection in spec.world.demand.injections:
        class_, sector = classes.index(injection.class_), sectors.index(injection.sector)
        drawn = Arrivals(
            np.append(drawn.key, np.uint64(name_key("injection", injection.name))),
            np.append(drawn.class_, np.int64(class_)),
            np.append(drawn.sector, np.int64(sector)),
            np.append(drawn.began_us, np.int64(round(injection.at_h * HOUR))),
        )
    return drawn


def _sorted(drawn: Arrivals) -> Arrivals:
    """Ascending by (began, key), which no other incident's presence changes."""
    order = np.lexsort((drawn.key, drawn.began_us))
    return Arrivals(*(column[order] for column in drawn))


def _place(
    drawn: Arrivals, spec: ScenarioFile, geography: Geography, streets: Streets, places: Places, day: Day
) -> tuple[np.ndarray, np.ndarray]:
    """INCIDENT and PATH_LEG rows of the arrivals: where they are, and what does not change with their stage."""
    incidents = np.zeros(len(drawn.key), t.INCIDENT)
    incidents["key"], incidents["sector"], incidents["began_us"] = drawn.key, drawn.sector, drawn.began_us
    walks, legs = Walks(spec, geography, streets), [np.zeros(0, t.PATH_LEG)]
    draws = {at: draw_attribute(at, drawn.key, day) for at in Attribute if at < Attribute.CALLED}
    ways: dict[int, np.ndarray] = {}
    for row, kind in enumerate(spec.world.classes.values()):
        rows = np.flatnonzero(drawn.class_ == row)
        if not len(rows):
            continue
        first, second = draws[Attribute.SEGMENT][rows], draws[Attribute.OFFSET][rows]
        segment, offset = places.draw(kind.place, drawn.sector[rows], first, second)
        incidents["segment"][rows], incidents["offset_m"][rows] = segment, offset
        incidents["visible"][rows] = draws[Attribute.VISIBLE][rows] < kind.visible_share
        incidents["unfounded"][rows] = draws[Attribute.UNFOUNDED][rows] < kind.unfounded_share
        if kind.moves:
            low, high = kind.moves.distance_m
            going = (draws[Attribute.MOVES][rows] < kind.moves.share) & (incidents["unfounded"][rows] == 0)
            for number in rows[going].tolist():
                one = incidents[number]
                distance = low + float(draws[Attribute.DISTANCE][number]) * (high - low)
                start = int(one["segment"]), float(one["offset_m"])
                ways[number] = walks.path(kind.moves, *start, distance, int(one["key"]), day)
    count = 0
    for number in sorted(ways):
        incidents["path_first"][number], incidents["path_count"][number] = count, len(ways[number])
        legs.append(ways[number])
        count += len(ways[number])
    return incidents, np.concatenate(legs)
