"""Slack and inspection, rules 33 to 33b, on a day on which nothing happens."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from differences import difference

from sim.draws import name_key, uniform
from sim.engine import Engine, Simulation, run
from sim.scenario import Scenario
from sim.tables import VISIT, Forces, Records, World
from sim.vocabulary import HOUR, MINUTE, NEVER, NOBODY, Duty, PatrolRule, Purpose, UnitState

TOWN = Path(__file__).resolve().parent.parent / "scenarios" / "small_town.toml"
CREWS = 200
AT_ONCE = 1e-3  #: a half-life so short that compliance is its floor
LONG_AGO = -(10**15)


@cache
def town() -> tuple[World, Forces]:
    return Engine(Scenario.load(TOWN)).tables(1, 0)


def quiet() -> World:
    world = town()[0]
    return world._replace(
        incidents=world.incidents[:0], stages=world.stages[:0], path=world.path[:0], probes=world.probes[:0]
    )


def crews(
    floor: float = 0.0, half_life_us: float = AT_ONCE, inspected_us: int = LONG_AGO, slack_us: int = HOUR
) -> Forces:
    """Many crews of one team, always on duty."""
    forces = town()[1]
    first = np.flatnonzero((forces.units["duty"] == Duty.PATROL) & (forces.units["team"] != NOBODY))[:1]
    units, spells = forces.units[first].repeat(CREWS), forces.spells[:1].repeat(CREWS)
    units["key"] = [name_key("unit", f"crew {n}") for n in range(CREWS)]
    units["spell_first"], units["spell_count"] = np.arange(CREWS), 1
    units["commitment_first"] = units["commitment_count"] = units["team"] = 0
    units["may_slack"] = 1
    spells["start_us"], spells["end_us"] = 0, NEVER
    return forces._replace(
        units=units,
        spells=spells,
        commitments=forces.commitments[:0],
        preference=np.zeros((len(forces.preference), CREWS), np.int32),
        wrap_up_us=forces.wrap_up_us[:0],
        inspected_us=np.array([inspected_us]),
        compliance=np.array([floor, half_life_us]),
        slack_us=slack_us,
    )


def in_state(forces: Forces, records: Records, *states: UnitState) -> int:
    """Unit microseconds within the measured time."""
    return int(records.units["state_us"][:, list(states)].sum())


@pytest.mark.parametrize("half_lives", [0.0, 0.5, 1.0, 3.0])
def test_the_first_decision_is_a_draw_against_what_the_last_inspection_has_left(half_lives):
    """floor + (1 - floor) / 2 ** half-lives."""
    forces = crews(floor=0.2, half_life_us=float(HOUR), inspected_us=-round(half_lives * HOUR))
    compliance = 0.2 + 0.8 / 2**half_lives
    draws = np.array([uniform(quiet().seed, 0, Purpose.SLACK, int(key), 0) for key in forces.units["key"]])
    assert (np.abs(draws - compliance) > 1e-9).all()
    simulation = Simulation(quiet(), forces)
    assert (np.isin(simulation.units["state"], (UnitState.SLACK, UnitState.RETURNING)) == (draws >= compliance)).all()


@pytest.mark.parametrize("compliance", [0.3, 0.75])
def test_the_share_of_time_slacked_is_what_compliance_lacks(compliance):
    """Within four standard errors and the street that a crew finishes before it decides anew, two minutes at most."""
    world, forces = quiet(), crews(floor=compliance)
    records = run(world, forces, "measures")
    span = (world.end_us - world.warm_up_us) * CREWS
    slacked = in_state(forces, records, UnitState.SLACK, UnitState.RETURNING) / span
    decisions = span / HOUR
    error = math.sqrt(compliance * (1 - compliance) / decisions)
    assert abs(slacked - (1 - compliance)) < 4 * error + 2 / 60


def test_nobody_in_slack_passes_a_street_or_is_present():
    world, forces = quiet(), crews()
    records = run(world, forces)
    assert in_state(forces, records, UnitState.SLACK) == (world.end_us - world.warm_up_us) * CREWS
    assert (records.streets["passes"] == 0).all()
    assert (records.streets["presence_us"] == 0).all()
    assert set(records.legs["state"].tolist()) <= {UnitState.RETURNING}
    simulation = Simulation(world, forces)
    simulation.advance(world.warm_up_us)
    for name in ("segment", "offset_m"):
        assert (simulation.units[name] == forces.units[f"base_{name}"]).all()


@pytest.mark.parametrize("given", [{"slack_us": 0}, {"floor": 1.0}])
def test_without_slack_everybody_patrols(given):
    """No decision holds for no time, and whoever always complies does as those who are not asked."""
    forces = crews(**given)
    units = forces.units.copy()
    units["may_slack"] = 0
    assert difference(run(quiet(), forces._replace(units=units)), run(quiet(), forces)) is None


def test_an_inspection_sends_everybody_out_and_they_stay_out():
    """One point, at which the inspectors dwell from the start: the end of their dwelling ends all slack."""
    forces, dwell_us = crews(half_life_us=1e16, inspected_us=-(2**62)), 100 * MINUTE
    units, beats = forces.units.copy(), forces.beats.copy()
    units["rule"][0], units["may_slack"][0], units["team"][0] = PatrolRule.VISITS, 0, NOBODY
    beats["visit_first"][units["beat"][0]], beats["visit_count"][units["beat"][0]] = 0, 1
    visits = np.zeros(1, VISIT)
    visits["segment"], visits["offset_m"] = units["start_segment"][0], units["start_offset_m"][0]
    visits["dwell_us"] = dwell_us
    forces = forces._replace(units=units, beats=beats, visits=visits)

    def ends_of_slack() -> list[int]:
        states = run(quiet(), forces).states
        return states["to_us"][states["state"] == UnitState.SLACK].tolist()

    assert ends_of_slack() == [dwell_us] * (CREWS - 1)
    visits["team"] = NOBODY  # somebody dwells there, and nobody is inspected
    assert ends_of_slack() == [quiet().end_us] * (CREWS - 1)


def test_a_spell_begins_with_a_new_decision():
    """Who slacked at the end of a spell is asked again when the next begins, however long decisions hold."""
    forces = crews(floor=0.5, slack_us=1000 * HOUR)
    units, spells = forces.units.copy(), forces.spells.repeat(2)
    units["spell_first"], units["spell_count"] = 2 * np.arange(CREWS), 2
    spells["start_us"] = np.tile([0, 12 * HOUR], CREWS)
    spells["end_us"] = np.tile([10 * HOUR, 20 * HOUR], CREWS)
    simulation = Simulation(quiet(), forces._replace(units=units, spells=spells))
    simulation.advance(10 * HOUR - 1)
    first = simulation.units["slacks"].copy()
    assert (simulation.units["decisions"] == 1).all()
    simulation.advance(20 * HOUR - 1)
    assert (simulation.units["decisions"] == 2).all()
    assert (simulation.units["slacks"] != first).any()
