"""Demand: how many incidents there are, where and when, and that nothing about one depends on another."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from district import district, ground, parsed

from sim.demand import draw_world
from sim.demand.arrivals import Arrivals, arrivals
from sim.demand.attributes import Attribute, draw_attribute
from sim.demand.day import Day
from sim.demand.durations import SMALLEST, durations_min, durations_us
from sim.demand.rates import Surges, daily_profile, rates, weekly_factors
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Duration, ScenarioFile
from sim.tables import MAX_STAGES, World
from sim.vocabulary import HOUR, NEVER, NOBODY, SECOND, Ending

MANY = 16 * 256  #: incidents a day where a share is measured


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(*ground(), 1, 0)


@pytest.fixture(scope="module")
def large() -> tuple[ScenarioFile, World]:
    spec, geography, streets = ground(district(world__demand__per_day=MANY))
    return spec, draw_world(spec, geography, streets, 5, 0)


def drawn(spec: ScenarioFile, replication: int) -> Arrivals:
    _, geography, _ = ground()
    base = rates(spec, geography)
    surges = Surges(spec.world.demand, list(spec.world.classes), geography.sectors)
    horizon = round((spec.run.warm_up_h + spec.run.measured_h + spec.run.drain_h) * HOUR)
    fixed = np.array([kind.arrivals == "fixed" for kind in spec.world.classes.values()])
    deterrable = np.zeros(len(fixed), bool)
    day = Day(11, replication)
    return arrivals(base, surges, list(spec.world.classes), geography.sectors, fixed, deterrable, horizon, day)


def by_key(world: World) -> dict[int, tuple]:
    """Everything about each incident, by its key: its row, its stages and its path."""
    found = {}
    for row, incident in enumerate(world.incidents):
        fields = incident.item()[:-2]
        stages = world.stages[row * MAX_STAGES : (row + 1) * MAX_STAGES].tolist()
        first, count = incident["path_first"], incident["path_count"]
        found[int(incident["key"])] = (fields, stages, world.path[first : first + count].tolist())
    assert len(found) == len(world.incidents)
    return found


# ------------------------------------------------------------------------------------------------ how many and when


def expected_by_hour(spec: ScenarioFile) -> np.ndarray:
    """(classes, sectors, hours) means, written down from the file by hand: starts Friday 06:00, 30 hours."""
    by_hour = {"help": [1.0] * 24, "prowl": [1.0] * 24, "gate": [1.0] * 24}
    by_hour["fight"] = [0.25 + 0.75 * 0] * 12 + [0.25 + 0.75 * 2] * 12
    weekend = [7 / 9] * 5 + [14 / 9] * 2
    sectors = {"help": (0.5, 0.5), "fight": (0.5, 0.5), "prowl": (0.5, 0.5), "gate": (0.75, 0.25)}
    means = np.zeros((4, 2, 30))
    for row, (name, kind) in enumerate(spec.world.classes.items()):
        for hour in range(30):
            day = weekend[(4 + (6 + hour) // 24) % 7] if name == "fight" else 1
            rate = 256 / 24 * kind.share / 8 * by_hour[name][(6 + hour) % 24] * day
            means[row, :, hour] = rate * np.array(sectors[name])
    return means


def test_the_intensity_of_every_cell_and_hour_is_as_the_file_says():
    base = rates(*ground()[:2])
    hourly = base.per_day[:, :, None] * np.diff(base.days)[:, None, :]
    assert hourly == pytest.approx(expected_by_hour(parsed()), rel=1e-12)


def test_arrivals_of_every_cell_and_hour_follow_the_intensity():
    spec, replications = parsed(), 150
    counts = np.zeros((4, 2, 30))
    for replication in range(replications):
        one = drawn(spec, replication)
        np.add.at(counts, (one.class_, one.sector, one.began_us // HOUR), 1)
    means = expected_by_hour(spec) * replications
    assert means.min() > 20
    chi_square = ((counts - means) ** 2 / means).sum()
    degrees = means.size
    assert abs(chi_square - degrees) < 4 * math.sqrt(2 * degrees)
    assert abs(counts.sum() - means.sum()) < 4 * math.sqrt(means.sum())


def test_counts_of_replications_vary_as_poisson_counts_do():
    spec = parsed()
    counts = np.array([len(drawn(spec, replication).key) for replication in range(150)])
    dispersion = ((counts - counts.mean()) ** 2).sum() / counts.mean()  # chi-square, 149 degrees of freedom
    assert abs(dispersion - 149) < 4 * math.sqrt(2 * 149)


def test_arrivals_within_an_hour_are_uniform():
    began = np.concatenate([drawn(parsed(), replication).began_us for replication in range(60)])
    parts = np.sort((began % HOUR) / HOUR)
    gap = np.abs(parts - (np.arange(len(parts)) + 0.5) / len(parts)).max()  # Kolmogorov-Smirnov
    assert gap < 1.95 / math.sqrt(len(parts))


def test_outages_are_as_the_file_says():
    assert len(draw_world(*ground(), 1, 0).outages) == 0
    rows = [{"from_h": 1.5, "to_h": 2, "delay_min": 2.5}, {"from_h": 0, "to_h": 30, "delay_min": 0.01}]
    outages = draw_world(*ground(district(world__outages=rows)), 1, 0).outages
    assert outages["from_us"].tolist() == [3 * HOUR // 2, 0]
    assert outages["to_us"].tolist() == [2 * HOUR, 30 * HOUR]
    assert outages["extra_us"].tolist() == [150 * SECOND, 600_000]


def test_an_hour_without_demand_has_none():
    data = district()
    data["world"]["classes"]["help"]["profile"] = {"evening": 1}
    one = drawn(parsed(data), 0)
    hours = (6 + one.began_us[one.class_ == 0] // HOUR) % 24
    assert len(hours) > 50
    assert hours.min() >= 12


def test_profiles_have_mean_one():
    spec = parsed()
    for kind in spec.world.classes.values():
        assert math.fsum(daily_profile(spec, kind)) / 24 == pytest.approx(1, abs=1e-12)
        assert math.fsum(weekly_factors(spec, kind)) / 7 == pytest.approx(1, abs=1e-12)


def test_the_table_is_ascending_and_within_the_run(world):
    began = world.incidents["began_us"]
    assert (np.diff(began) >= 0).all()
    assert began.min() >= 0
    assert began.max() < world.horizon_us
    assert world.horizon_us == 30 * HOUR


# ----------------------------------------------------------------------------------------- what depends on what


def test_scaled_demand_is_nested_and_a_factor_of_one_changes_nothing(world):
    worlds = [draw_world(*ground(district(world__demand__scale=scale)), 1, 0) for scale in (0.5, 1.0, 1.7, 3.0)]
    half, one, more, triple = (by_key(each) for each in worlds)
    assert half.items() <= one.items() <= more.items() <= triple.items()
    assert one == by_key(world)
    assert world.incidents.tobytes() == worlds[1].incidents.tobytes()
    for part, scale in ((half, 0.5), (more, 1.7), (triple, 3.0)):
        assert abs(len(part) - scale * 320) < 4.5 * math.sqrt(scale * 320)


@pytest.mark.parametrize("scale", [0.4, 1.7])
def test_a_factor_multiplies_the_demand(scale):
    count = len(drawn(parsed(district(world__demand__per_day=24000, world__demand__scale=scale)), 0).key)
    mean = expected_by_hour(parsed()).sum() * 24000 / 256 * scale
    assert abs(count - mean) < 4 * math.sqrt(mean)


def test_a_surge_only_adds_and_only_where_it_applies(world):
    surge = {"factor": 3.5, "from_h": 10, "to_h": 14, "classes": ["help"], "sectors": ["south"]}
    stormy = by_key(draw_world(*ground(district(world__demand__surges=[surge])), 1, 0))
    calm = by_key(world)
    assert calm.items() < stormy.items()
    for key in stormy.keys() - calm.keys():
        (_, sector, _, _, _, began, *_), stages, _ = stormy[key]
        assert (sector, stages[0][0]) == (1, 0)
        assert 10 * HOUR <= began < 14 * HOUR


def test_a_surge_below_one_thins(world):
    surge = {"factor": 0, "from_h": 5, "to_h": 6}
    quiet = by_key(draw_world(*ground(district(world__demand__surges=[surge])), 1, 0))
    assert quiet.items() < by_key(world).items()
    assert not any(5 * HOUR <= fields[5] < 6 * HOUR for fields, _, _ in quiet.values())


def test_one_class_more_shifts_no_other_incident(world):
    data = district(world__demand__per_day=512)  # twice the demand, half of it of the new class
    extra = {"share": 8, "priority": 2, "needs": [{"tiers": ["police"]}], "work": {"median_min": 9, "sigma": 1}}
    data["world"]["classes"] = {**data["world"]["classes"], "extra": extra}
    assert by_key(world).items() < by_key(draw_world(*ground(data), 1, 0)).items()


def test_one_sector_more_shifts_no_other_incident(world):
    data = district(world__demand__per_day=512)
    data["world"]["space"] |= {"columns": 18, "sector_map": ["NNSSEE"] * 3}
    data["world"]["sectors"]["east"] = {"letter": "E", "residents": 40000, "visitors_share": 1}
    data["world"]["sites"]["school_gate"] = {"total": 16}
    wider = draw_world(*ground(data), 1, 0)

    def of_time(each: World) -> dict:
        rows = each.incidents[["key", "sector", "began_us", "visible", "unfounded"]].tolist()
        return {row: each.stages["work_us"][MAX_STAGES * at] for at, row in enumerate(rows)}

    assert of_time(world).items() < of_time(wider).items()


def test_one_injection_more_changes_nothing_else(world):
    injection = {"name": "brick", "class": "prowl", "at_h": 9.5, "sector": "south"}
    with_one = by_key(draw_world(*ground(district(world__demand__injections=[injection])), 1, 0))
    (key,) = with_one.keys() - by_key(world).keys()
    (_, sector, _, _, _, began, *_), stages, _ = with_one.pop(key)
    assert (sector, began, stages[0][0]) == (1, round(9.5 * HOUR), 2)
    assert with_one == by_key(world)


def test_an_injection_needs_a_place():
    injection = {"name": "gate", "class": "gate", "at_h": 1, "sector": "south"}
    data = district(world__demand__injections=[injection])
    data["world"]["sites"]["school_gate"] = {"per_sector": {"north": 3}}
    with pytest.raises(ScenarioError, match="no place there") as refused:
        draw_world(*ground(data), 1, 0)
    assert refused.value.problems[0].key == "world.demand.injections.0.sector"


def test_too_much_to_draw_is_refused():
    surges = [{"factor": 1000, "from_h": 0, "to_h": 30}] * 2
    with pytest.raises(ScenarioError, match="arrivals to draw"):
        draw_world(*ground(district(world__demand__surges=surges)), 1, 0)


def test_replications_and_seeds_are_days_of_their_own(world):
    spec, geography, streets = ground()
    again = draw_world(spec, geography, streets, 1, 0)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(world, again, strict=True) if isinstance(a, np.ndarray))
    days = [draw_world(spec, geography, streets, seed, number) for seed, number in ((1, 0), (1, 1), (2, 0))]
    for other in days[1:]:
        one, two = by_key(world), by_key(other)
        shared = [key for key in one.keys() & two.keys() if one[key] == two[key]]
        assert len(one.keys() & two.keys()) > 200  # the same names ...
        assert not shared  # ... of other incidents
    work = [[day.stages["work_us"][MAX_STAGES * row] for row in range(200)] for day in days]
    assert abs(np.corrcoef(work)[np.triu_indices(3, 1)]).max() < 4 / math.sqrt(200)


def test_no_demand_at_all():
    empty = draw_world(*ground(district(world__demand__per_day=0)), 1, 0)
    assert (len(empty.incidents), len(empty.stages), len(empty.path)) == (0, 0, 0)
    assert len(empty.probes) == 4 * 12 + 3 * 48


# -------------------------------------------------------------------------------------------------- where


def test_places_follow_the_weights(large):
    _, big = large
    on_streets = big.stages["class_"][::MAX_STAGES] != 3
    at = big.incidents[on_streets]
    segments = big.streets.segments
    assert (segments["sector"][at["segment"]] == at["sector"]).all()
    assert (at["offset_m"] >= 0).all()
    assert (at["offset_m"] <= segments["length_m"][at["segment"]]).all()
    means = segments["weight"] / 2 * len(at)
    counts = np.bincount(at["segment"], minlength=len(segments))
    often = means > 5
    chi_square = ((counts - means)[often] ** 2 / means[often]).sum()
    assert abs(chi_square - often.sum()) < 4 * math.sqrt(2 * often.sum())
    part = at["offset_m"] / segments["length_m"][at["segment"]]
    assert abs(part.mean() - 0.5) < 4 / math.sqrt(12 * len(at))


def test_classes_of_a_site_happen_at_its_sites(large):
    _, big = large
    _, geography, _ = ground()
    gates = {(int(s["segment"]), float(s["offset_m"])): row for row, s in enumerate(geography.sites["school_gate"])}
    of_gate = big.incidents[big.stages["class_"][::MAX_STAGES] == 3]
    used = Counter(gates[int(one["segment"]), float(one["offset_m"])] for one in of_gate)
    assert len(used) == 8
    assert max(abs(count - len(of_gate) / 8) for count in used.values()) < 4 * math.sqrt(len(of_gate) / 8)


# -------------------------------------------------------------------------------------------- attributes


def near(share: float, hits: np.ndarray) -> bool:
    return abs(np.mean(hits) - share) < 4 * math.sqrt(share * (1 - share) / len(hits)) + 1e-12


def test_shares_of_attributes(large):
    _, big = large
    stages = big.stages.reshape(-1, MAX_STAGES)
    help_, fight, prowl, gate = (stages["class_"][:, 0] == row for row in range(4))
    first = stages[:, 0]
    assert near(0.8, first["called"][help_])
    assert first["called"][fight].all()
    assert near(0.4, big.incidents["visible"][help_])
    assert near(0.1, big.incidents["unfounded"][fight])
    assert near(0.25, big.incidents["unfounded"][prowl])
    assert near(0.5, first["outlives"][fight])
    assert near(0.3, first["more"][fight])
    for ending, share in ((Ending.CUSTODY, 0.25), (Ending.MEDIATED, 0.25), (Ending.RESOLVED, 0.5)):
        assert near(share, first["ending"][fight] == ending)
    at = first["more_at"][fight & (first["more"] == 1)]
    assert abs(at.mean() - 0.5) < 4 / math.sqrt(12 * len(at))
    assert (first["more_at"][first["more"] == 0] == 0).all()
    assert (first["patience_us"][fight] == NEVER).all()
    assert (first["lifetime_us"][gate] == NEVER).all()
    for values, mean_min in (
        (first["patience_us"][help_], 90),
        (first["lifetime_us"][help_], 30),
        (first["lifetime_us"][fight], 6),
        (first["work_us"][fight], 30),
        (first["threshold"] * 60e6, 1),
    ):
        assert abs(values.mean() / 60e6 - mean_min) < 4 * mean_min / math.sqrt(len(values))
    assert near(0.5, first["work_us"][help_] < 15 * 60e6)
    assert near(0.5, first["report_us"][help_] < 5 * 60e6)
    assert near(0.5, first["off_model_us"][gate] < 11 * 60e6)
    assert near(0.5, first["custody_us"] < 60 * 60e6)
    assert (first["work_us"][prowl] == 750_000_000).all()
    for minutes, share in ((5, 0.25), (10, 0.5), (20, 0.25)):
        assert near(share, first["work_us"][gate] == minutes * 60_000_000)


def test_worsening_chains(large):
    _, big = large
    stages = big.stages.reshape(-1, MAX_STAGES)
    class_ = stages["class_"]
    assert (class_[class_[:, 0] == 0, 1] == 1).all()  # help becomes a fight ...
    assert (class_[np.isin(class_[:, 0], (2, 3)), 1] == NOBODY).all()  # ... prowl and gate stay what they are
    of_fight = class_[class_[:, 0] == 1, 1]
    assert set(of_fight) == {1, 2}
    assert near(0.95, of_fight == 1)
    assert (class_[class_[:, 1] == 2, 2] == NOBODY).all()
    from_help, from_fight = stages[class_[:, 0] == 0, 1], stages[(class_[:, 0] == 1) & (class_[:, 1] == 1), 1]
    for rows, mean_min in ((from_help, 30), (from_fight, 45)):  # the work factor of the worsening that led there
        assert abs(rows["work_us"].mean() / 60e6 - mean_min) < 4 * mean_min / math.sqrt(len(rows))
    first, second = stages[class_[:, 0] == 1, 0]["threshold"], stages[class_[:, 0] == 1, 1]["threshold"]
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / math.sqrt(len(first))


def test_outreach_scales_the_report_delay_alone(world):
    sooner = draw_world(*ground(district(world__demand__report_delay_factor=0.5)), 1, 0)
    assert np.abs(sooner.stages["report_us"] - world.stages["report_us"] / 2).max() <= 0.5
    kept = [name for name in world.stages.dtype.names if name != "report_us"]
    assert (sooner.stages[kept] == world.stages[kept]).all()


def test_draws_of_attributes_differ_by_attribute_and_stage(world):
    keys, day = world.incidents["key"], Day(1, 0)
    columns = [draw_attribute(at, keys, day, stage) for at in Attribute for stage in range(MAX_STAGES)]
    assert np.abs(np.corrcoef(columns) - np.eye(len(columns))).max() < 5 / math.sqrt(len(keys))


# ---------------------------------------------------------------------------------------------- durations


def draws(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


def test_durations_are_the_inverse_of_their_distribution():
    lognormal = Duration(median_min=20, sigma=0.9)
    assert durations_min(lognormal, draws(0.5))[0] == pytest.approx(20, rel=1e-12)
    assert durations_min(lognormal, draws(0.8413447460685429))[0] == pytest.approx(20 * math.exp(0.9), rel=1e-9)
    exponential = Duration(distribution="exponential", mean_min=10)
    assert durations_min(exponential, draws(0, 1 - math.exp(-1))) == pytest.approx([0, 10])
    constant = Duration(distribution="constant", value_min=1.5)
    assert durations_us(constant, draws(0.3, 0.9), 2.0).tolist() == [180_000_000] * 2
    empirical = Duration(distribution="empirical", values_min=[1, 2, 3], weights=[1, 0, 3])
    assert durations_min(empirical, draws(0, 0.2499, 0.25, 0.9999999)).tolist() == [1, 1, 3, 3]


def test_extreme_draws_give_durations():
    wide = Duration(median_min=1e9, sigma=5)
    shortest, longest = durations_us(wide, draws(0.0, 1 - 2.0**-53))
    assert 0 <= shortest < longest == NEVER
    assert durations_min(wide, draws(0.0)) == durations_min(wide, draws(SMALLEST))


# --------------------------------------------------------------------------------- surroundings and probes


def test_speed_and_sight_by_hour_sector_and_crowd(world):
    assert world.speed_factor.shape == (2, 2, 24)
    # 4,000 visitors on average, 0.5 and 1.5 times by half-days, a quarter in the north: never above 4,000 a km2
    assert (world.speed_factor[0, 0] == 0.75).all()
    assert (world.speed_factor[0, 1, :12] == 0.75).all()
    assert world.speed_factor[0, 1, 12:] == pytest.approx([0.6] * 12)
    assert world.speed_factor[1, 1] == pytest.approx([1.0] * 12 + [0.4] * 12)
    assert world.sight_factor[0] == pytest.approx([0.6] * 6 + [1.0] * 13 + [0.6] * 5)
    assert world.sight_factor[1] == pytest.approx([0.6] * 6 + [1.0] * 6 + [0.4] * 7 + [0.24] * 5)


def test_probes(world):
    probes = world.probes
    order = list(zip(probes["at_us"].tolist(), probes["key"].tolist(), strict=True))
    assert order == sorted(order)
    assert len(set(probes["key"].tolist())) == len(probes)
    assert probes["at_us"].min() >= world.warm_up_us
    assert probes["at_us"].max() < world.end_us
    readiness = probes[probes["purpose"] == 0]
    assert np.bincount(readiness["class_"]).tolist() == [12] * 4
    assert np.bincount(probes["purpose"]).tolist() == [48, 48, 48, 48]
    segments = world.streets.segments
    assert (segments["sector"][probes["segment"]] == probes["sector"]).all()
    scaled = draw_world(*ground(district(world__demand__scale=2.0)), 1, 0)
    assert scaled.probes.tobytes() == probes.tobytes()


def test_cover_probes_are_where_people_are():
    data = district(probes__cover_per_day=4000, world__demand__residents_weight=0.25)
    world = draw_world(*ground(data), 1, 0)
    north = [(world.probes["sector"][world.probes["purpose"] == purpose] == 0) for purpose in (1, 2, 3)]
    assert near(0.75, north[1])
    # residents 30,000 and 10,000; visitors 1,000 and 3,000 on average
    assert near(31 / 44, north[2])
    streets = np.isin(world.probes["class_"][world.probes["purpose"] == 1], (0, 1, 2))
    assert near(0.25 * 0.75 + 0.75 * 0.25, north[0][streets])


def test_nobody_to_cover_is_not_probed():
    data = district()
    for sector in data["world"]["sectors"].values():
        sector["residents"] = 0
    world = draw_world(*ground(data), 1, 0)
    assert np.bincount(world.probes["purpose"]).tolist() == [48, 48, 0, 48]
