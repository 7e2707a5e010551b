"""The kernel against its twin: small random worlds, event by event and then field by field.

``ROUNDSMAN_TWIN_WORLDS`` says how many worlds (default 200); ``make check-all`` asks for thousands.
"""

from __future__ import annotations

import os

import pytest
import reference
import worlds
from audit import audit
from differences import difference
from paths import coverage, every_path

from sim.engine import run

WORLDS = int(os.environ.get("ROUNDSMAN_TWIN_WORLDS", "200"))
LATER = range(worlds.FROM_SWITCHES, worlds.FROM_SWITCHES + WORLDS // 2)  #: worlds that have more in them
BATCH = 20
WITH_VISITS = 48  #: a world with points to visit


@pytest.mark.parametrize("first", [*range(0, WORLDS, BATCH), *LATER[::BATCH]])
def test_the_kernel_agrees_with_its_twin(first):
    last = WORLDS if first < WORLDS else LATER.stop
    for number in range(first, min(first + BATCH, last)):
        world, forces = worlds.build(number)
        expected = reference.run(world, forces)
        found = difference(expected, run(world, forces, keep="trace"))
        assert found is None, f"world {number}: {found}"
        audit(world, forces, expected)


@pytest.mark.interpreted
@pytest.mark.parametrize("number", [0, 3, 7, 9, 12, 2004, 2013])
def test_the_kernel_agrees_where_reads_past_an_end_are_errors(number):
    """The same at less length, since without compiling the kernel is as slow as its twin."""
    world, forces = worlds.build(number)
    assert difference(reference.run(world, forces), run(world, forces, keep="trace")) is None


def test_the_worlds_take_every_path():
    missing = every_path()
    for number in (*range(200), *range(worlds.FROM_SWITCHES, worlds.FROM_SWITCHES + 100)):
        world, forces = worlds.build(number)
        missing -= coverage(world, forces, reference.run(world, forces))
        if not missing:
            return
    raise AssertionError(f"no world takes these paths: {sorted(missing)}")


def test_the_same_world_twice_is_the_same():
    one, other = (reference.run(*worlds.build(7)) for _ in range(2))
    assert difference(one, other) is None


def test_a_difference_is_told_with_its_place():
    expected = reference.run(*worlds.build(0))
    trace = expected.trace.copy()
    trace["at_us"][20] += 1
    told = difference(expected, expected._replace(trace=trace))
    assert told is not None
    assert told.startswith("event 20 differs")
    units = expected.units.copy()
    units["travel_m"][1] += 1e-9
    told = difference(expected, expected._replace(units=units))
    assert told is not None
    assert told.startswith("units[(1,)].travel_m")


@pytest.mark.parametrize(
    ("table", "field", "what"),
    [
        ("incidents", "phase", "one outcome"),
        ("incidents", "work_end_us", "work ends|after closing"),
        ("incidents", "units_sent", "units sent"),
        ("incidents", "handled_us", "handled at|sendable after|before"),
        ("incidents", "units_lost", "units lost"),
        ("assignments", "preempted", "units lost"),
        ("assignments", "arrived_us", "before|add up|first arrival"),
        ("units", "state_us", "measured time"),
        ("units", "breaks_missed", "more breaks missed"),
        ("streets", "presence_us", "presence on streets"),
        ("states", "from_us", "follow each other|start at 0"),
        ("legs", "from_m", "a leg beyond|two places|distance"),
    ],
)
def test_the_audit_finds_a_wrong_book(table, field, what):
    refuses_with(worlds.build(0), table, field, what)


def test_the_audit_finds_a_wrong_book_of_visits():
    refuses_with(worlds.build(WITH_VISITS), "visits", "dwelled_us", "a visit in full")


@pytest.mark.parametrize(
    ("table", "field", "what"),
    [
        ("legs", "from_across_m", "two places|distance|the plane|longer way"),
        ("legs", "to_m", "two places|distance|the plane|longer way"),
        ("units", "passes", "a pass in a plane"),
    ],
)
def test_the_audit_finds_a_wrong_book_of_a_plane(table, field, what):
    refuses_with(worlds.build(9), table, field, what)


def refuses_with(tables, table, field, what):
    """The audit takes the twin's records, but not with one number more."""
    world, forces = tables
    records = reference.run(world, forces)
    audit(world, forces, records)
    wrong = getattr(records, table).copy()
    wrong[field].flat[0] += 1
    with pytest.raises(AssertionError, match=what):
        audit(world, forces, records._replace(**{table: wrong}))
