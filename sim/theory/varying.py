"""Queues whose demand and staff change with the hour: M_t/M/c(t), staffing rules, and crews that finish what they have.

Time is in hours where a day of 24 is meant; any other unit serves if rates and periods are in it too. An hour is one
of equal parts of the period.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, above_zero, at_least_zero, whole
from sim.theory.crews import Crews, absences
from sim.theory.erlang import erlang_c
from sim.theory.periodic import SAMPLES, Curves, Hour, integral, periodic
from sim.theory.rates import Rate, as_rate, parts

NEGLIGIBLE = 1e-11  # chance of what is left out: longer lines, work that outlasts a long absence


class Day(NamedTuple):
    """A period after many others. Curves are (hours, steps + 1): equal steps of each hour with both its ends.

    times: when. rate: calls a unit of time. delayed: chance that all on duty are busy. line: mean number in line.
    delayed_by_hour: (hours,) share of the calls of the hour that find all busy; NaN without calls. delayed_share,
    lost_share: of all calls. wait: mean time in line of those not lost; inf where demand exceeds the staff.
    """

    times: np.ndarray
    rate: np.ndarray
    delayed: np.ndarray
    line: np.ndarray
    delayed_by_hour: np.ndarray
    delayed_share: float
    lost_share: float
    wait: float


class Duty(NamedTuple):
    """Of `duty_cycle`. Crews with the same hours of duty form a group; groups are in the order of unit numbers.

    day: as above. sizes: (groups,) crews. workloads: (groups,) share of the whole period that a crew of the group is
    busy.
    overtime: mean number of crews busy after their hours.
    """

    day: Day
    sizes: np.ndarray
    workloads: np.ndarray
    overtime: float


def transient(
    rate: Rate | float | Numbers, service: float, servers: int | Numbers, queue_limit: int | None = None
) -> Day:
    """M_t/M/c(t) in its periodic state.

    rate: see `rates`. servers: a number, or one for each hour. queue_limit: places in line, beyond which calls are
    lost; else the line has no end. When staff falls below the calls in service, the rest goes back to the line: the
    textbook's chain, of one number. In `duty_cycle` they are finished.
    """
    rate, service = as_rate(rate), above_zero("service", service)
    staff = _staff("servers", servers, rate)
    if queue_limit is not None:
        return _transient(rate, service, staff, whole("queue_limit", queue_limit, least=0))
    if rate.average(0, rate.period) >= staff.mean() * service:
        return _overloaded(rate, len(staff))
    places = 64
    while (day := _transient(rate, service, staff, places)).lost_share > NEGLIGIBLE:
        places *= 2
    return day


def staffing(
    rate: Rate | float | Numbers, service: float, target: float, lag: float = 0.0, hours: int = 24
) -> np.ndarray:
    """(hours,) least servers with P(delay) <= target by the stationary M/M/c at the mean rate of each hour.

    lag 0: SIPP; lag 1 / service, the mean rate of as long before: Lag Avg (Green, Kolesar & Soares 2001, Operations
    Research 49(4)). An hour without calls needs nobody.
    """
    rate, service, lag = as_rate(rate), above_zero("service", service), at_least_zero("lag", lag)
    if not 0 < target < 1:
        raise ValueError(f"target must lie between 0 and 1, not {target}")
    width = rate.period / whole("hours", hours)
    needed = np.zeros(hours, int)
    for hour in range(hours):
        load = rate.average(hour * width - lag, (hour + 1) * width - lag) / service
        needed[hour] = next((c for c in itertools.count(1) if erlang_c(load, c) <= target), 0) if load > 0 else 0
    return needed


def sampled(day: Day, samples: int = SAMPLES) -> np.ndarray:
    """(hours,) plain mean of ``day.delayed`` at instants from the beginning of each hour on: 60, at whole minutes.

    `delayed_by_hour` is what calls see; this is what a table by the minute shows.
    """
    steps = day.delayed.shape[1] - 1
    if steps % samples:
        raise ValueError(f"samples must divide the {steps} steps of an hour, which {samples} does not")
    return day.delayed[:, : -1 : steps // samples].mean(axis=1)


def duty_cycle(rate: Rate | float | Numbers, service: float, on_duty: Numbers, apart: bool = False) -> Duty:
    """Crews that finish what they have when their hours end and leave without being replaced; exact.

    on_duty: (hours,) crews wanted; crew k (from 0) is on duty in the hours in which more than k are. A call goes to
    the free crew on duty of the smallest number, or joins the line, which has no end; the first in line goes to
    whoever falls free on duty, or comes on duty. A crew still busy when its hours begin again just goes on. Service
    is exponential.

    The state is the number of busy crews of each group, on duty or finishing, and the line, which is empty unless all
    on duty are busy. ``apart`` makes each crew its own group, for workloads crew by crew (to about 12). A crew that
    is busy off duty disturbs nobody until it is back, so one whose absence nobody's work outlasts (a chance of
    NEGLIGIBLE) is left out of the state meanwhile.
    """
    rate, service = as_rate(rate), above_zero("service", service)
    staff = _staff("on_duty", on_duty, rate)
    if rate.average(0, rate.period) >= staff.mean() * service:
        return _overloaded_duty(rate, service, staff, apart)
    width, places = rate.period / len(staff), 64
    while True:
        crews = Crews(service, staff, width, apart, places, NEGLIGIBLE)
        curves = periodic(rate, crews.hours, crews.start(), crews.carry)
        day = _day(curves, width)
        if day.lost_share <= NEGLIGIBLE:
            break
        places *= 2
    busy = curves.watched[3:]
    hours_busy = integral(busy, width)  # (groups, hours), less what is left out: those busy then need 1 / service more
    left_out = np.where(crews.dropped, np.roll(busy[:, :, -1], 1, axis=1), 0.0) / service
    after_hours = float(hours_busy[~crews.on].sum() + left_out.sum()) / rate.period
    workloads = (hours_busy + left_out).sum(axis=1) / (crews.sizes * rate.period)
    return Duty(day, crews.sizes, workloads, after_hours)


def _staff(name: str, counts: int | Numbers, rate: Rate) -> np.ndarray:
    """Counts by hour, the hours being so short that the rate does not step within one; 24 hours for one count."""
    given = np.atleast_1d(np.asarray(counts, float))
    if given.ndim != 1 or (given != np.floor(given)).any() or not (given >= 0).all() or not given.any():
        raise ValueError(f"{name} must be whole numbers not below 0, and not all 0, not {counts}")
    given = np.repeat(given, 24) if len(given) == 1 else given
    return np.repeat(given.astype(int), parts(rate, len(given)) // len(given))


def _transient(rate: Rate, service: float, staff: np.ndarray, places: int) -> Day:
    number = np.arange(staff.max() + places + 1)

    def hour(count: int) -> Hour:
        ending, most = service * np.minimum(number, count)[1:], count + places

        def slope(arrival: float, chances: np.ndarray) -> np.ndarray:
            flow = -ending * chances[1:]  # up over each boundary between numbers
            flow[:most] += arrival * chances[:most]
            change = np.zeros(len(chances))
            change[1:] += flow
            change[:-1] -= flow
            return change

        watched = np.vstack([number >= count, np.maximum(number - count, 0), number >= most]).astype(float)
        return Hour(slope, count * service, watched)

    start = np.zeros(len(number))
    start[0] = 1.0
    curves = periodic(rate, [hour(int(count)) for count in staff], start, lambda _, chances: chances)
    return _day(curves, rate.period / len(staff))


def _day(curves: Curves, width: float) -> Day:
    delayed, line, blocked = curves.watched[:3]
    calls = integral(curves.rate, width)
    hit, lost, waiting = (
        integral(curves.rate * delayed, width),
        integral(curves.rate * blocked, width),
        integral(line, width),
    )
    total = float(calls.sum()) or math.nan
    by_hour = np.divide(hit, calls, out=np.full(len(calls), math.nan), where=calls > 0)
    kept = total - lost.sum()
    wait = waiting.sum() / kept if kept > 0 else 0.0
    delayed_share, lost_share = float(hit.sum() / total), float(lost.sum() / total)
    return Day(curves.times, curves.rate, delayed, line, by_hour, delayed_share, lost_share, float(wait))


def _overloaded(rate: Rate, hours: int) -> Day:
    """In the long run there is always a line, and it grows."""
    width = rate.period / hours
    times = width * (np.arange(hours)[:, None] + np.linspace(0, 1, SAMPLES + 1))
    rates = np.array([rate.along(begin, begin + width, SAMPLES) for begin in times[:, 0]])
    always = np.ones(times.shape)
    return Day(times, rates, always, always * math.inf, always[:, 0], 1.0, 0.0, math.inf)


def _overloaded_duty(rate: Rate, service: float, staff: np.ndarray, apart: bool) -> Duty:
    """All are busy throughout their hours, and then until the last work is done or they are back."""
    width = rate.period / len(staff)
    crews = Crews(service, staff, width, apart, 1, NEGLIGIBLE)
    leaves = np.roll(crews.on, 1, axis=1) & ~crews.on
    after = np.where(leaves, -np.expm1(-service * width * absences(crews.on)) / service, 0.0).sum(axis=1)
    workloads = crews.on.mean(axis=1) + after / rate.period
    return Duty(_overloaded(rate, len(staff)), crews.sizes, workloads, float(after @ crews.sizes) / rate.period)
