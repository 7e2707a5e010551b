"""Small random worlds in which every rule of odd.md comes up.

A world is a scenario drawn from an integer (``tests/drawing.py``), read by the real schema and made by the real
builders, with a twist now and then. Its last digit says of what kind it is: see ``drawing_of``. ``tests/paths.py``
names the paths that a run took; ``tests/test_twin.py`` holds 200 worlds to all of them.
"""

from __future__ import annotations

import random

import numpy as np
from drawing import START_HOUR, Drawing, PlaneDrawing, SupposedDrawing
from switches import closed, switched
from switches_policies import with_policies

from sim.demand import draw_world
from sim.roster import build_forces
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.space import build_geography, travel_streets
from sim.tables import Forces, World
from sim.vocabulary import HOUR, NEVER, SECOND, Metric

TICK_US = 10_000_000  #: of the worlds that run like clockwork, so that many things happen at the same instant
TICK_M = 50  #: a tick's way in a plane by clockwork
ATTEMPTS = 200
PLAIN_SHARE = 0.25  #: of the worlds have no queue order, reserve, call-takers, outages or pre-emption
FROM_SWITCHES = 2000  #: this world and later ones have closed streets, joint units and what else came after the others
RELIEF_SHARE = 0.2  #: of the worlds relieve every crew by a unit drawn from all


def drawing_of(number: int) -> type[Drawing]:
    """Numbers that end in 1 or 9 are planes, those in 7 streets with what theory supposes, all others streets."""
    return {1: PlaneDrawing, 9: PlaneDrawing, 7: SupposedDrawing}.get(number % 10, Drawing)


def of_streets(count: int) -> list[int]:
    """The first so many numbers whose worlds have streets, walked as crews can walk them."""
    return [number for number in range(2 * count) if drawing_of(number) is Drawing][:count]


def build(number: int) -> tuple[World, Forces]:
    """The random world of this number and the forces in it."""
    rng = random.Random(f"twists {number}")
    clockwork = rng.random() < 0.2
    for attempt in range(ATTEMPTS):
        try:
            data, closes = scenario(number, attempt), number >= FROM_SWITCHES
            world, forces = build_scenario(data, number, attempt, clockwork, closes)
        except ScenarioError:  # a district in parts, a site that has no place: draw another
            continue
        if clockwork:
            world, forces = _on_the_tick(world, forces)
        world, forces = _twisted(rng, world, forces)
        if number >= FROM_SWITCHES:
            world, forces = with_policies(number, world, switched(number, world, forces))
        return world, forces
    raise AssertionError(f"no world of number {number} in {ATTEMPTS} attempts")


def build_scenario(
    data: dict, seed: int, replication: int = 0, clockwork: bool = False, closes: bool = False
) -> tuple[World, Forces]:
    """The tables of a scenario given as plain data; by clockwork every street takes whole ticks, and some may close."""
    spec = ScenarioFile.model_validate(data)
    geography = build_geography(spec)
    if clockwork:
        ticks = np.maximum(_ticks(geography.arc_us), TICK_US)
        geography = geography._replace(arc_us=np.where(geography.arc_us == NEVER, NEVER, ticks))
    if closes:
        geography = closed(seed, geography, round((spec.run.warm_up_h + spec.run.measured_h) * HOUR))
    streets = travel_streets(geography, cache=False)
    world = draw_world(spec, geography, streets, seed, replication)
    return world, build_forces(spec, geography, streets, world)


def _ticks(us: np.ndarray) -> np.ndarray:
    """Times rounded to whole ticks."""
    return np.where(us == NEVER, NEVER, (us + TICK_US // 2) // TICK_US * TICK_US)


def _on_the_tick(world: World, forces: Forces) -> tuple[World, Forces]:
    """The same with all times and places on whole ticks and no factors on speed."""
    incidents, stages, path = world.incidents.copy(), world.stages.copy(), world.path.copy()
    incidents["began_us"] = _ticks(incidents["began_us"])
    for field in ("report_us", "lifetime_us", "patience_us", "work_us", "off_model_us", "custody_us"):
        stages[field] = _ticks(stages[field])
    path["duration_us"] = np.maximum(_ticks(path["duration_us"]), TICK_US)
    tiers, units, commitments = forces.tiers.copy(), forces.units.copy(), forces.commitments.copy()
    tiers["patrol_factor"], tiers["response_factor"] = 1, 1
    for field in ("start_us", "duration_us", "latest_us"):
        commitments[field] = _ticks(commitments[field])
    visits = forces.visits.copy()
    visits["dwell_us"] = np.maximum(_ticks(visits["dwell_us"]), TICK_US)
    world = world._replace(incidents=incidents, stages=stages, path=path, speed_factor=np.ones_like(world.speed_factor))
    forces = forces._replace(tiers=tiers, units=units, commitments=commitments, visits=visits)
    forces = forces._replace(wrap_up_us=_ticks(forces.wrap_up_us))
    if world.plane.metric == Metric.STREETS:
        _on_the_grid(world.streets.segments["length_m"], incidents, units)
        return world, forces
    return _in_steps(world, forces)


def _on_the_grid(length_m: np.ndarray, incidents: np.ndarray, units: np.ndarray) -> None:
    """Incidents that stay at quarters of their streets, units at intersections."""
    still = incidents["path_count"] == 0
    quarters = np.round(incidents["offset_m"] / length_m[incidents["segment"]] * 4) / 4
    incidents["offset_m"][still] = (quarters * length_m[incidents["segment"]])[still]
    units["start_offset_m"] = units["base_offset_m"] = units["post_offset_m"] = 0


def _in_steps(world: World, forces: Forces) -> tuple[World, Forces]:
    """In a plane: a step of TICK_M takes a tick, and everything is whole steps from the corner."""
    stations = world.stations.copy()
    for table in (world.incidents, stations, forces.units, forces.commitments):
        for field in table.dtype.names:
            if field.endswith(("offset_m", "across_m")):
                table[field] = np.floor(table[field] / TICK_M) * TICK_M
    still = np.zeros_like(world.plane.speed_mps)
    plane = world.plane._replace(speed_mps=still + TICK_M / (TICK_US / SECOND), acceleration_mps2=still)
    return world._replace(plane=plane, stations=stations), forces


def _twisted(rng: random.Random, world: World, forces: Forces) -> tuple[World, Forces]:
    """Now and then something that the builders make rarely or refuse, so that its rule is seen too."""
    classes, alternatives = world.classes.copy(), world.alternatives.copy()
    if rng.random() < 0.15:  # needs that nobody can ever fill
        class_ = classes[rng.randrange(len(classes))]
        slots = world.slots[class_["slot_first"] : class_["slot_first"] + class_["slot_count"]]
        for slot in slots:
            first = slot["alternative_first"]
            alternatives["min_crew"][first : first + slot["alternative_count"]] = 900
    if rng.random() < 0.1:  # work starts with whoever comes
        classes["quorum"][rng.randrange(len(classes))] = 0
    world = world._replace(classes=classes, alternatives=alternatives)
    if rng.random() < 0.1:  # nowhere to take anybody
        world = world._replace(stations=world.stations[:0], stations_lost_us=world.stations_lost_us[:0])
    if rng.random() < 0.1 and len(forces.beats):  # a beat without streets
        beat_segments, beat_nodes = forces.beat_segments.copy(), forces.beat_nodes.copy()
        beat = rng.randrange(len(forces.beats))
        beat_segments[beat], beat_nodes[beat] = 0, 0
        forces = forces._replace(beat_segments=beat_segments, beat_nodes=beat_nodes)
    if rng.random() < RELIEF_SHARE and len(forces.units) > 1:  # each is relieved by some other
        units, spells = forces.units.copy(), forces.spells.copy()
        units["hands_over"] = 1
        order = rng.sample(range(len(units)), len(units))
        for number, relief in zip(order, order[1:] + order[:1], strict=True):
            first = units["spell_first"][number]
            spells["relief"][first : first + units["spell_count"][number]] = relief
        forces = forces._replace(units=units, spells=spells)
    if world.plane.metric != Metric.STREETS and rng.random() < 0.5:  # sectors that are no neighbours
        adjacent = np.array([[rng.random() < 0.5 for _ in row] for row in world.adjacent], np.uint8)
        world = world._replace(adjacent=np.maximum(adjacent, np.eye(len(adjacent), dtype=np.uint8)))
    return world, forces


def scenario(number: int, attempt: int = 0) -> dict:
    """A random scenario of a few hours."""
    data = drawing_of(number)(random.Random(f"world {number} {attempt}")).scenario()
    rng = random.Random(f"policies {number}")
    if rng.random() >= PLAIN_SHARE:
        _command(rng, data)
        _queue_order(rng, data)
        _reserves(rng, data)
        _preemption(rng, data)
    rng = random.Random(f"duties {number} {attempt}")
    if rng.random() >= PLAIN_SHARE:
        on_streets = drawing_of(number) is not PlaneDrawing
        for line in data["policy"]["roster"]:
            if on_streets and line["duty"] == "patrol":
                _patrol(rng, line)
            _hours(rng, line)
        _escalation(rng, data)
        _fatigue(rng, data)
    return data


def _command(rng: random.Random, data: dict) -> None:
    """Call-takers, so few that calls wait for them, and outages that may overlap."""
    command = data["policy"]["command"]
    command["call_takers"] = rng.choice([0, 1, 1, 2])
    command["call_handling_s"] = rng.choice([0, 30, 60, 120, 240])
    starts = [rng.choice([0, 0.25, 0.5, 1]) for _ in range(rng.choice([0, 0, 1, 2]))]
    data["world"]["outages"] = [
        {"from_h": start, "to_h": start + rng.choice([0.25, 0.5]), "delay_min": rng.choice([0.5, 2])}
        for start in starts
    ]


def _queue_order(rng: random.Random, data: dict) -> None:
    order = {"order": rng.choice(["priority", "ageing", "first_come"]), "ageing_min": rng.choice([0, 5, 20])}
    data["policy"]["dispatch"] |= order


def _reserves(rng: random.Random, data: dict) -> None:
    for tier in data["policy"]["tiers"].values():
        if rng.random() < 0.4:
            tier["reserve"] = [rng.choice([0, 0, 1]), rng.choice([0, 1, 2]), rng.choice([0, 1, 2, 3])]
            tier["reserve_scope"] = rng.choice(["district", "sector"])
        tier["preemptible"] = rng.random() < 0.8


def _preemption(rng: random.Random, data: dict) -> None:
    """Up to three rules, for the more urgent; now and then a call robs its own priority or a higher one."""
    rules = []
    for _ in range(rng.choice([0, 1, 2, 3])):
        calling, in_hand = rng.choice([(1, [2]), (1, [3]), (1, [2, 3]), (2, [3]), (rng.randint(1, 3), [1, 2, 3])])
        states = rng.sample(["turnout", "en_route", "on_scene"], rng.randint(1, 3))
        rules.append({"calling": calling, "in_hand": in_hand, "states": states})
    data["policy"]["dispatch"]["preempt"] = rules
    data["policy"]["dispatch"]["preempt_min_gain_s"] = rng.choice([None, None, 0, 20, 90])


def _patrol(rng: random.Random, line: dict) -> None:
    """Standby, rounds and visits among the other patrols."""
    if rng.random() < 0.25:
        line |= {"duty": "standby", "beat": "around", "post": rng.choice(["home", "hot_spot", "site:school"])}
        line["beat_radius_m"] = rng.choice([60, 120, 200])
    draw = rng.random()
    if draw < 0.25:
        line["rule"] = "round"
    elif draw < 0.5:
        if line["duty"] == "patrol":
            line["per"], line["beat"] = "district", "district"
        roles = rng.sample(["school", "police_station"], rng.choice([1, 1, 2]))
        line["rule"] = "visits"
        line["visits"] = [{"role": role, "dwell_min": rng.choice([0.5, 2, 6])} for role in roles]


def _hours(rng: random.Random, line: dict) -> None:
    """Breaks in a corridor, planned work at set hours and places, and crews that hand over."""
    if rng.random() < 0.4:
        earliest = rng.choice([0.1, 0.25, 0.5, 1, 1.5])
        line["break_min"] = rng.choice([4, 10])
        line["break_window_h"] = [earliest, earliest + rng.choice([0, 0, 0.05, 0.25])]
    starts = rng.sample([10, 25, 40, 70, 95, 130], rng.choice([0, 0, 1, 2]))
    line["planned"] = [
        {
            "from": _clock(start),
            "to": _clock(start + rng.choice([4, 10])),
            "priority": rng.randint(0, 3),
            "place": rng.choice([None, "base", "site:school"]),
        }
        for start in sorted(starts)
    ]
    if line["system"] in ("three_shifts", "two_shifts") and rng.random() < 0.7:
        line["changeover"] = "hand_over"


def _clock(minutes: int) -> str:
    """The time of day so long after the start."""
    return "{:02d}:{:02d}".format(*divmod(60 * START_HOUR + minutes, 60))


def _escalation(rng: random.Random, data: dict) -> None:
    """Often so soon over that it comes again, with crews that are only called."""
    if rng.random() < 0.5:
        return
    over = rng.choice([1, 1, 2, 4])
    data["policy"]["dispatch"]["escalation"] = {
        "over": over,
        "after_min": rng.choice([0, 1, 4]),
        "until": rng.randint(0, over),
        "call_off_breaks": rng.random() < 0.5,
        "open_borders": rng.random() < 0.5,
    }
    for line in data["policy"]["roster"]:
        if rng.random() < 0.3:
            line |= {"on_call_min": rng.choice([0, 2, 10]), "break_min": 0, "planned_share": 0, "planned": []}
            line.pop("break_window_h", None)


def _fatigue(rng: random.Random, data: dict) -> None:
    if rng.random() < 0.5:
        shares = {key: rng.choice([0, 0.15, 0.4]) for key in ("turnout_per_h", "work_per_h")}
        data["policy"]["fatigue"] = {"from_h": rng.choice([0, 0.5, 1, 3])} | shares
