"""``--set key=value``: one value of a resolved scenario is replaced before it is validated."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping

from sim.scenario import lines
from sim.scenario.document import FULL_WIDTH, MAX_DEPTH
from sim.scenario.errors import Problem, ScenarioError, listed, nearest
from sim.scenario.resolve import Origin, Source, merge, paths_in
from sim.scenario.shape import Shape, shape_of

SET = Origin("--set")
_INDEX = re.compile(r"\[(\d+)\]")

Overrides = Mapping[str, object] | Iterable[str | tuple[str, object]]


def apply(source: Source, overrides: Overrides) -> None:
    """Change ``source`` in place. Raises ``ScenarioError`` with a problem for each override that does not fit."""
    problems: list[Problem] = []
    for item in overrides.items() if isinstance(overrides, Mapping) else overrides:
        try:
            key, value = _split(item) if isinstance(item, str) else (str(item[0]), item[1])
            _replace(source, key, value)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)


def _split(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        wide = " (＝ is a full-width character)" if "＝" in text else ""
        message = f"is no key=value{wide}"
        raise ScenarioError(Problem("--set", key=text[:80], message=message, allowed="such as world.demand.scale=1.2"))
    return key.strip(), _parsed(value.strip())


def _parsed(text: str) -> object:
    """The value of a piece of TOML; text that is none stands for itself."""
    try:
        if lines.too_deep(text, MAX_DEPTH) or len(text) > 100_000:
            return text
        data = tomllib.loads(f"value = {text}")
    except ValueError:
        return text
    return data["value"] if list(data) == ["value"] else text


def _key_parts(key: str) -> list[str]:
    """The parts of a dotted key; parts in quotes may hold dots, and ``[2]`` is the same as ``.2``."""
    try:
        node = tomllib.loads(_INDEX.sub(r".\1", key) + " = 0") if lines.too_deep(key, MAX_DEPTH) == 0 else None
    except ValueError:
        node = None
    if not isinstance(node, dict) or "\n" in key:
        wide = "".join(mark for mark in key if mark in FULL_WIDTH)
        hint = f" (full-width characters: {wide})" if wide else ""
        raise ScenarioError(Problem("--set", key=key[:80], message=f"is no key{hint}", allowed="such as world.demand.scale"))
    parts = []
    while isinstance(node, dict):
        ((part, node),) = node.items()
        parts.append(part)
    return parts


def _replace(source: Source, key: str, value: object) -> None:
    """Walk down to the parent of the key, through schema and data alike, and put the value there."""
    node: object = source.data
    path: lines.Path = ()
    parts = _key_parts(key)
    for number, word in enumerate(parts):
        shape = shape_of(path)
        part = _position(node, word, key) if isinstance(node, list) else _known(shape, node, word, key)
        path += (part,)
        if number + 1 == len(parts):
            _put(source, node, part, value, path)
            return
        inner = shape_of(path)
        if isinstance(node, dict) and part not in node and inner and inner.one("object"):
            node[part] = {}
            source.origins[path] = SET
        node = node[part] if isinstance(node, list) or part in node else None
        if not isinstance(node, (dict, list)):
            raise ScenarioError(
                Problem("--set", key=key, message=f'"{parts[number + 1]}" is no part of {".".join(parts[: number + 1])}')
            )


def _position(elements: list, word: str, key: str) -> int:
    """The place in a list that a number or the name of a line stands for."""
    names = [item.get("name") for item in elements if isinstance(item, dict) and isinstance(item.get("name"), str)]
    if word.isdigit() and len(word) < 10 and int(word) < len(elements):
        return int(word)
    if names.count(word) == 1:
        return next(n for n, item in enumerate(elements) if isinstance(item, dict) and item.get("name") == word)
    places = f"0 to {len(elements) - 1}" if elements else "nothing, the list is empty"
    allowed = f"{places}, or one of {listed(names)}" if names else places
    message = f'"{word}" is the name of several elements' if word in names else f'there is no element "{word}"'
    raise ScenarioError(Problem("--set", key=key, message=message, allowed=allowed, nearest=nearest(word, names)))


def _known(shape: Shape | None, node: object, word: str, key: str) -> str:
    """A key that the schema knows here or, among names, one that the scenario has; else an error with the nearest."""
    assert isinstance(node, dict)
    keys = shape.keys() if shape else []
    if word in keys:
        return word
    if not keys and shape is not None and shape.names() is not None:
        holds_tables = "$ref" in (shape.names() or {})
        if word in node or not holds_tables:
            return word
        keys = list(node)
    raise ScenarioError(
        Problem("--set", key=key, message=f'"{word}" is not known', allowed=listed(keys), nearest=nearest(word, keys))
    )


def _put(source: Source, node: object, part: str | int, value: object, path: lines.Path) -> None:
    above = Source({}, {here: SET for here in paths_in(path, value)}, "--set")
    if isinstance(node, dict):
        inner: dict = {part: value}
        for step in reversed(path[:-1]):
            inner = {step: inner}
        if all(isinstance(step, str) for step in path):
            above.data = inner
            merge(source, above)
            return
    for stale in list(paths_in(path, node[part] if isinstance(node, list) or part in node else None)):
        source.origins.pop(stale, None)
    node[part] = value
    source.origins.update(above.origins)
