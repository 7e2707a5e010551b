"""The dispatcher's pass: each open need takes the best unit there is. Rule 23."""

from __future__ import annotations

from sim.kernel.assigning import send, send_within, turnout_us
from sim.kernel.choice import find_best
from sim.kernel.compiled import compiled
from sim.kernel.duty import back_to_duty
from sim.kernel.facts import class_of
from sim.kernel.joint import half_for, other_half, split
from sim.kernel.preemption import find_victim, take
from sim.kernel.slots import gates, is_open, take_second_slot
from sim.vocabulary import NEVER, NOBODY


@compiled
def _send_half(b, u, half, i, k, sendable_us, now):
    """Rule 28b: the joint unit splits, and one half of it goes."""
    wait = turnout_us(b, u, now)
    split(b, u, now)
    b.slot_unit[i, k] = half
    send_within(b, half, i, k, sendable_us, wait, now)
    back_to_duty(b, other_half(b, half), now)


@compiled
def propose(b, i, alternative, now):
    """Who goes by the policy, and who may be taken from another incident (26); NOBODY each where there is none."""
    incident = b.incidents[i]
    u, estimate = find_best(b, i, alternative, now)
    priority, preempts = class_of(b, i)["priority"], False
    for q in range(1, 4):
        preempts = preempts or b.preempt[priority, q] != 0
    if preempts and incident["lost_unit_us"] != now and (u == NOBODY or b.preempt_min_gain_us < NEVER):
        victim, sooner = find_victim(b, i, alternative, now)
        if victim != NOBODY and (u == NOBODY or estimate - sooner >= b.preempt_min_gain_us):
            u = victim
        return u, victim
    return u, NOBODY


@compiled
def give(b, i, k, u, victim, now):
    """Rule 25a: slot k gets the unit, or half of it, or it is taken from where it is if it is the victim."""
    sendable_us = b.incidents[i]["handled_us"] + b.tiers[b.roster[u]["tier"]]["relay_us"]
    if u == victim:
        take(b, u, now)
    else:
        half = half_for(b, u, i, k)
        if half != NOBODY:
            _send_half(b, u, half, i, k, sendable_us, now)
            return
    b.slot_unit[i, k] = u
    take_second_slot(b, u, i, k)
    send(b, u, i, k, sendable_us, now)


@compiled
def _serve(b, i, now):
    """Give each open slot of the incident the best unit there is."""
    for k in range(b.incidents[i]["slots"]):
        if is_open(b, i, k):
            row = b.slots[b.slot_row[i, k]]
            for a in range(row["alternative_first"], row["alternative_first"] + row["alternative_count"]):
                u, victim = propose(b, i, b.alternatives[a], now)
                if u != NOBODY:
                    give(b, i, k, u, victim, now)
                    break


@compiled
def blocks(b, i):
    """Whether the pass ends at an incident that still lacks a unit, where the dispatcher is strict."""
    return b.strict == 1 and _lacks(b, i)


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
        if blocks(b, i):
            break
