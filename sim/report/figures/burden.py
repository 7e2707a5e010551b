"""Benefit beside burden, by sector: how soon somebody comes, how much patrols are there, how often they check."""

from __future__ import annotations

import math
from typing import NamedTuple

from matplotlib.axes import Axes

from sim.report import style
from sim.report.figures.drawing import RECEIPT, Drawing, nothing, short, sign, source_line
from sim.report.results import Estimate, Results

NAME, HEADING = "burden", "Benefit and burden by sector"


class _Sector(NamedTuple):
    label: str
    response: Estimate
    presence: Estimate
    checks: Estimate
    unfounded: Estimate
    custody: Estimate


MEASURES = (
    "response_min",
    "presence_per_1000_min",
    "checks_per_1000_per_day",
    "unfounded_checks_share",
    "custody_trips_n",
)


def draw(results: Results) -> Drawing:
    """Dots by sector with their intervals, in three panels; a line says what the whole district has."""
    rows = [_sector(results, results.sector_label(name), "sector", name) for name in results.sectors]
    rows = [row for row in rows if row.presence.known]
    if len(rows) < 2:
        return nothing(NAME, HEADING, "There are no sectors to compare.", results, RECEIPT)
    district = _sector(results, "all sectors", "all", "")

    figure = style.new_figure(1.35 + 0.27 * len(rows))
    panels = figure.subplots(1, 3, sharey=True)
    looks = (
        ("Response", "minutes, mean", "o", style.BLUE, "response"),
        ("Presence", "min an hour, 1,000 people", "s", style.GREEN, "presence"),
        ("Checks", "a day, 1,000 people", "D", style.VERMILION, "checks"),
    )
    for axes, (title, unit, marker, colour, field) in zip(panels, looks, strict=True):
        _dots(axes, [getattr(row, field) for row in rows], getattr(district, field), marker, colour)
        axes.set_title(title)
        axes.set_xlabel(unit)
    panels[0].set_yticks(range(len(rows)), [short(row.label) for row in rows])
    panels[0].set_ylim(len(rows) - 0.5, -0.5)
    sign(figure, results, RECEIPT)

    most = max(rows, key=lambda row: -1 if math.isnan(row.checks.mean) else row.checks.mean)
    return Drawing(
        NAME,
        HEADING,
        "Dots by sector: mean response, presence of patrols and checks, each beside that of the whole district. "
        f"Most checks for those who are there: {most.label}, {most.checks.text()} for 1,000 people.",
        "What a sector gets and what it bears. Response: mean time until somebody came, of founded calls to which "
        "somebody came. Presence: person-minutes of free units in its streets, an hour, for 1,000 people there "
        "(residents, and visitors on average). Checks: incidents to which a unit came although nobody had called, or "
        "that turned out to be unfounded, a day, for 1,000 people there. Lines: the whole district. Bars are 95 % "
        "intervals over replications. " + source_line(results, RECEIPT),
        figure,
        (
            "sector",
            "response, min",
            "presence, min an hour",
            "checks a day",
            "of these unfounded",
            "custody trips",
        ),
        tuple((row.label, *(_plain(estimate) for estimate in row[1:])) for row in (*rows, district)),
    )


def _sector(results: Results, label: str, by: str, member: str) -> _Sector:
    return _Sector(label, *(results.estimate(measure, by, member) for measure in MEASURES))


def _plain(estimate: Estimate) -> str:
    """Without the unit, which the heading has; shares keep theirs."""
    return (estimate if estimate.unit == "share" else estimate._replace(unit="")).text()


def _dots(axes: Axes, estimates: list[Estimate], district: Estimate, marker: str, colour: str) -> None:
    for place, estimate in enumerate(estimates):
        if estimate.known:
            axes.errorbar(
                estimate.mean, place, xerr=estimate.reach(), fmt=marker, color=colour, markersize=5,
                markerfacecolor="white" if estimate.marked else colour, capsize=2.5, elinewidth=1, clip_on=False,
            )  # fmt: skip
    if district.known:
        axes.axvline(district.mean, color=style.GREY, linestyle=style.LINES[1], linewidth=1, zorder=0)
    axes.set_xlim(left=0)
    axes.grid(axis="both")
    axes.tick_params(axis="y", length=0)
