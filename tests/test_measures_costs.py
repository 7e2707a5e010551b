"""Laws of cost, burden and changes of shift, on the day of ``handmade.py`` and on spells written down by hand."""

from __future__ import annotations

from types import SimpleNamespace

import handmade as h
import numpy as np
import pytest

from sim.measures import measure, summarise
from sim.measures.changeover import DURING, OUTSIDE, changeover_codes, changeover_rows, changes_of_shift
from sim.measures.facts import incident_facts
from sim.tables import SPELL, TIER, UNIT, Forces
from sim.vocabulary import NEVER, NOBODY


def summary(spec: SimpleNamespace):
    made = summarise([measure(h.world(), h.forces(), h.LABELS, h.records(), spec)], spec)
    return made.set_index(["measure", "by", "member"])["mean"]


def priced(factor: float, shadow: float = 1.0) -> SimpleNamespace:
    """The specification with pay and shadow prices times a factor."""
    spec = h.spec()
    for tier in spec.policy.tiers.values():
        tier.paid_per_h, tier.shadow_per_h = factor * tier.paid_per_h, shadow * tier.shadow_per_h
    return spec


# ---------------------------------------------------------------------------------------------------------------- cost


def test_cost_is_linear_in_pay_and_in_shadow_prices():
    one, pay, both = (summary(priced(*factors)) for factors in ((1, 1), (3, 1), (3, 3)))
    for member in (("all", ""), ("tier", "police"), ("tier", "community")):
        paid, shadow = (one[(f"{name}_yuan_per_day", *member)] for name in ("paid", "shadow"))
        assert pay[("paid_yuan_per_day", *member)] == pytest.approx(3 * paid)
        assert pay[("cost_yuan_per_day", *member)] == pytest.approx(3 * paid + shadow)
        for name in ("cost_yuan_per_day", "cost_per_cleared_yuan", "cost_per_point_yuan_per_day"):
            assert both[(name, *member)] == pytest.approx(3 * one[(name, *member)])


def test_an_overtime_factor_of_one_pays_overtime_as_any_hour():
    spec = h.spec()
    spec.policy.overtime_factor = 1.0
    made = summary(spec)
    hours = made[("person_h_per_day", "tier", "community")]
    assert made[("paid_yuan_per_day", "tier", "community")] == pytest.approx(20 * hours)
    spec.policy.overtime_factor = 2.0
    more = summary(spec)[("paid_yuan_per_day", "tier", "community")] - 20 * hours
    assert more == pytest.approx(made[("overtime_yuan_per_day", "tier", "community")])


@pytest.mark.parametrize(
    "name", ["paid", "overtime", "shadow", "cost", "heads_n", "person_h_per_day", "volunteer_person_h_per_day"]
)
def test_tiers_sum_to_all(name):
    made = summary(h.spec())
    name = name if name in made.index.get_level_values(0) else f"{name}_yuan_per_day"
    assert made[name]["tier"].sum() == pytest.approx(made[(name, "all", "")])


@pytest.mark.parametrize("name", ["checks_n", "unfounded_checks_n", "custody_trips_n"])
def test_sectors_sum_to_all(name):
    made = summary(h.spec())
    assert made[name]["sector"].sum() == made[(name, "all", "")]


def test_a_joint_unit_costs_what_its_parts_cost():
    """Car 1 as one police officer and two of the community: 50 + 2 x 20 yuan an hour, and 2 x 10 of shadow price."""
    spec, forces = h.spec(), h.forces()
    line = {"tier": "police", "crew": 1, "on_the_books": None, "partner": SimpleNamespace(tier="community", crew=2)}
    spec.policy.roster[0] = SimpleNamespace(**line)
    forces.units["tier"][0], forces.units["crew"][0] = 2, 3
    forces = forces._replace(tiers=h.rows(TIER, {}, {}, {}), authority=np.full((3, 3), 2, np.int8))
    records = h.records()._replace(hourly_us=np.zeros((3, 24, 4), np.int64))
    labels = h.LABELS._replace(tiers=("police", "community", "police+community"))
    made = summarise([measure(h.world(), forces, labels, records, spec)], spec)
    made = made.set_index(["measure", "by", "member"])["mean"]
    joint = {
        "paid_yuan_per_day": 90 * 2 * 12, "shadow_yuan_per_day": 20 * 2 * 12, "person_h_per_day": 3 * 2 * 12,
        "paid_person_h_per_day": 2 * 12, "volunteer_person_h_per_day": 2 * 2 * 12, "heads_n": 3,
    }  # fmt: skip
    for name, value in joint.items():
        assert made[(name, "tier", "police+community")] == pytest.approx(value)
        assert made[name]["tier"].sum() == pytest.approx(made[(name, "all", "")])


def test_halves_of_a_joint_unit_are_no_more_people():
    forces = h.forces()
    forces.units["line"], forces.units["whole"] = 0, [NOBODY, 0, 0]
    made = summarise([measure(h.world(), forces, h.LABELS, h.records(), h.spec())], h.spec())
    made = made.set_index(["measure", "by", "member"])["mean"]
    assert made[("heads_n", "all", "")] == 2


def test_nobody_there_within_five_minutes_has_no_price():
    day = tuple(one for one in h.DAY if one["class_"] != h.FIGHT)
    made = summarise([measure(h.world(0, day), h.forces(), h.LABELS, h.records(day), h.spec())], h.spec())
    made = made.set_index(["measure", "by", "member"])["mean"]
    assert np.isnan(made[("cost_per_point_yuan_per_day", "all", "")])


def test_one_sector_has_nothing_to_be_compared_with():
    spec = h.spec()
    del spec.world.sectors["west"]
    day = tuple({**one, "sector": 0} for one in h.DAY)
    world = h.world(0, day)
    world.probes["sector"] = world.streets.segments["sector"] = 0
    sample = measure(world, h.forces(), h.LABELS._replace(sectors=("east",)), h.records(day), spec)
    assert "equity" not in sample.rows
    assert sample.rows["burden"].columns["checks_n"].tolist() == [2]


# ---------------------------------------------------------------------------------------------------- changes of shift


def forces_of(*spells_of: list[tuple[float, float]], called: tuple[int, ...] = ()) -> Forces:
    """Units of one tier with these spells, in minutes; some are only called."""
    units = np.zeros(len(spells_of), UNIT)
    counts = [len(spells) for spells in spells_of]
    units["spell_first"], units["spell_count"] = np.cumsum(counts) - counts, counts
    units["whole"] = NOBODY
    units["on_call_us"] = [0 if unit in called else NEVER for unit in range(len(units))]
    flat = [{"start_us": h.us(start), "end_us": h.us(end)} for spells in spells_of for start, end in spells]
    return h.forces()._replace(units=units, spells=h.rows(SPELL, *flat), tiers=h.forces().tiers[:1])


def minutes_of_changes(*spells_of, **more) -> list[float]:
    return [at / h.us(1) for at in changes_of_shift(h.world(), forces_of(*spells_of, **more))[0].tolist()]


def test_a_tenth_of_those_on_duty_is_a_change():
    for stay, found in ((9, [100]), (10, [])):
        assert minutes_of_changes([(0, 100)], *[[(0, 1000)]] * stay) == found
    # who went before and who comes later is not on duty then
    assert minutes_of_changes([(0, 100)], *[[(0, 1000)]] * 9, [(0, 50)], [(100, 1000)]) == [100]


def test_what_is_no_change():
    assert minutes_of_changes([(0, 100), (100, 200)]) == [200]  # the same unit goes on
    assert minutes_of_changes([(0, 100), (101, 200)]) == [100, 200]
    assert minutes_of_changes([(0, 100)], called=(0,)) == []
    assert minutes_of_changes([(0, h.END_MIN + 60)]) == []  # the run is over


def test_a_call_comes_during_a_change_to_the_microsecond():
    """The community changes at minutes 60 and 145; the window is ten minutes."""
    moment = h.us(60)
    for off_us, code in ((h.us(10), DURING), (h.us(10) + 1, OUTSIDE), (-h.us(10), DURING), (-h.us(10) - 1, OUTSIDE)):
        made = h.records()
        made.incidents["received_us"][2] = moment + off_us
        facts = incident_facts(h.world(), h.forces(), made)
        codes = changeover_codes(h.world(), h.forces(), facts, 10)
        assert codes[2] == code
        assert codes[5] == NOBODY  # nobody received it


def test_forces_that_never_change_have_no_during_and_no_outside():
    forces = h.forces()
    forces.spells["end_us"] = h.us(1000)
    facts = incident_facts(h.world(), forces, h.records())
    assert (changeover_codes(h.world(), forces, facts, 10) == NOBODY).all()
    assert len(changeover_rows(h.world(), forces, h.records())["changeovers"]) == 0


def test_the_usual_tier_counts_where_nobody_came():
    """Nobody came to the medical call of minute 141, which is when the community changes and the police do not."""
    for police, code in ((2, OUTSIDE), (1, DURING)):  # the highest that may hold it
        forces = h.forces()
        forces.authority[h.POLICE, h.MEDICAL] = police
        facts = incident_facts(h.world(), forces, h.records())
        assert changeover_codes(h.world(), forces, facts, 10)[8] == code
    made = h.records()
    made.incidents["presence_tier"][9] = h.COMMUNITY  # came to the other medical one
    facts = incident_facts(h.world(), h.forces(), made)
    assert changeover_codes(h.world(), h.forces(), facts, 10)[8] == DURING


def test_what_a_half_has_in_hand_its_joint_unit_has():
    spell = [(60.0, 120.0)]
    forces, made = forces_of(spell, spell, spell), h.records()
    forces.units["whole"] = [NOBODY, 0, 0]
    sent = h.rows(made.assignments.dtype, {"unit": 2, "dispatched_us": h.us(110), "cleared_us": h.us(130)})
    found = changeover_rows(h.world(), forces, made._replace(assignments=sent))["spells"].columns
    assert (found["n"].tolist(), found["late"].tolist()) == ([1], [1])


def test_late_spells_against_one_after_another():
    """Many spells and assignments at random, of each spell whether its unit had one in hand at its end."""
    draw = np.random.default_rng(5)
    made = h.records()
    for _ in range(20):
        spells_of, rows = [], []
        for unit in range(6):
            marks = np.sort(draw.choice(240, 8, replace=False)).tolist()
            spells_of.append(list(zip(marks[::2], marks[1::2], strict=True)))
            marks = np.sort(draw.choice(240, 10, replace=False)).tolist()
            rows += [
                {"unit": unit, "incident": 0, "dispatched_us": h.us(start), "cleared_us": h.us(end)}
                for start, end in zip(marks[::2], marks[1::2], strict=True)
            ]
        sent = h.rows(made.assignments.dtype, *rows)
        records = made._replace(assignments=sent[draw.permutation(len(sent))])
        found = changeover_rows(h.world(), forces_of(*spells_of), records)["spells"].columns
        ends = [(unit, end) for unit, spells in enumerate(spells_of) for _, end in spells if 60 <= end < 180]
        late = [
            any(row["unit"] == unit and row["dispatched_us"] <= h.us(end) < row["cleared_us"] for row in sent)
            for unit, end in ends
        ]
        assert (found["n"].tolist(), found["late"].tolist()) == ([len(ends)], [sum(late)])
