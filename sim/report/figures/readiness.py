"""What probes found: how soon help could come to a call at a random moment, and how much of the district is covered now."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report import style, words
from sim.report.figures.drawing import BEHIND_TEXT, PROBE, Drawing, nothing, percent_axis, sign, source_line
from sim.report.results import Estimate, Results

NAME, HEADING = "readiness", "How ready the forces stood"


def draw(results: Results) -> Drawing:
    """Readiness by class (median and 90th percentile, share within the standard), and cover with one and two units."""
    rows = [
        (name, *(results.estimate(measure, "class", name) for measure in (
            "readiness_min_p50", "readiness_min_p90", "ready_5_min_share")))
        for name in results.classes
    ]  # fmt: skip
    rows = [row for row in rows if any(estimate.known for estimate in row[1:])]
    cover = [
        (said, *(results.estimate(measure, "purpose", purpose) for measure in ("cover_share", "second_cover_share")))
        for purpose, said in words.COVER.items()
    ]
    cover = [row for row in cover if row[1].known]
    if not rows and not cover:
        return nothing(NAME, HEADING, "The run had no probes, so readiness was not measured.", results, PROBE)

    figure = style.new_figure(1.7 + 0.27 * max(len(rows), 1) + (0.75 + 0.3 * len(cover) if cover else 0))
    places = [["clock", "share"]] + ([["cover", "cover"]] if cover else [])
    panels = figure.subplot_mosaic(
        places,
        width_ratios=(1.25, 1),
        height_ratios=[max(len(rows), 1)] + ([len(cover) + 0.4] if cover else []),
    )
    _clocks(panels["clock"], results, rows)
    _shares(panels["share"], [row[3] for row in rows])
    if cover:
        _cover(panels["cover"], cover, results.readiness_standard_min)
    handles = [
        Line2D([], [], linestyle="none", marker="o", color=style.BLUE, label="median"),
        Line2D([], [], linestyle="none", marker="D", color=style.VERMILION, markerfacecolor="white",
               label="90th percentile"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper left", ncols=2)
    sign(figure, results, PROBE)
    worst = max((row for row in rows if row[2].known), key=lambda row: row[2].mean, default=None)
    return Drawing(
        NAME,
        HEADING,
        "Dots of readiness by class of incident, and shares of the district under cover."
        + (
            f" Least ready at the 90th percentile: {results.class_label(worst[0])}, {worst[2].text()}."
            if worst is not None
            else ""
        ),
        "Probes are hypothetical calls at random times and places; they occupy nobody. Readiness: minutes until the first "
        "unit that may hold or resolve an incident of the class would have come, as the forces stood; it shows what a rare "
        "class can expect. Cover: share of demand, residents and people present with a free unit able to work on such an "
        f"incident within {results.readiness_standard_min:g} minutes, and with a second one. Bars are 95 % intervals over replications. "
        + source_line(results, PROBE),
        figure,
        ("class or population", "median", "90th percentile", "ready within 5 min",
         "covered", "covered twice"),
        tuple((results.class_label(name), *(estimate.text() for estimate in estimates), "", "")
              for name, *estimates in rows)
        + tuple((said, "", "", "", *(estimate.text() for estimate in estimates)) for said, *estimates in cover),
    )  # fmt: skip


def _clocks(axes: Axes, results: Results, rows: list) -> None:
    axes.set_title("Minutes until somebody could be there")
    for row, (_, median, high, _) in enumerate(rows):
        _dot(axes, median, row, "o", style.BLUE, style.BLUE)
        _dot(axes, high, row, "D", style.VERMILION, "white")
    axes.set_yticks(range(len(rows)), [results.class_label(name) for name, *_ in rows])
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("minutes from receipt")
    axes.grid(axis="both")


def _shares(axes: Axes, shares: list[Estimate]) -> None:
    axes.set_title("Share of moments within 5 min")
    for row, share in enumerate(shares):
        _dot(axes, share, row, "s", style.GREEN, style.GREEN)
    axes.set_yticks(range(len(shares)), [""] * len(shares))
    axes.set_ylim(max(len(shares), 1) - 0.5, -0.5)
    percent_axis(axes, "percent of probes")
    axes.grid(axis="x")


def _cover(axes: Axes, cover: list, standard_min: float) -> None:
    axes.set_title(f"Covered now: an able unit free and within {standard_min:g} min")
    for row, (_, one, two) in enumerate(cover):
        for shift, share, colour, hatch, said in ((-0.19, one, style.BLUE, "", "one"), (0.19, two, style.SKY, "////", "two")):
            if share.known:
                axes.barh(row + shift, share.mean, height=0.36, color=colour, hatch=hatch, edgecolor="#333333",
                          linewidth=0.5)  # fmt: skip
                _dot(axes, share, row + shift, "", style.BLACK, style.BLACK)
                end = share.mean if math.isnan(share.high) else share.high
                axes.text(end + 0.008, row + shift, f"{words.percent(share.mean)} by {said}", va="center", fontsize=7.5,
                          bbox=BEHIND_TEXT)  # fmt: skip
    axes.set_yticks(range(len(cover)), [said for said, *_ in cover])
    axes.set_ylim(len(cover) - 0.5, -0.5)
    percent_axis(axes, "percent of each")
    axes.grid(axis="x")
    axes.set_xlim(0, 1.14)
    axes.tick_params(axis="y", length=0)


def _dot(axes: Axes, estimate: Estimate, row: float, marker: str, colour: str, face: str) -> None:
    if not estimate.known or math.isinf(estimate.mean):
        return
    finite = math.isfinite(estimate.low) and math.isfinite(estimate.high)
    reach = [[max(0.0, estimate.mean - estimate.low)], [max(0.0, estimate.high - estimate.mean)]]
    axes.errorbar(estimate.mean, row, xerr=reach if finite else None, fmt=marker or "none", color=colour,
                  markerfacecolor=face, markersize=5, capsize=2.5, elinewidth=1, clip_on=False)  # fmt: skip
