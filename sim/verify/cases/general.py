"""One unit and laws other than the exponential: any work (M/G/1), calls at fixed intervals (D/M/1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.theory import general
from sim.verify import given, look
from sim.verify.case import Case, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile


def _any_work(spec: ScenarioFile) -> dict[str, float]:
    law = given.work(spec)
    return {
        "wait_min": 60 * general.wait_mean(given.arrival(spec), law.mean, law.second),
        "delayed": given.load(spec),
    }


def _regular(spec: ScenarioFile) -> dict[str, float]:
    found = general.regular(given.arrival(spec), given.service(spec))
    per_hour = given.arrival(spec)
    return {
        "wait_min": 60 * found.wait,
        "delayed": found.delayed,
        "served": per_hour * spec.run.measured_h,
    }


def _see(day: Day) -> dict[str, Observed]:
    rows = look.calls(day)
    return {
        "wait_min": look.waits_min(rows),
        "delayed": look.delayed(rows),
        "served": float((rows["outcome"] == "resolved").sum()),
    }


_QUANTITIES = (Quantity("wait_min", "mean wait, min"), Quantity("delayed", "share that waits"))

CASES = (
    Case(
        "constant_work", 13, "Work of equal length (M/D/1)",
        "Even work halves the line: training and routine that cut the spread pay off like more units.",
        "Pollaczek 1930, Khinchine 1932", _QUANTITIES, _any_work, ("constant_work",), _see,
    ),
    Case(
        "lognormal_work", 13, "Work of uneven length (M/G/1)",
        "A few very long incidents hold up all others: the spread of work counts as much as its mean.",
        "Pollaczek 1930, Khinchine 1932", _QUANTITIES, _any_work, ("lognormal_work",), _see,
    ),
    Case(
        "fixed_arrivals", 11, "Calls at fixed intervals (D/M/1)",
        "More than half of the waiting comes from calls that bunch by chance: planned visits queue less.",
        "Kendall 1953", (*_QUANTITIES, Quantity("served", "calls served in a run", blur=1)), _regular,
        ("fixed_arrivals",), _see,
    ),
)  # fmt: skip
