"""Reserves: more cannot be kept back than there are."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.roster import places
from sim.scenario.checks.sites import site_total
from sim.scenario.joint import first_part, tier_names, tier_of
from sim.scenario.lines import Path
from sim.scenario.schema import RosterLine, ScenarioFile, Tier

EVERYWHERE = "the district"


def check_reserve(spec: ScenarioFile, findings: Findings) -> None:
    for name in tier_names(spec):
        tier = first_part(spec, name)
        path: Path = ("policy", "tiers", name.split("+")[0], "reserve")
        homes = _units_at_once(spec, name, tier)
        if homes and not findings.touched(("policy", "roster")):
            for priority, kept in enumerate(tier.reserve, 1):
                _kept((*path, priority - 1), name, priority, kept, homes, findings)
        if tier.reserve[0] > 0 and name in spec.policy.tiers:
            said = f"policy.tiers.{name}.reserve keeps {tier.reserve[0]} back even from calls of priority 1"
            findings.notes.append(f"{said}: nobody is more urgent, so these units stay idle")


def _kept(path: Path, name: str, priority: int, kept: int, homes: dict[str, int], findings: Findings) -> None:
    """A unit is sent only if more than so many are free; refused where that can never be, anywhere."""
    most = max(homes.values())
    where = "" if list(homes) == [EVERYWHERE] else " in any sector"
    if kept >= most:
        said = (
            f"{name} has at most {most} on duty at once{where}, and is sent only while more than {kept} are free: it "
            f"would never go to a call of priority {priority}"
        )
        findings.add(path, said, kept, f"up to {most - 1}" if most else "0")
        return
    short = [f"{home} ({count})" for home, count in homes.items() if 0 < count <= kept]
    if kept and short:
        said = f"policy.tiers.{name}.reserve keeps {kept} back from calls of priority {priority}"
        findings.notes.append(f"{said}, and the units of these are no more than that and never go: {', '.join(short)}")


def _units_at_once(spec: ScenarioFile, name: str, tier: Tier) -> dict[str, int]:
    """At most so many units of a tier are on duty at once, by home sector or in the district; {} where it has none or
    where only the built district can tell. Homes of a line per district are drawn: they may all be in one sector.
    Joint units are of a tier of their own, which has the reserve of its higher part; those that split count there."""
    lines = [line for line in spec.policy.roster if tier_of(spec, line) == name]
    if tier.reserve_scope == "district":
        counts = [_everywhere(spec, line) for line in lines]
        return {EVERYWHERE: sum(counts)} if any(counts) else {}
    homes: dict[str, int] = {}
    for line in lines:
        for sector in spec.world.sectors:
            if not line.sectors or sector in line.sectors:
                count = places(spec, line.model_copy(update={"sectors": [sector]}))
                if count is None:
                    return {}
                homes[sector] = homes.get(sector, 0) + count * line.units
    return homes if any(homes.values()) else {}


def _everywhere(spec: ScenarioFile, line: RosterLine) -> int:
    count = places(spec, line)
    return (site_total(spec, line.per.removeprefix("site:")) if count is None else count) * line.units
