"""Demand: what happens in the district on one day, drawn before anything moves."""

from sim.demand.world import draw_world, refuse_misplaced

__all__ = ["draw_world", "refuse_misplaced"]
