"""Which paths through the rules of closed streets and of joint patrol a run took, by name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from audit_joint import split_off

from sim.tables import MAX_STAGES, Forces, Records, World
from sim.vocabulary import NEVER, NOBODY, EventKind, Metric, UnitState

AWAY = (UnitState.PLANNED, UnitState.BREAK)
BOUND = (UnitState.RETURNING, UnitState.TO_BASE, UnitState.TO_VEHICLE, UnitState.PLANNED)

JOINT_PATHS = {
    "set out anew as streets changed",
    "out of a closed street",
    "on foot where its vehicle may not go now",
    "called off as streets changed",
    "a patrol set free as streets changed",
    *(f"without a way: {state.name}" for state in BOUND),
    "a joint unit in two slots",
    "a joint unit handed over",
    "a joint unit taken for another call",
    "split",
    "split in planned work",
    "one again",
    "one again after a way to the other",
    "the other half was sent as well",
    "two as the spell ended",
    "two as the spell began",
}


def joint_coverage(world: World, forces: Forces, records: Records) -> Iterator[str]:
    """The names of ``JOINT_PATHS`` that a run took."""
    if world.plane.metric == Metric.STREETS:
        yield from _closures(world, forces, records)
    yield from _slots(world, forces, records)
    yield from _halves(forces, records)


def _closures(world: World, forces: Forces, records: Records) -> Iterator[str]:
    streets, modes = world.streets, len(world.streets.foot)
    changes = streets.epochs_us[1:]
    arc_us = streets.arc_us.reshape(-1, modes, streets.arc_us.shape[1])
    length_m = streets.segments["length_m"]
    starts = {(leg["unit"], leg["from_us"]) for leg in records.legs}
    for leg in records.legs:
        epoch = np.searchsorted(streets.epochs_us, leg["from_us"], side="right") - 1
        mode, arc = forces.units["mode"][leg["unit"]], 2 * leg["segment"] + (leg["to_m"] < leg["from_m"])
        inside = 0 < leg["from_m"] < length_m[leg["segment"]]
        closed = arc_us[0, mode, arc] < NEVER == arc_us[epoch, mode, arc]
        if leg["to_us"] in changes and (leg["unit"], leg["to_us"]) in starts and 0 < leg["to_m"] < length_m.max():
            yield "set out anew as streets changed"
        if closed and leg["from_us"] not in changes:
            if inside:
                yield "out of a closed street"
            elif leg["state"] == UnitState.EN_ROUTE:
                yield "on foot where its vehicle may not go now"
    rows = records.assignments
    if (np.isin(rows["cleared_us"], changes) & (rows["arrived_us"] == NEVER) & (rows["en_route_us"] < NEVER)).any():
        yield "called off as streets changed"
    for state in records.states:
        mine = records.legs[records.legs["unit"] == state["unit"]]
        during = mine[(mine["to_us"] > state["from_us"]) & (mine["from_us"] < state["to_us"])]
        walked_us = (during["to_us"] - during["from_us"]).sum()
        if state["state"] in BOUND[:-1] and walked_us < state["to_us"] - state["from_us"]:
            yield f"without a way: {UnitState(state['state']).name}"
        if state["state"] == UnitState.PATROL and len(during) and during["from_us"].min() in changes:
            yield "a patrol set free as streets changed"
        if state["state"] == UnitState.PLANNED and len(during) == 0 and _is_longer(forces, state):
            yield "without a way: PLANNED"


def _is_longer(forces: Forces, state: np.void) -> bool:
    """Whether planned work lasted longer than any that is its unit's."""
    unit = forces.units[state["unit"]]
    mine = forces.commitments[unit["commitment_first"] : unit["commitment_first"] + unit["commitment_count"]]
    return state["to_us"] - state["from_us"] > mine["duration_us"].sum()


def _slots(world: World, forces: Forces, records: Records) -> Iterator[str]:
    rows, incidents = records.assignments, records.incidents
    pairs = forces.tiers["part"][forces.units["tier"], 1] != NOBODY
    classes = world.stages["class_"].reshape(-1, MAX_STAGES)[:, 0]
    complete = (incidents["complement_us"] < NEVER) & (incidents["stage"] == 0)
    if (complete & (incidents["units_sent"] < world.classes["slot_count"][classes])).any():
        yield "a joint unit in two slots"
    if ((rows["handed_over"] == 1) & pairs[rows["unit"]]).any():
        yield "a joint unit handed over"
    if ((rows["preempted"] == 1) & pairs[rows["unit"]]).any():
        yield "a joint unit taken for another call"


def _halves(forces: Forces, records: Records) -> Iterator[str]:
    units, states, rows = forces.units, records.states, records.assignments
    until = {(row["unit"], row["to_us"]): row["state"] for row in states}
    for row in rows[split_off(forces, records)]:
        yield "split"
        if until[units["whole"][row["unit"]], row["dispatched_us"]] in AWAY:
            yield "split in planned work"
    on_duty = states[states["state"] != UnitState.OFF_DUTY]
    ends = records.trace[records.trace["kind"] == EventKind.DUTY_ENDS]["number"]
    if (units["whole"][ends] != NOBODY).any():
        yield "two as the spell ended"
    begins = records.trace[records.trace["kind"] == EventKind.DUTY_BEGINS]
    for whole in np.flatnonzero(units["half"][:, 0] != NOBODY):
        mine, one, other = (on_duty[on_duty["unit"] == unit] for unit in (whole, *units["half"][whole]))
        together = set(one["to_us"].tolist()) & set(other["to_us"].tolist()) & set(mine["from_us"].tolist())
        if together:
            yield "one again"
        if any(row["to_us"] in together for row in (*one, *other) if row["state"] == UnitState.RETURNING):
            yield "one again after a way to the other"
        sent = [rows[rows["unit"] == unit] for unit in units["half"][whole]]
        both = (sent[0]["dispatched_us"][:, None] < sent[1]["cleared_us"]) & (
            sent[1]["dispatched_us"] < sent[0]["cleared_us"][:, None]
        )
        if both.any():
            yield "the other half was sent as well"
        for at_us in begins["at_us"][begins["number"] == whole]:
            halves = np.concatenate([one, other])
            if ((halves["from_us"] < at_us) & (at_us < halves["to_us"])).any():
                yield "two as the spell began"
