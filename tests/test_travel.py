"""Travel tables against an independent Dijkstra and against laws that every one of them keeps."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from test_space import CAR, FOOT, MIX, MOTORCYCLE, TWO, built, hilly

from sim.scenario.errors import ScenarioError
from sim.space import refuse_too_large, travel, travel_streets
from sim.space.arcs import arc_ends, arcs_by_node
from sim.tables import Geography, Streets
from sim.vocabulary import NEVER, NOBODY

TYPES = {"time_us": "i8", "hop": "u1", "walk_us": "i8", "park": "i2", "arc_us": "i8", "node_first": "i4", "foot": "i2"}


def small(seed: int) -> Geography:
    """A random little district: holes, hills, one-way streets, blocks whose ways often tie."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(3, 7, 2)
    picture = np.where(rng.random((rows, columns)) < 0.5, "W", "E")
    picture[rng.integers(rows), rng.integers(columns)] = "."
    space = {
        "rows": int(rows),
        "columns": int(columns),
        "block_width_m": rng.choice([50.0, 100.0], columns - 1).tolist(),
        "street_kinds": [MIX, {"road": 3, "lane": 1}, {"road": 1, "stairs": 1}][seed % 3],
        "sector_map": ["".join(row) for row in picture],
        "arterial_every": 2,
        "one_way": ["none", "alternating"][seed % 2],
        "elevation_m": [[0, 10], [20, 0]] if seed % 3 else [],
    }
    modes = {"car": CAR, "foot": FOOT, "motorcycle": {**MOTORCYCLE, "dismount_s": 0}, "runner": {**FOOT, "walks": True}}
    return built(space=space, sectors=TWO, modes=modes, geography_seed=seed)


def districts() -> list[Geography]:
    """Those of the first seeds that can be built."""
    found = []
    for seed in range(40):
        try:
            found.append(small(seed))
        except ScenarioError:  # cut in two, or no way round for cars
            continue
    assert len(found) >= 12
    return found[:12]


DISTRICTS = districts()
of_every_district = pytest.mark.parametrize("g", DISTRICTS, ids=[f"{len(g.x_m)} intersections" for g in DISTRICTS])


def heads_of(g: Geography) -> np.ndarray:
    return arc_ends(g.segments)[1]


def shortest_from(g: Geography, mode: int, source: int) -> list[int]:
    """Dijkstra with a heap and Python's integers."""
    best = [NEVER] * len(g.x_m)
    best[source] = 0
    heap = [(0, source)]
    heads = heads_of(g)
    while heap:
        time, node = heapq.heappop(heap)
        if time > best[node]:
            continue
        for arc in g.node_arcs[g.node_first[node] : g.node_first[node + 1]].tolist():
            took, head = int(g.arc_us[mode, arc]), int(heads[arc])
            if took != NEVER and time + took < best[head]:
                best[head] = time + took
                heapq.heappush(heap, (best[head], head))
    return best


# -------------------------------------------------------------------------------------------------- against brute force


@of_every_district
def test_times_equal_an_independent_dijkstra(g):
    streets = travel_streets(g, cache=False)
    for mode in range(len(g.modes)):
        for source in range(len(g.x_m)):
            assert streets.time_us[mode, source].tolist() == shortest_from(g, mode, source)


@of_every_district
def test_hop_is_the_smallest_segment_on_a_shortest_way(g):
    streets, heads = travel_streets(g, cache=False), heads_of(g)
    for mode, times in enumerate(streets.time_us):
        for u in range(len(g.x_m)):
            arcs = g.node_arcs[g.node_first[u] : g.node_first[u + 1]]
            for v in range(len(g.x_m)):
                on_the_way = [
                    place
                    for place, arc in enumerate(arcs.tolist())
                    if u != v
                    and g.arc_us[mode, arc] != NEVER
                    and times[heads[arc], v] != NEVER
                    and g.arc_us[mode, arc] + times[heads[arc], v] == times[u, v]
                ]
                assert streets.hop[mode, u, v] == min(on_the_way, default=travel.NO_HOP)


@of_every_district
def test_following_the_hops_takes_the_time(g):
    streets, heads = travel_streets(g, cache=False), heads_of(g)
    rng = np.random.default_rng(1)
    for mode in range(len(g.modes)):
        for u, goal in rng.integers(0, len(g.x_m), (40, 2)).tolist():
            if streets.time_us[mode, u, goal] == NEVER:
                continue
            node, spent = u, 0
            while node != goal:
                arc = g.node_arcs[g.node_first[node] + streets.hop[mode, node, goal]]
                spent += int(g.arc_us[mode, arc])
                node = int(heads[arc])
            assert spent == streets.time_us[mode, u, goal]


@of_every_district
def test_parking_is_the_best_place_and_the_smallest_of_equals(g):
    streets = travel_streets(g, cache=False)
    for mode in range(len(g.modes)):
        if g.foot[mode] == mode:
            assert (streets.walk_us[mode] == NEVER).all()
            assert (streets.park[mode] == NOBODY).all()
            continue
        drivable = np.unique(np.stack(arc_ends(g.segments))[:, g.arc_us[mode] != NEVER])
        for u in range(len(g.x_m)):
            for v in range(len(g.x_m)):
                ways = [
                    (int(streets.time_us[mode, u, p] + g.dismount_us[mode] + streets.time_us[g.foot[mode], p, v]), p)
                    for p in drivable.tolist()
                    if streets.time_us[mode, u, p] != NEVER and streets.time_us[g.foot[mode], p, v] != NEVER
                    and u in drivable
                ]  # fmt: skip
                assert (streets.walk_us[mode, u, v], streets.park[mode, u, v]) == min(ways, default=(NEVER, NOBODY))


# ------------------------------------------------------------------------------------------------------------- laws


@of_every_district
def test_no_detour_is_shorter(g):
    for times in travel_streets(g, cache=False).time_us:
        reached = np.where(times == NEVER, 2**60, times)
        for between in range(len(reached)):
            assert (reached <= reached[:, [between]] + reached[[between], :]).all()
        assert (np.diagonal(times) == 0).all()


def test_level_two_way_streets_take_the_same_time_back():
    g = hilly(one_way="none", elevation_m=[])
    for times in travel_streets(g, cache=False).time_us:
        assert (times == times.T).all()


def test_two_way_blocks_of_one_size_are_manhattan():
    g = built(space={"rows": 7, "columns": 9}, modes={"foot": {"walks": True, "speed_mps": {"road": 1}}})
    times = travel_streets(g, cache=False).time_us[0]
    x, y = g.x_m, g.y_m
    assert (times == (np.abs(x[:, None] - x) + np.abs(y[:, None] - y)) * 1e6).all()


def test_alternating_one_way_streets_cost_two_blocks_on_average():
    """RAND R-675: between far points of the streets the mean extra is exactly 2 blocks, and 6 in one trip of 16."""
    space = {"rows": 22, "columns": 22, "block_height_m": 1, "block_width_m": 1, "one_way": "alternating"}
    metre = {"speed_mps": {"road": 1}}
    g = built(space=space, modes={"car": metre, "foot": {**metre, "walks": True}})
    s, blocks = g.segments, travel_streets(g, cache=False).time_us[0] // 1_000_000
    west, south = np.minimum(g.x_m[s["a"]], g.x_m[s["b"]]), np.minimum(g.y_m[s["a"]], g.y_m[s["b"]])
    middle = np.stack([(axis[s["a"]] + axis[s["b"]]) / 2 for axis in (g.x_m, g.y_m)])

    def pattern(row: int, column: int) -> np.ndarray:
        """The eight segments after which directions repeat."""
        return np.flatnonzero((south // 2 == row // 2) & (west // 2 == column // 2))

    origins = pattern(10, 10)
    targets = np.concatenate([pattern(row, column) for row in (4, 16) for column in (4, 16)])
    went = blocks[s["b"][origins][:, None], s["a"][targets]] + 1  # half a block to the first corner, half from the last
    extra = went - np.abs(middle[:, origins][:, :, None] - middle[:, targets][:, None, :]).sum(axis=0)
    assert extra.shape == (8, 32)
    assert extra.mean() == 2
    assert (extra == 6).mean() == 1 / 16
    assert extra.max() == 6


def relabelled(g: Geography, nodes: np.ndarray, segments: np.ndarray, turned: np.ndarray) -> Geography:
    """The same district: intersection n is now ``nodes[n]``, segment s ``segments[s]``, ``turned`` ones run back."""
    new = np.empty_like(g.segments)
    new[segments] = g.segments
    order = np.argsort(segments)
    a, b = nodes[g.segments["a"]], nodes[g.segments["b"]]
    new["a"], new["b"] = np.where(turned, b, a)[order], np.where(turned, a, b)[order]
    arc_us = g.arc_us.reshape(len(g.modes), -1, 2).copy()
    arc_us[:, turned] = arc_us[:, turned][:, :, ::-1]
    arc_us = np.ascontiguousarray(arc_us[:, order]).reshape(len(g.modes), -1)
    node_first, node_arcs = arcs_by_node(new, len(nodes))
    return g._replace(segments=new, arc_us=arc_us, node_first=node_first, node_arcs=node_arcs)


@of_every_district
def test_names_of_intersections_and_segments_change_no_time(g):
    rng = np.random.default_rng(2)
    nodes = rng.permutation(len(g.x_m))
    other = relabelled(g, nodes, rng.permutation(len(g.segments)), rng.random(len(g.segments)) < 0.5)
    one, two = travel_streets(g, cache=False), travel_streets(other, cache=False)
    pairs = np.ix_(range(len(g.modes)), nodes, nodes)
    assert (two.time_us[pairs] == one.time_us).all()
    assert (two.walk_us[pairs] == one.walk_us).all()


def test_of_parallel_segments_the_quicker_counts():
    g = built(space={"rows": 2, "columns": 2}, modes={"foot": FOOT})
    segments = np.concatenate((g.segments, g.segments[:1]))
    arc_us = np.concatenate((g.arc_us, g.arc_us[:, :2] // 2), axis=1)
    node_first, node_arcs = arcs_by_node(segments, 4)
    closed = np.zeros((1, *arc_us.shape), np.uint8)
    g = g._replace(segments=segments, arc_us=arc_us, closed=closed, node_first=node_first, node_arcs=node_arcs)
    streets = travel_streets(g, cache=False)
    assert streets.time_us[0, 0, 1] == arc_us[0, 8] < arc_us[0, 0]
    assert node_arcs[node_first[0] + streets.hop[0, 0, 1]] == 8


# ------------------------------------------------------------------------------------------------------------- shape


def equal(one: Streets, two: Streets) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("cache", [False, True])
def test_tables_are_plain_read_only_arrays(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("ROUNDSMAN_CACHE", str(tmp_path))
    g = DISTRICTS[0]
    streets = travel_streets(g, cache=cache)
    for name, table in streets._asdict().items():
        assert type(table) is np.ndarray, name
        assert table.flags.c_contiguous, name
        assert table.flags.aligned or table.dtype.fields, name
        assert not table.flags.writeable, name
        assert table.dtype == TYPES.get(name, table.dtype), name
    assert streets.time_us.shape == streets.park.shape == (len(g.modes), len(g.x_m), len(g.x_m))


def test_blocks_of_sources_change_nothing(monkeypatch):
    whole = travel_streets(DISTRICTS[1], cache=False)
    monkeypatch.setattr(travel, "BLOCK", 3)
    assert equal(travel_streets(DISTRICTS[1], cache=False), whole)


# ------------------------------------------------------------------------------------------------------ what is refused


def test_tables_that_cannot_fit_are_refused_with_the_capacity(monkeypatch):
    g = DISTRICTS[0]
    large = g._replace(x_m=np.zeros(100 * 100))
    with pytest.raises(ScenarioError, match=r"10,000 intersections with 4 modes need 7.6 GB .* 2 GB hold 5,129 "):
        travel_streets(large)
    monkeypatch.setenv("ROUNDSMAN_TRAVEL_GB", "8")
    refuse_too_large(large)
    monkeypatch.setenv("ROUNDSMAN_TRAVEL_GB", "1e9")
    with pytest.raises(ScenarioError, match="at most 32,767 intersections"):
        refuse_too_large(g._replace(x_m=np.zeros(40_000)))


@pytest.mark.parametrize("word", ["plenty", "-1", "0", "nan", "inf"])
def test_a_limit_that_is_no_number_is_refused(word, monkeypatch):
    monkeypatch.setenv("ROUNDSMAN_TRAVEL_GB", word)
    with pytest.raises(ScenarioError, match="ROUNDSMAN_TRAVEL_GB"):
        refuse_too_large(DISTRICTS[0])


def test_a_way_of_years_is_refused():
    g = built(space={"rows": 3, "columns": 3}, modes={"foot": FOOT, "car": {**CAR, "dismount_s": 1e9}})
    with pytest.raises(ScenarioError, match=r"world\.modes\.car: a way takes 2\.778e\+05 hours"):
        travel_streets(g, cache=False)
