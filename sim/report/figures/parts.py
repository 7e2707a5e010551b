"""The parts of a response: where the minutes between the call and the first arrival go."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.report import style, words
from sim.report.figures.drawing import BEHIND_TEXT, RECEIPT, Drawing, nothing, sign, source_line
from sim.report.results import Results

NAME, HEADING = "parts", "What a response is made of"
_ENOUGH = 30
_COLOURS = (style.PALE, style.SKY, style.VERMILION, style.ORANGE, style.BLUE, style.GREEN)
_HATCHES = ("", "////", "xxxx", "....", "", "\\\\\\\\")


def draw(results: Results) -> Drawing:
    """Stacked bars: mean minutes of each part, by priority and the tier that came first. They add up to the response."""
    called = results.called
    came = called[called["presence_tier"].isin(results.tiers)] if len(called) else called
    if not len(came):
        return nothing(NAME, HEADING, "Nobody came to a called incident, so a response has no parts.", results, RECEIPT)
    columns = [f"{part}_s" for part in words.PARTS]
    groups = {}
    for priority in results.priorities:
        for tier in results.tiers:
            rows = came[(came["priority"] == priority) & (came["presence_tier"] == tier)]
            if len(rows):
                groups[priority, tier] = len(rows), rows[columns].mean() / 60
    priorities = sorted({priority for priority, _ in groups})
    sizes = [sum(1 for key in groups if key[0] == priority) for priority in priorities]

    figure = style.new_figure(1.35 + 0.5 * len(priorities) + 0.27 * sum(sizes))
    panels = figure.subplots(len(priorities), 1, sharex=True, squeeze=False, height_ratios=sizes)[:, 0]
    longest = max(float(parts.sum()) for _, parts in groups.values())
    for axes, priority in zip(panels, priorities, strict=True):
        _panel(axes, results, {tier: group for (of, tier), group in groups.items() if of == priority}, longest)
        axes.set_title(f"Priority {priority}")
    panels[-1].set_xlabel("mean minutes from receipt")
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="#333333", linewidth=0.5, label=part)
        for part, colour, hatch in zip(words.PARTS.values(), _COLOURS, _HATCHES, strict=True)
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=3)
    sign(figure, results, RECEIPT)
    (priority, tier), (_, parts) = max(groups.items(), key=lambda item: item[1][0])
    most = words.PARTS[str(parts.idxmax()).removesuffix("_s")]
    return Drawing(
        NAME,
        HEADING,
        f"Stacked bars of the mean parts of a response. In the largest group (priority {priority}, "
        f"{results.tier_label(tier)}) the longest part is {most}: {words.quantity(float(parts.max()), 'min')}.",
        "Mean minutes of the response of the unit with the first presence, over founded called incidents to which "
        f"somebody came; the parts add up to the response. {words.FEW_MARK} marks bars on {words.FEW}. "
        + source_line(results, RECEIPT),
        figure,
        ("priority", "first came", *words.PARTS.values(), "response", "incidents"),
        tuple(
            (
                str(priority),
                results.tier_label(tier),
                *(words.number(float(value), 2) for value in parts),
                words.number(float(parts.sum()), 2),
                f"{count:,}" + (words.FEW_MARK if count < _ENOUGH else ""),
            )
            for (priority, tier), (count, parts) in groups.items()
        ),
        text_columns=2,
    )


def _panel(axes: Axes, results: Results, groups: dict, longest: float) -> None:
    for row, (tier, (count, parts)) in enumerate(groups.items()):
        left = 0.0
        for minutes, colour, hatch in zip(parts, _COLOURS, _HATCHES, strict=True):
            axes.barh(row, minutes, left=left, height=0.72, color=colour, hatch=hatch, edgecolor="#333333", linewidth=0.5)
            left += float(minutes)
        mark = words.FEW_MARK if count < _ENOUGH else ""
        axes.text(left + 0.01 * longest, row, f"{words.number(left)} min, n = {count:,}{mark}", va="center", fontsize=8,
                  bbox=BEHIND_TEXT)  # fmt: skip
    axes.set_yticks(range(len(groups)), [results.tier_label(tier) for tier in groups])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlim(0, 1.28 * longest)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
