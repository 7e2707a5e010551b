"""The queues of received incidents: those that wait to be answered (12a), and those that need units (23)."""

from __future__ import annotations

from sim.kernel.compiled import codes, compiled
from sim.kernel.facts import class_of
from sim.vocabulary import NOBODY, QueueOrder

AGEING, FIRST_COME = codes(QueueOrder.AGEING, QueueOrder.FIRST_COME)


@compiled
def _goes_before(b, i, j):
    """Queue order, rule 23a."""
    p, q = class_of(b, i)["priority"], class_of(b, j)["priority"]
    r, s = b.incidents[i]["received_us"], b.incidents[j]["received_us"]
    if b.queue_order == FIRST_COME:
        return r < s or (r == s and i < j)
    if b.queue_order == AGEING:
        r, s = r + p * b.ageing_us, s + q * b.ageing_us
        return r < s or (r == s and (p < q or (p == q and i < j)))
    if p != q:
        return p < q
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
def _take_out(line, count, i):
    """Take an incident out of the first ``count`` of a line, if it is among them; returns how many are left."""
    for k in range(count):
        if line[k] == i:
            for j in range(k, count - 1):
                line[j] = line[j + 1]
            return count - 1
    return count


@compiled
def leave_queue(b, i):
    """Take an incident out of the queue, if it is in."""
    b.run[0]["queue"] = _take_out(b.queue, b.run[0]["queue"], i)


@compiled
def wait_for_answer(b, i):
    """No call-taker is free. Calls come in the order in which they are answered."""
    b.unanswered[b.run[0]["unanswered"]] = i
    b.run[0]["unanswered"] += 1


@compiled
def next_unanswered(b):
    """Take the call that is answered next out of those that wait; NOBODY if none does."""
    run = b.run[0]
    if run["unanswered"] == 0:
        return NOBODY
    i = b.unanswered[0]
    stop_waiting_for_answer(b, i)
    return i


@compiled
def stop_waiting_for_answer(b, i):
    """Take a call out of those that wait to be answered, if it is among them."""
    b.run[0]["unanswered"] = _take_out(b.unanswered, b.run[0]["unanswered"], i)
