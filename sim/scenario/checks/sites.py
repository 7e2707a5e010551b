"""Sites and single points, on streets and in a plane alike."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.streets import KINDS, kinds_in_use
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import PlaneSpace, ScenarioFile, SiteRule, StreetSpace


def check_sites(spec: ScenarioFile, findings: Findings) -> None:
    if "default" in spec.world.sectors:
        findings.add(("world", "sectors", "default"), "is a word with a meaning of its own, and cannot name a sector")
    for role, rule in spec.world.sites.items():
        _site(spec, role, rule, findings)


def _site(spec: ScenarioFile, role: str, rule: SiteRule, findings: Findings) -> None:
    path: Path = ("world", "sites", role)
    if role in ("streets", "random", "home", "hot_spot", "beat", "post"):
        findings.add(path, "is a word with a meaning of its own, and cannot be the role of a site")
    if (rule.total is not None) + (rule.per_sector is not None) + bool(rule.at_m) != 1:
        said = "says not how many sites there are" if not rule.at_m else "says twice how many sites there are"
        findings.add(path, said, allowed="either total, or per_sector, or at_m")
    if isinstance(rule.per_sector, dict):
        findings.table((*path, "per_sector"), rule.per_sector, [*spec.world.sectors, "default"], "sector")
    space = spec.world.space
    for number, point in enumerate(rule.at_m):
        check_point((*path, "at_m", number), point, space, findings)
    if isinstance(space, StreetSpace):
        kinds = kinds_in_use(spec, space)
        if kinds and not set(rule.on) & set(kinds):
            findings.add((*path, "on"), "the district has no street of these kinds", list(rule.on), listed(kinds))
    elif set(rule.on) != set(KINDS):
        findings.add((*path, "on"), "is about streets, and a plane has none", list(rule.on), "to leave it out")


def extent_m(space: StreetSpace | PlaneSpace) -> tuple[float, float]:
    """Metres from west to east and from south to north."""
    if isinstance(space, PlaneSpace):
        return space.width_m, space.height_m
    sides = ((space.block_width_m, space.columns), (space.block_height_m, space.rows))
    width, height = (sum(side) if isinstance(side, list) else side * (count - 1) for side, count in sides)
    return width, height


def check_point(path: Path, point: Sequence[float], space: StreetSpace | PlaneSpace, findings: Findings) -> None:
    """Whether a point is in the district; on its border is in it."""
    width, height = extent_m(space)
    if findings.touched(("world", "space")):
        return
    if len(point) == 2 and not (point[0] <= width and point[1] <= height):
        what = "plane" if isinstance(space, PlaneSpace) else "grid of streets"
        findings.add(path, f"is outside the {what}", list(point), f"[0 to {width:.15g}, 0 to {height:.15g}]")


def site_counts(spec: ScenarioFile, role: str) -> dict[str, int] | None:
    """Sites of a role by sector where the file says it; None where only the built district can tell."""
    rule = spec.world.sites[role]
    if rule.per_sector is None:
        return None
    if isinstance(rule.per_sector, int):
        return dict.fromkeys(spec.world.sectors, rule.per_sector)
    default = rule.per_sector.get("default", 0)
    return {name: rule.per_sector.get(name, default) for name in spec.world.sectors}


def site_total(spec: ScenarioFile, role: str) -> int:
    """Sites of a role in the whole district; 0 for a role that does not exist, 1 for one that says no number."""
    if role not in spec.world.sites:
        return 0
    counts, rule = site_counts(spec, role), spec.world.sites[role]
    if counts is not None:
        return sum(counts.values())
    return len(rule.at_m) or (1 if rule.total is None else rule.total)
