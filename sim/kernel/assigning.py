"""Sending a unit to an incident: it becomes a member, turns out and sets out. Rules 15c, 25 and 25a."""

from __future__ import annotations

import numpy as np

from sim.kernel.calendar import schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.facts import class_of, hours_on_duty
from sim.kernel.ledger import close_state, set_state
from sim.kernel.motion import aim_at_incident, stop_unit
from sim.vocabulary import NEVER, NOBODY, Duty, EventKind, UnitState

PATROL, POST, EN_ROUTE, TURNOUT = codes(UnitState.PATROL, UnitState.POST, UnitState.EN_ROUTE, UnitState.TURNOUT)
PLANNED, BREAK, SLACK = codes(UnitState.PLANNED, UnitState.BREAK, UnitState.SLACK)
UNIT_NEXT, ON_STANDBY = codes(EventKind.UNIT_NEXT, Duty.STANDBY)


@compiled
def turnout_us(b, u, now):
    """Turnout of the state that the unit would leave, longer for the tired."""
    factor = b.fatigue_turnout[hours_on_duty(b, u, now)]
    us = _rested_turnout_us(b, u)
    return us if factor == 1.0 else np.int64(np.rint(us * factor))


@compiled
def _rested_turnout_us(b, u):
    tier, state = b.tiers[b.roster[u]["tier"]], b.units[u]["state"]
    if state == PATROL and b.roster[u]["duty"] == ON_STANDBY:
        return tier["turnout_standby_us"]
    if state == POST:
        return tier["turnout_post_us"]
    if state == PLANNED or state == BREAK or state == SLACK:
        return tier["turnout_base_us"]
    return tier["turnout_patrol_us"]


@compiled
def assign(b, u, i, slot, on_view, sendable_us, now):
    """Make the unit a member of the incident."""
    unit, incident, run = b.units[u], b.incidents[i], b.run[0]
    k = run["assignments"]
    run["assignments"] += 1
    row = b.assignments[k]
    row["incident"], row["unit"], row["slot"], row["on_view"] = i, u, slot, on_view
    row["priority"] = class_of(b, i)["priority"]
    row["sendable_us"], row["dispatched_us"] = sendable_us, now
    row["en_route_us"] = row["arrived_us"] = row["cleared_us"] = NEVER
    row["travel_m"] = 0.0
    b.unit_records[u]["assignments"] += 1
    incident["units_sent"] += 1
    unit["incident"], unit["assignment"] = i, k
    unit["present"] = 0
    unit["next_member"] = NOBODY
    if incident["first_member"] == NOBODY:
        incident["first_member"] = u
    else:
        b.units[incident["last_member"]]["next_member"] = u
    incident["last_member"] = u


@compiled
def head_for_incident(b, u, now):
    """En route from now. Returns whether there is a way."""
    b.assignments[b.units[u]["assignment"]]["en_route_us"] = now
    set_state(b, u, EN_ROUTE, now)
    return aim_at_incident(b, u, now)


@compiled
def keep_commitment(b, u, now):
    """What is left of planned work or a break that is interrupted now is kept."""
    unit = b.units[u]
    if (unit["state"] == PLANNED or unit["state"] == BREAK) and unit["commit_end_us"] < NEVER:
        unit["commit_left_us"] = unit["commit_end_us"] - now


@compiled
def send(b, u, i, slot, sendable_us, now):
    """Rule 25a: the unit turns out for the incident, for a slot or (NOBODY) for none. It has a way there now."""
    send_within(b, u, i, slot, sendable_us, turnout_us(b, u, now), now)


@compiled
def send_within(b, u, i, slot, sendable_us, wait, now):
    """The same with a given turnout."""
    keep_commitment(b, u, now)
    stop_unit(b, u, now)
    close_state(b, u, now)  # an interval belongs to one incident, also where the state stays the same
    set_state(b, u, TURNOUT if wait > 0 else EN_ROUTE, now)
    assign(b, u, i, slot, 0, sendable_us, now)
    if wait > 0:
        schedule(b, UNIT_NEXT, u, now + wait)
    else:
        head_for_incident(b, u, now)
