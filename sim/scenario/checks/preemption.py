"""Pre-emption: only the more urgent takes from the less urgent, and there is somebody whom it may take."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.checks.findings import Findings
from sim.scenario.errors import UNSET, listed
from sim.scenario.joint import parts
from sim.scenario.lines import Path
from sim.scenario.schema import Preemption, ScenarioFile

LEAST_URGENT = 3


def check_preemption(spec: ScenarioFile, findings: Findings) -> None:
    dispatch = spec.policy.dispatch
    path: Path = ("policy", "dispatch", "preempt")
    taken: dict[tuple[int, int, str], int] = {}
    for number, rule in enumerate(dispatch.preempt):
        _more_urgent((*path, number), rule, findings)
        _once((*path, number), number, rule, taken, findings)
    rostered = {part.tier for line in spec.policy.roster for part in parts(line)}
    tiers = [name for name in spec.policy.tiers if name in rostered]
    if dispatch.preempt and tiers and not any(spec.policy.tiers[name].preemptible for name in tiers):
        said = "no tier on the roster is preemptible, so nobody could be taken"
        findings.add(path, said, allowed=f"preemptible = true for one of {listed(tiers)}, or no preempt")
    # An empty list that somebody wrote switches it off; a list that is missing was forgotten.
    if dispatch.preempt_min_gain_s is not None and findings.source.value(path) is UNSET:
        said = "says when to take a unit, and no rule says from whom"
        findings.add((*path[:-1], "preempt_min_gain_s"), said, allowed="preempt beside it")


def _more_urgent(path: Path, rule: Preemption, findings: Findings) -> None:
    if rule.calling == LEAST_URGENT:
        said = "nothing is less urgent, so nobody could be taken"
        findings.add((*path, "calling"), said, rule.calling, f"1 to {LEAST_URGENT - 1}")
        return
    for place, priority in enumerate(rule.in_hand):
        if priority <= rule.calling:
            said = f"is not less urgent than calling = {rule.calling}"
            less = [str(other) for other in range(rule.calling + 1, LEAST_URGENT + 1)]
            findings.add((*path, "in_hand", place), said, priority, ", ".join(less))


def _once(
    path: Path, number: int, rule: Preemption, taken: dict[tuple[int, int, str], int], findings: Findings
) -> None:
    """No priority and no state twice in a rule, nor a pair of priorities in the same state in two."""
    lists: tuple[tuple[str, Sequence[object]], ...] = (("in_hand", rule.in_hand), ("states", rule.states))
    for key, words in lists:
        for place, word in enumerate(words):
            if word in words[:place]:
                findings.add((*path, key, place), "is in the list already", word)
    for priority in dict.fromkeys(rule.in_hand):
        for state in dict.fromkeys(rule.states):
            first = taken.setdefault((rule.calling, priority, state), number)
            if first != number:
                said = f"preempt.{first} says already that {rule.calling} may take from {priority} what is {state}"
                findings.add(path, said, allowed="each pair of priorities and state once")
                return
