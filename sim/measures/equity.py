"""What sectors get, and what they bear: the sums behind measures of equity and of burden, a row a sector.

Two things are told apart. *Benefit*: calls and how soon somebody came, residents and how soon somebody would come, the
time that free units spend in the streets. *Burden*: people who are stopped or looked at. The records know no stop of a
person; a *check* is an incident to which a unit came although nobody had called (found on view), or that turned out to
be unfounded: what a patrol looked at for what it saw, and what it was sent to for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.demand.surroundings import visitors_present
from sim.measures.facts import IncidentFacts
from sim.measures.response import minutes
from sim.measures.rows import Rows
from sim.measures.work import clock_hours_us
from sim.tables import Records, World
from sim.vocabulary import DAY, HOUR, MINUTE, NEVER, Ending, Outcome

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile

RESIDENTS = 2  #: purpose of the probes that are where residents are
LONGEST_MIN = 60.0  #: an arrival later than that, or none at all, counts as so much


def sector_rows(world: World, facts: IncidentFacts, records: Records, spec: ScenarioFile) -> dict[str, Rows]:
    """The source ``burden``, and ``equity`` where there are sectors to compare: the same rows, one a sector."""
    count = len(spec.world.sectors)
    given = Rows({"sector": np.arange(count)}, _columns(world, facts, records, spec, count))
    return {"burden": given, **({"equity": given} if count > 1 else {})}


def heads(world: World, spec: ScenarioFile) -> tuple[np.ndarray, np.ndarray]:
    """(sectors,) f8 residents; and people there at a moment of the measured time on average, visitors included."""
    residents = np.array([float(sector.residents) for sector in spec.world.sectors.values()])
    lived = clock_hours_us(world)
    return residents, residents + (visitors_present(spec) * lived).sum(axis=1) / lived.sum()


def _columns(
    world: World, facts: IncidentFacts, records: Records, spec: ScenarioFile, count: int
) -> dict[str, np.ndarray]:
    def of_sectors(sector: np.ndarray, which: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        weights = None if values is None else values[which]
        return np.bincount(sector[which], weights=weights, minlength=count).astype(float)

    response = minutes(facts.received_us, facts.first_presence_us)
    came = facts.measured & facts.called & facts.founded & ~np.isnan(response)
    checked = facts.measured & (facts.first_arrival_us < NEVER) & (facts.on_view | ~facts.founded)
    custody = facts.measured & (facts.outcome == Outcome.RESOLVED) & (facts.ending == Ending.CUSTODY)
    probed = world.probes["purpose"] == RESIDENTS
    would_come_us = np.minimum(records.probes["presence_us"], round(LONGEST_MIN * MINUTE))
    segment_sector = world.streets.segments["sector"].astype(np.int64)
    residents, ambient = heads(world, spec)
    measured_us = world.end_us - world.warm_up_us
    return {
        "calls": of_sectors(facts.sector, came),
        "response": of_sectors(facts.sector, came, response),
        "incidents": of_sectors(facts.sector, facts.measured),
        "probes": of_sectors(world.probes["sector"].astype(np.int64), probed),
        "would_come": of_sectors(world.probes["sector"].astype(np.int64), probed, would_come_us / MINUTE),
        "presence": of_sectors(segment_sector, segment_sector >= 0, records.streets["presence_us"] / MINUTE),
        "checks_n": of_sectors(facts.sector, checked),
        "unfounded_checks_n": of_sectors(facts.sector, checked & ~facts.founded),
        "custody_trips_n": of_sectors(facts.sector, custody),
        "residents": residents,
        "ambient": ambient,
        "thousand_ambient_h": ambient / 1000 * (measured_us / HOUR),
        "thousand_ambient_days": ambient / 1000 * (measured_us / DAY),
    }
