"""What the schema says about a key, in words: for messages, for ``--set`` and for ``docs/scenario.md``.

Built from the JSON Schema of ``ScenarioFile``, so that nothing about a key is said twice in the code.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.scenario.schema import ScenarioFile

SAFE = 1_000_000_000  #: the schema's general upper bound: there to keep arithmetic sane, not worth a word to the user

NAME_WORDS = "a name: Latin letters, digits, _ and -, not beginning with a digit"

#: Bounds beyond which a run makes no sense or its arithmetic would overflow; (table, key) -> (least, most).
#: Where the schema has a bound of its own as well, the narrower one holds.
LIMITS: dict[tuple[str, str], tuple[float, float]] = {
    ("Run", "warm_up_h"): (0, 10_000),
    ("Run", "measured_h"): (1 / 60, 100_000),
    ("Run", "drain_h"): (0, 10_000),
    ("Run", "report_every_min"): (1 / 60, 1440),
    ("Probes", "readiness_per_day"): (0, 10_000),
    ("Probes", "cover_per_day"): (0, 10_000),
    ("StreetSpace", "block_height_m"): (1, 100_000),
    ("StreetSpace", "block_width_m"): (1, 100_000),
    ("StreetSpace", "elevation_m"): (-1_000, 9_000),
    ("PlaneSpace", "width_m"): (0.001, 1_000_000),
    ("PlaneSpace", "height_m"): (0, 1_000_000),
    ("Mode", "speed_mps"): (0.01, SAFE),
    ("Mode", "acceleration_mps2"): (0.0001, SAFE),
    ("SpeedTable", "road"): (0.01, 200),
    ("SpeedTable", "lane"): (0.01, 200),
    ("SpeedTable", "square"): (0.01, 200),
    ("SpeedTable", "stairs_up"): (0.01, 200),
    ("SpeedTable", "stairs_down"): (0.01, 200),
    ("Mode", "by_hour"): (0.01, 100),
    ("Weather", "speed_factor"): (0.01, 1),
    ("Crowd", "speed_factor"): (0.01, 1),
    ("Tier", "patrol_factor"): (0.01, 100),
    ("Tier", "response_factor"): (0.01, 100),
    ("Moves", "speed_mps"): (0.01, 200),
    ("Worsens", "work_factor"): (0.01, 40),
    ("Demand", "report_delay_factor"): (0, 40),
    ("RosterLine", "planned_block_min"): (1, 1440),
    ("Outage", "delay_min"): (0, 1_000_000),
}

#: Keys that decide which other keys their table has.
KIND_KEYS = ("kind", "distribution")

Node = dict[str, Any]
Path = tuple[str | int, ...]


@cache
def json_schema() -> Node:
    """JSON Schema 2020-12 of a resolved scenario, with ``LIMITS`` in it."""
    schema = ScenarioFile.model_json_schema(by_alias=True)
    space = schema["$defs"]["World"]["properties"]["space"]
    space["anyOf"] = space.pop("oneOf")  # a part that another file extends may fit both kinds of space
    for (table, key), bounds in LIMITS.items():
        _narrow(schema["$defs"][table]["properties"][key], *bounds)
    return schema


def _narrow(node: Node, least: float, most: float) -> None:
    if node.get("type") in ("number", "integer"):
        if node.get("minimum", -SAFE) < least:
            node["minimum"] = least
        if node.get("exclusiveMinimum", least) < least:
            node["minimum"] = least
            del node["exclusiveMinimum"]
        node["maximum"] = min(node.get("maximum", most), most)
    for part in [*node.get("anyOf", ()), *node.get("patternProperties", {}).values(), node.get("items")]:
        if part:
            _narrow(part, least, most)


def file_schema() -> Node:
    """JSON Schema of a scenario file as it is written: ``extends`` is known, and with it nothing else is required."""
    schema = copy.deepcopy(json_schema())
    path = {"type": "string", "minLength": 1}
    schema["properties"]["extends"] = {
        "description": "scenario files to start from, relative to this one; later ones and this file override",
        "anyOf": [path, {"type": "array", "items": path}],
    }
    required = schema.pop("required")
    schema["if"] = {"not": {"required": ["extends"]}}
    schema["then"] = {"required": required}
    for table in ("World", "Policy", "StreetSpace", "PlaneSpace", "Demand"):  # a base file may have said the rest
        schema["$defs"][table].pop("required", None)
    for table in ("Sector", "Mode", "IncidentClass", "Tier"):
        schema["$defs"][table].pop("required", None)
    change = copy.deepcopy(schema["$defs"]["RosterLine"])
    change.pop("required")
    change["properties"]["units"]["minimum"] = 0
    change["description"] = "changes to the line of this name; units = 0 drops it"
    lines = schema["$defs"]["Policy"]["properties"]["roster"]
    schema["$defs"]["Policy"]["properties"]["roster"] = {
        "anyOf": [lines, {"additionalProperties": change, "type": "object"}]
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Roundsman scenario", **schema}


@dataclass(frozen=True)
class Shape:
    """A place in the schema: the alternatives that a value there may take."""

    nodes: tuple[Node, ...]
    description: str = ""

    def one(self, kind: str) -> Node | None:
        """The alternative of a JSON type, if there is one."""
        return next((node for node in self.nodes if node.get("type") == kind), None)

    def child(self, part: str | int) -> Shape | None:
        """The shape of a key, name or element inside this one; None where there is no such thing."""
        if isinstance(part, int):
            array = self.one("array")
            return _shape(array["items"]) if array else None
        found = [_shape(node["properties"][part]) for node in self.nodes if part in node.get("properties", {})]
        if found:
            return Shape(tuple(node for shape in found for node in shape.nodes), found[0].description)
        names = self.names()
        return _shape(names) if names is not None else None

    def keys(self) -> list[str]:
        """The known keys of a table with fixed keys; of a table of names, those names that alone are allowed."""
        keys = [key for node in self.nodes for key in node.get("properties", {})]
        return keys or [key for node in self.nodes for key in node.get("propertyNames", {}).get("enum", ())]

    def names(self) -> Node | None:
        """What stands behind each name in a table whose keys are names; None for other things."""
        for node in self.nodes:
            for found in node.get("patternProperties", {}).values():
                return found
            if isinstance(node.get("additionalProperties"), dict):
                return node["additionalProperties"]
        return None

    def tag(self) -> str:
        """The key whose word says which of several tables stands here; "" where there is no such choice."""
        tables = [node["properties"] for node in self.nodes if "properties" in node]
        if len(tables) < 2:
            return ""
        return next((key for key in tables[0] if all("const" in table.get(key, ()) for table in tables)), "")

    def meant(self, value: object) -> Shape:
        """Only the table that the tag in ``value`` chooses; all of them where it chooses none."""
        tag = self.tag()
        if not tag or not isinstance(value, dict):
            return self
        heads = [node["properties"][tag] for node in self.nodes]
        word = value.get(tag, next((head["default"] for head in heads if "default" in head), None))
        chosen = tuple(node for node, head in zip(self.nodes, heads, strict=True) if head["const"] == word)
        return Shape(chosen or self.nodes, self.description)

    def required(self) -> list[str]:
        return [key for node in self.nodes for key in node.get("required", ())]

    def plain(self) -> object:
        """Some value that is allowed here, to stand in for one that is not; None for tables."""
        return _plain(self.nodes[0]) if self.nodes else None

    def allowed(self) -> str:
        """The allowed values in words."""
        words = dict.fromkeys(_words(node) for node in self.nodes)
        if all("enum" in node or "const" in node for node in self.nodes):
            return ", ".join(words)
        return " or ".join(words)


def shape_of(path: Path, data: object = None) -> Shape | None:
    """The shape at a path of ``data``, or None where the schema knows no such path.

    Where the schema has a choice of tables, ``data`` decides; without it, the shape is that of all of them.
    """
    shape = Shape((json_schema(),))
    for part in path:
        found = (shape if part == shape.tag() else shape.meant(data)).child(part)
        if found is None:
            return None
        shape = found
        data = data.get(part) if isinstance(data, dict) else _element(data, part)
    return shape.meant(data)


def other_kind(path: Path, below: dict[str, Any], above: dict[str, Any]) -> bool:
    """Whether the table at a path, laid over another, says that it is of another kind: nothing below fits it then."""
    if not any(isinstance(above.get(key), str) for key in KIND_KEYS):
        return False
    shape = shape_of(path) or Shape(())
    for key in KIND_KEYS:
        heads = [node["properties"][key] for node in shape.nodes if key in node.get("properties", ())]
        default = next((head["default"] for head in heads if "default" in head), None)
        if heads and key in above and above[key] != below.get(key, default):
            return True
    return False


def _element(data: object, part: str | int) -> object:
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None


def _shape(node: Node) -> Shape:
    description = node.get("description", "")
    nodes = []
    for part in node.get("anyOf", [node]):
        if "$ref" in part:
            part = json_schema()["$defs"][part["$ref"].rpartition("/")[2]]
        if part.get("type") != "null":
            nodes.append(part)
    return Shape(tuple(nodes), description or (nodes[0].get("description", "") if nodes else ""))


def _words(node: Node) -> str:
    kind = node.get("type")
    if "enum" in node or "const" in node:
        return ", ".join(
            f'"{word}"' if isinstance(word, str) else str(word) for word in node.get("enum", [node.get("const")])
        )
    if kind in ("number", "integer"):
        return ("a number" if kind == "number" else "a whole number") + bounds(node)
    if kind == "boolean":
        return "true or false"
    if kind == "array":
        return _list_words(node)
    if kind == "object":
        return "a table"
    if "HH:MM" in node.get("description", ""):
        return 'a time of day in quotes, "00:00" to "24:00"'
    if "pattern" in node:
        return NAME_WORDS
    if node.get("maxLength") == 1:
        return "one character in quotes"
    return "text in quotes"


def _plain(node: Node) -> object:
    kind = node.get("type")
    if "enum" in node or "const" in node:
        return node.get("enum", [node.get("const")])[0]
    if kind in ("number", "integer"):
        return min(max(1, node.get("minimum", 0)), node.get("maximum", 1))
    if kind == "array":
        item = _shape(node["items"]).plain()
        return None if item is None else [item] * node.get("minItems", 0)
    if kind == "string":
        return "00:00" if "HH:MM" in node.get("description", "") else "x"
    return False if kind == "boolean" else None


def _list_words(node: Node) -> str:
    least, most = node.get("minItems", 0), node.get("maxItems")
    item = _shape(node["items"]).allowed()
    if least == most:
        return f"a list of {least}, each {item}"
    count = f" of {least} to {most}" if most else " of at least one" if least else ""
    return f"a list{count}, each {item}"


def bounds(node: Node) -> str:
    """The bounds of a number as the end of a phrase."""
    least, over, most = node.get("minimum"), node.get("exclusiveMinimum"), node.get("maximum")
    if "exclusiveMaximum" in node:
        return f" from {number(least or 0)} to below {number(node['exclusiveMaximum'])}"
    most = None if most is not None and most >= SAFE and node.get("type") == "number" else most
    low = f" above {number(over)}" if over is not None else f" from {number(least)}" if least is not None else ""
    if most is None:
        return low.replace(" from ", " not below ") if least is not None else low
    return f"{low} to {number(most)}" if low else f" up to {number(most)}"


def number(value: float) -> str:
    return f"{value:.3g}" if value != int(value) else str(int(value))
