"""Escalation of the whole service while too many calls wait, and the crews that are called in. Rules 27a and 27b."""

from __future__ import annotations

from sim.kernel.calendar import cancel, due, schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.facts import is_waiting
from sim.vocabulary import NEVER, EventKind, UnitState

OFF_DUTY = int(UnitState.OFF_DUTY)
ESCALATES, DUTY_BEGINS = codes(EventKind.ESCALATES, EventKind.DUTY_BEGINS)


@compiled
def watch_the_queue(b, now):
    """After the passes that follow an event: is it time to escalate, or to go back?"""
    run, waiting = b.run[0], 0
    for q in range(run["queue"]):
        if is_waiting(b, b.queue[q]):
            waiting += 1
    if run["escalated"] == 1:
        if waiting <= b.escalate_until:
            run["escalated"] = 0
            _stand_down(b)
    elif waiting <= b.escalate_over:
        cancel(b, ESCALATES, 0)
    elif due(b, ESCALATES, 0) >= NEVER:
        schedule(b, ESCALATES, 0, now + b.escalate_after_us)


@compiled
def escalate(b, now):
    """ESCALATES."""
    b.run[0]["escalated"] = b.run[0]["dispatch_due"] = 1
    for u in range(len(b.units)):
        if is_on_call(b, u) and b.units[u]["state"] == OFF_DUTY and due(b, DUTY_BEGINS, u) >= NEVER:
            _call(b, u, now + b.roster[u]["on_call_us"])


@compiled
def is_on_call(b, u):
    return b.roster[u]["on_call_us"] < NEVER


@compiled
def _call(b, u, at):
    """Begin duty at this time, if a spell covers it."""
    unit, fixed = b.units[u], b.roster[u]
    last = fixed["spell_first"] + fixed["spell_count"]
    row = unit["duty"]
    while row < last and b.spells[row]["end_us"] <= at:
        row += 1
    if row < last and b.spells[row]["start_us"] <= at:
        unit["duty"] = row
        schedule(b, DUTY_BEGINS, u, at)


@compiled
def _stand_down(b):
    """Crews on call that have not begun do not."""
    for u in range(len(b.units)):
        if is_on_call(b, u):
            cancel(b, DUTY_BEGINS, u)
