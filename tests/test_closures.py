"""Closed streets: which they are, ways while they are closed, and what crews do. Rule 10 of odd.md."""

from __future__ import annotations

from functools import cache

import networkx as nx
import numpy as np
import pytest
from district import district, parsed
from test_space import HILLY, built

from sim.demand import draw_world
from sim.engine import run
from sim.roster import build_forces
from sim.scenario.errors import ScenarioError
from sim.space import build_geography, refuse_too_large, travel_streets
from sim.space.arcs import arc_ends
from sim.tables import Forces, Geography, Records, World
from sim.vocabulary import HOUR, NEVER, SECOND, EventKind, Outcome, StreetKind, UnitState

SQUARE = {"rows": 3, "columns": 3, "street_kinds": {"road": 1}}
#: Numbers of streets of 3 by 3 intersections: from the south-west, east before north.
SOUTH_WEST, WEST_SOUTH, SOUTH_EAST, MIDDLE_SOUTH, EAST_SOUTH = range(5)


def closed(g: Geography, epoch: int, mode: str) -> list[int]:
    """Streets that are closed to a mode; both ways, or not at all."""
    both = g.closed[epoch, g.modes.index(mode)].reshape(-1, 2)
    assert (both[:, 0] == both[:, 1]).all()
    return np.flatnonzero(both[:, 0]).tolist()


def square(*closures: dict, **more: object) -> Geography:
    return built(space=SQUARE, closures=list(closures), **more)


# ------------------------------------------------------------------------------------------------------ which streets


def test_nothing_is_closed_without_closures():
    g = square()
    assert g.epochs_us.tolist() == [0]
    assert g.closed.shape == (1, *g.arc_us.shape)
    assert not g.closed.any()


def test_closures_that_overlap_combine_and_each_change_is_an_epoch():
    corner = {"from_h": 1, "to_h": 3, "at_m": [50, 0], "radius_m": 10}
    crossing = {"from_h": 2, "to_h": 4, "at_m": [100, 100], "radius_m": 50, "modes": ["foot"]}
    g = square(corner, crossing, {**corner, "to_h": 2.5})
    assert g.epochs_us.tolist() == [hour * HOUR for hour in (0, 1, 2, 3, 4)]
    around = [MIDDLE_SOUTH, 5, 7, 8]
    assert [closed(g, epoch, "car") for epoch in range(5)] == [[], [SOUTH_WEST], [SOUTH_WEST], [], []]
    assert [closed(g, epoch, "foot") for epoch in range(5)] == [[], [], around, around, []]


def test_what_is_closed_from_the_start_closes_at_time_0():
    g = square({"from_h": 0, "to_h": 1, "at_m": [50, 0], "radius_m": 10})
    assert g.epochs_us.tolist() == [0, 0, HOUR]
    assert [closed(g, epoch, "car") for epoch in range(3)] == [[], [SOUTH_WEST], []]


def test_sectors_and_kinds_narrow_it_down_to_streets_that_the_modes_may_pass():
    rule = {"from_h": 0, "to_h": 1, "sectors": ["east"], "kinds": ["lane", "stairs"], "modes": ["car", "motorcycle"]}
    g = built(**{**HILLY, "closures": [rule]})
    lanes = (g.segments["kind"] == StreetKind.LANE) & (g.segments["sector"] == g.sectors.index("east"))
    driven = (g.arc_us[g.modes.index("motorcycle")] < NEVER).reshape(-1, 2).any(axis=1)
    assert closed(g, 1, "motorcycle") == np.flatnonzero(lanes & driven).tolist()
    assert not closed(g, 1, "foot")


def test_the_lowest_are_lowest():
    g = built(**{**HILLY, "closures": [{"from_h": 0, "to_h": 1, "lowest": 7, "modes": ["foot"]}]})
    height = np.full(len(g.x_m), np.nan)
    height[0] = 0  # above the south-west corner
    for _ in range(len(height)):
        for row in g.segments:
            for one, other, rise in ((row["a"], row["b"], row["rise_m"]), (row["b"], row["a"], -row["rise_m"])):
                if not np.isnan(height[one]):
                    height[other] = height[one] + rise
        if not np.isnan(height).any():
            break
    twice = height[g.segments["a"]] + height[g.segments["b"]]
    chosen = closed(g, 1, "foot")
    assert len(chosen) == 7
    assert twice[chosen].max() <= np.delete(twice, chosen).min() + 1e-9


def test_drawn_streets_stay_when_the_district_grows():
    rule = {"from_h": 0, "to_h": 1, "drawn": 10, "at_m": [300, 300], "radius_m": 250}
    few, more = (built(space={**SQUARE, "rows": 8, "columns": columns}, closures=[rule]) for columns in (8, 11))

    def places(g: Geography) -> list[tuple[float, float]]:
        ends = g.segments[closed(g, 1, "car")]
        return [(g.x_m[a] + g.x_m[b], g.y_m[a] + g.y_m[b]) for a, b in zip(ends["a"], ends["b"], strict=True)]

    assert len(places(few)) == 10
    assert places(few) == places(more)
    another = built(space={**SQUARE, "rows": 8, "columns": 8}, closures=[rule], geography_seed=2)
    assert places(few) != places(another)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"at_m": [50, 50], "radius_m": 10}, "closes no street"),
        ({"drawn": 13}, "asks for 13 streets, and there are 12"),
        ({"sectors": ["all"], "lowest": 40}, "asks for 40 streets, and there are 12"),
    ],
)
def test_a_closure_of_streets_that_there_are_not_is_refused(rule, says):
    with pytest.raises(ScenarioError, match=says):
        square({"from_h": 0, "to_h": 1, **rule})


def test_too_many_changes_are_refused():
    rules = [{"from_h": hour, "to_h": hour + 0.5, "drawn": 1} for hour in range(1, 9)]
    with pytest.raises(ScenarioError, match="16 times"):
        square(*rules)
    assert len(square(*rules[:7]).epochs_us) == 15


def test_every_epoch_counts_for_the_size_of_the_tables(monkeypatch):
    """19 bytes a pair of 81 intersections, for two modes and up to three epochs."""
    monkeypatch.setenv("ROUNDSMAN_TRAVEL_GB", str(3.5 * 19 * 81**2 * 2 / 1e9))
    rules = [{"from_h": 1, "to_h": 2, "drawn": 1}, {"from_h": 2, "to_h": 3, "drawn": 1}]
    refuse_too_large(built(space={**SQUARE, "rows": 9, "columns": 9}, closures=rules[:1]))
    with pytest.raises(ScenarioError, match="3 changes"):
        refuse_too_large(built(space={**SQUARE, "rows": 9, "columns": 9}, closures=rules))


# --------------------------------------------------------------------------------------------------------------- ways


@cache
def hilly_tables() -> tuple:
    """A district in which some streets are closed to all, some to cars, and all open again."""
    rules = [
        {"from_h": 0, "to_h": 2, "drawn": 60, "modes": ["foot", "car", "motorcycle"]},
        {"from_h": 1, "to_h": 3, "kinds": ["road"], "drawn": 8, "modes": ["car", "motorcycle"]},
    ]
    g = built(**{**HILLY, "space": {**HILLY["space"], "rows": 7, "columns": 9, "one_way": "none"}, "closures": rules})
    return g, travel_streets(g, cache=False)


def graph(g: Geography, arc_us: np.ndarray) -> nx.DiGraph:
    """The network of the arcs that are open in a row of the table."""
    tail, head = arc_ends(g.segments)
    made = nx.DiGraph()
    made.add_nodes_from(range(len(g.x_m)))
    made.add_weighted_edges_from(
        (int(tail[arc]), int(head[arc]), int(arc_us[arc])) for arc in np.flatnonzero(arc_us < NEVER)
    )
    return made


@pytest.mark.parametrize("epoch", range(5))
def test_ways_are_shortest_in_every_epoch(epoch):
    """Times against networkx; the first arc and the parking place by trying all."""
    g, streets = hilly_tables()
    modes, nodes = len(g.modes), len(g.x_m)
    assert len(streets.epochs_us) == 5
    tail, head = arc_ends(g.segments)
    for mode in range(modes):
        row = epoch * modes + mode
        arc_us, times = streets.arc_us[row], streets.time_us[row]
        assert (arc_us == np.where(g.closed[epoch, mode], NEVER, g.arc_us[mode])).all()
        found = dict(nx.all_pairs_dijkstra_path_length(graph(g, arc_us)))
        assert times.tolist() == [[found[u].get(v, NEVER) for v in range(nodes)] for u in range(nodes)]
        for u in range(nodes):
            for v in range(nodes):
                first = streets.hop[row, u, v]
                if u == v or times[u, v] == NEVER:
                    assert first == 255
                else:
                    arc = g.node_arcs[g.node_first[u] + first]
                    assert arc_us[arc] + times[head[arc], v] == times[u, v]
        foot = epoch * modes + g.foot[mode]
        if g.foot[mode] == mode:
            assert (streets.walk_us[row] == NEVER).all()
            continue
        parks = np.unique(tail[g.arc_us[mode] < NEVER])
        drive, walk = times[:, parks, None], streets.time_us[foot][None, parks]
        by_park = np.where((drive < NEVER) & (walk < NEVER), drive + g.dismount_us[mode] + walk, NEVER)
        least = by_park.min(axis=1)
        assert (streets.walk_us[row] == least).all()
        assert (streets.park[row] == np.where(least < NEVER, parks[by_park.argmin(axis=1)], -1)).all()


def test_when_all_is_open_again_ways_are_as_before():
    g, streets = hilly_tables()
    modes = len(g.modes)
    for name in ("arc_us", "time_us", "hop", "walk_us", "park"):
        table = getattr(streets, name)
        assert (table[-modes:] == table[:modes]).all(), name
        assert (table[modes : 2 * modes] != table[:modes]).any(), name


def test_kept_tables_are_those_of_the_closures(tmp_path, monkeypatch):
    monkeypatch.setenv("ROUNDSMAN_CACHE", str(tmp_path))
    g, computed = hilly_tables()
    open_ones = travel_streets(g._replace(closed=g.closed[:1], epochs_us=g.epochs_us[:1]))
    assert len(open_ones.time_us) == len(g.modes)
    for _ in range(2):
        assert all(a.tobytes() == b.tobytes() for a, b in zip(travel_streets(g), computed, strict=True))


# ------------------------------------------------------------------------------------------------------ what crews do

#: Three by three intersections, 100 m apart; a car drives 10 m/s, its crew gets out in 30 s and walks 1 m/s. It waits
#: at (50, 0), and each call takes 10 minutes.
TOWN = {
    "schema_version": 1,
    "title": "Three streets by three",
    "run": {"warm_up_h": 0, "measured_h": 4, "replications": 1},
    "world": {
        "space": SQUARE,
        "sectors": {"town": {"residents": 100}},
        "modes": {"foot": {"walks": True, "speed_mps": 1}, "car": {"speed_mps": 10, "dismount_s": 30}},
        "classes": {
            "help": {
                "share": 1,
                "priority": 1,
                "needs": [{"tiers": ["police"]}],
                "work": {"distribution": "constant", "value_min": 10},
            }
        },
    },
    "policy": {
        "tiers": {"police": {"mode": "car", "authority": {"help": "resolve"}, "turnout_s": {"patrol": 0, "post": 0}}},
        "command": {"call_handling_s": 0},
        "roster": [{"name": "car", "tier": "police", "duty": "post", "post": "site:stand", "base": "post"}],
    },
    "probes": {"readiness_per_day": 0, "cover_per_day": 0},
}
ALL = ["car", "foot"]


def in_town(*closures: dict, calls: tuple = (), stand: tuple[float, float] = (50, 0)) -> tuple[World, Forces, Records]:
    """A run; ``calls`` are (hours, x, y), ``stand`` is where the car waits."""
    injections = [
        {"name": f"call_{number}", "class": "help", "at_h": hour, "at_m": [x, y]}
        for number, (hour, x, y) in enumerate(calls)
    ]
    world = {**TOWN["world"], "demand": {"per_day": 0, "injections": injections}, "closures": list(closures)}
    world["sites"] = {"stand": {"at_m": [list(stand)]}}
    spec = parsed({**TOWN, "world": world})
    geography = build_geography(spec)
    streets = travel_streets(geography, cache=False)
    drawn = draw_world(spec, geography, streets, 1, 0)
    forces = build_forces(spec, geography, streets, drawn)
    return drawn, forces, run(drawn, forces)


def around(x: float, y: float, begin: float, end: float, modes: list[str] | None = None) -> dict:
    """The street with this middle is closed between two hours; to those who drive if not said."""
    return {"from_h": begin, "to_h": end, "at_m": [x, y], "radius_m": 10, "modes": modes or []}


def states(records: Records, since_us: int = 0) -> list[tuple[str, float]]:
    """The states of the first unit from a time on, with their lengths in seconds."""
    rows = records.states[(records.states["unit"] == 0) & (records.states["from_us"] >= since_us)]
    return [(UnitState(int(row["state"])).name, (row["to_us"] - row["from_us"]) / SECOND) for row in rows]


def way(walked_m: float, driven_m: float) -> float:
    """Seconds there."""
    return driven_m / 10 + 30 + walked_m


@pytest.mark.interpreted
def test_a_crew_parks_and_walks_where_a_street_is_closed_to_it_and_drives_when_it_is_open():
    _, _, records = in_town(around(150, 0, 0, 2), calls=((1, 150, 0), (3, 150, 0)))
    sent = records.assignments
    assert ((sent["arrived_us"] - sent["en_route_us"]) / SECOND).tolist() == [way(50, 50), 10]
    assert states(records, HOUR)[:5] == [
        ("EN_ROUTE", way(50, 50)), ("ON_SCENE", 600), ("TO_VEHICLE", 50), ("RETURNING", 5), ("POST", 7200 - 740)
    ]  # fmt: skip
    assert [row["number"] for row in records.trace if row["kind"] == EventKind.STREETS_CHANGE] == [1, 2]


@pytest.mark.interpreted
def test_who_is_inside_a_street_that_closes_leaves_it():
    """Half a way along it, 5 s after the call: the car goes on to the call in the next street."""
    moment = 1 + 5 / 3600
    _, _, records = in_town(around(50, 0, moment, 2), calls=((1, 150, 0),))
    assert states(records, HOUR)[0] == ("EN_ROUTE", 10)
    _, _, records = in_town(around(50, 0, 1 + 2 / 3600, 2), calls=((1, 150, 0),))
    assert states(records, HOUR)[0] == ("EN_ROUTE", 10)


@pytest.mark.interpreted
def test_who_is_on_the_way_to_a_street_that_closes_parks_before_it():
    _, _, records = in_town(around(150, 0, 1 + 2 / 3600, 2), calls=((1, 150, 0),))
    assert states(records, HOUR)[0] == ("EN_ROUTE", way(50, 50))
    assert records.assignments["travel_m"].tolist() == [100]


@pytest.mark.interpreted
def test_a_crew_in_a_street_that_closes_comes_to_a_call_in_it():
    """From one place in it to another, without leaving it."""
    _, _, records = in_town(around(50, 0, 0.5, 2), calls=((1, 90, 0),))
    assert states(records, HOUR)[0] == ("EN_ROUTE", 4)


@pytest.mark.interpreted
def test_a_crew_at_the_corner_of_a_closed_street_does_not_pass_it():
    """From (100, 0) to (0, 50): 150 m by the corner street, 250 m round the block."""
    for closures, seconds in (((), 15), ((around(50, 0, 0, 4),), 25)):
        _, _, records = in_town(*closures, calls=((1, 0, 50),), stand=(100, 0))
        assert states(records, HOUR)[0] == ("EN_ROUTE", seconds)


@pytest.mark.interpreted
def test_a_crew_without_a_way_is_called_off_and_sent_again_when_streets_open():
    """The street of the call closes to all while the car is on its way, at 2 s, and opens half an hour later."""
    _, _, records = in_town(around(150, 0, 1 + 2 / 3600, 1.5, ALL), calls=((1, 150, 0),))
    sent = records.assignments
    assert sent["dispatched_us"].tolist() == [HOUR, 1.5 * HOUR]
    assert sent["cleared_us"][0] == HOUR + 2 * SECOND
    assert states(records, HOUR)[:3] == [("EN_ROUTE", 2), ("RETURNING", 2), ("POST", 1800 - 4)]
    assert sent["arrived_us"][1] == 1.5 * HOUR + 10 * SECOND


@pytest.mark.interpreted
def test_where_nobody_can_come_now_a_call_is_unreachable():
    _, _, records = in_town(around(150, 0, 0, 2, ALL), calls=((1, 150, 0), (3, 150, 0)))
    assert records.incidents["outcome"].tolist() == [Outcome.UNREACHABLE, Outcome.RESOLVED]
    assert records.assignments["incident"].tolist() == [1]


@pytest.mark.interpreted
def test_a_crew_that_cannot_come_back_to_its_post_waits_for_the_street_to_open():
    """Meanwhile it is free and present where it stands, and can be sent."""
    closure = around(50, 0, 1.1, 2)
    _, _, records = in_town(closure, calls=((1, 150, 0),))
    scene = 10 + 600
    assert states(records, HOUR)[:4] == [
        ("EN_ROUTE", 10), ("ON_SCENE", 600), ("RETURNING", 3600 - scene + 10), ("POST", 7200 - 10)
    ]  # fmt: skip
    presence = records.streets["presence_us"] / SECOND / 2  # of two people
    assert presence[SOUTH_EAST] == pytest.approx(3600 - scene + 5)
    assert presence.sum() == pytest.approx(4 * 3600 - scene)
    _, _, records = in_town(closure, calls=((1, 150, 0), (1.5, 200, 50)))
    assert [name for name, _ in states(records, HOUR)] == ["EN_ROUTE", "ON_SCENE", "RETURNING"] * 2 + ["POST"]


@pytest.mark.interpreted
def test_a_car_that_is_locked_in_waits_there():
    """It was left at (200, 0), and the second of the two streets there closes behind it."""
    _, _, records = in_town(around(200, 50, 0, 2), around(150, 0, 1.1, 2), calls=((1, 200, 50),))
    scene = way(50, 150) + 600 + 50
    assert states(records, HOUR)[:4] == [
        ("EN_ROUTE", way(50, 150)), ("ON_SCENE", 600), ("TO_VEHICLE", 50), ("RETURNING", 3600 - scene + 15)
    ]  # fmt: skip


def test_a_post_whose_street_never_opens_is_refused():
    with pytest.raises(ScenarioError, match="base on a street that is closed to car for the whole run"):
        in_town(around(50, 0, 0, 100))
    in_town(around(50, 0, 0, 3.9))
    in_town(around(50, 0, 0, 100, ["foot"]))


@cache
def patrolled() -> tuple[World, Forces, Records]:
    """A day of the district in which some streets close to cars, some to all."""
    rules = [
        {"from_h": 0, "to_h": 12, "drawn": 40},
        {"from_h": 6, "to_h": 18, "drawn": 20, "modes": ["car", "foot"]},
        {"from_h": 20, "to_h": 22, "sectors": ["north"], "kinds": ["road"]},
    ]
    spec = parsed(district(world__closures=rules))
    geography = build_geography(spec)
    streets = travel_streets(geography, cache=False)
    world = draw_world(spec, geography, streets, 1, 0)
    forces = build_forces(spec, geography, streets, world)
    return world, forces, run(world, forces)


def test_nobody_enters_a_closed_street():
    """A leg begins where the mode may enter, or within the street, by a crew that leaves it."""
    world, forces, records = patrolled()
    streets, legs = world.streets, records.legs
    arc = 2 * legs["segment"] + (legs["to_m"] < legs["from_m"])
    epoch = np.searchsorted(streets.epochs_us, legs["from_us"], side="right") - 1
    before = np.searchsorted(streets.epochs_us, legs["from_us"], side="left") - 1  # of the same instant
    own = forces.units["mode"][legs["unit"]]
    modes = len(streets.foot)
    may_enter = np.zeros(len(legs), bool)
    for when in (epoch, np.maximum(before, 0)):
        for mode in (own, streets.foot[own]):
            may_enter |= streets.arc_us[when * modes + mode, arc] < NEVER
    within = (legs["from_m"] > 0) & (legs["from_m"] < streets.segments["length_m"][legs["segment"]])
    assert (may_enter | within).all()
    free = np.isin(legs["state"], (UnitState.PATROL, UnitState.RETURNING))
    assert (may_enter | within)[free].all()
    assert (~may_enter).sum() > 0, "nobody was inside when a street closed"


def test_streets_that_open_are_patrolled_again():
    world, _, records = patrolled()
    streets, legs = world.streets, records.legs
    modes = len(streets.foot)
    shut = np.flatnonzero((streets.arc_us[2 * modes : 3 * modes] == NEVER).all(axis=0)) // 2
    on_patrol = legs[(legs["state"] == UnitState.PATROL) & np.isin(legs["segment"], shut)]
    while_shut = (on_patrol["from_us"] > 6 * HOUR) & (on_patrol["from_us"] < 18 * HOUR)
    assert while_shut.sum() < 5
    assert (on_patrol["from_us"] > 18 * HOUR).sum() > 50


def test_times_add_up_to_the_day():
    world, _, records = patrolled()
    assert (records.units["state_us"].sum(axis=1) == world.end_us - world.warm_up_us).all()
