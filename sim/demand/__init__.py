"""Demand: what happens in the district on one day, drawn before anything moves."""

from sim.demand.injections import refuse_misplaced
from sim.demand.world import draw_world

__all__ = ["draw_world", "refuse_misplaced"]
