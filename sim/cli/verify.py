"""``verify``: the program is held to what theory knows. Prints a verdict for each number, writes a table and a page."""

from __future__ import annotations

import argparse
import math
import os
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.main import DONE, FAILED

if TYPE_CHECKING:
    from sim.verify import Case, Comparison

RESULTS = Path("results") / "verify"
WIDTH = 100
_LABEL, _NUMBER, _Z = 39, 11, 7


def run(args: argparse.Namespace) -> int:
    start = time.perf_counter()
    cases = chosen(args.only)
    from sim.report.verification import write_page
    from sim.study import Progress
    from sim.verify import FAILURES, verify
    from sim.verify.table import make_folder, write_csv

    folder = make_folder(args.out if args.out is not None else RESULTS)
    workers = args.workers or usable_processors()
    comparisons = verify(cases, args.quick, args.seed, workers, Progress(what="pieces of work"))
    for line in lines(comparisons):
        print(line)
    write_csv(folder / "verification.csv", comparisons, args.seed)
    write_page(folder / "verification.html", comparisons, args.quick, args.seed)
    print(f"\n{summary(comparisons)}")
    print(f"table and page in {folder} ({time.perf_counter() - start:.0f} s)")
    return FAILED if any(one.verdict in FAILURES for one in comparisons) else DONE


def chosen(names: Sequence[str] | None) -> tuple[Case, ...]:
    """The cases of these names, in the order of the suite; all where none are given. Raises ``ScenarioError``."""
    from sim.scenario import Problem, ScenarioError
    from sim.scenario.errors import listed, nearest
    from sim.verify.cases import suite

    known = [case.name for case in suite()]
    problems = [
        Problem(key="--only", value=name, message="is no case", allowed=listed(known), nearest=nearest(name, known))
        for name in names or ()
        if name not in known
    ]
    if problems:
        raise ScenarioError(problems)
    return tuple(case for case in suite() if not names or case.name in names)


def usable_processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def lines(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """The table for a terminal of a hundred columns: for each case what is tested and whence, then its numbers."""
    yield f"{'':<{_LABEL}}{'exact':>{_NUMBER}} {'simulated':>{_NUMBER}}   {'':<{_NUMBER}} {'z':>{_Z}}  verdict"
    before = None
    for one in comparisons:
        if one.case is not before:
            before = one.case
            yield ""
            yield from textwrap.wrap(
                f"{one.case.name} ({one.case.kind}): {one.case.title} [{one.case.source}]",
                WIDTH,
                subsequent_indent="  ",
            )
        yield _line(one)
        if one.note and one.estimate is not None:
            yield f"    {one.note}"


def _line(one: Comparison) -> str:
    from sim.verify.table import shown

    label = f"  {one.quantity.label}"
    label = label if len(label) <= _LABEL else label[: _LABEL - 2] + " …"
    exact = one.quantity.printed if one.estimate is None and one.quantity.printed else shown(one.exact)
    simulated, reach, z = "", "", ""
    if one.estimate is not None:
        simulated, reach = shown(one.estimate.mean), f"± {one.reach:.2g}"
        z = f"{one.z:.2f}" if math.isfinite(one.z) else str(one.z)
    columns = f"{label:<{_LABEL}}{exact:>{_NUMBER}} {simulated:>{_NUMBER}}   {reach:<{_NUMBER}} {z:>{_Z}}"
    return f"{columns}  {one.verdict.value}"


def summary(comparisons: Sequence[Comparison]) -> str:
    """How many agree, which do not, and what was left out and why."""
    from sim.verify import FAILURES, Verdict

    failed = list(dict.fromkeys(one.case.name for one in comparisons if one.verdict in FAILURES))
    left = [one for one in comparisons if one.verdict is Verdict.SKIPPED]
    agree = sum(one.verdict is Verdict.AGREES for one in comparisons)
    said = [f"{agree} of {len(comparisons)} comparisons agree"]
    if failed:
        said.append(f"NOT: {', '.join(failed)}")
    if left:
        said.append(f"{len(left)} skipped ({'; '.join(dict.fromkeys(one.note for one in left))})")
    return textwrap.fill("; ".join(said) + ".", WIDTH)
