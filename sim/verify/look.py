"""What is looked at in the tables of a replication: totals over calls and time, as (total, count)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.verify.case import Day, Observed

if TYPE_CHECKING:
    from pandas import DataFrame

HOUR_S = 3600.0


def calls(day: Day, class_: str | None = None) -> DataFrame:
    """The measured incidents, of one class or of all."""
    rows = day.tables["incidents"]
    rows = rows[rows["measured"]]
    return rows if class_ is None else rows[rows["class"] == class_]


def mean(values: np.ndarray) -> tuple[float, float]:
    """Total and count; the mean over replications is that of all values together."""
    return float(np.sum(values)), float(len(values))


def waits_min(rows: DataFrame) -> tuple[float, float]:
    """Minutes in line of calls that were served."""
    return mean(rows["queue_s"].dropna().to_numpy() / 60)


def delayed(rows: DataFrame) -> tuple[float, float]:
    """Calls that could not be answered at once."""
    return mean(rows["queued"].to_numpy())


def ended(rows: DataFrame, outcome: str) -> tuple[float, float]:
    """Calls with this outcome, of all."""
    return mean((rows["outcome"] == outcome).to_numpy())


def unserved(rows: DataFrame) -> tuple[float, float]:
    """Calls that nobody has served, whatever became of them, of all."""
    return mean((rows["outcome"] != "resolved").to_numpy())


def travel_m(day: Day) -> np.ndarray:
    """Metres to the scene of every unit that came to a measured call."""
    sent = day.tables["assignments"]
    measured = calls(day)["incident"].to_numpy()
    came = np.isin(sent["incident"].to_numpy(), measured) & np.isfinite(sent["arrived_s"].to_numpy())
    return sent["travel_m"].to_numpy()[came]


def workloads(day: Day) -> np.ndarray:
    """Share of time that each unit is on calls, in the order of units."""
    table = day.tables["units"]
    return (table["busy_h"] / table["on_duty_h"]).to_numpy()


def window_s(day: Day) -> tuple[float, float]:
    """The measured time."""
    run = day.spec.run
    return run.warm_up_h * HOUR_S, (run.warm_up_h + run.measured_h) * HOUR_S


def at_work(day: Day) -> Callable[[np.ndarray], np.ndarray]:
    """How many units are on a scene, as a function of times in seconds."""
    sent = day.tables["assignments"]
    came = np.sort(sent["arrived_s"].dropna().to_numpy())
    left = np.sort(sent["cleared_s"][sent["arrived_s"].notna()].fillna(np.inf).to_numpy())
    return lambda times: np.searchsorted(came, times, "right") - np.searchsorted(left, times, "right")


def over_time(day: Day, function: Callable[[np.ndarray], np.ndarray], power: int = 1) -> Observed:
    """Mean over the measured time of a power of the number of units on a scene, or of what ``function`` makes of it."""
    start, end = window_s(day)
    sent = day.tables["assignments"]
    changes = np.concatenate([sent["arrived_s"].dropna().to_numpy(), sent["cleared_s"].dropna().to_numpy()])
    times = np.concatenate([[start], np.unique(changes[(changes > start) & (changes < end)]), [end]])
    return float((function(at_work(day)(times[:-1])) ** power * np.diff(times)).sum() / (end - start))
