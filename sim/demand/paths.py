"""The ways of moving incidents, fixed beforehand: by foot at constant speed, at random or to a site."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim import tables as t
from sim.demand.day import Day
from sim.draws import uniform
from sim.scenario.schema import Moves, ScenarioFile
from sim.tables import Geography, Streets
from sim.vocabulary import NEVER, SECOND, Purpose

NO_HOP = 255


class Leg(NamedTuple):
    segment: int
    from_m: float
    to_m: float

    @property
    def length(self) -> float:
        return abs(self.to_m - self.from_m)


class Walks:
    """Walks over the segments that people on foot may pass."""

    def __init__(self, spec: ScenarioFile, geography: Geography, streets: Streets) -> None:
        walking = [row for row, mode in enumerate(spec.world.modes.values()) if mode.walks]
        self.mode = walking[0] if walking else 0
        self.sites = geography.sites
        self.streets = streets
        self.segments = streets.segments
        self.arc_us = streets.arc_us[self.mode]
        self.ends = np.stack([self.segments["a"], self.segments["b"]], axis=1)  # (S, 2)

    def path(self, moves: Moves, segment: int, offset_m: float, distance_m: float, key: int, day: Day) -> np.ndarray:
        """PATH_LEG rows of one incident; none where its way has no length or people on foot may not pass there."""
        if moves.to == "random":
            legs = self._wander(segment, offset_m, distance_m, key, day)
        else:
            legs = self._to_site(moves.to, segment, offset_m, distance_m)
        rows = np.zeros(len(legs), t.PATH_LEG)
        for row, leg in zip(rows, legs, strict=True):
            row["segment"], row["from_m"], row["to_m"] = leg
            row["duration_us"] = max(1, round(leg.length / moves.speed_mps * SECOND))
        return rows

    def _wander(self, segment: int, offset: float, distance: float, key: int, day: Day) -> list[Leg]:
        """Leg by leg, never back by the way it came unless that is the only one, until the distance is walked."""
        turn = 0
        legs: list[Leg] = []
        arcs = [arc for arc in (2 * segment, 2 * segment + 1) if self.arc_us[arc] < NEVER]
        while arcs and distance > 0:
            place = int(uniform(*day, Purpose.PATH, key, turn) * len(arcs))
            segment, backwards = divmod(arcs[place], 2)
            start = self._end_m(segment, backwards) if turn else offset
            goal = self._end_m(segment, 1 - backwards)
            way = abs(goal - start)
            if distance < way:
                goal, way = (start - distance if backwards else start + distance), distance
            if goal != start:
                legs.append(Leg(segment, start, goal))
            distance -= way
            turn += 1
            arcs = self._onward(int(self.ends[segment, 1 - backwards]), segment)
        return legs

    def _onward(self, node: int, came_by: int) -> list[int]:
        """Arcs that leave an intersection by foot, without the segment come by unless that is the only one."""
        first, last = self.streets.node_first[node : node + 2]
        arcs = [arc for arc in self.streets.node_arcs[first:last].tolist() if self.arc_us[arc] < NEVER]
        return [arc for arc in arcs if arc // 2 != came_by] or arcs

    def _to_site(self, role: str, segment: int, offset: float, distance: float) -> list[Leg]:
        """The quickest way to the site whose way is nearest in length to ``distance``; the first of equals."""
        sites = self.sites[role]
        time, length, exit_, entry = self._ways(segment, offset, sites["segment"], sites["offset_m"])
        possible = (time < NEVER) & (length > 0)
        if not possible.any():
            return []
        best = int(np.argmin(np.where(possible, np.abs(length - distance), np.inf)))
        target, end = int(sites["segment"][best]), float(sites["offset_m"][best])
        if exit_[best] < 0:
            return [Leg(segment, offset, end)]
        node, goal = int(self.ends[segment, exit_[best]]), int(self.ends[target, entry[best]])
        legs = [Leg(segment, offset, self._end_m(segment, exit_[best]))]
        while node != goal:
            place = int(self.streets.hop[self.mode, node, goal])
            passed, backwards = divmod(int(self.streets.node_arcs[self.streets.node_first[node] + place]), 2)
            legs.append(Leg(passed, self._end_m(passed, backwards), self._end_m(passed, 1 - backwards)))
            node = int(self.ends[passed, 1 - backwards])
        legs.append(Leg(target, self._end_m(target, entry[best]), end))
        return [leg for leg in legs if leg.length > 0]

    def _end_m(self, segment: int, end: int) -> float:
        """The offset of end 0 (a) or 1 (b) of a segment."""
        return float(self.segments["length_m"][segment]) if end else 0.0

    def _ways(self, segment: int, offset: float, targets: np.ndarray, ends_m: np.ndarray) -> tuple[np.ndarray, ...]:
        """``(time_us, length_m, exit, entry)`` of the quickest way by foot (odd.md rule 9); exit -1: direct."""
        lengths = self.segments["length_m"]
        targets = targets.astype(np.int64)

        def part(arcs: np.ndarray, metres: np.ndarray) -> np.ndarray:
            """Table time over a part of an arc."""
            whole = self.arc_us[arcs]
            time = np.rint(whole * (metres / lengths[arcs // 2])).astype(np.int64)
            return np.where(metres == 0, 0, np.where(whole < NEVER, time, NEVER))

        here = np.full(len(targets), segment)
        direct_m = np.abs(ends_m - offset)
        time = np.where(targets == segment, part(2 * here + (ends_m < offset), direct_m), NEVER)
        length, exit_ = np.where(time < NEVER, direct_m, np.inf), np.full(len(targets), -1)
        entry = np.full(len(targets), -1)
        for out_end in (0, 1):
            out_m = np.abs(self._end_m(segment, out_end) - offset)
            out = part(2 * here + (1 - out_end), np.full(len(targets), out_m))
            for in_end in (0, 1):
                in_m = np.abs(lengths[targets] * in_end - ends_m)
                into = part(2 * targets + in_end, in_m)
                start, goal = int(self.ends[segment, out_end]), self.ends[targets, in_end]
                between = self.streets.time_us[self.mode, start][goal]
                open_ = (out < NEVER) & (between < NEVER) & (into < NEVER)
                total = np.where(open_, out + between + into, NEVER)
                better = total < time
                metres = out_m + self._lengths(start, goal) + in_m
                time, length = np.where(better, total, time), np.where(better, metres, length)
                exit_, entry = np.where(better, out_end, exit_), np.where(better, in_end, entry)
        return time, length, exit_, entry

    def _lengths(self, start: int, goals: np.ndarray) -> np.ndarray:
        """(n,) f8: metres along the hops from one intersection to each of the goals; 0 where there is no way."""
        node, metres = np.full(len(goals), start), np.zeros(len(goals))
        while True:
            place = self.streets.hop[self.mode, node, goals]
            going = np.flatnonzero((node != goals) & (place != NO_HOP))
            if not len(going):
                return metres
            arc = self.streets.node_arcs[self.streets.node_first[node[going]] + place[going]]
            metres[going] += self.segments["length_m"][arc // 2]
            node[going] = self.ends[arc // 2, 1 - arc % 2]
