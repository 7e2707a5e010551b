"""Where in a sector things happen and people live: weights of segments."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from sim.scenario.schema import ScenarioFile, StreetSpace
from sim.space.grid import Grid, grid_draws
from sim.vocabulary import StreetKind

SMALLEST_DRAW = 2.0**-54  #: stands for a draw of exactly 0, which has no quantile


def sector_weights(spec: ScenarioFile) -> np.ndarray:
    """Share of the district's demand by sector, (sectors,) f8, sum 1.

    ``residents_weight`` x residents' share + the rest x visitors' share; equal shares where there are neither.
    """
    sectors = list(spec.world.sectors.values())
    residents = _shares([sector.residents for sector in sectors])
    visitors = _shares([sector.visitors_share for sector in sectors])
    mix = spec.world.demand.residents_weight
    weights = _shares([mix * home + (1 - mix) * guest for home, guest in zip(residents, visitors, strict=True)])
    return np.array(weights if any(weights) else [1 / len(sectors)] * len(sectors), np.float64)


def _shares(amounts: list[float]) -> list[float]:
    total = math.fsum(amounts)
    return [amount / total if total > 0 else 0.0 for amount in amounts]


def demand_weights(spec: ScenarioFile, space: StreetSpace, grid: Grid, sector: np.ndarray) -> np.ndarray:
    """Weight of each segment within its sector, (S,) f8, sum 1 a sector: length x a drawn log-normal factor."""
    sigma, quantile = spec.world.demand.segment_sigma, NormalDist().inv_cdf
    drawn = grid_draws(spec, space, "segment weight")[grid.row, grid.column, grid.axis].tolist()
    weights = grid.length_m.tolist()
    if sigma > 0:
        weights = [
            length * math.exp(sigma * quantile(max(u, SMALLEST_DRAW))) for length, u in zip(weights, drawn, strict=True)
        ]
    return within_sectors(np.array(weights), sector, len(spec.world.sectors))


def residents(spec: ScenarioFile, grid: Grid, sector: np.ndarray) -> np.ndarray:
    """Residents of each segment, (S,) f8: those of its sector, by length of its roads, lanes and stairs.

    Where a sector is all squares they live on those.
    """
    built = np.where(grid.kind != StreetKind.SQUARE, grid.length_m, 0.0)
    for index in range(len(spec.world.sectors)):
        mine = sector == index
        if not built[mine].any():
            built[mine] = grid.length_m[mine]
    totals = np.array([rules.residents for rules in spec.world.sectors.values()], np.float64)
    return within_sectors(built, sector, len(totals)) * totals[sector]


def within_sectors(amounts: np.ndarray, sector: np.ndarray, count: int) -> np.ndarray:
    """``amounts`` divided by their exactly rounded sum over each sector."""
    totals = np.array([math.fsum(amounts[sector == index].tolist()) for index in range(count)])
    return amounts / totals[sector]
