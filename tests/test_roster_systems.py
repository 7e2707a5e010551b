"""Systems of shifts: hours, cover, rest, stagger and patterns, each against its arithmetic."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from district import district, ground, parsed

from sim.demand import draw_world
from sim.roster import build_forces
from sim.roster.shifts import spells
from sim.scenario import Scenario, ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.scenario.systems import crews_of, hours_a_day, most_at_once
from sim.vocabulary import DAY, HOUR, MINUTE

ROTA = {"E": ["07:00", "15:00"], "L": ["15:00", "23:00"], "N": ["23:00", "07:00"]}
FOUR_CREWS = ["EELLNN--", "--EELLNN", "NN--EELL", "LLNN--EE"]

SYSTEMS = {
    "three shifts, four crews": {"system": "three_shifts"},
    "three shifts, five crews": {"system": "three_shifts", "crews": 5},
    "two shifts, three crews": {"system": "two_shifts", "crews": 3},
    "two shifts, four crews": {"system": "two_shifts", "crews": 4},
    "overlapping, four crews": {"system": "overlapping_shifts", "crews": 4},
    "overlapping, five crews": {"system": "overlapping_shifts", "starts": ["20:00", "06:00", "14:00"]},
    "whole days, two crews": {"system": "whole_days"},
    "whole days, three crews": {"system": "whole_days", "crews": 3, "first_shift": "09:00"},
    "pattern": {"system": "pattern", "shifts": ROTA, "pattern": FOUR_CREWS},
}


def with_line(start_hour: int = 0, **fields: object) -> ScenarioFile:
    line = {"name": "it", "tier": "police", "per": "district", "beat": "district", **fields}
    return parsed(district(world__start_hour=start_hour, policy__roster=[line]))


def turns(days: int, later_min: int = 0, start_hour: int = 0, **fields: object) -> list[list[tuple[int, int]]]:
    """(start, end) of the spells of every crew of the one line, over some days."""
    spec = with_line(start_hour, **fields)
    line = spec.policy.roster[0]
    found = [spells(spec, line, crew, days * DAY, later_min) for crew in range(crews_of(line))]
    return [[(spell.start_us, spell.end_us) for spell in of_crew] for of_crew in found]


def cover(found: list[list[tuple[int, int]]], at_us: int) -> int:
    return sum(start <= at_us < end for of_crew in found for start, end in of_crew)


@pytest.mark.parametrize("name", SYSTEMS)
def test_nobody_is_on_two_spells_and_hours_are_those_of_the_arithmetic(name):
    fields, days = SYSTEMS[name], 120  # a multiple of every rotation
    found = turns(days, **fields)
    for of_crew in found:
        assert all(end <= following for (_, end), (following, _) in pairwise(of_crew))
    line = with_line(**fields).policy.roster[0]
    within = sum(min(end, days * DAY) - max(start, 0) for of_crew in found for start, end in of_crew)
    a_day = {"overlapping_shifts": 30.0}.get(line.system, 24.0)
    assert within / HOUR / days == hours_a_day(line) == a_day
    steps = [cover(found, at) for at in range(0, days * DAY, 15 * MINUTE)]
    assert max(steps) == most_at_once(line)
    assert min(steps) == 1


@pytest.mark.parametrize(
    ("fields", "hours"),
    [  # 8,760 hours a year of cover, shared by the crews; three shifts of ten hours give 10,950
        ({"system": "three_shifts", "crews": 4}, 2190),
        ({"system": "three_shifts", "crews": 5}, 1752),
        ({"system": "two_shifts", "crews": 3}, 2920),
        ({"system": "two_shifts", "crews": 4}, 2190),
        ({"system": "overlapping_shifts", "crews": 5}, 2190),
        ({"system": "whole_days", "crews": 2}, 4380),
        ({"system": "whole_days", "crews": 3}, 2920),
    ],
)
def test_hours_a_year_of_a_crew(fields, hours):
    line = with_line(**fields).policy.roster[0]
    assert hours_a_day(line) * 365 / crews_of(line) == pytest.approx(hours, rel=1e-12)


def test_overlapping_shifts_are_double_where_they_were_asked_to_be():
    found = turns(10, start_hour=5, system="overlapping_shifts", starts=["06:00", "14:00", "20:00"])
    doubled = Counter()
    for quarter in range(2 * 96, 9 * 96):
        at = quarter * 15 * MINUTE
        doubled[(at // HOUR + 5) % 24] += cover(found, at) == 2
    assert {hour for hour, quarters in doubled.items() if quarters} == {14, 15, 20, 21, 22, 23}
    assert set(doubled.values()) == {0, 7 * 4}


def test_a_pattern_gives_each_crew_its_letters_from_monday_on():
    """The district starts on a Friday: its days are numbers 4, 5, 6, ... of the week."""
    spec = with_line(system="pattern", shifts={"D": ["08:00", "20:00"], "N": ["20:00", "08:00"]}, pattern=["DN--D-N"])
    found = [spell.start_us / HOUR for spell in spells(spec, spec.policy.roster[0], 0, 9 * DAY)]
    #          Fri  Sun          Mon           Tue           Fri          Sun is beyond the ninth day
    assert found == [8, 2 * 24 + 20, 3 * 24 + 8, 4 * 24 + 20, 7 * 24 + 8]


def test_staggered_units_begin_one_after_the_other_and_keep_their_lengths():
    fields = {"units": 4, "system": "two_shifts", "first_shift": "07:30", "stagger_min": 45}
    data = district(policy__roster=[{"name": "it", "tier": "police", "per": "sector", **fields}])
    even = district(policy__roster=[{"name": "it", "tier": "police", "per": "sector", **fields, "stagger_min": 0}])
    tables = []
    for which in (data, even):
        spec, geography, streets = ground(which)
        forces = build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, 0))
        mine = [forces.spells[u["spell_first"] :][: u["spell_count"]] for u in forces.units]
        tables.append([{(int(s["start_us"]), int(s["end_us"])) for s in of_unit} for of_unit in mine])
    staggered, together = tables
    for unit, of_unit in enumerate(staggered):
        later = unit // 2 % 4 * 45 * MINUTE  # two crews a place, four places a sector
        moved = {(start + later, end + later) for start, end in together[unit]}
        inside = {(start, end) for start, end in of_unit if start < 30 * HOUR - 3 * HOUR and end > 3 * HOUR}
        assert inside <= moved
        assert len(inside) >= 1


def test_stagger_names_the_same_draws():
    spec = with_line(units=2, system="three_shifts", stagger_min=30)
    line = spec.policy.roster[0]
    early, late = (spells(spec, line, 0, 5 * DAY, later) for later in (0, 30))
    assert {s.name for s in early} & {s.name for s in late}
    begins = {s.name: s.start_us for s in early}
    assert all(s.start_us - begins[s.name] == 30 * MINUTE for s in late if s.name in begins)


def test_people_at_once_count_both_of_two_shifts():
    line = RosterLine(name="it", tier="police", system="overlapping_shifts")
    assert most_at_once(line) == 2
    assert (
        most_at_once(RosterLine(name="it", tier="police", system="pattern", shifts=ROTA, pattern=["E", "E", "E"])) == 3
    )


def checked(**fields: object) -> Scenario:
    """The district with its first line changed. Raises ``ScenarioError`` as a file does."""
    data = district()
    data["policy"]["tiers"]["team"]["acceptance"].reverse()
    data["policy"]["roster"][0] |= fields
    return Scenario.from_dict(data)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"starts": ["06:00", "14:00", "01:00"]}, "from 14:00 to 01:00 it is 11 h, and a shift has 10"),
        ({"starts": ["06:00", "14:00"]}, "has 2 of them"),
        ({"starts": ["06:00", "20:00", "14:00"]}, "are not one after the other"),
    ],
)
def test_overlapping_shifts_cover_the_day(fields, says):
    with pytest.raises(ScenarioError, match=says):
        checked(system="overlapping_shifts", **fields)


def test_a_crew_on_two_spells_at_once_is_refused_with_the_arithmetic():
    shifts = {"N": ["22:00", "08:00"], "E": ["06:00", "14:00"]}
    with pytest.raises(ScenarioError) as refused:
        checked(system="pattern", shifts=shifts, pattern=["EE-N", "ENN-"])
    said = str(refused.value)
    assert 'crew A would be on two spells at once: "N" of day 4 (22:00 to 08:00) ends 2 h after "E" of day 5' in said
    assert "crew B" not in said


def test_planned_work_is_within_the_hours_of_every_staggered_unit():
    fields = {"system": "windows", "windows": [["08:00", "16:00"]], "units": 3, "stagger_min": 60, "planned_share": 0}
    with pytest.raises(ScenarioError, match="unit that begins 120 min later"):
        checked(**fields, planned=[{"from": "09:30", "to": "10:30"}])
    assert checked(**fields, planned=[{"from": "10:00", "to": "11:00"}]).spec.policy.roster[0].stagger_min == 60


def test_muster_is_within_the_spell_of_every_system():
    spec, geography, streets = ground(
        district(
            policy__roster=[{"name": "it", "tier": "police", "units": 3, "system": "whole_days", "muster_min": 20}]
        )
    )
    forces = build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, 0))
    assert (forces.units["muster_us"] == 20 * MINUTE).all()
    lengths = np.unique(forces.spells["end_us"] - forces.spells["start_us"])
    assert lengths.tolist() == [DAY]
