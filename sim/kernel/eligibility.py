"""Who may be sent: availability, borders, reserve, acceptance, and the estimated arrival. Rules 24 and 25."""

from __future__ import annotations

import numpy as np

from sim.kernel.assigning import turnout_us
from sim.kernel.compiled import codes, compiled
from sim.kernel.draw import pair_key, uniform
from sim.kernel.ledger import hour_at
from sim.kernel.motion import incident_offset, place_xy, straight, travel_us, unit_place
from sim.vocabulary import NEVER, NOBODY, BorderRule, LeavesPost, Purpose, UnitState

POST, BREAK = codes(UnitState.POST, UnitState.BREAK)
CALLED = int(LeavesPost.CALLED)
#: Bit sets of states: a unit in the first may go; in the second, if what it does lets it.
_BOUND = 1 << UnitState.POST | 1 << UnitState.PLANNED | 1 << UnitState.BREAK
_MAY_GO = _BOUND | 1 << UnitState.PATROL | 1 << UnitState.RETURNING | 1 << UnitState.SLACK
ANY_BORDER, OWN = codes(BorderRule.ANY, BorderRule.OWN)
_ROUNDING_US = 40_000.0  #: half a microsecond a street, for 80,000 streets
_ACCEPTANCE_DRAW = int(Purpose.ACCEPTANCE)


@compiled
def _lets_go(b, u, priority):
    """Whether the post, planned work or break that a unit is at lets it go to a call of this priority."""
    unit = b.units[u]
    if unit["state"] == POST:
        return b.roster[u]["leaves_post"] == CALLED or unit["moved_up"] != NOBODY
    if unit["state"] == BREAK and b.escalate_breaks == 1 and b.run[0]["escalated"] == 1:
        return True
    return unit["commit_priority"] >= priority


@compiled
def is_available(b, u, priority, now):
    """Rule 24. Asked of every unit for every need, so that it is kept small."""
    unit = b.units[u]
    if (_MAY_GO >> unit["state"]) & 1 == 0:
        return False
    if (_BOUND >> unit["state"]) & 1 == 1 and not _lets_go(b, u, priority):
        return False
    return unit["off_due"] == 0 and b.spells[unit["duty"]]["end_us"] - now >= b.roster[u]["last_call_cutoff_us"]


@compiled
def within_border(b, u, sector, priority):
    tier = b.tiers[b.roster[u]["tier"]]
    if tier["border"] == ANY_BORDER or priority <= tier["border_free_priority"]:
        return True
    if b.escalate_borders == 1 and b.run[0]["escalated"] == 1:
        return True
    home = b.roster[u]["sector"]
    if tier["border"] == OWN:
        return home == sector
    return b.adjacent[home, sector] == 1


@compiled
def beyond_reserve(b, u, priority, now):
    """Whether enough others stay free, rule 25."""
    tier = b.roster[u]["tier"]
    kept = b.tiers[tier]["reserve"][priority]
    if kept == 0:
        return True
    in_sector, sector = b.tiers[tier]["reserve_in_sector"] == 1, b.roster[u]["sector"]
    count = 0
    for other in range(len(b.units)):
        if b.roster[other]["tier"] == tier and (not in_sector or b.roster[other]["sector"] == sector):
            if is_available(b, other, priority, now):
                count += 1
    return count > kept


@compiled
def accepts(b, u, key, x2, y2, now):
    """Volunteers accept by distance to (x2, y2); the key is the incident's or the probe's."""
    tier = b.tiers[b.roster[u]["tier"]]
    if tier["acceptance_count"] == 0:
        return True
    offset, across = unit_place(b, u, now)
    x, y = place_xy(b, b.units[u]["segment"], offset, across)
    dx, dy = straight(b, x, y, x2, y2)
    distance = np.sqrt(dx * dx + dy * dy)
    for k in range(tier["acceptance_first"], tier["acceptance_first"] + tier["acceptance_count"]):
        if distance <= b.acceptance[k]["within_m"]:
            draw = uniform(b.seed, b.replication, _ACCEPTANCE_DRAW, pair_key(key, b.roster[u]["key"]), 0)
            return draw < b.acceptance[k]["chance"]
    return False


@compiled
def estimate_us(b, u, priority, segment, offset_m, across_m, now):
    """Estimated arrival from now, rule 25; NEVER without a route."""
    mode = b.roster[u]["mode"]
    factor = b.tiers[b.roster[u]["tier"]]["response_factor"][priority]
    factor = factor * b.speed_factor[mode, b.segments[segment]["sector"], hour_at(b, now)]
    start = b.units[u]["segment"]
    offset, across = unit_place(b, u, now)
    if b.units[u]["present"] == 1:  # a victim: those present are where the incident is, rule 20c
        at = b.units[u]["incident"]
        start, offset, across = b.incidents[at]["segment"], incident_offset(b, at, now), b.incidents[at]["across_m"]
    way = travel_us(b, mode, factor, start, offset, across, segment, offset_m, across_m)
    return NEVER if way >= NEVER else turnout_us(b, u, now) + way


@compiled
def may_arrive_within(b, u, priority, sector, hour, x, y, limit_us):
    """Whether the straight line, at the mode's greatest speed, leaves it possible that the estimate is within the
    limit.

    From end a of the unit's street, less its length, and less what the rounding of the table's parts can make up for.
    It only spares looking up ways that could not win.
    """
    mode = b.roster[u]["mode"]
    street = b.segments[b.units[u]["segment"]]
    dx, dy = x - b.x_m[street["a"]], y - b.y_m[street["a"]]
    factor = b.tiers[b.roster[u]["tier"]]["response_factor"][priority] * b.speed_factor[mode, sector, hour]
    reach = (limit_us * factor + _ROUNDING_US) * b.fastest_m_us[mode] * (1.0 + 1e-9) + street["length_m"]
    return dx * dx + dy * dy <= reach * reach
