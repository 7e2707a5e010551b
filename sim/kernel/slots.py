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
def fits(b, u, class_, alternative):
    """Rule 15: may the unit serve this alternative of a slot of this class?"""
    fixed = b.roster[u]
    return (
        (alternative["tiers"] >> fixed["tier"]) & 1 == 1
        and b.authority[fixed["tier"], class_] >= alternative["authority"]
        and fixed["crew"] >= alternative["min_crew"]
    )


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
            return k
    return NOBODY


@compiled
def slot_of(b, u, i):
    for k in range(b.incidents[i]["slots"]):
        if b.slot_unit[i, k] == u:
            return k
    return NOBODY
