"""The generated district: what the picture and the shares say, and what holds in every district."""

from __future__ import annotations

import re

import numpy as np
import pytest
from district import district, parsed

from sim.scenario.errors import ScenarioError
from sim.space import build_geography
from sim.space.components import largest_component, strong_components
from sim.space.sites import shared_out
from sim.tables import SEGMENT, SITE, Geography
from sim.vocabulary import HOUR, NEVER, StreetKind

FOOT = {"walks": True, "speed_mps": {"road": 1.4, "lane": 1.3, "square": 1.2, "stairs_up": 0.5, "stairs_down": 0.8}}
CAR = {"speed_mps": {"road": 5.0}}
MOTORCYCLE = {"speed_mps": {"road": 6.5, "lane": 4.0}}
MIX = {"road": 0.45, "lane": 0.3, "stairs": 0.2, "square": 0.05}
ONE = {"all": {"letter": "A", "residents": 1000}}
TWO = {"west": {"letter": "W", "residents": 1000}, "east": {"letter": "E", "residents": 3000, "visitors_share": 0.5}}
POND = ["WWWEEE", "WW.EEE", "WWWEEE"]

#: Two sectors round a pond, all kinds of streets, hills, one-way streets, sites and three modes.
HILLY = {
    "space": {
        "rows": 12,
        "columns": 18,
        "block_width_m": 120,
        "street_kinds": MIX,
        "sector_map": POND,
        "arterial_every": 4,
        "one_way": "alternating",
        "elevation_m": [[0, 40, 10], [30, 80, 20]],
    },
    "sectors": TWO,
    "modes": {"foot": FOOT, "car": CAR, "motorcycle": MOTORCYCLE},
    "sites": {"gate": {"total": 9}, "station": {"per_sector": {"east": 2, "default": 1}, "on": ["road"]}},
    "demand": {"per_day": 10, "segment_sigma": 0.8, "residents_weight": 0.7},
    "geography_seed": 1,
}


def world(**changes: object):
    """A scenario whose space is ``changes``, the rest plain: one sector, people on foot and cars, no sites."""
    plain = {"sectors": ONE, "modes": {"foot": FOOT, "car": CAR}, "sites": {}, "demand": {"per_day": 10}}
    return parsed(district(**{f"world__{key}": value for key, value in {**plain, **changes}.items()}))


def built(**changes: object) -> Geography:
    return build_geography(world(**changes))


def hilly(seed: int = 1, **space: object) -> Geography:
    return built(**{**HILLY, "space": {**HILLY["space"], **space}, "geography_seed": seed})


def ends(g: Geography) -> list[tuple[int, int]]:
    return list(zip(g.segments["a"].tolist(), g.segments["b"].tolist(), strict=True))


def from_place_to_place(g: Geography) -> list[tuple[float, float, float, float]]:
    """Every segment by the coordinates of its ends, whichever way it runs: its name across districts."""
    a, b = g.segments["a"], g.segments["b"]
    west, east = np.minimum(g.x_m[a], g.x_m[b]), np.maximum(g.x_m[a], g.x_m[b])
    south, north = np.minimum(g.y_m[a], g.y_m[b]), np.maximum(g.y_m[a], g.y_m[b])
    return list(zip(*(axis.tolist() for axis in (west, south, east, north)), strict=True))


# ------------------------------------------------------------------------------------------------------ the picture


def test_intersections_go_by_rows_from_the_south_west_and_segments_east_before_north():
    g = built(space={"rows": 2, "columns": 3, "block_width_m": [100, 50], "block_height_m": 80})
    assert g.x_m.tolist() == [0, 100, 150, 0, 100, 150]
    assert g.y_m.tolist() == [0, 0, 0, 80, 80, 80]
    assert ends(g) == [(0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5)]
    assert g.segments["length_m"].tolist() == [100, 80, 50, 80, 80, 100, 50]
    assert not g.segments["one_way"].any()
    assert not g.segments["rise_m"].any()


def test_blocks_of_one_length_take_one_time():
    g = built(space={"rows": 40, "columns": 40, "block_width_m": 0.7, "block_height_m": 0.7})
    assert (g.segments["length_m"] == 0.7).all()
    assert len(np.unique(g.arc_us[0])) == 1


def test_map_has_north_on_top_and_stretches_over_the_intersections():
    g = built(space={"rows": 4, "columns": 4, "sector_map": ["WE", "WW"]}, sectors=TWO)
    assert g.sectors == ("west", "east")
    assert g.node_sector.reshape(4, 4).tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]


def test_sectors_are_adjacent_where_a_street_leads_across():
    three = {name: {"letter": name, "residents": 1} for name in "abc"}
    g = built(space={"rows": 2, "columns": 6, "sector_map": ["abc"]}, sectors=three)
    assert g.adjacent.tolist() == [[1, 1, 0], [1, 1, 1], [0, 1, 1]]


def test_removed_blocks_take_their_segments_and_nothing_else():
    g, whole = hilly(), hilly(sector_map=["WWWEEE"])
    in_pond = [6 * 120 <= x < 9 * 120 and 400 <= y < 800 for x, y in zip(whole.x_m, whole.y_m, strict=True)]
    assert sum(in_pond) == 12
    dry = ~np.array(in_pond)
    assert g.x_m.tolist() == whole.x_m[dry].tolist()
    streets = dry[whole.segments["a"]] & dry[whole.segments["b"]]
    assert from_place_to_place(g) == [
        name for name, stays in zip(from_place_to_place(whole), streets, strict=True) if stays
    ]


def test_alternating_streets_run_east_in_row_0_and_north_in_column_0():
    g = built(space={"rows": 4, "columns": 4, "one_way": "alternating"})
    a, b = g.segments["a"], g.segments["b"]
    row, column = a // 4, a % 4
    assert g.segments["one_way"].all()
    expected = np.where(row == b // 4, np.where(row % 2 == 0, 1, -1), np.where(column % 2 == 0, 4, -4))
    assert (b - a == expected).all()


def test_listed_one_way_streets_turn_their_segments_round():
    rules = [{"row": 1, "direction": "west"}, {"column": 0, "direction": "south"}]
    g = built(space={"rows": 3, "columns": 3, "one_way": rules, "elevation_m": [[8], [0]], "sector_map": ["WEE"]},
              sectors=TWO)  # fmt: skip
    flagged = g.segments[g.segments["one_way"] == 1]
    assert list(zip(flagged["a"].tolist(), flagged["b"].tolist(), strict=True)) == [(3, 0), (4, 3), (6, 3), (5, 4)]
    assert flagged["rise_m"].tolist() == [-4, 0, -4, 0]
    assert flagged["sector"].tolist() == [0, 0, 0, 1]  # of the west or south end, whichever way it runs


def test_heights_lie_between_the_points_of_the_picture():
    g = hilly(one_way="none")
    x, y = g.x_m / g.x_m.max(), g.y_m / g.y_m.max()  # blocks of one size: fractions of the way
    south = np.interp(x, [0, 0.5, 1], [30, 80, 20])
    north = np.interp(x, [0, 0.5, 1], [0, 40, 10])
    height = south * (1 - y) + north * y
    rise = height[g.segments["b"]] - height[g.segments["a"]]
    np.testing.assert_allclose(g.segments["rise_m"], rise, atol=1e-9)


# ------------------------------------------------------------------------------------------------ kinds and weights


@pytest.mark.parametrize("seed", range(5))
def test_kinds_keep_to_the_mix_by_length_within_a_segment_in_each_sector(seed):
    g = hilly(seed)
    s = g.segments
    across = g.y_m[s["a"]] == g.y_m[s["b"]]
    line = np.where(across, g.y_m[s["a"]] / 100, g.x_m[s["a"]] / 120).round().astype(int)
    minor = line % 4 != 0
    assert (s["kind"][~minor] == StreetKind.ROAD).all()
    for sector in (0, 1):
        mine = s[minor & (s["sector"] == sector)]
        for kind, share in enumerate(MIX.values()):
            length = mine["length_m"][mine["kind"] == kind].sum()
            assert abs(length - share * mine["length_m"].sum()) <= 2 * 120


def test_squares_that_meet_share_a_view():
    g = hilly(street_kinds={"road": 1, "stairs": 1, "square": 1})
    s = g.segments
    square = s["kind"] == StreetKind.SQUARE
    assert (np.bincount(s["view"][~square], minlength=len(g.view_first) - 1) <= 1).all()
    group = np.arange(len(s))  # brute force: join until nothing changes
    while True:
        joined = group.copy()
        for node in range(len(g.x_m)):
            here = np.flatnonzero(square & ((s["a"] == node) | (s["b"] == node)))
            if len(here):
                joined[here] = joined[here].min()
        if (joined == group).all():
            break
        group = joined
    assert ((group[:, None] == group) == (s["view"][:, None] == s["view"])).all()
    for view, (first, last) in enumerate(zip(g.view_first[:-1], g.view_first[1:], strict=True)):
        assert g.view_segments[first:last].tolist() == np.flatnonzero(s["view"] == view).tolist()


def test_weights_sum_to_one_a_sector_and_residents_to_its_residents():
    g = hilly()
    s = g.segments
    demand = np.array([0.7 * 0.25, 0.7 * 0.75 + 0.3])  # all visitors are in the east
    for sector, people in enumerate((1000, 3000)):
        mine = s["sector"] == sector
        assert s["weight"][mine].sum() == pytest.approx(1)
        assert s["residents"][mine].sum() == pytest.approx(people)
        assert s["patrol_weight"][mine].sum() == pytest.approx(demand[sector])
    assert not s["residents"][s["kind"] == StreetKind.SQUARE].any()
    assert (s["weight"] > 0).all()


def test_weights_are_log_normal_about_length():
    plain = {"rows": 40, "columns": 40, "block_width_m": 150}
    s = built(space=plain, demand={"per_day": 1, "segment_sigma": 0.6}).segments
    logs = np.log(s["weight"] / s["length_m"])
    n = len(s)
    assert np.std(logs) == pytest.approx(0.6, abs=3.3 * 0.6 / np.sqrt(2 * n))
    level = built(space=plain).segments
    np.testing.assert_allclose(level["weight"], level["length_m"] / level["length_m"].sum())


# ------------------------------------------------------------------------------------------------------------ sites


def test_sites_stand_on_streets_of_their_kinds_in_their_sectors():
    g = hilly()
    gates, stations = g.sites["gate"], g.sites["station"]
    assert np.bincount(gates["sector"]).tolist() == shared_out(9, [1000, 3000]) == [2, 7]
    assert stations["sector"].tolist() == [0, 1, 1]
    assert (gates["role"] == 0).all()
    assert (stations["role"] == 1).all()
    assert (g.segments["kind"][stations["segment"]] == StreetKind.ROAD).all()
    for sites in g.sites.values():
        on = g.segments[sites["segment"]]
        assert (on["sector"] == sites["sector"]).all()
        assert ((sites["offset_m"] >= 0) & (sites["offset_m"] < on["length_m"])).all()


def test_another_site_or_sector_moves_no_other():
    few = built(**{**HILLY, "sites": {"gate": {"per_sector": 3}}})
    swapped = dict(reversed(TWO.items()))
    more = built(**{**HILLY, "sectors": swapped, "sites": {"tower": {"total": 4}, "gate": {"per_sector": 5}}})
    for sector in TWO:
        one, other = (
            g.sites["gate"][g.sites["gate"]["sector"] == g.sectors.index(sector)][["segment", "offset_m"]][:3]
            for g in (few, more)
        )
        assert len(one) == 3
        assert one.tolist() == other.tolist()


def test_largest_remainders():
    assert shared_out(10, [1, 1, 1]) == [4, 3, 3]
    assert shared_out(7, [0, 0]) == [4, 3]
    assert shared_out(143, [50, 45, 45, 52, 52, 30, 62, 66, 90, 54.717, 42]) == [
        12, 11, 11, 13, 13, 7, 15, 16, 22, 13, 10,
    ]  # fmt: skip
    assert shared_out(0, [3, 4]) == [0, 0]


# ------------------------------------------------------------------------------------------------------------ modes


def test_arc_times_go_by_kind_rise_and_direction():
    g = hilly()
    s = g.segments
    foot = g.arc_us[g.modes.index("foot")].reshape(-1, 2)
    expected = np.zeros((len(s), 2), np.int64)
    for row, segment in enumerate(s):
        kind = StreetKind(int(segment["kind"])).name.lower()
        for back in (0, 1):
            rise = -segment["rise_m"] if back else segment["rise_m"]
            word = kind if kind != "stairs" else "stairs_up" if rise > 0 else "stairs_down"
            expected[row, back] = round(float(segment["length_m"]) / FOOT["speed_mps"][word] * 1e6)
    assert (s["rise_m"][s["kind"] == StreetKind.STAIRS] != 0).all()
    assert (foot == expected).all()
    assert g.foot.tolist() == [0, 0, 0]
    assert g.dismount_us.tolist() == [0, 20_000_000, 20_000_000]


def test_level_stairs_take_the_mean_speed_of_up_and_down():
    g = built(space={"rows": 2, "columns": 2, "street_kinds": {"stairs": 1}}, modes={"foot": FOOT})
    assert (g.arc_us == round(100 / 0.65 * 1e6)).all()


@pytest.mark.parametrize("seed", range(4))
def test_vehicles_keep_to_streets_that_they_can_come_back_from(seed):
    g = hilly(seed)
    s = g.segments
    tails, heads = np.stack([s["a"], s["b"]], 1).ravel(), np.stack([s["b"], s["a"]], 1).ravel()
    for mode, speeds in ((1, CAR), (2, MOTORCYCLE)):
        may = {StreetKind[word.upper()] for word in speeds["speed_mps"]}
        passable = np.stack([np.isin(s["kind"], list(may)), np.isin(s["kind"], list(may)) & (s["one_way"] == 0)], 1)
        opened = g.arc_us[mode] != NEVER
        assert not (opened & ~passable.ravel()).any()
        nodes = np.unique(tails[opened])
        reach = reachability(len(g.x_m), tails[opened], heads[opened])
        assert reach[np.ix_(nodes, nodes)].all()
        everywhere = reachability(len(g.x_m), tails[passable.ravel()], heads[passable.ravel()])
        mutual = everywhere & everywhere.T
        assert len(nodes) == mutual.sum(axis=1).max()
        inside = np.isin(tails, nodes) & np.isin(heads, nodes)
        assert (opened == (passable.ravel() & inside)).all()


def reachability(count: int, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
    """(count, count) bool by repeated squaring, each node reaching itself."""
    reach = np.eye(count, dtype=np.float32)
    reach[tail, head] = 1
    for _ in range(count.bit_length()):
        reach = np.minimum(reach @ reach, 1)
    return reach > 0


@pytest.mark.parametrize("seed", range(30))
def test_strong_components_of_random_graphs(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 25))
    tail, head = rng.integers(0, count, (2, int(rng.integers(0, 2 * count))))
    reach = reachability(count, tail, head)
    component = strong_components(count, tail, head)
    assert ((component[:, None] == component) == (reach & reach.T)).all()
    largest = largest_component(count, tail, head)
    sizes = (reach & reach.T).sum(axis=1)
    assert (largest == (reach & reach.T)[np.argmax(sizes)]).all()


# ---------------------------------------------------------------------------------------------- what has to hold


def test_geography_follows_from_its_seed_alone():
    one, again, other = hilly(), hilly(), hilly(2)
    for table, same in zip(one, again, strict=True):
        if isinstance(table, np.ndarray):
            assert table.tobytes() == same.tobytes()
    assert one.sites.keys() == again.sites.keys()
    assert all(one.sites[role].tobytes() == again.sites[role].tobytes() for role in one.sites)
    assert (one.segments["kind"] != other.segments["kind"]).any()
    assert (one.segments["weight"] != other.segments["weight"]).any()


def test_a_sectors_mix_is_its_own_affair():
    one = hilly().segments
    stairs = {**TWO, "east": {**TWO["east"], "street_kinds": {"stairs": 0.5, "road": 0.5}}}
    other = built(**{**HILLY, "sectors": stairs}).segments
    west = one["sector"] == 0
    assert (one["kind"][west] == other["kind"][west]).all()
    assert (one["kind"][~west] != other["kind"][~west]).any()
    assert one["weight"].tobytes() == other["weight"].tobytes()


def test_more_columns_shift_no_draw_of_the_others():
    few, more = (
        built(space={"rows": 9, "columns": columns}, demand={"per_day": 1, "segment_sigma": 1}) for columns in (9, 11)
    )
    one, other = (dict(zip(from_place_to_place(g), g.segments["weight"], strict=True)) for g in (few, more))
    ratios = [weight / other[name] for name, weight in one.items()]
    np.testing.assert_allclose(ratios, ratios[0])


def test_tables_have_their_types_and_cannot_be_written():
    g = hilly()
    types = {
        "x_m": "f8", "y_m": "f8", "node_sector": "i2", "segments": SEGMENT, "arc_us": "i8", "node_first": "i4",
        "node_arcs": "i4", "view_first": "i4", "view_segments": "i4", "adjacent": "u1", "foot": "i2",
        "dismount_us": "i8",
    }  # fmt: skip
    for name, dtype in types.items():
        table = getattr(g, name)
        assert type(table) is np.ndarray, name
        assert table.dtype == dtype, name
        assert table.flags.c_contiguous, name
        assert not table.flags.writeable, name
    for sites in g.sites.values():
        assert sites.dtype == SITE
        assert not sites.flags.writeable


def test_arcs_leave_their_intersections_by_ascending_segment():
    g = hilly()
    for node in range(len(g.x_m)):
        arcs = g.node_arcs[g.node_first[node] : g.node_first[node + 1]]
        assert (np.diff(arcs // 2) > 0).all()
        tail = np.where(arcs % 2 == 0, g.segments["a"][arcs // 2], g.segments["b"][arcs // 2])
        assert (tail == node).all()
    assert sorted(g.node_arcs.tolist()) == list(range(2 * len(g.segments)))


# ----------------------------------------------------------------------------------------------------- what is refused


def test_a_few_intersections_cut_off_are_dropped():
    picture = ["." * 10 + "AA", "." * 12] + ["A" * 12] * 10
    g = built(space={"rows": 12, "columns": 12, "sector_map": picture})
    assert len(g.x_m) == 120
    assert g.y_m.max() == 900


RIVER = ["EE" * 3, "......", "WW" * 3]
PLAIN = {"rows": 6, "columns": 6}
REFUSED = {
    "a sector behind a river": ({"space": {**PLAIN, "sector_map": RIVER}, "sectors": TWO}, "unreachable sector"),
    "half of the only sector behind a river": (
        {"space": {**PLAIN, "sector_map": ["AAAAAA", "......", "AAAAAA"]}},
        "unreachable sector all: 12 of 24 intersections",
    ),
    "a sector that falls through the grid": (
        {"space": {"rows": 2, "columns": 2, "sector_map": ["WWE", "WWE", "WWW"]}, "sectors": TWO},
        "sector east: its cells of the map fall between the intersections",
    ),
    "a sector with no street of its own": (
        {"space": {**PLAIN, "sector_map": ["WWWWWE"] + ["WWWWWW"] * 5}, "sectors": TWO},
        "sector east: it has no street of its own",
    ),
    "a map of nothing but river": ({"space": {**PLAIN, "sector_map": ["."]}}, "unreachable sector all"),
    "a car without roads": ({"space": {**PLAIN, "street_kinds": {"lane": 1}}}, "mode car has no street"),
    "streets for nobody": (
        {"space": {**PLAIN, "street_kinds": {"road": 1, "lane": 1}}, "modes": {"car": CAR}},
        "cut off|nobody could come",
    ),
    "an absurd speed": (
        {"space": PLAIN, "modes": {"foot": {**FOOT, "speed_mps": {"road": 1e-5}}}},
        "would take 2778 hours",
    ),
    "a site on no street": (
        {"space": PLAIN, "sites": {"gate": {"total": 1, "on": ["stairs"]}}},
        "has no street of these",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_with_one_clear_message(changes, message):
    with pytest.raises(ScenarioError) as refused:
        built(**changes)
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].key.startswith("world.")
    assert re.search(message, str(refused.value)), str(refused.value)


def test_a_day_is_the_longest_that_a_segment_may_take():
    slow = {"walks": True, "speed_mps": {"road": 100 / 86_400}}
    g = built(space=PLAIN, modes={"foot": slow})
    assert g.arc_us.max() == 24 * HOUR
