"""Roundsman: an agent-based simulation of community safety coverage.

``from sim import PatrolModel, Scenario, simulate``; everything is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sim.decision import Decision
    from sim.model import IncidentAgent, PatrolModel, UnitAgent
    from sim.scenario import Scenario
    from sim.study import Results, load_results, simulate

_PUBLIC = {
    "Decision": "sim.decision",
    "IncidentAgent": "sim.model",
    "PatrolModel": "sim.model",
    "Results": "sim.study",
    "Scenario": "sim.scenario",
    "UnitAgent": "sim.model",
    "load_results": "sim.study",
    "simulate": "sim.study",
}

__all__ = ["Decision", "IncidentAgent", "PatrolModel", "Results", "Scenario", "UnitAgent", "load_results", "simulate"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
