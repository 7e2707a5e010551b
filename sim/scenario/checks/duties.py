"""What a line does on duty: where it stands by, what it visits, when it rests and works to plan, who relieves it."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.sites import site_total
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import PlaneSpace, PlannedBlock, RosterLine, ScenarioFile
from sim.scenario.systems import DAY_MIN, crews_of, spells_of_day_min, window_min

WEEK_MIN = 7 * DAY_MIN
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def check_duties(spec: ScenarioFile, findings: Findings) -> None:
    for number, line in enumerate(spec.policy.roster):
        path: Path = ("policy", "roster", number)
        _hours(path, line, findings)
        _ground(spec, path, line, findings)
        _visits(spec, path, line, findings)
        _break(path, line, findings)
        _planned(spec, path, line, findings)
        _changeover(path, line, findings)


def _hours(path: Path, line: RosterLine, findings: Findings) -> None:
    if line.duty == "peak" and line.system != "windows":
        said = f'duty = "peak" is duty in windows of the day, and the system is "{line.system}"'
        findings.add((*path, "system"), said, line.system, '"windows", with windows beside it')


def _ground(spec: ScenarioFile, path: Path, line: RosterLine, findings: Findings) -> None:
    """Who stands by does so around a point; nobody else does. In a plane all this is refused by its own checks."""
    if isinstance(spec.world.space, PlaneSpace):
        return
    if line.duty == "standby" and line.beat != "around":
        said = 'a line with duty = "standby" keeps to the streets around its point'
        findings.add((*path, "beat"), said, line.beat, '"around", or leave it out')
    elif line.duty != "standby" and line.beat == "around":
        said = 'only a line with duty = "standby" has a point to be around'
        findings.add((*path, "beat"), said, line.beat, '"sector", "district", "team", or duty = "standby" beside it')
    elif line.beat != "around" and line.beat_radius_m != RosterLine.model_fields["beat_radius_m"].default:
        said = f'is for beat = "around", and the beat is "{line.beat}"'
        findings.add((*path, "beat_radius_m"), said, line.beat_radius_m, 'duty = "standby", or leave it out')


def _visits(spec: ScenarioFile, path: Path, line: RosterLine, findings: Findings) -> None:
    if line.duty == "inspect":
        return  # it visits teams, and has checks of its own
    if (line.rule == "visits") != bool(line.visits):
        if line.visits:
            said, allowed = f'are for rule = "visits", and the rule is "{line.rule}"', 'rule = "visits" beside them'
        else:
            said, allowed = 'is needed by rule = "visits"', 'such as [{role = "ROLE", dwell_min = 5, per_day = 2}]'
        findings.add((*path, "visits"), said, allowed=allowed)
    roles = [visit.role for visit in line.visits]
    for number, role in enumerate(roles):
        here: Path = (*path, "visits", number, "role")
        if not findings.name(here, role, spec.world.sites, "role of sites"):
            continue
        if role in roles[:number]:
            findings.add(here, "is in the list already", role)
        elif not site_total(spec, role):
            findings.add(here, "there are 0 sites of this role", role)


def _break(path: Path, line: RosterLine, findings: Findings) -> None:
    if line.break_window_h is None or len(line.break_window_h) != 2:
        return
    here: Path = (*path, "break_window_h")
    earliest, latest = line.break_window_h
    spells = spells_of_day_min(line)
    if not line.break_min:
        findings.add(here, "is for a break, and the line has none", list(line.break_window_h), "break_min beside it")
    elif earliest > latest:
        said = "begins after it ends"
        findings.add(here, said, list(line.break_window_h), "[earliest, latest] hours after the start of the spell")
    elif latest * 60 < line.muster_min:
        said = f"is over when muster is, after {line.muster_min:g} min: every break would be missed"
        findings.add(here, said, list(line.break_window_h), f"a latest start of {line.muster_min / 60:g} h or more")
    elif spells:
        shortest = min(length for _, length in spells)
        if latest * 60 + line.break_min > shortest:
            said = (
                f"a break of {line.break_min:g} min from {latest:g} h on ends after {latest * 60 + line.break_min:g} "
                f"min, and the spell is over after {shortest:g}"
            )
            allowed = f"a latest start of up to {max(0.0, shortest - line.break_min) / 60:g} h"
            findings.add(here, said, list(line.break_window_h), allowed)


def _planned(spec: ScenarioFile, path: Path, line: RosterLine, findings: Findings) -> None:
    good: list[tuple[int, PlannedBlock]] = []
    for number, block in enumerate(line.planned):
        here: Path = (*path, "planned", number)
        if block.place is not None:
            known = findings.role((*here, "place"), block.place, ("base",), spec.world.sites, "site:")
            if known and block.place != "base" and not site_total(spec, block.place.removeprefix("site:")):
                findings.add((*here, "place"), "there are 0 sites of this role", block.place)
        for place, day in enumerate(block.weekdays):
            if day in block.weekdays[:place]:
                findings.add((*here, "weekdays", place), "is in the list already", day)
        if _is_time(here, block, line, findings):
            good.append((number, block))
    spans = [(number, span) for number, block in good for span in _of_week_min(block)]
    for place, (number, (start, length)) in enumerate(spans):
        for earlier, (other_start, other_length) in spans[:place]:
            if earlier != number and _overlap(start, length, other_start, other_length, WEEK_MIN):
                one, other = line.planned[number], line.planned[earlier]
                said = f"{one.from_} to {one.to} overlaps {other.from_} to {other.to} of planned.{earlier}"
                findings.add((*path, "planned", number), said, allowed="blocks that do not overlap on any weekday")
    if line.break_window_h is not None and line.break_min:
        _beside_break(path, line, good, findings)


def _is_time(here: Path, block: PlannedBlock, line: RosterLine, findings: Findings) -> bool:
    """Whether a block is a time of some length at which a crew of the line is on duty throughout."""
    for key, clock in (("from", block.from_), ("to", block.to)):
        if clock > "24:00":
            findings.add((*here, key), "is later than the day", clock, '"00:00" to "24:00"')
            return False
    if block.from_ == block.to:
        findings.add(here, f"begins and ends at {block.from_}", allowed="a time of some length")
        return False
    start, length = window_min(block.from_, block.to)
    spells = spells_of_day_min(line)
    if spells is None or any((start - first) % DAY_MIN + length <= long for first, long in spells):
        return True
    if any(_overlap(start, length, first, long, DAY_MIN) for first, long in spells):
        said = f"{block.from_} to {block.to} goes over the end of a spell of duty: nobody is there for all of it"
    else:
        said = f"{block.from_} to {block.to} is outside the line's hours"
    findings.add(here, said, allowed=f"a time within {listed([_clock(*spell) for spell in spells])}")
    return False


def _beside_break(path: Path, line: RosterLine, blocks: list[tuple[int, PlannedBlock]], findings: Findings) -> None:
    earliest, _ = line.break_window_h or (0.0, 0.0)
    for first, _ in spells_of_day_min(line) or ():
        due = (first + round(earliest * 60)) % DAY_MIN
        for number, block in blocks:
            if _overlap(due, line.break_min, *window_min(block.from_, block.to), DAY_MIN):
                said = (
                    f"{earliest:g} h into the spell from {_clock(first, 0)[:5]} the break is due, {_clock(due, 0)[:5]} "
                    f"and {line.break_min:g} min on, and planned.{number} is {block.from_} to {block.to}"
                )
                allowed = "a break that begins beside planned work"
                findings.add((*path, "break_window_h"), said, list(line.break_window_h or ()), allowed)


def _of_week_min(block: PlannedBlock) -> list[tuple[int, int]]:
    """(from, length) of a block in minutes of the week, on each of its days."""
    start, length = window_min(block.from_, block.to)
    return [(WEEKDAYS.index(day) * DAY_MIN + start, length) for day in block.weekdays or WEEKDAYS]


def _overlap(start: float, length: float, other_start: float, other_length: float, around: int) -> bool:
    """Whether two spans of a day or week share more than an end."""
    return (start - other_start) % around < other_length or (other_start - start) % around < length


def _clock(first: float, length: float) -> str:
    ends = [int(minute) % DAY_MIN for minute in (first, first + length)]
    return "{:02d}:{:02d} to {:02d}:{:02d}".format(*divmod(ends[0], 60), *divmod(ends[1], 60))


def _changeover(path: Path, line: RosterLine, findings: Findings) -> None:
    if line.changeover == "hand_over" and (crews_of(line) == 1 or line.system == "overlapping_shifts"):
        said = f'nobody takes over: system = "{line.system}" has no crew that begins as another ends'
        findings.add((*path, "changeover"), said, line.changeover, '"finish", or a system of shifts')
