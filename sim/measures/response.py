"""Measures of response: one row for every measured incident (odd.md rules 21, 22; meanings in the catalogue)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.catalogue import within_name
from sim.measures.facts import PARTS, IncidentFacts
from sim.measures.rows import Rows
from sim.vocabulary import MINUTE, NEVER, NOBODY, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

SOLVED = (Outcome.RESOLVED, Outcome.CLOSED_OFF_MODEL)


def minutes(from_us: np.ndarray, to_us: np.ndarray) -> np.ndarray:
    """From one moment to another; NaN where either has not come."""
    return np.where((from_us < NEVER) & (to_us < NEVER), (to_us - from_us) / MINUTE, np.nan)


def response_rows(
    facts: IncidentFacts,
    stop_us: int,
    targets_min: Sequence[float],
    standard_min: Sequence[float],
    changeover: np.ndarray,
) -> dict[str, Rows]:
    """The sources ``calls sightings incidents first resolved``.

    ``standard_min``: of each tier, for ``ring_share``; ``changeover``: of each incident, its code of that dimension.
    """
    columns = {
        **_clocks(facts),
        **_within(facts, targets_min, standard_min),
        **_parts(facts),
        **_fates(facts),
        **_alone(facts, stop_us),
    }
    groups = {
        "tier": facts.presence_tier,
        "class": facts.class_,
        "priority": facts.priority - 1,
        "sector": facts.sector,
        "hour": facts.hour,
        "street_kind": facts.street_kind,
        "changeover": changeover,
    }
    calls = facts.measured & facts.called & facts.founded
    seen = facts.measured & facts.on_view & facts.founded
    solved = calls & (facts.resolved_tier != NOBODY)
    came = calls & (facts.presence_tier != NOBODY)
    counts = {**_outcomes(facts), "on_view_share": _where(facts.on_view | facts.called, facts.on_view)}
    counts["intercepted_share"] = _where(facts.moving & (facts.on_view | facts.called), facts.intercepted)
    return {
        "calls": _chosen(calls, groups, columns),
        "sightings": _chosen(seen, {"on_view": np.zeros(len(calls), np.int64)}, columns),
        "incidents": _chosen(facts.measured, {**groups, "tier": facts.presence_tier}, counts),
        "first": _chosen(came, groups, {"first_presence_n": np.ones(len(calls))}),
        "resolved": _chosen(solved, {**groups, "tier": facts.resolved_tier}, {"resolved_by_n": np.ones(len(calls))}),
    }


def _chosen(which: np.ndarray, groups: dict[str, np.ndarray], columns: dict[str, np.ndarray]) -> Rows:
    return Rows(
        {name: codes[which] for name, codes in groups.items()},
        {name: np.asarray(values[which], float) for name, values in columns.items()},
    )


def _where(among: np.ndarray, flag: np.ndarray) -> np.ndarray:
    """1 or 0 among some, NaN elsewhere."""
    return np.where(among, flag.astype(float), np.nan)


def _clocks(facts: IncidentFacts) -> dict[str, np.ndarray]:
    solved = np.isin(facts.outcome, SOLVED)
    marks = {
        "presence": facts.first_presence_us,
        "capable": facts.first_capable_us,
        "complement": facts.complement_us,
        "resolution": np.where(solved, facts.work_end_us, NEVER),
    }
    return {
        **{
            "response_min" if name == "presence" else f"{name}_min": minutes(facts.received_us, at)
            for name, at in marks.items()
        },
        **{f"began_to_{name}_min": minutes(facts.began_us, at) for name, at in marks.items()},
    }


def _within(facts: IncidentFacts, targets_min: Sequence[float], standard_min: Sequence[float]) -> dict[str, np.ndarray]:
    """Of all, so that whoever was never served is a miss. Compared in whole microseconds."""
    came = facts.first_presence_us < NEVER
    took_us = facts.first_presence_us - facts.received_us
    ring_us = np.array([round(standard * MINUTE) for standard in standard_min] + [0])[facts.presence_tier]
    return {
        **{within_name(target): (came & (took_us <= round(target * MINUTE))).astype(float) for target in targets_min},
        "ring_share": (came & (took_us <= ring_us)).astype(float),
    }


def _parts(facts: IncidentFacts) -> dict[str, np.ndarray]:
    took = {name: getattr(facts, name) for name in PARTS}
    parts = {name[:-3] + "_min": np.where(us < NEVER, us / MINUTE, np.nan) for name, us in took.items()}
    return {**parts, "answer_min": minutes(facts.received_us, facts.answered_us), "travel_m": facts.travel_m}


def _fates(facts: IncidentFacts) -> dict[str, np.ndarray]:
    came = facts.first_presence_us < NEVER
    return {
        "queued_share": facts.queued.astype(float),
        "abandoned_share": (facts.outcome == Outcome.ABANDONED).astype(float),
        "unserved_share": (~came & (facts.outcome != Outcome.CLOSED_OFF_MODEL)).astype(float),
        "worsened_share": (facts.worsened > 0).astype(float),
        "preempted_share": (facts.units_lost > 0).astype(float),
        "cross_sector_share": _where(came, facts.cross_sector),
    }


def _alone(facts: IncidentFacts, stop_us: int) -> dict[str, np.ndarray]:
    """Priority 1: how long nobody was there, how long those there could not hold, how long it was only held.

    The three sum to the time until somebody capable came; where nobody did, until it was closed or the run stopped.
    """
    end = np.minimum(np.minimum(facts.first_capable_us, facts.closed_us), stop_us)
    arrival = np.minimum(facts.first_arrival_us, end)
    presence = np.maximum(arrival, np.minimum(facts.first_presence_us, end))
    urgent = (facts.priority == 1) & (facts.received_us < NEVER)
    spans = {
        "nobody_min": arrival - facts.received_us,
        "understrength_min": presence - arrival,
        "held_min": end - presence,
    }
    return {name: np.where(urgent, span / MINUTE, np.nan) for name, span in spans.items()}


def _outcomes(facts: IncidentFacts) -> dict[str, np.ndarray]:
    reached = {
        f"{outcome.name.lower()}_n": (facts.outcome == outcome).astype(float)
        for outcome in Outcome
        if outcome != Outcome.NONE
    }
    every = np.ones(len(facts.row))
    return {
        "incidents_n": every,
        "called_n": facts.called.astype(float),
        "on_view_n": facts.on_view.astype(float),
        **reached,
    }
