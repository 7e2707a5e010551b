"""Move-up and cover: tiers that have sectors to cover, and places to do it from."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.sites import site_total
from sim.scenario.errors import listed
from sim.scenario.joint import union_of
from sim.scenario.lines import Path
from sim.scenario.schema import Dispatch, Redeployment, RosterLine, ScenarioFile

PATROLS = ("patrol", "peak", "standby", "joint")  #: duties that leave a unit free to stand by elsewhere


def check_redeployment(spec: ScenarioFile, findings: Findings) -> None:
    rule = spec.policy.redeployment
    if rule is not None:
        _redeployment(spec, rule, findings)
    dispatch = spec.policy.dispatch
    asked = any(term.rule == "least_cover_lost" for term in dispatch.score)
    if not asked and dispatch.cover_standard_min != Dispatch.model_fields["cover_standard_min"].default:
        said = 'is for the rule "least_cover_lost", which the score does not have'
        path: Path = ("policy", "dispatch", "cover_standard_min")
        findings.add(path, said, dispatch.cover_standard_min, 'score = [{rule = "least_cover_lost"}]')


def _redeployment(spec: ScenarioFile, rule: Redeployment, findings: Findings) -> None:
    path: Path = ("policy", "redeployment")
    findings.names((*path, "tiers"), rule.tiers, spec.policy.tiers, "tier")
    known = findings.role((*path, "point"), rule.point, ("centre",), spec.world.sites, "site:")
    if known and rule.point != "centre" and not site_total(spec, rule.point.removeprefix("site:")):
        findings.add((*path, "point"), "there are 0 sites of this role", rule.point)
    if len(spec.world.sectors) < 2:
        said = "there is nowhere to move up to: the district has one sector"
        findings.add(path, said, allowed="a district of several sectors, or no policy.redeployment")
        return
    able = [name for name in spec.policy.tiers if any(_moves(spec, line, name) for line in spec.policy.roster)]
    for number, tier in enumerate(rule.tiers):
        if tier in spec.policy.tiers and tier not in able and not findings.touched(("policy", "roster")):
            said = f"no unit of {tier} could move up: none patrols with a sector for its home"
            allowed = listed(able, 'no tier as it is; tiers that patrol with per = "sector", "team" or a site')
            findings.add((*path, "tiers", number), said, tier, allowed)


def _moves(spec: ScenarioFile, line: RosterLine, tier: str) -> bool:
    """Whether a line is one of a tier's whose units patrol and cover a sector each. A joint unit is of the tier whose
    orders it has, that of its higher part."""
    union = union_of(spec, line)
    of_tier = line.tier if union is None else union.high
    roams = line.per == "district" and line.beat == "district"
    return of_tier == tier and line.duty in PATROLS and not roams
