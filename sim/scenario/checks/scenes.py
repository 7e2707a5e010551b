"""Needs against forces: can what an incident asks for be met by the roster at all?"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import Findings
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import AUTHORITY, Alternative, IncidentClass, RosterLine, ScenarioFile, Slot
from sim.tables import MAX_SLOTS


def check_scenes(spec: ScenarioFile, findings: Findings) -> None:
    for name, kind in spec.world.classes.items():
        path: Path = ("world", "classes", name)
        _quorum(path, kind, findings)
        slots = list(_slots(path, kind))
        unknown = len(findings.problems)
        for here, slot in slots:
            for place, way in _ways(here, slot):
                findings.names((*place, "tiers"), way.tiers, spec.policy.tiers, "tier")
        if kind.off_model is None and len(findings.problems) == unknown:
            for here, slot in slots:
                _fillable(spec, name, here, slot, findings)
            if len(findings.problems) == unknown:
                _safe(spec, name, kind, findings)


def _slots(path: Path, kind: IncidentClass) -> Iterator[tuple[Path, Slot]]:
    for number, slot in enumerate(kind.needs):
        yield (*path, "needs", number), slot
    for number, slot in enumerate(kind.more.needs if kind.more else ()):
        yield (*path, "more", "needs", number), slot


def _ways(path: Path, slot: Slot) -> Iterator[tuple[Path, Slot | Alternative]]:
    """A slot's own line, then its alternatives."""
    yield path, slot
    for number, alternative in enumerate(slot.alternatives):
        yield (*path, "alternatives", number), alternative


def _quorum(path: Path, kind: IncidentClass, findings: Findings) -> None:
    asked = sum(slot.units for slot in kind.needs)
    more = sum(slot.units for slot in kind.more.needs) if kind.more else 0
    if asked + more > MAX_SLOTS:
        beside = f" and {more} more on request" if more else ""
        findings.add((*path, "needs"), f"asks for {asked} units{beside}", "", f"at most {MAX_SLOTS} at one scene")
    counting = sum(slot.units for slot in kind.needs if slot.in_quorum)
    if kind.quorum is not None and kind.quorum > counting:
        findings.add((*path, "quorum"), "is more than its slots that count", kind.quorum, f"up to {counting} (in_quorum = true)")
    elif kind.off_model is None and not (counting if kind.quorum is None else kind.quorum):
        key = "needs" if kind.quorum is None else "quorum"
        said = "no slot counts for the quorum: nothing would let work start"
        findings.add((*path, key), said, kind.quorum if kind.quorum == 0 else "", "at least one slot with in_quorum = true")


def _fillable(spec: ScenarioFile, name: str, path: Path, slot: Slot, findings: Findings) -> None:
    """Each slot needs a tier with the authority, and a roster line of such a tier with the crew, in one of its ways."""
    entitled: list[tuple[Slot | Alternative, str]] = [
        (way, tier)
        for _, way in _ways(path, slot)
        for tier in way.tiers
        if AUTHORITY[spec.policy.tiers[tier].authority.get(name, "none")] >= AUTHORITY[way.authority]
    ]
    if not entitled:
        tiers = dict.fromkeys(tier for _, way in _ways(path, slot) for tier in way.tiers)
        has = ", ".join(f'{tier} "{spec.policy.tiers[tier].authority.get(name, "none")}"' for tier in tiers)
        said = f'nobody may fill this slot of class {name}: it asks for "{slot.authority}" and the tiers it names have {has}'
        able = [
            tier
            for tier, rules in spec.policy.tiers.items()
            if AUTHORITY[rules.authority.get(name, "none")] >= AUTHORITY[slot.authority]
        ]
        findings.add((*path, "tiers"), said, list(slot.tiers), listed(able, "none; see policy.tiers.TIER.authority"))
        return
    if any(lines_for(spec, way, tier) for way, tier in entitled):
        return
    lines = [line for _, tier in entitled for line in spec.policy.roster if line.tier == tier]
    if not lines:
        said = f"no roster line of {listed(dict.fromkeys(tier for _, tier in entitled))}, so nobody can fill this slot of {name}"
        findings.add((*path, "tiers"), said, list(slot.tiers), "a tier that is on the roster and has the authority")
    else:
        crew = max(line.crew for line in lines)
        said = f"no crew is that large: the largest that may fill this slot of {name} has {crew}"
        findings.add((*path, "min_crew"), said, slot.min_crew, f"up to {crew}")


def lines_for(spec: ScenarioFile, way: Slot | Alternative, tier: str) -> list[RosterLine]:
    """Roster lines of a tier whose crews are large enough for a way to fill a slot."""
    return [line for line in spec.policy.roster if line.tier == tier and line.crew >= way.min_crew]


def _safe(spec: ScenarioFile, name: str, kind: IncidentClass, findings: Findings) -> None:
    """The people whom its slots can bring together must be able to make a safe crew."""
    most, kitted = 0, False
    for number, slot in enumerate(kind.needs):
        lines = [
            line
            for _, way in _ways(("world", "classes", name, "needs", number), slot)
            for tier in way.tiers
            if AUTHORITY[spec.policy.tiers[tier].authority.get(name, "none")] >= AUTHORITY[way.authority]
            for line in lines_for(spec, way, tier)
        ]
        most += slot.units * max(line.crew for line in lines)
        kitted = kitted or any(spec.policy.tiers[line.tier].kit for line in lines)
    reach = most + (1 if kitted else 0)
    if kind.safe_crew > reach:
        said = f"the units that {name} asks for bring at most {most} people: they would only watch"
        findings.add(("world", "classes", name, "safe_crew"), said, kind.safe_crew, f"up to {reach}")
