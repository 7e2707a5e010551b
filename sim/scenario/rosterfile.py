"""``policy.roster_file``: roster lines from a spreadsheet, one row a line, the keys of a line as headers.

The lines take their place in ``policy.roster`` before anything else is made of a scenario, each key with the row that
it came from, so that everything behind it knows one kind of roster.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.shape import Shape, shape_of
from sim.scenario.sheets import Row, column_letter, rows_of
from sim.scenario.source import ROSTER, Origin, Source, paths_in

KEY = ("policy", "roster_file")
NEEDED = ("name", "tier")

_CLOCK = r"(\d{1,2}):(\d\d)(?::00)?"
_WINDOW = re.compile(rf"{_CLOCK}\s*(?:[-–—~至到]|to)\s*{_CLOCK}")
_SHIFT = re.compile(rf"([A-Za-z])\s*[=:]?\s*({_WINDOW.pattern})")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[-–—~至到;,]|to)\s*(\d+(?:\.\d+)?)")
_WHOLE, _NUMBER = re.compile(r"[+-]?\d{1,18}"), re.compile(r"[+-]?(\d{1,18}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_LIST, _ITEMS = re.compile(r"[;\n]+"), re.compile(r"[;,、\s]+")


class _BadCellError(Exception):
    """What is wrong with a cell, what is allowed, what was probably meant."""

    def __init__(self, message: str, allowed: str, near: str = "") -> None:
        super().__init__(message, allowed, near)
        self.message, self.allowed, self.nearest = message, allowed, near


def read_roster_file(source: Source, folder: Path, beside: bool = True) -> None:
    """Put the lines of the file that ``policy.roster_file`` names behind those of ``policy.roster``, or with ``beside``
    false in their place. The name is relative to ``folder``. Raises ``ScenarioError``."""
    policy, here = source.data["policy"], source.origin(KEY)
    name = policy[KEY[-1]]
    if not isinstance(name, str) or not name:
        allowed = "a file name in quotes that ends in .csv or .xlsx"
        raise ScenarioError(source.problem(KEY, "names no file", name, allowed))
    shown = Path(os.path.normpath(os.path.join(os.path.dirname(source.file), name))).as_posix()
    try:
        found = roster_lines(folder / name, shown)
    except ScenarioError as error:
        first = error.problems[0]
        if first.line or first.key or len(error.problems) > 1:
            raise ScenarioError([replace(problem, asked=source.file) for problem in error.problems]) from None
        raise ScenarioError(source.problem(KEY, first.message, name, first.allowed, first.nearest)) from None
    del policy[KEY[-1]]
    source.origins.pop(KEY, None)
    lines = policy.get(ROSTER[-1], [])
    if not (beside and isinstance(lines, list)):
        for path in paths_in(ROSTER, lines):
            source.origins.pop(path, None)
        lines = []
    for row, line in found:
        for path in paths_in((*ROSTER, len(lines)), line):
            source.origins[path] = Origin(shown, row)
        lines.append(line)
    policy[ROSTER[-1]] = lines
    source.origins.setdefault(ROSTER, here)


def roster_lines(path: Path, shown: str) -> list[tuple[int, dict[str, Any]]]:
    """``(row, line)`` for each line of a spreadsheet, plain values as a TOML file would hold them."""
    rows = rows_of(path, shown)
    if len(rows) < 2:
        said = "has no lines" if rows else "is empty"
        raise ScenarioError(Problem(shown, message=said, allowed="a row of headers, then one row for each roster line"))
    keys, problems = _headers(rows[0], shown)
    if problems:
        raise ScenarioError(problems)
    lines = []
    for row in rows[1:]:
        line = {}
        for column, cell in enumerate(row.cells):
            if cell is None:
                continue
            try:
                key = keys.get(column)
                if key is None:
                    many = f"has {len(row.cells)} cells, and the row of headers {max(keys) + 1}"
                    raise _BadCellError(f"stands under no header: the row {many}", "a header, or text in quotes")
                line[key] = _value(cell, key)
            except _BadCellError as bad:
                said = f"column {column_letter(column)}" + (f" {key}" if key else "")
                value = cell if isinstance(cell, (str, int, float)) else str(cell)
                problems.append(Problem(shown, row.number, said, value, bad.message, bad.allowed, bad.nearest))
        lines.append((row.number, line))
    if problems:
        raise ScenarioError(problems)
    return lines


def _headers(row: Row, shown: str) -> tuple[dict[int, str], list[Problem]]:
    """The key of each column, and what is wrong with them."""
    known = _line_shape().keys()
    allowed = [key for key in known if not _is_nested(key)]
    keys: dict[int, str] = {}
    problems = []
    for column, cell in enumerate(row.cells):
        if cell is None:
            continue
        key = re.sub(r"\s+", "_", _text(cell)).lower()
        said, near = "", ""
        if key in keys.values():
            first = next(letter for letter, other in keys.items() if other == key)
            said = f"stands above column {column_letter(first)} too"
        elif key in known and key not in allowed:
            said = "has tables in it, which no cell can hold: such a line is written in the scenario file"
        elif key not in known:
            said, near = "is no key of a roster line", nearest(key, allowed)
        if said:
            column_name = f"column {column_letter(column)}"
            problems.append(Problem(shown, row.number, column_name, _text(cell), said, ", ".join(allowed), near))
        else:
            keys[column] = key
    for key in NEEDED:
        if key not in keys.values() and not any(problem.nearest == key for problem in problems):
            said = f'the column "{key}" is missing'
            problems.append(Problem(shown, row.number, message=said, allowed=", ".join(allowed)))
    return keys, problems


def _line_shape() -> Shape:
    return shape_of((*ROSTER, 0)) or Shape(())


def _shape(key: str) -> Shape:
    return shape_of((*ROSTER, 0, key)) or Shape(())


def _is_nested(key: str) -> bool:
    """Whether a key holds tables; those of ``shifts`` are as short as a cell."""
    shape = _shape(key)
    array = shape.one("array")
    return key != "shifts" and bool(shape.one("object") or (array and "$ref" in array["items"]))


def _text(cell: object) -> str:
    """Text with full-width letters, digits and punctuation made plain."""
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _value(cell: object, key: str) -> object:
    shape = _shape(key)
    array = shape.one("array")
    if key == "shifts":
        return dict(_shift(part) for part in _LIST.split(_text(cell)) if part.strip())
    if array and array["items"].get("type") == "array":
        return [_window(part) for part in _LIST.split(_text(cell)) if part.strip()]
    if array and array["items"].get("type") == "number":
        return _span(_text(cell))
    if array:
        clock = "HH:MM" in array["items"].get("description", "")
        items = [part for part in _ITEMS.split(_clock(cell) if clock else _text(cell)) if part]
        return [_clock(item) for item in items] if clock else items
    for kind, convert in _KINDS.items():
        if shape.one(kind):
            return convert(cell, shape)
    return _clock(cell) if "HH:MM" in (shape.one("string") or {}).get("description", "") else _plain(cell)


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else _text(cell)


def _whole(cell: object, shape: Shape) -> int:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and _WHOLE.fullmatch(_text(cell)):
        return int(_text(cell))
    raise _BadCellError("is no whole number", shape.allowed())


def _number(cell: object, shape: Shape) -> float:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    text = _text(cell)
    if isinstance(cell, str) and _NUMBER.fullmatch(text):
        return float(text)
    share = text.removesuffix("%").strip()
    near = f"{float(share) / 100:g}" if text.endswith("%") and _NUMBER.fullmatch(share) else ""
    raise _BadCellError("is no number", shape.allowed(), near)


def _truth(cell: object, shape: Shape) -> bool:
    words = {"true": True, "false": False}
    if isinstance(cell, bool) or _text(cell).lower() in words:
        return cell if isinstance(cell, bool) else words[_text(cell).lower()]
    raise _BadCellError("is neither true nor false", shape.allowed(), nearest(_text(cell), words))


_KINDS: dict[str, Callable[[object, Shape], object]] = {"boolean": _truth, "integer": _whole, "number": _number}


def _clock(cell: object) -> str:
    """A time of day as HH:MM, whatever else the text may be: the schema refuses it then."""
    if isinstance(cell, time):
        return f"{cell.hour:02d}:{cell.minute:02d}"
    if isinstance(cell, timedelta):
        return "{:02d}:{:02d}".format(*divmod(int(cell.total_seconds()) // 60, 60))
    text = _text(cell)
    found = re.fullmatch(_CLOCK, text)
    return f"{int(found[1]):02d}:{found[2]}" if found else text


def _window(text: str) -> list[str]:
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        raise _BadCellError(f'"{text.strip()}" is no window of the day', "such as 07:00-09:00; 17:00-19:00")
    return [f"{int(found[1]):02d}:{found[2]}", f"{int(found[3]):02d}:{found[4]}"]


def _shift(text: str) -> tuple[str, list[str]]:
    found = _SHIFT.fullmatch(text.strip())
    if not found:
        raise _BadCellError(f'"{text.strip()}" is no shift', "such as E 07:00-15:00; L 15:00-23:00; N 23:00-07:00")
    return found[1], _window(found[2])


def _span(text: str) -> list[float]:
    found = _SPAN.fullmatch(text)
    if not found:
        raise _BadCellError("is no pair of numbers", "such as 3-4.5")
    return [float(found[1]), float(found[2])]
