"""Taking a unit from a less urgent incident. Rule 26."""

from __future__ import annotations

from sim.kernel.compiled import codes, compiled
from sim.kernel.eligibility import estimate_us, within_border
from sim.kernel.facts import class_of
from sim.kernel.ledger import close_state
from sim.kernel.members import clear
from sim.kernel.motion import incident_offset
from sim.kernel.scene import interrupt_work, update_scene
from sim.kernel.slots import fits
from sim.vocabulary import NEVER, NOBODY, Phase, UnitState

TURNOUT, EN_ROUTE, ON_SCENE = codes(UnitState.TURNOUT, UnitState.EN_ROUTE, UnitState.ON_SCENE)
LOOKING = int(Phase.LOOKING)


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
        and within_border(b, u, b.segments[incident["segment"]]["sector"], priority)
    )


@compiled
def find_victim(b, i, alternative, now):
    """The unit that a more urgent incident takes from another, and its estimate, rule 26; NOBODY if there is none."""
    incident, row = b.incidents[i], class_of(b, i)
    offset = incident_offset(b, i, now)
    victim, least, least_urgent = NOBODY, NEVER, 0
    for u in range(len(b.units)):
        if _may_be_taken(b, u, i, alternative, now):
            estimate = estimate_us(b, u, row["priority"], incident["segment"], offset, incident["across_m"], now)
            urgency = class_of(b, b.units[u]["incident"])["priority"]
            if estimate < least or (estimate == least and estimate < NEVER and urgency > least_urgent):
                victim, least, least_urgent = u, estimate, urgency
    return victim, least


@compiled
def take(b, u, now):
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
