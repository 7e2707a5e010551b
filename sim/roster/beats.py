"""Beats: the ground of patrols, one row for each scope, mode and set of points to visit in use."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim import tables as t
from sim.demand.picking import pick_rows
from sim.roster.groups import key_of
from sim.roster.teams import connected_pieces
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile, VisitRule
from sim.space.arcs import arc_ends
from sim.space.places import Place, is_plane, place_within
from sim.tables import Geography
from sim.vocabulary import NEVER


class Beat(NamedTuple):
    scope: tuple
    mode: int
    visits: tuple[VisitRule, ...] = ()  # the points that its patrols have to visit
    inspect_min: float = 0.0  # how long they inspect each team there; 0: none


class Grounds:
    """Segments by scope, and the beats on them.

    A scope is ``("district", sectors...)``, ``("sector", s)``, ``("team", t)`` or ``("around", segments...)``.
    """

    def __init__(self, geography: Geography, of_teams: list[np.ndarray]) -> None:
        self.geography, self.of_teams = geography, of_teams
        ends = geography.segments
        open_arcs = (geography.arc_us < NEVER).reshape(len(geography.modes), -1, 2)
        self.passable = open_arcs[:, :, 0] | open_arcs[:, :, 1] | is_plane(geography)  # (M, S)
        self.middle = np.stack(
            [(axis[ends["a"]] + axis[ends["b"]]) / 2 for axis in (geography.x_m, geography.y_m)], axis=1
        )  # (S, 2)
        self._beats: dict[Beat, int] = {}
        self._ground: dict[tuple[tuple, int], np.ndarray] = {}

    def segments(self, scope: tuple) -> np.ndarray:
        """The segments of a scope, ascending, whoever may pass them."""
        kind, *which = scope
        if kind == "team":
            return self.of_teams[which[0]]
        if kind == "around":
            return np.array(which)
        return np.flatnonzero(np.isin(self.geography.segments["sector"], which))

    def ground(self, scope: tuple, mode: int, spec: ScenarioFile, line: RosterLine) -> np.ndarray:
        """The segments of a scope that a mode may pass. Refuses a line whose people could not move there."""
        if (scope, mode) not in self._ground:
            rows = self.segments(scope)
            self._ground[scope, mode] = rows[self.passable[mode][rows]]
        rows = self._ground[scope, mode]
        if not len(rows):
            names = self.geography.sectors
            where = f"a team of {names[self.geography.segments['sector'][self.segments(scope)[0]]]}"
            raise ScenarioError(
                f'roster line "{line.name}": mode {self.geography.modes[mode]} may pass no street of '
                + (where if scope[0] == "team" else ", ".join(names[sector] for sector in scope[1:])),
                key=key_of(spec, line, "mode"),
                value=self.geography.modes[mode],
                allowed="a mode that may pass a street of each beat",
            )
        return rows

    def around(self, scope: tuple, mode: int, spec: ScenarioFile, line: RosterLine, street: int, point) -> tuple:
        """The scope of a small beat: the streets of ``scope`` that the mode may pass and whose middle is within the
        line's ``beat_radius_m`` of a point (x, y) on ``street``, as far as they hang together with it; it is one."""
        ground = self.ground(scope, mode, spec, line)
        near = ground[np.hypot(*(self.middle[ground] - point).T) <= line.beat_radius_m]
        pieces = connected_pieces(self.geography.segments, np.union1d(near, [street]))
        here = next(piece for piece in pieces if street in piece)
        small = ("around", *here)
        self._ground[small, mode] = np.array(here)
        return small

    def centroid(self, ground: np.ndarray) -> np.ndarray:
        """(2,) the middle of some segments, by length."""
        length = self.geography.segments["length_m"]
        return (self.middle[ground] * length[ground, None]).sum(axis=0) / length[ground].sum()

    def beat(self, beat: Beat) -> int:
        """The row of a beat, which is there from now on."""
        return self._beats.setdefault(beat, len(self._beats))

    def listed(self) -> list[Beat]:
        """The beats asked for, row for row."""
        return list(self._beats)

    def of_beat(self, beat: Beat) -> np.ndarray:
        """The segments of a beat that its mode may pass, ascending."""
        return self._ground[beat.scope, beat.mode]

    def name_of(self, beat: Beat) -> str:
        """What to call a beat in a message."""
        names, (kind, *which) = self.geography.sectors, beat.scope
        if kind in ("district", "sector"):
            return ", ".join(names[sector] for sector in which)
        sector = names[self.geography.segments["sector"][self.segments(beat.scope)[0]]]
        return f"a team of {sector}" if kind == "team" else f"a standby beat in {sector}"

    def tables(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``(beats, beat_segments, beat_nodes)`` of the beats asked for."""
        tail, _ = arc_ends(self.geography.segments)
        beats = np.zeros(len(self._beats), t.BEAT)
        beats["mode"] = [beat.mode for beat in self._beats]
        segments = np.zeros((len(beats), len(self.geography.segments)), np.uint8)
        nodes = np.zeros((len(beats), len(self.geography.x_m)), np.uint8)
        for row, ground in enumerate(self.of_beat(beat) for beat in self._beats):
            segments[row, ground] = 1
            arcs = np.concatenate([2 * ground, 2 * ground + 1])
            nodes[row, tail[arcs[self.geography.arc_us[beats["mode"][row]][arcs] < NEVER]]] = 1
        return beats, segments, nodes


class Along:
    """Draws places uniform along some streets by length, or in some areas by size."""

    def __init__(self, geography: Geography, rows: np.ndarray) -> None:
        self.geography, self.rows, self.length = geography, rows, geography.segments["length_m"][rows]

    def draw(self, draws: np.ndarray) -> Place:
        """A place for each of ``draws`` (n, 2): the first says where along all of them, the second where across."""
        running = np.cumsum(self.length)
        along, across = draws[:, 0], draws[:, 1]
        place = pick_rows(self.length, along)
        offset = np.clip(along * running[-1] - (running[place] - self.length[place]), 0.0, self.length[place])
        if is_plane(self.geography):
            return place_within(self.geography, self.rows[place], offset / self.length[place], across)
        return Place(self.rows[place], offset, np.zeros(len(draws)))
