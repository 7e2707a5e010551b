"""What must hold in every world: the books balance, and a change that should not matter does not.

One incident more changes only what it touches; numbers given to units, classes and sectors carry nothing; a city in the
mirror, or with the two ends of every street swapped, gives the same times.
"""

from __future__ import annotations

import copy
import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from audit import audit
from numba import config
from worlds import build, build_scenario, of_streets, scenario

from sim.demand import draw_world
from sim.engine import run, simulate_one
from sim.kernel import duty, patrol, sight, streets
from sim.roster import build_forces
from sim.scenario import Scenario
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.space import build_geography, travel_streets
from sim.tables import Forces, Records, World
from sim.vocabulary import (
    HOUR,
    NEVER,
    NOBODY,
    Duty,
    EventKind,
    LeavesPost,
    Outcome,
    PatrolRule,
    Phase,
    ScoreRule,
    UnitState,
)

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
UNIT_KINDS = range(EventKind.DUTY_BEGINS, EventKind.SIGHTING + 1)
AT_WORK = (UnitState.TURNOUT, UnitState.EN_ROUTE, UnitState.ON_SCENE)
SAME_MICROSECOND_M = (
    1e-4  #: who meets a moving incident within the microsecond goes this far at most, and no leg is kept
)
UNEVEN = 1.0317  #: with a factor of 1.5 what is left of a leg often takes half a microsecond more than a whole number
CALM = 80  #: worlds for relabelling
#: Rules under which units that set out at one instant take what others leave them.
FIRST_COMES_FIRST = (PatrolRule.LEAST_RECENTLY_PASSED, PatrolRule.VISITS)
PASSING = (UnitState.PATROL, UnitState.RETURNING)


# --------------------------------------------------------------------------------------------------- the books


def clipped(world: World, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Time within the measured time."""
    begin, end = np.maximum(start, world.warm_up_us), np.minimum(stop, world.end_us)
    return np.maximum(end - begin, 0)


def sum_by(rows: np.ndarray, what: np.ndarray, count: int) -> np.ndarray:
    """Integer sums of ``what`` by row number; exact, unlike weights of ``bincount``."""
    sums = np.zeros(count, np.int64)
    np.add.at(sums, rows, what)
    return sums


def cross_check(world: World, forces: Forces, records: Records) -> None:
    """Books that different parts of the kernel keep say the same; all logs have to be kept."""
    _duty(world, forces, records)
    _work(forces, records)
    _incidents(world, records)
    _ways(world, forces, records)
    _streets(world, records)


def _duty(world: World, forces: Forces, records: Records) -> None:
    """On duty is muster to release: the spells, those of crews on call from their beginning, and overtime."""
    owner = np.repeat(np.arange(len(forces.units)), forces.units["spell_count"])
    assert np.array_equal(
        forces.units["spell_first"], np.cumsum(forces.units["spell_count"]) - forces.units["spell_count"]
    )
    start, end = forces.spells["start_us"].copy(), forces.spells["end_us"]
    start[forces.units["on_call_us"][owner] < NEVER] = NEVER
    for begun in records.trace[records.trace["kind"] == EventKind.DUTY_BEGINS]:
        mine = (owner == begun["number"]) & (forces.spells["start_us"] <= begun["at_us"]) & (begun["at_us"] < end)
        start[mine] = begun["at_us"]
    planned = sum_by(owner, clipped(world, start, end), len(forces.units))
    on_duty = records.units["state_us"].sum(axis=1) - records.units["state_us"][:, UnitState.OFF_DUTY]
    assert np.array_equal(on_duty, planned + records.units["overtime_us"])


def _work(forces: Forces, records: Records) -> None:
    """A unit is in turnout, en route or on scene exactly while it is assigned."""
    sent, states, count = records.assignments, records.states, len(forces.units)
    until = np.minimum(sent["cleared_us"], records.stop_us)
    assigned = sum_by(sent["unit"], until - sent["dispatched_us"], count)
    there = states[np.isin(states["state"], AT_WORK)]
    assert np.array_equal(sum_by(there["unit"], there["to_us"] - there["from_us"], count), assigned)
    scene = {(row["unit"], row["incident"], row["from_us"]) for row in states[states["state"] == UnitState.ON_SCENE]}
    stayed = sent[(sent["arrived_us"] < NEVER) & (sent["arrived_us"] < until)]
    assert {(row["unit"], row["incident"], row["arrived_us"]) for row in stayed} == scene

    tiers = forces.tiers[forces.units["tier"][sent["unit"]]]
    turnout, out = sent["en_route_us"] - sent["dispatched_us"], sent["en_route_us"] < NEVER
    called = sent["on_view"] == 0
    tired = forces.fatigue_turnout[_hours_on_duty(forces, sent)]
    where_from = ("patrol", "standby", "post", "base")
    from_where = [np.rint(tiers[f"turnout_{state}_us"] * tired) == turnout for state in where_from]
    assert (~out | ~called | np.any(from_where, axis=0)).all()
    assert (called | (turnout == 0)).all()

    ended = records.incidents["closed_us"][sent["incident"]]
    assert (sent["cleared_us"] <= ended).all(), "a member after the end"
    legs, driven = records.legs[records.legs["state"] == UnitState.EN_ROUTE], np.zeros(len(sent))
    for k, row in enumerate(sent):
        mine = (legs["unit"] == row["unit"]) & (legs["from_us"] >= row["dispatched_us"]) & (legs["to_us"] <= until[k])
        driven[k] = np.abs(legs["to_m"] - legs["from_m"])[mine].sum()
    np.testing.assert_allclose(sent["travel_m"], driven, atol=SAME_MICROSECOND_M)


def _hours_on_duty(forces: Forces, sent: np.ndarray) -> np.ndarray:
    """(A,) full hours since the start of the spell, at the dispatch."""
    first, count = (forces.units[field][sent["unit"]] for field in ("spell_first", "spell_count"))
    start = [
        max(at for at in forces.spells["start_us"][one : one + many] if at <= now)
        for one, many, now in zip(first, count, sent["dispatched_us"], strict=True)
    ]
    hours = (sent["dispatched_us"] - np.array(start, np.int64)) // HOUR
    return np.minimum(hours, len(forces.fatigue_turnout) - 1)


def _incidents(world: World, records: Records) -> None:
    """What the draws decide alone."""
    rows, began, stages = (
        records.incidents,
        world.incidents["began_us"],
        world.stages[:: len(world.stages) // len(world.incidents)],
    )
    looked = np.isin(rows["outcome"], (Outcome.UNFOUNDED, Outcome.GONE_ON_ARRIVAL))
    assert (rows["closed_us"] - rows["first_arrival_us"])[looked].tolist() == [world.look_us] * looked.sum()
    called = (rows["received_us"] < NEVER) & (rows["on_view"] == 0) & (rows["stage"] == 0)
    assert np.array_equal(rows["received_us"][called], (began + stages["report_us"])[called])
    unnoticed = (rows["outcome"] == Outcome.UNNOTICED) & (rows["stage"] == 0)
    assert np.array_equal(rows["closed_us"][unnoticed], (began + stages["lifetime_us"])[unnoticed])
    begun = records.trace[records.trace["kind"] == EventKind.INCIDENT_BEGINS]
    born = np.flatnonzero(rows["phase"] != Phase.UNBORN)
    assert begun["number"].tolist() == born.tolist() == list(range(len(born)))
    assert np.array_equal(begun["at_us"], began[born])


def _ways(world: World, forces: Forces, records: Records) -> None:
    """Legs go where the mode, or the crew on foot, may go; patrols stay in their beats."""
    legs, arc_us = records.legs, world.streets.arc_us
    units = forces.units[legs["unit"]]
    arc = 2 * legs["segment"] + (legs["to_m"] < legs["from_m"])
    foot = world.streets.foot[units["mode"]]
    driving = arc_us[units["mode"], arc] < NEVER
    walking = (arc_us[foot, arc] < NEVER) & np.isin(legs["state"], (UnitState.EN_ROUTE, UnitState.TO_VEHICLE))
    assert (driving | walking).all()
    on_patrol = (legs["state"] == UnitState.PATROL) & (units["rule"] != PatrolRule.VISITS)  # who visits goes his way
    assert (forces.beat_segments[units["beat"][on_patrol], legs["segment"][on_patrol]] == 1).all()


def _streets(world: World, records: Records) -> None:
    """Passes and gaps, made again from the legs."""
    legs, length = records.legs, world.streets.segments["length_m"]
    whole = np.isin(legs["state"], PASSING) & (np.abs(legs["to_m"] - legs["from_m"]) == length[legs["segment"]])
    passes = legs[whole]
    assert np.array_equal(np.bincount(passes["unit"], minlength=len(records.units)), records.units["passes"])
    for s, row in enumerate(records.streets):
        at = np.sort(passes["to_us"][passes["segment"] == s])
        counted = at[(at >= world.warm_up_us) & (at < world.end_us)]
        assert row["passes"] == len(counted)
        start = np.concatenate(([-1], at))
        gaps = clipped(world, start, np.append(at, world.end_us))
        assert row["worst_gap_us"] == gaps.max()
        np.testing.assert_allclose(row["gap_squared_s2"], ((gaps / 1e6) ** 2).sum(), rtol=1e-12)
        seen = [np.minimum(gaps, hours * HOUR).sum() for hours in (2, 4, 8)]
        assert row["seen_us"].tolist() == seen


@pytest.mark.parametrize("number", of_streets(60))
def test_books_of_random_worlds(number):
    world, forces = build(number)
    records = run(world, forces)
    audit(world, forces, records)
    cross_check(world, forces, records)


SMALL = {"run.warm_up_h": 1, "run.measured_h": 3, "run.drain_h": 1}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("small_town", {}),
        ("small_town", {"world.demand.per_day": 1000}),
        ("ordinary_day", SMALL | {"world.demand.scale": 0.5}),
    ],
    ids=["small town", "busy small town", "ordinary day"],
)
def test_books_of_scenarios(name, change):
    world, forces, records = simulate_one(Scenario.load(SCENARIOS / f"{name}.toml", change), 3, 1, "trace")
    assert len(records.assignments) > 5
    audit(world, forces, records)
    cross_check(world, forces, records)


# -------------------------------------------------------------------------------------------- one incident more

REMOTE = {
    "share": 0,
    "priority": 2,
    "needs": [{"authority": "hold", "tiers": ["tier_1"]}],
    "work": {"distribution": "constant", "value_min": 3},
    "lifetime": {"distribution": "exponential", "mean_min": 5},
}
UNKNOWABLE = REMOTE | {"never_called_share": 1}
AT_H = (
    0.2  #: of the injection; all worlds below have a warm-up, so that it is not measured and does not prolong the run
)


def with_one_more(number: int, kind: dict) -> tuple[tuple[World, Forces], tuple[World, Forces], int]:
    """The world of this number without and with an injected incident, and the number of that incident."""
    for attempt in range(50):
        data = scenario(number, attempt)
        data["run"]["warm_up_h"] = 0.25
        data["world"]["classes"]["extra"] = kind
        for tier in data["policy"]["tiers"].values():
            tier["authority"]["extra"] = "resolve"
        more = copy.deepcopy(data)
        injection = {"name": "one_more", "class": "extra", "at_h": AT_H, "sector": "sector_a"}
        more["world"]["demand"]["injections"] = [injection]
        try:
            without, with_it = build_scenario(data, number), build_scenario(more, number)
        except ScenarioError:
            continue
        at = round(AT_H * HOUR)
        return without, with_it, int(np.flatnonzero(with_it[0].incidents["began_us"] == at)[0])
    raise AssertionError("no such world")


def without_row(world: World, forces: Forces, extra: int) -> tuple[World, Forces]:
    """Strike an incident from the tables."""
    stages = len(world.stages) // len(world.incidents)
    rows = np.arange(extra * stages, (extra + 1) * stages)
    return (
        world._replace(incidents=np.delete(world.incidents, extra), stages=np.delete(world.stages, rows)),
        forces._replace(wrap_up_us=np.delete(forces.wrap_up_us, extra, axis=0)),
    )


def renumbered(numbers: np.ndarray, extra: int) -> np.ndarray:
    """Incident numbers as they would be without the extra one, which becomes NOBODY."""
    return np.where(numbers == extra, NOBODY, numbers - (numbers > extra))


def without_extra(records: Records, extra: int) -> Records:
    """Strike what is about the extra incident, and number the others as if it had never been."""
    trace = records.trace.copy()
    about = (trace["kind"] < EventKind.DUTY_BEGINS) | np.isin(trace["kind"], (EventKind.SENDABLE, EventKind.HANDLED))
    trace["number"][about] = renumbered(trace["number"][about], extra)
    assignments, states = records.assignments.copy(), records.states.copy()
    for rows in (assignments, states):
        rows["incident"] = renumbered(rows["incident"], extra)
    return records._replace(
        incidents=np.delete(records.incidents, extra),
        assignments=assignments,
        states=states,
        trace=trace[trace["number"] >= 0],
    )


def assert_tables_equal(one: tuple, other: tuple) -> None:
    for name, value, expected in zip(one._fields, one, other, strict=True):
        if hasattr(value, "_fields"):
            assert_tables_equal(value, expected)
        else:
            assert np.array_equal(value, expected), f"{name} differs"


def assert_draws_stay(without: tuple[World, Forces], with_it: tuple[World, Forces], extra: int) -> None:
    world, forces = without_row(*with_it, extra)
    assert_tables_equal(world.streets, without[0].streets)
    assert_tables_equal(world._replace(streets=()), without[0]._replace(streets=()))
    assert_tables_equal(forces, without[1])


@pytest.mark.parametrize("number", of_streets(25))
def test_one_incident_more_that_nobody_can_know_of(number):
    without, with_it, extra = with_one_more(number, UNKNOWABLE)
    assert_draws_stay(without, with_it, extra)
    expected, found = run(*without), run(*with_it)
    assert found.incidents["outcome"][extra] in (Outcome.UNNOTICED, Outcome.OPEN_AT_END)
    assert found.events == expected.events + (1 if found.incidents["outcome"][extra] == Outcome.OPEN_AT_END else 2)
    found = without_extra(found, extra)
    for name in ("incidents", "assignments", "units", "streets", "probes", "hourly_us", "states", "legs", "trace"):
        assert getattr(found, name).tobytes() == getattr(expected, name).tobytes(), f"{name} differ"
    assert found.stop_us == expected.stop_us


@pytest.mark.parametrize("number", of_streets(25))
def test_one_incident_more_that_is_called_in(number):
    report = {"distribution": "constant", "value_min": 10}
    without, with_it, extra = with_one_more(number, REMOTE | {"report": report})
    assert_draws_stay(without, with_it, extra)
    expected, found = run(*without), run(*with_it)
    began, received = with_it[0].incidents["began_us"][extra], found.incidents["received_us"][extra]
    assert received == began + 10 * HOUR // 60
    early = found.trace["at_us"] < began
    assert np.array_equal(found.trace[early], expected.trace[expected.trace["at_us"] < began])
    found = without_extra(found, extra)
    for name, stamp in (("trace", "at_us"), ("assignments", "dispatched_us"), ("states", "to_us"), ("legs", "to_us")):
        one, other = [rows[rows[stamp] < received] for rows in (getattr(found, name), getattr(expected, name))]
        fields = [field for field in one.dtype.names if name != "assignments" or not _later(field)]
        assert np.array_equal(one[fields], other[fields]), f"{name} differ before the receipt"


def _later(field: str) -> bool:
    """A field of an assignment that is filled in after the dispatch."""
    return field in ("preempted", "en_route_us", "arrived_us", "cleared_us", "travel_m")


def test_one_incident_more_is_felt():
    """Else the test above would prove nothing."""
    felt = 0
    for number in of_streets(25):
        without, with_it, extra = with_one_more(number, REMOTE)
        expected, found = run(*without), without_extra(run(*with_it), extra)
        felt += expected.legs.tobytes() != found.legs.tobytes()
    assert felt > 10


# --------------------------------------------------------------------------------------------------- relabelling


def without_ties(forces: Forces) -> Forces:
    """Orders under which no choice falls back on the smallest unit number: the last word is a preference by name."""
    units = forces.units.copy()
    units["rule"][np.isin(units["rule"], FIRST_COMES_FIRST)] = PatrolRule.NO_U_TURN
    by_name = np.argsort(np.argsort(units["key"])).astype(np.int32)
    return forces._replace(
        units=units,
        score_rules=np.append(forces.score_rules, np.int8(ScoreRule.PREFERENCE)),
        score_extra_us=np.append(forces.score_extra_us, np.int64(NEVER)),
        preference=np.ascontiguousarray(np.broadcast_to(by_name, forces.preference.shape)),
    )


def order_matters(records: Records) -> bool:
    """At one instant two units move on, and somebody sees something, is sent or arrives."""
    trace = records.trace[np.isin(records.trace["kind"], UNIT_KINDS)]
    at, units = np.unique(np.unique(trace[["at_us", "number"]])["at_us"], return_counts=True)
    shared = at[units > 1]
    sightings = trace["at_us"][trace["kind"] == EventKind.SIGHTING]
    sent = records.assignments
    decisive = np.concatenate((sightings, sent["dispatched_us"], sent["arrived_us"]))
    return bool(np.isin(shared[shared > 0], decisive).any())


def canonical(world: World, forces: Forces, records: Records) -> dict[str, list]:
    """The records under names instead of numbers, in an order that does not depend on them."""
    keys, names = forces.units["key"], world.incidents["key"]

    def named(rows: np.ndarray) -> list:
        renamed = [
            (int(keys[row["unit"]]), int(names[row["incident"]]) if row["incident"] != NOBODY else NOBODY)
            for row in rows
        ]
        rest = [name for name in rows.dtype.names if name not in ("unit", "incident")]
        return sorted(zip(renamed, rows[rest].tolist(), strict=True))

    stamps = [name for name in records.incidents.dtype.names if name not in ("received_class", "presence_assignment")]
    order, by_key = np.argsort(names), np.argsort(keys)
    return {
        "incidents": list(zip(names[order].tolist(), records.incidents[stamps][order].tolist(), strict=True)),
        "assignments": named(records.assignments),
        "states": named(records.states),
        "units": [(int(keys[u]), records.units[u].tobytes()) for u in by_key],
        "streets": [row.tobytes() for row in records.streets],
        "probes": sorted(zip(world.probes[["key", "class_", "sector"]].tolist(), records.probes.tolist(), strict=True)),
    }


def assert_same_day(one: tuple[World, Forces], other: tuple[World, Forces], without: tuple[str, ...] = ()) -> int:
    """Runs both; returns how many assignments there were to compare."""
    expected, found = run(*one), run(*other)
    if order_matters(expected) or order_matters(found):
        return 0
    before, after = canonical(*one, expected), canonical(*other, found)
    different = [name for name in before if before[name] != after[name] and name not in without]
    assert not different, f"these records differ: {different}"
    return len(expected.assignments)


@cache
def plain_scenario(number: int) -> tuple[dict, int]:
    """A random world without clockwork and twists, calm enough that units seldom move on at the same instant."""
    for attempt in range(50):
        data = scenario(number, attempt)
        data["world"]["demand"]["per_day"] = 100
        for site in data["world"]["sites"].values():  # a total is shared out over the sectors in the order of the file
            site.pop("total")
            site["per_sector"] = 1
        for line in data["policy"][
            "roster"
        ]:  # posts at sites are dealt out in the order of the sites, sector by sector
            if line["post"].startswith("site:"):
                line["post"] = "home"
        try:
            build_scenario(data, number, attempt)
            return data, attempt
        except ScenarioError:
            continue
    raise AssertionError("no such world")


def assert_enough(compared: list[int]) -> None:
    """Worlds in which the order matters are left out; those that remain have to be worth the comparison."""
    assert np.count_nonzero(compared) >= 30
    assert sum(compared) >= 400


def test_numbers_of_units_carry_nothing():
    compared = []
    for number in of_streets(CALM):
        data, attempt = plain_scenario(number)
        world, forces = build_scenario(data, number, attempt)
        forces = without_ties(forces)
        order = np.random.default_rng(number).permutation(len(forces.units))
        compared.append(assert_same_day((world, forces), (world, in_order(forces, order))))
    assert_enough(compared)


def in_order(forces: Forces, order: np.ndarray) -> Forces:
    """The same units, row ``order[n]`` as number n."""
    number_of = np.append(np.argsort(order), NOBODY).astype(np.int32)  # NOBODY is the last
    units, spells = forces.units[order], forces.spells.copy()
    for field in ("half", "whole"):
        units[field] = number_of[units[field]]
    spells["relief"] = number_of[spells["relief"]]
    return forces._replace(units=units, spells=spells, preference=np.ascontiguousarray(forces.preference[:, order]))


@pytest.mark.parametrize("table", ["roster", "classes", "sectors"])
def test_order_in_the_file_carries_nothing(table):
    """Roster lines, classes and sectors in another order: names carry the draws.

    Probes of cover pick their class, and all probes their sector, by running sums in the order of the file.
    """
    compared = []
    for number in of_streets(CALM):
        data, attempt = plain_scenario(number)
        if table == "sectors":
            data = without_rounds(data)
        other = copy.deepcopy(data)
        if table == "roster":
            random.Random(number).shuffle(other["policy"]["roster"])
        else:
            items = list(other["world"][table].items())
            random.Random(number).shuffle(items)
            other["world"][table] = dict(items)
        pair = []
        for one in (data, other):
            world, forces = build_scenario(one, number, attempt)
            pair.append((world, without_ties(forces)))
        compared.append(assert_same_day(*pair, without=() if table == "roster" else ("probes",)))
    assert_enough(compared)


def without_rounds(data: dict) -> dict:
    """The starts of a round are dealt out in the order of the units, which is that of the sectors."""
    data = copy.deepcopy(data)
    for line in data["policy"]["roster"]:
        line["rule"] = {"round": "no_u_turn"}.get(line["rule"], line["rule"])
    return data


# -------------------------------------------------------------------------------------------------------- mirror


def untied(number: int) -> tuple[World, Forces]:
    """A random world in which no two ways take equally long, no part of one ends in half a microsecond and no sight is
    a point."""
    rng = np.random.default_rng(number)
    for attempt in range(50):
        try:
            return _uneven(scenario(number, attempt), rng, number)
        except ScenarioError:
            continue
    raise AssertionError("no such world")


def _uneven(data: dict, rng: np.random.Generator, seed: int) -> tuple[World, Forces]:
    spec = ScenarioFile.model_validate(data)
    geography = build_geography(spec)
    uneven = np.rint(geography.arc_us * rng.uniform(0.8, 1.25, geography.arc_us.shape)).astype(np.int64)
    geography = geography._replace(arc_us=np.where(geography.arc_us == NEVER, NEVER, uneven))
    streets = travel_streets(geography, cache=False)
    world = draw_world(spec, geography, streets, seed, 0)
    forces = build_forces(spec, geography, streets, world)
    tiers = forces.tiers.copy()
    tiers["response_factor"] *= UNEVEN
    tiers["sight_m"] = np.maximum(tiers["sight_m"], 5)  # who walks by in a sight of 0 m is seen or not by the last bit
    return world, forces._replace(tiers=tiers)


def test_a_city_in_the_mirror():
    """East becomes west: only sight and straight distances know coordinates, and they know no direction."""
    for number in of_streets(60):
        world, forces = build(number)
        mirrored = world._replace(streets=world.streets._replace(x_m=-world.streets.x_m))
        expected, found = run(world, forces), run(mirrored, forces)
        for name, value in expected._asdict().items():
            other = getattr(found, name)
            assert value.tobytes() == other.tobytes() if isinstance(value, np.ndarray) else value == other, name


def turned(world: World, forces: Forces) -> tuple[World, Forces]:
    """The same city with the two ends of every segment swapped: every offset is counted from the other end."""
    streets, length = world.streets, world.streets.segments["length_m"]
    segments = streets.segments.copy()
    segments["a"], segments["b"] = streets.segments["b"], streets.segments["a"]
    segments["rise_m"] = -segments["rise_m"]
    modes = len(streets.arc_us)
    streets = streets._replace(
        segments=segments,
        arc_us=np.ascontiguousarray(streets.arc_us.reshape(modes, -1, 2)[:, :, ::-1].reshape(modes, -1)),
        node_arcs=streets.node_arcs ^ 1,
    )

    def swapped(rows: np.ndarray, *places: tuple[str, str]) -> np.ndarray:
        rows = rows.copy()
        for segment, offset in places:
            somewhere = rows[segment] != NOBODY
            rows[offset][somewhere] = length[rows[segment][somewhere]] - rows[offset][somewhere]
        return rows

    here = ("segment", "offset_m")
    world = world._replace(
        streets=streets,
        stations=swapped(world.stations, here),
        incidents=swapped(world.incidents, here),
        path=swapped(world.path, ("segment", "from_m"), ("segment", "to_m")),
        probes=swapped(world.probes, here),
    )
    places = [(f"{place}_segment", f"{place}_offset_m") for place in ("base", "base2", "post", "start")]
    return world, forces._replace(
        units=swapped(forces.units, *places),
        commitments=swapped(forces.commitments, here),
        visits=swapped(forces.visits, here),
        cover_points=swapped(forces.cover_points, here),
        round_arcs=forces.round_arcs ^ 1,
    )


def assert_same_stamps(expected: Records, found: Records) -> None:
    for name in expected.incidents.dtype.names:
        if name != "offset_m":
            assert np.array_equal(expected.incidents[name], found.incidents[name]), name


def test_ends_of_streets_carry_nothing():
    """Where everybody stands on a post: a patrol in mid-street goes to end a by a draw below a half (rule 31d)."""
    compared = 0
    for number in of_streets(40):
        world, forces = untied(number)
        units = forces.units.copy()
        walking = units["duty"] != Duty.POST
        units["post_segment"][walking], units["post_offset_m"][walking] = (
            units["start_segment"][walking],
            units["start_offset_m"][walking],
        )
        units["duty"], units["rule"], units["leaves_post"] = Duty.POST, PatrolRule.STAND, LeavesPost.CALLED
        forces = forces._replace(units=units)
        expected, found = run(world, forces), run(*turned(world, forces))
        assert_same_stamps(expected, found)
        compared += len(expected.assignments)
    assert compared > 500


@pytest.mark.interpreted
@pytest.mark.skipif(not config.DISABLE_JIT, reason="compiled rules cannot be exchanged")
def test_ends_of_streets_carry_nothing_for_patrols(monkeypatch):
    """With rule 31d exchanged for one that asks which way is shorter."""

    def to_the_nearer_end(b, u, now):
        unit, mode = b.units[u], b.roster[u]["mode"]
        segment, length = unit["segment"], b.segments[unit["segment"]]["length_m"]
        patrol.patrol_draw(b, u)
        to_a, to_b = (b.arc_us[mode, 2 * segment + 1] < NEVER, b.arc_us[mode, 2 * segment] < NEVER)
        nearer_a = unit["offset_m"] <= length - unit["offset_m"]
        streets.start_leg(b, u, segment, unit["offset_m"], 0.0 if to_a and (nearer_a or not to_b) else length, now)
        sight.begin_spell(b, u, now)

    monkeypatch.setattr(duty, "patrol_on", to_the_nearer_end)
    compared = 0
    for number in of_streets(12):
        world, forces = untied(number)
        expected, found = run(world, forces), run(*turned(world, forces))
        assert_same_stamps(expected, found)
        compared += len(expected.assignments)
    assert compared > 150
