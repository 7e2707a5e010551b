"""The tables of ``docs/scenario.md``, made from the schema.

``python -m sim.scenario.reference`` brings the page up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.scenario.meanings import MEANINGS, TABLES
from sim.scenario.shape import NAME_WORDS, Node, Shape, json_schema

PAGE = Path("docs/scenario.md")
BEGIN, END = "<!-- begin: made by sim.scenario.reference -->", "<!-- end -->"


def page(text: str) -> str:
    """The page with its tables as the schema has them now."""
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def reference() -> str:
    """Every table of a scenario file, in the order of ``meanings.TABLES``, with all its keys."""
    return "\n".join(line for name, header in TABLES.items() for line in _section(name, header))


def _section(name: str, header: str) -> Iterator[str]:
    node = json_schema() if name == "ScenarioFile" else json_schema()["$defs"][name]
    yield f"### {header}"
    yield ""
    if said := MEANINGS.get((name, ""), ""):
        yield said
        yield ""
    yield "| key | meaning | allowed | default |"
    yield "|---|---|---|---|"
    for key, part in node["properties"].items():
        said = MEANINGS.get((name, key)) or part.get("description", "")
        yield f"| `{key}` | {_sentence(said)} | {_allowed(part)} | {_default(key, part, node)} |"
    yield ""


def _sentence(text: str) -> str:
    return (text[:1].upper() + text[1:]).replace("|", "\\|")


def _allowed(part: Node) -> str:
    """The allowed values; a table that has a section of its own is named by its header."""
    return _one(part).replace("|", "\\|").replace('"', "`")


def _one(node: Node) -> str:
    if "anyOf" in node:
        return " or ".join(_one(part) for part in node["anyOf"] if part.get("type") != "null")
    if "$ref" in node:
        return _link(node)
    if "$ref" in node.get("items", {}):
        return f"a list of {_link(node['items'])}"
    behind = Shape((node,)).names()
    if behind is not None and "enum" in node.get("propertyNames", {}):
        return ", ".join(f"`{name}`" for name in node["propertyNames"]["enum"]) + f" = {_one(behind)}"
    if behind is not None:
        return f"{'NAME' if 'patternProperties' in node else 'KEY'} = {_one(behind)}"
    return Shape((node,)).allowed().replace(NAME_WORDS, "a name")


def _link(node: Node) -> str:
    header = TABLES[node["$ref"].rpartition("/")[2]]
    anchor = "".join(mark for mark in header.lower() if mark.isalnum() or mark in " -_").replace(" ", "-")
    return f"[{header.replace('`', '').replace('[', '').replace(']', '')}](#{anchor})"


def _default(key: str, part: Node, node: Node) -> str:
    if key in node.get("required", ()):
        return "**needed**"
    value = part.get("default")
    if isinstance(value, dict):
        if not part.get("$ref", "").endswith("/Duration"):
            return ""
        inside = ", ".join(f"{name} = {_plain(item)}" for name, item in value.items() if item is not None)
        return f"`{{{inside}}}`"
    if isinstance(value, list) and len(value) == 24:
        return f"24 times {_written(value[0])}"
    return "none" if value == [] else "" if value is None else _written(value)


def _plain(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


def _written(value: Any) -> str:
    if isinstance(value, str):
        return f"`{value}`" if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        words = [_written(item) for item in value if not isinstance(item, dict)]
        return ", ".join(words) if words else ", ".join(f"`{item['rule']}`" for item in value)
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def main() -> None:
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
