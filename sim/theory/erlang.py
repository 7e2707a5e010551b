"""Servers with Poisson arrivals: Erlang's loss and delay systems, ordered entry, impatient callers.

``load`` is offered load, arrival rate times mean service time; ``service`` is a rate. The loss formula holds for any
law of service with that mean (Sevast'yanov 1957); delay formulas take exponential service.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import above_zero, at_least_zero, whole


class Impatient(NamedTuple):
    """A system whose callers give up: chance to have to wait, chance to give up, mean time in line of all callers."""

    delayed: float
    abandoned: float
    wait: float


def erlang_b(load: float, servers: int) -> float:
    """Chance that all servers are busy, hence share lost, without a line (Erlang 1917). 0 servers lose all."""
    load, servers = at_least_zero("load", load), whole("servers", servers, least=0)
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Chance to have to wait with an infinite line (Erlang 1917); 1 from ``load = servers`` on."""
    blocked = erlang_b(load, whole("servers", servers))
    if load >= servers:
        return 1.0
    return servers * blocked / (servers - load * (1.0 - blocked))


def wait_mean(arrival: float, service: float, servers: int) -> float:
    """Mean time in line of M/M/c, in the time unit of the rates; inf without a steady state."""
    load = at_least_zero("arrival", arrival) / above_zero("service", service)
    delayed = erlang_c(load, servers)
    return math.inf if load >= servers else delayed / (servers * service - arrival)


def wait_tail(arrival: float, service: float, servers: int, time: float) -> float:
    """P(time in line > ``time``) of M/M/c, first come first served; 1 without a steady state."""
    load = at_least_zero("arrival", arrival) / above_zero("service", service)
    time = at_least_zero("time", time)
    delayed = erlang_c(load, servers)
    return 1.0 if load >= servers else delayed * math.exp(-(servers * service - arrival) * time)


def busy_pmf(load: float, servers: int, queue: bool) -> np.ndarray:
    """(servers + 1,) chances of n busy servers, n = 0 to all; with an infinite line (``queue``) or none."""
    load, servers = at_least_zero("load", load), whole("servers", servers)
    full = erlang_c(load, servers) if queue else erlang_b(load, servers)
    if full == 1.0:
        return np.eye(servers + 1)[servers]
    below = np.ones(servers)  # P(n)/P(0); from the top down where the load is high, so that nothing overflows
    for count in range(1, servers):
        below[count] = below[count - 1] * load / count
        if below[count] > 1e200:
            below[: count + 1] /= below[count]
    return np.append(below * ((1.0 - full) / below.sum()), full)


def ordered_entry(load: float, servers: int) -> np.ndarray:
    """(servers,) workload of each server of a loss system in which the free one of the smallest number is taken.

    Server k carries what overflows from the first k - 1 less what overflows from the first k (Cooper 1981,
    Introduction to Queueing Theory).
    """
    load, servers = at_least_zero("load", load), whole("servers", servers)
    overflow = load * np.array([erlang_b(load, count) for count in range(servers + 1)])
    return overflow[:-1] - overflow[1:]


def abandonment(arrival: float, service: float, servers: int, patience_rate: float) -> Impatient:
    """M/M/c+M (Palm 1957; Garnett, Mandelbaum & Reiman 2002): each caller in line gives up at ``patience_rate``.

    ``wait`` is over all callers, served at once, served later or gone. A rate of 0 is the M/M/c queue.
    """
    load = at_least_zero("arrival", arrival) / above_zero("service", service)
    rate = at_least_zero("patience_rate", patience_rate)
    if rate == 0.0 or arrival == 0.0:
        return Impatient(erlang_c(load, servers), 0.0, wait_mean(arrival, service, servers))
    # Chances relative to that of "all busy, nobody in line", the line's length growing until they no longer matter.
    blocked = erlang_b(load, whole("servers", servers))
    line, chance, total, waiting = 0, 1.0, 1.0, 0.0
    while chance > 1e-18 * total or arrival > servers * service + line * rate:
        line += 1
        chance *= arrival / (servers * service + line * rate)
        total += chance
        waiting += line * chance
    if blocked == 0.0:
        return Impatient(0.0, 0.0, 0.0)
    everything = (1.0 - blocked) / blocked + total
    mean_line = waiting / everything
    return Impatient(total / everything, rate * mean_line / arrival, mean_line / arrival)
