"""The chain behind `varying.duty_cycle`: crews with the same hours, some of them finishing after these, and a line.

A state is the number of busy crews of each group and the number in line. The vector of an hour holds first all states
with nobody in line, then those with 1 to ``places`` in line, in which all groups on duty are busy, places last.
"""

from __future__ import annotations

import math

import numpy as np

from sim.theory.periodic import Hour


class Crews:
    """Layout and transitions, hour by hour. ``staff``: (hours,) crews on duty, those of the smallest numbers."""

    def __init__(self, service: float, staff: np.ndarray, width: float, apart: bool, places: int, negligible: float):
        levels = np.arange(staff.max() + 1) if apart else np.unique(np.append(0, staff))
        self.sizes = np.diff(levels)
        self.on = staff > levels[:-1, None]  # (groups, hours)
        self.service, self.places = service, places
        outlasts = self.sizes[:, None] * np.exp(-service * width * absences(self.on))
        self.kept = self.on | (outlasts > negligible)
        self.dropped = ~self.kept & np.roll(self.kept, 1, axis=1)  # left out from the beginning of this hour on
        made: dict[bytes, Hour] = {}  # hours with the same crews share theirs
        self.hours = []
        for hour in range(len(staff)):
            key = self.on[:, hour].tobytes() + self.kept[:, hour].tobytes()
            if key not in made:
                made[key] = self._hour(self.on[:, hour], self._counts(hour))
            self.hours.append(made[key])

    def start(self) -> np.ndarray:
        """Nobody busy, at the end of the day's last hour."""
        chances = np.zeros(self.hours[-1].watched.shape[1])
        chances[0] = 1.0
        return chances

    def carry(self, hour: int, chances: np.ndarray) -> np.ndarray:
        """The state at the beginning of an hour, given that at the end of the one before."""
        before, now = self.on[:, hour - 1], self.on[:, hour]
        if (before == now).all() and (self.kept[:, hour - 1] == self.kept[:, hour]).all():
            return chances
        shape = self._counts(hour - 1)
        served = chances[: math.prod(shape)].reshape(shape)
        line = chances[served.size :].reshape((*np.where(before, 1, shape), self.places))
        for group in np.flatnonzero(now & ~self.kept[:, hour - 1]):  # back from a long absence: none of them busy
            served, line = _widen(served, group, self.sizes[group], 0), _widen(line, group, self.sizes[group], 0)
        for group in np.flatnonzero(before & ~now):  # with somebody in line all of them were busy
            line = _widen(line, group, self.sizes[group], self.sizes[group])
        if (now & ~before).any():
            served, line = self._take_from_line(served.copy(), line, before, now)
        for group in np.flatnonzero(self.dropped[:, hour]):
            served, line = served.sum(axis=group, keepdims=True), line.sum(axis=group, keepdims=True)
        return np.concatenate([served.ravel(), line.ravel()])

    def _take_from_line(
        self, served: np.ndarray, line: np.ndarray, before: np.ndarray, now: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Free crews that come on duty take who is in line, the smallest number first."""
        fresh = np.flatnonzero(now & ~before)
        left = np.zeros((*np.where(now, 1, served.shape), self.places))
        for busy in np.ndindex(*(self.sizes[fresh] + 1)):
            at = [slice(None) if not now[g] else 0 if before[g] else busy[g - fresh[0]] for g in range(len(now))]
            rest = [0 if now[g] else slice(None) for g in range(len(now))]
            room = self.sizes[fresh] - busy
            free = int(room.sum())
            for taken in range(1, min(free, self.places) + 1):
                given = np.clip(taken - (np.cumsum(room) - room), 0, room)
                to = list(at)
                for g in np.flatnonzero(now):
                    to[g] = self.sizes[g] if before[g] else busy[g - fresh[0]] + given[g - fresh[0]]
                served[tuple(to)] += line[(*at, taken - 1)]
            left[(*rest, slice(0, max(self.places - free, 0)))] += line[(*at, slice(free, None))]
        return served, left

    def _counts(self, hour: int) -> tuple[int, ...]:
        """How many values the number of busy crews has in each group: 1 where it is left out."""
        return tuple(int(n) for n in np.where(self.kept[:, hour], self.sizes + 1, 1))

    def _hour(self, on: np.ndarray, shape: tuple[int, ...]) -> Hour:
        from scipy.sparse import csr_array

        groups, places, count = len(self.sizes), self.places, math.prod(shape)
        busy = np.indices(shape).reshape(groups, count)
        stride = [math.prod(shape[group + 1 :]) for group in range(groups)]
        full = np.flatnonzero((busy[on] == self.sizes[on, None]).all(axis=0))
        rank = np.full(count, -1)
        rank[full] = np.arange(len(full))
        waiting = (
            count + np.arange(len(full))[:, None] * places + np.arange(places)
        )  # state of a full one with 1.. in line
        size = count + len(full) * places

        def matrix(moves: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> csr_array:
            """The change of the chances by moves (from, to, rate)."""
            source, target, rates = (
                np.concatenate([np.broadcast_to(m[i], m[0].shape).ravel() for m in moves]) for i in range(3)
            )
            rows, columns = np.concatenate([target, source]), np.concatenate([source, source])
            return csr_array((np.concatenate([rates, -rates]), (rows, columns)), shape=(size, size))

        # Every call takes the first group on duty with a crew to spare, or the end of the line.
        arrivals = [(full, waiting[:, 0], np.ones(1)), (waiting[:, :-1], waiting[:, 1:], np.ones(1))]
        looking = np.setdiff1d(np.arange(count), full)
        for group in np.flatnonzero(on):
            room = busy[group, looking] < self.sizes[group]
            arrivals.append((looking[room], looking[room] + stride[group], np.ones(1)))
            looking = looking[~room]

        # With somebody in line a crew that falls free on duty takes the first; one that finishes after hours leaves.
        on_duty = float(self.sizes[on].sum())
        endings = [
            (waiting[:, :1], full[:, None], np.array([on_duty])),
            (waiting[:, 1:], waiting[:, :-1], np.array([on_duty])),
        ]
        for group in np.arange(groups):
            some = np.flatnonzero(busy[group])
            endings.append((some, some - stride[group], busy[group, some].astype(float)))
            if not on[group]:
                some = full[busy[group, full] > 0]
                fewer = waiting[rank[some - stride[group]]]
                endings.append((waiting[rank[some]], fewer, busy[group, some][:, None].astype(float)))

        arrive, end = matrix(arrivals), matrix(endings) * self.service
        everywhere = np.concatenate([np.arange(count), np.repeat(full, places)])
        in_line = np.concatenate([np.zeros(count), np.tile(np.arange(1.0, places + 1), len(full))])
        watched = np.vstack([rank[everywhere] >= 0, in_line, in_line == places, busy[:, everywhere]]).astype(float)
        crews = float(self.sizes[np.array(shape) > 1].sum())
        return Hour(lambda rate, chances: end @ chances + rate * (arrive @ chances), self.service * crews, watched)


def absences(on: np.ndarray) -> np.ndarray:
    """(groups, hours) length in hours of the absence that an hour belongs to; 0 on duty. Round the clock."""
    lengths = np.zeros(on.shape)
    for duty, length in zip(on, lengths, strict=True):
        begins = np.flatnonzero(duty)
        for this, following in zip(begins, np.roll(begins, -1), strict=True):
            gap = (following - this - 1) % len(duty)
            length[(this + 1 + np.arange(gap)) % len(duty)] = gap
    return lengths


def _widen(states: np.ndarray, group: np.integer, size: int, at: int) -> np.ndarray:
    """Give a group that had one value of ``states`` all from 0 to ``size``, with what was there at ``at``."""
    pad = [(0, 0)] * states.ndim
    pad[group] = (at, int(size) - at)
    return np.pad(states, pad)
