"""Systems of shifts: crews that cover the day, starts and patterns that leave no crew on two spells at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.checks.findings import Findings
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import RosterLine
from sim.scenario.systems import DAY_MIN, OFF, SYSTEMS, crews_of, minute_of, shifts_of_crew, spells_of_day_min

#: Keys that one system alone has: what it is, and what it needs.
OWN = {"starts": "overlapping_shifts", "shifts": "pattern", "pattern": "pattern"}


def check_shifts(path: Path, line: RosterLine, findings: Findings) -> None:
    for key, system in OWN.items():
        if getattr(line, key) and line.system != system:
            said = f'{"is" if key == "pattern" else "are"} only for system = "{system}", and this is "{line.system}"'
            findings.add(
                (*path, key), said, allowed=f'system = "{system}" beside {"it" if key == "pattern" else "them"}'
            )
    _crews(path, line, findings)
    if line.system == "overlapping_shifts" and line.starts:
        _starts(path, line, findings)
    if line.system == "pattern":
        _pattern(path, line, findings)
    if line.stagger_min:
        _stagger(path, line, findings)


def _crews(path: Path, line: RosterLine, findings: Findings) -> None:
    if line.crews is None:
        return
    if line.system == "pattern":
        said = "a pattern has a crew for each of its texts"
        findings.add((*path, "crews"), said, line.crews, "to leave it out, and as many texts as there are crews")
    elif line.system not in SYSTEMS:
        said = f'is for shifts, and the system is "{line.system}"'
        findings.add((*path, "crews"), said, line.crews, f"with it, as system: {listed(SYSTEMS)}")
    elif line.crews < SYSTEMS[line.system].fewest:
        system = SYSTEMS[line.system]
        said = f"{line.crews} cannot cover a day of {system.shifts} shifts"
        if system.shifts == 1:
            said = "one crew would never be off duty"
        findings.add((*path, "crews"), said, line.crews, f"at least {system.fewest}")


def _starts(path: Path, line: RosterLine, findings: Findings) -> None:
    """Three starts, one after the other around the clock, and no hour of the day without a crew."""
    here, system = (*path, "starts"), SYSTEMS[line.system]
    allowed = 'three times around the clock, such as ["07:00", "15:00", "20:00"], each up to 10 hours after the other'
    if len(line.starts) != system.shifts:
        findings.add(here, f"has {len(line.starts)} of them", list(line.starts), allowed)
        return
    at = [first for first, _ in spells_of_day_min(line) or ()]
    if at != sorted(set(at)):
        findings.add(here, "are not one after the other", list(line.starts), allowed)
        return
    for number, (one, other) in enumerate(pairwise([*at, at[0] + DAY_MIN])):
        if other - one > system.length_min:
            names = line.starts[number], line.starts[(number + 1) % system.shifts]
            said = (
                f"from {names[0]} to {names[1]} it is {(other - one) / 60:g} h, and a shift has "
                f"{system.length_min / 60:g}: nobody is there for {(other - one - system.length_min) / 60:g} h"
            )
            findings.add(here, said, list(line.starts), allowed)


def _pattern(path: Path, line: RosterLine, findings: Findings) -> None:
    needed = {
        "shifts": 'such as {E = ["07:00", "15:00"], N = ["15:00", "07:00"]}',
        "pattern": 'such as ["EN--", "--EN"]',
    }
    for key, example in needed.items():
        if not getattr(line, key):
            findings.add(
                (*path, key), f'system = "pattern" needs {"one" if key == "pattern" else "some"}', allowed=example
            )
    if not (line.shifts and line.pattern):
        return
    strange = [letter for letter in line.shifts if not (len(letter) == 1 and letter.isascii() and letter.isalpha())]
    for letter in strange:
        findings.add((*path, "shifts", letter), "a shift is called by one letter", allowed="A to Z and a to z")
    empty = [letter for letter, (first, last) in line.shifts.items() if first == last]
    for letter in empty:
        said = "begins and ends at the same time"
        findings.add((*path, "shifts", letter), said, line.shifts[letter], '["00:00", "24:00"] for the whole day')
    known = True
    for crew, letters in enumerate(line.pattern):
        unknown = sorted(set(letters) - {*line.shifts, OFF})
        if unknown:
            said = f"has {listed(unknown)}, and there is no such shift"
            findings.add((*path, "pattern", crew), said, letters, f"{listed(line.shifts)}, and - for a day off")
            known = False
        elif set(letters) == {OFF}:
            findings.add((*path, "pattern", crew), "this crew is always off", letters, "a shift on some day")
    if known and not (empty or strange):
        for crew in range(crews_of(line)):
            _overlaps(path, line, crew, findings)


def _overlaps(path: Path, line: RosterLine, crew: int, findings: Findings) -> None:
    """Refuses a pattern by which a crew's next spell begins before the last is over, with the arithmetic."""
    letters = line.pattern[crew]
    for one, other in pairwise(_worked(line, crew, len(letters) + 1)):
        if other[1] < one[2]:
            said = (
                f"crew {chr(ord('A') + crew)} would be on two spells at once: {_of_day(line, letters, one)} ends "
                f"{(one[2] - other[1]) / 60:g} h after {_of_day(line, letters, other)} begins"
            )
            allowed = "shifts of which one is over when the crew's next begins"
            findings.add((*path, "pattern", crew), said, letters, allowed)
            return


def _worked(line: RosterLine, crew: int, days: int) -> Iterator[tuple[int, int, int]]:
    """(day, start, end) of the spells that a crew begins on some days from a Monday on, in minutes."""
    for day in range(days):
        for shift in shifts_of_crew(line, crew, day, 0):
            start = day * DAY_MIN + shift.first_min
            yield day, start, start + shift.length_min


def _of_day(line: RosterLine, letters: str, spell: tuple[int, int, int]) -> str:
    letter = letters[spell[0] % len(letters)]
    first, last = line.shifts[letter]
    return f'"{letter}" of day {spell[0] + 1} ({first} to {last})'


def _stagger(path: Path, line: RosterLine, findings: Findings) -> None:
    here = (*path, "stagger_min")
    if line.system == "always":
        said = 'system = "always" has no start to be later'
        findings.add(here, said, line.stagger_min, "a system of shifts or windows, or to leave it out")
    elif line.units == 1:
        said = "the line has one unit in each group, and nobody to be later than"
        findings.add(here, said, line.stagger_min, "units = 2 or more beside it")
    elif (line.units - 1) * line.stagger_min >= DAY_MIN:
        said = (
            f"the last of {line.units} units would begin {line.units - 1} x {line.stagger_min} = "
            f"{(line.units - 1) * line.stagger_min} min after the first"
        )
        findings.add(here, said, line.stagger_min, f"up to {(DAY_MIN - 1) // (line.units - 1)}: less than a day in all")
    else:
        _planned(path, line, findings)


def _planned(path: Path, line: RosterLine, findings: Findings) -> None:
    """Planned work at set hours has to be within the hours of the last unit too: those of the first are checked."""
    late = (line.units - 1) * line.stagger_min
    for number, block in enumerate(line.planned):
        at, length = minute_of(block.from_) % DAY_MIN, (minute_of(block.to) - minute_of(block.from_)) % DAY_MIN
        for later in range(0, late + 1, line.stagger_min):
            spells = [(first + later, long) for first, long in spells_of_day_min(line) or ()]
            if not any((at - first) % DAY_MIN + length <= long for first, long in spells):
                said = (
                    f"{block.from_} to {block.to} is not within the hours of the unit that begins {later} min later "
                    "by stagger_min"
                )
                findings.add((*path, "planned", number), said, allowed="a time at which every unit is on duty")
                break
