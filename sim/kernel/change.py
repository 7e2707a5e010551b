"""Streets close and open again: what units on their way do then. Rules 10 and 10a."""

from __future__ import annotations

from sim.kernel.compiled import codes, compiled
from sim.kernel.duty import back_to_duty, go_to_base, go_to_commitment
from sim.kernel.members import aim_again, go_to_station
from sim.kernel.motion import stop_unit
from sim.kernel.patrol import head_for_point
from sim.kernel.streets import set_out_to_intersection
from sim.vocabulary import NEVER, NOBODY, UnitState

PATROL, RETURNING, EN_ROUTE = codes(UnitState.PATROL, UnitState.RETURNING, UnitState.EN_ROUTE)
TO_VEHICLE, TO_STATION, TO_BASE = codes(UnitState.TO_VEHICLE, UnitState.TO_STATION, UnitState.TO_BASE)
PLANNED, BREAK = codes(UnitState.PLANNED, UnitState.BREAK)


@compiled
def change_streets(b, epoch, now):
    """STREETS_CHANGE: the epoch begins."""
    b.run[0]["epoch_row"] = epoch * len(b.foot)
    b.run[0]["dispatch_due"] = 1
    for u in range(len(b.units)):
        _set_out_anew(b, u, now)


@compiled
def _set_out_anew(b, u, now):
    """Rule 10a."""
    unit = b.units[u]
    state = unit["state"]
    if state == EN_ROUTE:
        if unit["pausing"] == 0:
            aim_again(b, u, now)
    elif state == RETURNING or (state == PATROL and unit["wants_way"] == 1):
        stop_unit(b, u, now)
        unit["came"] = NOBODY
        back_to_duty(b, u, now)
    elif state == PATROL:
        if unit["bound_for"] != NOBODY and unit["dwelling"] == 0:
            stop_unit(b, u, now)
            head_for_point(b, u, now)
    elif state == TO_VEHICLE:
        stop_unit(b, u, now)
        set_out_to_intersection(b, u, unit["parked"], now)
    elif state == TO_STATION:
        stop_unit(b, u, now)
        go_to_station(b, u, now)
    elif state == TO_BASE:
        stop_unit(b, u, now)
        go_to_base(b, u, now)
    elif (state == PLANNED or state == BREAK) and unit["commit_end_us"] >= NEVER:
        stop_unit(b, u, now)
        go_to_commitment(b, u, now)
