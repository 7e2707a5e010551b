"""A plane: the areas of its sectors, and what needs streets and so has no meaning in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.roster import PLACED_ANEW, walks
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import PlaneSpace, ScenarioFile, SpeedTable

MOST_AREAS = 2_000  #: of all sectors together


class Area(NamedTuple):
    path: Path
    west: float
    south: float
    east: float
    north: float


def check_plane(spec: ScenarioFile, findings: Findings) -> None:
    space = spec.world.space
    if isinstance(space, PlaneSpace):
        _sectors(spec, findings)
        _areas(spec, space, findings)
        _modes(spec, findings)
        _roster(spec, findings)


def _sectors(spec: ScenarioFile, findings: Findings) -> None:
    for name, sector in spec.world.sectors.items():
        path: Path = ("world", "sectors", name)
        if sector.letter:
            said = "is for a map of streets, and a plane has none"
            findings.add((*path, "letter"), said, allowed="areas_m, which says where the sector is")
        if sector.teams:
            said = "community teams share out streets, and a plane has none"
            findings.add((*path, "teams"), said, allowed="0, or a sector for each team")
        if sector.street_kinds is not None:
            findings.add((*path, "street_kinds"), "a plane has no streets", allowed="to leave it out")
        if not sector.areas_m and len(spec.world.sectors) > 1:
            said = (
                f"is needed: it says which part of the plane belongs to which of the {len(spec.world.sectors)} sectors"
            )
            findings.add((*path, "areas_m"), said, allowed="a list of rectangles, each [west, south, east, north]")


def _areas(spec: ScenarioFile, space: PlaneSpace, findings: Findings) -> None:
    if findings.touched(("world", "space")):
        return
    areas: list[Area] = []
    for name, sector in spec.world.sectors.items():
        for number, corners in enumerate(sector.areas_m):
            path: Path = ("world", "sectors", name, "areas_m", number)
            if len(corners) == 4 and _is_area(path, corners, space, findings):
                areas.append(Area(path, *corners))
    if len(areas) > MOST_AREAS:
        findings.add(("world", "sectors"), f"have {len(areas):,} areas", allowed=f"up to {MOST_AREAS:,}")
        return
    _overlaps(areas, space, findings)


def _is_area(path: Path, corners: Sequence[float], space: PlaneSpace, findings: Findings) -> bool:
    west, south, east, north = corners
    if east > space.width_m or north > space.height_m:
        said = "is not within the plane"
        allowed = f"east up to {space.width_m:.15g}, north up to {space.height_m:.15g}"
    elif west >= east or (south >= north and space.height_m > 0):
        said = "is of no size"
        allowed = "[west, south, east, north] with west below east" + (" and south below north" * (space.height_m > 0))
    else:
        return True
    findings.add(path, said, list(corners), allowed)
    return False


def _overlaps(areas: list[Area], space: PlaneSpace, findings: Findings) -> None:
    """Of two areas that share more than a border the later one is refused."""
    for number, area in enumerate(areas):
        for other in areas[:number]:
            beside = area.west >= other.east or other.west >= area.east
            above = space.height_m > 0 and (area.south >= other.north or other.south >= area.north)
            if not (beside or above):
                said = f"overlaps areas_m.{other.path[-1]} of sector {other.path[2]}"
                findings.add(area.path, said, list(area[1:]), "areas that share no more than a border")
                break


def _modes(spec: ScenarioFile, findings: Findings) -> None:
    for name, mode in spec.world.modes.items():
        if isinstance(mode.speed_mps, SpeedTable) and mode.speed_mps.road is None:
            said = "has no speed for road, and that is the one that counts in a plane"
            findings.add(("world", "modes", name, "speed_mps"), said, allowed="one number, or a table with road")


def _roster(spec: ScenarioFile, findings: Findings) -> None:
    for number, line in enumerate(spec.policy.roster):
        path: Path = ("policy", "roster", number)
        for key in ("per", "beat"):
            if getattr(line, key) == "team":
                allowed = '"district", "sector"' + (', "site:ROLE"' if key == "per" else "")
                findings.add((*path, key), "a plane has no teams", "team", allowed)
        if line.duty == "standby" or line.beat == "around":
            key, value = ("duty", line.duty) if line.duty == "standby" else ("beat", line.beat)
            said = "is about the streets around a point, and a plane has none"
            findings.add((*path, key), said, value, 'duty = "post", or "patrol" with beat = "sector" or "district"')
        elif walks(line):
            said = "goes from street to street, and a plane has no streets"
            findings.add((*path, "rule"), said, line.rule, f'{listed(PLACED_ANEW)}, or duty = "post"')
