"""The ordinary day says what its notes say: tables as printed there, and every assumption about a real value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.roster import books
from sim.scenario import Scenario
from sim.space import build_geography
from sim.vocabulary import StreetKind

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"

# Sub-district: residents, land in km2, teams, share of visitors.
SECTORS = {
    "chaotianmen": (50_000, 1.60, 7, 0.15),
    "jiefangbei": (45_000, 1.20, 6, 0.33),
    "nanjimen": (45_000, 1.00, 6, 0.05),
    "qixinggang": (52_000, 0.95, 8, 0.04),
    "daxigou": (52_000, 1.40, 6, 0.03),
    "caiyuanba": (30_000, 1.56, 5, 0.10),
    "lianglukou": (62_000, 1.50, 7, 0.08),
    "shangqingsi": (66_000, 2.30, 8, 0.06),
    "daping": (90_000, 3.20, 10, 0.12),
    "shiyoulu": (54_717, 1.97, 6, 0.02),
    "hualongqiao": (42_000, 3.40, 5, 0.02),
}

# Class: share, priority, median and sigma of work, visible, noticed, never called, lifetime, custody, more.
CLASSES = {
    "help": (30, 3, 15, 0.99, 0.4, 0.5, 0.20, 30, 0, 0),
    "traffic": (27, 3, 20, 1.10, 0.95, 0.9, 0.20, 20, 0, 0),
    "dispute": (16, 3, 20, 0.94, 0.15, 0.5, 0.30, 15, 0, 0.25),
    "theft": (6, 3, 26, 1.02, 0.15, 0.2, 0.10, 2, 0.10, 0),
    "concern_report": (6, 2, 14, 0.9, 1, 0.5, 0.50, 10, 0.03, 0.10),
    "fight": (4, 1, 30, 1.02, 0.6, 0.9, 0.20, 6, 0.15, 0.10),
    "medical": (4, 1, 25, 0.83, 0.3, 0.5, 0.05, 30, 0, 0),
    "fire": (2, 1, 30, 0.8, 0.3, 0.9, 0.05, 15, 0, 0.20),
    "hazard": (2, 2, 40, 0.6, 0.9, 0.9, 0.05, 120, 0, 0),
    "drug_report": (1.5, 3, 30, 0.8, None, 0.2, 0.10, 10, 0.30, 0),
    "school_gate": (1, 2, 10, 0.8, None, 0.5, 0.05, 10, 0, 0),
    "armed": (0.3, 1, 45, 0.8, None, 0.9, 0, 10, 0.80, 0.30),
    "crowd": (0.2, 1, 40, 0.6, None, 0.9, 0, 40, 0, 0.20),
}

# Tier: authority over the classes in the order above; R resolve, H hold, O observe, - none.
AUTHORITY = {
    "armed_police": "-----H-----RR",
    "police": "RRRRRRHHRRRRR",
    "community": "RHRHHHHHRHRHH",
    "guards": "ROHOOOHHHOHOH",
    "armbands": "ROHOOOHHHOHOH",
}
WORDS = {"R": "resolve", "H": "hold", "O": "observe", "-": "none"}


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(SCENARIOS / "ordinary_day.toml")


@pytest.fixture(scope="module")
def spec(scenario):
    return scenario.spec


@pytest.fixture(scope="module")
def geography(spec):
    return build_geography(spec)


def test_sub_districts_are_those_of_the_table_and_sum_to_the_sourced_totals(spec):
    sectors = spec.world.sectors
    found = {name: (s.residents, s.area_km2, s.teams, s.visitors_share) for name, s in sectors.items()}
    assert found == SECTORS
    assert sum(s.residents for s in sectors.values()) == 588_717
    assert sum(s.area_km2 for s in sectors.values()) == pytest.approx(20.08)
    assert sum(s.teams for s in sectors.values()) == 74
    assert sum(s.visitors_share for s in sectors.values()) == pytest.approx(1)
    assert all(s.label_zh for s in sectors.values())


def test_run_and_demand_are_the_defaults(spec):
    run, demand = spec.run, spec.world.demand
    assert (run.warm_up_h, run.measured_h, run.drain_h, run.replications) == (24, 24, 4, 30)
    assert (demand.per_day, demand.scale, demand.residents_weight, demand.segment_sigma) == (340, 1, 0.6, 1.645)
    assert not demand.surges
    assert not demand.injections


def test_classes_are_those_of_the_table(spec):
    found = {
        name: (
            c.share, c.priority, c.work.median_min, c.work.sigma, c.visible_share, c.notice, c.never_called_share,
            c.lifetime and c.lifetime.mean_min, c.endings.get("custody", 0), c.more.chance if c.more else 0,
        )
        for name, c in spec.world.classes.items()
    }  # fmt: skip
    assert list(found) == list(CLASSES)
    for name, row in CLASSES.items():
        pairs = zip(row, found[name], strict=True)
        assert all(printed is None or printed == written for printed, written in pairs), name
    assert sum(c.share for c in spec.world.classes.values()) == pytest.approx(100)


def test_clocks_of_the_classes_go_by_priority(spec):
    patience, report, hazard = {1: 0, 2: 60, 3: 90}, {1: (2, 0.9), 2: (5, 1), 3: (5, 1)}, {1: 0.02, 2: 0.005}
    for name, c in spec.world.classes.items():
        assert (c.patience.mean_min if c.patience else 0) == patience[c.priority], name
        assert (c.report.median_min, c.report.sigma) == report[c.priority], name
        assert c.unfounded_share == (0.6 if name == "concern_report" else 0.1), name
        if c.worsens:
            assert c.worsens.share_per_min == hazard.get(c.priority, 0.00125), name
    gone = {name: c.gone_share for name, c in spec.world.classes.items() if c.gone_share}
    assert gone == {"theft": 0.5}
    safe = {name: c.safe_crew for name, c in spec.world.classes.items() if c.safe_crew != 1}
    assert safe == {"fight": 2, "armed": 3}
    moving = {name: (c.moves.share, c.moves.to) for name, c in spec.world.classes.items() if c.moves}
    assert moving == {"concern_report": (0.3, "random"), "armed": (0.5, "school_gate")}
    closing = {name: c.off_model.arrives.median_min for name, c in spec.world.classes.items() if c.off_model}
    assert closing == {"medical": 11, "fire": 7}
    worse = {name: dict(c.worsens.to) for name, c in spec.world.classes.items() if c.worsens}
    assert worse == {
        "help": {"medical": 1},
        "dispute": {"fight": 1},
        "concern_report": {"dispute": 0.98, "armed": 0.02},
        "fight": {"fight": 0.95, "armed": 0.05},
        "fire": {"fire": 1},
        "school_gate": {"dispute": 1},
        "armed": {"armed": 1},
        "crowd": {"crowd": 1},
    }


def test_authority_is_that_of_the_table(spec):
    for tier, letters in AUTHORITY.items():
        authority = spec.policy.tiers[tier].authority
        assert [authority.get(name, "none") for name in CLASSES] == [WORDS[letter] for letter in letters], tier
    assert list(spec.policy.tiers) == list(AUTHORITY)


def test_armed_police_are_never_sent_alone(spec):
    """Wherever a slot may take them, another slot of the scene takes none but the police."""
    for name, c in spec.world.classes.items():
        every = [*c.needs, *(c.more.needs if c.more else [])]
        ways = [[slot.tiers, *(way.tiers for way in slot.alternatives)] for slot in every]
        if any("armed_police" in tiers for slot in ways for tiers in slot):
            assert any(slot == [["police"]] for slot in ways[: len(c.needs)]), name


def test_profiles_are_complete_and_have_mean_one(spec):
    for name in ("residential", "nightlife", "traffic"):
        assert np.mean(spec.world.profiles[name]) == pytest.approx(1, abs=0.002), name
    assert np.mean(spec.world.modes["car"].by_hour) == pytest.approx(1)
    for name in ("all", "crime", "traffic"):
        assert np.mean(spec.world.weekly[name]) == pytest.approx(1, abs=0.002), name


def test_tiers_have_the_printed_speeds_and_rings(spec):
    foot, tiers = spec.world.modes["foot"].speed_mps, spec.policy.tiers
    assert foot.stairs_up == pytest.approx(0.41 * foot.road, abs=0.001)
    assert foot.stairs_down == pytest.approx(0.6 * foot.road, abs=0.001)
    assert foot.road * tiers["community"].response_factor[0] == pytest.approx(1.7, abs=0.01)
    assert foot.road * tiers["community"].patrol_factor == pytest.approx(1.2, abs=0.01)
    assert {name: tier.standard_min for name, tier in tiers.items()} == {
        "armed_police": 5, "police": 5, "community": 3, "guards": 1, "armbands": 1
    }  # fmt: skip
    assert {name for name, tier in tiers.items() if tier.kit} == {"armed_police", "police", "community"}
    assert {name for name, tier in tiers.items() if tier.channel == "relay"} == {"community", "guards", "armbands"}


def test_streets_have_the_size_and_mix_of_the_district(spec, geography):
    length = geography.segments["length_m"]
    assert 900 <= len(geography.x_m) <= 1100
    assert length.sum() / 1000 == pytest.approx(240, abs=8)
    assert length.min() >= 90
    assert length.max() <= 250
    share = np.bincount(geography.segments["kind"], weights=length, minlength=4) / length.sum()
    assert share == pytest.approx([0.45, 0.30, 0.20, 0.05], abs=0.01)

    def stairs(sectors: list[str]) -> float:
        mine = np.isin(geography.segments["sector"], [geography.sectors.index(name) for name in sectors])
        return length[mine & (geography.segments["kind"] == StreetKind.STAIRS)].sum() / length[mine].sum()

    old, new = ["chaotianmen", "jiefangbei", "nanjimen", "qixinggang"], ["daping", "shiyoulu", "hualongqiao"]
    assert stairs(old) > 2.5 * stairs(new)


def test_sectors_have_their_share_of_the_land(spec, geography):
    """Land of a crossing: half the way to its neighbours, as the blocks are cut."""
    space = spec.world.space
    picture = np.array([list(line) for line in reversed(space.sector_map)])
    assert picture.shape == (space.rows, space.columns)
    x, y = (np.concatenate([[0], np.cumsum(blocks)]) for blocks in (space.block_width_m, space.block_height_m))
    land = np.outer(np.gradient(y), np.gradient(x))
    total = land[picture != "."].sum()
    for name, sector in spec.world.sectors.items():
        assert land[picture == sector.letter].sum() / total == pytest.approx(sector.area_km2 / 20.08, rel=0.1), name


def test_sites_are_counted_as_printed(geography):
    assert {role: len(places) for role, places in geography.sites.items()} == {
        "police_station": 12, "school_gate": 143, "must_visit_point": 553, "police_point": 120
    }  # fmt: skip
    stations = np.bincount(geography.sites["police_station"]["sector"], minlength=11).tolist()
    assert stations == [2 if name == "daping" else 1 for name in geography.sectors]


def test_books_hold_about_12500_people(spec, geography):
    people, on_duty = {}, {}
    for _, tier, booked, at_once in books(spec, geography):
        people[tier] = people.get(tier, 0) + booked
        on_duty[tier] = on_duty.get(tier, 0) + at_once
    assert people["community"] == 900
    assert people["guards"] == 500
    assert people["guards"] + people["armbands"] == 11_100
    assert sum(people.values()) == pytest.approx(12_500, rel=0.01)
    assert on_duty["police"] == 48
    assert on_duty["guards"] == 250
    assert on_duty["armbands"] == 2 * 122


def test_patrols_of_the_third_tier_are_74_pairs_and_13_threes(spec, geography):
    lines = {line.name: line for line in spec.policy.roster}
    assert (lines["team_pairs"].per, lines["team_pairs"].crew, lines["team_pairs"].beat) == ("team", 2, "team")
    for shift in ("early", "late"):
        threes, inspection = lines[f"threes_{shift}"], lines[f"inspection_{shift}"]
        assert threes.per == "site:police_station"
        assert threes.units * len(geography.sites["police_station"]) + inspection.units == 13
        assert threes.crew == inspection.crew == 3
        assert threes.windows == inspection.windows
    for name in ("team_pairs", "threes_early", "threes_late", "inspection_early", "inspection_late"):
        assert (lines[name].planned_share, lines[name].break_min) == (0.25, 40)
    for name in ("cars", "motorcycles"):
        assert (lines[name].planned_share, lines[name].break_min, lines[name].crews) == (0.30, 40, 4)


def test_every_assumption_speaks_of_a_value_within_its_range(spec):
    values = spec.model_dump(by_alias=True)
    for key, assumption in spec.assumptions.items():
        node = values
        for part in key.split("."):
            if isinstance(node, list):
                node = node[int(part)] if part.isdigit() else next(line for line in node if line.get("name") == part)
            else:
                assert part in node, key
                node = node[part]
        assert assumption.source, key
        if assumption.low is not None:
            assert assumption.low <= node <= assumption.high, key


def test_every_source_that_an_assumption_cites_is_listed(spec):
    listed = " ".join(source.split(":")[0] for source in spec.sources).replace(",", " ").split()
    for key, assumption in spec.assumptions.items():
        for tag in assumption.source.replace(",", " ").split():
            if tag[:1] == "S" and (tag[1:].isdigit() or tag == "SEED"):
                assert tag in listed, (key, tag)


def test_what_decides_the_answer_is_marked_as_an_assumption(spec):
    """Every number of a class or tier that the tables give as an assumption has its entry."""
    keys = set(spec.assumptions)
    for name, c in spec.world.classes.items():
        fields = ["share", "work.median_min", "work.sigma", "unfounded_share", "visible_share", "notice"]
        fields += ["never_called_share", "lifetime.mean_min", "report.median_min"]
        fields += ["patience.mean_min"] if c.patience else []
        fields += ["worsens.share_per_min"] if c.worsens else []
        fields += ["more.chance"] if c.more else []
        missing = [field for field in fields if f"world.classes.{name}.{field}" not in keys]
        assert not missing, name
    for line in spec.policy.roster:
        assert f"policy.roster.{line.name}.units" in keys
        assert f"policy.roster.{line.name}.crew" in keys


def test_small_town_shows_every_table_that_is_not_off_once_in_under_150_lines():
    town = Scenario.load(SCENARIOS / "small_town.toml")
    assert len((SCENARIOS / "small_town.toml").read_text(encoding="utf-8").splitlines()) < 150
    world, policy = type(town.spec.world).model_fields, type(town.spec.policy).model_fields
    single = {"geography_seed", "start_weekday", "start_hour", "look_min", "off_model_handling_s", "custody_site"}
    single |= {"overtime_factor", "changeover_window_min"}
    tables = ["run", "probes", "assumptions"]
    for root, fields in (("world", world), ("policy", policy)):
        off = {name for name, field in fields.items() if field.default in (None, [])}
        tables += [f"{root}.{name}" for name in fields if name not in off | single]
    written = {key for key, origin in town.origins.items() if origin != "default"}
    assert not [table for table in tables if not any(f"{key}.".startswith(f"{table}.") for key in written)]
