"""``check``: can these files be simulated? What they ask of people, or all their problems."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sim.cli.files import load_scenario
from sim.cli.main import BAD_INPUT, DONE, complain
from sim.scenario import Scenario, ScenarioError
from sim.scenario.hypotheses import hypotheses
from sim.scenario.people import Worked, together, worked

if TYPE_CHECKING:
    from sim.tables import Geography

#: The fields of ``Worked``: people on the books, on duty on average, people for each on duty, planned hours a person
#: and month, overtime of these, people whose hours would be legal.
HEADER = f"{'people':>7} {'on duty':>8} {'relief':>7} {'h/month':>8} {'overtime':>9} {'legal':>7}"
ALL = "all its lines"


def run(args: argparse.Namespace) -> int:
    problems = 0
    for file in args.files:
        try:
            scenario = load_scenario(file, args.set)
            geography = _built(scenario)
            print(f"ok  {scenario.path}: {facts(scenario, geography)}")
            for note in (*hypotheses(scenario.spec), *scenario.notes):
                print(f"    note: {note}")
            for row in hours(scenario, geography):
                print(f"    {row}".rstrip())
        except ScenarioError as error:
            complain(str(error))
            problems += len(error.problems)
    if problems > 1:
        complain(f"{problems} problems")
    return BAD_INPUT if problems else DONE


def _built(scenario: Scenario) -> Geography:
    """The district of a scenario that can be simulated. Raises ``ScenarioError`` for one that cannot."""
    from sim.demand import refuse_misplaced
    from sim.roster import plan_roster
    from sim.space import build_geography, refuse_too_large

    spec = scenario.spec
    try:
        geography = build_geography(spec)
        refuse_too_large(geography)
        refuse_misplaced(spec, geography)
        plan_roster(spec, geography, None)
    except ScenarioError as error:
        raise error.located(scenario.origins, str(scenario.path)) from None
    return geography


def facts(scenario: Scenario, geography: Geography) -> str:
    """A few numbers of a scenario."""
    from sim.roster import books

    spec = scenario.spec
    lines = books(spec, geography)
    people = sum(on_the_books for _, _, on_the_books, _ in lines)
    at_once = sum(on_duty for _, _, _, on_duty in lines)
    return ", ".join(
        (
            _count(len(spec.world.sectors), "sector"),
            _count(len(geography.segments), "area")
            if spec.world.space.kind == "plane"
            else _count(len(geography.x_m), "intersection"),
            _count(len(spec.world.classes), "class", "classes"),
            f"{people:,} people on the books, up to {at_once:,} at once",
            f"{spec.world.demand.per_day * spec.world.demand.scale:,.4g} incidents a day",
        )
    )


def hours(scenario: Scenario, geography: Geography) -> list[str]:
    """By tier and line: heads x hours x relief x overtime against the legal month, as the rows of a table, and remarks
    where the law is exceeded."""
    from sim.roster import line_groups

    spec, law = scenario.spec, scenario.spec.policy.hours
    wide = max(14, *map(len, spec.policy.tiers)), max(20, *(len(line.name) for line in spec.policy.roster))
    rows, remarks = [_row("tier", "line", HEADER, wide)], []
    for tier in spec.policy.tiers:
        lines = [line for line in spec.policy.roster if line.tier == tier]
        of_tier = [worked(spec, line, line_groups(spec, geography, line)) for line in lines]
        for line, found in zip(lines, of_tier, strict=True):
            called = " on call" if line.on_call_min is not None else ""
            rows.append(_row(tier, line.name, _numbers(found) + called, wide))
            if line.on_call_min is not None:
                continue
            if found.overtime_h > law.overtime_month_h:
                remarks.append(
                    f"note: {line.name}: {found.month_h:.1f} h a person and month are beyond the legal "
                    f"{law.legal_month_h:g} + {law.overtime_month_h:g} of overtime; {found.needed:,} people would keep "
                    f"to {law.legal_month_h:g} with {law.leave_share:.0%} of leave"
                )
        if len(lines) > 1:
            rows.append(_row(tier, ALL, _numbers(together(of_tier)), wide))
    return [*rows, *remarks]


def _row(tier: str, name: str, numbers: str, wide: tuple[int, int]) -> str:
    return f"{tier:<{wide[0]}} {name:<{wide[1]}} {numbers}"


def _numbers(found: Worked) -> str:
    return (
        f"{found.people:>7,} {found.on_duty:>8,.1f} {found.relief:>7.2f} {found.month_h:>8.1f} "
        f"{found.overtime_h:>9.1f} {found.needed:>7,}"
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
