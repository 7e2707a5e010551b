"""Run, people, weather, profiles, shocks: what decides how much happens when and where."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.sites import check_point, site_total
from sim.scenario.lines import Path
from sim.scenario.schema import ScenarioFile, Sine


def check_demand(spec: ScenarioFile, findings: Findings) -> None:
    _run(spec, findings)
    _people(spec, findings)
    findings.table(("world", "weather", "speed_factor"), spec.world.weather.speed_factor, spec.world.modes, "mode")
    _profiles(spec, findings)
    _shocks(spec, findings)


def run_hours(spec: ScenarioFile) -> float:
    """Hours from the start to the end of measuring; what begins later never begins."""
    return spec.run.warm_up_h + spec.run.measured_h


def _run(spec: ScenarioFile, findings: Findings) -> None:
    targets = spec.run.targets_min
    for number, mark in enumerate(targets):
        if mark in targets[:number]:
            findings.add(("run", "targets_min", number), "is in the list already", mark)
    if len(targets) > 20:
        findings.add(("run", "targets_min"), f"has {len(targets)} marks", allowed="up to 20")


def _people(spec: ScenarioFile, findings: Findings) -> None:
    world = spec.world
    residents = sum(sector.residents for sector in world.sectors.values())
    visitors = sum(sector.visitors_share for sector in world.sectors.values())
    if visitors > 1 + 1e-6:
        findings.add(
            ("world", "sectors"),
            f"the visitors_share of the sectors sum to {visitors:.6g}",
            allowed="a sum of at most 1",
        )
    weight = world.demand.residents_weight
    key: Path = ("world", "demand", "residents_weight")
    if len(world.sectors) > 1:
        if weight > 0 and not residents:
            findings.add(key, "demand goes by residents, and no sector has any", weight, "0, or residents in a sector")
        elif weight < 1 and not visitors:
            findings.add(
                key, "demand goes by visitors too, and no sector has a visitors_share", weight, "1, or visitors_share"
            )
    for path, hours in ((("world", "visitors", "by_hour"), world.visitors.by_hour),):
        _not_all_zero(path, hours, findings)
    sight = world.sight
    if sight.night_factor < 1 and sight.night_from_hour == sight.night_to_hour:
        key = ("world", "sight", "night_to_hour")
        findings.add(
            key,
            "the night ends in the hour in which it begins",
            sight.night_to_hour,
            "another hour than night_from_hour",
        )


def _profiles(spec: ScenarioFile, findings: Findings) -> None:
    for name, hours in spec.world.profiles.items():
        if not isinstance(hours, Sine):
            _not_all_zero(("world", "profiles", name), hours, findings)
    for name, days in spec.world.weekly.items():
        _not_all_zero(("world", "weekly", name), days, findings)


def _not_all_zero(path: Path, values: Sequence[float], findings: Findings) -> None:
    if not any(values):
        findings.add(path, "is 0 throughout", allowed="at least one value above 0")


def _shocks(spec: ScenarioFile, findings: Findings) -> None:
    world, end = spec.world, run_hours(spec)
    for number, surge in enumerate(world.demand.surges):
        path: Path = ("world", "demand", "surges", number)
        findings.names((*path, "classes"), surge.classes, world.classes, "class")
        findings.names((*path, "sectors"), surge.sectors, world.sectors, "sector")
        if surge.from_h >= surge.to_h:
            findings.add(
                (*path, "to_h"), "the surge ends before it begins", surge.to_h, f"above from_h = {surge.from_h:g}"
            )
        elif surge.from_h >= end:
            findings.add(
                (*path, "from_h"), "the run is over by then", surge.from_h, f"below {end:g} (warm_up_h + measured_h)"
            )
    _outages(spec, findings)
    names = [injection.name for injection in world.demand.injections]
    for number, injection in enumerate(world.demand.injections):
        path = ("world", "demand", "injections", number)
        if injection.name in names[:number]:
            findings.add((*path, "name"), "is the name of an earlier injection too", injection.name)
        findings.name((*path, "class"), injection.class_, world.classes, "class")
        if (injection.sector is None) == (injection.at_m is None):
            said = "says not where it happens" if injection.sector is None else "says twice where it happens"
            findings.add(path, said, allowed="either sector or at_m")
        elif injection.sector is not None:
            findings.name((*path, "sector"), injection.sector, world.sectors, "sector")
        else:
            check_point((*path, "at_m"), injection.at_m or [], world.space, findings)
        if injection.at_h >= end:
            findings.add(
                (*path, "at_h"), "the run is over by then", injection.at_h, f"below {end:g} (warm_up_h + measured_h)"
            )
    custody = any(kind.endings.get("custody") for kind in world.classes.values())
    chosen = world.custody_site != type(world).model_fields["custody_site"].default
    key = ("world", "custody_site")
    if (custody or chosen) and not site_total(spec, world.custody_site):
        if world.custody_site in world.sites:
            findings.add(key, "there are 0 sites of this role", world.custody_site)
        else:
            findings.name(key, world.custody_site, world.sites, "site role")


def _outages(spec: ScenarioFile, findings: Findings) -> None:
    """Calls may come in until the drain is over."""
    end = run_hours(spec) + spec.run.drain_h
    for number, outage in enumerate(spec.world.outages):
        path: Path = ("world", "outages", number)
        if outage.from_h >= outage.to_h:
            said = "the outage ends before it begins"
            findings.add((*path, "to_h"), said, outage.to_h, f"above from_h = {outage.from_h:g}")
        elif outage.from_h >= end:
            allowed = f"below {end:g} (warm_up_h + measured_h + drain_h)"
            findings.add((*path, "from_h"), "the run is over by then", outage.from_h, allowed)
