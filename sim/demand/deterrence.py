"""Deterrence, a hypothesis: how much less happens where a patrol stands, stood or passed."""

from __future__ import annotations

import numpy as np

from sim.scenario.schema import ScenarioFile
from sim.vocabulary import MINUTE


def deterrence_fields(spec: ScenarioFile) -> dict[str, np.ndarray]:
    """The fields of ``World`` about it: ``deterrence_curve`` (P, 2) and ``deterrence`` (3,) f8."""
    given = spec.world.deterrence
    if given is None:
        return {"deterrence_curve": np.zeros((1, 2)), "deterrence": np.array([0.0, 1.0, 1.0])}
    curve = np.array(given.stop, np.float64)
    curve[:, 0] *= MINUTE
    decays = given.pass_decay_min * MINUTE, given.stop_decay_min * MINUTE
    return {"deterrence_curve": curve, "deterrence": np.array([given.pass_effect, *decays])}
