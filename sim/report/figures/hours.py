"""Response and workload by hour of the day, against the units on duty."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.report import style, words
from sim.report.figures.drawing import RECEIPT, Drawing, hour_axis, legend_above, nothing, short, sign, source_line
from sim.report.results import Results

NAME, HEADING = "hours", "Response and workload by hour of the day"
MEASURE = "response_min_p50"
#: From the axis up: what units do, its colour and hatch.
_LAYERS = (
    ("busy", style.BLUE, ""),
    ("other", style.SKY, "////"),
    ("free", "#EFEFEF", ""),
)


def draw(results: Results) -> Drawing:
    """Median response by hour above; below, for each tier, its units on duty by what they were doing."""
    hourly = results.hourly
    if not len(hourly) or not hourly["unit_h"].sum() > 0:
        return nothing(NAME, HEADING, "No unit was on duty, so there is no workload to show.", results, RECEIPT)
    on_duty = hourly.groupby("tier")["unit_h"].sum()
    tiers = [tier for tier in results.tiers if on_duty.get(tier, 0) > 0]
    units = {tier: _units(results, hourly[hourly["tier"] == tier]) for tier in tiers}

    lines = math.ceil(len(tiers) / 2)
    figure = style.new_figure(2.9 + 1.65 * lines)
    places = [["response", "response"]]
    places += [[tiers[2 * row], tiers[2 * row + 1] if 2 * row + 1 < len(tiers) else "."] for row in range(lines)]
    panels = figure.subplot_mosaic(places, height_ratios=[1.15] + [1.0] * lines)
    _response(panels["response"], results)
    for place, tier in enumerate(tiers):
        _workload(panels[tier], units[tier], results.tier_label(tier))
        panels[tier].set_xlabel("hour of day" if place >= len(tiers) - 2 else "")
    handles = [
        Patch(facecolor=colour, edgecolor=style.GREY, hatch=hatch, linewidth=0.5, label=words.ACTIVITIES[activity])
        for activity, colour, hatch in _LAYERS
    ]
    legend_above(figure, handles, "units on duty")
    sign(figure, results, RECEIPT)
    busy = "; ".join(
        f"{results.tier_label(tier)} {words.percent(float(units[tier]['busy'].sum() / units[tier].to_numpy().sum()))}"
        for tier in tiers
    )
    return Drawing(
        NAME,
        HEADING,
        f"Median response by hour of the day, above stacked bars of units on duty by tier. Time on calls: {busy}.",
        "Above: median response to founded called incidents to which somebody came, by the hour in which they began, "
        "with 95 % intervals over replications; hollow marks rest on fewer than 30 incidents. Below: units on duty by "
        "hour, mean of the measured days: on calls (turnout, travel, scene, custody trip, wrap-up), on planned work, "
        "breaks and muster, and free. " + source_line(results, RECEIPT),
        figure,
        (
            "hour",
            "median response",
            "calls",
            *(f"{results.tier_label(tier)}: {what}" for tier in tiers for what in ("on duty", "on calls")),
        ),
        tuple(
            (
                f"{hour:02d}-{hour + 1:02d}",
                results.estimate(MEASURE, "hour", hour).text(),
                f"{results.estimate(MEASURE, 'hour', hour).n:,.0f}",
                *(
                    said
                    for tier in tiers
                    for row in (units[tier].loc[hour],)
                    for said in (words.number(row.sum(), 1), words.number(row["busy"], 1))
                ),
            )
            for hour in range(24)
        ),
    )


def _units(results: Results, hourly: pd.DataFrame) -> pd.DataFrame:
    """Mean units by hour of the day (24 rows) and activity: unit-hours over how often the hour was measured."""
    table = hourly.pivot_table(index="hour", columns="activity", values="unit_h", aggfunc="sum", observed=True)
    table = table.reindex(index=range(24), columns=[layer[0] for layer in _LAYERS]).fillna(0.0)
    return table.div(np.maximum(results.hours_measured * max(results.replications, 1), 1e-9), axis=0)


def _response(axes: Axes, results: Results) -> None:
    by_hour = [(hour, results.estimate(MEASURE, "hour", hour)) for hour in range(24)]
    known = [(hour, estimate) for hour, estimate in by_hour if estimate.known and math.isfinite(estimate.mean)]
    axes.set_title("Median response")
    hour_axis(axes)
    if not known:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "No response by hour was measured.", ha="center", va="center", transform=axes.transAxes)
        return
    axes.plot([hour for hour, _ in known], [estimate.mean for _, estimate in known], color=style.GREY, linewidth=1)
    for hour, estimate in known:
        axes.errorbar(
            hour, estimate.mean, yerr=estimate.reach(), fmt="o", color=style.BLACK, markersize=4,
            markerfacecolor="white" if estimate.marked else style.BLACK, capsize=2, elinewidth=1,
        )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_ylabel("minutes")
    axes.grid(axis="y")


def _workload(axes: Axes, units: pd.DataFrame, label: str) -> None:
    base = np.zeros(24)
    for activity, colour, hatch in _LAYERS:
        height = units[activity].to_numpy()
        look = {"color": colour, "hatch": hatch, "edgecolor": style.GREY, "linewidth": 0.4}
        axes.bar(range(24), height, bottom=base, width=0.9, **look)
        base = base + height
    axes.set_title(short(label))
    hour_axis(axes)
    axes.set_ylim(0, max(1.0, 1.08 * base.max()))
    axes.locator_params(axis="y", nbins=4, integer=True)
    axes.set_ylabel("units")
