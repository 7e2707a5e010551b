"""The books: every change of a unit's state, every leg and every pass goes through here and is accounted once."""

from __future__ import annotations

from sim.kernel.calendar import cancel
from sim.kernel.compiled import codes, compiled
from sim.kernel.deterrence import end_stop
from sim.vocabulary import BUSY, FREE, HOUR, LOOKING, NOBODY, OTHER, Activity, EventKind, Metric, UnitState

PATROL, POST, RETURNING, EN_ROUTE = codes(UnitState.PATROL, UnitState.POST, UnitState.RETURNING, UnitState.EN_ROUTE)
OFF_DUTY, SIGHTING = codes(UnitState.OFF_DUTY, EventKind.SIGHTING)
STREETS = int(Metric.STREETS)
_SEEN_US = (2 * HOUR, 4 * HOUR, 8 * HOUR)

#: Activity of each state, as a tuple so that compiled code reads a constant.
ACTIVITY = tuple(
    int(
        Activity.OFF
        if s == OFF_DUTY
        else Activity.FREE
        if s in FREE
        else Activity.BUSY
        if s in BUSY
        else Activity.OTHER
    )
    for s in UnitState
)
assert all(s in FREE + BUSY + OTHER or s == OFF_DUTY for s in UnitState) and set(LOOKING) <= set(FREE)


@compiled
def hour_at(b, at):
    """Hour of the day, rule 7."""
    return (b.start_hour + at // HOUR) % 24


@compiled
def mode_now(b, u):
    """The mode a unit moves by: its own, or by foot while away from its vehicle."""
    mode = b.roster[u]["mode"]
    return b.foot[mode] if b.units[u]["on_foot"] == 1 else mode


@compiled
def tier_factor(b, u):
    """The tier's factor of speed in the unit's present state, rule 7."""
    unit = b.units[u]
    tier = b.tiers[b.roster[u]["tier"]]
    if unit["state"] == PATROL:
        return tier["patrol_factor"]
    if unit["state"] == EN_ROUTE:
        return tier["response_factor"][b.classes[b.incidents[unit["incident"]]["class_"]]["priority"]]
    return 1.0


@compiled
def along(mover, from_m, to_m, at):
    """Offset at a time on a leg, rule 7."""
    left, due = mover["left_us"], mover["due_us"]
    if at >= due:
        return to_m
    return from_m + (to_m - from_m) * ((at - left) / (due - left))


@compiled
def _account(b, u, start, stop):
    """Time in the present state, cut to the measured time, by state and by hour."""
    unit = b.units[u]
    begin, end = max(start, b.warm_up_us), min(stop, b.end_us)
    if begin >= end:
        return
    record = b.unit_records[u]
    record["state_us"][unit["state"]] += end - begin
    activity = ACTIVITY[unit["state"]]
    if activity != 0:
        tier = b.roster[u]["tier"]
        while begin < end:
            upto = min(end, (begin // HOUR + 1) * HOUR)
            b.hourly_us[tier, hour_at(b, begin), activity] += upto - begin
            begin = upto


@compiled
def add_presence(b, u, segment, start, stop):
    """Crew times time on a segment, cut to the measured time, rule 30."""
    begin, end = max(start, b.warm_up_us), min(stop, b.end_us)
    if begin < end:
        b.street_records[segment]["presence_us"] += (end - begin) * b.roster[u]["crew"]


@compiled
def close_state(b, u, at):
    """Account the state that ends now, without changing it."""
    unit, run = b.units[u], b.run[0]
    since = unit["since_us"]
    if at > since:
        _account(b, u, since, at)
        state = unit["state"]
        if unit["stands"] == 1:
            add_presence(b, u, unit["segment"], max(since, unit["looks_from_us"]), at)
        if run["keep_log"] == 1:
            row = b.states[run["states"]]
            row["unit"], row["state"], row["incident"] = u, state, unit["incident"]
            row["from_us"], row["to_us"] = since, at
            run["states"] += 1
    unit["since_us"] = at


@compiled
def end_stand(b, u, now):
    """Whoever stands on patrol, or for want of a way, stands here no longer; the state stays."""
    unit = b.units[u]
    unit["wants_way"] = 0
    if unit["stands"] == 1:
        add_presence(b, u, unit["segment"], max(unit["since_us"], unit["looks_from_us"]), now)
        unit["stands"] = 0


@compiled
def end_visit(b, u):
    """The unit is bound for no point any more."""
    unit = b.units[u]
    b.visit_bound[unit["bound_for"]] -= 1
    unit["bound_for"] = NOBODY
    unit["dwelling"] = 0


@compiled
def set_state(b, u, state, at):
    """The only place where a unit's state changes. Its leg, if any, has been closed before."""
    unit, run = b.units[u], b.run[0]
    if unit["state"] == state:
        return
    close_state(b, u, at)
    if unit["state"] == PATROL or unit["state"] == POST:
        cancel(b, SIGHTING, u)
        unit["sees"] = NOBODY
        unit["stands"] = 0
        if unit["bound_for"] != NOBODY:
            end_visit(b, u)
        if b.deters == 1 and state != PATROL and state != POST:
            end_stop(b, u, at)
    if unit["wants_way"] == 1:
        unit["wants_way"] = unit["stands"] = 0
    if unit["moved_up"] != NOBODY and state != RETURNING and state != POST:
        unit["moved_up"] = NOBODY
    unit["state"] = state
    run["agent_events"] += 1


@compiled
def add_overtime(b, u, at):
    """The spell ended some time ago; now the unit is released or its next spell begins."""
    begin, end = max(b.spells[b.units[u]["duty"]]["end_us"], b.warm_up_us), min(at, b.end_us)
    if begin < end:
        b.unit_records[u]["overtime_us"] += end - begin


@compiled
def _close_gap(b, segment, start, stop):
    begin, end = max(start, b.warm_up_us), min(stop, b.end_us)
    if begin >= end:
        return
    record = b.street_records[segment]
    gap = end - begin
    gap_s = gap / 1e6
    record["gap_squared_s2"] += gap_s * gap_s
    if gap > record["worst_gap_us"]:
        record["worst_gap_us"] = gap
    for k in range(3):
        record["seen_us"][k] += min(gap, _SEEN_US[k])


@compiled
def add_pass(b, u, segment, at):
    """A free unit has gone the whole length, rule 30."""
    _close_gap(b, segment, b.last_pass[segment], at)
    b.last_pass[segment] = b.last_taken[segment] = at
    b.unit_records[u]["passes"] += 1
    if b.warm_up_us <= at < b.end_us:
        b.street_records[segment]["passes"] += 1


@compiled
def add_leg(b, u, offset_m, across_m, metres, at):
    """A leg ends, or is cut short, here, after so many metres."""
    unit, run = b.units[u], b.run[0]
    segment, state = unit["segment"], unit["state"]
    b.unit_records[u]["travel_m"] += metres
    if state == EN_ROUTE:
        b.assignments[unit["assignment"]]["travel_m"] += metres
    elif state == PATROL or state == RETURNING:
        add_presence(b, u, segment, unit["left_us"], at)
        if b.metric == STREETS and metres == b.segments[segment]["length_m"] and at == unit["due_us"]:
            add_pass(b, u, segment, at)
    if run["keep_log"] == 1 and at > unit["left_us"]:
        row = b.legs[run["legs"]]
        row["unit"], row["state"], row["segment"] = u, state, segment
        row["from_m"], row["to_m"], row["from_us"], row["to_us"] = unit["from_m"], offset_m, unit["left_us"], at
        row["from_across_m"], row["to_across_m"] = unit["from_across_m"], across_m
        run["legs"] += 1
    run["agent_events"] += 1


@compiled
def close_gaps(b):
    """At the end of the run: account the time since the last pass of each segment."""
    for segment in range(len(b.segments)):
        _close_gap(b, segment, b.last_pass[segment], b.end_us)
