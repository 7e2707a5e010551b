"""Which paths through the rules of the dispatch centre a run took, by name: handling, reserves, pre-emption."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.tables import Forces, Records, World
from sim.vocabulary import NEVER, EventKind, Outcome, QueueOrder

DISPATCH_PATHS = {
    "a call waited to be answered",
    "closed before it was answered",
    "closed before it was handled",
    "worsened before it was answered",
    "handled in an outage",
    "handled in two outages at once",
    "found on view in an outage",
    "a reserve of the district",
    "a reserve of the sector",
    "taken in turnout",
    "taken under way",
    "taken from the scene",
    "taken from a complete scene, resolved later",
    "taken from a moving incident",
    "taken from an incident that had worsened",
    "taken though somebody may be free",
    "taken twice running",
    "two taken from one incident at one instant",
    "robbed and never served again",
    "robbed and served again at once",
    "robbed and served again later",
}


def dispatch_coverage(world: World, forces: Forces, records: Records) -> Iterator[str]:
    """The names of ``DISPATCH_PATHS`` and of queue orders that a run took."""
    if len(records.assignments):
        yield f"QueueOrder {QueueOrder(forces.queue_order).name}"
        tiers = forces.tiers[forces.units["tier"][np.unique(records.assignments["unit"])]]
        kept = tiers["reserve_in_sector"][(tiers["reserve"] > 0).any(axis=1)]
        yield from (("a reserve of the district", "a reserve of the sector")[code] for code in np.unique(kept))
    yield from _handling(world, forces, records)
    yield from _preemption(world, forces, records)


def _handling(world: World, forces: Forces, records: Records) -> Iterator[str]:
    longest = forces.call_handling_us + world.outages["extra_us"].sum()
    worsened = records.trace[records.trace["kind"] == EventKind.WORSENS]
    for number, row in enumerate(records.incidents):
        if row["received_us"] == NEVER:
            continue
        if row["on_view"]:
            if row["handled_us"] > row["received_us"] + forces.on_view_report_us:
                yield "found on view in an outage"
            continue
        if row["closed_us"] < row["handled_us"]:
            yield "closed before it was answered" if row["handled_us"] == NEVER else "closed before it was handled"
        latest = row["handled_us"] - row["received_us"] - forces.call_handling_us
        if row["handled_us"] < NEVER and latest > 0:
            outages = world.outages[(world.outages["from_us"] <= row["received_us"])]
            outages = outages[outages["to_us"] > row["received_us"]]
            if latest not in (0, outages["extra_us"].sum()):
                yield "a call waited to be answered"
            elif len(outages):
                yield ("handled in an outage", "handled in two outages at once")[min(len(outages), 2) - 1]
        unanswered = worsened["at_us"] < (row["handled_us"] - longest if row["handled_us"] < NEVER else NEVER)
        if ((worsened["number"] == number) & (worsened["at_us"] > row["received_us"]) & unanswered).any():
            yield "worsened before it was answered"


def _preemption(world: World, forces: Forces, records: Records) -> Iterator[str]:
    rows, incidents = records.assignments, records.incidents
    taken = rows[rows["preempted"] == 1]
    moves = world.incidents["path_count"] > 0
    for number in np.flatnonzero(rows["preempted"]):
        row, incident = rows[number], incidents[rows["incident"][number]]
        reached = sum(row[stamp] < NEVER for stamp in ("en_route_us", "arrived_us"))
        yield ("taken in turnout", "taken under way", "taken from the scene")[reached]
        complete = incident["complement_us"] < row["cleared_us"]
        if row["arrived_us"] < NEVER and complete and incident["outcome"] == Outcome.RESOLVED:
            yield "taken from a complete scene, resolved later"
        if row["arrived_us"] < NEVER and moves[row["incident"]]:
            yield "taken from a moving incident"
        stages = records.trace[records.trace["kind"] == EventKind.WORSENS]
        if ((stages["number"] == row["incident"]) & (stages["at_us"] < row["cleared_us"])).any():
            yield "taken from an incident that had worsened"
        if forces.preempt_min_gain_us < NEVER:
            yield "taken though somebody may be free"
        if ((taken["unit"] == row["unit"]) & (taken["dispatched_us"] == row["cleared_us"])).any():
            yield "taken twice running"
        if ((taken["incident"] == row["incident"]) & (taken["cleared_us"] == row["cleared_us"])).sum() > 1:
            yield "two taken from one incident at one instant"
        served = rows["dispatched_us"][(rows["incident"] == row["incident"])]
        if not (served >= row["cleared_us"]).any():
            yield "robbed and never served again"
        elif (served == row["cleared_us"]).any():
            yield "robbed and served again at once"
        else:
            yield "robbed and served again later"
