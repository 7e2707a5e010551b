"""``simulate``: the main job. Writes a results folder and prints the headline."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from sim.cli.files import load_scenario
from sim.cli.main import DONE
from sim.scenario import ScenarioError

RESULTS = Path("results")


def run(args: argparse.Namespace) -> int:
    start = time.perf_counter()
    scenario = load_scenario(args.scenario, args.set)
    out = args.out if args.out is not None else RESULTS / scenario.name
    from sim.report import write_report
    from sim.study import Progress, simulate

    try:
        results = simulate(
            scenario,
            replications=args.replications,
            seed=args.seed,
            workers=args.workers,
            keep=args.keep,
            out=out,
            progress=None if args.quiet else Progress(),
            finish=write_report,
        )
    except ScenarioError as error:
        raise error.located(scenario.origins, str(scenario.path)) from None
    if not args.quiet:
        from sim.cli.headline import headline

        told = results.provenance
        print(f"{scenario.spec.title}: {told['replications']} replications, seed {told['seed']}")
        for note in (*scenario.notes, *told.get("notes", ())):
            print(f"note: {note}")
        print()
        print("\n".join(headline(results.summary)))
        print()
        shown = Path(out)
        print(f"results in {shown}, report in {shown / 'report.html'} ({time.perf_counter() - start:.1f} s)")
    return DONE
