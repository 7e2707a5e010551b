"""The parts of a response: where the minutes between the call and the first unit go."""

from __future__ import annotations

import math
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.report import style, words
from sim.report.figures.drawing import BEHIND_TEXT, RECEIPT, Drawing, legend_above, nothing, short, sign, source_line
from sim.report.results import Estimate, Results

NAME, HEADING = "parts", "What a response is made of"
_COLOURS = (style.PALE, style.SKY, style.VERMILION, style.ORANGE, style.BLUE, style.GREEN)
_HATCHES = ("", "////", "xxx", "...", "", "\\\\\\\\")


_WORDS_IN = 1.5  # room for the words behind a bar


class _Bar(NamedTuple):
    priority: int
    tier: str
    parts: tuple[float, ...]  # mean minutes, in the order of ``words.PARTS``
    response: Estimate

    @property
    def mark(self) -> str:
        return words.FEW_MARK if self.response.marked else ""


def draw(results: Results) -> Drawing:
    """Stacked bars: mean minutes of each part, by priority and the tier that came first; they sum to the response."""
    bars = [bar for priority in results.priorities for tier in results.tiers if (bar := _bar(results, priority, tier))]
    if not bars:
        return nothing(NAME, HEADING, "Nobody came to a called incident, so a response has no parts.", results, RECEIPT)
    priorities = sorted({bar.priority for bar in bars})
    groups = [[bar for bar in bars if bar.priority == priority] for priority in priorities]

    figure = style.new_figure(1.4 + 0.4 * len(groups) + 0.27 * len(bars))
    heights = [len(group) for group in groups]
    panels = figure.subplots(len(groups), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    longest = max(math.fsum(bar.parts) for bar in bars)
    for axes, group in zip(panels, groups, strict=True):
        _panel(axes, results, group, longest)
        axes.set_title(f"Priority {group[0].priority}")
    panels[-1].set_xlabel("mean minutes from receipt")
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="#333333", linewidth=0.5, label=part)
        for part, colour, hatch in zip(words.PARTS.values(), _COLOURS, _HATCHES, strict=True)
    ]
    legend_above(figure, handles)
    sign(figure, results, RECEIPT)
    most = max(bars, key=lambda bar: bar.response.n)
    minutes, part = max(zip(most.parts, words.PARTS.values(), strict=True))
    return Drawing(
        NAME,
        HEADING,
        f"Stacked bars of the mean parts of a response. In the largest group (priority {most.priority}, "
        f"{results.tier_label(most.tier)}) the longest part is {part}: {words.quantity(minutes, 'min')}.",
        "Mean minutes of the response of the unit with the first presence, over founded called incidents to which a "
        "unit came; the parts add up to the response, whose 95 % intervals are among the numbers. "
        f"{words.FEW_MARK} marks bars on {words.FEW}. " + source_line(results, RECEIPT),
        figure,
        ("priority", "first came", *words.PARTS.values(), "response", "incidents"),
        tuple(
            (
                str(bar.priority),
                results.tier_label(bar.tier),
                *(words.number(minutes, 2) for minutes in bar.parts),
                bar.response.text(),
                f"{bar.response.n:,.0f}",
            )
            for bar in bars
        ),
        text_columns=2,
    )


def _bar(results: Results, priority: int, tier: str) -> _Bar | None:
    """None where the tier never came first to a call of the priority."""
    group = "priority*tier", f"{priority}*{tier}"
    response = results.estimate("response_min", *group)
    parts = (results.estimate(f"{part}_min", *group).mean for part in words.PARTS)
    if not response.known:
        return None
    return _Bar(priority, tier, tuple(0.0 if math.isnan(minutes) else minutes for minutes in parts), response)


def _panel(axes: Axes, results: Results, bars: list[_Bar], longest: float) -> None:
    for row, bar in enumerate(bars):
        left = 0.0
        for minutes, colour, hatch in zip(bar.parts, _COLOURS, _HATCHES, strict=True):
            axes.barh(
                row, minutes, left=left, height=0.72, color=colour, hatch=hatch, edgecolor="#333333", linewidth=0.5
            )
            left += minutes
        said = f"{words.number(bar.response.mean)} min, n = {bar.response.n:,.0f}{bar.mark}"
        axes.text(left + 0.012 * longest, row, said, va="center", fontsize=8, bbox=BEHIND_TEXT)
    labels = [short(results.tier_label(bar.tier)) for bar in bars]
    room_in = style.WIDTH_IN - 0.08 * max(map(len, labels)) - 0.3
    axes.set_yticks(range(len(bars)), labels)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_xlim(0, longest * room_in / (room_in - _WORDS_IN))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
