"""``simulate``: the main job. Prints the headline, then draws the figures: numbers do not wait for pictures."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.files import load_scenario
from sim.cli.main import DONE
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    from sim.study import Results

RESULTS = Path("results")


def run(args: argparse.Namespace) -> int:
    start = time.perf_counter()
    scenario = load_scenario(args.scenario, args.set)
    out = args.out if args.out is not None else RESULTS / scenario.name
    from sim.report import write_report
    from sim.study import Progress, load_results, simulate

    def finish(folder: Path) -> None:
        if not args.quiet:
            _say(scenario, load_results(folder))
        write_report(folder)

    try:
        simulate(
            scenario,
            replications=args.replications,
            seed=args.seed,
            workers=args.workers,
            keep=args.keep,
            out=out,
            progress=None if args.quiet else Progress(),
            finish=finish,
        )
    except ScenarioError as error:
        raise error.located(scenario.origins, str(scenario.path)) from None
    if not args.quiet:
        print(f"results in {Path(out)}, report in {Path(out) / 'report.html'} ({time.perf_counter() - start:.1f} s)")
    return DONE


def _say(scenario: Scenario, results: Results) -> None:
    """The numbers, what they are worth, and that figures follow."""
    from sim.cli.headline import headline

    told = results.provenance
    many = "" if told["replications"] == 1 else "s"
    print(f"{scenario.spec.title}: {told['replications']} replication{many}, seed {told['seed']}")
    for note in (*scenario.notes, *told["notes"]):
        print(f"note: {note}")
    print()
    print("\n".join(headline(results.summary)))
    for warning in told["warnings"]:
        print(f"\nwarning: {warning}")
    print("\nfigures ...", flush=True)
