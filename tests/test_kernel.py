"""The kernel's own workings: the calendar against a heap, its need for memory, and indices that point at nothing.

Tests marked ``interpreted`` also run with ``NUMBA_DISABLE_JIT=1``. Compiled code reads past an array's end without a
word; there numpy raises. A negative index, ``NOBODY`` above all, numpy takes from the end: ``Strict`` arrays refuse it.
"""

from __future__ import annotations

import functools
import heapq
import itertools

import hypothesis.strategies as st
import numpy as np
import pytest
import reference
from differences import difference
from hypothesis import example, given, settings
from numba import config, njit
from worlds import FROM_SWITCHES, build

from sim.engine import Simulation, run
from sim.kernel import FIELDS, Bundle, calendar, fixed_fields, new_state
from sim.kernel.bundle import as_bundle
from sim.kernel.state import BUCKETS
from sim.tables import INCIDENT, MAX_STAGES, PROBE, Forces, World
from sim.vocabulary import HOUR, NEVER, NOBODY, SECOND, EventKind, Outcome

# ------------------------------------------------------------------------------------------------ the calendar

SCHEDULE, CANCEL, TAKE = range(3)
HORIZON_US = 3 * HOUR
SMALL_BUCKET, LARGE_BUCKET = 8, 30  #: the narrowest and the widest that ``new_state`` makes
KINDS = (EventKind.INCIDENT_BEGINS, EventKind.CALL, EventKind.DUTY_BEGINS, EventKind.UNIT_NEXT, EventKind.PROBE)
NUMBERS = 3  #: of each kind


@njit
def play(words, asked, taken):
    """Do what is asked, rows (what, kind, number, delay), and write down the (time, kind, number) that TAKE gives.

    NOBODY is written where nothing is left. A delay counts from the last event taken, as in a run.
    """
    b = as_bundle(words)
    now = 0
    for row in range(len(asked)):
        what, kind, number, delay = asked[row]
        if what == SCHEDULE:
            calendar.schedule(b, kind, number, now + delay)
        elif what == CANCEL:
            calendar.cancel(b, kind, number)
        else:
            place = calendar.next_place(b)
            taken[row, 0] = NOBODY
            if place != NOBODY:
                now = b.when[place]
                kind = 0
                while b.kind_first[kind + 1] <= place:
                    kind += 1
                taken[row, 0], taken[row, 1], taken[row, 2] = now, kind, place - b.kind_first[kind]
                calendar.take(b, place)


def heap_play(asked: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int] | None]:
    """The same by a heap of (time, kind, number), written from rule 2."""
    pending: dict[tuple[int, int], int] = {}
    heap: list[tuple[int, int, int]] = []
    now, taken = 0, []
    for what, kind, number, delay in asked:
        if what == TAKE:
            while heap and pending.get(heap[0][1:]) != heap[0][0]:
                heapq.heappop(heap)
            event = heapq.heappop(heap) if heap else None
            if event is not None:
                now = event[0]
                del pending[event[1:]]
            taken.append(event)
            continue
        pending.pop((kind, number), None)
        if what == SCHEDULE and now + delay < HORIZON_US:
            pending[kind, number] = now + delay
            heapq.heappush(heap, (now + delay, kind, number))
    return taken


def wheel_play(asked: list[tuple[int, int, int, int]], shift: int) -> list[tuple[int, int, int] | None]:
    """By the kernel's calendar with buckets of ``2 ** shift`` microseconds."""
    rows = np.array(asked, np.int64).reshape(len(asked), 4)
    taken = np.full((len(asked), 3), NOBODY, np.int64)
    bundle = Bundle(**{name: np.copy(value) if np.ndim(value) else value for name, value in _calendar(shift).items()})
    play(bundle.words, rows, taken)
    results = taken[rows[:, 0] == TAKE].tolist()
    return [None if event[0] == NOBODY else tuple(event) for event in results]


@functools.cache
def _calendar(shift: int) -> dict[str, object]:
    """The fields of an empty calendar with places for ``NUMBERS`` events of every kind."""
    world, forces = build(13)
    world = world._replace(
        incidents=np.zeros(NUMBERS, INCIDENT),
        stages=np.resize(world.stages, NUMBERS * MAX_STAGES),
        probes=np.zeros(NUMBERS, PROBE),
        horizon_us=HORIZON_US,
    )
    forces = forces._replace(units=np.resize(forces.units, NUMBERS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.kernel.state._bucket_shift", lambda world, forces: shift)
        return fixed_fields(world, forces) | new_state(world, forces, False, False)


def _mixed(delays) -> st.SearchStrategy:
    event = st.tuples(st.sampled_from([int(kind) for kind in KINDS]), st.integers(0, NUMBERS - 1))
    return st.one_of(
        st.builds(lambda which, delay: (SCHEDULE, *which, delay), event, delays),
        st.builds(lambda which, delay: (SCHEDULE, *which, delay), event, delays),
        st.builds(lambda which: (CANCEL, *which, 0), event),
        st.just((TAKE, 0, 0, 0)),
        st.just((TAKE, 0, 0, 0)),
    )


ERA = BUCKETS << SMALL_BUCKET
DELAYS = st.one_of(
    st.sampled_from([0, 0, 1, 255, 256, 257, ERA - 1, ERA, ERA + 1, 40 * ERA, HORIZON_US - 1, HORIZON_US, NEVER // 2]),
    st.integers(0, 4 * ERA),
    st.integers(0, HORIZON_US),
)
ALL_OUT = [(TAKE, 0, 0, 0)] * (len(KINDS) * NUMBERS + 1)
UNIT, CALL = int(EventKind.UNIT_NEXT), int(EventKind.CALL)


@pytest.mark.interpreted
@settings(max_examples=60 if config.DISABLE_JIT else 400)
@given(asked=st.lists(_mixed(DELAYS), max_size=80), shift=st.sampled_from([SMALL_BUCKET, 16, LARGE_BUCKET]))
@example(
    asked=[(SCHEDULE, UNIT, n, 5) for n in (2, 0, 1)] + [(SCHEDULE, CALL, 1, 5)], shift=SMALL_BUCKET
)  # one instant
@example(asked=[(SCHEDULE, UNIT, 0, 9 * ERA), (SCHEDULE, UNIT, 0, 2)], shift=SMALL_BUCKET)  # sooner than asked before
@example(asked=[(SCHEDULE, UNIT, 0, 2), (SCHEDULE, UNIT, 0, HORIZON_US)], shift=SMALL_BUCKET)  # put off for good
@example(asked=[(SCHEDULE, UNIT, 0, 2), (TAKE, 0, 0, 0), (SCHEDULE, UNIT, 0, 0)], shift=SMALL_BUCKET)  # again, at once
@example(asked=[(SCHEDULE, UNIT, n, 3000 * ERA + n) for n in range(3)] + [(CANCEL, UNIT, 1, 0)], shift=SMALL_BUCKET)
def test_calendar_is_a_heap(asked, shift):
    asked = asked + ALL_OUT
    assert wheel_play(asked, shift) == heap_play(asked)


def test_calendar_over_many_eras():
    """A long run of one calendar: thousands of turns of the wheel, each event sets the next."""
    rng = np.random.default_rng(5)
    asked: list[tuple[int, int, int, int]] = []
    for _ in range(20_000):
        kind, number = int(rng.choice(KINDS)), int(rng.integers(NUMBERS))
        asked += [(SCHEDULE, kind, number, int(rng.exponential(2 * SECOND))), (TAKE, 0, 0, 0)]
        if rng.random() < 0.2:
            asked.append((CANCEL, int(rng.choice(KINDS)), int(rng.integers(NUMBERS)), 0))
    assert wheel_play(asked + ALL_OUT, SMALL_BUCKET) == heap_play(asked + ALL_OUT)


# ------------------------------------------------------------------------------------------------------ memory


def _many(count: int) -> tuple[World, Forces]:
    """A world of ``count`` incidents that nobody sees or calls in, spread over its time."""
    world, forces = build(13)
    incidents = np.resize(world.incidents, count)
    incidents["key"] = np.arange(count)
    incidents["began_us"] = np.linspace(0, world.end_us - 1, count).astype(np.int64)
    incidents["visible"] = incidents["path_count"] = 0
    stages = np.resize(world.stages, count * MAX_STAGES)
    stages["called"], stages["lifetime_us"], stages["threshold"] = 0, 10 * SECOND, np.inf
    wrap_up_us = np.resize(forces.wrap_up_us, (count, len(forces.tiers)))
    return world._replace(incidents=incidents, stages=stages), forces._replace(wrap_up_us=wrap_up_us)


def test_memory_grows_with_the_incidents_and_no_faster():
    def size(count: int) -> int:
        world, forces = _many(count)
        return sum(array.nbytes for array in new_state(world, forces, True, True).values())

    small, large, larger = size(25_000), size(50_000), size(100_000)
    assert 1.9 < (larger - large) / (large - small) < 2.1
    assert larger / 100_000 < 16 * 1024, "bytes an incident, all logs kept"


def test_a_hundred_thousand_incidents():
    """Were anything quadratic in the incidents, this would take minutes."""
    records = run(*_many(100_000), keep="measures")
    assert (records.incidents["outcome"] == Outcome.UNNOTICED).mean() > 0.99
    assert records.events >= 199_000


# ------------------------------------------------------------------------------- indices that point at nothing

INTERPRETED_ONLY = pytest.mark.skipif(not config.DISABLE_JIT, reason="compiled code checks no index")
SHAPES = {name for name, (_, extents) in FIELDS.items() if extents > 0}


class Strict(np.ndarray):
    """An array that takes no negative index."""

    def __getitem__(self, index):
        self._refuse(index)
        return super().__getitem__(index)

    def __setitem__(self, index, value):
        self._refuse(index)
        super().__setitem__(index, value)

    @staticmethod
    def _refuse(index) -> None:
        for one in index if isinstance(index, tuple) else (index,):
            if isinstance(one, (int, np.integer)) and one < 0:
                raise IndexError(f"the index {one} points at nothing")


def strict(simulation: Simulation) -> Simulation:
    """The same over arrays that refuse negative indices."""
    fields = simulation._fields
    for name in SHAPES:
        fields[name] = fields[name].view(Strict)
    simulation._bundle = Bundle(**fields)
    return simulation


@pytest.mark.interpreted
def test_strict_arrays_refuse():
    array = np.zeros((2, 3)).view(Strict)
    assert array[1, 2] == array[np.int64(1)][2] == 0
    for index in (NOBODY, (0, NOBODY), (np.int64(NOBODY), 0)):
        with pytest.raises(IndexError, match="points at nothing"):
            array[index]
        with pytest.raises(IndexError, match="points at nothing"):
            array[index] = 1


@pytest.mark.interpreted
@INTERPRETED_ONLY
@pytest.mark.parametrize("number", [*range(30), *range(FROM_SWITCHES, FROM_SWITCHES + 12)])
def test_no_index_points_at_nothing(number):
    """Whole runs with every table and every piece of the state strict; numbers that overflow are errors as well."""
    world, forces = build(number)
    with np.errstate(over="raise"):
        found = strict(Simulation(world, forces, "trace")).run()
    assert found.stop_us >= world.end_us


@pytest.mark.interpreted
@pytest.mark.parametrize("number", range(100, 104))
def test_agrees_with_the_twin(number):
    """A handful; ``test_twin.py`` has the rest."""
    world, forces = build(number)
    assert difference(reference.run(world, forces), run(world, forces)) is None


@pytest.mark.interpreted
@pytest.mark.parametrize("nothing", ["incidents", "units", "probes", "all"])
def test_worlds_without(nothing):
    """Empty tables are tables: nothing reads their first row."""
    world, forces = build(4)
    if nothing in ("incidents", "all"):
        world = world._replace(incidents=world.incidents[:0], stages=world.stages[:0], path=world.path[:0])
        forces = forces._replace(wrap_up_us=forces.wrap_up_us[:0])
    if nothing in ("probes", "all"):
        world = world._replace(probes=world.probes[:0])
    if nothing in ("units", "all"):
        forces = forces._replace(
            units=forces.units[:0],
            spells=forces.spells[:0],
            commitments=forces.commitments[:0],
            preference=np.ascontiguousarray(forces.preference[:, :0]),
        )
    simulation = Simulation(world, forces, "trace")
    found = (strict(simulation) if config.DISABLE_JIT else simulation).run()
    assert difference(reference.run(world, forces), found) is None
    assert found.stop_us >= world.end_us
    if nothing == "units":
        assert not np.isin(found.incidents["outcome"], (Outcome.RESOLVED, Outcome.GONE_ON_ARRIVAL)).any()


@pytest.mark.interpreted
def test_bundle_refuses_what_does_not_fit():
    """Compiled code takes the bundle's word for types and shapes."""
    world, forces = build(13)
    fields = fixed_fields(world, forces) | new_state(world, forces, False, False)
    for name, wrong in (
        ("last_pass", fields["last_pass"].astype(np.int32)),
        ("last_pass", fields["last_pass"][None]),
        ("time_us", np.asfortranarray(fields["time_us"])),
    ):
        with pytest.raises(TypeError, match=name):
            Bundle(**fields | {name: wrong})
    for name, kept in itertools.product(("last_pass", "seed"), (False, True)):
        given_fields = {key: value for key, value in fields.items() if key != name}
        with pytest.raises(KeyError, match="surplus" if kept else name):
            Bundle(**(fields | {"surplus": 1} if kept else given_fields))
