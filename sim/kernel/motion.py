"""The questions of space: how long from here to there, where is a mover, what is the next leg. What lies in sight is
asked in ``sight``.

The kernel asks here and nowhere else; ``streets`` and ``plane`` answer. A place is (segment, offset_m, across_m): on
streets the metres from end a and 0, in a plane (area, x, y).
"""

from __future__ import annotations

import numpy as np

from sim.kernel import streets
from sim.kernel.calendar import cancel, schedule
from sim.kernel.compiled import compiled
from sim.kernel.ledger import add_leg, along, end_stand
from sim.kernel.plane import displacement, gone_m, inside, point_after, start_way, way_us
from sim.kernel.streets import intersection_at, route, set_out_on_streets
from sim.vocabulary import NEVER, NOBODY, EventKind, Metric

STREETS = int(Metric.STREETS)
UNIT_NEXT = int(EventKind.UNIT_NEXT)
next_leg = streets.next_leg  #: a way in a plane is one leg or none: nothing is ahead of it

# ------------------------------------------------------------------------------------------------ where


@compiled
def unit_place(b, u, at):
    """(offset_m, across_m) of a unit on its segment."""
    unit = b.units[u]
    if unit["moving"] == 0:
        return unit["offset_m"], unit["across_m"]
    if b.metric == STREETS:
        return along(unit, unit["from_m"], unit["to_m"], at), 0.0
    if at >= unit["due_us"]:
        return unit["target_m"], unit["target_across_m"]
    x, y = point_after(b, u, gone_m(b, u, at))
    return inside(b, x, y)


@compiled
def incident_offset(b, i, at):
    """Offset of an incident on its segment."""
    incident = b.incidents[i]
    if incident["moving"] == 1:
        leg = b.path[incident["leg"]]
        return along(incident, leg["from_m"], leg["to_m"], at)
    return incident["offset_m"]


@compiled
def place_xy(b, segment, offset_m, across_m):
    """Coordinates of a place, metres."""
    if b.metric != STREETS:
        return offset_m, across_m
    row = b.segments[segment]
    share = offset_m / row["length_m"]
    a, z = row["a"], row["b"]
    return b.x_m[a] + (b.x_m[z] - b.x_m[a]) * share, b.y_m[a] + (b.y_m[z] - b.y_m[a]) * share


@compiled
def straight(b, x, y, x2, y2):
    """(dx, dy) in a straight line from one point to another."""
    if b.metric == STREETS:
        return x2 - x, y2 - y
    return displacement(b, x, y, x2, y2)


# --------------------------------------------------------------------------------------------- how long


@compiled
def travel_us(b, mode, factor, segment, offset_m, across_m, to_segment, to_m, to_across_m):
    """How long from one place to another by a mode whose table speed is changed by a factor; NEVER without a way."""
    if b.metric != STREETS:
        return way_us(b, mode, factor, offset_m, across_m, to_m, to_across_m)
    way, _ = route(b, mode, segment, offset_m, to_segment, to_m, True)
    return way if way >= NEVER or factor == 1.0 else np.int64(np.rint(way / factor))


@compiled
def own_travel_us(b, mode, segment, offset_m, across_m, to_segment, to_m, to_across_m):
    """How long from one place to another by the mode alone, rule 8; NEVER without a way."""
    if b.metric != STREETS:
        return way_us(b, mode, 1.0, offset_m, across_m, to_m, to_across_m)
    way, _ = route(b, mode, segment, offset_m, to_segment, to_m, False)
    return way


# -------------------------------------------------------------------------------------------- on its way


@compiled
def set_out(b, u, segment, offset_m, across_m, now):
    """Set out to a place. A way without length ends by an event at the same instant. Returns whether there is a way;
    without one the unit stands."""
    if b.metric == STREETS:
        return set_out_on_streets(b, u, segment, offset_m, now)
    start_way(b, u, segment, offset_m, across_m, now)
    return True


@compiled
def end_leg(b, u, now):
    """The unit has come to the end of its leg."""
    unit = b.units[u]
    if b.metric == STREETS:
        add_leg(b, u, unit["to_m"], 0.0, abs(unit["to_m"] - unit["from_m"]), now)
        unit["offset_m"] = unit["to_m"]
    else:
        x, y = unit["target_m"], unit["target_across_m"]
        unit["offset_m"], unit["across_m"] = x, y
        if b.torus == 1:
            x, y = unit["from_m"] + unit["dx_m"], unit["from_across_m"] + unit["dy_m"]
        add_leg(b, u, x, y, gone_m(b, u, now), now)
    unit["moving"] = 0


@compiled
def cut_leg(b, u, now):
    """The unit stands where it is on its leg."""
    unit = b.units[u]
    if b.metric != STREETS and now >= unit["due_us"]:
        end_leg(b, u, now)
        return
    offset, across = unit_place(b, u, now)
    if b.metric == STREETS:
        add_leg(b, u, offset, 0.0, abs(offset - unit["from_m"]), now)
    else:
        metres = gone_m(b, u, now)
        x, y = point_after(b, u, metres)
        add_leg(b, u, x, y, metres, now)
    unit["offset_m"], unit["across_m"] = offset, across
    unit["moving"] = 0


@compiled
def stop_unit(b, u, now):
    """The unit stands where it is: its leg or pause ends here and its way is forgotten."""
    unit = b.units[u]
    cancel(b, UNIT_NEXT, u)
    if unit["moving"] == 1:
        cut_leg(b, u, now)
    if unit["wants_way"] == 1:
        end_stand(b, u, now)
    unit["pausing"] = 0
    unit["meets"] = 0
    unit["exit_due"] = 0
    unit["goal"] = unit["walk_goal"] = unit["target_segment"] = NOBODY


@compiled
def leave_vehicle(b, u, n):
    """The vehicle stays at intersection n; the crew is on foot from now."""
    unit = b.units[u]
    unit["on_foot"] = 1
    unit["parked"] = n


@compiled
def aim_at_incident(b, u, now):
    """Set out towards the unit's incident as it is now, rules 20a and 20b. Returns whether there is a way."""
    unit = b.units[u]
    i = unit["incident"]
    incident = b.incidents[i]
    offset = incident_offset(b, i, now)
    if incident["moving"] == 1:
        n = intersection_at(b, unit["segment"], unit["offset_m"])
        if (unit["segment"] == incident["segment"] and unit["offset_m"] == offset) or (
            n != NOBODY and n == intersection_at(b, incident["segment"], offset)
        ):
            unit["meets"] = 1
            schedule(b, UNIT_NEXT, u, now)
            return True
    return set_out(b, u, incident["segment"], offset, incident["across_m"], now)
