"""``extends``: a file and the files it starts from become one, and every value remembers where it was written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario import document
from sim.scenario.errors import UNSET, Problem, ScenarioError
from sim.scenario.lines import Path as KeyPath
from sim.scenario.shape import other_kind

MAX_FILES = 50
MAX_CHAIN = 20  #: files that extend one another in a row


class Origin(NamedTuple):
    """Where a value was written: a file as messages show it and a line, or ``--set`` and no line."""

    file: str
    line: int = 0


@dataclass
class Source:
    """A scenario before validation: plain tables, and the origin of every path in them."""

    data: dict[str, Any]
    origins: dict[KeyPath, Origin]
    file: str  #: the file that was asked for, as messages show it

    def problem(
        self, path: KeyPath, message: str, value: object = UNSET, allowed: str = "", nearest: str = ""
    ) -> Problem:
        """A problem at a path, on the line of the path or, if it was never written, of the table it belongs to."""
        origin = self.origin(path)
        asked = self.file if origin.line else ""  # --set is in no file
        return Problem(origin.file, origin.line, dotted(path, self.data), value, message, allowed, nearest, asked)

    def origin(self, path: KeyPath) -> Origin:
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path, Origin(self.file))

    def value(self, path: KeyPath) -> object:
        """The value at a path; ``UNSET`` where there is none."""
        return child_at(self.data, path)


def child(node: object, part: str | int) -> object:
    """What a table has behind a key or a list at a place; ``UNSET`` where there is no such thing."""
    if isinstance(node, dict):
        return node.get(part, UNSET)
    if isinstance(node, list) and isinstance(part, int) and 0 <= part < len(node):
        return node[part]
    return UNSET


def child_at(node: object, path: KeyPath) -> object:
    """What stands at the end of a path; ``UNSET`` where there is no such thing."""
    for part in path:
        node = child(node, part)
    return node


def dotted(path: KeyPath, data: object) -> str:
    """A path as people write it: elements of a list of tables go by their name where they have one of their own."""
    words: list[str] = []
    for part in path:
        named = name_of(data, part) if isinstance(data, list) and isinstance(part, int) else ""
        words.append(named or key_word(part))
        data = child(data, part)
    return ".".join(words)


def key_word(part: str | int) -> str:
    """One part of a dotted key, in quotes where it would be misread without."""
    word = str(part)
    return word if word.isascii() and word.replace("_", "").replace("-", "").isalnum() else f'"{word}"'


def name_of(elements: list, number: int) -> str:
    """The name of an element of a list of tables, if no other element has it."""
    names = [item.get("name") if isinstance(item, dict) else None for item in elements]
    name = names[number] if 0 <= number < len(names) else None
    if not isinstance(name, str) or names.count(name) > 1 or name.isdigit() or "." in name:
        return ""
    return name


def resolve(path: Path, shown: str) -> Source:
    """Read a file with everything it extends. Raises ``ScenarioError`` for missing files, circles and bad values."""
    return _resolve(path, shown, (), {})


def _resolve(path: Path, shown: str, above: tuple[Path, ...], known: dict[Path, Source]) -> Source:
    here = _real(path)
    if here in known:
        return known[here]
    read = document.read(path, shown)
    if len(above) > MAX_CHAIN or len(known) > MAX_FILES:
        allowed = f"chains of {MAX_CHAIN} files, {MAX_FILES} files in all"
        raise ScenarioError(Problem(shown, message="too many files extend one another", allowed=allowed))
    source = Source(read.data, {key: Origin(shown, line) for key, line in read.lines.items()}, shown)
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


def paths_in(path: KeyPath, value: object) -> Iterator[KeyPath]:
    """A path, and the paths of everything inside its value."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from paths_in((*path, key), item)


def copied(value: object) -> object:
    """Tables and lists anew, other values as they are."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value
