"""The roster: where units are, under which orders, and that nobody's draws depend on another line."""

from __future__ import annotations

import numpy as np
import pytest
from district import district, ground, parsed

from sim.demand import draw_world
from sim.roster import books, build_forces, day_forces, labels, plan_roster
from sim.roster.groups import team_sectors
from sim.roster.teams import team_grounds
from sim.scenario.errors import ScenarioError
from sim.tables import Forces, Labels, World
from sim.vocabulary import (
    MINUTE,
    NEVER,
    NOBODY,
    SECOND,
    Authority,
    BorderRule,
    Duty,
    LeavesPost,
    PatrolRule,
    QueueOrder,
    ScoreRule,
    UnitState,
)

POSTS = {"duty": "post", "rule": "stand"}


def forces_of(data: dict, seed: int = 1, replication: int = 0) -> tuple[Forces, World, Labels]:
    spec, geography, streets = ground(data)
    world = draw_world(spec, geography, streets, seed, replication)
    return build_forces(spec, geography, streets, world), world, labels(spec, geography)


def with_line(**fields: object) -> dict:
    """The district with one line of the roster more; it comes last."""
    data = district()
    data["policy"]["roster"].append({"name": "more", "tier": "team", **fields})
    return data


@pytest.fixture(scope="module")
def built() -> tuple[Forces, World, Labels]:
    return forces_of(district())


def of_line(built: tuple[Forces, World, Labels], name: str) -> np.ndarray:
    forces, _, names = built
    return forces.units[forces.units["line"] == names.lines.index(name)]


# --------------------------------------------------------------------------------------------------- tiers, orders


def test_tiers(built):
    tiers, authority = built[0].tiers, built[0].authority
    assert tiers["rank"].tolist() == [1, 2]
    assert tiers["relay_us"].tolist() == [0, 90 * SECOND]
    assert tiers["border"].tolist() == [BorderRule.ANY, BorderRule.ADJACENT]
    assert tiers["response_factor"].tolist() == [[1, 1.5, 1.2, 1], [1, 1, 1, 1]]
    assert tiers["sight_m"][0].tolist() == [50, 25, 25, 90]
    assert tiers[["kit", "kit_factor"]].tolist() == [(1, 0.9), (0, 1.0)]
    turnout = [tiers[f"turnout_{state}_us"][0] for state in ("patrol", "standby", "post", "base")]
    assert turnout == [15 * SECOND, 5 * SECOND, 30 * SECOND, 75 * SECOND]
    resolve, hold, none = Authority.RESOLVE, Authority.HOLD, Authority.NONE
    assert authority.tolist() == [[resolve] * 4, [resolve, hold, none, hold]]
    assert built[0].acceptance.tolist() == [(150, 0.6), (400, 0.2)]
    assert tiers[["acceptance_first", "acceptance_count"]].tolist() == [(0, 0), (0, 2)]


def test_orders():
    data = district(policy__command={"call_handling_s": 40, "on_view_report_s": 20, "joint_min": 2})
    data["policy"]["dispatch"] = {
        "score": [{"rule": "lowest_tier", "max_extra_s": 120}, {"rule": "nearest"}],
        "queue": "limit",
        "queue_limit": 7,
        "strict": True,
    }
    forces, _, _ = forces_of(data)
    assert forces.score_rules.tolist() == [ScoreRule.LOWEST_TIER, ScoreRule.NEAREST]
    assert forces.score_extra_us.tolist() == [120 * SECOND, NEVER]
    assert (forces.call_handling_us, forces.on_view_report_us) == (40 * SECOND, 20 * SECOND)
    assert (forces.joint_us, forces.queue_rule, forces.queue_limit, forces.strict) == (120 * SECOND, 1, 7, 1)
    assert not forces.preference.any()


def test_queue_order_and_call_takers():
    for order, code in (("priority", 0), ("ageing", 1), ("first_come", 2)):
        forces, _, _ = forces_of(district(policy__dispatch={"order": order}, policy__command={"call_takers": 3}))
        assert (forces.queue_order, forces.ageing_us, forces.call_takers) == (code, 30 * MINUTE, 3)
    forces, _, _ = forces_of(district(policy__dispatch={"order": "ageing", "ageing_min": 7.5}))
    assert (forces.queue_order, forces.ageing_us, forces.call_takers) == (QueueOrder.AGEING, 450 * SECOND, 0)


def test_reserve():
    data = district()
    data["policy"]["tiers"]["police"] |= {"reserve": [0, 1, 3], "reserve_scope": "sector", "preemptible": False}
    tiers = forces_of(data)[0].tiers
    assert tiers["reserve"].tolist() == [[0, 0, 1, 3], [0, 0, 0, 0]]
    assert tiers["reserve_in_sector"].tolist() == [1, 0]
    assert tiers["preemptible"].tolist() == [0, 1]


def test_preemption():
    forces, _, _ = forces_of(district())
    assert not forces.preempt.any()
    assert forces.preempt_min_gain_us == NEVER
    rules = [
        {"calling": 1, "in_hand": [2, 3]},
        {"calling": 1, "in_hand": [3], "states": ["on_scene"]},
        {"calling": 2, "in_hand": [3], "states": ["turnout"]},
    ]
    forces, _, _ = forces_of(district(policy__dispatch={"preempt": rules, "preempt_min_gain_s": 90}))
    under_way = 1 << UnitState.TURNOUT | 1 << UnitState.EN_ROUTE
    expected = np.zeros((4, 4), int)
    expected[1, 2], expected[1, 3] = under_way, under_way | 1 << UnitState.ON_SCENE
    expected[2, 3] = 1 << UnitState.TURNOUT
    assert forces.preempt.tolist() == expected.tolist()
    assert forces.preempt_min_gain_us == 90 * SECOND
    forces, _, _ = forces_of(district(policy__dispatch={"preempt": rules, "preempt_min_gain_s": 0}))
    assert forces.preempt_min_gain_us == 0


def test_preference():
    data = district(policy__dispatch={"preference": {"south": ["teams", "cars/south/2/B", "cars"]}})
    forces, _, names = forces_of(data)
    north, south = (dict(zip(names.units, ranks.tolist(), strict=True)) for ranks in forces.preference)
    assert set(north.values()) == {0}
    assert south["teams/north-01/1/A"] == 0
    assert (south["cars/south/2/B"], south["cars/south/2/A"], south["armbands/south/7"]) == (1, 2, 3)
    data = district(policy__dispatch={"preference": {"south": ["taems"]}})
    with pytest.raises(ScenarioError, match='did you mean "teams"'):
        forces_of(data)


def test_wrap_up_is_one_draw_through_each_tiers_distribution():
    data = district()
    data["policy"]["tiers"]["team"]["wrap_up"] = {"distribution": "exponential", "mean_min": 8}
    forces, world, _ = forces_of(data)
    police, team = forces.wrap_up_us.T
    assert forces.wrap_up_us.shape == (len(world.incidents), 2)
    assert (np.argsort(police) == np.argsort(team)).all()
    assert abs(np.median(police) / 60e6 - 25) < 5
    assert abs(team.mean() / 60e6 - 8) < 4 * 8 / np.sqrt(len(team))


# -------------------------------------------------------------------------------------------------- who is there


def test_units_names_and_books(built):
    forces, _, names = built
    assert len(names.units) == len(set(names.units)) == len(forces.units) == 2 * 2 * 4 + 8 * 4 + 2 * 40
    assert len(set(forces.units["key"].tolist())) == len(forces.units)
    assert names.units[:5] == ("cars/north/1/A", "cars/north/1/B", "cars/north/1/C", "cars/north/1/D", "cars/north/2/A")
    assert names.teams == ("north-01", "north-02", "north-03", *(f"south-{k:02d}" for k in range(1, 6)))
    spec, geography, _ = ground()
    assert books(spec, geography) == [
        ("cars", "police", 32, 8),
        ("teams", "team", 96, 24),
        ("armbands", "team", 160, 160),
    ]
    data = district()
    data["policy"]["roster"][2]["on_the_books"] = 900
    assert books(parsed(data), geography)[2] == ("armbands", "team", 900, 160)


def test_fields_of_a_line():
    data = with_line(
        per="district",
        crew=5,
        mode="car",
        last_call_cutoff_min=20,
        muster_min=3,
        rule="weighted",
        base="site:school_gate",
    )
    unit = of_line(forces_of(data), "more")[0]
    assert (unit["crew"], unit["mode"], unit["rule"], unit["duty"]) == (5, 1, PatrolRule.WEIGHTED, Duty.PATROL)
    assert (unit["last_call_cutoff_us"], unit["muster_us"]) == (1200 * SECOND, 180 * SECOND)
    posted = of_line(forces_of(with_line(**POSTS, leaves_post="on_view")), "more")[0]
    assert (posted["duty"], posted["rule"], posted["beat"]) == (Duty.POST, PatrolRule.STAND, NOBODY)
    assert posted["leaves_post"] == LeavesPost.ON_VIEW


@pytest.mark.parametrize(
    ("fields", "units", "sectors"),
    [
        ({"per": "district", "beat": "district"}, 1, None),
        ({"per": "sector"}, 2, [0, 1]),
        ({"per": "sector", "sectors": ["south"], "units": 3}, 3, [1, 1, 1]),
        ({"per": "team", "sectors": ["north"], "beat": "team"}, 3, [0, 0, 0]),
        ({"per": "site:school_gate", **POSTS, "post": "site:school_gate"}, 8, [0] * 6 + [1] * 2),
        ({"per": "district", "units": 3, "beat": "sector"}, 3, [0, 1, 0]),
    ],
)
def test_groups_and_home_sectors(fields, units, sectors):
    built = forces_of(with_line(**fields))
    rows = of_line(built, "more")
    assert len(rows) == units
    if sectors is not None:
        assert rows["sector"].tolist() == sectors
    teams = [0, 1, 2] if fields["per"] == "team" else [NOBODY] * units
    assert rows["team"].tolist() == teams


def test_a_line_without_ground_is_refused():
    data = with_line(per="site:school_gate", sectors=["south"])
    data["world"]["sites"]["school_gate"] = {"per_sector": {"north": 2}}
    with pytest.raises(ScenarioError, match='"more"') as refused:
        forces_of(data)
    assert refused.value.problems[0].key == "policy.roster.3.per"


# -------------------------------------------------------------------------------------------------- beats


@pytest.mark.parametrize("teams", [1, 2, 7, 20])
def test_team_beats_share_out_each_sector(teams):
    data = district()
    data["world"]["sectors"]["north"]["teams"] = teams
    spec, geography, _ = ground(data)
    segments, grounds = geography.segments, team_grounds(spec, geography)
    assert len(grounds) == teams + 5
    assert np.sort(np.concatenate(grounds)).tolist() == list(range(len(segments)))
    assert [set(segments["sector"][rows]) for rows in grounds] == [{sector} for sector in team_sectors(spec)]
    for sector, count in ((0, teams), (1, 5)):
        lengths = np.array(
            [segments["length_m"][rows].sum() for rows in grounds if segments["sector"][rows[0]] == sector]
        )
        assert abs(lengths * count / lengths.sum() - 1).max() < 0.45
    for rows in grounds:  # connected
        reached, ends = {int(segments["a"][rows[0]])}, segments[["a", "b"]][rows].tolist()
        for _ in rows:
            reached |= {node for pair in ends if set(pair) & reached for node in pair}
        assert all(set(pair) <= reached for pair in ends)


def test_a_team_for_every_street_at_most():
    data = district()
    data["world"]["sectors"]["north"]["teams"] = 500
    with pytest.raises(ScenarioError, match="500 teams on"):
        forces_of(data)


def test_beat_tables(built):
    forces, world, _ = built
    segments, arc_us = world.streets.segments, world.streets.arc_us
    for row, beat in enumerate(forces.beats):
        open_arcs = arc_us[beat["mode"]].reshape(-1, 2) < NEVER
        inside = forces.beat_segments[row] == 1
        assert open_arcs[inside].any(axis=1).all()
        leaving = set(segments["a"][inside & open_arcs[:, 0]]) | set(segments["b"][inside & open_arcs[:, 1]])
        assert set(np.flatnonzero(forces.beat_nodes[row])) == leaving
    cars = forces.units[forces.units["line"] == 0]
    for beat, sector in ((cars["beat"][0], 0), (cars["beat"][-1], 1)):
        mine = (segments["sector"] == sector) & (arc_us[1].reshape(-1, 2) < NEVER).any(axis=1)
        assert (forces.beat_segments[beat] == mine).all()
    assert sorted(set(forces.units["beat"])) == [NOBODY, *range(len(forces.beats))]


def test_a_beat_that_cannot_be_patrolled_is_refused():
    data = district()
    data["world"]["modes"]["boat"] = {"speed_mps": {"square": 3.0}}
    data["world"]["space"] |= {"arterial_every": 0, "street_kinds": {"road": 1}}
    data["world"]["sectors"]["north"]["street_kinds"] = {"square": 1}
    data["policy"]["roster"].insert(0, {"name": "more", "tier": "team", "per": "team", "mode": "boat", "beat": "team"})
    with pytest.raises(ScenarioError, match='"more": mode boat may pass no street of a team of south') as refused:
        forces_of(data)
    assert refused.value.problems[0].key == "policy.roster.0.mode"


# ------------------------------------------------------------------------------------------- bases, posts, starts


def test_everybody_stands_where_their_mode_may_pass(built):
    forces, world, _ = built
    open_segments = (world.streets.arc_us < NEVER).reshape(2, -1, 2).any(axis=2)
    for place in ("base", "start"):
        segment, offset = forces.units[f"{place}_segment"], forces.units[f"{place}_offset_m"]
        assert open_segments[forces.units["mode"], segment].all()
        assert (offset >= 0).all()
        assert (offset <= world.streets.segments["length_m"][segment]).all()


def test_cars_muster_at_the_station_or_the_nearest_crossing(built):
    _, geography, _ = ground()
    cars = of_line(built, "cars")
    open_segments = (geography.arc_us[1].reshape(-1, 2) < NEVER).any(axis=1)
    for site in geography.sites["police_station"]:
        mine = cars[cars["sector"] == site["sector"]]
        if open_segments[site["segment"]]:
            assert set(mine[["base_segment", "base_offset_m"]].tolist()) == {site[["segment", "offset_m"]].item()}
        else:
            assert (mine["base_segment"] != site["segment"]).all()


def test_posts_on_foot_are_at_the_very_site():
    _, geography, _ = ground()
    sites = geography.sites["school_gate"][["segment", "offset_m"]].tolist()

    def posts(**fields: object) -> list:
        rows = of_line(forces_of(with_line(**POSTS, post="site:school_gate", **fields)), "more")
        assert (rows["start_segment"] == rows["post_segment"]).all()
        assert (rows["start_offset_m"] == rows["post_offset_m"]).all()
        return rows[["post_segment", "post_offset_m"]].tolist()

    assert posts(per="site:school_gate") == sites
    assert posts(per="district", units=11) == sites + sites[:3]
    assert posts(per="sector", units=3) == [*sites[:3], sites[6], sites[7], sites[6]]
    assert posts(per="team") == [*sites[:3], sites[6], sites[7], sites[6], sites[7], sites[6]]
    # a unit on a post musters there
    rows = of_line(forces_of(with_line(**POSTS, per="site:school_gate", post="site:school_gate")), "more")
    assert rows[["base_segment", "base_offset_m"]].tolist() == sites


def test_a_sector_without_the_site_of_its_posts_is_refused():
    data = with_line(**POSTS, per="sector", post="site:school_gate")
    data["world"]["sites"]["school_gate"] = {"per_sector": {"north": 2}}
    with pytest.raises(ScenarioError, match="south has no site of role school_gate"):
        forces_of(data)


@pytest.mark.parametrize(("post", "field"), [("home", "residents"), ("hot_spot", "patrol_weight")])
def test_posts_are_where_people_or_incidents_are(post, field):
    built = forces_of(with_line(**POSTS, per="district", units=2000, post=post))
    segments = built[1].streets.segments
    counts = np.bincount(of_line(built, "more")["post_segment"], minlength=len(segments))
    means = segments[field] / segments[field].sum() * 2000
    often = means > 5
    chi_square = ((counts - means)[often] ** 2 / means[often]).sum()
    assert abs(chi_square - often.sum()) < 4 * np.sqrt(2 * often.sum())


def test_starts_are_uniform_by_length_in_the_beat():
    built = forces_of(with_line(per="sector", units=1500, sectors=["north"]))
    forces, world, _ = built
    rows = of_line(built, "more")
    segments, beat = world.streets.segments, forces.beat_segments[rows["beat"][0]] == 1
    assert beat[rows["start_segment"]].all()
    means = np.where(beat, segments["length_m"], 0) / segments["length_m"][beat].sum() * 1500
    counts = np.bincount(rows["start_segment"], minlength=len(segments))
    chi_square = ((counts - means)[beat] ** 2 / means[beat]).sum()
    assert abs(chi_square - beat.sum()) < 4 * np.sqrt(2 * beat.sum())
    part = rows["start_offset_m"] / segments["length_m"][rows["start_segment"]]
    assert abs(part.mean() - 0.5) < 4 / np.sqrt(12 * len(part))


# ------------------------------------------------------------------------------------- what depends on what


def everything(built: tuple[Forces, World, Labels]) -> dict[int, tuple]:
    """What each unit does, by its key, without the numbers of rows that it points at."""
    forces, _, _ = built
    kept = ["tier", "crew", "mode", "sector", "base_segment", "base_offset_m", "post_segment", "start_segment"]
    kept += ["start_offset_m", "post_offset_m", "muster_us"]
    found = {}
    for unit in forces.units:
        spells = forces.spells[unit["spell_first"] :][: unit["spell_count"]].tolist()
        commitments = forces.commitments[unit["commitment_first"] :][: unit["commitment_count"]].tolist()
        ground_ = forces.beat_segments[unit["beat"]].tobytes() if unit["beat"] >= 0 else b""
        found[int(unit["key"])] = (unit[kept].item(), spells, commitments, ground_)
    return found


def test_a_line_more_shifts_nobody(built):
    more = forces_of(with_line(per="sector", units=5, planned_share=0.2, turn_up_share=0.5))
    assert everything(built).items() < everything(more).items()


def test_the_order_of_lines_changes_numbers_only(built):
    data = district()
    data["policy"]["roster"].reverse()
    other = forces_of(data)
    assert everything(other) == everything(built)
    assert [name for name in other[2].units if name.startswith("cars")] == list(built[2].units[:16])


def test_replications_differ_in_draws_alone(built):
    spec, geography, streets = ground()
    roster = plan_roster(spec, geography, streets)
    worlds = [draw_world(spec, geography, streets, 1, number) for number in (0, 1)]
    one, two = (day_forces(roster, world) for world in worlds)
    for shared, alone in zip(one, built[0], strict=True):
        assert shared.tobytes() == alone.tobytes() if isinstance(shared, np.ndarray) else shared == alone
    assert (one.units["base_segment"] == two.units["base_segment"]).all()
    patrols = one.units["duty"] == Duty.PATROL
    assert (one.units["start_segment"] != two.units["start_segment"])[patrols].mean() > 0.8
    assert (one.units["start_segment"] == two.units["start_segment"])[~patrols].all()
    assert one.units["spell_count"].tolist() != two.units["spell_count"].tolist()


# ------------------------------------------------------------------------------------------ what cannot be done


def test_a_class_that_nobody_could_deal_with_is_refused():
    data = district()
    del data["policy"]["roster"][0]
    del data["world"]["classes"]["fight"]["more"]  # threes of a team may start on a fight, but prowl needs the police
    with pytest.raises(ScenarioError, match="slot of class prowl") as refused:
        forces_of(data)
    assert refused.value.problems[0].key == "world.classes.prowl.needs.0"


def test_a_slot_beyond_the_quorum_may_stay_empty():
    data = district()
    data["world"]["classes"]["fight"] |= {"quorum": 1}
    data["world"]["classes"]["fight"]["needs"].append({"tiers": ["police"], "min_crew": 50})
    forces_of(data)
    data["world"]["classes"]["fight"]["more"]["needs"][0]["min_crew"] = 50
    with pytest.raises(ScenarioError, match="slot of class fight") as refused:
        forces_of(data)
    assert refused.value.problems[0].key == "world.classes.fight.more.needs.0"
