"""Loading: what a file means after extends, overrides and defaults; origins; digests; errors as objects."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import jsonschema
import pytest
from bad_input_cases import BASE, FOLDER, PLANE

from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.errors import nearest, shown
from sim.scenario.load import from_dict
from sim.scenario.matching import match
from sim.scenario.shape import file_schema, shape_of
from sim.scenario.write import toml


def written(folder: Path, **files: str) -> Path:
    """Writes ``name=text`` as ``name.toml``; returns the first."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.toml"


def refused(path, overrides=()) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path, overrides)
    return caught.value.problems


@pytest.fixture
def base(tmp_path) -> Path:
    return written(tmp_path, base=BASE)


def test_values_and_origins(base):
    scenario = Scenario.load(base)
    assert scenario.name == "base"
    assert scenario.path == base
    assert scenario.spec.world.demand.per_day == 200
    line = BASE[: BASE.index("per_day")].count("\n") + 1
    assert scenario.origins["world.demand.per_day"] == f"base.toml:{line}"
    assert scenario.origins["world.demand.scale"] == "default"
    assert scenario.origins["policy.roster.1.per"].startswith("base.toml:")
    assert scenario.origins['assumptions."world.demand.per_day".low'].startswith("base.toml:")
    assert not scenario.notes


def test_posts_stand(base):
    assert [line.rule for line in Scenario.load(base).spec.policy.roster][2] == "stand"


@pytest.mark.parametrize("text", ["\ufeff" + BASE, BASE.replace("\n", "\r\n"), "\ufeff" + BASE.replace("\n", "\r\n")])
def test_byte_order_mark_and_windows_lines(text, tmp_path, base):
    path = tmp_path / "other.toml"
    path.write_bytes(text.encode())
    other, same = Scenario.load(path), Scenario.load(base)
    assert (other.world_digest, other.policy_digest) == (same.world_digest, same.policy_digest)
    assert other.origins["run.seed"] == "default"
    assert other.origins["run.drain_h"].split(":")[1] == same.origins["run.drain_h"].split(":")[1]


def test_resolved_loads_again_to_the_same(base, tmp_path):
    scenario = Scenario.load(base)
    for again in (
        Scenario.from_dict(scenario.resolved()),
        Scenario.load(written(tmp_path, shown=toml(scenario.resolved()))),
        Scenario.load(written(tmp_path, plain=toml(scenario.resolved(), lambda path: "said", ascii_only=True))),
    ):
        assert again.resolved() == scenario.resolved()
        assert again.world_digest == scenario.world_digest
        assert again.policy_digest == scenario.policy_digest


def test_scenarios_travel_to_other_processes(base):
    scenario = Scenario.load(base)
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    error = ScenarioError([Problem("a.toml", 3, "run.seed", None, "is wrong"), Problem(message="x")])
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.problems == error.problems


@pytest.mark.parametrize(
    ("override", "world", "policy"),
    [
        ("world.demand.per_day=200.0", False, False),
        ("world.demand.scale=1", False, False),
        ("title=Another", False, False),
        ('sources=["x"]', False, False),
        ('assumptions."world.demand.per_day".high=250', False, False),
        ("run.seed=5", False, False),
        ("run.replications=3", False, False),
        ("run.measured_h=5", True, False),
        ("probes.cover_per_day=10", True, False),
        ("world.demand.scale=1.1", True, False),
        ("world.classes.help.priority=2", True, False),
        ("policy.roster.cars.units=3", False, True),
        ("policy.command.relay_s=0", False, True),
    ],
)
def test_digests_say_what_differs(base, override, world, policy):
    one, other = Scenario.load(base), Scenario.load(base, [override])
    assert (one.world_digest != other.world_digest) is world
    assert (one.policy_digest != other.policy_digest) is policy


def test_order_of_tiers_counts():
    data = Scenario.load(FOLDER / "base.toml").resolved()
    tiers = data["policy"]["tiers"]
    turned = {**data, "policy": {**data["policy"], "tiers": dict(reversed(tiers.items()))}}
    assert Scenario.from_dict(turned).policy_digest != Scenario.from_dict(data).policy_digest


# ----------------------------------------------------------------------------------------------------- extends


def test_extends_merges_tables_and_replaces_lists(tmp_path, base):
    child = written(
        tmp_path,
        child='extends = "base.toml"\ntitle = "Child"\n[world.demand]\nscale = 2\n[world.space]\nblock_width_m = 80\n'
        '[world.classes.help.work]\nmedian_min = 12\n[[policy.roster]]\nname = "all"\ntier = "police"\nunits = 9\n'
        'base = "site:police_station"\n[policy.tiers.community.authority]\nfight = "none"\n'
        "[world.classes.fight]\nsafe_crew = 1\n"
        'needs = [{tiers = ["police"]}]\n[world.classes.collapse]\nneeds = [{tiers = ["police"], authority = "hold"}]\n'
        '[world.classes.help]\nneeds = [{tiers = ["police"]}]\n',
    )
    child.write_text(child.read_text().replace("[world.classes.help.work]\nmedian_min = 12\n", ""))
    scenario = Scenario.load(child)
    assert scenario.spec.title == "Child"
    assert scenario.spec.world.demand.per_day == 200
    assert scenario.spec.world.demand.scale == 2
    assert scenario.spec.world.space.block_width_m == 80
    assert [line.name for line in scenario.spec.policy.roster] == ["all"]
    assert scenario.origins["world.demand.scale"] == "child.toml:4"
    assert scenario.origins["world.demand.per_day"].startswith("base.toml:")
    assert scenario.origins["world.space.block_width_m"] == "child.toml:6"
    assert scenario.origins["policy.roster.0.per"] == "default"


def test_extends_a_list_the_later_wins(tmp_path, base):
    path = written(
        tmp_path,
        child='extends = ["base.toml", "parts/one.toml", "parts/two.toml"]\n',
    )
    (tmp_path / "parts").mkdir()
    written(
        tmp_path / "parts", one="[run]\nseed = 11\nreplications = 7\n", two='extends = "one.toml"\n[run]\nseed = 12\n'
    )
    scenario = Scenario.load(path)
    assert (scenario.spec.run.seed, scenario.spec.run.replications) == (12, 7)
    assert scenario.origins["run.seed"] == "two.toml:3"


def test_problems_name_the_file_that_holds_the_line(tmp_path, base):
    base.write_text(BASE.replace("per_day = 200", "per_day = -3"), encoding="utf-8")
    (problem,) = refused(written(tmp_path, child='extends = "base.toml"\n'))
    assert problem.file == str(base)
    assert problem.key == "world.demand.per_day"
    assert BASE.splitlines()[problem.line - 1] == "per_day = 200"


@pytest.mark.parametrize(
    ("files", "pieces"),
    [
        ({"a": 'extends = "a.toml"'}, ["a.toml:1", "extends", "itself"]),
        ({"a": 'extends = "b.toml"', "b": '\nextends = ["c.toml"]', "c": 'extends = "b.toml"'}, ["c.toml:1", "itself"]),
        ({"a": 'title = "x"\nextends = "bb.toml"', "bbb": ""}, ["a.toml:2", "no such file", "bbb.toml"]),
        ({"a": "extends = 3"}, ["a.toml:1", "names no file"]),
        ({"a": "extends = []"}, ["a.toml:1", "names no file"]),
        ({"a": 'extends = "."'}, ["a.toml:1", "folder"]),
        ({"a": 'extends = "b\\u0000.toml"'}, ["a.toml:1", "cannot be read"]),
        ({"a": 'extends = "b.toml"', "b": "x = = 1"}, ["b.toml:1", "not valid TOML"]),
        ({f"f{n}": f'extends = "f{n + 1}.toml"' for n in range(60)}, ["too many files"]),
    ],
)
def test_extends_that_cannot_be(tmp_path, files, pieces):
    text = str(refused(written(tmp_path, **files))[0])
    assert all(piece in text for piece in pieces), text


def test_files_that_branch_are_read_once(tmp_path):
    """Each level extends the next one twice: 2**30 readings if nothing were remembered."""
    files = {f"f{n}": f'extends = ["f{n + 1}.toml", "f{n + 1}.toml"]' for n in range(15)}
    path = written(tmp_path, **files, f15="title = 3")
    assert any(problem.file.endswith("f15.toml") and problem.line == 1 for problem in refused(path))


KINDS = """[world.classes.call]
work = {distribution = "constant", value_min = 3}
patience = {distribution = "exponential", mean_min = 5}
"""


def test_a_table_of_another_kind_replaces_the_one_below(tmp_path):
    written(tmp_path, plane=PLANE)
    scenario = Scenario.load(written(tmp_path, child=f'extends = "plane.toml"\n{KINDS}'))
    call = scenario.spec.world.classes["call"]
    assert (call.work.value_min, call.work.mean_min) == (3, None)
    assert call.patience.mean_min == 5
    assert not [key for key in scenario.origins if key.endswith("work.mean_min")]
    merged = written(tmp_path, child='extends = "plane.toml"\n[world.classes.call.work]\nmean_min = 7\n')
    assert Scenario.load(merged).spec.world.classes["call"].work.mean_min == 7


def test_streets_replace_a_plane(tmp_path):
    written(tmp_path, plane=PLANE)
    text = '[world.space]\nkind = "streets"\nrows = 3\ncolumns = 30\n[world.modes.car]\nspeed_mps = 2.5\n'
    found = {problem.key for problem in refused(written(tmp_path, child=f'extends = "plane.toml"\n{text}'))}
    assert found
    assert not [key for key in found if key.startswith("world.space.") and not key.endswith("sector_map")]


def test_an_override_of_another_kind_replaces_the_table(tmp_path):
    path = written(tmp_path, plane=PLANE)
    work = Scenario.load(path, ['world.classes.call.work={distribution = "constant", value_min = 3}']).spec
    assert work.world.classes["call"].work.value_min == 3
    assert Scenario.load(path, ["world.classes.call.work={mean_min = 3}"]).spec.world.classes["call"].work.mean_min == 3
    assert Scenario.load(path, ["world.modes.car.speed_mps={road = 3}"]).spec.world.modes["car"].speed_mps.road == 3


ODD = """[world.classes.kind]
share = 0
priority = 1
needs = [{tiers = ["community"], authority = "hold"}]
work = {distribution = "constant", value_min = 1}
[policy.tiers.community.authority]
kind = "hold"
"""


def test_a_name_that_is_a_word_of_kinds_is_merged_as_any_other(tmp_path, base):
    written(tmp_path, odd=f'extends = "base.toml"\n{ODD}')
    child = 'extends = "odd.toml"\n[policy.tiers.community.authority]\nkind = "resolve"\n'
    authority = Scenario.load(written(tmp_path, child=child)).spec.policy.tiers["community"].authority
    assert (authority["kind"], authority["fight"]) == ("resolve", "hold")


# ------------------------------------------------------------------------------------------------------ planes


def test_a_plane_resolves_to_itself(tmp_path):
    scenario = Scenario.load(written(tmp_path, plane=PLANE))
    again = Scenario.load(written(tmp_path, shown=toml(scenario.resolved())))
    assert again.resolved() == scenario.resolved() == Scenario.from_dict(scenario.resolved()).resolved()
    assert scenario.origins["world.space.metric"] == "default"
    assert scenario.spec.world.space.metric == "manhattan"


def test_the_schema_knows_both_kinds_of_space(tmp_path):
    validator = jsonschema.Draft202012Validator(file_schema())
    good = Scenario.load(written(tmp_path, plane=PLANE)).resolved()
    validator.validate(good)
    validator.validate({"extends": "x.toml", "world": {"space": {"width_m": 5}}})
    validator.validate({"extends": "x.toml", "world": {"space": {"rows": 5}}})
    for space in ({"kind": "plain"}, {"width_m": 5, "rows": 5}, {"kind": "plane", "rows": 5}, {"height_m": -1}):
        assert not validator.is_valid({"extends": "x.toml", "world": {"space": space}}), space


def test_shapes_go_by_the_kind():
    plane = shape_of(("world", "space"), {"world": {"space": {"kind": "plane"}}}).keys()
    assert plane == ["kind", "width_m", "height_m", "metric", "torus"]
    streets = shape_of(("world", "space"), {"world": {"space": {}}}).keys()
    assert streets[:3] == ["kind", "rows", "columns"]
    both = shape_of(("world", "space", "kind"), {"world": {"space": {"kind": "plane"}}})
    assert both.allowed() == '"streets", "plane"'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1750, 0]", "[2000, 1000]"),
        ("[1750, 0]", "[800, 500]"),
        ("speed_mps = 1e9", "speed_mps = {road = 3}"),
        ("day = {amplitude = 0.5, peak_hour = 14}", "day = {amplitude = 0, peak_hour = 0}"),
        ("share = 1\n", 'share = 1\narrivals = "fixed"\nmoves = {share = 0}\n'),
        ('rule = "resampled"', 'rule = "resampled_each_call"\nbeat = "district"'),
        ('rule = "resampled"', 'rule = "resampled"\nbase = "site:stand"'),
        ("height_m = 1000", 'height_m = 1000\ntorus = true\nmetric = "euclid"'),
        ("residents = 1\n[world.sectors.east]", "residents = 0\n[world.sectors.east]"),
        ("[world.modes.car]", "[world.modes.car]\nwalks = true\ndismount_s = 3"),
        ("per_day = 24", 'per_day = 24\nsurges = [{factor = 2, from_h = 1, to_h = 2, sectors = ["east"]}]'),
        ("per_day = 24", 'per_day = 24\ninjections = [{name = "x", class = "call", at_h = 1, at_m = [2000, 1000]}]'),
    ],
)
def test_what_a_plane_may_have(tmp_path, old, new):
    assert PLANE.count(old) == 1
    assert not Scenario.load(written(tmp_path, plane=PLANE.replace(old, new))).notes


def test_fast_modes_are_refused_for_patrols_that_walk_alone(tmp_path, base):
    """Posts and units that are placed anew cross no streets for ever."""
    base.write_text(BASE.replace("{road = 5.0, lane = 3.0}", "1e9"), encoding="utf-8")
    assert [problem.key for problem in refused(base)] == ["world.modes.car.speed_mps"]
    Scenario.load(base, ["policy.roster.cars.rule=resampled"])


def test_every_point_of_the_grid_is_in_the_district(base):
    """Three blocks of 100 m from south to north; 100, 120 and 100 from west to east."""
    assert Scenario.load(base, ["world.sites={gate = {at_m = [[320, 300], [0, 0]]}}"]).spec.world.sites["gate"].at_m
    (problem,) = refused(base, ["world.sites={gate = {at_m = [[320, 300.1]]}}"])
    assert problem.key == "world.sites.gate.at_m.0"


# --------------------------------------------------------------------------------------------------- overrides


def test_overrides(base):
    scenario = Scenario.load(
        base,
        {
            "world.demand.scale": 1.5,
            "policy.roster.cars.units": 4,
            "policy.roster.1.crew": 3,
            "policy.roster[2].crew": 3,
            "world.crowd": {"threshold_per_km2": 100},
            "policy.tiers.police.authority.help": "hold",
        },
    )
    spec = scenario.spec
    assert (spec.world.demand.scale, spec.world.crowd.threshold_per_km2) == (1.5, 100)
    assert spec.policy.roster[0].units == 4
    assert [line.crew for line in spec.policy.roster][1:] == [3, 3]
    assert spec.policy.tiers["police"].authority["help"] == "hold"
    assert spec.policy.tiers["police"].authority["fight"] == "resolve"
    assert scenario.origins["policy.roster.0.units"] == "--set"
    assert scenario.origins["world.crowd.threshold_per_km2"] == "--set"


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("title=plain words", "plain words"),
        ('title="quoted"', "quoted"),
        ("title=解放碑", "解放碑"),
        ("title=1\nx = 2", "1\nx = 2"),
        ("title=", ""),
        ("title=a=b", "a=b"),
    ],
)
def test_overrides_that_are_text(base, override, value):
    assert Scenario.load(base, [override]).spec.title == value


@pytest.mark.parametrize(
    ("override", "pieces"),
    [
        ("world.demand.scal=2", ["world.demand.scal", '"scale"']),
        ("wrld.demand.scale=2", ['did you mean "world"']),
        ("policy.roster.cats.units=2", ['did you mean "cars"', "0 to 2"]),
        ("policy.roster.3.units=2", ["0 to 2"]),
        ("policy.roster.-1.units=2", ["0 to 2"]),
        ("policy.tiers.polic.kit=true", ['did you mean "police"']),
        ("world.demand.scale.x=2", ['no "x"']),
        ("world.demand.scale", ["no ="]),
        ("world.demand.scale＝2", ["full-width", "＝"]),
        ("=2", ["is no key"]),
        ("a..b=2", ["is no key"]),
        ("a" + ".a" * 5000 + "=2", ['"a" is not known']),
        ("world.demand.scale=two", ['= "two"', "is text"]),
        ("world.demand.scale=nan", ["finite"]),
        ("world.demand.scale=" + "[" * 5000, ["a number"]),
        ("world.demand.scale=-1", ["too small"]),
        ("run.seed=1.5", ["a whole number"]),
    ],
)
def test_overrides_that_do_not_fit(base, override, pieces):
    (problem,) = refused(base, [override])
    assert problem.file == "--set"
    assert all(piece in str(problem) for piece in pieces), str(problem)
    assert len(str(problem)) < 600


def test_all_overrides_are_refused_at_once(base):
    assert len(refused(base, ["x=1", "y=2", "world.demand.z=3"])) == 3


def test_a_value_moved_beyond_its_assumption_is_remarked_upon(base):
    (note,) = Scenario.load(base, {"world.demand.per_day": 500}).notes
    assert "world.demand.per_day" in note
    assert "100 to 300" in note


@pytest.mark.parametrize(
    ("overrides", "pieces"),
    [
        ({"policy.tiers.police.reserve": [1, 1, 1]}, ["keeps 1 back even from calls of priority 1", "stay idle"]),
        (
            {"policy.tiers.community.reserve": [0, 0, 1], "policy.tiers.community.reserve_scope": "sector"},
            ["policy.tiers.community.reserve keeps 1 back from calls of priority 3", "never go: south (1)"],
        ),
    ],
)
def test_reserves_that_can_be_and_are_odd_are_remarked_upon(base, overrides, pieces):
    (note,) = Scenario.load(base, overrides).notes
    assert all(piece in note for piece in pieces), note


@pytest.mark.parametrize(
    "overrides",
    [
        {"policy.tiers.police.reserve": [0, 1, 1]},
        {"policy.tiers.community.reserve": [0, 2, 2]},  # three teams, in the district
        {"policy.dispatch.preempt": [], "policy.dispatch.preempt_min_gain_s": 60},  # switched off on purpose
        {"policy.dispatch.order": "ageing", "policy.dispatch.ageing_min": 0.5},
        {"policy.dispatch.preempt": [{"calling": 1, "in_hand": [2]}, {"calling": 2, "in_hand": [3]}]},
        {"world.outages": [{"from_h": 5.9, "to_h": 99, "delay_min": 1}, {"from_h": 0, "to_h": 99, "delay_min": 1}]},
    ],
)
def test_dispatch_policies_that_can_be(base, overrides):
    assert not Scenario.load(base, overrides).notes


# ------------------------------------------------------------------------------------------------------ errors


def test_everything_is_said_at_once(base):
    """Types, bounds, unknown keys and names that do not exist, in the order of their lines."""
    text = BASE.replace("per_day = 200", "per_day = -3").replace('mode = "car"', 'mode = "cat"')
    text = text.replace("quorum = 1", "quorum = 5").replace("rows = 4", 'rows = "4"').replace("seed", "sed")
    text = text.replace("share = 6", "shares = 6")
    base.write_text(text, encoding="utf-8")
    found = refused(base)
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    keys = {problem.key for problem in found}
    assert keys == {
        "world.space.rows",
        "world.demand.per_day",
        "world.classes.help.shares",
        "world.classes.fight.quorum",
        "policy.tiers.police.mode",
    }


def test_builders_get_file_and_line(base):
    scenario = Scenario.load(base, {"policy.roster.0.units": 3})
    error = ScenarioError("does not fit", key="world.space.sector_map[1]", value=3, allowed="4", nearest="5")
    (problem,) = error.located(scenario.origins, str(base)).problems
    line = BASE[: BASE.index('"nnnn"')].count("\n") + 2
    assert str(problem) == (
        f'{base}:{line}: world.space.sector_map[1] = 3: does not fit; allowed: 4; did you mean "5"?'
    )
    (problem,) = ScenarioError("no", "policy.roster.0.units").located(scenario.origins, "x").problems
    assert problem.file == "--set"
    (problem,) = ScenarioError("no", "world.demand.scale").located(scenario.origins, str(base)).problems
    assert problem.line == BASE[: BASE.index("[world.demand]")].count("\n") + 1 or problem.line == 0


def test_from_dict_refuses_what_no_file_can_hold():
    good = Scenario.load(FOLDER / "base.toml").resolved()
    deep: list = []
    deep.append(deep)
    for bad in ({**good, "title": object()}, {**good, "sources": deep}, {**good, "title": b"x"}, {**good, 3: 4}, {}):
        with pytest.raises(ScenarioError):
            Scenario.from_dict(bad)
    assert Scenario.from_dict({**good, "sources": ("a", "b"), "question": None}).spec.sources == ["a", "b"]


def test_nearest_forgives_case_width_and_letters():
    assert nearest("ＰＯＬＩＣＥ", ["police", "community"]) == "police"
    assert nearest("polcie", ["police", "community"]) == "police"
    assert nearest("zzz", ["police"]) == ""


def test_values_are_shown_short():
    assert shown(10**5000) == "a number of more than 20 digits"
    assert len(shown("x" * 10_000)) < 130
    assert len(shown([["x" * 100] * 100] * 100)) < 130
    assert shown(True) == "true"


def test_slots_are_matched_to_units():
    """Hall: slots can all be filled unless some of them have fewer units to choose from than they are."""
    assert match([["a"], ["a", "b"], ["b"]], {"a": 1, "b": 2}) == (3, (), 0)
    assert match([["a", "b"], ["a"]], {"a": 1, "b": 1}).filled == 2
    assert match([["a"], ["b"], ["a"], ["a"]], {"a": 2, "b": 9}) == (3, (0, 2, 3), 2)
    assert match([[]], {"a": 1}) == (0, (0,), 0)


def test_crews_of_different_shifts_may_meet_at_a_scene():
    data = tomllib.loads(PLANE)
    data["world"]["classes"]["call"]["needs"] = [{"tiers": ["police"], "units": 2}]
    data["policy"]["roster"] = [{"name": "a", "tier": "police", "rule": "resampled", "system": "two_shifts"}]
    (note,) = from_dict(data).notes
    assert "2 units at once" in note
    data["policy"]["roster"][0]["system"] = "always"
    with pytest.raises(ScenarioError, match="could never begin"):
        from_dict(data)


def test_what_a_later_file_switches_off_is_told(tmp_path):
    """A key cannot be taken back, so that it is no mistake there."""
    dispatch = '[policy.dispatch]\nqueue = "limit"\nqueue_limit = 3\n[policy.tiers.police]'
    (tmp_path / "below.toml").write_text(PLANE.replace("[policy.tiers.police]", dispatch), encoding="utf-8")
    (tmp_path / "above.toml").write_text('extends = "below.toml"\npolicy.dispatch.queue = "wait"\n', encoding="utf-8")
    assert not Scenario.load(tmp_path / "below.toml").notes
    for scenario in (
        Scenario.load(tmp_path / "above.toml"),
        Scenario.load(tmp_path / "below.toml", ["policy.dispatch.queue=lost"]),
    ):
        (note,) = scenario.notes
        assert note.startswith('policy.dispatch.queue_limit is for queue = "limit"')


@pytest.mark.parametrize(
    "content", ["x = 1", "x = = 1", 'extends = "none.toml"', PLANE.replace("share = 1", "share = -1")]
)
def test_a_problem_below_names_the_file_that_was_asked_for(tmp_path, content):
    (tmp_path / "below.toml").write_text(content, encoding="utf-8")
    (tmp_path / "middle.toml").write_text('extends = "below.toml"\n', encoding="utf-8")
    (tmp_path / "above.toml").write_text('extends = "middle.toml"\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(tmp_path / "above.toml")
    problems = [problem for problem in caught.value.problems if problem.file.endswith("below.toml")]
    assert problems
    for problem in problems:
        assert str(problem).startswith(f"{tmp_path}/below.toml:")
        assert str(problem).endswith(f"(extended by {tmp_path}/above.toml)")
        assert str(pickle.loads(pickle.dumps(problem))) == str(problem)


def test_one_message_for_each_of_these_slips():
    """What is meant is plain, so that nothing else is said about it."""
    for old, new in (
        ('kind = "plane"\n', ""),
        ("areas_m = [[800, 0, 2000, 1000]]", "areas_m = [800, 0, 2000, 1000]"),
        ("at_m = [[750, 0], [1750, 0]]", "at_m = [750, 0]"),
        ('distribution = "exponential", mean_min = 60', "mean_min = 60, value_min = 5"),
        ("per_day = 24", "per_hour = 1"),
    ):
        assert PLANE.count(old) == 1
        with pytest.raises(ScenarioError) as caught:
            from_dict(tomllib.loads(PLANE.replace(old, new)))
        assert len(caught.value.problems) == 1, str(caught.value)
