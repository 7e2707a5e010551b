"""Demand and staff that change with the hour, against printed values, chains written out crew by crew, and laws."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from known import printed

from sim.theory import erlang, infinite, varying
from sim.theory.rates import Sine, Steps

WAVE = Sine(20, 10)
HOURS = np.arange(24)


# Rates


def test_average_rates_by_adding_up():
    for rate in (Sine(4, 3, 10, 2), Steps((1.0, 5.0, 2.0, 0.0, 8.0), 10)):
        for begin, end in [(0, 10), (1.3, 2.9), (-3.1, 4.2), (7, 33.5)]:
            middles = begin + (np.arange(100_000) + 0.5) * (end - begin) / 100_000
            assert rate.average(begin, end) == pytest.approx(rate(middles).mean(), abs=1e-4)


def test_a_wave_and_its_steps_repeat():
    times = np.linspace(-30, 30, 17)
    for rate in (WAVE, Steps((1.0, 2.0, 3.0))):
        assert rate(times) == pytest.approx(rate(times + 24))


# Units without limit


def test_busy_at_as_printed():
    expected = printed("9.3565 13.0210 14.9158 13.9310 10.6435 6.9790 5.0842 6.0690")
    assert list(infinite.busy_at(np.arange(0, 24, 3), WAVE, 0.5)) == expected


@pytest.mark.parametrize("rate", [Sine(4, 3, 10, 2), Steps((1.0, 5.0, 2.0, 0.0, 8.0), 10), Steps((3.0,), 10)])
@pytest.mark.parametrize("mean", [0.2, 3.0, 50.0])
def test_busy_at_is_what_arrived_and_has_not_left(rate, mean):
    """The sum over past arrivals of the chance that they are still there."""
    times = np.array([0.0, 1.1, 3.999, 4.0, 9.7])
    ages = (np.arange(400_000) + 0.5) * 30 * mean / 400_000
    there = [(rate(time - ages) * np.exp(-ages / mean)).mean() * 30 * mean for time in times]
    assert infinite.busy_at(times, rate, mean) == pytest.approx(there, rel=1e-3)


def test_more_servers_than_are_ever_busy_are_servers_without_limit():
    day = varying.transient(Sine(10, 5), 2, 40)
    assert day.delayed.max() < 1e-12
    assert day.wait == pytest.approx(0, abs=1e-12)


# M_t/M/c(t)


def test_nine_servers_as_printed():
    day = varying.transient(Sine(10, 5), 2, 9)
    assert day.delayed.max() == printed(".46467")
    assert day.delayed_share == printed(".221621")
    assert 60 * day.wait == printed("3.1093")
    # The top is at 7.1287 h; the printed 7.125 is the nearest of every 1/40 h, and to six digits as high.
    times, curve = day.times[:, :-1].ravel(), day.delayed[:, :-1].ravel()
    top = slice(curve.argmax() - 2, curve.argmax() + 3)
    square, slope, _ = np.polyfit(times[top] - 7.125, curve[top], 2)
    assert abs(-slope / 2 / square) < 1 / 80
    assert np.interp(7.125, times, curve) == pytest.approx(day.delayed.max(), abs=2e-6)


@pytest.mark.parametrize(("lag", "hours", "over", "worst"), [(0, "370", 7, ".1346"), (1 / 2, "371", 0, ".0989")])
def test_staffing_as_printed(lag, hours, over, worst):
    """Held to the plain mean of P(delay) at the 60 whole minutes of the hour; by calls it is .1347 and .0990."""
    staff = varying.staffing(WAVE, 2, 0.1, lag)
    day = varying.transient(WAVE, 2, staff)
    by_minute = varying.sampled(day)
    assert staff.sum() == printed(hours)
    assert ((by_minute > 0.1).sum(), by_minute.max()) == (over, printed(worst))
    assert ((day.delayed_by_hour > 0.1).sum(), day.delayed_by_hour.max()) == (
        over,
        pytest.approx(float(worst), abs=2e-4),
    )


def test_a_rate_that_stays_is_erlangs():
    for lasting in (8, Steps((8.0,) * 6), [8.0] * 24):
        day = varying.transient(lasting, 1, 10)
        assert day.delayed == pytest.approx(np.full(day.delayed.shape, erlang.erlang_c(8, 10)))
        assert day.wait == pytest.approx(erlang.wait_mean(8, 1, 10), rel=1e-6)
    lost = varying.transient(8, 1, 10, queue_limit=0)
    assert lost.lost_share == lost.delayed_share == pytest.approx(erlang.erlang_b(8, 10))


def test_slow_change_is_followed_hour_by_hour():
    """Stationary queues moment by moment are the limit of fast service (Green & Kolesar 1991); at 2 they are .1 off."""
    rate, service, servers = Sine(100, 50), 20.0, 9
    day = varying.transient(rate, service, servers)
    stationary = [erlang.erlang_c(load / service, servers) for load in rate(day.times[:, 0])]
    assert day.delayed[:, 0] == pytest.approx(stationary, abs=0.015)


def test_more_places_in_line_lose_less_and_wait_more():
    days = [varying.transient(Sine(10, 8), 2.0, 5, queue_limit=limit) for limit in (0, 2, 6, 30)]
    for fewer, more in itertools.pairwise(days):
        assert more.lost_share < fewer.lost_share <= fewer.delayed_share
        assert more.wait > fewer.wait
    assert days[0].wait == 0


def test_more_staff_in_any_hour_helps():
    staff = varying.staffing(WAVE, 2, 0.1)
    plain = varying.transient(WAVE, 2, staff)
    for hour in (3, 18):
        more = varying.transient(WAVE, 2, staff + (hour == HOURS))
        assert more.delayed_share < plain.delayed_share
        assert more.wait < plain.wait


def test_staffing_of_a_rate_that_stays():
    staff = varying.staffing(20, 2, 0.1)
    needed = int(staff[0])
    assert (staff == needed).all()
    assert erlang.erlang_c(10, needed) <= 0.1 < erlang.erlang_c(10, needed - 1)
    assert (varying.staffing(20, 2, 0.1, lag=3) == staff).all()
    assert (varying.staffing(0, 2, 0.1) == 0).all()


def test_a_lag_of_an_hour_moves_the_staff_by_an_hour():
    plain = varying.staffing(WAVE, 2, 0.1)
    assert (varying.staffing(WAVE, 2, 0.1, lag=1) == np.roll(plain, 1)).all()


def test_overload_all_day_long():
    day = varying.transient(WAVE, 2, 9)
    assert (day.wait, day.delayed_share) == (math.inf, 1)
    assert np.isinf(day.line).all()


def test_overload_for_some_hours_is_caught_up():
    """As a fluid sees it: all 50 are busy once 100 - 90 exp(-t) is 50; then what comes beyond adds up."""
    day = varying.transient(Steps((100.0,) * 6 + (10.0,) * 18), 1.0, 50)
    assert day.line[5, -1] == pytest.approx((6 - math.log(90 / 50)) * (100 - 50), rel=0.01)
    assert day.lost_share < 1e-9


# Crews that finish after hours


def crew_by_crew(arrivals, service, staff, longest=20):
    """(delayed, line) as each hour begins, workloads, overtime: sets of busy crews and the line, as the words say.

    Rates step with the hours, which have length 1; the generator's exponential is exact.
    """
    from scipy.linalg import expm

    units, hours = max(staff), len(staff)
    sets = [frozenset(busy) for size in range(units + 1) for busy in itertools.combinations(range(units), size)]
    states = [(busy, line) for busy in sets for line in range(longest + 1)]
    number = {state: k for k, state in enumerate(states)}

    def hand_out(busy, line, on):
        """Crews on duty and free take who waits, the smallest number first."""
        for crew in range(on):
            if line and crew not in busy:
                busy, line = busy | {crew}, line - 1
        return busy, line

    def generator(arrival, on):
        matrix = np.zeros((len(states), len(states)))
        for (busy, line), k in number.items():
            steps = [(service, hand_out(busy - {crew}, line, on)) for crew in busy]
            if line < longest:
                steps.append((arrival, hand_out(busy, line + 1, on)))
            for speed, following in steps:
                matrix[number[following], k] += speed
                matrix[k, k] -= speed
        return matrix

    begins = [np.zeros((len(states), len(states))) for _ in staff]
    for on, matrix in zip(staff, begins, strict=True):
        for (busy, line), k in number.items():
            matrix[number[hand_out(busy, line, on)], k] = 1
    parts = 2 * math.ceil(10 * service)
    within = [expm(generator(arrival, on) / parts) for arrival, on in zip(arrivals, staff, strict=True)]
    simpson = np.array([1, *[4, 2] * (parts // 2 - 1), 4, 1]) / 3 / parts
    is_busy = np.array([[crew in busy for busy, _ in states] for crew in range(units)]).astype(float)
    full = np.array([[set(range(on)) <= busy for busy, _ in states] for on in staff])
    waiting = np.array([line for _, line in states])

    chances = before = np.eye(len(states))[0]
    for _ in range(100):
        delayed, line, time_busy = [], [], np.zeros((hours, units))
        for hour in range(hours):
            chances = begins[hour] @ chances
            delayed.append(chances @ full[hour])
            line.append(chances @ waiting)
            for part, weight in enumerate(simpson):
                chances = within[hour] @ chances if part else chances
                time_busy[hour] += weight * (is_busy @ chances)
        if np.abs(chances - before).sum() < 1e-12:
            break
        before = chances
    over = sum(busy[on:].sum() for busy, on in zip(time_busy, staff, strict=True))
    return delayed, line, time_busy.mean(axis=0), over / hours


@pytest.mark.parametrize(
    ("staff", "arrivals", "service"),
    [
        ([1, 3, 3, 2], (0.4, 1.5, 0.2, 0.9), 1.5),  # comes and goes by ones and twos
        ([2, 2, 3, 0], (0.8, 0.5, 0.9, 0.3), 1.5),  # an hour with nobody: the line waits for the first
        ([3, 1, 3, 1], (0.5, 0.3, 0.9, 0.1), 1.5),  # twice a day
        ([1, 3, 1, 1], (2.0, 40.0, 3.0, 1.0), 30),  # an absence that no work outlasts
    ],
)
def test_duty_cycle_is_the_chain_crew_by_crew(staff, arrivals, service):
    delayed, line, workloads, overtime = crew_by_crew(arrivals, service, staff)
    duty = varying.duty_cycle(Steps(arrivals, 4), service, staff, apart=True)
    assert list(duty.sizes) == [1, 1, 1]
    assert duty.day.delayed[:, 0] == pytest.approx(delayed, abs=2e-5)  # the line is cut there
    assert duty.day.line[:, 0] == pytest.approx(line, abs=2e-4)
    assert duty.workloads == pytest.approx(workloads, abs=2e-5)
    assert duty.overtime == pytest.approx(overtime, abs=2e-5)


def test_crews_with_the_same_hours_may_be_counted_together():
    staff, rate = [2, 5, 5, 3, 5, 2], Steps((1.0, 6.0, 7.0, 4.0, 3.0, 0.5), 6)
    apart, together = (varying.duty_cycle(rate, 1.7, staff, apart=apart) for apart in (True, False))
    assert list(together.sizes) == [2, 1, 2]
    assert together.day.delayed == pytest.approx(apart.day.delayed, abs=1e-9)
    assert together.day.wait == pytest.approx(apart.day.wait)
    assert together.overtime == pytest.approx(apart.overtime)
    means = [apart.workloads[:2].mean(), apart.workloads[2], apart.workloads[3:].mean()]
    assert together.workloads == pytest.approx(means)


def test_work_is_conserved_over_a_day():
    """Crews are busy for as long as there is work, on duty or after hours, whatever the staff."""
    for staff in (varying.staffing(WAVE, 6, 0.1), [6] * 24, [0, 8] * 12):
        duty = varying.duty_cycle(WAVE, 6, staff)
        assert duty.sizes @ duty.workloads == pytest.approx(20 / 6, rel=1e-6)


def test_staff_that_stays_is_the_textbooks_queue():
    duty, day = varying.duty_cycle(Sine(10, 5), 2, 9), varying.transient(Sine(10, 5), 2, 9)
    assert duty.day.delayed == pytest.approx(day.delayed, abs=1e-8)
    assert duty.day.wait == pytest.approx(day.wait)
    assert (list(duty.sizes), duty.overtime) == ([9], 0)


def test_crews_apart_in_a_steady_state_are_ordered_entry():
    """With hardly any line the free crew of the smallest number carries what Erlang's formula says."""
    duty = varying.duty_cycle(1.0, 1.0, [8], apart=True)
    assert duty.workloads == pytest.approx(erlang.ordered_entry(1.0, 8), abs=2e-5)


def test_finishing_after_hours_serves_more_than_going_back_to_the_line():
    staff = varying.staffing(Sine(10, 6), 2, 0.1)
    finishing, textbook = varying.duty_cycle(Sine(10, 6), 2, staff), varying.transient(Sine(10, 6), 2, staff)
    assert finishing.overtime > 0
    assert finishing.day.wait < textbook.wait


def test_duty_of_overloaded_crews():
    """On duty they are always busy, and then for what is left of the last call, or until they are back."""
    duty = varying.duty_cycle(50.0, 2.0, [1] * 12 + [3] * 12)
    assert math.isinf(duty.day.wait)
    after = (1 - math.exp(-2 * 12)) / 2 / 24
    assert duty.workloads == pytest.approx([1, 0.5 + after])
    assert duty.overtime == pytest.approx(2 * after)


# Arguments


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: varying.transient(Sine(5, 6), 1, 9), "amplitude 6 exceeds the mean"),
        (lambda: varying.transient([1, -1], 1, 9), "rate must be finite numbers not below 0"),
        (lambda: varying.transient(5, 1, [1, 2.5]), "servers must be whole numbers"),
        (lambda: varying.duty_cycle(5, 1, [0, 0]), "on_duty must be whole numbers"),
        (lambda: varying.transient(5, 1, 9, queue_limit=-1), "queue_limit must be a whole number from 0 on"),
        (lambda: varying.staffing(5, 1, 1.0), "target must lie between 0 and 1"),
        (lambda: varying.sampled(varying.transient(5, 1, 9), 7), "samples must divide"),
    ],
)
def test_nonsense_is_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()
