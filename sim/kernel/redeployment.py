"""Move-up: a free unit stands where a sector has lost its cover, until that is back. Rule 31g."""

from __future__ import annotations

from sim.kernel.compiled import compiled
from sim.kernel.duty import back_to_duty
from sim.kernel.eligibility import is_available
from sim.kernel.motion import own_travel_us, stop_unit, unit_place
from sim.vocabulary import NEVER, NOBODY, UnitState

PATROL = int(UnitState.PATROL)
_PRIORITY = 3  #: whoever is free for the least urgent calls covers


@compiled
def redeploy(b, now):
    """After the dispatcher's passes: who was moved up goes back, uncovered sectors get somebody."""
    for tier in range(len(b.tiers)):
        if b.tiers[tier]["moves_up"] == 1:
            _send_back(b, tier, now)
            _count_cover(b, tier, now)
            for sector in range(len(b.cover_points)):
                if b.covering[sector] == 0 and b.at_home[sector] > 0:
                    _move_up_to(b, tier, sector, now)


@compiled
def _resume(b, u, sector, now):
    """Back to duty, moved up to a sector or (NOBODY) no more."""
    unit = b.units[u]
    stop_unit(b, u, now)
    unit["moved_up"], unit["came"] = sector, NOBODY
    back_to_duty(b, u, now)


@compiled
def _send_back(b, tier, now):
    for u in range(len(b.units)):
        sector = b.units[u]["moved_up"]
        if sector != NOBODY and b.roster[u]["tier"] == tier and _has_its_own(b, tier, sector, now):
            _resume(b, u, NOBODY, now)


@compiled
def _has_its_own(b, tier, sector, now):
    """Whether a unit whose home the sector is covers it again."""
    for u in range(len(b.units)):
        fixed = b.roster[u]
        if fixed["tier"] == tier and fixed["sector"] == sector and b.units[u]["moved_up"] == NOBODY:
            if is_available(b, u, _PRIORITY, now):
                return True
    return False


@compiled
def _covers(b, u):
    """The sector that the unit covers if it is available."""
    sector = b.units[u]["moved_up"]
    return b.roster[u]["sector"] if sector == NOBODY else sector


@compiled
def _count_cover(b, tier, now):
    """Fill ``covering`` and ``at_home`` for the units of a tier."""
    for sector in range(len(b.cover_points)):
        b.covering[sector] = b.at_home[sector] = 0
    for u in range(len(b.units)):
        if b.roster[u]["tier"] == tier:
            b.at_home[b.roster[u]["sector"]] += 1
            if is_available(b, u, _PRIORITY, now):
                b.covering[_covers(b, u)] += 1


@compiled
def _move_up_to(b, tier, sector, now):
    """Move the nearest unit that can be spared up to the sector, if there is one near enough."""
    point = b.cover_points[sector]
    best, best_us = NOBODY, NEVER
    for u in range(len(b.units)):
        unit, fixed = b.units[u], b.roster[u]
        if (
            fixed["tier"] == tier
            and unit["state"] == PATROL
            and b.covering[fixed["sector"]] >= 2
            and is_available(b, u, _PRIORITY, now)
        ):
            offset, across = unit_place(b, u, now)
            way = own_travel_us(
                b,
                fixed["mode"],
                unit["segment"],
                offset,
                across,
                point["segment"],
                point["offset_m"],
                point["across_m"],
            )
            if way < best_us:
                best, best_us = u, way
    if best != NOBODY and best_us <= b.move_up_within_us:
        b.covering[b.roster[best]["sector"]] -= 1
        b.covering[sector] += 1
        _resume(b, best, sector, now)
