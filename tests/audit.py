"""The books of a run must balance whatever the policy: identities that hold for every world, kernel and twin alike."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from audit_dispatch import audit_dispatch
from audit_joint import as_walked, audit_joint
from audit_policies import audit_policies

from sim.tables import Forces, Records, World
from sim.vocabulary import (
    BUSY,
    FREE,
    NEVER,
    NOBODY,
    OTHER,
    Activity,
    CommitmentKind,
    Metric,
    Outcome,
    PatrolRule,
    Phase,
    UnitState,
    activity_of,
)

PLACED_ANEW = (PatrolRule.RESAMPLED, PatrolRule.RESAMPLED_EACH_CALL)
#: Ways that can begin where a unit was placed anew.
AFTER_PATROL = (UnitState.EN_ROUTE, UnitState.TO_BASE, UnitState.PLANNED, UnitState.RETURNING)
COVERING = (UnitState.PATROL, UnitState.POST, UnitState.RETURNING)
#: May end without a receipt.
SILENT = (Outcome.NONE, Outcome.UNNOTICED, Outcome.REACHED_TARGET, Outcome.OPEN_AT_END, Outcome.DETERRED)
UNSERVED = (Outcome.ABANDONED, Outcome.LOST, Outcome.UNREACHABLE, Outcome.UNNOTICED, Outcome.DETERRED)
METRE_TOLERANCE = 1e-5  # a leg that lasts less than half a microsecond has metres but no record


def audit(world: World, forces: Forces, records: Records) -> None:
    """Raises AssertionError with the row and the reason where the books do not balance.

    What needs states, legs or the trace is looked at where they were kept.
    """
    _incidents(world, records)
    _assignments(world, forces, records)
    audit_dispatch(world, forces, records)
    _time(world, forces, records)
    _streets(world, forces, records)
    _duties(world, forces, records)
    audit_joint(world, forces, records)
    audit_policies(world, forces, records)
    if len(records.states):
        _states(world, forces, records)
        _legs(world, forces, records)
    if len(records.trace):
        _trace(records)


def _all(holds: np.ndarray, what: str) -> None:
    """Every row holds, else the first that does not is named."""
    holds = np.asarray(holds)
    assert holds.all(), f"{what}: row {np.flatnonzero(~holds)[0]}"


def _ordered(rows: np.ndarray, *fields: str) -> None:
    """Stamps that have come are in this order, and none comes without the ones before it."""
    for early, late in pairwise(fields):
        came = rows[late] < NEVER
        _all(~came | (rows[early] <= rows[late]), f"{late} before {early}")


def _incidents(world: World, records: Records) -> None:
    rows, began = records.incidents, world.incidents["began_us"]
    assert len(rows) == len(began), "a record for every incident"
    unborn, closed = rows["phase"] == Phase.UNBORN, rows["phase"] == Phase.CLOSED
    ended = (rows["outcome"] != Outcome.NONE) & (rows["outcome"] != Outcome.OPEN_AT_END)
    _all((rows["outcome"] == Outcome.NONE) == unborn, "an outcome for what began, and none for what did not")
    _all(ended == closed, "closed means one outcome")
    _all((rows["closed_us"] < NEVER) == closed, "closed means stamped")
    _all(~unborn | (began >= records.stop_us), "what should have begun has begun")
    received = rows["received_us"]
    _all((received == NEVER) | (received >= began), "received before it began")
    _all((received < NEVER) | np.isin(rows["outcome"], SILENT), "an outcome that needs a receipt")
    _all((received < NEVER) | (rows["units_sent"] == 0), "sent to what nobody knew of")
    _ordered(rows, "received_us", "first_arrival_us", "first_presence_us")
    relieved = np.isin(np.arange(len(rows)), records.assignments["incident"][records.assignments["handed_over"] == 1])
    _ordered(rows[~relieved], "first_presence_us", "complement_us")  # a relief takes a slot whatever its authority
    _ordered(rows, "received_us", "first_capable_us")
    _ordered(rows, "received_us", "handled_us")
    _all((rows["handled_us"] < NEVER) | (rows["units_sent"] == 0), "sent to a call that nobody answered")
    for stamp in ("received_us", "first_arrival_us", "first_capable_us", "complement_us", "work_end_us"):
        _all((rows[stamp] == NEVER) | (rows[stamp] <= rows["closed_us"]), f"{stamp} after closing")
    _all(~np.isin(rows["outcome"], UNSERVED) | (rows["first_arrival_us"] == NEVER), "unserved, yet somebody came")
    never_sent = np.isin(rows["outcome"], (Outcome.LOST, Outcome.UNREACHABLE))
    _all(~never_sent | (rows["units_sent"] == 0), "lost, yet somebody was sent")
    worked = np.isin(rows["outcome"], (Outcome.RESOLVED, Outcome.CLOSED_OFF_MODEL))
    _all(worked == (rows["work_end_us"] < NEVER), "work ends where it is resolved")
    _all(~worked | (rows["work_end_us"] == rows["closed_us"]), "closed when the work ends")
    unfounded = world.incidents["unfounded"] == 1
    _all((rows["outcome"] != Outcome.UNFOUNDED) | unfounded, "unfounded by draw")
    _all((rows["first_presence_us"] < NEVER) == (rows["presence_assignment"] != NOBODY), "who was present first")
    last = records.stop_us
    for stamp in ("received_us", "first_arrival_us", "closed_us"):
        _all((rows[stamp] == NEVER) | (rows[stamp] <= last), f"{stamp} after the end")


def _assignments(world: World, forces: Forces, records: Records) -> None:
    rows, incidents = records.assignments, records.incidents
    _all(np.diff(rows["dispatched_us"]) >= 0, "in the order of dispatch")
    _ordered(rows, "sendable_us", "dispatched_us", "en_route_us", "arrived_us")
    for stamp in ("dispatched_us", "en_route_us", "arrived_us"):
        _all((rows[stamp] == NEVER) | (rows[stamp] <= rows["cleared_us"]), f"cleared before {stamp}")
    sent = np.bincount(rows["incident"], minlength=len(incidents))
    _all(sent == incidents["units_sent"], "units sent to an incident")
    taken = np.bincount(rows["unit"], minlength=len(forces.units))
    _all(taken == records.units["assignments"], "assignments of a unit")

    # Rule 21: response = call handling + relay + queue + turnout + travel, exactly.
    tiers = forces.tiers[forces.units["tier"][rows["unit"]]]
    received = incidents["received_us"][rows["incident"]]
    handled = incidents["handled_us"][rows["incident"]]
    sendable = np.where(rows["on_view"] == 1, received, handled + tiers["relay_us"])
    relief = (rows["slot"] == NOBODY) & (rows["on_view"] == 0)  # rule 31f: everybody else is sent for a slot
    _all(~relief | np.isin(rows["unit"], forces.spells["relief"]), "sent for no slot by nobody's relief")
    sendable[relief] = rows["dispatched_us"][relief]
    whole = forces.units["tier"][forces.units["whole"][rows["unit"]]]  # of others than halves nothing is made of it
    of_whole = np.where(forces.units["whole"][rows["unit"]] != NOBODY, handled + forces.tiers["relay_us"][whole], NEVER)
    holds = (rows["sendable_us"] == sendable) | (rows["sendable_us"] == of_whole)
    _all(holds, "sendable after handling and relay")
    handed_over = rows["handed_over"] == 1
    _all(~handed_over | (rows["cleared_us"] < NEVER), "handed over, yet there")
    for row in rows[handed_over]:
        came = relief & (rows["incident"] == row["incident"]) & (rows["arrived_us"] == row["cleared_us"])
        assert came.any(), f"handed over to nobody: incident {row['incident']}"
    parts = (
        (rows["sendable_us"] - received)
        + (rows["dispatched_us"] - rows["sendable_us"])
        + (rows["en_route_us"] - rows["dispatched_us"])
        + (rows["arrived_us"] - rows["en_route_us"])
    )
    came = rows["arrived_us"] < NEVER
    _all(~came | (parts == rows["arrived_us"] - received), "the parts of a response add up")

    first = incidents["presence_assignment"]
    for number in np.flatnonzero(first != NOBODY):
        row = rows[first[number]]
        assert row["incident"] == number, f"first presence of incident {number} by a unit of another"
        assert row["arrived_us"] <= incidents["first_presence_us"][number], f"presence before arrival: {number}"
    for number in np.flatnonzero(incidents["first_arrival_us"] < NEVER):
        arrived = rows["arrived_us"][rows["incident"] == number]
        assert arrived.min() == incidents["first_arrival_us"][number], f"first arrival of incident {number}"

    # A unit has one incident at a time.
    order = np.lexsort((np.arange(len(rows)), rows["unit"]))
    one, next_ = rows[order][:-1], rows[order][1:]
    _all((one["unit"] != next_["unit"]) | (one["cleared_us"] <= next_["dispatched_us"]), "two incidents at once")


def _time(world: World, forces: Forces, records: Records) -> None:
    window = world.end_us - world.warm_up_us
    state_us = records.units["state_us"]
    _all(state_us.sum(axis=1) == window, "the states of a unit fill the measured time")
    on_duty = window - state_us[:, UnitState.OFF_DUTY]
    parts = sum(state_us[:, list(group)].sum(axis=1) for group in (FREE, BUSY, OTHER))
    _all(on_duty == parts, "busy + free + other = on duty")
    _all(records.units["overtime_us"] <= on_duty, "more overtime than duty")
    for tier in range(len(forces.tiers)):
        mine = state_us[forces.units["tier"] == tier].sum(axis=0)
        for activity in (Activity.FREE, Activity.BUSY, Activity.OTHER):
            expected = sum(mine[state] for state in UnitState if activity_of(state) == activity)
            found = records.hourly_us[tier, :, activity].sum()
            assert found == expected, f"hours of tier {tier}, {activity.name}: {found} found, {expected} expected"


def _streets(world: World, forces: Forces, records: Records) -> None:
    window = world.end_us - world.warm_up_us
    rows = records.streets
    covering = records.units["state_us"][:, list(COVERING)].sum(axis=1)
    present = int((covering * forces.units["crew"].astype(np.int64)).sum())
    assert int(rows["presence_us"].sum()) == present, "presence on streets is the crews' time on them"
    _all(rows["passes"].sum() <= records.units["passes"].sum(), "more passes of streets than of units")
    _all(rows["worst_gap_us"] <= window, "a gap longer than the measured time")
    _all(rows["worst_gap_us"] * (rows["passes"] + 1) >= window, "the gaps fill the measured time")
    _all(np.diff(rows["seen_us"], axis=1) >= 0, "seen longer ago is seen more often")
    _all(rows["seen_us"] <= window, "seen for more than the measured time")
    for probe in ("presence", "capable"):
        _all(records.probes[f"{probe}_us"] <= records.probes[f"second_{probe}_us"], "the second before the first")


def _duties(world: World, forces: Forces, records: Records) -> None:
    visits = records.visits
    assert len(visits) == len(forces.visits), "a record for every point"
    _all(visits["dwelled_us"] == visits["visits"] * forces.visits["dwell_us"], "a visit in full or none")
    rows, window = forces.commitments, (world.warm_up_us, world.end_us)
    due = (rows["kind"] == CommitmentKind.BREAK) & (rows["start_us"] >= window[0]) & (rows["start_us"] < window[1])
    for number, unit in enumerate(forces.units):
        most = due[unit["commitment_first"] : unit["commitment_first"] + unit["commitment_count"]].sum()
        assert records.units["breaks_missed"][number] <= most, f"more breaks missed than due: unit {number}"
    if forces.escalate_over == 0:
        at_home = records.units["state_us"][:, UnitState.OFF_DUTY] == window[1] - window[0]
        _all((forces.units["on_call_us"] == NEVER) | at_home, "on duty though nobody called")


def _states(world: World, forces: Forces, records: Records) -> None:
    rows = records.states
    _all(rows["to_us"] > rows["from_us"], "an interval of no length")
    order = np.lexsort((rows["from_us"], rows["unit"]))
    rows = rows[order]
    units = np.arange(len(forces.units))
    first, last = np.searchsorted(rows["unit"], units), np.searchsorted(rows["unit"], units, side="right") - 1
    _all(last >= first, "a unit without states")
    _all(rows["from_us"][first] == 0, "the states of a unit start at 0")
    _all(rows["to_us"][last] == records.stop_us, "the states of a unit last to the end")
    joined = np.ones(len(rows), bool)
    joined[1:] = rows["from_us"][1:] == rows["to_us"][:-1]
    joined[first] = True
    _all(joined, "the states of a unit follow each other")
    busy = np.isin(rows["state"], [int(state) for state in BUSY])
    _all(busy == (rows["incident"] != NOBODY), "busy with an incident, and only then")
    spans = np.clip(rows["to_us"], world.warm_up_us, world.end_us) - np.clip(
        rows["from_us"], world.warm_up_us, world.end_us
    )
    summed = np.zeros_like(records.units["state_us"])
    np.add.at(summed, (rows["unit"], rows["state"]), spans)
    assert np.array_equal(summed, records.units["state_us"]), "state intervals and state times differ"


def _legs(world: World, forces: Forces, records: Records) -> None:
    rows, in_plane = records.legs, world.plane.metric != Metric.STREETS
    _all(rows["to_us"] > rows["from_us"], "a leg of no duration")
    along, across = rows["to_m"] - rows["from_m"], rows["to_across_m"] - rows["from_across_m"]
    _all((along != 0) | (across != 0), "a leg of no length")
    if in_plane:
        _within_the_plane(world, rows)
    else:
        _all((rows["from_across_m"] == 0) & (rows["to_across_m"] == 0), "a leg beside its street")
        length = world.streets.segments["length_m"][rows["segment"]]
        for end in ("from_m", "to_m"):
            _all((rows[end] >= 0) & (rows[end] <= length), "a leg beyond its street")
    metres = np.hypot(along, across) if world.plane.metric == Metric.EUCLID else np.abs(along) + np.abs(across)
    walked = np.bincount(rows["unit"], metres, len(forces.units))
    _all(np.abs(walked - records.units["travel_m"]) < METRE_TOLERANCE * (1 + walked), "legs and distance differ")
    if in_plane:
        _all(records.units["passes"] == 0, "a pass in a plane")

    states, rows = as_walked(forces, records)
    rows = rows[np.lexsort((rows["from_us"], rows["unit"]))]
    one, next_ = rows[:-1], rows[1:]
    same = one["unit"] == next_["unit"]
    _all(~same | (one["to_us"] <= next_["from_us"]), "two legs at once")
    states = states[np.lexsort((states["from_us"], states["unit"]))]
    at = _interval_of(states, rows)
    _all(states["state"][at] == rows["state"], "a leg outside its state")
    _all(states["to_us"][at] >= rows["to_us"], "a leg longer than its state")

    # A unit goes on where it stopped, unless it kept a moving incident in view or was placed anew in between.
    gap = _apart(world, _points(world, one, "to"), _points(world, next_, "from"))
    followed = np.zeros(len(states) + 1, np.int64)
    moving = np.append(world.incidents["path_count"] > 0, False)
    followed[1:] = np.cumsum((states["state"] == UnitState.ON_SCENE) & moving[states["incident"]])
    kept_in_view = followed[at[1:]] > followed[at[:-1]] if len(at) else np.zeros(0, bool)
    resampled = np.isin(forces.units["rule"][next_["unit"]], PLACED_ANEW)
    placed_anew = resampled & np.isin(next_["state"], AFTER_PATROL) & (at[1:] > at[:-1])
    begun_anew = np.zeros(len(states) + 1, np.int64)  # at another base, since the first was lost (31i)
    begun_anew[1:] = np.cumsum(states["state"] == UnitState.OFF_DUTY)
    has_moved = begun_anew[at[1:]] > begun_anew[at[:-1]] if len(at) else np.zeros(0, bool)
    has_moved &= forces.units["lost_from_us"][next_["unit"]] < NEVER
    _all(~same | kept_in_view | placed_anew | has_moved | (gap < METRE_TOLERANCE), "a unit in two places")


def _within_the_plane(world: World, legs: np.ndarray) -> None:
    """Legs start inside; on a torus they may end outside, but never go the longer way round."""
    for axis, extent in zip(("m", "across_m"), world.plane.extent_m, strict=True):
        start, end = legs[f"from_{axis}"], legs[f"to_{axis}"]
        _all((start >= -METRE_TOLERANCE) & (start <= extent + METRE_TOLERANCE), "a leg from outside the plane")
        if world.plane.torus:
            _all(np.abs(end - start) <= extent / 2 + METRE_TOLERANCE, "a leg the longer way round")
        else:
            _all((end >= -METRE_TOLERANCE) & (end <= extent + METRE_TOLERANCE), "a leg out of the plane")


def _interval_of(states: np.ndarray, legs: np.ndarray) -> np.ndarray:
    """Row of the state interval in which each leg starts; both sorted by (unit, from)."""
    at = np.zeros(len(legs), np.int64)
    for unit in np.unique(legs["unit"]):
        mine, his = np.flatnonzero(legs["unit"] == unit), np.flatnonzero(states["unit"] == unit)
        at[mine] = his[np.searchsorted(states["from_us"][his], legs["from_us"][mine], side="right") - 1]
    return at


def _points(world: World, legs: np.ndarray, end: str) -> np.ndarray:
    """(2, n) f8: coordinates of the ends of legs, ``end`` being from or to."""
    if world.plane.metric != Metric.STREETS:
        return np.stack([legs[f"{end}_m"], legs[f"{end}_across_m"]])
    streets = world.streets
    on = streets.segments[legs["segment"]]
    share = legs[f"{end}_m"] / on["length_m"]
    return np.stack([axis[on["a"]] + (axis[on["b"]] - axis[on["a"]]) * share for axis in (streets.x_m, streets.y_m)])


def _apart(world: World, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n,) f8: metres between points (2, n); on a torus opposite edges are the same."""
    gaps = one - other
    if world.plane.metric != Metric.STREETS and world.plane.torus:
        for gap, extent in zip(gaps, world.plane.extent_m, strict=True):
            if extent > 0:
                gap -= extent * np.round(gap / extent)
    return np.hypot(*gaps)


def _trace(records: Records) -> None:
    assert records.events == len(records.trace), "events and trace differ"
    _all(np.diff(records.trace["at_us"]) >= 0, "time runs backwards")
