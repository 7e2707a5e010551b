"""Laws of deterrence, of who is called off as surplus and who takes whom into custody, of move-up, losses and slack."""

from __future__ import annotations

import numpy as np

from sim.tables import MAX_STAGES, Forces, Records, World
from sim.vocabulary import (
    NEVER,
    NOBODY,
    Authority,
    Duty,
    EventKind,
    Metric,
    Outcome,
    PatrolRule,
    UnitState,
)

SAME_PLACE_M = 1e-5


def audit_policies(world: World, forces: Forces, records: Records) -> None:
    """Raises AssertionError with the row and the reason where a law is broken.

    Where units stand is looked at where states, legs and the trace were kept.
    """
    _deterred(world, records)
    if len(records.states) and len(records.trace):
        _custody(world, forces, records)
        places = Places(world, forces, records)
        _moved_up(forces, records, places)
        _stations(world, records, places)
        _slack(forces, records, places)
        _inspected(forces, records)


class Places:
    """Where units stood, by their last leg; nowhere for those who may have come there without one."""

    def __init__(self, world: World, forces: Forces, records: Records):
        self.streets, self.in_plane = world.streets, world.plane.metric != Metric.STREETS
        self.torus, self.extent_m = bool(world.plane.torus), world.plane.extent_m
        self.units, states = forces.units, records.states
        self.legs = [records.legs[records.legs["unit"] == unit] for unit in range(len(self.units))]
        self.off = [
            states["to_us"][(states["unit"] == unit) & (states["state"] == UnitState.OFF_DUTY)]
            for unit in range(len(self.units))
        ]

    def point(self, segment: int, offset_m: float, across_m: float) -> np.ndarray:
        """(2,) f8."""
        if self.in_plane:
            return np.array([offset_m, across_m])
        row, axes = self.streets.segments[segment], (self.streets.x_m, self.streets.y_m)
        return np.array(
            [axis[row["a"]] + (axis[row["b"]] - axis[row["a"]]) * (offset_m / row["length_m"]) for axis in axes]
        )

    def of(self, unit: int, at_us: int) -> np.ndarray | None:
        """Where a unit stood, when its last leg led there: not placed anew, split or put at a base since."""
        row = self.units[unit]
        legs = self.legs[unit][self.legs[unit]["to_us"] <= at_us]
        joined = row["whole"] != NOBODY or row["half"][0] != NOBODY
        if joined or not len(legs):
            return None
        leg = legs[-1]
        if ((self.off[unit] >= leg["to_us"]) & (self.off[unit] <= at_us)).any():
            return None
        return self.point(leg["segment"], leg["to_m"], leg["to_across_m"])

    def apart(self, one: np.ndarray, other: np.ndarray) -> float:
        """Metres; on a torus opposite edges are the same."""
        gap = one - other
        if self.in_plane and self.torus:
            gap = np.array([d - e * np.round(d / e) if e > 0 else d for d, e in zip(gap, self.extent_m, strict=True)])
        return float(np.hypot(*gap))

    def any_of(self, rows: np.ndarray, place: np.ndarray) -> bool:
        """Whether somebody there is at one of these sites."""
        return any(
            self.apart(place, self.point(*row[["segment", "offset_m", "across_m"]])) < SAME_PLACE_M for row in rows
        )

    def base(self, unit: int, at_us: int) -> np.ndarray:
        """Rule 31i."""
        row = self.units[unit]
        which = "base2" if row["lost_from_us"] <= at_us < row["lost_to_us"] else "base"
        return self.point(*(row[f"{which}_{field}"] for field in ("segment", "offset_m", "across_m")))


def _deterred(world: World, records: Records) -> None:
    """Rule 11a: nothing of it is ever seen, and no effect is larger than the largest of those given."""
    rows, began = records.incidents, world.incidents
    most = max(world.deterrence_curve[:, 1].max(), world.deterrence[0])
    classes = world.classes[world.stages["class_"][::MAX_STAGES]]
    for number in np.flatnonzero(rows["outcome"] == Outcome.DETERRED):
        row = rows[number]
        assert row["received_us"] == NEVER, f"received, though it did not happen: incident {number}"
        assert row["units_sent"] == 0, f"sent to what did not happen: incident {number}"
        assert row["closed_us"] == began["began_us"][number], f"deterred after its begin: incident {number}"
        assert row["stage"] == 0, f"deterred in a later stage: incident {number}"
        assert classes["deterrable"][number], f"deterred, of a class that cannot be: incident {number}"
        assert began["mark"][number] >= 1 - most, f"deterred by more than there is: incident {number}"


def _custody(world: World, forces: Forces, records: Records) -> None:
    """Rule 18b: of those there with hold or more one of the lowest rank goes; looked at in first stages alone."""
    if not forces.custody_by_lowest:
        return
    rows, classes = records.assignments, world.stages["class_"][::MAX_STAGES]
    trips = records.states[np.isin(records.states["state"], (UnitState.TO_STATION, UnitState.AT_STATION))]
    drove = set(trips[["unit", "incident"]].tolist())
    for number in np.flatnonzero(records.incidents["work_end_us"] < NEVER):
        if records.incidents["stage"][number] > 0:
            continue
        there = rows[(rows["incident"] == number) & (rows["cleared_us"] == records.incidents["work_end_us"][number])]
        there = there[there["arrived_us"] < NEVER]
        tiers = forces.units["tier"][there["unit"]]
        holds = forces.authority[tiers, classes[number]] >= Authority.HOLD
        lowest = forces.tiers["rank"][tiers[holds]].max(initial=0)
        for unit in there["unit"]:
            if (unit, number) in drove:
                rank = forces.tiers["rank"][forces.units["tier"][unit]]
                assert rank == lowest, f"custody by rank {rank} and not {lowest}: incident {number}"


def _moved_up(forces: Forces, records: Records, places: Places) -> None:
    """Rule 31g: who patrols takes a post only where a sector is covered from."""
    for row in records.states[records.states["state"] == UnitState.POST]:
        unit = forces.units[row["unit"]]
        if unit["duty"] == Duty.POST:
            continue
        assert forces.move_up_within_us > 0, f"moved up against the orders: unit {row['unit']}"
        assert forces.tiers["moves_up"][unit["tier"]], f"moved up, of a tier that does not: unit {row['unit']}"
        place = places.of(row["unit"], row["from_us"])
        if place is not None and unit["rule"] not in (PatrolRule.RESAMPLED, PatrolRule.RESAMPLED_EACH_CALL):
            assert places.any_of(forces.cover_points, place), f"moved up to nowhere: unit {row['unit']}"


def _stations(world: World, records: Records, places: Places) -> None:
    """Rule 31i: a custody trip goes to a station, and to none that is lost as it begins."""
    states = records.states
    begun = {(row["unit"], row["to_us"]): row["from_us"] for row in states[states["state"] == UnitState.TO_STATION]}
    for row in states[states["state"] == UnitState.AT_STATION]:
        from_us, place = (
            begun.get((row["unit"], row["from_us"]), row["from_us"]),
            places.of(row["unit"], row["from_us"]),
        )
        lost = (world.stations_lost_us[:, 0] <= from_us) & (from_us < world.stations_lost_us[:, 1])
        assert not lost.all(), f"custody where every station is lost: unit {row['unit']}"
        if place is not None and row["from_us"] in places.legs[row["unit"]]["to_us"]:
            assert places.any_of(world.stations[~lost], place), f"custody at a lost station: unit {row['unit']}"


def _slack(forces: Forces, records: Records, places: Places) -> None:
    """Rule 33a: only who may slack does, at its base and never under way."""
    assert not (records.legs["state"] == UnitState.SLACK).any(), "under way while it slacks"
    for row in records.states[records.states["state"] == UnitState.SLACK]:
        unit = forces.units[row["unit"]]
        may = unit["may_slack"] and unit["duty"] != Duty.POST
        assert may, f"slacks though it may not: unit {row['unit']}"
        place = places.of(row["unit"], row["from_us"])
        if place is not None:
            gap = places.apart(place, places.base(row["unit"], row["from_us"]))
            assert gap < SAME_PLACE_M, f"slacks {gap} m from its base: unit {row['unit']}"


def inspections(forces: Forces, records: Records) -> set[tuple[int, int]]:
    """(time, team) of the ends of visits, read from who stood at a point of a team until an event of its own."""
    found = set()
    happened = records.trace[records.trace["kind"] == EventKind.UNIT_NEXT]
    for number in np.flatnonzero(forces.units["rule"] == PatrolRule.VISITS):
        times = happened["at_us"][happened["number"] == number]
        legs = records.legs[records.legs["unit"] == number]
        beat = forces.beats[forces.units["beat"][number]]
        points = forces.visits[beat["visit_first"] : beat["visit_first"] + beat["visit_count"]]
        patrol = records.states[(records.states["unit"] == number) & (records.states["state"] == UnitState.PATROL)]
        for point in points[points["team"] != NOBODY]:
            here = legs[(legs["segment"] == point["segment"]) & (legs["to_m"] == point["offset_m"])]
            for came in here[here["state"] == UnitState.PATROL]["to_us"]:
                left = came + point["dwell_us"]
                stayed = ((patrol["from_us"] <= came) & (patrol["to_us"] >= left)).any()
                moved = ((legs["from_us"] >= came) & (legs["from_us"] < left)).any()
                if stayed and not moved and left in times:
                    found.add((int(left), int(point["team"])))
    return found


def _inspected(forces: Forces, records: Records) -> None:
    """Rule 33b: nobody of a team slacks on at its inspection."""
    slack = records.states[records.states["state"] == UnitState.SLACK]
    teams = forces.units["team"][slack["unit"]]
    for at_us, team in inspections(forces, records) if len(slack) else ():
        on = (teams == team) & (slack["from_us"] <= at_us) & (slack["to_us"] > at_us)
        assert not on.any(), f"slacks on at the inspection of team {team}: unit {slack['unit'][on][:1]}"
