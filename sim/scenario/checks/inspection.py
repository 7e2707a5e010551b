"""Inspection: lines that slacken, and those that inspect them."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.errors import listed
from sim.scenario.inspection import WALKING, may_slacken
from sim.scenario.lines import Path
from sim.scenario.schema import Compliance, PlaneSpace, RosterLine, ScenarioFile


def check_inspection(spec: ScenarioFile, findings: Findings) -> None:
    rule = spec.policy.compliance
    if rule is not None:
        _compliance(spec, rule, findings)
    for number, line in enumerate(spec.policy.roster):
        if line.duty == "inspect":
            _inspects(spec, ("policy", "roster", number), line, findings)
        elif line.inspect_min != RosterLine.model_fields["inspect_min"].default:
            said = f'is for duty = "inspect", and the duty is "{line.duty}"'
            path: Path = ("policy", "roster", number, "inspect_min")
            findings.add(path, said, line.inspect_min, 'duty = "inspect" beside it')


def _compliance(spec: ScenarioFile, rule: Compliance, findings: Findings) -> None:
    path: Path = ("policy", "compliance")
    lines = {line.name: line for line in spec.policy.roster}
    able = [name for name, line in lines.items() if may_slacken(line)]
    findings.names((*path, "lines"), rule.lines, lines, "roster line")
    for number, name in enumerate(rule.lines):
        if name in lines and name not in able:
            line = lines[name]
            said = f'only teams on patrol slacken, and this line has per = "{line.per}" and duty = "{line.duty}"'
            allowed = listed(able, f'no line as it is; lines with per = "team" and duty = {listed(WALKING)}')
            findings.add((*path, "lines", number), said, name, allowed)
    if not able and not rule.lines and not findings.touched(("policy", "roster")):
        findings.add(path, "there is nobody to slacken", allowed='a roster line with per = "team" that patrols')
    if len(rule.last_inspected_days) == 2 and rule.last_inspected_days[0] > rule.last_inspected_days[1]:
        said = "the least is above the most"
        findings.add((*path, "last_inspected_days"), said, list(rule.last_inspected_days), "[least, most]")
    if rule.floor == 1:
        said = "a team that always complies is none that slackens"
        findings.add((*path, "floor"), said, rule.floor, "below 1, or no policy.compliance")


def _inspects(spec: ScenarioFile, path: Path, line: RosterLine, findings: Findings) -> None:
    if isinstance(spec.world.space, PlaneSpace):
        return  # refused by its own checks: a plane has no teams
    teams = [other for other in spec.policy.roster if other.per == "team" and other.duty != "inspect"]
    if not teams and not findings.touched(("policy", "roster")):
        said = "there are no teams to inspect"
        findings.add((*path, "duty"), said, line.duty, 'some roster line with per = "team" beside it')
    if line.rule != "visits":
        said = 'a line with duty = "inspect" goes from team to team'
        findings.add((*path, "rule"), said, line.rule, '"visits", or leave it out')
    elif line.visits:
        said = 'a line with duty = "inspect" visits the teams of its beat and nothing else'
        findings.add((*path, "visits"), said, allowed='to leave them out, or duty = "patrol" with them')
    if line.beat == "team":
        findings.add((*path, "beat"), "an inspection goes to more than one team", line.beat, '"sector", "district"')
    if spec.policy.compliance is None:
        findings.notes.append(
            f'roster line "{line.name}" inspects, and no team slackens: policy.compliance is left out'
        )
