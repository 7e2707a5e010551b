"""Bugs planted in the twin's duties are found, as those of ``tests/test_twin_mutations.py`` are."""

from __future__ import annotations

import pytest
from differences import difference
from test_twin_mutations import case, mutant

WORLDS = (5, 0, 3, 50, 45, 4, 58)
MUTATIONS = {
    "standby turns out like a patrol": ("us = u.tier.turnout_standby_us", "us = u.tier.turnout_patrol_us"),
    "all start a round at its beginning": ("self.round_at = row.round_start", "self.round_at = 0"),
    "a round is not moved on": ("(u.round_at + 1) % beat.round_count", "(u.round_at + 0) % beat.round_count"),
    "two go to one point though another is free": ("if row not in taken] or", "if True] or"),
    "the point visited last is next": (
        "row = min(points, key=lambda row: self.last_visit_us[row])",
        "row = max(points, key=lambda row: self.last_visit_us[row])",
    ),
    "a unit that dwells does not look": (
        "        u.dwelling = True\n        self.start_standing(u)\n",
        "        u.dwelling = True\n",
    ),
    "bound until it is bound for another": (
        "            u.bound_for, u.dwelling = NOBODY, False\n        u.goes_to",
        "            u.dwelling = False\n        u.goes_to",
    ),
    "no break is ever too late": ("if self.t <= u.commitments[u.coming].latest_us:", "if True:"),
    "a break put off to the end of the spell was not missed": (
        "            self.books.missed(u, u.commitments[u.coming])\n            u.coming += 1\n        self.calendar",
        "            u.coming += 1\n        self.calendar",
    ),
    "planned work is done wherever the unit is": ("if commitment.segment != NOBODY:", "if False:"),
    "planned work is lost to a call on the way": ("rest = u.goes_to\n", "rest = None\n"),
    "the relief leaves with the holders": (
        "any(slot.gates for slot in self.held_by(u)) or u.relieves is not None",
        "any(slot.gates for slot in self.held_by(u))",
    ),
    "the slot is not handed over": ("slot.unit = relief  # 28a", "pass  # 28a"),
    "both stay": ('"handed_over"] = True\n        self.call_off(u)\n', '"handed_over"] = True\n'),
    "a relief that is busy never comes": (
        "waiting = next((other for other in self.units if self.awaits(other, u)), None)",
        "waiting = None",
    ),
    "a relief waits until it is called": (
        "if relief.state in (*COVERING, UnitState.SLACK) and not relief.spell_over:",
        "if False:",
    ),
    "the service escalates at once": ("self.t + self.forces.escalate_after_us", "self.t"),
    "an escalation never ends": ("if waiting <= self.forces.escalate_until:", "if False:"),
    "an escalation that is due comes": (
        "            self.calendar.void(EventKind.ESCALATES, 0)\n",
        "            pass\n",
    ),
    "borders stay closed": ("if self.escalated and self.forces.escalate_borders:", "if False:"),
    "breaks are sacred": ("elif u.state == UnitState.BREAK and self.escalated and", "elif False and"),
    "crews on call come at once": ("at = self.t + u.row.on_call_us", "at = self.t"),
    "who is called comes": (
        "                        self.calendar.void(EventKind.DUTY_BEGINS, u.number)\n",
        "                        pass\n",
    ),
    "crews on call come by themselves": (
        "if u.row.on_call_us == NEVER and u.spell + 1 < len(u.spells):",
        "if u.spell + 1 < len(u.spells):",
    ),
    "fatigue knows the hour and not the crew": (
        "min((self.t - u.spells[u.spell].start_us) // HOUR",
        "min(self.t // HOUR",
    ),
    "the freshest sets the pace": ("tired = max((self", "tired = min((self"),
    "nobody is tired on the way out": ("round(us * self.fatigue_turnout[self.hours_on_duty(u)])", "us"),
}


@pytest.mark.parametrize("bug", MUTATIONS)
def test_a_planted_bug_is_found(bug):
    changed = mutant(*MUTATIONS[bug])
    for number in WORLDS:
        world, forces, true, kernel = case(number)
        found = changed.run(world, forces)
        if difference(true, found) is not None:
            assert difference(true, kernel) is None
            assert difference(found, kernel) is not None
            return
    raise AssertionError(f"none of the worlds {WORLDS} shows it")
