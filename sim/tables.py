"""The tables that stand between what a user wrote and what moves: built once, read by the kernel and by the twin.

Everything here is an array or a number. ``World`` is the district and its day (no policy in it), ``Forces`` is who
works (the policy). Both are built by numpy before anything moves and are read-only from then on. Times are int64
microseconds from the start of the run, lengths are metres, indices are rows; ``NOBODY`` is -1 and ``NEVER`` is a time
that never comes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

I1, I2, I4, I8, U1, U8, F8 = np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint64, np.float64

MAX_STAGES = 3  #: an incident can worsen twice
MAX_SLOTS = 16  #: unit slots of one scene, those that are asked for later included

#: A segment of street. In a plane: an area, a rectangle with sides along the axes; a is its south-west corner, b its
#: north-east corner, its kind is ROAD, all areas share view 0, and ``length_m`` is its size (see odd.md rule 7c).
#: A place is (segment, offset_m, across_m): metres from end a and 0; in a plane (area, x, y).
SEGMENT = np.dtype(
    [
        ("a", I4),  # its two intersections, a != b
        ("b", I4),
        ("kind", I1),  # StreetKind
        ("one_way", U1),  # 1: vehicles only from a to b
        ("sector", I2),
        ("view", I4),  # segments of one square share a view; every other segment has its own
        ("length_m", F8),
        ("rise_m", F8),  # height of b above a
        ("weight", F8),  # of demand within its sector; sums to 1 a sector
        ("residents", F8),
        ("patrol_weight", F8),  # what the weighted patrol rule reads: called demand only
    ]
)

CLASS = np.dtype(
    [
        ("priority", I1),  # 1 is most urgent
        ("safe_crew", I2),
        ("slot_first", I4),  # its slots: rows slot_first .. slot_first + slot_count of ``slots``
        ("slot_count", I2),
        ("quorum", I2),  # how many in-quorum slots let work start
        ("more_first", I4),  # the slots added when the scene needs more
        ("more_count", I2),
        ("off_model", U1),  # 1: an ambulance or brigade comes and closes it
        ("moves_to_site", U1),  # 1: where it moves it has a target; 0: it wanders and stays where its path ends
        ("deterrable", U1),  # 1: may not happen where a patrol stands or was
        ("notice", F8),  # chance to be noticed, per encounter
        ("worsens_per_us", F8),  # hazard while nobody holds
    ]
)

#: One unit slot of a class. ``units = 3`` in a file becomes three rows.
SLOT = np.dtype([("alternative_first", I4), ("alternative_count", I2), ("in_quorum", U1)])

#: What may fill a slot: tried in order when sending; on arrival any of them counts.
ALTERNATIVE = np.dtype([("authority", I1), ("min_crew", I2), ("tiers", I8)])  # tiers: bit set of tier rows

TIER = np.dtype(
    [
        ("rank", I2),  # 1 is the highest tier (the first in the file)
        ("kit", U1),
        ("kit_factor", F8),
        ("work_factor", F8),  # on the duration of work
        ("part", I2, (2,)),  # of the tier of joint units: the tiers it is made of, NOBODY: none, or no second
        ("moves_up", U1),
        ("patrol_factor", F8),
        ("response_factor", F8, (4,)),  # by priority 1..3; index 0 unused
        ("sight_m", F8, (4,)),  # by StreetKind
        ("turnout_patrol_us", I8),  # also returning
        ("turnout_standby_us", I8),
        ("turnout_post_us", I8),
        ("turnout_base_us", I8),  # also on planned work or a break
        ("relay_us", I8),  # 0 for the direct channel
        ("border", I1),  # BorderRule
        ("border_free_priority", I1),  # priorities up to this cross any border; 0: none
        ("reserve", I4, (4,)),  # by priority 1..3: a unit is sent only if more than so many are available
        ("reserve_in_sector", U1),  # 1: counted among those of its home sector
        ("preemptible", U1),
        ("acceptance_first", I4),  # rows of ``acceptance``; count 0: always accepts
        ("acceptance_count", I2),
    ]
)

ACCEPTANCE = np.dtype([("within_m", F8), ("chance", F8)])  # ascending distance; beyond the last: 0

BEAT = np.dtype(
    [
        ("mode", I2),
        ("round_first", I4),  # its closed walk: rows of ``round_arcs``
        ("round_count", I4),
        ("visit_first", I4),  # its points: rows of ``visits``
        ("visit_count", I4),
    ]
)

#: A point that has to be visited. ``role`` (of ``Labels.sites``) and ``per_day``, the quota, are for measures alone.
#: ``team``: the team that is inspected there, or NOBODY.
VISIT = np.dtype([("segment", I4), ("offset_m", F8), ("dwell_us", I8), ("role", I2), ("per_day", F8), ("team", I4)])

SITE = np.dtype([("role", I2), ("segment", I4), ("offset_m", F8), ("across_m", F8), ("sector", I2)])

UNIT = np.dtype(
    [
        ("key", U8),  # draws.name_key("unit", name)
        ("tier", I2),
        ("line", I2),
        ("team", I4),
        ("crew", I2),
        ("mode", I2),
        ("sector", I2),  # home sector
        ("beat", I4),  # row of ``beats``; NOBODY for a unit on a post
        ("duty", I1),
        ("rule", I1),
        ("leaves_post", I1),
        ("base_segment", I4),
        ("base_offset_m", F8),
        ("base_across_m", F8),
        ("post_segment", I4),  # NOBODY for patrols
        ("post_offset_m", F8),
        ("post_across_m", F8),
        ("base2_segment", I4),  # where its base is from lost_from_us up to before lost_to_us
        ("base2_offset_m", F8),
        ("base2_across_m", F8),
        ("lost_from_us", I8),  # NEVER: its base is never lost
        ("lost_to_us", I8),
        ("start_segment", I4),  # where it is at time 0 if on duty then; for a post: the post
        ("start_offset_m", F8),
        ("start_across_m", F8),
        ("muster_us", I8),
        ("last_call_cutoff_us", I8),
        ("round_start", I4),  # arc of the round that it takes first
        ("on_call_us", I8),  # from the call until duty begins, for crews that are only called; NEVER: regular
        ("half", I4, (2,)),  # of a joint unit that may split: its two units when it has; else NOBODY
        ("whole", I4),  # of such a half: the joint unit; else NOBODY
        ("splits_from", I1),  # calls of this priority and less urgent ones split it
        ("may_slack", U1),
        ("hands_over", U1),  # 1: at the end of a spell its relief takes over the scene
        ("spell_first", I4),
        ("spell_count", I4),
        ("commitment_first", I4),
        ("commitment_count", I4),
    ]
)

SPELL = np.dtype([("start_us", I8), ("end_us", I8), ("relief", I4)])  # of one unit: ascending, disjoint

#: Planned work and breaks of a unit, ascending. ``priority``: calls up to this priority may interrupt it; 0: none.
COMMITMENT = np.dtype(
    [
        ("start_us", I8),
        ("latest_us", I8),  # NEVER: never missed
        ("duration_us", I8),
        ("kind", I1),
        ("priority", I1),
        ("segment", I4),  # where; NOBODY: wherever the unit is
        ("offset_m", F8),
        ("across_m", F8),
    ]
)

INCIDENT = np.dtype(
    [
        ("key", U8),
        ("sector", I2),  # where it begins
        ("segment", I4),
        ("offset_m", F8),
        ("across_m", F8),
        ("began_us", I8),  # ascending over the table
        ("visible", U1),  # from the street
        ("unfounded", U1),
        ("mark", F8),  # uniform: what deterrence thins by; -1: nothing deters it
        ("path_first", I4),  # legs of its path, rows of ``path``
        ("path_count", I4),  # 0: it stays
    ]
)

#: Stage k of incident i is row i * MAX_STAGES + k. Everything about it that policy cannot change.
STAGE = np.dtype(
    [
        ("class_", I2),  # NOBODY beyond the last stage
        ("ending", I1),
        ("called", U1),  # somebody calls ...
        ("report_us", I8),  # ... this long after the stage began
        ("lifetime_us", I8),
        ("outlives", U1),  # 1: once called in it goes on until somebody comes; 0: over at the end of its lifetime
        ("patience_us", I8),  # NEVER: does not give up
        ("threshold", F8),  # Exp(1), against the hazard
        ("work_us", I8),
        ("more", U1),
        ("more_at", F8),  # fraction of the work done when it asks for more
        ("off_model_us", I8),
        ("custody_us", I8),  # processing at the station
    ]
)

#: Dispatch is slower from from_us up to before to_us.
OUTAGE = np.dtype([("from_us", I8), ("to_us", I8), ("extra_us", I8)])

PATH_LEG = np.dtype([("segment", I4), ("from_m", F8), ("to_m", F8), ("duration_us", I8)])

PROBE = np.dtype(
    [
        ("key", U8),
        ("at_us", I8),
        ("class_", I2),
        ("segment", I4),
        ("offset_m", F8),
        ("across_m", F8),
        ("sector", I2),
        ("purpose", I1),
    ]
)  # purpose: 0 readiness of its class; 1, 2, 3 cover by demand, residents, ambient population


class Streets(NamedTuple):
    """A street network and its travel tables. N intersections, S segments, M modes, A = 2 S arcs, E epochs: in each
    other streets are closed, in the first none. Row ``epoch * M + mode`` of a table is of that epoch and mode.

    Arc ``2 s`` runs from a to b of segment s, arc ``2 s + 1`` from b to a.
    """

    x_m: np.ndarray  # (N,) f8
    y_m: np.ndarray  # (N,) f8
    segments: np.ndarray  # (S,) SEGMENT
    epochs_us: np.ndarray  # (E,) i8: when each begins, ascending, the first at 0
    arc_us: np.ndarray  # (E * M, A) i8: table time of the whole arc; NEVER where the mode may not pass
    node_first: np.ndarray  # (N + 1,) i4: arcs that leave node n are node_arcs[node_first[n]:node_first[n + 1]] ...
    node_arcs: np.ndarray  # (A,) i4: ... by ascending segment number
    view_first: np.ndarray  # (V + 1,) i4
    view_segments: np.ndarray  # (S,) i4: segments of view v, ascending
    time_us: np.ndarray  # (E * M, N, N) i8: shortest table time; NEVER where there is no way
    hop: np.ndarray  # (E * M, N, N) u1: the arc to take first, as a place in node n's list of arcs; 255: none
    walk_us: np.ndarray  # (E * M, N, N) i8: drive, leave the vehicle, walk; all NEVER for modes that walk
    park: np.ndarray  # (E * M, N, N) i2: ... the intersection where the vehicle stays
    foot: np.ndarray  # (M,) i2: the mode a crew walks by: itself for modes that walk
    dismount_us: np.ndarray  # (M,) i8


class Plane(NamedTuple):
    """How lengths and ways are measured. On streets (metric STREETS) nothing else here is read."""

    metric: int  # Metric
    torus: int  # 1: opposite edges are joined
    extent_m: np.ndarray  # (2,) f8: from west to east, from south to north; the south-west corner is (0, 0)
    speed_mps: np.ndarray  # (M,) f8
    acceleration_mps2: np.ndarray  # (M,) f8; 0: at full speed at once


class World(NamedTuple):
    """The district and what happens in it on one day (one replication)."""

    seed: int
    replication: int
    warm_up_us: int
    end_us: int  # of the measured time
    horizon_us: int  # end of the drain
    start_hour: int  # hour of the day at time 0
    look_us: int
    off_model_handling_us: int  # from receipt to the start of the off-model responder's drawn time
    streets: Streets
    plane: Plane
    speed_factor: np.ndarray  # (M, sectors, 24) f8: weather x hour x crowd
    sight_factor: np.ndarray  # (sectors, 24) f8: night x crowd
    adjacent: np.ndarray  # (sectors, sectors) u1: neighbours, itself included
    classes: np.ndarray  # (C,) CLASS
    slots: np.ndarray  # SLOT
    alternatives: np.ndarray  # ALTERNATIVE
    stations: np.ndarray  # (K,) SITE: where a custody trip can end
    incidents: np.ndarray  # (I,) INCIDENT
    stages: np.ndarray  # (I * MAX_STAGES,) STAGE
    path: np.ndarray  # PATH_LEG
    probes: np.ndarray  # (P,) PROBE, ascending in time
    outages: np.ndarray  # OUTAGE
    stations_lost_us: np.ndarray  # (K, 2) i8: from when up to before when each station is lost; NEVER: never
    deterrence_curve: np.ndarray  # (P, 2) f8: dwell in microseconds and effect, ascending from dwell 0
    deterrence: np.ndarray  # (3,) f8: effect of a pass, decay of a pass and of a stop in microseconds


class Forces(NamedTuple):
    """Who works, under which orders."""

    tiers: np.ndarray  # (T,) TIER
    authority: np.ndarray  # (T, C) i1
    acceptance: np.ndarray  # ACCEPTANCE
    units: np.ndarray  # (U,) UNIT
    spells: np.ndarray  # SPELL
    commitments: np.ndarray  # COMMITMENT
    beats: np.ndarray  # (B,) BEAT
    beat_segments: np.ndarray  # (B, S) u1: segments of the beat that its mode may pass in one direction at least
    beat_nodes: np.ndarray  # (B, N) u1: intersections from which such an arc of the beat leaves
    round_arcs: np.ndarray  # i4: closed walks, each arc begins where the one before it ends
    visits: np.ndarray  # VISIT
    preference: np.ndarray  # (sectors, U) i4: smaller goes first; zeros where no list is given
    wrap_up_us: np.ndarray  # (I, T) i8
    score_rules: np.ndarray  # (R,) i1 ScoreRule, in order
    score_extra_us: np.ndarray  # (R,) i8: max_extra of each rule; NEVER: none
    preempt: np.ndarray  # (4, 4) i8: by priority calling and in hand, a bit set of UnitState; row and column 0 unused
    fatigue_turnout: np.ndarray  # (25,) f8: by full hours since the start of the spell
    fatigue_work: np.ndarray  # (25,) f8
    cover_points: np.ndarray  # (sectors,) SITE: where a sector is covered from, and moved up to
    cover_weight: np.ndarray  # (sectors,) f8: sums to 1
    inspected_us: np.ndarray  # (teams,) i8: last inspection before the start, negative
    compliance: np.ndarray  # (2,) f8: floor, half-life in microseconds
    preempt_min_gain_us: int  # NEVER: only where nobody free is eligible
    call_takers: int  # 0: any number
    call_handling_us: int
    on_view_report_us: int
    joint_us: int
    queue_rule: int
    queue_limit: int
    queue_order: int
    ageing_us: int
    escalate_over: int  # calls that wait; 0: never
    escalate_after_us: int
    escalate_until: int
    escalate_breaks: int
    escalate_borders: int
    cover_standard_us: int
    move_up_within_us: int  # 0: nobody moves up
    slack_us: int  # how long a decision to slack or not holds; 0: nobody slacks
    recalls_surplus: int
    custody_by_lowest: int
    strict: int


class Geography(NamedTuple):
    """The district as built from the scenario and ``geography_seed``: ``Streets`` without travel tables, and sites."""

    x_m: np.ndarray
    y_m: np.ndarray
    node_sector: np.ndarray  # (N,) i2
    segments: np.ndarray
    epochs_us: np.ndarray
    arc_us: np.ndarray  # (M, A): of the open network, epoch 0
    closed: np.ndarray  # (E, M, A) u1: 1 where an arc is closed to a mode in an epoch
    node_first: np.ndarray
    node_arcs: np.ndarray
    view_first: np.ndarray
    view_segments: np.ndarray
    adjacent: np.ndarray
    foot: np.ndarray
    dismount_us: np.ndarray
    plane: Plane
    sectors: tuple[str, ...]
    modes: tuple[str, ...]
    sites: dict[str, np.ndarray]  # role -> (K,) SITE, by sector, then number


class Labels(NamedTuple):
    """The names behind the row numbers, for people."""

    classes: tuple[str, ...]
    tiers: tuple[str, ...]
    sectors: tuple[str, ...]
    modes: tuple[str, ...]
    lines: tuple[str, ...]
    units: tuple[str, ...]
    teams: tuple[str, ...]
    sites: tuple[str, ...]  # the roles of SITE["role"]


# ------------------------------------------------------------------------------------------- what comes out

INCIDENT_RECORD = np.dtype(
    [
        ("phase", I1),
        ("stage", I1),
        ("outcome", I1),
        ("on_view", U1),
        ("intercepted", U1),
        ("received_class", I2),  # of the stage at receipt (not received: of the last stage)
        ("segment", I4),  # where it is now, or ended
        ("offset_m", F8),
        ("across_m", F8),
        ("received_us", I8),
        ("handled_us", I8),
        ("first_arrival_us", I8),
        ("first_presence_us", I8),
        ("first_capable_us", I8),
        ("complement_us", I8),
        ("work_end_us", I8),
        ("closed_us", I8),
        ("presence_assignment", I4),  # of the first presence
        ("presence_tier", I2),
        ("resolved_tier", I2),
        ("units_sent", I2),
        ("units_lost", I2),  # to pre-emption
    ]
)

ASSIGNMENT_RECORD = np.dtype(
    [
        ("incident", I4),
        ("unit", I4),
        ("slot", I2),  # place in the scene's list of slots; NOBODY: none
        ("on_view", U1),
        ("preempted", U1),  # taken away for another incident
        ("handed_over", U1),  # to the relief
        ("priority", I1),  # of the class when dispatched
        ("sendable_us", I8),  # when its tier could first be sent; on view: the receipt
        ("dispatched_us", I8),
        ("en_route_us", I8),
        ("arrived_us", I8),
        ("cleared_us", I8),
        ("travel_m", F8),
    ]
)

UNIT_RECORD = np.dtype(
    [
        ("travel_m", F8),
        ("passes", I4),
        ("assignments", I4),
        ("breaks_missed", I4),  # that were due within the measured time
        ("overtime_us", I8),  # after the end of a spell, within the measured time
        ("state_us", I8, (16,)),  # by UnitState, within the measured time
    ]
)

STREET_RECORD = np.dtype(
    [
        ("passes", I8),  # within the measured time, as everything here
        ("presence_us", I8),  # crew x time
        ("gap_squared_s2", F8),  # sum over gaps between passes
        ("worst_gap_us", I8),
        ("seen_us", I8, (3,)),  # time at which the last pass was at most 2, 4, 8 h ago
    ]
)

VISIT_RECORD = np.dtype([("visits", I4), ("dwelled_us", I8)])  # visits that ended within the measured time

PROBE_RECORD = np.dtype(
    [("presence_us", I8), ("second_presence_us", I8), ("capable_us", I8), ("second_capable_us", I8)]
)

STATE_RECORD = np.dtype([("unit", I4), ("state", I1), ("incident", I4), ("from_us", I8), ("to_us", I8)])

LEG_RECORD = np.dtype(
    [
        ("unit", I4),
        ("state", I1),
        ("segment", I4),
        ("from_m", F8),
        ("from_across_m", F8),
        ("to_m", F8),
        ("to_across_m", F8),
        ("from_us", I8),
        ("to_us", I8),
    ]
)  # standing is no leg; a leg cut short is recorded as far as it went; on a torus the end is not taken back inside

TRACE_RECORD = np.dtype([("at_us", I8), ("kind", I1), ("number", I4)])  # every event that happened, for the twin


class Records(NamedTuple):
    """What one replication leaves behind."""

    stop_us: int
    events: int  # events that happened
    agent_events: int  # legs walked, and changes of an incident or unit
    incidents: np.ndarray  # (I,) INCIDENT_RECORD, row for row with World.incidents
    assignments: np.ndarray  # ASSIGNMENT_RECORD, in the order of dispatch
    units: np.ndarray  # (U,) UNIT_RECORD
    streets: np.ndarray  # (S,) STREET_RECORD
    probes: np.ndarray  # (P,) PROBE_RECORD
    visits: np.ndarray  # VISIT_RECORD, row for row with Forces.visits
    hourly_us: np.ndarray  # (tiers, 24, 4) i8: unit time by hour of the day and Activity, within the measured time
    states: np.ndarray  # STATE_RECORD, empty unless kept; in the order in which the states ended
    legs: np.ndarray  # LEG_RECORD, empty unless kept
    trace: np.ndarray  # TRACE_RECORD, empty unless kept
