"""Groups of a roster line: what its units are for each of — the district, a sector, a team or a site."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario import systems
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.tables import Geography
from sim.vocabulary import NOBODY

SITE = "site:"  #: what comes before a role in ``per``, ``base`` and ``post``


class Group(NamedTuple):
    name: str
    sector: int  # NOBODY: the whole district
    team: int = NOBODY
    site: int = NOBODY  # row among the sites of the line's role


class Crews(NamedTuple):
    """How a line's people are counted."""

    groups: int
    places: int  # units of a group on duty at once
    crews: int  # units that take turns at a place


def team_sectors(spec: ScenarioFile) -> list[int]:
    """The sector of every team of the district, by sector."""
    return [row for row, sector in enumerate(spec.world.sectors.values()) for _ in range(sector.teams)]


def team_names(spec: ScenarioFile) -> tuple[str, ...]:
    """``daping-03`` and so on, row for row with ``team_sectors``."""
    return tuple(
        f"{name}-{number:02d}" for name, sector in spec.world.sectors.items() for number in range(1, sector.teams + 1)
    )


def key_of(spec: ScenarioFile, line: RosterLine, field: str) -> str:
    """The path of a field of a roster line, for errors."""
    return f"policy.roster.{spec.policy.roster.index(line)}.{field}"


def line_sectors(spec: ScenarioFile, line: RosterLine) -> list[int]:
    """The sectors in which a line works, ascending."""
    return [row for row, name in enumerate(spec.world.sectors) if not line.sectors or name in line.sectors]


def role_of(place: str) -> str:
    """The role in a place such as ``site:police_station``."""
    return place.removeprefix(SITE)


def groups(spec: ScenarioFile, geography: Geography, line: RosterLine) -> list[Group]:
    """The groups of a line in order. Refuses a line that has none."""
    sectors = line_sectors(spec, line)
    if line.per == "district":
        return [Group("district", NOBODY)]
    if line.per == "sector":
        return [Group(geography.sectors[row], row) for row in sectors]
    if line.per == "team":
        teams = enumerate(zip(team_names(spec), team_sectors(spec), strict=True))
        found = [Group(name, sector, team=team) for team, (name, sector) in teams if sector in sectors]
    else:
        role = role_of(line.per)
        places = enumerate(geography.sites[role]["sector"].tolist())
        found = [Group(f"{role}-{row + 1:02d}", sector, site=row) for row, sector in places if sector in sectors]
    if not found:
        raise ScenarioError(
            f'roster line "{line.name}": there is none in its sectors', key=key_of(spec, line, "per"), value=line.per
        )
    return found


def crews_of(spec: ScenarioFile, geography: Geography, line: RosterLine) -> Crews:
    """How many groups, places and crews a line has."""
    return Crews(len(groups(spec, geography, line)), line.units, systems.crews_of(line))


def unit_names(spec: ScenarioFile, geography: Geography, line: RosterLine) -> list[str]:
    """``line/group/place``, and ``/A``, ``/B``, ... where crews take turns; by group, place and crew."""
    crews = crews_of(spec, geography, line).crews
    letters = [f"/{chr(ord('A') + crew)}" for crew in range(crews)] if crews > 1 else [""]
    return [
        f"{line.name}/{group.name}/{place}{letter}"
        for group in groups(spec, geography, line)
        for place in range(1, line.units + 1)
        for letter in letters
    ]


def half_names(name: str) -> tuple[str, str]:
    """The two units into which a joint unit splits: that of the higher tier, and the other."""
    return f"{name}-a", f"{name}-b"
