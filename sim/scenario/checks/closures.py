"""Closed streets: what can be known about them without the streets."""

from __future__ import annotations

from sim.scenario.checks.demand import run_hours
from sim.scenario.checks.findings import Findings
from sim.scenario.checks.sites import check_point
from sim.scenario.checks.streets import kinds_in_use, passable
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import Closure, Mode, ScenarioFile, StreetSpace


def check_closures(spec: ScenarioFile, findings: Findings) -> None:
    for number, rule in enumerate(spec.world.closures):
        path: Path = ("world", "closures", number)
        _times(spec, path, rule, findings)
        if isinstance(spec.world.space, StreetSpace):
            _streets(spec, spec.world.space, path, rule, findings)
        else:
            findings.add(path, "a plane has no streets that could be closed", allowed="to leave it out")


def _times(spec: ScenarioFile, path: Path, rule: Closure, findings: Findings) -> None:
    end = run_hours(spec) + spec.run.drain_h
    if rule.from_h >= rule.to_h:
        said = "the streets open before they close"
        findings.add((*path, "to_h"), said, rule.to_h, f"above from_h = {rule.from_h:g}")
    elif rule.from_h >= end:
        allowed = f"below {end:g} (warm_up_h + measured_h + drain_h)"
        findings.add((*path, "from_h"), "the run is over by then", rule.from_h, allowed)


def _streets(spec: ScenarioFile, space: StreetSpace, path: Path, rule: Closure, findings: Findings) -> None:
    world = spec.world
    findings.names((*path, "modes"), rule.modes, world.modes, "mode")
    findings.names((*path, "sectors"), rule.sectors, world.sectors, "sector")
    kinds = kinds_in_use(spec, space)
    modes = _modes(spec, rule)
    if not modes and not rule.modes:
        said = "closes streets to all but those who walk, and all modes walk"
        findings.add((*path, "modes"), said, allowed=listed(world.modes))
    for number, kind in enumerate(rule.kinds):
        if kind in rule.kinds[:number]:
            findings.add((*path, "kinds", number), "is in the list already", kind)
        elif kind not in kinds:
            findings.add((*path, "kinds", number), "the district has no street of this kind", kind, listed(kinds))
        elif modes and not any(passable(mode, kind) for mode in modes):
            said = "none of the modes that it is closed to may pass such streets anyway"
            findings.add((*path, "kinds", number), said, kind, "kinds that one of them has a speed for")
    if rule.at_m is not None:
        check_point((*path, "at_m"), rule.at_m, space, findings)
    elif "radius_m" in rule.model_fields_set:
        findings.add((*path, "radius_m"), "is around a point, and there is no at_m", rule.radius_m)
    if rule.lowest is not None and rule.drawn is not None:
        findings.add((*path, "drawn"), "says twice how many streets", rule.drawn, "either lowest or drawn")
    for key in ("lowest", "drawn"):
        if getattr(rule, key) == 0:
            findings.add((*path, key), "closes no street", 0, "1 or more")
    if rule.lowest and not space.elevation_m:
        said = "is by height, and the district is flat: it has no world.space.elevation_m"
        findings.add((*path, "lowest"), said, rule.lowest, "drawn, or heights")


def _modes(spec: ScenarioFile, rule: Closure) -> list[Mode]:
    """The modes that the streets are closed to."""
    modes = spec.world.modes
    if rule.modes:
        return [modes[name] for name in rule.modes if name in modes]
    return [mode for mode in modes.values() if not mode.walks]
