"""Slips whose meaning is plain: a table that does not say its kind, a list without its brackets, a word for a table."""

from __future__ import annotations

from sim.scenario.errors import Problem, listed, shown
from sim.scenario.lines import Path
from sim.scenario.shape import Shape, shape_of
from sim.scenario.source import Source, child_at

PER_HOUR = ("per_hour", "per_h", "rate_per_h", "calls_per_h")  #: what textbooks give, where the file wants ``per_day``


def tag_at(path: Path) -> str:
    """The key whose word says which of several tables stands at a path; "" where there is no such choice."""
    shape = shape_of(path)
    return shape.tag() if shape else ""


def of_no_kind(path: Path, data: object) -> Path:
    """The table that a fault is in, if it does not say which of several tables it is and has keys of another alone."""
    for end in range(len(path), 0, -1):
        if tag_at(path[:end]):
            return path[:end] if _kind_of(path[:end], data) else ()
    return ()


def _kind_of(path: Path, data: object) -> tuple[str, list[str]] | None:
    """What a table that does not say it must be by its keys, and those that tell; None where they do not."""
    tag, table = tag_at(path), child_at(data, path)
    if not isinstance(table, dict) or tag in table:
        return None
    here = (shape_of(path, data) or Shape(())).keys()
    told = [key for key in table if key not in here]
    for node in (shape_of(path) or Shape(())).nodes:
        known = node["properties"]
        if any(key in known for key in told) and not any(key in here and key not in known for key in table):
            return known[tag]["const"], [key for key in told if key in known]
    return None


def kind_meant(table: Path, source: Source) -> tuple[Path, Problem]:
    """What to say about it, at the key that would tell."""
    here = (*table, tag_at(table))
    word, told = _kind_of(table, source.data) or ("", [])
    said = f'is left out, and {listed(told)} would need {here[-1]} = "{word}"; did you mean {here[-1]} = "{word}"?'
    return here, source.problem(here, said)


def bare_element(path: Path, data: object) -> Path:
    """The list that a fault is in, if it should hold lists and holds none."""
    for end in range(len(path) - 1, 0, -1):
        if isinstance(path[end], int):
            elements, item = child_at(data, path[:end]), shape_of(path[: end + 1])
            wants = item is not None and bool(item.nodes) and all(node.get("type") == "array" for node in item.nodes)
            if wants and isinstance(elements, list) and not any(isinstance(part, (list, dict)) for part in elements):
                return path[:end]
    return ()


def in_brackets(path: Path, source: Source) -> Problem:
    """What to say about a list that should hold lists."""
    value = source.value(path)
    shape = shape_of(path, source.data) or Shape(())
    return source.problem(path, f"wants another pair of brackets: [{shown(value)}]", value, shape.allowed())


def example_of(shape: Shape, value: object) -> str:
    """A table that may have been meant by a plain value; "" where nothing is known."""
    table, names = shape.one("object"), shape.names()
    if table and "value_min" in table.get("properties", ()) and isinstance(value, (int, float)):
        return f'{{distribution = "constant", value_min = {shown(value)}}}'
    if names and names.get("type") == "number" and isinstance(value, str) and value.isidentifier():
        return f"{{{value} = 1}}"
    if names and value in names.get("enum", ()):
        return f"{{NAME = {shown(value)}}}"
    return ""
