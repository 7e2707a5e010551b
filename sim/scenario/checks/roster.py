"""The roster, line by line: who, where, when, and whether that can be."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.checks.shifts import check_shifts
from sim.scenario.checks.sites import site_counts, site_total
from sim.scenario.errors import listed
from sim.scenario.joint import people
from sim.scenario.lines import Path
from sim.scenario.schema import PlaneSpace, RosterLine, ScenarioFile
from sim.scenario.systems import DAY_MIN, crews_of, minute_of, spells_of_day_min, window_min

WALKING = ("random", "no_u_turn", "least_recently_passed", "weighted")  #: rules that choose the next street
BOUND = ("round", "visits")  #: rules that know beforehand where to go
PLACED_ANEW = ("resampled", "resampled_each_call")  #: rules that need no street


def check_roster(spec: ScenarioFile, findings: Findings) -> None:
    names = [line.name for line in spec.policy.roster]
    for number, line in enumerate(spec.policy.roster):
        path: Path = ("policy", "roster", number)
        if line.name in names[:number]:
            findings.add((*path, "name"), "is the name of an earlier line too", line.name, "a name of its own")
        findings.name((*path, "tier"), line.tier, spec.policy.tiers, "tier")
        if line.mode is not None:
            findings.name((*path, "mode"), line.mode, spec.world.modes, "mode")
        findings.names((*path, "sectors"), line.sectors, spec.world.sectors, "sector")
        _place(spec, path, line, findings)
        _duty(spec, path, line, findings)
        _hours(path, line, findings)
        _books(spec, path, line, findings)


def _place(spec: ScenarioFile, path: Path, line: RosterLine, findings: Findings) -> None:
    sites = spec.world.sites
    if findings.role((*path, "per"), line.per, ("district", "sector", "team"), sites, "site:"):
        known = all(name in spec.world.sectors for name in line.sectors)
        if known and places(spec, line) == 0:
            where = "in its sectors" if line.sectors else "in the district"
            what = "teams" if line.per == "team" else f"sites of the role {line.per.removeprefix('site:')}"
            findings.add((*path, "per"), f"there are no {what} {where}, so the line has nobody", line.per)
    if line.beat == "team" and line.per != "team":
        findings.add(
            (*path, "beat"), 'the beat of a team is for lines with per = "team"', line.beat, '"sector", "district"'
        )
    for key, words in (("base", ("beat", "post")), ("post", ("home", "hot_spot"))):
        text = getattr(line, key)
        known = findings.role((*path, key), text, words, sites, "site:")
        if known and text.startswith("site:") and not site_total(spec, text.removeprefix("site:")):
            findings.add((*path, key), "there are 0 sites of this role", text)


def _duty(spec: ScenarioFile, path: Path, line: RosterLine, findings: Findings) -> None:
    if line.duty == "post":
        if line.rule != "stand":
            said = 'a line with duty = "post" stands at its post'
            findings.add((*path, "rule"), said, line.rule, '"stand", or leave it out')
    elif line.rule == "stand":
        allowed = listed(PLACED_ANEW if isinstance(spec.world.space, PlaneSpace) else (*WALKING, *BOUND, *PLACED_ANEW))
        findings.add((*path, "rule"), 'only a line with duty = "post" stands', line.rule, allowed)
    if line.duty in ("post", "standby"):
        residents = [
            sector.residents for name, sector in spec.world.sectors.items() if name in line.sectors or not line.sectors
        ]
        if line.post == "home" and residents and not any(residents):
            findings.add((*path, "post"), "nobody lives there: no sector of this line has residents", line.post)
        return
    if line.base == "post":
        findings.add((*path, "base"), 'only a line with duty = "post" has a post', line.base, '"beat", "site:ROLE"')
    if line.post != "home":
        findings.add((*path, "post"), 'only a line with duty = "post" has a post', line.post, 'duty = "post" beside it')


def windows_min(line: RosterLine) -> list[tuple[int, int]]:
    """Windows of a day as (from, length) in minutes."""
    return [window_min(a, b) for a, b in line.windows]


def spell_min(line: RosterLine) -> float | None:
    """The shortest spell of duty of a unit in minutes; None for those that are always on duty."""
    return min((length for _, length in spells_of_day_min(line) or ()), default=None)


def _hours(path: Path, line: RosterLine, findings: Findings) -> None:
    clocks: list[tuple[Path, str]] = [((*path, "first_shift"), line.first_shift)]
    clocks += [((*path, "windows", n, m), clock) for n, pair in enumerate(line.windows) for m, clock in enumerate(pair)]
    clocks += [((*path, "starts", n), clock) for n, clock in enumerate(line.starts)]
    clocks += [((*path, "shifts", key, n), clock) for key, pair in line.shifts.items() for n, clock in enumerate(pair)]
    late = [(here, clock) for here, clock in clocks if minute_of(clock) > DAY_MIN]
    for here, clock in late:
        findings.add(here, "is later than the day", clock, '"00:00" to "24:00"')
    if not late:
        _windows(path, line, findings)
        check_shifts(path, line, findings)
    spell = spell_min(line)
    if spell is None:
        return
    if line.break_min + line.muster_min >= spell:
        key = "break_min" if line.break_min >= line.muster_min else "muster_min"
        said = f"muster and break would fill the whole spell of {spell:g} min"
        findings.add((*path, key), said, getattr(line, key), f"together below {spell:g}")
    if line.last_call_cutoff_min >= spell:
        said = f"a spell of {spell:g} min would have no time for calls"
        findings.add((*path, "last_call_cutoff_min"), said, line.last_call_cutoff_min, f"below {spell:g}")


def _windows(path: Path, line: RosterLine, findings: Findings) -> None:
    if line.system != "windows":
        if line.windows:
            said = f'are only for system = "windows", and this is "{line.system}"'
            findings.add((*path, "windows"), said, allowed='system = "windows" beside them')
        return
    if not line.windows:
        findings.add(
            (*path, "windows"),
            'system = "windows" needs some',
            allowed='such as [["07:00", "09:00"], ["16:00", "18:00"]]',
        )
    spans: list[tuple[int, int]] = []
    for number, (pair, (start, length)) in enumerate(zip(line.windows, windows_min(line), strict=True)):
        whole_day = minute_of(pair[0]) == 0 and minute_of(pair[1]) == DAY_MIN
        if length == DAY_MIN and not whole_day:
            said = "begins and ends at the same time"
            findings.add((*path, "windows", number), said, list(pair), '["00:00", "24:00"] for the whole day')
            continue
        for other in spans:
            if (start - other[0]) % DAY_MIN < other[1] or (other[0] - start) % DAY_MIN < length:
                findings.add(
                    (*path, "windows", number), "overlaps an earlier window", list(pair), "windows that do not overlap"
                )
                break
        spans.append((start, length))


def places(spec: ScenarioFile, line: RosterLine) -> int | None:
    """How many times over a line has its ``units``; None where only the built district can tell."""
    sectors = [name for name in spec.world.sectors if not line.sectors or name in line.sectors]
    if line.per == "sector":
        return len(sectors)
    if line.per == "team":
        return sum(spec.world.sectors[name].teams for name in sectors)
    if line.per.startswith("site:"):
        role = line.per.removeprefix("site:")
        if role not in spec.world.sites:
            return 0
        counts = site_counts(spec, role)
        if counts is not None:
            return sum(counts[name] for name in sectors)
        return None if line.sectors and site_total(spec, role) else site_total(spec, role)
    return 1


def walks(line: RosterLine) -> bool:
    """Whether its units go from street to street."""
    return line.duty != "post" and line.rule in (*WALKING, *BOUND)


def _books(spec: ScenarioFile, path: Path, line: RosterLine, findings: Findings) -> None:
    count = places(spec, line)
    if line.on_the_books is None or count is None:
        return
    crews = count * line.units * people(line) * crews_of(line)
    if line.on_the_books < crews:
        said = f"the line's crews alone are {crews} people"
        allowed = f"{crews} or more; leave it out where its crews are all"
        findings.add((*path, "on_the_books"), said, line.on_the_books, allowed)
