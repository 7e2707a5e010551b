"""Hypothetical calls that occupy nobody. Rule 35."""

from __future__ import annotations

from sim.kernel.calendar import schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.eligibility import accepts, beyond_reserve, estimate_us, is_available, within_border
from sim.kernel.facts import outage_us
from sim.kernel.motion import place_xy
from sim.kernel.slots import may_fill
from sim.vocabulary import NEVER, Authority, EventKind

HOLD, PROBE = codes(Authority.HOLD, EventKind.PROBE)


@compiled
def _fills_any(b, u, class_):
    """May the unit fill an in-quorum slot of the class (any slot where none is in the quorum)?"""
    row = b.classes[class_]
    gated = False
    for k in range(row["slot_first"], row["slot_first"] + row["slot_count"]):
        if b.slots[k]["in_quorum"] == 1:
            gated = True
    for k in range(row["slot_first"], row["slot_first"] + row["slot_count"]):
        if (b.slots[k]["in_quorum"] == 1 or not gated) and may_fill(b, u, class_, k):
            return True
    return False


@compiled
def take_probe(b, p, now):
    """PROBE, rule 35."""
    if p + 1 < len(b.probes):
        schedule(b, PROBE, p + 1, b.probes[p + 1]["at_us"])
    probe, record = b.probes[p], b.probe_records[p]
    class_ = probe["class_"]
    row = b.classes[class_]
    priority = row["priority"]
    x, y = place_xy(b, probe["segment"], probe["offset_m"], probe["across_m"])
    for u in range(len(b.units)):
        if not is_available(b, u, priority, now):
            continue
        fixed = b.roster[u]
        tier = b.tiers[fixed["tier"]]
        holds = b.authority[fixed["tier"], class_] >= HOLD and fixed["crew"] >= row["safe_crew"] - tier["kit"]
        fills = _fills_any(b, u, class_)
        if not (holds or fills) or not within_border(b, u, probe["sector"], priority):
            continue
        if not beyond_reserve(b, u, priority, now) or not accepts(b, u, probe["key"], x, y, now):
            continue
        way = estimate_us(b, u, priority, probe["segment"], probe["offset_m"], probe["across_m"], now)
        if way >= NEVER:
            continue
        clock = b.call_handling_us + outage_us(b, now) + tier["relay_us"] + way
        if holds:
            if clock < record["presence_us"]:
                record["second_presence_us"], record["presence_us"] = record["presence_us"], clock
            elif clock < record["second_presence_us"]:
                record["second_presence_us"] = clock
        if fills:
            if clock < record["capable_us"]:
                record["second_capable_us"], record["capable_us"] = record["capable_us"], clock
            elif clock < record["second_capable_us"]:
                record["second_capable_us"] = clock
