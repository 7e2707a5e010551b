"""The members of an incident: assigned, under way, present, leaving. Rules 15c and 18."""

from __future__ import annotations

from sim.kernel.bases import is_lost
from sim.kernel.calendar import schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.duty import become_free
from sim.kernel.facts import stage_of
from sim.kernel.ledger import set_state
from sim.kernel.motion import aim_at_incident, incident_offset, own_travel_us, set_out, stop_unit
from sim.kernel.streets import set_out_to_intersection
from sim.vocabulary import NEVER, NOBODY, EventKind, UnitState

EN_ROUTE = int(UnitState.EN_ROUTE)
TO_VEHICLE, TO_STATION, WRAP_UP = codes(UnitState.TO_VEHICLE, UnitState.TO_STATION, UnitState.WRAP_UP)
UNIT_NEXT = int(EventKind.UNIT_NEXT)


@compiled
def _strike(b, u, i):
    """Take the unit off the list of members and out of its slots."""
    unit, incident = b.units[u], b.incidents[i]
    previous, member = NOBODY, incident["first_member"]
    while member != u:
        previous, member = member, b.units[member]["next_member"]
    if previous == NOBODY:
        incident["first_member"] = unit["next_member"]
    else:
        b.units[previous]["next_member"] = unit["next_member"]
    if incident["last_member"] == u:
        incident["last_member"] = previous
    unit["next_member"] = NOBODY
    for k in range(incident["slots"]):
        if b.slot_unit[i, k] == u:
            b.slot_unit[i, k] = NOBODY


@compiled
def go_to_station(b, u, now):
    """Set out for the station where the custody trip ends."""
    station = b.stations[b.units[u]["station"]]
    set_out(b, u, station["segment"], station["offset_m"], station["across_m"], now)


@compiled
def go_on_leaving(b, u, now):
    """Rule 18c: to the vehicle, to the station, wrap-up, free; each if it applies."""
    unit = b.units[u]
    if unit["on_foot"] == 1:
        set_state(b, u, TO_VEHICLE, now)
        set_out_to_intersection(b, u, unit["parked"], now)
        return
    if unit["custody"] == 1:
        unit["custody"] = 0
        best, best_us, mode = NOBODY, NEVER, b.roster[u]["mode"]
        for k in range(len(b.stations)):
            row = b.stations[k]
            if not is_lost(b, k, now):
                us = own_travel_us(
                    b,
                    mode,
                    unit["segment"],
                    unit["offset_m"],
                    unit["across_m"],
                    row["segment"],
                    row["offset_m"],
                    row["across_m"],
                )
                if us < best_us:
                    best, best_us = k, us
        if best != NOBODY:
            set_state(b, u, TO_STATION, now)
            unit["station"] = best
            go_to_station(b, u, now)
            return
    if unit["wrap_up_us"] > 0:
        set_state(b, u, WRAP_UP, now)
        schedule(b, UNIT_NEXT, u, now + unit["wrap_up_us"])
        unit["wrap_up_us"] = 0
        return
    become_free(b, u, now)


@compiled
def clear(b, u, now):
    """The unit is a member no more and stands where it is. Returns whether it was present."""
    unit = b.units[u]
    i = unit["incident"]
    _strike(b, u, i)
    b.assignments[unit["assignment"]]["cleared_us"] = now
    unit["relieving"] = NOBODY
    stop_unit(b, u, now)
    if unit["present"] == 0:
        return False
    incident = b.incidents[i]
    unit["segment"], unit["offset_m"] = incident["segment"], incident_offset(b, i, now)
    unit["across_m"] = incident["across_m"]
    unit["present"] = 0
    return True


@compiled
def release(b, u, wraps_up, custody, now):
    """The unit is a member no more: it leaves the scene (18c), or is called off (18d)."""
    unit = b.units[u]
    i = unit["incident"]
    unit["wrap_up_us"], unit["custody"] = 0, 0
    if clear(b, u, now):
        if wraps_up:
            unit["wrap_up_us"] = b.wrap_up_us[i, b.roster[u]["tier"]]
        if custody:
            unit["custody"] = 1
            unit["custody_us"] = stage_of(b, i)["custody_us"]
    b.run[0]["dispatch_due"] = 1
    go_on_leaving(b, u, now)


@compiled
def aim_again(b, u, now):
    """A unit on its way to its incident stops and sets out anew, rule 20a; where there is no way it is called off."""
    stop_unit(b, u, now)
    if not aim_at_incident(b, u, now):
        release(b, u, False, False, now)
