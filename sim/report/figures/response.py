"""Response by priority and tier of first presence: how many callers had somebody with them, how soon."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.report import style, words
from sim.report.figures.drawing import RECEIPT, Drawing, legend_above, nothing, sign, source_line
from sim.report.results import Results

NAME, HEADING = "response", "How soon somebody came, by priority and tier"
_SHORTEST_MIN, _LONGEST_MIN = 8, 30  # of the time axis


def draw(results: Results) -> Drawing:
    """Cumulative curves over founded called incidents. The curves of the tiers add up to the curve of anyone."""
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
    for tier in tiers:
        rank = results.tier_rank(tier)
        look = {"color": style.tier_colour(rank), "linestyle": style.tier_line(rank)}
        handles.append(Line2D([], [], label=results.tier_label(tier), **look))
    legend_above(figure, handles, "who came first")
    sign(figure, results, RECEIPT)

    mark = results.targets_min[-1]
    shares = "; ".join(
        f"priority {priority} {results.estimate(_within(mark), 'priority', priority).text()}" for priority in priorities
    )
    return Drawing(
        NAME,
        HEADING,
        "Cumulative curves of response time, one panel for each priority, a curve for each tier. "
        f"Within {mark:g} min: {shares}.",
        "Share of founded called incidents to which a unit with the authority to hold or resolve had come, by minutes "
        "since receipt. Those to which no unit ever came count too, so a curve may end below 100 %. The tiers' "
        "curves add up to the black one. Marks, with 95 % intervals over replications, and the shares beside the "
        "panels are of all replications"
        + ("; " if results.incidents_of_all else "; curves are of replication 0 only; ")
        + "“nobody ever came” counts ambulance and fire brigade as coming. " + source_line(results, RECEIPT),
        figure,
        ("", *(f"priority {priority}" for priority in priorities)),
        tuple(_rows(results, priorities, tiers)),
    )  # fmt: skip


def _panel(axes: Axes, results: Results, called: pd.DataFrame, priority: int, tiers: list[str], end: float) -> None:
    count = len(called)
    for mark in results.targets_min:
        axes.axvline(mark, color=style.GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    for tier in tiers:
        rank = results.tier_rank(tier)
        minutes = called.loc[called["presence_tier"] == tier, "response_min"].to_numpy()
        look = {"color": style.tier_colour(rank), "linestyle": style.tier_line(rank)}
        axes.step(*_curve(minutes, count, end), where="post", linewidth=1.5, **look)
    axes.step(*_curve(called["response_min"].to_numpy(), count, end), where="post", color=style.BLACK, linewidth=2.2)
    said = []
    for mark in results.targets_min:
        share = results.estimate(_within(mark), "priority", priority)
        if share.known and mark <= end:
            axes.errorbar(
                mark, share.mean, yerr=share.reach(), fmt="o", markersize=4.5, color=style.BLACK,
                markerfacecolor="white", capsize=3, zorder=5, clip_on=False,
            )  # fmt: skip
        said.append(f"within {mark:g} min: {share.text()}")
    said.append(f"nobody ever came: {results.estimate('unserved_share', 'priority', priority).text()}")
    of_all = "" if results.incidents_of_all else f"; curves from {count:,} of replication 0"
    axes.set_title(f"Priority {priority}: {words.plural(results.calls('priority', priority), 'call')}{of_all}")
    axes.text(1.02, 0.97, "\n".join(said), transform=axes.transAxes, va="top", fontsize=8.5, linespacing=1.5)
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1)
    axes.set_yticks((0, 0.25, 0.5, 0.75, 1), ("0", "25", "50", "75", "100 %"))
    axes.grid(axis="y")
    axes.set_xticks(_ticks(results.targets_min, end))
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
    return 5 * math.ceil(max(_SHORTEST_MIN, 1.2 * last_mark, min(reach, max(_LONGEST_MIN, 2 * last_mark))) / 5)


def _ticks(marks: tuple[float, ...], end: float) -> list[float]:
    """The marks, and round minutes that are not too near to one of them."""
    step = 2.5 if end <= 10 else 5 if end <= 40 else 10 * math.ceil(end / 80)
    apart = end / 25
    round_minutes = [float(minute) for minute in np.arange(0, end + 0.1, step)]
    kept = [minute for minute in round_minutes if all(abs(minute - mark) >= apart or minute == mark for mark in marks)]
    return sorted({*kept, *(mark for mark in marks if mark <= end)})


def _within(mark: float) -> str:
    return f"within_{mark:g}_min_share"


def _rows(results: Results, priorities: list[int], tiers: list[str]) -> Iterator[tuple[str, ...]]:
    for measure, said in (
        *((_within(mark), f"within {mark:g} min, of all") for mark in results.targets_min),
        ("response_min_p50", "median, where somebody came"),
        ("response_min_p90", "90th percentile, where somebody came"),
        ("response_min", "mean, where somebody came"),
    ):
        yield said, *(results.estimate(measure, "priority", priority).text() for priority in priorities)
    for tier in tiers:
        shares = (_first_share(results, priority, tier) for priority in priorities)
        yield f"first came: {results.tier_label(tier)}", *(words.percent(share) for share in shares)
    yield "nobody ever came", *(results.estimate("unserved_share", "priority", p).text() for p in priorities)
    yield "founded calls, all replications", *(f"{results.calls('priority', p):,}" for p in priorities)


def _first_share(results: Results, priority: int, tier: str) -> float:
    """Of founded calls of the priority: to which share the tier came first."""
    came = results.estimate("first_presence_n", "priority*tier", f"{priority}*{tier}").mean
    calls = results.calls("priority", priority)
    return came * results.replications / calls if calls else math.nan
