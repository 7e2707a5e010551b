"""``plan_roster``: a scenario and its geography become the forces, but for what a day draws.

Nothing here depends on seed or replication, so replications share it.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from sim import tables as t
from sim.draws import name_key
from sim.policies import codes
from sim.roster.beats import Along, Beat, Grounds
from sim.roster.cover import cover_points, cover_weights
from sim.roster.dispatch import preference_table
from sim.roster.feasible import refuse_hopeless
from sim.roster.groups import Group, crews_of, groups, half_names, line_sectors, role_of, team_names, unit_names
from sim.roster.hours import SET_BLOCK
from sim.roster.inspection import may_slack
from sim.roster.joint import NEVER_SPLITS, halve, splits
from sim.roster.losses import second_bases
from sim.roster.places import Sites, stand
from sim.roster.points import lay_out_points
from sim.roster.rounds import lay_out_rounds
from sim.roster.schedule import DUE, due_rows
from sim.roster.service import Span, cut, withdrawn
from sim.roster.shifts import spells
from sim.roster.shut import refuse_shut
from sim.roster.teams import team_grounds
from sim.roster.tiers import tier_tables
from sim.scenario.joint import people, tier_names, tier_of
from sim.scenario.people import people_behind
from sim.scenario.schema import PlannedBlock, RosterLine, ScenarioFile
from sim.scenario.systems import most_at_once
from sim.space.losses import refuse_impossible_losses
from sim.space.places import Place, coordinates
from sim.tables import Geography, Labels, Streets
from sim.vocabulary import HOUR, MINUTE, NEVER, NOBODY, Duty, PatrolRule

RULES, DUTIES, LEAVES_POST = codes("patrol"), codes("duty"), codes("leaves_post")


class Roster(NamedTuple):
    """The forces without their day: U units, B beats."""

    spec: ScenarioFile
    tiers: np.ndarray
    authority: np.ndarray
    acceptance: np.ndarray
    units: np.ndarray  # (U,) UNIT; spells, commitments and starts are still empty
    due: np.ndarray  # DUE, ascending by unit and start
    beats: np.ndarray
    beat_segments: np.ndarray
    beat_nodes: np.ndarray
    preference: np.ndarray
    along: tuple[Along, ...]  # (B,) draws start places
    patrols: tuple[np.ndarray, ...]  # (B,) rows of the units on each beat that start anywhere in it
    round_arcs: np.ndarray
    visits: np.ndarray
    cover_points: np.ndarray
    cover_weight: np.ndarray
    away: list[tuple[Span, ...]]  # (U,) when each unit is in other service
    place: np.ndarray  # (U,) i8: number of the place that a unit works; crews that take turns there share it
    at_set_hours: np.ndarray  # SET_BLOCK


def labels(spec: ScenarioFile, geography: Geography) -> Labels:
    """The names behind the row numbers of ``World`` and ``Forces``."""
    return Labels(
        classes=tuple(spec.world.classes),
        tiers=tier_names(spec),
        sectors=geography.sectors,
        modes=geography.modes,
        lines=tuple(line.name for line in spec.policy.roster),
        units=tuple(name for line in spec.policy.roster for name in _names_of(spec, geography, line)),
        teams=team_names(spec),
        sites=tuple(geography.sites),
    )


def line_groups(spec: ScenarioFile, geography: Geography, line: RosterLine) -> int:
    """How many times over a line has its units."""
    return crews_of(spec, geography, line).groups


def _names_of(spec: ScenarioFile, geography: Geography, line: RosterLine) -> list[str]:
    """The units of a line: those of the roster, then the halves of those that split."""
    whole = unit_names(spec, geography, line)
    return [*whole, *(half for name in whole for half in half_names(name))] if splits(line) else whole


def books(spec: ScenarioFile, geography: Geography) -> list[tuple[str, str, int, int]]:
    """``(line, tier, people on the books, people on duty at once)`` of every roster line."""
    rows = []
    for line in spec.policy.roster:
        counts = crews_of(spec, geography, line)
        at_once = people(line) * counts.places * counts.groups * most_at_once(line)
        rows.append((line.name, tier_of(spec, line), people_behind(line, counts.groups), at_once))
    return rows


def plan_roster(spec: ScenarioFile, geography: Geography, streets: Streets | None) -> Roster:
    """The forces of a scenario as far as no day is needed. Without ``streets`` it is not asked who could come where.

    Raises ``ScenarioError`` for lines that name places that are not there, beats that cannot be patrolled, duties that
    do not fit their hours, and classes that nobody could ever deal with.
    """
    grounds = Grounds(geography, team_grounds(spec, geography))
    sites = Sites(spec, geography, grounds)
    blocks, spells_due, at_set_hours, places = [], [np.zeros(0, DUE)], [np.zeros(0, SET_BLOCK)], [np.zeros(0, np.int64)]
    away: list[tuple[Span, ...]] = []
    first = 0
    for row, line in enumerate(spec.policy.roster):
        block = _units_of(spec, geography, row, line, grounds, sites)
        of_crews = _due_of(spec, geography, line, block, first, sites, sum(map(len, at_set_hours)))
        of_line = np.concatenate([due_of_crew for due_of_crew, _ in of_crews])
        halves = halve(spec, line, unit_names(spec, geography, line), block, of_line, first)
        spells_due += [of_line, halves.due]
        at_set_hours += [set_of_crew for _, set_of_crew in of_crews]
        blocks += [block, halves.units]
        gone = withdrawn(spec, line, len(block) // crews_of(spec, geography, line).crews)
        away += [gone[row // crews_of(spec, geography, line).crews] for row in range(len(block))]
        away += [away[row] for row in halves.units["whole"].tolist()]
        of_place = first + np.arange(len(block)) // crews_of(spec, geography, line).crews
        places += [of_place, of_place[halves.units["whole"] - first]]
        first += len(block) + len(halves.units)
    units, due, place = np.concatenate(blocks), np.concatenate(spells_due), np.concatenate(places)
    beats, beat_segments, beat_nodes = grounds.tables()
    round_arcs = lay_out_rounds(spec, grounds, beats, units, place)
    units["may_slack"] = may_slack(spec, units)
    visits = lay_out_points(spec, sites, beats, units)
    refuse_impossible_losses(spec, geography)
    refuse_shut(spec, geography, units)
    if streets is not None:
        refuse_hopeless(spec, geography, streets, units)
    tiers, authority, acceptance = tier_tables(spec)
    moving = np.unique(units["mode"][tiers["moves_up"][units["tier"]] > 0]).tolist()
    names = labels(spec, geography).units
    return Roster(
        spec=spec,
        tiers=tiers,
        authority=authority,
        acceptance=acceptance,
        units=units,
        due=due[np.lexsort((due["start_us"], due["unit"]))],
        beats=beats,
        beat_segments=beat_segments,
        beat_nodes=beat_nodes,
        preference=preference_table(spec, names, units["line"]),
        along=tuple(Along(geography, np.flatnonzero(ground)) for ground in beat_segments),
        patrols=tuple(
            np.flatnonzero((units["beat"] == beat) & (units["rule"] != PatrolRule.ROUND) & (units["whole"] == NOBODY))
            for beat in range(len(beats))
        ),
        round_arcs=round_arcs,
        visits=visits,
        cover_points=cover_points(sites, moving),
        cover_weight=cover_weights(sites),
        away=away,
        place=place,
        at_set_hours=np.concatenate(at_set_hours),
    )


def _units_of(
    spec: ScenarioFile, geography: Geography, number: int, line: RosterLine, grounds: Grounds, sites: Sites
) -> np.ndarray:
    """UNIT rows of a line, by group, place and crew."""
    found, crews = groups(spec, geography, line), crews_of(spec, geography, line).crews
    mode = geography.modes.index(line.mode or spec.policy.tiers[line.tier].mode)
    units = np.zeros((len(found), line.units, crews), t.UNIT)
    units["key"] = np.reshape([name_key("unit", name) for name in unit_names(spec, geography, line)], units.shape)
    units["line"], units["tier"] = number, tier_names(spec).index(tier_of(spec, line))
    units["crew"], units["mode"] = people(line), mode
    units["half"] = units["whole"] = NOBODY
    units["lost_from_us"] = units["lost_to_us"] = NEVER
    units["splits_from"] = NEVER_SPLITS
    units["on_call_us"] = NEVER if line.on_call_min is None else round(line.on_call_min * MINUTE)
    units["leaves_post"] = LEAVES_POST[line.leaves_post]
    units["muster_us"] = round(line.muster_min * MINUTE)
    units["hands_over"] = line.changeover == "hand_over"
    units["last_call_cutoff_us"] = round(line.last_call_cutoff_min * MINUTE)
    units["team"] = np.array([group.team for group in found])[:, None, None]
    sector = np.array([group.sector for group in found])[:, None]

    if line.duty == "post":
        scopes = [_scope_of_post(spec, group, line) for group in found]
        post = sites.posts(line, found, scopes, mode)
        base, near = sites.post_bases(line, post, mode), coordinates(geography, post)
        units["duty"], units["rule"], units["beat"] = Duty.POST, PatrolRule.STAND, NOBODY
        stand(units, "post", _of_crews(post))
        at_home = post
    else:
        if line.duty == "standby":
            scopes, which, post = _small_beats(spec, line, found, grounds, sites, mode)
            sector = np.where(sector == NOBODY, geography.segments["sector"][post.segment], sector)
        else:
            scopes, which, sector = _beats_of(spec, line, found)
        base = post if line.base == "post" else sites.bases(line, found, scopes, which, mode)
        near = sites.middles(line, scopes, mode)[which]
        visits = tuple(line.visits) if line.rule == "visits" else ()
        inspect_min = line.inspect_min if line.duty == "inspect" else 0.0
        rows = np.array([grounds.beat(Beat(scope, mode, visits, inspect_min)) for scope in scopes])
        units["duty"], units["rule"], units["beat"] = DUTIES[line.duty], RULES[line.rule], rows[which][..., None]
        units["post_segment"] = NOBODY
        at_home = base
    stand(units, "base", _of_crews(base))
    second = second_bases(sites, line, near, mode)
    if second is not None:
        stand(units, "base2", _of_crews(second.place))
        units["lost_from_us"], units["lost_to_us"] = second.from_us[..., None], second.to_us[..., None]
    stand(units, "start", _of_crews(at_home))
    home = np.where(sector == NOBODY, geography.segments["sector"][at_home.segment], sector)
    units["sector"] = home[..., None]
    return units.reshape(-1)


def _of_crews(place: Place) -> Place:
    """Places of the places of a line (groups, places), for all the crews that take turns there."""
    return Place(*(column[..., None] for column in place))


def _scope_of_post(spec: ScenarioFile, group: Group, line: RosterLine) -> tuple:
    """The scope in which the posts of a group are drawn: its own."""
    if group.team != NOBODY:
        return ("team", group.team)
    return ("district", *line_sectors(spec, line)) if group.sector == NOBODY else ("sector", group.sector)


def _beats_of(spec: ScenarioFile, line: RosterLine, found: list[Group]) -> tuple[list[tuple], np.ndarray, np.ndarray]:
    """``(scopes, which, sector)`` of a line: its beats, and for each place of each group, (groups, places), the row of
    its beat and its home sector (``NOBODY``: none). Places of the whole district take its sectors in turn.
    """
    which = np.zeros((len(found), line.units), np.int64)
    home = np.zeros((len(found), line.units), np.int64)
    rows: dict[tuple, int] = {}
    sectors = line_sectors(spec, line)
    for number, group in enumerate(found):
        options = sectors if group.sector == NOBODY else [group.sector]
        for place in range(line.units):
            sector = options[place % len(options)]
            scope = {"district": ("district", *sectors), "sector": ("sector", sector), "team": ("team", group.team)}[
                line.beat
            ]
            which[number, place] = rows.setdefault(scope, len(rows))
            home[number, place] = group.sector if line.beat == "district" else sector
    return list(rows), which, home


def _small_beats(
    spec: ScenarioFile, line: RosterLine, found: list[Group], grounds: Grounds, sites: Sites, mode: int
) -> tuple[list[tuple], np.ndarray, Place]:
    """``(scopes, which, points)`` of a standby line: its beats, the row of the beat of each place of each group, and
    the points round which they lie, (groups, places)."""
    within = [_scope_of_post(spec, group, line) for group in found]
    points = sites.posts(line, found, within, mode)
    where = coordinates(sites.geography, points)
    which = np.zeros(points.segment.shape, np.int64)
    rows: dict[tuple, int] = {}
    for at in np.ndindex(which.shape):
        small = grounds.around(within[at[0]], mode, spec, line, int(points.segment[at]), where[at])
        which[at] = rows.setdefault(small, len(rows))
    return list(rows), which, points


def _due_of(
    spec: ScenarioFile, geography: Geography, line: RosterLine, units: np.ndarray, first: int, sites: Sites, sets: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """DUE and SET_BLOCK rows of a line whose units are the rows from ``first`` on, two tables for each crew and start.
    ``sets``: how many SET_BLOCK rows there are before them."""
    crews = crews_of(spec, geography, line).crews
    horizon_us = round((spec.run.warm_up_h + spec.run.measured_h + spec.run.drain_h) * HOUR)
    place = np.arange(len(units)) // crews
    away = withdrawn(spec, line, len(units) // crews)
    hours = [(number % line.units * line.stagger_min, away[number]) for number in range(len(away))]
    kinds = {kind: number for number, kind in enumerate(dict.fromkeys(sorted(hours)))}
    kind_of = np.array([kinds[kind] for kind in hours])[place]
    tables = []
    for crew, ((later, gone), kind) in itertools.product(range(crews), kinds.items()):
        alike = np.arange(crew, len(units), crews)
        alike = alike[kind_of[alike] == kind]
        turns = cut(spells(spec, line, crew, horizon_us, later), gone)
        when = np.array([name_key("spell", spell.name) for spell in turns], np.uint64)
        turned = (when << np.uint64(23)) | (when >> np.uint64(41))  # draws.pair_key, for arrays
        names = units["key"][alike][:, None] ^ turned
        at = [_place_of(block, units[alike], sites) for block in line.planned]
        tables.append(due_rows(spec, line, first + alike, turns, names, at, sets))
        sets += len(tables[-1][1])
    return tables


def _place_of(block: PlannedBlock, units: np.ndarray, sites: Sites) -> Place | None:
    """Where planned work of some units of a line is: at the site nearest to the middle of each one's beat, or to its
    post; at its base; None: where it happens to be."""
    if block.place is None:
        return None
    if block.place == "base":
        return Place(units["base_segment"], units["base_offset_m"], units["base_across_m"])
    if (units["duty"] == Duty.POST).all():
        post = Place(units["post_segment"].astype(np.int64), units["post_offset_m"], units["post_across_m"])
        points = coordinates(sites.geography, post)
    else:
        grounds, (rows, beat) = sites.grounds, np.unique(units["beat"], return_inverse=True)
        listed = grounds.listed()
        points = np.array([grounds.centroid(grounds.of_beat(listed[row])) for row in rows])[beat]
    return sites.nearest(role_of(block.place), points, int(units["mode"][0]))
