"""Running the suite: the ordinary engine, replication by replication, on as many processes as are wanted.

A replication depends on its case, the seed and its number only, so verdicts are the same for any number of workers.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from sim.measures import frames
from sim.study.executors import AHEAD, in_order, processes
from sim.study.progress import Progress, Silence
from sim.verify.case import Case, Day, Observed
from sim.verify.judge import Comparison, judge, skipped

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from sim.engine import Engine
    from sim.scenario.schema import ScenarioFile

EXACT = -1  #: in place of the number of a replication: what theory says


class Piece(NamedTuple):
    """Something to do: one replication of a case, or its theory."""

    case: str
    seed: int
    replication: int


def seed_of(case: Case, seed: int) -> int:
    """The seed of a case: cases that are built alike shall not see the same days. Common to all files of a case."""
    return zlib.crc32(f"{seed}/{case.name}".encode())


def verify(
    cases: Sequence[Case],
    quick: bool,
    seed: int,
    workers: int,
    progress: Progress | Silence | None = None,
) -> list[Comparison]:
    """Every quantity of ``cases``, simulated and judged, in their order. Raises ``WorkerDiedError``."""
    from sim.verify.cases import comparisons

    absent = {case.name: case.missing() for case in cases if case.missing is not None}
    able = [case for case in cases if not absent.get(case.name)]
    exact, observed = _found(able, quick, seed, workers, progress if progress is not None else Silence())
    together = comparisons()
    judged = []
    for case in cases:
        for quantity in case.quantities:
            if why := absent.get(case.name):
                judged.append(skipped(case, quantity, why))
                continue
            sample = [found[quantity.name] for found in observed[case.name]] if case.scenarios else None
            judged.append(judge(case, quantity, exact[case.name][quantity.name], sample, together))
    return judged


def _found(
    cases: Sequence[Case], quick: bool, seed: int, workers: int, report: Progress | Silence
) -> tuple[dict[str, Mapping[str, float]], dict[str, list[Mapping[str, Observed]]]]:
    """What theory says, and what each replication shows, by case."""
    from sim.kernel import is_compiled

    pieces = [
        Piece(case.name, seed_of(case, seed), number)
        for case in cases
        for number in (EXACT, *range(case.replications(quick)))
    ]
    exact: dict[str, Mapping[str, float]] = {}
    observed: dict[str, list[Mapping[str, Observed]]] = {case.name: [] for case in cases}
    with ExitStack() as stack:
        stack.callback(report.close)
        report.begin(len(pieces))
        if any(case.scenarios for case in cases) and not is_compiled():
            report.note("compiling the kernel, once for this version: about half a minute")
        results = stack.enter_context(closing(_results(pieces, workers)))
        for piece, found in zip(pieces, results, strict=True):
            if piece.replication == EXACT:
                exact[piece.case] = cast("Mapping[str, float]", found)
            else:
                observed[piece.case].append(found)
            report.advance()
    return exact, observed


def _results(pieces: Sequence[Piece], workers: int) -> Generator[Mapping[str, Observed]]:
    """In the order of the pieces. The first replication is run here: what it compiles and stores is there for all."""
    first = next((n for n, piece in enumerate(pieces) if piece.replication != EXACT), len(pieces) - 1) + 1
    workers = min(workers, len(pieces) - first)
    with ExitStack() as stack:
        yield from map(work, pieces[:first])
        if workers < 2:
            yield from map(work, pieces[first:])
            return
        pool = stack.enter_context(processes(workers, _ready, ()))
        yield from in_order(pool, work, pieces[first:], AHEAD * workers)


def _ready() -> None:
    """Nothing to prepare: a worker loads what its pieces ask for."""


def work(piece: Piece) -> Mapping[str, Observed]:
    """What theory says, or what one replication shows, by the names of the case's quantities."""
    from sim.verify.cases import by_name

    case = by_name(piece.case)
    if piece.replication == EXACT:
        return case.exact(*(_spec(file) for file in case.files()))
    if case.observe is None:
        raise TypeError(f"{case.name} has scenarios and looks at nothing")
    streams = case.streams or (0,) * len(case.scenarios)
    days = [
        _day(file, (piece.seed + stream) % 2**32, piece.replication, case.keep)
        for file, stream in zip(case.files(), streams, strict=True)
    ]
    return case.observe(*days)


def _day(file: Path, seed: int, replication: int, keep: str) -> Day:
    engine = _engine(file)
    world, forces, records = engine.run(seed, replication, keep)
    return Day(engine.spec, frames(world, forces, engine.labels, records))


def _spec(file: Path) -> ScenarioFile:
    from sim.scenario import Scenario

    return Scenario.load(file).spec


@lru_cache(maxsize=4)
def _engine(file: Path) -> Engine:
    from sim.engine import Engine
    from sim.scenario import Scenario

    return Engine(Scenario.load(file))
