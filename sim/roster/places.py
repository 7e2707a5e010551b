"""Where units muster and stand: bases and posts, fixed by the geography seed."""

from __future__ import annotations

import numpy as np

from sim.demand.day import Day
from sim.demand.places import pick_rows
from sim.draws import GEOGRAPHY_STREAM, name_key
from sim.roster.beats import Along, Areas
from sim.roster.groups import SITE, Group, key_of, role_of
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.tables import Geography
from sim.vocabulary import NEVER, NOBODY, Purpose

PEOPLE = {"home": "residents", "hot_spot": "patrol_weight"}  #: what draws a post: a field of SEGMENT


class Sites:
    """Bases and posts of the lines of a scenario. Places are ``(segment, offset_m)``."""

    def __init__(self, spec: ScenarioFile, geography: Geography, areas: Areas) -> None:
        self.spec, self.geography, self.areas = spec, geography, areas
        self.day = Day(spec.world.geography_seed, GEOGRAPHY_STREAM)
        segments = geography.segments
        self.middle = np.stack(
            [(axis[segments["a"]] + axis[segments["b"]]) / 2 for axis in (geography.x_m, geography.y_m)], axis=1
        )

    def _draws(self, what: str, line: RosterLine, groups: list[Group], count: int) -> np.ndarray:
        """(groups, places, count) f8: draws of the places of a line, named by line, group and place."""
        names = [[name_key(what, line.name, group.name, place + 1) for place in range(line.units)] for group in groups]
        return self.day.draws(Purpose.GEOGRAPHY, np.array(names, np.uint64)[..., None], np.arange(count))

    def posts(
        self, line: RosterLine, groups: list[Group], areas: list[tuple], mode: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where each place of each group stands, both (groups, places); ``areas``: the ground of each group."""
        if line.post.startswith(SITE):
            return self._site_posts(line, groups, mode)
        draws = self._draws("post", line, groups, 2)
        segment, offset = np.zeros(draws.shape[:2], np.int64), np.zeros(draws.shape[:2])
        weights, length = self.geography.segments[PEOPLE[line.post]], self.geography.segments["length_m"]
        for row, area in enumerate(areas):
            ground = self.areas.ground(area, mode, self.spec, line)
            people = weights[ground] if weights[ground].any() else length[ground]  # nobody: by length
            segment[row] = ground[pick_rows(people, draws[row, :, 0])]
            offset[row] = draws[row, :, 1] * length[segment[row]]
        return segment, offset

    def _site_posts(self, line: RosterLine, groups: list[Group], mode: int) -> tuple[np.ndarray, np.ndarray]:
        """At the sites of a role in the sector of each group (district: in its sectors), shared out in turn."""
        role = role_of(line.post)
        sites = self.geography.sites[role]
        taken: dict[int, int] = {}
        wanted = [row for row, name in enumerate(self.geography.sectors) if not line.sectors or name in line.sectors]
        segment, offset = np.zeros((len(groups), line.units), np.int64), np.zeros((len(groups), line.units))
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
            for place in range(line.units):
                site = sites[here[(first + place) % len(here)]]
                segment[row, place], offset[row, place] = self._for_mode(
                    int(site["segment"]), float(site["offset_m"]), mode
                )
        return segment, offset

    def bases(
        self, line: RosterLine, groups: list[Group], areas: list[tuple], which: np.ndarray, mode: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where the patrols at each place of each group muster, both (groups, places).

        ``which`` (groups, places): the row of ``areas`` that is the beat.
        """
        segments = self.geography.segments
        segment, offset = np.zeros(which.shape, np.int64), np.zeros(which.shape)
        if line.base == "beat":
            draws = self._draws("base", line, groups, 1)[..., 0]
            for row, area in enumerate(areas):
                along = Along(segments, self.areas.ground(area, mode, self.spec, line))
                segment[which == row], offset[which == row] = along.draw(draws[which == row])
            return segment, offset
        for row, area in enumerate(areas):
            ground = self.areas.ground(area, mode, self.spec, line)
            length = segments["length_m"][ground]
            centroid = (self.middle[ground] * length[:, None]).sum(axis=0) / length.sum()
            segment[which == row], offset[which == row] = self.nearest_site(line, centroid, mode)
        return segment, offset

    def post_bases(self, line: RosterLine, posts: tuple[np.ndarray, np.ndarray], mode: int) -> tuple:
        """Where units on posts muster: on their post, unless at the nearest site of a role."""
        if line.base in ("beat", "post"):
            return posts
        where = self._where(*posts)
        found = [self.nearest_site(line, point, mode) for point in where.reshape(-1, 2)]
        segment, offset = zip(*found, strict=True)
        return np.reshape(segment, posts[0].shape), np.reshape(offset, posts[0].shape)

    def nearest_site(self, line: RosterLine, point: np.ndarray, mode: int) -> tuple[int, float]:
        """The place of the site of the line's base role that is nearest to a point, in a straight line."""
        sites = self.geography.sites[role_of(line.base)]
        gaps = self._where(sites["segment"], sites["offset_m"]) - point
        site = sites[int(np.argmin((gaps**2).sum(axis=1)))]
        return self._for_mode(int(site["segment"]), float(site["offset_m"]), mode)

    def _where(self, segment: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """(..., 2) f8: coordinates of places."""
        segments = self.geography.segments[segment]
        part = offset / segments["length_m"]
        a, b = segments["a"], segments["b"]
        return np.stack([axis[a] + (axis[b] - axis[a]) * part for axis in (self.geography.x_m, self.geography.y_m)], -1)

    def _for_mode(self, segment: int, offset: float, mode: int) -> tuple[int, float]:
        """The place itself if the mode may pass, else the nearest intersection that it may leave (rule 7b)."""
        if self.areas.passable[mode][segment]:
            return segment, offset
        geography = self.geography
        arcs = np.flatnonzero(geography.arc_us[mode] < NEVER)
        tails = np.where(arcs % 2 == 0, geography.segments["a"][arcs // 2], geography.segments["b"][arcs // 2])
        here = self._where(np.array(segment), np.array(offset))
        nodes = np.stack([geography.x_m[tails], geography.y_m[tails]], axis=1)
        arc = int(arcs[np.argmin(((nodes - here) ** 2).sum(axis=1))])
        return arc // 2, float(geography.segments["length_m"][arc // 2]) if arc % 2 else 0.0
