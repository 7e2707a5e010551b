"""People and hours: heads that can man their line, and weeks that keep to the cap of their tier."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.roster import places
from sim.scenario.checks.sites import site_total
from sim.scenario.errors import UNSET
from sim.scenario.joint import people as people_of
from sim.scenario.lines import Path
from sim.scenario.people import DAYS_A_MONTH, heads_of_unit, people_behind, relief_factor, units_of_heads, worked
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.scenario.systems import crews_of


def with_units_of_heads(spec: ScenarioFile) -> ScenarioFile:
    """The scenario with ``units`` filled in where a line has ``heads`` and does not say how many units they are."""
    lines = [
        line.model_copy(update={"units": max(1, units_of_heads(line, spec.policy.hours, groups_of(spec, line)))})
        if line.heads is not None and "units" not in line.model_fields_set and groups_of(spec, line)
        else line
        for line in spec.policy.roster
    ]
    if lines == spec.policy.roster:
        return spec
    return spec.model_copy(update={"policy": spec.policy.model_copy(update={"roster": lines})})


def groups_of(spec: ScenarioFile, line: RosterLine) -> int:
    """How many times over a line has its units; the most that there can be where only the built district can tell."""
    count = places(spec, line)
    return site_total(spec, line.per.removeprefix("site:")) if count is None else count


def check_people(spec: ScenarioFile, findings: Findings) -> None:
    for number, line in enumerate(spec.policy.roster):
        path: Path = ("policy", "roster", number)
        groups = groups_of(spec, line)
        if not groups or not (line.windows or line.system != "windows"):
            continue  # refused by another check
        if line.heads is not None:
            _heads(spec, path, line, groups, findings)
        _week(spec, path, line, groups, findings)


def _heads(spec: ScenarioFile, path: Path, line: RosterLine, groups: int, findings: Findings) -> None:
    heads, crews = line.heads or 0, crews_of(line)
    if line.on_the_books is not None:
        said = "is what heads says already"
        findings.add((*path, "on_the_books"), said, line.on_the_books, "heads or on_the_books, not both")
    needed = groups * line.units * people_of(line) * crews
    if heads < needed:
        crew = f"{people_of(line)} people with {crews} crews each"
        said = f"too few: {groups} x {line.units} units of {crew} are {needed} people"
        findings.add((*path, "heads"), said, heads, f"{needed} or more, fewer units or fewer crews")
    elif findings.source.value((*path, "units")) is UNSET and not units_of_heads(line, spec.policy.hours, groups):
        relief = relief_factor(line, spec.policy.hours)
        one = heads_of_unit(line, spec.policy.hours)
        said = (
            f"too few for one unit in each of {groups} places: {people_of(line)} people x {max(relief, crews):.2f} for "
            f"relief are {one:.1f}"
        )
        findings.add((*path, "heads"), said, heads, f"{-int(-groups * one // 1)} or more")


def _week(spec: ScenarioFile, path: Path, line: RosterLine, groups: int, findings: Findings) -> None:
    """Volunteers give so many hours a week and no more: on average over those on the books."""
    tier = spec.policy.tiers.get(line.tier)
    if tier is None or tier.week_h is None:
        return
    week_h = worked(spec, line, groups).month_h / DAYS_A_MONTH * 7
    if week_h <= tier.week_h:
        return
    people = people_behind(line, groups)
    key = next((key for key in ("heads", "on_the_books") if getattr(line, key) is not None), "units")
    said = (
        f"{people} people would work {week_h:.3g} h a week each, and policy.tiers.{line.tier}.week_h is {tier.week_h:g}"
    )
    enough = -int(-people * week_h / tier.week_h // 1)
    allowed = f"{enough} people on the books (on_the_books), or fewer units and hours"
    findings.add((*path, key), said, getattr(line, key), allowed)
