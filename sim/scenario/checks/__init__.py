"""What values say about each other: names that must exist, sums, orders, needs that nobody can meet.

Only what can be known without building the district; the builders of space, demand and forces refuse the rest.
"""

from __future__ import annotations

from sim.scenario.checks.assumptions import check_assumptions
from sim.scenario.checks.classes import check_classes
from sim.scenario.checks.closures import check_closures
from sim.scenario.checks.demand import check_demand
from sim.scenario.checks.deterrence import check_deterrence
from sim.scenario.checks.duties import check_duties
from sim.scenario.checks.escalation import check_escalation
from sim.scenario.checks.findings import Findings
from sim.scenario.checks.inspection import check_inspection
from sim.scenario.checks.joint import check_joint
from sim.scenario.checks.losses import check_losses
from sim.scenario.checks.people import check_people
from sim.scenario.checks.plane import check_plane
from sim.scenario.checks.policy import check_policy
from sim.scenario.checks.preemption import check_preemption
from sim.scenario.checks.redeployment import check_redeployment
from sim.scenario.checks.reserve import check_reserve
from sim.scenario.checks.roster import check_roster
from sim.scenario.checks.scale import check_scale
from sim.scenario.checks.scenes import check_scenes
from sim.scenario.checks.service import check_service
from sim.scenario.checks.sites import check_sites
from sim.scenario.checks.streets import check_streets
from sim.scenario.errors import Problem
from sim.scenario.lines import Path
from sim.scenario.schema import ScenarioFile
from sim.scenario.source import Source

CHECKS = (
    check_streets,
    check_plane,
    check_closures,
    check_sites,
    check_demand,
    check_classes,
    check_scenes,
    check_policy,
    check_preemption,
    check_reserve,
    check_roster,
    check_duties,
    check_joint,
    check_inspection,
    check_redeployment,
    check_people,
    check_service,
    check_escalation,
    check_losses,
    check_deterrence,
    check_assumptions,
    check_scale,
)


def cross_check(spec: ScenarioFile, source: Source, known: list[Path]) -> tuple[dict[Path, Problem], tuple[str, ...]]:
    """Problems by path, and remarks. Nothing is said about paths that have a problem already (``known``)."""
    findings = Findings(source, known)
    for check in CHECKS:
        check(spec, findings)
    return findings.problems, tuple(findings.notes)
