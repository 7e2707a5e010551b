"""What the hour and the crowd do to movement and sight: visitors present, speed factors, sight factors."""

from __future__ import annotations

from math import fsum

import numpy as np

from sim.scenario.schema import ScenarioFile


def visitors_present(spec: ScenarioFile) -> np.ndarray:
    """(sectors, 24) f8: visitors in each sector at each hour of the day."""
    visitors = spec.world.visitors
    mean_hour = fsum(visitors.by_hour) / 24
    hours = np.array(visitors.by_hour) / mean_hour if mean_hour > 0 else np.zeros(24)
    shares = normalised([sector.visitors_share for sector in spec.world.sectors.values()])
    return np.outer(shares, visitors.mean_present * hours)


def crowded(spec: ScenarioFile) -> np.ndarray:
    """(sectors, 24) bool: more visitors a square kilometre than the crowd's threshold."""
    threshold = spec.world.crowd.threshold_per_km2
    present = visitors_present(spec)
    if threshold is None:
        return np.zeros(present.shape, bool)
    area = np.array([sector.area_km2 for sector in spec.world.sectors.values()])
    return present / area[:, None] > threshold


def speed_factors(spec: ScenarioFile) -> np.ndarray:
    """(modes, sectors, 24) f8: weather x hour x crowd."""
    crowd = np.where(crowded(spec), spec.world.crowd.speed_factor, 1.0)
    factors = np.empty((len(spec.world.modes), *crowd.shape))
    for row, (name, mode) in enumerate(spec.world.modes.items()):
        by_hour = np.array(mode.by_hour if mode.by_hour is not None else [1.0] * 24)
        factors[row] = spec.world.weather.speed_factor.get(name, 1.0) * by_hour * crowd
    return factors


def sight_factors(spec: ScenarioFile) -> np.ndarray:
    """(sectors, 24) f8: night x crowd. The night lasts from its first hour up to its last, over midnight or not."""
    sight = spec.world.sight
    length = (sight.night_to_hour - sight.night_from_hour) % 24
    night = np.ones(24)
    night[[(sight.night_from_hour + hour) % 24 for hour in range(length)]] = sight.night_factor
    return night * np.where(crowded(spec), spec.world.crowd.sight_factor, 1.0)


def normalised(weights: list[float]) -> np.ndarray:
    """The weights as shares of their sum; all 0 where the sum is 0."""
    total = fsum(weights)
    return np.array(weights, np.float64) / total if total > 0 else np.zeros(len(weights))
