"""Cover: where each sector is covered from, and how much of the demand is there (odd.md rules 25b and 31g)."""

from __future__ import annotations

from math import fsum

import numpy as np

from sim import tables as t
from sim.roster.groups import SITE, role_of
from sim.roster.places import Sites
from sim.scenario.errors import ScenarioError
from sim.space.places import Place, nearest_to, place_within
from sim.vocabulary import NOBODY


def cover_points(sites: Sites, modes: list[int]) -> np.ndarray:
    """(sectors,) SITE: the place from which each sector is covered, where units of some ``modes`` may move up to.

    ``centre`` is the middle of the street, or area, whose middle is nearest to that of the called demand of the sector,
    among those that all the modes may pass; ``site:ROLE`` is the site nearest to the middle of demand. Raises
    ``ScenarioError`` where there is no such street.
    """
    geography, rule = sites.geography, sites.spec.policy.redeployment
    middles = np.array([_middle_of_demand(sites, sector) for sector in range(len(geography.sectors))])
    points = np.zeros(len(middles), t.SITE)
    points["role"] = NOBODY
    points["sector"] = np.arange(len(middles))
    if rule is not None and rule.point.startswith(SITE):
        role = role_of(rule.point)
        rows = sites.nearest_rows(role, middles)
        points["role"] = geography.sites[role]["role"][rows]
        sites.for_modes(Place.of(geography.sites[role][rows]), modes).put(points)
        return points
    passable = sites.grounds.passable[modes].all(axis=0)
    for sector, middle in enumerate(middles):
        streets = np.flatnonzero(passable & (geography.segments["sector"] == sector))
        if not len(streets):
            raise ScenarioError(
                f"no street of {geography.sectors[sector]} may be passed by all of the modes that move up: "
                + ", ".join(geography.modes[mode] for mode in modes),
                key="policy.redeployment.tiers",
                value=list(rule.tiers) if rule is not None else [],
                allowed="tiers whose modes share a street of each sector, or a point at a site",
            )
        chosen = streets[[nearest_to(geography, sites.grounds.middle[streets], middle)]]
        place_within(geography, chosen, np.full(1, 0.5), np.full(1, 0.5)).put(points, slice(sector, sector + 1))
    return points


def cover_weights(sites: Sites) -> np.ndarray:
    """(sectors,) f8: share of the district's called demand, sums to 1."""
    segments = sites.geography.segments
    count = len(sites.geography.sectors)
    weights = [fsum(segments["patrol_weight"][segments["sector"] == sector].tolist()) for sector in range(count)]
    return np.array(weights) / fsum(weights)


def _middle_of_demand(sites: Sites, sector: int) -> np.ndarray:
    """(2,) metres: the middle of the streets of a sector by called demand; by length where there is none."""
    segments = sites.geography.segments
    rows = np.flatnonzero(segments["sector"] == sector)
    demand = segments["patrol_weight"][rows]
    weights = demand if demand.any() else segments["length_m"][rows]
    return (sites.grounds.middle[rows] * weights[:, None]).sum(axis=0) / weights.sum()
