"""Which paths through deterrence, recall, custody, move-up, losses and slack a run took, by name."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np
from audit_policies import inspections

from sim.tables import Forces, Records, World
from sim.vocabulary import NEVER, NOBODY, Duty, EventKind, Outcome, UnitState

POLICY_PATHS = {
    "deterred by a pass",
    "deterred by a stop",
    "not deterred after a pass",
    "trained hands at work",
    "called off as surplus",
    "custody by another than who resolved it",
    "moved up",
    "moved up from a leg",
    "sent while moved up",
    "went back when the sector had its own again",
    "to the second base",
    "began at the second base",
    "to another station than the nearest",
    "no station left",
    "slacked",
    "slacked again without a move",
    "sent from slack",
    "slack interrupted by planned work",
    "slack to the end of the spell",
    "inspected while it slacked",
    "not inspected, the visit was cut short",
}
AFTER_DUTY = (UnitState.TO_BASE, UnitState.OFF_DUTY)


def policy_coverage(world: World, forces: Forces, records: Records) -> Iterator[str]:
    """The names of ``POLICY_PATHS`` that a run took."""
    yield from _deterrence(world, records)
    yield from _scene(forces, records)
    yield from _moves(forces, records)
    yield from _losses(world, forces, records)
    yield from _slack(forces, records)


def _deterrence(world: World, records: Records) -> Iterator[str]:
    classes, legs = world.stages["class_"].reshape(len(world.incidents), -1)[:, 0], records.legs
    length = world.streets.segments["length_m"][legs["segment"]]
    whole = np.abs(legs["to_m"] - legs["from_m"]) == length
    passes = legs[whole & np.isin(legs["state"], (UnitState.PATROL, UnitState.RETURNING))]
    pass_effect, decay_us, _ = world.deterrence.tolist()
    for number in np.flatnonzero(world.classes["deterrable"][classes]):
        row, outcome = world.incidents[number], records.incidents["outcome"][number]
        at = passes["to_us"][(passes["segment"] == row["segment"]) & (passes["to_us"] < row["began_us"])]
        effect = pass_effect * exp(-(int(row["began_us"]) - int(at.max())) / decay_us) if len(at) else 0
        if outcome == Outcome.DETERRED:
            yield "deterred by a pass" if row["mark"] >= 1 - effect else "deterred by a stop"
        elif effect > 0 and outcome != Outcome.NONE:
            yield "not deterred after a pass"


def _scene(forces: Forces, records: Records) -> Iterator[str]:
    rows, incidents = records.assignments, records.incidents
    arrived = rows[rows["arrived_us"] < NEVER]
    came = set(arrived[["incident", "arrived_us"]].tolist())
    if (forces.tiers["work_factor"][forces.units["tier"][arrived["unit"]]] != 1).any():
        yield "trained hands at work"
    under_way = (rows["arrived_us"] == NEVER) & (rows["cleared_us"] < NEVER) & (rows["preempted"] == 0)
    for row in rows[under_way] if forces.recalls_surplus else ():
        goes_on = incidents["closed_us"][row["incident"]] > row["cleared_us"]
        if goes_on and (row["incident"], row["cleared_us"]) in came:
            yield "called off as surplus"
    for row in records.states[records.states["state"] == UnitState.TO_STATION] if forces.custody_by_lowest else ():
        if forces.units["tier"][row["unit"]] != incidents["resolved_tier"][row["incident"]]:
            yield "custody by another than who resolved it"


def _moves(forces: Forces, records: Records) -> Iterator[str]:
    patrols = forces.units["duty"] != Duty.POST
    states, legs = records.states, records.legs
    moved = states[(states["state"] == UnitState.POST) & patrols[states["unit"]]]
    sent = set(records.assignments[["unit", "dispatched_us"]].tolist())
    events = set(records.trace[records.trace["kind"] == EventKind.UNIT_NEXT][["number", "at_us"]].tolist())
    stopped = set(legs[legs["state"] == UnitState.PATROL][["unit", "to_us"]].tolist())
    left_patrol = set(states[states["state"] == UnitState.PATROL][["unit", "to_us"]].tolist())
    returned = {(row["unit"], row["to_us"]): row["from_us"] for row in states if row["state"] == UnitState.RETURNING}
    begun = {(row["unit"], row["from_us"]): row["state"] for row in states}
    for row in moved:
        yield "moved up"
        set_out = (row["unit"], returned.get((row["unit"], row["from_us"]), row["from_us"]))
        if set_out in left_patrol & stopped and set_out not in events:
            yield "moved up from a leg"
        left = (row["unit"], row["to_us"])
        if left in sent:
            yield "sent while moved up"
        if begun.get(left) in (UnitState.PATROL, UnitState.RETURNING):
            yield "went back when the sector had its own again"


def _losses(world: World, forces: Forces, records: Records) -> Iterator[str]:
    units, states, lost = forces.units, records.states, world.stations_lost_us
    for row in states:
        unit, from_us = units[row["unit"]], row["from_us"]
        away = unit["lost_from_us"] <= from_us < unit["lost_to_us"]
        if row["state"] == UnitState.TO_BASE and away:
            yield "to the second base"
        if row["state"] == UnitState.OFF_DUTY and unit["lost_from_us"] <= row["to_us"] < unit["lost_to_us"]:
            yield "began at the second base"
        if row["state"] == UnitState.TO_STATION and ((lost[:, 0] <= from_us) & (from_us < lost[:, 1])).any():
            yield "to another station than the nearest"
    ends = records.incidents["work_end_us"]
    for closed_us in ends[ends < NEVER] if len(lost) else ():
        if ((lost[:, 0] <= closed_us) & (closed_us < lost[:, 1])).all():
            yield "no station left"


def _slack(forces: Forces, records: Records) -> Iterator[str]:
    states = records.states
    rows = states[states["state"] == UnitState.SLACK]
    sent = set(records.assignments[["unit", "dispatched_us"]].tolist())
    begun = {(row["unit"], row["from_us"]): row["state"] for row in states}
    visits = inspections(forces, records) if len(rows) else set()
    for row in rows:
        yield "slacked"
        if row["to_us"] - row["from_us"] > forces.slack_us:
            yield "slacked again without a move"
        left = (row["unit"], row["to_us"])
        if left in sent:
            yield "sent from slack"
        if begun.get(left) in (UnitState.PLANNED, UnitState.BREAK):
            yield "slack interrupted by planned work"
        if begun.get(left) in AFTER_DUTY:
            yield "slack to the end of the spell"
        if (row["to_us"], forces.units["team"][row["unit"]]) in visits:
            yield "inspected while it slacked"
    inspectors = np.flatnonzero([_inspects(forces, unit) for unit in forces.units])
    bound = states[np.isin(states["unit"], inspectors) & (states["state"] == UnitState.PATROL)]
    if forces.slack_us > 0 and any((row["unit"], row["to_us"]) in sent for row in bound):
        yield "not inspected, the visit was cut short"


def _inspects(forces: Forces, unit: np.void) -> bool:
    """Whether it visits a point of some team."""
    if unit["beat"] == NOBODY:
        return False
    beat = forces.beats[unit["beat"]]
    points = forces.visits[beat["visit_first"] : beat["visit_first"] + beat["visit_count"]]
    return bool((points["team"] != NOBODY).any())
