"""Loading: what a file means after extends, overrides and defaults; origins; digests; errors as objects."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from bad_input_cases import BASE

from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.errors import nearest, shown
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
    data = Scenario.load(Path(__file__).parent / "bad_input" / "base.toml").resolved()
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
    good = Scenario.load(Path(__file__).parent / "bad_input" / "base.toml").resolved()
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
