"""Escalation of the whole service, and fatigue, as tables (odd.md rules 17a, 25a, 27a)."""

from __future__ import annotations

import numpy as np

from sim.scenario.schema import ScenarioFile
from sim.vocabulary import MINUTE

HOURS = 25  #: full hours on duty that fatigue tells apart, the last for 24 and more


def escalation_fields(spec: ScenarioFile) -> dict[str, int]:
    """The fields ``escalate_*`` of ``Forces``; all 0 where the service does not escalate."""
    rule = spec.policy.dispatch.escalation
    if rule is None:
        return dict.fromkeys((f"escalate_{key}" for key in ("over", "after_us", "until", "breaks", "borders")), 0)
    return {
        "escalate_over": rule.over,
        "escalate_after_us": round(rule.after_min * MINUTE),
        "escalate_until": rule.until,
        "escalate_breaks": int(rule.call_off_breaks),
        "escalate_borders": int(rule.open_borders),
    }


def fatigue_factors(spec: ScenarioFile) -> tuple[np.ndarray, np.ndarray]:
    """``(turnout, work)``, (25,) f8 each: factors by full hours since the start of the spell; 1 without fatigue."""
    fatigue = spec.policy.fatigue
    if fatigue is None:
        return np.ones(HOURS), np.ones(HOURS)
    tired_h = np.maximum(0.0, np.arange(HOURS) - fatigue.from_h)
    return 1.0 + fatigue.turnout_per_h * tired_h, 1.0 + fatigue.work_per_h * tired_h
