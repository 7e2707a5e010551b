"""Who goes: availability, eligibility, score, and the dispatcher's pass. Rules 23 to 27, and probes (35)."""

from __future__ import annotations

import numpy as np

from sim.kernel.assigning import send, turnout_us
from sim.kernel.calendar import schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.draw import pair_key, uniform
from sim.kernel.facts import class_of, is_waiting, outage_us
from sim.kernel.ledger import close_state, hour_at
from sim.kernel.members import clear
from sim.kernel.motion import STREETS, incident_offset, place_xy, straight, travel_us, unit_place
from sim.kernel.plane import micrometres
from sim.kernel.scene import close_and_release, close_incident, interrupt_work, update_scene
from sim.kernel.slots import fits, gates, is_open, may_fill
from sim.vocabulary import (
    NEVER,
    NOBODY,
    Authority,
    BorderRule,
    EventKind,
    LeavesPost,
    Outcome,
    Phase,
    Purpose,
    QueueRule,
    ScoreRule,
    UnitState,
)

HOLD = int(Authority.HOLD)
PATROL, POST, RETURNING = codes(UnitState.PATROL, UnitState.POST, UnitState.RETURNING)
PLANNED, BREAK, TURNOUT = codes(UnitState.PLANNED, UnitState.BREAK, UnitState.TURNOUT)
EN_ROUTE, ON_SCENE = codes(UnitState.EN_ROUTE, UnitState.ON_SCENE)
CALLED, SLACK = codes(LeavesPost.CALLED, UnitState.SLACK)
UNIT_NEXT, PROBE = codes(EventKind.UNIT_NEXT, EventKind.PROBE)
ANY_BORDER, OWN, ADJACENT = codes(BorderRule.ANY, BorderRule.OWN, BorderRule.ADJACENT)
NEAREST, OWN_SECTOR, PREFERENCE = codes(ScoreRule.NEAREST, ScoreRule.OWN_SECTOR, ScoreRule.PREFERENCE)
LOWEST_TIER, HIGHEST_TIER = codes(ScoreRule.LOWEST_TIER, ScoreRule.HIGHEST_TIER)
RANDOM = int(ScoreRule.RANDOM)
LOST_RULE, LIMIT_RULE = codes(QueueRule.LOST, QueueRule.LIMIT)
LOST, UNREACHABLE = codes(Outcome.LOST, Outcome.UNREACHABLE)
LOOKING, CLOSED = codes(Phase.LOOKING, Phase.CLOSED)
_ROUNDING_US = 40_000.0  #: half a microsecond a street, for 80,000 streets
_ACCEPTANCE_DRAW, _CHOICE_DRAW = codes(Purpose.ACCEPTANCE, Purpose.CHOICE)

# ------------------------------------------------------------------------------------------ eligibility


@compiled
def is_available(b, u, priority, now):
    """Rule 24."""
    unit, fixed = b.units[u], b.roster[u]
    state = unit["state"]
    if state == POST:
        if fixed["leaves_post"] != CALLED and unit["moved_up"] == NOBODY:
            return False
    elif state == PLANNED or state == BREAK:
        called_off = state == BREAK and b.run[0]["escalated"] == 1 and b.escalate_breaks == 1
        if unit["commit_priority"] < priority and not called_off:
            return False
    elif state != PATROL and state != RETURNING and state != SLACK:
        return False
    return unit["off_due"] == 0 and b.spells[unit["duty"]]["end_us"] - now >= fixed["last_call_cutoff_us"]


@compiled
def _within_border(b, u, sector, priority):
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
def _beyond_reserve(b, u, priority, now):
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
def _accepts(b, u, key, x2, y2, now):
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
def _estimate_us(b, u, priority, segment, offset_m, across_m, now):
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
def _may_arrive_within(b, u, priority, sector, hour, x, y, limit_us):
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


# ------------------------------------------------------------------------------------------------ score


@compiled
def _value(b, u, i, rule, estimate, sector):
    """What a score rule makes of a candidate for incident i; the least is best."""
    if rule == NEAREST:
        return estimate
    if rule == OWN_SECTOR:
        return np.int64(0) if b.roster[u]["sector"] == sector else np.int64(1)
    if rule == PREFERENCE:
        return np.int64(b.preference[sector, u])
    if rule == RANDOM:
        draw = uniform(b.seed, b.replication, _CHOICE_DRAW, pair_key(b.drawn[i]["key"], b.roster[u]["key"]), 0)
        return np.int64(draw * 2.0**53)
    rank = np.int64(b.tiers[b.roster[u]["tier"]]["rank"])
    return -rank if rule == LOWEST_TIER else rank


@compiled
def _best(b, i, count, sector, now):
    """Rule 25: the lexicographic choice for incident i among the first ``count`` candidates."""
    for k in range(len(b.score_rules)):
        rule, extra = b.score_rules[k], b.score_extra_us[k]
        if extra < NEVER:
            least = b.estimates[0]
            for c in range(1, count):
                least = min(least, b.estimates[c])
            kept = 0
            for c in range(count):
                if b.estimates[c] <= least + extra:
                    b.candidates[kept], b.estimates[kept] = b.candidates[c], b.estimates[c]
                    kept += 1
            count = kept
        least = NEVER
        for c in range(count):
            b.values[c] = _value(b, b.candidates[c], i, rule, b.estimates[c], sector)
            least = min(least, b.values[c])
        kept = 0
        for c in range(count):
            if b.values[c] == least:
                b.candidates[kept], b.estimates[kept] = b.candidates[c], b.estimates[c]
                kept += 1
        count = kept
        if rule == NEAREST and b.metric != STREETS and count > 1:
            count = _nearest_by_length(b, i, count, now)
    return b.candidates[0]


@compiled
def _nearest_by_length(b, i, count, now):
    """In a plane, of the first ``count`` candidates only those with the least way; how many."""
    incident, least, kept = b.incidents[i], NEVER, 0
    for c in range(count):
        x, y = unit_place(b, b.candidates[c], now)
        way = micrometres(b, x, y, incident["offset_m"], incident["across_m"])
        if way < least:
            least, kept = way, 0
        if way == least:
            b.candidates[kept], b.estimates[kept] = b.candidates[c], b.estimates[c]
            kept += 1
    return kept


@compiled
def _find(b, i, alternative, now):
    """The best eligible unit for one alternative of an open slot and its estimate; NOBODY if there is none."""
    incident = b.incidents[i]
    class_, segment = incident["class_"], incident["segment"]
    priority = b.classes[class_]["priority"]
    sector = b.segments[segment]["sector"]
    offset = incident_offset(b, i, now)
    across = incident["across_m"]
    x, y = place_xy(b, segment, offset, across)
    hour = hour_at(b, now)
    count = 0
    limit = NEVER  # nobody who arrives later can be chosen
    extra = b.score_extra_us[0]
    if b.score_rules[0] == NEAREST and extra >= NEVER:
        extra = 0
    for u in range(len(b.units)):
        if (
            is_available(b, u, priority, now)
            and fits(b, u, class_, alternative)
            and incident["handled_us"] + b.tiers[b.roster[u]["tier"]]["relay_us"] <= now
            and (limit >= NEVER or _may_arrive_within(b, u, priority, sector, hour, x, y, limit))
            and _within_border(b, u, sector, priority)
            and _beyond_reserve(b, u, priority, now)
            and _accepts(b, u, b.drawn[i]["key"], x, y, now)
        ):
            estimate = _estimate_us(b, u, priority, segment, offset, across, now)
            if estimate < NEVER:
                b.candidates[count], b.estimates[count] = u, estimate
                count += 1
                if extra < NEVER:
                    limit = min(limit, estimate + extra)
    if count == 0:
        return NOBODY, NEVER
    best = _best(b, i, count, sector, now)
    return best, b.estimates[0]


# ------------------------------------------------------------------------------------------------- pass


@compiled
def _may_be_taken(b, u, i, alternative, now):
    """Whether the unit may be a victim for incident i, rule 26."""
    unit, fixed = b.units[u], b.roster[u]
    state = unit["state"]
    if state != TURNOUT and state != EN_ROUTE and state != ON_SCENE:
        return False
    other, incident = unit["incident"], b.incidents[i]
    tier, priority = b.tiers[fixed["tier"]], class_of(b, i)["priority"]
    return (
        other != i
        and (b.preempt[priority, class_of(b, other)["priority"]] >> state) & 1 == 1
        and b.incidents[other]["phase"] != LOOKING
        and tier["preemptible"] == 1
        and unit["on_foot"] == 0
        and b.assignments[unit["assignment"]]["dispatched_us"] < now
        and unit["off_due"] == 0
        and b.spells[unit["duty"]]["end_us"] - now >= fixed["last_call_cutoff_us"]
        and fits(b, u, incident["class_"], alternative)
        and incident["handled_us"] + tier["relay_us"] <= now
        and _within_border(b, u, b.segments[incident["segment"]]["sector"], priority)
    )


@compiled
def _find_victim(b, i, alternative, now):
    """The unit that a more urgent incident takes from another, and its estimate, rule 26; NOBODY if there is none."""
    incident, row = b.incidents[i], class_of(b, i)
    offset = incident_offset(b, i, now)
    victim, least, least_urgent = NOBODY, NEVER, 0
    for u in range(len(b.units)):
        if _may_be_taken(b, u, i, alternative, now):
            estimate = _estimate_us(b, u, row["priority"], incident["segment"], offset, incident["across_m"], now)
            urgency = class_of(b, b.units[u]["incident"])["priority"]
            if estimate < least or (estimate == least and estimate < NEVER and urgency > least_urgent):
                victim, least, least_urgent = u, estimate, urgency
    return victim, least


@compiled
def _take_from_its_incident(b, u, now):
    """Rule 26a."""
    i = b.units[u]["incident"]
    b.assignments[b.units[u]["assignment"]]["preempted"] = 1
    b.incidents[i]["units_lost"] += 1
    b.incidents[i]["lost_unit_us"] = now
    close_state(b, u, now)
    clear(b, u, now)
    interrupt_work(b, i, now)
    update_scene(b, i, now)
    b.run[0]["dispatch_due"] = 1


@compiled
def _send(b, u, i, k, now):
    """Rule 25a, for slot k."""
    b.slot_unit[i, k] = u
    send(b, u, i, k, b.incidents[i]["handled_us"] + b.tiers[b.roster[u]["tier"]]["relay_us"], now)


@compiled
def _serve(b, i, now):
    """Give each open slot of the incident the best unit there is."""
    incident = b.incidents[i]
    priority, preempts = class_of(b, i)["priority"], False
    for q in range(1, 4):
        preempts = preempts or b.preempt[priority, q] != 0
    for k in range(incident["slots"]):
        if is_open(b, i, k):
            row = b.slots[b.slot_row[i, k]]
            for a in range(row["alternative_first"], row["alternative_first"] + row["alternative_count"]):
                u, estimate = _find(b, i, b.alternatives[a], now)
                if preempts and incident["lost_unit_us"] != now and (u == NOBODY or b.preempt_min_gain_us < NEVER):
                    victim, sooner = _find_victim(b, i, b.alternatives[a], now)
                    if victim != NOBODY and (u == NOBODY or estimate - sooner >= b.preempt_min_gain_us):
                        _take_from_its_incident(b, victim, now)
                        u = victim
                if u != NOBODY:
                    _send(b, u, i, k, now)
                    break


@compiled
def _lacks(b, i):
    """An open slot that work has to wait for."""
    for k in range(b.incidents[i]["slots"]):
        if gates(b, i, k) and is_open(b, i, k):
            return True
    return False


@compiled
def dispatch_pass(b, now):
    """Rule 23."""
    run = b.run[0]
    run["dispatch_due"] = 0
    for q in range(run["queue"]):
        i = b.queue[q]
        _serve(b, i, now)
        if b.strict == 1 and _lacks(b, i):
            break


# ------------------------------------------------------------------------------------------------- loss


@compiled
def _could_be_served(b, i, now):
    """Whether any unit of the roster could ever fill an open slot of the incident, from its base."""
    incident = b.incidents[i]
    offset = incident_offset(b, i, now)
    for u in range(len(b.units)):
        fixed = b.roster[u]
        for k in range(incident["slots"]):
            if is_open(b, i, k) and may_fill(b, u, incident["class_"], b.slot_row[i, k]):
                way = travel_us(
                    b,
                    fixed["mode"],
                    1.0,
                    fixed["base_segment"],
                    fixed["base_offset_m"],
                    fixed["base_across_m"],
                    incident["segment"],
                    offset,
                    incident["across_m"],
                )
                if way < NEVER:
                    return True
                break
    return False


@compiled
def settle_unserved(b, i, now):
    """Rule 27, after the pass that follows the incident's last SENDABLE."""
    incident = b.incidents[i]
    if incident["phase"] == CLOSED or incident["units_sent"] > 0 or class_of(b, i)["off_model"] == 1:
        return
    if not _could_be_served(b, i, now):
        close_and_release(b, i, UNREACHABLE, now)
    elif b.queue_rule == LOST_RULE:
        close_incident(b, i, LOST, now)
    elif b.queue_rule == LIMIT_RULE:
        waiting = 0
        for q in range(b.run[0]["queue"]):
            if is_waiting(b, b.queue[q]):
                waiting += 1
        if waiting > b.queue_limit:
            close_incident(b, i, LOST, now)


# ----------------------------------------------------------------------------------------------- probes


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
        if not (holds or fills) or not _within_border(b, u, probe["sector"], priority):
            continue
        if not _beyond_reserve(b, u, priority, now) or not _accepts(b, u, probe["key"], x, y, now):
            continue
        way = _estimate_us(b, u, priority, probe["segment"], probe["offset_m"], probe["across_m"], now)
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
