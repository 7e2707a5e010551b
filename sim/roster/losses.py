"""Second bases: where a crew musters while its own base is lost (odd.md rule 31i)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.roster.groups import SITE, key_of, role_of
from sim.roster.places import Sites
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine
from sim.space.losses import lost_us
from sim.space.places import Place, coordinates, nearest_to
from sim.vocabulary import HOUR, NEVER


class SecondBases(NamedTuple):
    """Where the units of a line muster from when up to before when; arrays of one shape."""

    place: Place
    from_us: np.ndarray
    to_us: np.ndarray


def second_bases(sites: Sites, line: RosterLine, points: np.ndarray, mode: int) -> SecondBases | None:
    """The second bases of a line whose bases are the sites nearest to ``points`` (..., 2); None if none is ever lost.

    It is the nearest other site of the role that is there all the time that the base is lost. Raises ``ScenarioError``
    where there is none.
    """
    if not line.base.startswith(SITE):
        return None
    role, geography = role_of(line.base), sites.geography
    times = lost_us(sites.spec, geography, role)
    rows = sites.nearest_rows(role, points)
    from_us, to_us = times[rows, 0], times[rows, 1]
    if not (from_us < NEVER).any():
        return None
    where = coordinates(geography, Place.of(geography.sites[role]))
    for at in zip(*np.nonzero(from_us < NEVER), strict=True):
        left = np.flatnonzero((times[:, 1] <= from_us[at]) | (times[:, 0] >= to_us[at]))
        if not len(left):
            raise ScenarioError(
                f'roster line "{line.name}": from {from_us[at] / HOUR:g} h to {to_us[at] / HOUR:g} h its base is lost, '
                f"and each other {role} is lost for some of that time",
                key=key_of(sites.spec, line, "base"),
                value=line.base,
                allowed="a role of which another site is there throughout",
            )
        rows[at] = left[nearest_to(geography, where[left], points[at])]
    return SecondBases(sites.for_modes(Place.of(geography.sites[role][rows]), [mode]), from_us, to_us)
