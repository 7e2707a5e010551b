"""Ways in a plane: how long from here to there, and where is a mover. Rule 7c.

A place is (area, x, y). A way is one leg; ``dx_m`` and ``dy_m`` of a unit are its displacement, ``cruise_mps`` its
greatest speed. ``motion`` asks here where the space is a plane.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.calendar import schedule
from sim.kernel.compiled import compiled
from sim.kernel.deterrence import end_stop
from sim.kernel.ledger import hour_at, tier_factor
from sim.vocabulary import EventKind, Metric

MANHATTAN = int(Metric.MANHATTAN)
UNIT_NEXT = int(EventKind.UNIT_NEXT)


@compiled
def displacement(b, x, y, x2, y2):
    """From one point to another, on a torus the shorter way round."""
    dx, dy = x2 - x, y2 - y
    if b.torus == 1:
        width, height = b.extent_m[0], b.extent_m[1]
        if dx > width / 2:
            dx -= width
        elif dx < -width / 2:
            dx += width
        if dy > height / 2:
            dy -= height
        elif dy < -height / 2:
            dy += height
    return dx, dy


@compiled
def _length(b, dx, dy):
    if b.metric == MANHATTAN:
        return abs(dx) + abs(dy)
    return np.sqrt(dx * dx + dy * dy)


@compiled
def _way_us(b, mode, factor, metres):
    """How long a way of this length takes, from standing to standing."""
    if metres == 0.0:
        return np.int64(0)
    v, a = b.speed_mps[mode] * factor, b.acceleration_mps2[mode]
    if a == 0.0:
        seconds = metres / v
    elif metres <= v * v / a:
        seconds = 2 * np.sqrt(metres / a)
    else:
        seconds = v / a + metres / v
    return max(1, np.int64(np.rint(1e6 * seconds)))


@compiled
def way_us(b, mode, factor, x, y, x2, y2):
    """How long from one point to another."""
    dx, dy = displacement(b, x, y, x2, y2)
    return _way_us(b, mode, factor, _length(b, dx, dy))


@compiled
def micrometres(b, x, y, x2, y2):
    """Length of the way from one point to another, in whole micrometres."""
    dx, dy = displacement(b, x, y, x2, y2)
    return np.int64(np.rint(1e6 * _length(b, dx, dy)))


@compiled
def start_way(b, u, area, x, y, now):
    """Set out to a point of an area; a way without length ends by an event at the same instant."""
    unit = b.units[u]
    mode = b.roster[u]["mode"]
    dx, dy = displacement(b, unit["offset_m"], unit["across_m"], x, y)
    metres = _length(b, dx, dy)
    factor = tier_factor(b, u) * b.speed_factor[mode, b.segments[area]["sector"], hour_at(b, now)]
    due = now + _way_us(b, mode, factor, metres)
    unit["target_m"], unit["target_across_m"] = x, y
    if metres == 0.0:  # no leg: it is there, perhaps under other coordinates of a torus, when the event comes
        unit["target_segment"], unit["enter_m"] = area, x
    else:
        if b.deters == 1:
            end_stop(b, u, now)
        unit["moving"] = 1
        unit["segment"] = area
        unit["from_m"], unit["from_across_m"] = unit["offset_m"], unit["across_m"]
        unit["dx_m"], unit["dy_m"] = dx, dy
        unit["cruise_mps"] = b.speed_mps[mode] * factor
        unit["left_us"], unit["due_us"] = now, due
    schedule(b, UNIT_NEXT, u, due)


@compiled
def gone_m(b, u, at):
    """Metres gone on the leg."""
    unit = b.units[u]
    metres = _length(b, unit["dx_m"], unit["dy_m"])
    left, due = unit["left_us"], unit["due_us"]
    if at >= due:
        return metres
    v, a = unit["cruise_mps"], b.acceleration_mps2[b.roster[u]["mode"]]
    if a == 0.0:
        return metres * ((at - left) / (due - left))
    gone_s, all_s = (at - left) / 1e6, (due - left) / 1e6
    gathers_s = min(v / a, np.sqrt(metres / a))
    if gone_s <= gathers_s:
        gone = a * gone_s * gone_s / 2
    elif gone_s < all_s - gathers_s:
        gone = a * gathers_s * gathers_s / 2 + v * (gone_s - gathers_s)
    else:
        rest_s = all_s - gone_s
        gone = metres - a * rest_s * rest_s / 2
    return min(max(gone, 0.0), metres)


@compiled
def point_after(b, u, gone):
    """Where the unit is on its leg after some metres, on a torus not taken back inside."""
    unit = b.units[u]
    x, y, dx, dy = unit["from_m"], unit["from_across_m"], unit["dx_m"], unit["dy_m"]
    metres = _length(b, dx, dy)
    if b.metric != MANHATTAN:
        share = gone / metres
        return x + dx * share, y + dy * share
    if gone <= abs(dx):
        return (x + gone if dx > 0.0 else x - gone), y
    rest = gone - abs(dx)
    return x + dx, (y + rest if dy > 0.0 else y - rest)


@compiled
def _inside(c, extent):
    c = c - extent * np.floor(c / extent)
    return 0.0 if c >= extent else c


@compiled
def inside(b, x, y):
    """A point of the plane; on a torus taken back inside."""
    if b.torus == 0:
        return x, y
    x = _inside(x, b.extent_m[0])
    return x, (_inside(y, b.extent_m[1]) if b.extent_m[1] > 0.0 else y)
