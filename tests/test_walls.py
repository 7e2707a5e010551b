"""The walls of the house: who may import what, and that data flows one way. Read from the sources."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: Rooms from the ground up. A room imports from the floors below it and from itself, not from its neighbours.
FLOORS = (
    ("vocabulary", "cache"),
    ("draws", "tables", "policies"),
    ("scenario",),
    ("space",),
    ("demand",),
    ("roster",),
    ("kernel", "theory"),
    ("decision",),
    ("engine",),
    ("measures",),
    ("study", "model"),
    ("verify",),
    ("report",),
    ("app",),
    ("cli",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

#: Rooms that see less than what lies below them.
SEES_ONLY = {
    "kernel": {"vocabulary", "cache", "draws", "tables", "policies"},  # arrays and numbers, whoever made them
    "theory": {"vocabulary", "tables"},  # a second opinion must not lean on the first
}
NEVER_SEES = {
    "measures": {"kernel", "engine"},  # pure functions of records
    "report": {"kernel", "engine", "model", "space", "demand", "roster"},  # reads results, never a model
}

#: Packages from outside and the rooms that may import them.
WALLS = {
    "numba": {"kernel"},
    "llvmlite": {"kernel"},
    "mesa": {"model", "app"},
    "matplotlib": {"report"},
    "solara": {"app"},
    "dask": set(),
    "pandas": {"measures", "study", "model", "verify", "report", "app"},
    "pyarrow": {"measures", "study", "model", "report", "app"},
    "pydantic": {"scenario"},
    "networkx": {"roster"},  # closed walks
    "openpyxl": {"scenario"},  # rosters in workbooks
}

#: What a command that only reads a scenario file has no time for.
HEAVY = {"numba", "mesa", "matplotlib", "scipy", "pandas", "pyarrow", "networkx", "openpyxl"}


def room_of(path: Path) -> str:
    """The room of a source file; "" for ``sim/__init__.py``, the public face, and ``cli_x.py`` is of ``cli``."""
    parts = path.relative_to(ROOT / "sim").with_suffix("").parts
    name = "" if parts == ("__init__",) else parts[0]
    return "cli" if name.startswith("cli") else name


def sources(*folders: str) -> list[Path]:
    found = [ROOT / "run.py"] if (ROOT / "run.py").exists() else []
    return found + sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a source file."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports, anywhere in it."""
    package = path.relative_to(ROOT).parent.parts
    for node in nodes(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join((*above, *(node.module or "").split("."))).strip(".")
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"


def for_types_only(path: Path) -> set[int]:
    """Lines under ``if TYPE_CHECKING:``, which load nothing."""
    blocks = [node for node in nodes(path) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    return {line for block in blocks for line in range(block.lineno, (block.end_lineno or block.lineno) + 1)}


def rooms_seen(path: Path) -> Iterator[tuple[int, str]]:
    """(line, room) of every import from the package itself."""
    for line, name in imports(path):
        top, _, rest = name.partition(".")
        if top == "sim":
            inner = rest.partition(".")[0]
            yield line, "cli" if inner.startswith("cli") else inner


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


SIM = sorted((ROOT / "sim").rglob("*.py"))


def test_every_room_has_a_floor():
    assert {room_of(path) for path in SIM} - {""} <= set(FLOOR)


def test_imports_point_down():
    breaches = [
        f"{where(path, line)}: {room} imports {seen}"
        for path in SIM
        if (room := room_of(path))  # the public face may show anything
        for line, seen in rooms_seen(path)
        if seen != room and FLOOR.get(seen, len(FLOORS)) >= FLOOR[room]
    ]
    assert not breaches, "\n".join(breaches)


def test_rooms_that_see_less():
    breaches = [
        f"{where(path, line)}: {room} imports {seen}"
        for path in SIM
        if (room := room_of(path))
        for line, seen in rooms_seen(path)
        if seen != room and (seen not in SEES_ONLY.get(room, {seen}) or seen in NEVER_SEES.get(room, ()))
    ]
    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize("package", WALLS)
def test_outside_packages_stay_behind_their_wall(package):
    breaches = [
        where(path, line)
        for path in SIM
        for line, name in imports(path)
        if name.partition(".")[0] == package
        and room_of(path) not in WALLS[package]
        and line not in for_types_only(path)
    ]
    assert not breaches, f"{package} imported at {breaches}"


def test_run_py_is_thin():
    """The command line only: no package from outside, and of ``sim`` nothing but ``cli``."""
    names = {name for _, name in imports(ROOT / "run.py")}
    assert {name.partition(".")[0] for name in names} <= {"sim", *sys.stdlib_module_names}
    assert {room for _, room in rooms_seen(ROOT / "run.py")} <= {"cli"}


@pytest.mark.parametrize("path", sources("sim", "tests", "benchmarks"), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_called_like_the_package(path):
    """A variable ``sim`` would hide it."""
    for node in nodes(path):
        named = (
            (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "sim")
            or (isinstance(node, ast.arg) and node.arg == "sim")
            or (isinstance(node, ast.alias) and node.asname == "sim")
        )
        assert not named, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', '?')}"


@pytest.mark.parametrize("command", [["--help"], ["simulate", "--help"], ["check", "scenarios/ordinary_day.toml"]])
def test_light_commands_import_nothing_heavy(command):
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "run.py", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert not loaded & HEAVY
    assert "argparse" in loaded  # else the reading of importtime is broken
