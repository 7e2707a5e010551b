"""Deterrence: what it is about, and a curve that begins at nothing and rises."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import Deterrence, ScenarioFile


def check_deterrence(spec: ScenarioFile, findings: Findings) -> None:
    rule = spec.world.deterrence
    if rule is None:
        return
    path: Path = ("world", "deterrence")
    findings.names((*path, "classes"), rule.classes, spec.world.classes, "class")
    for number, name in enumerate(rule.classes):
        kind = spec.world.classes.get(name)
        if kind is not None and kind.arrivals == "fixed":
            random = [other for other, one in spec.world.classes.items() if one.arrivals == "poisson"]
            said = 'comes at fixed times (arrivals = "fixed"), whatever patrols do'
            findings.add((*path, "classes", number), said, name, listed(random, "no class: all come at fixed times"))
    _curve((*path, "stop"), rule, findings)
    if not rule.pass_effect and not any(effect for point in rule.stop if len(point) == 2 for effect in point[1:]):
        findings.add((*path, "pass_effect"), "neither a pass nor a stop would deter anything", 0, "above 0, or a stop")


def _curve(path: Path, rule: Deterrence, findings: Findings) -> None:
    points = [point for point in rule.stop if len(point) == 2]
    if len(points) < len(rule.stop):
        return
    if points[0][0] != 0:
        said = "the curve begins with a stand of no length"
        findings.add((*path, 0), said, list(points[0]), "[0, share deterred as it begins]")
    for number, (minutes, effect) in enumerate(points):
        if effect > 1:
            findings.add((*path, number), "more than all cannot be deterred", [minutes, effect], "shares from 0 to 1")
        if number and minutes <= points[number - 1][0]:
            said = "is not after the point before it"
            findings.add((*path, number), said, [minutes, effect], f"minutes above {points[number - 1][0]:g}")
        elif number and effect < points[number - 1][1]:
            said = "falls: who stands longer would deter less"
            findings.add((*path, number), said, [minutes, effect], f"a share of {points[number - 1][1]:g} or more")
