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
SQUAD = ("inspection_early", "inspection_late")
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
AWAY = ("hour", ("8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"))
DOUBLE = ("hour", ("17", "18", "19", "20", "21", "22"))
SHIFTS = {
    "day": ("hour", ("8", "9", "10", "11", "12", "13", "14", "15")),
    "evening": ("hour", ("16", "17", "18", "19", "20", "21", "22", "23")),
    "night": ("hour", ("0", "1", "2", "3", "4", "5", "6", "7")),
    "late": ("hour", ("15", "16", "17", "18", "19", "20", "21", "22")),
}

ALL = Look("response_min")
URGENT = Look("response_min", "priority 1", (("priority", ("1",)),))
LESSER = Look("response_min", "priorities 2 and 3", (("priority", ("2", "3")),))
HELP_OF_POLICE = Look("resolved_by_n", "help by the police", (("class", ("help",)), ("tier", ("police",))))
FIRE = Look("response_min", "fire and hazards", (("class", ("fire", "hazard")),))
BY_POLICE = Look("utilisation", "police", (("tier", ("police",)),))
IDLENESS = Look("idleness_min", "streets")
ON_VIEW = Look("on_view_share")


def _capable(priority: int) -> Look:
    return Look("capable_min", f"priority {priority}", (("priority", (str(priority),)),))


def _there(label: str, hours: tuple[str, tuple[str, ...]]) -> Look:
    return Look("capable_min", f"Jiefangbei, {label}", (("sector", ("jiefangbei",)), hours))


ORDINARY = Arm("ordinary_day")

UNSERVED = Arm("add_fourth_tier", _sets(ARMBANDS, "turn_up_share=0"), "nobody")
FOUR = Arm("add_fourth_tier", _serving(22, 14, 8), "4 %")
ELEVEN = Arm("add_fourth_tier", label="11 %")
TWENTY = Arm("add_fourth_tier", _serving(112, 72, 36), "20 %")
TOLD = Arm("add_fourth_tier", (*_serving(112, 72, 36), "policy.tiers.armbands.channel=direct"), "20 %, told directly")

NO_ARMED = _sets(("armed_foot", "armed_car", "armed_on_call"), "turn_up_share=0")
NO_FOURTH = (*NO_ARMED, *_sets(("guards", *ARMBANDS), "turn_up_share=0"))
NO_THIRD = (*NO_FOURTH, *_sets((*PATROLS, *SQUAD), "turn_up_share=0"))
ONE = Arm("tier_ladder", NO_THIRD, "police alone")
TWO = Arm("tier_ladder", NO_FOURTH, "and patrols")
THREE = Arm("tier_ladder", NO_ARMED, "and guards and armbands")
WHOLE = Arm("tier_ladder", label="and armed police")
HELD = Look("held_min", "priority 1")

FESTIVAL, KEPT = Arm("festival_peak"), Arm("festival_peak_kept")
ELSEWHERE = Look("capable_min", "the other nine", (("sector", NINE),))
IN_THE_CROWD = Look("capable_min", "the two", (CENTRE,))

ROUND_CENTRE = ("hour", ("16", "17", "18", "19", "20", "21", "22", "23"))
STREETS_OPEN = ("world.closures=[]",)
FESTIVAL_OPEN = Arm("festival_peak", STREETS_OPEN, "streets open")

NEW_YEAR = Arm("new_year_eve")
NEW_YEAR_OPEN = Arm("new_year_eve", STREETS_OPEN, "streets open")
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

TENFOLD = ("world.demand.surges.1.factor=10", "policy.recall=[]")
STORM = Arm("storm", TENFOLD, "ten times, nobody called back")
FIRST_COME = Arm("storm", (*TENFOLD, "policy.dispatch.order=first_come"), "ten times, nobody called back, first come")
ANSWERED = Arm("storm", (*TENFOLD, "policy.command.call_takers=12"), "ten times, nobody called back, 12 call-takers")
DRY = Arm("storm", (*TENFOLD, *STREETS_OPEN), "ten times, nobody called back, no street under water")
CALLED = Arm("storm", TENFOLD[:1], "ten times")

WITHDRAWN = Arm("withdrawn_militia")
CALLED_BACK = Arm(
    "withdrawn_militia",
    ('policy.recall=[{lines=["team_pairs"],at_h=32,delay={distribution="constant",value_min=45},until_h=44}]',),
    "others called back",
)

SCHOOL, GATES = Arm("school_hours"), Arm("school_hours_gates")
ROUND_GATES = Arm(
    "school_hours_gates",
    _sets(("pairs_at_gates",), "duty=standby", "base=beat"),
    "round the gates",
)
TOURS = tuple(
    Arm(
        "school_hours",
        _sets(SQUAD, "rule=visits", f'visits=[{{role="school_gate",dwell_min={minutes},per_day=1}}]'),
        f"squad at gates, {minutes} min each",
    )
    for minutes in (2, 10)
)
TRIPS = Arm("school_hours", ("policy.dispatch.custody=lowest_tier",), "lowest tier to the station")

STILL = Arm("posts_vs_motion", label="0 %")
POSTS = (
    Arm("posts_vs_motion", _sets(THREES, *STANDING), "14 %"),
    Arm("posts_vs_motion", _sets(("team_pairs",), *STANDING), "86 %"),
    Arm("posts_vs_motion", _sets(PATROLS, *STANDING), "100 %"),
)

AROUND = Arm("posts_vs_motion", _sets(PATROLS, "duty=standby", "post=hot_spot", "beat=around"), "standby")
ROUNDS = Arm("posts_vs_motion", _sets(("team_pairs",), "rule=round"), "rounds")
DETER = ('world.deterrence={classes=["theft","fight","dispute","concern_report"]}',)
DETERRED = Look("deterred_n")
MOVING_DETER = Arm("posts_vs_motion", DETER, "0 %, deterrence")
STANDING_DETER = Arm("posts_vs_motion", (*_sets(PATROLS, *STANDING), *DETER), "100 %, deterrence")

BY_PATROLS = Look("response_min", "where patrols are first", (("tier", ("community",)),))

EIGHT = Arm("shift_length", label="3 x 8 h")
TWELVE = Arm("shift_length", _sets(CREWS, "system=two_shifts", "break_min=60"), "2 x 12 h")

OVERLAP = Arm(
    "shift_length",
    _sets(CREWS, "system=overlapping_shifts", 'starts=["03:00","13:00","17:00"]', "turn_up_share=0.8"),
    "3 x 10 h",
)
WHOLE_DAYS = Arm("shift_length", _sets(CREWS, "system=whole_days", "crews=2", "break_min=120"), "2 x 24 h")
TIRED = ("policy.fatigue={from_h=8,turnout_per_h=0.095,work_per_h=0.095}",)
EIGHT_TIRED = Arm("shift_length", TIRED, "3 x 8 h, fatigue")
TWELVE_TIRED = Arm("shift_length", (*TWELVE.sets, *TIRED), "2 x 12 h, fatigue")
WHOLE_TIRED = Arm("shift_length", (*WHOLE_DAYS.sets, *TIRED), "2 x 24 h, fatigue")
CLOSED = Look("resolution_min")
LAST_HOURS = Look("resolution_min", "16-20 and 04-08 h", (("hour", ("16", "17", "18", "19", "4", "5", "6", "7")),))

BEFORE, EQUAL_COST = Arm("before_merge"), Arm("after_merge", label="equal cost")
EQUAL_PEOPLE = Arm("after_merge", ("policy.roster.patrols.heads=900",), "equal people")
EQUAL_HOURS = Arm("after_merge", ("policy.roster.patrols.heads=696",), "equal paid hours")
FIRST_MONTH = Arm("after_merge", ("policy.tiers.community.work_factor=1.176",), "equal cost, first month")
MERGED = (EQUAL_PEOPLE, EQUAL_HOURS, EQUAL_COST)

FIGHTS = (("class", ("fight",)),)
APART, JOINT = Arm("joint_patrol_apart"), Arm("joint_patrol")
SPLIT = Arm("joint_patrol", _sets(("motorcycles", *THREES), "partner.splits_from=3"), "parting for priority 3")

INSPECTED = Arm("inspection_squad")
ON_PATROL = Arm("inspection_squad", _sets(SQUAD, "duty=patrol", "rule=least_recently_passed"), "none")
SLACK = Look("slack_share", "patrols", (("tier", ("community",)),))

MOVING = Arm("move_up")
STAYING = ("policy.redeployment.within_min=0.1",)
BUSY = ("world.demand.scale=2.5",)
SPARED = Arm(
    "move_up",
    (*STAYING, 'policy.dispatch.score=[{rule="least_cover_lost",max_extra_s=120},{rule="nearest"}]'),
    "nobody moves, least missed goes",
)
COVER = Look("cover_share", "where calls come from", (("purpose", ("demand",)),))
READY = Look(
    "readiness_min", "probes that only the police may resolve", (("class", ("traffic", "theft", "drug_report")),)
)

LOST = Arm("loss_of_base")
IN_JIEFANGBEI = Look("capable_min", "Jiefangbei", (("sector", ("jiefangbei",)),))

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

NEXT = Arm("next_crew")


ENOUGH = {
    "police": "they are on calls a quarter of their time: what is added is seldom what lacked",
    "threes": "patrols are on calls 4 % of their time: what is added is seldom what lacked",
}


def _next(tier: str, sector: str, shift: str, *units: int) -> tuple[Comparison, ...]:
    """One crew more, and one fewer, of a tier in a sub-district and shift; looked at there and then."""
    where = ((("sector", (sector,))), SHIFTS[shift])
    key, cell = f"policy.roster.{tier}_{sector}_{shift}.units", f"{sector}, {shift}, {tier}"
    measure = "capable_min" if tier == "police" else "response_min"
    look = Look(measure, f"{sector.title()}, {shift}", where)
    return tuple(
        Comparison(
            Arm("next_crew", (f"{key}={number}",), f"{cell}, {said}"),
            NEXT, look, expected, ENOUGH[tier] if expected == LOWER else "",
        )
        for number, said, expected in zip(units, ("one more", "one fewer"), (LOWER, HIGHER), strict=False)
    )  # fmt: skip


COMPARISONS = (
    *(Comparison(arm, UNSERVED, ALL, LOWER) for arm in (FOUR, ELEVEN, TWENTY)),
    Comparison(
        TWENTY, UNSERVED, Look("within_1_min_share"), SAME, "call handling and relay take 135 s before anybody sets out"
    ),
    Comparison(Arm("led_volunteers"), ORDINARY, IDLENESS, LOWER),
    Comparison(Arm("led_volunteers"), ORDINARY, ALL, LOWER),
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
    Comparison(FESTIVAL, FESTIVAL_OPEN, _there("16-24 h", ROUND_CENTRE), HIGHER),
    Comparison(
        FESTIVAL, ORDINARY, Look("response_worst_ratio"), HIGHER,
        "all wait longer; Chaotianmen, the slowest before, by no more than the others",
    ),
    Comparison(NEW_YEAR, NEW_YEAR_OPEN, _there("19-02 h", EVE), HIGHER),
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
    Comparison(STORM, DRY, ALL, HIGHER, "fifteen of some 1,900 streets, and most crews walk round them"),
    Comparison(STORM, DRY, Look("unreachable_n"), HIGHER),
    Comparison(CALLED, STORM, Look("capable_min"), LOWER),
    Comparison(TOURS[1], TOURS[0], Look("quota_met_share", "gates"), LOWER),
    Comparison(TRIPS, SCHOOL, BY_POLICE, LOWER),
    Comparison(ROUND_GATES, GATES, Look("idleness_min", "streets there", (POPULOUS,)), LOWER),
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
    Comparison(AROUND, STILL, BY_PATROLS, LOWER),
    Comparison(ROUNDS, STILL, Look("worst_idleness_h", "streets"), LOWER),
    Comparison(STANDING_DETER, MOVING_DETER, DETERRED, HIGHER),
    Comparison(OVERLAP, EIGHT, Look("response_min", "17-23 h", (DOUBLE,)), LOWER),
    Comparison(WHOLE_DAYS, EIGHT, Look("overtime_h", "unit-hours a day"), LOWER),
    Comparison(TWELVE_TIRED, EIGHT_TIRED, LAST_HOURS, HIGHER),
    Comparison(WHOLE_TIRED, EIGHT_TIRED, CLOSED, HIGHER),
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
    *(Comparison(arm, BEFORE, look, LOWER) for arm in MERGED for look in (ALL, FIRE)),
    Comparison(EQUAL_COST, BEFORE, HELP_OF_POLICE, LOWER),
    Comparison(EQUAL_COST, BEFORE, BY_POLICE, LOWER),
    Comparison(FIRST_MONTH, EQUAL_COST, CLOSED, HIGHER),
    Comparison(JOINT, APART, Look("held_min", "fights", FIGHTS), LOWER),
    Comparison(JOINT, APART, Look("complement_min", "fights", FIGHTS), LOWER),
    Comparison(JOINT, APART, Look("capable_min"), LOWER),
    Comparison(SPLIT, JOINT, ALL, LOWER),
    Comparison(INSPECTED, ON_PATROL, SLACK, LOWER),
    Comparison(INSPECTED, ON_PATROL, IDLENESS, LOWER),
    Comparison(INSPECTED, ON_PATROL, ON_VIEW, HIGHER),
    Comparison(MOVING, ORDINARY, COVER, HIGHER),
    Comparison(MOVING, ORDINARY, READY, LOWER),
    Comparison(MOVING, ORDINARY, Look("capable_min"), LOWER),
    Comparison(SPARED, ORDINARY, COVER, HIGHER, "two crews to a sub-district: whoever goes leaves one"),
    Comparison(
        Arm("move_up", BUSY, "busy day"), Arm("move_up", (*BUSY, *STAYING), "busy day, nobody moves"),
        Look("capable_min"), SAME, "no crew is left to move",
    ),
    Comparison(LOST, ORDINARY, IN_JIEFANGBEI, SAME),
    Comparison(WITHDRAWN, ORDINARY, IDLENESS, HIGHER),
    Comparison(WITHDRAWN, ORDINARY, Look("response_min", "08-20 h", (AWAY,)), HIGHER),
    Comparison(CALLED_BACK, WITHDRAWN, IDLENESS, LOWER),
    *_next("police", "jiefangbei", "day", 3, 1),
    *_next("police", "jiefangbei", "evening", 3, 1),
    *_next("police", "jiefangbei", "night", 3, 1),
    *_next("police", "daping", "evening", 5, 3),
    *_next("police", "hualongqiao", "evening", 3, 1),
    *_next("threes", "jiefangbei", "late", 2),
    *_next("threes", "daping", "late", 3),
    *_next("threes", "hualongqiao", "late", 2),
    Comparison(Arm("unified_command"), ORDINARY, ALL, LOWER),
    Comparison(Arm("unified_command"), ORDINARY, URGENT, LOWER),
)  # fmt: skip
