"""Queues with priorities: class 0 is the most urgent, first come first served within a class.

All waits are mean times in line, (classes,), in the unit of the rates; inf from the first class on that cannot keep up.
A class that does not keep up still takes what those before it leave, so they meet a server that is always busy.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, above_zero, row, whole
from sim.theory.erlang import erlang_c, wait_mean


class Cutoff(NamedTuple):
    """Chance of having to wait and mean time in line of each class, (classes,)."""

    delayed: np.ndarray
    waits: np.ndarray


def waits(arrivals: Numbers, service: float, servers: int) -> np.ndarray:
    """Non-preemptive M/M/c with one service rate (Cobham 1954; Larson & Odoni 1981, eq. 4.111)."""
    arrivals, service = row("arrivals", arrivals), above_zero("service", service)
    load = arrivals.sum() / service
    first_turn = erlang_c(load, servers) / (servers * service)  # until a server falls free to the line
    return _between(first_turn, np.cumsum(arrivals) / (servers * service))


def preemptive_waits(arrivals: Numbers, service: float, servers: int) -> np.ndarray:
    """Preemptive-resume M/M/c with one service rate: time in the system less own service, interruptions included.

    Classes up to k together are an M/M/c queue of their own, which later classes do not disturb; k has the rest of
    its line.
    """
    arrivals, service = row("arrivals", arrivals, positive=True), above_zero("service", service)
    result, line_before = np.full(len(arrivals), math.inf), 0.0
    for k, total in enumerate(np.cumsum(arrivals)):
        line = total * wait_mean(total, service, servers)
        if math.isinf(line):
            break
        result[k], line_before = (line - line_before) / arrivals[k], line
    return result


def general_waits(arrivals: Numbers, means: Numbers, second_moments: Numbers) -> np.ndarray:
    """Non-preemptive M/G/1, each class with the first two moments of its service (Cobham 1954)."""
    arrivals = row("arrivals", arrivals)
    means = row("means", means, size=len(arrivals), positive=True)
    seconds = row("second_moments", second_moments, size=len(arrivals), positive=True)
    # The share of time that the server gives to each class: the first that cannot keep up takes all that is left.
    ends = np.minimum(np.cumsum(arrivals * means), 1.0)
    shares = np.diff(ends, prepend=0.0)
    first_turn = float((shares * seconds / (2 * means)).sum())  # mean rest of the service that an arrival meets
    return _between(first_turn, np.cumsum(arrivals * means))


def growth(arrivals: Numbers, means: Numbers, servers: int = 1) -> np.ndarray:
    """(classes,) calls a unit of time by which each class's backlog grows in the long run; 0 where it is served.

    Class k is served with what classes before it leave of the servers, whatever the law of service.
    """
    arrivals = row("arrivals", arrivals)
    means = row("means", means, size=len(arrivals), positive=True)
    left = np.maximum(whole("servers", servers) - np.cumsum(arrivals * means) + arrivals * means, 0.0)
    return np.maximum(arrivals - left / means, 0.0)


def cutoff(arrivals: Numbers, service: float, servers: int, reserve: Numbers) -> Cutoff:
    """M/M/c where a call of class k is only started while more than ``reserve[k]`` servers are free.

    ``reserve`` starts with 0 and does not fall. Exact: the chain of Taylor & Templeton (1980, Operations Research
    28(5)), for any number of classes, by passage times. Let T(n) be the time from n busy servers to the first moment
    of n - 1 with nobody kept waiting at n. It follows from T(n + 1) and the classes that still start at n. To class
    k, which waits from n = servers - reserve[k] on, T(n) of the classes before it is the time a turn takes; so in its
    line it sees an M/G/1 queue whose busy periods begin with one such turn, and whose busy period is T(n) with class
    k among the waiting.
    """
    arrivals, service = row("arrivals", arrivals), above_zero("service", service)
    servers, reserve = whole("servers", servers), row("reserve", reserve, size=len(arrivals))
    if reserve[0] != 0 or (np.diff(reserve) < 0).any() or (reserve != reserve.astype(int)).any():
        raise ValueError(f"reserve must be whole numbers that start with 0 and do not fall, not {reserve.tolist()}")
    if reserve[-1] >= servers:
        raise ValueError(f"reserve must stay below the {servers} servers, not {reserve.tolist()}")
    starts_below = servers - reserve.astype(int)

    passage = np.zeros((servers + 2, 2))  # mean and mean square of T(n); inf once a class cannot keep up
    line = np.full(len(arrivals), math.inf)  # mean wait of those of the class who wait
    for busy in range(servers, 0, -1):
        going_up = arrivals[starts_below > busy].sum()
        mean, second = _down(going_up, busy * service, passage[busy + 1])
        for k in np.flatnonzero(starts_below == busy):
            idle = 1.0 - arrivals[k] * mean
            if math.isfinite(mean) and idle > 0:
                line[k] = second / (2 * mean * idle)
                mean, second = mean / idle, second / idle**3
            else:
                mean = second = math.inf
        passage[busy] = mean, second

    at_least = np.ones(servers + 1)  # P(busy servers >= n): each rise from n - 1 is followed by one T(n)
    for busy in range(1, servers + 1):
        rises = arrivals[starts_below > busy - 1].sum() * passage[busy, 0] if passage[busy, 0] else 0.0
        at_least[busy] = at_least[busy - 1] * (1.0 if math.isinf(rises) else rises / (1.0 + rises))
    delayed = at_least[starts_below]
    return Cutoff(
        delayed, np.array([chance * time if chance else 0.0 for chance, time in zip(delayed, line, strict=True)])
    )


def _down(up: float, down: float, above: np.ndarray) -> tuple[float, float]:
    """Mean and mean square of the time to fall by one level, given those of the level above."""
    if up == 0:
        return 1 / down, 2 / down**2
    if math.isinf(above[0]):
        return math.inf, math.inf
    mean = (1 + up * above[0]) / down
    step, rise = 1 / (up + down), up / (up + down)
    first = 2 * step * step + 2 * step * rise * (above[0] + mean)
    return mean, (first + rise * (above[1] + 2 * above[0] * mean)) / (1 - rise)


def _between(first_turn: float, loads: np.ndarray) -> np.ndarray:
    """Cobham's waits: ``first_turn`` over what classes before k, and those up to k, leave; inf for nothing left."""
    before = np.append(0.0, loads[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(loads < 1, first_turn / ((1 - before) * (1 - loads)), math.inf)
