"""The suite: every case, by kind. A new file of cases is named in ``_FILES``, and that is all."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sim.verify.case import Case

_FILES = (
    "erlang",
    "priorities",
    "general",
    "hypercube",
    "nearest",
    "streets",
    "patrol",
    "varying",
    "placing",
    "output",
)

#: What a kind is about; the numbers are those of docs/verification.md.
KINDS = {
    1: "Two units in a rectangular city",
    2: "Larson's approximation",
    3: "Units that back each other up",
    4: "The nearest free of many",
    5: "Distances along streets",
    6: "One-way streets",
    7: "One unit in a square",
    8: "Square-root laws",
    9: "Acceleration",
    10: "Patrol passings",
    11: "Erlang's formulas",
    12: "Priorities",
    13: "Work of any law",
    14: "Calls that need several units",
    15: "A wave of calls, units enough",
    16: "A wave of calls, nine units",
    17: "Staffing by the hour",
    18: "Placing posts: San Francisco",
    19: "Placing posts: OR-Library",
    20: "Intervals",
    21: "Selecting the best",
    22: "The end of the warm-up",
    23: "Common random numbers",
}


@cache
def suite() -> tuple[Case, ...]:
    """All cases, by kind; within a kind as written."""
    cases = [case for file in _FILES for case in import_module(f"sim.verify.cases.{file}").CASES]
    return tuple(sorted(cases, key=lambda case: case.kind))


@cache
def _names() -> dict[str, Case]:
    return {case.name: case for case in suite()}


def by_name(name: str) -> Case:
    """The case of this name. Raises ``KeyError``."""
    return _names()[name]


def comparisons() -> int:
    """Numbers that the whole suite holds a simulation to: the size of the family."""
    return sum(len(case.quantities) for case in suite() if case.scenarios)
