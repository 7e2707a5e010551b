"""Calls that nobody was sent to: unreachable, lost, or waiting. Rule 27."""

from __future__ import annotations

from sim.kernel.compiled import codes, compiled
from sim.kernel.facts import class_of, is_waiting
from sim.kernel.motion import incident_offset, travel_us
from sim.kernel.scene import close_and_release, close_incident
from sim.kernel.slots import is_open, may_fill
from sim.vocabulary import NEVER, Outcome, Phase, QueueRule

LOST_RULE, LIMIT_RULE = codes(QueueRule.LOST, QueueRule.LIMIT)
LOST, UNREACHABLE = codes(Outcome.LOST, Outcome.UNREACHABLE)
CLOSED = int(Phase.CLOSED)


@compiled
def _could_be_served(b, i, now):
    """Whether any unit of the roster could ever fill an open slot of the incident, from its first base."""
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
