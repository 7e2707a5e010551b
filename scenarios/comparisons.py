"""Which arms of a scenario are held against each other, what is looked at, and what its question lets one expect.

Data for ``catalogue.py``. Every set is one that the comment of its scenario file documents; a test holds that.
"""

from __future__ import annotations

from typing import NamedTuple

LOWER, HIGHER, SAME = "lower", "higher", "the same"


class Arm(NamedTuple):
    """A scenario file, and what is set otherwise for the run."""

    name: str
    sets: tuple[str, ...] = ()
    label: str = ""  #: of the sets, for people


class Look(NamedTuple):
    """A measure of ``sim.measures``, of some members of the dimensions that its source is grouped by."""

    measure: str
    label: str = ""  #: of ``where``, for people
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Comparison(NamedTuple):
    """``arm`` less ``against``, and what is expected of the difference."""

    arm: Arm
    against: Arm
    look: Look
    expected: str
    remark: str = ""


def _sets(lines: tuple[str, ...], *values: str) -> tuple[str, ...]:
    """The same values for several lines of the roster."""
    return tuple(f"policy.roster.{line}.{value}" for line in lines for value in values)


def _serving(home: int, hot_spot: int, gate: int) -> tuple[str, ...]:
    """Pairs of armbands at a time."""
    return tuple(
        f"policy.roster.{line}.units={units}" for line, units in zip(ARMBANDS, (home, hot_spot, gate), strict=True)
    )


ARMBANDS = ("armbands_home", "armbands_hot_spot", "armbands_gate")
THREES = ("threes_early", "threes_late")
PATROLS = ("team_pairs", *THREES)
CREWS = ("team_pairs", "cars", "motorcycles")
STANDING = ("duty=post", "post=hot_spot", "rule=stand", "base=post")

CENTRE = ("sector", ("jiefangbei", "chaotianmen"))
NINE = (
    "nanjimen",
    "qixinggang",
    "daxigou",
    "caiyuanba",
    "lianglukou",
    "shangqingsi",
    "daping",
    "shiyoulu",
    "hualongqiao",
)
POPULOUS = ("sector", ("daping", "shangqingsi", "lianglukou", "shiyoulu"))
GATE_HOURS = ("hour", ("7", "16", "17"))
NIGHT = ("hour", ("22", "23", "0", "1", "2"))
EVE = ("hour", ("19", "20", "21", "22", "23", "0", "1"))
EVENING = ("hour", ("18", "19"))

ALL = Look("response_min")
URGENT = Look("response_min", "priority 1", (("priority", ("1",)),))
LESSER = Look("response_min", "priorities 2 and 3", (("priority", ("2", "3")),))
IDLENESS = Look("idleness_min", "streets")
ON_VIEW = Look("on_view_share")


def _capable(priority: int) -> Look:
    return Look("capable_min", f"priority {priority}", (("priority", (str(priority),)),))


ORDINARY = Arm("ordinary_day")

UNSERVED = Arm("add_fourth_tier", _sets(ARMBANDS, "turn_up_share=0"), "nobody")
FOUR = Arm("add_fourth_tier", _serving(22, 14, 8), "4 %")
ELEVEN = Arm("add_fourth_tier", label="11 %")
TWENTY = Arm("add_fourth_tier", _serving(112, 72, 36), "20 %")
TOLD = Arm("add_fourth_tier", (*_serving(112, 72, 36), "policy.tiers.armbands.channel=direct"), "20 %, told directly")

NO_ARMED = _sets(("armed_foot", "armed_car", "armed_on_call"), "turn_up_share=0")
NO_FOURTH = (*NO_ARMED, *_sets(("guards", *ARMBANDS), "turn_up_share=0"))
NO_THIRD = (*NO_FOURTH, *_sets((*PATROLS, "inspection_early", "inspection_late"), "turn_up_share=0"))
ONE = Arm("tier_ladder", NO_THIRD, "police alone")
TWO = Arm("tier_ladder", NO_FOURTH, "and patrols")
THREE = Arm("tier_ladder", NO_ARMED, "and guards and armbands")
WHOLE = Arm("tier_ladder", label="and armed police")
HELD = Look("held_min", "priority 1")

FESTIVAL, KEPT = Arm("festival_peak"), Arm("festival_peak_kept")
ELSEWHERE = Look("capable_min", "the other nine", (("sector", NINE),))
IN_THE_CROWD = Look("capable_min", "the two", (CENTRE,))

NEW_YEAR = Arm("new_year_eve")
NO_CROWD = Arm("new_year_eve", tuple(f"world.demand.surges.{number}.factor=1" for number in range(4)), "no crowd")
TAKEN = Arm(
    "new_year_eve",
    ("policy.dispatch.preempt=[{calling=1,in_hand=[3]}]", "policy.dispatch.preempt_min_gain_s=60"),
    "taken under way",
)
TAKEN_THERE = Arm(
    "new_year_eve",
    (
        'policy.dispatch.preempt=[{calling=1,in_hand=[3],states=["turnout","en_route","on_scene"]}]',
        "policy.dispatch.preempt_min_gain_s=60",
    ),
    "taken from scenes too",
)

TENFOLD = "world.demand.surges.1.factor=10"
STORM = Arm("storm", (TENFOLD,), "ten times")
FIRST_COME = Arm("storm", (TENFOLD, "policy.dispatch.order=first_come"), "ten times, first come")
ANSWERED = Arm("storm", (TENFOLD, "policy.command.call_takers=12"), "ten times, 12 call-takers")

SCHOOL, GATES = Arm("school_hours"), Arm("school_hours_gates")

STILL = Arm("posts_vs_motion", label="0 %")
POSTS = (
    Arm("posts_vs_motion", _sets(THREES, *STANDING), "14 %"),
    Arm("posts_vs_motion", _sets(("team_pairs",), *STANDING), "86 %"),
    Arm("posts_vs_motion", _sets(PATROLS, *STANDING), "100 %"),
)

BY_PATROLS = Look("response_min", "where patrols are first", (("tier", ("community",)),))

EIGHT = Arm("shift_length", label="3 x 8 h")
TWELVE = Arm("shift_length", _sets(CREWS, "system=two_shifts", "break_min=60"), "2 x 12 h")

RESERVE = Arm("reserve_cutoff")
NO_RESERVE = Arm("reserve_cutoff", ("policy.tiers.police.reserve=[0,0,0]",), "none")
PATROLS_KEPT = Arm(
    "reserve_cutoff",
    (*NO_RESERVE.sets, "policy.tiers.community.reserve=[0,2,2]", "policy.tiers.community.reserve_scope=sector"),
    "of patrols",
)

FREE = Arm("extra_duties", _sets(PATROLS, "planned_share=0"), "none")
LADEN = Arm("extra_duties", _sets(PATROLS, "planned_share=0.4"), "40 %")

BARS = Arm("night_economy")
LATE = Arm("night_economy", ('policy.roster.threes_late.windows=[["19:00","03:00"]]',), "threes until 03")
QUARTER = Look("response_min", "Jiefangbei by night", (NIGHT, ("sector", ("jiefangbei",))))

COMPARISONS = (
    *(Comparison(arm, UNSERVED, ALL, LOWER) for arm in (FOUR, ELEVEN, TWENTY)),
    Comparison(
        TWENTY, UNSERVED, Look("within_1_min_share"), SAME, "call handling and relay take 135 s before anybody sets out"
    ),
    Comparison(TOLD, UNSERVED, Look("within_3_min_share"), HIGHER),
    Comparison(TWO, ONE, URGENT, LOWER),
    Comparison(THREE, TWO, URGENT, LOWER),
    Comparison(WHOLE, THREE, URGENT, SAME),
    Comparison(TWO, ONE, HELD, HIGHER),
    Comparison(THREE, TWO, HELD, HIGHER),
    Comparison(FESTIVAL, ORDINARY, IN_THE_CROWD, HIGHER),
    Comparison(FESTIVAL, ORDINARY, ELSEWHERE, HIGHER),
    Comparison(KEPT, FESTIVAL, IN_THE_CROWD, HIGHER),
    Comparison(
        KEPT, FESTIVAL, ELSEWHERE, LOWER,
        "with two police vehicles to most sub-districts, 12 % of the calls of the nine wait for a unit instead of 3 %",
    ),
    Comparison(NEW_YEAR, NO_CROWD, Look("response_min", "19-02 h", (EVE,)), HIGHER),
    Comparison(TAKEN, NEW_YEAR, URGENT, LOWER, "some five crews a run are taken, of 850 assignments"),
    Comparison(TAKEN_THERE, NEW_YEAR, URGENT, LOWER),
    Comparison(
        TAKEN_THERE, NEW_YEAR, Look("resolution_min", "priority 3", (("priority", ("3",)),)), HIGHER,
        "some twenty crews a run are taken, of 850 assignments",
    ),
    Comparison(
        STORM, FIRST_COME, _capable(1), LOWER,
        "they hardly queue in either order, since they alone interrupt planned work and breaks",
    ),
    Comparison(STORM, FIRST_COME, _capable(2), LOWER),
    Comparison(ANSWERED, STORM, URGENT, LOWER),
    Comparison(ANSWERED, STORM, Look("abandoned_share"), LOWER),
    Comparison(
        GATES, SCHOOL, Look("on_view_share", "disorder at gates", (("class", ("school_gate",)), POPULOUS)), HIGHER,
        "one or two a day there: many more days would be needed",
    ),
    Comparison(
        GATES, SCHOOL, Look("intercepted_share", "armed threats", (("class", ("armed",)),)), HIGHER,
        "one or two a day: many more days would be needed",
    ),
    Comparison(GATES, SCHOOL, Look("idleness_min", "streets there", (POPULOUS,)), HIGHER),
    Comparison(
        GATES, SCHOOL,
        Look("response_min", "help and disputes there, then", (("class", ("help", "dispute")), POPULOUS, GATE_HOURS)),
        HIGHER, "some ten calls a day: many more days would be needed",
    ),
    Comparison(POSTS[0], STILL, BY_PATROLS, LOWER, "12 of 86 crews"),
    *(Comparison(arm, STILL, BY_PATROLS, LOWER) for arm in POSTS[1:]),
    *(Comparison(arm, STILL, IDLENESS, HIGHER) for arm in POSTS),
    Comparison(POSTS[0], STILL, ON_VIEW, LOWER, "the pairs go on walking"),
    *(Comparison(arm, STILL, ON_VIEW, LOWER) for arm in POSTS[1:]),
    Comparison(TWELVE, EIGHT, Look("overtime_h", "unit-hours a day"), LOWER),
    Comparison(TWELVE, EIGHT, ALL, SAME),
    Comparison(RESERVE, NO_RESERVE, _capable(1), LOWER),
    Comparison(RESERVE, NO_RESERVE, _capable(3), HIGHER),
    Comparison(PATROLS_KEPT, NO_RESERVE, URGENT, SAME, "patrols are not scarce: there is nothing to ration"),
    Comparison(Arm("borders_own"), ORDINARY, ALL, HIGHER),
    Comparison(Arm("borders_own"), ORDINARY, Look("capable_min"), HIGHER),
    Comparison(Arm("borders_own"), ORDINARY, Look("queued_share"), HIGHER),
    Comparison(LADEN, FREE, IDLENESS, HIGHER),
    Comparison(LADEN, FREE, LESSER, HIGHER),
    Comparison(LADEN, FREE, URGENT, SAME, "nobody waits, but more crews set out from a base: 75 s instead of 15"),
    Comparison(BARS, ORDINARY, QUARTER, HIGHER),
    Comparison(LATE, BARS, QUARTER, LOWER, "one crew of three in the quarter, a dozen calls a night"),
    Comparison(Arm("staff_cut"), ORDINARY, IDLENESS, HIGHER),
    Comparison(Arm("staff_cut"), ORDINARY, ALL, HIGHER),
    Comparison(Arm("staff_cut"), ORDINARY, Look("readiness_min", "priority 1", (("priority", ("1",)),)), HIGHER),
    Comparison(Arm("comms_loss"), ORDINARY, Look("response_min", "18-20 h", (EVENING,)), HIGHER),
    Comparison(
        Arm("comms_loss"), ORDINARY, Look("on_view_share", "18-20 h", (EVENING,)), HIGHER,
        "three minutes are short against the three quarters of an hour between two patrols",
    ),
    Comparison(Arm("unified_command"), ORDINARY, ALL, LOWER),
    Comparison(Arm("unified_command"), ORDINARY, URGENT, LOWER),
)  # fmt: skip
