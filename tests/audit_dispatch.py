"""The books of the dispatch centre must balance: who was answered, sent, kept back and taken from what."""

from __future__ import annotations

import heapq
from itertools import pairwise

import numpy as np
from audit_joint import perhaps_split_off

from sim.tables import MAX_STAGES, Forces, Records, World
from sim.vocabulary import NEVER, NOBODY, Duty, EventKind, LeavesPost, Outcome, UnitState

AVAILABLE = (
    UnitState.PATROL,
    UnitState.RETURNING,
    UnitState.SLACK,
    UnitState.POST,
    UnitState.PLANNED,
    UnitState.BREAK,
)
ASSIGNED = (UnitState.TURNOUT, UnitState.EN_ROUTE, UnitState.ON_SCENE)


def audit_dispatch(world: World, forces: Forces, records: Records) -> None:
    """Raises AssertionError with the row and the reason where the books do not balance.

    Reserves are looked at where states were kept, the ends of handling where the trace was.
    """
    _handling(world, forces, records)
    _preemption(forces, records)
    _work(world, forces, records)
    if len(records.states):
        _reserves(forces, records)
    if len(records.trace):
        _ends_of_handling(forces, records)


def _extra_us(world: World, at_us: int) -> int:
    """What outages add to handling at a moment."""
    rows = world.outages
    return int(rows["extra_us"][(rows["from_us"] <= at_us) & (at_us < rows["to_us"])].sum())


def _handling(world: World, forces: Forces, records: Records) -> None:
    """Rule 12a: calls are answered in the order of receipt, by whoever is free first, never more than there are takers.

    At the very instant of its closing or of the end of the run a call that waits may have been answered or not.
    """
    rows = records.incidents
    free_from = [-1] * forces.call_takers  # a heap, one for each of them
    for number in np.lexsort((np.arange(len(rows)), rows["received_us"])):
        row = rows[number]
        if row["received_us"] == NEVER:
            continue
        answered, handling_us = int(row["received_us"]), forces.on_view_report_us
        if not row["on_view"]:
            handling_us = forces.call_handling_us
            waits = bool(free_from) and free_from[0] >= answered
            answered = free_from[0] if waits else answered
            last = min(int(row["closed_us"]), records.stop_us)
            if waits and (answered > last or (answered == last and row["handled_us"] == NEVER)):
                assert row["handled_us"] == NEVER, f"answered when nobody was free: incident {number}"
                continue
        handled = answered + handling_us + _extra_us(world, answered)
        assert row["handled_us"] == handled, f"handled at {row['handled_us']} and not {handled}: incident {number}"
        if free_from and not row["on_view"]:
            heapq.heapreplace(free_from, handled)


def _ends_of_handling(forces: Forces, records: Records) -> None:
    """With call-takers every call that was answered is handled once, as the record has it; without, no such event."""
    ends = records.trace[records.trace["kind"] == EventKind.HANDLED]
    rows = records.incidents
    by_taker = (rows["on_view"] == 0) & (forces.call_takers > 0)
    assert np.array_equal(rows["handled_us"][ends["number"]], ends["at_us"]), "handled at another time than recorded"
    assert by_taker[ends["number"]].all(), "handled by nobody"
    assert len(np.unique(ends["number"])) == len(ends), "a call handled twice"
    due = np.flatnonzero(by_taker & (rows["handled_us"] < records.stop_us))
    assert np.isin(due, ends["number"]).all(), "a call that was never handled"


def _preemption(forces: Forces, records: Records) -> None:
    """Rule 26: who is taken goes on at once to another incident that may take it, and the robbed rob nobody."""
    rows, incidents = records.assignments, records.incidents
    lost = np.bincount(rows["incident"][rows["preempted"] == 1], minlength=len(incidents))
    assert np.array_equal(lost, incidents["units_lost"]), "units lost to pre-emption"
    robberies = []
    for number in np.flatnonzero(rows["preempted"]):
        row, later = rows[number], np.flatnonzero(rows["unit"][number + 1 :] == rows["unit"][number])
        assert len(later), f"taken for nothing: assignment {number}"
        next_ = rows[number + 1 + later[0]]
        assert next_["dispatched_us"] == row["cleared_us"], f"taken, and not sent at once: assignment {number}"
        assert row["dispatched_us"] < row["cleared_us"], f"taken at the instant of its dispatch: assignment {number}"
        assert next_["incident"] != row["incident"], f"taken from an incident for itself: assignment {number}"
        assert not next_["on_view"], f"taken for what it saw: assignment {number}"
        assert forces.tiers["preemptible"][forces.units["tier"][row["unit"]]], f"of a tier kept out: {number}"
        reached = sum(row[stamp] < NEVER for stamp in ("en_route_us", "arrived_us"))
        may = forces.preempt[next_["priority"]]
        if incidents["stage"][row["incident"]] == 0:  # else its priority may have changed since
            may = may[row["priority"]]
        assert (may >> ASSIGNED[reached] & 1).any(), f"taken against the orders: assignment {number}"
        robberies.append((number + 1 + later[0], next_["dispatched_us"], row["incident"], next_["incident"]))
    robbed = set()
    for number, at_us, from_, to in sorted(robberies):
        assert (at_us, to) not in robbed, f"a chain of pre-emptions: assignment {number}"
        robbed.add((at_us, from_))


def _work(world: World, forces: Forces, records: Records) -> None:
    """Rules 17, 26a: work is as long as it was drawn, with enough people there (15a) all the while.

    Of incidents that worsened the class at work is not recorded.
    """
    rows, sent, units = records.incidents, records.assignments, forces.units
    kit = forces.tiers["kit"][units["tier"]] == 1
    least = min([1.0, *forces.tiers["kit_factor"][forces.tiers["kit"] == 1].tolist()])
    least *= min([1.0, *forces.tiers["work_factor"].tolist()])
    for number in np.flatnonzero((rows["outcome"] == Outcome.RESOLVED) & (rows["stage"] == 0)):
        visits = sent[(sent["incident"] == number) & (sent["arrived_us"] < NEVER)]
        stage = world.stages[number * MAX_STAGES]
        manned = 0
        for start, end in pairwise(sorted({*visits["arrived_us"].tolist(), *visits["cleared_us"].tolist()})):
            there = visits["unit"][(visits["arrived_us"] <= start) & (visits["cleared_us"] >= end)]
            if (
                len(there)
                and units["crew"][there].sum() >= world.classes["safe_crew"][stage["class_"]] - kit[there].any()
            ):
                manned += end - start
        drawn = round(stage["work_us"] * least)
        assert manned >= drawn, f"{manned} us with people there for {drawn} us of work: incident {number}"


def _reserves(forces: Forces, records: Records) -> None:
    """Rule 25: whoever is sent for a slot leaves as many units of its tier available as its reserve says.

    States have no order within an instant, so whoever was available up to then, or from then, is taken to have been;
    what begins at the end of the run is not recorded.
    """
    rows, units, states = records.assignments, forces.units, records.states
    on_post = (states["state"] == UnitState.POST) & (units["duty"][states["unit"]] == Duty.POST)
    called = ~on_post | (units["leaves_post"][states["unit"]] == LeavesPost.CALLED)
    states = states[np.isin(states["state"], AVAILABLE) & called]
    taken = {(row["unit"], row["cleared_us"]) for row in rows if row["preempted"]}
    split = perhaps_split_off(forces, records)
    for number, row in enumerate(rows):
        tier, at_us = units["tier"][row["unit"]], row["dispatched_us"]
        reserve = forces.tiers["reserve"][tier, row["priority"]]
        sent = row["on_view"] == 0 and row["slot"] != NOBODY and (row["unit"], at_us) not in taken
        if reserve == 0 or not sent or split[number] or at_us == records.stop_us:
            continue
        mine = units["tier"] == tier
        if forces.tiers["reserve_in_sector"][tier]:
            mine &= units["sector"] == units["sector"][row["unit"]]
        free = np.zeros(len(units), bool)
        free[states["unit"][(states["from_us"] <= at_us) & (states["to_us"] >= at_us)]] = True
        others = np.arange(len(rows)) != number
        now = rows[others & (rows["dispatched_us"] == at_us)]
        free[now["unit"]] = True
        gone = rows[:number]
        free[gone["unit"][(gone["dispatched_us"] == at_us) & (gone["cleared_us"] > at_us)]] = False
        free[row["unit"]] = False
        left = (free & mine).sum()
        assert left >= reserve, f"{left} left of a reserve of {reserve}: assignment {number}"
