"""The result tables of one replication as data frames: seconds and names instead of microseconds and row numbers.

Columns, types and meanings are those of ``columns.columns_of``. Rows are in the order of (replication, number); states
and legs, which have no number, in the order of (unit, time).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.columns import columns_of
from sim.measures.duties import breaks_due, handed_over
from sim.measures.facts import hour_of_day, incident_facts
from sim.measures.places import along_streets, coordinates, is_plane
from sim.tables import Forces, Labels, Records, World
from sim.vocabulary import (
    BUSY,
    DAY,
    FREE,
    HOUR,
    MINUTE,
    NEVER,
    OTHER,
    SECOND,
    Activity,
    Ending,
    Outcome,
    StreetKind,
    UnitState,
)

if TYPE_CHECKING:
    import pandas as pd

PURPOSES = ("readiness", "demand", "residents", "ambient")  #: of ``World.probes["purpose"]``
ACTIVITIES = (Activity.FREE, Activity.BUSY, Activity.OTHER)


def frames(world: World, forces: Forces, labels: Labels, records: Records) -> dict[str, pd.DataFrame]:
    """The tables ``incidents assignments units streets probes hourly states legs`` of one replication.

    ``states`` and ``legs`` have no rows unless the run kept them. Where there are points to visit, ``visits`` too.
    """
    import pandas as pd

    made = {
        "incidents": _incidents(world, forces, labels, records),
        "assignments": _assignments(world, forces, labels, records),
        "units": _units(world, forces, labels, records),
        "streets": _streets(world, labels, records),
        "probes": _probes(world, labels, records),
        "hourly": _hourly(labels, records),
        "states": _states(forces, labels, records),
        "legs": _legs(labels, records),
        **({"visits": _visits(world, forces, labels, records)} if len(forces.visits) else {}),
    }
    for columns in made.values():
        columns["replication"] = np.full(len(next(iter(columns.values()))), world.replication, np.int64)
    plane = is_plane(world.plane)
    return {
        name: pd.DataFrame({column.name: made[name][column.name] for column in columns_of(name, plane)})
        for name in made
    }


def words(enum) -> tuple[str, ...]:
    """The members of an enum as they appear in tables."""
    return tuple(member.name.lower() for member in enum)


def seconds(at_us: np.ndarray) -> np.ndarray:
    """Seconds; NaN for ``NEVER``."""
    return np.where(at_us >= NEVER, np.nan, at_us / SECOND)


def names(known: tuple[str, ...], rows: np.ndarray) -> np.ndarray:
    """The names behind row numbers; None behind ``NOBODY``."""
    return np.array([*known, None], dtype=object)[rows]


def _incidents(world: World, forces: Forces, labels: Labels, records: Records) -> dict[str, np.ndarray]:
    facts = incident_facts(world, forces, records)
    given = world.incidents[facts.row]
    x_m, y_m = coordinates(world.streets, world.plane, given)
    columns = {
        "incident": facts.row,
        "name_key": given["key"],
        "class": names(labels.classes, facts.class_),
        "sector": names(labels.sectors, facts.sector),
        "street_kind": names(words(StreetKind), facts.street_kind),
        "x_m": x_m,
        "y_m": y_m,
        "segment": given["segment"].astype(np.int64),
        "offset_m": given["offset_m"],
        "outcome": names(words(Outcome), facts.outcome),
        "ending": names(words(Ending), facts.ending),
        "final_class": names(labels.classes, facts.final_class),
        "presence_tier": names(labels.tiers, facts.presence_tier),
        "resolved_tier": names(labels.tiers, facts.resolved_tier),
    }
    for name, values in facts._asdict().items():
        if name.endswith("_us"):
            columns[name[:-3] + "_s"] = seconds(values)
        else:
            columns.setdefault(name, values)
    return columns


def _assignments(world: World, forces: Forces, labels: Labels, records: Records) -> dict[str, np.ndarray]:
    sent = records.assignments
    class_ = records.incidents["received_class"][sent["incident"]]
    return {
        "assignment": np.arange(len(sent)),
        "incident": sent["incident"].astype(np.int64),
        "unit": names(labels.units, sent["unit"]),
        "tier": names(labels.tiers, forces.units["tier"][sent["unit"]]),
        "class": names(labels.classes, class_),
        "priority": sent["priority"].astype(np.int64),
        "slot": sent["slot"].astype(np.int64),
        "on_view": sent["on_view"] == 1,
        "preempted": sent["preempted"] == 1,
        "handed_over": sent["handed_over"] == 1,
        **{f"{stamp}_s": seconds(sent[f"{stamp}_us"]) for stamp in ASSIGNMENT_STAMPS},
        "travel_m": sent["travel_m"],
    }


ASSIGNMENT_STAMPS = ("sendable", "dispatched", "en_route", "arrived", "cleared")


def _units(world: World, forces: Forces, labels: Labels, records: Records) -> dict[str, np.ndarray]:
    given, record = forces.units, records.units
    state_us = record["state_us"]
    busy, other, free = (state_us[:, list(states)].sum(axis=1) for states in (BUSY, OTHER, FREE))
    on_duty = busy + other + free
    with np.errstate(invalid="ignore"):
        utilisation = busy / on_duty
    return {
        "unit": names(labels.units, np.arange(len(given))),
        "tier": names(labels.tiers, given["tier"]),
        "line": names(labels.lines, given["line"]),
        "team": names(labels.teams, given["team"]),
        "sector": names(labels.sectors, given["sector"]),
        "crew": given["crew"].astype(np.int64),
        "on_duty_h": on_duty / HOUR,
        "busy_h": busy / HOUR,
        "other_h": other / HOUR,
        "free_h": free / HOUR,
        "utilisation": utilisation,
        "overtime_h": record["overtime_us"] / HOUR,
        "breaks_due": breaks_due(world, forces),
        "breaks_missed": record["breaks_missed"].astype(np.int64),
        "handed_over": handed_over(world, forces, records),
        "assignments": record["assignments"].astype(np.int64),
        "travel_m": record["travel_m"],
        "passes": record["passes"].astype(np.int64),
        **{f"{state.name.lower()}_h": state_us[:, state] / HOUR for state in UnitState},
    }


def _streets(world: World, labels: Labels, records: Records) -> dict[str, np.ndarray]:
    streets, record = world.streets, records.streets
    segment = streets.segments
    measured_us = world.end_us - world.warm_up_us
    return {
        "segment": np.arange(len(segment)),
        "sector": names(labels.sectors, segment["sector"]),
        "kind": names(words(StreetKind), segment["kind"]),
        "length_m": segment["length_m"],
        "weight": segment["weight"],
        "x0_m": streets.x_m[segment["a"]],
        "y0_m": streets.y_m[segment["a"]],
        "x1_m": streets.x_m[segment["b"]],
        "y1_m": streets.y_m[segment["b"]],
        "passes": record["passes"],
        "passes_per_h": record["passes"] / (measured_us / HOUR),
        "presence_min": record["presence_us"] / MINUTE,
        # The gaps of a segment sum to the measured time, so E[gap^2] / 2 E[gap] = sum gap^2 / (2 x measured time).
        "idleness_min": record["gap_squared_s2"] / (2 * measured_us / SECOND) / 60,
        "worst_idleness_h": record["worst_gap_us"] / HOUR,
        **{f"seen_{h}_h_share": record["seen_us"][:, k] / measured_us for k, h in enumerate((2, 4, 8))},
    }


def _probes(world: World, labels: Labels, records: Records) -> dict[str, np.ndarray]:
    probes = world.probes
    x_m, y_m = coordinates(world.streets, world.plane, probes)
    return {
        "probe": np.arange(len(probes)),
        "purpose": names(PURPOSES, probes["purpose"]),
        "class": names(labels.classes, probes["class_"]),
        "sector": names(labels.sectors, probes["sector"]),
        "x_m": x_m,
        "y_m": y_m,
        "at_s": seconds(probes["at_us"]),
        "hour": hour_of_day(world, probes["at_us"]),
        **{f"{clock}_s": seconds(records.probes[f"{clock}_us"]) for clock in PROBE_CLOCKS},
    }


def _visits(world: World, forces: Forces, labels: Labels, records: Records) -> dict[str, np.ndarray]:
    points, record, segments = forces.visits, records.visits, world.streets.segments
    x_m, y_m = along_streets(world.streets, points)
    return {
        "point": np.arange(len(points)),
        "role": names(labels.sites, points["role"]),
        "sector": names(labels.sectors, segments["sector"][points["segment"]]),
        "x_m": x_m,
        "y_m": y_m,
        "per_day": points["per_day"],
        "visits": record["visits"].astype(np.int64),
        "visits_per_day": record["visits"] / ((world.end_us - world.warm_up_us) / DAY),
        "dwelled_h": record["dwelled_us"] / HOUR,
    }


PROBE_CLOCKS = ("presence", "second_presence", "capable", "second_capable")


def _hourly(labels: Labels, records: Records) -> dict[str, np.ndarray]:
    tiers, hours, kept = len(labels.tiers), 24, len(ACTIVITIES)
    return {
        "tier": names(labels.tiers, np.repeat(np.arange(tiers), hours * kept)),
        "hour": np.tile(np.repeat(np.arange(hours), kept), tiers),
        "activity": np.tile(np.array([activity.name.lower() for activity in ACTIVITIES], dtype=object), tiers * hours),
        "unit_h": records.hourly_us[:, :, list(ACTIVITIES)].reshape(-1) / HOUR,
    }


def _states(forces: Forces, labels: Labels, records: Records) -> dict[str, np.ndarray]:
    states = records.states[np.lexsort((records.states["to_us"], records.states["from_us"], records.states["unit"]))]
    return {
        "unit": names(labels.units, states["unit"]),
        "tier": names(labels.tiers, forces.units["tier"][states["unit"]]),
        "state": names(words(UnitState), states["state"]),
        "incident": states["incident"].astype(np.int64),
        "from_s": seconds(states["from_us"]),
        "to_s": seconds(states["to_us"]),
    }


def _legs(labels: Labels, records: Records) -> dict[str, np.ndarray]:
    legs = records.legs[np.lexsort((records.legs["from_us"], records.legs["unit"]))]
    return {
        "unit": names(labels.units, legs["unit"]),
        "state": names(words(UnitState), legs["state"]),
        "segment": legs["segment"].astype(np.int64),
        "from_m": legs["from_m"],
        "from_across_m": legs["from_across_m"],
        "to_m": legs["to_m"],
        "to_across_m": legs["to_across_m"],
        "from_s": seconds(legs["from_us"]),
        "to_s": seconds(legs["to_us"]),
    }
