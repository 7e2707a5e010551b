"""Whether a unit that goes back to duty does so or slacks. Rules 33 and 33a."""

from __future__ import annotations

import math

from sim.kernel.compiled import compiled
from sim.kernel.draw import uniform
from sim.vocabulary import Purpose

_SLACK_DRAW = int(Purpose.SLACK)
_LN_2 = 0.6931471805599453


@compiled
def _compliance(b, team, now):
    """Share of decisions of a team that are to do one's duty; it falls from inspection to inspection."""
    floor, half_life_us = b.compliance[0], b.compliance[1]
    return floor + (1.0 - floor) * math.exp(-_LN_2 * ((now - b.last_inspected_us[team]) / half_life_us))


@compiled
def slacks(b, u, now):
    """Whether the unit slacks, decided anew where the last decision is too old or of another spell of duty."""
    unit = b.units[u]
    if unit["decided_in"] != unit["duty"] or now - unit["decided_us"] >= b.slack_us:
        draw = uniform(b.seed, b.replication, _SLACK_DRAW, b.roster[u]["key"], unit["decisions"])
        unit["slacks"] = 0 if draw < _compliance(b, b.roster[u]["team"], now) else 1
        unit["decisions"] += 1
        unit["decided_us"], unit["decided_in"] = now, unit["duty"]
    return unit["slacks"] == 1
