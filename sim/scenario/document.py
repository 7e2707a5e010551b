"""One TOML file: read, decoded and parsed, with the line of every key. Says clearly why a file cannot be read."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.scenario import lines
from sim.scenario.errors import Problem, ScenarioError, listed, nearest

SCENARIOS = Path("scenarios")  #: where a file is looked for that is not where it should be
MAX_BYTES = 5_000_000
MAX_DEPTH = 32  #: of nested tables and arrays

#: Punctuation that an input method for Chinese leaves behind, and what TOML wants instead.
FULL_WIDTH = {
    "＝": "=", "，": ",", "、": ",", "。": ".", "．": ".", "：": ":", "；": ";", "“": '"', "”": '"', "＂": '"',
    "‘": "'", "’": "'", "［": "[", "］": "]", "【": "[", "】": "]", "｛": "{", "｝": "}", "＃": "#", "－": "-",
    "＿": "_", "\u3000": " ", "\u00a0": " ",
} | {chr(0xFF10 + digit): str(digit) for digit in range(10)}  # fmt: skip
_OUTSIDE = re.compile(lines.STRING + r"|#[^\n]*", re.S)
_CLOCK = re.compile(r"=\s*\[*\s*\d{1,2}:\d\d\b")
_WORD = re.compile(r"=\s*(True|False|TRUE|FALSE|None|null|nil|yes|no)\b")
_PLACE = re.compile(r"^(?P<what>.*) \((?:at line (?P<line>\d+), column (?P<column>\d+)|at end of document)\)$", re.S)


@dataclass(frozen=True)
class Document:
    path: Path
    shown: str  #: the path as messages write it
    data: dict[str, Any]
    lines: dict[lines.Path, int] = field(repr=False)


def read(path: Path, shown: str) -> Document:
    """Raises ``ScenarioError`` for anything that is not a readable, sane TOML file in UTF-8."""
    text = decoded(contents(path, shown), shown)
    deep = lines.too_deep(text, MAX_DEPTH)
    if deep:
        raise ScenarioError(
            Problem(
                shown, deep, message="nested too deeply", allowed=f"at most {MAX_DEPTH} levels of tables and arrays"
            )
        )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_syntax_problem(str(error), text, shown)) from None
    except ValueError:  # Python refuses to read an integer of thousands of digits
        line = next((n for n, row in enumerate(text.split("\n"), 1) if re.search(r"[\d_]{4000}", row)), 0)
        raise ScenarioError(Problem(shown, line, message="a number has thousands of digits")) from None
    except RecursionError:
        raise ScenarioError(Problem(shown, message="nested too deeply")) from None
    if _depth(data) > MAX_DEPTH:
        raise ScenarioError(
            Problem(shown, message="nested too deeply", allowed=f"at most {MAX_DEPTH} levels of tables and arrays")
        )
    return Document(path, shown, data, lines.line_of_keys(text))


SHEETS = (".csv", ".xlsx")  #: suffixes of rosters in spreadsheets


def contents(path: Path, shown: str) -> bytes:
    """The bytes of a plain file that is there and not too large. Raises ``ScenarioError``."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ScenarioError(Problem(shown, message="is a folder, not a scenario file"))
        if not stat.S_ISREG(status.st_mode):
            raise ScenarioError(Problem(shown, message="is not a plain file"))
        if status.st_size > MAX_BYTES:
            raise ScenarioError(
                Problem(
                    shown, message=f"is {status.st_size / 1e6:.1f} MB long", allowed=f"up to {MAX_BYTES / 1e6:.0f} MB"
                )
            )
        return path.read_bytes()
    except FileNotFoundError:
        if path.suffix.lower() in SHEETS:
            sheets = sorted(other.name for other in path.parent.glob("*") if other.suffix.lower() in SHEETS)
            near, there = nearest(path.name, sheets), listed(sheets, "") if sheets else "a file beside the scenario"
        else:
            near = _neighbour(path, shown)
            there = "" if near else listed(sorted(_scenarios(SCENARIOS)), "")
        raise ScenarioError(Problem(shown, message="there is no such file", allowed=there, nearest=near)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        if isinstance(error, ScenarioError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(Problem(shown[:200], message=f"cannot be read ({reason.lower()})")) from None


def _neighbour(path: Path, shown: str) -> str:
    """The file that was probably meant: in the same folder, else among the scenarios and in their folders."""
    folders = [path.parent, SCENARIOS]
    with contextlib.suppress(OSError, ValueError):
        folders += sorted(Path(entry.path) for entry in os.scandir(SCENARIOS) if entry.is_dir())
    for folder in folders:
        if found := nearest(path.name.removesuffix(".toml"), _scenarios(folder)):
            where = os.path.dirname(shown) if folder == path.parent else str(folder)
            return Path(where, f"{found}.toml").as_posix()
    return ""


def _scenarios(folder: Path) -> list[str]:
    """The names of the scenario files in a folder; none where it cannot be read."""
    try:
        return [entry.name.removesuffix(".toml") for entry in os.scandir(folder) if entry.name.endswith(".toml")]
    except (OSError, ValueError):
        return []


def decoded(raw: bytes, shown: str) -> str:
    """Text in UTF-8, without byte order mark and with plain line ends. Raises ``ScenarioError``."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ScenarioError(Problem(shown, message="is in UTF-16", allowed="UTF-8; save it again as UTF-8"))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            Problem(
                shown, line, message="is not in UTF-8 here", allowed="UTF-8; save it again as UTF-8 (it may be in GBK)"
            )
        ) from None


def _depth(data: object) -> int:
    deepest, todo = 0, [(data, 1)]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        if depth <= MAX_DEPTH and isinstance(node, (dict, list)):
            todo += [(item, depth + 1) for item in (node.values() if isinstance(node, dict) else node)]
    return deepest


def _syntax_problem(message: str, text: str, shown: str) -> Problem:
    rows = text.split("\n")
    place = _PLACE.match(message)
    what = place["what"] if place else message
    if place and place["line"]:
        line, column = min(int(place["line"]), len(rows)), int(place["column"])
    else:
        line = max((n for n, row in enumerate(rows, 1) if row.strip()), default=1)
        column = len(rows[line - 1]) + 1
    row = rows[line - 1]
    said = f"not valid TOML at column {column}: {what[:1].lower()}{what[1:]}"
    if row.strip():
        said += f", in: {row.strip()[:80]}"
    before = "\n".join(rows[: line - 1]) if column == 1 else text
    opened = lines.open_bracket(before) if "Unclosed" in what else 0
    if opened and opened < line:
        return Problem(shown, line, message=f"{said} (the bracket on line {opened} is not closed)")
    return Problem(shown, line, message=said + hint(row))


def hint(row: str) -> str:
    """What probably went wrong in one line that is no TOML, as the end of a sentence; "" where nothing is known."""
    bare = _OUTSIDE.sub(lambda quoted: "_" * len(quoted.group()), row)
    wide = [mark for mark in dict.fromkeys(bare) if mark in FULL_WIDTH]
    if wide:
        pairs = ", ".join(f"{_named(mark)} should be {_named(FULL_WIDTH[mark])}" for mark in wide)
        return f" (full-width characters: {pairs})"
    if _CLOCK.search(bare):
        return ' (a time of day is written in quotes: "08:00")'
    if word := _WORD.search(bare):
        return f" ({word[1]}: yes and no are written true and false; leave a key out to give it no value)"
    if re.search(r"^[^=]*[^\x00-\x7f]", bare):
        return " (keys and names are written in Latin letters; use label_zh for Chinese)"
    if re.search(r"=\s*[^\W\d]", bare):
        return " (text is written in quotes)"
    return ""


def _named(mark: str) -> str:
    return {" ": "a space", "\u3000": "a full-width space", "\u00a0": "a no-break space"}.get(mark, mark)
