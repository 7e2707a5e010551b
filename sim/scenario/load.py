"""Loading a scenario: read, extend, override, validate, cross-check; and only then trust it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim.scenario import overrides as override
from sim.scenario.checks import cross_check
from sim.scenario.checks.people import with_units_of_heads
from sim.scenario.document import MAX_DEPTH
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.resolve import resolve
from sim.scenario.scenario import Scenario
from sim.scenario.source import ROSTER, Origin, Source, key_word
from sim.scenario.validate import as_floats, validate


def load(path: str | os.PathLike[str], overrides: override.Overrides = ()) -> Scenario:
    """The scenario in a file, with the files that it extends and the values in ``overrides``.

    ``overrides`` are ``key=value`` texts or a mapping. Raises ``ScenarioError`` with everything that is wrong.
    """
    shown = str(path)
    source = resolve(Path(path), shown)
    _refuse_loose_changes(source)
    override.apply(source, overrides)
    return _finished(source, Path(path).stem, Path(path))


def _refuse_loose_changes(source: Source) -> None:
    """Tables that change lines of a roster need a roster below them."""
    changes = source.value(ROSTER)
    if isinstance(changes, dict):
        said = "would change a line, and no file that this one extends has a roster"
        allowed = "[[policy.roster]] for a line, or a roster_file"
        names = [(*ROSTER, name) for name in changes] or [ROSTER]
        raise ScenarioError([source.problem(path, said, allowed=allowed) for path in names])


def from_dict(data: dict[str, Any], name: str = "scenario") -> Scenario:
    """A scenario from plain tables; tuples count as lists. Raises ``ScenarioError`` with everything that is wrong."""
    return _finished(Source(_plain(data, 1, name), {}, name), name, None)


def _plain(value: Any, depth: int, name: str) -> Any:
    """Anew, with the types that TOML knows; other types are left for validation to refuse."""
    if depth > MAX_DEPTH:
        raise ScenarioError(Problem(name, message="nested too deeply", allowed=f"at most {MAX_DEPTH} levels"))
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1, name) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1, name) for item in value]
    return value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value


def _finished(source: Source, name: str, path: Path | None) -> Scenario:
    _fill_in_duties(source)
    spec, problems = validate(source)
    notes: tuple[str, ...] = ()
    if spec is not None:
        spec = with_units_of_heads(spec)
        found, notes = cross_check(spec, source, list(problems))
        problems.update(found)
    if problems or spec is None:
        raise ScenarioError(sorted(problems.values(), key=lambda problem: (problem.file, problem.line)))
    spec = as_floats(spec)
    return Scenario(spec, name, path, _origins(spec, source), notes)


def _fill_in_duties(source: Source) -> None:
    """What a duty leaves no choice about need not be written: the rule ``stand`` of a post, the beat ``around`` of a
    standby, the rule ``visits`` of an inspection."""
    policy = source.data.get("policy")
    roster = policy.get("roster") if isinstance(policy, dict) else None
    for line in roster if isinstance(roster, list) else ():
        if isinstance(line, dict) and line.get("duty") == "post":
            line.setdefault("rule", "stand")
        if isinstance(line, dict) and line.get("duty") == "standby":
            line.setdefault("beat", "around")
        if isinstance(line, dict) and line.get("duty") == "inspect":
            line.setdefault("rule", "visits")


def _origins(spec: Any, source: Source) -> dict[str, str]:
    """Where every value of the resolved scenario was written, by dotted key."""
    origins: dict[str, str] = {}
    todo: list[tuple[tuple[str | int, ...], str, Any]] = [((), "", spec.model_dump(by_alias=True, exclude_none=True))]
    while todo:
        path, key, value = todo.pop()
        if path:
            origins[key] = _written(source.origins.get(path))
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for part, item in inside:
            todo.append(((*path, part), f"{key}.{key_word(part)}" if key else key_word(part), item))
    return origins


def _written(origin: Origin | None) -> str:
    if origin is None:
        return "default"
    return f"{os.path.basename(origin.file)}:{origin.line}" if origin.line else origin.file
