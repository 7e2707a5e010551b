"""Dotted keys as people type them: ``world.demand.scale``, ``policy.roster.0.units``, ``policy.roster.cars.units``."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from sim.scenario import lines
from sim.scenario.document import FULL_WIDTH, MAX_DEPTH
from sim.scenario.errors import listed, nearest
from sim.scenario.shape import Shape

_PLAIN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_INDEX = re.compile(r"\[(\d+)\]")


class UnknownKeyError(Exception):
    """A key that means nothing here: what is wrong, what is allowed, what was probably meant."""

    def __init__(self, message: str, allowed: str = "", near: str = "") -> None:
        super().__init__(message, allowed, near)
        self.message, self.allowed, self.nearest = message, allowed, near


def parts_of(key: str) -> list[str]:
    """The parts of a dotted key; parts in quotes may hold dots, and ``[2]`` is the same as ``.2``."""
    if _PLAIN.fullmatch(key):
        return key.split(".")
    node: Any = None
    if "\n" not in key and not lines.too_deep(key, MAX_DEPTH):
        try:
            node = tomllib.loads(_INDEX.sub(r".\1", key) + " = 0")
        except ValueError:
            node = None
    if not node:
        wide = "".join(mark for mark in key if mark in FULL_WIDTH)
        raise UnknownKeyError(
            "is no key" + (f" (full-width characters: {wide})" if wide else ""), "such as world.demand.scale"
        )
    parts = []
    while isinstance(node, dict):
        part, node = next(iter(node.items()))
        parts.append(part)
    return parts


def position(elements: list[Any], word: str) -> int:
    """The place in a list that a number, or the name of a table in it, stands for."""
    names = [str(item["name"]) for item in elements if isinstance(item, dict) and isinstance(item.get("name"), str)]
    if word.isdecimal() and len(word) < 10 and int(word) < len(elements):
        return int(word)
    if names.count(word) == 1:
        return next(n for n, item in enumerate(elements) if isinstance(item, dict) and item.get("name") == word)
    places = f"0 to {len(elements) - 1}" if elements else "nothing, the list is empty"
    allowed = f"{places}, or one of {listed(names)}" if names else places
    message = f'"{word}" is the name of several elements' if word in names else f'there is no element "{word}"'
    raise UnknownKeyError(message, allowed, nearest(word, names))


def known_key(shape: Shape | None, node: dict[str, Any], word: str) -> str:
    """A key that the schema knows here or, among names, one that the scenario has."""
    keys = shape.keys() if shape else []
    if word in keys:
        return word
    names = shape.names() if shape and not keys else None
    if names is not None:
        if word in node or "$ref" not in names:  # behind a name of plain values a new one may be put
            return word
        keys = list(node)
    raise UnknownKeyError(f'"{word}" is not known', listed(keys), nearest(word, keys))


def find(data: dict[str, Any], key: str) -> lines.Path:
    """The path of an existing value. Raises ``UnknownKeyError``."""
    path: lines.Path = ()
    node: Any = data
    for word in parts_of(key):
        if isinstance(node, list):
            part: str | int = position(node, word)
        elif isinstance(node, dict) and word in node:
            part = word
        else:
            known = list(node) if isinstance(node, dict) else []
            inside = " in " + ".".join(map(str, path)) if path else ""
            raise UnknownKeyError(f'there is no "{word[:60]}"{inside}', listed(known), nearest(word, known))
        path, node = (*path, part), node[part]
    return path
