"""When incidents begin: waves, calls at fixed intervals, and the numbers that name them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from district import district, ground, parsed
from hypothesis import given
from hypothesis import strategies as st
from planes import flat, plane

from sim.demand import draw_world
from sim.demand.attributes import Attribute, draw_attribute
from sim.demand.day import BLOCK, Day
from sim.demand.keys import numbered_keys
from sim.demand.picking import pick_rows
from sim.demand.rates import daily_profile, rates
from sim.draws import name_key, uniform
from sim.scenario.schema import ScenarioFile
from sim.tables import MAX_STAGES, World
from sim.vocabulary import HOUR, MINUTE, NEVER, Purpose

SURGES = [
    {"factor": 3.5, "from_h": 4.25, "to_h": 9, "classes": ["call"], "sectors": ["east"]},
    {"factor": 0, "from_h": 8, "to_h": 10},
    {"factor": 0.3, "from_h": 20, "to_h": 40},
]
WAVE = {"wave": {"amplitude": 0.5, "peak_hour": 7}}


def day_of(data: dict, replication: int = 0) -> World:
    return draw_world(*flat(data), 1, replication)


def regular(**changes: object) -> dict:
    data = plane(world__demand__per_day=96, **changes)
    data["world"]["classes"]["call"]["arrivals"] = "fixed"
    return data


def of_class(world: World, class_: int) -> np.ndarray:
    return world.incidents[world.stages["class_"][::MAX_STAGES] == class_]


# ------------------------------------------------------------------------------------------------------------- waves


def wave(hour: float) -> float:
    """The integral of 1 + 0.5 cos(2 pi (hour - 7) / 24) from midnight."""
    turn = 2 * math.pi / 24
    return hour + 0.5 / turn * (math.sin(turn * (hour - 7)) + math.sin(turn * 7))


def waving(profile: dict, **changes: object) -> ScenarioFile:
    data = plane(world__profiles={**WAVE, "night": [2.0] * 12 + [0.0] * 12}, **changes)
    data["world"]["classes"]["call"]["profile"] = profile
    return parsed(data)


def test_a_wave_is_integrated_exactly():
    spec = waving({"wave": 2}, world__start_hour=5)
    base = rates(spec, flat()[1])
    assert base.step_us == (MINUTE, HOUR)  # a wave asks for minutes, a class without one is left to its hours
    hours = 5 + np.arange(26 * 60 + 1) / 60
    exact = [(wave(hour) - wave(5)) / 24 for hour in hours.tolist()]
    assert base.days[0].tolist() == pytest.approx(exact, abs=1e-12)
    assert base.days[1].tolist() == pytest.approx([hour / 24 for hour in range(27)], abs=1e-12)


def test_a_mixture_of_a_wave_and_hours():
    profile = daily_profile(waving({"wave": 1, "night": 3}), waving({"wave": 1, "night": 3}).world.classes["call"])
    assert math.fsum(profile) / len(profile) == pytest.approx(1, abs=1e-12)
    for minute in (0, 400, 719, 720, 1439):
        of_wave = (wave((minute + 1) / 60) - wave(minute / 60)) * 60
        assert profile[minute] == pytest.approx(0.25 * of_wave + 0.75 * (2 if minute < 720 else 0), abs=1e-12)


def test_arrivals_of_a_wave_follow_it():
    spec, geography, streets = flat(plane())
    spec = waving({"wave": 1}, run={"warm_up_h": 0, "measured_h": 24, "drain_h": 0})
    began = [of_class(draw_world(spec, geography, streets, 1, day), 0)["began_us"] for day in range(4)]
    hours = np.concatenate(began) / HOUR
    parts = np.sort([wave(hour) / 24 for hour in hours.tolist()])  # uniform, if the wave is theirs
    gap = np.abs(parts - (np.arange(len(parts)) + 0.5) / len(parts)).max() * math.sqrt(len(parts))
    assert gap < 1.95  # Kolmogorov-Smirnov
    assert abs(len(hours) - 4 * 3000) < 4 * math.sqrt(4 * 3000)


# ------------------------------------------------------------------------------------------------- fixed intervals


def test_fixed_arrivals_are_evenly_spaced():
    began = of_class(day_of(regular()), 0)["began_us"]  # 72 a day: every 20 minutes; the run has 26 hours
    assert began.tolist() == [number * 20 * MINUTE for number in range(1, 78)]
    assert (of_class(day_of(regular(), 3), 0)["began_us"] == began).all()


def test_a_scale_of_fixed_arrivals_is_no_lottery():
    began = of_class(day_of(regular(world__demand__scale=2.5)), 0)["began_us"]
    assert began.tolist() == [number * 8 * MINUTE for number in range(1, 195)]


@pytest.mark.parametrize("per_day", [96, 24, 96 * 7, 96 * 11, 4000])
def test_a_whole_gathered_when_a_pause_begins_does_not_wait_for_its_end(per_day):
    whole = per_day * 3 // 4  # of the class, in its half of the day
    data = regular(world__profiles={"night": [2.0] * 12 + [0.0] * 12})
    data["world"]["demand"]["per_day"] = per_day
    data["world"]["classes"]["call"]["profile"] = {"night": 1}
    began = of_class(day_of(data), 0)["began_us"]
    assert began[:whole].tolist() == [round(number * 12 * HOUR / whole) for number in range(1, whole + 1)]
    assert began[whole] == 24 * HOUR + round(12 * HOUR / whole)
    data["world"]["classes"]["call"]["profile"] = {}
    data["world"]["demand"]["surges"] = [{"factor": 0, "from_h": 12, "to_h": 26}]
    began = of_class(day_of(data), 0)["began_us"]
    assert len(began) == whole // 2
    assert began[-1] == 24 * HOUR * (whole // 2) // whole


def test_fixed_arrivals_come_when_their_rate_has_gathered_a_whole():
    profiles = {**WAVE, "night": [2.0] * 12 + [0.0] * 12}
    data = regular(world__demand__surges=SURGES, world__profiles=profiles, world__demand__scale=1.3)
    data["world"]["classes"]["call"]["profile"] = {"wave": 1, "night": 1}
    incidents = of_class(day_of(data), 0)

    def rate(hour: float) -> float:
        """Of both sectors together, an hour, written down from the file."""
        of_day = hour % 24
        base = 3 * 0.5 * (1 + 0.5 * math.cos(2 * math.pi * (of_day - 7) / 24)) + 3 * 0.5 * (2 if of_day < 12 else 0)
        east = 3.5 if 4.25 <= hour < 9 else 1
        all_ = 1.3 * (0 if 8 <= hour < 10 else 1) * (0.3 if hour >= 20 else 1)
        return base * all_ * (0.75 + 0.25 * east)

    steps = 26 * 3600  # of a second; the middle of a step stands for it
    gathered = np.cumsum([rate((step + 0.5) / 3600) / 3600 for step in range(steps)])
    expected = np.searchsorted(gathered, np.arange(1, int(gathered[-1]) + 1)) + 0.5
    assert len(incidents) == len(expected)
    assert np.abs(incidents["began_us"] / 1e6 - expected).max() < 1.5


def test_fixed_arrivals_are_where_the_rates_of_their_moment_are():
    data = regular(world__demand__surges=[{**SURGES[0], "from_h": 10, "to_h": 26}], world__demand__scale=100)
    incidents = of_class(day_of(data), 0)
    calm = incidents["began_us"] < 10 * HOUR
    for chosen, share in ((calm, 0.25), (~calm, 0.25 * 3.5 / (0.75 + 0.25 * 3.5))):
        east = (incidents["sector"][chosen] == 1).sum()
        assert abs(east - share * chosen.sum()) < 4 * math.sqrt(share * (1 - share) * chosen.sum())


def test_fixed_arrivals_move_nobody_else():
    def others(data: dict) -> list:
        return of_class(day_of(data), 1).tolist()

    assert others(regular()) == others(plane(world__demand__per_day=96))
    more = regular(world__demand__surges=[{"factor": 2, "from_h": 0, "to_h": 26, "classes": ["call"]}])
    assert others(more) == others(regular())


# ------------------------------------------------------------------------------------------- durations of a caller


def test_lifetime_and_patience_take_any_distribution():
    data = district()
    calls = data["world"]["classes"]["help"]
    calls["lifetime"] = {"distribution": "constant", "value_min": 7}
    calls["patience"] = {"distribution": "exponential", "mean_min": 90}
    spec, geography, streets = ground(data)
    world = draw_world(spec, geography, streets, 1, 0)
    first, helps = world.stages[::MAX_STAGES], world.stages["class_"][::MAX_STAGES] == 0
    assert (first["lifetime_us"][helps] == 7 * MINUTE).all()
    draws = draw_attribute(Attribute.PATIENCE, world.incidents["key"][helps], Day(1, 0)).tolist()
    assert first["patience_us"][helps].tolist() == [round(-90 * math.log(1 - u) * MINUTE) for u in draws]
    gates = first[first["class_"] == 3]
    assert (gates["lifetime_us"] == NEVER).all()
    assert (gates["patience_us"] == NEVER).all()


# ----------------------------------------------------------------------------------------------- numbers and names


def test_numbered_keys_are_name_keys():
    stems = [("incident", "打架", "大坪", 0), ("incident", "call", "west", 12)]
    stem, number = np.array([0, 1, 1, 0, 1]), np.array([0, 7, 123_456_789, 10, 0])
    expected = [name_key(*stems[row], last) for row, last in zip(stem.tolist(), number.tolist(), strict=True)]
    keys = numbered_keys(stems, stem, number)
    assert (keys.dtype, keys.tolist()) == (np.uint64, expected)
    assert len(numbered_keys(stems, stem[:0], number[:0])) == 0


def test_draws_in_blocks_are_the_draws_one_by_one():
    names = np.arange(BLOCK // 2 + 3, dtype=np.uint64)[:, None] << np.uint64(33)
    draws = Day(5, 2).draws(Purpose.PATH, names, np.arange(3))
    assert draws.shape == (len(names), 3)
    for row, number in ((0, 0), (BLOCK // 3, 1), (BLOCK // 3 + 1, 2), (len(names) - 1, 2)):
        assert draws[row, number] == uniform(5, 2, Purpose.PATH, int(names[row, 0]), number)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8).filter(any), st.floats(0, 1, exclude_max=True))
def test_a_row_is_picked_by_its_share_of_the_whole(weights, draw):
    row = int(pick_rows(np.array(weights), np.array([draw]))[0])
    assert weights[row] > 0
    assert sum(weights[:row]) <= draw * sum(weights) + 1e-12
    assert draw * sum(weights) <= sum(weights[: row + 1])


# ------------------------------------------------------------------------------------------------- one speed for all


def test_one_speed_counts_on_every_street():
    _, geography, _ = ground(district(world__modes__car={"speed_mps": 8.0}))
    car, length = geography.arc_us[geography.modes.index("car")], geography.segments["length_m"]
    assert (car < NEVER).all()
    assert car.tolist() == np.repeat(np.rint(length / 8 * 1e6), 2).tolist()
