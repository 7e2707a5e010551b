"""The page's words: plain names for what the tables call by identifiers, and how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NOT_MEASURED = "not measured"
FEW = "fewer than 30 incidents"
FEW_MARK = "†"  # beside a number that rests on fewer than 30 incidents

OUTCOMES = {
    "resolved": "resolved by a unit",
    "closed_off_model": "closed by ambulance or fire brigade",
    "unfounded": "found to be unfounded",
    "gone_on_arrival": "over when the first unit came",
    "abandoned": "caller gave up before anyone came",
    "lost": "turned away: no queue and nobody free",
    "unreachable": "no able unit can get there",
    "reached_target": "moved on to its target before it was stopped",
    "unnoticed": "nobody called and nobody saw it",
    "open_at_end": "still open when the run ended",
    "deterred": "did not happen: a patrol was there (a hypothesis)",
}
#: Outcomes of incidents to which nobody came in time.
UNSERVED = ("gone_on_arrival", "abandoned", "lost", "unreachable", "reached_target", "unnoticed", "open_at_end")

ACTIVITIES = {"busy": "on calls", "other": "planned work, breaks, muster", "free": "free"}

PARTS = {
    "call_handling": "call handling",
    "relay": "relay to the tier",
    "queue": "waiting for a unit",
    "turnout": "turnout",
    "travel": "travel",
    "company": "until enough people",
}

COVER = {"demand": "demand", "residents": "residents", "ambient": "people present"}

GRADES = {
    "A": "from an official or academic source",
    "B": "from a news report",
    "C": "from a directory",
    "derived": "worked out from other values",
    "assumption": "assumed",
}

NOT_FOR = (
    "It compares cover: places, crews and classes of incident. It is not for choosing whom to stop.",
    "It holds no data on persons, predicts nobody's behaviour and names no class after a kind of person.",
    "It does not show that patrols prevent incidents, and patrols do not learn from what they find.",
    "Numbers hold for this scenario and its assumptions. Compare policies with each other, on the same days, "
    "rather than reading one number as a forecast.",
)


_UNITS = {
    "share": "%",
    "per_h": "an hour",
    "incidents": "",
    "assignments": "",
    "units": "",
    "per_day": "a day",
    "gini": "",
    "ratio": "",
    "people": "",
    "yuan": "yuan",
    "yuan_per_day": "yuan a day",
    "h_per_day": "h a day",
    "min_per_h": "min an hour",
}  # as words; others are written as they are


def number(value: float, digits: int | None = None) -> str:
    """A number for people, with as many decimals as its size bears; ``not measured`` where there is none."""
    if math.isnan(value):
        return NOT_MEASURED
    if math.isinf(value):
        return "never"
    digits = decimals(value) if digits is None else digits
    return f"{round(value, digits) + 0.0:,.{digits}f}"  # no minus before a zero


def percent(share: float) -> str:
    """``62 %``; one decimal below 10 % and above 99 %, where it matters."""
    return quantity(share, "share")


def quantity(value: float, unit: str, low: float = math.nan, high: float = math.nan) -> str:
    """``4.1 min (3.9 to 4.3)``: a value with the unit that summary.csv gives (``min``, ``share`` …) and an interval."""
    if math.isnan(value):
        return NOT_MEASURED
    scale = 100.0 if unit == "share" else 1.0
    digits = _percent_decimals(scale * value) if unit == "share" else decimals(value)
    said = number(scale * value, digits)
    shown = _UNITS.get(unit, unit)
    if shown and math.isfinite(value):
        said += f"\u00a0{shown}"
    if not (math.isnan(low) or math.isnan(high)):
        said += f" ({number(scale * low, digits)}\u00a0to\u00a0{number(scale * high, digits)})"
    return said


def plane(given: Mapping[str, Any]) -> str:
    """What kind of plane it is, of ``plane`` in ``map.json``."""
    shape = "a torus" if given["torus"] else "a rectangle" if given["height_m"] > 0 else "a line"
    ways = {"manhattan": "ways along the axes", "euclid": "straight ways"}[given["metric"]]
    return f"{shape} without streets, {ways}"


def decimals(value: float) -> int:
    """How many decimals a value of this size bears."""
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 1 or size == 0 else 2


def _percent_decimals(value: float) -> int:
    return 0 if 10 <= value <= 99 or value in (0, 100) else 1


def plural(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
