"""Facts about incidents that follow from the records: integer microseconds and row numbers, nothing rounded yet.

Tables and measures are both made of them, so that a figure and a number cannot disagree about what a clock means.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from sim.measures.places import is_plane
from sim.tables import MAX_STAGES, Forces, Records, World
from sim.vocabulary import HOUR, NEVER, NOBODY, Outcome, Phase


class IncidentFacts(NamedTuple):
    """Of the incidents that began, in the order of their rows: arrays of one length.

    Times are int64 microseconds from the start, ``NEVER`` where they have not come; parts are durations, ``NEVER``
    where there is no response to a call; numbers of nobody, and of the kind of street in a plane, are ``NOBODY``.
    """

    row: np.ndarray
    measured: np.ndarray
    class_: np.ndarray
    priority: np.ndarray
    sector: np.ndarray
    hour: np.ndarray
    street_kind: np.ndarray
    began_us: np.ndarray
    received_us: np.ndarray
    answered_us: np.ndarray
    handled_us: np.ndarray
    first_arrival_us: np.ndarray
    first_presence_us: np.ndarray
    first_capable_us: np.ndarray
    complement_us: np.ndarray
    work_end_us: np.ndarray
    closed_us: np.ndarray
    sent_us: np.ndarray
    on_view: np.ndarray
    called: np.ndarray
    founded: np.ndarray
    outcome: np.ndarray
    ending: np.ndarray
    moving: np.ndarray
    intercepted: np.ndarray
    worsened: np.ndarray
    final_class: np.ndarray
    presence_tier: np.ndarray
    resolved_tier: np.ndarray
    units_sent: np.ndarray
    units_lost: np.ndarray
    cross_sector: np.ndarray
    queued: np.ndarray
    call_handling_us: np.ndarray
    relay_us: np.ndarray
    queue_us: np.ndarray
    turnout_us: np.ndarray
    travel_us: np.ndarray
    company_us: np.ndarray
    travel_m: np.ndarray


def hour_of_day(world: World, at_us: np.ndarray) -> np.ndarray:
    """The clock hour at a time (odd.md rule 7)."""
    return (world.start_hour + at_us // HOUR) % 24


def incident_facts(world: World, forces: Forces, records: Records) -> IncidentFacts:
    """The facts about every incident that began by ``records.stop_us`` (odd.md rules 21, 22, 34)."""
    row = np.flatnonzero(records.incidents["phase"] != Phase.UNBORN)
    given, record = world.incidents[row], records.incidents[row]
    stage = world.stages[row * MAX_STAGES + record["stage"]]
    received = record["received_us"] < NEVER
    called = received & (record["on_view"] == 0)
    class_ = record["received_class"].astype(np.int64)
    outcome = np.where(record["outcome"] == Outcome.NONE, Outcome.OPEN_AT_END, record["outcome"])
    return IncidentFacts(
        row=row,
        measured=(given["began_us"] >= world.warm_up_us) & (given["began_us"] < world.end_us),
        class_=class_,
        priority=world.classes["priority"][class_].astype(np.int64),
        sector=given["sector"].astype(np.int64),
        hour=hour_of_day(world, given["began_us"]),
        street_kind=np.where(
            is_plane(world.plane), NOBODY, world.streets.segments["kind"][given["segment"]].astype(np.int64)
        ),
        began_us=given["began_us"],
        received_us=record["received_us"],
        answered_us=_answered(record, called, forces.call_takers),
        handled_us=record["handled_us"],
        first_arrival_us=record["first_arrival_us"],
        first_presence_us=record["first_presence_us"],
        first_capable_us=record["first_capable_us"],
        complement_us=record["complement_us"],
        work_end_us=record["work_end_us"],
        closed_us=record["closed_us"],
        sent_us=_first_sent(records, "dispatched_us")[row],
        on_view=received & (record["on_view"] == 1),
        called=called,
        founded=given["unfounded"] == 0,
        outcome=outcome.astype(np.int64),
        ending=np.where(outcome == Outcome.RESOLVED, stage["ending"], NOBODY).astype(np.int64),
        moving=given["path_count"] > 0,
        intercepted=record["intercepted"] == 1,
        worsened=record["stage"].astype(np.int64),
        final_class=stage["class_"].astype(np.int64),
        presence_tier=record["presence_tier"].astype(np.int64),
        resolved_tier=record["resolved_tier"].astype(np.int64),
        units_sent=record["units_sent"].astype(np.int64),
        units_lost=record["units_lost"].astype(np.int64),
        queued=called & _waited(records)[row],
        **_first_presence(record, given, called, forces, records),
    )


def _answered(record: np.ndarray, called: np.ndarray, call_takers: int) -> np.ndarray:
    """When each was answered, ``NEVER`` where it was not (rules 12a, 12b).

    Without a limit, and on view, that is at receipt. Else call-takers are servers, each busy from when it answers a
    call until that is handled, and calls are answered in the order of (received, number) by who is free first.
    """
    answered = np.where(record["handled_us"] < NEVER, record["received_us"], NEVER)
    if call_takers == 0:
        return answered
    order = np.argsort(record["received_us"], kind="stable")
    free_us: list[int] = []  # of the call-takers who had a call, when they have handled it
    for row in order[(called & (record["handled_us"] < NEVER))[order]].tolist():
        if len(free_us) == call_takers:
            answered[row] = max(answered[row], heappop(free_us))
        heappush(free_us, int(record["handled_us"][row]))
    return answered


def _first_sent(records: Records, stamp: str) -> np.ndarray:
    """A stamp of the first assignment of every incident; ``NEVER`` where nobody was sent."""
    stamps = np.full(len(records.incidents), NEVER)
    incident, first = np.unique(records.assignments["incident"], return_index=True)
    stamps[incident] = records.assignments[stamp][first]
    return stamps


def _waited(records: Records) -> np.ndarray:
    """Whether its first unit was sent later than its tier could be, if by a microsecond, or nobody was sent at all."""
    dispatched_us, sendable_us = (_first_sent(records, stamp) for stamp in ("dispatched_us", "sendable_us"))
    return (dispatched_us > sendable_us) | (dispatched_us == NEVER)


def _first_presence(record, given, called, forces: Forces, records: Records) -> dict[str, np.ndarray]:
    """Who came first and the parts of that response: they sum to first presence less receipt, exactly (rule 21)."""
    came = record["presence_assignment"] != NOBODY
    if not came.any():
        never = np.full(len(record), NEVER)
        parts = dict.fromkeys(PARTS, never)
        return {**parts, "cross_sector": np.zeros(len(record), bool), "travel_m": np.full(len(record), np.nan)}
    sent = records.assignments[np.where(came, record["presence_assignment"], 0)]
    home = forces.units["sector"][sent["unit"]]
    stamps = {
        "call_handling_us": record["handled_us"] - record["received_us"],
        "relay_us": sent["sendable_us"] - record["handled_us"],
        "queue_us": sent["dispatched_us"] - sent["sendable_us"],
        "turnout_us": sent["en_route_us"] - sent["dispatched_us"],
        "travel_us": sent["arrived_us"] - sent["en_route_us"],
        "company_us": record["first_presence_us"] - sent["arrived_us"],
    }
    parts = {name: np.where(came & called, duration, NEVER) for name, duration in stamps.items()}
    cross = came & (home != NOBODY) & (home != given["sector"])
    return {**parts, "cross_sector": cross, "travel_m": np.where(came, sent["travel_m"], np.nan)}


PARTS = ("call_handling_us", "relay_us", "queue_us", "turnout_us", "travel_us", "company_us")
