"""Joint units that are one unit or two: how they split, wait for each other and are one again. Rule 28b."""

from __future__ import annotations

from sim.kernel.assigning import keep_commitment
from sim.kernel.calendar import cancel, schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.facts import class_of
from sim.kernel.ledger import end_stand, end_visit, set_state
from sim.kernel.motion import set_out, stop_unit
from sim.kernel.sight import stand_and_look
from sim.kernel.slots import may_fill
from sim.vocabulary import MEET_US, NOBODY, EventKind, UnitState

OFF_DUTY, PATROL, RETURNING = codes(UnitState.OFF_DUTY, UnitState.PATROL, UnitState.RETURNING)
UNIT_NEXT, DUTY_ENDS = codes(EventKind.UNIT_NEXT, EventKind.DUTY_ENDS)


@compiled
def other_half(b, u):
    """Of the joint unit that this one is half of."""
    halves = b.roster[b.roster[u]["whole"]]["half"]
    return halves[1] if halves[0] == u else halves[0]


@compiled
def half_for(b, u, i, k):
    """The half that goes alone to slot k of the incident; NOBODY: the unit goes as it is."""
    fixed = b.roster[u]
    if fixed["half"][0] == NOBODY or class_of(b, i)["priority"] < fixed["splits_from"]:
        return NOBODY
    best, rank = NOBODY, 0
    for side in range(2):
        half = fixed["half"][side]
        if may_fill(b, half, b.incidents[i]["class_"], b.slot_row[i, k]):
            own = b.tiers[b.roster[half]["tier"]]["rank"]
            if own > rank:
                best, rank = half, own
    return best


@compiled
def follow_spell(b, u, half):
    """The half is on the joint unit's present or next spell."""
    b.units[half]["duty"] = b.roster[half]["spell_first"] + b.units[u]["duty"] - b.roster[u]["spell_first"]


@compiled
def split(b, u, now):
    """The joint unit is two: its halves stand where it was, on its spell."""
    unit, fixed = b.units[u], b.roster[u]
    keep_commitment(b, u, now)
    stop_unit(b, u, now)
    set_state(b, u, OFF_DUTY, now)
    for side in range(2):
        half = b.units[fixed["half"][side]]
        half["segment"], half["offset_m"], half["across_m"] = unit["segment"], unit["offset_m"], unit["across_m"]
        half["off_due"] = 0
        follow_spell(b, u, fixed["half"][side])
        schedule(b, DUTY_ENDS, fixed["half"][side], b.spells[unit["duty"]]["end_us"])


@compiled
def _stand_and_wait(b, u, now):
    """Stand where it is in PATROL for MEET_US."""
    unit = b.units[u]
    stop_unit(b, u, now)
    unit["came"] = NOBODY
    if unit["state"] == PATROL:
        end_stand(b, u, now)
        if unit["bound_for"] != NOBODY:
            end_visit(b, u)
    else:
        set_state(b, u, PATROL, now)
    stand_and_look(b, u, now)
    schedule(b, UNIT_NEXT, u, now + MEET_US)


@compiled
def _is_with(b, u, other):
    unit, place = b.units[u], b.units[other]
    return (
        place["moving"] == 0
        and unit["segment"] == place["segment"]
        and unit["offset_m"] == place["offset_m"]
        and unit["across_m"] == place["across_m"]
    )


@compiled
def seek_other_half(b, u, now):
    """A half goes back to duty: whether it has found what to do, and the joint unit, if they are one again."""
    other = other_half(b, u)
    place = b.units[other]
    if place["state"] == PATROL and place["off_due"] == 0:
        if _is_with(b, u, other):
            return True, _join(b, u, now)
        _stand_and_wait(b, other, now)
        set_state(b, u, RETURNING, now)
        set_out(b, u, place["segment"], place["offset_m"], place["across_m"], now)
        return True, NOBODY
    if place["state"] == RETURNING:
        _stand_and_wait(b, u, now)
        return True, NOBODY
    return False, NOBODY


@compiled
def _join(b, u, now):
    """Both halves are one unit again, which stands there and has to become free."""
    whole = b.roster[u]["whole"]
    unit, place = b.units[whole], b.units[u]
    unit["segment"], unit["offset_m"], unit["across_m"] = place["segment"], place["offset_m"], place["across_m"]
    for side in range(2):
        half = b.roster[whole]["half"][side]
        stop_unit(b, half, now)
        cancel(b, DUTY_ENDS, half)
        set_state(b, half, OFF_DUTY, now)
    return whole


@compiled
def is_two(b, u):
    """Whether the joint unit has halves that are not off duty."""
    fixed = b.roster[u]
    if fixed["half"][0] == NOBODY:
        return False
    return b.units[fixed["half"][0]]["state"] != OFF_DUTY or b.units[fixed["half"][1]]["state"] != OFF_DUTY
