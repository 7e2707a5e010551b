"""The columns of the result tables, as data: their order, type and meaning.

Types: ``int``, ``key`` (unsigned 64 bits), ``bool``, ``float`` and ``text``. A time that has not come is NaN, the name
of nobody is missing, the number of nobody is -1. Times are seconds from the start of the run. In a plane a segment is
an area and metres along it are metres from west; some columns are there on streets or in a plane alone.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.vocabulary import UnitState


class Column(NamedTuple):
    """A column of a result table."""

    name: str
    type: str
    meaning: str
    only: str = ""  # STREET or PLANE: left out elsewhere


STREET, PLANE = "street", "plane"

REPLICATION = Column("replication", "int", "number of the replication, from 0")

INCIDENTS = (
    REPLICATION,
    Column("incident", "int", "row of the incident in its replication, by time of beginning"),
    Column("name_key", "key", "64-bit name: the same incident under another policy has the same"),
    Column("class", "text", "at receipt; never received: of the last stage"),
    Column("priority", "int", "of that class; 1 is most urgent"),
    Column("sector", "text", "where it began"),
    Column("hour", "int", "hour of the day when it began; counts of rows by hour are the arrivals by hour"),
    Column("measured", "bool", "began within the measured time"),
    Column("street_kind", "text", "where it began", STREET),
    Column("x_m", "float", "where it began, from west to east"),
    Column("y_m", "float", "where it began, from south to north"),
    Column("segment", "int", "where it began"),
    Column("offset_m", "float", "where it began, from end a of the segment; in a plane: x_m"),
    Column("began_s", "float", ""),
    Column("received_s", "float", "called in, or seen by a patrol"),
    Column("answered_s", "float", "by a call-taker, at once where they are not limited; on view: at receipt"),
    Column("handled_s", "float", "from now on tiers on the direct channel can be sent"),
    Column("first_arrival_s", "float", "a unit present"),
    Column("first_presence_s", "float", "somebody holds"),
    Column("first_capable_s", "float", "somebody who can resolve, or the off-model responder"),
    Column("complement_s", "float", "all slots filled by units present"),
    Column("work_end_s", "float", ""),
    Column("closed_s", "float", ""),
    Column("on_view", "bool", "found by a patrol"),
    Column("called", "bool", "received by a call"),
    Column("founded", "bool", "there was something"),
    Column("outcome", "text", "open_at_end where it was not closed; lost: turned away, no queue and nobody free"),
    Column("ending", "text", "how it was resolved; missing for other outcomes"),
    Column("moving", "bool", "it set out on a path"),
    Column("intercepted", "bool", "stopped on its path"),
    Column("worsened", "int", "how many times"),
    Column("final_class", "text", "of the last stage"),
    Column("presence_tier", "text", "tier of the first presence"),
    Column("resolved_tier", "text", "tier that resolved it"),
    Column("units_sent", "int", ""),
    Column("units_lost", "int", "to pre-emption"),
    Column("cross_sector", "bool", "the first presence was by a unit of another sector"),
    Column(
        "queued", "bool", "called, and its first unit was sent later than it could be, if by a microsecond, or none was"
    ),
    Column(
        "call_handling_s", "float", "parts of the response of the unit with the first presence; called incidents only"
    ),
    Column("relay_s", "float", "through the tier's channel of command"),
    Column("queue_s", "float", "wait in the queue: until it was dispatched; 0 where it could be sent at once"),
    Column("turnout_s", "float", "until it was under way"),
    Column("travel_s", "float", "until it arrived"),
    Column("company_s", "float", "until the people present were enough to act; the six parts sum to the response"),
    Column("travel_m", "float", "metres of its way to the incident"),
)

ASSIGNMENTS = (
    REPLICATION,
    Column("assignment", "int", "in the order of dispatch"),
    Column("incident", "int", "row of the incident"),
    Column("unit", "text", ""),
    Column("tier", "text", ""),
    Column("class", "text", "of the incident, at receipt"),
    Column("priority", "int", "of the incident's class when the unit was dispatched"),
    Column("slot", "int", "place in the scene's list of slots; -1: none"),
    Column("on_view", "bool", "the unit found it itself"),
    Column("preempted", "bool", "the unit was taken away for a more urgent call, at cleared_s"),
    Column("handed_over", "bool", "its relief took over, at cleared_s"),
    Column("sendable_s", "float", "when its tier could first be sent; the wait in the queue is dispatched_s less this"),
    Column("dispatched_s", "float", ""),
    Column("en_route_s", "float", ""),
    Column("arrived_s", "float", ""),
    Column("cleared_s", "float", ""),
    Column("travel_m", "float", "metres to the incident; of who was called off: as far as it got"),
)

UNITS = (
    REPLICATION,
    Column("unit", "text", ""),
    Column("tier", "text", ""),
    Column("line", "text", "of the roster"),
    Column("team", "text", ""),
    Column("sector", "text", "home sector"),
    Column("crew", "int", "people"),
    Column("on_duty_h", "float", "within the measured time, as all hours that follow"),
    Column("busy_h", "float", "on calls, travel and wrap-up included"),
    Column("other_h", "float", "muster, planned work, breaks, way home"),
    Column("free_h", "float", ""),
    Column("utilisation", "float", "workload: busy / on duty"),
    Column("overtime_h", "float", "after the end of a spell of duty"),
    Column("breaks_due", "int", "breaks due within the measured time"),
    Column("breaks_missed", "int", "of these never taken: past their corridor, or their spell over"),
    Column("handed_over", "int", "scenes left to the relief within the measured time"),
    Column("assignments", "int", "in the whole run, warm-up and drain included"),
    Column("travel_m", "float", "in the whole run, on patrol or to incidents"),
    Column("passes", "int", "full traverses of a segment while free, in the whole run", STREET),
    *(Column(f"{state.name.lower()}_h", "float", "time in this state") for state in UnitState),
)

STREETS = (
    REPLICATION,
    Column("segment", "int", "in a plane: the area, a rectangle"),
    Column("sector", "text", ""),
    Column("kind", "text", "", STREET),
    Column("length_m", "float", "", STREET),
    Column("weight", "float", "of demand within its sector"),
    Column("x0_m", "float", "end a; in a plane: the south-west corner"),
    Column("y0_m", "float", ""),
    Column("x1_m", "float", "end b; in a plane: the north-east corner"),
    Column("y1_m", "float", ""),
    Column("passes", "int", "within the measured time, as all that follows", STREET),
    Column("passes_per_h", "float", "", STREET),
    Column("presence_min", "float", "person-minutes of free units within the measured time"),
    Column("idleness_min", "float", "mean time since the last pass, E[gap^2] / 2 E[gap]", STREET),
    Column("worst_idleness_h", "float", "longest gap between passes", STREET),
    Column("seen_2_h_share", "float", "share of time at which the last pass was at most 2 h ago", STREET),
    Column("seen_4_h_share", "float", "", STREET),
    Column("seen_8_h_share", "float", "", STREET),
)

PROBES = (
    REPLICATION,
    Column("probe", "int", ""),
    Column("purpose", "text", "readiness of its class; cover of demand, residents or ambient population"),
    Column("class", "text", ""),
    Column("sector", "text", ""),
    Column("x_m", "float", "from west to east", PLANE),
    Column("y_m", "float", "from south to north", PLANE),
    Column("at_s", "float", ""),
    Column("hour", "int", "of the day"),
    Column("presence_s", "float", "from receipt to the first presence it would have got; NaN: nobody could come"),
    Column("second_presence_s", "float", "the same of the second unit"),
    Column("capable_s", "float", "the same of a unit that may fill a slot"),
    Column("second_capable_s", "float", ""),
)

VISITS = (
    REPLICATION,
    Column("point", "int", "a point that has to be visited, by beat, then role; two beats may have the same site"),
    Column("role", "text", "of its site"),
    Column("sector", "text", ""),
    Column("x_m", "float", "from west to east"),
    Column("y_m", "float", "from south to north"),
    Column("per_day", "float", "its quota"),
    Column("visits", "int", "that ended within the measured time"),
    Column("visits_per_day", "float", ""),
    Column("dwelled_h", "float", "time spent there on these"),
)

HOURLY = (
    REPLICATION,
    Column("tier", "text", ""),
    Column("hour", "int", "of the day"),
    Column("activity", "text", "free, busy, other"),
    Column("unit_h", "float", "unit-hours within the measured time"),
)

STATES = (
    REPLICATION,
    Column("unit", "text", ""),
    Column("tier", "text", ""),
    Column("state", "text", ""),
    Column("incident", "int", "-1: none"),
    Column("from_s", "float", ""),
    Column("to_s", "float", ""),
)

LEGS = (
    REPLICATION,
    Column("unit", "text", ""),
    Column("state", "text", ""),
    Column("segment", "int", "in a plane: the area of the goal"),
    Column("from_m", "float", "from end a of the segment; in a plane: from west, on a torus the end may lie outside"),
    Column("from_across_m", "float", "from south", PLANE),
    Column("to_m", "float", ""),
    Column("to_across_m", "float", "", PLANE),
    Column("from_s", "float", ""),
    Column("to_s", "float", ""),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "incidents": INCIDENTS,
    "assignments": ASSIGNMENTS,
    "units": UNITS,
    "streets": STREETS,
    "probes": PROBES,
    "visits": VISITS,
    "hourly": HOURLY,
    "states": STATES,
    "legs": LEGS,
}


def columns_of(table: str, plane: bool) -> tuple[Column, ...]:
    """The columns that a table has on streets, or in a plane."""
    foreign = STREET if plane else PLANE
    return tuple(column for column in TABLES[table] if column.only != foreign)
