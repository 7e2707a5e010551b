"""People and hours behind a roster line: how many heads a unit takes, and how long each of them works.

Hours of law: 166.64 a month, 2,000 a year in 250 days, and up to 36 of overtime a month. Relief factor: a person on
duty all year is 8,760 hours, or 4.38 people of 2,000 hours, 4.76 where each is away for 8 % of them. Published factors
(Solar 2009): 4.87 for shifts of 8 hours, 6.09 for 10, 4.60 for 12.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.joint import people as people_of
from sim.scenario.schema import LegalHours, RosterLine, ScenarioFile
from sim.scenario.systems import crews_of, hours_a_day

DAYS_A_MONTH = 365 / 12


class Worked(NamedTuple):
    """What the roster asks of the people behind a line."""

    people: int  #: heads, or those on the books, or the crews themselves
    on_duty: float  #: of them, on average
    relief: float  #: people for each that is on duty, on average
    month_h: float  #: planned hours of each, muster and breaks included
    overtime_h: float  #: of these, beyond the legal month
    needed: int  #: people whose hours would be legal, with leave


def relief_factor(line: RosterLine, hours: LegalHours) -> float:
    """People whom law and leave ask for, for each person of a unit: hours of its duty over theirs."""
    return hours_a_day(line) * DAYS_A_MONTH / (hours.legal_month_h * (1 - hours.leave_share))


def heads_of_unit(line: RosterLine, hours: LegalHours) -> float:
    """People employed whom one unit takes: by law and leave, but never fewer than there are in its crews."""
    return people_of(line) * max(relief_factor(line, hours), crews_of(line))


def units_of_heads(line: RosterLine, hours: LegalHours, groups: int) -> int:
    """Units for each of ``groups`` that the line's ``heads`` can man; 0 where they are too few for one."""
    return int((line.heads or 0) / (groups * heads_of_unit(line, hours)) + 1e-9)


def people_behind(line: RosterLine, groups: int) -> int:
    """People on the books of a line with so many groups."""
    crews = groups * line.units * people_of(line) * crews_of(line)
    return next((said for said in (line.heads, line.on_the_books) if said is not None), crews)


def worked(spec: ScenarioFile, line: RosterLine, groups: int) -> Worked:
    """Planned hours of the people behind a line with so many groups; of volunteers, as many as turn up."""
    hours, people = spec.policy.hours, people_behind(line, groups)
    a_day = groups * line.units * people_of(line) * hours_a_day(line) * line.turn_up_share
    month_h = a_day * DAYS_A_MONTH / people if people else 0.0
    return Worked(
        people=people,
        on_duty=a_day / 24,
        relief=people * 24 / a_day if a_day else 0.0,
        month_h=month_h,
        overtime_h=max(0.0, month_h - hours.legal_month_h),
        needed=-int(-a_day * DAYS_A_MONTH / (hours.legal_month_h * (1 - hours.leave_share)) // 1),
    )


def together(lines: list[Worked]) -> Worked:
    """The same of several lines: people and posts in all, hours on average over the people."""
    people, on_duty = sum(line.people for line in lines), sum(line.on_duty for line in lines)
    share = [line.people / people if people else 0.0 for line in lines]
    return Worked(
        people=people,
        on_duty=on_duty,
        relief=people / on_duty if on_duty else 0.0,
        month_h=sum(part * line.month_h for part, line in zip(share, lines, strict=True)),
        overtime_h=sum(part * line.overtime_h for part, line in zip(share, lines, strict=True)),
        needed=sum(line.needed for line in lines),
    )
