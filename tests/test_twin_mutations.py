"""Bugs planted in the twin are found: by the twin itself, and by the kernel, on a handful of worlds.

Each mutation is one change in the text of ``tests/reference.py``. On one of ``WORLDS`` at least it has to differ from
the true twin; and there the kernel, which agrees with the true twin, has to differ from the mutant as well. So the
comparison of ``tests/test_twin.py`` finds the same slip made in either of the two.
"""

from __future__ import annotations

import functools
import sys
import types
from pathlib import Path

import pytest
import reference
import worlds
from differences import difference

from sim.engine import run
from sim.tables import Forces, Records, World

WORLDS = (0, 1, 2, 4, 5, 7, 8, 12, 13, 16, 17, 19, 21, 22, 24, 28, 31, 33, 36, 40, 45, 99)
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
        "[self.t + handling_us + tier.relay_us for tier in self.tiers]",
        "[self.t + handling_us for tier in self.tiers]",
    ),
    "the vehicle is left in no time": ("self.t + self.space.dismount_us[u.mode])", "self.t)"),
    "a call in a hundred is lost": (
        "        i = self.incidents[number]\n        self.receive(i, self.forces.call_handling_us)",
        "        i = self.incidents[number]\n        if i.row.key % 100 < 1:\n            return\n"
        "        self.receive(i, self.forces.call_handling_us)",
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
