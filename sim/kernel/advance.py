"""The loop: take the next event, do it, let the dispatcher act, and stop where asked. Rules 2, 3 and 23."""

from __future__ import annotations

from numba import njit

from sim.kernel import incident as incidents
from sim.kernel.assigning import head_for_incident
from sim.kernel.bundle import as_bundle
from sim.kernel.calendar import next_place, schedule, take
from sim.kernel.change import change_streets
from sim.kernel.compiled import codes, compiled
from sim.kernel.dispatch import dispatch_pass
from sim.kernel.duty import (
    back_to_duty,
    become_free,
    begin_duty,
    begin_run,
    end_duty,
    fall_due,
    spend_commitment,
    unit_on_way_ends,
)
from sim.kernel.escalation import escalate, watch_the_queue
from sim.kernel.inspection import inspect_at
from sim.kernel.ledger import add_leg, add_overtime, close_gaps, close_state, end_stand, set_state
from sim.kernel.members import aim_again, go_on_leaving, release
from sim.kernel.motion import cut_leg, end_leg, incident_offset, leave_vehicle, next_leg, place_xy, unit_place
from sim.kernel.patrol import place_all_anew, visit_on
from sim.kernel.probes import take_probe
from sim.kernel.redeployment import redeploy
from sim.kernel.scene import arrive, holders_leave, work_moment
from sim.kernel.streets import intersection_at, place_at_intersection
from sim.kernel.unserved import settle_unserved
from sim.vocabulary import NEVER, NOBODY, EventKind, Stop, UnitState

begin_incident, end_incident_leg, worsen = incidents.begin_incident, incidents.end_incident_leg, incidents.worsen
expire, give_up, take_call = incidents.expire, incidents.give_up, incidents.take_call
off_model_arrives, sight_incident = incidents.off_model_arrives, incidents.sight_incident
become_sendable, call_handled = incidents.become_sendable, incidents.call_handled

INCIDENT_BEGINS, INCIDENT_LEG, WORSENS = codes(EventKind.INCIDENT_BEGINS, EventKind.INCIDENT_LEG, EventKind.WORSENS)
EXPIRES, GIVES_UP, CALL = codes(EventKind.EXPIRES, EventKind.GIVES_UP, EventKind.CALL)
OFF_MODEL_ARRIVES, WORK, HOLDERS_LEAVE = codes(EventKind.OFF_MODEL_ARRIVES, EventKind.WORK, EventKind.HOLDERS_LEAVE)
DUTY_BEGINS, DUTY_ENDS, COMMITMENT = codes(EventKind.DUTY_BEGINS, EventKind.DUTY_ENDS, EventKind.COMMITMENT)
ESCALATES, STREETS_CHANGE = codes(EventKind.ESCALATES, EventKind.STREETS_CHANGE)
UNIT_NEXT, SIGHTING, SENDABLE, PROBE, HANDLED = codes(
    EventKind.UNIT_NEXT, EventKind.SIGHTING, EventKind.SENDABLE, EventKind.PROBE, EventKind.HANDLED
)

TURNOUT, EN_ROUTE, PATROL = codes(UnitState.TURNOUT, UnitState.EN_ROUTE, UnitState.PATROL)
RETURNING, TO_BASE, TO_VEHICLE = codes(UnitState.RETURNING, UnitState.TO_BASE, UnitState.TO_VEHICLE)
TO_STATION, AT_STATION = codes(UnitState.TO_STATION, UnitState.AT_STATION)
PLANNED, BREAK = codes(UnitState.PLANNED, UnitState.BREAK)
UNTIL, BUDGET, RECORDS_FULL, DONE = codes(Stop.UNTIL, Stop.BUDGET, Stop.RECORDS_FULL, Stop.DONE)
DECISION = int(Stop.DECISION)


@compiled
def _unit_moves_on(b, u, now):
    """UNIT_NEXT of a unit on its way: the end of a leg, of the dismount pause, or a meeting."""
    unit = b.units[u]
    state = unit["state"]
    if unit["meets"] == 1:
        i = unit["incident"]
        offset = incident_offset(b, i, now)
        if unit["moving"] == 1:
            add_leg(b, u, offset, 0.0, abs(offset - unit["from_m"]), now)
            unit["moving"] = 0
        unit["segment"], unit["offset_m"] = b.incidents[i]["segment"], offset
        unit["goal"] = unit["walk_goal"] = unit["target_segment"] = NOBODY
        unit["exit_due"] = 0
        arrive(b, u, now)
        return
    if unit["pausing"] == 1:
        unit["pausing"] = 0
        leave_vehicle(b, u, intersection_at(b, unit["segment"], unit["offset_m"]))
        aim_again(b, u, now)
        return
    if unit["moving"] == 1:
        end_leg(b, u, now)
        if state == PATROL and unit["bound_for"] == NOBODY:
            unit["came"] = unit["segment"]
            back_to_duty(b, u, now)
            return
    if state == PATROL:
        v = unit["bound_for"]
        if v == NOBODY:  # half of a joint unit has waited for the other
            end_stand(b, u, now)
            back_to_duty(b, u, now)
        elif visit_on(b, u, now):
            inspect_at(b, v, now)
            back_to_duty(b, u, now)
        return
    if next_leg(b, u, now):
        return
    if state == EN_ROUTE:
        if b.incidents[unit["incident"]]["moving"] == 1:
            aim_again(b, u, now)
        else:
            arrive(b, u, now)
    elif state == TO_VEHICLE:
        unit["on_foot"] = 0
        place_at_intersection(b, u, unit["parked"])
        unit["parked"] = NOBODY
        go_on_leaving(b, u, now)
    elif state == TO_STATION:
        set_state(b, u, AT_STATION, now)
        schedule(b, UNIT_NEXT, u, now + unit["custody_us"])
    elif state == PLANNED or state == BREAK:
        spend_commitment(b, u, now)
    else:
        unit_on_way_ends(b, u, now)


@compiled
def _unit_next(b, u, now):
    state = b.units[u]["state"]
    if (
        state == PATROL
        or state == EN_ROUTE
        or state == RETURNING
        or state == TO_VEHICLE
        or state == TO_STATION
        or state == TO_BASE
        or ((state == PLANNED or state == BREAK) and b.units[u]["commit_end_us"] >= NEVER)
    ):
        _unit_moves_on(b, u, now)
    elif state == TURNOUT:
        if not head_for_incident(b, u, now):
            release(b, u, False, False, now)
    elif state == AT_STATION:
        go_on_leaving(b, u, now)
    else:  # muster, planned work, break, slacking or wrap-up is over
        become_free(b, u, now)


@compiled
def _happen(b, kind, number, now):
    """Do one event."""
    if kind == UNIT_NEXT:
        _unit_next(b, number, now)
    elif kind == SIGHTING:
        sight_incident(b, number, now)
    elif kind == INCIDENT_BEGINS:
        begin_incident(b, number, now)
    elif kind == INCIDENT_LEG:
        end_incident_leg(b, number, now)
    elif kind == WORSENS:
        worsen(b, number, now)
    elif kind == EXPIRES:
        expire(b, number, now)
    elif kind == GIVES_UP:
        give_up(b, number, now)
    elif kind == CALL:
        take_call(b, number, now)
    elif kind == OFF_MODEL_ARRIVES:
        off_model_arrives(b, number, now)
    elif kind == WORK:
        work_moment(b, number, now)
    elif kind == HOLDERS_LEAVE:
        holders_leave(b, number, now)
    elif kind == DUTY_BEGINS:
        begin_duty(b, number, now)
    elif kind == DUTY_ENDS:
        end_duty(b, number, now)
    elif kind == COMMITMENT:
        fall_due(b, number, now)
    elif kind == SENDABLE:
        become_sendable(b, number, now)
        place_all_anew(b, now)
    elif kind == HANDLED:
        call_handled(b, now)
    elif kind == ESCALATES:
        escalate(b, now)
    elif kind == STREETS_CHANGE:
        change_streets(b, number, now)
    else:
        take_probe(b, number, now)


@compiled
def _kind_of(b, place):
    if b.kind_first[UNIT_NEXT] <= place < b.kind_first[UNIT_NEXT + 1]:
        return UNIT_NEXT
    kind = 0
    while b.kind_first[kind + 1] <= place:
        kind += 1
    return kind


@compiled
def _settle(b, kind, number, asked, now):
    """What follows an event and the passes of the dispatcher that it asked for."""
    if asked and b.escalate_over > 0:
        watch_the_queue(b, now)
    if asked and b.move_up_within_us > 0:
        redeploy(b, now)
        while b.run[0]["dispatch_due"] == 1:  # of halves that met again
            dispatch_pass(b, now)
    if kind == SENDABLE and b.incidents[number]["past_sendable"] == 1:
        settle_unserved(b, number, now)


@compiled
def _records_full(b):
    """Whether one more event might overrun a buffer: it can touch every unit a few times, no more."""
    run, margin = b.run[0], 4 * len(b.units) + 64
    if run["assignments"] + margin > len(b.assignments):
        return True
    if run["keep_trace"] == 1 and run["trace"] + 1 > len(b.trace):
        return True
    return run["keep_log"] == 1 and (run["states"] + margin > len(b.states) or run["legs"] + margin > len(b.legs))


@njit(cache=True, nogil=True, error_model="numpy")
def start(words):
    """Put the crews on duty and set the first events."""
    b = as_bundle(words)
    if len(b.drawn) > 0:
        schedule(b, INCIDENT_BEGINS, 0, b.drawn[0]["began_us"])
    if len(b.probes) > 0:
        schedule(b, PROBE, 0, b.probes[0]["at_us"])
    for epoch in range(1, len(b.epochs_us)):
        schedule(b, STREETS_CHANGE, epoch, b.epochs_us[epoch])
    for i in range(len(b.drawn)):
        if b.warm_up_us <= b.drawn[i]["began_us"] < b.end_us:
            b.run[0]["open_measured"] += 1
    begin_run(b)


@njit(cache=True, nogil=True, error_model="numpy")
def advance(words, until_us, budget):
    """Let events before ``until_us`` happen, at most ``budget`` of them; returns a ``Stop``. Stopping changes
    nothing.
    """
    b = as_bundle(words)
    run = b.run[0]
    if run["unsettled"] == 1:
        run["unsettled"] = 0
        _settle(b, run["kind"], run["number"], True, run["now_us"])
    while True:
        if run["done"] == 1:
            return DONE
        place = next_place(b)
        if place == NOBODY or (b.when[place] >= b.end_us and run["open_measured"] == 0):
            run["done"] = 1
            if place == NOBODY and run["open_measured"] > 0:
                run["now_us"] = b.horizon_us
            run["now_us"] = max(run["now_us"], b.end_us)
            return DONE
        now = b.when[place]
        if now >= until_us:
            return UNTIL
        if budget == 0:
            return BUDGET
        if _records_full(b):
            return RECORDS_FULL
        take(b, place)
        kind = _kind_of(b, place)
        number = place - b.kind_first[kind]
        run["now_us"] = now
        run["events"] += 1
        budget -= 1
        if run["keep_trace"] == 1:
            row = b.trace[run["trace"]]
            row["at_us"], row["kind"], row["number"] = now, kind, number
            run["trace"] += 1
        _happen(b, kind, number, now)
        asked = run["dispatch_due"] == 1
        if asked and run["deciding"] == 1:
            run["unsettled"], run["kind"], run["number"] = 1, kind, number
            return DECISION
        while run["dispatch_due"] == 1:
            dispatch_pass(b, now)
        _settle(b, kind, number, asked, now)


@njit(cache=True, nogil=True, error_model="numpy")
def finish(words):
    """Close the books at the time the run has come to."""
    b = as_bundle(words)
    at = b.run[0]["now_us"]
    for u in range(len(b.units)):
        if b.units[u]["moving"] == 1:
            cut_leg(b, u, at)
        if b.units[u]["off_due"] == 1:
            add_overtime(b, u, at)
        close_state(b, u, at)
    for i in range(len(b.drawn)):
        b.incidents[i]["offset_m"] = incident_offset(b, i, at)
    close_gaps(b)


@njit(cache=True, nogil=True, error_model="numpy")
def locate(words, at_us, units_xy, incidents_xy):
    """Write down where everybody is at a time not before the last event: (U, 2) and (I, 2), metres."""
    b = as_bundle(words)
    for i in range(len(b.drawn)):
        incident = b.incidents[i]
        x, y = place_xy(b, incident["segment"], incident_offset(b, i, at_us), incident["across_m"])
        incidents_xy[i, 0], incidents_xy[i, 1] = x, y
    for u in range(len(b.units)):
        unit = b.units[u]
        if unit["present"] == 1:
            x, y = incidents_xy[unit["incident"], 0], incidents_xy[unit["incident"], 1]
        else:
            offset, across = unit_place(b, u, at_us)
            x, y = place_xy(b, unit["segment"], offset, across)
        units_xy[u, 0], units_xy[u, 1] = x, y
