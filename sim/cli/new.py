"""``new``: a first scenario of one's own, with the comments that a first scenario needs. Never overwrites."""

from __future__ import annotations

import argparse
import json
import os
import re
from pathlib import Path

from sim.cli.files import SCENARIOS
from sim.cli.main import DONE
from sim.scenario.errors import Problem, ScenarioError

START = SCENARIOS / "ordinary_day.toml"
_NAME = re.compile(r"[^\W\d][\w-]{0,59}\Z")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\Z", re.I)  # Windows has no such files

TEMPLATE = """\
# A scenario says only what is different from the files that it extends.
#   python run.py check {path}       is it right?
#   python run.py show {path}        what does it mean, with everything that it inherits?
#   python run.py simulate {path}    what comes of it?
# Every key is explained in docs/scenario.md.

extends = {start}

schema_version = 1
title = "{name}"
question = "What do you want to know?"

# How long, and how often. Times are in the unit that ends the key: _h hours, _min minutes, _s seconds.
[run]
replications = 10

# [world] is what happens to the district. Two scenarios with the same world have the same days.
[world.demand]
scale = 1.0  # 1.2 = a fifth more incidents

# [policy] is what is decided about the forces. Tables are merged with those of the file above; a list, such as the
# roster, replaces the whole list. To change one line only:
#   python run.py simulate {path} --set policy.roster.NAME.units=3
[policy.command]
relay_s = 90  # 0 = the centre sends community teams itself
"""


def run(args: argparse.Namespace) -> int:
    path = _path(args.name)
    text = TEMPLATE.format(path=path.as_posix(), name=path.stem, start=json.dumps(_start(path)))
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise _refused(args.name, f"{path} is there already and stays as it is") from None
    print(f"made {path}: edit it, then run: python run.py check {path}")
    return DONE


def _path(name: str) -> Path:
    """Where the new file goes: among the scenarios, or where a path says."""
    path = Path(name)
    stem = path.name.removesuffix(".toml")
    if not _NAME.match(stem) or _RESERVED.match(stem):
        allowed = "a letter, then letters, digits, _ and -, up to 60"
        raise _refused(name, "is no name for a scenario", allowed)
    place = path.with_name(f"{stem}.toml")
    if not name.isprintable():
        raise _refused(name, "is no name for a file that can be shown")
    if path.name == name:
        place = SCENARIOS / place.name
    if not place.parent.is_dir():
        raise _refused(name, f"there is no folder {place.parent}")
    return place


def _start(path: Path) -> str:
    """The file to start from, as the new one has to call it."""
    if not START.is_file():
        raise _refused(str(path), f"there is no {START} to start from; run this in the folder of the project")
    return Path(os.path.relpath(START, path.parent)).as_posix()


def _refused(name: str, message: str, allowed: str = "") -> ScenarioError:
    return ScenarioError(Problem(key="NAME", value=name, message=message, allowed=allowed))
