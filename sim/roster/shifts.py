"""Spells of duty of a run: which crew works when."""

from __future__ import annotations

from typing import NamedTuple

from sim.demand.rates import WEEKDAYS
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.scenario.systems import shifts_of_crew
from sim.vocabulary import DAY, HOUR, MINUTE


class Spell(NamedTuple):
    name: str  # day and minute of its start: what its draws are named by
    start_us: int
    end_us: int
    cut: bool = False  # a part of a spell, the rest of which is spent elsewhere


def spells(spec: ScenarioFile, line: RosterLine, crew: int, horizon_us: int, later_min: int = 0) -> list[Spell]:
    """The spells of one crew that overlap [0, ``horizon_us``), ascending and disjoint; one may have begun before 0.

    ``later_min``: how much later than the line's first unit this one begins and ends, in minutes below a day.
    """
    if line.system == "always":
        return [Spell("always", 0, horizon_us + DAY)]
    midnight, weekday = -spec.world.start_hour * HOUR, WEEKDAYS.index(spec.world.start_weekday)
    found = []
    for day in range(-3, (horizon_us - midnight) // DAY + 1):
        for shift in shifts_of_crew(line, crew, day, weekday):
            start = midnight + day * DAY + (shift.first_min + later_min) * MINUTE
            found.append(Spell(f"{day}/{shift.first_min}", start, start + shift.length_min * MINUTE))
    return [spell for spell in found if spell.end_us > 0 and spell.start_us < horizon_us]
