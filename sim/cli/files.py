"""Scenario files as the command line names them."""

from __future__ import annotations

from pathlib import Path

from sim.scenario import Scenario
from sim.scenario.load import load

SCENARIOS = Path("scenarios")


def scenario_path(text: str) -> str:
    """The path itself or, for a bare name without such a file, the scenario of that name."""
    named = SCENARIOS / f"{text}.toml"
    if text and Path(text).name == text and "\0" not in text and not Path(text).exists() and named.is_file():
        return named.as_posix()
    return text


def load_scenario(text: str, overrides: list[str]) -> Scenario:
    """Raises ``ScenarioError``."""
    return load(scenario_path(text), overrides)
