"""``--set key=value``: one value of a resolved scenario is replaced before it is validated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from sim.scenario import lines, rosterfile
from sim.scenario.document import MAX_DEPTH
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.keys import UnknownKeyError, known_key, parts_of, position
from sim.scenario.shape import other_kind, shape_of
from sim.scenario.source import ROSTER, Origin, Source, copied, drop_line, is_zero, paths_in

SET = Origin("--set")

Overrides = Mapping[str, object] | Iterable[str | tuple[str, object]]


def apply(source: Source, overrides: Overrides) -> None:
    """Change ``source`` in place. Raises ``ScenarioError`` with a problem for each override that does not fit."""
    problems: list[Problem] = []
    for item in overrides.items() if isinstance(overrides, Mapping) else overrides:
        key, value = _split(item) if isinstance(item, str) else (str(item[0]), item[1])
        try:
            _replace(source, key, value)
        except UnknownKeyError as error:
            problems.append(
                Problem("--set", 0, key[:80], message=error.message, allowed=error.allowed, nearest=error.nearest)
            )
    if problems:
        raise ScenarioError(problems)


def _split(text: str) -> tuple[str, object]:
    """Key and value; a text without = is a key that means nothing and will be refused as one."""
    key, equals, value = text.partition("=")
    return (key.strip(), _parsed(value.strip())) if equals else (f"{text} (no =)", None)


def _parsed(text: str) -> object:
    """The value of a piece of TOML; text that is none stands for itself."""
    if len(text) > 100_000 or lines.too_deep(text, MAX_DEPTH):
        return text
    try:
        data = tomllib.loads(f"value = {text}")
    except ValueError:
        return text
    return data["value"] if list(data) == ["value"] else text


def _replace(source: Source, key: str, value: object) -> None:
    """Walk down to the table or list that holds the key, through schema and data alike, and put the value there."""
    node: Any = source.data
    path: tuple[Any, ...] = ()
    parts = parts_of(key)
    for number, word in enumerate(parts):
        part: Any = (
            position(node, word) if isinstance(node, list) else known_key(shape_of(path, source.data), node, word)
        )
        path = (*path, part)
        if number + 1 == len(parts):
            if path[:2] == ROSTER and path[3:] == ("units",) and is_zero(value):
                drop_line(source, path[2])
                return
            _put(source, node, part, value, path)
            if path == rosterfile.KEY:
                rosterfile.read_roster_file(source, source.folder, beside=False)
            return
        shape = shape_of(path, source.data)
        if isinstance(node, dict) and part not in node and shape and shape.one("object"):
            node[part] = {}
            source.origins[path] = SET
        node = node[part] if isinstance(node, list) or part in node else None
        if not isinstance(node, (dict, list)):
            raise UnknownKeyError(f'there is no "{parts[number + 1]}" in {".".join(parts[: number + 1])}')


def _put(source: Source, node: Any, part: Any, value: object, path: lines.Path) -> None:
    """A table is laid over a table of its kind that is there; anything else takes the place of what was there."""
    old = node.get(part) if isinstance(node, dict) else None
    if isinstance(value, dict) and isinstance(old, dict) and not other_kind(path, old, value):
        for key, item in value.items():
            _put(source, node[part], key, item, (*path, key))
        return
    if isinstance(node, list) or part in node:
        for stale in paths_in(path, node[part]):
            source.origins.pop(stale, None)
    node[part] = copied(value)
    source.origins.update((here, SET) for here in paths_in(path, value))
