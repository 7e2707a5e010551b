"""``check``: can these files be simulated? One line a file that can, all problems of one that cannot."""

from __future__ import annotations

import argparse

from sim.cli.files import load_scenario
from sim.cli.main import BAD_INPUT, DONE, complain
from sim.scenario import Scenario, ScenarioError
from sim.scenario.hypotheses import hypotheses


def run(args: argparse.Namespace) -> int:
    problems = 0
    for file in args.files:
        try:
            scenario = load_scenario(file, args.set)
            print(f"ok  {scenario.path}: {facts(scenario)}")
            for note in (*hypotheses(scenario.spec), *scenario.notes):
                print(f"    note: {note}")
        except ScenarioError as error:
            complain(str(error))
            problems += len(error.problems)
    if problems > 1:
        complain(f"{problems} problems")
    return BAD_INPUT if problems else DONE


def facts(scenario: Scenario) -> str:
    """A few numbers of a scenario that can be built. Raises ``ScenarioError`` for one that cannot."""
    from sim.demand import refuse_misplaced
    from sim.roster import books, plan_roster
    from sim.space import build_geography, refuse_too_large

    spec = scenario.spec
    try:
        geography = build_geography(spec)
        refuse_too_large(geography)
        refuse_misplaced(spec, geography)
        plan_roster(spec, geography, None)
        lines = books(spec, geography)
    except ScenarioError as error:
        raise error.located(scenario.origins, str(scenario.path)) from None
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


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
