"""A team is inspected. Rule 33b."""

from __future__ import annotations

from sim.kernel.compiled import compiled
from sim.kernel.duty import become_free
from sim.kernel.motion import stop_unit
from sim.vocabulary import NOBODY, UnitState

SLACK = int(UnitState.SLACK)


@compiled
def inspect_at(b, v, now):
    """A visit to point v is over: the team there, if any, does its duty."""
    team = b.visits[v]["team"]
    if team == NOBODY or b.slack_us == 0:
        return
    b.last_inspected_us[team] = now
    for u in range(len(b.units)):
        if b.roster[u]["team"] == team:
            b.units[u]["slacks"] = 0
            if b.units[u]["state"] == SLACK:
                stop_unit(b, u, now)
                become_free(b, u, now)
