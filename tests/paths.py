"""Which paths through the rules a run took, by name; so that random worlds can be held to take them all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from paths_dispatch import DISPATCH_PATHS, dispatch_coverage
from paths_duties import DUTY_PATHS, duty_coverage
from paths_joint import JOINT_PATHS, joint_coverage
from paths_policies import POLICY_PATHS, policy_coverage

from sim.tables import MAX_STAGES, Forces, Records, World
from sim.vocabulary import (
    HOUR,
    NEVER,
    NOBODY,
    SECOND,
    BorderRule,
    Duty,
    EventKind,
    LeavesPost,
    Metric,
    Outcome,
    PatrolRule,
    Phase,
    QueueOrder,
    QueueRule,
    ScoreRule,
    UnitState,
)

PLACED_ANEW = (PatrolRule.RESAMPLED, PatrolRule.RESAMPLED_EACH_CALL)
AWAY = (UnitState.PLANNED, UnitState.BREAK)
SENT = (UnitState.TURNOUT, UnitState.EN_ROUTE)

INCIDENT_PATHS = {
    "on view",
    "on view, seen from a post",
    "on view, seen across a square",
    "on view while it moves",
    "on view, only reported",
    "intercepted",
    "kept in view",
    "worsened once",
    "worsened twice",
    "worsened before it was known",
    "wandered off and stayed",
    "off-model responder before any unit",
    "presence needed two units",
    "more was needed",
    "a holder left",
    "two incidents at one instant",
}
UNIT_PATHS = {
    "overtime",
    "walked from its vehicle",
    "re-aimed",
    "met on the way",
    "called off in turnout",
    "called off under way",
    "released where it stood",
    "sent without turnout",
    "sent from a post",
    "sent while returning",
    "work put off",
    "work interrupted",
    "work taken up again",
    "spell after spell without a rest",
    "a patrol stands",
    "crossed a border",
    "volunteer",
    "from a leg with the vehicle",
    "pass while returning",
    "placed anew on streets",
    "placed anew at a call",
}
PLANE_PATHS = {
    "a rectangle",
    "a line",
    "a torus",
    "a ring",
    "the way across an edge",
    "cut short while speeding up",
    "cut short at full speed",
    "cut short while slowing down",
    "cut short at constant speed",
    "a way without reaching full speed",
    "a way that reaches full speed",
    "a way of no length",
    "sent on from a way",
    "on view in a plane",
    "custody in a plane",
}
RUN_PATHS = {"stopped at the horizon", "stopped early", "a probe found nobody", "a probe found two", "strict"}


def every_path() -> set[str]:
    """All names that ``coverage`` knows."""
    names = {f"outcome {outcome.name}" for outcome in Outcome}
    names |= {f"phase {phase.name}" for phase in Phase}
    names |= {f"state {state.name}" for state in UnitState}
    names |= {f"event {kind.name}" for kind in EventKind}
    for rules in (PatrolRule, ScoreRule, QueueRule, QueueOrder, BorderRule, LeavesPost, Metric):
        names |= {f"{rules.__name__} {rule.name}" for rule in rules}
    of_rules = DISPATCH_PATHS | DUTY_PATHS | JOINT_PATHS | POLICY_PATHS
    return names | INCIDENT_PATHS | UNIT_PATHS | PLANE_PATHS | RUN_PATHS | of_rules


def coverage(world: World, forces: Forces, records: Records) -> set[str]:
    """The paths that a run took, from its records with states, legs and trace."""
    in_plane = world.plane.metric != Metric.STREETS
    return {
        *_words(world, forces, records),
        *_incident_paths(world, forces, records),
        *_unit_paths(world, forces, records),
        *(_plane_paths(world, forces, records) if in_plane else _street_paths(world, forces, records)),
        *_run_paths(world, forces, records),
        *dispatch_coverage(world, forces, records),
        *duty_coverage(world, forces, records),
        *joint_coverage(world, forces, records),
        *policy_coverage(world, forces, records),
    }


def _words(world: World, forces: Forces, records: Records) -> Iterator[str]:
    """The members of each enum that came up."""
    yield from (f"outcome {Outcome(code).name}" for code in np.unique(records.incidents["outcome"]))
    yield from (f"phase {Phase(code).name}" for code in np.unique(records.incidents["phase"]))
    yield from (f"state {UnitState(code).name}" for code in np.unique(records.states["state"]))
    yield from (f"event {EventKind(code).name}" for code in np.unique(records.trace["kind"]))
    walked = np.unique(records.legs["unit"])
    yield from (f"PatrolRule {PatrolRule(code).name}" for code in np.unique(forces.units["rule"][walked]))
    stood = np.unique(records.states["unit"][records.states["state"] == UnitState.POST])
    yield from (f"PatrolRule {PatrolRule(code).name}" for code in np.unique(forces.units["rule"][stood]))
    yield f"Metric {Metric(world.plane.metric).name}"
    yield from (f"LeavesPost {LeavesPost(code).name}" for code in np.unique(forces.units["leaves_post"][stood]))
    if len(records.assignments):
        sent = np.unique(records.assignments["unit"])
        tiers = forces.tiers[forces.units["tier"][sent]]
        yield f"QueueRule {QueueRule(forces.queue_rule).name}"
        yield from (f"ScoreRule {ScoreRule(code).name}" for code in forces.score_rules)
        yield from (f"BorderRule {BorderRule(code).name}" for code in np.unique(tiers["border"]))
        if (tiers["acceptance_count"] > 0).any():
            yield "volunteer"


def _incident_paths(world: World, forces: Forces, records: Records) -> Iterator[str]:
    began, stages = world.incidents["began_us"], world.stages["class_"].reshape(-1, MAX_STAGES)
    if (np.diff(began) == 0).any():
        yield "two incidents at one instant"
    streets = world.streets.segments
    finds = {row["incident"]: row for row in records.assignments if row["on_view"]}
    at_end_of_leg = {(leg["unit"], leg["to_us"]): leg for leg in records.legs}
    for number, row in enumerate(records.incidents):
        fixed = world.incidents[number]
        path = world.path[fixed["path_first"] : fixed["path_first"] + fixed["path_count"]]
        path_ends = began[number] + path["duration_us"].sum()
        if row["on_view"]:
            yield "on view"
            if row["received_us"] < path_ends:
                yield "on view while it moves"
            find = finds.get(number)
            leg = None if find is None else at_end_of_leg.get((find["unit"], find["dispatched_us"]))
            if find is None:
                yield "on view, only reported"
            elif forces.units["duty"][find["unit"]] == Duty.POST:
                yield "on view, seen from a post"
            elif leg is not None and len(path) == 0 and _across(streets, leg["segment"], fixed["segment"]):
                yield "on view, seen across a square"
        if row["intercepted"]:
            yield "intercepted"
        elif row["first_arrival_us"] < path_ends and row["phase"] != Phase.LOOKING and not fixed["unfounded"]:
            yield "kept in view"
        if row["stage"]:
            yield ("worsened once", "worsened twice")[row["stage"] - 1]
            if row["received_us"] < NEVER and row["received_class"] != stages[number, 0]:
                yield "worsened before it was known"
        wanders = len(path) and not world.classes["moves_to_site"][stages[number, 0]]
        if wanders and path_ends < min(row["closed_us"], records.stop_us) and not row["intercepted"]:
            yield "wandered off and stayed"
        if row["first_capable_us"] < row["first_arrival_us"]:
            yield "off-model responder before any unit"
        if row["first_arrival_us"] < row["first_presence_us"] < NEVER and row["units_sent"] > 1:
            yield "presence needed two units"
    received = records.incidents["received_class"][records.assignments["incident"]]
    if (records.assignments["slot"] >= world.classes["slot_count"][received]).any():
        yield "more was needed"
    left = {row["at_us"] for row in records.trace if row["kind"] == EventKind.HOLDERS_LEAVE}
    if left & set(records.assignments["cleared_us"].tolist()):
        yield "a holder left"


def _across(segments: np.ndarray, one: int, other: int) -> bool:
    """Two streets of one square."""
    return one != other and segments["view"][one] == segments["view"][other]


def _unit_paths(world: World, forces: Forces, records: Records) -> Iterator[str]:
    units, streets = forces.units, world.streets
    if records.units["overtime_us"].any():
        yield "overtime"
    assigned = {(row["unit"], row["dispatched_us"]) for row in records.assignments}
    begins = {(row["unit"], row["from_us"]): row["state"] for row in records.states}
    for row in records.assignments:
        place = streets.segments["sector"][records.incidents["segment"][row["incident"]]]
        if units["sector"][row["unit"]] != place:
            yield "crossed a border"
        if row["cleared_us"] < NEVER and row["en_route_us"] == NEVER:
            yield "called off in turnout"
        elif row["cleared_us"] < NEVER and row["arrived_us"] == NEVER:
            yield "called off under way"
        if row["arrived_us"] < NEVER and begins.get((row["unit"], row["cleared_us"])) == UnitState.PATROL:
            yield "released where it stood"
        if not row["on_view"] and row["dispatched_us"] == row["en_route_us"]:
            yield "sent without turnout"
    for rows in _by_unit(records.states).values():
        for one, next_ in pairwise(rows):
            interrupted = (next_["unit"], next_["from_us"]) in assigned and next_["state"] in SENT
            if interrupted and one["state"] in AWAY:
                yield "work interrupted"
            elif interrupted and one["state"] == UnitState.POST:
                yield "sent from a post"
            elif interrupted and one["state"] == UnitState.RETURNING:
                yield "sent while returning"
            if one["incident"] != NOBODY and next_["state"] in AWAY:
                yield "work taken up again"
    for row in records.trace:
        if row["kind"] == EventKind.COMMITMENT and begins.get((row["number"], row["at_us"])) not in AWAY:
            yield "work put off"
    for unit in units:
        spells = forces.spells[unit["spell_first"] : unit["spell_first"] + unit["spell_count"]]
        if (spells["end_us"][:-1] == spells["start_us"][1:]).any():
            yield "spell after spell without a rest"
    yield from _placed_anew(units, records)


def _by_unit(states: np.ndarray) -> dict[int, list]:
    """The state intervals of each unit."""
    of_unit: dict[int, list] = {}
    for row in states:
        of_unit.setdefault(int(row["unit"]), []).append(row)
    return of_unit


def _placed_anew(units: np.ndarray, records: Records) -> Iterator[str]:
    on_patrol = records.states[records.states["state"] == UnitState.PATROL]
    rules = units["rule"][on_patrol["unit"]]
    yield from (f"PatrolRule {PatrolRule(code).name}" for code in np.unique(rules) if code in PLACED_ANEW)
    sendable = records.trace["at_us"][records.trace["kind"] == EventKind.SENDABLE]
    for row in on_patrol[rules == PatrolRule.RESAMPLED_EACH_CALL]:
        if ((row["from_us"] < sendable) & (sendable < row["to_us"])).any():
            yield "placed anew at a call"
            return


def _street_paths(world: World, forces: Forces, records: Records) -> Iterator[str]:
    units, segments, streets = forces.units, world.streets.segments, world.streets
    path_legs = {
        (int(row["at_us"]), int(row["number"])) for row in records.trace if row["kind"] == EventKind.INCIDENT_LEG
    }
    sent_to = {(row["unit"], row["arrived_us"]): row["incident"] for row in records.assignments}
    moving = np.append(world.incidents["path_count"] > 0, False)
    states = _by_unit(records.states)
    for leg in records.legs:
        unit, mode = leg["unit"], units["mode"][leg["unit"]]
        closed = (streets.arc_us[mode, 2 * leg["segment"] : 2 * leg["segment"] + 2] == NEVER).all()
        length = segments["length_m"][leg["segment"]]
        full = abs(leg["to_m"] - leg["from_m"]) == length
        if leg["state"] == UnitState.RETURNING and full:
            yield "pass while returning"
        if leg["state"] == UnitState.EN_ROUTE:
            if closed:
                yield "walked from its vehicle"
            elif streets.foot[mode] != mode:
                yield "from a leg with the vehicle"
            incident = next(
                row["incident"] for row in states[int(unit)] if row["from_us"] <= leg["from_us"] < row["to_us"]
            )
            if (int(leg["to_us"]), int(incident)) in path_legs and 0 < leg["to_m"] < length:
                yield "re-aimed"
            if moving[sent_to.get((unit, leg["to_us"]), NOBODY)] and 0 < leg["to_m"] < length:
                yield "met on the way"
    patrols = np.unique(records.states["unit"][records.states["state"] == UnitState.PATROL])
    stood = np.setdiff1d(patrols, np.unique(records.legs["unit"][records.legs["state"] == UnitState.PATROL]))
    anew = np.isin(units["rule"][stood], PLACED_ANEW)
    if not anew.all():
        yield "a patrol stands"
    if anew.any():
        yield "placed anew on streets"


def _plane_paths(world: World, forces: Forces, records: Records) -> Iterator[str]:
    plane = world.plane
    yield (("a rectangle", "a line"), ("a torus", "a ring"))[plane.torus][int(plane.extent_m[1] == 0)]
    if records.incidents["on_view"].any():
        yield "on view in a plane"
    if (records.states["state"] == UnitState.AT_STATION).any():
        yield "custody in a plane"
    sent = {(row["unit"], row["dispatched_us"]): row for row in records.assignments}
    under_way = {(row["unit"], row["en_route_us"]): row for row in records.assignments}
    for leg in records.legs:
        x, y = leg["to_m"], leg["to_across_m"]
        if not (0 <= x <= plane.extent_m[0] and 0 <= y <= plane.extent_m[1]):
            yield "the way across an edge"
        interrupted = leg["state"] == UnitState.RETURNING and (leg["unit"], leg["to_us"]) in sent
        if interrupted:
            yield "sent on from a way"
            yield from _speeding(world, forces, leg, 1.0, interrupted)
        if leg["state"] == UnitState.EN_ROUTE:
            assignment = under_way[leg["unit"], leg["from_us"]]
            factor = forces.tiers["response_factor"][forces.units["tier"][leg["unit"]], assignment["priority"]]
            yield from _speeding(world, forces, leg, factor, assignment["arrived_us"] == NEVER)
    for row in records.assignments:
        if row["en_route_us"] == row["arrived_us"] < NEVER:
            yield "a way of no length"


def _speeding(world: World, forces: Forces, leg: np.void, tier_factor: float, cut_short: bool) -> Iterator[str]:
    """In which part of its way a leg ended (rule 7c)."""
    plane, mode = world.plane, forces.units["mode"][leg["unit"]]
    sector, hour = world.streets.segments["sector"][leg["segment"]], (world.start_hour + leg["from_us"] // HOUR) % 24
    v, a = plane.speed_mps[mode] * tier_factor * world.speed_factor[mode, sector, hour], plane.acceleration_mps2[mode]
    along, across = abs(leg["to_m"] - leg["from_m"]), abs(leg["to_across_m"] - leg["from_across_m"])
    gone = along + across if plane.metric == Metric.MANHATTAN else np.hypot(along, across)
    us = (leg["to_us"] - leg["from_us"]) / SECOND
    if a == 0:
        if cut_short:
            yield "cut short at constant speed"
    elif not cut_short:
        yield "a way that reaches full speed" if gone > v * v / a else "a way without reaching full speed"
    elif np.isclose(gone, a * us * us / 2):
        yield "cut short while speeding up"
    elif np.isclose(gone, v * us - v * v / (2 * a)):
        yield "cut short at full speed"
    else:
        yield "cut short while slowing down"


def _run_paths(world: World, forces: Forces, records: Records) -> Iterator[str]:
    yield "stopped at the horizon" if records.stop_us == world.horizon_us else "stopped early"
    if (records.probes["capable_us"] == NEVER).any():
        yield "a probe found nobody"
    if (records.probes["second_capable_us"] < NEVER).any():
        yield "a probe found two"
    if forces.strict and len(records.assignments):
        yield "strict"
