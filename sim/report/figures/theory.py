"""Figures of the verification page: all comparisons at a glance, and theory's curves with simulated points."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report import style
from sim.report.figures.drawing import Drawing, legend_above, short
from sim.verify import FAILURES, Comparison
from sim.verify.case import Curve
from sim.verify.table import shown

_FARTHEST = 1.6  #: allowances from the middle; what lies farther is drawn there, and is a failure anyway


def overview(comparisons: Sequence[Comparison]) -> Drawing:
    """A row for each simulated case: each number's difference from theory, as a share of what is allowed."""
    simulated = [one for one in comparisons if one.estimate is not None]
    cases = list(dict.fromkeys(one.case.name for one in simulated))
    heading = "All comparisons at a glance"
    if not cases:
        return Drawing("overview", heading, "", "No case was simulated: only solvers were compared.")
    figure = style.new_figure(1.2 + 0.17 * len(cases))
    figure.get_layout_engine().set(rect=(0.05, 0, 0.95, 1))  # room for readers whose fonts are wider
    axes = figure.subplots()
    axes.axvspan(-1, 1, color="#EFEFEF", zorder=0)
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    for one in simulated:
        failed = one.verdict in FAILURES
        axes.plot(
            max(-_FARTHEST, min(_FARTHEST, _share(one))), cases.index(one.case.name), linestyle="none",
            marker="X" if failed else "o", markersize=6 if failed else 3.2,
            color=style.VERMILION if failed else style.BLUE, alpha=1 if failed else 0.75,
        )  # fmt: skip
    axes.set_ylim(len(cases) - 0.4, -0.6)
    axes.set_yticks(range(len(cases)), cases, fontsize=7.5)
    axes.set_xlim(-_FARTHEST - 0.1, _FARTHEST + 0.1)
    axes.set_xlabel("simulation less theory, as a share of what is allowed")
    axes.grid(axis="y")
    marks = [
        Line2D([], [], linestyle="none", marker="o", markersize=4, color=style.BLUE, label="agrees"),
        Line2D([], [], linestyle="none", marker="X", markersize=6, color=style.VERMILION, label="differs"),
        Patch(facecolor="#EFEFEF", label="allowed"),
    ]
    legend_above(figure, marks)
    agree = sum(one.verdict not in FAILURES for one in simulated)
    return Drawing(
        "overview",
        heading,
        f"One row of dots for each of {len(cases)} cases; {agree} of {len(simulated)} dots are within what is allowed.",
        "Each dot is one number. The shaded band is what chance allows all of them together, once in a hundred suites. "
        f"Dots at the edge of the figure lie at {_FARTHEST:g} times the band or farther. "
        "Were the dots all in the middle, intervals would be too wide to find anything.",
        figure,
        ("case", "number", "share of what is allowed", "verdict"),
        tuple((one.case.name, one.quantity.label, f"{_share(one):.2f}", one.verdict.value) for one in simulated),
        text_columns=2,
    )


def _share(one: Comparison) -> float:
    if math.isnan(one.z):
        return math.inf
    return one.z / one.bound if math.isfinite(one.bound) else 0.0


def curves(name: str, heading: str, drawn: Sequence[Curve], points: Sequence[Comparison]) -> Drawing:
    """Theory's curves of one kind and the simulated numbers that have a place on them, with their intervals."""
    figure = style.new_figure(2.9, 5.4)
    _draw(figure, drawn, points)
    rows = [(shown(one.quantity.x or 0.0), shown(one.exact), *_simulated(one)) for one in points]
    return Drawing(
        name,
        heading,
        f"{drawn[0].y_label} against {drawn[0].x_label}: a curve from theory and {len(points)} simulated points on it.",
        "Lines are theory; points are simulated, with the interval that decides (often smaller than the point).",
        figure,
        (drawn[0].x_label, "exact", "simulated", "±"),
        tuple(rows),
        text_columns=0,
    )


def _simulated(one: Comparison) -> tuple[str, str]:
    return (shown(one.estimate.mean), f"{one.reach:.2g}") if one.estimate else ("", "")


def _draw(figure: Figure, drawn: Sequence[Curve], points: Sequence[Comparison]) -> None:
    axes = figure.subplots()
    handles = [
        axes.plot(curve.x, curve.y, color=style.tier_colour(row), linestyle=style.tier_line(row), linewidth=1.4,
                  label=short(curve.label))[0]
        for row, curve in enumerate(drawn)
    ]  # fmt: skip
    for one in points:
        if one.estimate is None or not math.isfinite(one.estimate.mean):
            continue
        failed = one.verdict in FAILURES
        reach = one.reach if math.isfinite(one.reach) else 0.0
        axes.errorbar(
            one.quantity.x or 0.0, one.estimate.mean, yerr=reach, fmt="X" if failed else "o", markersize=5,
            color=style.VERMILION if failed else style.BLACK, capsize=2, elinewidth=1, zorder=3,
        )  # fmt: skip
    axes.set_xlabel(drawn[0].x_label)
    axes.set_ylabel(drawn[0].y_label)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y")
    dot = Line2D([], [], linestyle="none", marker="o", markersize=5, color=style.BLACK, label="simulated")
    legend_above(figure, [*handles, dot])
