"""What may not change when a scenario is changed, or in one direction only: laws that need no known answer."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from differences import difference

from sim.engine import Engine, run
from sim.measures.facts import incident_facts
from sim.scenario import Scenario
from sim.tables import Records
from sim.vocabulary import MINUTE

TOWN = Path(__file__).resolve().parent.parent / "scenarios" / "small_town.toml"
BUSY: dict[str, Any] = {"world.demand.scale": 4}


def town(**change: Any) -> Engine:
    """The small town, busy, with tables laid over those of its file: ``town(policy={"compliance": {...}})``."""
    data = Scenario.load(TOWN, BUSY).resolved()
    for table, keys in change.items():
        data[table] |= keys
    return Engine(Scenario.from_dict(data))


def day(engine: Engine, replication: int = 0) -> Records:
    return run(*engine.tables(1, replication))


@pytest.fixture(scope="module")
def as_it_is() -> Records:
    return day(town())


NOTHING_CHANGES = {
    "a deterrence without effect": {
        "world": {"deterrence": {"classes": ["help", "fight"], "stop": [[0, 0], [30, 0]], "pass_effect": 1e-15}}
    },
    "teams that comply whenever they were inspected": {
        "policy": {"compliance": {"floor": 1 - 1e-12, "decides_every_min": 10}}
    },
    "a move-up that takes longer than allowed": {
        "policy": {"redeployment": {"tiers": ["community"], "within_min": 1e-4}}
    },
}
FELT = {
    "a deterrence": {"world": {"deterrence": {"classes": ["help", "fight"], "stop": [[0, 0], [5, 0.9]]}}},
    "teams that slacken": {"policy": {"compliance": {"floor": 0.2, "last_inspected_days": [10, 20]}}},
    "a move-up": {"policy": {"redeployment": {"tiers": ["community"], "within_min": 60}}},
}


@pytest.mark.parametrize("name", NOTHING_CHANGES)
def test_what_has_no_effect_changes_no_byte(name, as_it_is):
    assert not difference(as_it_is, day(town(**NOTHING_CHANGES[name])))


@pytest.mark.parametrize("name", FELT)
def test_what_has_an_effect_is_felt(name, as_it_is):
    assert day(town(**FELT[name])).incidents.tobytes() != as_it_is.incidents.tobytes()


def roster(engine: Engine, **lines: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a roster, some of them changed."""
    return [line | lines.get(line["name"], {}) for line in engine.scenario.resolved()["policy"]["roster"]]


def test_no_breaks_are_breaks_of_no_length():
    without = roster(town(), cars={"break_min": 0})
    for line in without:
        line.pop("break_window_h", None)
    corridor = roster(town(), cars={"break_min": 0, "break_priority": 2})
    assert not difference(day(town(policy={"roster": without})), day(town(policy={"roster": corridor})))


def test_forces_that_may_do_the_same_are_one_force():
    """Merging forces (pooled against separate): with one class, equal authority and equal hours, the name of the force
    is all that differs."""
    data = Scenario.load(TOWN, BUSY).resolved()
    police = data["policy"]["tiers"]["police"] | {
        "mode": "foot",
        "wrap_up": {"distribution": "constant", "value_min": 5},
    }
    data["world"]["classes"] = {"help": data["world"]["classes"]["help"] | {"worsens": None}}
    data["world"]["classes"]["help"]["needs"] = [{"tiers": ["first", "second"]}]
    data["world"]["demand"]["surges"], data["world"]["demand"]["injections"] = [], []
    data["policy"]["tiers"] = {name: police | {"authority": {"help": "resolve"}} for name in ("first", "second")}
    data["policy"]["dispatch"] = {"score": [{"rule": "nearest"}]}
    data["assumptions"] = {}
    line = {"per": "sector", "units": 2, "beat": "sector", "system": "two_shifts"}
    separate = [line | {"name": name, "tier": name} for name in ("first", "second")]
    pooled = [line | {"name": name, "tier": "first"} for name in ("first", "second")]
    runs = []
    for lines in (separate, pooled):
        data["policy"]["roster"] = lines
        runs.append(day(Engine(Scenario.from_dict(data))))
    one, other = runs
    assert (one.incidents["presence_tier"] == 1).any()
    for name in set(one.incidents.dtype.names) - {"presence_tier", "resolved_tier"}:
        assert np.array_equal(one.incidents[name], other.incidents[name]), name
    assert one.assignments.tobytes() == other.assignments.tobytes()
    assert one.streets.tobytes() == other.streets.tobytes()


def test_more_crews_do_not_make_calls_wait_longer():
    """Nested rosters on the same days: the mean wait of callers does not rise beyond noise."""
    means = []
    for units in (1, 2, 4):
        engine = town(policy={"roster": roster(town(), pairs={"units": units})})
        of_days = []
        for replication in range(8):
            world, forces = engine.tables(1, replication)
            records = run(world, forces, "measures")
            facts = incident_facts(world, forces, records)
            end = np.minimum(np.minimum(facts.first_presence_us, facts.closed_us), records.stop_us)
            called = facts.measured & facts.called & facts.founded
            of_days.append(float((end - facts.received_us)[called].mean()) / MINUTE)
        means.append(of_days)
    for fewer, more in pairwise(means):
        rise = np.subtract(more, fewer)
        assert rise.mean() <= 2 * rise.std(ddof=1) / np.sqrt(len(rise))
    assert np.mean(means[-1]) < np.mean(means[0])
