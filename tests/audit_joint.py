"""Laws of closed streets and of joint units: nobody enters what is closed, nobody is in two places or out of a part."""

from __future__ import annotations

import numpy as np

from sim.tables import Forces, Records, World
from sim.vocabulary import HOUR, NEVER, NOBODY, Metric, UnitState

ON_FOOT = (UnitState.EN_ROUTE, UnitState.TO_VEHICLE)  #: ways that a crew may walk away from its vehicle
WALK_TOLERANCE = 1e-3  #: of the duration of a leg cut short, for its place is rounded


def audit_joint(world: World, forces: Forces, records: Records) -> None:
    """Raises AssertionError with the row and the reason where a law is broken.

    Streets and halves are looked at where states and legs were kept.
    """
    _parts(world, forces, records)
    if len(records.states):
        _halves(forces, records)
        if world.plane.metric == Metric.STREETS and len(world.streets.epochs_us) > 1:
            _closed_streets(world, forces, records)


def as_walked(forces: Forces, records: Records) -> tuple[np.ndarray, np.ndarray]:
    """States and legs as the people of each unit saw them: each half with what it did as part of the whole."""
    states, legs = [records.states], [records.legs]
    whole = forces.units["whole"]
    for number in np.flatnonzero(whole != NOBODY):
        for tables in (states, legs):
            shared = tables[0][tables[0]["unit"] == whole[number]].copy()
            shared["unit"] = number
            tables.append(shared)
    states, legs = np.concatenate(states), np.concatenate(legs)
    people = np.isin(np.arange(len(forces.units)), whole, invert=True)
    paired = whole[states["unit"]] != NOBODY
    off = states["state"] == UnitState.OFF_DUTY
    return states[people[states["unit"]] & ~(paired & off)], legs[people[legs["unit"]]]


def _parts(world: World, forces: Forces, records: Records) -> None:
    """Rules 15, 28a: what is given a slot may fill it, a joint unit by one of its parts.

    Of incidents that worsened the class at the time is not recorded.
    """
    for number, row in enumerate(records.assignments):
        class_ = world.stages["class_"].reshape(-1, 3)[row["incident"], 0]
        needs = world.classes[class_]
        if records.incidents["stage"][row["incident"]] > 0 or not 0 <= row["slot"] < needs["slot_count"]:
            continue
        slot = world.slots[needs["slot_first"] + row["slot"]]
        first = slot["alternative_first"]
        alternatives = world.alternatives[first : first + slot["alternative_count"]]
        unit = forces.units[row["unit"]]
        assert _may_fill(forces, unit, class_, alternatives), f"out of its part: assignment {number}"


def _may_fill(forces: Forces, unit: np.void, class_: int, alternatives: np.ndarray) -> bool:
    parts = [part for part in forces.tiers["part"][unit["tier"]] if part != NOBODY] or [unit["tier"]]
    return any(
        alternative["tiers"] >> int(part) & 1
        and forces.authority[part, class_] >= alternative["authority"]
        and unit["crew"] >= alternative["min_crew"]
        for part in parts
        for alternative in alternatives
    )


def _halves(forces: Forces, records: Records) -> None:
    """Rule 28b: a joint unit and its halves are never on duty at once; only a call that may splits it."""
    rows, units = records.states, forces.units
    on_duty = rows[rows["state"] != UnitState.OFF_DUTY]
    for whole in np.flatnonzero(units["half"][:, 0] != NOBODY):
        mine = on_duty[on_duty["unit"] == whole]
        for half in units["half"][whole]:
            his = on_duty[on_duty["unit"] == half]
            both = (mine["from_us"][:, None] < his["to_us"]) & (his["from_us"] < mine["to_us"][:, None])
            assert not both.any(), f"a joint unit and its half at once: unit {half}"
    rows = records.assignments[split_off(forces, records)]
    least = units["splits_from"][units["whole"][rows["unit"]]]
    held = rows["priority"] >= least
    assert held.all(), f"split for an urgent call: unit {rows['unit'][~held][0]}"


def split_off(forces: Forces, records: Records) -> np.ndarray:
    """(assignments,) bool: those by which a joint unit split; of two of its halves at one instant the first."""
    on_duty = records.states[records.states["state"] != UnitState.OFF_DUTY]
    until = {(row["unit"], row["to_us"]) for row in on_duty}
    whole, known = forces.units["whole"], set()
    split = np.zeros(len(records.assignments), bool)
    for number, row in enumerate(records.assignments):
        unit, at_us = row["unit"], row["dispatched_us"]
        if whole[unit] != NOBODY and (unit, at_us) not in until and (whole[unit], at_us) not in known:
            known.add((whole[unit], at_us))
            split[number] = (whole[unit], at_us) in until
    return split


def perhaps_split_off(forces: Forces, records: Records) -> np.ndarray:
    """(assignments,) bool: of a half while the other comes or goes; units may be one for no time before they split."""
    units, rows = forces.units, records.assignments
    changes = {(row["unit"], row[end]) for row in records.states for end in ("from_us", "to_us")}
    perhaps = np.zeros(len(rows), bool)
    for number in np.flatnonzero(units["whole"][rows["unit"]] != NOBODY):
        unit, at_us = rows["unit"][number], rows["dispatched_us"][number]
        halves = units["half"][units["whole"][unit]]
        perhaps[number] = any((half, at_us) in changes for half in halves if half != unit)
    return perhaps


def _closed_streets(world: World, forces: Forces, records: Records) -> None:
    """Rule 10: a leg from the end of a street begins on it while that way is open, to the vehicle or to who walks.

    At the instant of a change it may be of either epoch. How long a leg took says who walked it.
    """
    streets, modes = world.streets, len(world.streets.foot)
    arc_us = streets.arc_us.reshape(-1, modes, streets.arc_us.shape[1])
    length_m = streets.segments["length_m"]
    for number, leg in enumerate(records.legs):
        segment, mode = leg["segment"], forces.units["mode"][leg["unit"]]
        if 0 < leg["from_m"] < length_m[segment]:
            continue
        arc, foot = 2 * segment + (leg["to_m"] < leg["from_m"]), streets.foot[mode]
        epochs = {np.searchsorted(streets.epochs_us, leg["from_us"], side=side) - 1 for side in ("left", "right")}
        now_us = [arc_us[epoch, :, arc] for epoch in epochs if epoch >= 0]
        if any(row[mode] < NEVER for row in now_us):
            continue
        afoot = leg["state"] in ON_FOOT and any(row[foot] < NEVER for row in now_us)
        walked = afoot and _took(world, forces, leg, arc_us[0, foot, arc])
        assert walked, f"into a closed street: leg {number}"


def _took(world: World, forces: Forces, leg: np.void, foot_us: int) -> bool:
    """Whether the leg was walked at a pace that its crew has on foot."""
    unit, segment = forces.units[leg["unit"]], world.streets.segments[leg["segment"]]
    hour = (world.start_hour + leg["from_us"] // HOUR) % 24
    factors = [1.0] if leg["state"] == UnitState.TO_VEHICLE else forces.tiers["response_factor"][unit["tier"]][1:]
    pace = world.speed_factor[world.streets.foot[unit["mode"]], segment["sector"], hour]
    table = foot_us * abs(leg["to_m"] - leg["from_m"]) / segment["length_m"]
    took = leg["to_us"] - leg["from_us"]
    return any(abs(took - table / (factor * pace)) <= 2 + WALK_TOLERANCE * took for factor in factors)
