"""Places with a role: how many a sector has, and where they stand."""

from __future__ import annotations

import numpy as np

from sim import draws
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile, SiteRule
from sim.tables import SITE
from sim.vocabulary import Purpose, StreetKind


def place_sites(spec: ScenarioFile, segments: np.ndarray) -> dict[str, np.ndarray]:
    """Sites of every role, role -> (K,) SITE, by sector, then number.

    Each stands at a drawn point of the sector's streets of the allowed kinds, uniform by length; draws are named by
    role and sector. Raises ``ScenarioError`` where a sector has no such street.
    """
    return {
        role: _sites_of_role(spec, index, role, rule, segments)
        for index, (role, rule) in enumerate(spec.world.sites.items())
    }


def _sites_of_role(spec: ScenarioFile, index: int, role: str, rule: SiteRule, segments: np.ndarray) -> np.ndarray:
    allowed = np.isin(segments["kind"], [StreetKind[word.upper()] for word in rule.on])
    sites = []
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
        where = draws.uniforms(
            spec.world.geography_seed,
            draws.GEOGRAPHY_STREAM,
            Purpose.GEOGRAPHY,
            np.array([[draws.name_key(use, role, name)] for use in ("site street", "site offset")], np.uint64),
            np.arange(count, dtype=np.uint64),
        )
        chosen = streets[np.minimum(np.searchsorted(along, where[0] * along[-1], side="right"), len(streets) - 1)]
        placed = np.zeros(count, SITE)
        placed["role"], placed["segment"], placed["sector"] = index, chosen, sector
        placed["offset_m"] = where[1] * segments["length_m"][chosen]
        sites.append(placed)
    return np.concatenate(sites) if sites else np.zeros(0, SITE)


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
