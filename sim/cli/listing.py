"""``list``: the scenarios that are there, and the policies that they can choose from."""

from __future__ import annotations

import argparse
import textwrap
from itertools import groupby

from sim.cli.files import SCENARIOS
from sim.cli.main import DONE
from sim.scenario.catalogue import scenarios


def run(args: argparse.Namespace) -> int:
    from sim.policies import CATALOGUE

    entries = scenarios(SCENARIOS)
    print(f"scenarios in {SCENARIOS}/:" if entries else f"no scenarios in {SCENARIOS}/")
    for entry in entries:
        _row(entry.path.name, entry.problem or ". ".join(part for part in (entry.title, entry.question) if part))
    for family, rows in groupby(CATALOGUE, key=lambda row: row.family):
        print(f"\n{family}:")
        for row in rows:
            _row(row.name, f"{row.meaning} [{row.reference}]" if row.reference else row.meaning)
    return DONE


def _row(name: str, text: str) -> None:
    """A name, and what there is to say about it beside it."""
    print(textwrap.fill(text, 100, initial_indent=f"  {name:<24} ", subsequent_indent=" " * 27))
