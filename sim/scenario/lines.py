"""Which line of a TOML file a key stands on. ``tomllib`` gives values without places, so the text is walked once more.

The walk trusts that the text is valid TOML; only its structure is followed, no value is read.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

STRING = r"\"\"\"(?:\\.|[^\\])*?\"{3,5}|'''.*?'{3,5}|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'"
_TOKEN = re.compile(STRING + r"|#[^\n]*|[\[\]{}\n.,=]", re.S)
_STRING = re.compile(STRING, re.S)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")


def too_deep(text: str, limit: int) -> int:
    """The first line on which brackets nest, or a dotted key goes, deeper than ``limit``; 0 if none. Takes any text."""
    depth = dots = 0
    line, counted = 1, 0
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth = max(0, depth - 1)
        dots = dots + 1 if mark == "." else 0 if mark in "\n,=[{" else dots
        if depth > limit or dots > limit:
            line += text.count("\n", counted, token.start())
            return line
    return 0


def open_bracket(text: str) -> int:
    """The line of the last bracket that is opened and not closed; 0 if there is none. Takes any text."""
    opened: list[int] = []
    for token in _TOKEN.finditer(text):
        if token.group() in "[{":
            opened.append(token.start())
        elif token.group() in "]}" and opened:
            opened.pop()
    return text.count("\n", 0, opened[-1]) + 1 if opened else 0


def line_of_keys(text: str) -> dict[Path, int]:
    """Line (from 1) of every key, table and array element of a valid TOML text, by path."""
    return _Walk(text.replace("\r\n", "\n")).run()


def _unquoted(key: str) -> str:
    return tomllib.loads(f"k = {key}")["k"] if "\\" in key else key[1:-1]


class _Walk:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.breaks = [m.start() for m in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # arrays of tables: how many elements there are so far

    def run(self) -> dict[Path, int]:
        table: Path = ()
        while self.skip(_BLANK) < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    def skip(self, pattern: re.Pattern) -> int:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def take(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self.breaks, at - 1) + 1)

    def key(self) -> list[str]:
        parts = []
        while True:
            self.skip(_SPACE)
            start = self.at
            if self.text[start] in "\"'":
                self.skip(_STRING)
                parts.append(_unquoted(self.text[start : self.at]))
            else:
                self.skip(_BARE_KEY)
                parts.append(self.text[start : self.at])
            self.skip(_SPACE)
            if not self.take("."):
                return parts

    def inside(self, path: Path) -> Path:
        """A path that names an array of tables means its last element."""
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def header(self) -> Path:
        start = self.at
        repeated = self.take("[[") or not self.take("[")
        parts = self.key()
        self.take("]]" if repeated else "]")
        path: Path = ()
        for part in parts[:-1]:
            path = self.inside((*path, part))
            self.note(path, start)
        path += (parts[-1],)
        self.note(path, start)
        if repeated:
            self.tables[path] = self.tables.get(path, 0) + 1
        path = self.inside(path)
        self.note(path, start)
        return path

    def pair(self, table: Path) -> None:
        start = self.at
        path = table
        for part in self.key():
            path += (part,)
            self.note(path, start)
        self.take("=")
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: Path) -> None:
        if self.take("["):
            self.elements(path)
        elif self.take("{"):
            while self.skip(_BLANK) < len(self.text) and not self.take("}"):
                self.pair(path)
                self.skip(_BLANK)
                self.take(",")
        elif self.text[self.at] in "\"'":
            self.skip(_STRING)
        else:
            self.skip(_SCALAR)

    def elements(self, path: Path) -> None:
        number = 0
        while self.skip(_BLANK) < len(self.text) and not self.take("]"):
            self.note((*path, number), self.at)
            self.value((*path, number))
            number += 1
            self.skip(_BLANK)
            self.take(",")
