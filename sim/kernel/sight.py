"""What lies in sight, rule 13: when does a looking unit first have an unknown incident within its radius?"""

from __future__ import annotations

import numpy as np

from sim.kernel.calendar import cancel, schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.deterrence import start_stop
from sim.kernel.draw import pair_key, uniform
from sim.kernel.ledger import along, hour_at
from sim.kernel.motion import place_xy, straight
from sim.vocabulary import HOUR, NEVER, NOBODY, EventKind, Phase, Purpose, UnitState

PATROL, POST, UNKNOWN = codes(UnitState.PATROL, UnitState.POST, Phase.UNKNOWN)
SIGHTING = int(EventKind.SIGHTING)
_PIECES = 25  #: the first and 24 more clock hours
_SIGHTING_DRAW = int(Purpose.SIGHTING)


@compiled
def _velocity(b, mover, moving, segment, from_m, to_m):
    """Metres a microsecond, x and y; rule 13b."""
    if moving == 0:
        return 0.0, 0.0
    x0, y0 = place_xy(b, segment, from_m, 0.0)
    x1, y1 = place_xy(b, segment, to_m, 0.0)
    span = mover["due_us"] - mover["left_us"]
    return (x1 - x0) / span, (y1 - y0) / span


@compiled
def first_sight(b, u, i):
    """The moment at which unit u has incident i in sight for the first time in this pair's time together, or NEVER."""
    unit, incident = b.units[u], b.incidents[i]
    start = max(unit["looks_from_us"], incident["seen_from_us"])
    stop = NEVER
    if unit["moving"] == 1:
        stop = unit["due_us"]
    path_from = path_to = incident["offset_m"]
    if incident["moving"] == 1:
        stop = min(stop, incident["due_us"])
        leg = b.path[incident["leg"]]
        path_from, path_to = leg["from_m"], leg["to_m"]
    ux, uy = _velocity(b, unit, unit["moving"], unit["segment"], unit["from_m"], unit["to_m"])
    ix, iy = _velocity(b, incident, incident["moving"], incident["segment"], path_from, path_to)
    wx, wy = ix - ux, iy - uy
    ww = wx * wx + wy * wy
    row = b.segments[unit["segment"]]
    radius_m = b.tiers[b.roster[u]["tier"]]["sight_m"][row["kind"]]
    p = start
    for _ in range(_PIECES):
        if p > stop:
            break
        end = min(stop, (p // HOUR + 1) * HOUR)
        r = radius_m * b.sight_factor[row["sector"], hour_at(b, p)]
        offset = along(unit, unit["from_m"], unit["to_m"], p) if unit["moving"] == 1 else unit["offset_m"]
        x, y = place_xy(b, unit["segment"], offset, unit["across_m"])
        offset = along(incident, path_from, path_to, p) if incident["moving"] == 1 else path_from
        x2, y2 = place_xy(b, incident["segment"], offset, incident["across_m"])
        dx, dy = straight(b, x, y, x2, y2)
        dd = dx * dx + dy * dy
        if dd <= r * r:
            return p
        if ww > 0.0:
            bb = dx * wx + dy * wy
            q = bb * bb - ww * (dd - r * r)
            if bb < 0.0 and q >= 0.0:
                tau = (-bb - np.sqrt(q)) / ww
                if tau < end - p + 1.0:
                    at = p + max(0, np.int64(np.rint(tau)))
                    if at <= end:
                        return at
        if end == stop:
            break
        p = end
    return NEVER


@compiled
def notices(b, u, i):
    """Rule 13c."""
    draw = uniform(
        b.seed, b.replication, _SIGHTING_DRAW, pair_key(b.roster[u]["key"], b.drawn[i]["key"]), b.units[u]["spell"]
    )
    return draw < b.classes[b.incidents[i]["class_"]]["notice"]


@compiled
def _consider(b, u, i, now):
    """Let the unit look for this incident too."""
    at = first_sight(b, u, i)
    if at < now or at >= NEVER or not notices(b, u, i):
        return
    unit = b.units[u]
    seen, other = b.when[b.kind_first[SIGHTING] + u], unit["sees"]
    if other == NOBODY or at < seen or (at == seen and i < other):
        unit["sees"] = i
        schedule(b, SIGHTING, u, at)


@compiled
def look(b, u, now):
    """Rule 13d: the earliest sighting of a looking unit from now on."""
    unit = b.units[u]
    if unit["sees"] != NOBODY:
        unit["sees"] = NOBODY
        cancel(b, SIGHTING, u)
    i = b.view_head[b.segments[unit["segment"]]["view"]]
    while i != NOBODY:
        _consider(b, u, i, now)
        i = b.incidents[i]["next_in_view"]


@compiled
def begin_spell(b, u, now):
    """A looking spell starts: a patrol leg, or taking a post."""
    unit = b.units[u]
    unit["spell"] += 1
    unit["looks_from_us"] = now
    if b.view_head[b.segments[unit["segment"]]["view"]] != NOBODY or unit["sees"] != NOBODY:
        look(b, u, now)


@compiled
def stand_and_look(b, u, now):
    """Stand where it is and look."""
    b.units[u]["stands"] = 1
    if b.deters == 1:
        start_stop(b, u, now)
    begin_spell(b, u, now)


@compiled
def show(b, i, now):
    """An unknown incident begins, enters a leg, ends its path or worsens: whoever looks in its view looks for it."""
    incident = b.incidents[i]
    incident["seen_from_us"] = now
    if b.drawn[i]["visible"] == 0 or incident["phase"] != UNKNOWN:
        return
    view = b.segments[incident["segment"]]["view"]
    incident["next_in_view"] = b.view_head[view]
    b.view_head[view] = i
    for u in range(len(b.units)):
        unit = b.units[u]
        if unit["state"] == PATROL or unit["state"] == POST:
            if b.segments[unit["segment"]]["view"] == view:
                _consider(b, u, i, now)


@compiled
def hide(b, i):
    """The incident leaves its view, or is unknown no more."""
    if b.drawn[i]["visible"] == 0:
        return
    view = b.segments[b.incidents[i]["segment"]]["view"]
    j = b.view_head[view]
    if j == i:
        b.view_head[view] = b.incidents[i]["next_in_view"]
        return
    while j != NOBODY:
        if b.incidents[j]["next_in_view"] == i:
            b.incidents[j]["next_in_view"] = b.incidents[i]["next_in_view"]
            return
        j = b.incidents[j]["next_in_view"]
