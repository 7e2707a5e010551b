"""When incidents begin: unit-exponential gaps through the inverse of the cumulative intensity, layer by layer.

Every cell (class, sector) and layer is a stream of its own name with ordinals 0, 1, ...; no stream knows of another, so
a class, a sector or a surge more shifts no arrival (odd.md rules 4 and 6).
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from sim.demand.day import Day
from sim.demand.durations import exponentials
from sim.demand.rates import Rates, Surges
from sim.draws import name_key
from sim.scenario.errors import ScenarioError
from sim.vocabulary import HOUR, Purpose

MOST_INCIDENTS = 2_000_000  #: of one replication; beyond, the tables of a day do not fit a workstation's memory


class Arrivals(NamedTuple):
    """Incidents that happen, in no particular order."""

    key: np.ndarray  # u8
    class_: np.ndarray  # i8
    sector: np.ndarray  # i8
    began_us: np.ndarray  # i8


def arrivals(
    rates: Rates, surges: Surges, classes: list[str], sectors: tuple[str, ...], horizon_us: int, day: Day
) -> Arrivals:
    """Every arrival in [0, ``horizon_us``) whose mark is below the factor of its cell, time and layer."""
    layers = np.ceil(surges.largest(*rates.per_day.shape)).astype(np.int64)
    totals = rates.per_day * rates.days[:, -1:]
    expected = float((totals * layers).sum())
    if expected > MOST_INCIDENTS:
        raise ScenarioError(
            f"{expected:.3g} arrivals to draw in one run", key="world.demand", allowed=f"at most {MOST_INCIDENTS:,}"
        )
    cells = [(c, k, layer) for c, k in np.argwhere(totals > 0) for layer in range(layers[c, k])]
    if not cells:
        nothing = np.zeros(0, np.int64)
        return Arrivals(nothing.astype(np.uint64), nothing, nothing, nothing)
    class_, sector, layer = np.array(cells, np.int64).T
    streams = np.array([name_key("arrivals", classes[c], sectors[k], at) for c, k, at in cells], np.uint64)

    stream, ordinal, gathered = _gathered(streams, totals[class_, sector], day)
    class_, sector, layer = class_[stream], sector[stream], layer[stream]
    began = _times(gathered / rates.per_day[class_, sector], rates.days, class_)
    mark = day.draws(Purpose.ARRIVAL_MARK, streams[stream], ordinal)
    kept = (began < horizon_us) & (mark < np.clip(surges.factor(class_, sector, began) - layer, 0.0, 1.0))
    class_, sector, began = class_[kept], sector[kept], began[kept]
    names = zip(class_.tolist(), sector.tolist(), layer[kept].tolist(), ordinal[kept].tolist(), strict=True)
    key = [name_key("incident", classes[c], sectors[k], at, number) for c, k, at, number in names]
    return Arrivals(np.array(key, np.uint64), class_, sector, began)


def _gathered(streams: np.ndarray, totals: np.ndarray, day: Day) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(stream, ordinal, intensity gathered)`` of each arrival of unit-rate Poisson processes up to their totals."""
    found_stream, found_ordinal, found_sum = [], [], []
    open_, done, sums = np.arange(len(streams)), np.zeros(len(streams), np.int64), [0.0] * len(streams)
    while len(open_):
        rest = [totals[row] - sums[row] for row in open_.tolist()]
        counts = np.array([ceil(mean + 4 * sqrt(mean)) + 4 for mean in rest])
        rows = np.repeat(open_, counts)
        place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        draws = day.draws(Purpose.ARRIVAL_GAP, streams[rows], done[rows] + place)
        gaps, at, still = exponentials(draws.tolist()), 0, []
        for row, count in zip(open_.tolist(), counts.tolist(), strict=True):
            total, running = totals[row], sums[row]
            for number in range(count):
                running += gaps[at + number]
                if running >= total:
                    break
                found_stream.append(row)
                found_ordinal.append(done[row] + number)
                found_sum.append(running)
            else:
                still.append(row)
            sums[row] = running
            done[row] += count
            at += count
        open_ = np.array(still, np.int64)
    return np.array(found_stream, np.int64), np.array(found_ordinal, np.int64), np.array(found_sum)


def _times(gathered_days: np.ndarray, days: np.ndarray, class_: np.ndarray) -> np.ndarray:
    """(n,) i8: microseconds at which each class's cumulative intensity reaches the value; linear within an hour."""
    hour = np.zeros(len(class_), np.int64)
    for row in np.unique(class_):
        of_class = class_ == row
        hour[of_class] = np.searchsorted(days[row], gathered_days[of_class], side="right") - 1
    hour = np.minimum(hour, days.shape[1] - 2)
    start, end = days[class_, hour], days[class_, hour + 1]
    part = np.divide(gathered_days - start, end - start, out=np.ones(len(hour)), where=end > start)
    return np.rint((hour + part) * HOUR).astype(np.int64)
