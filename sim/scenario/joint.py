"""Joint units: crews of two tiers that move as one (odd.md rules 28a and 28b), and the tiers that they make."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.schema import RosterLine, ScenarioFile, Tier


class Union(NamedTuple):
    """The tier of joint units: its two parts by rank, which may be the same."""

    high: str
    low: str

    @property
    def name(self) -> str:
        return f"{self.high}+{self.low}"


class Part(NamedTuple):
    """What a unit of a line can fill one slot as: a tier, with the people of the whole unit."""

    line: RosterLine
    tier: str
    crew: int


def union_of(spec: ScenarioFile, line: RosterLine) -> Union | None:
    """The tier of a joint line; None for lines that are not joint or whose tiers are not known."""
    tiers = list(spec.policy.tiers)
    if line.partner is None or line.duty != "joint" or not {line.tier, line.partner.tier} <= set(tiers):
        return None
    return Union(*sorted((line.tier, line.partner.tier), key=tiers.index))


def unions(spec: ScenarioFile) -> tuple[Union, ...]:
    """The tiers that joint lines make, in the order in which the roster first has them."""
    found = (union_of(spec, line) for line in spec.policy.roster)
    return tuple(dict.fromkeys(union for union in found if union is not None))


def tier_names(spec: ScenarioFile) -> tuple[str, ...]:
    """The tiers of the scenario, then those that joint lines make: row for row as in ``Forces.tiers``."""
    return (*spec.policy.tiers, *(union.name for union in unions(spec)))


def tier_of(spec: ScenarioFile, line: RosterLine) -> str:
    """The name of the tier of a line's units."""
    union = union_of(spec, line)
    return line.tier if union is None else union.name


def first_part(spec: ScenarioFile, name: str) -> Tier:
    """The tier of that name; of one that a joint line makes, its part of the highest rank."""
    return spec.policy.tiers[name.split("+")[0]]


def people(line: RosterLine) -> int:
    """How many people a unit of a line has."""
    return line.crew + (line.partner.crew if line.partner is not None and line.duty == "joint" else 0)


def parts(line: RosterLine) -> tuple[Part, ...]:
    """As what a unit of a line can fill slots: a joint unit of two tiers as both, at the same time."""
    tiers = [line.tier]
    if line.partner is not None and line.duty == "joint" and line.partner.tier != line.tier:
        tiers.append(line.partner.tier)
    return tuple(Part(line, tier, people(line)) for tier in tiers)
