"""What the forces cost: person-hours, pay and shadow prices, by tier; of time on duty within the measured time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.facts import IncidentFacts
from sim.measures.rows import Rows
from sim.tables import Forces, Labels, Records, World
from sim.vocabulary import DAY, HOUR, MINUTE, NEVER, Outcome, UnitState

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile

HEADLINE_MIN = 5.0  #: the headline: calls of priority 1 with somebody there within so many minutes


def cost_rows(
    world: World, forces: Forces, labels: Labels, facts: IncidentFacts, records: Records, spec: ScenarioFile
) -> dict[str, Rows]:
    """The source ``costs``: one row a tier.

    Overtime is paid ``policy.overtime_factor`` times. Volunteers are the tiers with a shadow price. An incident is
    cleared by the tier that resolved it. The headline is of all tiers together: each row has an equal part of it, so
    that rows sum to it.
    """
    tiers = [spec.policy.tiers[name] for name in labels.tiers]
    paid_per_h = np.array([float(tier.paid_per_h) for tier in tiers])
    shadow_per_h = np.array([float(tier.shadow_per_h) for tier in tiers])
    volunteer = shadow_per_h > 0
    days = (world.end_us - world.warm_up_us) / DAY
    units = forces.units
    state_us = records.units["state_us"]
    duty_us = state_us.sum(axis=1) - state_us[:, UnitState.OFF_DUTY]
    person_h, overtime_h = (
        np.bincount(units["tier"], weights=units["crew"] * (us / HOUR), minlength=len(tiers)) / days
        for us in (duty_us, records.units["overtime_us"])
    )
    surcharge = (spec.policy.overtime_factor - 1) * paid_per_h * overtime_h
    paid, shadow = paid_per_h * person_h + surcharge, shadow_per_h * person_h
    cleared = facts.measured & (facts.outcome == Outcome.RESOLVED) & (facts.resolved_tier >= 0)
    urgent = facts.measured & facts.called & facts.founded & (facts.priority == 1)
    soon = (facts.first_presence_us < NEVER) & (
        facts.first_presence_us - facts.received_us <= round(HEADLINE_MIN * MINUTE)
    )
    columns = {
        "paid_yuan_per_day": paid,
        "overtime_yuan_per_day": spec.policy.overtime_factor * paid_per_h * overtime_h,
        "shadow_yuan_per_day": shadow,
        "cost_yuan_per_day": paid + shadow,
        "cost_yuan": (paid + shadow) * days,
        "person_h_per_day": person_h,
        "paid_person_h_per_day": np.where((paid_per_h > 0) & ~volunteer, person_h, 0.0),
        "volunteer_person_h_per_day": np.where(volunteer, person_h, 0.0),
        "heads": _heads(forces, spec, len(tiers)),
        "cleared": np.bincount(facts.resolved_tier[cleared], minlength=len(tiers)).astype(float),
        "urgent": np.full(len(tiers), urgent.sum() / len(tiers)),
        "urgent_soon": np.full(len(tiers), (urgent & soon).sum() / len(tiers)),
    }
    return {"costs": Rows({"tier": np.arange(len(tiers))}, columns)}


def _heads(forces: Forces, spec: ScenarioFile, tiers: int) -> np.ndarray:
    """(tiers,) people on the books: those of all crews of a line, or as many as the line says there are."""
    units = forces.units
    heads = np.zeros(tiers)
    for row, line in enumerate(spec.policy.roster):
        mine = units[units["line"] == row]
        people = mine["crew"].sum() if line.on_the_books is None else line.on_the_books
        if len(mine):
            heads[mine["tier"][0]] += people
    return heads
