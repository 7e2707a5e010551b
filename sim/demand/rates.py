"""Where and when incidents are expected: the intensity of every cell, a class in a sector.

``rate(cell, t) = per_day x share of the class x weight of the sector x hourly profile x weekly factor / 24``; profiles
have mean 1 over the day, weekly factors over the week. ``factor(cell, t)``, the scale times the surges that apply, is
kept apart: it thins or adds layers (odd.md rule 6) and never bends the base rate.
"""

from __future__ import annotations

from math import ceil, fsum
from typing import NamedTuple

import numpy as np

from sim.demand.surroundings import normalised
from sim.scenario.schema import Demand, IncidentClass, ScenarioFile
from sim.space.weights import sector_weights
from sim.tables import Geography
from sim.vocabulary import HOUR

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Rates(NamedTuple):
    """C classes, K sectors, H hours of the run."""

    weights: np.ndarray  # (C, K) f8: where the incidents of a class are, sums to 1 a class
    per_day: np.ndarray  # (C, K) f8: of an average day
    days: np.ndarray  # (C, H + 1) f8: cumulative intensity at each full hour, in average days


def rates(spec: ScenarioFile, geography: Geography) -> Rates:
    """The base rate of every cell."""
    classes = spec.world.classes
    weights = np.array([class_weights(spec, geography, name) for name in classes])
    shares = normalised([kind.share for kind in classes.values()])
    days = np.array([cumulative_days(spec, kind) for kind in classes.values()])
    return Rates(weights, spec.world.demand.per_day * shares[:, None] * weights, days)


def class_weights(spec: ScenarioFile, geography: Geography, name: str) -> np.ndarray:
    """(K,) f8: share of the incidents of a class in each sector; by its sites where it has a role for a place."""
    place = spec.world.classes[name].place
    if place == "streets":
        return sector_weights(spec)
    sites = geography.sites[place]
    return normalised(list(np.bincount(sites["sector"], minlength=len(geography.sectors)).astype(float)))


def hourly_profile(spec: ScenarioFile, kind: IncidentClass) -> list[float]:
    """24 factors with mean 1: the class's mixture of profiles, each taken with mean 1."""
    mixture = [0.0] * 24
    total = fsum(kind.profile.values())
    if not kind.profile:
        return [1.0] * 24
    for profile, weight in kind.profile.items():
        hours = spec.world.profiles[profile]
        mean = fsum(hours) / 24
        mixture = [sum_ + weight / total * hour / mean for sum_, hour in zip(mixture, hours, strict=True)]
    return mixture


def weekly_factors(spec: ScenarioFile, kind: IncidentClass) -> list[float]:
    """Seven factors with mean 1, Monday first."""
    if kind.weekly is None:
        return [1.0] * 7
    days = spec.world.weekly[kind.weekly]
    mean = fsum(days) / 7
    return [day / mean for day in days]


def cumulative_days(spec: ScenarioFile, kind: IncidentClass) -> np.ndarray:
    """(H + 1,) f8: the intensity of a class gathered up to each full hour of the run, in average days."""
    run, world = spec.run, spec.world
    hours = world.start_hour + np.arange(ceil(run.warm_up_h + run.measured_h + run.drain_h))
    profile = np.array(hourly_profile(spec, kind))[hours % 24]
    week = np.array(weekly_factors(spec, kind))[(WEEKDAYS.index(world.start_weekday) + hours // 24) % 7]
    return np.concatenate([[0.0], np.cumsum(profile * week / 24)])


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

    def factor(self, class_: np.ndarray, sector: np.ndarray, at_us: np.ndarray | np.int64) -> np.ndarray:
        """The factor at given times in given cells; surges hold from their first up to their last moment."""
        factor = np.full(np.broadcast(class_, sector, at_us).shape, float(self.scale))
        for part, start, end, of_class, of_sector in self.parts:
            factor[of_class[class_] & of_sector[sector] & (at_us >= start) & (at_us < end)] *= part
        return factor

    def largest(self, classes: int, sectors: int) -> np.ndarray:
        """(C, K) f8: the largest factor that a cell ever has. It can only rise at the start or the end of a surge."""
        class_, sector = np.indices((classes, sectors))
        moments = {0}.union(*((start, end) for _, start, end, _, _ in self.parts))
        return np.max([self.factor(class_, sector, np.int64(moment)) for moment in moments], axis=0)
