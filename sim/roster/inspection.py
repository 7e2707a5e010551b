"""Inspection: teams that slacken, and the points at which an inspection unit finds them (odd.md rule 33)."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.demand.day import Day
from sim.draws import name_key
from sim.roster.beats import Beat
from sim.roster.groups import key_of, team_names
from sim.roster.places import Sites
from sim.scenario.errors import ScenarioError
from sim.scenario.inspection import slackening
from sim.scenario.schema import ScenarioFile
from sim.space.places import Place
from sim.vocabulary import DAY, MINUTE, NOBODY, Purpose


def may_slack(spec: ScenarioFile, units: np.ndarray) -> np.ndarray:
    """(U,) u1: whether each unit is of a line that slackens."""
    lines = [number for number, line in enumerate(spec.policy.roster) if line.name in slackening(spec)]
    return np.isin(units["line"], lines).astype(np.uint8)


def team_points(sites: Sites, beat: Beat, units: np.ndarray, inspector: np.void) -> np.ndarray:
    """VISIT rows of the beat of an inspection unit: the base of every team whose ground is in it, by team.

    A team's base is that of its first unit that may slacken or, where no team slackens, of its first unit. Raises
    ``ScenarioError`` for a beat without teams.
    """
    grounds = sites.grounds
    of_teams = _first_of_teams(units)
    here = np.unique(sites.geography.segments["sector"][grounds.segments(beat.scope)])
    teams = [team for team in sorted(of_teams) if units["sector"][of_teams[team]] in here]
    if not teams:
        line = sites.spec.policy.roster[inspector["line"]]
        raise ScenarioError(
            f'roster line "{line.name}": there is no team to inspect in {grounds.name_of(beat)}',
            key=key_of(sites.spec, line, "duty"),
            value=line.duty,
            allowed="beats in which some line by team works",
        )
    rows = units[[of_teams[team] for team in teams]]
    found = np.zeros(len(teams), t.VISIT)
    base = Place(rows["base_segment"].astype(np.int64), rows["base_offset_m"], rows["base_across_m"])
    place = sites.for_modes(base, [beat.mode])
    found["segment"], found["offset_m"], found["team"], found["role"] = place.segment, place.offset_m, teams, NOBODY
    found["dwell_us"] = max(1, round(beat.inspect_min * MINUTE))
    return found


def _first_of_teams(units: np.ndarray) -> dict[int, int]:
    """The row of the unit at whose base each team is found."""
    found: dict[int, int] = {}
    rows = np.flatnonzero((units["team"] != NOBODY) & (units["may_slack"] > 0))
    for row in rows if len(rows) else np.flatnonzero(units["team"] != NOBODY):
        found.setdefault(int(units["team"][row]), int(row))
    return found


def inspected_us(spec: ScenarioFile, day: Day) -> np.ndarray:
    """(teams,) i8: when each team was inspected last, before the start; a draw named by the team alone."""
    rule = spec.policy.compliance
    if rule is None:
        return np.zeros(len(team_names(spec)), np.int64)
    least, most = rule.last_inspected_days
    names = np.array([name_key("inspected", team) for team in team_names(spec)], np.uint64)
    days = least + day.draws(Purpose.SLACK, names) * (most - least)
    return -np.maximum(1, np.rint(days * DAY)).astype(np.int64)


def compliance(spec: ScenarioFile) -> np.ndarray:
    """(2,) f8: the floor and the half-life in microseconds of compliance; ones where no team slackens."""
    rule = spec.policy.compliance
    return np.ones(2) if rule is None else np.array([rule.floor, rule.half_life_days * DAY], np.float64)
