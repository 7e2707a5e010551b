"""Needs against forces: can what an incident asks for be met by the roster at all?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.roster import places
from sim.scenario.checks.sites import site_total
from sim.scenario.errors import listed
from sim.scenario.joint import Part, parts
from sim.scenario.lines import Path
from sim.scenario.matching import Matching, match
from sim.scenario.schema import AUTHORITY, Alternative, IncidentClass, RosterLine, ScenarioFile, Slot
from sim.scenario.systems import crews_of
from sim.tables import MAX_SLOTS


def check_scenes(spec: ScenarioFile, findings: Findings) -> None:
    tiers = spec.policy.tiers
    manned = all(part.tier in tiers for line in spec.policy.roster for part in parts(line))
    for name, kind in spec.world.classes.items():
        path: Path = ("world", "classes", name)
        slots = list(_slots(path, kind))
        _quorum(path, kind, findings)
        for here, slot in slots:
            for place, way in _ways(here, slot):
                findings.names((*place, "tiers"), way.tiers, tiers, "tier")
        known = all(tier in tiers for here, slot in slots for _, way in _ways(here, slot) for tier in way.tiers)
        if kind.off_model is not None or not known:
            continue
        entitled = [_entitled(spec, name, here, slot, findings) for here, slot in slots]
        if manned and all(entitled):
            if _manned(spec, name, kind, findings):
                _enough(spec, name, kind, findings)
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
        findings.add((*path, "needs"), f"asks for {asked} units{beside}", allowed=f"at most {MAX_SLOTS} at one scene")
    counting = sum(slot.units for slot in kind.needs if slot.in_quorum)
    if kind.quorum is not None and kind.quorum > counting:
        findings.add(
            (*path, "quorum"), "is more than its slots that count", kind.quorum, f"up to {counting} (in_quorum = true)"
        )
    elif kind.off_model is None and not (counting if kind.quorum is None else kind.quorum):
        key = "needs" if kind.quorum is None else "quorum"
        said = "no slot counts for the quorum: nothing would let work start"
        findings.add(
            (*path, key), said, kind.quorum if kind.quorum == 0 else "", "at least one slot with in_quorum = true"
        )


def _authority(spec: ScenarioFile, tier: str, name: str) -> int:
    return AUTHORITY[spec.policy.tiers[tier].authority.get(name, "none")]


def _entitled(spec: ScenarioFile, name: str, path: Path, slot: Slot, findings: Findings) -> bool:
    """Whether a tier has the authority that a slot asks for, in one of its ways; refuses the slot where none has."""
    ways = [way for _, way in _ways(path, slot)]
    if any(_authority(spec, tier, name) >= AUTHORITY[way.authority] for way in ways for tier in way.tiers):
        return True
    tiers = spec.policy.tiers
    has = ", ".join(
        f'{tier} "{tiers[tier].authority.get(name, "none")}"'
        for tier in dict.fromkeys(t for way in ways for t in way.tiers)
    )
    able = [tier for tier in tiers if _authority(spec, tier, name) >= AUTHORITY[slot.authority]]
    said = f'nobody may fill this slot of {name}: it asks for "{slot.authority}" and its tiers have {has}'
    give = f'give a tier the authority "{slot.authority}" over {name}, as policy.tiers.TIER.authority'
    allowed = listed(able, f'none as it is; {give} = {{{name} = "{slot.authority}"}}')
    findings.add((*path, "tiers"), said, list(slot.tiers), allowed)
    return False


def _able(spec: ScenarioFile, name: str, slot: Slot) -> list[Part]:
    """Roster lines whose crews may fill a slot; a joint line as each of its parts that may."""
    ways = [way for _, way in _ways((), slot)]
    return [
        part
        for line in spec.policy.roster
        for part in parts(line)
        if any(
            part.tier in way.tiers
            and part.crew >= way.min_crew
            and _authority(spec, part.tier, name) >= AUTHORITY[way.authority]
            for way in ways
        )
    ]


def _manned(spec: ScenarioFile, name: str, kind: IncidentClass, findings: Findings) -> bool:
    """Slots without which work never starts or never ends need a roster line that can fill them; whether all have.

    Others may stay empty: a policy that does without a tier can then be compared on the same days.
    """
    path: Path = ("world", "classes", name)
    slots = {here: slot for here, slot in _slots(path, kind) if not _able(spec, name, slot)}
    first = {here: slot for here, slot in slots.items() if here[3] == "needs" and slot.in_quorum}
    counting = sum(slot.units for slot in kind.needs if slot.in_quorum)
    left = counting - sum(slot.units for slot in first.values())
    if left >= (counting if kind.quorum is None else kind.quorum):
        first = {}
    asked_later = kind.more is not None and kind.more.chance > 0
    empty = {here: slot for here, slot in slots.items() if here in first or (asked_later and here[3] == "more")}
    for here, slot in empty.items():
        every = (part for line in spec.policy.roster for part in parts(line))
        crews = [part.crew for part in every if part.tier in slot.tiers]
        if crews:
            said = f"no crew is that large: the largest that may fill this slot of {name} has {max(crews)}"
            findings.add((*here, "min_crew"), said, slot.min_crew, f"up to {max(crews)}")
        else:
            said = f"nobody on the roster can fill this slot of {name}, and work would never be done without it"
            findings.add((*here, "tiers"), said, list(slot.tiers), "a tier that is on the roster and has the authority")

    return not empty


def _enough(spec: ScenarioFile, name: str, kind: IncidentClass, findings: Findings) -> None:
    """Slots that have to be filled at the same time need as many units: with fewer, those who come stay for ever.

    Crews of a rotation count each, since one that is at a scene stays beyond its shift (odd.md rule 31b) and the next
    may join it; where only that would do, a note says so.
    """
    needs = [(here, slot) for here, slot in _slots(("world", "classes", name), kind) if here[3] == "more"]
    added = sum(slot.units for _, slot in needs) if kind.more is not None and kind.more.chance > 0 else 0
    counting = [(here, slot) for here, slot in _slots(("world", "classes", name), kind) if here[3] == "needs"]
    counting = [(here, slot) for here, slot in counting if slot.in_quorum]
    quorum = sum(slot.units for _, slot in counting) if kind.quorum is None else kind.quorum
    if _refused(spec, name, counting, quorum, "begin", findings) or not added:
        return
    if not _refused(spec, name, needs, added, "end", findings):
        _refused(spec, name, counting + needs, quorum + added, "end", findings)


def _refused(
    spec: ScenarioFile,
    name: str,
    needs: Sequence[tuple[Path, Slot]],
    wanted: int,
    what: str,
    findings: Findings,
) -> bool:
    """Refuses needs of which fewer slots than ``wanted`` can be filled at once; whether it did."""
    slots = [(here, slot) for here, slot in needs for _ in range(slot.units)]
    if any(findings.touched(here) for here, _ in needs) or not wanted <= len(slots) <= MAX_SLOTS:
        return False
    groups = [[(part.line.name, part.tier) for part in _able(spec, name, slot)] for _, slot in slots]
    hands = {(part.line.name, part.tier): part.line for line in spec.policy.roster for part in parts(line)}
    found = match(groups, {hand: _units(spec, line) * crews_of(line) for hand, line in hands.items()})
    if found.filled >= wanted:
        at_once = match(groups, {hand: _units(spec, line) for hand, line in hands.items()})
        if at_once.filled < wanted:
            findings.notes.append(
                f"{name} needs {wanted} units at once, and of those on duty at one time {at_once.filled} can fill its "
                "slots: work begins when crews of different shifts meet"
            )
        return False
    rival = next((rival for rival in found.rivals if groups[rival]), found.rivals[0])
    here, slot = slots[rival]
    who = list(dict.fromkeys(line for line, _ in groups[rival]))
    said = shortage(name, wanted, len(slots), found, what, who)
    allowed = f"as many slots as there are units for, a lower quorum, or more units in {listed(who)}"
    findings.add((*here, "units"), said, slot.units, allowed)
    return True


def shortage(name: str, wanted: int, slots: int, found: Matching, what: str, who: list[str]) -> str:
    """Why work on a class can never begin or end, with the arithmetic; ``who`` may fill the first slot that lacks."""
    many = f"{wanted} of {slots} slots" if wanted < slots else f"{wanted} slots"
    units = f"{found.units} unit" + "s" * (found.units != 1)
    return (
        f"work on {name} could never {what}: {many} have to be filled at once, and the roster can fill {found.filled} "
        f"({len(found.rivals)} of them have {units} to choose from, of {listed(who)}); "
        "who comes would wait there for ever"
    )


def _units(spec: ScenarioFile, line: RosterLine) -> int:
    """Units of a line on duty at once; the most that there can be where only the built district can tell."""
    count = places(spec, line)
    return line.units * (site_total(spec, line.per.removeprefix("site:")) if count is None else count)


def _safe(spec: ScenarioFile, name: str, kind: IncidentClass, findings: Findings) -> None:
    """The people whom its slots can bring together must be able to make a safe crew."""
    most, kitted = 0, False
    for slot in kind.needs:
        able = _able(spec, name, slot)
        most += slot.units * max((part.crew for part in able), default=0)
        kitted = kitted or any(spec.policy.tiers[part.tier].kit for one in able for part in parts(one.line))
    reach = most + (1 if kitted else 0)
    if most and kind.safe_crew > reach:
        said = f"the units that {name} asks for bring at most {most} people: they would only watch"
        findings.add(("world", "classes", name, "safe_crew"), said, kind.safe_crew, f"up to {reach}")
