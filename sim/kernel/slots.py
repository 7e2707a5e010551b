"""The slots of a scene: what it needs, and who fills it. Rule 15."""

from __future__ import annotations

from sim.kernel.compiled import compiled
from sim.vocabulary import NOBODY


@compiled
def add_slots(b, i, first, count):
    """Append unit slots to the scene."""
    incident = b.incidents[i]
    for k in range(count):
        b.slot_row[i, incident["slots"]] = first + k
        b.slot_unit[i, incident["slots"]] = NOBODY
        incident["slots"] += 1


@compiled
def gates(b, i, k):
    """Whether work has to wait for slot k: in the quorum, or added by a request."""
    return k >= b.incidents[i]["base_slots"] or b.slots[b.slot_row[i, k]]["in_quorum"] == 1


@compiled
def is_open(b, i, k):
    incident = b.incidents[i]
    if b.slot_unit[i, k] != NOBODY or (incident["shut"] >> k) & 1 == 1:
        return False
    return incident["quorum_done"] == 0 or gates(b, i, k)


@compiled
def _tier_fits(b, tier, crew, class_, alternative):
    return (
        (alternative["tiers"] >> tier) & 1 == 1
        and b.authority[tier, class_] >= alternative["authority"]
        and crew >= alternative["min_crew"]
    )


@compiled
def fits(b, u, class_, alternative):
    """Rule 15: may the unit serve this alternative of a slot of this class? A joint unit where one of its parts may."""
    fixed = b.roster[u]
    if b.joint == 1:
        return _any_part_fits(b, fixed["tier"], fixed["crew"], class_, alternative)
    return _tier_fits(b, fixed["tier"], fixed["crew"], class_, alternative)


@compiled
def _any_part_fits(b, tier, crew, class_, alternative):
    first, second = b.tiers[tier]["part"][0], b.tiers[tier]["part"][1]
    if first == NOBODY:
        return _tier_fits(b, tier, crew, class_, alternative)
    if _tier_fits(b, first, crew, class_, alternative):
        return True
    return second != NOBODY and _tier_fits(b, second, crew, class_, alternative)


@compiled
def may_fill(b, u, class_, slot_row):
    row = b.slots[slot_row]
    for k in range(row["alternative_first"], row["alternative_first"] + row["alternative_count"]):
        if fits(b, u, class_, b.alternatives[k]):
            return True
    return False


@compiled
def take_slot(b, u, i):
    """Rule 15b: the first open slot that the unit may fill; returns it, or NOBODY."""
    incident = b.incidents[i]
    for k in range(incident["slots"]):
        if is_open(b, i, k) and may_fill(b, u, incident["class_"], b.slot_row[i, k]):
            b.slot_unit[i, k] = u
            take_second_slot(b, u, i, k)
            return k
    return NOBODY


@compiled
def _part_may_fill(b, u, part, class_, slot_row):
    row, crew = b.slots[slot_row], b.roster[u]["crew"]
    for k in range(row["alternative_first"], row["alternative_first"] + row["alternative_count"]):
        if _tier_fits(b, part, crew, class_, b.alternatives[k]):
            return True
    return False


@compiled
def _take_as(b, u, i, part):
    """The first open slot that a part of the unit may fill is the unit's; whether there is one."""
    incident = b.incidents[i]
    for k in range(incident["slots"]):
        if is_open(b, i, k) and _part_may_fill(b, u, part, incident["class_"], b.slot_row[i, k]):
            b.slot_unit[i, k] = u
            return True
    return False


@compiled
def take_second_slot(b, u, i, k):
    """Rule 28a: a joint unit that fills slot k fills another by its other part."""
    parts = b.tiers[b.roster[u]["tier"]]["part"]
    if parts[1] == NOBODY:
        return
    class_, row = b.incidents[i]["class_"], b.slot_row[i, k]
    one, other = parts[0], parts[1]
    if not _part_may_fill(b, u, one, class_, row):
        one, other = other, one
    if not _take_as(b, u, i, other) and _part_may_fill(b, u, other, class_, row):
        _take_as(b, u, i, one)


@compiled
def slots_filled(b, u, i):
    """How many slots the unit fills: a joint unit up to two."""
    count = 0
    for k in range(b.incidents[i]["slots"]):
        if b.slot_unit[i, k] == u:
            count += 1
    return count


@compiled
def is_gated_by(b, u, i):
    """Whether work waits for a slot that the unit fills: else it is a holder, rule 18."""
    for k in range(b.incidents[i]["slots"]):
        if b.slot_unit[i, k] == u and gates(b, i, k):
            return True
    return False


@compiled
def slot_of(b, u, i):
    for k in range(b.incidents[i]["slots"]):
        if b.slot_unit[i, k] == u:
            return k
    return NOBODY
