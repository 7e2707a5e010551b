"""The dispatcher's orders as tables: scores and preference lists."""

from __future__ import annotations

import numpy as np

from sim.policies import codes
from sim.scenario.errors import ScenarioError, nearest
from sim.scenario.schema import ScenarioFile
from sim.vocabulary import NEVER, SECOND, UnitState

QUEUE, ORDER, SCORE = codes("queue"), codes("order"), codes("score")


def score_tables(spec: ScenarioFile) -> tuple[np.ndarray, np.ndarray]:
    """``(score_rules, score_extra_us)``: the terms of the score in order."""
    terms = spec.policy.dispatch.score
    extra = [NEVER if term.max_extra_s is None else round(term.max_extra_s * SECOND) for term in terms]
    return np.array([SCORE[term.rule] for term in terms], np.int8), np.array(extra, np.int64)


def preempt_table(spec: ScenarioFile) -> np.ndarray:
    """(4, 4) i8: by priority calling and priority in hand, the bit set of states from which units may be taken."""
    table = np.zeros((4, 4), np.int64)
    for rule in spec.policy.dispatch.preempt:
        for priority in rule.in_hand:
            for state in rule.states:
                table[rule.calling, priority] |= 1 << UnitState[state.upper()]
    return table


def preference_table(spec: ScenarioFile, units: tuple[str, ...], lines: np.ndarray) -> np.ndarray:
    """(sectors, units) i4: the place of each unit, or of its line, in the sector's list; unlisted ones come after it.

    0 throughout where a sector has no list. A unit that is listed itself and by its line has the better place.
    """
    row_of = {name: row for row, name in enumerate(units)}
    line_of = {line.name: row for row, line in enumerate(spec.policy.roster)}
    table = np.zeros((len(spec.world.sectors), len(units)), np.int32)
    for sector, name in enumerate(spec.world.sectors):
        wanted = spec.policy.dispatch.preference.get(name, [])
        table[sector] = len(wanted)
        for place in reversed(range(len(wanted))):
            if wanted[place] in line_of:
                table[sector, lines == line_of[wanted[place]]] = place
            elif wanted[place] in row_of:
                table[sector, row_of[wanted[place]]] = place
            else:
                raise ScenarioError(
                    "there is no roster line or unit of this name",
                    key=f"policy.dispatch.preference.{name}",
                    value=wanted[place],
                    allowed=", ".join(line_of) + ", or a unit such as " + units[0],
                    nearest=nearest(wanted[place], [*line_of, *units]),
                )
    return table
