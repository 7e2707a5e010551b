"""``report``: figures and page of a results folder, from its files alone."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.cli.main import DONE


def run(args: argparse.Namespace) -> int:
    from sim.report import write_report
    from sim.study import load_results

    load_results(args.folder)  # refuses what is no results folder of ours
    write_report(args.folder)
    print(f"report in {Path(args.folder) / 'report.html'}")
    return DONE
