"""Joint lines: two parts that can move as one, and what units of two tiers cannot do."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import AUTHORITY, Partner, RosterLine, ScenarioFile


def check_joint(spec: ScenarioFile, findings: Findings) -> None:
    for number, line in enumerate(spec.policy.roster):
        path: Path = ("policy", "roster", number)
        if line.duty == "joint" and line.partner is None:
            said, allowed = 'is needed by duty = "joint": who moves with them', 'such as {tier = "TIER", crew = 1}'
            findings.add((*path, "partner"), said, allowed=allowed)
        elif line.duty != "joint" and line.partner is not None:
            said = f'is for duty = "joint", and the duty is "{line.duty}"'
            findings.add((*path, "partner"), said, allowed='duty = "joint" beside it')
        elif line.partner is not None:
            _joint(spec, path, line, line.partner, findings)
        if line.duty == "standby":
            _has_authority(spec, (*path, "tier"), line.tier, "a unit on standby would never be sent", findings)


def _joint(spec: ScenarioFile, path: Path, line: RosterLine, partner: Partner, findings: Findings) -> None:
    tiers = spec.policy.tiers
    known = findings.name((*path, "partner", "tier"), partner.tier, tiers, "tier") and line.tier in tiers
    if known:
        for where, tier in (((*path, "tier"), line.tier), ((*path, "partner", "tier"), partner.tier)):
            _has_authority(spec, where, tier, "it would add nothing to a joint unit but its people", findings)
    if known and line.mode is None and tiers[line.tier].mode != tiers[partner.tier].mode:
        modes = f"{line.tier} moves by {tiers[line.tier].mode} and {partner.tier} by {tiers[partner.tier].mode}"
        allowed = " or ".join(f'mode = "{tiers[tier].mode}"' for tier in (line.tier, partner.tier))
        findings.add((*path, "mode"), f"is missing: a joint unit moves as one, and {modes}", allowed=allowed)
    if line.changeover == "hand_over":
        said = "a joint unit finishes its scenes: it may fill two slots there, and a relief takes over one"
        findings.add((*path, "changeover"), said, line.changeover, '"finish"')
    if line.on_call_min is not None:
        said = "joint units are on regular duty: who is called comes alone"
        findings.add((*path, "on_call_min"), said, line.on_call_min, "to leave it out, or a line for each tier")
    if line.leaves_post != RosterLine.model_fields["leaves_post"].default:
        said = "is for posts, and a joint unit patrols"
        findings.add((*path, "leaves_post"), said, line.leaves_post, 'to leave it out, or duty = "post" for each tier')


def _has_authority(spec: ScenarioFile, path: Path, tier: str, said: str, findings: Findings) -> None:
    """Refuses a duty that asks for authority where the tier has none over anything."""
    tiers = spec.policy.tiers
    if tier in tiers and not any(AUTHORITY[word] for word in tiers[tier].authority.values()):
        able = [name for name, one in tiers.items() if any(AUTHORITY[word] for word in one.authority.values())]
        allowed = listed(able, f"none as it is; give {tier} an authority, as policy.tiers.{tier}.authority")
        findings.add(path, f"{tier} has no authority over any class, and {said}", tier, allowed)
