"""``extends``: a file and the files it starts from become one, and every value remembers where it was written."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.scenario import document
from sim.scenario.errors import UNSET, Problem, ScenarioError, listed, nearest
from sim.scenario.lines import Path as KeyPath
from sim.scenario.rosterfile import read_roster_file
from sim.scenario.shape import other_kind
from sim.scenario.source import ROSTER, Origin, Source, copied, drop_line, is_zero, paths_in

MAX_FILES = 50
MAX_CHAIN = 20  #: files that extend one another in a row


def resolve(path: Path, shown: str) -> Source:
    """Read a file with everything it extends. Raises ``ScenarioError`` for missing files, circles and bad values."""
    source = _resolve(path, shown, (), {})
    source.folder = path.parent
    return source


def _resolve(path: Path, shown: str, above: tuple[Path, ...], known: dict[Path, Source]) -> Source:
    here = _real(path)
    if here in known:
        return known[here]
    read = document.read(path, shown)
    if len(above) > MAX_CHAIN or len(known) > MAX_FILES:
        allowed = f"chains of {MAX_CHAIN} files, {MAX_FILES} files in all"
        raise ScenarioError(Problem(shown, message="too many files extend one another", allowed=allowed))
    source = Source(read.data, {key: Origin(shown, line) for key, line in read.lines.items()}, shown)
    _take_roster_file(source, path.parent)
    if "extends" in read.data:
        bases = _bases(source)
        merged = Source({}, {}, shown)
        for number, base in enumerate(bases):
            key: KeyPath = ("extends", number) if isinstance(read.data["extends"], list) else ("extends",)
            merge(merged, _base(source, key, base, path, (*above, here), known))
        del read.data["extends"]
        merge(merged, source)
        source = merged
        source.origins = {key: origin for key, origin in source.origins.items() if key[0] != "extends"}
    known[here] = source
    return source


def _real(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):  # reading it will say what is wrong with it
        return path


def _bases(source: Source) -> list[str]:
    value = source.data["extends"]
    bases = value if isinstance(value, list) else [value]
    if not bases or not all(isinstance(base, str) and base for base in bases):
        allowed = "a file name in quotes, or a list of them"
        raise ScenarioError(source.problem(("extends",), "names no file", value, allowed))
    return bases


def _base(
    source: Source, key: KeyPath, base: str, path: Path, above: tuple[Path, ...], known: dict[Path, Source]
) -> Source:
    there, shown = path.parent / base, os.path.normpath(os.path.join(os.path.dirname(source.file), base))
    if _real(there) in above:
        circle = [file.name for file in above[above.index(_real(there)) :]]
        said = "a file cannot extend itself: " + " extends ".join([*circle, circle[0]])
        raise ScenarioError(source.problem(key, said, base))
    try:
        return _resolve(there, Path(shown).as_posix(), above, known)
    except ScenarioError as error:
        first = error.problems[0]
        if first.line or first.key or len(error.problems) > 1:
            raise ScenarioError([replace(problem, asked=source.file) for problem in error.problems]) from None
        raise ScenarioError(source.problem(key, first.message, base, first.allowed, first.nearest)) from None


def merge(below: Source, above: Source) -> None:
    """Lay ``above`` over ``below``: tables of one kind are merged, anything else replaces what was there."""
    _merge((), below.data, above.data, below, above)


def _merge(path: KeyPath, old: dict, new: dict, below: Source, above: Source) -> None:
    for key, value in new.items():
        here = (*path, key)
        if here == ROSTER and isinstance(value, dict) and isinstance(old.get(key), list):
            change_lines(value, below, above)
            continue
        if isinstance(value, dict) and isinstance(old.get(key), dict) and not other_kind(here, old[key], value):
            if here in above.origins:
                below.origins[here] = above.origins[here]
            _merge(here, old[key], value, below, above)
            continue
        if key in old:
            for stale in paths_in(here, old[key]):
                below.origins.pop(stale, None)
        for fresh in paths_in(here, value):
            if fresh in above.origins:
                below.origins[fresh] = above.origins[fresh]
        old[key] = copied(value)


def change_lines(changes: dict[str, Any], below: Source, above: Source) -> None:
    """Lay tables ``[policy.roster.NAME]`` of ``above`` over the lines of these names; ``units = 0`` drops a line."""
    lines = below.data["policy"]["roster"]
    problems = []
    for name, change in changes.items():
        here = (*ROSTER, name)
        names = [line.get("name") if isinstance(line, dict) else None for line in lines]
        if names.count(name) != 1:
            known = [str(other) for other in names if other is not None]
            said = "is the name of several lines" if name in names else "there is no roster line of this name to change"
            problems.append(above.problem(here, said, UNSET, listed(known), nearest(name, known)))
        elif not isinstance(change, dict):
            problems.append(above.problem(here, "is no table", change, "keys of the line behind its name"))
        elif is_zero(change.get("units")):
            drop_line(below, names.index(name))
        else:
            number = names.index(name)
            own = {(*ROSTER, number, *path[3:]): at for path, at in above.origins.items() if path[:3] == here}
            _merge((*ROSTER, number), lines[number], change, below, Source({}, own, above.file))
    if problems:
        raise ScenarioError(problems)


def _take_roster_file(source: Source, folder: Path) -> None:
    """The lines of ``policy.roster_file``, with the changes that the same file makes to them."""
    policy = source.data.get("policy")
    if not isinstance(policy, dict) or "roster_file" not in policy:
        return
    changes = policy.pop("roster") if isinstance(policy.get("roster"), dict) else {}
    own = Source({"policy": {"roster": changes}}, {}, source.file)
    for path in paths_in(ROSTER, changes):
        if changes and path in source.origins:
            own.origins[path] = source.origins.pop(path)
    read_roster_file(source, folder)
    change_lines(changes, source, own)
