"""The main job: replications of one scenario, summarised and stored."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.measures import summarise
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.hypotheses import hypotheses
from sim.study.districtmap import district_map
from sim.study.progress import Progress, Silence
from sim.study.provenance import provenance
from sim.study.replicate import KEEPS, Runner, replicate
from sim.study.results import Results, load_results
from sim.study.store import MAP, PROVENANCE, REPLICATIONS, SUMMARY, check_place, complete_folder, write_json
from sim.study.tables import TablesInMemory, TablesOnDisk, replications_table, write_table

if TYPE_CHECKING:
    import pandas as pd

    from sim.decision import Decide
    from sim.scenario import Scenario

BOUNDS = {"replications": (1, 100_000), "seed": (0, 0xFFFFFFFF), "workers": (1, 1024)}


def simulate(
    scenario: Scenario,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    keep: str = "incidents",
    out: str | os.PathLike | None = None,
    progress: Progress | None = None,
    *,
    finish: Callable[[Path], object] | None = None,
    make_engine: Callable[[Scenario], Any] | None = None,
    decide: Decide | None = None,
) -> Results:
    """Simulate ``scenario`` ``replications`` times (default: as the scenario says), with ``workers`` processes.

    ``keep`` = ``incidents`` stores incidents and assignments of all replications, states and legs of replication 0;
    ``measures`` stores all four of replication 0 only, ``all`` of all. With ``out`` the results folder is written
    there, complete or not at all; ``finish`` is called with the folder before it takes its place, to show the numbers
    and add figures. ``decide`` makes the dispatcher's choices (``sim.decision``; with several workers, a function of a
    module). Tables are the same, to the byte, for any number of workers. Raises ``ScenarioError`` for
    arguments, folders and scenarios that cannot be used, before it simulates, and ``WorkerDiedError``.
    """
    replications = _whole("replications", scenario.spec.run.replications if replications is None else replications)
    seed = _whole("seed", scenario.spec.run.seed if seed is None else seed)
    workers = _whole("workers", workers)
    if keep not in KEEPS:
        raise ScenarioError(Problem(key="keep", value=keep, message="is not known", allowed=", ".join(KEEPS)))
    place = check_place(out) if out is not None else None
    started, start = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), time.perf_counter()
    report = progress if progress is not None else Silence()

    with ExitStack() as stack:
        stack.callback(report.close)
        report.begin(replications)
        if make_engine is None:
            make_engine = partial(_engine, decide=decide)
            _announce_compiling(report)
        runner = Runner(make_engine, scenario, seed, keep)
        folder = stack.enter_context(complete_folder(place)) if place is not None else None
        tables = TablesInMemory() if folder is None else TablesOnDisk(folder)
        stack.callback(tables.abandon)
        samples, rows = [], []
        runs = stack.enter_context(closing(replicate(runner, make_engine, scenario, seed, keep, replications, workers)))
        for one in runs:
            tables.add(one.tables)
            samples.append(one.sample)
            rows.append(one.overall)
            report.advance()
        summary = summarise(samples, scenario.spec)
        told = provenance(
            scenario,
            seed=seed,
            replications=replications,
            keep=keep,
            workers=workers,
            started=started,
            wall_s=time.perf_counter() - start,
            warnings=warnings(summary),
            notes=[*hypotheses(scenario.spec), *notes(summary, replications)],
        )
        whole = tables.close()
        if folder is None or place is None:
            frames = {"summary": summary, "replications": replications_table(rows), **whole}
            return Results(lambda name: _frame(frames[name]), told)
        write_table(folder / REPLICATIONS, replications_table(rows))
        write_json(folder / MAP, district_map(runner.engine.geography, scenario.spec), indent=None)
        summary.to_csv(folder / SUMMARY, index=False, encoding="utf-8-sig", lineterminator="\n")
        write_json(folder / PROVENANCE, told)
        if finish is not None:
            report.close()
            finish(folder)
    return load_results(place)


def _engine(scenario: Scenario, decide: Decide | None) -> Any:
    from sim.engine import Engine

    return Engine(scenario, decide)


def _announce_compiling(report: Progress | Silence) -> None:
    from sim.kernel import is_compiled

    if not is_compiled():
        report.note("compiling the kernel, once for this version: about half a minute")


def _whole(name: str, value: object) -> int:
    low, high = BOUNDS[name]
    if isinstance(value, bool) or not hasattr(value, "__index__") or not low <= int(value) <= high:
        raise ScenarioError(
            Problem(key=name, value=value, message="cannot be used", allowed=f"a whole number from {low} to {high}")
        )
    return int(value)


def _frame(table: Any) -> pd.DataFrame:
    return table.to_pandas() if hasattr(table, "to_pandas") else table


def notes(summary: pd.DataFrame, replications: int) -> list[str]:
    """What a reader of the numbers has to be told."""
    said = []
    if replications == 1:
        said.append("One replication: numbers have no intervals.")
    overall = summary[summary["by"] == "all"].set_index("measure")["mean"]
    began, left = overall.get("incidents_n", 0.0), overall.get("open_at_end_n", 0.0)
    if left:
        said.append(f"{left:.4g} of {began:.4g} incidents a replication were still open when the run ended.")
    return said


def warnings(summary: pd.DataFrame) -> list[str]:
    """What takes the numbers their meaning: overload, of some priorities or of all calls together."""
    backlog = summary[(summary["measure"] == "backlog_growth_per_h") & summary["marked"]]
    rows, whose = backlog[backlog["by"] == "priority"], "of priority "
    if rows.empty:
        rows, whose = backlog[backlog["by"] == "all"], "of all priorities together"
    if rows.empty:
        return []
    growths = " and ".join(
        f"{row.member} ({row.mean:.3g} an hour more; 95 %: {row.ci_low:.3g} to {row.ci_high:.3g})"
        for row in rows.itertuples()
    )
    return [
        f"Overload: calls {whose}{growths} come faster than they are served. Their waits grow with the length of the "
        "run, so that means of these say nothing."
    ]
