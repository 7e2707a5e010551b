"""Whether two records of the same world agree, field by field and to the last bit, and if not, where they part."""

from __future__ import annotations

import numpy as np

from sim.tables import Records
from sim.vocabulary import EventKind, UnitState

CONTEXT = 6  #: events shown before the first that differs
TABLES = ("assignments", "incidents", "units", "streets", "probes", "visits", "hourly_us", "states", "legs")
UNIT_EVENTS = (
    EventKind.DUTY_BEGINS,
    EventKind.DUTY_ENDS,
    EventKind.COMMITMENT,
    EventKind.UNIT_NEXT,
    EventKind.SIGHTING,
)


def difference(expected: Records, actual: Records) -> str | None:
    """What differs first, in words: the trace before the tables, since one wrong event changes all that follows."""
    found = _trace(expected, actual)
    if found is None and expected.stop_us != actual.stop_us:
        found = f"stop: {_clock(expected.stop_us)} expected, {_clock(actual.stop_us)} found"
    if found is None and actual.events != len(expected.trace):
        found = f"events: {len(expected.trace)} expected, {actual.events} found"
    for name in TABLES:
        if found is None:
            found = _table(name, *(_in_order(name, getattr(records, name)) for records in (expected, actual)))
    return found


def _in_order(name: str, table: np.ndarray) -> np.ndarray:
    """The table; states that end at one instant by their units, for no rule says which of two units is first."""
    if name != "states":
        return table
    return table[np.lexsort((table["unit"], table["to_us"]))]


def _trace(expected: Records, actual: Records) -> str | None:
    one, other = expected.trace.tolist(), actual.trace.tolist()
    if one == other:
        return None
    shared = min(len(one), len(other))
    at = next((n for n in range(shared) if one[n] != other[n]), shared)
    lines = [f"event {at} differs ({len(one)} expected, {len(other)} found)"]
    lines += [f"    {n:6d} {_event(one[n])}" for n in range(max(0, at - CONTEXT), at)]
    for title, trace in (("expected", one), ("found", other)):
        lines += [f"  {title}:"]
        lines += [f"    {n:6d} {_event(trace[n])}" for n in range(at, min(at + 3, len(trace)))] or ["    the end"]
    moment = min(trace[at][0] for trace in (one, other) if at < len(trace))
    for event in {tuple(trace[at]) for trace in (one, other) if at < len(trace)}:
        lines += _story(expected, *event[1:], moment)
    return "\n".join(lines)


def _event(event: tuple) -> str:
    at, kind, number = event
    return f"{_clock(at)} {EventKind(kind).name} {number}"


def _clock(us: int) -> str:
    return f"{us:,} us"


def _story(records: Records, kind: int, number: int, moment: int) -> list[str]:
    """What the expected records say about the unit or the incident of an event."""
    if kind in UNIT_EVENTS:
        states = [row for row in records.states if row["unit"] == number and row["from_us"] <= moment][-3:]
        legs = [row for row in records.legs if row["unit"] == number and row["from_us"] <= moment][-2:]
        told = [f"{UnitState(row['state']).name} {row}" for row in states] + [f"leg {row}" for row in legs]
        return [f"  unit {number} by then, as expected:", *(f"    {line}" for line in told)]
    if kind == EventKind.PROBE:
        return []
    sent = [row for row in records.assignments if row["incident"] == number]
    return [
        f"  incident {number} in the end, as expected:",
        f"    {_named(records.incidents[number])}",
        *(f"    sent {_named(row)}" for row in sent),
    ]


def _named(row: np.void) -> str:
    return ", ".join(f"{field}={row[field]}" for field in row.dtype.names)


def _table(name: str, expected: np.ndarray, actual: np.ndarray) -> str | None:
    if expected.shape != actual.shape:
        shared = min(len(expected), len(actual))
        first = next((n for n in range(shared) if expected[n] != actual[n]), shared)
        return (
            f"{name}: {expected.shape} rows expected, {actual.shape} found; they part at row {first}:\n"
            f"  expected {expected[first : first + 2]}\n  found    {actual[first : first + 2]}"
        )
    for field in expected.dtype.names or (None,):
        one, other = (table if field is None else table[field] for table in (expected, actual))
        if not np.array_equal(one, other):
            row = np.argwhere(one != other)[0]
            place = tuple(row.tolist())
            whole = "" if field is None else f"\n  row expected {expected[place[0]]}\n  row found    {actual[place[0]]}"
            return f"{name}[{place}].{field}: {one[place]!r} expected, {other[place]!r} found{whole}"
    return None
