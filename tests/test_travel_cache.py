"""Kept tables: the same as computed ones, whole or absent, and mended when damaged."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from test_space import built

from sim.cache import cache_folder
from sim.space import travel, travel_streets
from sim.space.cache import LEFT_OVER_S, MANIFEST, kept, read_entry
from sim.tables import Geography, Streets


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("ROUNDSMAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "travel"


@pytest.fixture(scope="module")
def g() -> Geography:
    return built(space={"rows": 5, "columns": 6, "street_kinds": {"road": 1, "lane": 1}, "arterial_every": 2})


def same(one: Streets, two: Streets) -> bool:
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in zip(one, two, strict=True))


def no_computing(*_: object) -> None:
    raise AssertionError("computed although kept")


def test_kept_tables_equal_computed_ones_and_are_computed_once(g, folder, monkeypatch):
    computed = travel_streets(g, cache=False)
    assert not folder.exists()
    first = travel_streets(g)
    monkeypatch.setattr(travel, "_tables_of_mode", no_computing)
    second = travel_streets(g)
    assert same(computed, first)
    assert same(computed, second)
    assert len(list(folder.iterdir())) == 1


def test_whatever_the_tables_follow_from_is_in_their_name(g, folder):
    others = [g]
    for mode in range(len(g.modes)):
        slower, later = g.arc_us.copy(), g.dismount_us.copy()
        slower[mode] += 1
        later[mode] += 1
        others += [g._replace(arc_us=slower), g._replace(dismount_us=later)]
    turned = g.node_arcs.copy()
    turned[: g.node_first[1]] = turned[: g.node_first[1]][::-1]
    others.append(g._replace(node_arcs=turned))
    for other in others:
        travel_streets(other)
    assert len(list(folder.iterdir())) == len(others) == 6


def cut_short(entry: Path) -> None:
    data = (entry / "walk_us.npy").read_bytes()
    (entry / "walk_us.npy").write_bytes(data[:-8])


def flip_a_bit(entry: Path) -> None:
    data = bytearray((entry / "time_us.npy").read_bytes())
    data[len(data) // 2] ^= 1
    (entry / "time_us.npy").write_bytes(data)


DAMAGE = {
    "cut short": cut_short,
    "a bit flipped": flip_a_bit,
    "a table gone": lambda entry: (entry / "hop.npy").unlink(),
    "empty": lambda entry: [path.unlink() for path in entry.iterdir()],
    "no manifest": lambda entry: (entry / MANIFEST).unlink(),
    "a manifest of nonsense": lambda entry: (entry / MANIFEST).write_text("[1, 2"),
    "a manifest of another kind": lambda entry: (entry / MANIFEST).write_text("[1, 2]"),
    "a manifest that is no text": lambda entry: (entry / MANIFEST).write_bytes(b"\xff\xfe\x00"),
    "a file in its place": lambda entry: (shutil.rmtree(entry), entry.write_text("not a folder")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_built_again(damage, g, folder, monkeypatch):
    computed = travel_streets(g)
    copies = Streets(*(np.array(table) for table in computed))
    del computed
    (entry,) = folder.iterdir()
    damage(entry)
    assert same(travel_streets(g), copies)
    monkeypatch.setattr(travel, "_tables_of_mode", no_computing)
    assert same(travel_streets(g), copies)
    assert list(folder.iterdir()) == [entry]


def test_a_cache_that_cannot_be_written_is_done_without(g, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ROUNDSMAN_CACHE", str(tmp_path / "file"))
    assert same(travel_streets(g), travel_streets(g, cache=False))


def test_a_disk_that_fills_up_leaves_nothing_behind(g, folder, monkeypatch):
    whole = travel_streets(g, cache=False)
    monkeypatch.setattr(np.lib.format, "write_array_header_1_0", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    assert same(travel_streets(g), whole)
    assert list(folder.iterdir()) == []


def test_an_interrupt_leaves_nothing_behind(folder):
    def parts():
        yield {"table": np.zeros(3)}
        raise KeyboardInterrupt

    layout = {"table": (np.dtype("f8"), (2, 3))}
    with pytest.raises(KeyboardInterrupt):
        kept(folder / "entry", layout, parts)
    assert list(folder.iterdir()) == []


def test_writers_at_the_same_time_do_not_harm_each_other(g, folder):
    whole = travel_streets(g, cache=False)
    with ThreadPoolExecutor(6) as pool:
        assert all(same(whole, streets) for streets in pool.map(lambda _: travel_streets(g), range(12)))
    assert len(list(folder.iterdir())) == 1


def test_what_dead_processes_left_is_cleared_after_a_day(g, folder):
    old, young = folder / ".unfinished-old", folder / ".unfinished-young"
    for left_over in (old, young):
        left_over.mkdir(parents=True)
    then = time.time() - LEFT_OVER_S - 1
    os.utime(old, (then, then))
    travel_streets(g)
    assert not old.exists()
    assert young.exists()


def test_an_entry_of_another_layout_is_not_read(folder):
    layout = {"table": (np.dtype("f8"), (2, 3))}
    kept(folder / "entry", layout, lambda: iter([{"table": np.ones(3)}] * 2))
    assert read_entry(folder / "entry", layout)["table"].sum() == 6
    assert read_entry(folder / "entry", {"table": (np.dtype("i8"), (2, 3))}) is None
    assert read_entry(folder / "entry", {"table": (np.dtype("f8"), (3, 2))}) is None


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"ROUNDSMAN_CACHE": "/mine"}, "/mine"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/roundsman"),
        ("linux", {}, "/home/somebody/.cache/roundsman"),
        ("darwin", {}, "/home/somebody/Library/Caches/roundsman"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/roundsman/Cache"),
        ("win32", {}, "/home/somebody/AppData/Local/roundsman/Cache"),
    ],
)
def test_cache_folder_is_where_the_platform_keeps_caches(platform, environment, expected, monkeypatch):
    for name in ("ROUNDSMAN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/somebody"))
    assert cache_folder() == Path(expected)
