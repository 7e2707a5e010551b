"""What the forces cost: person-hours, pay and shadow prices, by tier; of time on duty within the measured time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.facts import IncidentFacts
from sim.measures.rows import Rows
from sim.tables import Forces, Labels, Records, World
from sim.vocabulary import DAY, HOUR, MINUTE, NEVER, NOBODY, Outcome, UnitState

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
    count, units = len(labels.tiers), forces.units
    days = (world.end_us - world.warm_up_us) / DAY
    state_us = records.units["state_us"]
    duty_h = (state_us.sum(axis=1) - state_us[:, UnitState.OFF_DUTY]) / HOUR
    overtime_h = records.units["overtime_us"] / HOUR
    extra_h = (spec.policy.overtime_factor - 1) * overtime_h
    hourly = _hourly(forces, labels, spec)

    def a_day(rate: str, hours: np.ndarray) -> np.ndarray:
        """(tiers,) what units' hours come to, at so much an hour."""
        return np.bincount(units["tier"], weights=hourly[rate] * hours, minlength=count) / days

    paid, shadow = a_day("pay", duty_h + extra_h), a_day("shadow", duty_h)
    cleared = facts.measured & (facts.outcome == Outcome.RESOLVED) & (facts.resolved_tier >= 0)
    urgent = facts.measured & facts.called & facts.founded & (facts.priority == 1)
    soon = (facts.first_presence_us < NEVER) & (
        facts.first_presence_us - facts.received_us <= round(HEADLINE_MIN * MINUTE)
    )
    columns = {
        "paid_yuan_per_day": paid,
        "overtime_yuan_per_day": a_day("pay", extra_h + overtime_h),
        "shadow_yuan_per_day": shadow,
        "cost_yuan_per_day": paid + shadow,
        "cost_yuan": (paid + shadow) * days,
        "person_h_per_day": a_day("people", duty_h),
        "paid_person_h_per_day": a_day("paid", duty_h),
        "volunteer_person_h_per_day": a_day("volunteers", duty_h),
        "heads": _heads(forces, spec, count),
        "cleared": np.bincount(facts.resolved_tier[cleared], minlength=count).astype(float),
        "urgent": np.full(count, urgent.sum() / count),
        "urgent_soon": np.full(count, (urgent & soon).sum() / count),
    }
    return {"costs": Rows({"tier": np.arange(count)}, columns)}


def _hourly(forces: Forces, labels: Labels, spec: ScenarioFile) -> dict[str, np.ndarray]:
    """(U,) f8 what an hour of a unit has: people, paid ones, volunteers, pay, shadow price.

    A joint unit has the people of both its parts, each at the price of their own tier.
    """
    units, tiers = forces.units, spec.policy.tiers
    kinds, kind_of = np.unique(
        np.stack([units[name] for name in ("tier", "line", "crew")]), axis=1, return_inverse=True
    )
    rows = []
    for tier, row, crew in kinds.T.tolist():
        name, line = labels.tiers[tier], spec.policy.roster[row]
        people = [(crew, name)]
        if name not in tiers and line.partner is not None:
            people = [(line.crew, line.tier), (line.partner.crew, line.partner.tier)]
        rows.append(
            {
                "people": crew,
                "paid": sum(n for n, of in people if tiers[of].paid_per_h > 0 and not tiers[of].shadow_per_h),
                "volunteers": sum(n for n, of in people if tiers[of].shadow_per_h),
                "pay": sum(n * tiers[of].paid_per_h for n, of in people),
                "shadow": sum(n * tiers[of].shadow_per_h for n, of in people),
            }
        )
    names = ("people", "paid", "volunteers", "pay", "shadow")
    return {name: np.array([float(row[name]) for row in rows])[kind_of.reshape(-1)] for name in names}


def _heads(forces: Forces, spec: ScenarioFile, tiers: int) -> np.ndarray:
    """(tiers,) people on the books: those of all crews of a line, or as many as the line says there are.

    The halves of a joint unit are its people already.
    """
    units = forces.units[forces.units["whole"] == NOBODY]
    heads = np.zeros(tiers)
    for row, line in enumerate(spec.policy.roster):
        mine = units[units["line"] == row]
        if len(mine):
            heads[mine["tier"][0]] += mine["crew"].sum() if line.on_the_books is None else line.on_the_books
    return heads
