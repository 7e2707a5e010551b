"""Assumptions are data about values: the values must exist and lie where the assumption says."""

from __future__ import annotations

from typing import Any

from sim.scenario.checks.findings import Findings
from sim.scenario.keys import UnknownKeyError, find
from sim.scenario.lines import Path
from sim.scenario.overrides import SET
from sim.scenario.schema import ScenarioFile


def check_assumptions(spec: ScenarioFile, findings: Findings) -> None:
    if not spec.assumptions:
        return
    data = spec.model_dump(by_alias=True, exclude_none=True, warnings=False)
    for key, assumption in spec.assumptions.items():
        path: Path = ("assumptions", key)
        target = _target(data, key, path, findings)
        if target is None:
            continue
        low, high = assumption.low, assumption.high
        if low is not None and high is not None and low > high:
            findings.add((*path, "low"), "is above high", low, f"up to {high:g}")
        elif low is not None or high is not None:
            _within(key, target, low, high, findings)


def _target(data: Any, key: str, path: Path, findings: Findings) -> tuple[Path, Any] | None:
    """The path and the value that a key means; refuses a key that means none."""
    try:
        target = find(data, key)
    except UnknownKeyError as error:
        said = f"is about a value that the scenario does not have: {error.message}"
        findings.add(path, said, allowed=error.allowed, near=error.nearest)
        return None
    for part in target:
        data = data[part]
    return target, data


def _within(key: str, target: tuple[Path, Any], low: float | None, high: float | None, findings: Findings) -> None:
    """A value outside its own assumption is refused; one that somebody moved there later is remarked upon."""
    where, value = target
    if findings.touched(where):
        return
    path: Path = ("assumptions", key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        findings.add(path, "has low or high, and its value is no number", allowed="source, grade and note only")
        return
    if (low is None or value >= low) and (high is None or value <= high):
        return
    span = f"{'…' if low is None else f'{low:g}'} to {'…' if high is None else f'{high:g}'}"
    origin = findings.source.origin(where)
    if origin == SET or origin.file != findings.source.origin(path).file:
        findings.notes.append(f"{key} = {value:g} is outside the range assumed for it, {span}")
    else:
        findings.add(path, f"its value {value:g} is not within low and high", allowed=span)
