"""``draw_world``: a scenario, a geography and a seed become the tables of one day."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.demand.arrivals import Arrivals, arrivals
from sim.demand.attributes import Attribute, Draws, draw_stages
from sim.demand.classes import class_tables
from sim.demand.day import Day
from sim.demand.deterrence import deterrence_fields
from sim.demand.injections import Injected, injected
from sim.demand.paths import Walks
from sim.demand.places import Places
from sim.demand.probes import draw_probes
from sim.demand.rates import Surges, rates
from sim.demand.surroundings import sight_factors, speed_factors
from sim.scenario.schema import Outage, ScenarioFile
from sim.space.losses import lost_us
from sim.tables import Geography, Streets, World
from sim.vocabulary import HOUR, MINUTE, SECOND

AXES = (Attribute.SEGMENT, Attribute.OFFSET, Attribute.ACROSS)  #: which segment or site, how far along, how far across


def draw_world(spec: ScenarioFile, geography: Geography, streets: Streets, seed: int, replication: int) -> World:
    """Everything that happens in one replication, whoever works. ``seed`` and ``replication`` in [0, 2**32).

    Raises ``ScenarioError`` where the demand has no place to go, or is too large to be drawn.
    """
    run, world = spec.run, spec.world
    warm_up_us, end_us = round(run.warm_up_h * HOUR), round((run.warm_up_h + run.measured_h) * HOUR)
    horizon_us = round((run.warm_up_h + run.measured_h + run.drain_h) * HOUR)
    day = Day(int(seed), int(replication))
    classes, slots, alternatives = class_tables(spec)
    base, places = rates(spec, geography), Places(geography)

    surges = Surges(world.demand, list(world.classes), geography.sectors)
    fixed = np.array([kind.arrivals == "fixed" for kind in world.classes.values()])
    deterrable = classes["deterrable"] > 0
    drawn = arrivals(base, surges, list(world.classes), geography.sectors, fixed, deterrable, horizon_us, day)
    given = injected(spec, geography)
    drawn = _sorted(Arrivals(*(np.concatenate(columns) for columns in zip(drawn, given.arrivals, strict=True))))
    incidents, path = _place(drawn, given, spec, geography, streets, places, day)
    incidents["mark"] = np.where(deterrable[drawn.class_], drawn.mark, 0.0)
    moves = incidents["path_count"] > 0
    stations = geography.sites.get(world.custody_site, np.zeros(0, t.SITE))
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
        plane=geography.plane,
        speed_factor=speed_factors(spec),
        sight_factor=sight_factors(spec),
        adjacent=np.ascontiguousarray(geography.adjacent, np.uint8),
        classes=classes,
        slots=slots,
        alternatives=alternatives,
        stations=stations,
        incidents=incidents,
        stages=draw_stages(spec, drawn.key, drawn.class_, moves, day),
        path=path,
        outages=_outages(world.outages),
        stations_lost_us=lost_us(spec, geography, world.custody_site),
        **deterrence_fields(spec),
        probes=draw_probes(spec, geography, places, base, warm_up_us, end_us, day),
    )


def _outages(rows: list[Outage]) -> np.ndarray:
    """OUTAGE rows."""
    spans = [(round(row.from_h * HOUR), round(row.to_h * HOUR), round(row.delay_min * MINUTE)) for row in rows]
    return np.array(spans, t.OUTAGE)


def _sorted(drawn: Arrivals) -> Arrivals:
    """Ascending by (began, key), which no other incident's presence changes."""
    order = np.lexsort((drawn.key, drawn.began_us))
    return Arrivals(*(column[order] for column in drawn))


def _place(
    drawn: Arrivals,
    given: Injected,
    spec: ScenarioFile,
    geography: Geography,
    streets: Streets,
    places: Places,
    day: Day,
) -> tuple[np.ndarray, np.ndarray]:
    """INCIDENT and PATH_LEG rows of the arrivals: where they are, and what does not change with their stage."""
    incidents = np.zeros(len(drawn.key), t.INCIDENT)
    incidents["key"], incidents["sector"], incidents["began_us"] = drawn.key, drawn.sector, drawn.began_us
    walks, legs = Walks(spec, geography, streets), [np.zeros(0, t.PATH_LEG)]
    draws, ways = Draws(drawn.key, day), {}
    pointed = np.isin(drawn.key, np.array(list(given.places), np.uint64))
    for number in np.flatnonzero(pointed).tolist():
        given.places[int(drawn.key[number])].put(incidents, np.array([number]))
    for row, kind in enumerate(spec.world.classes.values()):
        rows = np.flatnonzero(drawn.class_ == row)
        if not len(rows):
            continue
        elsewhere = rows[~pointed[rows]]
        which, along, across = (draws.of(axis, elsewhere) for axis in AXES)
        places.draw(kind.place, drawn.sector[elsewhere], which, along, across).put(incidents, elsewhere)
        incidents["visible"][rows] = draws.below(Attribute.VISIBLE, kind.visible_share, rows)
        incidents["unfounded"][rows] = draws.below(Attribute.UNFOUNDED, kind.unfounded_share, rows)
        if kind.moves:
            low, high = kind.moves.distance_m
            going = draws.below(Attribute.MOVES, kind.moves.share, rows) & (incidents["unfounded"][rows] == 0)
            distances = low + draws.of(Attribute.DISTANCE, rows) * (high - low)
            for number, distance in zip(rows[going].tolist(), distances[going].tolist(), strict=True):
                one = incidents[number]
                start = int(one["segment"]), float(one["offset_m"])
                ways[number] = walks.path(kind.moves, *start, distance, int(one["key"]), day)
    count = 0
    for number in sorted(ways):
        incidents["path_first"][number], incidents["path_count"][number] = count, len(ways[number])
        legs.append(ways[number])
        count += len(ways[number])
    return incidents, np.concatenate(legs)
