"""Measures of duties: breaks missed, scenes handed over, points visited, teams inspected (odd.md rules 29c, 31c, 31f,
33b)."""

from __future__ import annotations

import numpy as np

from sim.measures.rows import Rows, summed
from sim.tables import Forces, Records, World
from sim.vocabulary import DAY, NOBODY, CommitmentKind


def duty_rows(world: World, forces: Forces, records: Records) -> dict[str, Rows]:
    """The source ``duties``; ``visits`` where there are points to visit, ``inspections`` where some are of teams."""
    made = {"duties": _duties(world, forces, records)}
    if len(forces.visits):
        made["visits"] = _visits(world, forces, records)
    if (forces.visits["team"] != NOBODY).any():
        made["inspections"] = _inspections(world, forces, records)
    return made


def breaks_due(world: World, forces: Forces) -> np.ndarray:
    """(U,) i8: the breaks of each unit that were due within the measured time."""
    rows, units = forces.commitments, forces.units
    of_unit = np.repeat(np.arange(len(units)), units["commitment_count"])
    due = (rows["kind"] == CommitmentKind.BREAK) & _measured(world, rows["start_us"])
    return np.bincount(of_unit[due], minlength=len(units))


def handed_over(world: World, forces: Forces, records: Records) -> np.ndarray:
    """(U,) i8: the scenes that each unit left to its relief within the measured time."""
    sent = records.assignments[records.assignments["handed_over"] == 1]
    return np.bincount(sent["unit"][_measured(world, sent["cleared_us"])], minlength=len(forces.units))


def quota(world: World, forces: Forces) -> np.ndarray:
    """(V,) f8: the visits that the quota of each point asks for in the measured time."""
    return forces.visits["per_day"] * ((world.end_us - world.warm_up_us) / DAY)


def _measured(world: World, at_us: np.ndarray) -> np.ndarray:
    return (at_us >= world.warm_up_us) & (at_us < world.end_us)


def _duties(world: World, forces: Forces, records: Records) -> Rows:
    columns = {
        "breaks_due": breaks_due(world, forces),
        "breaks_missed": records.units["breaks_missed"],
        "handed_over_n": handed_over(world, forces, records),
    }
    return summed({"tier": forces.units["tier"], "sector": forces.units["sector"]}, columns)


def _visits(world: World, forces: Forces, records: Records) -> Rows:
    """One point a row. Visits beyond the quota of one point make up for none of another."""
    points, made, asked = forces.visits, records.visits["visits"].astype(float), quota(world, forces)
    groups = {
        "role": points["role"].astype(np.int64),
        "sector": world.streets.segments["sector"][points["segment"]].astype(np.int64),
    }
    columns = {
        "visits": made,
        "quota": asked,
        "quota_met": np.minimum(made, asked),
        "point_days": np.full(len(points), (world.end_us - world.warm_up_us) / DAY),
    }
    return Rows(groups, columns)


def _inspections(world: World, forces: Forces, records: Records) -> Rows:
    """One point of a team a row."""
    of_team = forces.visits["team"] != NOBODY
    columns = {
        "inspections_n": records.visits["visits"][of_team].astype(float),
        "team_days": np.full(of_team.sum(), (world.end_us - world.warm_up_us) / DAY),
    }
    return Rows({"team": forces.visits["team"][of_team].astype(np.int64)}, columns)
