"""The roster: who works where and when, with which authority and under which orders."""

from sim.roster.forces import build_forces, day_forces
from sim.roster.plan import Roster, books, labels, line_groups, plan_roster

__all__ = ["Roster", "books", "build_forces", "day_forces", "labels", "line_groups", "plan_roster"]
