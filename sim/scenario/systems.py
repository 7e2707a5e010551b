"""Systems of shifts: when the spells of a day begin, how long they are, and which crew works which.

Minutes and days only. What a run makes of them is in ``sim.roster.shifts``; what is refused is in ``checks``.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.schema import RosterLine

DAY_MIN = 24 * 60
OFF = "-"  #: a day off in a pattern


class System(NamedTuple):
    """A named system: so many shifts a day, one after the other where no ``starts`` say otherwise."""

    shifts: int
    length_min: int
    fewest: int  # crews that can cover a day
    crews: int  # by default


SYSTEMS = {
    "three_shifts": System(3, 8 * 60, 3, 4),
    "two_shifts": System(2, 12 * 60, 2, 2),
    "overlapping_shifts": System(3, 10 * 60, 3, 5),
    "whole_days": System(1, 24 * 60, 2, 2),
}


class Shift(NamedTuple):
    """A spell of duty of one crew: the day it begins on, where it stands among those of a day, and its minutes."""

    day: int
    number: int
    first_min: int  # from the midnight on which the day begins
    length_min: int


def minute_of(clock: str) -> int:
    """The minute of the day of a time such as ``"07:30"``."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def window_min(first: str, last: str) -> tuple[int, int]:
    """A time of the day as (from, length) in minutes; one that ends before it begins ends on the next day."""
    return minute_of(first) % DAY_MIN, (minute_of(last) - minute_of(first) - 1) % DAY_MIN + 1


def crews_of(line: RosterLine) -> int:
    """Crews in rotation behind each unit."""
    if line.system == "pattern":
        return max(1, len(line.pattern))
    return (line.crews or SYSTEMS[line.system].crews) if line.system in SYSTEMS else 1


def spells_of_day_min(line: RosterLine) -> list[tuple[int, int]] | None:
    """The spells of a day of a line's first units as (from, length) in minutes, in order of their numbers; None for
    those that are always on duty."""
    if line.system == "always":
        return None
    if line.system == "windows":
        return sorted(window_min(first, last) for first, last in line.windows)
    if line.system == "pattern":
        return [window_min(first, last) for first, last in line.shifts.values()]
    system = SYSTEMS[line.system]
    first = minute_of(line.first_shift)
    if line.starts:
        first = minute_of(line.starts[0])
        return [(first + (minute_of(clock) - first) % DAY_MIN, system.length_min) for clock in line.starts]
    return [(first + number * DAY_MIN // system.shifts, system.length_min) for number in range(system.shifts)]


def shifts_of_crew(line: RosterLine, crew: int, day: int, weekday: int) -> list[Shift]:
    """The shifts of a crew that begin on a day, in order. ``weekday``: of day 0, 0 is Monday. Not for ``always``.

    With more crews than shifts a crew takes the first shift of one day, the second of the next and so on, then rests:
    early, late, night, off with four crews and three shifts. With as many there is no day to rest, and each keeps its
    hours. Either way no crew works two shifts in a row. A pattern begins on the Monday of the week of day 0.
    """
    spells = spells_of_day_min(line) or []
    if line.system == "windows":
        mine = list(range(len(spells)))
    elif line.system == "pattern":
        letters = line.pattern[crew]
        letter = letters[(day + weekday) % len(letters)]
        mine = [] if letter == OFF else [list(line.shifts).index(letter)]
    else:
        crews, shifts = crews_of(line), len(spells)
        mine = [n for n in range(shifts) if ((day - n) % crews if crews > shifts else n) == crew]
    return [Shift(day, number, *spells[number]) for number in mine]


def hours_a_day(line: RosterLine) -> float:
    """Hours of duty a day of all the crews of one unit, on average over their rotation; muster and breaks included.

    More than 24 where shifts overlap: so many people at once are on duty a day, times hours.
    """
    if line.system == "always":
        return 24.0
    minutes = 0.0
    for crew in range(crews_of(line)):
        days = len(line.pattern[crew]) if line.system == "pattern" else crews_of(line)
        minutes += sum(shift.length_min for day in range(days) for shift in shifts_of_crew(line, crew, day, 0)) / days
    return minutes / 60


def most_at_once(line: RosterLine) -> int:
    """The most crews of one unit that are on duty at the same time; looked for over a year where a pattern says who."""
    if line.system not in ("overlapping_shifts", "pattern"):
        return 1
    days = max(map(len, line.pattern), default=1) + 7 if line.system == "pattern" else 2 * crews_of(line)
    days = 400 if len({len(letters) for letters in line.pattern}) > 1 else days
    changes = sorted(
        change
        for crew in range(crews_of(line))
        for day in range(days)
        for shift in shifts_of_crew(line, crew, day, 0)
        for at in [day * DAY_MIN + shift.first_min]
        for change in ((at, 1), (at + shift.length_min, -1))
    )
    most = here = 0
    for _, change in changes:  # who ends goes before who begins
        here += change
        most = max(most, here)
    return most
