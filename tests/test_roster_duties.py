"""Standby, rounds, must-visit points, set hours, break corridors and reliefs as the roster makes them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from district import district, ground, parsed

from sim.demand import draw_world
from sim.policies import codes
from sim.roster import build_forces
from sim.roster.beats import Beat, Grounds
from sim.roster.hours import gaps, rest_about, shared_among
from sim.roster.rounds import EXACT, BrokenGroundError, closed_walk
from sim.roster.teams import team_grounds
from sim.scenario.errors import ScenarioError
from sim.scenario.hypotheses import hypotheses
from sim.space import build_geography
from sim.space.arcs import arc_ends
from sim.space.places import Place, coordinates
from sim.tables import Forces, Geography, World
from sim.vocabulary import DAY, HOUR, MINUTE, NEVER, NOBODY, CommitmentKind, Duty, PatrolRule


def forces_of(*lines: dict, **changes: object) -> tuple[Forces, World, Geography]:
    """The forces of the district with only a line of cars that can do everything and ``lines``."""
    data = district(**changes)
    data["policy"]["roster"] = [{**data["policy"]["roster"][0], "planned_share": 0, "break_min": 0}]
    data["policy"]["roster"] += [{"name": f"line{n}", "tier": "team", **line} for n, line in enumerate(lines)]
    spec, geography, streets = ground(data)
    world = draw_world(spec, geography, streets, 1, 0)
    return build_forces(spec, geography, streets, world), world, geography


def of_line(forces: Forces, number: int = 1) -> np.ndarray:
    return forces.units[forces.units["line"] == number]


def commitments_of(forces: Forces, unit: np.void) -> np.ndarray:
    return forces.commitments[unit["commitment_first"] :][: unit["commitment_count"]]


def spells_of(forces: Forces, unit: np.void) -> np.ndarray:
    return forces.spells[unit["spell_first"] :][: unit["spell_count"]]


# --------------------------------------------------------------------------------------------------------- standby

STANDBY = {"duty": "standby", "beat": "around"}


@pytest.mark.parametrize("post", ["home", "hot_spot", "site:school_gate"])
@pytest.mark.parametrize(("per", "mode"), [("sector", "foot"), ("team", "foot"), ("district", "car")])
def test_a_standby_beat_is_what_hangs_together_round_its_point(post, per, mode):
    line = {**STANDBY, "per": per, "mode": mode, "units": 3, "post": post, "base": "post", "beat_radius_m": 180}
    forces, _, geography = forces_of(line)
    segments = geography.segments
    assert len(of_line(forces))
    for unit in of_line(forces):
        assert (unit["duty"], unit["rule"]) == (Duty.STANDBY, PatrolRule.LEAST_RECENTLY_PASSED)
        assert unit["post_segment"] == NOBODY
        centre = Place(unit["base_segment"], unit["base_offset_m"], unit["base_across_m"])  # base = "post"
        x, y = coordinates(geography, centre)
        beat = np.flatnonzero(forces.beat_segments[unit["beat"]])
        passable = (geography.arc_us[unit["mode"]].reshape(-1, 2) < NEVER).any(axis=1)
        middle_x, middle_y = (
            (axis[segments["a"]] + axis[segments["b"]]) / 2 for axis in (geography.x_m, geography.y_m)
        )
        near = (np.hypot(middle_x - x, middle_y - y) <= 180) & passable
        assert unit["base_segment"] in beat
        assert near[np.setdiff1d(beat, unit["base_segment"])].all()
        reached, ends = {int(segments["a"][unit["base_segment"]])}, segments[["a", "b"]][beat].tolist()
        for _ in beat:
            reached |= {node for pair in ends if set(pair) & reached for node in pair}
        assert all(set(pair) <= reached for pair in ends)
        touching = near & np.isin(segments["a"], list(reached)) | near & np.isin(segments["b"], list(reached))
        within = {"district": near, "sector": segments["sector"] == unit["sector"]}.get(per)
        if within is not None:  # all that is near, of its scope, and touches the beat is in it
            assert set(np.flatnonzero(touching & within)) <= set(beat)
        assert beat_of_start(forces, unit)


def beat_of_start(forces: Forces, unit: np.void) -> bool:
    return bool(forces.beat_segments[unit["beat"], unit["start_segment"]])


def test_the_street_of_the_point_is_always_in_the_beat():
    forces, _, _ = forces_of({**STANDBY, "per": "district", "units": 5, "base": "post", "beat_radius_m": 0.001})
    units = of_line(forces)
    assert forces.beat_segments[units["beat"]].sum(axis=1).tolist() == [1] * 5
    assert forces.beat_segments[units["beat"], units["base_segment"]].all()


def test_crews_that_take_turns_stand_by_at_one_point():
    forces, _, _ = forces_of({**STANDBY, "per": "sector", "units": 2, "system": "three_shifts"})
    assert [len(set(four)) for four in of_line(forces)["beat"].reshape(-1, 4).tolist()] == [1] * 4


def test_peak_duty_is_a_patrol():
    windows = {"system": "windows", "windows": [["07:00", "09:00"]]}
    forces, _, _ = forces_of({"duty": "peak", "per": "sector", **windows}, {"per": "sector", **windows})
    peak, patrol = of_line(forces, 1), of_line(forces, 2)
    assert peak["duty"].tolist() == [Duty.PATROL] * 2
    for name in ("beat", "rule", "sector", "spell_count", "leaves_post"):
        assert (peak[name] == patrol[name]).all()
    assert codes("duty")["peak"] == Duty.PATROL


# ---------------------------------------------------------------------------------------------------------- rounds


def walked(geography: Geography, walk: np.ndarray) -> list[tuple[int, int]]:
    """(tail, head) of every arc of a walk, which is closed and consecutive."""
    tail, head = arc_ends(geography.segments)
    steps = list(zip(tail[walk].tolist(), head[walk].tolist(), strict=True))
    assert all(here[1] == then[0] for here, then in pairwise([*steps, steps[0]]))
    return steps


@pytest.mark.parametrize("beat", ["district", "sector", "team"])
def test_a_round_passes_every_street_and_closes(beat):
    forces, _, geography = forces_of({"rule": "round", "per": "team", "beat": beat})
    for number in np.unique(of_line(forces)["beat"]):
        row = forces.beats[number]
        walk = forces.round_arcs[row["round_first"] :][: row["round_count"]]
        walked(geography, walk)
        assert (geography.arc_us[row["mode"]][walk] < NEVER).all()
        assert set(walk // 2) == set(np.flatnonzero(forces.beat_segments[number]))
        again = Counter((walk // 2).tolist())
        assert max(again.values()) <= 2  # the shortest round passes no street three times


def grid(rows: int, columns: int, one_way: object = "none") -> Geography:
    space = {"kind": "streets", "rows": rows, "columns": columns, "block_height_m": 100, "block_width_m": 120}
    data = district(world__space={**space, "street_kinds": {"road": 1}, "one_way": one_way})
    data["world"]["sectors"] = {"north": {"residents": 1}}
    return build_geography(parsed(data))


def metres(geography: Geography, walk: np.ndarray) -> float:
    return float(geography.segments["length_m"][walk // 2].sum())


@pytest.mark.parametrize(
    ("rows", "columns", "twice_m"),
    [
        (2, 2, 0),  # a block: once round it
        (2, 3, 100),  # two blocks: the street between them twice
        (3, 3, 440),  # four T crossings at the edge: two pairs, each 100 + 120 apart
        (4, 4, 440),  # two on each side of the edge, joined along it: 100 + 100 + 120 + 120
    ],
)
def test_a_round_of_a_grid_is_as_short_as_the_postman_can_make_it(rows, columns, twice_m):
    geography = grid(rows, columns)
    everything = np.arange(len(geography.segments))
    walk = closed_walk(geography, everything, 0)
    walked(geography, walk)
    assert metres(geography, walk) == pytest.approx(geography.segments["length_m"].sum() + twice_m)


def test_one_street_is_walked_there_and_back():
    geography = grid(2, 2)
    assert sorted(closed_walk(geography, np.array([1]), 0).tolist()) == [2, 3]


def test_large_grounds_are_paired_among_the_nearest():
    geography = grid(20, 20)
    everything = np.arange(len(geography.segments))
    degree = np.bincount(np.concatenate([geography.segments["a"], geography.segments["b"]]))
    assert (degree % 2).sum() > EXACT
    walk = closed_walk(geography, everything, 0)
    walked(geography, walk)
    # 18 odd crossings a side, neighbours joined along it
    assert metres(geography, walk) == pytest.approx(geography.segments["length_m"].sum() + 2 * 9 * (100 + 120))


def test_cars_take_one_way_streets_in_their_direction():
    geography = grid(5, 5, "alternating")
    car = geography.modes.index("car")
    everything = np.arange(len(geography.segments))
    open_arcs = np.flatnonzero(geography.arc_us[car] < NEVER)
    ground_ = np.unique(open_arcs // 2)
    assert len(open_arcs) < 2 * len(ground_)
    walk = closed_walk(geography, ground_, car)
    walked(geography, walk)
    assert set(walk.tolist()) == set(open_arcs.tolist())
    assert len(closed_walk(geography, everything, geography.modes.index("foot"))) >= len(everything)


def test_grounds_without_a_round():
    geography = grid(4, 4, "alternating")
    foot, car = (geography.modes.index(mode) for mode in ("foot", "car"))
    segments = geography.segments
    apart = [
        row
        for row in range(len(segments))
        if not {segments["a"][row], segments["b"][row]} & {segments["a"][0], segments["b"][0]}
    ]
    with pytest.raises(BrokenGroundError, match="2 parts that do not meet"):
        closed_walk(geography, np.array([0, apart[-1]]), foot)
    with pytest.raises(BrokenGroundError, match="cannot come back"):
        closed_walk(geography, np.flatnonzero((geography.arc_us[car].reshape(-1, 2) < NEVER).any(axis=1))[:1], car)


def test_a_round_that_cannot_be_is_refused_with_its_line():
    with pytest.raises(ScenarioError, match='"line0": there is no round of a standby beat in') as refused:
        forces_of(
            {"rule": "round", "mode": "car", **STANDBY, "per": "district", "beat_radius_m": 0.001},
            world__space__one_way="alternating",
        )
    assert refused.value.problems[0].key == "policy.roster.1.rule"


def test_units_of_a_round_start_evenly_spread_at_the_tail_of_their_arc():
    line = {"rule": "round", "per": "sector", "units": 4, "system": "three_shifts"}
    forces, _, geography = forces_of(line, {"rule": "round", "per": "sector", "units": 2, "system": "always"})
    segments = geography.segments
    for beat in np.unique(of_line(forces)["beat"]):
        row = forces.beats[beat]
        walk = forces.round_arcs[row["round_first"] :][: row["round_count"]]
        took = geography.arc_us[row["mode"]][walk]
        mine = forces.units[forces.units["beat"] == beat]
        assert len(mine) == 4 * 4 + 2
        starts = mine["round_start"]
        assert (starts[:16].reshape(4, 4) == starts[:16:4, None]).all()  # crews that take turns
        begins = (np.cumsum(took) - took)[np.concatenate([starts[:16:4], starts[16:]])]
        assert begins[0] == 0
        apart = np.diff([*begins, took.sum()])
        assert np.abs(apart - took.sum() / 6).max() <= took.max()
        arcs = walk[starts]
        assert (mine["start_segment"] == arcs // 2).all()
        assert (mine["start_offset_m"] == np.where(arcs % 2, segments["length_m"][arcs // 2], 0)).all()


# ---------------------------------------------------------------------------------------------------------- visits


def test_points_are_the_sites_of_the_beat():
    visits = [{"role": "school_gate", "dwell_min": 4, "per_day": 3}, {"role": "police_station"}]
    forces, _, geography = forces_of({"rule": "visits", "per": "sector", "visits": visits}, {"per": "sector"})
    assert set(of_line(forces, 1)["beat"]).isdisjoint(of_line(forces, 2)["beat"])  # without points: another beat
    assert (forces.beats["visit_count"][of_line(forces, 2)["beat"]] == 0).all()
    roles = list(geography.sites)
    for unit in of_line(forces):
        row = forces.beats[unit["beat"]]
        points = forces.visits[row["visit_first"] :][: row["visit_count"]]
        gates, stations = (geography.sites[role] for role in ("school_gate", "police_station"))
        mine = [sites[sites["sector"] == unit["sector"]] for sites in (gates, stations)]
        assert points["segment"].tolist() == np.concatenate([one["segment"] for one in mine]).tolist()
        assert points["offset_m"].tolist() == np.concatenate([one["offset_m"] for one in mine]).tolist()
        wanted = [("school_gate", 4, 3)] * len(mine[0]) + [("police_station", 5, 1)] * len(mine[1])
        assert [(roles[p["role"]], p["dwell_us"] / MINUTE, p["per_day"]) for p in points] == wanted
    assert len(forces.visits) == 8 + 2


def test_a_car_visits_where_it_can_stand():
    forces, _, geography = forces_of(
        {"rule": "visits", "per": "district", "beat": "district", "mode": "car", "visits": [{"role": "school_gate"}]},
        world__sites={"police_station": {"per_sector": 1}, "school_gate": {"total": 8, "on": ["stairs", "lane"]}},
    )
    car = geography.modes.index("car")
    assert len(forces.visits) == 8
    open_segments = (geography.arc_us[car].reshape(-1, 2) < NEVER).any(axis=1)
    assert open_segments[forces.visits["segment"]].all()
    at_end = np.isin(forces.visits["offset_m"] / geography.segments["length_m"][forces.visits["segment"]], [0.0, 1.0])
    assert at_end.all()


def test_a_beat_without_points_is_refused():
    with pytest.raises(ScenarioError, match="no school_gate to visit in south") as refused:
        forces_of(
            {"rule": "visits", "per": "sector", "visits": [{"role": "school_gate"}]},
            world__sites={"police_station": {"per_sector": 1}, "school_gate": {"per_sector": {"north": 2}}},
        )
    assert refused.value.problems[0].key == "policy.roster.1.visits"


# --------------------------------------------------------------------------------------------- breaks and set hours


def test_a_break_is_due_where_its_corridor_begins_and_missed_where_it_ends():
    line = {"per": "sector", "system": "three_shifts", "break_min": 30, "break_window_h": [2.4, 4]}
    # eight blocks of 50 min: two fit the 144 min before the break, though a third of the time would be their share
    forces, _, _ = forces_of(line, {**line, "planned_share": 0.83, "planned_block_min": 50})
    seen = 0
    for unit in np.concatenate([of_line(forces, 1), of_line(forces, 2)]):
        starts = spells_of(forces, unit)["start_us"]
        rows = commitments_of(forces, unit)
        breaks = rows[rows["kind"] == CommitmentKind.BREAK]
        expected = starts[starts + 2.4 * HOUR >= 0]
        assert (breaks["start_us"] == expected + round(2.4 * HOUR)).all()
        assert (breaks["latest_us"] == expected + 4 * HOUR).all()
        assert (rows["latest_us"][rows["kind"] == CommitmentKind.PLANNED] == NEVER).all()
        assert (rows["start_us"][1:] >= (rows["start_us"] + rows["duration_us"])[:-1]).all()
        seen += len(breaks)
    assert seen >= 12


def planned_line(**fields: object) -> dict:
    blocks = [
        {"from": "10:00", "to": "11:30", "place": "site:school_gate", "priority": 1},
        {"from": "23:30", "to": "00:30", "weekdays": ["friday"]},
        {"from": "14:00", "to": "14:20", "place": "base", "weekdays": ["saturday"]},
    ]
    return {"per": "sector", "system": "three_shifts", "planned": blocks, **fields}


def test_planned_work_at_set_hours_and_places():
    line = planned_line(first_shift="07:00")
    forces, _, geography = forces_of(line, {**line, "duty": "post", "rule": "stand", "base": "post"})
    gates = geography.sites["school_gate"][["segment", "offset_m"]].tolist()
    midnight = -6 * HOUR  # the run begins at six on a Friday
    found = Counter()
    for unit in np.concatenate([of_line(forces, 1), of_line(forces, 2)]):
        for row in commitments_of(forces, unit):
            assert row["kind"] == CommitmentKind.PLANNED
            assert row["latest_us"] == row["start_us"] + row["duration_us"]
            day, at = divmod(int(row["start_us"]) - midnight, DAY)
            place = row[["segment", "offset_m"]].item()
            if at == 10 * HOUR:
                assert (row["duration_us"], row["priority"]) == (90 * MINUTE, 1)
                assert place in gates
            elif at == 14 * HOUR:
                assert (row["duration_us"], row["priority"]) == (20 * MINUTE, 0)
                assert place == unit[["base_segment", "base_offset_m"]].item()
            else:
                assert (at, row["duration_us"], row["segment"], day) == (round(23.5 * HOUR), HOUR, NOBODY, 0)
            found[int(unit["line"]), at // HOUR, day] += 1
    # one crew of each of the two places does each block; spells go on past the 30 hours of the run
    assert found == {(n, h, d): 2 for n in (1, 2) for h, d in ((10, 0), (23, 0), (10, 1), (14, 1))}


def test_other_work_and_breaks_go_beside_set_hours():
    line = planned_line(planned_share=0.35, planned_block_min=20, break_min=40, units=6)
    forces, _, _ = forces_of(line, {**line, "system": "always"}, {**line, "break_window_h": [3.75, 5]})
    corridor = 0
    for number in (1, 2, 3):
        for unit in of_line(forces, number):
            rows = commitments_of(forces, unit)
            assert (rows["start_us"][1:] >= (rows["start_us"] + rows["duration_us"])[:-1]).all()
            for spell in spells_of(forces, unit):
                inside = rows[(rows["start_us"] >= spell["start_us"]) & (rows["start_us"] < spell["end_us"])]
                assert (inside["start_us"] + inside["duration_us"] <= spell["end_us"]).all()
                if spell["start_us"] < 0:
                    continue
                breaks = inside[inside["kind"] == CommitmentKind.BREAK]
                assert breaks["duration_us"].tolist() == [40 * MINUTE]
                if number == 3:
                    assert breaks["start_us"] - spell["start_us"] == round(3.75 * HOUR)
                    assert breaks["latest_us"] - spell["start_us"] == 5 * HOUR
                    corridor += 1
                length = int(spell["end_us"] - spell["start_us"])
                small = inside[(inside["duration_us"] == 20 * MINUTE) & (inside["segment"] == NOBODY)]
                assert len(small) == round(0.35 * length / (20 * MINUTE))
    assert corridor


@pytest.mark.parametrize(
    ("fields", "key", "says"),
    [
        (
            {"planned": [{"from": "09:00", "to": "11:00"}, {"from": "10:30", "to": "12:00"}]},
            "planned.1",
            "10:30 to 12:00",
        ),
        (
            {"break_min": 30, "break_window_h": [2.25, 4]},
            "break_window_h",
            "10:15 to 10:45, overlaps planned work 10:00",
        ),
        ({"planned_share": 0.8}, "planned_share", "13 blocks of 30 minutes make planned_share = 0.8 of 8 hours"),
        (
            {"planned": [{"from": f"{h:02d}:15", "to": f"{h + 1:02d}:00"} for h in range(8, 16)], "break_min": 20},
            "break_min",
            "leaves no 20 minutes together",
        ),
    ],
)
def test_what_overlaps_is_refused_with_the_arithmetic(fields, key, says):
    with pytest.raises(ScenarioError, match=says) as refused:
        forces_of(planned_line(**fields))
    assert refused.value.problems[0].key == f"policy.roster.1.{key}"


def test_gaps_and_what_fits_them():
    assert gaps(0, 100, [(40, 60), (10, 20)]) == [(0, 10), (20, 40), (60, 100)]
    assert gaps(0, 100, [(0, 20), (20, 100)]) == []
    assert rest_about(50, 10, [(0, 45), (58, 100)]) == 58
    assert rest_about(50, 10, [(0, 50), (70, 100)]) == 40
    assert shared_among(5, 10, [(0, 25), (30, 70)]) == [2, 3]
    assert shared_among(3, 10, [(0, 9), (20, 50)]) == [0, 3]
    assert sum(shared_among(9, 10, [(0, 25), (30, 70)])) == 6  # no room for more


# -------------------------------------------------------------------------------------------------------- hand-over


@pytest.mark.parametrize(("system", "crews"), [("three_shifts", 4), ("three_shifts", 3), ("two_shifts", 2)])
def test_the_relief_is_the_crew_whose_spell_begins(system, crews):
    line = {"per": "sector", "units": 2, "system": system, "crews": crews, "changeover": "hand_over"}
    forces, world, _ = forces_of(line, {**line, "changeover": "finish"})
    assert of_line(forces)["hands_over"].all()
    assert not of_line(forces, 2)["hands_over"].any()
    last, seen = int(forces.spells["end_us"].max()), 0
    for first in range(len(of_line(forces)))[::crews]:
        place = of_line(forces)[first : first + crews]
        for unit in place:
            for spell in spells_of(forces, unit):
                if spell["end_us"] >= world.horizon_us:
                    continue
                relief = forces.units[spell["relief"]]
                assert relief["key"] in place["key"]
                assert relief["key"] != unit["key"]
                assert spell["end_us"] in spells_of(forces, relief)["start_us"]
                seen += 1
    assert seen
    assert last > world.horizon_us
    for unit in of_line(forces, 2):
        assert (spells_of(forces, unit)["relief"] == NOBODY).all()


def test_nobody_relieves_where_the_next_crew_does_not_turn_up():
    line = {"per": "sector", "units": 20, "system": "three_shifts", "changeover": "hand_over", "turn_up_share": 0.5}
    forces, _, _ = forces_of(line)
    units = of_line(forces)
    starts = {}
    for number, unit in enumerate(forces.units):
        for spell in spells_of(forces, unit):
            starts[number, int(spell["start_us"])] = True
    spells = np.concatenate([spells_of(forces, unit) for unit in units])
    relieved = spells["relief"] != NOBODY
    assert 0.3 < relieved.mean() < 0.7
    assert all((int(spell["relief"]), int(spell["end_us"])) in starts for spell in spells[relieved])


def test_scopes_stay_apart_by_what_they_visit():
    spec, geography, _ = ground()
    grounds = Grounds(geography, team_grounds(spec, geography))
    visits = parsed(
        district(policy__roster=[{"name": "a", "tier": "team", "visits": [{"role": "school_gate"}]}])
    ).policy.roster[0]
    scope = ("sector", 0)
    assert grounds.beat(Beat(scope, 0)) == 0
    assert grounds.beat(Beat(scope, 0, tuple(visits.visits))) == 1
    assert grounds.beat(Beat(scope, 0)) == 0


# --------------------------------------------------------------------------------------------- escalation, fatigue


def test_escalation_is_off_and_fatigue_none_unless_they_are_written():
    forces, _, _ = forces_of({"per": "sector"})
    assert not any(value for name, value in forces._asdict().items() if name.startswith("escalate"))
    assert forces.fatigue_turnout.tolist() == forces.fatigue_work.tolist() == [1.0] * 25
    assert (forces.units["on_call_us"] == NEVER).all()


def test_escalation_and_crews_on_call():
    rule = {"over": 7, "after_min": 2.5, "until": 3, "open_borders": True}
    forces, _, _ = forces_of({"per": "sector", "on_call_min": 40}, policy__dispatch={"escalation": rule})
    assert (forces.escalate_over, forces.escalate_after_us, forces.escalate_until) == (7, 150 * 10**6, 3)
    assert (forces.escalate_breaks, forces.escalate_borders) == (0, 1)
    assert of_line(forces)["on_call_us"].tolist() == [40 * MINUTE] * 2
    assert (of_line(forces, 0)["on_call_us"] == NEVER).all()


def test_fatigue_grows_by_the_full_hour_and_is_named():
    data = {"from_h": 7.5, "turnout_per_h": 0.5, "work_per_h": 0.25}
    forces, _, _ = forces_of({"per": "sector"}, policy__fatigue=data)
    assert forces.fatigue_turnout[[0, 7, 8, 9, 24]].tolist() == [1, 1, 1.25, 1.75, 9.25]
    assert forces.fatigue_work[[7, 9]].tolist() == [1, 1.375]
    (said,) = hypotheses(parsed(district(policy__fatigue=data)))
    assert "after 7.5 h on duty each full hour makes turnout 50 % and work 25 % longer" in said
    assert hypotheses(parsed()) == hypotheses(parsed(district(policy__fatigue={}))) == ()
