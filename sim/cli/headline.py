"""The few numbers that a simulation prints: aligned, with units and intervals. The rest is in ``summary.csv``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

#: (what to call it, measure, by, member)
HEADLINE = (
    ("first presence, median", "response_min_p50", "all", ""),
    ("first presence, 90th percentile", "response_min_p90", "all", ""),
    ("priority 1: first presence, median", "response_min_p50", "priority", "1"),
    ("priority 1: first presence, 90th percentile", "response_min_p90", "priority", "1"),
    ("priority 1: somebody within 3 min", "within_3_min_share", "priority", "1"),
    ("priority 1: somebody within 5 min", "within_5_min_share", "priority", "1"),
    ("calls that waited for a unit", "queued_share", "all", ""),
    ("calls that nobody served", "unserved_share", "all", ""),
    ("incidents found on view", "on_view_share", "all", ""),
)
MARK = "*"
EACH_TIER = ("on calls: ", "utilisation", "tier")


def headline(summary: DataFrame) -> list[str]:
    """Lines of a table: name, value with unit, 95 % interval."""
    rows = [(name, row) for name, row in _chosen(summary)]
    cells = [(name, *_cells(row)) for name, row in rows]
    widths = [max((len(cell[column]) for cell in cells), default=0) for column in range(3)]
    lines = [f"{name:<{widths[0]}}  {value:>{widths[1]}}  {span}".rstrip() for name, value, span in cells]
    if any(row.marked for _, row in rows):
        lines.append(f"{MARK} rests on few incidents")
    return lines


def _chosen(summary: DataFrame) -> Iterator[tuple[str, Any]]:
    few = summary[summary["measure"].isin([measure for _, measure, *_ in (*HEADLINE, EACH_TIER)])]
    rows = {(row.measure, row.by, str(row.member)): row for row in few.itertuples(index=False)}
    for name, measure, by, member in HEADLINE:
        if (measure, by, member) in rows:
            yield name, rows[measure, by, member]
    before, measure, by = EACH_TIER
    for (found, grouping, member), row in rows.items():
        if (found, grouping) == (measure, by):
            yield before + member, row


def _cells(row: Any) -> tuple[str, str]:
    """Value with its unit, and the interval."""
    if row.mean is None or math.isnan(row.mean):
        return "none", ""
    share = row.unit == "share"
    value = f"{100 * row.mean:.1f} %" if share else f"{row.mean:.2f} {row.unit}"
    mark = f" {MARK}" if row.marked else ""
    if math.isnan(row.ci_low) or math.isnan(row.ci_high):
        return value, mark
    low, high = (100 * row.ci_low, 100 * row.ci_high) if share else (row.ci_low, row.ci_high)
    digits = 1 if share else 2
    return value, f"(95 %: {low:.{digits}f} to {high:.{digits}f}){mark}"
