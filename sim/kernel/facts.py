"""What holds of an incident as it is now."""

from __future__ import annotations

from sim.kernel.compiled import compiled
from sim.tables import MAX_STAGES
from sim.vocabulary import HOUR


@compiled
def stage_of(b, i):
    """The drawn row of the incident's present stage."""
    return b.stages[i * MAX_STAGES + b.incidents[i]["stage"]]


@compiled
def class_of(b, i):
    return b.classes[b.incidents[i]["class_"]]


@compiled
def authority_over(b, u, i):
    """Authority of a unit's tier for the incident as it is now."""
    return b.authority[b.roster[u]["tier"], b.incidents[i]["class_"]]


@compiled
def set_phase(b, i, phase):
    b.incidents[i]["phase"] = phase
    b.run[0]["agent_events"] += 1


@compiled
def outage_us(b, at):
    """How much longer it takes at a time until anyone can be sent, rule 12a."""
    extra = 0
    for k in range(len(b.outages)):
        if b.outages[k]["from_us"] <= at < b.outages[k]["to_us"]:
            extra += b.outages[k]["extra_us"]
    return extra


@compiled
def hours_on_duty(b, u, now):
    """Full hours since the start of the unit's spell, 0 to 24."""
    return min(24, max(0, (now - b.spells[b.units[u]["duty"]]["start_us"]) // HOUR))


@compiled
def is_waiting(b, i):
    """Whether an incident in the queue waits, rules 27 and 27a."""
    incident = b.incidents[i]
    return incident["past_sendable"] == 1 and incident["units_sent"] == 0
