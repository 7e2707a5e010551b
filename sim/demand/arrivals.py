"""When incidents begin: unit-exponential gaps through the inverse of the cumulative intensity, layer by layer.

Every cell (class, sector) and layer is a stream of its own name with ordinals 0, 1, ...; no stream knows of another, so
a class, a sector or a surge more shifts no arrival (odd.md rules 4 and 6). Fixed arrivals have whole incidents for
gaps, class by class.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from sim.demand.attributes import Attribute, draw_attribute
from sim.demand.day import Day
from sim.demand.durations import exponentials
from sim.demand.keys import numbered_keys
from sim.demand.picking import pick_rows
from sim.demand.rates import Rates, Surges
from sim.draws import name_key
from sim.scenario.errors import ScenarioError
from sim.vocabulary import Purpose

MOST_INCIDENTS = 2_000_000  #: of one replication; beyond, the tables of a day do not fit a workstation's memory
NOTHING = np.zeros(0, np.int64)
UNDETERRED = -1.0  #: the mark of what no patrol deters: it is no share of anything
HAIR = 1e-14  #: relative; less than a microsecond in a year, more than the rounding of a sum


class Arrivals(NamedTuple):
    """Incidents that happen, in no particular order."""

    key: np.ndarray  # u8
    class_: np.ndarray  # i8
    sector: np.ndarray  # i8
    began_us: np.ndarray  # i8
    mark: np.ndarray  # f8: of deterrable classes, uniform in [0, 1); ``UNDETERRED`` for what is fixed or given


def arrivals(
    rates: Rates,
    surges: Surges,
    classes: list[str],
    sectors: tuple[str, ...],
    fixed: np.ndarray,
    deterrable: np.ndarray,
    horizon_us: int,
    day: Day,
) -> Arrivals:
    """Every arrival in [0, ``horizon_us``): of the classes in the mask ``fixed`` evenly, of the others at random.

    Those of the classes in the mask ``deterrable`` have a mark (odd.md rule 11a).
    """
    reached = np.array([days[-1] for days in rates.days])
    totals = rates.per_day * reached[:, None]
    layers = np.ceil(surges.largest(*totals.shape)).astype(np.int64)
    expected = float((totals * layers).sum())
    if expected > MOST_INCIDENTS:
        raise ScenarioError(
            f"{expected:.3g} arrivals to draw in one run", key="world.demand", allowed=f"at most {MOST_INCIDENTS:,}"
        )
    drawn = [_poisson(rates, surges, totals * ~fixed[:, None], layers, classes, sectors, deterrable, horizon_us, day)]
    drawn += [_fixed(rates, surges, row, classes[row], horizon_us, day) for row in np.flatnonzero(fixed).tolist()]
    return Arrivals(*(np.concatenate(columns) for columns in zip(*drawn, strict=True)))


def _poisson(
    rates: Rates,
    surges: Surges,
    totals: np.ndarray,
    layers: np.ndarray,
    classes: list[str],
    sectors: tuple[str, ...],
    deterrable: np.ndarray,
    horizon_us: int,
    day: Day,
) -> Arrivals:
    """The arrivals whose mark is below the factor of their cell, time and layer; ``totals``, ``layers`` (C, K).

    What deterrence thins by is the same mark: given that it is below a share s, the mark is uniform below s.
    """
    cells = [(c, k, layer) for c, k in np.argwhere(totals > 0).tolist() for layer in range(layers[c, k])]
    if not cells:
        return Arrivals(NOTHING.astype(np.uint64), NOTHING, NOTHING, NOTHING, np.zeros(0))
    class_, sector, layer = np.array(cells, np.int64).T
    words = [(classes[c], sectors[k], at) for c, k, at in cells]
    streams = np.array([name_key("arrivals", *word) for word in words], np.uint64)

    stream, ordinal, gathered = _gathered(streams, totals[class_, sector], day)
    class_, sector, layer = class_[stream], sector[stream], layer[stream]
    began = times(rates, class_, gathered / rates.per_day[class_, sector])
    share = np.clip(surges.factor(class_, sector, began) - layer, 0.0, 1.0)
    kept = (began < horizon_us) & (share > 0)
    mark = np.zeros(len(kept))
    marked = np.flatnonzero(kept & ((share < 1) | deterrable[class_]))
    mark[marked] = day.draws(Purpose.ARRIVAL_MARK, streams[stream[marked]], ordinal[marked])
    kept &= mark < share
    key = numbered_keys([("incident", *word) for word in words], stream[kept], ordinal[kept])
    return Arrivals(key, class_[kept], sector[kept], began[kept], mark[kept] / share[kept])


def _gathered(streams: np.ndarray, totals: np.ndarray, day: Day) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(stream, ordinal, intensity gathered)`` of each arrival of unit-rate Poisson processes up to their totals."""
    found_stream, found_ordinal, found_sum = [NOTHING], [NOTHING], [np.zeros(0)]
    open_, done, sums = np.arange(len(streams)), np.zeros(len(streams), np.int64), np.zeros(len(streams))
    while len(open_):
        counts = [ceil(mean + 4 * sqrt(mean)) + 4 for mean in (totals[open_] - sums[open_]).tolist()]
        rows = np.repeat(open_, counts)
        ordinals = np.concatenate([done[row] + np.arange(count) for row, count in zip(open_, counts, strict=True)])
        gaps = exponentials(day.draws(Purpose.ARRIVAL_GAP, streams[rows], ordinals))
        at, still = 0, []
        for row, count in zip(open_.tolist(), counts, strict=True):
            # Sum by sum from the one before, as a loop would: the order of addition is part of the stream.
            running = np.cumsum(np.append(sums[row], gaps[at : at + count]))[1:]
            within = int(np.searchsorted(running, totals[row]))
            found_stream.append(np.full(within, row))
            found_ordinal.append(ordinals[at : at + within])
            found_sum.append(running[:within])
            if within == count:
                still.append(row)
            sums[row], at = running[-1], at + count
            done[row] += count
        open_ = np.array(still, np.int64)
    return np.concatenate(found_stream), np.concatenate(found_ordinal), np.concatenate(found_sum)


def _fixed(rates: Rates, surges: Surges, class_: int, name: str, horizon_us: int, day: Day) -> Arrivals:
    """One arrival of a class whenever its rate, all factors and sectors together, has gathered a whole incident.

    Between moments at which a factor changes, all sectors keep their proportion, in which the sector is drawn.
    """
    moments = np.unique(np.clip([horizon_us, *surges.moments()], 0, horizon_us))
    sectors = np.arange(rates.per_day.shape[1])
    by_sector = np.array([rates.per_day[class_] * surges.factor(np.int64(class_), sectors, at) for at in moments[:-1]])
    reached = gathered_days(rates, class_, moments)
    per_day = by_sector.sum(axis=1)
    gathered = np.concatenate([[0.0], np.cumsum(per_day * np.diff(reached))])
    number = np.arange(1, int(gathered[-1] * (1 + HAIR)) + 1)
    whole = number * (1 - HAIR)  # what is gathered when a pause begins is not to be put off to its end
    piece = np.searchsorted(gathered, whole) - 1
    days = reached[piece] + (whole - gathered[piece]) / per_day[piece]
    began = times(rates, np.full(len(number), class_), days)
    key = numbered_keys([("incident", name)], np.zeros(len(number), np.int64), number)
    sector, draws = np.zeros(len(number), np.int64), draw_attribute(Attribute.SECTOR, key, day)
    for row in np.unique(piece).tolist():
        sector[piece == row] = pick_rows(by_sector[row], draws[piece == row])
    kept = began < horizon_us
    count = int(kept.sum())
    return Arrivals(key[kept], np.full(count, class_), sector[kept], began[kept], np.full(count, UNDETERRED))


def gathered_days(rates: Rates, class_: int, at_us: np.ndarray) -> np.ndarray:
    """(n,) f8: the intensity that a class has gathered at some times, in average days; linear within a step."""
    days, step_us = rates.days[class_], rates.step_us[class_]
    step = np.minimum(at_us // step_us, len(days) - 2)
    return days[step] + (days[step + 1] - days[step]) * ((at_us - step * step_us) / step_us)


def times(rates: Rates, class_: np.ndarray, gathered: np.ndarray) -> np.ndarray:
    """(n,) i8: microseconds at which each class has gathered so many average days: ``gathered_days`` turned about."""
    at = np.zeros(len(class_), np.int64)
    for row in np.unique(class_).tolist():
        here, days = class_ == row, rates.days[row]
        step = np.minimum(np.searchsorted(days, gathered[here], side="right") - 1, len(days) - 2)
        start, end = days[step], days[step + 1]
        part = np.divide(gathered[here] - start, end - start, out=np.ones(len(step)), where=end > start)
        at[here] = np.rint((step + part) * rates.step_us[row])
    return at
