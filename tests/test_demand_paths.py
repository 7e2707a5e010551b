"""Moving incidents: their ways are connected, of constant speed, and lead where they should."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from district import district, ground

from sim.demand import draw_world
from sim.demand.attributes import Attribute, draw_attribute
from sim.demand.day import Day
from sim.tables import MAX_STAGES, World
from sim.vocabulary import NEVER

PROWL, GATE = 2, 3


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(*ground(district(world__demand__per_day=2048)), 3, 0)


def movers(world: World, class_: int) -> list[tuple[int, np.ndarray]]:
    """(row, path) of every incident of a class that moves."""
    rows = np.flatnonzero((world.incidents["path_count"] > 0) & (world.stages["class_"][::MAX_STAGES] == class_))
    cut = world.incidents[["path_first", "path_count"]].tolist()
    return [(row, world.path[cut[row][0] : sum(cut[row])]) for row in rows.tolist()]


def node_at(world: World, segment: int, offset: float) -> int:
    row = world.streets.segments[segment]
    assert offset in (0, row["length_m"])
    return int(row["a"] if offset == 0 else row["b"])


@pytest.mark.parametrize(("class_", "speed", "count"), [(PROWL, 1.2, 100), (GATE, 1.5, 80)])
def test_paths_are_connected_and_of_constant_speed(world, class_, speed, count):
    found = movers(world, class_)
    assert len(found) > count
    for row, path in found:
        start = world.incidents[row]
        assert (path["segment"][0], path["from_m"][0]) == (start["segment"], start["offset_m"]) or node_at(
            world, int(path["segment"][0]), float(path["from_m"][0])
        ) == node_at(world, int(start["segment"]), float(start["offset_m"]))
        metres = np.abs(path["to_m"] - path["from_m"])
        assert (metres > 0).all()
        assert (path["duration_us"] == np.maximum(1, np.rint(metres / speed * 1e6))).all()
        for before, after in pairwise(path):
            joint = node_at(world, int(before["segment"]), float(before["to_m"]))
            assert joint == node_at(world, int(after["segment"]), float(after["from_m"]))
        arcs = 2 * path["segment"] + (path["to_m"] < path["from_m"])
        assert (world.streets.arc_us[0][arcs] < NEVER).all()


def test_walks_at_random_have_the_drawn_length_and_no_u_turn(world):
    first, arcs = world.streets.node_first, world.streets.node_arcs
    for row, path in movers(world, PROWL):
        u = float(draw_attribute(Attribute.DISTANCE, world.incidents["key"][row : row + 1], Day(3, 0))[0])
        assert np.abs(path["to_m"] - path["from_m"]).sum() == pytest.approx(300 + u * 500)
        for before, after in pairwise(path):
            node = node_at(world, int(before["segment"]), float(before["to_m"]))
            if before["segment"] == after["segment"]:
                assert first[node + 1] - first[node] == 1
            assert after["segment"] in arcs[first[node] : first[node + 1]] // 2


def test_walks_at_random_turn_every_way(world):
    turns = {(int(path["segment"][0]), bool(path["to_m"][0] > path["from_m"][0])) for _, path in movers(world, PROWL)}
    assert len({way for _, way in turns}) == 2


def way_by_rule_9(world: World, segment: int, offset: float, target: int, end: float) -> int:
    """Least table time by foot, written out pair by pair."""
    segments, arc_us, time_us = world.streets.segments, world.streets.arc_us[0], world.streets.time_us[0]

    def part(arc: int, metres: float) -> int:
        return 0 if metres == 0 else round(int(arc_us[arc]) * (metres / float(segments["length_m"][arc // 2])))

    ways = []
    if segment == target:
        ways.append(part(2 * segment + (end < offset), abs(end - offset)))
    length, goal = float(segments["length_m"][segment]), float(segments["length_m"][target])
    for exit_, out in (("a", part(2 * segment + 1, offset)), ("b", part(2 * segment, length - offset))):
        for entry, into in (("a", part(2 * target, end)), ("b", part(2 * target + 1, goal - end))):
            ways.append(out + int(time_us[segments[exit_][segment], segments[entry][target]]) + into)
    return min(ways)


def test_walks_to_a_site_take_the_quickest_way(world):
    _, geography, _ = ground()
    stations = geography.sites["police_station"]
    segments, arc_us = world.streets.segments, world.streets.arc_us[0]
    reached = set()
    for row, path in movers(world, GATE):
        here = [
            k for k, s in enumerate(stations) if (s["segment"], s["offset_m"]) == path[["segment", "to_m"]][-1].item()
        ]
        assert len(here) == 1
        reached.add(here[0])
        start, site = world.incidents[row], stations[here[0]]
        metres = np.abs(path["to_m"] - path["from_m"])
        arcs = 2 * path["segment"] + (path["to_m"] < path["from_m"])
        took = np.rint(arc_us[arcs] * (metres / segments["length_m"][path["segment"]])).sum()
        place = int(start["segment"]), float(start["offset_m"])
        assert took == way_by_rule_9(world, *place, int(site["segment"]), float(site["offset_m"]))
    assert reached == {0, 1}


def test_walks_to_a_site_choose_by_distance():
    """With nearly no distance the way is never longer than with a great one, from the same place."""
    lengths = []
    for distance in ([1, 1], [5000, 5000]):
        data = district(world__demand__per_day=1024)
        data["world"]["classes"]["gate"]["moves"]["distance_m"] = distance
        world = draw_world(*ground(data), 3, 0)
        lengths.append({row: np.abs(path["to_m"] - path["from_m"]).sum() for row, path in movers(world, GATE)})
    near, far = lengths
    assert near.keys() == far.keys()
    assert all(near[row] <= far[row] for row in near)
    assert sum(near[row] < far[row] for row in near) > 0.9 * len(near)


def test_unfounded_incidents_stay_and_movers_outlive(world):
    moving = world.incidents["path_count"] > 0
    assert not (moving & (world.incidents["unfounded"] == 1)).any()
    stages = world.stages.reshape(-1, MAX_STAGES)
    assert stages["outlives"][moving][:, 0].all()
    still = ~moving & (stages["class_"][:, 0] == PROWL)
    assert not stages["outlives"][still][:, 0].any()
    founded = (stages["class_"][:, 0] == PROWL) & (world.incidents["unfounded"] == 0)
    assert abs(moving[founded].mean() - 0.8) < 4 * np.sqrt(0.16 / founded.sum())
