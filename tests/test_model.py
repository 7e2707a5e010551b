"""The Mesa face: views onto the kernel's rows, and the same records as a headless run."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
from audit import audit

from sim import IncidentAgent, PatrolModel, Scenario, UnitAgent
from sim.engine import Engine
from sim.vocabulary import NEVER, Phase, UnitState

TOWN = Path(__file__).parent.parent / "scenarios" / "small_town.toml"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load(TOWN)


def test_records_equal_a_headless_run(scenario):
    model = PatrolModel(scenario, rng=3)
    world, forces, headless = Engine(scenario).run(3, 0, "all")
    stepped = model.run_model()
    audit(world, forces, stepped)
    for name, expected in headless._asdict().items():
        assert np.array_equal(getattr(stepped, name), expected), name


def test_agents_are_units_and_live_incidents(scenario):
    model = PatrolModel(scenario, rng=1)
    assert isinstance(model, mesa.Model)
    assert len(model.agents_by_type[UnitAgent]) == len(model.simulation.units)
    seen = set()
    for _ in range(120):
        model.step()
        rows = model.simulation.incidents
        live = {int(i) for i in np.flatnonzero((rows["phase"] != Phase.UNBORN) & (rows["phase"] != Phase.CLOSED))}
        assert set(model.live_incidents) == live
        agents = model.agents_by_type[IncidentAgent] if live else []
        assert {agent.row for agent in agents} == live
        for agent in agents:
            assert agent.age_s >= 0
            assert agent.priority in (1, 2, 3)
            assert agent.is_known == (rows["received_us"][agent.row] < NEVER)
            seen.add(agent.class_name)
        for unit in model.agents_by_type[UnitAgent].select(lambda unit: unit.incident is not None):
            assert unit.is_busy
    assert len(seen) > 2


def test_usual_idioms(scenario):
    model = PatrolModel(scenario, rng=2)
    for _ in range(30):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == 31
    assert frame["hour"].iloc[-1] == pytest.approx(30 * scenario.spec.run.report_every_min / 60)
    units = model.agents_by_type[UnitAgent]
    assert frame["units_on_duty"].iloc[-1] == len(units.select(lambda unit: unit.on_duty))
    assert sum(units.agg("crew", lambda crews: crews)) == model.simulation.forces.units["crew"].sum()
    assert {unit.tier for unit in units} == set(model.labels.tiers)
    assert all(state in UnitState for state in units.get("state"))


def test_positions_lie_on_the_streets(scenario):
    model = PatrolModel(scenario, rng=2)
    streets = model.simulation.world.streets
    moved = 0
    before = {}
    for _ in range(24):
        model.step()
        for unit in model.agents_by_type[UnitAgent]:
            x, y = unit.pos
            assert streets.x_m.min() <= x <= streets.x_m.max()
            assert streets.y_m.min() <= y <= streets.y_m.max()
            row = streets.segments[model.simulation.units[unit.row]["segment"]]
            ends = [(streets.x_m[row[end]], streets.y_m[row[end]]) for end in "ab"]
            whole = np.hypot(ends[0][0] - ends[1][0], ends[0][1] - ends[1][1])
            there = sum(np.hypot(x - end[0], y - end[1]) for end in ends)
            assert there == pytest.approx(whole)
            moved += before.get(unit.row, (x, y)) != (x, y)
            before[unit.row] = (x, y)
    assert moved > 20


def test_close_lets_the_model_go(scenario):
    model = PatrolModel(scenario, rng=1)
    gone = weakref.ref(model)
    model.close()
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("rng", [True, -1, 2**32, 1.5, "1", None])
def test_a_bad_seed_is_refused(scenario, rng):
    with pytest.raises(ValueError, match="seed"):
        PatrolModel(scenario, rng=rng)


def test_books_close_only_at_the_end(scenario):
    model = PatrolModel(scenario, rng=1)
    model.step()
    with pytest.raises(RuntimeError):
        model.records()
