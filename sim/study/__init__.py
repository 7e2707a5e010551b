"""Replications of a scenario, pooled and stored."""

from sim.study.executors import WorkerDiedError
from sim.study.job import simulate
from sim.study.progress import Progress
from sim.study.results import Results, load_results

__all__ = ["Progress", "Results", "WorkerDiedError", "load_results", "simulate"]
