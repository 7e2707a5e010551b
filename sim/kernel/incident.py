"""The life of an incident until somebody comes: begin, path, worsening, call, sighting, giving up. Rules 11 to 16,
20, 27.
"""

from __future__ import annotations

from sim.kernel.assigning import assign, head_for_incident
from sim.kernel.calendar import cancel, due, schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.deterrence import is_deterred
from sim.kernel.facts import authority_over, class_of, outage_us, set_phase, stage_of
from sim.kernel.ledger import set_state
from sim.kernel.members import release
from sim.kernel.motion import stop_unit
from sim.kernel.queue import enter_queue, in_queue, leave_queue, next_unanswered, wait_for_answer
from sim.kernel.scene import (
    close_and_release,
    close_incident,
    halt_hazard,
    reaim,
    run_hazard,
    set_worsening,
    update_scene,
)
from sim.kernel.sight import first_sight, hide, look, notices, show
from sim.kernel.slots import add_slots, take_slot
from sim.tables import MAX_STAGES
from sim.vocabulary import NEVER, NOBODY, Authority, EventKind, LeavesPost, Outcome, Phase, UnitState

UNKNOWN, OPEN, LOOKING = codes(Phase.UNKNOWN, Phase.OPEN, Phase.LOOKING)
NO_AUTHORITY, OBSERVE = codes(Authority.NONE, Authority.OBSERVE)
PATROL, EN_ROUTE = codes(UnitState.PATROL, UnitState.EN_ROUTE)
STAYS = int(LeavesPost.NEVER)
REACHED_TARGET, UNNOTICED, ABANDONED = codes(Outcome.REACHED_TARGET, Outcome.UNNOTICED, Outcome.ABANDONED)
DETERRED = int(Outcome.DETERRED)
INCIDENT_BEGINS, INCIDENT_LEG = codes(EventKind.INCIDENT_BEGINS, EventKind.INCIDENT_LEG)
CALL, EXPIRES, GIVES_UP = codes(EventKind.CALL, EventKind.EXPIRES, EventKind.GIVES_UP)
OFF_MODEL_ARRIVES, SENDABLE, HANDLED = codes(EventKind.OFF_MODEL_ARRIVES, EventKind.SENDABLE, EventKind.HANDLED)


@compiled
def _set_over(b, i, now):
    """When a called incident is over by itself, rule 11."""
    stage = stage_of(b, i)
    b.incidents[i]["over_us"] = NEVER if stage["outlives"] == 1 else now + stage["lifetime_us"]


@compiled
def begin_incident(b, i, now):
    """INCIDENT_BEGINS, rules 11 and 11a."""
    incident, fixed, stage = b.incidents[i], b.drawn[i], stage_of(b, i)
    if i + 1 < len(b.drawn):
        schedule(b, INCIDENT_BEGINS, i + 1, b.drawn[i + 1]["began_us"])
    if b.deters == 1 and is_deterred(b, i, now):
        close_incident(b, i, DETERRED, now)
        return
    set_phase(b, i, UNKNOWN)
    _set_over(b, i, now)
    if stage["called"] == 1:
        schedule(b, CALL, i, now + stage["report_us"])
    else:
        schedule(b, EXPIRES, i, now + stage["lifetime_us"])
    row = class_of(b, i)
    add_slots(b, i, row["slot_first"], row["slot_count"])
    incident["base_slots"] = incident["slots"]
    if fixed["path_count"] > 0:
        incident["moving"] = 1
        _enter_leg(b, i, fixed["path_first"], now)
    run_hazard(b, i, now)
    show(b, i, now)


@compiled
def _enter_leg(b, i, leg, now):
    incident = b.incidents[i]
    incident["leg"] = leg
    incident["segment"] = b.path[leg]["segment"]
    incident["offset_m"] = b.path[leg]["from_m"]
    incident["left_us"] = now
    incident["due_us"] = now + b.path[leg]["duration_us"]
    schedule(b, INCIDENT_LEG, i, incident["due_us"])


@compiled
def end_incident_leg(b, i, now):
    """INCIDENT_LEG, rule 20."""
    incident, fixed = b.incidents[i], b.drawn[i]
    b.run[0]["agent_events"] += 1
    last = fixed["path_first"] + fixed["path_count"] - 1
    if incident["phase"] == UNKNOWN:
        hide(b, i)
    if incident["leg"] < last:
        _enter_leg(b, i, incident["leg"] + 1, now)
    else:
        incident["moving"] = 0
        incident["offset_m"] = b.path[incident["leg"]]["to_m"]
        if b.classes[b.stages[i * MAX_STAGES]["class_"]]["moves_to_site"] == 1:
            close_and_release(b, i, REACHED_TARGET, now)
            return
    show(b, i, now)
    reaim(b, i, now)


@compiled
def worsen(b, i, now):
    """WORSENS, rule 16."""
    incident = b.incidents[i]
    b.run[0]["agent_events"] += 1
    halt_hazard(b, i, now)
    unknown = incident["phase"] == UNKNOWN
    if unknown:
        hide(b, i)
    incident["stage"] += 1
    incident["gathered"] = 0.0
    stage = stage_of(b, i)
    incident["class_"] = stage["class_"]
    row = class_of(b, i)
    if incident["on_view"] == 0:
        _set_over(b, i, now)
    if unknown:
        incident["received_class"] = incident["class_"]
        call = due(b, CALL, i)
        if stage["called"] == 1:
            call = min(call, now + stage["report_us"])
        if call < NEVER:
            schedule(b, CALL, i, call)
            cancel(b, EXPIRES, i)
        else:
            schedule(b, EXPIRES, i, now + stage["lifetime_us"])
    else:
        cancel(b, GIVES_UP, i)
        if row["off_model"] == 0:
            cancel(b, OFF_MODEL_ARRIVES, i)
            incident["off_model"] = 0
        elif incident["off_model"] == 0 and incident["answered_us"] < NEVER:
            incident["off_model"] = 1
            schedule(b, OFF_MODEL_ARRIVES, i, now + stage["off_model_us"])
    _change_slots(b, i, now)
    run_hazard(b, i, now)
    show(b, i, now)
    if not unknown:
        b.run[0]["dispatch_due"] = 1
        if in_queue(b, i):
            leave_queue(b, i)
            enter_queue(b, i)
        update_scene(b, i, now)


@compiled
def _change_slots(b, i, now):
    """The slots of the new class; members take them in their order."""
    incident, row = b.incidents[i], class_of(b, i)
    incident["slots"] = incident["shut"] = 0
    add_slots(b, i, row["slot_first"], row["slot_count"])
    incident["base_slots"] = incident["slots"]
    u = incident["first_member"]
    while u != NOBODY:
        after = b.units[u]["next_member"]
        if authority_over(b, u, i) == NO_AUTHORITY:
            release(b, u, False, False, now)
        else:
            take_slot(b, u, i)
        u = after


@compiled
def _receive(b, i, now):
    """The incident is received, rule 12."""
    incident = b.incidents[i]
    if incident["phase"] == UNKNOWN:
        hide(b, i)
    cancel(b, CALL, i)
    cancel(b, EXPIRES, i)
    set_phase(b, i, OPEN)
    incident["received_us"] = now
    incident["received_class"] = incident["class_"]


@compiled
def _answer(b, i, handling_us, now):
    """Tiers can be sent their relay time after the handling, rule 12."""
    incident = b.incidents[i]
    incident["answered_us"] = now
    handled = now + handling_us + outage_us(b, now)
    incident["handled_us"] = handled
    if class_of(b, i)["off_model"] == 1:
        incident["off_model"] = 1
        schedule(b, OFF_MODEL_ARRIVES, i, now + b.off_model_handling_us + stage_of(b, i)["off_model_us"])
    first = NEVER
    for k in range(len(b.tiers)):
        first = min(first, handled + b.tiers[k]["relay_us"])
    schedule(b, SENDABLE, i, first)


@compiled
def _answer_call(b, i, now):
    """A call-taker, or anybody where they are not counted, answers."""
    _answer(b, i, b.call_handling_us, now)
    if b.call_takers > 0:
        b.run[0]["handling"] += 1
        schedule(b, HANDLED, i, b.incidents[i]["handled_us"])


@compiled
def take_call(b, i, now):
    """CALL, rules 12 and 12a."""
    _receive(b, i, now)
    patience = stage_of(b, i)["patience_us"]
    if patience < NEVER:
        schedule(b, GIVES_UP, i, now + patience)
    if b.call_takers > 0 and b.run[0]["handling"] >= b.call_takers:
        wait_for_answer(b, i)
    else:
        _answer_call(b, i, now)


@compiled
def call_handled(b, now):
    """HANDLED, rule 12a."""
    b.run[0]["handling"] -= 1
    i = next_unanswered(b)
    if i != NOBODY:
        _answer_call(b, i, now)


@compiled
def sight_incident(b, u, now):
    """SIGHTING, rules 13d and 13e."""
    unit = b.units[u]
    i = unit["sees"]
    unit["sees"] = NOBODY
    incident = b.incidents[i]
    if (
        incident["phase"] != UNKNOWN
        or b.segments[incident["segment"]]["view"] != b.segments[unit["segment"]]["view"]
        or first_sight(b, u, i) != now
        or not notices(b, u, i)
    ):
        look(b, u, now)
        return
    incident["on_view"] = 1
    incident["over_us"] = NEVER
    set_worsening(b, i, now)
    _receive(b, i, now)
    _answer(b, i, b.on_view_report_us, now)
    if authority_over(b, u, i) >= OBSERVE and (unit["state"] == PATROL or b.roster[u]["leaves_post"] != STAYS):
        stop_unit(b, u, now)
        set_state(b, u, EN_ROUTE, now)
        assign(b, u, i, NOBODY, 1, now, now)
        b.assignments[unit["assignment"]]["slot"] = take_slot(b, u, i)
        if not head_for_incident(b, u, now):
            release(b, u, False, False, now)
    else:
        look(b, u, now)


@compiled
def become_sendable(b, i, now):
    """SENDABLE, rule 12: set the next one."""
    incident = b.incidents[i]
    b.run[0]["dispatch_due"] = 1
    if incident["phase"] != LOOKING and not in_queue(b, i):
        enter_queue(b, i)
    after = NEVER
    for k in range(len(b.tiers)):
        at = incident["handled_us"] + b.tiers[k]["relay_us"]
        if at > now:
            after = min(after, at)
    if after < NEVER:
        schedule(b, SENDABLE, i, after)
    else:
        incident["past_sendable"] = 1


@compiled
def expire(b, i, now):
    """EXPIRES: nobody called, nobody saw."""
    close_and_release(b, i, UNNOTICED, now)


@compiled
def give_up(b, i, now):
    """GIVES_UP, rule 27."""
    close_and_release(b, i, ABANDONED, now)


@compiled
def off_model_arrives(b, i, now):
    """OFF_MODEL_ARRIVES, rule 12."""
    b.incidents[i]["off_model"] = 2
    b.run[0]["agent_events"] += 1
    cancel(b, GIVES_UP, i)
    update_scene(b, i, now)
