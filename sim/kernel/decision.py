"""The dispatcher's pass cut into single choices, so that somebody outside compiled code can make them. Rule 23b."""

from __future__ import annotations

from numba import njit

from sim.kernel.bundle import as_bundle
from sim.kernel.compiled import compiled
from sim.kernel.dispatch import blocks, give, propose
from sim.kernel.slots import is_open
from sim.vocabulary import NOBODY


@compiled
def _next_choice(b, now):
    """Go on with the pass to the next alternative for which there is anybody; whether there is one."""
    d = b.decision[0]
    while d["place"] < d["length"]:
        i = b.queue[d["place"]]
        while d["slot"] < b.incidents[i]["slots"]:
            if is_open(b, i, d["slot"]):
                row = b.slots[b.slot_row[i, d["slot"]]]
                while d["alternative"] < row["alternative_count"]:
                    u, victim = propose(b, i, b.alternatives[row["alternative_first"] + d["alternative"]], now)
                    if u != NOBODY:
                        d["incident"], d["choice"], d["victim"] = i, u, victim
                        return True
                    d["alternative"] += 1
            d["slot"] += 1
            d["alternative"] = 0
        if blocks(b, i):
            d["place"] = d["length"]
        d["place"] += 1
        d["slot"] = 0
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def consider(words):
    """Go on to the next choice to be made at this moment, which ``decision`` and ``offered`` then describe; whether
    there is one. Changes nothing but that.
    """
    b = as_bundle(words)
    run, d = b.run[0], b.decision[0]
    while True:
        if d["open"] == 0:
            if run["dispatch_due"] == 0:
                return False
            run["dispatch_due"] = 0
            d["open"], d["length"], d["place"], d["slot"], d["alternative"] = 1, run["queue"], 0, 0, 0
        if _next_choice(b, run["now_us"]):
            return True
        d["open"] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def decide(words, u):
    """The choice is made: the unit, one that is offered or the victim, goes; or NOBODY does by this alternative."""
    b = as_bundle(words)
    d = b.decision[0]
    if u == NOBODY:
        d["alternative"] += 1
        return
    give(b, d["incident"], d["slot"], u, d["victim"], b.run[0]["now_us"])
    d["slot"] += 1
    d["alternative"] = 0
