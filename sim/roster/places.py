"""Where units muster and stand: bases and posts, fixed by the geography seed."""

from __future__ import annotations

from types import EllipsisType

import numpy as np

from sim.demand.day import Day
from sim.demand.picking import pick_rows
from sim.draws import GEOGRAPHY_STREAM, name_key
from sim.roster.beats import Along, Grounds
from sim.roster.groups import SITE, Group, key_of, role_of
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.space.places import Place, coordinates, nearest_to, place_within
from sim.tables import Geography
from sim.vocabulary import NEVER, NOBODY, Purpose

PEOPLE = {"home": "residents", "hot_spot": "patrol_weight"}  #: what draws a post: a field of SEGMENT


class Sites:
    """Bases and posts of the lines of a scenario."""

    def __init__(self, spec: ScenarioFile, geography: Geography, grounds: Grounds) -> None:
        self.spec, self.geography, self.grounds = spec, geography, grounds
        self.day = Day(spec.world.geography_seed, GEOGRAPHY_STREAM)

    def _draws(self, what: str, line: RosterLine, groups: list[Group], count: int) -> np.ndarray:
        """(groups, places, count) f8: draws of the places of a line, named by line, group and place."""
        names = [[name_key(what, line.name, group.name, place + 1) for place in range(line.units)] for group in groups]
        return self.day.draws(Purpose.GEOGRAPHY, np.array(names, np.uint64)[..., None], np.arange(count))

    def posts(self, line: RosterLine, groups: list[Group], scopes: list[tuple], mode: int) -> Place:
        """Where each place of each group stands, (groups, places); ``scopes``: the ground of each group."""
        if line.post.startswith(SITE):
            return self._site_posts(line, groups, mode)
        draws = self._draws("post", line, groups, 3)
        segment = np.zeros(draws.shape[:2], np.int64)
        weights, length = self.geography.segments[PEOPLE[line.post]], self.geography.segments["length_m"]
        for row, scope in enumerate(scopes):
            ground = self.grounds.ground(scope, mode, self.spec, line)
            people = weights[ground] if weights[ground].any() else length[ground]  # nobody: by length
            segment[row] = ground[pick_rows(people, draws[row, :, 0])]
        return place_within(self.geography, segment, draws[..., 1], draws[..., 2])

    def _site_posts(self, line: RosterLine, groups: list[Group], mode: int) -> Place:
        """At the sites of a role in the sector of each group (district: in its sectors), shared out in turn."""
        role = role_of(line.post)
        sites = self.geography.sites[role]
        taken: dict[int, int] = {}
        wanted = [row for row, name in enumerate(self.geography.sectors) if not line.sectors or name in line.sectors]
        chosen = np.zeros((len(groups), line.units), np.int64)
        for row, group in enumerate(groups):
            here = np.flatnonzero(np.isin(sites["sector"], wanted if group.sector == NOBODY else [group.sector]))
            if line.per == line.post:
                here = np.array([group.site])
            if not len(here):
                raise ScenarioError(
                    f'roster line "{line.name}": {group.name} has no site of role {role}',
                    key=key_of(self.spec, line, "post"),
                    value=line.post,
                )
            first = taken.get(group.sector, 0)
            taken[group.sector] = first + line.units
            chosen[row] = here[(first + np.arange(line.units)) % len(here)]
        return self.for_modes(Place.of(sites[chosen]), [mode])

    def bases(self, line: RosterLine, groups: list[Group], scopes: list[tuple], which: np.ndarray, mode: int) -> Place:
        """Where the patrols at each place of each group muster, (groups, places).

        ``which`` (groups, places): the row of ``scopes`` that is the beat.
        """
        grounds = [self.grounds.ground(scope, mode, self.spec, line) for scope in scopes]
        if line.base != "beat":
            nearest = self.nearest(role_of(line.base), self.middles(line, scopes, mode), mode)
            return Place(*(column[which] for column in nearest))
        draws = self._draws("base", line, groups, 2)
        base = Place(np.zeros(which.shape, np.int64), np.zeros(which.shape), np.zeros(which.shape))
        for row, ground in enumerate(grounds):
            found = Along(self.geography, ground).draw(draws[which == row])
            for column, values in zip(base, found, strict=True):
                column[which == row] = values
        return base

    def middles(self, line: RosterLine, scopes: list[tuple], mode: int) -> np.ndarray:
        """(scopes, 2): the middle of each beat, which its base is nearest to."""
        return np.array([self.grounds.centroid(self.grounds.ground(scope, mode, self.spec, line)) for scope in scopes])

    def post_bases(self, line: RosterLine, posts: Place, mode: int) -> Place:
        """Where units on posts muster: on their post, unless at the nearest site of a role."""
        if line.base in ("beat", "post"):
            return posts
        return self.nearest(role_of(line.base), coordinates(self.geography, posts), mode)

    def nearest(self, role: str, points: np.ndarray, mode: int) -> Place:
        """The sites of a role that are nearest to points (..., 2), where the mode may stand."""
        return self.for_modes(Place.of(self.geography.sites[role][self.nearest_rows(role, points)]), [mode])

    def nearest_rows(self, role: str, points: np.ndarray) -> np.ndarray:
        """(...) i8: the rows of the sites of a role that are nearest to points (..., 2)."""
        where = coordinates(self.geography, Place.of(self.geography.sites[role]))
        nearest = [nearest_to(self.geography, where, point) for point in points.reshape(-1, 2)]
        return np.reshape(nearest, points.shape[:-1]).astype(np.int64)

    def for_modes(self, places: Place, modes: list[int]) -> Place:
        """The places that all modes may pass, instead of others the nearest intersection that all may leave (7b)."""
        geography = self.geography
        segment, offset_m = places.segment.copy(), places.offset_m.copy()
        arcs = np.flatnonzero((geography.arc_us[modes] < NEVER).all(axis=0))
        tails = np.where(arcs % 2 == 0, geography.segments["a"][arcs // 2], geography.segments["b"][arcs // 2])
        nodes = np.stack([geography.x_m[tails], geography.y_m[tails]], axis=1)
        where = coordinates(geography, places)
        passable: np.ndarray = np.all(self.grounds.passable[modes], axis=0)
        for index in zip(*np.nonzero(~passable[segment]), strict=True):
            arc = int(arcs[nearest_to(geography, nodes, where[index])])
            segment[index] = arc // 2
            offset_m[index] = geography.segments["length_m"][arc // 2] if arc % 2 else 0.0
        return Place(segment, offset_m, places.across_m)


def stand(units: np.ndarray, what: str, place: Place, rows: np.ndarray | EllipsisType = ...) -> None:
    """Write places into the fields ``base``, ``base2``, ``post`` or ``start`` of UNIT rows."""
    for word, column in place._asdict().items():
        units[f"{what}_{word}"][rows] = column
