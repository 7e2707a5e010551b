"""Choices of the dispatcher made outside compiled code: the same records, slower."""

from __future__ import annotations

import numpy as np
import pytest
import worlds
from differences import difference

from sim.decision import Decision
from sim.engine import Simulation, run
from sim.vocabulary import NEVER, Stop

#: Random worlds with several tiers; some pre-empt, escalate, are strict, lie in a plane.
WORLDS = (1, 4, 7, 17, 22, 36, 45)


def decided(number: int, decide) -> Simulation:
    return Simulation(*worlds.build(number), "trace", decide)


def by_policy(decision: Decision) -> int:
    return decision.choice


@pytest.mark.interpreted
@pytest.mark.parametrize("number", WORLDS)
def test_naming_whom_the_policy_names_changes_nothing(number):
    world, forces = worlds.build(number)
    assert not difference(run(world, forces), decided(number, by_policy).run())


def test_stopping_in_between_changes_nothing():
    world, forces = worlds.build(4)
    stepped = decided(4, by_policy)
    while stepped.advance(budget=7) is not Stop.DONE:
        pass
    assert not difference(run(world, forces), stepped.records())


@pytest.mark.parametrize("number", [4, 17])
def test_a_rule_in_python_is_the_compiled_rule(number):
    """Nearest, the smallest number of equals, as rule 25 has it, in a world that scores by something else."""

    def nearest(decision: Decision) -> int | None:
        return int(decision.units[np.argmin(decision.arrives_s)]) if len(decision.units) else None

    world, forces = worlds.build(number)
    plain = forces._replace(
        score_rules=np.zeros(1, np.int8), score_extra_us=np.full(1, NEVER), preempt=np.zeros((4, 4), np.int64)
    )
    assert plain.score_rules[0] != forces.score_rules[0] or len(forces.score_rules) > 1
    asked = Simulation(world, forces._replace(preempt=plain.preempt), "trace", nearest).run()
    assert not difference(run(world, plain), asked)


def test_nobody_goes_who_is_not_sent():
    records = decided(4, lambda decision: None).run()
    assert len(records.assignments)
    assert records.assignments["on_view"].all()


def test_a_unit_that_may_not_go_is_refused():
    simulation = decided(4, lambda decision: len(decision.simulation.units))
    with pytest.raises(ValueError, match=r"cannot go to incident \d+: choose one of the \d+ in decision.units"):
        simulation.run()


def test_a_decision_says_what_is_known():
    seen = []

    def look(decision: Decision) -> int:
        seen.append(decision)
        assert (np.diff(decision.units) > 0).all()
        assert (decision.arrives_s >= 0).all()
        assert decision.choice in decision.units or decision.choice == decision.victim
        assert decision.priority in (1, 2, 3)
        assert decision.now_s * 1e6 == pytest.approx(decision.simulation.now_us)
        return decision.choice

    decided(22, look).run()
    assert seen
