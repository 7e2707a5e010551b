"""From plain tables to a ``ScenarioFile``: every problem of the values, each with its line and in our own words."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.errors import UNSET, Problem, listed, nearest
from sim.scenario.lines import Path
from sim.scenario.schema import ScenarioFile
from sim.scenario.shape import LIMITS, SAFE, Shape, shape_of
from sim.scenario.slips import PER_HOUR, bare_element, example_of, in_brackets, kind_meant, of_no_kind, tag_at
from sim.scenario.source import Source, child, child_at, copied

LARGEST = 2**63 - 1


def validate(source: Source) -> tuple[ScenarioFile | None, dict[Path, Problem]]:
    """The scenario, or None, and what is wrong by path.

    Where single values are wrong or missing, a scenario with others in their place comes back beside the problems: good
    enough to look for what else is wrong, and for nothing more.
    """
    problems = {path: source.problem(path, said, value, may) for path, said, value, may in _unusable(source.data)}
    data = _patched(source.data, problems)
    spec, found, misspelt = _validated(data, source)
    for path, problem in found.items():
        if not _touches(path, problems):
            problems[path] = problem
    if spec is None:
        spec, _, _ = _validated(_patched(data, [*found, *misspelt]), source)
    return spec, problems


def as_floats(spec: ScenarioFile) -> ScenarioFile:
    """The same scenario with defaults validated too, so that a default of 1 and a written 1.0 are the same value."""
    return ScenarioFile.model_validate(spec.model_dump(by_alias=True, warnings=False))


def _validated(data: dict[str, Any], source: Source) -> tuple[ScenarioFile | None, dict[Path, Problem], list[Path]]:
    """The scenario or None, the problems, and the keys that are only missing because they are misspelt."""
    try:
        spec = ScenarioFile.model_validate(data, strict=True)
    except ValidationError as error:
        problems: dict[Path, Problem] = {}
        misspelt = []
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            path, is_name = _path(fault["loc"], fault["type"], data)
            if table := of_no_kind(path, data):
                problems.setdefault(*kind_meant(table, source))
                continue
            if bare := bare_element(path, data):
                problems.setdefault(bare, in_brackets(bare, source))
                continue
            if fault["type"] == "missing" and _misspelt(path, data):
                misspelt.append(path)
            elif not _hidden(path, fault, data):
                problems.setdefault(path, _problem(fault["type"], path, is_name, source))
        return None, problems, misspelt
    problems = dict(_beyond_limits(spec, (), source))
    return (None if problems else spec), problems, []


def _unusable(data: dict[str, Any]) -> Iterator[tuple[Path, str, object, str]]:
    """Values that no key can have: (path, message, value, allowed)."""
    todo: list[tuple[Path, object]] = [((), data)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict):
            todo += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            todo += [((*path, number), item) for number, item in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            yield path, "is not a finite number", value, _allowed(path, data)
        elif isinstance(value, int) and abs(value) > LARGEST:
            yield path, "is too large a number", value, _allowed(path, data)
        elif isinstance(value, (datetime.date, datetime.time)):
            yield path, "is a date or time of TOML", value, _allowed(path, data) or 'text in quotes, such as "08:00"'
        elif isinstance(value, str) and not value.isprintable() and not _encodable(value):
            yield path, "is not text that UTF-8 can hold", UNSET, _allowed(path, data)
        elif not isinstance(value, (str, int, float)):
            yield path, f"is of a type that no scenario file has ({type(value).__name__})", UNSET, _allowed(path, data)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _allowed(path: Path, data: object) -> str:
    shape = shape_of(path, data)
    return shape.allowed() if shape else ""


def _path(loc: tuple[str | int, ...], kind: str, data: object) -> tuple[Path, bool]:
    """The keys in pydantic's location, without its names of alternatives; and whether it is about a name."""
    path: Path = ()
    is_name = bool(loc) and loc[-1] == "[key]"
    chosen = False
    for place, part in enumerate(loc):
        if chosen:  # the word that chose among several tables, not a key
            chosen = False
            continue
        if child(data, part) is not UNSET:
            data = child(data, part)
        elif place + 1 < len(loc) or kind != "missing" or not isinstance(data, dict):
            continue
        path += (part,)
        chosen = tag_at(path) != ""
    return (*path, tag_at(path)) if kind == "union_tag_invalid" else path, is_name


def _hidden(path: Path, fault: Any, data: object) -> bool:
    """Of the alternatives of a key only the one that was tried counts: a list is not told that it is no number.

    Where nobody can say which of several tables is meant, nothing is said about its other keys.
    """
    tag = tag_at(path[:-1])
    word = child_at(data, (*path[:-1], tag)) if tag and path[-1] != tag else ""
    if not isinstance(word, str) and word is not UNSET:
        return True
    shape = shape_of(path, data)
    data = child_at(data, path)
    if shape is None or len(shape.nodes) < 2 or not isinstance(data, (list, dict)):
        return False
    fits = shape.one("array") if isinstance(data, list) else shape.one("object")
    return bool(fits) and not fault["type"].startswith("too_")


def _misspelt(path: Path, data: dict[str, Any]) -> bool:
    """Whether a missing key seems to be there under a name that is refused anyway."""
    known = (shape_of(path[:-1], data) or Shape(())).keys()
    node = child_at(data, path[:-1])
    strange = [key for key in node if key not in known] if isinstance(node, dict) else []
    return any(nearest(key, known) == path[-1] or (key in PER_HOUR and path[-1] == "per_day") for key in strange)


def _problem(kind: str, path: Path, is_name: bool, source: Source) -> Problem:
    parent = shape_of(path[:-1], source.data) or Shape(())
    keys = parent.keys()
    value = source.value(path)
    if kind == "extra_forbidden" and path[-1] in PER_HOUR and "per_day" in keys:
        return source.problem(path, "unknown key: demand is per_day, 24 times as much", value, listed(keys), "per_day")
    if kind == "extra_forbidden" or (is_name and keys):
        quoted = UNSET if is_name or isinstance(value, dict) else value
        said, near = _unknown(path, parent)
        return source.problem(path, said, quoted, listed(keys), near)
    if is_name:
        allowed = "names of up to 60 Latin letters, digits, _ and -, not beginning with a digit"
        return source.problem(path, "is not a name that can be used", UNSET, allowed)
    if kind == "missing":
        shape = shape_of(path, source.data) or Shape(())
        allowed = shape.allowed() + (f" ({shape.description})" if shape.description else "")
        return source.problem(path, "is missing", UNSET, allowed)
    return source.problem(path, *_wrong(shape_of(path, source.data) or Shape(()), kind, value))


def _unknown(path: Path, parent: Shape) -> tuple[str, str]:
    """(message, nearest) for a key that its table does not have; another table that stands here may have it."""
    tag, near = tag_at(path[:-1]), nearest(path[-1], parent.keys())
    if not tag:
        return "unknown key", near
    every = shape_of(path[:-1])
    owners = [head for head in (every.nodes if every else ()) if path[-1] in head["properties"]]
    here = f'for {tag} = "{parent.nodes[0]["properties"][tag]["const"]}"'
    if owners:
        return f'is for {tag} = "{owners[0]["properties"][tag]["const"]}", not {here}', ""
    return f"unknown key {here}", near


def _wrong(shape: Shape, kind: str, value: object) -> tuple[str, object, str, str]:
    """(message, value, allowed, nearest) for a value of the wrong type or out of bounds."""
    allowed = shape.allowed()
    words = [word for node in shape.nodes for word in node.get("enum", [node.get("const")]) if isinstance(word, str)]
    if isinstance(value, (list, dict)) and kind in ("too_short", "too_long"):
        return (f"has {len(value)} of them" if value else "is empty"), UNSET if value else value, allowed, ""
    if words and isinstance(value, str):
        return "is not one of the words allowed here", value, allowed, nearest(value, map(str, words))
    if kind.startswith("less_") and any(node.get("maximum") == SAFE for node in shape.nodes):
        allowed += f", up to {SAFE:,}"
    if kind.startswith(("greater_", "less_")):
        return f"is too {'small' if kind[0] == 'g' else 'large'}", value, allowed, ""
    if kind.endswith("_type") and (example := example_of(shape, value)):
        return f"is {_kind(value)}", value, f"{allowed}, such as {example}", ""
    if kind.endswith("_type") or kind.startswith("int_") or words:
        return f"is {_kind(value)}", value, allowed, ""
    return "is not allowed", value, allowed, ""


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a whole number" if isinstance(value, int) else "a number with a point"
    if isinstance(value, str):
        return "text"
    return "a table" if isinstance(value, dict) else "a list" if isinstance(value, list) else "nothing"


def _beyond_limits(node: Any, path: Path, source: Source) -> Iterator[tuple[Path, Problem]]:
    """Numbers that the schema's types let pass and the bounds in ``shape.LIMITS`` do not."""
    if isinstance(node, BaseModel):
        for name, field in type(node).model_fields.items():
            value, here = getattr(node, name), (*path, field.alias or name)
            limits = LIMITS.get((type(node).__name__, name))
            if limits and not isinstance(value, BaseModel):
                yield from _outside(value, here, limits, source)
            elif isinstance(value, (BaseModel, list, dict)):
                yield from _beyond_limits(value, here, source)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _beyond_limits(value, (*path, key), source)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _beyond_limits(value, (*path, number), source)


def _outside(value: Any, path: Path, limits: tuple[float, float], source: Source) -> Iterator[tuple[Path, Problem]]:
    if isinstance(value, (list, dict)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _outside(item, (*path, key), limits, source)
    elif value is not None and not isinstance(value, str) and not limits[0] <= value <= limits[1]:
        yield (
            path,
            source.problem(
                path, f"is too {'small' if value < limits[0] else 'large'}", value, _allowed(path, source.data)
            ),
        )


def _touches(path: Path, problems: dict[Path, Problem]) -> bool:
    """Whether a path, what it is part of or a part of it has a problem already."""
    return any(path[: len(other)] == other or other[: len(path)] == path for other in problems)


def _patched(data: dict[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    """A copy with the values at these paths left out or, where they are needed, with plain ones in their place.

    A list with a bad element goes as a whole, unless it holds tables.
    """
    patched: Any = copied(data)
    for path in paths:
        nodes = [patched]
        for part in path[:-1]:
            nodes.append(child(nodes[-1], part))
        last = max(place for place, node in enumerate(nodes) if isinstance(node, dict))
        if all(isinstance(node, list) for node in nodes[last + 1 :]):
            _patch(nodes[last], path[: last + 1], data)
    return patched


def _patch(table: dict[str, Any], path: Path, data: dict[str, Any]) -> None:
    key = str(path[-1])
    table.pop(key, None)
    parent, shape = shape_of(path[:-1], data), shape_of(path, data)
    if parent and shape and key in parent.required():
        plain = shape.plain()
        if plain is not None:
            table[key] = plain
