"""What a user writes: scenario files, from text to a checked and frozen ``Scenario``."""

from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.scenario import Scenario

__all__ = ["Problem", "Scenario", "ScenarioError"]
