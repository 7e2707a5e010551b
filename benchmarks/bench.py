"""``make bench``: the engine and two plain Mesa models of the same reduced world, in turns, in one process.

One Mesa model wakes agents when something happens to them (``plain_mesa``, about as fast as Mesa can be), the other
asks all of them every second, as most Mesa models do (``mesa_by_ticks``, over some hours only). All are given the
same tables of a day. Timed is what each does with them, from setting up its state to the end of the run, in CPU
seconds (``time.process_time``), so that neighbours on the machine do not count. A ratio is printed only after the
sides agree: with the first, responses equal call for call; with the second, statistics within ``TICK_BOUNDS``.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # works from a checkout that is not installed too

import mesa  # noqa: E402
import numba  # noqa: E402

from benchmarks.mesa_by_ticks import TickingDistrict  # noqa: E402
from benchmarks.plain_mesa import District  # noqa: E402
from sim.engine import Engine, Simulation  # noqa: E402
from sim.scenario import Scenario  # noqa: E402
from sim.tables import Forces, Records, World  # noqa: E402
from sim.vocabulary import NEVER, Outcome  # noqa: E402

SCENARIO = Path(__file__).with_name("reduced_world.toml")
#: How far the Mesa model's statistics may be from the engine's, as a share of the latter.
BOUNDS = {"mean_response_min": 1e-9, "calls_served": 0.0, "passes_per_h": 0.0}
#: The same for the model with ticks, whose calls are other calls: moves differ by what happens within a second, and
#: mean response by chance, in standard errors of the difference of two means.
TICK_BOUNDS = {"calls_served": 0.05, "passes_per_h": 0.01}
TICK_STANDARD_ERRORS = 3.3
TICK_HOURS = {"run.warm_up_h": 0.5, "run.measured_h": 3, "run.drain_h": 1, "world.demand.per_day": 2400}


def of_engine(world: World, records: Records) -> dict[str, float]:
    """The engine's counterpart of ``District.statistics``."""
    response_us = responses_us(world, records)
    return {
        "mean_response_min": float(np.mean(list(response_us.values()))) / 60e6,
        "calls_served": int(np.count_nonzero(records.incidents["outcome"] == Outcome.RESOLVED)),
        "passes_per_h": int(records.streets["passes"].sum()) / ((world.end_us - world.warm_up_us) / 3.6e9),
    }


def responses_us(world: World, records: Records) -> dict[int, int]:
    """Response of every measured call that somebody came to."""
    began, came = world.incidents["began_us"], records.incidents["first_presence_us"]
    measured = (began >= world.warm_up_us) & (began < world.end_us) & (came != NEVER)
    return {int(i): int(came[i] - began[i]) for i in np.flatnonzero(measured)}


def cpu_s(what: Callable):
    """(CPU seconds, result) of a call that starts with a clean slate."""
    gc.collect()
    start = time.process_time()
    result = what()
    return time.process_time() - start, result


def run_mesa(world: World, forces: Forces, model_class: type[District] = District) -> District:
    model = model_class(world, forces)
    model.run()
    return model


def agree_by_ticks(world: World, records: Records, model: District) -> dict[str, dict[str, float]]:
    """Both sides' statistics; stops the benchmark where they are further apart than ``TICK_BOUNDS``."""
    engine, ticks = of_engine(world, records), model.statistics()
    for name, bound in TICK_BOUNDS.items():
        if abs(ticks[name] - engine[name]) > bound * abs(engine[name]):
            sys.exit(f"bench: no ratio, the models disagree: {name} is {engine[name]} and {ticks[name]} with ticks")
    ours, theirs = (list(one.values()) for one in (responses_us(world, records), model.responses_us))
    error = (np.var(ours, ddof=1) / len(ours) + np.var(theirs, ddof=1) / len(theirs)) ** 0.5
    if abs(np.mean(ours) - np.mean(theirs)) > TICK_STANDARD_ERRORS * error + 1e6:
        sys.exit("bench: no ratio, the models disagree on mean response: " + json.dumps([engine, ticks]))
    return {"engine": engine, "mesa_by_ticks": ticks}


def agree(world: World, records: Records, model: District) -> dict[str, dict[str, float]]:
    """Both sides' statistics; stops the benchmark where they are further apart than ``BOUNDS``."""
    engine, plain = of_engine(world, records), model.statistics()
    for name, ours in engine.items():
        if abs(plain[name] - ours) > BOUNDS[name] * abs(ours):
            sys.exit(f"bench: no ratio, the models disagree: {name} is {ours} in the engine, {plain[name]} in Mesa")
    theirs = model.responses_us
    if different := {i for i, value in responses_us(world, records).items() if theirs.get(i) != value}:
        sys.exit(f"bench: no ratio, the models disagree on the response of calls {sorted(different)[:5]}")
    return {"engine": engine, "plain_mesa": plain}


def by_ticks(engine: Engine, replication: int) -> dict:
    """One turn of the engine and of the model with ticks, over some hours."""
    world, forces = engine.tables(seed=1, replication=replication)
    engine_s, records = cpu_s(lambda: Simulation(world, forces).run())
    mesa_s, model = cpu_s(lambda: run_mesa(world, forces, TickingDistrict))
    return {
        "engine_cpu_s": engine_s,
        "mesa_cpu_s": mesa_s,
        "ratio": mesa_s / engine_s,
        "statistics": agree_by_ticks(world, records, model),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="turns of each side, a day each (default 3)")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "benchmarks.json")
    arguments = parser.parse_args()

    engine, hours = Engine(Scenario.load(SCENARIO)), Engine(Scenario.load(SCENARIO, set=TICK_HOURS))
    print("compiling or loading the engine ...", flush=True)
    Simulation(*engine.tables(seed=1, replication=0)).run()

    rounds = []
    for replication in range(arguments.rounds):
        world, forces = engine.tables(seed=1, replication=replication)
        engine_s, records = cpu_s(lambda: Simulation(world, forces).run())  # noqa: B023 - called at once
        mesa_s, model = cpu_s(lambda: run_mesa(world, forces))  # noqa: B023
        rounds.append(
            {
                "replication": replication,
                "engine_cpu_s": engine_s,
                "plain_mesa_cpu_s": mesa_s,
                "ratio": mesa_s / engine_s,
                "agent_events": records.agent_events,
                "engine_agent_events_per_s": records.agent_events / engine_s,
                "plain_mesa_agent_events_per_s": records.agent_events / mesa_s,
                "statistics": agree(world, records, model),
            }
        )
        rounds[-1]["by_ticks"] = by_ticks(hours, replication)
        print(
            f"day {replication}: engine {engine_s:.3f} s, plain Mesa {mesa_s:.2f} s, {mesa_s / engine_s:.0f} times; "
            f"{records.agent_events:,} agent events, {records.agent_events / engine_s / 1e6:.1f} million a second; "
            f"with ticks of 1 s {rounds[-1]['by_ticks']['ratio']:.0f} times",
            flush=True,
        )

    report = {
        "world": SCENARIO.name,
        "units": len(forces.units),
        "intersections": len(world.streets.x_m),
        "ratio_median": statistics.median(one["ratio"] for one in rounds),
        "ratio_by_ticks_median": statistics.median(one["by_ticks"]["ratio"] for one in rounds),
        "engine_agent_events_per_s_median": statistics.median(one["engine_agent_events_per_s"] for one in rounds),
        "rounds": rounds,
        "versions": {
            "python": platform.python_version(),
            "mesa": mesa.__version__,
            "numba": numba.__version__,
            "numpy": np.__version__,
        },
        "machine": platform.machine(),
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(
        f"statistics agree; median ratio {report['ratio_median']:.0f} to Mesa with a calendar of its own, "
        f"{report['ratio_by_ticks_median']:.0f} to Mesa with ticks of 1 s; written to {arguments.out}"
    )


if __name__ == "__main__":
    main()
