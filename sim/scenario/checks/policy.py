"""Tiers and dispatch; reserves and pre-emption have files of their own."""

from __future__ import annotations

from sim.scenario.checks.classes import check_duration
from sim.scenario.checks.findings import Findings
from sim.scenario.errors import UNSET, listed, nearest
from sim.scenario.lines import Path
from sim.scenario.schema import Dispatch, ScenarioFile, Tier


def check_policy(spec: ScenarioFile, findings: Findings) -> None:
    for name, tier in spec.policy.tiers.items():
        _tier(spec, ("policy", "tiers", name), tier, findings)
    if spec.policy.roster_file is not None:
        said = "is for scenario files, which have a folder to look for it in"
        findings.add(("policy", "roster_file"), said, spec.policy.roster_file, "its lines in policy.roster")
    _dispatch(spec, findings)


def _tier(spec: ScenarioFile, path: Path, tier: Tier, findings: Findings) -> None:
    findings.name((*path, "mode"), tier.mode, spec.world.modes, "mode")
    findings.table((*path, "authority"), tier.authority, spec.world.classes, "class")
    check_duration((*path, "wrap_up"), tier.wrap_up, findings)
    for number in range(1, len(tier.acceptance)):
        here, before = tier.acceptance[number].within_m, tier.acceptance[number - 1].within_m
        if here <= before:
            findings.add(
                (*path, "acceptance", number, "within_m"), "is not beyond the step before it", here, f"above {before:g}"
            )


def _dispatch(spec: ScenarioFile, findings: Findings) -> None:
    dispatch = spec.policy.dispatch
    path: Path = ("policy", "dispatch")
    rules = [term.rule for term in dispatch.score]
    for number, rule in enumerate(rules):
        if rule in rules[:number]:
            findings.add((*path, "score", number, "rule"), "has been applied before and can decide nothing more", rule)
    if "preference" in rules and not any(dispatch.preference.values()):
        allowed = "a list of roster lines for each sector"
        said = f'is {"empty" if dispatch.preference else "missing"}, and the score has the rule "preference"'
        findings.add((*path, "preference"), said, allowed=allowed)
    if "preference" not in rules and dispatch.preference:
        said, allowed = 'is for the rule "preference", which the score does not have', 'score = [{rule = "preference"}]'
        _unused((*path, "preference"), (*path, "score"), said, allowed, findings)
    findings.table((*path, "preference"), dispatch.preference, spec.world.sectors, "sector")
    lines = [line.name for line in spec.policy.roster]
    for sector, wanted in dispatch.preference.items():
        for number, word in enumerate(wanted):
            here = (*path, "preference", sector, number)
            if not _is_unit_of(word, lines):
                allowed = f'roster lines ({listed(lines)}) or their units, such as "{lines[0]}/district/1"'
                findings.add(here, "is neither a roster line nor one of its units", word, allowed, nearest(word, lines))
            elif word in wanted[:number]:
                findings.add(here, "is in the list already", word)
    _order(dispatch, findings)
    if dispatch.queue == "limit" and dispatch.queue_limit == 0:
        key = (*path, "queue_limit")
        findings.add(
            key, 'queue = "limit" with a limit of 0 is queue = "lost"', 0, 'a number above 0, or queue = "lost"'
        )

    if dispatch.queue != "limit" and dispatch.queue_limit > 0:
        said = f'is for queue = "limit", and the queue is "{dispatch.queue}"'
        _unused((*path, "queue_limit"), (*path, "queue"), said, 'queue = "limit" beside it', findings)


def _unused(path: Path, switch: Path, said: str, allowed: str, findings: Findings) -> None:
    """Refuses a value that nothing reads; where a later file or ``--set`` threw the switch, a note is enough.

    A file that extends another cannot take the value back.
    """
    value = findings.source.value(path)
    later = findings.source.value(switch) is not UNSET
    if later and findings.source.origin(switch).file != findings.source.origin(path).file:
        findings.notes.append(f"{'.'.join(map(str, path))} {said}")
    else:
        findings.add(path, said, value, allowed)


def _order(dispatch: Dispatch, findings: Findings) -> None:
    """``ageing_min`` is for one order only, and at 0 that order would be another one."""
    path: Path = ("policy", "dispatch")
    default = type(dispatch).model_fields["ageing_min"].default
    if dispatch.order == "ageing" and dispatch.ageing_min == 0:
        said = 'order = "ageing" in which no time counts as a priority is order = "first_come"'
        findings.add((*path, "ageing_min"), said, 0, 'a number above 0, or order = "first_come"')
    elif dispatch.order != "ageing" and dispatch.ageing_min != default:
        said = f'is for order = "ageing", and the order is "{dispatch.order}"'
        findings.add((*path, "ageing_min"), said, dispatch.ageing_min, 'order = "ageing" beside it')


def _is_unit_of(word: str, lines: list[str]) -> bool:
    """Whether it is a roster line or may be one of its units, whose names begin with that of the line."""
    return any(word == line or word.startswith(f"{line}/") for line in lines)
