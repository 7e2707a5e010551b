"""Results folders: complete or absent, ours or left alone, and the same bytes whoever did the work."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import handmade as h
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.measures.columns import TABLES, columns_of
from sim.scenario.errors import ScenarioError
from sim.study import Progress, load_results, simulate
from sim.study.progress import clock
from sim.study.store import OURS, complete_folder

EVERY_TABLE = ("summary", "replications", *TABLES)


class Interrupted(h.Engine):
    """Ctrl-C in the middle of replication 2."""

    def run(self, seed, replication, keep):
        if replication == 2:
            raise KeyboardInterrupt
        return super().run(seed, replication, keep)


class Failing(h.Engine):
    """A programming error in replication 1."""

    def run(self, seed, replication, keep):
        if replication == 1:
            raise ZeroDivisionError
        return super().run(seed, replication, keep)


class Dying(h.Engine):
    """Its process ends without a word, as when the system runs out of memory."""

    def run(self, seed, replication, keep):
        if replication:
            os._exit(1)
        return super().run(seed, replication, keep)


def by_hand(out=None, replications=3, engine=h.Engine, **more):
    return simulate(h.Scenario(), replications, out=out, make_engine=engine, **more)


def content(folder: Path) -> dict[str, str]:
    """Digest of every file but the provenance, which holds the time of day."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "provenance.json"
    }


# ------------------------------------------------------------------------------------------------------------- content


def test_a_folder_holds_what_it_should(tmp_path):
    results = by_hand(tmp_path / "deep" / "down")
    assert results.folder == tmp_path / "deep" / "down"
    assert {path.name for path in results.folder.iterdir()} == OURS - {"figures", "report.html"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["down"]


def test_results_read_back_are_the_results(tmp_path):
    in_memory, stored = by_hand(), by_hand(tmp_path / "out")
    loaded = load_results(tmp_path / "out")
    for name in EVERY_TABLE:
        pd.testing.assert_frame_equal(getattr(in_memory, name), getattr(stored, name))
        pd.testing.assert_frame_equal(getattr(in_memory, name), getattr(loaded, name))
    assert loaded.provenance == stored.provenance
    assert in_memory.folder is None
    assert loaded.value("called_n") == in_memory.value("called_n")


def test_what_is_kept(tmp_path):
    kept = {keep: by_hand(replications=3, keep=keep) for keep in ("measures", "incidents", "all")}

    def replications_of(keep: str, table: str) -> set[int]:
        return set(getattr(kept[keep], table)["replication"])

    for keep in kept:
        for table in ("units", "streets", "probes", "hourly", "replications"):
            assert replications_of(keep, table) == {0, 1, 2}
        pd.testing.assert_frame_equal(kept[keep].summary, kept["measures"].summary)
    assert by_hand().provenance["keep"] == "incidents"
    assert replications_of("measures", "incidents") == replications_of("measures", "states") == {0}
    assert replications_of("incidents", "assignments") == {0, 1, 2}
    assert replications_of("incidents", "legs") == {0}
    assert replications_of("all", "states") == replications_of("all", "legs") == {0, 1, 2}


def test_parquet_is_plain(tmp_path):
    folder = by_hand(tmp_path / "out").folder
    for name in TABLES:
        file = pq.ParquetFile(folder / f"{name}.parquet")
        assert file.schema_arrow.names == [column.name for column in columns_of(name, plane=False)]
        assert file.schema_arrow.metadata is None
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("rows", [1, 10, 15])
def test_tables_are_written_as_they_come(tmp_path, monkeypatch, rows):
    """However many rows are gathered before they are written."""
    monkeypatch.setattr("sim.study.tables.GROUP_ROWS", rows)
    stored, in_memory = by_hand(tmp_path / "out", keep="all"), by_hand(keep="all")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(stored, name), getattr(in_memory, name))


def test_summary_opens_in_a_spreadsheet(tmp_path):
    data = (by_hand(tmp_path / "out").folder / "summary.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfmeasure,by,member,mean,")
    assert b"\r" not in data


def test_provenance(tmp_path):
    told = by_hand(tmp_path / "out", replications=1, seed=11).provenance
    assert (told["tool"], told["seed"], told["replications"], told["keep"]) == ("Roundsman", 11, 1, "incidents")
    assert told["world_digest"] == "1" * 64
    assert told["version"][0].isdigit()
    assert told["assumptions"] == [{"key": "run.seed", "value": 7, "low": 1, "grade": "B", "note": "x"}]
    assert {"numpy", "numba", "pandas", "pyarrow"} <= set(told["packages"])
    assert "One replication: numbers have no intervals." in told["notes"]
    assert any("still open" in note for note in told["notes"])


def test_map(tmp_path):
    drawn = json.loads((by_hand(tmp_path / "out").folder / "map.json").read_text("utf-8"))
    assert drawn["synthetic"] is True
    assert drawn["segments"][1] == {
        "a": 1, "b": 2, "kind": "lane", "sector": "west", "length_m": 300.0, "one_way": False,
    }  # fmt: skip
    assert drawn["sites"] == [{"role": "police_station", "sector": "west", "x_m": 250.0, "y_m": 0.0}]
    assert set(drawn) == {"synthetic", "intersections", "segments", "sectors", "sites"}


def test_a_plane(tmp_path):
    folder = simulate(h.PlaneScenario(), 3, out=tmp_path / "out", make_engine=h.PlaneEngine).folder
    drawn = json.loads((folder / "map.json").read_text("utf-8"))
    assert set(drawn) == {"synthetic", "plane", "areas", "sectors", "sites"}
    assert drawn["synthetic"] is False
    assert drawn["plane"] == {"width_m": 400.0, "height_m": 100.0, "metric": "euclid", "torus": True}
    assert drawn["areas"][1] == {"sector": "west", "x0_m": 200.0, "y0_m": 0.0, "x1_m": 400.0, "y1_m": 100.0}
    assert drawn["sites"] == [{"role": "police_station", "sector": "west", "x_m": 250.0, "y_m": 60.0}]
    for name in TABLES:
        names = pq.ParquetFile(folder / f"{name}.parquet").schema_arrow.names
        assert names == [column.name for column in columns_of(name, plane=True)]
    assert "passes_per_h" not in load_results(folder).replications


# ----------------------------------------------------------------------------------------------------------- same bytes


def test_any_number_of_workers_gives_the_same_bytes(tmp_path):
    one = by_hand(tmp_path / "one", replications=6, keep="all")
    two = by_hand(tmp_path / "two", replications=6, keep="all", workers=2)
    assert content(one.folder) == content(two.folder)
    assert one.provenance["workers"] == 1
    assert two.provenance["workers"] == 2


def test_a_worker_that_dies_is_told(tmp_path):
    with pytest.raises(RuntimeError, match="worker process ended"):
        by_hand(tmp_path / "out", engine=Dying, replications=4, workers=2)
    assert not list(tmp_path.iterdir())


def test_thread_settings_are_put_back(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    by_hand(replications=3, workers=2)
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


# --------------------------------------------------------------------------------------------------- complete or absent


class Slow(h.Engine):
    """Ctrl-C finds it at work."""

    def run(self, seed, replication, keep):
        if replication:
            time.sleep(0.2)
        return super().run(seed, replication, keep)


ENDLESS = """
import sys, test_store as t
if __name__ == "__main__":
    class Told:
        def begin(self, total): ...
        def close(self): ...
        def note(self, text): ...
        def advance(self, parts=1): print("one", flush=True)
    try:
        t.by_hand(sys.argv[1], engine=t.Slow, replications=1000, workers=2, progress=Told())
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal to a group of processes")
def test_ctrl_c_ends_the_workers_and_leaves_nothing(tmp_path):
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parent.parent)])
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "results" / "out")],
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        for _ in range(4):  # by then the workers are at it
            assert process.stdout.readline() == "one\n"
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)  # ends when no worker holds the pipes any more
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert [path.name for path in tmp_path.iterdir()] == ["endless.py"]


@pytest.mark.parametrize(("engine", "error"), [(Interrupted, KeyboardInterrupt), (Failing, ZeroDivisionError)])
def test_whatever_stops_it_leaves_nothing(tmp_path, engine, error):
    with pytest.raises(error):
        by_hand(tmp_path / "deep" / "down", engine=engine)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("engine", "error"), [(Interrupted, KeyboardInterrupt), (Failing, ZeroDivisionError)])
def test_whatever_stops_it_leaves_the_earlier_results(tmp_path, engine, error):
    earlier = by_hand(tmp_path / "out", replications=2)
    before = content(earlier.folder)
    with pytest.raises(error):
        by_hand(tmp_path / "out", engine=engine)
    assert content(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_report_that_fails_leaves_nothing(tmp_path):
    def fail(folder: Path) -> None:
        (folder / "figures").mkdir()
        raise ValueError("no figure")

    with pytest.raises(ValueError, match="no figure"):
        by_hand(tmp_path / "out", finish=fail)
    assert not list(tmp_path.iterdir())


def test_the_report_is_there_with_the_rest(tmp_path):
    by_hand(tmp_path / "out", finish=lambda folder: (folder / "report.html").write_text("page"))
    assert (tmp_path / "out" / "report.html").read_text() == "page"


def test_results_are_replaced_as_a_whole(tmp_path):
    first = by_hand(tmp_path / "out", replications=2)
    (first.folder / "report.html").write_text("of the first")
    (first.folder / ".DS_Store").write_text("litter")
    second = by_hand(tmp_path / "out", replications=3)
    assert second.provenance["replications"] == 3
    assert not (tmp_path / "out" / "report.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "out").mkdir()
    assert by_hand(tmp_path / "out").folder == tmp_path / "out"


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    by_hand(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "summary.csv").exists()


# ------------------------------------------------------------------------------------------------- what is refused


class NeverBuilt:
    """An engine that must not be reached."""

    def __init__(self, scenario) -> None:
        raise AssertionError("simulated before the folder was refused")


def refused(out) -> str:
    with pytest.raises(ScenarioError) as caught:
        by_hand(out, engine=NeverBuilt)
    return str(caught.value)


def test_a_foreign_folder_is_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to_mother.txt").write_text("dear")
    assert "did not write" in refused(tmp_path / "letters")
    assert (tmp_path / "letters" / "to_mother.txt").read_text() == "dear"


@pytest.mark.parametrize(
    "said", ["[]", "{", '{"tool": "Other", "kind": "simulation"}', "\xff", "[" * 100_000], ids=range(5)
)
def test_provenance_of_somebody_else_does_not_open_a_folder(tmp_path, said):
    (tmp_path / "provenance.json").write_text(said, "latin-1")
    assert "did not write" in refused(tmp_path)


def test_notes_among_the_results_are_not_lost(tmp_path):
    by_hand(tmp_path / "out")
    (tmp_path / "out" / "my_notes.txt").write_text("remember")
    assert "my_notes.txt" in refused(tmp_path / "out")
    assert (tmp_path / "out" / "my_notes.txt").exists()


def test_files_in_the_way(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "is a file" in refused(tmp_path / "file")
    assert "lies inside a file" in refused(tmp_path / "file" / "out")
    assert "no name" in refused("")
    assert "no name" in refused("a\0b")


def test_a_name_that_is_too_long(tmp_path):
    assert "cannot be used" in refused(tmp_path / ("x" * 300))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may write anywhere")
def test_no_permission(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert "no permission" in refused(tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)


def test_a_place_taken_meanwhile_is_left_alone(tmp_path):
    def somebody_is_faster(folder: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "theirs.txt").write_text("theirs")

    with pytest.raises(ScenarioError, match="did not write"):
        by_hand(tmp_path / "out", finish=somebody_is_faster)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "theirs.txt").read_text() == "theirs"


def test_a_full_disk_is_told(tmp_path):
    with pytest.raises(ScenarioError, match="could not be written: No space left"), complete_folder(tmp_path / "out"):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "bad",
    [{"replications": 0}, {"replications": 2.5}, {"seed": -1}, {"workers": 0}, {"workers": True}, {"keep": "some"}],
)
def test_bad_arguments(bad):
    given = {"replications": 3, **bad}
    with pytest.raises(ScenarioError, match=next(iter(bad))):
        simulate(h.Scenario(), make_engine=NeverBuilt, **given)


def test_no_results_to_load(tmp_path):
    with pytest.raises(ScenarioError, match="is no folder"):
        load_results(tmp_path / "nowhere")
    with pytest.raises(ScenarioError, match="holds no results"):
        load_results(tmp_path)


def test_a_broken_table_is_told(tmp_path):
    by_hand(tmp_path / "out")
    (tmp_path / "out" / "units.parquet").write_bytes(b"PAR1")
    with pytest.raises(ScenarioError, match=r"units\.parquet"):
        _ = load_results(tmp_path / "out").units


# ------------------------------------------------------------------------------------------------------------- progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def hands(monkeypatch):
    """A clock that the test sets."""
    now = [0.0]
    monkeypatch.setattr("sim.study.progress.time.monotonic", lambda: now[0])
    return now


def test_progress_on_a_terminal(hands):
    screen = Screen()
    progress = Progress(screen)
    progress.begin(10)
    hands[0] = 1.0
    progress.advance()
    assert screen.getvalue() == ""  # short work needs none
    hands[0] = 3.0
    progress.advance()
    assert screen.getvalue() == "\r2/10 replications, 3 s, about 16 s to go"
    progress.note("something")
    assert screen.getvalue().endswith("\r" + " " * 40 + "\rsomething\n")
    progress.close()
    progress.close()


def test_progress_is_quiet_elsewhere(hands):
    log = io.StringIO()
    progress = Progress(log)
    progress.begin(2)
    hands[0] = 100.0
    progress.advance()
    progress.note("something")
    progress.close()
    assert log.getvalue() == ""


def test_progress_in_a_log(hands, monkeypatch):
    monkeypatch.setenv("ROUNDSMAN_PROGRESS", "lines")
    log = io.StringIO()
    progress = Progress(log)
    progress.begin(3)
    for at in (10.0, 31.0, 40.0):
        hands[0] = at
        progress.advance()
    assert log.getvalue() == "2/3 replications, 31 s, about 21 s to go\n"


@pytest.mark.parametrize(
    ("seconds", "said"), [(4.4, "4 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")]
)
def test_clock(seconds, said):
    assert clock(seconds) == said


def test_simulate_tells_its_progress():
    seen = []

    class Spy:
        def __getattr__(self, name):
            return lambda *arguments: seen.append((name, *arguments))

    by_hand(progress=Spy())
    assert seen == [("begin", 3), ("advance",), ("advance",), ("advance",), ("close",)]
