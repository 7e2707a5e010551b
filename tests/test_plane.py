"""The plane: its areas, sites, day and forces; and what sites and incidents at given points are on streets."""

from __future__ import annotations

import math

import numpy as np
import pytest
from district import district, ground, parsed
from hypothesis import given
from hypothesis import strategies as st
from planes import flat, plane

from sim.demand import draw_world, refuse_misplaced
from sim.roster import build_forces
from sim.scenario.errors import ScenarioError
from sim.space import build_geography, travel
from sim.space.places import Place, coordinates, nearest_to
from sim.tables import Forces, Geography, World
from sim.vocabulary import HOUR, NEVER, NOBODY, Duty, Metric, PatrolRule, StreetKind

WEST, MIDDLE, EAST = (0, 0, 1000, 3000), (1000, 0, 1500, 2000), (2000, 1000, 4000, 3000)
AREAS = np.array([WEST, MIDDLE, EAST])


@pytest.fixture(scope="module")
def built() -> tuple[Geography, World, Forces]:
    spec, geography, streets = flat()
    world = draw_world(spec, geography, streets, 1, 0)
    return geography, world, build_forces(spec, geography, streets, world)


def of_line(built: tuple[Geography, World, Forces], number: int) -> np.ndarray:
    units = built[2].units
    return units[units["line"] == number]


def gap_to_uniform(parts: np.ndarray) -> float:
    """Kolmogorov-Smirnov: the largest gap to the uniform distribution, times the root of the count; below 1.95 in 999
    of 1,000 samples."""
    parts = np.sort(parts)
    return np.abs(parts - (np.arange(len(parts)) + 0.5) / len(parts)).max() * math.sqrt(len(parts))


def assert_uniform(segment: np.ndarray, x_m: np.ndarray, y_m: np.ndarray, weights: tuple[float, ...]) -> None:
    """Places are in the areas by weights, and uniform within each, both ways and together."""
    counts = np.bincount(segment, minlength=3)
    share = np.array(weights) / sum(weights)
    assert (np.abs(counts - len(segment) * share) <= 4 * np.sqrt(len(segment) * share * (1 - share))).all()
    for area, (west, south, east, north) in enumerate(AREAS.tolist()):
        if counts[area] > 100:
            across, up = (x_m[segment == area] - west) / (east - west), (y_m[segment == area] - south) / (north - south)
            assert min(across.min(), up.min()) >= 0
            assert gap_to_uniform(across) < 1.95
            assert gap_to_uniform(up) < 1.95
            assert abs(np.corrcoef(across, up)[0, 1]) < 4 / math.sqrt(counts[area])


# ------------------------------------------------------------------------------------------------------ the space


def test_areas_are_the_segments(built):
    g, segments = built[0], built[0].segments
    assert np.stack([g.x_m[segments["a"]], g.y_m[segments["a"]]], 1).tolist() == AREAS[:, :2].tolist()
    assert np.stack([g.x_m[segments["b"]], g.y_m[segments["b"]]], 1).tolist() == AREAS[:, 2:].tolist()
    assert segments["length_m"].tolist() == [3e6, 1e6, 4e6]
    assert segments["sector"].tolist() == [0, 0, 1]
    assert segments["weight"].tolist() == [0.75, 0.25, 1]
    assert segments["residents"].tolist() == [225, 75, 100]
    assert segments["patrol_weight"] == pytest.approx([0.75 * 0.75, 0.25 * 0.75, 0.25])  # by residents: 300 and 100
    assert (segments["kind"] == StreetKind.ROAD).all()
    assert g.node_sector.tolist() == [0, 0, 0, 0, 1, 1]


def test_a_plane_has_no_ways_to_look_up(built):
    g, streets = built[0], built[1].streets
    assert (g.arc_us == NEVER).all()
    assert g.arc_us.shape == (2, 6)
    assert (g.adjacent == 1).all()
    assert g.foot.tolist() == [0, 1]
    assert g.dismount_us.tolist() == [0, 0]
    assert (g.segments["view"] == 0).all()
    assert (g.view_first.tolist(), g.view_segments.tolist()) == ([0, 3], [0, 1, 2])
    assert {table.shape for table in (streets.time_us, streets.hop, streets.walk_us, streets.park)} == {(2, 0, 0)}


def test_nothing_is_kept_of_a_plane(monkeypatch):
    monkeypatch.setattr(travel, "kept", lambda *_: pytest.fail("asked for the cache"))
    flat()


def test_how_a_plane_measures():
    of = build_geography(parsed(plane(world__space={"kind": "plane", "width_m": 4000, "height_m": 3000}))).plane
    assert (of.metric, of.torus, of.extent_m.tolist()) == (Metric.MANHATTAN, 0, [4000, 3000])
    assert (of.speed_mps.tolist(), of.acceleration_mps2.tolist()) == ([10, 1.5], [2, 0])
    space = {"kind": "plane", "width_m": 4000, "height_m": 3000, "metric": "euclid", "torus": True}
    modes = {"car": {"speed_mps": {"road": 7, "lane": 3}}}
    of = build_geography(parsed(plane(world__space=space, world__modes=modes))).plane
    assert (of.metric, of.torus, of.speed_mps.tolist()) == (Metric.EUCLID, 1, [7])
    of = build_geography(parsed(district())).plane
    assert (of.metric, of.torus, of.extent_m.tolist()) == (Metric.STREETS, 0, [0, 0])
    assert of.speed_mps.tolist() == of.acceleration_mps2.tolist() == [0, 0]


def test_the_only_sector_may_be_all_of_the_plane_and_the_plane_a_line():
    line = {"kind": "plane", "width_m": 500, "height_m": 0}
    spec, g, streets = flat(plane(world__space=line, world__sectors={"all": {}}, world__sites={"gate": {"total": 3}}))
    assert (g.x_m.tolist(), g.y_m.tolist()) == ([0, 500], [0, 0])
    assert g.segments["length_m"].tolist() == [500]
    world = draw_world(spec, g, streets, 1, 0)
    assert (world.incidents["across_m"] == 0).all()
    anywhere = world.incidents["offset_m"][world.stages["class_"][::3] == 0]
    assert gap_to_uniform(anywhere / 500) < 1.95


# ------------------------------------------------------------------------------------------------------------ sites


def test_sites_stand_where_the_file_says(built):
    sites = built[0].sites["station"]  # by sector, then as written
    assert sites[["segment", "offset_m", "across_m", "sector"]].tolist() == [
        (0, 500, 1500, 0),
        (0, 500, 2999, 0),
        (2, 3000, 2000, 1),
    ]
    assert (built[1].stations == sites).all()


def test_drawn_sites_are_uniform_in_the_areas_of_their_sector():
    g = build_geography(parsed(plane(world__sites__gate={"per_sector": {"west": 3000, "east": 1000}})))
    gates = g.sites["gate"]
    assert_uniform(gates["segment"].astype(int), gates["offset_m"], gates["across_m"], (0.75 * 3, 0.25 * 3, 1))
    assert (g.segments["sector"][gates["segment"]] == gates["sector"]).all()


@pytest.mark.parametrize(("point", "area"), [([1000, 500], 0), ([1500, 2000], 1), ([2000, 1000], 2), ([0, 0], 0)])
def test_a_point_on_a_border_is_in_the_first_area(point, area):
    g = build_geography(parsed(plane(world__sites__station={"at_m": [point]})))
    assert g.sites["station"][["segment", "offset_m", "across_m"]].tolist() == [(area, *point)]


def test_a_point_in_no_area_is_refused():
    data = plane(world__sites__station={"at_m": [[1, 1], [1700, 500]]})
    with pytest.raises(ScenarioError, match="in no area") as refused:
        build_geography(parsed(data))
    assert refused.value.problems[0].key == "world.sites.station.at_m.1"
    injection = {"name": "one", "class": "call", "at_h": 1, "at_m": [1250, 2500]}
    spec, geography, _ = flat(plane(world__demand__injections=[injection]))
    with pytest.raises(ScenarioError, match="in no area") as refused:
        refuse_misplaced(spec, geography)
    assert refused.value.problems[0].key == "world.demand.injections.0.at_m"


@given(x=st.floats(0, 1320), y=st.floats(0, 1100))
def test_a_site_on_streets_stands_at_the_nearest_point_of_an_allowed_street(x, y):
    g = build_geography(parsed(district(world__sites={"hut": {"at_m": [[x, y]], "on": ["lane", "stairs"]}})))
    (site,) = g.sites["hut"]
    segments = g.segments
    assert segments["kind"][site["segment"]] in (StreetKind.LANE, StreetKind.STAIRS)
    assert site["sector"] == segments["sector"][site["segment"]]
    assert 0 <= site["offset_m"] <= segments["length_m"][site["segment"]]

    def to_segment(row: int) -> float:
        """Streets run along the axes: the gap to a segment is that to its range in each coordinate."""
        ends = [axis[[segments["a"][row], segments["b"][row]]] for axis in (g.x_m, g.y_m)]
        return math.hypot(*(max(min(pair) - at, 0, at - max(pair)) for pair, at in zip(ends, (x, y), strict=True)))

    allowed = np.flatnonzero(np.isin(segments["kind"], (StreetKind.LANE, StreetKind.STAIRS)))
    gaps = np.array([to_segment(row) for row in allowed.tolist()])
    here = coordinates(g, Place.of(g.sites["hut"]))[0]
    assert math.dist(here, (x, y)) == pytest.approx(gaps.min(), abs=1e-6)
    assert gaps[allowed == site["segment"]] == pytest.approx(gaps.min(), abs=1e-9)


def test_of_equally_near_streets_the_smallest_number_counts():
    g = build_geography(parsed(district(world__sites={"hut": {"at_m": [[600, 500], [660, 550], [-0.0, 0]]}})))
    for site, point in zip(g.sites["hut"], ([600, 500], [660, 550], [0, 0]), strict=True):
        every = [
            Place(np.array([row]), np.array([part * g.segments["length_m"][row]]), np.zeros(1))
            for row in range(len(g.segments))
            for part in (0, 0.5, 1)
        ]
        gaps = np.array([math.dist(coordinates(g, place)[0], point) for place in every])
        assert site["segment"] == int(np.argmin(gaps)) // 3


@given(
    st.lists(st.tuples(st.floats(0, 4000), st.floats(0, 3000)), min_size=2, max_size=9), st.booleans(), st.booleans()
)
def test_nearest_goes_the_shorter_way_round(points, torus, euclid):
    space = {"kind": "plane", "width_m": 4000, "height_m": 3000, "torus": torus}
    space["metric"] = "euclid" if euclid else "manhattan"
    g = build_geography(parsed(plane(world__space=space)))
    goals, here = np.array(points[1:]), np.array(points[0])
    images = [(i * 4000, j * 3000) for i in (-1, 0, 1) for j in (-1, 0, 1)] if torus else [(0, 0)]
    length = math.hypot if euclid else lambda dx, dy: abs(dx) + abs(dy)
    lengths = [min(length(*(goal + image - here)) for image in images) for goal in goals]
    assert lengths[nearest_to(g, goals, here)] == pytest.approx(min(lengths), abs=1e-9)


# ---------------------------------------------------------------------------------------------------------- the day


def test_incidents_are_uniform_in_the_areas_of_their_sector(built):
    world = built[1]
    anywhere = world.incidents[world.stages["class_"][::3] == 0]
    assert len(anywhere) > 3000
    assert_uniform(anywhere["segment"].astype(int), anywhere["offset_m"], anywhere["across_m"], (9, 3, 4))
    assert (built[0].segments["sector"][anywhere["segment"]] == anywhere["sector"]).all()


def test_incidents_of_a_class_with_sites_are_at_its_sites(built):
    world, sites = built[1], built[0].sites["gate"]
    places = dict.fromkeys(sites[["segment", "offset_m", "across_m"]].tolist(), 0)
    for place in world.incidents[world.stages["class_"][::3] == 1][["segment", "offset_m", "across_m"]].tolist():
        places[place] += 1
    counts = np.array(list(places.values()))
    mean = counts.mean()
    assert ((counts - mean) ** 2).sum() / mean < len(counts) + 4 * math.sqrt(2 * len(counts))


def test_probes_are_where_incidents_or_people_are():
    spec, geography, streets = flat(plane(probes__cover_per_day=3000))
    probes = draw_world(spec, geography, streets, 1, 0).probes
    on_view = probes[(probes["purpose"] == 1) & (probes["class_"] == 0)]
    assert_uniform(on_view["segment"].astype(int), on_view["offset_m"], on_view["across_m"], (9, 3, 4))
    homes = probes[probes["purpose"] == 2]
    assert_uniform(homes["segment"].astype(int), homes["offset_m"], homes["across_m"], (225, 75, 100))
    assert (geography.segments["sector"][probes["segment"]] == probes["sector"]).all()


def test_an_injection_at_a_point_is_there():
    injection = {"name": "one", "class": "gate", "at_h": 1.5, "at_m": [2500, 1001]}
    spec, geography, streets = flat(plane(world__demand__injections=[injection]))
    with_one = draw_world(spec, geography, streets, 1, 0)
    row = np.flatnonzero(with_one.incidents["began_us"] == 1.5 * HOUR)
    assert with_one.incidents[["segment", "offset_m", "across_m", "sector"]][row].tolist() == [(2, 2500, 1001, 1)]
    assert with_one.stages["class_"][row * 3] == 1


def test_an_injection_on_streets_is_at_the_nearest_point_of_any_street():
    injection = {"name": "one", "class": "gate", "at_h": 1.5, "at_m": [1000, 30]}
    spec, geography, streets = ground(district(world__demand__injections=[injection]))
    world = draw_world(spec, geography, streets, 1, 0)
    at = world.incidents[world.incidents["began_us"] == 1.5 * HOUR]
    assert coordinates(geography, Place.of(at)).tolist() == [[pytest.approx(1000), pytest.approx(0)]]
    assert geography.segments["sector"][at["segment"]] == at["sector"]


# ------------------------------------------------------------------------------------------------------- the forces


def test_beats_have_areas_and_no_intersections(built):
    forces = built[2]
    assert (forces.beat_nodes == 0).all()
    assert forces.beat_segments[:3].tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 1]]
    anywhere, cars = of_line(built, 0), of_line(built, 1)
    assert (anywhere["beat"] == 0).all()
    assert set(anywhere["rule"]) == {PatrolRule.RESAMPLED}
    assert set(anywhere["duty"]) == {Duty.PATROL}
    assert cars["beat"].tolist() == [1] * 4 + [2] * 4
    assert set(cars["post_segment"]) == {NOBODY}


def test_patrols_begin_anywhere_in_their_beat(built):
    anywhere = of_line(built, 0)
    for where in ("base", "start"):
        places = (anywhere[f"{where}_{field}"] for field in ("segment", "offset_m", "across_m"))
        segment, x_m, y_m = places
        assert_uniform(segment.astype(int), x_m, y_m, (3, 1, 4))
    assert not (anywhere["base_offset_m"] == anywhere["start_offset_m"]).any()


def test_patrols_muster_at_the_site_nearest_to_their_beat(built):
    cars = of_line(built, 1)
    # The centres of the sectors: west (625, 1375) lies next to (500, 1500), east (3000, 2000) is a site.
    expected = [(0, 500.0, 1500.0)] * 4 + [(2, 3000.0, 2000.0)] * 4
    assert cars[["base_segment", "base_offset_m", "base_across_m"]].tolist() == expected


def test_posts_are_by_residents_or_by_demand(built):
    homes, spots = of_line(built, 2), of_line(built, 3)
    assert (homes["sector"].tolist(), set(homes["beat"])) == ([0] * 200 + [1] * 200, {NOBODY})
    for units, weights in ((homes, (0.75, 0.25, 1)), (spots, (9, 3, 4))):
        places = (units[f"post_{field}"] for field in ("segment", "offset_m", "across_m"))
        assert_uniform(*places, weights)
        assert (units["start_across_m"] == units["post_across_m"]).all()
    assert (homes["base_across_m"] == homes["post_across_m"]).all()
    sites = np.array([(500, 1500), (500, 2999), (3000, 2000)])
    for unit in spots:
        lengths = np.abs(sites - (unit["post_offset_m"], unit["post_across_m"])).sum(axis=1)
        assert (unit["base_offset_m"], unit["base_across_m"]) == tuple(sites[np.argmin(lengths)])


def test_posts_at_sites_stand_there(built):
    gates, sites = of_line(built, 4), built[0].sites["gate"]
    assert gates[["post_segment", "post_offset_m", "post_across_m"]].tolist() == (
        sites[["segment", "offset_m", "across_m"]].tolist()
    )
    assert gates["sector"].tolist() == sites["sector"].tolist()


@pytest.mark.parametrize("rule", ["resampled", "resampled_each_call"])
@pytest.mark.parametrize("make", [district, plane])
def test_units_that_are_placed_anew_are_patrols_with_a_beat(make, rule):
    data = make()
    data["policy"]["roster"] = [{"name": "one", "tier": "police", "rule": rule, "units": 5, "per": "sector"}]
    spec, geography, streets = (ground if make is district else flat)(data)
    forces = build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, 0))
    assert set(forces.units["rule"]) == {PatrolRule[rule.upper()]}
    assert set(forces.units["duty"]) == {Duty.PATROL}
    assert forces.units["beat"].tolist() == [0] * 5 + [1] * 5
    assert forces.beat_segments.any(axis=1).all()


def test_everybody_reaches_everything_but_not_with_every_authority():
    flat_roster = [{"name": "one", "tier": "police", "rule": "resampled", "beat": "district"}]
    spec, geography, streets = flat(plane(policy__roster=flat_roster))
    build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, 0))
    spec, geography, streets = flat(
        plane(policy__roster=flat_roster, policy__tiers__police__authority={"call": "hold"})
    )
    with pytest.raises(ScenarioError, match="no unit of the roster") as refused:
        build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, 0))
    assert refused.value.problems[0].key == "world.classes.call.needs.0"
