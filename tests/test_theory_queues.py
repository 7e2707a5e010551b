"""Queues against printed values, against chains solved state by state, and against laws that no queue may break."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from known import printed, stationary

from sim.theory import dispatching, erlang, general, infinite, priority

LOADED = [(1.5, 1.0, 2), (0.3, 1.0, 1), (9.0, 1.0, 10), (40.0, 0.5, 90), (3.0, 7.0, 4)]  # arrival, service, servers


# Erlang


@pytest.mark.parametrize(("load", "servers", "value"), [(5 / 7, 2, ".1295337"), (8, 10, ".121661")])
def test_erlang_b_as_printed(load, servers, value):
    assert erlang.erlang_b(load, servers) == printed(value)


@pytest.mark.parametrize(
    ("arrival", "service", "servers", "delayed", "wait"),
    [
        (5, 10, 2, ".1", ".006667"),
        (8, 4, 5, ".059701", ".004975"),
        (9, 1, 10, ".668732", ".668732"),
        (12, 2, 8, ".356981", ".089245"),
    ],
)
def test_erlang_c_as_printed(arrival, service, servers, delayed, wait):
    assert erlang.erlang_c(arrival / service, servers) == printed(delayed)
    assert erlang.wait_mean(arrival, service, servers) == printed(wait)


@pytest.mark.parametrize(("arrival", "service", "servers"), LOADED)
def test_erlang_is_the_chain_of_births_and_deaths(arrival, service, servers):
    load = arrival / service
    weights = [load**n / math.factorial(n) for n in range(servers + 1)]
    assert erlang.erlang_b(load, servers) == pytest.approx(weights[-1] / sum(weights))
    assert erlang.busy_pmf(load, servers, queue=False) == pytest.approx(np.array(weights) / sum(weights))
    weights[-1] /= 1 - load / servers
    assert erlang.busy_pmf(load, servers, queue=True) == pytest.approx(np.array(weights) / sum(weights))
    assert erlang.erlang_c(load, servers) == pytest.approx(weights[-1] / sum(weights))


@pytest.mark.parametrize(("arrival", "service", "servers"), LOADED)
def test_work_is_conserved(arrival, service, servers):
    """Units busy on average are the work that is taken on: all of it with a line, what is not lost without."""
    load, count = arrival / service, np.arange(servers + 1)
    assert erlang.busy_pmf(load, servers, queue=True) @ count == pytest.approx(load)
    carried = load * (1 - erlang.erlang_b(load, servers))
    assert erlang.busy_pmf(load, servers, queue=False) @ count == pytest.approx(carried)
    assert erlang.ordered_entry(load, servers).sum() == pytest.approx(carried)


def test_the_tail_of_the_wait_adds_up_to_its_mean():
    times = np.linspace(0, 40, 40_001)
    tail = [erlang.wait_tail(1.5, 1.0, 2, time) for time in times]
    assert np.trapezoid(tail, times) == pytest.approx(erlang.wait_mean(1.5, 1.0, 2), rel=1e-6)
    assert tail[0] == erlang.erlang_c(1.5, 2)


def test_ordered_entry_by_its_chain():
    """Two servers, the first taken when free: states are (first busy, second busy)."""

    def moves(state):
        first, second = state
        yield 1.3, (1, second) if not first else (1, 1)
        yield float(first), (0, second)
        yield float(second), (first, 0)

    chances = stationary((0, 0), moves)
    busy = [sum(chance for state, chance in chances.items() if state[k]) for k in (0, 1)]
    assert erlang.ordered_entry(1.3, 2) == pytest.approx(busy)


def test_large_systems_do_not_overflow():
    busy = erlang.busy_pmf(3000.0, 3100, queue=True)
    assert busy.sum() == pytest.approx(1)
    assert busy @ np.arange(3101) == pytest.approx(3000)


@pytest.mark.parametrize(("arrival", "service", "servers", "patience"), [(5, 1, 4, 0.5), (9, 1, 10, 2), (1, 3, 1, 0.1)])
def test_impatience_by_its_chain(arrival, service, servers, patience):
    def moves(number):
        if number < 150:
            yield arrival, number + 1
        if number:
            yield min(number, servers) * service + max(number - servers, 0) * patience, number - 1

    chances = stationary(0, moves)
    line = sum(max(number - servers, 0) * chance for number, chance in chances.items())
    found = erlang.abandonment(arrival, service, servers, patience)
    assert found.delayed == pytest.approx(sum(chance for number, chance in chances.items() if number >= servers))
    assert found.wait == pytest.approx(line / arrival)
    assert found.abandoned == pytest.approx(patience * line / arrival)


def test_impatience_lies_between_a_line_and_none():
    """Callers who leave at once make Erlang's loss system, callers who never do his delay system."""
    load, servers = 8.0, 10
    assert erlang.abandonment(8.0, 1.0, servers, 1e9).abandoned == pytest.approx(
        erlang.erlang_b(load, servers), rel=1e-6
    )
    assert erlang.abandonment(8.0, 1.0, servers, 1e-6).wait == pytest.approx(
        erlang.wait_mean(8.0, 1.0, servers), rel=1e-4
    )
    assert erlang.abandonment(8.0, 1.0, servers, 0.0).wait == erlang.wait_mean(8.0, 1.0, servers)
    # with patience as long as service, everybody leaves after an exponential time: the number there is Poisson
    poisson = [8.0**n * math.exp(-8.0) / math.factorial(n) for n in range(servers)]
    assert erlang.abandonment(8.0, 1.0, servers, 1.0).delayed == pytest.approx(1 - sum(poisson))


def test_more_servers_less_wait_and_more_load_more():
    waits = [erlang.wait_mean(5.0, 1.0, servers) for servers in range(1, 12)]
    assert waits[:5] == [math.inf] * 5
    assert all(low > high for low, high in itertools.pairwise(waits[5:]))
    lost = [erlang.erlang_b(load, 6) for load in range(30)]
    assert lost[0] == 0
    assert all(low < high for low, high in itertools.pairwise(lost))


# Priorities


def test_cobham_as_printed():
    arrivals = [0.2, 0.6, 1.2]
    assert list(priority.waits(arrivals, 3, 1)) == printed(".23810 .32468 .90909")
    assert list(priority.waits(arrivals, 3, 2)) == printed(".02874 .03316 .04808")
    assert list(priority.preemptive_waits(arrivals, 3, 2)) == printed(".000371 .007921 .065422")


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_priorities_only_move_waiting_about(servers):
    """Calls alike in service wait as long on average as first come first served (Kleinrock 1965)."""
    arrivals = np.array([0.5, 0.1, 0.3]) * servers
    alike = erlang.wait_mean(arrivals.sum(), 1.0, servers)
    for waits in (priority.waits(arrivals, 1.0, servers), priority.preemptive_waits(arrivals, 1.0, servers)):
        assert arrivals @ waits / arrivals.sum() == pytest.approx(alike)
        assert (np.diff(waits) > 0).all()
    assert priority.preemptive_waits(arrivals, 1.0, servers)[0] < priority.waits(arrivals, 1.0, servers)[0]


def test_the_urgent_do_not_see_who_comes_after_when_they_preempt():
    few, many = (priority.preemptive_waits([0.4, other], 1.0, 1) for other in (0.1, 0.5))
    assert few[0] == many[0] == pytest.approx(erlang.wait_mean(0.4, 1.0, 1))


def test_two_classes_with_means_of_their_own_as_printed():
    """MIT 1.203, 2003: 12 calls an hour of each, 1 and 3 minutes, one server."""
    means, squares = [1, 3], [1, 9]
    arrivals = np.array([12, 12]) / 60
    waits = priority.general_waits(arrivals, means, squares)
    assert list(waits) == printed("1.25 6.25")
    assert waits.mean() == printed("3.75")
    both = general.mixture([1, 1], [general.constant(1), general.constant(3)])
    assert general.wait_mean(arrivals.sum(), *both) == printed("5")
    assert list(priority.growth(arrivals, means)) == [0, 0]

    arrivals = np.array([20, 20]) / 60
    assert list(priority.general_waits(arrivals, means, squares)) == [printed("1.75"), math.inf]
    # the first class leaves 40 minutes of an hour, and the second asks for 60, 3 a call
    assert list(priority.growth(arrivals, means)) == pytest.approx([0, (60 - 40) / 3 / 60])


def test_work_waiting_is_conserved_in_general_priorities():
    """The sum of load * wait does not depend on the order of classes (Kleinrock's conservation law)."""
    arrivals, parts = [0.1, 0.3, 0.05], [general.lognormal(1, 0.8), general.constant(1.2), general.exponential(4)]
    sums = []
    for order in itertools.permutations(range(3)):
        rates, means, squares = zip(*([arrivals[k], *parts[k]] for k in order), strict=True)
        waits = priority.general_waits(rates, means, squares)
        sums.append(sum(rate * mean * wait for rate, mean, wait in zip(rates, means, waits, strict=True)))
    assert sums == pytest.approx([sums[0]] * 6)


def test_general_priorities_with_exponential_service_are_cobhams():
    arrivals = [0.2, 0.6, 1.2]
    general_waits = priority.general_waits(arrivals, [1 / 3] * 3, [2 / 9] * 3)
    assert general_waits == pytest.approx(priority.waits(arrivals, 3, 1))


def test_overload_begins_with_the_first_class_that_cannot_keep_up():
    assert list(np.isinf(priority.waits([1, 5, 3], 1, 4))) == [False, True, True]
    assert list(np.isinf(priority.preemptive_waits([1, 5, 3], 1, 4))) == [False, True, True]
    assert list(np.isinf(priority.cutoff([1, 5, 3], 1, 4, [0, 1, 1]).waits)) == [False, True, True]
    # of 4 servers one is the first class's, and three serve the second
    assert list(priority.growth([1, 5, 3], [1, 1, 1], 4)) == [0, 2, 3]
    # the first class meets four busy servers always, and waits for one of the four that clear
    assert priority.waits([1, 5, 3], 1, 4)[0] == pytest.approx(1 / 4 / (1 - 1 / 4))


# Reserve


def with_reserve(arrivals, service, servers, reserve, longest=40):
    """Cut-off priority state by state: (busy, line of each class)."""

    def moves(state):
        busy, *lines = state
        for k, rate in enumerate(arrivals):
            if busy < servers - reserve[k]:
                yield rate, (busy + 1, *lines)
            elif lines[k] < longest:
                yield rate, (busy, *(n + (i == k) for i, n in enumerate(lines)))
        if busy:
            starts = next((k for k, n in enumerate(lines) if n and busy - 1 < servers - reserve[k]), None)
            left = (busy - 1, *lines) if starts is None else (busy, *(n - (i == starts) for i, n in enumerate(lines)))
            yield busy * service, left

    chances = stationary((0, *(0 for _ in arrivals)), moves)
    delayed = [sum(p for s, p in chances.items() if s[0] >= servers - reserve[k]) for k in range(len(arrivals))]
    waits = [sum(s[k + 1] * p for s, p in chances.items()) / arrivals[k] for k in range(len(arrivals))]
    return delayed, waits


@pytest.mark.parametrize(
    ("arrivals", "servers", "reserve", "longest"),
    [
        ([0.8, 0.5], 4, [0, 1], 60),
        ([0.8, 0.3], 4, [0, 2], 60),
        ([1.2, 0.6], 4, [0, 0], 60),
        ([0.4, 0.2, 0.2], 4, [0, 1, 2], 18),
        ([0.4, 0.4, 0.2], 4, [0, 1, 1], 18),
    ],
)
def test_cutoff_by_its_chain(arrivals, servers, reserve, longest):
    delayed, waits = with_reserve(arrivals, 1.0, servers, reserve, longest)
    found = priority.cutoff(arrivals, 1.0, servers, reserve)
    assert list(found.delayed) == pytest.approx(delayed, rel=1e-6)
    assert list(found.waits) == pytest.approx(waits, rel=1e-5)


@pytest.mark.parametrize("servers", [1, 2, 8])
def test_a_reserve_of_nothing_is_no_reserve(servers):
    arrivals = np.array([0.2, 0.3, 0.4]) * servers
    found = priority.cutoff(arrivals, 1.0, servers, [0, 0, 0])
    assert found.waits == pytest.approx(priority.waits(arrivals, 1.0, servers))
    assert found.delayed == pytest.approx(erlang.erlang_c(arrivals.sum(), servers))


def test_a_reserve_helps_those_it_is_kept_for_at_the_others_cost():
    arrivals = [2.0, 2.0]
    urgent, other = zip(*(priority.cutoff(arrivals, 1.0, 8, [0, reserve]).waits for reserve in range(5)), strict=True)
    assert all(more > less for more, less in itertools.pairwise(urgent))
    assert all(less < more for less, more in itertools.pairwise(other))


def test_behind_a_reserve_that_nobody_can_pass_the_urgent_still_meet_a_finite_wait():
    """Four servers, one kept for the first class: three are always busy, and the rest is a queue of levels 3 and 4."""
    found = priority.cutoff([1.0, 9.0], 1.0, 4, [0, 1])
    # from 3 busy, calls of the first class lead to 4 and beyond; an end at 3 is followed by a start
    weights = [1.0, 1.0 / 4 / (1 - 1 / 4)]
    assert list(found.delayed) == pytest.approx([weights[1] / sum(weights), 1.0])
    assert list(found.waits) == pytest.approx([found.delayed[0] / (4 - 1), math.inf])


# One server


def test_pollaczek_khinchine_with_exponential_service_is_erlangs():
    assert general.wait_mean(0.7, *general.exponential(1.0)) == pytest.approx(erlang.wait_mean(0.7, 1.0, 1))
    assert general.wait_mean(0.7, *general.constant(1.0)) == pytest.approx(erlang.wait_mean(0.7, 1.0, 1) / 2)
    assert general.wait_mean(1.0, *general.constant(1.0)) == math.inf


def test_moments_by_integration():
    """Of the log-normal over quantiles of the normal; of the others by definition."""
    z = np.linspace(-12, 12, 200_001)
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    values = 3.0 * np.exp(0.6 * z)
    expected = [np.trapezoid(density * values**power, z) for power in (1, 2)]
    assert general.lognormal(3.0, 0.6) == pytest.approx(expected)
    assert general.empirical([1, 4], [3, 1]) == (1.75, 4.75)
    assert general.empirical([5]) == general.constant(5)
    assert general.mixture([1, 3], [general.constant(2), general.exponential(1)]) == pytest.approx((1.25, 2.5))


def test_calls_at_fixed_intervals_by_the_chain_of_arrivals():
    """The number that an arrival finds, as a chain whose step is the number served in one interval."""
    arrival, service, size = 0.8, 1.0, 200
    served = np.exp(-service / arrival) * np.cumprod(np.append(1.0, service / arrival / np.arange(1, size + 2)))
    step = np.zeros((size, size))
    for found in range(size):
        for done in range(found + 1):
            step[found, min(found + 1 - done, size - 1)] += served[done]
        step[found, 0] += 1 - step[found].sum()
    met = np.linalg.matrix_power(step, 4096)[0]
    queue = general.regular(arrival, service)
    assert queue.delayed == pytest.approx(1 - met[0], rel=1e-9)
    assert queue.wait == pytest.approx(met @ np.arange(size) / service, rel=1e-9)
    assert queue.wait < general.wait_mean(arrival, *general.exponential(1 / service))


# Units without limit, and calls that take several


def test_batches_as_printed():
    spread = infinite.batches(6, 0.5, [1, 2, 3], [0.6, 0.3, 0.1])
    assert spread == (printed("4.5"), printed("8.1"))
    assert infinite.busy_mean(6, 0.5) == 3


def test_single_units_vary_as_poisson():
    assert infinite.batches(6, 0.5, [1], [1]) == (3, 3)


def test_batches_are_what_the_multi_rate_system_is_without_a_limit():
    loads, sizes = np.array([1.8, 0.9, 0.3]), [1, 2, 3]
    busy, count = dispatching.busy_pmf(loads, sizes, 80), np.arange(81)
    mean = busy @ count
    assert (mean, busy @ count**2 - mean**2) == pytest.approx(infinite.batches(6, 0.5, sizes, loads / 3))


def test_kaufman_roberts_state_by_state():
    """(calls of each class in service) is a product of Poisson weights wherever there is room."""
    loads, sizes, servers = [1.5, 0.7, 0.4], [1, 2, 4], 7
    weights = {}
    for state in itertools.product(range(8), repeat=3):
        if (busy := sum(n * size for n, size in zip(state, sizes, strict=True))) <= servers:
            weight = math.prod(load**n / math.factorial(n) for n, load in zip(state, loads, strict=True))
            weights[busy] = weights.get(busy, 0.0) + weight
    whole = sum(weights.values())
    lost = [sum(w for busy, w in weights.items() if busy + size > servers) / whole for size in sizes]
    assert list(dispatching.kaufman_roberts(loads, sizes, servers)) == pytest.approx(lost)


def test_kaufman_roberts_with_single_servers_is_erlangs():
    assert dispatching.kaufman_roberts([2.0, 1.0], [1, 1], 5) == pytest.approx([erlang.erlang_b(3.0, 5)] * 2)
    assert list(dispatching.kaufman_roberts([1.0, 1.0], [1, 9], 5))[1] == pytest.approx(1.0)


# Arguments


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: erlang.erlang_b(-1, 2), "load must be a finite number not below 0, not -1"),
        (lambda: erlang.erlang_c(1, 0), "servers must be a whole number from 1 on, not 0"),
        (lambda: erlang.wait_mean(1, 0, 2), "service must be a finite number above 0, not 0"),
        (lambda: erlang.erlang_b(1, 2.5), "servers must be a whole number"),
        (lambda: priority.waits([], 1, 1), "arrivals must be a list"),
        (lambda: priority.waits([1, math.nan], 1, 1), "arrivals must be finite numbers"),
        (lambda: priority.general_waits([1, 1], [1], [1, 1]), "means must be a list of 2 numbers"),
        (lambda: priority.cutoff([1, 1], 1, 4, [1, 1]), "start with 0 and do not fall"),
        (lambda: priority.cutoff([1, 1], 1, 4, [0, 4]), "reserve must stay below the 4 servers"),
        (lambda: general.wait_mean(1, 2, 3), "below the square of the mean"),
        (lambda: general.empirical([1], [0]), "weights must not all be 0"),
        (lambda: infinite.batches(1, 1, [1, 2], [0.5, 0.6]), "shares must add up to 1"),
        (lambda: dispatching.kaufman_roberts([1], [1.5], 3), "sizes must be whole numbers"),
    ],
)
def test_nonsense_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()
