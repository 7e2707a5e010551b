"""Hours of duty: who is on duty at every instant, rotation, planned work and breaks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from district import district, ground, parsed

from sim.demand import draw_world
from sim.roster import build_forces
from sim.roster.shifts import spells
from sim.scenario.errors import ScenarioError
from sim.scenario.systems import SYSTEMS
from sim.tables import Forces
from sim.vocabulary import DAY, HOUR, MINUTE, CommitmentKind


def line(**fields: object) -> dict:
    return {"name": "it", "tier": "police", "per": "district", "beat": "district", **fields}


def turns(start_hour: int, horizon_h: float, crews: int, **fields: object) -> list[list[tuple[int, int]]]:
    """(start, end) of the spells of every crew of a line."""
    if fields["system"] in SYSTEMS:
        fields["crews"] = crews
    spec = parsed(district(world__start_hour=start_hour, policy__roster=[line(**fields)]))
    found = [spells(spec, spec.policy.roster[0], crew, round(horizon_h * HOUR)) for crew in range(crews)]
    assert all(len({spell.name for spell in of_crew}) == len(of_crew) for of_crew in found)
    return [[(spell.start_us, spell.end_us) for spell in of_crew] for of_crew in found]


def on_duty(of_crew: list[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in of_crew)


@pytest.mark.parametrize(
    ("system", "crews", "hours"),
    [
        ("three_shifts", 3, 8),
        ("three_shifts", 4, 8),
        ("three_shifts", 5, 8),
        ("three_shifts", 6, 8),
        ("two_shifts", 2, 12),
        ("two_shifts", 3, 12),
        ("two_shifts", 4, 12),
        ("whole_days", 2, 24),
        ("whole_days", 3, 24),
    ],
)
@pytest.mark.parametrize("start_hour", [0, 5, 20])
def test_one_crew_at_every_instant_and_nobody_twice_in_a_row(system, crews, hours, start_hour):
    horizon_h = 24 * 13 + 4
    found = turns(start_hour, horizon_h, crews, system=system, first_shift="07:30")
    for at in range(0, round(horizon_h * HOUR), 20 * MINUTE):
        assert sum(on_duty(of_crew, at) for of_crew in found) == 1
    worked = [sum(end - start for start, end in of_crew) for of_crew in found]
    assert max(worked) - min(worked) <= 3 * hours * HOUR
    for of_crew in found:
        for (start, end), (following, _) in pairwise(of_crew):
            assert end - start == hours * HOUR
            assert following - end >= hours * HOUR
    if crews > 24 // hours:  # forward: early, late, night, with a rest of a day or more between
        for of_crew in found:
            clock = [((start / HOUR + start_hour - 7.5) // hours) % (24 / hours) for start, _ in of_crew]
            steps = np.diff(clock) % (24 / hours)
            assert (steps == 1 % (24 / hours)).all()
            gaps = np.diff([start for start, _ in of_crew]) - hours * HOUR
            assert gaps.min() >= DAY


def test_four_crews_and_three_shifts_leave_one_at_rest():
    for day in range(6):
        found = turns(8, 24 * 8, 4, system="three_shifts")
        at = [day * DAY + shift * 8 * HOUR + HOUR for shift in range(3)]
        assert sum(any(on_duty(of_crew, time) for time in at) for of_crew in found) == 3


def test_windows_wrap_over_midnight_and_before_the_start():
    fields = {"system": "windows", "windows": [["19:00", "02:00"], ["07:00", "09:00"]]}
    (found,) = turns(1, 30, 1, **fields)  # starts at 01:00, within the evening before
    assert found == [(-6 * HOUR, 1 * HOUR), (6 * HOUR, 8 * HOUR), (18 * HOUR, 25 * HOUR)]
    assert turns(0, 24, 1, system="windows", windows=[["00:00", "24:00"]]) == [[(0, DAY)]]
    assert turns(0, 48, 1, system="windows", windows=[["22:00", "24:00"]]) == [
        [(22 * HOUR, 24 * HOUR), (46 * HOUR, 48 * HOUR)]
    ]


def test_always_is_one_spell_past_the_horizon():
    assert turns(9, 30, 1, system="always") == [[(0, 30 * HOUR + DAY)]]


# ------------------------------------------------------------------------------------------------ in the tables


def built(replication: int = 0, *lines: dict, **changes: object) -> Forces:
    data = district(**changes)
    data["policy"]["roster"] += lines
    spec, geography, streets = ground(data)
    return build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, replication))


def of_unit(forces: Forces, unit: np.void) -> tuple[np.ndarray, np.ndarray]:
    """(spells, commitments) of a unit."""
    spells_ = forces.spells[unit["spell_first"] :][: unit["spell_count"]]
    return spells_, forces.commitments[unit["commitment_first"] :][: unit["commitment_count"]]


def test_exactly_the_asked_number_is_on_duty():
    forces = built()
    for at in range(0, 30 * HOUR, HOUR // 2):
        counts = [0, 0, 0]
        for unit in forces.units:
            counts[unit["line"]] += on_duty(of_unit(forces, unit)[0][["start_us", "end_us"]].tolist(), at)
        assert counts[:2] == [4, 8]
        clock = (6 + at / HOUR) % 24
        due = 80 if 7 <= clock < 9 or clock >= 19 or clock < 2 else 0
        assert counts[2] <= due
        assert counts[2] >= 0.5 * due


def test_spells_are_ascending_and_disjoint():
    forces = built(0, line(name="day", system="windows", windows=[["08:00", "12:00"], ["12:00", "20:00"]]))
    firsts = [of_unit(forces, unit)[0] for unit in forces.units]
    assert sum(map(len, firsts)) == len(forces.spells)
    for spells_ in firsts:
        assert (spells_["start_us"] < spells_["end_us"]).all()
        assert (spells_["start_us"][1:] >= spells_["end_us"][:-1]).all()
        assert (spells_["end_us"] > 0).all()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])  # 0.9 leaves hardly a gap
def test_commitments_fill_the_spells_as_planned(share):
    often = line(
        name="busy",
        per="sector",
        units=30,
        system="two_shifts",
        planned_share=share,
        planned_block_min=25,
        break_min=55,
    )
    forces = built(0, often, run__measured_h=72)
    assert sum(len(of_unit(forces, unit)[1]) for unit in forces.units) == len(forces.commitments)
    planned = breaks = hours = 0
    middles = []
    for unit in forces.units[forces.units["line"] == 3]:
        spells_, commitments = of_unit(forces, unit)
        start, end = commitments["start_us"], commitments["start_us"] + commitments["duration_us"]
        assert (start >= 0).all()
        assert (start[1:] >= end[:-1]).all()
        for spell in spells_:
            inside = commitments[(start >= spell["start_us"]) & (end <= spell["end_us"])]
            if spell["start_us"] < 0:
                continue
            kinds = np.bincount(inside["kind"], minlength=2)
            assert kinds.tolist() == [round(share * 720 / 25), 1]
            pause = inside[inside["kind"] == CommitmentKind.BREAK][0]
            assert pause["duration_us"] == 55 * MINUTE
            middles.append((pause["start_us"] + pause["duration_us"] / 2 - spell["start_us"]) / (12 * HOUR))
            planned += inside["duration_us"][inside["kind"] == CommitmentKind.PLANNED].sum()
            hours += spell["end_us"] - spell["start_us"]
            breaks += 1
        within = [(start >= spell["start_us"]) & (end <= spell["end_us"]) for spell in spells_]
        assert np.any(within, axis=0).all()
    assert abs(planned / hours - share) < 25 / 720 / 2
    assert min(middles) > 0.35 - 25 / 720
    assert max(middles) < 0.65 + 25 / 720
    assert np.std(middles) > 0.05
    assert abs(np.mean(middles) - 0.5) < 4 * 0.3 / np.sqrt(12 * breaks)


def test_planned_work_is_spread_evenly():
    forces = built(0, line(name="busy", units=400, system="always", planned_share=0.3), run__measured_h=18)
    rows = forces.units["line"] == 3
    starts = np.concatenate([of_unit(forces, unit)[1]["start_us"] for unit in forces.units[rows]])
    counts, _ = np.histogram(starts, bins=12, range=(0, 48 * HOUR - 30 * MINUTE))
    assert abs(counts / counts.mean() - 1).max() < 0.1


def test_priorities_of_commitments():
    forces = built(0, line(name="busy", planned_share=0.3, planned_priority=1, break_min=30, break_priority=2))
    _, commitments = of_unit(forces, forces.units[-1])
    assert set(commitments[["kind", "priority"]].tolist()) == {(0, 1), (1, 2)}


def test_turning_up_is_drawn_by_unit_and_day():
    pool = line(name="pool", units=500, system="windows", windows=[["09:00", "11:00"]], turn_up_share=0.3)
    one, two = (built(replication, pool, run__measured_h=44) for replication in (0, 1))
    mine = one.units["line"] == 3
    for forces in (one, two):
        count = forces.units["spell_count"][mine]
        assert abs(count.mean() - 0.6) < 4 * np.sqrt(2 * 0.3 * 0.7 / 500)
        both = (count == 2).mean()
        assert abs(both - 0.09) < 4 * np.sqrt(0.09 * 0.91 / 500)
    assert (one.units["spell_count"] != two.units["spell_count"])[mine].mean() > 0.2


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        (
            {"system": "windows", "windows": [["08:00", "09:00"]], "planned_share": 0.5, "break_min": 40},
            "planned_share",
        ),
        ({"system": "windows", "windows": [["08:00", "08:30"]], "break_min": 40}, "break_min"),
        ({"units": 1000, "planned_share": 0.9, "planned_block_min": 1}, "planned_block_min"),
    ],
)
def test_what_does_not_fit_is_refused(fields, key):
    with pytest.raises(ScenarioError, match='"it"') as refused:
        built(0, line(**fields))
    assert refused.value.problems[0].key == f"policy.roster.3.{key}"
