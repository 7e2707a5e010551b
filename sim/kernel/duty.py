"""Spells of duty, commitments, and what a unit does when it is free: rules 28 to 32."""

from __future__ import annotations

from sim.kernel.assigning import send
from sim.kernel.bases import base_of
from sim.kernel.calendar import cancel, schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.compliance import slacks
from sim.kernel.escalation import is_on_call
from sim.kernel.joint import follow_spell, is_two, seek_other_half
from sim.kernel.ledger import ACTIVITY, add_overtime, set_state
from sim.kernel.motion import incident_offset, set_out, stop_unit, travel_us, unit_place
from sim.kernel.patrol import (
    find_next_of_round,
    go_the_round,
    go_visiting,
    is_beat_intersection,
    is_placed_anew,
    patrol_from,
    patrol_on,
    place_anew,
    round_starts_at,
    stand_for_want_of_streets,
)
from sim.kernel.sight import stand_and_look
from sim.kernel.streets import add_us, end_node, intersection_at, out_us, row_of, set_out_to_intersection
from sim.vocabulary import NEVER, NOBODY, Activity, CommitmentKind, Duty, EventKind, PatrolRule, Phase, UnitState

OFF_DUTY, MUSTER, PATROL, POST = codes(UnitState.OFF_DUTY, UnitState.MUSTER, UnitState.PATROL, UnitState.POST)
RETURNING, PLANNED, BREAK, TO_BASE = codes(UnitState.RETURNING, UnitState.PLANNED, UnitState.BREAK, UnitState.TO_BASE)
ON_SCENE, SLACK, ON_POST = codes(UnitState.ON_SCENE, UnitState.SLACK, Duty.POST)
ROUND, VISITS, CLOSED = codes(PatrolRule.ROUND, PatrolRule.VISITS, Phase.CLOSED)
UNIT_NEXT, DUTY_BEGINS = codes(EventKind.UNIT_NEXT, EventKind.DUTY_BEGINS)
DUTY_ENDS, COMMITMENT = codes(EventKind.DUTY_ENDS, EventKind.COMMITMENT)
IS_FREE = int(Activity.FREE)
_BREAK_KIND = int(CommitmentKind.BREAK)


@compiled
def _release(b, u, now):
    """At base after duty."""
    unit = b.units[u]
    add_overtime(b, u, now)
    set_state(b, u, OFF_DUTY, now)
    unit["off_due"] = 0
    unit["duty"] += 1


@compiled
def go_to_base(b, u, now):
    """The spell is over."""
    set_state(b, u, TO_BASE, now)
    segment, offset_m, across_m = base_of(b, u, now)
    set_out(b, u, segment, offset_m, across_m, now)


@compiled
def _arm_commitment(b, u, now):
    """Set the event of the next commitment; one that is overdue begins when the unit becomes free."""
    unit, fixed = b.units[u], b.roster[u]
    if unit["commitment"] < fixed["commitment_first"] + fixed["commitment_count"]:
        start = b.commitments[unit["commitment"]]["start_us"]
        if start > now:
            schedule(b, COMMITMENT, u, start)


@compiled
def _begin_commitment(b, u, now):
    """Start the next commitment where the unit stands."""
    unit = b.units[u]
    row = b.commitments[unit["commitment"]]
    unit["commitment"] += 1
    unit["commit_kind"], unit["commit_priority"] = row["kind"], row["priority"]
    unit["commit_left_us"] = row["duration_us"]
    unit["committed"] = unit["commitment"] - 1
    _resume_commitment(b, u, now)
    _arm_commitment(b, u, now)


@compiled
def _resume_commitment(b, u, now):
    unit = b.units[u]
    set_state(b, u, BREAK if unit["commit_kind"] == _BREAK_KIND else PLANNED, now)
    row = b.commitments[unit["committed"]]
    if row["segment"] == NOBODY:
        spend_commitment(b, u, now)
    else:
        unit["commit_end_us"] = NEVER  # until it is there
        go_to_commitment(b, u, now)


@compiled
def go_to_commitment(b, u, now):
    """Set out for the place of the planned work or break in hand."""
    row = b.commitments[b.units[u]["committed"]]
    set_out(b, u, row["segment"], row["offset_m"], row["across_m"], now)


@compiled
def spend_commitment(b, u, now):
    """The unit is where its planned work or break is: the rest of it runs."""
    unit = b.units[u]
    unit["commit_end_us"] = now + unit["commit_left_us"]
    unit["commit_left_us"] = 0
    schedule(b, UNIT_NEXT, u, unit["commit_end_us"])


@compiled
def _miss(b, u):
    """The next commitment does not happen."""
    unit = b.units[u]
    row = b.commitments[unit["commitment"]]
    unit["commitment"] += 1
    if row["kind"] == _BREAK_KIND and b.warm_up_us <= row["start_us"] < b.end_us:
        b.unit_records[u]["breaks_missed"] += 1


@compiled
def _next_is_due(b, u, now):
    """Whether a commitment is due, after those whose time is past, rule 31c."""
    unit, fixed = b.units[u], b.roster[u]
    last, missed = fixed["commitment_first"] + fixed["commitment_count"], False
    while unit["commitment"] < last and b.commitments[unit["commitment"]]["latest_us"] < now:
        _miss(b, u)
        missed = True
    if unit["commitment"] < last and b.commitments[unit["commitment"]]["start_us"] <= now:
        return True
    if missed:
        _arm_commitment(b, u, now)
    return False


@compiled
def _nearest_beat_node(b, u):
    """Rule 31d: the intersection of the beat with the least way; NOBODY where there is none."""
    unit, fixed = b.units[u], b.roster[u]
    mode, beat = fixed["mode"], fixed["beat"]
    to_a = out_us(b, mode, unit["segment"], unit["offset_m"], 0)
    to_b = out_us(b, mode, unit["segment"], unit["offset_m"], 1)
    a, z = end_node(b, unit["segment"], 0), end_node(b, unit["segment"], 1)
    row, best, best_us = row_of(b, mode), NOBODY, NEVER
    for n in range(len(b.x_m)):
        if b.beat_nodes[beat, n] == 1:
            us = min(add_us(to_a, b.time_us[row, a, n]), add_us(to_b, b.time_us[row, z, n]))
            if us < best_us and is_beat_intersection(b, u, n):
                best, best_us = n, us
    return best


@compiled
def _is_there(b, u, segment, offset_m, across_m, now):
    """Whether the unit stands at this very place; otherwise it sets out there."""
    unit = b.units[u]
    if unit["segment"] == segment and unit["offset_m"] == offset_m and unit["across_m"] == across_m:
        return True
    set_state(b, u, RETURNING, now)
    set_out(b, u, segment, offset_m, across_m, now)
    return False


@compiled
def _hold_post(b, u, segment, offset_m, across_m, now):
    if _is_there(b, u, segment, offset_m, across_m, now):
        set_state(b, u, POST, now)
        stand_and_look(b, u, now)


@compiled
def _slack(b, u, now):
    """Rule 33a: at base instead of on patrol."""
    segment, offset_m, across_m = base_of(b, u, now)
    if _is_there(b, u, segment, offset_m, across_m, now):
        set_state(b, u, SLACK, now)
        schedule(b, UNIT_NEXT, u, b.units[u]["decided_us"] + b.slack_us)


@compiled
def back_to_duty(b, u, now):
    """Patrol or post, or the way there. Where halves become one again (28b), the joint unit becomes free."""
    whole = _resume_duty(b, u, now)
    if whole != NOBODY:
        _free(b, whole, now)


@compiled
def _resume_duty(b, u, now):
    """Back to duty; the joint unit that has to become free then, or NOBODY."""
    unit, fixed = b.units[u], b.roster[u]
    if fixed["duty"] == ON_POST:
        _hold_post(b, u, fixed["post_segment"], fixed["post_offset_m"], fixed["post_across_m"], now)
        return NOBODY
    if unit["moved_up"] != NOBODY:
        point = b.cover_points[unit["moved_up"]]
        _hold_post(b, u, point["segment"], point["offset_m"], point["across_m"], now)
        return NOBODY
    if fixed["may_slack"] == 1 and b.slack_us > 0 and slacks(b, u, now):
        _slack(b, u, now)
        return NOBODY
    if fixed["whole"] != NOBODY:
        found, whole = seek_other_half(b, u, now)
        if found:
            return whole
    _go_on_patrol(b, u, now)
    return NOBODY


@compiled
def _go_on_patrol(b, u, now):
    """By the rule of the unit's line."""
    unit, fixed = b.units[u], b.roster[u]
    if is_placed_anew(b, u):
        set_state(b, u, PATROL, now)
        place_anew(b, u, now)
        return
    if fixed["rule"] == VISITS:
        set_state(b, u, PATROL, now)
        go_visiting(b, u, now)
        return
    if fixed["rule"] == ROUND:
        if not find_next_of_round(b, u):
            set_state(b, u, PATROL, now)
            stand_for_want_of_streets(b, u, now)
            return
        n = round_starts_at(b, u)
        if intersection_at(b, unit["segment"], unit["offset_m"]) == n:
            set_state(b, u, PATROL, now)
            go_the_round(b, u, now)
        else:
            set_state(b, u, RETURNING, now)
            set_out_to_intersection(b, u, n, now)
        return
    n = intersection_at(b, unit["segment"], unit["offset_m"])
    if n != NOBODY:
        if is_beat_intersection(b, u, n):
            set_state(b, u, PATROL, now)
            patrol_from(b, u, n, now)
            return
    elif b.beat_segments[fixed["beat"], unit["segment"]] == 1:
        set_state(b, u, PATROL, now)
        patrol_on(b, u, now)
        return
    n = _nearest_beat_node(b, u)
    if n == NOBODY:
        set_state(b, u, PATROL, now)
        stand_for_want_of_streets(b, u, now)
    else:
        set_state(b, u, RETURNING, now)
        set_out_to_intersection(b, u, n, now)


@compiled
def _has_a_way(b, u, i, now):
    """Whether the unit can come to incident i."""
    offset, across = unit_place(b, u, now)
    incident, mode, to_m = b.incidents[i], b.roster[u]["mode"], incident_offset(b, i, now)
    start = b.units[u]["segment"]
    return travel_us(b, mode, 1.0, start, offset, across, incident["segment"], to_m, incident["across_m"]) < NEVER


@compiled
def _relieve(b, u, now):
    """Rule 31f: go to the scene of the unit that waits for its relief, if it still does."""
    unit = b.units[u]
    other, at = unit["relieves"], unit["relieves_at"]
    unit["relieves"] = NOBODY
    waits = b.units[other]
    if unit["off_due"] == 1 or waits["assignment"] != at or waits["present"] == 0:
        return False
    if b.incidents[waits["incident"]]["phase"] == CLOSED or not _has_a_way(b, u, waits["incident"], now):
        return False
    send(b, u, waits["incident"], NOBODY, now, now)
    unit["relieving"], unit["relieving_at"] = other, at
    return True


@compiled
def _ask_for_relief(b, u, now):
    """Rule 31f: the spell is over and the unit is on a scene."""
    relief = b.spells[b.units[u]["duty"]]["relief"]
    if b.roster[u]["hands_over"] == 0 or relief == NOBODY:
        return
    other = b.units[relief]
    other["relieves"], other["relieves_at"] = u, b.units[u]["assignment"]
    if ACTIVITY[other["state"]] == IS_FREE and other["off_due"] == 0:
        _relieve(b, relief, now)


@compiled
def become_free(b, u, now):
    """Rule 31d. The unit stands at its place and belongs to no incident."""
    whole = _free(b, u, now)
    if whole != NOBODY:
        _free(b, whole, now)


@compiled
def _free(b, u, now):
    """Rule 31d; the joint unit that has to become free then, or NOBODY."""
    unit, whole = b.units[u], NOBODY
    unit["came"] = NOBODY
    b.run[0]["dispatch_due"] = 1
    if unit["relieves"] != NOBODY and _relieve(b, u, now):
        return whole
    if unit["off_due"] == 1:
        go_to_base(b, u, now)
    elif unit["commit_left_us"] > 0:
        _resume_commitment(b, u, now)
    elif _next_is_due(b, u, now):
        _begin_commitment(b, u, now)
    else:
        whole = _resume_duty(b, u, now)
    unit["incident"] = unit["assignment"] = NOBODY
    return whole


@compiled
def begin_duty(b, u, now):
    """DUTY_BEGINS, rule 31a."""
    two = is_two(b, u)
    _begin_spell(b, u, two, now)
    if two:
        for side in range(2):
            half = b.roster[u]["half"][side]
            if b.units[half]["off_due"] == 0:
                follow_spell(b, u, half)
            _begin_spell(b, half, False, now)


@compiled
def _begin_spell(b, u, two, now):
    """The unit begins its spell; a joint unit that is two only keeps the times."""
    unit, fixed = b.units[u], b.roster[u]
    if unit["off_due"] == 1:
        add_overtime(b, u, now)
        unit["off_due"] = 0
        unit["duty"] += 1
    schedule(b, DUTY_ENDS, u, b.spells[unit["duty"]]["end_us"])
    _arm_commitment(b, u, now)
    if two:
        return
    if unit["state"] == OFF_DUTY:
        unit["segment"], unit["offset_m"], unit["across_m"] = base_of(b, u, now)
        if fixed["muster_us"] > 0:
            set_state(b, u, MUSTER, now)
            schedule(b, UNIT_NEXT, u, now + fixed["muster_us"])
        else:
            become_free(b, u, now)
    elif unit["state"] == TO_BASE:
        stop_unit(b, u, now)
        become_free(b, u, now)


@compiled
def end_duty(b, u, now):
    """DUTY_ENDS, rule 31b."""
    unit, fixed = b.units[u], b.roster[u]
    unit["off_due"] = 1
    unit["commit_left_us"] = 0
    end = b.spells[unit["duty"]]["end_us"]
    last = fixed["commitment_first"] + fixed["commitment_count"]
    while unit["commitment"] < last and b.commitments[unit["commitment"]]["start_us"] < end:
        _miss(b, u)
    cancel(b, COMMITMENT, u)
    to_come = unit["duty"] + 1 < fixed["spell_first"] + fixed["spell_count"]
    if to_come and fixed["whole"] == NOBODY and not is_on_call(b, u):
        schedule(b, DUTY_BEGINS, u, b.spells[unit["duty"] + 1]["start_us"])
    state = unit["state"]
    if ACTIVITY[state] == IS_FREE or state == PLANNED or state == BREAK or state == MUSTER:
        stop_unit(b, u, now)
        go_to_base(b, u, now)
    elif state == ON_SCENE:
        _ask_for_relief(b, u, now)
    elif state == OFF_DUTY:  # a joint unit that is two: its halves have their own ends
        unit["off_due"] = 0
        unit["duty"] += 1


@compiled
def fall_due(b, u, now):
    """COMMITMENT, rule 31c."""
    if ACTIVITY[b.units[u]["state"]] == IS_FREE:
        stop_unit(b, u, now)
        _begin_commitment(b, u, now)


@compiled
def begin_run(b):
    """Section 5: crews whose spell covers time 0 are on duty at their start places; spells to come are set."""
    for u in range(len(b.units)):
        unit, fixed = b.units[u], b.roster[u]
        last = fixed["spell_first"] + fixed["spell_count"]
        while unit["duty"] < last and b.spells[unit["duty"]]["end_us"] <= 0:
            unit["duty"] += 1
        if unit["duty"] == last:
            unit["duty"] = max(fixed["spell_first"], last - 1)
            continue
        if is_on_call(b, u) or fixed["whole"] != NOBODY:
            continue
        spell = b.spells[unit["duty"]]
        if spell["start_us"] > 0:
            schedule(b, DUTY_BEGINS, u, spell["start_us"])
            continue
        schedule(b, DUTY_ENDS, u, spell["end_us"])
        unit["segment"], unit["offset_m"] = fixed["start_segment"], fixed["start_offset_m"]
        unit["across_m"] = fixed["start_across_m"]
        _arm_commitment(b, u, 0)
        become_free(b, u, 0)
    b.run[0]["dispatch_due"] = 0


@compiled
def unit_on_way_ends(b, u, now):
    """RETURNING or TO_BASE has come to its end."""
    unit = b.units[u]
    if unit["state"] == TO_BASE:
        _release(b, u, now)
    else:
        become_free(b, u, now)
