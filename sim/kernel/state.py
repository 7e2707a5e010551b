"""What changes during a run, and the list of all arrays that the kernel sees.

``FIELDS`` names every table and every piece of state with its dtype and number of extents (0: a number). The mutable
rows are ``units`` (UNIT_STATE) and ``incidents`` (INCIDENT_STATE); their fixed rows are ``roster`` (tables.UNIT) and
``drawn`` (tables.INCIDENT).
"""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.tables import F8, I8, MAX_SLOTS, U1
from sim.vocabulary import NEVER, NOBODY, Duty, EventKind, Metric


def wide(dtype) -> np.dtype:
    """The same with every signed integer as int64. A function compiles once for each combination of the types of its
    arguments, so inside the kernel all indices and codes are of one type; tables and results stay compact."""
    dtype = np.dtype(dtype)
    if dtype.names is None:
        return np.dtype(I8) if dtype.kind == "i" else dtype
    return np.dtype(
        [
            (name, wide(dtype[name].base), dtype[name].shape) if dtype[name].shape else (name, wide(dtype[name]))
            for name in dtype.names
        ],
        align=True,  # no row begins in the middle of a word
    )


#: In the order of use: what a patrol leg touches comes first and fills two cache lines.
UNIT_STATE = np.dtype(
    [
        ("state", I8),
        ("moving", U1),  # on a leg
        ("meets", U1),  # its next moment is a meeting with its moving incident
        ("pausing", U1),  # leaving the vehicle
        ("on_foot", U1),  # away from its vehicle
        ("stands", U1),  # looks without moving
        ("off_due", U1),  # its spell is over
        ("exit_due", U1),  # the way starts with a leg to exit_m
        ("present", U1),  # at its incident
        ("wants_way", U1),  # on patrol or returning, it stands until the streets change
        # place: where it stands, or the leg it is on
        ("segment", I8),
        ("offset_m", F8),
        ("from_m", F8),
        ("to_m", F8),
        ("left_us", I8),  # the leg's start
        ("due_us", I8),  # the leg's end
        # patrol
        ("came", I8),  # segment of the patrol leg just ended
        ("choices", I8),
        ("spell", I8),  # of looking
        ("looks_from_us", I8),
        ("sees", I8),
        ("bound_for", I8),  # row of ``visits``
        ("moved_up", I8),  # sector that it is moved up to
        ("duty", I8),  # row of its present or next spell
        # the way ahead
        ("since_us", I8),  # start of the present state
        ("goal", I8),  # intersection to reach by the table
        ("target_segment", I8),
        ("incident", I8),
        ("assignment", I8),
        ("next_member", I8),
        ("walk_goal", I8),  # intersection to reach on foot, after the pause
        ("exit_m", F8),
        ("enter_m", F8),  # where the last leg enters the target's segment
        ("target_m", F8),
        ("parked", I8),  # intersection where the vehicle stands
        # duty
        ("commitment", I8),  # row of its next commitment
        ("commit_kind", I8),
        ("commit_priority", I8),
        ("commit_left_us", I8),
        ("commit_end_us", I8),
        ("wrap_up_us", I8),
        ("custody_us", I8),
        ("custody", U1),  # makes the trip when it leaves
        ("station", I8),  # ... to this row of ``stations``
        ("committed", I8),  # row of the commitment in hand
        ("turn", I8),  # place in its round
        ("dwelling", U1),
        ("relieves", I8),  # unit that waits for it at the end of its spell ...
        ("relieves_at", I8),  # ... in this assignment
        ("relieving", I8),  # the same, once it is on its way
        ("relieving_at", I8),
        ("stood_us", I8),  # since when it stands in PATROL or POST; NEVER: it does not, or nobody asks
        ("stood_on", I8),  # segment
        ("slacks", U1),  # what it has decided ...
        ("decisions", I8),  # ... so many times
        ("decided_us", I8),
        ("decided_in", I8),  # row of the spell
        # in a plane
        ("across_m", F8),
        ("from_across_m", F8),
        ("dx_m", F8),  # the leg's displacement
        ("dy_m", F8),
        ("cruise_mps", F8),
        ("target_across_m", F8),
    ],
    align=True,
)

INCIDENT_STATE = np.dtype(
    [
        *((name, wide(t.INCIDENT_RECORD[name])) for name in t.INCIDENT_RECORD.names or ()),
        ("class_", I8),
        ("moving", U1),
        ("quorum_done", U1),
        ("asks", U1),  # the next milestone of its work is a request for more
        ("off_model", U1),  # 0: none, 1: on its way, 2: there
        ("past_sendable", U1),  # its last SENDABLE has happened
        ("slots", I8),  # rows of slot_row and slot_unit in use
        ("base_slots", I8),  # of these, those of the class
        ("first_member", I8),
        ("last_member", I8),
        ("next_in_view", I8),
        ("leg", I8),  # row of path
        ("left_us", I8),
        ("due_us", I8),
        ("seen_from_us", I8),
        ("over_us", I8),
        ("gathered", F8),  # hazard
        ("runs_from_us", I8),  # NEVER: the hazard does not run
        ("answered_us", I8),
        ("work_left_us", I8),  # after the next milestone
        ("milestone_left_us", I8),  # until the next milestone, where work was interrupted before it
        ("shut", I8),  # bit set of its slots that are closed for good
        ("lost_unit_us", I8),  # when a unit was last taken from it by pre-emption
    ],
    align=True,
)

RUN = np.dtype(
    [
        ("now_us", I8),
        ("events", I8),
        ("agent_events", I8),
        ("epoch_row", I8),  # of the travel tables: the present epoch's first mode
        ("dispatch_due", U1),
        ("assignments", I8),
        ("states", I8),
        ("legs", I8),
        ("trace", I8),
        ("keep_log", U1),
        ("keep_trace", U1),
        ("queue", I8),  # incidents in the queue
        ("handling", I8),  # calls that call-takers handle
        ("unanswered", I8),  # calls that wait to be answered
        ("escalated", U1),
        ("open_measured", I8),  # measured incidents that are not closed
        ("bucket", I8),  # calendar: the bucket that is being emptied ...
        ("era", I8),  # ... and the turn of the wheel
        ("shift", I8),  # a bucket spans 2 ** shift microseconds
        ("done", U1),
        ("deciding", U1),  # somebody outside makes the choices of the dispatcher
        ("unsettled", U1),  # ... and the event of this kind and number waits for them
        ("kind", I8),
        ("number", I8),
    ]
)

#: A choice of the dispatcher that somebody outside makes, and where in its pass it has come to.
DECISION = np.dtype(
    [
        ("open", U1),  # in a pass
        ("length", I8),  # incidents that the pass goes through
        ("place", I8),  # in the queue
        ("slot", I8),
        ("alternative", I8),
        ("incident", I8),
        ("count", I8),  # rows of ``offered`` in use
        ("choice", I8),  # who goes by the policy
        ("victim", I8),
    ]
)

#: What the kernel reads of a segment and of a roster row, what a patrol leg needs first.
SEGMENT = np.dtype(
    [
        ("a", I8),
        ("b", I8),
        ("length_m", F8),
        ("sector", I8),
        ("view", I8),
        ("kind", I8),
        ("patrol_weight", F8),
    ]
)
_FIRST = ("tier", "mode", "beat", "duty", "rule", "crew", "key", "sector", "whole")
_FIRST += ("leaves_post", "last_call_cutoff_us", "may_slack")
_WIDE_UNIT = wide(t.UNIT)
UNIT = np.dtype([(name, _WIDE_UNIT[name]) for name in dict.fromkeys(_FIRST + _WIDE_UNIT.names)], align=True)

_WORLD = dict.fromkeys(t.World._fields[:8], (I8, 0))
_PLANE = {
    "metric": (I8, 0),
    "torus": (I8, 0),
    "extent_m": (F8, 1),
    "speed_mps": (F8, 1),
    "acceleration_mps2": (F8, 1),
}
_STREETS = {
    "x_m": (F8, 1),
    "y_m": (F8, 1),
    "segments": (SEGMENT, 1),
    "epochs_us": (I8, 1),
    "arc_us": (I8, 2),
    "node_first": (I8, 1),
    "node_arcs": (I8, 1),
    "time_us": (I8, 3),
    "hop": (U1, 3),
    "walk_us": (I8, 3),
    "park": (np.int16, 3),
    "foot": (I8, 1),
    "dismount_us": (I8, 1),
    "fastest_m_us": (F8, 1),  # (M,) metres in a straight line a microsecond that no way of the mode can beat
}
_DAY = {
    "speed_factor": (F8, 3),
    "sight_factor": (F8, 2),
    "adjacent": (U1, 2),
    "classes": (wide(t.CLASS), 1),
    "slots": (wide(t.SLOT), 1),
    "alternatives": (wide(t.ALTERNATIVE), 1),
    "stations": (wide(t.SITE), 1),
    "drawn": (wide(t.INCIDENT), 1),
    "stages": (wide(t.STAGE), 1),
    "path": (wide(t.PATH_LEG), 1),
    "probes": (wide(t.PROBE), 1),
    "outages": (t.OUTAGE, 1),
    "stations_lost_us": (I8, 2),
    "deterrence_curve": (F8, 2),
    "deterrence": (F8, 1),
    "deters": (I8, 0),  # 1: some class can be deterred
}
_FORCES = {
    "joint": (I8, 0),  # 1: some tier is the union of others
    "tiers": (wide(t.TIER), 1),
    "authority": (I8, 2),
    "acceptance": (wide(t.ACCEPTANCE), 1),
    "roster": (UNIT, 1),
    "spells": (wide(t.SPELL), 1),
    "commitments": (wide(t.COMMITMENT), 1),
    "beat_segments": (U1, 2),
    "beat_nodes": (U1, 2),
    "beats": (wide(t.BEAT), 1),
    "round_arcs": (I8, 1),
    "visits": (wide(t.VISIT), 1),
    "beat_running_m": (F8, 2),  # (B, S) running sum of the lengths of the beat's segments
    "preference": (I8, 2),
    "wrap_up_us": (I8, 2),
    "score_rules": (I8, 1),
    "score_extra_us": (I8, 1),
    "preempt": (I8, 2),
    "fatigue_turnout": (F8, 1),
    "fatigue_work": (F8, 1),
    "cover_points": (wide(t.SITE), 1),
    "cover_weight": (F8, 1),
    "inspected_us": (I8, 1),
    "compliance": (F8, 1),
    **dict.fromkeys(t.Forces._fields[22:], (I8, 0)),
}
_STATE = {
    "run": (RUN, 1),
    "units": (UNIT_STATE, 1),
    "incidents": (INCIDENT_STATE, 1),
    "slot_row": (I8, 2),  # (I, MAX_SLOTS): row of ``slots``
    "slot_unit": (I8, 2),  # ... and who is assigned to it
    "view_head": (I8, 1),  # first unknown, visible incident in a view
    "last_pass": (I8, 1),
    "last_taken": (I8, 1),
    "stop_effect": (F8, 1),  # (S,) of the last stop that counts, when it ended ...
    "stop_end_us": (I8, 1),  # ... then; -1: none has
    "last_inspected_us": (I8, 1),
    "last_visit_us": (I8, 1),
    "visit_bound": (I8, 1),  # how many are bound for it
    "queue": (I8, 1),
    "unanswered": (I8, 1),
    "candidates": (I8, 1),  # scratch of the dispatcher
    "estimates": (I8, 1),
    "values": (I8, 1),
    "losses": (F8, 1),
    "decision": (DECISION, 1),
    "offered": (I8, 1),
    "offered_us": (I8, 1),
    "covering": (I8, 1),  # scratch of move-up: units that cover a sector ...
    "at_home": (I8, 1),  # ... and units whose home it is
    "unit_records": (t.UNIT_RECORD, 1),
    "street_records": (t.STREET_RECORD, 1),
    "probe_records": (t.PROBE_RECORD, 1),
    "visit_records": (t.VISIT_RECORD, 1),
    "hourly_us": (I8, 3),
    "assignments": (t.ASSIGNMENT_RECORD, 1),
    "states": (t.STATE_RECORD, 1),
    "legs": (t.LEG_RECORD, 1),
    "trace": (t.TRACE_RECORD, 1),
    # the calendar: one place for every (kind, number), see calendar.py
    "kind_first": (I8, 1),
    "when": (I8, 1),
    "after": (I8, 1),
    "before": (I8, 1),
    "held_in": (I8, 1),
    "heads": (I8, 1),
    "marks": (I8, 1),
}

FIELDS: dict[str, tuple[object, int]] = {**_WORLD, **_PLANE, **_STREETS, **_DAY, **_FORCES, **_STATE}

BUCKETS = 4096  #: of the wheel
MARK_BITS = 32  #: buckets to a word of ``marks``


def fixed_fields(world: t.World, forces: t.Forces) -> dict[str, object]:
    """The tables under the names of the bundle."""
    fields = {**world._asdict(), **world.plane._asdict(), **world.streets._asdict(), **forces._asdict()}
    fields["roster"], fields["drawn"] = fields.pop("units"), fields.pop("incidents")
    fields["joint"] = (forces.tiers["part"] != NOBODY).any()
    fields["deters"] = world.classes["deterrable"].any()
    fields["fastest_m_us"] = _fastest(world)
    fields["beat_running_m"] = np.cumsum(forces.beat_segments * world.streets.segments["length_m"], axis=1)
    return {
        name: _as(value, FIELDS[name][0]) if np.ndim(value) else int(value)
        for name, value in fields.items()
        if name in FIELDS
    }


def _as(value: np.ndarray, dtype) -> np.ndarray:
    """A table as the kernel reads it: rows by name, anything else as it is where it fits."""
    dtype = np.dtype(dtype)
    if dtype.names is None or value.dtype == dtype:
        return np.ascontiguousarray(value, dtype)
    made = np.empty(value.shape, dtype)
    for name in dtype.names:
        made[name] = value[name]
    return made


def _fastest(world: t.World) -> np.ndarray:
    """The greatest straight-line progress of each mode on any arc, by its own means or on foot; in a plane, where a
    way costs no more to work out than a bound, infinite."""
    streets = world.streets
    if world.plane.metric != Metric.STREETS:
        return np.full(len(streets.foot), np.inf)
    a, b = streets.segments["a"], streets.segments["b"]
    chord = np.repeat(np.hypot(streets.x_m[a] - streets.x_m[b], streets.y_m[a] - streets.y_m[b]), 2)
    own = (chord / streets.arc_us[: len(streets.foot)]).max(axis=1)
    return np.maximum(own, own[streets.foot])


def new_state(world: t.World, forces: t.Forces, keep_log: bool, keep_trace: bool) -> dict[str, np.ndarray]:
    """Everything as it is before the first event: nobody on duty, nothing begun."""
    incident_count, unit_count = len(world.incidents), len(forces.units)
    segment_count, tier_count = len(world.streets.segments), len(forces.tiers)

    run = np.zeros(1, RUN)
    run["keep_log"], run["keep_trace"] = keep_log, keep_trace
    run["shift"] = _bucket_shift(world, forces)

    units = np.zeros(unit_count, UNIT_STATE)
    for name in (
        "incident",
        "assignment",
        "next_member",
        "goal",
        "walk_goal",
        "target_segment",
        "parked",
        "came",
        "sees",
        "bound_for",
        "relieves",
        "relieving",
        "moved_up",
        "decided_in",
    ):
        units[name] = NOBODY
    units["stood_us"] = NEVER
    units["turn"] = forces.units["round_start"]
    units["segment"], units["offset_m"] = forces.units["base_segment"], forces.units["base_offset_m"]
    units["across_m"] = forces.units["base_across_m"]
    units["duty"], units["commitment"] = forces.units["spell_first"], forces.units["commitment_first"]

    incidents = np.zeros(incident_count, INCIDENT_STATE)
    for name in INCIDENT_STATE.names:
        if name.endswith("_us"):
            incidents[name] = NEVER
    for name in ("presence_assignment", "presence_tier", "resolved_tier", "first_member"):
        incidents[name] = NOBODY
    incidents["last_member"] = incidents["next_in_view"] = NOBODY
    for name in ("segment", "offset_m", "across_m"):
        incidents[name] = world.incidents[name]
    incidents["class_"] = incidents["received_class"] = world.stages["class_"][:: t.MAX_STAGES]

    counts = [0] * len(EventKind)
    for kind in EventKind:
        by_unit = EventKind.DUTY_BEGINS <= kind <= EventKind.SIGHTING
        counts[kind] = unit_count if by_unit else incident_count
    counts[EventKind.PROBE], counts[EventKind.ESCALATES] = len(world.probes), 1
    counts[EventKind.STREETS_CHANGE] = len(world.streets.epochs_us)
    kind_first = np.concatenate(([0], np.cumsum(counts))).astype(I8)
    places = int(kind_first[-1])
    eras = (world.horizon_us >> int(run["shift"][0] + 12)) + 2
    heads = BUCKETS + int(eras)

    expected = 4 * incident_count + 4 * unit_count + 1024
    return {
        "run": run,
        "units": units,
        "incidents": incidents,
        "slot_row": np.full((incident_count, MAX_SLOTS), NOBODY, I8),
        "slot_unit": np.full((incident_count, MAX_SLOTS), NOBODY, I8),
        "view_head": np.full(len(world.streets.view_first) - 1, NOBODY, I8),
        "last_pass": np.full(segment_count, -1, I8),
        "last_taken": np.full(segment_count, -1, I8),
        "stop_effect": np.zeros(segment_count),
        "stop_end_us": np.full(segment_count, -1, I8),
        "last_inspected_us": forces.inspected_us.astype(I8),
        "last_visit_us": np.full(len(forces.visits), -1, I8),
        "visit_bound": np.zeros(len(forces.visits), I8),
        "queue": np.zeros(incident_count, I8),
        "unanswered": np.zeros(incident_count, I8),
        "candidates": np.zeros(unit_count, I8),
        "estimates": np.zeros(unit_count, I8),
        "values": np.zeros(unit_count, I8),
        "losses": np.zeros(unit_count),
        "decision": np.zeros(1, DECISION),
        "offered": np.zeros(unit_count, I8),
        "offered_us": np.zeros(unit_count, I8),
        "covering": np.zeros(len(forces.cover_points), I8),
        "at_home": np.zeros(len(forces.cover_points), I8),
        "unit_records": np.zeros(unit_count, t.UNIT_RECORD),
        "street_records": np.zeros(segment_count, t.STREET_RECORD),
        "probe_records": np.full(len(world.probes), NEVER, I8).repeat(4).view(t.PROBE_RECORD),
        "visit_records": np.zeros(len(forces.visits), t.VISIT_RECORD),
        "hourly_us": np.zeros((tier_count, 24, 4), I8),
        "assignments": np.zeros(expected, t.ASSIGNMENT_RECORD),
        "states": np.zeros(8 * expected if keep_log else 0, t.STATE_RECORD),
        "legs": np.zeros(32 * expected if keep_log else 0, t.LEG_RECORD),
        "trace": np.zeros(64 * expected if keep_trace else 0, t.TRACE_RECORD),
        "kind_first": kind_first,
        "when": np.full(places, NEVER, I8),
        "after": np.full(places, NOBODY, I8),
        "before": np.full(places, NOBODY, I8),
        "held_in": np.full(places, NOBODY, I8),
        "heads": np.full(heads, NOBODY, I8),
        "marks": np.zeros(BUCKETS // MARK_BITS + (heads - BUCKETS) // MARK_BITS + 1, I8),
    }


def _bucket_shift(world: t.World, forces: t.Forces) -> int:
    """A bucket about as wide as the time between events. It decides speed only, never results."""
    patrols = int(np.count_nonzero(forces.units["duty"] != Duty.POST))
    leg_us = 60_000_000
    rate = patrols / leg_us + 10 * (len(world.incidents) + 1) / max(1, world.horizon_us)
    return int(min(30, max(8, round(np.log2(1 / rate)))))
