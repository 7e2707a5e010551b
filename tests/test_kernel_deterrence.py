"""Deterrence, rule 11a, against its formulas: a post, a patrol, and incidents that only just happen or do not."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from differences import difference

from sim.engine import Engine, run
from sim.scenario import Scenario
from sim.tables import INCIDENT, MAX_STAGES, Forces, World
from sim.vocabulary import HOUR, MINUTE, NEVER, SECOND, Duty, Outcome, UnitState

TOWN = Path(__file__).resolve().parent.parent / "scenarios" / "small_town.toml"
CURVE = np.array([[0, 0.1], [10 * MINUTE, 0.5], [40 * MINUTE, 0.9]])
PASS_EFFECT, PASS_DECAY_US, STOP_DECAY_US = 0.6, 20 * MINUTE, 50 * MINUTE
DETERRENCE = np.array([PASS_EFFECT, PASS_DECAY_US, STOP_DECAY_US])
HAIR = 1e-9


@cache
def town() -> tuple[World, Forces]:
    return Engine(Scenario.load(TOWN)).tables(1, 0)


def one_unit(number: int, until_us: int) -> Forces:
    """Only this unit, on duty from the start until then, without breaks or planned work."""
    forces = town()[1]
    units, spells = forces.units[[number]].copy(), forces.spells[:1].copy()
    units["spell_first"], units["spell_count"] = 0, 1
    units["commitment_first"] = units["commitment_count"] = 0
    spells["start_us"], spells["end_us"] = 0, until_us
    preference = np.ascontiguousarray(forces.preference[:, [number]])
    return forces._replace(units=units, spells=spells, commitments=forces.commitments[:0], preference=preference)


def day(forces: Forces, segment: np.ndarray, began_us: np.ndarray, mark: np.ndarray) -> tuple[World, Forces]:
    """Incidents that nobody sees or calls in, and that can be deterred."""
    world, count = town()[0], len(began_us)
    incidents = np.zeros(count, INCIDENT)
    incidents["key"], incidents["segment"], incidents["began_us"] = np.arange(count), segment, began_us
    incidents["sector"], incidents["mark"] = world.streets.segments["sector"][segment], mark
    stages = np.resize(world.stages, count * MAX_STAGES)
    stages["class_"], stages["called"], stages["lifetime_us"], stages["threshold"] = 0, 0, 10 * SECOND, np.inf
    classes = world.classes.copy()
    classes["deterrable"] = 1
    world = world._replace(incidents=incidents, stages=stages, path=world.path[:0], probes=world.probes[:0])
    world = world._replace(classes=classes, deterrence_curve=CURVE, deterrence=DETERRENCE)
    return world, forces._replace(wrap_up_us=np.resize(forces.wrap_up_us, (count, len(forces.tiers))))


def effect_of_stop(dwell_us: int) -> float:
    return float(np.interp(dwell_us, CURVE[:, 0], CURVE[:, 1]))


def is_deterred(world: World, forces: Forces) -> np.ndarray:
    records = run(world, forces)
    happened = records.incidents["outcome"] == Outcome.UNNOTICED
    deterred = records.incidents["outcome"] == Outcome.DETERRED
    assert (happened | deterred).all()
    assert (records.incidents["closed_us"][deterred] == world.incidents["began_us"][deterred]).all()
    assert (records.incidents["received_us"] == NEVER).all()
    return deterred


def post() -> int:
    return int(np.flatnonzero(town()[1].units["duty"] == Duty.POST)[0])


def patrol() -> int:
    return int(np.flatnonzero(town()[1].units["duty"] == Duty.PATROL)[0])


@pytest.mark.parametrize("side", [-HAIR, HAIR])
def test_a_post_deters_by_the_curve_and_after_it_by_what_is_left(side):
    """Around the mark at which the incident only just does not happen."""
    stood_us = 25 * MINUTE
    forces = one_unit(post(), stood_us)
    began = np.array([1, 3, 10, 15, 24, 26, 60, 200, 600]) * MINUTE
    expected = np.array(
        [
            effect_of_stop(t) if t < stood_us else effect_of_stop(stood_us) * math.exp(-(t - stood_us) / STOP_DECAY_US)
            for t in began.tolist()
        ]
    )
    segment = np.full(len(began), forces.units["post_segment"][0])
    deterred = is_deterred(*day(forces, segment, began, 1 - expected + side))
    assert (deterred == (side > 0)).all()


def test_a_patrol_deters_by_its_passes():
    """The last pass of a street from the log of legs. A patrol that never stands leaves no stop."""
    forces = one_unit(patrol(), NEVER)
    rng = np.random.default_rng(5)
    beat = np.flatnonzero(forces.beat_segments[forces.units["beat"][0]])
    began = np.sort(rng.integers(0, 24 * HOUR, 3000))
    world, forces = day(forces, rng.choice(beat, 3000), began, rng.random(3000))
    legs = run(world, forces).legs
    whole = np.abs(legs["to_m"] - legs["from_m"]) == world.streets.segments["length_m"][legs["segment"]]
    passes = legs[whole & np.isin(legs["state"], (UnitState.PATROL, UnitState.RETURNING))]
    expected = np.zeros(len(began))
    for k, row in enumerate(world.incidents):
        before = passes["to_us"][(passes["segment"] == row["segment"]) & (passes["to_us"] < row["began_us"])]
        if len(before):
            expected[k] = PASS_EFFECT * math.exp(-(row["began_us"] - before.max()) / PASS_DECAY_US)
    clear = np.abs(world.incidents["mark"] - (1 - expected)) > HAIR
    should = world.incidents["mark"] >= 1 - expected
    assert (is_deterred(world, forces)[clear] == should[clear]).all()
    assert 0 < should.sum() < len(should)


def test_what_happens_is_thinned_by_the_effect():
    """Uniform marks: the share that is deterred is the effect, within four standard errors."""
    forces = one_unit(post(), NEVER)
    count, effect = 4000, CURVE[-1, 1]
    began = np.linspace(HOUR, 24 * HOUR, count).astype(np.int64)
    segment = np.full(count, forces.units["post_segment"][0])
    share = is_deterred(*day(forces, segment, began, np.random.default_rng(3).random(count))).mean()
    assert abs(share - effect) < 4 * math.sqrt(effect * (1 - effect) / count)


def test_an_effect_of_nothing_changes_nothing():
    world, forces = town()
    off = run(world, forces)
    classes, incidents = world.classes.copy(), world.incidents.copy()
    classes["deterrable"], incidents["mark"] = 1, np.random.default_rng(1).random(len(incidents))
    without = world._replace(
        classes=classes,
        incidents=incidents,
        deterrence_curve=np.zeros((1, 2)),
        deterrence=np.array([0.0, 1.0, 1.0]),
    )
    assert difference(off, run(without, forces)) is None
    felt = run(without._replace(deterrence_curve=CURVE, deterrence=DETERRENCE), forces)
    assert (felt.incidents["outcome"] == Outcome.DETERRED).any()
