"""``build_forces``: the roster and a day become the tables of who works."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.demand.attributes import Attribute, Draws
from sim.demand.day import Day
from sim.roster.dispatch import ORDER, QUEUE, preempt_table, score_tables
from sim.roster.escalation import escalation_fields, fatigue_factors
from sim.roster.inspection import compliance, inspected_us
from sim.roster.places import stand
from sim.roster.plan import Roster, plan_roster
from sim.roster.schedule import commitments, turned_up
from sim.roster.service import with_recalled
from sim.scenario.joint import tier_names, unions
from sim.scenario.schema import ScenarioFile
from sim.tables import Forces, Geography, Streets, World
from sim.vocabulary import MINUTE, NEVER, NOBODY, SECOND, Purpose


def build_forces(spec: ScenarioFile, geography: Geography, streets: Streets, world: World) -> Forces:
    """Who works on the day of ``world``. Many replications: ``plan_roster`` once, then ``day_forces``."""
    return day_forces(plan_roster(spec, geography, streets), world)


def day_forces(roster: Roster, world: World) -> Forces:
    """The forces of one day: who turns up and with which commitments, where patrols start, how long wrap-up takes."""
    day, policy = Day(world.seed, world.replication), roster.spec.policy
    spells = turned_up(roster.due, day)
    of_commitment, committed = commitments(spells, roster.at_set_hours, day)
    spells = with_recalled(roster.spec, roster.units, roster.due, roster.away, spells, day)
    units = roster.units.copy()
    _count(units, "spell", spells["unit"])
    _count(units, "commitment", of_commitment)
    for along, rows in zip(roster.along, roster.patrols, strict=True):
        draws = day.draws(Purpose.START, units["key"][rows, None], np.arange(2))
        stand(units, "start", along.draw(draws), rows)
    score_rules, score_extra_us = score_tables(roster.spec)
    fatigue_turnout, fatigue_work = fatigue_factors(roster.spec)
    gain_s, moving, slackening = policy.dispatch.preempt_min_gain_s, policy.redeployment, policy.compliance
    return Forces(
        tiers=roster.tiers,
        authority=roster.authority,
        acceptance=roster.acceptance,
        units=units,
        spells=_spells(spells, roster),
        commitments=committed,
        beats=roster.beats,
        beat_segments=roster.beat_segments,
        beat_nodes=roster.beat_nodes,
        round_arcs=roster.round_arcs,
        visits=roster.visits,
        preference=roster.preference,
        wrap_up_us=_wrap_up(roster.spec, world, day),
        score_rules=score_rules,
        score_extra_us=score_extra_us,
        preempt=preempt_table(roster.spec),
        fatigue_turnout=fatigue_turnout,
        fatigue_work=fatigue_work,
        cover_points=roster.cover_points,
        cover_weight=roster.cover_weight,
        inspected_us=inspected_us(roster.spec, day),
        compliance=compliance(roster.spec),
        preempt_min_gain_us=NEVER if gain_s is None else round(gain_s * SECOND),
        call_takers=policy.command.call_takers,
        call_handling_us=round(policy.command.call_handling_s * SECOND),
        on_view_report_us=round(policy.command.on_view_report_s * SECOND),
        joint_us=round(policy.command.joint_min * MINUTE),
        queue_rule=int(QUEUE[policy.dispatch.queue]),
        queue_limit=policy.dispatch.queue_limit,
        queue_order=int(ORDER[policy.dispatch.order]),
        ageing_us=round(policy.dispatch.ageing_min * MINUTE),
        **escalation_fields(roster.spec),
        cover_standard_us=round(policy.dispatch.cover_standard_min * MINUTE),
        slack_us=0 if slackening is None else max(1, round(slackening.decides_every_min * MINUTE)),
        move_up_within_us=0 if moving is None else max(1, round(moving.within_min * MINUTE)),
        recalls_surplus=int(policy.dispatch.recall_surplus),
        custody_by_lowest=int(policy.dispatch.custody == "lowest_tier"),
        strict=int(policy.dispatch.strict),
    )


def _count(units: np.ndarray, what: str, of_unit: np.ndarray) -> None:
    """Point the units at their rows of a table that is ascending by unit."""
    counts = np.bincount(of_unit, minlength=len(units))
    units[f"{what}_first"], units[f"{what}_count"] = np.cumsum(counts) - counts, counts


def _spells(due: np.ndarray, roster: Roster) -> np.ndarray:
    """SPELL rows; the relief is who takes over the same place as the spell ends, where the line hands over."""
    spells = np.zeros(len(due), t.SPELL)
    spells["start_us"], spells["end_us"] = due["start_us"], due["end_us"]
    spells["relief"] = NOBODY
    hands_over = np.flatnonzero(roster.units["hands_over"][due["unit"]])
    place = roster.place[due["unit"]]
    takes_over = {(place[row], due["start_us"][row]): due["unit"][row] for row in hands_over}
    for row in hands_over:
        other = takes_over.get((place[row], due["end_us"][row]), NOBODY)
        spells["relief"][row] = NOBODY if other == due["unit"][row] else other
    return spells


def _wrap_up(spec: ScenarioFile, world: World, day: Day) -> np.ndarray:
    """(incidents, tiers) i8: one draw an incident, through each tier's distribution; joint units as the slower part."""
    draws, names = Draws(world.incidents["key"], day), list(tier_names(spec))
    durations = np.zeros((len(draws.keys), len(names)), np.int64)
    for column, tier in enumerate(spec.policy.tiers.values()):
        durations[:, column] = draws.durations_us(Attribute.WRAP_UP, tier.wrap_up, np.arange(len(durations)))
    for union in unions(spec):
        parts = [names.index(union.high), names.index(union.low)]
        durations[:, names.index(union.name)] = durations[:, parts].max(axis=1)
    return durations
