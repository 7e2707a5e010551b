"""The hypercube queueing model: which units are busy, and who is sent where.

Larson 1974, Computers & Operations Research 1(1); Larson & Odoni 1981, Urban Operations Research, chapter 5.

Calls come from atoms (places) as Poisson streams. Each atom ranks the units; the free unit of the least rank is sent.
Service is exponential at a rate of the unit alone, travel included and therefore the same wherever it goes. A state
is the set of busy units, written as the number whose bit k tells whether unit k is busy.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, at_least_zero, row, whole
from sim.theory.erlang import busy_pmf, erlang_b, erlang_c

MOST_UNITS = 20  # 2^20 states: a minute or two, and a gigabyte
PRECISION = 1e-13  # flows out of balance, summed over the states, as a share of all flow
MOST_SWEEPS = 20_000


class Solution(NamedTuple):
    """The steady state of a hypercube, exact or approximate.

    states: (2^units,) chance of each set of busy units, calls in line or not; None from `approximate`.
    workloads: (units,) share of time busy.
    shares: (atoms, units) calls of the atom that the unit serves, as a share of all calls.
    delayed: share of calls that find nobody to send: they are lost, or wait where there is a line.
    wait: mean time in line of all calls; 0 where they are lost, inf without a steady state.
    """

    states: np.ndarray | None
    workloads: np.ndarray
    shares: np.ndarray
    delayed: float
    wait: float


def solve(arrivals: Numbers, preference: np.ndarray, service: float | Numbers, queue: bool) -> Solution:
    """The exact model, to about 15 units in a second or two.

    arrivals: (atoms,) calls a unit of time. preference: (atoms, units) ranks, the least first; equal ranks share at
    random, each free unit alike. Without a line a rank of inf is a unit that is never sent there. service: the rate
    of all units, or of each. queue: an infinite line, first come first served; otherwise calls that find nobody are
    lost.

    A call from the line goes to the unit that falls free, whatever its rank, so unit k takes service[k] /
    sum(service) of them. With a line the states have the chances of the loss system but for a longer stay with all
    busy: the line is geometric. Solved by alternating between states with an even and an odd number of busy units,
    whose chances only depend on each other (Larson's iteration), until all flows are in balance.
    """
    arrivals, preference, service = _checked(arrivals, preference, service)
    units = preference.shape[1]
    if units > MOST_UNITS:
        raise ValueError(f"{units} units have 2^{units} states; the exact model takes at most {MOST_UNITS}")
    if queue and np.isinf(preference).any():
        raise ValueError("a rank of inf needs a loss system: a line would have to be kept for each set of units")
    total, capacity = float(arrivals.sum()), float(service.sum())
    rates = _dispatch_rates(arrivals, preference)
    chances = _steady_state(rates, service)
    shares = np.array([_sent(ranks, chances) for ranks in preference]) * (arrivals / (total or 1.0))[:, None]
    if not queue:
        may_all = total == 0 or not np.isinf(preference).any()  # then only those are lost that find all busy
        delayed = float(chances[-1]) if may_all else 1.0 - float(shares.sum())
        return Solution(chances, _workloads(chances, units), shares, delayed, 0.0)

    if total >= capacity:
        chances, delayed, wait = np.eye(1, 1 << units, (1 << units) - 1)[0], 1.0, math.inf
        shares = np.zeros(shares.shape)
    else:
        longer = chances[-1] / (1.0 - total / capacity)  # all busy, calls in line included
        scale = 1.0 / (1.0 - chances[-1] + longer)
        chances, shares, delayed = chances * scale, shares * scale, float(longer * scale)
        chances[-1] = delayed
        wait = delayed / (capacity - total)
    shares += delayed * np.outer(arrivals / (total or 1.0), service / capacity)
    return Solution(chances, _workloads(chances, units), shares, delayed, wait)


def approximate(arrivals: Numbers, preference: np.ndarray, service: float | Numbers, queue: bool) -> Solution:
    """Larson's approximation (1975, Operations Research 23(5)), for any number of units; arguments as in `solve`.

    The chance that the first j units of a list are busy and the next is free is taken as the product of their
    workloads, corrected by `larson_factor`. Units that work at different rates enter as in Jarvis (1985, Management
    Science 31(2)): the system's load follows the mean service time over the calls served. Among equal ranks the mean
    over all orders is taken.
    """
    arrivals, preference, service = _checked(arrivals, preference, service)
    if np.isinf(preference).any():
        raise ValueError("the approximation needs a rank for every unit: inf is for the exact loss system only")
    units, total = preference.shape[1], float(arrivals.sum())
    share_of_atom = arrivals / (total or 1.0)
    by_speed = service / service.sum()
    if queue and total >= service.sum():
        return Solution(None, np.ones(units), np.outer(share_of_atom, by_speed), 1.0, math.inf)
    mean_time = units / float(service.sum())
    workloads = np.full(units, total * mean_time / (total * mean_time + units))
    for _ in range(MOST_SWEEPS):
        load = min(total * mean_time, units * (1 - 1e-9)) if queue else total * mean_time
        delayed = erlang_c(load, units) if queue else erlang_b(load, units)
        # for each atom and unit: the chance that those before it in the list are busy
        turn = _in_turn(preference, workloads, _factors(units, load / units, queue))
        direct = arrivals @ turn  # calls that come straight to each unit while it is free, a unit of time
        from_line = total * delayed * by_speed if queue else np.zeros(units)
        new = (direct + from_line) / (service + direct)
        taken = share_of_atom[:, None] * turn * (1 - new)
        served = taken.sum(axis=1, keepdims=True)
        taken *= share_of_atom[:, None] * (1 - delayed) / np.where(served > 0, served, 1.0)
        if queue:
            taken += delayed * np.outer(share_of_atom, by_speed)
        mean_time = float(taken.sum(axis=0) @ (1 / service) / taken.sum()) if total else mean_time
        carried = total * mean_time * (1.0 if queue else 1.0 - delayed)
        new *= carried / (new.sum() or 1.0)
        moved = float(np.abs(new - workloads).max())
        workloads = new
        if moved < 1e-13:
            break
    else:
        raise ArithmeticError(f"the approximation still moves by {moved:.1e} after {MOST_SWEEPS} rounds")
    wait = delayed / (float(service.sum()) - total) if queue else 0.0
    return Solution(None, workloads, taken, delayed, wait)


def travel(solution: Solution, distance: np.ndarray) -> float:
    """Mean travel over calls served, given (atoms, units) mean travel from the unit's place at dispatch to the atom.

    A unit's place does not depend on what it did before: fixed, or drawn anew when it clears. Calls from the line are
    counted like others, travelled by the unit that took them from its place and not from where it cleared.
    """
    distance = np.asarray(distance, float)
    if distance.shape != solution.shares.shape:
        raise ValueError(f"distance must be (atoms, units) = {solution.shares.shape}, not {distance.shape}")
    served = solution.shares.sum()
    return float(np.where(solution.shares > 0, solution.shares * distance, 0.0).sum() / served) if served else math.nan


def larson_factor(units: int, utilisation: float, j: int, queue: bool = True) -> float:
    """Q(N, rho, j): P(j units drawn at random are busy and the next is free) is Q * r^j * (1 - r), r the mean workload.

    ``utilisation`` is offered load over units, below 1 with an infinite line; r is that, or what is carried of it
    without a line. Urban Operations Research 5.5.3, where it is written for the line.
    """
    units, j = whole("units", units), whole("j", j, least=0)
    if j >= units:
        raise ValueError(f"j must be below the {units} units, not {j}")
    utilisation = at_least_zero("utilisation", utilisation)
    if queue and utilisation >= 1:
        raise ValueError(f"with a line, utilisation must be below 1, not {utilisation}")
    return float(_factors(units, utilisation, queue)[j])


def _factors(units: int, utilisation: float, queue: bool) -> np.ndarray:
    """(units,) Q(N, rho, j) for every j."""
    busy = busy_pmf(utilisation * units, units, queue)
    count, j = np.arange(units + 1), np.arange(units)
    workload = float(busy @ count) / units
    all_busy = np.cumprod((count[:, None] - j) / (units - j), axis=1)  # (count, j + 1): the first j + 1 drawn are busy
    all_busy = np.hstack([np.ones((units + 1, 1)), all_busy[:, :-1]])
    drawn = busy @ (all_busy * (units - count)[:, None] / (units - j))
    asked = workload**j * (1.0 - workload)
    # the limit of a load of 0, and where both are too small to be told from it: j busy units are those drawn
    rare = np.cumprod(np.append(1.0, units / (units - j[:-1])))
    return np.where(asked > 1e-250, drawn / np.where(asked > 1e-250, asked, 1.0), rare)


def _checked(arrivals: Numbers, preference: np.ndarray, service: float | Numbers) -> tuple[np.ndarray, ...]:
    arrivals, preference = row("arrivals", arrivals), np.asarray(preference, float)
    if preference.ndim != 2 or len(preference) != len(arrivals) or not preference.shape[1]:
        raise ValueError(f"preference must be (atoms, units) with {len(arrivals)} atoms, not {preference.shape}")
    if np.isnan(preference).any():
        raise ValueError("preference must hold ranks, not NaN")
    units = preference.shape[1]
    each = np.full(units, float(service)) if isinstance(service, float | int) else service
    return arrivals, preference, row("service", each, size=units, positive=True)


def _ranked(ranks: np.ndarray) -> list[np.ndarray]:
    """Units in groups of equal rank, the first rank first, those never sent left out."""
    return [np.flatnonzero(ranks == rank) for rank in np.unique(ranks) if not np.isinf(rank)]


def _choices(ranks: np.ndarray) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """(unit, states, chance to be sent in each): the states in which the unit may be sent, given an atom's ranks."""
    state = np.arange(1 << len(ranks))
    found = []
    for group in _ranked(ranks):
        free = [(state >> unit & 1) == 0 for unit in group]
        count = np.sum(free, axis=0)
        found += [(int(unit), state[is_free], 1.0 / count[is_free]) for unit, is_free in zip(group, free, strict=True)]
        state = state[count == 0]
    return found


def _dispatch_rates(arrivals: np.ndarray, preference: np.ndarray) -> np.ndarray:
    """(units, states) rate at which each unit is sent out in each state. Atoms with the same list count as one."""
    units = preference.shape[1]
    rates = np.zeros((units, 1 << units))
    lists, of_atom = np.unique(preference, axis=0, return_inverse=True)
    for ranks, rate in zip(lists, np.bincount(of_atom.reshape(-1), arrivals), strict=True):
        for unit, states, chance in _choices(ranks):
            rates[unit, states] += rate * chance
    return rates


def _sent(ranks: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """(units,) chance that a call with these ranks is given to each unit at once."""
    sent = np.zeros(len(ranks))
    for unit, states, chance in _choices(ranks):
        sent[unit] = chances[states] @ chance
    return sent


def _workloads(chances: np.ndarray, units: int) -> np.ndarray:
    state = np.arange(len(chances))
    return np.array([chances[(state >> unit & 1) == 1].sum() for unit in range(units)])


def _steady_state(rates: np.ndarray, service: np.ndarray) -> np.ndarray:
    """(2^units,) chances of the loss system's states; ``rates`` (units, states) as from `_dispatch_rates`."""
    from scipy.sparse import csr_array

    units, count = rates.shape
    state = np.arange(count)
    is_busy = (state >> np.arange(units)[:, None] & 1) == 1
    leaving = rates.sum(axis=0) + service @ is_busy
    unit, source = np.nonzero(~is_busy)  # every pair of states that differ by one unit
    target = source | 1 << unit
    flow_in = csr_array(
        (
            np.concatenate([rates[unit, source], service[unit]]),
            (np.concatenate([target, source]), np.concatenate([source, target])),
        ),
        shape=(count, count),
    )
    out = np.where(leaving > 0, leaving, 1.0)  # if nobody calls, the empty state is never left
    halves = [np.flatnonzero(is_busy.sum(axis=0) % 2 == parity) for parity in (0, 1)]
    flows = [flow_in[half] for half in halves]

    chances = np.ones(count) / count
    for _ in range(MOST_SWEEPS):
        for half, flow in zip(halves, flows, strict=True):
            chances[half] = (flow @ chances) / out[half]
        chances /= chances.sum()
        flow_out = chances * leaving
        if np.abs(flow_in @ chances - flow_out).sum() <= PRECISION * flow_out.sum():
            return chances
    raise ArithmeticError(f"the hypercube's flows are not in balance after {MOST_SWEEPS} sweeps")


def _in_turn(preference: np.ndarray, workloads: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """(atoms, units) corrected chance that those before the unit in the atom's list are busy."""
    order = np.argsort(preference, axis=1, kind="stable")
    sorted_ranks = np.take_along_axis(preference, order, axis=1)
    if (np.diff(sorted_ranks) == 0).any():
        return np.array([_in_turn_tied(ranks, workloads, factors) for ranks in preference])
    before = np.cumprod(workloads[order], axis=1)
    chance = np.empty(preference.shape)
    np.put_along_axis(chance, order, np.hstack([np.ones((len(order), 1)), before[:, :-1]]) * factors, axis=1)
    return chance


def _in_turn_tied(ranks: np.ndarray, workloads: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """(units,) the same for one list with equal ranks, as the mean over all orders of those.

    A unit is at each place of its group alike, and those before it are a random subset of the others: its size being
    s, the mean product of their workloads is the elementary symmetric polynomial of degree s over the number of
    subsets.
    """
    chance = np.zeros(len(ranks))
    before, place = 1.0, 0
    for group in _ranked(ranks):
        for unit in group:
            symmetric = np.zeros(len(group))  # of the others' workloads, by degree
            symmetric[0] = 1.0
            for other in group[group != unit]:
                symmetric[1:] += symmetric[:-1] * workloads[other]
            means = [symmetric[s] / math.comb(len(group) - 1, s) for s in range(len(group))]
            chance[unit] = before * (factors[place : place + len(group)] @ means) / len(group)
        before *= float(workloads[group].prod())
        place += len(group)
    return chance
