"""Ways on streets: how long from here to there, and what is the next leg. Rules 7 to 9 and 20b.

A place is (segment, offset_m). ``motion`` asks here where the space is made of streets.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.calendar import schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.deterrence import end_stop
from sim.kernel.ledger import along, hour_at, mode_now, tier_factor
from sim.vocabulary import NEVER, NOBODY, EventKind, UnitState

EN_ROUTE, RETURNING = codes(UnitState.EN_ROUTE, UnitState.RETURNING)
UNIT_NEXT = int(EventKind.UNIT_NEXT)
_NO_WAY, _DIRECT, _DRIVE, _WALK = -1, 0, 1, 5  #: choices of a route; _DRIVE and _WALK plus 2 * exit + entry


@compiled
def intersection_at(b, segment, offset_m):
    """The intersection at this place; NOBODY in mid-segment."""
    row = b.segments[segment]
    if offset_m == 0.0:
        return row["a"]
    if offset_m == row["length_m"]:
        return row["b"]
    return NOBODY


@compiled
def arc_tail(b, arc):
    """The intersection that an arc leaves."""
    row = b.segments[arc // 2]
    return row["a"] if arc % 2 == 0 else row["b"]


@compiled
def row_of(b, mode):
    """The row of the travel tables for a mode in the present epoch, rule 10; in epoch 0 it is the mode itself."""
    return b.run[0]["epoch_row"] + mode


@compiled
def may_pass(b, row, segment):
    """Rule 8: in one direction at least."""
    return b.arc_us[row, 2 * segment] < NEVER or b.arc_us[row, 2 * segment + 1] < NEVER


# --------------------------------------------------------------------------------------------- how long


@compiled
def part_us(b, row, arc, distance_m):
    """Table time of a part of an arc; none for no distance."""
    if distance_m == 0.0:
        return 0
    us = b.arc_us[row, arc]
    if us >= NEVER or distance_m == b.segments[arc // 2]["length_m"]:
        return us
    return np.int64(np.rint(us * (distance_m / b.segments[arc // 2]["length_m"])))


@compiled
def _leaving_row(b, mode, segment, offset_m):
    """Of the table for what starts here: a street that is closed may be left from within, rule 10."""
    within = offset_m != 0.0 and offset_m != b.segments[segment]["length_m"]
    return mode if within else row_of(b, mode)


@compiled
def out_us(b, mode, segment, offset_m, end):
    """From a place to end 0 (a) or 1 (b) of its segment."""
    row = _leaving_row(b, mode, segment, offset_m)
    if end == 0:
        return part_us(b, row, 2 * segment + 1, offset_m)
    return part_us(b, row, 2 * segment, b.segments[segment]["length_m"] - offset_m)


@compiled
def _in_us(b, row, segment, offset_m, end):
    """From an end of a segment to a place on it."""
    if end == 0:
        return part_us(b, row, 2 * segment, offset_m)
    return part_us(b, row, 2 * segment + 1, b.segments[segment]["length_m"] - offset_m)


@compiled
def end_node(b, segment, end):
    return b.segments[segment]["a"] if end == 0 else b.segments[segment]["b"]


@compiled
def route(b, mode, s, x, t, y, walks):
    """Rule 9: (table time, choice) from (s, x) to (t, y); ``walks``: by foot at last where the mode may not pass t."""
    best, choice = NEVER, _NO_WAY
    row = row_of(b, mode)
    drive = may_pass(b, row, t)
    if s == t and may_pass(b, mode, s):
        arc = 2 * s if y > x else 2 * s + 1
        best = part_us(b, _leaving_row(b, mode, s, x), arc, abs(y - x))
        if best < NEVER:
            choice = _DIRECT
    if not (drive or walks):
        return best, choice
    last_row = row if drive else row_of(b, b.foot[mode])
    first_in = _in_us(b, last_row, t, y, 0)
    second_in = _in_us(b, last_row, t, y, 1)
    for e in range(2):
        leave = out_us(b, mode, s, x, e)
        if leave >= best:
            continue
        n = end_node(b, s, e)
        for f in range(2):
            enter = first_in if f == 0 else second_in
            m = end_node(b, t, f)
            between = b.time_us[row, n, m] if drive else b.walk_us[row, n, m]
            if enter >= NEVER or between >= NEVER:
                continue
            total = leave + between + enter
            if total < best:
                best = total
                choice = (_DRIVE if drive else _WALK) + 2 * e + f
    return best, choice


# ------------------------------------------------------------------------------------------ the next leg


@compiled
def start_leg(b, u, segment, from_m, to_m, now):
    """Enter a segment, rule 7, and look out for the unit's moving incident on it, rule 20b."""
    unit = b.units[u]
    mode = mode_now(b, u)
    arc = 2 * segment if to_m > from_m else 2 * segment + 1
    table = part_us(b, mode, arc, abs(to_m - from_m))
    factor = tier_factor(b, u) * b.speed_factor[mode, b.segments[segment]["sector"], hour_at(b, now)]
    if b.deters == 1:
        end_stop(b, u, now)
    unit["moving"] = 1
    unit["segment"] = segment
    unit["from_m"], unit["to_m"] = from_m, to_m
    unit["left_us"] = now
    if factor != 1.0:
        table = np.int64(np.rint(table / factor))
    unit["due_us"] = moment = now + max(1, table)
    if unit["state"] == EN_ROUTE:
        i = unit["incident"]
        incident = b.incidents[i]
        if incident["moving"] == 1 and incident["segment"] == segment:
            met = _meeting(b, unit, incident, i, now)
            if met < NEVER:
                unit["meets"] = 1
                moment = met
    schedule(b, UNIT_NEXT, u, moment)


@compiled
def _meeting(b, unit, incident, i, now):
    leg = b.path[incident["leg"]]
    x, q = unit["from_m"], along(incident, leg["from_m"], leg["to_m"], now)
    if x == q:
        return now
    own = (unit["to_m"] - unit["from_m"]) / (unit["due_us"] - unit["left_us"])
    its = (leg["to_m"] - leg["from_m"]) / (incident["due_us"] - incident["left_us"])
    if own == its:
        return NEVER
    tau = (q - x) / (own - its)
    limit = min(unit["due_us"], incident["due_us"])
    if tau < 0.0 or tau > limit - now + 1.0:
        return NEVER
    at = now + np.int64(np.rint(tau))
    return at if at <= limit else NEVER


@compiled
def next_leg(b, u, now):
    """Go on along the way: start its next leg or pause and return True, or False when it has come to its end."""
    unit = b.units[u]
    if unit["exit_due"] == 1:
        unit["exit_due"] = 0
        if unit["exit_m"] != unit["offset_m"]:
            start_leg(b, u, unit["segment"], unit["offset_m"], unit["exit_m"], now)
            return True
    if unit["goal"] != NOBODY:
        n = intersection_at(b, unit["segment"], unit["offset_m"])
        if n != unit["goal"]:
            k = b.hop[row_of(b, mode_now(b, u)), n, unit["goal"]]
            arc = b.node_arcs[b.node_first[n] + k]
            length = b.segments[arc // 2]["length_m"]
            if arc % 2 == 0:
                start_leg(b, u, arc // 2, 0.0, length, now)
            else:
                start_leg(b, u, arc // 2, length, 0.0, now)
            return True
        unit["goal"] = NOBODY
        if unit["walk_goal"] != NOBODY:
            unit["pausing"] = 1
            schedule(b, UNIT_NEXT, u, now + b.dismount_us[b.roster[u]["mode"]])
            return True
    if unit["target_segment"] != NOBODY:
        return _last_leg(b, u, now)
    return False


@compiled
def _last_leg(b, u, now):
    unit = b.units[u]
    segment, from_m, to_m = unit["target_segment"], unit["enter_m"], unit["target_m"]
    unit["target_segment"] = NOBODY
    if from_m == to_m:
        unit["segment"], unit["offset_m"], unit["across_m"] = segment, to_m, unit["target_across_m"]
        return False
    if unit["state"] == EN_ROUTE:
        incident = b.incidents[unit["incident"]]
        if incident["moving"] == 1 and incident["segment"] == segment:
            to_m = b.segments[segment]["length_m"] if to_m > from_m else 0.0
    start_leg(b, u, segment, from_m, to_m, now)
    return True


@compiled
def _stand_for_want_of_a_way(b, u, now):
    """Rule 10b: the unit stands until the streets change. Who returns to patrol or post is present meanwhile (30)."""
    unit = b.units[u]
    if unit["state"] == RETURNING:
        unit["wants_way"] = unit["stands"] = 1
        unit["looks_from_us"] = now


@compiled
def set_out_on_streets(b, u, segment, offset_m, now):
    """Set out to a place, rule 9b. A way without length ends by an event at the same instant. Returns whether there is
    a way; without one the unit stands."""
    unit = b.units[u]
    mode = mode_now(b, u)
    _, choice = route(b, mode, unit["segment"], unit["offset_m"], segment, offset_m, unit["state"] == EN_ROUTE)
    if choice == _NO_WAY:
        _stand_for_want_of_a_way(b, u, now)
        return False
    unit["target_segment"], unit["target_m"] = segment, offset_m
    unit["enter_m"] = unit["offset_m"]
    if choice >= _DRIVE:
        walks = choice >= _WALK
        pair = choice - (_WALK if walks else _DRIVE)
        e, f = pair // 2, pair % 2
        unit["exit_due"] = 1
        unit["exit_m"] = 0.0 if e == 0 else b.segments[unit["segment"]]["length_m"]
        unit["enter_m"] = 0.0 if f == 0 else b.segments[segment]["length_m"]
        entry = end_node(b, segment, f)
        if walks:
            unit["goal"] = b.park[row_of(b, mode), end_node(b, unit["segment"], e), entry]
            unit["walk_goal"] = entry
        else:
            unit["goal"] = entry
    here, at = unit["segment"], unit["offset_m"]
    if not next_leg(b, u, now):  # it is there, but has come there only with the event
        unit["segment"], unit["offset_m"], unit["target_segment"] = here, at, segment
        schedule(b, UNIT_NEXT, u, now)
    return True


@compiled
def set_out_to_intersection(b, u, n, now):
    """Set out to an intersection, rule 9a. Returns whether there is a way; without one the unit stands."""
    unit = b.units[u]
    mode = mode_now(b, u)
    row, a, z = row_of(b, mode), end_node(b, unit["segment"], 0), end_node(b, unit["segment"], 1)
    to_a = add_us(out_us(b, mode, unit["segment"], unit["offset_m"], 0), b.time_us[row, a, n])
    to_b = add_us(out_us(b, mode, unit["segment"], unit["offset_m"], 1), b.time_us[row, z, n])
    if to_a >= NEVER and to_b >= NEVER:
        _stand_for_want_of_a_way(b, u, now)
        return False
    unit["exit_due"] = 1
    unit["exit_m"] = b.segments[unit["segment"]]["length_m"] if to_b < to_a else 0.0
    unit["goal"] = n
    if not next_leg(b, u, now):
        schedule(b, UNIT_NEXT, u, now)
    return True


@compiled
def add_us(first, second):
    """Sum of two times of which either may be NEVER."""
    return NEVER if first >= NEVER or second >= NEVER else first + second


@compiled
def place_at_intersection(b, u, n):
    """Rule 7b: back at the vehicle. By the open network, whatever is closed now."""
    unit = b.units[u]
    mode = b.roster[u]["mode"]
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if b.arc_us[mode, arc] < NEVER:
            unit["segment"] = arc // 2
            unit["offset_m"] = 0.0 if arc % 2 == 0 else b.segments[arc // 2]["length_m"]
            return
