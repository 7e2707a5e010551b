"""Losses of sites: which, when, and whether anybody would miss them. The built district says whether one is left."""

from __future__ import annotations

from sim.scenario.checks.demand import run_hours
from sim.scenario.checks.findings import Findings
from sim.scenario.checks.sites import site_counts, site_total
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import Loss, ScenarioFile

SITE = "site:"


def check_losses(spec: ScenarioFile, findings: Findings) -> None:
    end = run_hours(spec) + spec.run.drain_h
    used = _used(spec)
    for number, loss in enumerate(spec.world.losses):
        path: Path = ("world", "losses", number)
        if loss.from_h >= loss.to_h:
            said = "the loss ends before it begins"
            findings.add((*path, "to_h"), said, loss.to_h, f"above from_h = {loss.from_h:g}")
        elif loss.from_h >= end:
            allowed = f"below {end:g} (warm_up_h + measured_h + drain_h)"
            findings.add((*path, "from_h"), "the run is over by then", loss.from_h, allowed)
        is_time = loss.from_h < min(loss.to_h, end)
        known = loss.sector is None or findings.name((*path, "sector"), loss.sector, spec.world.sectors, "sector")
        if not findings.name((*path, "site"), loss.site, spec.world.sites, "role of sites") or not known:
            continue
        if loss.site not in used:
            said = "nobody would miss it: no roster line has its base there, and no custody trip ends there"
            findings.add((*path, "site"), said, loss.site, listed([role for role in used if role in spec.world.sites]))
        elif is_time:
            _number(spec, path, loss, findings)


def _used(spec: ScenarioFile) -> list[str]:
    """The roles of bases and of the sites where custody trips end."""
    bases = [line.base.removeprefix(SITE) for line in spec.policy.roster if line.base.startswith(SITE)]
    return list(dict.fromkeys([*bases, spec.world.custody_site]))


def _number(spec: ScenarioFile, path: Path, loss: Loss, findings: Findings) -> None:
    counts = site_counts(spec, loss.site)
    if loss.sector is not None and counts is None:
        return
    there = site_total(spec, loss.site) if loss.sector is None or counts is None else counts[loss.sector]
    where = "in the district" if loss.sector is None else f"in {loss.sector}"
    if there and loss.number is not None and loss.number > there:
        said = f"there are only {there} sites of the role {loss.site} {where}"
        findings.add((*path, "number"), said, loss.number, f"1 to {there}")
    elif loss.sector is not None and not there:
        has = [name for name, count in (counts or {}).items() if count]
        findings.add((*path, "sector"), f"there is no {loss.site} there", loss.sector, listed(has))
    elif not 0 < (there if loss.number is None else 1) < site_total(spec, loss.site):
        said = f"no {loss.site} would be left: crews and custody trips need another to go to"
        allowed = "losses that leave a site of the role: a sector or a number beside it, or more sites"
        findings.add((*path, "site"), said, loss.site, allowed)
