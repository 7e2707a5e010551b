"""One replication after another, in one process or several: the same tables whichever way."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.measures import Sample, frames, measure, overall
from sim.study.executors import AHEAD, in_order, processes
from sim.study.tables import arrow_table

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.scenario import Scenario

KEEPS = ("measures", "incidents", "all")
#: Tables of which every replication is kept, by what was asked for; of the others only replication 0.
KEPT = {
    "measures": frozenset({"units", "streets", "probes", "visits", "hourly"}),
    "incidents": frozenset({"units", "streets", "probes", "visits", "hourly", "incidents", "assignments"}),
    "all": frozenset({"units", "streets", "probes", "visits", "hourly", "incidents", "assignments", "states", "legs"}),
}


class Replication(NamedTuple):
    """What a study takes from one replication."""

    number: int
    tables: dict[str, pa.Table]
    sample: Sample
    overall: dict[str, float]


class Runner:
    """Runs replications of one scenario and seed; geography and compiled code are shared among them."""

    def __init__(self, make_engine: Callable[[Scenario], Any], scenario: Scenario, seed: int, keep: str) -> None:
        self.engine = make_engine(scenario)
        self._spec, self._seed, self._keep = scenario.spec, seed, keep

    def __call__(self, number: int) -> Replication:
        keep = "all" if number == 0 else self._keep
        world, forces, records = self.engine.run(self._seed, number, keep)
        made = frames(world, forces, self.engine.labels, records)
        kept = [name for name in made if number == 0 or name in KEPT[self._keep]]
        sample = measure(world, forces, self.engine.labels, records, self._spec)
        ran = {"events": records.events, "agent_events": records.agent_events, "stop_s": records.stop_us / 1e6}
        return Replication(
            number,
            {name: arrow_table(name, made[name]) for name in kept},
            sample,
            {**overall(sample, self._spec), **ran},
        )


def replicate(
    runner: Runner,
    make_engine: Callable[[Scenario], Any],
    scenario: Scenario,
    seed: int,
    keep: str,
    count: int,
    workers: int,
) -> Generator[Replication]:
    """Replications 0 .. count - 1 in this order. The first runs here: what it compiles and stores is there for all."""
    yield runner(0)
    rest = range(1, count)
    workers = min(workers, len(rest))
    if workers < 2:
        yield from map(runner, rest)
        return
    with processes(workers, _start_worker, (make_engine, scenario, seed, keep)) as pool:
        yield from in_order(pool, _in_worker, rest, AHEAD * workers)


_worker_runner: list[Runner] = []


def _start_worker(*arguments: Any) -> None:
    _worker_runner[:] = [Runner(*arguments)]


def _in_worker(number: int) -> Replication:
    return _worker_runner[0](number)
