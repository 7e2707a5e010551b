"""What probes found: how soon help could come to a call at a random moment, and how much is covered now."""

from __future__ import annotations

import math
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report import style, words
from sim.report.figures.drawing import (
    BEHIND_TEXT,
    PROBE,
    Drawing,
    legend_above,
    nothing,
    percent_axis,
    short,
    sign,
    source_line,
)
from sim.report.results import Estimate, Results

NAME, HEADING = "readiness", "How ready the forces stood"


class _Ready(NamedTuple):
    label: str
    median: Estimate
    high: Estimate  # 90th percentile
    share: Estimate  # within 5 min


class _Cover(NamedTuple):
    label: str
    one: Estimate
    two: Estimate


def draw(results: Results) -> Drawing:
    """Readiness by class (median and 90th percentile, share within 5 min), and cover by one and by two units."""
    ready = [row for name in results.classes if (row := _ready(results, name)).share.known]
    cover = [share for name in words.COVER if (share := _covered(results, name)).one.known]
    if not ready and not cover:
        return nothing(NAME, HEADING, "The run had no probes, so readiness was not measured.", results, PROBE)

    tall = (0.55 + 0.27 * len(ready) if ready else 0) + (0.75 + 0.3 * len(cover) if cover else 0)
    figure = style.new_figure(1.5 + tall)
    places = ([["clock", "share"]] if ready else []) + ([["cover", "cover"]] if cover else [])
    heights = ([len(ready) + 1.0] if ready else []) + ([len(cover) + 0.6] if cover else [])
    panels = figure.subplot_mosaic(places, width_ratios=(1.25, 1), height_ratios=heights)
    if ready:
        _clocks(panels["clock"], ready)
        _shares(panels["share"], ready)
        dots = (("o", style.BLUE, style.BLUE, "median"), ("D", style.VERMILION, "white", "90th percentile"))
        handles = [
            Line2D([], [], linestyle="none", marker=marker, color=colour, markerfacecolor=face, label=said)
            for marker, colour, face, said in dots
        ]
        legend_above(figure, handles)
    if cover:
        _bars(panels["cover"], cover, results.cover_standard_min)
    sign(figure, results, PROBE)

    known = [row for row in ready if row.high.known]
    worst = max(known, key=lambda row: row.high.mean, default=None)
    return Drawing(
        NAME,
        HEADING,
        "Dots of readiness by class of incident, and bars of the shares under cover."
        + (f" Least ready at the 90th percentile: {worst.label}, {worst.high.text()}." if worst else ""),
        "Probes are hypothetical calls at random times and places; they occupy nobody. Readiness: minutes until the "
        "first unit that may hold or resolve an incident of the class would have come, as the forces stood; it shows "
        "what a rare class can expect. Cover: share of calls of all classes, in proportion, from where demand, "
        "residents and people present are, that a unit free to go and able to work on it would have reached within "
        f"{results.cover_standard_min:g} minutes of receipt, and a second unit. Bars are 95 % intervals over "
        "replications. " + source_line(results, PROBE),
        figure,
        ("class or population", "median", "90th percentile", "within 5 min", "covered", "covered twice"),
        (
            *((row.label, row.median.text(), row.high.text(), row.share.text(), "", "") for row in ready),
            *((share.label, "", "", "", share.one.text(), share.two.text()) for share in cover),
        ),
    )


def _ready(results: Results, name: str) -> _Ready:
    measures = ("readiness_min_p50", "readiness_min_p90", "ready_5_min_share")
    return _Ready(results.class_label(name), *(results.estimate(measure, "class", name) for measure in measures))


def _covered(results: Results, name: str) -> _Cover:
    measures = ("cover_share", "second_cover_share")
    return _Cover(words.COVER[name], *(results.estimate(measure, "purpose", name) for measure in measures))


def _clocks(axes: Axes, ready: list[_Ready]) -> None:
    axes.set_title("Minutes until somebody comes")
    for place, row in enumerate(ready):
        _dot(axes, row.median, place, "o", style.BLUE, style.BLUE)
        _dot(axes, row.high, place, "D", style.VERMILION, "white")
    axes.set_yticks(range(len(ready)), [short(row.label) for row in ready])
    axes.set_ylim(len(ready) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("minutes from receipt")
    axes.grid(axis="both")


def _shares(axes: Axes, ready: list[_Ready]) -> None:
    axes.set_title("Within 5 min")
    for place, row in enumerate(ready):
        _dot(axes, row.share, place, "s", style.GREEN, style.GREEN)
    axes.set_yticks(range(len(ready)), [""] * len(ready))
    axes.set_ylim(len(ready) - 0.5, -0.5)
    percent_axis(axes, "percent of probes")
    axes.grid(axis="both")


def _bars(axes: Axes, cover: list[_Cover], standard_min: float) -> None:
    axes.set_title(f"Covered now: an able unit free and within {standard_min:g} min")
    looks = ((-0.19, style.BLUE, "", "one unit"), (0.19, style.SKY, "////", "a second"))
    for place, row in enumerate(cover):
        for (shift, colour, hatch, said), share in zip(looks, (row.one, row.two), strict=True):
            if not share.known:
                continue
            look = {"color": colour, "hatch": hatch, "edgecolor": "#333333", "linewidth": 0.5}
            axes.barh(place + shift, share.mean, height=0.36, **look)
            _dot(axes, share, place + shift, "none", style.BLACK, style.BLACK)
            end = share.mean if math.isnan(share.high) else share.high
            text = f"{words.percent(share.mean)} by {said}"
            axes.text(end + 0.012, place + shift, text, va="center", fontsize=7.5, bbox=BEHIND_TEXT)
    axes.set_yticks(range(len(cover)), [row.label for row in cover])
    axes.set_ylim(len(cover) - 0.5, -0.5)
    percent_axis(axes, "percent of each")
    axes.grid(axis="x")
    axes.set_xlim(0, 1.2)
    axes.tick_params(axis="y", length=0)


def _dot(axes: Axes, estimate: Estimate, place: float, marker: str, colour: str, face: str) -> None:
    if estimate.known and math.isfinite(estimate.mean):
        axes.errorbar(
            estimate.mean, place, xerr=estimate.reach(), fmt=marker, color=colour, markerfacecolor=face, markersize=5,
            capsize=2.5, elinewidth=1, clip_on=False,
        )  # fmt: skip
