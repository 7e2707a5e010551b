"""The command line: every command, its exit codes, and manners on odd terminals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from bad_input_cases import BASE, PLANE

from sim.cli import main
from sim.cli.arguments import parse
from sim.cli.doctor import known_troubles, python, release
from sim.scenario import Scenario
from sim.scenario.reference import page
from sim.scenario.shape import file_schema
from sim.study import WorkerDiedError

COMMANDS = ("simulate", "new", "check", "show", "schema", "list", "doctor", "report")


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """An empty project with one scenario; the working folder of the test."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "ordinary_day.toml").write_text(BASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


# -------------------------------------------------------------------------------------------------------- help


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_an_example(command, capsys):
    assert main([*filter(None, [command]), "--help"]) == 0
    out = capsys.readouterr().out
    assert f"python run.py {command}" in out
    assert "example" in out


def test_examples_in_the_help_can_be_parsed(capsys):
    for command in COMMANDS:
        main([command, "--help"])
        out = capsys.readouterr().out
        for line in out.splitlines():
            if line.strip().startswith("python run.py"):
                words = line.split("#")[0].split(">")[0].split()[2:]
                assert parse(words).command == command


@pytest.mark.parametrize(
    ("arguments", "pieces"),
    [
        ([], ["which command"]),
        (["simulat", "x"], ['did you mean "simulate"']),
        (["dance"], ["there are: simulate"]),
        (["simulate"], ["required: SCENARIO", "run.py simulate --help"]),
        (["simulate", "x", "--replication", "3"], ['did you mean "--replications"']),
        (["simulate", "x", "--replications", "0"], ['"0" is no whole number from 1']),
        (["simulate", "x", "--replications", "9" * 5000], ["no whole number"]),
        (["simulate", "x", "--replications", "２.5"], ["no whole number"]),
        (["simulate", "x", "--seed", "-1"], ["--seed"]),
        (["simulate", "x", "--keep", "some"], ["--keep", "incidents"]),
        (["simulate", "x", "y"], ['"y" is one argument too many']),
        (["check"], ["required: FILE"]),
        (["list", "--all"], ['no option "--all"']),
    ],
)
def test_arguments_that_cannot_be(arguments, pieces, capsys):
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert all(piece in err for piece in pieces), err
    assert "Traceback" not in err


# ------------------------------------------------------------------------------------------------- check, show


def test_check(project, capsys):
    assert main(["check", "scenarios/ordinary_day.toml", "ordinary_day"]) == 0
    said = capsys.readouterr().out.splitlines()
    first, second = (line for line in said if line.startswith("ok  "))
    assert first == second
    assert first.startswith("ok  scenarios/ordinary_day.toml: 2 sectors, 16 intersections, 3 classes, ")
    assert first.endswith("200 incidents a day")


def test_a_scenario_in_a_folder_goes_by_its_name(project, capsys):
    (project / "scenarios" / "mine").mkdir()
    (project / "scenarios" / "mine" / "x.toml").write_text(BASE, encoding="utf-8")
    assert main(["check", "mine/x", "mine/x.toml", "scenarios/mine/x.toml"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert len(lines) == 3
    assert all(line.startswith("ok  scenarios/mine/x.toml: ") for line in lines)
    assert main(["check", "mine/xx", "xx", "nothing_like_it"]) == 2
    err = capsys.readouterr().err.splitlines()
    assert all('did you mean "scenarios/mine/x.toml"?' in line for line in err[:2])
    assert 'nothing_like_it: there is no such file; allowed: "ordinary_day"' in err[2]


def test_check_says_what_it_remarks_upon(project, capsys):
    assert main(["check", "ordinary_day", "--set", "world.demand.per_day=400"]) == 0
    assert "note: world.demand.per_day = 400 is outside" in capsys.readouterr().out


def test_check_goes_on_after_a_bad_file(project, capsys):
    (project / "bad.toml").write_text("x = 1\n")
    assert main(["check", "bad.toml", "ordinary_day", "none.toml", "ordinary_dya", "."]) == 2
    out, err = capsys.readouterr()
    assert out.count("ok  ") == 1
    assert "bad.toml:1: x = 1: unknown key" in err
    assert "none.toml: there is no such file" in err
    assert 'ordinary_dya: there is no such file; did you mean "scenarios/ordinary_day.toml"?' in err
    assert ".: is a folder" in err


def test_check_locates_what_the_builders_refuse(project, capsys):
    assert main(["check", "ordinary_day", "--set", "world.space.sector_map=['ns']"]) in (0, 2)
    text = BASE.replace(
        '"nnnn",\n  "nnnn",', '"n...",\n  "....",\n  "....",\n  "....",\n  "....",\n  "....",\n  "....",'
    )
    (project / "cut.toml").write_text(text, encoding="utf-8")
    assert main(["check", "cut.toml"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("cut.toml:")
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["show", "simulate"])
@pytest.mark.parametrize("name", ["", "nothing.toml", "a\0b", "x" * 5000, "/dev/null/x"])
def test_files_that_cannot_be_read(project, command, name, capsys):
    assert main([command, name]) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert len(err) < 500
    assert files(project) == {"scenarios", "scenarios/ordinary_day.toml"}


def test_show_loads_again(project, capsys):
    for options in ([], ["--origins"]):
        assert main(["show", "ordinary_day", "--set", "world.demand.scale=1.5", *options]) == 0
        (project / "again.toml").write_text(capsys.readouterr().out, encoding="utf-8")
        again, first = (
            Scenario.load("again.toml"),
            Scenario.load("scenarios/ordinary_day.toml", ["world.demand.scale=1.5"]),
        )
        assert (again.world_digest, again.policy_digest) == (first.world_digest, first.policy_digest)


def test_show_origins(project, capsys):
    assert main(["show", "ordinary_day", "--origins", "--set", "world.demand.scale=1.5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "scale = 1.5  # --set" in lines
    assert "segment_sigma = 0  # default" in lines
    assert any(line.startswith("per_day = 200  # ordinary_day.toml:") for line in lines)


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("world.demand", "[world.demand]"),
        ("world.demand.per_day", "[world.demand]"),
        ("policy.roster.pairs", "[[policy.roster]]"),
        ("policy.tiers.police", "[policy.tiers.police]"),
        ("title", 'title = "Test town"'),
    ],
)
def test_show_a_part(project, key, first, capsys):
    assert main(["show", "ordinary_day", "--key", key]) == 0
    assert capsys.readouterr().out.splitlines()[0] == first


def test_show_no_part(project, capsys):
    assert main(["show", "ordinary_day", "--key", "world.demnd"]) == 2
    assert 'did you mean "demand"' in capsys.readouterr().err


# --------------------------------------------------------------------------------------------------------- new


def test_new_makes_a_scenario_that_loads(project, capsys):
    assert main(["new", "night_shift"]) == 0
    assert "scenarios/night_shift.toml" in capsys.readouterr().out
    assert Scenario.load("scenarios/night_shift.toml").spec.title == "night_shift"
    assert main(["check", "night_shift"]) == 0


def test_new_elsewhere_finds_its_way_back(project):
    (project / "mine").mkdir()
    assert main(["new", "mine/夜班.toml"]) == 0
    assert Scenario.load("mine/夜班.toml").spec.run.replications == 10


@pytest.mark.parametrize(
    "name", ["ordinary_day", "../x/y", "1st", "a b", "con", "", ".", "a/b/c", "x" * 80, "a\0b", "-x", "a\nb"]
)
def test_new_refuses(project, name, capsys):
    before = files(project)
    assert main(["new", "--", name]) == 2
    assert files(project) == before
    assert (project / "scenarios" / "ordinary_day.toml").read_text(encoding="utf-8") == BASE
    assert "Traceback" not in capsys.readouterr().err


def test_new_without_a_start(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    assert main(["new", "x"]) == 2
    assert "ordinary_day.toml" in capsys.readouterr().err
    assert files(tmp_path) == {"scenarios"}


# ------------------------------------------------------------------------------------ schema, list, doctor, docs


def test_schema_is_valid_and_accepts_what_loads(project, capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema == json.loads(json.dumps(file_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = Scenario.load("scenarios/ordinary_day.toml").resolved()
    validator.validate(good)
    validator.validate({"extends": "ordinary_day.toml", "world": {"demand": {"scale": 2}}})
    for bad in (
        {"title": "x"},
        {**good, "sed": 1},
        {"extends": 3},
        {"extends": "x", "world": {"demand": {"scale": -2}}},
        {**good, "run": {"measured_h": 0}},
    ):
        assert list(validator.iter_errors(bad))


def test_list(project, capsys):
    (project / "scenarios" / "broken.toml").write_text("x = = 1", encoding="utf-8")
    (project / "scenarios" / "child.toml").write_text(
        'extends = "ordinary_day.toml"\ntitle = "Child"\n', encoding="utf-8"
    )
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    assert "ordinary_day.toml" in out
    assert "Test town. Does it load?" in " ".join(out.split())
    assert "not valid TOML" in out
    assert "Child" in out
    assert "least_recently_passed" in out


def test_doctor(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ROUNDSMAN_CACHE", str(tmp_path / "cache"))
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("Python", "numba", "mesa", "cache", "processor", "memory"))


def test_doctor_finds_a_cache_that_cannot_be_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ROUNDSMAN_CACHE", str(tmp_path / "file" / "cache"))
    assert main(["doctor"]) == 1
    assert "cannot be written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("installed", "running", "environment", "what"),
    [
        ({"mesa": "3.3.1", "networkx": "3.6"}, (3, 11), {}, []),
        ({"mesa": "3.5.1", "networkx": "3.6"}, (3, 12), {}, []),
        ({"mesa": "3.5.1", "networkx": ""}, (3, 12), {}, ["mesa"]),
        ({"mesa": "3.5.1", "networkx": "3.6"}, (3, 11), {}, ["mesa"]),
        ({"mesa": "4.0.0a0", "networkx": "3.6"}, (3, 12), {}, ["mesa"]),
        ({"mesa": "2.4"}, (3, 11), {}, ["mesa"]),
        ({"mesa": "3.3.1"}, (3, 11), {"NUMBA_DISABLE_JIT": "1"}, ["numba"]),
    ],
)
def test_known_troubles(installed, running, environment, what):
    found = [about for _, about, _ in known_troubles(installed, running, environment)]
    assert found == what


def test_versions():
    assert release("3.5.1rc2") == (3, 5, 1)
    assert release("") == ()
    assert python((3, 10, 2))[0] == "BAD"
    assert python((3, 12, 1))[0] == "ok"


def test_the_reference_is_in_step_with_the_schema(root):
    text = (root / "docs" / "scenario.md").read_text(encoding="utf-8")
    assert page(text) == text, "run: python -m sim.scenario.reference"


def test_every_key_has_a_meaning(root):
    rows = [
        row for row in (root / "docs" / "scenario.md").read_text(encoding="utf-8").splitlines() if row.startswith("| `")
    ]
    assert len(rows) > 150
    assert not [row for row in rows if not row.split("|")[2].strip()]


def test_the_example_of_the_reference_works(root, project, capsys):
    text = (root / "docs" / "scenario.md").read_text(encoding="utf-8")
    (project / "example.toml").write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert main(["check", "example.toml"]) == 0, capsys.readouterr().err


# ---------------------------------------------------------------------------------------------------- simulate


def test_simulate_writes_results_and_prints_the_headline(project, capsys):
    assert main(["simulate", "ordinary_day", "--replications", "2", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    assert not err
    assert out.startswith("Test town: 2 replications, seed 3\n")
    assert "first presence, median" in out
    assert "%  (95 %:" in out
    assert out.index("first presence, median") < out.index("figures ...") < out.index("results in results/ordinary_day")
    assert "results in results/ordinary_day, report in results/ordinary_day/report.html" in out
    assert {"results/ordinary_day/summary.csv", "results/ordinary_day/report.html"} <= files(project)
    assert not [name for name in files(project / "results") if ".part" in name or ".old" in name]
    assert main(["report", "results/ordinary_day"]) == 0
    capsys.readouterr()
    assert main(["simulate", "ordinary_day", "--replications", "1", "--quiet", "--out", "results/ordinary_day"]) == 0
    assert capsys.readouterr() == ("", "")


def test_units_are_counted_where_they_are(project, capsys):
    """How many sites lie in a sector only the built district can tell; a scene needs both units, and one is there."""
    needs = 'needs = [{tiers = ["police"]}]'
    text = PLANE.replace(needs, 'needs = [{tiers = ["police"], units = 2}]').split('[[policy.roster]]\nname = "anew"')[
        0
    ]
    text = text.replace("units = 2\nduty", 'per = "site:stand"\nsectors = ["west"]\nduty')
    (project / "a.toml").write_text(text, encoding="utf-8")
    assert main(["simulate", "a.toml"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("a.toml:")
    assert "world.classes.call.needs.0.units = 2: work on call could never begin" in err
    assert "2 of them have 1 unit to choose from" in err


def test_a_fault_of_the_program_says_so(project, monkeypatch, capsys):
    def broken(path, overrides):
        raise ZeroDivisionError("no\nsuch thing")

    monkeypatch.setattr("sim.cli.files.load", broken)
    assert main(["show", "ordinary_day"]) == 1
    err = capsys.readouterr().err
    assert "a fault of the program" in err
    assert "--traceback" in err
    assert "Traceback" not in err
    with pytest.raises(ZeroDivisionError):
        main(["--traceback", "show", "ordinary_day"])
    with pytest.raises(ZeroDivisionError):
        main(["show", "ordinary_day", "--traceback"])


def test_an_interruption_leaves_nothing(project, monkeypatch, capsys):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.study.simulate", interrupted)
    assert main(["simulate", "ordinary_day"]) == 130
    assert "stopped" in capsys.readouterr().err
    assert files(project) == {"scenarios", "scenarios/ordinary_day.toml"}


def test_an_interruption_that_falls_into_a_callback_is_sent_again():
    """Numba compiles with callbacks from C, where Python only prints exceptions and goes on."""
    code = """
import ctypes, sys, time
from sim.cli import main
def callback():
    raise KeyboardInterrupt
def command(arguments=None):
    ctypes.CFUNCTYPE(None)(callback)()
    while True:
        time.sleep(0.05)
main_module = sys.modules["sim.cli.main"]
main_module.main = command
sys.exit(main_module.entry())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "")


def test_a_dead_worker_is_told_in_one_line(project, monkeypatch, capsys):
    def dies(*arguments, **options):
        raise WorkerDiedError

    monkeypatch.setattr("sim.study.simulate", dies)
    assert main(["simulate", "ordinary_day", "--workers", "2"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("a worker process ended abruptly")
    assert "try fewer workers" in line


def test_simulate_does_not_touch_a_foreign_folder(project, capsys):
    (project / "mine").mkdir()
    (project / "mine" / "thesis.txt").write_text("years of work")
    assert main(["simulate", "ordinary_day", "--out", "mine"]) == 2
    assert main(["simulate", "ordinary_day", "--out", "mine/thesis.txt"]) == 2
    assert files(project / "mine") == {"thesis.txt"}
    assert "mine" in capsys.readouterr().err


def test_report_refuses_what_is_no_results_folder(project, capsys):
    assert main(["report", "scenarios"]) == 2
    assert main(["report", "nowhere"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def run(*arguments: str, root: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(root / "run.py"), *arguments],
        capture_output=True,
        check=False,
        cwd=root,
        env={**os.environ, **environment},
    )


def test_any_encoding_will_do(root, tmp_path):
    """``show`` on an ASCII terminal writes escapes that mean the same."""
    path = tmp_path / "a.toml"
    path.write_text(BASE.replace('title = "Test town"', 'title = "渝中 \U0001f6b6"'), encoding="utf-8")
    done = run("show", str(path), root=root, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    (tmp_path / "b.toml").write_bytes(done.stdout)
    assert Scenario.load(tmp_path / "b.toml").spec.title == "渝中 \U0001f6b6"
    done = run("check", "不存在.toml", root=root, PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes of a shell")
def test_a_reader_that_goes_away_is_no_error(root):
    done = subprocess.run(
        f"'{sys.executable}' run.py schema | head -n 1", shell=True, cwd=root, capture_output=True, check=False
    )
    assert done.stdout.strip() == b"{"
    assert not done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes of a shell")
@pytest.mark.parametrize("reader", ["| true", "2>&1 | true", "| head -n 1", ">&-"])
def test_results_are_written_whoever_listens(root, tmp_path, reader):
    (tmp_path / "a.toml").write_text(BASE, encoding="utf-8")
    call = f"'{sys.executable}' run.py simulate {tmp_path}/a.toml --replications 1 --out {tmp_path}/out {reader}"
    done = subprocess.run(call, shell=True, cwd=root, capture_output=True, check=False, text=True)
    assert "written" not in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "summary.csv").is_file()
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no disk that is always full")
def test_a_full_disk_under_the_output_is_told(root):
    done = subprocess.run(
        f"'{sys.executable}' run.py schema > /dev/full", shell=True, cwd=root, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
