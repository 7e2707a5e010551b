"""The hypercube against printed values, its chain written out as sets of units, and laws of all such systems."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from known import printed, stationary

from sim.theory import erlang, hypercube


def random_system(seed, units, load, atoms=6, ties=False):
    """(arrivals, ranks) of a district with random lists."""
    rng = np.random.default_rng(seed)
    arrivals = rng.random(atoms)
    ranks = rng.integers(0, 3, (atoms, units)) if ties else rng.permuted(np.tile(np.arange(units), (atoms, 1)), axis=1)
    return arrivals * load / arrivals.sum(), ranks.astype(float)


def by_sets(arrivals, ranks, service, queue, longest=150):
    """(chances, shares, wait) of the chain from the words of the model: sets of busy units, and the number in line."""
    units = range(len(service))
    total = sum(arrivals)

    def sent_to(busy, atom):
        free = [unit for unit in units if unit not in busy and not math.isinf(ranks[atom][unit])]
        least = min((ranks[atom][unit] for unit in free), default=None)
        return [unit for unit in free if ranks[atom][unit] == least]

    def moves(state):
        busy, line = state
        for atom, rate in enumerate(arrivals):
            choice = sent_to(busy, atom)
            for unit in choice:
                yield rate / len(choice), (busy | {unit}, 0)
            if not choice and queue and line < longest:
                yield rate, (busy, line + 1)
        for unit in busy:
            yield service[unit], (busy, line - 1) if line else (busy - {unit}, 0)

    chances = stationary((frozenset(), 0), moves)
    shares = np.zeros((len(arrivals), len(service)))
    for (busy, line), chance in chances.items():
        for atom, rate in enumerate(arrivals):
            choice = sent_to(busy, atom)
            for unit in choice:
                shares[atom, unit] += chance * rate / len(choice) / total
        if line:  # who clears takes the first in line, of whatever atom
            for unit in busy:
                shares[:, unit] += chance * service[unit] / total * np.array(arrivals) / total
    wait = sum(chance * line for (_, line), chance in chances.items()) / total
    return chances, shares, wait


# Printed


def two_units(width):
    """(arrivals, ranks, distances) of Larson & Odoni 5.3.3: units at 0.75 and -0.25; distances to atoms are exact."""
    atoms = [(0.75, 1.0), (0.75 - width, 0.75), (-1.0, 0.75 - width)]
    arrivals = [5 / 8, 5 / 8 * width / 1.75, 5 / 8 * (1.75 - width) / 1.75]

    def mean_distance(place, west, east):
        return ((east - place) * abs(east - place) - (west - place) * abs(west - place)) / 2 / (east - west)

    distances = np.array([[mean_distance(place, *atom) for place in (0.75, -0.25)] for atom in atoms])
    return arrivals, np.array([[0, 1], [0, 1], [1, 0]]), distances


@pytest.mark.parametrize(
    ("width", "travel", "imbalance", "workloads"),
    [(1 / 2, ".46246", ".05236", ".49010 .43774"), (53 / 126, ".46166", ".04405", ".48594 .44189")],
)
def test_two_units_in_a_rectangular_city(width, travel, imbalance, workloads):
    arrivals, ranks, distances = two_units(width)
    solution = hypercube.solve(arrivals, ranks, 1.0, queue=False)
    assert hypercube.travel(solution, distances) == printed(travel)
    assert solution.workloads[0] - solution.workloads[1] == printed(imbalance)
    assert list(solution.workloads) == printed(workloads)
    assert solution.delayed == printed(".257732")


def test_the_best_border_is_not_the_nearest():
    """Of borders between the two units the mean travel is least at 53/126, not half way, where w = 1/2."""
    borders = np.arange(30, 75) / 126
    systems = [two_units(width) for width in borders]
    means = [hypercube.travel(hypercube.solve(a, ranks, 1.0, queue=False), far) for a, ranks, far in systems]
    assert borders[np.argmin(means)] == 53 / 126


def test_larson_factors_as_printed():
    assert [hypercube.larson_factor(3, 0.5, j) for j in range(3)] == printed("1 .73684 .63158")


def test_six_units_as_printed():
    for seed in range(3):
        solution = hypercube.solve(*random_system(seed, 6, 3.6), 1.0, queue=True)
        assert solution.delayed == printed(".196566")
        assert solution.workloads.sum() == pytest.approx(3.6)


# Chains


@pytest.mark.parametrize("queue", [False, True])
@pytest.mark.parametrize("ties", [False, True])
def test_it_is_the_chain_of_busy_sets(queue, ties):
    arrivals, ranks = random_system(7, 4, 2.5, atoms=3, ties=ties)
    service = [0.8, 1.0, 1.3, 0.9]
    chances, shares, wait = by_sets(arrivals, ranks, service, queue)
    solution = hypercube.solve(arrivals, ranks, service, queue=queue)
    states = np.zeros(16)
    for (busy, _), chance in chances.items():
        states[sum(1 << unit for unit in busy)] += chance
    assert solution.states == pytest.approx(states, abs=1e-9)
    assert solution.shares == pytest.approx(shares, abs=1e-9)
    assert solution.wait == pytest.approx(wait, abs=1e-8)
    assert solution.delayed == pytest.approx(states[-1], abs=1e-9)


def test_units_that_are_never_sent_to_an_atom():
    """Loss only: atom 0 has two units, atom 1 one, atom 2 all."""
    arrivals, service = [0.7, 0.5, 0.9], [1.0, 1.5, 0.8]
    ranks = np.array([[0, 1, math.inf], [math.inf, math.inf, 0], [1, 1, 0]])
    _, shares, _ = by_sets(arrivals, ranks, service, queue=False)
    solution = hypercube.solve(arrivals, ranks, service, queue=False)
    assert solution.shares == pytest.approx(shares, abs=1e-12)
    assert solution.delayed == pytest.approx(1 - shares.sum())
    assert solution.shares[0, 2] == solution.shares[1, 0] == 0


# Laws


@pytest.mark.parametrize("queue", [False, True])
@pytest.mark.parametrize(("units", "load"), [(1, 0.4), (5, 0.1), (6, 3.6), (9, 8.9)])
def test_the_number_busy_does_not_know_the_lists(units, load, queue):
    arrivals, ranks = random_system(units, units, load)
    solution = hypercube.solve(arrivals, ranks, 1.0, queue=queue)
    busy = np.bincount(np.bitwise_count(np.arange(1 << units)), solution.states)
    assert busy == pytest.approx(erlang.busy_pmf(load, units, queue), abs=1e-12)
    assert solution.workloads.sum() == pytest.approx(busy @ np.arange(units + 1))
    served = 1 if queue else 1 - erlang.erlang_b(load, units)
    assert solution.shares.sum(axis=1) == pytest.approx(arrivals / load * served)
    if queue:
        assert solution.wait == pytest.approx(erlang.wait_mean(load, 1.0, units))


@pytest.mark.parametrize("queue", [False, True])
def test_each_unit_does_the_work_it_is_sent_to(queue):
    arrivals, ranks = random_system(3, 5, 3.0, ties=True)
    service = np.array([0.7, 1.1, 1.0, 2.0, 0.9])
    solution = hypercube.solve(arrivals, ranks, service, queue=queue)
    assert solution.workloads == pytest.approx(solution.shares.sum(axis=0) * arrivals.sum() / service)


def test_random_choice_makes_all_workloads_equal():
    arrivals = [1.0, 2.0, 0.6]
    solution = hypercube.solve(arrivals, np.zeros((3, 6)), 1.0, queue=True)
    assert solution.workloads == pytest.approx([0.6] * 6)
    assert solution.shares == pytest.approx(np.outer(arrivals, np.ones(6)) / 3.6 / 6)


def test_one_list_for_all_is_ordered_entry():
    solution = hypercube.solve([2.0, 3.0], np.array([range(7)] * 2), 1.0, queue=False)
    assert solution.workloads == pytest.approx(erlang.ordered_entry(5.0, 7))


def test_numbering_units_and_atoms_otherwise_changes_nothing():
    arrivals, ranks = random_system(11, 6, 4.0)
    service = np.linspace(0.7, 1.4, 6)
    plain = hypercube.solve(arrivals, ranks, service, queue=True)
    atoms, units = [3, 0, 5, 1, 4, 2], [5, 2, 0, 4, 1, 3]
    moved = hypercube.solve(arrivals[atoms], ranks[atoms][:, units], service[units], queue=True)
    assert moved.workloads == pytest.approx(plain.workloads[units])
    assert moved.shares == pytest.approx(plain.shares[atoms][:, units])


def test_atoms_with_the_same_list_may_be_joined():
    arrivals, ranks = random_system(5, 5, 2.0)
    split = hypercube.solve(np.append(arrivals * 0.3, arrivals * 0.7), np.vstack([ranks, ranks]), 1.0, queue=True)
    whole = hypercube.solve(arrivals, ranks, 1.0, queue=True)
    assert split.states == pytest.approx(whole.states)
    assert split.shares[:6] + split.shares[6:] == pytest.approx(whole.shares)


@pytest.mark.parametrize("queue", [False, True])
@pytest.mark.parametrize("load", [1.0, 8.0, 14.8])
def test_fifteen_units_take_seconds(load, queue):
    arrivals, ranks = random_system(2, 15, load, atoms=60)
    began = time.process_time()
    solution = hypercube.solve(arrivals, ranks, np.linspace(0.9, 1.1, 15), queue=queue)
    assert time.process_time() - began < 20  # a second or two on any machine of today
    assert solution.workloads == pytest.approx(solution.shares.sum(axis=0) * load / np.linspace(0.9, 1.1, 15))


def test_overload():
    arrivals, ranks = random_system(1, 4, 5.5)
    solution = hypercube.solve(arrivals, ranks, [1.0, 1.0, 1.0, 2.0], queue=True)
    assert math.isinf(solution.wait)
    assert list(solution.workloads) == [1] * 4
    assert solution.shares.sum(axis=0) == pytest.approx([0.2, 0.2, 0.2, 0.4])
    assert math.isinf(hypercube.approximate(arrivals, ranks, 1.0, queue=True).wait)


def test_nobody_calls():
    solution = hypercube.solve([0.0], [[0, 1]], 1.0, queue=False)
    assert (solution.states[0], solution.delayed) == (1, 0)
    assert math.isnan(hypercube.travel(solution, np.ones((1, 2))))


# The approximation


@pytest.mark.parametrize("queue", [True, False])
def test_factors_by_drawing_units_at_random(queue):
    """Q r^j (1 - r) is the chance that j units drawn one by one are busy and the next is free."""
    units, load = 5, 2.0
    solution = hypercube.solve([load], np.zeros((1, units)), 1.0, queue=queue)
    busy = np.arange(1 << units)[:, None] >> np.arange(units) & 1
    workload = solution.workloads[0]
    for j in range(units):
        chance = solution.states @ (busy[:, :j].all(axis=1) & (busy[:, j] == 0))
        factor = hypercube.larson_factor(units, load / units, j, queue)
        assert factor * workload**j * (1 - workload) == pytest.approx(chance)


def test_factors_of_a_quiet_system_have_a_limit():
    for j in range(4):
        assert hypercube.larson_factor(4, 1e-7, j) == pytest.approx(hypercube.larson_factor(4, 0.0, j), rel=1e-5)
    assert np.isfinite([hypercube.larson_factor(80, 1e-5, j) for j in range(80)]).all()


@pytest.mark.parametrize("queue", [True, False])
@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize("load", [1.0, 5.0, 8.0])
def test_the_approximation_is_within_two_per_cent(load, ties, queue):
    """Larson 1975 reports errors of 1-2 % of workloads."""
    arrivals, ranks = random_system(4, 9, load, atoms=20, ties=ties)
    exact = hypercube.solve(arrivals, ranks, 1.0, queue=queue)
    close = hypercube.approximate(arrivals, ranks, 1.0, queue=queue)
    assert close.workloads == pytest.approx(exact.workloads, rel=0.02, abs=0.002)
    assert close.shares.sum() == pytest.approx(exact.shares.sum())
    assert close.delayed == pytest.approx(exact.delayed)
    assert close.wait == pytest.approx(exact.wait)


@pytest.mark.parametrize("queue", [True, False])
def test_the_approximation_is_exact_where_units_are_alike(queue):
    exact = hypercube.solve([3.0], np.zeros((1, 6)), 1.0, queue=queue)
    close = hypercube.approximate([3.0], np.zeros((1, 6)), 1.0, queue=queue)
    assert close.workloads == pytest.approx(exact.workloads)
    assert close.shares == pytest.approx(exact.shares)


def test_equal_ranks_are_the_mean_over_their_orders():
    """Two units before a third: as if half of the calls had one order and half the other."""
    arrivals, service = [1.0, 0.8], [1.0, 1.2, 0.7]
    tied = hypercube.approximate(arrivals, [[0, 0, 1], [1, 2, 0]], service, queue=True)
    halves = hypercube.approximate([0.5, 0.5, 0.8], [[0, 1, 2], [1, 0, 2], [1, 2, 0]], service, queue=True)
    assert tied.workloads == pytest.approx(halves.workloads, rel=2e-3)
    first = hypercube.approximate(arrivals, [[0, 1, 2], [1, 2, 0]], service, queue=True)
    assert tied.workloads != pytest.approx(first.workloads, rel=0.02)


def test_unequal_rates_are_approximated_too():
    arrivals, ranks = random_system(9, 8, 4.0, atoms=12)
    service = np.linspace(0.8, 1.25, 8)
    exact = hypercube.solve(arrivals, ranks, service, queue=False)
    close = hypercube.approximate(arrivals, ranks, service, queue=False)
    assert close.workloads == pytest.approx(exact.workloads, rel=0.05)


def test_unequal_rates_near_saturation():
    """Units of 0.5 to 2 calls an hour carry 4.9 of 5, though their mean service time alone would say 3.84 at most."""
    arrivals, ranks = random_system(9, 4, 4.9, atoms=10)
    service = [0.5, 1.0, 1.5, 2.0]
    exact = hypercube.solve(arrivals, ranks, service, queue=True)
    close = hypercube.approximate(arrivals, ranks, service, queue=True)
    assert close.workloads == pytest.approx(exact.workloads, rel=0.01)
    assert close.wait == pytest.approx(exact.wait, rel=0.02)


def test_a_hundred_units():
    arrivals, ranks = random_system(6, 100, 70.0, atoms=300)
    close = hypercube.approximate(arrivals, ranks, 1.0, queue=True)
    assert close.workloads.sum() == pytest.approx(70)
    assert close.shares.sum() == pytest.approx(1)
    assert close.workloads == pytest.approx(close.shares.sum(axis=0) * 70, rel=0.02)


# Arguments


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: hypercube.solve([1, 1], [[0, 1]], 1.0, False), "preference must be"),
        (lambda: hypercube.solve([1], [[0, math.nan]], 1.0, False), "not NaN"),
        (lambda: hypercube.solve([1], [[0, math.inf]], 1.0, True), "needs a loss system"),
        (lambda: hypercube.solve([1], [[0, 1]], [1.0], False), "service must be a list of 2"),
        (lambda: hypercube.solve([1], [[0, 1]], 0.0, False), "service must be finite numbers above 0"),
        (lambda: hypercube.solve([1], [range(30)], 1.0, False), "at most 20"),
        (lambda: hypercube.approximate([1], [[0, math.inf]], 1.0, False), "a rank for every unit"),
        (lambda: hypercube.larson_factor(3, 1.0, 1), "below 1"),
        (lambda: hypercube.larson_factor(3, 0.5, 3), "below the 3 units"),
        (lambda: hypercube.travel(hypercube.solve([1], [[0]], 1.0, False), np.ones((2, 1))), "distance must be"),
    ],
)
def test_nonsense_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()
