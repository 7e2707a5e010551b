"""Withdrawals and recalls: whose crews, when, and whether anybody could go or come."""

from __future__ import annotations

from sim.scenario.checks.classes import check_duration
from sim.scenario.checks.demand import run_hours
from sim.scenario.checks.findings import Findings
from sim.scenario.checks.people import groups_of
from sim.scenario.lines import Path
from sim.scenario.schema import Recall, ScenarioFile, Withdrawal


def check_service(spec: ScenarioFile, findings: Findings) -> None:
    names = [line.name for line in spec.policy.roster]
    for number, rule in enumerate(spec.policy.withdrawals):
        path: Path = ("policy", "withdrawals", number)
        findings.names((*path, "lines"), rule.lines, names, "roster line")
        _time((*path, "from_h"), (*path, "to_h"), rule.from_h, rule.to_h, spec, findings)
        _how_many(spec, path, rule, findings)
    for number, recall in enumerate(spec.policy.recall):
        path = ("policy", "recall", number)
        findings.names((*path, "lines"), recall.lines, names, "roster line")
        check_duration((*path, "delay"), recall.delay, findings)
        _time((*path, "at_h"), (*path, "until_h"), recall.at_h, recall.until_h, spec, findings)
        _off_duty(spec, path, recall, findings)


def _time(first: Path, last: Path, from_h: float, to_h: float, spec: ScenarioFile, findings: Findings) -> None:
    end = run_hours(spec) + spec.run.drain_h
    if from_h >= to_h:
        findings.add(last, "ends before it begins", to_h, f"above {first[-1]} = {from_h:g}")
    elif from_h >= end:
        allowed = f"below {end:g} (warm_up_h + measured_h + drain_h)"
        findings.add(first, "the run is over by then", from_h, allowed)


def _how_many(spec: ScenarioFile, path: Path, rule: Withdrawal, findings: Findings) -> None:
    if rule.units is not None and rule.share is not None:
        findings.add((*path, "share"), "stands beside units", rule.share, "units or share, not both")
        return
    for line in spec.policy.roster:
        there = groups_of(spec, line) * line.units
        if line.name not in rule.lines or not there:
            continue
        if rule.units is not None and rule.units > there:
            said = f"{line.name} has {there} units on duty at once"
            findings.add((*path, "units"), said, rule.units, f"1 to {there}")
        elif rule.share is not None and rule.share * there < 1 - 1e-9:
            said = f"{rule.share:g} of the {there} units of {line.name} is not one"
            findings.add((*path, "share"), said, rule.share, f"{1 / there:.3g} or more")


def _off_duty(spec: ScenarioFile, path: Path, recall: Recall, findings: Findings) -> None:
    for place, name in enumerate(recall.lines):
        for line in spec.policy.roster:
            if line.name != name:
                continue
            said = ""
            if line.system == "always":
                said = 'has system = "always": none of its crews is ever off duty'
            elif line.on_call_min is not None:
                said = "is on call, and is called when the service escalates"
            elif line.duty == "joint":
                said = "has joint units, which nobody calls back as one"
            if said:
                findings.add((*path, "lines", place), said, name, "lines of shifts or windows with duty of their own")
