"""The scenarios of a folder: what each is called and which question it asks."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sim.scenario.errors import ScenarioError
from sim.scenario.resolve import resolve


class Entry(NamedTuple):
    path: Path
    title: str
    question: str
    problem: str  #: why the file cannot be read; "" for one that can


def scenarios(folder: Path) -> list[Entry]:
    """Every scenario file that stands in ``folder`` itself, by name; files in folders below are parts for others."""
    return [_entry(path) for path in sorted(folder.glob("*.toml"))] if folder.is_dir() else []


def _entry(path: Path) -> Entry:
    try:
        data = resolve(path, path.as_posix()).data
    except ScenarioError as error:
        return Entry(path, "", "", str(error.problems[0]))
    title, question = (str(data.get(key, "")) for key in ("title", "question"))
    return Entry(path, title, question, "")
