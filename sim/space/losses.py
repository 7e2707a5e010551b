"""Sites that are lost for a while (odd.md rule 31i)."""

from __future__ import annotations

import numpy as np

from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Loss, ScenarioFile
from sim.tables import Geography
from sim.vocabulary import HOUR, NEVER


def lost_us(spec: ScenarioFile, geography: Geography, role: str) -> np.ndarray:
    """(K, 2) i8: from when up to before when each site of a role is lost; ``NEVER`` for those that never are.

    Losses of one site that overlap or touch are one. Raises ``ScenarioError`` for a loss of a site that is not there,
    for a site that is lost, there again and lost once more, and where at some moment no site of the role is left.
    """
    sites = geography.sites.get(role, ())
    times = np.full((len(sites), 2), NEVER, np.int64)
    for number, loss in enumerate(spec.world.losses):
        if loss.site != role:
            continue
        span = round(loss.from_h * HOUR), round(loss.to_h * HOUR)
        for row in _lost(geography, number, loss):
            first, last = times[row].tolist()
            if first != NEVER and (span[1] < first or last < span[0]):
                raise ScenarioError(
                    f"{role} {row + 1} is lost from {first / HOUR:g} h to {last / HOUR:g} h too, and there in between",
                    key=f"world.losses.{number}.from_h",
                    value=loss.from_h,
                    allowed="one time for each site, or times that overlap, which then are one",
                )
            times[row] = span if first == NEVER else (min(first, span[0]), max(last, span[1]))
            _refuse_none_left(times, number, loss)
    return times


def _lost(geography: Geography, number: int, loss: Loss) -> list[int]:
    """The rows of the sites that a loss is about."""
    sectors = geography.sites[loss.site]["sector"]
    here = np.ones(len(sectors), bool) if loss.sector is None else sectors == geography.sectors.index(loss.sector)
    rows = np.flatnonzero(here).tolist()
    where = "in the district" if loss.sector is None else f"in {loss.sector}"
    key = f"world.losses.{number}."
    if not rows:
        has = sorted({geography.sectors[sector] for sector in sectors.tolist()})
        said = f"there is no {loss.site} {where}"
        raise ScenarioError(said, key=key + "sector", value=loss.sector, allowed=", ".join(has))
    if loss.number is not None and loss.number > len(rows):
        said = f"there are only {len(rows)} sites of the role {loss.site} {where}"
        raise ScenarioError(said, key=key + "number", value=loss.number, allowed=f"1 to {len(rows)}")
    return rows if loss.number is None else [rows[loss.number - 1]]


def _refuse_none_left(times: np.ndarray, number: int, loss: Loss) -> None:
    for at in times[:, 0].tolist():  # the fewest are left when a loss begins
        if at != NEVER and ((times[:, 0] <= at) & (at < times[:, 1])).all():
            raise ScenarioError(
                f"at {at / HOUR:g} h no {loss.site} is left: all {len(times)} are lost",
                key=f"world.losses.{number}.site",
                value=loss.site,
                allowed="losses that leave a site of the role: a number or a sector beside it, or other hours",
            )


def refuse_impossible_losses(spec: ScenarioFile, geography: Geography) -> None:
    """Raise ``ScenarioError`` for losses that cannot be, of whatever role."""
    for role in dict.fromkeys(loss.site for loss in spec.world.losses):
        lost_us(spec, geography, role)
