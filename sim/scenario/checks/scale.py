"""Runs that cannot be simulated in any reasonable time or memory, refused before anything is drawn."""

from __future__ import annotations

from sim.scenario.checks.demand import run_hours
from sim.scenario.checks.findings import Findings
from sim.scenario.checks.roster import places, walks
from sim.scenario.checks.sites import extent_m, site_total
from sim.scenario.schema import Mode, PlaneSpace, ScenarioFile, SpeedTable
from sim.scenario.systems import crews_of

MOST_INCIDENTS = 2_000_000  #: expected in one replication
MOST_PROBES = 5_000_000
MOST_UNITS = 200_000  #: crews off duty included
MOST_UNIT_DAYS = 20_000_000
MOST_OF_A_KIND = 2_000  #: rows of the smaller tables: classes, sectors, roles
MOST_MODES = 20  #: each has travel tables of its own
FASTEST_LEG_S = 0.02
LONGEST_WAY_H = 1_000_000


def check_scale(spec: ScenarioFile, findings: Findings) -> None:
    _tables(spec, findings)
    _incidents(spec, findings)
    _units(spec, findings)
    _legs(spec, findings)


def _tables(spec: ScenarioFile, findings: Findings) -> None:
    world = spec.world
    for key, count, most in (
        ("classes", len(world.classes), MOST_OF_A_KIND),
        ("sectors", len(world.sectors), MOST_OF_A_KIND),
        ("sites", len(world.sites), MOST_OF_A_KIND),
        ("modes", len(world.modes), MOST_MODES),
        ("outages", len(world.outages), MOST_OF_A_KIND),
        ("closures", len(world.closures), MOST_OF_A_KIND),
    ):
        if count > most:
            findings.add(("world", key), f"there are {count}", allowed=f"up to {most}")
    days = run_hours(spec) / 24 + spec.run.drain_h / 24
    for key, each in (("readiness_per_day", len(world.classes)), ("cover_per_day", 3)):
        value = getattr(spec.probes, key)
        if value * each * days > MOST_PROBES:
            said = f"that makes {value * each * days:,.0f} probes in a run of {days:g} days"
            findings.add(("probes", key), said, value, f"up to {MOST_PROBES:,} in all")


def _incidents(spec: ScenarioFile, findings: Findings) -> None:
    demand, hours = spec.world.demand, run_hours(spec) + spec.run.drain_h
    hourly = demand.per_day * demand.scale / 24
    expected = hourly * hours
    if expected > MOST_INCIDENTS:
        said = f"about {expected:,.0f} incidents in a run of {hours:g} hours"
        key = "scale" if demand.per_day * hours / 24 <= MOST_INCIDENTS else "per_day"
        findings.add(("world", "demand", key), said, getattr(demand, key), f"up to {MOST_INCIDENTS:,} incidents")
        return
    for number, surge in enumerate(demand.surges):
        length = max(0.0, min(surge.to_h, hours) - surge.from_h)
        if hourly * length * surge.factor > MOST_INCIDENTS:
            said = f"about {hourly * length * surge.factor:,.0f} incidents in this surge"
            here = ("world", "demand", "surges", number, "factor")
            findings.add(here, said, surge.factor, f"up to {MOST_INCIDENTS:,} incidents")


def _units(spec: ScenarioFile, findings: Findings) -> None:
    days = (run_hours(spec) + spec.run.drain_h) / 24
    total = 0
    for number, line in enumerate(spec.policy.roster):
        count = places(spec, line)
        if count is None:
            count = site_total(spec, line.per.removeprefix("site:"))
        halves = 2 if line.partner is not None and line.partner.splits_from is not None else 0
        mine = count * line.units * crews_of(line) * (1 + halves)
        total += mine
        path = ("policy", "roster", number, "units")
        if mine > MOST_UNITS or total > MOST_UNITS:
            findings.add(
                path,
                f"{total:,} units with this line, those off duty and halves included",
                line.units,
                f"up to {MOST_UNITS:,}",
            )
            return
    if total * days > MOST_UNIT_DAYS:
        said = f"{total:,} units over {days:,.0f} days cannot be simulated"
        findings.add(
            ("run", "measured_h"), said, spec.run.measured_h, f"up to {MOST_UNIT_DAYS / total * 24:,.0f} hours in all"
        )


def _legs(spec: ScenarioFile, findings: Findings) -> None:
    """A patrol that crosses streets in no time would turn corners for ever; a way across a plane has to end."""
    space = spec.world.space
    if isinstance(space, PlaneSpace):
        _ways(spec, findings)
        return
    shortest = min(
        min(lengths) if isinstance(lengths, list) else lengths
        for lengths in (space.block_height_m, space.block_width_m)
        if not isinstance(lengths, list) or lengths
    )
    for name, mode in spec.world.modes.items():
        if not any((line.mode or _mode_of(spec, line.tier)) == name for line in spec.policy.roster if walks(line)):
            continue
        speed = max(_speeds(mode), default=0.0)
        factor = max(mode.by_hour or [1.0])
        tiers = [tier for tier in spec.policy.tiers.values() if tier.mode == name]
        factor *= max((max(tier.patrol_factor, *tier.response_factor) for tier in tiers), default=1.0)
        if speed * factor and shortest / (speed * factor) < FASTEST_LEG_S:
            said = f"with all factors a block of {shortest:g} m would take {shortest / (speed * factor):.2g} s"
            key = ("world", "modes", name, "speed_mps")
            findings.add(key, said, allowed=f"speeds and factors that take {FASTEST_LEG_S} s or more for a block")


def _ways(spec: ScenarioFile, findings: Findings) -> None:
    """The clock holds 290,000 years; no way may come near that, with every factor at its least."""
    world = spec.world
    tiers = spec.policy.tiers.values()
    crowd = world.crowd.speed_factor if world.crowd.threshold_per_km2 else 1.0
    slowest = min(min(tier.patrol_factor, *tier.response_factor, 1.0) for tier in tiers) * crowd
    length = sum(extent_m(world.space))
    for name, mode in world.modes.items():
        speed = min(_speeds(mode), default=1.0) * slowest
        speed *= min(mode.by_hour or [1.0]) * world.weather.speed_factor.get(name, 1.0)
        rest = 0.0 if mode.acceleration_mps2 is None else 2 * (length / mode.acceleration_mps2) ** 0.5
        if (length / speed + rest) / 3600 > LONGEST_WAY_H:
            said = f"with all factors a way across the plane would take {(length / speed + rest) / 3600:,.0f} hours"
            findings.add(("world", "modes", name, "speed_mps"), said, allowed=f"ways of up to {LONGEST_WAY_H:,} hours")


def _speeds(mode: Mode) -> list[float]:
    if isinstance(mode.speed_mps, SpeedTable):
        return [speed for _, speed in mode.speed_mps if speed is not None]
    return [mode.speed_mps]


def _mode_of(spec: ScenarioFile, tier: str) -> str:
    return spec.policy.tiers[tier].mode if tier in spec.policy.tiers else ""
