"""Bugs planted in the twin are found: by the twin itself, and by the kernel, on a handful of worlds.

Each mutation is one change in the text of ``tests/reference.py``. On one of ``WORLDS`` at least it has to differ from
the true twin; and there the kernel, which agrees with the true twin, has to differ from the mutant as well. So the
comparison of ``tests/test_twin.py`` finds the same slip made in either of the two.
"""

from __future__ import annotations

import functools
import re
import sys
import types
from pathlib import Path

import pytest
import reference
import worlds
from audit import audit
from differences import difference

from sim.engine import run
from sim.tables import Forces, Records, World

WORLDS = (
    *(0, 1, 2, 4, 5, 7, 8, 9, 12, 13, 16, 17, 19, 21, 22, 24, 26, 28, 31, 33, 36, 40, 41, 45, 50, 61, 82, 99, 101),
    *(291, 426),
)
#: What the audit says, without any kernel, of a twin with such a bug.
UNLAWFUL = {
    "one call-taker too many": "handled at|nobody was free",
    "the last call that waits is answered first": "handled at|nobody was free",
    "of two outages only the longer counts": "handled at|nobody was free",
    "a reserve is one unit less": "left of a reserve",
    "a reserve is counted in the whole district": "left of a reserve",
    "the robbed rob": "a chain of pre-emptions",
    "a unit is taken at the instant of its dispatch": "taken at the instant of its dispatch",
    "work goes on without those taken": "us of work",
}
SOURCE = Path(reference.__file__).read_text(encoding="utf-8")

MUTATIONS = {
    "ties among units go to the largest number": (
        "return min((u for _, u in candidates), key=lambda u: u.number)",
        "return max((u for _, u in candidates), key=lambda u: u.number)",
    ),
    "a leg's time is cut and not rounded": ("max(1, round(table / factor))", "max(1, int(table / factor))"),
    "u-turns are allowed": ("[s for s in arcs if s != came_by] or arcs", "arcs"),
    "one person more than safe_crew is needed": (
        "people >= self.kind_of(i).safe_crew - (1 if kit else 0)",
        "people > self.kind_of(i).safe_crew - (1 if kit else 0)",
    ),
    "kit does not count for safe_crew": ("safe_crew - (1 if kit else 0)", "safe_crew"),
    "worsening goes on while somebody holds": ("if holders or i.responder:\n", "if i.responder:\n"),
    "holders stay": ("self.t + self.forces.joint_us, EventKind", "self.t + HOUR, EventKind"),
    "the relay takes no time": (
        "[handled + tier.relay_us for tier in self.tiers]",
        "[handled for tier in self.tiers]",
    ),
    "the vehicle is left in no time": ("self.t + self.space.dismount_us[u.mode])", "self.t)"),
    "a call in a hundred is lost": (
        "        i = self.incidents[number]\n        self.receive(i)\n",
        "        i = self.incidents[number]\n        if i.row.key % 100 < 1:\n            return\n"
        "        self.receive(i)\n",
    ),
    "arrival does not calm the caller": (
        'i.stamp["first_arrival"] = self.t\n            self.calendar.void(EventKind.GIVES_UP, i.number)',
        'i.stamp["first_arrival"] = self.t',
    ),
    "only passes count as taking a street": (
        "            self.last_taken[segment] = self.t\n            self.start_looking(u)",
        "            self.start_looking(u)",
    ),
    "the hour of the day is the hour of the run": (
        "return (self.world.start_hour + t // HOUR) % 24",
        "return t // HOUR % 24",
    ),
    "an observer stops a moving incident": (
        "intercepts = i.leg is not None and bool(holders)",
        "intercepts = i.leg is not None and bool(i.present)",
    ),
    "pursuers do not re-aim": (
        "        self.look_at(i)\n        self.reaim(i)",
        "        self.look_at(i)",
    ),
    "interrupted work is forgotten": ("u.rest = rest or u.rest", "u.rest = None"),
    "the last-call cut-off is ignored": (
        "self.t >= u.row.last_call_cutoff_us",
        "self.t >= 0",
    ),
    "free before the walk back to the vehicle": ("u.errands = [self.walk_back]", "u.errands = []"),
    "sight does not change with the hour": (
        "self.sight_factor[segment.sector][self.hour(p)]",
        "self.sight_factor[segment.sector][0]",
    ),
    "opposite edges of a torus are not joined": ("if self.torus and d > extent / 2:", "if self.torus and d > extent:"),
    "who crosses an edge stays outside": ("c -= extent * math.floor(c / extent)", "c -= 0"),
    "Manhattan ways are cut short": (
        "abs(dx) + abs(dy) if self.metric == Metric.MANHATTAN",
        "max(abs(dx), abs(dy)) if self.metric == Metric.MANHATTAN",
    ),
    "no time is lost in speeding up and slowing down": ("seconds = v / a + length_m / v", "seconds = length_m / v"),
    "cut short, it has gone at constant speed": ("if self.a == 0:", "if self.a >= 0:"),
    "it stops north or south of its way first": (
        "if s <= abs(dx):\n            return Place(self.segment, x + s if dx > 0 else x - s, y)",
        "if s <= abs(dy):\n            return Place(self.segment, x, y + s if dy > 0 else y - s)",
    ),
    "a unit keeps its area until it arrives": (
        "self.place(u, start._replace(segment=goal.segment))",
        "self.place(u, start)",
    ),
    "of those who come at once the first is the nearest": (
        "return estimate, round(1e6 * length)",
        "return estimate, 0",
    ),
    "placed anew at no call": ("if u.row.rule == PatrolRule.RESAMPLED_EACH_CALL and", "if False and"),
    "areas are drawn without regard to their size": (
        "            total += self.space.segments[s].length_m\n",
        "            total += 1\n",
    ),
    "the random score is the same for all": (
        "self.draw(Purpose.CHOICE, pair_key(i.row.key, u.row.key), 0)",
        "self.draw(Purpose.CHOICE, i.row.key, 0)",
    ),
    "every call crosses every border": ("if priority <= u.tier.border_free_priority or", "if priority or"),
    "one call-taker too many": ("self.in_handling < takers", "self.in_handling <= takers"),
    "the last call that waits is answered first": (
        "i = min(self.unanswered, key=lambda i: (i.",
        "i = max(self.unanswered, key=lambda i: (i.",
    ),
    "a call that is closed goes on waiting": ("if i in self.unanswered:", "if False:"),
    "who handles a call that is closed is never free again": (
        "            self.unanswered.remove(i)\n        for kind in (",
        "            self.unanswered.remove(i)\n        for kind in (\n            EventKind.HANDLED,",
    ),
    "an outage ends too late": (
        "if outage.from_us <= self.t < outage.to_us",
        "if outage.from_us <= self.t < outage.to_us + HOUR",
    ),
    "of two outages only the longer counts": (
        "sum(outage.extra_us for outage in self.outages if outage.from_us <= self.t < outage.to_us)",
        "max((outage.extra_us for outage in self.outages if outage.from_us <= self.t < outage.to_us), default=0)",
    ),
    "an outage slows calls only": (
        "self.answer(i, self.forces.on_view_report_us)",
        "self.answer(i, self.forces.on_view_report_us - self.outage_us())",
    ),
    "an off-model responder is sent before the call is answered": (
        'elif i.stamp["handled"] < NEVER and not had_off_model:',
        "elif not had_off_model:",
    ),
    "waiting does not age": (
        "return received + priority * self.forces.ageing_us, priority,",
        "return priority, received,",
    ),
    "first come, first served knows priorities": ("            return received, i.number\n", "            pass\n"),
    "a reserve is one unit less": ("return len(available) > reserve", "return len(available) >= reserve"),
    "a reserve is counted in the whole district": (
        "other.row.sector == u.row.sector or not u.tier.reserve_in_sector",
        "True",
    ),
    "probes use up the reserve": (
        "self.is_beyond_reserve(u, class_.priority)\n",
        "True\n",
    ),
    "the robbed rob": ("if i.lost_at == self.t:", "if False:"),
    "of victims the least urgent goes first": (
        "victims.append((estimate, -self",
        "victims.append((-self.kind_of(u.incident).priority, -self",
    ),
    "a free unit is always sent first": (
        "if free_us is not None and free_us - estimate < self.forces.preempt_min_gain_us:",
        "if free_us is not None:",
    ),
    "a gain has to be more than the least": (
        "free_us - estimate < self.forces.preempt_min_gain_us",
        "free_us - estimate <= self.forces.preempt_min_gain_us",
    ),
    "a crew on foot is taken too": (
        "            and u.vehicle_at == NOBODY\n            and self.has_time(u)",
        "            and self.has_time(u)",
    ),
    "a unit is taken at the instant of its dispatch": (
        '"dispatched_us"] < self.t\n',
        '"dispatched_us"] <= self.t\n',
    ),
    "a victim turns out from its base": (
        "self.send(u, i, slot, self.tired_turnout_us(u, u.tier.turnout_patrol_us))",
        "self.send(u, i, slot, self.tired_turnout_us(u, u.tier.turnout_base_us))",
    ),
    "work goes on without those taken": (
        "if lost.phase == Phase.WORKING and not self.is_ready(lost):",
        "if False:",
    ),
    "interrupted work starts again from its beginning": (
        "i.left_us = self.calendar.due[EventKind.WORK, i.number] - self.t",
        "i.left_us = i.now.work_us",
    ),
    "the robbed scene is not looked at": ("        self.assess(lost)\n", ""),
    "one pass after an event": ("            while self.asked:\n", "            if self.asked:\n"),
}


def mutant(old: str, new: str) -> types.ModuleType:
    """The twin with one change in its text."""
    assert SOURCE.count(old) == 1, f"the twin has this text {SOURCE.count(old)} times: {old}"
    module = types.ModuleType("mutant")
    sys.modules["mutant"] = module
    exec(compile(SOURCE.replace(old, new), "mutant of reference.py", "exec"), module.__dict__)
    return module


@functools.cache
def case(number: int) -> tuple[World, Forces, Records, Records]:
    """A world, what the true twin makes of it, and what the kernel makes of it."""
    world, forces = worlds.build(number)
    return world, forces, reference.run(world, forces), run(world, forces, keep="trace")


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


def complaint(world: World, forces: Forces, records: Records) -> str:
    """What the audit says; empty where it takes the books."""
    try:
        audit(world, forces, records)
    except AssertionError as told:
        return str(told)
    return ""


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
