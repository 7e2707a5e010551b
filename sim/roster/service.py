"""Crews withdrawn for other service, and crews called back from off duty."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.demand.day import Day
from sim.demand.durations import durations_us
from sim.draws import name_key, pair_key
from sim.roster.schedule import DUE
from sim.roster.shifts import Spell
from sim.scenario.schema import Recall, RosterLine, ScenarioFile
from sim.vocabulary import HOUR, Purpose


class Span(NamedTuple):
    start_us: int
    end_us: int


def withdrawn(spec: ScenarioFile, line: RosterLine, places: int) -> list[tuple[Span, ...]]:
    """When each of the places of a line, all groups together, is in other service: for all its crews alike.

    Of ``n`` places those go at which ``k i / n`` passes a whole number, so that they are spread evenly over the groups.
    """
    spans: list[tuple[Span, ...]] = [()] * places
    for rule in spec.policy.withdrawals:
        if line.name not in rule.lines:
            continue
        gone = places if rule.share is None else int(places * rule.share + 1e-9)
        gone = gone if rule.units is None else min(rule.units, places)
        span = Span(round(rule.from_h * HOUR), round(rule.to_h * HOUR))
        for place in range(places):
            if (place + 1) * gone // places > place * gone // places:
                spans[place] = (*spans[place], span)
    return spans


def left_of(start_us: int, end_us: int, taken: tuple[Span, ...]) -> list[Span]:
    """What is left of [start, end) beside spans that may overlap, ascending."""
    left, at = [], start_us
    for first, last in sorted(taken):
        if first >= end_us or last <= at:
            continue
        if first > at:
            left.append(Span(at, first))
        at = last
    return [*left, Span(at, end_us)] if at < end_us else left


def cut(spells: list[Spell], taken: tuple[Span, ...]) -> list[Spell]:
    """Spells without the times in other service. Both ends of one that is cut in two keep its name: who does not turn
    up for the first does not for the second."""
    found = []
    for spell in spells:
        left = left_of(spell.start_us, spell.end_us, taken)
        whole = left == [(spell.start_us, spell.end_us)]
        found += [Spell(spell.name, first, last, cut=not whole) for first, last in left if last > 0]
    return found


def with_recalled(
    spec: ScenarioFile,
    units: np.ndarray,
    due: np.ndarray,
    away: list[tuple[Span, ...]],
    turned_up: np.ndarray,
    day: Day,
) -> np.ndarray:
    """DUE rows of a day with the spells of those who are called back, ascending by unit and start.

    ``due``: what the roster asks, ``turned_up``: those of its rows to which units turn up; ``away``: when each unit is
    in other service. A spell of who is called back and one of the roster that it meets become one, without commitments
    of its own: those of the roster stay.
    """
    for recall in spec.policy.recall:
        turned_up = _recalled(spec, recall, units, due, away, turned_up, day)
    return turned_up


def _recalled(
    spec: ScenarioFile,
    recall: Recall,
    units: np.ndarray,
    due: np.ndarray,
    away: list[tuple[Span, ...]],
    spells: np.ndarray,
    day: Day,
) -> np.ndarray:
    at_us, until_us = round(recall.at_h * HOUR), round(recall.until_h * HOUR)
    lines = [number for number, line in enumerate(spec.policy.roster) if line.name in recall.lines]
    on_duty = [rows["unit"][(rows["start_us"] <= at_us) & (at_us < rows["end_us"])] for rows in (due, spells)]
    off = np.setdiff1d(np.flatnonzero(np.isin(units["line"], lines)), np.concatenate(on_duty))
    off = np.array([unit for unit in off.tolist() if left_of(at_us, at_us + 1, away[unit])], np.int64)
    called = name_key("recall", at_us)
    keys = np.array([pair_key(key, called) for key in units["key"][off].tolist()], np.uint64)
    came_us = at_us + durations_us(recall.delay, day.draws(Purpose.ROSTER, keys, 0))
    of_unit: dict[int, list[int]] = {}
    for row, unit in enumerate(spells["unit"].tolist()):
        of_unit.setdefault(unit, []).append(row)
    met: list[int] = []
    fresh: list[tuple[int, int, int]] = []
    for unit, start_us in zip(off.tolist(), came_us.tolist(), strict=True):
        for first, last in left_of(start_us, until_us, away[unit]):
            begin, end = first, last
            for row in of_unit.get(unit, ()):
                if spells["start_us"][row] <= last and spells["end_us"][row] >= first:
                    met.append(row)
                    begin, end = min(begin, int(spells["start_us"][row])), max(end, int(spells["end_us"][row]))
            fresh.append((unit, begin, end))
    called_back = np.zeros(len(fresh), DUE)
    for column, name in enumerate(("unit", "start_us", "end_us")):
        called_back[name] = [row[column] for row in fresh]
    spells = np.concatenate([np.delete(spells, met), called_back])
    return spells[np.lexsort((spells["start_us"], spells["unit"]))]
