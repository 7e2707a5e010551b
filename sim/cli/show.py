"""``show``: the scenario that a file stands for, as TOML, with the origin of every value if asked."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sim.cli.files import load_scenario
from sim.cli.main import DONE
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.keys import UnknownKeyError, find
from sim.scenario.lines import Path
from sim.scenario.source import dotted
from sim.scenario.write import toml


def run(args: argparse.Namespace) -> int:
    scenario = load_scenario(args.scenario, args.set)
    data = scenario.resolved()
    path: Path = ()
    if args.key:
        path = _found(data, args.key)
        data = _only(data, path)

    def origin(here: Path) -> str:
        if not args.origins:
            return ""
        return scenario.origins.get(dotted((*path[: len(here)], *here[len(path) :]), None), "default")

    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    print(toml(data, origin, ascii_only=not encoding.startswith("utf")), end="")
    return DONE


def _found(data: dict[str, Any], key: str) -> Path:
    try:
        return find(data, key)
    except UnknownKeyError as error:
        raise ScenarioError(
            Problem("--key", key=key[:80], message=error.message, allowed=error.allowed, nearest=error.nearest)
        ) from None


def _only(data: Any, path: Path) -> Any:
    """The same tables with nothing in them but what leads to a path; a list keeps one element."""
    if not path:
        return data
    inner = _only(data[path[0]], path[1:])
    return [inner] if isinstance(path[0], int) else {path[0]: inner}
