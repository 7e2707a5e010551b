"""Spells of duty: which crew works when, under each system of shifts."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.schema import RosterLine, ScenarioFile
from sim.vocabulary import DAY, HOUR, MINUTE

SHIFTS = {"three_shifts": 3, "two_shifts": 2}  #: a day


class Spell(NamedTuple):
    name: str  # day and minute of its start: what its draws are named by
    start_us: int
    end_us: int


def spells(spec: ScenarioFile, line: RosterLine, crew: int, crews: int, horizon_us: int) -> list[Spell]:
    """The spells of one crew that overlap [0, ``horizon_us``), ascending and disjoint; one may have begun before 0."""
    if line.system == "always":
        return [Spell("always", 0, horizon_us + DAY)]
    if line.system == "windows":
        windows = _windows(line)
    else:
        windows = _shifts(line)
    midnight = -spec.world.start_hour * HOUR
    found = []
    for day in range(-2, (horizon_us - midnight) // DAY + 1):
        for number, (start, end) in enumerate(windows):
            if line.system == "windows" or crew_of_shift(day, number, len(windows), crews) == crew:
                at = midnight + day * DAY
                found.append(Spell(f"{day}/{start}", at + start * MINUTE, at + end * MINUTE))
    return [spell for spell in found if spell.end_us > 0 and spell.start_us < horizon_us]


def crew_of_shift(day: int, shift: int, shifts: int, crews: int) -> int:
    """The crew that works a shift of a day.

    With more crews than shifts a crew takes the first shift of one day, the second of the next and so on, then rests:
    early, late, night, off with four crews and three shifts. With as many there is no day to rest, and each keeps its
    hours. Either way no crew works two shifts in a row.
    """
    return (day - shift) % crews if crews > shifts else shift


def _shifts(line: RosterLine) -> list[tuple[int, int]]:
    """First and last minute of the day of each shift; the last may end on the next day."""
    count = SHIFTS[line.system]
    first, length = minute_of(line.first_shift), 24 * 60 // count
    return [(first + number * length, first + (number + 1) * length) for number in range(count)]


def _windows(line: RosterLine) -> list[tuple[int, int]]:
    """First and last minute of each window of a day, ascending; one past midnight ends on the next day."""
    windows = []
    for start, end in line.windows:
        first, last = minute_of(start) % (24 * 60), minute_of(end)
        windows.append((first, last if last > first else last + 24 * 60))
    return sorted(windows)


def minute_of(clock: str) -> int:
    """The minute of the day of a time such as ``"07:30"``."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
