"""Measures of work: what on-duty time went into, by tier, sector and hour. Busy + other + free = on duty (rule 31).

And the assignments that make it up.
"""

from __future__ import annotations

import numpy as np

from sim.measures.facts import IncidentFacts
from sim.measures.rows import Rows, summed
from sim.tables import Forces, Records, World
from sim.vocabulary import BUSY, FREE, HOUR, OTHER, Activity, Duty, UnitState


def work_rows(world: World, forces: Forces, records: Records) -> dict[str, Rows]:
    """The sources ``units`` and ``hours``."""
    return {"units": _units(world, forces, records), "hours": _hours(world, records)}


def assignment_rows(facts: IncidentFacts, forces: Forces, records: Records) -> dict[str, Rows]:
    """The source ``assignments``: to whatever incident began in the measured time."""
    measured, class_ = np.zeros(len(records.incidents), bool), np.zeros(len(records.incidents), np.int64)
    measured[facts.row], class_[facts.row] = facts.measured, facts.class_
    sent = records.assignments[measured[records.assignments["incident"]]]
    groups = {
        "tier": forces.units["tier"][sent["unit"]],
        "class": class_[sent["incident"]],
        "priority": sent["priority"] - 1,
    }
    return {"assignments": summed(groups, {"preempted_n": sent["preempted"]})}


def _units(world: World, forces: Forces, records: Records) -> Rows:
    state_us = records.units["state_us"]
    busy, other, free = (state_us[:, list(states)].sum(axis=1) for states in (BUSY, OTHER, FREE))
    measured_us = world.end_us - world.warm_up_us
    columns = {
        "busy_h": busy / HOUR,
        "other_h": other / HOUR,
        "free_h": free / HOUR,
        "slack_h": state_us[:, UnitState.SLACK] / HOUR,
        "moved_up_h": np.where(forces.units["duty"] == Duty.POST, 0, state_us[:, UnitState.POST]) / HOUR,
        "on_duty_h": (busy + other + free) / HOUR,
        "on_duty_units": (busy + other + free) / measured_us,
        "overtime_h": records.units["overtime_us"] / HOUR,
        "worst_overtime_h": records.units["overtime_us"] / HOUR,
    }
    groups = {"tier": forces.units["tier"], "sector": forces.units["sector"]}
    return summed(groups, columns, largest=("worst_overtime_h",))


def _hours(world: World, records: Records) -> Rows:
    """One row a tier and clock hour, of the hours that the measured time touches."""
    clock_us = clock_hours_us(world)
    tiers = len(records.hourly_us)
    tier, hour = (place.reshape(-1) for place in np.meshgrid(np.arange(tiers), np.flatnonzero(clock_us), indexing="ij"))
    spent = records.hourly_us[tier, hour]
    busy, other, free = (spent[:, activity] for activity in (Activity.BUSY, Activity.OTHER, Activity.FREE))
    on_duty = busy + other + free
    columns = {
        "n": np.ones(len(tier)),
        "busy_h": busy / HOUR,
        "other_h": other / HOUR,
        "free_h": free / HOUR,
        "on_duty_h": on_duty / HOUR,
        "on_duty_units": on_duty / clock_us[hour],
    }
    return Rows({"tier": tier, "hour": hour}, columns)


def clock_hours_us(world: World) -> np.ndarray:
    """(24,) How much of the measured time falls into each hour of the day."""
    first, last = world.warm_up_us // HOUR, -(-world.end_us // HOUR)
    lived = np.zeros(24, np.int64)
    for number in range(first, last):
        lived[(world.start_hour + number) % 24] += min((number + 1) * HOUR, world.end_us) - max(
            number * HOUR, world.warm_up_us
        )
    return lived
