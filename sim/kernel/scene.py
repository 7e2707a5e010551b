"""The scene of an incident: its hazard, its work and its end. Rules 16 to 21."""

from __future__ import annotations

import numpy as np

from sim.kernel.calendar import cancel, due, schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.facts import authority_over, class_of, hours_on_duty, set_phase, stage_of
from sim.kernel.ledger import set_state
from sim.kernel.members import aim_again, release
from sim.kernel.motion import incident_offset, leave_vehicle
from sim.kernel.queue import leave_queue, stop_waiting_for_answer
from sim.kernel.sight import hide
from sim.kernel.slots import add_slots, gates, is_gated_by, slot_of, slots_filled, take_second_slot, take_slot
from sim.tables import MAX_STAGES
from sim.vocabulary import NEVER, NOBODY, Authority, Ending, EventKind, Outcome, Phase, UnitState

HOLD, RESOLVE = codes(Authority.HOLD, Authority.RESOLVE)
UNKNOWN, OPEN, LOOKING = codes(Phase.UNKNOWN, Phase.OPEN, Phase.LOOKING)
WORKING, WAITING, CLOSED = codes(Phase.WORKING, Phase.WAITING, Phase.CLOSED)
EN_ROUTE, ON_SCENE = codes(UnitState.EN_ROUTE, UnitState.ON_SCENE)
WORK, HOLDERS_LEAVE = codes(EventKind.WORK, EventKind.HOLDERS_LEAVE)
WORSENS, GIVES_UP, INCIDENT_LEG = codes(EventKind.WORSENS, EventKind.GIVES_UP, EventKind.INCIDENT_LEG)
CUSTODY, SENDABLE = codes(Ending.CUSTODY, EventKind.SENDABLE)
RESOLVED, CLOSED_OFF_MODEL = codes(Outcome.RESOLVED, Outcome.CLOSED_OFF_MODEL)
UNFOUNDED, GONE_ON_ARRIVAL = codes(Outcome.UNFOUNDED, Outcome.GONE_ON_ARRIVAL)


@compiled
def run_hazard(b, i, now):
    """Nobody holds from now on, rule 16."""
    incident = b.incidents[i]
    rate, stage = class_of(b, i)["worsens_per_us"], incident["stage"]
    if rate == 0.0 or b.drawn[i]["unfounded"] == 1 or stage + 1 >= MAX_STAGES:
        return
    if b.stages[i * MAX_STAGES + stage + 1]["class_"] == NOBODY:
        return
    incident["runs_from_us"] = now
    set_worsening(b, i, now)


@compiled
def set_worsening(b, i, now):
    """Set WORSENS from the hazard that runs, if it falls before the incident is over."""
    incident = b.incidents[i]
    if incident["runs_from_us"] >= NEVER:
        return
    wait = (stage_of(b, i)["threshold"] - incident["gathered"]) / class_of(b, i)["worsens_per_us"]
    if wait < 1e18:
        at = incident["runs_from_us"] + np.int64(np.rint(wait))
        if at < incident["over_us"]:
            schedule(b, WORSENS, i, max(at, now))


@compiled
def halt_hazard(b, i, now):
    incident = b.incidents[i]
    if incident["runs_from_us"] < NEVER:
        incident["gathered"] += class_of(b, i)["worsens_per_us"] * (now - incident["runs_from_us"])
        incident["runs_from_us"] = NEVER
    cancel(b, WORSENS, i)


@compiled
def fix_place(b, i, now):
    """The incident moves no more."""
    incident = b.incidents[i]
    if incident["moving"] == 1:
        incident["offset_m"] = incident_offset(b, i, now)
        incident["moving"] = 0
        cancel(b, INCIDENT_LEG, i)


@compiled
def close_incident(b, i, outcome, now):
    """Exactly one outcome; nothing more happens to it."""
    incident = b.incidents[i]
    fix_place(b, i, now)
    if incident["phase"] == UNKNOWN:
        hide(b, i)
    set_phase(b, i, CLOSED)
    incident["outcome"], incident["closed_us"] = outcome, now
    for kind in range(INCIDENT_LEG, HOLDERS_LEAVE + 1):
        cancel(b, kind, i)
    cancel(b, SENDABLE, i)
    leave_queue(b, i)
    stop_waiting_for_answer(b, i)
    began = b.drawn[i]["began_us"]
    if b.warm_up_us <= began < b.end_us:
        b.run[0]["open_measured"] -= 1


@compiled
def close_and_release(b, i, outcome, now):
    """The end without work: members are released without wrap-up, in their order."""
    close_incident(b, i, outcome, now)
    while b.incidents[i]["first_member"] != NOBODY:
        release(b, b.incidents[i]["first_member"], False, False, now)


@compiled
def _lowest_holder(b, i):
    """The first member present, with hold or more, of the lowest tier; NOBODY if there is none."""
    best, rank = NOBODY, 0
    u = b.incidents[i]["first_member"]
    while u != NOBODY:
        lower = b.tiers[b.roster[u]["tier"]]["rank"] > rank
        if b.units[u]["present"] == 1 and authority_over(b, u, i) >= HOLD and (best == NOBODY or lower):
            best, rank = u, b.tiers[b.roster[u]["tier"]]["rank"]
        u = b.units[u]["next_member"]
    return best


@compiled
def _end_work(b, i, now):
    """Rule 18b."""
    incident = b.incidents[i]
    incident["work_end_us"] = now
    custody = stage_of(b, i)["ending"] == CUSTODY
    outcome = CLOSED_OFF_MODEL if class_of(b, i)["off_model"] == 1 else RESOLVED
    close_incident(b, i, outcome, now)
    taken = NOBODY
    u = incident["first_member"]
    while u != NOBODY:
        if taken == NOBODY and b.units[u]["present"] == 1 and authority_over(b, u, i) == RESOLVE:
            taken = u
        u = b.units[u]["next_member"]
    if taken != NOBODY:
        incident["resolved_tier"] = b.roster[taken]["tier"]
    if b.custody_by_lowest == 1:
        taken = _lowest_holder(b, i)
    while incident["first_member"] != NOBODY:
        u = incident["first_member"]
        release(b, u, True, custody and u == taken, now)


@compiled
def _safe(b, i, without):
    """Rule 15a for the members present, leaving one out (NOBODY: nobody)."""
    people, kit = 0, 0
    u = b.incidents[i]["first_member"]
    while u != NOBODY:
        if u != without and b.units[u]["present"] == 1:
            people += b.roster[u]["crew"]
            if b.tiers[b.roster[u]["tier"]]["kit"] == 1:
                kit = 1
        u = b.units[u]["next_member"]
    return people > 0 and people >= class_of(b, i)["safe_crew"] - kit


@compiled
def _kit_factor(b, i):
    """Of the best-equipped present."""
    best, found = 1.0, False
    u = b.incidents[i]["first_member"]
    while u != NOBODY:
        tier = b.tiers[b.roster[u]["tier"]]
        if b.units[u]["present"] == 1 and tier["kit"] == 1 and (not found or tier["kit_factor"] < best):
            best, found = tier["kit_factor"], True
        u = b.units[u]["next_member"]
    return best


@compiled
def _work_factor(b, i):
    """Of the quickest present."""
    least, found = 1.0, False
    u = b.incidents[i]["first_member"]
    while u != NOBODY:
        factor = b.tiers[b.roster[u]["tier"]]["work_factor"]
        if b.units[u]["present"] == 1 and (not found or factor < least):
            least, found = factor, True
        u = b.units[u]["next_member"]
    return least


@compiled
def _tired_factor(b, i, now):
    """Of the most tired present."""
    most = 0.0
    u = b.incidents[i]["first_member"]
    while u != NOBODY:
        if b.units[u]["present"] == 1:
            most = max(most, b.fatigue_work[hours_on_duty(b, u, now)])
        u = b.units[u]["next_member"]
    return most if most > 0.0 else 1.0


@compiled
def _present_in(b, i, k):
    u = b.slot_unit[i, k]
    return u != NOBODY and b.units[u]["present"] == 1


@compiled
def _is_ready(b, i, safe):
    """Rule 17."""
    incident = b.incidents[i]
    if class_of(b, i)["off_model"] == 1:
        return incident["off_model"] == 2
    if not safe:
        return False
    filled = 0
    for k in range(incident["slots"]):
        if k >= incident["base_slots"]:
            if not _present_in(b, i, k):
                return False
        elif gates(b, i, k) and _present_in(b, i, k):
            filled += 1
    return filled >= class_of(b, i)["quorum"]


@compiled
def update_scene(b, i, now):
    """Somebody came, left or was given a slot: stamps, hazard, interception and work follow."""
    incident = b.incidents[i]
    safe = _safe(b, i, NOBODY)
    holder, resolver = NOBODY, NOBODY
    u = incident["first_member"]
    while u != NOBODY:
        if b.units[u]["present"] == 1:
            authority = authority_over(b, u, i)
            if holder == NOBODY and authority >= HOLD:
                holder = u
            if resolver == NOBODY and authority == RESOLVE and slot_of(b, u, i) != NOBODY:
                resolver = u
        u = b.units[u]["next_member"]
    holds = safe and holder != NOBODY
    _stamp(b, i, holds, holder, safe and resolver != NOBODY, safe, now)
    if incident["phase"] == LOOKING:
        return
    if holds and incident["moving"] == 1:
        incident["intercepted"] = 1
        fix_place(b, i, now)
        reaim(b, i, now)
    if holds or incident["off_model"] == 2:
        halt_hazard(b, i, now)
    elif incident["runs_from_us"] >= NEVER:
        run_hazard(b, i, now)
    if incident["phase"] == OPEN and _is_ready(b, i, safe):
        _start_work(b, i, now)
    elif incident["phase"] == WAITING and _is_ready(b, i, safe):
        _go_on_working(b, i, now)


@compiled
def _stamp(b, i, holds, holder, capable, safe, now):
    """Rule 21."""
    incident = b.incidents[i]
    if holds and incident["first_presence_us"] >= NEVER:
        incident["first_presence_us"] = now
        incident["presence_tier"] = b.roster[holder]["tier"]
        incident["presence_assignment"] = b.units[holder]["assignment"]
    if (capable or incident["off_model"] == 2) and incident["first_capable_us"] >= NEVER:
        incident["first_capable_us"] = now
    if safe and incident["complement_us"] >= NEVER and incident["slots"] > 0:
        for k in range(incident["slots"]):
            if not _present_in(b, i, k):
                return
        incident["complement_us"] = now


@compiled
def _recall_surplus(b, i, now):
    """Rule 18a: who is there is enough. Slots that nobody fills close; who is on the way turns back."""
    incident = b.incidents[i]
    for k in range(incident["base_slots"]):
        if not _present_in(b, i, k):
            incident["shut"] |= 1 << k
    u = incident["first_member"]
    while u != NOBODY:
        after = b.units[u]["next_member"]
        if b.units[u]["present"] == 0 and (b.units[u]["relieving"] == NOBODY or slot_of(b, u, i) != NOBODY):
            release(b, u, False, False, now)
        u = after


@compiled
def _start_work(b, i, now):
    """Rule 17a."""
    incident, stage = b.incidents[i], stage_of(b, i)
    incident["quorum_done"] = 1
    if b.recalls_surplus == 1:
        _recall_surplus(b, i, now)
    schedule(b, HOLDERS_LEAVE, i, now + b.joint_us)
    factor = _kit_factor(b, i) * _tired_factor(b, i, now) * _work_factor(b, i)
    work = np.int64(np.rint(stage["work_us"] * factor))
    set_phase(b, i, WORKING)
    first = np.int64(np.rint(work * stage["more_at"])) if stage["more"] == 1 else work
    incident["work_left_us"], incident["asks"] = work - first, stage["more"]
    incident["milestone_left_us"] = NEVER
    schedule(b, WORK, i, now + first)


@compiled
def _go_on_working(b, i, now):
    incident = b.incidents[i]
    set_phase(b, i, WORKING)
    left = incident["work_left_us"]
    if incident["milestone_left_us"] < NEVER:
        left = incident["milestone_left_us"]
        incident["milestone_left_us"] = NEVER
    schedule(b, WORK, i, now + left)


@compiled
def interrupt_work(b, i, now):
    """Rule 26a: work waits where those who are left are not enough."""
    incident = b.incidents[i]
    if incident["phase"] == WORKING and not _is_ready(b, i, _safe(b, i, NOBODY)):
        incident["milestone_left_us"] = due(b, WORK, i) - now
        cancel(b, WORK, i)
        set_phase(b, i, WAITING)


@compiled
def work_moment(b, i, now):
    """WORK: the look is over, the scene asks for more, or the work is done."""
    incident, row = b.incidents[i], class_of(b, i)
    if incident["phase"] == LOOKING:
        close_and_release(b, i, UNFOUNDED if b.drawn[i]["unfounded"] == 1 else GONE_ON_ARRIVAL, now)
        return
    if incident["asks"] == 0:
        _end_work(b, i, now)
        return
    incident["asks"] = 0
    if row["more_count"] == 0:
        _go_on_working(b, i, now)
        return
    set_phase(b, i, WAITING)
    add_slots(b, i, row["more_first"], row["more_count"])
    u = incident["first_member"]
    while u != NOBODY:
        filled = slots_filled(b, u, i)
        if filled == 0:
            take_slot(b, u, i)
        elif filled == 1:
            take_second_slot(b, u, i, slot_of(b, u, i))
        u = b.units[u]["next_member"]
    b.run[0]["dispatch_due"] = 1
    update_scene(b, i, now)


@compiled
def holders_leave(b, i, now):
    """HOLDERS_LEAVE, rule 18a."""
    incident = b.incidents[i]
    u = incident["first_member"]
    while u != NOBODY:
        after = b.units[u]["next_member"]
        if not is_gated_by(b, u, i) and b.units[u]["relieving"] == NOBODY:
            if b.units[u]["present"] == 0 or incident["off_model"] == 2 or _safe(b, i, u):
                release(b, u, True, False, now)
        u = after
    update_scene(b, i, now)


@compiled
def reaim(b, i, now):
    """Rule 20a: members on their way set out anew."""
    u = b.incidents[i]["first_member"]
    while u != NOBODY:
        unit = b.units[u]
        after = unit["next_member"]
        if unit["state"] == EN_ROUTE and unit["pausing"] == 0:
            aim_again(b, u, now)
        u = after


@compiled
def _take_over(b, u, i, now):
    """Rule 31f: the relief has come."""
    other, at = b.units[u]["relieving"], b.units[u]["relieving_at"]
    b.units[u]["relieving"] = NOBODY
    if b.units[other]["assignment"] != at or b.units[other]["present"] == 0:
        return
    k = slot_of(b, other, i)
    if k != NOBODY and slot_of(b, u, i) == NOBODY:
        b.slot_unit[i, k] = u
    b.assignments[b.units[other]["assignment"]]["handed_over"] = 1
    release(b, other, False, False, now)


@compiled
def arrive(b, u, now):
    """The unit has come to its incident."""
    unit = b.units[u]
    i = unit["incident"]
    incident = b.incidents[i]
    set_state(b, u, ON_SCENE, now)
    unit["present"] = 1
    unit["meets"] = 0
    b.assignments[unit["assignment"]]["arrived_us"] = now
    if incident["first_arrival_us"] >= NEVER:
        incident["first_arrival_us"] = now
        cancel(b, GIVES_UP, i)
        if incident["phase"] == OPEN and (b.drawn[i]["unfounded"] == 1 or now >= incident["over_us"]):
            halt_hazard(b, i, now)
            set_phase(b, i, LOOKING)
            leave_queue(b, i)
            if incident["moving"] == 1:
                fix_place(b, i, now)
                reaim(b, i, now)
            schedule(b, WORK, i, now + b.look_us)
    if unit["relieving"] != NOBODY:
        _take_over(b, u, i, now)
    update_scene(b, i, now)
    if incident["moving"] == 1 and unit["on_foot"] == 0 and b.foot[b.roster[u]["mode"]] != b.roster[u]["mode"]:
        row = b.segments[incident["segment"]]
        offset = incident_offset(b, i, now)
        leave_vehicle(b, u, row["a"] if offset <= row["length_m"] - offset else row["b"])
