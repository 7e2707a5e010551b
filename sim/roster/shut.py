"""Refuses bases and posts that their crews could never drive up to, since the street there stays closed."""

from __future__ import annotations

import numpy as np

from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.tables import Geography
from sim.vocabulary import HOUR, NEVER, NOBODY


def refuse_shut(spec: ScenarioFile, geography: Geography, units: np.ndarray) -> None:
    """Raise ``ScenarioError`` naming the line if the street of some base or post is closed to the unit's mode for the
    whole run: bases and posts are reached by the unit's own mode (odd.md rule 8)."""
    if len(geography.epochs_us) == 1:
        return
    end_us = round((spec.run.warm_up_h + spec.run.measured_h + spec.run.drain_h) * HOUR)
    lasts = np.minimum(np.append(geography.epochs_us[1:], end_us), end_us) > geography.epochs_us
    shut = geography.closed[lasts].all(axis=0) | (geography.arc_us == NEVER)
    shut = shut.reshape(len(shut), -1, 2).all(axis=2)  # (M, S)
    for what in ("base", "post"):
        segment = units[f"{what}_segment"]
        found = np.flatnonzero((segment != NOBODY) & shut[units["mode"], segment])
        if len(found):
            unit = units[found[0]]
            mode, line = geography.modes[unit["mode"]], spec.policy.roster[unit["line"]]
            raise ScenarioError(
                f"{len(found)} of the units have their {what} on a street that is closed to {mode} for the whole run; "
                f"the first are those of roster line {line.name}",
                key="world.closures",
                allowed="closures that open again, or that leave out the streets of bases and posts",
            )
