"""The best of those who may be sent: a lexicographic score. Rule 25."""

from __future__ import annotations

import numpy as np

from sim.kernel.compiled import codes, compiled
from sim.kernel.cover import weigh_cover
from sim.kernel.draw import pair_key, uniform
from sim.kernel.eligibility import (
    accepts,
    beyond_reserve,
    estimate_us,
    is_available,
    may_arrive_within,
    within_border,
)
from sim.kernel.facts import class_of
from sim.kernel.ledger import hour_at
from sim.kernel.motion import STREETS, incident_offset, place_xy, unit_place
from sim.kernel.plane import micrometres
from sim.kernel.slots import fits
from sim.vocabulary import NEVER, NOBODY, Purpose, ScoreRule

NEAREST, OWN_SECTOR, PREFERENCE = codes(ScoreRule.NEAREST, ScoreRule.OWN_SECTOR, ScoreRule.PREFERENCE)
LOWEST_TIER, LEAST_COVER_LOST = codes(ScoreRule.LOWEST_TIER, ScoreRule.LEAST_COVER_LOST)
RANDOM = int(ScoreRule.RANDOM)
_CHOICE_DRAW = int(Purpose.CHOICE)


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
        if rule == LEAST_COVER_LOST:
            weigh_cover(b, count, class_of(b, i)["priority"], now)
        else:
            for c in range(count):
                b.values[c] = _value(b, b.candidates[c], i, rule, b.estimates[c], sector)
        least = NEVER
        for c in range(count):
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
def find_best(b, i, alternative, now):
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
    deciding = b.run[0]["deciding"] == 1
    extra = NEVER if deciding else b.score_extra_us[0]  # who decides outside sees everybody
    if b.score_rules[0] == NEAREST and extra >= NEVER and not deciding:
        extra = 0
    for u in range(len(b.units)):
        if (
            is_available(b, u, priority, now)
            and fits(b, u, class_, alternative)
            and incident["handled_us"] + b.tiers[b.roster[u]["tier"]]["relay_us"] <= now
            and (limit >= NEVER or may_arrive_within(b, u, priority, sector, hour, x, y, limit))
            and within_border(b, u, sector, priority)
            and beyond_reserve(b, u, priority, now)
            and accepts(b, u, b.drawn[i]["key"], x, y, now)
        ):
            estimate = estimate_us(b, u, priority, segment, offset, across, now)
            if estimate < NEVER:
                b.candidates[count], b.estimates[count] = u, estimate
                count += 1
                if extra < NEVER:
                    limit = min(limit, estimate + extra)
    if deciding:
        b.decision[0]["count"] = count
        for c in range(count):
            b.offered[c], b.offered_us[c] = b.candidates[c], b.estimates[c]
    if count == 0:
        return NOBODY, NEVER
    best = _best(b, i, count, sector, now)
    return best, b.estimates[0]
