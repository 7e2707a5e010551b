"""Patrol rules, 29: which street next? Each rule gets the arcs on offer and, where it draws, the drawn number."""

from __future__ import annotations

import numpy as np

from sim.kernel.calendar import schedule
from sim.kernel.compiled import codes, compiled
from sim.kernel.deterrence import end_stop
from sim.kernel.draw import uniform
from sim.kernel.ledger import end_stand, end_visit
from sim.kernel.motion import next_leg, set_out
from sim.kernel.sight import begin_spell, stand_and_look
from sim.kernel.streets import arc_tail, row_of, start_leg
from sim.vocabulary import NEVER, NOBODY, EventKind, Metric, PatrolRule, Purpose, UnitState

RANDOM, LEAST_RECENTLY_PASSED = codes(PatrolRule.RANDOM, PatrolRule.LEAST_RECENTLY_PASSED)
WEIGHTED = int(PatrolRule.WEIGHTED)
RESAMPLED, RESAMPLED_EACH_CALL = codes(PatrolRule.RESAMPLED, PatrolRule.RESAMPLED_EACH_CALL)
STREETS, PATROL, UNIT_NEXT = codes(Metric.STREETS, UnitState.PATROL, EventKind.UNIT_NEXT)
_PATROL_DRAW = int(Purpose.PATROL)


@compiled
def patrol_draw(b, u):
    """The unit's next patrol draw."""
    unit = b.units[u]
    draw = uniform(b.seed, b.replication, _PATROL_DRAW, b.roster[u]["key"], unit["choices"])
    unit["choices"] += 1
    return draw


@compiled
def _offered(b, row, beat, arc):
    return b.arc_us[row, arc] < NEVER and b.beat_segments[beat, arc // 2] == 1


@compiled
def _count(b, row, beat, n, without):
    """How many arcs are on offer at n, leaving out one segment."""
    count = 0
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, row, beat, arc):
            count += 1
    return count


@compiled
def _numbered(b, row, beat, n, without, number):
    """Arc number ``number`` of those on offer."""
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, row, beat, arc):
            if number == 0:
                return arc
            number -= 1
    return NOBODY


@compiled
def _uniformly(b, row, beat, n, without, draw):
    return _numbered(b, row, beat, n, without, np.int64(draw * _count(b, row, beat, n, without)))


@compiled
def _by_weight(b, row, beat, n, without, draw):
    total = 0.0
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, row, beat, arc):
            total += b.segments[arc // 2]["patrol_weight"]
    if total == 0.0:
        return _uniformly(b, row, beat, n, without, draw)
    running, last = 0.0, NOBODY
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, row, beat, arc):
            running += b.segments[arc // 2]["patrol_weight"]
            last = arc
            if running > draw * total:
                return arc
    return last


@compiled
def _longest_ago(b, row, beat, n):
    best, earliest = NOBODY, NEVER
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if b.last_taken[arc // 2] < earliest and _offered(b, row, beat, arc):
            best, earliest = arc, b.last_taken[arc // 2]
    return best


@compiled
def is_beat_intersection(b, u, n):
    """Whether an arc of the unit's beat that its mode may pass now leaves n, rule 10."""
    fixed = b.roster[u]
    if b.beat_nodes[fixed["beat"], n] == 0:
        return False
    return b.run[0]["epoch_row"] == 0 or _count(b, row_of(b, fixed["mode"]), fixed["beat"], n, NOBODY) > 0


@compiled
def stand_for_want_of_streets(b, u, now):
    """A unit in PATROL has nowhere to go and stands until the streets change, rules 10b and 31d."""
    stand_and_look(b, u, now)
    b.units[u]["wants_way"] = 1


@compiled
def choose_arc(b, u, n):
    """The arc that unit u takes at intersection n of its beat."""
    unit, fixed = b.units[u], b.roster[u]
    row, beat, rule = row_of(b, fixed["mode"]), fixed["beat"], fixed["rule"]
    if rule == LEAST_RECENTLY_PASSED:
        return _longest_ago(b, row, beat, n)
    draw = patrol_draw(b, u)
    if rule == RANDOM:
        return _uniformly(b, row, beat, n, NOBODY, draw)
    without = unit["came"]
    if _count(b, row, beat, n, without) == 0:
        without = NOBODY
    if rule == WEIGHTED:
        return _by_weight(b, row, beat, n, without, draw)
    return _uniformly(b, row, beat, n, without, draw)


@compiled
def patrol_from(b, u, n, now):
    """Take the next street of the beat."""
    _take_street(b, u, choose_arc(b, u, n), now)


@compiled
def _take_street(b, u, arc, now):
    b.last_taken[arc // 2] = now
    length = b.segments[arc // 2]["length_m"]
    if arc % 2 == 0:
        start_leg(b, u, arc // 2, 0.0, length, now)
    else:
        start_leg(b, u, arc // 2, length, 0.0, now)
    begin_spell(b, u, now)


@compiled
def patrol_on(b, u, now):
    """From mid-segment in the beat to one of its ends, rule 31d."""
    unit = b.units[u]
    segment, mode = unit["segment"], b.roster[u]["mode"]
    draw = patrol_draw(b, u)
    b.last_taken[segment] = now
    to_a, to_b = b.arc_us[mode, 2 * segment + 1] < NEVER, b.arc_us[mode, 2 * segment] < NEVER
    if to_a and (draw < 0.5 or not to_b):
        start_leg(b, u, segment, unit["offset_m"], 0.0, now)
    else:
        start_leg(b, u, segment, unit["offset_m"], b.segments[segment]["length_m"], now)
    begin_spell(b, u, now)


@compiled
def is_placed_anew(b, u):
    """Whether the unit's rule is one of 29a."""
    rule = b.roster[u]["rule"]
    return rule == RESAMPLED or rule == RESAMPLED_EACH_CALL


@compiled
def place_anew(b, u, now):
    """Rule 29a: stand at a drawn place of the beat. The unit is in PATROL."""
    unit, beat = b.units[u], b.roster[u]["beat"]
    end_stand(b, u, now)
    running = b.beat_running_m[beat]
    if running[len(running) - 1] == 0.0:
        stand_and_look(b, u, now)
        return
    if b.deters == 1:
        end_stop(b, u, now)
    first, second, third = patrol_draw(b, u), patrol_draw(b, u), patrol_draw(b, u)
    wanted = first * running[len(running) - 1]
    low, high = 0, len(running) - 1
    while low < high:  # the first whose running sum exceeds what is wanted
        middle = (low + high) // 2
        if running[middle] > wanted:
            high = middle
        else:
            low = middle + 1
    while b.beat_segments[beat, low] == 0:  # none exceeds: the last of the beat
        low -= 1
    row = b.segments[low]
    unit["segment"] = low
    if b.metric == STREETS:
        unit["offset_m"] = second * row["length_m"]
    else:
        x0, y0, x1, y1 = b.x_m[row["a"]], b.y_m[row["a"]], b.x_m[row["b"]], b.y_m[row["b"]]
        unit["offset_m"], unit["across_m"] = x0 + second * (x1 - x0), y0 + third * (y1 - y0)
    stand_and_look(b, u, now)


@compiled
def place_all_anew(b, now):
    """A call can be answered: units of RESAMPLED_EACH_CALL on patrol stand elsewhere."""
    for u in range(len(b.units)):
        if b.roster[u]["rule"] == RESAMPLED_EACH_CALL and b.units[u]["state"] == PATROL:
            place_anew(b, u, now)


# ------------------------------------------------------------------------------------------------ round


@compiled
def next_of_round(b, u):
    """The arc that the unit takes next, rule 29b."""
    return b.round_arcs[b.beats[b.roster[u]["beat"]]["round_first"] + b.units[u]["turn"]]


@compiled
def find_next_of_round(b, u):
    """Move the unit's place in the round on over arcs that its mode may not pass now. Returns whether one is left."""
    unit, row, count = b.units[u], row_of(b, b.roster[u]["mode"]), b.beats[b.roster[u]["beat"]]["round_count"]
    for _ in range(count):
        if b.arc_us[row, next_of_round(b, u)] < NEVER:
            return True
        unit["turn"] = (unit["turn"] + 1) % count
    return False


@compiled
def round_starts_at(b, u):
    """The intersection that this arc leaves."""
    return arc_tail(b, next_of_round(b, u))


@compiled
def go_the_round(b, u, now):
    """At that intersection: take the arc."""
    unit = b.units[u]
    arc = next_of_round(b, u)
    unit["turn"] = (unit["turn"] + 1) % b.beats[b.roster[u]["beat"]]["round_count"]
    _take_street(b, u, arc, now)


# ----------------------------------------------------------------------------------------------- visits


@compiled
def _longest_unvisited(b, beat, bound_too):
    row = b.beats[beat]
    best, earliest = NOBODY, NEVER
    for v in range(row["visit_first"], row["visit_first"] + row["visit_count"]):
        if b.last_visit_us[v] < earliest and (bound_too or b.visit_bound[v] == 0):
            best, earliest = v, b.last_visit_us[v]
    return best


@compiled
def go_visiting(b, u, now):
    """Rule 29c: choose a point and set out there. The unit is in PATROL."""
    unit, beat = b.units[u], b.roster[u]["beat"]
    end_stand(b, u, now)
    v = _longest_unvisited(b, beat, False)
    if v == NOBODY:
        v = _longest_unvisited(b, beat, True)
    if v == NOBODY:
        stand_and_look(b, u, now)
        return
    unit["bound_for"] = v
    b.visit_bound[v] += 1
    head_for_point(b, u, now)


@compiled
def head_for_point(b, u, now):
    """Set out to the point that the unit is bound for; without a way it is bound for it no more, rule 10b."""
    unit = b.units[u]
    point = b.visits[unit["bound_for"]]
    if not set_out(b, u, point["segment"], point["offset_m"], 0.0, now):
        end_visit(b, u)
        stand_for_want_of_streets(b, u, now)
    elif unit["moving"] == 1:
        _leg_of_visit(b, u, now)


@compiled
def _leg_of_visit(b, u, now):
    b.last_taken[b.units[u]["segment"]] = now
    begin_spell(b, u, now)


@compiled
def visit_on(b, u, now):
    """The end of a leg of its way, of a way of no length, or of the dwelling. Returns whether it may choose anew."""
    unit = b.units[u]
    v = unit["bound_for"]
    if unit["dwelling"] == 1:
        if b.warm_up_us <= now < b.end_us:
            b.visit_records[v]["visits"] += 1
            b.visit_records[v]["dwelled_us"] += b.visits[v]["dwell_us"]
        end_visit(b, u)
        return True
    if next_leg(b, u, now):
        _leg_of_visit(b, u, now)
        return False
    b.last_visit_us[v] = now
    unit["dwelling"] = 1
    stand_and_look(b, u, now)
    schedule(b, UNIT_NEXT, u, now + b.visits[v]["dwell_us"])
    return False
