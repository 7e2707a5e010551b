"""The catalogue of policies as pure data: what a scenario may choose, what it means, where it comes from.

A policy is a row here, a compiled rule with its family's one signature in ``sim/kernel``, a rule in ``docs/odd.md`` and
a test. Codes are the members of ``sim.vocabulary``; a test holds catalogue, schema and kernel to each other.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from sim.vocabulary import BorderRule, Duty, LeavesPost, PatrolRule, QueueOrder, QueueRule, ScoreRule


class Row(NamedTuple):
    family: str
    name: str  #: as scenario files write it
    code: IntEnum
    meaning: str
    reference: str


CATALOGUE = (
    Row("patrol", "random", PatrolRule.RANDOM, "any street of the beat that leaves the intersection", "random walk"),
    Row("patrol", "no_u_turn", PatrolRule.NO_U_TURN, "any but the one it came by", "non-backtracking walk"),
    Row(
        "patrol",
        "least_recently_passed",
        PatrolRule.LEAST_RECENTLY_PASSED,
        "the street that no free unit has passed for the longest time",
        "Chevaleyre 2004, Theoretical analysis of the multi-agent patrolling problem",
    ),
    Row("patrol", "weighted", PatrolRule.WEIGHTED, "in proportion to called demand, without U-turn", "Koper 1995"),
    Row("patrol", "stand", PatrolRule.STAND, "stand at the post", "fixed-post duty"),
    Row(
        "patrol",
        "resampled",
        PatrolRule.RESAMPLED,
        "stand at a place of the beat drawn anew whenever the unit becomes free; for comparison with queueing theory",
        "Larson 1974, A hypercube queuing model",
    ),
    Row(
        "patrol",
        "resampled_each_call",
        PatrolRule.RESAMPLED_EACH_CALL,
        "the same, and drawn anew whenever a call can be answered; for comparison with spatial theory",
        "Larson and Odoni 1981, chapter 3",
    ),
    Row(
        "patrol",
        "round",
        PatrolRule.ROUND,
        "a closed walk over every street of the beat, as short as can be",
        "Kwan 1962, Chinese postman; Edmonds and Johnson 1973",
    ),
    Row(
        "patrol", "visits", PatrolRule.VISITS, "to the point visited longest ago, and dwell there", "must-visit points"
    ),
    Row("score", "nearest", ScoreRule.NEAREST, "the least estimated arrival", "Larson and Odoni 1981, chapter 5"),
    Row("score", "own_sector", ScoreRule.OWN_SECTOR, "units whose home is the incident's sector", "sector car"),
    Row("score", "lowest_tier", ScoreRule.LOWEST_TIER, "the lowest tier that may do it", "first handling by patrols"),
    Row("score", "highest_tier", ScoreRule.HIGHEST_TIER, "the highest tier that may do it", "professionals first"),
    Row(
        "score",
        "preference",
        ScoreRule.PREFERENCE,
        "the place in a list of lines or units by sector",
        "Larson 1974, A hypercube queuing model",
    ),
    Row("score", "random", ScoreRule.RANDOM, "a drawn number for each call and unit", "random hunt"),
    Row(
        "score",
        "least_cover_lost",
        ScoreRule.LEAST_COVER_LOST,
        "whose going leaves the least demand without cover",
        "Church and ReVelle 1974, maximal covering; Daskin 1983",
    ),
    Row("queue", "wait", QueueRule.WAIT, "calls wait without limit", "M/M/c"),
    Row("queue", "limit", QueueRule.LIMIT, "calls wait up to a number, others are lost", "M/M/c/K"),
    Row("queue", "lost", QueueRule.LOST, "calls are lost when nobody is free", "Erlang 1917"),
    Row("order", "priority", QueueOrder.PRIORITY, "by priority, then by receipt", "Cobham 1954"),
    Row("order", "ageing", QueueOrder.AGEING, "waiting counts as priority", "Kleinrock 1964, delay-dependent priority"),
    Row("order", "first_come", QueueOrder.FIRST_COME, "by receipt", "first come, first served"),
    Row("border", "any", BorderRule.ANY, "units cross sector borders", "unified command"),
    Row("border", "own", BorderRule.OWN, "units serve their own sector", "beat integrity"),
    Row("border", "adjacent", BorderRule.ADJACENT, "units serve their own and neighbouring sectors", "mutual aid"),
    Row("duty", "patrol", Duty.PATROL, "move in a beat, free to be sent", "mobile patrol"),
    Row("duty", "peak", Duty.PATROL, "a patrol that is on duty in windows of the day only", "peak duty"),
    Row("duty", "post", Duty.POST, "stand at a place", "fixed-post duty"),
    Row("duty", "standby", Duty.STANDBY, "patrol a small beat round a point, quick to set out", "mobile standby"),
    Row(
        "duty", "joint", Duty.PATROL, "units of two tiers that move as one, with the authority of both", "joint patrol"
    ),
    Row("duty", "inspect", Duty.PATROL, "tour the bases of teams and inspect them", "inspection squad"),
    Row("leaves_post", "never", LeavesPost.NEVER, "only reports what it sees", "gate guard"),
    Row("leaves_post", "on_view", LeavesPost.ON_VIEW, "leaves for what it sees itself", "first handling"),
    Row("leaves_post", "called", LeavesPost.CALLED, "can be sent", "standby at a post"),
)


def codes(family: str) -> dict[str, IntEnum]:
    """The codes of a family by the names that scenario files write."""
    return {row.name: row.code for row in CATALOGUE if row.family == family}
