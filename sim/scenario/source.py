"""``Source``: a scenario before validation, plain tables of which every path remembers where it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from sim.scenario.errors import UNSET, Problem
from sim.scenario.lines import Path as KeyPath

ROSTER: KeyPath = ("policy", "roster")


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
    folder: FilePath = FilePath()  #: where it is

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


def drop_line(source: Source, number: int) -> None:
    """Take a line out of the roster, and what is assumed about it; the origins of later ones move up."""
    name = name_of(source.data["policy"]["roster"], number)
    del source.data["policy"]["roster"][number]
    moved: dict[KeyPath, Origin] = {}
    for path, origin in source.origins.items():
        place = path[2] if path[:2] == ROSTER and len(path) > 2 else None
        if isinstance(place, int) and place >= number:
            if place > number:
                moved[(*ROSTER, place - 1, *path[3:])] = origin
        else:
            moved[path] = origin
    source.origins = moved
    assumptions = source.data.get("assumptions")
    if name and isinstance(assumptions, dict):
        for key in [key for key in assumptions if key.startswith(f"policy.roster.{name}.")]:
            for path in paths_in(("assumptions", key), assumptions.pop(key)):
                source.origins.pop(path, None)


def is_zero(value: object) -> bool:
    """Whether a value is the number 0: ``units = 0`` takes a line away."""
    return value == 0 and isinstance(value, int) and not isinstance(value, bool)
