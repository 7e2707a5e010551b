"""Orders about scenes and places in a busy small town: work by tier, recall, custody, lost bases and stations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from sim.engine import Engine, run
from sim.scenario import Scenario
from sim.tables import MAX_STAGES, Forces, Records, World
from sim.vocabulary import HOUR, NEVER, Authority, Ending, Outcome, UnitState

TOWN = Path(__file__).resolve().parent.parent / "scenarios" / "small_town.toml"
LOST_US = 8 * HOUR, 20 * HOUR


@cache
def town() -> tuple[World, Forces]:
    """Nobody asks for more, and every fight and every armed man ends in custody."""
    world, forces = Engine(Scenario.load(TOWN, {"world.demand.scale": 4})).tables(1, 0)
    stages = world.stages.copy()
    stages["more"], stages["ending"] = 0, Ending.CUSTODY
    return world._replace(stages=stages), forces


@cache
def plain() -> Records:
    return run(*town())


def tier_of(forces: Forces, rows: np.ndarray) -> np.ndarray:
    return forces.units["tier"][rows["unit"]]


def test_the_quickest_tier_present_sets_the_pace_of_work():
    """Where as many crews as the class wants came, and nothing worsened: the drawn work, from the last arrival, times
    the least factor and the least of kit."""
    world, forces = town()
    tiers = forces.tiers.copy()
    tiers["work_factor"] = [1.75, 1.25, 0.5, 2.0]
    records = run(world, forces._replace(tiers=tiers))
    checked = set()
    for i in np.flatnonzero((records.incidents["outcome"] == Outcome.RESOLVED) & (records.incidents["stage"] == 0)):
        row, sent = records.incidents[i], records.assignments[records.assignments["incident"] == i]
        class_ = world.classes[row["received_class"]]
        first = class_["slot_first"]
        all_gate = world.slots["in_quorum"][first : first + class_["slot_count"]].all()
        if all_gate and len(sent) == class_["slot_count"] and (sent["arrived_us"] < NEVER).all():
            present = tiers[tier_of(forces, sent)]
            kit = min(present["kit_factor"][present["kit"] == 1], default=1.0)
            work = round(world.stages["work_us"][i * MAX_STAGES] * (kit * 1.0 * present["work_factor"].min()))
            assert row["work_end_us"] - sent["arrived_us"].max() == work
            checked.add(tuple(sorted(present["work_factor"].tolist())))
    assert checked >= {(0.5,), (2.0,), (0.5, 1.25)}


def test_once_work_has_begun_nobody_comes_any_more():
    """With no kit, work takes what was drawn and begins so long before its end. One crew is enough to begin."""
    world, forces = town()
    tiers, classes = forces.tiers.copy(), world.classes.copy()
    tiers["kit"], classes["quorum"] = 0, 1
    world = world._replace(classes=classes)

    def after_start_us(recalls_surplus: int) -> tuple[np.ndarray, np.ndarray]:
        """Arrivals, and when who never arrived was called off, from the start of the work."""
        records = run(world, forces._replace(tiers=tiers, recalls_surplus=recalls_surplus))
        done = records.incidents["outcome"] == Outcome.RESOLVED
        start = (
            records.incidents["work_end_us"]
            - world.stages["work_us"].reshape(-1, MAX_STAGES)[np.arange(len(done)), records.incidents["stage"]]
        )
        sent = records.assignments[done[records.assignments["incident"]]]
        came = sent["arrived_us"] < NEVER
        last = np.where(came, sent["arrived_us"], sent["cleared_us"]) - start[sent["incident"]]
        return last[came], last[~came]

    came, recalled = after_start_us(1)
    assert (came <= 0).all()
    assert (recalled <= 0).all()
    assert (recalled == 0).any()
    assert (after_start_us(0)[0] > 0).any()


def trips(world: World, forces: Forces, records: Records) -> list[tuple[int, list[int]]]:
    """Tier of the unit that makes the trip, and the tiers of those who were present with hold at the end, by rank."""
    found = []
    for row in records.states[records.states["state"] == UnitState.TO_STATION]:
        mine = records.assignments[
            (records.assignments["unit"] == row["unit"]) & (records.assignments["cleared_us"] <= row["from_us"])
        ][-1]
        sent = records.assignments[records.assignments["incident"] == mine["incident"]]
        there = sent[(sent["arrived_us"] < NEVER) & (sent["cleared_us"] == mine["cleared_us"])]
        class_ = world.stages["class_"][mine["incident"] * MAX_STAGES + records.incidents["stage"][mine["incident"]]]
        tiers = tier_of(forces, there)
        holds = tiers[forces.authority[tiers, class_] >= Authority.HOLD]
        found.append((int(forces.units["tier"][row["unit"]]), holds.tolist()))
    return found


def test_custody_goes_to_the_lowest_tier_that_holds():
    world, forces = town()
    lowest = forces._replace(custody_by_lowest=1)
    made = trips(world, lowest, run(world, lowest))
    rank = forces.tiers["rank"].tolist()
    assert all(rank[tier] == max(rank[other] for other in there) for tier, there in made)
    usual = trips(world, forces, plain())
    assert any(rank[tier] < max(rank[other] for other in there) for tier, there in usual)
    assert any(len(set(there)) > 1 for _, there in made)


def test_nobody_sets_out_for_a_station_that_is_lost():
    world, forces = town()
    assert len(world.stations) == 1
    lost = world._replace(stations_lost_us=np.array([LOST_US]))
    left = [
        records.states["from_us"][records.states["state"] == UnitState.TO_STATION]
        for records in (plain(), run(lost, forces))
    ]
    during = [((times >= LOST_US[0]) & (times < LOST_US[1])).sum() for times in left]
    assert during[0] > 0
    assert during[1] == 0
    assert (left[1] < LOST_US[0]).any()
    assert (left[1] >= LOST_US[1]).any()


def test_while_a_base_is_lost_duty_ends_and_begins_at_the_other():
    """Each goes home to the base of a namesake in the roster; places from the first and last legs on duty."""
    world, forces = town()
    units = forces.units.copy()
    for mode in np.unique(units["mode"]):
        rows = np.flatnonzero(units["mode"] == mode)
        for name in ("segment", "offset_m", "across_m"):
            units[f"base2_{name}"][rows] = np.roll(units[f"base_{name}"][rows], 1)
    units["lost_from_us"], units["lost_to_us"] = LOST_US
    records = run(world, forces._replace(units=units))

    def base(u: int, at: int) -> tuple[int, float]:
        name = "base2" if LOST_US[0] <= at < LOST_US[1] else "base"
        return int(units[f"{name}_segment"][u]), float(units[f"{name}_offset_m"][u])

    began = ended = elsewhere = 0
    for u in range(len(units)):
        states = records.states[records.states["unit"] == u]
        legs = records.legs[records.legs["unit"] == u]
        for row in states[states["state"] == UnitState.TO_BASE]:
            home = legs[(legs["from_us"] >= row["from_us"]) & (legs["to_us"] <= row["to_us"])]
            if len(home) and row["to_us"] < records.stop_us and not _is_cut(states, row):
                ended += 1
                elsewhere += base(u, row["from_us"])[0] != units["base_segment"][u]
                assert (int(home["segment"][-1]), float(home["to_m"][-1])) == base(u, row["from_us"])
        for row in states[states["state"] == UnitState.OFF_DUTY]:
            after = legs[legs["from_us"] >= row["to_us"]]
            if len(after) and row["to_us"] < records.stop_us:
                began += 1
                assert (int(after["segment"][0]), float(after["from_m"][0])) == base(u, row["to_us"])
    assert min(began, ended, elsewhere) > 0


def _is_cut(states: np.ndarray, row: np.void) -> bool:
    """Whether something other than being off duty follows: the next spell had begun."""
    after = states[states["from_us"] >= row["to_us"]]
    return len(after) > 0 and after["state"][0] != UnitState.OFF_DUTY
