"""Refuses a scenario in which some class could never be dealt with, whatever its units did."""

from __future__ import annotations

import numpy as np

from sim.demand.rates import class_weights
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import AUTHORITY, Alternative, ScenarioFile, Slot
from sim.space.places import is_plane
from sim.tables import Geography, Streets
from sim.vocabulary import NEVER


def refuse_hopeless(spec: ScenarioFile, geography: Geography, streets: Streets, units: np.ndarray) -> None:
    """Raise ``ScenarioError`` naming class and slot if work on some class could never begin or never end.

    That is so where fewer in-quorum slots than its quorum, or not all the slots of ``more``, have a unit with tier,
    authority and crew that can come from its base to some place where the class happens. A class with an off-model
    responder is closed by that one.
    """
    reached, base_of = _reached(geography, streets, units)
    tiers = {name: row for row, name in enumerate(spec.policy.tiers)}
    for name, kind in spec.world.classes.items():
        where = _places(spec, geography, name)
        could_come: np.ndarray = np.any(reached[:, where], axis=1)[base_of]

        def served(need: Slot, name: str = name, could_come: np.ndarray = could_come) -> bool:
            ways: list[Slot | Alternative] = [need, *need.alternatives]
            for way in ways:
                for tier in way.tiers:
                    granted = AUTHORITY[spec.policy.tiers[tier].authority.get(name, "none")]
                    fit = (units["tier"] == tiers[tier]) & (units["crew"] >= way.min_crew) & could_come
                    if granted >= AUTHORITY[way.authority] and fit.any():
                        return True
            return False

        if kind.off_model:
            continue
        needed = [("needs", number, need) for number, need in enumerate(kind.needs) if need.in_quorum]
        hopeless = [entry for entry in needed if not served(entry[2])]
        slots = sum(need.units for _, _, need in needed)
        if slots - sum(need.units for _, _, need in hopeless) >= (slots if kind.quorum is None else kind.quorum):
            hopeless = []
        if kind.more and kind.more.chance > 0:
            more = [("more.needs", number, need) for number, need in enumerate(kind.more.needs)]
            hopeless += [entry for entry in more if not served(entry[2])]
        for field, number, need in hopeless[:1]:
            raise ScenarioError(
                f"no unit of the roster could ever fill this slot of class {name}",
                key=f"world.classes.{name}.{field}.{number}",
                value=f"{need.authority} by {' or '.join(need.tiers)}, crew of {need.min_crew} or more",
                allowed="slots for which some roster line has tier, authority and crew, and streets to come by",
            )


def _places(spec: ScenarioFile, geography: Geography, name: str) -> np.ndarray:
    """Segments on which incidents of a class can begin."""
    place = spec.world.classes[name].place
    weights = class_weights(spec, geography, name)
    if place != "streets":
        return np.unique(geography.sites[place]["segment"])
    return np.flatnonzero((geography.segments["weight"] > 0) & (weights[geography.segments["sector"]] > 0))


def _reached(geography: Geography, streets: Streets, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``(reached, base_of)``: (bases, S) bool, segments with a route from a base (odd.md rule 9); base by unit.

    In a plane that is everywhere.
    """
    segments, arc_us = streets.segments, streets.arc_us
    bases, base_of = np.unique(units[["mode", "base_segment"]], return_inverse=True)
    reached = np.full((len(bases), len(segments)), is_plane(geography))
    if is_plane(geography):
        return reached, base_of
    for row, (mode, base) in enumerate(bases.tolist()):
        on_foot = int(streets.foot[mode])
        exits = [
            int(segments[end][base]) for arc, end in ((2 * base, "b"), (2 * base + 1, "a")) if arc_us[mode][arc] < NEVER
        ]
        drives = (streets.time_us[mode][exits] < NEVER).any(axis=0)
        walks = (streets.walk_us[mode][exits] < NEVER).any(axis=0)
        for end, arcs in (("a", slice(0, None, 2)), ("b", slice(1, None, 2))):
            reached[row] |= drives[segments[end]] & (arc_us[mode][arcs] < NEVER)
            reached[row] |= walks[segments[end]] & (arc_us[on_foot][arcs] < NEVER)
        reached[row, base] = True
    return reached, base_of
