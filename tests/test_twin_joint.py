"""Bugs planted in the twin's closed streets, joint patrol and score by cover are found, as others are."""

from __future__ import annotations

import re

import pytest
from differences import difference
from test_twin_mutations import case, complaint, mutant

WORLDS = (2013, 2004, 2012, 2002, 2010, 2028, 2040, 2048, 2058, 2060, 2080, 2148)
#: What the audit says, without any kernel, of a twin with such a bug.
UNLAWFUL = {
    "streets never close": "into a closed street",
    "who stands at a corner may go out of the other end": "into a closed street",
    "a joint unit may do what its tier may": "out of its part",
    "every call splits": "split for an urgent call",
    "halves meet wherever they are": "a unit in two places|a joint unit and its half at once",
}
MUTATIONS = {
    "streets never close": ("self.arc_us = self.epochs[epoch]", "self.arc_us = self.epochs[0]"),
    "who is in a closed street is caught there": (
        "(self.arc_us if enters else self.open_us)[mode]",
        "self.arc_us[mode]",
    ),
    "who stands at a corner may go out of the other end": (
        "drives, enters = self.may_pass(mode, t), self.node_at(start) != NOBODY",
        "drives, enters = self.may_pass(mode, t), False",
    ),
    "a street that is closed is driven into to its end": (
        "last = self.part_us(mode, t, self.end_m(t, f), y, enters=True)",
        "last = self.part_us(mode, t, self.end_m(t, f), y)",
    ),
    "nobody sets out anew as streets change": ("            if self.is_on_its_way(u):\n", "            if False:\n"),
    "only those under way to a call set out anew": (
        "return u.state in (UnitState.RETURNING, UnitState.TO_VEHICLE, UnitState.TO_STATION, UnitState.TO_BASE)",
        "return False",
    ),
    "a patrol that stands for want of a way stands for ever": (
        "            elif u.wants_way:\n                self.back_to_duty(u)\n",
        "",
    ),
    "a change of streets asks for no pass": (
        "                self.back_to_duty(u)\n        self.asked = True\n\n    def is_on_its_way",
        "                self.back_to_duty(u)\n\n    def is_on_its_way",
    ),
    "who has no way to the call waits for one": ("        else:  # 10b\n            self.call_off(u)\n", ""),
    "a round waits for its street": ("if self.space.arc_us[u.mode][arc] < NEVER:", "if True:"),
    "a vehicle is found only in an open street": (
        "if self.space.arc_ever_from(u.mode, s, n) < NEVER)",
        "if self.space.arc_from(u.mode, s, n) < NEVER or s == at[-1])",
    ),
    "a joint unit may do what its tier may": (
        "for part in self.parts(u) or [u.row.tier])",
        "for part in [*self.parts(u), 0])",
    ),
    "the second part alone is as good as none": (
        "[part for part in u.tier.part if part != NOBODY]",
        "[part for part in u.tier.part[:1] if part != NOBODY]",
    ),
    "a joint unit fills one slot": ("            self.take_second(u, slot)\n", ""),
    "both slots are of one part": (
        "if fills(other, slot)), None)\n",
        "if fills(one, slot)), None)\n",
    ),
    "no second slot by the other way round": ("if second is None and other in able:", "if False:"),
    "of a joint unit one slot stays taken": (
        "        for slot in self.held_by(u):\n            slot.unit = None\n",
        "        for slot in self.held_by(u)[:1]:\n            slot.unit = None\n",
    ),
    "no second slot among those added": ("            elif len(held) == 1:  # 28a\n", "            elif False:\n"),
    "a joint unit goes as a whole": ("        if half is None:\n", "        if True:\n"),
    "every call splits": (
        "if self.kind_of(i).priority < u.row.splits_from:\n            return None\n",
        "if u.row.splits_from > 3:\n            return None\n",
    ),
    "the higher half goes": (
        "key=lambda half: (half.tier.rank, -half.number)",
        "key=lambda half: (-half.tier.rank, -half.number)",
    ),
    "the half has its own turnout": (
        "self.send(half, i, slot, turnout_us, sendable_us",
        "self.send(half, i, slot, self.turnout_us(half), sendable_us",
    ),
    "the half is sendable when its tier is": (
        "sendable_us=i.sendable_us[u.row.tier])",
        "sendable_us=i.sendable_us[half.row.tier])",
    ),
    "planned work is forgotten by those who split": (
        "        self.keep_rest(u)\n        self.halt(u)\n",
        "        self.halt(u)\n",
    ),
    "a joint unit that is two works overtime": (
        "        if not u.is_two:\n            self.overtime",
        "        if True:\n            self.overtime",
    ),
    "halves never meet": ("        if other.state != UnitState.PATROL or other.spell_over:\n", "        if True:\n"),
    "halves meet wherever they are": ("if other.leg is None and other.at == u.at:", "if True:"),
    "nobody waits for who comes": (
        "        if other.state == UnitState.RETURNING:\n",
        "        if False:\n",
    ),
    "halves look for each other only after a call": (
        "if u.row.whole != NOBODY and self.joins(u):\n            return\n        if u.row.rule == PatrolRule.ROUND:",
        "if u.row.rule == PatrolRule.ROUND:",
    ),
    "who is waited for may take for ever": ("self.t + MEET_US", "self.t + HOUR"),
    "the halves' spell goes on as they are one": (
        "            self.calendar.void(EventKind.DUTY_ENDS, half.number)\n",
        "",
    ),
    "a spell begins as one though a half is still out": (
        "u.is_two = any(half.state != UnitState.OFF_DUTY for half in self.halves(u))",
        "u.is_two = False",
    ),
    "cover is of whoever is nearest": ("if units == [u]:", "if units[:1] == [u]:"),
    "sectors weigh the same": ("lost += self.cover_weight[sector]", "lost += 1"),
    "cover knows no standard": ("self.turnout_us(u)) <= standard]", "self.turnout_us(u)) < NEVER]"),
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
def test_the_audit_finds_a_planted_bug(bug):
    changed = mutant(*MUTATIONS[bug])
    for number in WORLDS:
        world, forces, true, _ = case(number)
        found = changed.run(world, forces)
        told = "" if difference(true, found) is None else complaint(world, forces, found)
        if told:
            assert re.search(UNLAWFUL[bug], told), told
            return
    raise AssertionError(f"the audit takes what it makes of all of the worlds {WORLDS}")
