"""Stopping and going on, buffers that grow, threads beside it: the records stay the same to the last byte."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier

import numpy as np
import pytest
from worlds import build

from sim.engine import GROWING, Simulation
from sim.kernel import Bundle
from sim.tables import Forces, Records, World
from sim.vocabulary import MINUTE, NEVER, Stop

NUMBERS = (4, 7, 8, 13)  #: the first three are busy, the last has few incidents and many beats


@cache
def tables(number: int) -> tuple[World, Forces]:
    return build(number)


@cache
def straight(number: int) -> Records:
    """The run in one go."""
    return Simulation(*tables(number), "trace").run()


def parts(records: Records) -> dict[str, object]:
    """Every field as bytes, so that NaN equals NaN and 0.0 is not -0.0."""
    return {
        name: (value.dtype, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value
        for name, value in records._asdict().items()
    }


def assert_same(found: Records, expected: Records) -> None:
    one, other = parts(found), parts(expected)
    assert one.keys() == other.keys()
    different = [name for name in one if one[name] != other[name]]
    assert not different, f"these fields differ: {different}"


def with_buffers_of(simulation: Simulation, length: int, names: Iterable[str] = GROWING) -> Simulation:
    """The same with these record buffers of this length, before anything has been recorded."""
    fields = simulation._fields
    assert fields["run"]["states"] == fields["run"]["legs"] == fields["run"]["assignments"] == 0
    for name in names:
        fields[name] = np.zeros(length, fields[name].dtype)
    simulation._bundle = Bundle(**fields)
    return simulation


# ------------------------------------------------------------------------------------------------------- steps


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("minutes", [1, 7, 60])
def test_steps_of_time(number, minutes):
    simulation, until_us = Simulation(*tables(number), "trace"), 0
    while (stop := simulation.advance(until_us)) is not Stop.DONE:
        assert stop is Stop.UNTIL
        assert simulation.now_us < max(until_us, 1), "an event of later than asked has happened"
        until_us += minutes * MINUTE
    assert_same(simulation.records(), straight(number))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("budget", [1, 10, 1000])
def test_steps_of_events(number, budget):
    simulation, happened = Simulation(*tables(number), "trace"), 0
    while (stop := simulation.advance(NEVER, budget)) is not Stop.DONE:
        assert stop is Stop.BUDGET
        happened += budget
        assert simulation._fields["run"][0]["events"] == happened
    assert happened <= straight(number).events < happened + budget + 1
    assert_same(simulation.records(), straight(number))


def test_a_budget_of_nothing_does_nothing():
    simulation = Simulation(*tables(4), "trace")
    assert simulation.advance(NEVER, 0) is Stop.BUDGET
    assert simulation.advance(0) is Stop.UNTIL
    assert simulation.now_us == 0
    assert_same(simulation.run(), straight(4))


def test_a_run_that_is_done_stays_done():
    simulation = Simulation(*tables(4), "trace")
    simulation.run()
    before = simulation.now_us
    assert simulation.advance() is Stop.DONE
    assert simulation.now_us == before


def test_books_of_a_run_under_way_stay_open():
    simulation = Simulation(*tables(4), "trace")
    simulation.advance(30 * MINUTE)
    with pytest.raises(RuntimeError, match="not done"):
        simulation.records()


# ----------------------------------------------------------------------------------------------------- buffers


@pytest.mark.parametrize("number", NUMBERS)
def test_buffers_grow(number):
    simulation = with_buffers_of(Simulation(*tables(number), "trace"), 1)
    assert_same(simulation.run(), straight(number))
    assert min(len(simulation._fields[name]) for name in GROWING) > 1


@pytest.mark.interpreted
@pytest.mark.parametrize("name", ["assignments", "states", "legs"])
def test_each_buffer_asks_for_room_itself(name):
    """Where nothing else is short of room; all buffers grow together."""
    found = with_buffers_of(Simulation(*tables(8), "all"), 1, [name]).run()
    assert_same(found, Simulation(*tables(8), "all").run())


@pytest.mark.interpreted
@pytest.mark.parametrize("length", [1, 100, 101, 127])
def test_buffers_grow_between_steps(length):
    """Also while the run is stopped again and again, at whatever moment the buffer happens to fill."""
    simulation = with_buffers_of(Simulation(*tables(8), "trace"), length)
    while simulation.advance(NEVER, 3) is not Stop.DONE:
        pass
    assert_same(simulation.records(), straight(8))


@pytest.mark.parametrize("keep", ["measures", "incidents", "all"])
def test_what_is_kept_changes_nothing_else(keep):
    for number in NUMBERS:
        found, expected = parts(Simulation(*tables(number), keep).run()), parts(straight(number))
        for name in ("trace",) if keep == "all" else ("trace", "states", "legs"):
            assert found.pop(name)[1] == (0,)
            expected.pop(name)
        assert found == expected


# ------------------------------------------------------------------------------------------------- determinism


@pytest.mark.parametrize("number", NUMBERS)
def test_twice_the_same(number):
    assert_same(Simulation(*tables(number), "trace").run(), straight(number))


def test_the_tables_are_only_read():
    world, forces = build(8)
    arrays = [value for table in (world, world.streets, forces) for value in table if isinstance(value, np.ndarray)]
    before = [array.tobytes() for array in arrays]
    Simulation(world, forces, "trace").run()
    assert [array.tobytes() for array in arrays] == before


def test_two_threads_at_once():
    """The kernel runs without the interpreter's lock: nothing may be shared behind the tables."""
    begin = Barrier(2)

    def many(numbers: tuple[int, ...]) -> list[Records]:
        begin.wait()
        return [Simulation(*tables(number), "trace").run() for number in numbers]

    first, second = NUMBERS * 5, NUMBERS[::-1] * 5
    for number in NUMBERS:
        tables(number)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(many, (first, second)))
    for numbers, found in zip((first, second), results, strict=True):
        for number, records in zip(numbers, found, strict=True):
            assert_same(records, straight(number))


def test_two_runs_taking_turns():
    """Two runs over the same tables in one thread, an event here and an event there."""
    pair = [Simulation(*tables(7), "trace") for _ in range(2)]
    while not all(simulation.done for simulation in pair):
        for simulation in pair:
            simulation.advance(NEVER, 1)
    for simulation in pair:
        assert_same(simulation.records(), straight(7))
