"""The queue of received incidents, rule 23."""

from __future__ import annotations

from sim.kernel.compiled import compiled
from sim.kernel.facts import class_of


@compiled
def _goes_before(b, i, j):
    """Queue order, rule 23."""
    p, q = class_of(b, i)["priority"], class_of(b, j)["priority"]
    if p != q:
        return p < q
    r, s = b.incidents[i]["received_us"], b.incidents[j]["received_us"]
    return r < s or (r == s and i < j)


@compiled
def enter_queue(b, i):
    """Put an incident in its place; it stays until it is closed or found to be nothing."""
    run = b.run[0]
    k = run["queue"]
    while k > 0 and _goes_before(b, i, b.queue[k - 1]):
        b.queue[k] = b.queue[k - 1]
        k -= 1
    b.queue[k] = i
    run["queue"] += 1


@compiled
def in_queue(b, i):
    for k in range(b.run[0]["queue"]):
        if b.queue[k] == i:
            return True
    return False


@compiled
def leave_queue(b, i):
    """Take an incident out of the queue, if it is in."""
    run = b.run[0]
    for k in range(run["queue"]):
        if b.queue[k] == i:
            for j in range(k, run["queue"] - 1):
                b.queue[j] = b.queue[j + 1]
            run["queue"] -= 1
            return
