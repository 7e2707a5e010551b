"""What the tiers did: who was there first, and who resolved, by class of incident."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.report import style, words
from sim.report.figures.drawing import NO_CLOCK, Drawing, legend_above, nothing, percent_axis, short, sign, source_line
from sim.report.results import Results

NAME, HEADING = "tiers", "What the tiers did"
_ENOUGH = 30
_NOBODY, _OFF_MODEL, _OTHERWISE = "nobody", "ambulance or fire brigade", "ended otherwise"


def draw(results: Results) -> Drawing:
    """Stacked bars by class, on the left the tier of first presence, on the right the tier that resolved."""
    incidents = results.incidents
    received = incidents[incidents["received_s"].notna() & incidents["founded"]] if len(incidents) else incidents
    if not len(received):
        return nothing(NAME, HEADING, "No founded incident became known, so no tier did anything.", results, NO_CLOCK)
    classes = [name for name in results.classes if (received["class"] == name).any()]
    counts = received.groupby("class").size().reindex(classes)
    first = _shares(received, classes, received["presence_tier"].fillna("").replace("", _NOBODY))
    solved = _shares(received, classes, _who_resolved(received))

    figure = style.new_figure(1.75 + 0.27 * len(classes))
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, results, first, "Who came first")
    _bars(right, results, solved, "Who resolved it")
    left.set_yticks(
        range(len(classes)),
        [
            f"{short(results.class_label(name))} ({count:,}{words.FEW_MARK if count < _ENOUGH else ''})"
            for name, count in counts.items()
        ],
    )
    left.set_ylim(len(classes) - 0.5, -0.5)
    shown = [who for who in (*results.tiers, _OFF_MODEL, _OTHERWISE, _NOBODY) if who in first or who in solved]
    handles = [Patch(label=_label(results, who), **_look(results, who)) for who in shown]
    legend_above(figure, handles)
    sign(figure, results, NO_CLOCK)
    overall = received["presence_tier"].value_counts()
    most = str(overall.index[0]) if len(overall) else ""
    return Drawing(
        NAME,
        HEADING,
        "Stacked bars by class of incident: who came first and who resolved. "
        + (
            f"Most often first: {_label(results, most)}, {words.percent(float(overall.iloc[0] / len(received)))}."
            if most in results.tiers
            else "Nobody came to any."
        ),
        "Founded incidents that became known, called in or found by a patrol, by class at receipt (in brackets how many"
        + ("" if results.incidents_of_all else ", of replication 0 only")
        + f"; {words.FEW_MARK} {words.FEW}). Left: tier of the first unit that could hold or resolve. Right: tier of "
        "the unit that closed the scene; “ended otherwise” are those over when the first unit came, given up, "
        "turned away, or still open. " + source_line(results, NO_CLOCK),
        figure,
        (
            "class",
            "incidents",
            *(f"first: {_label(results, who)}" for who in shown if who in first),
            *(f"resolved: {_label(results, who)}" for who in shown if who in solved),
        ),
        tuple(
            (
                results.class_label(name),
                f"{int(counts[name]):,}",
                *(words.percent(float(first.at[name, who])) for who in shown if who in first),
                *(words.percent(float(solved.at[name, who])) for who in shown if who in solved),
            )
            for name in classes
        ),
    )


def _who_resolved(received: pd.DataFrame) -> pd.Series:
    who = received["resolved_tier"].fillna("").replace("", _OTHERWISE)
    return who.mask(received["outcome"] == "closed_off_model", _OFF_MODEL)


def _shares(received: pd.DataFrame, classes: list[str], who: pd.Series) -> pd.DataFrame:
    """Rows sum to 1: class by who did it."""
    table = pd.crosstab(received["class"], who).reindex(classes).fillna(0)
    return table.div(table.sum(axis=1), axis=0)


def _look(results: Results, who: str) -> dict[str, object]:
    """White hatches on the dark colours of tiers: they stay apart in grey print."""
    if who in results.tiers:
        rank = results.tier_rank(who)
        return {
            "facecolor": style.tier_colour(rank),
            "hatch": style.tier_hatch(rank),
            "edgecolor": "white",
            "linewidth": 0.6,
        }
    colour, hatch = {_OFF_MODEL: ("#A6A6A6", ""), _OTHERWISE: ("white", "\\\\"), _NOBODY: ("white", "")}[who]
    return {"facecolor": colour, "hatch": hatch, "edgecolor": style.GREY, "linewidth": 0.6}


def _label(results: Results, who: str) -> str:
    return results.tier_label(who) if who in results.tiers else who


def _bars(axes: Axes, results: Results, shares: pd.DataFrame, title: str) -> None:
    left = pd.Series(0.0, index=shares.index)
    for who in (*results.tiers, _OFF_MODEL, _OTHERWISE, _NOBODY):
        if who not in shares:
            continue
        axes.barh(range(len(shares)), shares[who], left=left, height=0.74, **_look(results, who))
        left = left + shares[who]
    axes.set_title(title)
    percent_axis(axes, "percent of the class")
    axes.tick_params(axis="y", length=0)
