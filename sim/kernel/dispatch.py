"""The dispatcher's pass: each open need takes the best unit there is. Rule 23."""

from __future__ import annotations

from sim.kernel.assigning import send
from sim.kernel.choice import find_best
from sim.kernel.compiled import compiled
from sim.kernel.facts import class_of
from sim.kernel.preemption import find_victim, take
from sim.kernel.slots import gates, is_open
from sim.vocabulary import NEVER, NOBODY


@compiled
def _send(b, u, i, k, now):
    """Rule 25a, for slot k."""
    b.slot_unit[i, k] = u
    send(b, u, i, k, b.incidents[i]["handled_us"] + b.tiers[b.roster[u]["tier"]]["relay_us"], now)


@compiled
def _serve(b, i, now):
    """Give each open slot of the incident the best unit there is."""
    incident = b.incidents[i]
    priority, preempts = class_of(b, i)["priority"], False
    for q in range(1, 4):
        preempts = preempts or b.preempt[priority, q] != 0
    for k in range(incident["slots"]):
        if is_open(b, i, k):
            row = b.slots[b.slot_row[i, k]]
            for a in range(row["alternative_first"], row["alternative_first"] + row["alternative_count"]):
                u, estimate = find_best(b, i, b.alternatives[a], now)
                if preempts and incident["lost_unit_us"] != now and (u == NOBODY or b.preempt_min_gain_us < NEVER):
                    victim, sooner = find_victim(b, i, b.alternatives[a], now)
                    if victim != NOBODY and (u == NOBODY or estimate - sooner >= b.preempt_min_gain_us):
                        take(b, victim, now)
                        u = victim
                if u != NOBODY:
                    _send(b, u, i, k, now)
                    break


@compiled
def _lacks(b, i):
    """An open slot that work has to wait for."""
    for k in range(b.incidents[i]["slots"]):
        if gates(b, i, k) and is_open(b, i, k):
            return True
    return False


@compiled
def dispatch_pass(b, now):
    """Rule 23."""
    run = b.run[0]
    run["dispatch_due"] = 0
    for q in range(run["queue"]):
        i = b.queue[q]
        _serve(b, i, now)
        if b.strict == 1 and _lacks(b, i):
            break
