"""Places with a role: how many a sector has, and where they stand."""

from __future__ import annotations

import numpy as np

from sim import draws
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile, SiteRule
from sim.space.places import Place, is_plane, place_at, place_within
from sim.tables import SITE, Geography
from sim.vocabulary import Purpose, StreetKind


def place_sites(spec: ScenarioFile, geography: Geography) -> dict[str, np.ndarray]:
    """Sites of every role, role -> (K,) SITE, by sector, then number; those at given points before drawn ones.

    A drawn one stands at a point of the sector's streets of the allowed kinds, uniform by length, or of its areas,
    uniform by size; draws are named by role and sector. Raises ``ScenarioError`` where a sector has no such street, and
    for a point that is in no area.
    """
    return {
        role: _sites_of_role(spec, index, role, rule, geography)
        for index, (role, rule) in enumerate(spec.world.sites.items())
    }


def _sites_of_role(spec: ScenarioFile, index: int, role: str, rule: SiteRule, geography: Geography) -> np.ndarray:
    segments = geography.segments
    kinds = [StreetKind[word.upper()] for word in rule.on]
    allowed = np.full(len(segments), True) if is_plane(geography) else np.isin(segments["kind"], kinds)
    sites = [_given(role, rule, geography, np.flatnonzero(allowed))]
    for sector, (name, count) in enumerate(zip(spec.world.sectors, _counts(spec, rule), strict=True)):
        if not count:
            continue
        streets = np.flatnonzero(allowed & (segments["sector"] == sector))
        if not len(streets):
            raise ScenarioError(
                f"sector {name} has no street of these kinds to put a {role} on",
                key=f"world.sites.{role}.on",
                value=rule.on,
                allowed="kinds of street that every sector with such a site has",
            )
        along = np.cumsum(segments["length_m"][streets])
        uses = ("site street", "site offset", "site across")
        where = draws.uniforms(
            spec.world.geography_seed,
            draws.GEOGRAPHY_STREAM,
            Purpose.GEOGRAPHY,
            np.array([[draws.name_key(use, role, name)] for use in uses], np.uint64),
            np.arange(count, dtype=np.uint64),
        )
        chosen = streets[np.minimum(np.searchsorted(along, where[0] * along[-1], side="right"), len(streets) - 1)]
        sites.append(_rows(geography, place_within(geography, chosen, where[1], where[2])))
    found = np.concatenate(sites)
    found["role"] = index
    return found[np.argsort(found["sector"], kind="stable")]


def _given(role: str, rule: SiteRule, geography: Geography, rows: np.ndarray) -> np.ndarray:
    """SITE rows at the points that the file gives, on the segments ``rows``."""
    if not rule.at_m:
        return np.zeros(0, SITE)
    if not len(rows):
        raise ScenarioError(
            f"there is no street of these kinds to put a {role} on",
            key=f"world.sites.{role}.on",
            value=rule.on,
            allowed="kinds of street that the district has",
        )
    places = [
        place_at(geography, point, rows, f"world.sites.{role}.at_m.{number}") for number, point in enumerate(rule.at_m)
    ]
    return np.concatenate([_rows(geography, place) for place in places])


def _rows(geography: Geography, place: Place) -> np.ndarray:
    """SITE rows at places, still without role."""
    rows = np.zeros(len(place.segment), SITE)
    place.put(rows)
    rows["sector"] = geography.segments["sector"][place.segment]
    return rows


def _counts(spec: ScenarioFile, rule: SiteRule) -> list[int]:
    """Sites of a role in each sector."""
    names = list(spec.world.sectors)
    if rule.total is not None:
        return shared_out(rule.total, [sector.residents for sector in spec.world.sectors.values()])
    if isinstance(rule.per_sector, int):
        return [rule.per_sector] * len(names)
    by_name = rule.per_sector or {}
    return [by_name.get(name, by_name.get("default", 0)) for name in names]


def shared_out(total: int, amounts: list[float]) -> list[int]:
    """``total`` whole things in proportion to ``amounts``; equally if all are 0.

    Largest remainders (Hamilton's method for the seats of a parliament), ties to the first.
    """
    sum_of_all = sum(amounts)
    if not sum_of_all > 0:
        amounts, sum_of_all = [1.0] * len(amounts), float(len(amounts))
    quotas = [total * amount / sum_of_all for amount in amounts]
    counts = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda place: (counts[place] - quotas[place], place))
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return counts
