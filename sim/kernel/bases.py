"""Bases and stations that are lost for a time. Rule 31i."""

from __future__ import annotations

from sim.kernel.compiled import compiled


@compiled
def base_of(b, u, now):
    """(segment, offset_m, across_m) of a unit's base now."""
    fixed = b.roster[u]
    if fixed["lost_from_us"] <= now < fixed["lost_to_us"]:
        return fixed["base2_segment"], fixed["base2_offset_m"], fixed["base2_across_m"]
    return fixed["base_segment"], fixed["base_offset_m"], fixed["base_across_m"]


@compiled
def is_lost(b, station, now):
    return b.stations_lost_us[station, 0] <= now < b.stations_lost_us[station, 1]
