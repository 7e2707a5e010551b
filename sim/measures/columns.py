"""The columns of the result tables, as data: their order, type and meaning.

Types: ``int``, ``key`` (unsigned 64 bits), ``bool``, ``float`` and ``text``. A time that has not come is NaN, the name
of nobody is missing, the number of nobody is -1. Times are seconds from the start of the run.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.vocabulary import UnitState


class Column(NamedTuple):
    """A column of a result table."""

    name: str
    type: str
    meaning: str


REPLICATION = Column("replication", "int", "number of the replication, from 0")

INCIDENTS = (
    REPLICATION,
    Column("incident", "int", "row of the incident in its replication, by time of beginning"),
    Column("name_key", "key", "64-bit name: the same incident under another policy has the same"),
    Column("class", "text", "at receipt; never received: of the last stage"),
    Column("priority", "int", "of that class; 1 is most urgent"),
    Column("sector", "text", "where it began"),
    Column("hour", "int", "hour of the day when it began"),
    Column("measured", "bool", "began within the measured time"),
    Column("street_kind", "text", "where it began"),
    Column("x_m", "float", "where it began"),
    Column("y_m", "float", "where it began"),
    Column("segment", "int", "where it began"),
    Column("offset_m", "float", "where it began, from end a of the segment"),
    Column("began_s", "float", ""),
    Column("received_s", "float", "called in, or seen by a patrol"),
    Column("first_arrival_s", "float", "a unit present"),
    Column("first_presence_s", "float", "somebody holds"),
    Column("first_capable_s", "float", "somebody who can resolve, or the off-model responder"),
    Column("complement_s", "float", "all slots filled by units present"),
    Column("work_end_s", "float", ""),
    Column("closed_s", "float", ""),
    Column("on_view", "bool", "found by a patrol"),
    Column("called", "bool", "received by a call"),
    Column("founded", "bool", "there was something"),
    Column("outcome", "text", "open_at_end where it was not closed"),
    Column("ending", "text", "how it was resolved; missing for other outcomes"),
    Column("moving", "bool", "it set out on a path"),
    Column("intercepted", "bool", "stopped on its path"),
    Column("worsened", "int", "how many times"),
    Column("final_class", "text", "of the last stage"),
    Column("presence_tier", "text", "tier of the first presence"),
    Column("resolved_tier", "text", "tier that resolved it"),
    Column("units_sent", "int", ""),
    Column("cross_sector", "bool", "the first presence was by a unit of another sector"),
    Column("queued", "bool", "called, and its first unit could not be sent at once"),
    Column(
        "call_handling_s", "float", "parts of the response of the unit with the first presence; called incidents only"
    ),
    Column("relay_s", "float", "through the tier's channel of command"),
    Column("queue_s", "float", "until it was dispatched"),
    Column("turnout_s", "float", "until it was under way"),
    Column("travel_s", "float", "until it arrived"),
    Column("company_s", "float", "until the people present were enough to act; the six parts sum to the response"),
    Column("travel_m", "float", "its way to the incident"),
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
    Column("sendable_s", "float", "when its tier could first be sent"),
    Column("dispatched_s", "float", ""),
    Column("en_route_s", "float", ""),
    Column("arrived_s", "float", ""),
    Column("cleared_s", "float", ""),
    Column("travel_m", "float", ""),
)

UNITS = (
    REPLICATION,
    Column("unit", "text", ""),
    Column("tier", "text", ""),
    Column("line", "text", "of the roster"),
    Column("team", "text", ""),
    Column("sector", "text", "home sector"),
    Column("crew", "int", "people"),
    Column("on_duty_h", "float", "within the measured time, as all that follows"),
    Column("busy_h", "float", "on calls, travel and wrap-up included"),
    Column("other_h", "float", "muster, planned work, breaks, way home"),
    Column("free_h", "float", ""),
    Column("utilisation", "float", "busy / on duty"),
    Column("overtime_h", "float", "after the end of a spell of duty"),
    Column("assignments", "int", ""),
    Column("travel_m", "float", ""),
    Column("passes", "int", "full traverses of a segment while free"),
    *(Column(f"{state.name.lower()}_h", "float", "time in this state") for state in UnitState),
)

STREETS = (
    REPLICATION,
    Column("segment", "int", ""),
    Column("sector", "text", ""),
    Column("kind", "text", ""),
    Column("length_m", "float", ""),
    Column("weight", "float", "of demand within its sector"),
    Column("x0_m", "float", "end a"),
    Column("y0_m", "float", ""),
    Column("x1_m", "float", "end b"),
    Column("y1_m", "float", ""),
    Column("passes", "int", "within the measured time, as all that follows"),
    Column("passes_per_h", "float", ""),
    Column("presence_min", "float", "person-minutes"),
    Column("idleness_min", "float", "mean time since the last pass, E[gap^2] / 2 E[gap]"),
    Column("worst_idleness_h", "float", "longest gap between passes"),
    Column("seen_2_h_share", "float", "share of time at which the last pass was at most 2 h ago"),
    Column("seen_4_h_share", "float", ""),
    Column("seen_8_h_share", "float", ""),
)

PROBES = (
    REPLICATION,
    Column("probe", "int", ""),
    Column("purpose", "text", "readiness of its class; cover of demand, residents or ambient population"),
    Column("class", "text", ""),
    Column("sector", "text", ""),
    Column("at_s", "float", ""),
    Column("hour", "int", "of the day"),
    Column("presence_s", "float", "from receipt to the first presence it would have got; NaN: nobody could come"),
    Column("second_presence_s", "float", "the same of the second unit"),
    Column("capable_s", "float", "the same of a unit that may fill a slot"),
    Column("second_capable_s", "float", ""),
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
    Column("segment", "int", ""),
    Column("from_m", "float", ""),
    Column("to_m", "float", ""),
    Column("from_s", "float", ""),
    Column("to_s", "float", ""),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "incidents": INCIDENTS,
    "assignments": ASSIGNMENTS,
    "units": UNITS,
    "streets": STREETS,
    "probes": PROBES,
    "hourly": HOURLY,
    "states": STATES,
    "legs": LEGS,
}
