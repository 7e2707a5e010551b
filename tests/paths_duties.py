"""Which paths through the rules of duties a run took, by name: rounds, visits, missed breaks, hand-over, escalation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.tables import Forces, Records, World
from sim.vocabulary import NEVER, NOBODY, CommitmentKind, Duty, EventKind, PatrolRule, UnitState

DUTY_PATHS = {
    "sent from standby",
    "a round taken up again",
    "a visit in full",
    "a visit cut short",
    "two bound for one point",
    "a break missed",
    "planned work at a place",
    "interrupted on the way to planned work",
    "relieved at once",
    "relieved later",
    "handed over with a slot",
    "the relief was called off under way",
    "escalated",
    "escalated twice",
    "an escalation that did not come",
    "called in",
    "called in vain",
    "called from a break while escalated",
    "tired on the way out",
    "tired at work",
}


def duty_coverage(world: World, forces: Forces, records: Records) -> Iterator[str]:
    """The names of ``DUTY_PATHS`` that a run took."""
    yield from _patrols(forces, records)
    yield from _commitments(world, forces, records)
    yield from _reliefs(forces, records)
    yield from _escalation(forces, records)
    yield from _fatigue(forces, records)


def _patrols(forces: Forces, records: Records) -> Iterator[str]:
    units, states, legs = forces.units, records.states, records.legs
    stands_by = units["duty"][records.assignments["unit"]] == Duty.STANDBY
    left = {(row["unit"], row["to_us"]) for row in states if row["state"] == UnitState.PATROL}
    sent = records.assignments[stands_by & (records.assignments["on_view"] == 0)]
    if any((row["unit"], row["dispatched_us"]) in left for row in sent):
        yield "sent from standby"
    rounds = np.flatnonzero(units["rule"] == PatrolRule.ROUND)
    walked = legs[np.isin(legs["unit"], rounds)]
    if ((walked["state"][:-1] == UnitState.RETURNING) & (walked["state"][1:] == UnitState.PATROL)).any():
        yield "a round taken up again"
    if records.visits["visits"].any():
        yield "a visit in full"
    for number in np.flatnonzero(units["rule"] == PatrolRule.VISITS):
        points = forces.beats[units["beat"][number]]
        points = forces.visits[points["visit_first"] : points["visit_first"] + points["visit_count"]]
        mine = legs[(legs["unit"] == number) & (legs["state"] == UnitState.PATROL)]
        for row in mine[np.isin(mine["to_m"], points["offset_m"])]:
            stay = states[(states["unit"] == number) & (states["from_us"] <= row["to_us"])][-1]
            if stay["state"] == UnitState.PATROL and stay["to_us"] - row["to_us"] < points["dwell_us"].min():
                yield "a visit cut short"
        partners = np.flatnonzero((units["rule"] == PatrolRule.VISITS) & (units["beat"] == units["beat"][number]))
        if len(partners) > max(1, len(points)):
            yield "two bound for one point"


def _commitments(world: World, forces: Forces, records: Records) -> Iterator[str]:
    if records.units["breaks_missed"].any():
        yield "a break missed"
    to_work = records.legs[records.legs["state"] == UnitState.PLANNED]
    if len(to_work):
        yield "planned work at a place"
    sent = {(row["unit"], row["dispatched_us"]) for row in records.assignments}
    if any((row["unit"], row["to_us"]) in sent for row in to_work):
        yield "interrupted on the way to planned work"


def _reliefs(forces: Forces, records: Records) -> Iterator[str]:
    rows = records.assignments
    ends = set(forces.spells["end_us"].tolist())
    for row in rows[(rows["slot"] == NOBODY) & (rows["on_view"] == 0)]:
        yield "relieved at once" if row["dispatched_us"] in ends else "relieved later"
        if row["arrived_us"] == NEVER and row["cleared_us"] < NEVER:
            yield "the relief was called off under way"
    if ((rows["handed_over"] == 1) & (rows["slot"] != NOBODY)).any():
        yield "handed over with a slot"


def _escalation(forces: Forces, records: Records) -> Iterator[str]:
    trace, rows, states = records.trace, records.assignments, records.states
    times = (trace["kind"] == EventKind.ESCALATES).sum()
    if times:
        yield "escalated"
    if times > 1:
        yield "escalated twice"
    if forces.escalate_over > 0 and not times:
        yield "an escalation that did not come"
    on_call = np.flatnonzero(forces.units["on_call_us"] < NEVER)
    begun = trace["number"][trace["kind"] == EventKind.DUTY_BEGINS]
    if np.isin(begun, on_call).any():
        yield "called in"
    if times and not np.isin(on_call, begun).all():
        yield "called in vain"
    breaks = {(row["unit"], row["to_us"]) for row in states if row["state"] == UnitState.BREAK}
    for row in rows[rows["on_view"] == 0] if times and forces.escalate_breaks else ():
        unit = forces.units[row["unit"]]
        mine = forces.commitments[unit["commitment_first"] : unit["commitment_first"] + unit["commitment_count"]]
        mine = mine[mine["kind"] == CommitmentKind.BREAK]
        cut_short = (row["unit"], row["dispatched_us"]) in breaks
        if cut_short and row["slot"] != NOBODY and (mine["priority"] < row["priority"]).all():
            yield "called from a break while escalated"


def _fatigue(forces: Forces, records: Records) -> Iterator[str]:
    rows = records.assignments
    longest = max(forces.tiers[f"turnout_{state}_us"].max() for state in ("patrol", "standby", "post", "base"))
    under_way = rows["en_route_us"] < NEVER
    if (rows["en_route_us"][under_way] - rows["dispatched_us"][under_way] > longest).any():
        yield "tired on the way out"
    if (forces.fatigue_work > 1).any() and (records.incidents["work_end_us"] < NEVER).any():
        yield "tired at work"
