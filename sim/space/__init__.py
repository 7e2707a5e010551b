"""Space: where things are and how long it takes to get from one place to another."""

from sim.space.geography import build_geography
from sim.space.travel import refuse_too_large, travel_streets

__all__ = ["build_geography", "refuse_too_large", "travel_streets"]
