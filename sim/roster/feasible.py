"""Refuses a scenario in which some class could never be dealt with, whatever its units did."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.demand.rates import class_weights
from sim.scenario.checks.scenes import shortage
from sim.scenario.errors import ScenarioError
from sim.scenario.joint import parts
from sim.scenario.matching import match
from sim.scenario.schema import AUTHORITY, Alternative, ScenarioFile, Slot
from sim.space.places import is_plane
from sim.tables import Geography, Streets
from sim.vocabulary import NEVER, NOBODY


class Need(NamedTuple):
    """A line of needs and where its class has it."""

    field: str  #: "needs" or "more.needs"
    number: int
    slot: Slot


def refuse_hopeless(spec: ScenarioFile, geography: Geography, streets: Streets, units: np.ndarray) -> None:
    """Raise ``ScenarioError`` naming class and slot if work on some class could never begin or never end.

    That is so where fewer in-quorum slots than its quorum, or not all the slots of ``more``, can have a unit of their
    own with tier, authority and crew that can come from its base to some place where the class happens. A class with an
    off-model responder is closed by that one.
    """
    units = _hands(spec, units)
    reached, base_of = _reached(geography, streets, units)
    tiers = {name: row for row, name in enumerate(spec.policy.tiers)}
    for name, kind in spec.world.classes.items():
        if kind.off_model:
            continue
        could_come: np.ndarray = np.any(reached[:, _places(spec, geography, name)], axis=1)[base_of]
        needs = [Need("needs", number, slot) for number, slot in enumerate(kind.needs) if slot.in_quorum]
        counting = sum(need.slot.units for need in needs)
        quorum = counting if kind.quorum is None else kind.quorum
        asked_later = kind.more.needs if kind.more and kind.more.chance > 0 else []
        more = [Need("more.needs", number, slot) for number, slot in enumerate(asked_later)]
        added = sum(need.slot.units for need in more)
        stages = ((needs, quorum, "begin"), (more, added, "end"), (needs + more, quorum + added, "end"))
        for chosen, wanted, what in stages if more else stages[:1]:
            fit = np.stack([_may_fill(spec, name, tiers, units, need.slot) & could_come for need in chosen])
            _refuse_too_few(name, chosen, fit, wanted, what)


def _hands(spec: ScenarioFile, units: np.ndarray) -> np.ndarray:
    """The units as what they can fill slots with: a joint unit as both of its parts with all its people, and not also
    as the halves into which it may split."""
    units, tiers = units[units["whole"] == NOBODY], list(spec.policy.tiers)
    rows = []
    for number, line in enumerate(spec.policy.roster):
        of_line = units[units["line"] == number]
        for part in parts(line):
            rows.append(of_line.copy())
            rows[-1]["tier"] = tiers.index(part.tier)
    return np.concatenate(rows)


def _may_fill(spec: ScenarioFile, name: str, tiers: dict[str, int], units: np.ndarray, need: Slot) -> np.ndarray:
    """(U,) bool: units with tier, authority and crew for a slot, in one of its ways (odd.md rule 15)."""
    fit = np.zeros(len(units), dtype=bool)
    ways: list[Slot | Alternative] = [need, *need.alternatives]
    for way in ways:
        for tier in way.tiers:
            if AUTHORITY[spec.policy.tiers[tier].authority.get(name, "none")] >= AUTHORITY[way.authority]:
                fit |= (units["tier"] == tiers[tier]) & (units["crew"] >= way.min_crew)
    return fit


def _refuse_too_few(name: str, needs: list[Need], fit: np.ndarray, wanted: int, what: str) -> None:
    """Refuses needs of which fewer slots than ``wanted`` can be filled at once; ``fit`` (needs, U) says by whom."""
    kinds, counts = np.unique(fit.T, axis=0, return_counts=True)  # units that fit the same needs are alike
    slots = [number for number, need in enumerate(needs) for _ in range(need.slot.units)]
    able = [np.flatnonzero(kinds[:, number]).tolist() for number in slots]
    found = match(able, dict(enumerate(counts.tolist())))
    if found.filled >= wanted:
        return
    need = needs[slots[next((rival for rival in found.rivals if able[rival]), found.rivals[0])]]
    key = f"world.classes.{name}.{need.field}.{need.number}"
    if found.units:
        raise ScenarioError(
            shortage(name, wanted, len(slots), found, what, need.slot.tiers),
            key=f"{key}.units",
            value=need.slot.units,
            allowed="as many slots as there are units with tier, authority and crew, and streets to come by",
        )
    raise ScenarioError(
        f"no unit of the roster could ever fill this slot of class {name}",
        key=key,
        value=f"{need.slot.authority} by {' or '.join(need.slot.tiers)}, crew of {need.slot.min_crew} or more",
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
