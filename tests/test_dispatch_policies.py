"""Dispatch policies in a busy small town: one that is switched off, or that nobody comes to feel, changes no byte, and
limits of one are another."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from differences import TABLES, difference

from sim.engine import Engine, run
from sim.measures.facts import incident_facts
from sim.scenario import Scenario
from sim.tables import OUTAGE, Forces, Records, World
from sim.vocabulary import MINUTE, NEVER, EventKind, QueueOrder

TOWN = Path(__file__).resolve().parent.parent / "scenarios" / "small_town.toml"
BUSY = {"world.demand.scale": 4}  #: calls wait, and each policy is felt
REPLICATIONS = 12


def town(change: dict[str, object] = BUSY, **policy: object) -> Engine:
    """A small town with a policy more: ``town(dispatch={...})``; ``tiers`` holds for each of them."""
    data = Scenario.load(TOWN, change).resolved()
    for name, tier in data["policy"]["tiers"].items():
        tier |= policy.get("tiers", {})
        tier |= policy.get(name, {})
    for table in ("command", "dispatch"):
        data["policy"][table] |= policy.get(table, {})
    return Engine(Scenario.from_dict(data))


@cache
def busy() -> tuple[World, Forces, Records]:
    world, forces = town().tables(1, 0)
    return world, forces, run(world, forces)


def assert_same(one: Records, other: Records) -> None:
    assert (found := difference(one, other)) is None, found


def is_felt(one: Records, other: Records) -> bool:
    return one.incidents.tobytes() != other.incidents.tobytes()


# ------------------------------------------------------------------------------------------------------ switched off


def test_a_reserve_of_nothing_is_no_reserve():
    world, forces = town(tiers={"reserve": [0, 0, 0], "reserve_scope": "sector", "preemptible": False}).tables(1, 0)
    assert_same(run(world, forces), busy()[2])
    world, forces = town(community={"reserve": [0, 0, 2]}).tables(1, 0)
    assert is_felt(run(world, forces), busy()[2])


def test_a_reserve_for_a_priority_that_nobody_has_changes_nothing():
    """The small town has calls of priority 1 and 3."""
    assert set(busy()[0].classes["priority"].tolist()) == {1, 3}
    world, forces = town(community={"reserve": [0, 3, 0]}).tables(1, 0)
    assert_same(run(world, forces), busy()[2])


def test_pre_emption_of_nobody_is_none():
    everything = {"calling": 1, "in_hand": [2, 3], "states": ["turnout", "en_route", "on_scene"]}
    world, forces = town(dispatch={"preempt": [everything]}).tables(1, 0)
    taken = run(world, forces)
    assert is_felt(taken, busy()[2])
    tiers = forces.tiers.copy()
    tiers["preemptible"] = 0
    assert_same(run(world, forces._replace(tiers=tiers)), busy()[2])
    world, forces = town(dispatch={"preempt": [{"calling": 1, "in_hand": [2]}]}).tables(1, 0)  # nobody has priority 2
    assert_same(run(world, forces), busy()[2])


def test_a_gain_that_nobody_can_bring_is_none():
    rules = [{"calling": 1, "in_hand": [3]}]
    without = town(dispatch={"preempt": rules}).tables(1, 0)
    never = town(dispatch={"preempt": rules, "preempt_min_gain_s": 1e6}).tables(1, 0)
    at_once = town(dispatch={"preempt": rules, "preempt_min_gain_s": 0}).tables(1, 0)
    records = run(*without)
    assert_same(run(*never), records)
    assert is_felt(run(*at_once), records)


# ----------------------------------------------------------------------------------------------- outages, call-takers


def test_an_outage_of_which_no_call_comes_to_know_changes_nothing():
    """From just after one call is answered until the next one is; an end of the span belongs to what follows it."""
    world, forces, records = busy()
    asked = [records.incidents["received_us"], world.probes["at_us"]]
    times = np.unique(np.concatenate(asked))
    times = times[times < NEVER]
    gap = int(np.argmax(np.diff(times)))
    last, following = int(times[gap]), int(times[gap + 1])
    assert following - last > MINUTE

    def with_outage(from_us: int, to_us: int) -> Records:
        return run(world._replace(outages=np.array([(from_us, to_us, 7 * MINUTE)], OUTAGE)), forces)

    assert_same(with_outage(last + 1, following), records)
    for changed in (with_outage(last, following), with_outage(last + 1, following + 1)):
        assert is_felt(changed, records) or changed.probes.tobytes() != records.probes.tobytes()


def test_an_outage_delays_the_calls_that_are_answered_in_it_and_no_others():
    world, forces, records = busy()
    from_us, to_us = 6 * 60 * MINUTE, 8 * 60 * MINUTE
    changed = run(world._replace(outages=np.array([(from_us, to_us, 7 * MINUTE)], OUTAGE)), forces).incidents
    was = records.incidents
    both = (was["received_us"] < NEVER) & (changed["received_us"] < NEVER) & (changed["on_view"] == was["on_view"])
    received = changed["received_us"][both]
    handling = (changed["handled_us"] - changed["received_us"] - (was["handled_us"] - was["received_us"]))[both]
    inside = (received >= from_us) & (received < to_us)
    assert inside.any()
    assert (handling == np.where(inside, 7 * MINUTE, 0)).all()


def test_as_many_call_takers_as_calls_are_no_limit():
    """Only that a call has been handled is an event then, which asks for nothing."""
    world, forces, records = busy()
    plenty = run(world, forces._replace(call_takers=len(world.incidents)))
    for name in TABLES:
        assert getattr(plenty, name).tobytes() == getattr(records, name).tobytes(), name
    others = plenty.trace[plenty.trace["kind"] != EventKind.HANDLED]
    assert others.tobytes() == records.trace.tobytes()
    facts = incident_facts(world, forces, records)
    assert (len(plenty.trace) - len(others)) == (facts.called & (facts.handled_us < records.stop_us)).sum()


# ------------------------------------------------------------------------------------------------------- queue order


def in_order(order: QueueOrder, ageing_us: int = 0, priority: int | None = None) -> Records:
    """The busy town with another queue order; ``priority``: that of all classes."""
    world, forces, _ = busy()
    if priority is not None:
        classes = world.classes.copy()
        classes["priority"] = priority
        world = world._replace(classes=classes)
    return run(world, forces._replace(queue_order=int(order), ageing_us=ageing_us))


def test_ageing_that_takes_longer_than_the_run_is_priority():
    """A step of priority is more than any two receipts can differ by; equal receipts go by priority in both."""
    assert_same(in_order(QueueOrder.AGEING, busy()[0].horizon_us + 1), busy()[2])
    assert is_felt(in_order(QueueOrder.AGEING, 10 * MINUTE), busy()[2])


def test_ageing_in_no_time_is_first_come_where_no_two_calls_come_at_once():
    """At 0 priority only breaks ties of receipt: on this day there are none."""
    first_come = in_order(QueueOrder.FIRST_COME)
    received = first_come.incidents["received_us"]
    received = received[received < NEVER]
    assert len(np.unique(received)) == len(received)
    assert_same(in_order(QueueOrder.AGEING, 0), first_come)
    assert is_felt(in_order(QueueOrder.AGEING, 10 * MINUTE), first_come)
    assert is_felt(busy()[2], first_come)


def test_calls_of_one_priority_know_one_order():
    one = in_order(QueueOrder.PRIORITY, priority=2)
    assert_same(in_order(QueueOrder.FIRST_COME, priority=2), one)
    assert_same(in_order(QueueOrder.AGEING, 10 * MINUTE, priority=2), one)


# -------------------------------------------------------------------------------------------- what pre-emption is for


def urgent_min(engine: Engine) -> tuple[np.ndarray, int]:
    """Mean minutes from receipt to the first presence at calls of priority 1, by replication, and units taken.

    Where nobody came, until it was closed or the run stopped: who is never reached does not drop out.
    """
    means, taken = [], 0
    for replication in range(REPLICATIONS):
        world, forces = engine.tables(1, replication)
        records = run(world, forces, "incidents")
        facts = incident_facts(world, forces, records)
        end = np.minimum(np.minimum(facts.first_presence_us, facts.closed_us), records.stop_us)
        urgent = facts.measured & facts.called & facts.founded & (facts.priority == 1)
        means.append(float((end - facts.received_us)[urgent].mean()) / MINUTE)
        taken += int(records.assignments["preempted"].sum())
    return np.array(means), taken


@pytest.mark.parametrize("scale", [1, 2])
def test_pre_emption_for_the_urgent_does_not_make_them_wait_longer(scale):
    """On the same days; beyond three standard errors of the difference. The police have the small matters too here."""
    change = {"world.demand.scale": scale, "world.classes.help.needs": [{"tiers": ["police"]}]}
    rule = {"calling": 1, "in_hand": [3], "states": ["turnout", "en_route", "on_scene"]}
    without, none = urgent_min(town(change))
    with_it, taken = urgent_min(town(change, dispatch={"preempt": [rule]}))
    assert none == 0
    assert taken >= REPLICATIONS
    longer = with_it - without
    assert longer.mean() <= 3 * longer.std(ddof=1) / np.sqrt(REPLICATIONS)
