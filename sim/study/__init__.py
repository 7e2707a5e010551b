"""Replications of a scenario, pooled and stored."""

from sim.study.progress import Progress
from sim.study.results import Results, load_results
from sim.study.simulate import simulate

__all__ = ["Progress", "Results", "load_results", "simulate"]
