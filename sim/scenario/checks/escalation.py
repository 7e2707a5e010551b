"""Escalation: that it can begin, end and do something, and that crews on call are called by it."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.lines import Path
from sim.scenario.schema import RosterLine, ScenarioFile


def check_escalation(spec: ScenarioFile, findings: Findings) -> None:
    rule = spec.policy.dispatch.escalation
    path: Path = ("policy", "dispatch", "escalation")
    on_call = [line for line in spec.policy.roster if line.on_call_min is not None]
    if rule is not None:
        if rule.until > rule.over:
            said = f"it would be over as soon as it has begun, with more than {rule.over} that wait"
            findings.add((*path, "until"), said, rule.until, f"up to {rule.over}")
        if not (rule.call_off_breaks or rule.open_borders or on_call):
            allowed = "call_off_breaks, open_borders, or a roster line with on_call_min"
            findings.add(path, "would change nothing", allowed=allowed)
    for number, line in enumerate(spec.policy.roster):
        if line.on_call_min is not None:
            _on_call(("policy", "roster", number), line, rule is not None, findings)


def _on_call(path: Path, line: RosterLine, escalates: bool, findings: Findings) -> None:
    if not escalates:
        said = "nobody would ever call them: the service does not escalate"
        findings.add((*path, "on_call_min"), said, line.on_call_min, "policy.dispatch.escalation beside it")
    for key in ("planned_share", "planned", "break_min"):
        if getattr(line, key):
            said = "a crew on call has no plan for its day: by the time it is called it would be behind with it"
            findings.add((*path, key), said, allowed="to leave it out beside on_call_min")
