"""The measures as pure data: what each is called, what it says, how it is taken and of what.

``statistic`` says how replications become one number:

* ``mean``: the mean over replications of the mean in each; t interval over replications.
* ``total``: the mean over replications of the sum in each, 0 where there was none; t interval.
* ``growth``: the mean over replications of the sum in each, negative or not; t interval that is at least as wide as
  that of independent comings and goings.
* ``worst``: the mean over replications of the largest in each; t interval.
* ``ratio``: a sum over a sum, both over all replications; jackknife interval over replications.
* ``p50``, ``p90``: quantiles of all values of all replications; Woodruff interval over replications.
* ``per_point``: a sum over the percentage points of a share, all over all replications; jackknife interval.
* ``gini``, ``highest``, ``lowest``, ``beyond``: of what sectors have, all replications together; jackknife interval.
  With ``chance`` the value that equal sectors would show by chance; no interval (see ``inequality``).

``source`` names the table of a ``Sample`` that it is taken from, and with it the groupings in which it is given.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

LOWER, HIGHER, NEITHER = "lower", "higher", "none"
TARGETS_MIN = (1.0, 3.0, 5.0)  #: marks that are always measured, beside those of the scenario
FEW_INCIDENTS = 30  #: an estimate that rests on fewer is marked


class Measure(NamedTuple):
    """One row of the catalogue."""

    name: str
    unit: str
    better: str
    statistic: str
    source: str
    meaning: str
    column: str = ""  # of the source, where it is not the name
    over: str = ""  # the column that a ratio is over; "": how many values there are
    quantiles: bool = False  # also as NAME_p50 and NAME_p90
    heads: str = ""  # the column of those who have it, of a statistic over sectors
    chance: bool = False  # what equal sectors would show


GROUPINGS: dict[str, tuple[str, ...]] = {
    # called founded incidents: the headline; "tier" is that of the first presence
    "calls": (
        "all", "tier", "class", "priority", "sector", "hour", "street_kind",
        "priority*tier", "priority*hour", "sector*priority", "class*tier", "changeover", "priority*changeover",
    ),
    # founded incidents found on view, kept apart
    "sightings": ("on_view",),
    # all that began in the measured time
    "incidents": ("all", "class", "priority", "sector", "hour", "street_kind", "sector*priority"),
    # called founded incidents by the tier that came first, and by the tier that resolved them
    "first": ("all", "tier", "priority*tier", "class*tier", "sector*tier"),
    "resolved": ("all", "tier", "priority*tier", "class*tier", "sector*tier"),
    # assignments to any incident that began in the measured time, by the tier of the unit and what it was sent to
    "assignments": ("all", "tier", "priority*tier", "class*tier"),
    # all called incidents that were open in the measured time
    "backlog": ("all", "priority", "class"),
    "readiness": ("all", "class", "priority", "sector", "hour"),
    "cover": ("purpose", "purpose*sector", "purpose*hour"),
    "streets": ("all", "sector", "street_kind"),
    "units": ("all", "tier", "sector", "tier*sector"),
    "duties": ("all", "tier", "sector"),
    # points that have to be visited
    "visits": ("all", "role", "sector"),
    "inspections": ("all",),
    "hours": ("hour", "tier*hour"),
    # changes of shift, spells that end
    "changeovers": ("all", "tier"),
    "spells": ("all", "tier"),
    # sums of sectors: what they bear, and how unequally they have it
    "burden": ("all", "sector"),
    "equity": ("all",),
    "costs": ("all", "tier"),
}  # fmt: skip
"""The groupings in which the measures of each source are given."""

MARKED = frozenset({"calls", "sightings", "incidents", "first", "resolved", "readiness", "cover"})
"""Sources whose estimates are marked where they rest on fewer than ``FEW_INCIDENTS``."""


def _clock(name: str, meaning: str, source: str = "calls") -> Measure:
    return Measure(name, "min", LOWER, "mean", source, meaning, quantiles=True)


def _part(name: str, meaning: str, quantiles: bool = False) -> Measure:
    return Measure(name, "min", LOWER, "mean", "calls", f"part of the response: {meaning}", quantiles=quantiles)


def _urgent(name: str, meaning: str) -> Measure:
    return Measure(name, "min", LOWER, "mean", "calls", f"priority 1: {meaning}")


def _share(name: str, better: str, source: str, meaning: str, column: str = "", over: str = "") -> Measure:
    return Measure(name, "share", better, "ratio", source, meaning, column, over)


def _count(name: str, better: str, source: str, meaning: str) -> Measure:
    return Measure(name, "incidents", better, "total", source, meaning)


def _outcome(name: str, better: str, meaning: str) -> Measure:
    return _count(name, better, "incidents", f"outcome: {meaning}")


def within_name(target_min: float) -> str:
    """Name of the share of calls reached within so many minutes."""
    return f"within_{target_min:g}_min_share"


CLOCKS = (
    _clock("response_min", "receipt to first presence (somebody with hold or more), of those that got one"),
    _clock("capable_min", "receipt to the first who can resolve, or the off-model responder"),
    _clock("complement_min", "receipt to all that the scene needs"),
    _clock("resolution_min", "receipt to the end of work"),
    _clock("began_to_presence_min", "beginning to first presence"),
    _clock("began_to_capable_min", "beginning to the first who can resolve"),
    _clock("began_to_complement_min", "beginning to all that the scene needs"),
    _clock("began_to_resolution_min", "beginning to the end of work"),
)

CALLS = (
    _share("ring_share", HIGHER, "calls", "first presence within the standard of its tier; unserved: a miss"),
    _part("call_handling_min", "from receipt until somebody could be sent"),
    Measure("answer_min", "min", LOWER, "mean", "calls", "wait until a call-taker answered; within call handling"),
    _part("relay_min", "through the tier's channel of command"),
    _part("queue_min", "until a unit was dispatched", quantiles=True),
    _part("turnout_min", "until it was under way"),
    _part("travel_min", "until it arrived", quantiles=True),
    _part("company_min", "until the people present were enough to act"),
    Measure("travel_m", "m", LOWER, "mean", "calls", "way of the unit with the first presence"),
    _share("queued_share", LOWER, "calls", "first unit sent later than its tier could be, or nobody sent at all"),
    _share("abandoned_share", LOWER, "calls", "the caller gave up before anyone came"),
    _share("unserved_share", LOWER, "calls", "nobody with hold or more ever came, nor an off-model responder"),
    _share("worsened_share", LOWER, "calls", "worsened at least once"),
    _share("preempted_share", LOWER, "calls", "lost a unit to pre-emption"),
    _share("cross_sector_share", NEITHER, "calls", "of first presences: by a unit of another sector"),
    _urgent("nobody_min", "open with nobody there"),
    _urgent("understrength_min", "somebody there, but nobody able to hold"),
    _urgent("held_min", "held, waiting for somebody who can resolve"),
)

INCIDENTS = (
    _share("on_view_share", NEITHER, "incidents", "of incidents that became known: found by a patrol"),
    _share("intercepted_share", HIGHER, "incidents", "of moving incidents that became known: stopped on their way"),
    _count("incidents_n", NEITHER, "incidents", "began in the measured time"),
    _count("called_n", NEITHER, "incidents", "called in"),
    _count("on_view_n", NEITHER, "incidents", "found by a patrol"),
    _outcome("resolved_n", HIGHER, "resolved by units"),
    _outcome("closed_off_model_n", NEITHER, "closed by the off-model responder"),
    _outcome("unfounded_n", NEITHER, "nothing was there"),
    _outcome("gone_on_arrival_n", LOWER, "over when the first unit came"),
    _outcome("abandoned_n", LOWER, "the caller gave up before anyone came"),
    _outcome("lost_n", LOWER, "turned away, no queue and nobody free"),
    _outcome("reached_target_n", LOWER, "came to its target"),
    _outcome("unnoticed_n", LOWER, "nobody called and nobody saw it"),
    _outcome("unreachable_n", LOWER, "no able unit has a way to it"),
    _outcome("open_at_end_n", LOWER, "not closed when the run ended"),
    _outcome("deterred_n", NEITHER, "did not happen, for a patrol was there; a hypothesis"),
    _count("first_presence_n", NEITHER, "first", "called founded incidents to which this tier came first"),
    _count("resolved_by_n", NEITHER, "resolved", "called founded incidents that this tier resolved"),
)

PREEMPTED = Measure(
    "preempted_n", "assignments", NEITHER, "total", "assignments", "units taken away for a more urgent call"
)

BACKLOG = Measure(
    "backlog_growth_per_h", "per_h", LOWER, "growth", "backlog",
    "calls received but not closed at the end of the measured time, less those at its start; n: received in between; "
    "marked: overload, calls come faster than they are served",
)  # fmt: skip

PROBES = (
    _clock("readiness_min", "probes: clock to first presence, had one called", "readiness"),
    _clock("capable_readiness_min", "probes: clock to a unit that may fill a slot", "readiness"),
    _share("ready_5_min_share", HIGHER, "readiness", "probes: first presence within 5 min; nobody: a miss"),
    _share("cover_share", HIGHER, "cover", "probes: a capable free unit within the standard"),
    _share("second_cover_share", HIGHER, "cover", "probes: a second capable free unit within the standard"),
)

STREETS = (
    Measure("passes_per_h", "per_h", HIGHER, "ratio", "streets", "passes of a street, by length", "passes", "street_h"),
    Measure("presence_min", "min_per_km_h", HIGHER, "ratio", "streets", "person-minutes an hour on a kilometre",
            "presence", "street_km_h"),
    Measure("idleness_min", "min", LOWER, "ratio", "streets", "time since the last pass, E[gap^2]/2E[gap], by length",
            "idleness", "length_m"),
    Measure("worst_idleness_h", "h", LOWER, "worst", "streets", "longest time that any street went without a pass"),
    *(
        _share(f"seen_{hours}_h_share", HIGHER, "streets", f"of street length: last passed at most {hours} h ago",
               f"seen_{hours}", "length_m")
        for hours in (2, 4, 8)
    ),
)  # fmt: skip

WORK = (
    _share("utilisation", NEITHER, "units", "of on-duty time: calls, travel and wrap-up", "busy_h", "on_duty_h"),
    _share("other_share", NEITHER, "units", "of on-duty time: planned work, breaks, muster", "other_h", "on_duty_h"),
    _share("free_share", NEITHER, "units", "of on-duty time: free", "free_h", "on_duty_h"),
    Measure("on_duty_units", "units", NEITHER, "total", "units", "mean number on duty"),
)
DUTIES = (
    _share("breaks_missed_share", LOWER, "duties", "of the breaks due: never taken", "breaks_missed", "breaks_due"),
    Measure("handed_over_n", "assignments", NEITHER, "total", "duties", "scenes left to the relief when a spell ended"),
    _share("quota_met_share", HIGHER, "visits", "of the visits that quotas ask for: made; a point's surplus is no help",
           "quota_met", "quota"),
    Measure("visits_per_day", "per_day", HIGHER, "ratio", "visits", "visits of a point, a day", "visits", "point_days"),
    Measure("inspections_per_day", "per_day", NEITHER, "ratio", "inspections", "inspections of a team, a day",
            "inspections_n", "team_days"),
)  # fmt: skip
IDLE = (
    _share("slack_share", LOWER, "units", "of on-duty time: at base instead of on patrol", "slack_h", "on_duty_h"),
    Measure("moved_up_h", "h", NEITHER, "total", "units", "unit-hours that patrols stood by in a sector not their own"),
)
OVERTIME = (
    Measure("overtime_h", "h", LOWER, "total", "units", "unit-hours after the end of a spell of duty"),
    Measure("worst_overtime_h", "h", LOWER, "worst", "units", "most overtime of a unit in the measured time"),
    _share(
        "late_spells_share", LOWER, "spells", "of the spells that ended: with an incident still in hand", "late", "n"
    ),
)
CHANGEOVER = Measure(
    "open_at_changeover_n", "incidents", LOWER, "ratio", "changeovers",
    "open at a change of shift with a unit of the tier on it or under way; mean over changes", "open_n",
)  # fmt: skip

BURDEN = (
    _count("checks_n", NEITHER, "burden", "came to without a call, or unfounded: people stopped or looked at"),
    _count("unfounded_checks_n", LOWER, "burden", "of the checks: nothing was there"),
    _share("unfounded_checks_share", LOWER, "burden", "of the checks", "unfounded_checks_n", "checks_n"),
    _count("custody_trips_n", NEITHER, "burden", "ended with a trip to a station"),
    Measure("checks_per_1000_per_day", "per_day", NEITHER, "ratio", "burden", "checks a day for 1,000 people there",
            "checks_n", "thousand_ambient_days"),
    Measure("presence_per_1000_min", "min_per_h", NEITHER, "ratio", "burden",
            "person-minutes an hour of free units in the streets, for 1,000 people there", "presence",
            "thousand_ambient_h"),
)  # fmt: skip


def _spread(name: str, over: str, under: str, heads: str, statistic: str, meaning: str) -> list[Measure]:
    """A statistic over sectors, and beside it what equal sectors would show by chance."""
    unit = {"gini": "gini", "beyond": "share"}.get(statistic, "ratio")
    stem = f"{name}_{{}}{'worst_ratio' if unit == 'ratio' else unit}"
    better = HIGHER if statistic == "lowest" else LOWER
    shown = Measure(stem.format(""), unit, better, statistic, "equity", meaning, over, under, heads=heads)
    said = f"by chance alone: {meaning}"
    return [shown, shown._replace(name=stem.format("chance_"), better=NEITHER, meaning=said, chance=True)]


_HEADS = {"resident": "residents", "ambient": "ambient", "incident": "incidents"}
_WORDS = {"resident": "residents", "ambient": "people there", "incident": "incidents"}
EQUITY = (
    *(
        measure
        for head, column in _HEADS.items()
        for measure in _spread(
            f"response_per_{head}", "response", "calls", column, "gini", f"mean response, over {_WORDS[head]}"
        )
    ),
    *_spread("response", "response", "calls", "calls", "highest", "mean response: slowest sector over district"),
    *(
        measure
        for head, column in _HEADS.items()
        for measure in (
            *_spread(f"presence_per_{head}", "presence", column, column, "gini", f"presence, over {_WORDS[head]}"),
            *_spread(f"presence_per_{head}", "presence", column, column, "lowest",
                     f"presence over {_WORDS[head]}: sector with the least over district"),
        )
    ),
    *_spread("checks_per_ambient", "checks_n", "ambient", "ambient", "gini", "checks, over people there"),
    *_spread("checks_per_ambient", "checks_n", "ambient", "ambient", "highest",
             "checks over people there: sector with the most over district"),
    *_spread("far_residents", "would_come", "probes", "residents", "beyond",
             "of residents: in sectors where the expected arrival exceeds twice the median resident's"),
)  # fmt: skip


def _yuan(name: str, meaning: str) -> Measure:
    return Measure(f"{name}_yuan_per_day", "yuan_per_day", LOWER, "total", "costs", meaning)


COST = (
    _yuan("paid", "pay for time on duty, overtime at its factor"),
    _yuan("overtime", "of that: for overtime"),
    _yuan("shadow", "volunteers' time at its shadow price"),
    _yuan("cost", "pay and shadow price"),
    Measure("cost_per_cleared_yuan", "yuan", LOWER, "ratio", "costs", "cost of one incident that units resolved",
            "cost_yuan", "cleared"),
    Measure("cost_per_point_yuan_per_day", "yuan_per_day", LOWER, "per_point", "costs",
            "cost by percentage points of the headline, priority 1 with somebody there within 5 min; an average and no "
            "price of one more", "cost_yuan_per_day"),
    Measure("person_h_per_day", "h_per_day", NEITHER, "total", "costs", "person-hours on duty"),
    Measure("paid_person_h_per_day", "h_per_day", NEITHER, "total", "costs", "of that: of tiers that are paid"),
    Measure("volunteer_person_h_per_day", "h_per_day", NEITHER, "total", "costs",
            "of that: of tiers with a shadow price, be they paid a little or not"),
    Measure("heads_n", "people", NEITHER, "total", "costs", "people on the books of the roster", "heads"),
)  # fmt: skip


@cache
def catalogue(targets_min: tuple[float, ...] = TARGETS_MIN) -> tuple[Measure, ...]:
    """All measures in the order of the summary, marks and quantiles written out."""
    within = tuple(
        _share(
            within_name(target), HIGHER, "calls", f"first presence within {target:g} min of receipt; unserved: a miss"
        )
        for target in targets_min
    )
    timed = [*_quantiled(CLOCKS), *within]
    return (
        *timed,
        *_quantiled(CALLS),
        *(measure._replace(source="sightings") for measure in timed),
        *INCIDENTS,
        PREEMPTED,
        BACKLOG,
        *_quantiled(PROBES),
        *STREETS,
        *WORK,
        *(measure._replace(source="hours") for measure in WORK),
        *IDLE,
        *OVERTIME,
        *DUTIES,
        CHANGEOVER,
        *BURDEN,
        *EQUITY,
        *COST,
    )


def _quantiled(measures: tuple[Measure, ...]) -> list[Measure]:
    """The measures, each followed by its quantiles if it has any."""
    listed = []
    for measure in measures:
        listed.append(measure)
        if measure.quantiles:
            listed += [
                measure._replace(
                    name=f"{measure.name}_{q}", statistic=q, column=measure.name, meaning=f"{word}: {measure.meaning}"
                )
                for q, word in (("p50", "median"), ("p90", "90th percentile"))
            ]
    return listed


MEASURES = catalogue()  #: with the marks that are always measured
