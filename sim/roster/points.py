"""Must-visit points: the sites of some roles that lie in a beat, and the teams to inspect there (odd.md rule 29c)."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.roster.beats import Beat, Grounds
from sim.roster.groups import key_of
from sim.roster.inspection import team_points
from sim.roster.places import Sites
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import ScenarioFile
from sim.space.arcs import arc_ends
from sim.space.places import Place, coordinates, nearest_to
from sim.vocabulary import MINUTE, NEVER, NOBODY


def lay_out_points(spec: ScenarioFile, sites: Sites, beats: np.ndarray, units: np.ndarray) -> np.ndarray:
    """VISIT rows of all beats, by the order of roles in the roster line, then by site; of inspection units by team.

    Fills the fields ``visit_*`` of ``beats``. A site on a street of the beat that its mode may not pass is visited at
    the nearest intersection that the mode leaves within the beat. Raises ``ScenarioError`` for a beat without any.
    """
    made, first = [np.zeros(0, t.VISIT)], 0
    for row, beat in enumerate(sites.grounds.listed()):
        mine = units[units["beat"] == row]
        if beat.inspect_min:
            points = team_points(sites, beat, units, mine[0])
        elif beat.visits:
            points = _site_points(spec, sites.grounds, beat, mine[0])
        else:
            continue
        beats["visit_first"][row], beats["visit_count"][row] = first, len(points)
        first += len(points)
        made.append(points)
    return np.concatenate(made)


def _site_points(spec: ScenarioFile, grounds: Grounds, beat: Beat, unit: np.void) -> np.ndarray:
    """VISIT rows of the sites in a beat of which ``unit`` is one of the patrols."""
    tables = [np.zeros(0, t.VISIT)]
    for rule in beat.visits:
        sites = grounds.geography.sites[rule.role]
        sites = sites[np.isin(sites["segment"], grounds.segments(beat.scope))]
        place = _within_reach(grounds, beat, Place.of(sites))
        found = np.zeros(len(sites), t.VISIT)
        found["segment"], found["offset_m"], found["role"] = place.segment, place.offset_m, sites["role"]
        found["dwell_us"], found["per_day"] = round(rule.dwell_min * MINUTE), rule.per_day
        found["team"] = NOBODY
        tables.append(found)
    points = np.concatenate(tables)
    if not len(points):
        line = spec.policy.roster[unit["line"]]
        roles = " or ".join(rule.role for rule in beat.visits)
        raise ScenarioError(
            f'roster line "{line.name}": there is no {roles} to visit in {grounds.name_of(beat)}',
            key=key_of(spec, line, "visits"),
            allowed="roles that have a site in every beat of the line, or fewer sectors",
        )
    return points


def _within_reach(grounds: Grounds, beat: Beat, place: Place) -> Place:
    """The places, those on streets that the mode may not pass moved to an intersection."""
    geography, ground = grounds.geography, grounds.of_beat(beat)
    segment, offset_m = place.segment.copy(), place.offset_m.copy()
    arcs = np.stack([2 * ground, 2 * ground + 1], axis=1).ravel()
    arcs = arcs[geography.arc_us[beat.mode][arcs] < NEVER]
    tail = arc_ends(geography.segments)[0][arcs]
    nodes, where = np.stack([geography.x_m[tail], geography.y_m[tail]], axis=1), coordinates(geography, place)
    for row in np.flatnonzero(~np.isin(segment, ground)).tolist():
        arc = int(arcs[nearest_to(geography, nodes, where[row])])
        segment[row] = arc // 2
        offset_m[row] = geography.segments["length_m"][arc // 2] if arc % 2 else 0.0
    return Place(segment, offset_m, place.across_m)
