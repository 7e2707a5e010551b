"""Planned work at set hours of the day, and what is left of a spell beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim import tables as t
from sim.demand.rates import WEEKDAYS
from sim.roster.groups import key_of
from sim.roster.shifts import Spell
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.scenario.systems import window_min
from sim.space.places import Place
from sim.vocabulary import DAY, HOUR, MINUTE, NOBODY

#: One block of planned work at a set hour of one unit's spell; it can begin until it would have ended.
SET_BLOCK = np.dtype(
    [
        ("start_us", t.I8),
        ("duration_us", t.I8),
        ("priority", t.I1),
        ("segment", t.I4),
        ("offset_m", t.F8),
        ("across_m", t.F8),
    ]
)


class Block(NamedTuple):
    start_us: int
    end_us: int
    number: int  # of the line's ``planned``


def set_hours(spec: ScenarioFile, line: RosterLine, spell: Spell) -> list[Block]:
    """The blocks at set hours that lie within a spell, ascending."""
    midnight, weekday = -spec.world.start_hour * HOUR, WEEKDAYS.index(spec.world.start_weekday)
    found = []
    for number, block in enumerate(line.planned):
        first, length = window_min(block.from_, block.to)
        for day in range((spell.start_us - midnight) // DAY, (spell.end_us - midnight) // DAY + 1):
            start = midnight + day * DAY + first * MINUTE
            end = start + length * MINUTE
            on = not block.weekdays or WEEKDAYS[(weekday + day) % 7] in block.weekdays
            if on and spell.start_us <= start and end <= spell.end_us:
                found.append(Block(start, end, number))
    return sorted(found)


def gaps(start: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of [start, end) beside spans that do not overlap, ascending."""
    left, at = [], start
    for first, last in sorted(taken):
        if first > at:
            left.append((at, first))
        at = last
    return [*left, (at, end)] if at < end else left


def rest_about(wanted: int, length: int, free: list[tuple[int, int]]) -> int:
    """The start nearest to ``wanted`` of a span that fits a gap, of which there is one; the first of equals."""
    starts = [min(max(wanted, first), last - length) for first, last in free if last - first >= length]
    return min(starts, key=lambda start: (abs(start - wanted), start))


def shared_among(blocks: int, block_us: int, free: list[tuple[int, int]]) -> list[int]:
    """How many blocks each gap has, in proportion to its length (highest averages, as in d'Hondt's seats) as far as
    they fit it; fewer in all where there is no room."""
    counts = [0] * len(free)
    for _ in range(blocks):
        open_ = [
            (-(last - first) / (counts[place] + 1), place)
            for place, (first, last) in enumerate(free)
            if (counts[place] + 1) * block_us <= last - first
        ]
        if not open_:
            break
        counts[min(open_)[1]] += 1
    return counts


def set_rows(line: RosterLine, blocks: list[Block], at: list[Place | None], units: int) -> np.ndarray:
    """SET_BLOCK rows of one spell of each of some units, by unit. ``at``: see ``schedule.due_rows``."""
    rows = np.zeros((units, len(blocks)), SET_BLOCK)
    rows["segment"] = NOBODY
    for column, block in enumerate(blocks):
        rows["start_us"][:, column], rows["duration_us"][:, column] = block.start_us, block.end_us - block.start_us
        rows["priority"][:, column] = line.planned[block.number].priority
        place = at[block.number]
        if place is not None:
            for name, values in place._asdict().items():
                rows[name][:, column] = values
    return rows.reshape(-1)


def refuse_overlaps(spec: ScenarioFile, line: RosterLine, spell: Spell, blocks: list[Block], others: int) -> None:
    """Raise ``ScenarioError`` where a spell has no room for its blocks at set hours, its break and ``others`` more."""
    for one, other in pairwise(blocks):
        if other.start_us < one.end_us:
            raise _no_room(spec, line, f"planned.{other.number}", f"{_clock(spec, other)} overlaps {_clock(spec, one)}")
    pause, block = round(line.break_min * MINUTE), max(1, round(line.planned_block_min * MINUTE))
    taken = [(one.start_us, one.end_us) for one in blocks]
    spare = 0
    if pause and line.break_window_h:
        start = spell.start_us + round(line.break_window_h[0] * HOUR)
        for one in blocks:
            if start < one.end_us and one.start_us < start + pause:
                said = f"the break, due from {_clock_at(spec, start)} to {_clock_at(spec, start + pause)}, overlaps "
                raise _no_room(spec, line, "break_window_h", said + f"planned work {_clock(spec, one)}")
        taken.append((start, start + pause))
    elif pause and blocks:
        if max((last - first for first, last in gaps(spell.start_us, spell.end_us, taken)), default=0) < pause:
            said = f"planned work at set hours leaves no {line.break_min:g} minutes together for the break"
            raise _no_room(spec, line, "break_min", said)
        spare = -(-pause // block) + 1  # so many blocks fewer may fit, wherever the break cuts a gap in two
    free = gaps(spell.start_us, spell.end_us, taken)
    fit = sum((last - first) // block for first, last in free) - spare
    if others > fit and (blocks or line.break_window_h):
        said = (
            f"{others} blocks of {line.planned_block_min:g} minutes make planned_share = {line.planned_share:g} of "
            f"{(spell.end_us - spell.start_us) / HOUR:g} hours, and beside the break and set hours there is room for "
            f"{max(0, fit)}"
        )
        raise _no_room(spec, line, "planned_share", said)


def _no_room(spec: ScenarioFile, line: RosterLine, field: str, said: str) -> ScenarioError:
    allowed = "planned work and breaks that do not overlap"
    return ScenarioError(f'roster line "{line.name}": {said}', key=key_of(spec, line, field), allowed=allowed)


def _clock(spec: ScenarioFile, block: Block) -> str:
    return f"{_clock_at(spec, block.start_us)} to {_clock_at(spec, block.end_us)}"


def _clock_at(spec: ScenarioFile, at_us: int) -> str:
    minute = (spec.world.start_hour * 60 + at_us // MINUTE) % (24 * 60)
    return f"{minute // 60:02d}:{minute % 60:02d}"
