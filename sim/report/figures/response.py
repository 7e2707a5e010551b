"""Response by priority and tier of first presence: how many callers had somebody with them, how soon."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report import style, words
from sim.report.figures.drawing import RECEIPT, Drawing, nothing, sign, source_line
from sim.report.results import Results

NAME, HEADING = "response", "How soon somebody came, by priority and tier"
_LONGEST_MIN, _SHORTEST_MIN = 30, 8


def draw(results: Results) -> Drawing:
    """Cumulative curves over all founded called incidents. The curves of the tiers add up to the curve of anyone."""
    called = results.called
    if not len(called):
        return nothing(NAME, HEADING, "Nobody called in a founded incident, so there is no response.", results, RECEIPT)
    priorities = [priority for priority in results.priorities if (called["priority"] == priority).any()]
    tiers = [tier for tier in results.tiers if (called["presence_tier"] == tier).any()]
    end = _axis_end(called["response_min"], results.targets_min[-1])

    figure = style.new_figure(0.95 + 1.75 * len(priorities))
    panels = figure.subplots(len(priorities), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axes, priority in zip(panels, priorities, strict=True):
        _panel(axes, results, called[called["priority"] == priority], priority, tiers, end)
    panels[-1].set_xlabel("minutes from receipt to the first unit that may hold or resolve")
    handles = [Line2D([], [], color=style.BLACK, linewidth=2.2, label="anyone")]
    handles += [
        Line2D([], [], color=style.tier_colour(rank), linestyle=style.tier_line(rank), label=results.tier_label(tier))
        for tier in tiers
        for rank in (results.tier_rank(tier),)
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=min(4, len(handles)), title="who came first",
                  alignment="left")  # fmt: skip
    sign(figure, results, RECEIPT)
    shares = "; ".join(
        f"priority {priority}: {results.estimate(_within(mark), 'priority', priority).text()} within {mark:g} min"
        for priority in priorities
        for mark in results.targets_min[-1:]
    )
    return Drawing(
        NAME,
        HEADING,
        f"Cumulative curves of response time, one panel for each priority, a curve for each tier. {shares}.",
        "Share of all founded called incidents to which somebody with the authority to hold or resolve had come, by "
        "minutes since receipt. Incidents to which nobody came never arrive, so a curve may end below 100 %. The tiers' "
        "curves add up to the black one. Bars at the marks are 95 % intervals over replications. "
        + source_line(results, RECEIPT),
        figure,
        ("", *(f"priority {priority}" for priority in priorities)),
        tuple(_rows(results, called, priorities, tiers)),
    )


def _panel(
    axes: Axes, results: Results, called: pd.DataFrame, priority: int, tiers: list[str], end: float
) -> None:
    count = len(called)
    for mark in results.targets_min:
        axes.axvline(mark, color=style.GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    for tier in tiers:
        rank = results.tier_rank(tier)
        minutes = called.loc[called["presence_tier"] == tier, "response_min"].to_numpy()
        axes.step(*_curve(minutes, count, end), where="post", color=style.tier_colour(rank),
                  linestyle=style.tier_line(rank), linewidth=1.5)  # fmt: skip
    axes.step(*_curve(called["response_min"].to_numpy(), count, end), where="post", color=style.BLACK, linewidth=2.2)
    lines = []
    for mark in results.targets_min:
        share = results.estimate(_within(mark), "priority", priority)
        if share.known:
            reach = [[max(0.0, share.mean - share.low)], [max(0.0, share.high - share.mean)]]
            axes.errorbar(mark, share.mean, yerr=None if math.isnan(share.low) else reach, fmt="o", markersize=4.5,
                          color=style.BLACK, markerfacecolor="white", capsize=3, zorder=5, clip_on=False)  # fmt: skip
        lines.append(f"within {mark:g} min: {share.text()}")
    lines.append(f"no unit ever came: {words.percent(float(np.isinf(called['response_min']).mean()))}")
    axes.set_title(f"Priority {priority}: {words.plural(count, 'incident')}")
    axes.text(1.02, 0.97, "\n".join(lines), transform=axes.transAxes, va="top", fontsize=8.5, linespacing=1.5)
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1)
    axes.set_yticks((0, 0.25, 0.5, 0.75, 1), ("0", "25", "50", "75", "100 %"))
    axes.grid(axis="y")
    axes.set_xticks(sorted({*results.targets_min, *np.arange(0, end + 0.1, 5 if end > 10 else 2.5)}))
    axes.xaxis.set_major_formatter("{x:g}")


def _curve(minutes: np.ndarray, count: int, end: float) -> tuple[np.ndarray, np.ndarray]:
    """Steps of the share of ``count`` that had come, up to ``end``."""
    came = np.sort(minutes[minutes <= end])
    shares = np.arange(len(came) + 1) / count
    return np.concatenate(([0.0], came, [end])), np.append(shares, shares[-1])


def _axis_end(minutes: pd.Series, last_mark: float) -> float:
    """Long enough for 97 % of those who came, within reason, in whole fives."""
    came = minutes[np.isfinite(minutes)]
    reach = float(came.quantile(0.97)) if len(came) else 0.0
    return 5 * math.ceil(max(_SHORTEST_MIN, 1.6 * last_mark, min(reach, max(_LONGEST_MIN, 2 * last_mark))) / 5)


def _within(mark: float) -> str:
    return f"within_{mark:g}_min_share"


def _rows(results: Results, called: pd.DataFrame, priorities: list[int], tiers: list[str]):
    for measure, said in (
        *((_within(mark), f"within {mark:g} min, of all founded called") for mark in results.targets_min),
        ("response_min_p50", "median"),
        ("response_min_p90", "90th percentile"),
        ("response_min", "mean of those to whom somebody came"),
    ):
        yield said, *(results.estimate(measure, "priority", priority).text() for priority in priorities)
    of = {priority: called[called["priority"] == priority] for priority in priorities}
    yield "founded called incidents, all replications", *(f"{len(of[priority]):,}" for priority in priorities)
    for tier in tiers:
        share = (words.percent(float((of[priority]["presence_tier"] == tier).mean())) for priority in priorities)
        yield f"first came: {results.tier_label(tier)}", *share
    yield "no unit ever came", *(
        words.percent(float(np.isinf(of[priority]["response_min"]).mean())) for priority in priorities
    )
