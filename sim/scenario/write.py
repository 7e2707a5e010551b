"""Plain tables as TOML that reads well and loads again to the same scenario."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from sim.scenario.lines import Path

WIDTH = 100  #: a list or inline table that would be longer goes over several lines
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")

Comment = Callable[[Path], str]


def toml(data: dict[str, Any], comment: Comment | None = None, ascii_only: bool = False) -> str:
    """TOML of tables, lists, text and numbers. ``comment`` gives what to say behind the value of a path, or ""."""
    return "\n".join(_Writer(comment or (lambda path: ""), ascii_only).table((), data)).strip("\n") + "\n"


class _Writer:
    def __init__(self, comment: Comment, ascii_only: bool) -> None:
        self.comment, self.ascii_only = comment, ascii_only

    def table(self, path: Path, data: dict[str, Any], header: str = "") -> Iterator[str]:
        """Values first, then the tables, as TOML wants it."""
        later = {key: value for key, value in data.items() if _is_table(value) or _is_tables(value)}
        values = [(key, value) for key, value in data.items() if key not in later]
        if header:
            yield ""
            yield header
        for key, value in values:
            text = f"{self.key(key)} = {self.value(value)}"
            said = self.comment((*path, key))
            yield f"{text}  # {said}" if said else text
        for key, value in later.items():
            here = (*path, key)
            if isinstance(value, dict):
                bare = any(not (_is_table(item) or _is_tables(item)) for item in value.values()) or not value
                yield from self.table(here, value, f"[{self.header(here)}]" if bare else "")
            else:
                for number, item in enumerate(value):
                    yield from self.table((*here, number), item, f"[[{self.header(here)}]]")

    def header(self, path: Path) -> str:
        return ".".join(self.key(part) for part in path if isinstance(part, str))

    def key(self, key: str) -> str:
        return key if _BARE.match(key) else self.text(key)

    def text(self, text: str) -> str:
        quoted = json.dumps(text, ensure_ascii=self.ascii_only).replace("\x7f", "\\u007f")
        if not self.ascii_only:
            return quoted
        # JSON writes characters beyond 16 bits as two halves, TOML as one
        return re.sub(
            r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})",
            lambda pair: f"\\U{0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + int(pair[2], 16) - 0xDC00:08x}",
            quoted,
        )

    def value(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            inside = ", ".join(f"{self.key(key)} = {self.value(item)}" for key, item in value.items())
            return f"{{{inside}}}"
        if isinstance(value, list):
            items = [self.value(item) for item in value]
            line = f"[{', '.join(items)}]"
            if len(line) <= WIDTH or not any(isinstance(item, (str, list, dict)) for item in value):
                return line
            return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
        return _number(value)


def _number(value: int | float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tables(value: Any) -> bool:
    """A list of tables that deserve headers of their own: not one of slots, steps and the like within a table."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) and "name" in item for item in value)
