"""Scenario files as the command line names them."""

from __future__ import annotations

import os
from pathlib import Path

from sim.scenario import Scenario
from sim.scenario.load import load

SCENARIOS = Path("scenarios")


def scenario_path(text: str) -> str:
    """The path itself or, for a name without such a file, the scenario of that name; ``mine/x`` may lie in a folder."""
    if not text or os.path.isabs(text) or _exists(text):
        return text
    named = (SCENARIOS / (text if text.endswith(".toml") else f"{text}.toml")).as_posix()
    return named if _exists(named) else text


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path)
    except ValueError:  # a NUL in it; reading it will say so
        return False


def load_scenario(text: str, overrides: list[str]) -> Scenario:
    """Raises ``ScenarioError``."""
    return load(scenario_path(text), overrides)
