"""Heads, relief and hours, each against its arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from bad_input_cases import BASE
from district import district, ground

from sim import Scenario
from sim.cli import main
from sim.demand import draw_world
from sim.roster import books, build_forces
from sim.scenario import ScenarioError
from sim.scenario.people import heads_of_unit, relief_factor, together, units_of_heads, worked
from sim.scenario.schema import LegalHours, RosterLine
from sim.space import build_geography

NO_LEAVE = LegalHours(leave_share=0)
ALL_DAY = RosterLine(name="it", tier="police", crew=1)


def with_first(**fields: object) -> Scenario:
    """The district with a first line of its own: cars of the whole district."""
    data = district()
    data["policy"]["tiers"]["team"]["acceptance"].reverse()
    data["policy"]["roster"].insert(0, {"name": "it", "tier": "police", "crew": 2, **fields})
    return Scenario.from_dict(data)


def test_relief_factors_are_those_of_the_books():
    """8,760 / 2,000 = 4.38, and 4.76 with 8 % of leave, to the two digits in which they are printed."""
    assert round(relief_factor(ALL_DAY, NO_LEAVE), 2) == 4.38
    assert round(relief_factor(ALL_DAY, LegalHours()), 2) == 4.76
    assert relief_factor(ALL_DAY, NO_LEAVE) == pytest.approx(8760 / (12 * 166.64), rel=1e-12)
    day = ALL_DAY.model_copy(update={"system": "windows", "windows": [["09:00", "23:00"]]})
    assert relief_factor(day, NO_LEAVE) == pytest.approx(14 / 24 * 8760 / (12 * 166.64), rel=1e-12)


def test_900_people_man_189_posts():
    """The arithmetic of the notes: 900 / 4.76 = 189 people at once, 63 patrols of three."""
    line = ALL_DAY.model_copy(update={"heads": 900})
    assert units_of_heads(line, LegalHours(), 1) == 189
    assert units_of_heads(line.model_copy(update={"crew": 3}), LegalHours(), 1) == 63


def test_a_unit_takes_as_many_heads_as_its_crews_have():
    six = RosterLine(name="it", tier="police", crew=2, system="three_shifts", crews=6)
    assert heads_of_unit(six, NO_LEAVE) == 12
    assert units_of_heads(six.model_copy(update={"heads": 36}), NO_LEAVE, 1) == 3
    assert units_of_heads(six.model_copy(update={"heads": 35}), NO_LEAVE, 1) == 2


def test_heads_become_units_and_stand_in_the_resolved_scenario():
    scenario = with_first(heads=40, system="three_shifts")
    line = scenario.spec.policy.roster[0]
    assert line.units == int(40 / (2 * relief_factor(line, LegalHours()))) == 4
    assert scenario.resolved()["policy"]["roster"][0]["units"] == 4
    assert Scenario.from_dict(scenario.resolved()).policy_digest == scenario.policy_digest
    geography = build_geography(scenario.spec)
    assert books(scenario.spec, geography)[0] == ("it", "police", 40, 8)


def test_heads_are_shared_by_the_groups():
    line = with_first(heads=48, per="sector").spec.policy.roster[0]
    assert line.units == int(48 / (2 * 2 * relief_factor(line, LegalHours()))) == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {"heads": 15, "units": 2, "system": "three_shifts"},
            "1 x 2 units of 2 people with 4 crews each are 16 people",
        ),
        ({"heads": 9}, "2 people x 4.76 for relief are 9.5; allowed: 10 or more"),
        ({"heads": 3, "per": "sector"}, "2 x 1 units of 2 people with 1 crews each are 4 people"),
        ({"heads": 20, "on_the_books": 20}, "on_the_books = 20: is what heads says already"),
    ],
)
def test_too_few_heads_are_refused_with_the_arithmetic(fields, says):
    with pytest.raises(ScenarioError, match=says):
        with_first(**fields)


def test_hours_of_the_people_behind_a_line():
    """Four crews on three shifts: 2,190 hours a year each, 182.5 a month, 15.86 of them overtime."""
    scenario = with_first(units=3, system="three_shifts")
    found = worked(scenario.spec, scenario.spec.policy.roster[0], 1)
    assert (found.people, found.on_duty, found.relief) == (24, 6, 4)
    assert found.month_h == pytest.approx(182.5)
    assert found.overtime_h == pytest.approx(182.5 - 166.64)
    assert found.needed == int(np.ceil(6 * 730 / (166.64 * 0.92)))
    both = together([found, found._replace(people=48, month_h=91.25, overtime_h=0.0)])
    assert (both.people, both.on_duty, both.relief) == (72, 12, 6)
    assert both.month_h == pytest.approx((24 * 182.5 + 48 * 91.25) / 72)


def test_a_week_of_volunteers_is_capped():
    """Forty pairs a sector, two sectors, 2 + 7 hours a day, 70 % of them there: 160 x 9 x 7 x 0.7 = 7,056 h a week."""
    data = district()
    data["policy"]["tiers"]["team"]["acceptance"].reverse()
    data["policy"]["tiers"]["team"]["week_h"] = 40
    armbands = data["policy"]["roster"][2]
    with pytest.raises(
        ScenarioError, match=r"160 people would work 44.1 h a week each, and .*week_h is 40.*: 177 people"
    ):
        Scenario.from_dict(data)
    armbands["on_the_books"] = 176
    with pytest.raises(ScenarioError, match="176 people would work"):
        Scenario.from_dict(data)
    armbands["on_the_books"] = 177
    data["policy"]["roster"][1]["on_the_books"] = 1000
    assert Scenario.from_dict(data)


def test_absent_crews_are_drawn_for_each_spell():
    """One draw a unit and spell: shares nest, so a unit that is there at 60 % is there at 90 %."""
    spells = {}
    for share in (0.6, 0.9, 1.0):
        line = {"name": "it", "tier": "police", "units": 200, "system": "three_shifts", "turn_up_share": share}
        spec, geography, streets = ground(district(policy__roster=[line], run__measured_h=48))
        forces = build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, 0))
        unit = np.repeat(np.arange(len(forces.units)), forces.units["spell_count"])
        spells[share] = set(zip(unit.tolist(), forces.spells["start_us"].tolist(), strict=True))
    assert spells[0.6] < spells[0.9] < spells[1.0]
    for share in (0.6, 0.9):
        n = len(spells[1.0])
        assert abs(len(spells[share]) / n - share) < 4 * np.sqrt(share * (1 - share) / n)


def test_check_prints_the_hours(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town.toml").write_text(BASE, encoding="utf-8")
    assert main(["check", "town.toml"]) == 0
    said = capsys.readouterr().out
    scenario = Scenario.load("town.toml")
    head = next(line for line in said.splitlines() if "h/month" in line)
    assert head.split() == ["tier", "line", "people", "on", "duty", "relief", "h/month", "overtime", "legal"]
    geography = build_geography(scenario.spec)
    for name, tier, people, _ in books(scenario.spec, geography):
        assert f"    {tier:<14} {name:<20} {people:>7,} " in said
    assert "h a person and month are beyond the legal 166.64 + 36 of overtime" in said
