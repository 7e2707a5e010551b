"""Bugs planted in what the twin makes of deterrence, scenes, move-up, losses and slack are found."""

from __future__ import annotations

import pytest
from audit import audit
from differences import difference
from test_twin_mutations import case, mutant

WORLDS = (2003, 2004, 2002, 2050, 2034, 2022, 2017, 2060, 2048)
#: What the audit says, without any kernel, of a twin with such a bug.
UNLAWFUL = {
    "anything is deterred": "of a class that cannot be",
    "the highest takes into custody": "custody by rank",
    "one moves up to its own sector's point": "moved up to nowhere",
    "a lost station is not missed": "custody at a lost station|every station is lost",
    "it slacks where it is": "from its base",
    "an inspection wakes nobody": "slacks on at the inspection",
}
MUTATIONS = {
    "anything is deterred": ("if self.kind_of(i).deterrable and i.row.mark", "if i.row.mark"),
    "deterrence by the other tail": ("i.row.mark >= 1 - self.deterring(", "i.row.mark < self.deterring("),
    "a pass deters for ever": (
        "pass_effect * math.exp(-(self.t - self.last_pass[s]) / pass_decay_us)",
        "pass_effect",
    ),
    "nobody deters by standing": ("if u.stands_from is not None and u.at.segment == s:", "if False:"),
    "the last stop counts, however short": (
        "(s not in self.stops or effect >= self.left_of_stop(s))",
        "True",
    ),
    "the curve is a staircase": ("return e0 + (e1 - e0) * ((d - d0) / (d1 - d0))", "return e0"),
    "a stop that is over deters no more": ("effect = max(effect, self.left_of_stop(s))", "pass"),
    "training is in vain": ("(factor * tired * trained)", "(factor * tired)"),
    "the least trained sets the pace": ("trained = min((u.tier", "trained = max((u.tier"),
    "surplus is not called off": ("if self.forces.recalls_surplus:", "if False:"),
    "what nobody fills stays open": (
        "slot.closed = not self.filled(slot)",
        "slot.closed = slot.closed",
    ),
    "the highest takes into custody": (
        "max(holders, key=lambda u: u.tier.rank, default=None)",
        "min(holders, key=lambda u: u.tier.rank, default=None)",
    ),
    "nobody moves up": ("if was_asked and self.forces.move_up_within_us > 0:", "if False:"),
    "the last of a sector moves up": ("covered.count(u.row.sector) >= 2", "covered.count(u.row.sector) >= 1"),
    "who moved up stays": ("if u.moved_to != NOBODY and any(", "if False and any("),
    "who moved up covers its home": (
        "covered = [u.row.sector if u.moved_to == NOBODY else u.moved_to for u in available]",
        "covered = [u.row.sector for u in available]",
    ),
    "one moves up to its own sector's point": (
        "self.back_to_post(u, self.cover_points[u.moved_to])",
        "self.back_to_post(u, u.first_base)",
    ),
    "who moved up is bound to its post": (" or u.moved_to != NOBODY\n", "\n"),
    "no base is lost": ("if row.lost_from_us <= t < row.lost_to_us:", "if False:"),
    "a lost station is not missed": ("if lost_from <= self.t < lost_to:  # 31i", "if False:"),
    "compliance does not fall": (
        "return floor + (1 - floor) * math.exp(",
        "return floor + (1 - floor) * (lambda _: 1)(",
    ),
    "it decides at every corner": (
        "if u.decided_in != u.spell or self.t >= u.decided_us + self.forces.slack_us:",
        "if True:",
    ),
    "who slacks does so until it is sent": (
        "self.next_at(u, u.decided_us + self.forces.slack_us)",
        "pass",
    ),
    "it slacks where it is": (
        "if u.at == u.base(self.t):\n            self.enter(u, UnitState.SLACK)",
        "if True:\n            self.enter(u, UnitState.SLACK)",
    ),
    "who slacks cannot be sent": (
        "(UnitState.PATROL, UnitState.RETURNING, UnitState.SLACK):\n            ready",
        "(UnitState.PATROL, UnitState.RETURNING):\n            ready",
    ),
    "an inspection changes nothing": ("        self.inspected_us[team] = self.t\n", "        pass\n"),
    "an inspection wakes nobody": (
        "                u.slacks = False\n                if u.state == UnitState.SLACK:",
        "                u.slacks = False\n                if False:",
    ),
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


@pytest.mark.parametrize("bug", UNLAWFUL)
def test_the_audit_finds_an_unlawful_bug(bug):
    changed = mutant(*MUTATIONS[bug])
    for number in WORLDS:
        world, forces, _, _ = case(number)
        try:
            audit(world, forces, changed.run(world, forces))
        except AssertionError as broken:
            told = str(broken)
            if any(words in told for words in UNLAWFUL[bug].split("|")):
                return
    raise AssertionError(f"the audit of the worlds {WORLDS} says nothing of it")
