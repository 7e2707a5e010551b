"""The calendar: a wheel of time buckets, one place for every (kind, number).

A place is ``kind_first[kind] + number``, so comparing (time, place) is comparing (time, kind, number), the order of
rule 2. The wheel has ``BUCKETS`` buckets of ``2 ** shift`` microseconds; one turn of it is an era, and what lies in
later eras waits in one list an era. Scheduling, cancelling and taking the next event cost a few nanoseconds whatever
is pending (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987). ``marks`` holds a bit for each
list that is not empty.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiled import compiled
from sim.kernel.state import BUCKETS, MARK_BITS
from sim.vocabulary import NEVER, NOBODY

_ERA_BITS = 12
assert 1 << _ERA_BITS == BUCKETS

#: Position of the lowest set bit of a 32-bit word w: _LOWEST[((w & -w) * _DE_BRUIJN >> 27) & 31].
_DE_BRUIJN = 0x077CB531
_LOWEST = np.zeros(32, np.int64)
for _bit in range(32):
    _LOWEST[(((1 << _bit) * _DE_BRUIJN) >> 27) & 31] = _bit


@compiled
def _hang(b, place, head):
    """Put a place in front of a list."""
    first = b.heads[head]
    b.after[place] = first
    b.before[place] = NOBODY
    if first != NOBODY:
        b.before[first] = place
    else:
        b.marks[head // MARK_BITS] |= 1 << (head % MARK_BITS)
    b.heads[head] = place
    b.held_in[place] = head


@compiled
def cancel(b, kind, number):
    """The event will not happen; nothing if none is pending."""
    place = b.kind_first[kind] + number
    head = b.held_in[place]
    if head != NOBODY:
        _unhang(b, place, head)
    b.when[place] = NEVER


@compiled
def _unhang(b, place, head):
    after, before = b.after[place], b.before[place]
    if after != NOBODY:
        b.before[after] = before
    if before != NOBODY:
        b.after[before] = after
    else:
        b.heads[head] = after
        if after == NOBODY:
            b.marks[head // MARK_BITS] &= ~(1 << (head % MARK_BITS))
    b.held_in[place] = NOBODY


@compiled
def schedule(b, kind, number, at):
    """The event (kind, number) happens at ``at`` instead of any time asked before; at or after the horizon: never."""
    place = b.kind_first[kind] + number
    head = b.held_in[place]
    if head != NOBODY:
        _unhang(b, place, head)
    b.when[place] = at
    if at >= b.horizon_us:
        return
    run = b.run[0]
    bucket = at >> run["shift"]
    era = bucket >> _ERA_BITS
    if era == run["era"]:
        head = bucket & (BUCKETS - 1)
    else:
        head = BUCKETS + era
    _hang(b, place, head)


@compiled
def due(b, kind, number):
    """When the event is to happen; ``NEVER`` if it is not pending (past the horizon: the time asked for)."""
    return b.when[b.kind_first[kind] + number]


@compiled
def _first_marked(b, head, stop):
    """The first list from ``head`` on that is not empty, before ``stop``; NOBODY if there is none."""
    word = head // MARK_BITS
    bits = b.marks[word] & ~((1 << (head % MARK_BITS)) - 1)
    last = (stop - 1) // MARK_BITS
    while bits == 0:
        word += 1
        if word > last:
            return NOBODY
        bits = b.marks[word]
    found = word * MARK_BITS + _LOWEST[((bits & -bits) * _DE_BRUIJN >> 27) & 31]
    return found if found < stop else NOBODY


@compiled
def next_place(b):
    """The place of the next event, left in the calendar; NOBODY when nothing more will happen."""
    run = b.run[0]
    head = _first_marked(b, run["bucket"], BUCKETS)
    while head == NOBODY:
        era = _first_marked(b, BUCKETS + run["era"] + 1, len(b.heads))
        if era == NOBODY:
            return NOBODY
        run["era"] = era - BUCKETS
        run["bucket"] = 0
        place = b.heads[era]
        while place != NOBODY:
            after = b.after[place]
            _unhang(b, place, era)
            _hang(b, place, (b.when[place] >> run["shift"]) & (BUCKETS - 1))
            place = after
        head = _first_marked(b, 0, BUCKETS)
    run["bucket"] = head
    best = b.heads[head]
    place = b.after[best]
    while place != NOBODY:
        if b.when[place] < b.when[best] or (b.when[place] == b.when[best] and place < best):
            best = place
        place = b.after[place]
    return best


@compiled
def take(b, place):
    """Remove the event that is about to happen."""
    _unhang(b, place, b.held_in[place])
    b.when[place] = NEVER
