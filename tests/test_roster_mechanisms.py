"""Joint units, inspection, cover, losses and deterrence as tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from district import district, ground, parsed
from planes import flat as flat_ground
from planes import plane

from sim.demand import draw_world
from sim.demand.deterrence import deterrence_fields
from sim.draws import name_key, uniform
from sim.engine import run
from sim.roster import books, build_forces, labels
from sim.roster.beats import Grounds
from sim.roster.cover import cover_points
from sim.roster.places import Sites
from sim.roster.teams import team_grounds
from sim.scenario.errors import ScenarioError
from sim.scenario.hypotheses import hypotheses
from sim.scenario.schema import ScenarioFile
from sim.space import build_geography
from sim.space.losses import lost_us
from sim.space.places import Place, coordinates
from sim.tables import Forces, Geography, Labels, World
from sim.vocabulary import DAY, HOUR, MINUTE, NEVER, NOBODY, Duty, PatrolRule, Purpose

CARS = {"name": "cars", "tier": "police", "units": 2, "per": "sector", "base": "site:police_station"}
JOINT = {"name": "both", "tier": "team", "crew": 1, "duty": "joint", "per": "sector", "units": 2, "mode": "foot"}
PARTNER = {"tier": "police", "crew": 2}
SHIFTS = {"system": "three_shifts", "turn_up_share": 0.7, "planned_share": 0.2, "break_min": 30}


def built(*lines: dict, **changes: object) -> tuple[ScenarioFile, World, Forces, Geography, Labels]:
    """The district with cars that can do everything and ``lines``."""
    data = district(**changes)
    data["policy"]["roster"] = [CARS, *lines]
    spec, geography, streets = ground(data)
    world = draw_world(spec, geography, streets, 1, 0)
    return spec, world, build_forces(spec, geography, streets, world), geography, labels(spec, geography)


def spells_of(forces: Forces, unit: np.void) -> list[tuple[int, int]]:
    rows = forces.spells[unit["spell_first"] :][: unit["spell_count"]]
    return [(int(row["start_us"]), int(row["end_us"])) for row in rows]


# ----------------------------------------------------------------------------------------------------------- joint


def test_a_joint_tier_is_the_better_of_its_parts_and_the_slower():
    quick = {"patrol_factor": 0.8, "turnout_s": {"patrol": 5, "post": 90}, "sight_m": {"road": 20, "lane": 40}}
    data = {f"policy__tiers__team__{key}": value for key, value in quick.items()}
    _, world, forces, _, names = built({**JOINT, "partner": PARTNER}, policy__tiers__team__reserve=[0, 1, 2], **data)
    assert names.tiers == ("police", "team", "police+team")
    high, low, both = forces.tiers
    assert (forces.authority[2] == np.maximum(forces.authority[0], forces.authority[1])).all()
    assert (forces.wrap_up_us[:, 2] == np.maximum(forces.wrap_up_us[:, 0], forces.wrap_up_us[:, 1])).all()
    assert both["part"].tolist() == [0, 1]
    assert high["part"].tolist() == low["part"].tolist() == [NOBODY] * 2
    assert (both["kit"], both["kit_factor"]) == (1, high["kit_factor"])
    for name in ("patrol_factor", "response_factor", "relay_us", "work_factor"):
        assert (both[name] == np.minimum(high[name], low[name])).all()
    for name in ("sight_m", "turnout_patrol_us", "turnout_standby_us", "turnout_post_us", "turnout_base_us"):
        assert (both[name] == np.maximum(high[name], low[name])).all()
    for name in ("rank", "border", "border_free_priority", "reserve", "preemptible", "acceptance_count"):
        assert (both[name] == high[name]).all()
    assert low["acceptance_count"] > 0
    assert (forces.authority[:, 2] > 0).tolist() == [True, False, True]  # "prowl" is none of the team's
    assert len(world.incidents)


def test_a_joint_unit_has_the_people_of_both():
    spec, _, forces, geography, names = built({**JOINT, "partner": PARTNER})
    units = forces.units[forces.units["line"] == 1]
    assert set(units["tier"]) == {2}
    assert set(units["crew"]) == {3}
    assert (units["half"] == NOBODY).all()
    assert (units["duty"] == Duty.PATROL).all()
    assert ("both", "police+team", 12, 12) in books(spec, geography)
    assert len(names.units) == len(forces.units)


def test_joint_lines_of_the_same_tiers_share_one():
    other = {**JOINT, "name": "other", "tier": "police", "partner": {"tier": "team"}}
    _, _, forces, _, names = built({**JOINT, "partner": PARTNER}, other)
    assert names.tiers == ("police", "team", "police+team")
    assert set(forces.units["tier"][forces.units["line"] > 0]) == {2}


def test_a_unit_joined_with_its_own_kind_is_a_unit_of_so_many():
    """Everything but the name of the tier: tables, records and measures."""
    plain = {**JOINT, "duty": "patrol", "crew": 3, "tier": "police"}
    joint = {**JOINT, "tier": "police", "partner": PARTNER, **SHIFTS}
    found = []
    for line in ({**plain, **SHIFTS}, joint):
        _, world, forces, _, names = built(line)
        found.append((forces, run(world, forces, keep="all"), names))
    (one, records, words), (other, joined, joined_words) = found
    assert joined_words.units == words.units
    assert joined_words.tiers == (*words.tiers, "police+police")
    assert (other.tiers[2]["part"] == [0, NOBODY]).all()
    for name in other.units.dtype.names:
        assert name == "tier" or (one.units[name] == other.units[name]).all()
    for name in ("incidents", "assignments", "units", "streets", "probes", "states", "legs"):
        same, table = getattr(records, name), getattr(joined, name)
        for column in same.dtype.names:
            here = np.where(table[column] == 2, 0, table[column]) if "tier" in column else table[column]
            assert np.array_equal(here, same[column], equal_nan=here.dtype.kind == "f")
    assert (joined.hourly_us[0] + joined.hourly_us[2] == records.hourly_us[0]).all()


def test_halves_are_the_parts_of_a_unit_and_work_as_it_does():
    line = {**JOINT, **SHIFTS, "partner": {**PARTNER, "splits_from": 2}, "muster_min": 5}
    spec, _, forces, geography, names = built(line)
    units, count = forces.units, 2 * 2 * 4  # sectors, units, crews
    mine = np.flatnonzero(units["line"] == 1)
    whole, halves = mine[:count], mine[count:]
    assert len(halves) == 2 * count
    assert units["half"][whole].reshape(-1).tolist() == halves.tolist()
    assert units["whole"][halves].tolist() == np.repeat(whole, 2).tolist()
    assert (units["whole"][whole] == NOBODY).all()
    assert (units["half"][halves] == NOBODY).all()
    assert set(units["splits_from"][whole]) == {2}
    assert units["tier"][halves].tolist() == [0, 1] * count  # by rank
    assert units["crew"][halves].tolist() == [2, 1] * count
    for row in whole:
        a, b = units["half"][row]
        assert [names.units[a], names.units[b]] == [f"{names.units[row]}-a", f"{names.units[row]}-b"]
        assert units["key"][a] == name_key("unit", names.units[a])
        for name in ("beat", "rule", "base_segment", "base_offset_m", "sector", "mode", "muster_us", "team", "line"):
            assert units[name][a] == units[name][b] == units[name][row]
        assert spells_of(forces, units[a]) == spells_of(forces, units[b]) == spells_of(forces, units[row])
        assert units["commitment_count"][a] == units["commitment_count"][b] == 0
    assert units["commitment_count"][whole].sum() > 0
    everyone = built({**line, "turn_up_share": 1})[2]
    assert units["spell_count"][whole].sum() < everyone.units["spell_count"][whole].sum()
    assert ("both", "police+team", 3 * count, 12) in books(spec, geography)  # nobody counts twice
    without = built({**line, "partner": PARTNER})[2]
    for name in units.dtype.names:  # whether they may split changes nothing else about them
        if name not in ("half", "splits_from", "spell_first", "commitment_first"):
            assert (units[name][whole] == without.units[name][whole]).all()


def test_halves_in_a_round_begin_it_where_they_are_one():
    line = {**JOINT, "units": 3, "rule": "round", "partner": {**PARTNER, "splits_from": 3}}
    _, _, forces, _, _ = built(line)
    whole = forces.units[forces.units["half"][:, 0] != NOBODY]
    for half in whole["half"].T:
        assert (forces.units["round_start"][half] == whole["round_start"]).all()
    assert [len(set(whole["round_start"][whole["sector"] == sector].tolist())) for sector in (0, 1)] == [3, 3]


def test_a_joint_unit_fills_a_slot_of_either_part():
    """Two slots for two tiers: a single joint unit may fill both, and a unit of one tier may not."""
    needs = [{"tiers": ["police"]}, {"tiers": ["team"], "authority": "hold"}]
    one = {**JOINT, "per": "district", "units": 1}
    changes = {"world__classes__fight__needs": needs, "world__classes__fight__more": None}
    data = district(**changes)
    data["policy"]["tiers"]["team"]["acceptance"] = []
    for name in ("help", "prowl", "gate"):
        data["world"]["classes"][name]["needs"] = [{"tiers": ["team", "police"], "authority": "hold"}]
    joint = {**one, "partner": PARTNER}
    data["policy"]["roster"] = [joint]
    spec, geography, streets = ground(data)
    world = draw_world(spec, geography, streets, 1, 0)
    assert len(build_forces(spec, geography, streets, world).units) == 1
    data["policy"]["roster"] = [{**joint, "duty": "patrol", "tier": "police", "partner": None}]
    spec, geography, streets = ground(data)
    with pytest.raises(ScenarioError, match="fight"):
        build_forces(spec, geography, streets, world)


# ------------------------------------------------------------------------------------------------------ inspection

TEAMS = {"name": "teams", "tier": "team", "per": "team", "beat": "team", "units": 2, "crew": 3}
INSPECTORS = {"name": "inspectors", "tier": "police", "duty": "inspect", "rule": "visits", "beat": "district"}


def test_an_inspection_goes_to_the_base_of_every_team():
    line = {**INSPECTORS, "inspect_min": 12, "mode": "foot"}
    _, _, forces, _, names = built(TEAMS, line, policy__compliance={})
    inspector = forces.units[forces.units["line"] == 2][0]
    assert inspector["rule"] == PatrolRule.VISITS
    beat = forces.beats[inspector["beat"]]
    points = forces.visits[beat["visit_first"] :][: beat["visit_count"]]
    assert points["team"].tolist() == list(range(len(names.teams)))
    assert set(points["dwell_us"]) == {12 * MINUTE}
    for point in points:
        team = forces.units[(forces.units["team"] == point["team"]) & (forces.units["line"] == 1)]
        assert (point["segment"], point["offset_m"]) == (team["base_segment"][0], team["base_offset_m"][0])


def test_a_car_inspects_from_where_it_may_stand():
    _, _, forces, geography, _ = built(TEAMS, INSPECTORS, policy__compliance={})
    arcs = geography.arc_us[geography.modes.index("car")].reshape(-1, 2)
    assert (arcs[forces.visits["segment"]] < NEVER).any(axis=1).all()


def test_inspectors_of_a_sector_have_its_teams():
    _, _, forces, _, names = built(TEAMS, {**INSPECTORS, "beat": "sector", "units": 2}, policy__compliance={})
    for unit in forces.units[forces.units["line"] == 2]:
        beat = forces.beats[unit["beat"]]
        teams = forces.visits["team"][beat["visit_first"] :][: beat["visit_count"]]
        sector = names.sectors[unit["sector"]]
        assert [names.teams[team] for team in teams] == [team for team in names.teams if team.startswith(sector)]


@pytest.mark.parametrize(("lines", "slack"), [([], {1, 2}), (["teams"], {1})])
def test_teams_that_patrol_slacken(lines, slack):
    more = [
        TEAMS,
        {**TEAMS, "name": "peak", "duty": "peak"},
        {**TEAMS, "name": "posts", "duty": "post", "rule": "stand"},
    ]
    rule = {"lines": lines, "floor": 0.5, "half_life_days": 3, "decides_every_min": 45}
    _, _, forces, _, _ = built(*more, INSPECTORS, policy__compliance=rule)
    assert set(forces.units["line"][forces.units["may_slack"] > 0].tolist()) == slack
    assert forces.compliance.tolist() == [0.5, 3 * DAY]
    assert forces.slack_us == 45 * MINUTE


def test_the_last_inspections_are_drawn_by_team_alone():
    rule = {"last_inspected_days": [2, 5]}
    _, world, forces, _, names = built(TEAMS, policy__compliance=rule)
    for team, at_us in zip(names.teams, forces.inspected_us.tolist(), strict=True):
        draw = uniform(world.seed, world.replication, Purpose.SLACK, name_key("inspected", team))
        assert at_us == -round((2 + 3 * draw) * DAY)
        assert -5 * DAY <= at_us <= -2 * DAY
    again = built({**TEAMS, "name": "others", "crew": 2}, INSPECTORS, policy__compliance=rule)[2]
    assert (again.inspected_us == forces.inspected_us).all()


def test_without_compliance_nobody_slackens():
    _, _, forces, _, _ = built(TEAMS)
    assert forces.slack_us == 0
    assert not forces.units["may_slack"].any()


# ----------------------------------------------------------------------------------------------------------- cover


def test_cover_points_are_in_the_middle_of_demand_where_the_tier_may_pass():
    _, _, forces, geography, _ = built(policy__redeployment={"tiers": ["police"], "within_min": 7})
    segments = geography.segments
    assert forces.tiers["moves_up"].tolist() == [1, 0]
    assert forces.move_up_within_us == 7 * MINUTE
    x, y = ((axis[segments["a"]] + axis[segments["b"]]) / 2 for axis in (geography.x_m, geography.y_m))
    open_ = (geography.arc_us[geography.modes.index("car")].reshape(-1, 2) < NEVER).any(axis=1)
    for sector, point in enumerate(forces.cover_points):
        mine = segments["sector"] == sector
        weight = np.where(mine, segments["patrol_weight"], 0)
        middle = [(axis * weight).sum() / weight.sum() for axis in (x, y)]
        gap = np.hypot(x - middle[0], y - middle[1])
        assert gap[point["segment"]] == gap[mine & open_].min()
        assert point["offset_m"] == segments["length_m"][point["segment"]] / 2
        assert forces.cover_weight[sector] == pytest.approx(weight.sum())
    assert math.fsum(forces.cover_weight) == pytest.approx(1, abs=1e-15)


def test_nobody_is_to_cover_from_where_the_mode_may_not_pass():
    spec, geography, _ = ground(district(policy__redeployment={"tiers": ["police"]}))
    sites = Sites(spec, geography, Grounds(geography, team_grounds(spec, geography)))
    first = cover_points(sites, [1])["segment"]
    sites.grounds.passable[1, first] = False
    second = cover_points(sites, [1])["segment"]
    assert not set(first) & set(second)
    assert (geography.segments["sector"][second] == [0, 1]).all()
    sites.grounds.passable[1] = False
    with pytest.raises(ScenarioError, match="no street of north may be passed by all of the modes that move up: car"):
        cover_points(sites, [1])


def test_cover_points_at_sites_are_the_nearest():
    rule = {"tiers": ["police"], "point": "site:police_station"}
    _, _, forces, geography, _ = built(policy__redeployment=rule)
    role = list(geography.sites).index("police_station")
    assert set(forces.cover_points["role"]) == {role}
    assert forces.cover_points["sector"].tolist() == [0, 1]
    where = coordinates(geography, Place.of(geography.sites["police_station"]))
    points = coordinates(geography, Place.of(forces.cover_points))
    assert all(np.hypot(*(where - point).T).min() < 250 for point in points)  # a block or two where no car may stand


def test_a_plane_has_cover_points_in_its_areas():
    data = plane(policy__redeployment={"tiers": ["police"]})
    spec, geography, streets = flat_ground(data)
    forces = build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, 0))
    for sector, point in enumerate(forces.cover_points):
        area = geography.segments[point["segment"]]
        assert area["sector"] == sector
        assert point["offset_m"] == (geography.x_m[area["a"]] + geography.x_m[area["b"]]) / 2
        assert point["across_m"] == (geography.y_m[area["a"]] + geography.y_m[area["b"]]) / 2


# ---------------------------------------------------------------------------------------------------------- losses


def test_a_lost_base_is_replaced_by_the_nearest_that_is_left():
    loss = {"site": "police_station", "sector": "north", "from_h": 3, "to_h": 5}
    _, world, forces, _, _ = built(world__losses=[loss])
    cars = forces.units[forces.units["line"] == 0]
    north = cars["sector"] == 0
    assert set(cars["lost_from_us"][north]) == {3 * HOUR}
    assert set(cars["lost_to_us"][north]) == {5 * HOUR}
    assert set(cars["lost_from_us"][~north]) == {NEVER}
    for name in ("segment", "offset_m", "across_m"):
        assert set(cars[f"base2_{name}"][north]) == set(cars[f"base_{name}"][~north])
    assert world.stations_lost_us.tolist() == [[3 * HOUR, 5 * HOUR], [NEVER, NEVER]]
    kept = built()[1]
    assert (kept.stations_lost_us == NEVER).all()


@pytest.mark.parametrize(("second", "until"), [((4, 7), 7), ((5, 6), 6), ((2, 5), 5), ((3.5, 4), 5)])
def test_losses_that_overlap_are_one(second, until):
    losses = [{"site": "police_station", "number": 2, "from_h": 3, "to_h": 5}]
    losses.append({"site": "police_station", "sector": "south", "from_h": second[0], "to_h": second[1]})
    spec = parsed(district(world__losses=losses))
    times = lost_us(spec, build_geography(spec), "police_station")
    assert times.tolist() == [[NEVER, NEVER], [round(min(3, second[0]) * HOUR), until * HOUR]]


@pytest.mark.parametrize(
    ("losses", "says"),
    [
        ([{"from_h": 3, "to_h": 5}], "at 3 h no police_station is left"),
        (
            [{"number": 1, "from_h": 3, "to_h": 5}, {"number": 2, "from_h": 4.5, "to_h": 6}],
            "at 4.5 h no police_station",
        ),
        ([{"number": 1, "from_h": 3, "to_h": 5}, {"number": 1, "from_h": 7, "to_h": 8}], "there in between"),
        ([{"number": 3, "from_h": 3, "to_h": 5}], "there are only 2 sites"),
    ],
)
def test_losses_that_cannot_be(losses, says):
    spec = parsed(district(world__losses=[{"site": "police_station", **loss} for loss in losses]))
    with pytest.raises(ScenarioError, match=says):
        lost_us(spec, build_geography(spec), "police_station")


def test_a_base_that_others_fail_to_replace_throughout_is_refused():
    """Each moment has a site that is there, but none is there for all of the time."""
    losses = [
        {"site": "depot", "number": 1, "from_h": 3, "to_h": 6},
        {"site": "depot", "number": 2, "from_h": 5, "to_h": 6},
    ]
    losses.append({"site": "depot", "number": 3, "from_h": 3, "to_h": 4})
    sites = {"police_station": {"per_sector": 1}, "school_gate": {"total": 8}, "depot": {"total": 3}}
    with pytest.raises(ScenarioError, match="each other depot is lost for some of that time"):
        built({**CARS, "name": "more", "units": 9, "base": "site:depot"}, world__losses=losses, world__sites=sites)


# ------------------------------------------------------------------------------------------------------ deterrence

DETERRED = {"classes": ["fight", "help"]}


def marks(**changes: object) -> tuple[World, np.ndarray]:
    data = district(world__deterrence=DETERRED, world__demand__per_day=3000, **changes)
    world = draw_world(*ground(data), 5, 0)
    class_ = world.stages["class_"][::3]
    return world, np.isin(class_, [0, 1])


def test_only_what_can_be_deterred_has_a_mark():
    world, deterrable = marks()
    assert world.classes["deterrable"].tolist() == [1, 1, 0, 0]
    assert not world.incidents["mark"][~deterrable].any()
    found = np.sort(world.incidents["mark"][deterrable])
    assert ((found >= 0) & (found < 1)).all()
    steps = (np.arange(len(found)) + 0.5) / len(found)  # Kolmogorov and Smirnov, far beyond the usual levels
    assert np.abs(found - steps).max() < 2 / math.sqrt(len(found))


@pytest.mark.parametrize("scale", [0.4, 1.6])
def test_thinning_and_deterrence_go_by_the_same_mark(scale):
    """An arrival kept with mark m below a share s has m / s, which is uniform again."""
    full, of_class = marks()
    by_key = dict(zip(full.incidents["key"].tolist(), full.incidents["mark"].tolist(), strict=True))
    world, deterrable = marks(world__demand__scale=scale)
    mine = world.incidents[deterrable]
    known = [row for row in mine if int(row["key"]) in by_key]
    assert len(known) > 500
    share = min(scale, 1.0)
    assert all(row["mark"] == by_key[int(row["key"])] / share for row in known)
    kept = {int(row["key"]) for row in known}
    assert kept == {int(row["key"]) for row in full.incidents[of_class] if row["mark"] < share}
    found = np.sort(mine["mark"])
    assert np.abs(found - (np.arange(len(found)) + 0.5) / len(found)).max() < 2 / math.sqrt(len(found))
    assert found[-1] < 1


def test_what_is_fixed_or_given_is_never_deterred():
    injection = {"name": "one", "class": "fight", "at_h": 3, "sector": "north"}
    data = district(world__deterrence=DETERRED, world__demand__injections=[injection])
    data["world"]["classes"]["help"]["arrivals"] = "fixed"
    world = draw_world(*ground(data), 5, 0)
    class_ = world.stages["class_"][::3]
    assert set(world.incidents["mark"][class_ == 0]) == {-1.0}
    assert world.incidents["mark"][world.incidents["key"] == name_key("injection", "one")].tolist() == [-1.0]


def test_deterrence_changes_nothing_that_happens_without_patrols():
    world, _ = marks()
    plain = draw_world(*ground(district(world__demand__per_day=3000)), 5, 0)
    for name in plain.incidents.dtype.names:
        assert name == "mark" or (plain.incidents[name] == world.incidents[name]).all()
    assert not plain.incidents["mark"].any()
    assert (plain.stages == world.stages).all()
    assert not plain.classes["deterrable"].any()


def test_the_curve_is_in_microseconds():
    rule = {"classes": ["fight"], "stop": [[0, 0.1], [4, 0.2]], "pass_effect": 0.3, "pass_decay_min": 5}
    fields = deterrence_fields(parsed(district(world__deterrence=rule)))
    assert fields["deterrence_curve"].tolist() == [[0, 0.1], [4 * MINUTE, 0.2]]
    assert fields["deterrence"].tolist() == [0.3, 5 * MINUTE, 40 * MINUTE]


def test_deterrence_is_named_where_it_is_on():
    (said,) = hypotheses(parsed(district(world__deterrence=DETERRED)))
    assert said.startswith("hypothesis on: deterrence of fight, help; ")
    both = district(world__deterrence=DETERRED, policy__fatigue={"work_per_h": 0.1})
    assert len(hypotheses(parsed(both))) == 2
    assert hypotheses(parsed(district())) == ()
