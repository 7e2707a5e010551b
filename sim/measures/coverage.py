"""Measures of coverage: probes that occupied nobody, and what streets saw of free units (odd.md rules 30, 35)."""

from __future__ import annotations

import numpy as np

from sim.measures.facts import hour_of_day
from sim.measures.rows import Rows, summed
from sim.tables import Records, World
from sim.vocabulary import HOUR, MINUTE, NEVER, SECOND

READINESS = 0  #: the purpose of a probe for its class; 1, 2, 3 are the kinds of cover
READY_MIN = 5


def probe_rows(world: World, records: Records, standard_min: float) -> dict[str, Rows]:
    """The sources ``readiness`` and ``cover``. A probe to which nobody could come is a miss."""
    probes, clocks = world.probes, records.probes
    groups = {
        "class": probes["class_"].astype(np.int64),
        "priority": world.classes["priority"][probes["class_"]].astype(np.int64) - 1,
        "sector": probes["sector"].astype(np.int64),
        "hour": hour_of_day(world, probes["at_us"]),
        "purpose": probes["purpose"].astype(np.int64) - 1,
    }
    presence, capable, second = (clocks[name] for name in ("presence_us", "capable_us", "second_capable_us"))
    standard_us = round(standard_min * MINUTE)
    ready = {
        "readiness_min": np.where(presence < NEVER, presence / MINUTE, np.nan),
        "capable_readiness_min": np.where(capable < NEVER, capable / MINUTE, np.nan),
        "ready_5_min_share": (presence <= READY_MIN * MINUTE).astype(float),
    }
    cover = {
        "cover_share": (capable <= standard_us).astype(float),
        "second_cover_share": (second <= standard_us).astype(float),
    }
    for_class = probes["purpose"] == READINESS
    return {"readiness": _chosen(for_class, groups, ready), "cover": _chosen(~for_class, groups, cover)}


def _chosen(which: np.ndarray, groups: dict[str, np.ndarray], columns: dict[str, np.ndarray]) -> Rows:
    return Rows(
        {name: codes[which] for name, codes in groups.items()},
        {name: values[which] for name, values in columns.items()},
    )


def street_rows(world: World, records: Records) -> dict[str, Rows]:
    """The source ``streets``: sums by sector and street kind, weighted by length.

    The gaps of a segment sum to the measured time T, so its idleness E[gap^2] / 2 E[gap] is the sum of gap^2 over 2 T.
    """
    segments, record = world.streets.segments, records.streets
    measured_us = world.end_us - world.warm_up_us
    measured_h, measured_s = measured_us / HOUR, measured_us / SECOND
    length_m = segments["length_m"]
    columns = {
        "length_m": length_m,
        "street_h": length_m * measured_h,
        "street_km_h": length_m / 1000 * measured_h,
        "passes": record["passes"] * length_m,
        "presence": record["presence_us"] / MINUTE,
        "idleness": record["gap_squared_s2"] / (2 * measured_s) / 60 * length_m,
        "worst_idleness_h": record["worst_gap_us"] / HOUR,
        **{f"seen_{hours}": record["seen_us"][:, k] / measured_us * length_m for k, hours in enumerate((2, 4, 8))},
    }
    groups = {"sector": segments["sector"], "street_kind": segments["kind"]}
    return {"streets": summed(groups, columns, largest=("worst_idleness_h",))}
