"""Where and when incidents are expected: the intensity of every cell, a class in a sector.

``rate(cell, t) = per_day x share of the class x weight of the sector x daily profile x weekly factor / 24``; profiles
have mean 1 over the day, weekly factors over the week. ``factor(cell, t)``, the scale times the surges that apply, is
kept apart: it thins or adds layers (odd.md rule 6) and never bends the base rate.
"""

from __future__ import annotations

from math import ceil, cos, fsum, pi, sin
from typing import NamedTuple

import numpy as np

from sim.demand.surroundings import normalised
from sim.scenario.schema import Demand, IncidentClass, ScenarioFile, Sine
from sim.space.weights import sector_weights
from sim.tables import Geography
from sim.vocabulary import DAY, HOUR

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Rates(NamedTuple):
    """C classes, K sectors; a class's intensity is given at the ends of steps, n of them over the run."""

    weights: np.ndarray  # (C, K) f8: where the incidents of a class are, sums to 1 a class
    per_day: np.ndarray  # (C, K) f8: of an average day
    days: tuple[np.ndarray, ...]  # C times (n + 1,) f8: cumulative intensity at the end of each step, in average days
    step_us: tuple[int, ...]  # C times: hours; minutes where a profile is a wave


def rates(spec: ScenarioFile, geography: Geography) -> Rates:
    """The base rate of every cell."""
    classes = spec.world.classes
    weights = np.array([class_weights(spec, geography, name) for name in classes])
    shares = normalised([kind.share for kind in classes.values()])
    profiles = [daily_profile(spec, kind) for kind in classes.values()]
    days = tuple(cumulative_days(spec, *one) for one in zip(classes.values(), profiles, strict=True))
    steps = tuple(DAY // len(profile) for profile in profiles)
    return Rates(weights, spec.world.demand.per_day * shares[:, None] * weights, days, steps)


def class_weights(spec: ScenarioFile, geography: Geography, name: str) -> np.ndarray:
    """(K,) f8: share of the incidents of a class in each sector; by its sites where it has a role for a place."""
    place = spec.world.classes[name].place
    if place == "streets":
        return sector_weights(spec)
    sites = geography.sites[place]
    return normalised(list(np.bincount(sites["sector"], minlength=len(geography.sectors)).astype(float)))


def daily_profile(spec: ScenarioFile, kind: IncidentClass) -> list[float]:
    """Factors with mean 1 over the day: the class's mixture of profiles, each taken with mean 1.

    24 of them, or 1440 where one of its profiles is a wave.
    """
    if not kind.profile:
        return [1.0] * 24
    parts = {name: spec.world.profiles[name] for name in kind.profile}
    of_hour = 60 if any(isinstance(part, Sine) for part in parts.values()) else 1
    mixture = [0.0] * (24 * of_hour)
    total = fsum(kind.profile.values())
    for name, weight in kind.profile.items():
        scaled = _scaled(parts[name], weight / total, of_hour)
        mixture = [sum_ + factor for sum_, factor in zip(mixture, scaled, strict=True)]
    return mixture


def _scaled(profile: list[float] | Sine, mean: float, of_hour: int) -> list[float]:
    """A profile brought to a mean, in ``of_hour`` parts an hour; a wave by its exact mean over each part."""
    if not isinstance(profile, Sine):
        mean_hour = fsum(profile) / 24
        return [mean * hour / mean_hour for hour in profile for _ in range(of_hour)]
    half = pi / (24 * of_hour)  # of a part, as an angle
    flattened = profile.amplitude * sin(half) / half
    peak = 2 * pi * profile.peak_hour / 24
    return [mean * (1.0 + flattened * cos((2 * part + 1) * half - peak)) for part in range(24 * of_hour)]


def weekly_factors(spec: ScenarioFile, kind: IncidentClass) -> list[float]:
    """Seven factors with mean 1, Monday first."""
    if kind.weekly is None:
        return [1.0] * 7
    days = spec.world.weekly[kind.weekly]
    mean = fsum(days) / 7
    return [day / mean for day in days]


def cumulative_days(spec: ScenarioFile, kind: IncidentClass, profile: list[float]) -> np.ndarray:
    """(n + 1,) f8: the intensity of a class gathered up to the end of each step of its profile, in average days."""
    run, world = spec.run, spec.world
    of_hour = len(profile) // 24
    hours = ceil(run.warm_up_h + run.measured_h + run.drain_h)
    steps = world.start_hour * of_hour + np.arange(hours * of_hour)
    week = np.array(weekly_factors(spec, kind))[(WEEKDAYS.index(world.start_weekday) + steps // len(profile)) % 7]
    return np.concatenate([[0.0], np.cumsum(np.array(profile)[steps % len(profile)] * week / len(profile))])


class Surges:
    """``factor`` of a cell and time: the scale of demand times the surges that apply."""

    def __init__(self, demand: Demand, classes: list[str], sectors: tuple[str, ...]) -> None:
        self.scale = demand.scale
        self.parts = [
            (
                surge.factor,
                round(surge.from_h * HOUR),
                round(surge.to_h * HOUR),
                np.array([not surge.classes or name in surge.classes for name in classes]),
                np.array([not surge.sectors or name in surge.sectors for name in sectors]),
            )
            for surge in demand.surges
        ]

    def factor(self, class_: np.ndarray | np.int64, sector: np.ndarray, at_us: np.ndarray | np.int64) -> np.ndarray:
        """The factor at given times in given cells; surges hold from their first up to their last moment."""
        factor = np.full(np.broadcast(class_, sector, at_us).shape, float(self.scale))
        for part, start, end, of_class, of_sector in self.parts:
            factor[of_class[class_] & of_sector[sector] & (at_us >= start) & (at_us < end)] *= part
        return factor

    def largest(self, classes: int, sectors: int) -> np.ndarray:
        """(C, K) f8: the largest factor that a cell ever has. It can only rise at the start or the end of a surge."""
        class_, sector = np.indices((classes, sectors))
        return np.max([self.factor(class_, sector, np.int64(moment)) for moment in self.moments()], axis=0)

    def moments(self) -> list[int]:
        """Microseconds at which factors can change, 0 among them, ascending."""
        return sorted({0}.union(*((start, end) for _, start, end, _, _ in self.parts)))
