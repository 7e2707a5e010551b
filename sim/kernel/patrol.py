"""Patrol rules, 29: which street next? Each rule gets the arcs on offer and, where it draws, the drawn number."""

from __future__ import annotations

import numpy as np

from sim.kernel.compiled import codes, compiled
from sim.kernel.draw import uniform
from sim.kernel.ledger import add_presence
from sim.kernel.sight import begin_spell, stand_and_look
from sim.kernel.streets import start_leg
from sim.vocabulary import NEVER, NOBODY, Metric, PatrolRule, Purpose, UnitState

RANDOM, LEAST_RECENTLY_PASSED = codes(PatrolRule.RANDOM, PatrolRule.LEAST_RECENTLY_PASSED)
WEIGHTED = int(PatrolRule.WEIGHTED)
RESAMPLED, RESAMPLED_EACH_CALL = codes(PatrolRule.RESAMPLED, PatrolRule.RESAMPLED_EACH_CALL)
STREETS, PATROL = codes(Metric.STREETS, UnitState.PATROL)
_PATROL_DRAW = int(Purpose.PATROL)


@compiled
def patrol_draw(b, u):
    """The unit's next patrol draw."""
    unit = b.units[u]
    draw = uniform(b.seed, b.replication, _PATROL_DRAW, b.roster[u]["key"], unit["choices"])
    unit["choices"] += 1
    return draw


@compiled
def _offered(b, mode, beat, arc):
    return b.arc_us[mode, arc] < NEVER and b.beat_segments[beat, arc // 2] == 1


@compiled
def _count(b, mode, beat, n, without):
    """How many arcs are on offer at n, leaving out one segment."""
    count = 0
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, mode, beat, arc):
            count += 1
    return count


@compiled
def _numbered(b, mode, beat, n, without, number):
    """Arc number ``number`` of those on offer."""
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, mode, beat, arc):
            if number == 0:
                return arc
            number -= 1
    return NOBODY


@compiled
def _uniformly(b, mode, beat, n, without, draw):
    return _numbered(b, mode, beat, n, without, np.int64(draw * _count(b, mode, beat, n, without)))


@compiled
def _by_weight(b, mode, beat, n, without, draw):
    total = 0.0
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, mode, beat, arc):
            total += b.segments[arc // 2]["patrol_weight"]
    if total == 0.0:
        return _uniformly(b, mode, beat, n, without, draw)
    running, last = 0.0, NOBODY
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if arc // 2 != without and _offered(b, mode, beat, arc):
            running += b.segments[arc // 2]["patrol_weight"]
            last = arc
            if running > draw * total:
                return arc
    return last


@compiled
def _longest_ago(b, mode, beat, n):
    best, earliest = NOBODY, NEVER
    for k in range(b.node_first[n], b.node_first[n + 1]):
        arc = b.node_arcs[k]
        if b.last_taken[arc // 2] < earliest and _offered(b, mode, beat, arc):
            best, earliest = arc, b.last_taken[arc // 2]
    return best


@compiled
def choose_arc(b, u, n):
    """The arc that unit u takes at intersection n of its beat."""
    unit, fixed = b.units[u], b.roster[u]
    mode, beat, rule = fixed["mode"], fixed["beat"], fixed["rule"]
    if rule == LEAST_RECENTLY_PASSED:
        return _longest_ago(b, mode, beat, n)
    draw = patrol_draw(b, u)
    if rule == RANDOM:
        return _uniformly(b, mode, beat, n, NOBODY, draw)
    without = unit["came"]
    if _count(b, mode, beat, n, without) == 0:
        without = NOBODY
    if rule == WEIGHTED:
        return _by_weight(b, mode, beat, n, without, draw)
    return _uniformly(b, mode, beat, n, without, draw)


@compiled
def patrol_from(b, u, n, now):
    """Take the next street of the beat."""
    arc = choose_arc(b, u, n)
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
    if unit["stands"] == 1:
        add_presence(b, u, unit["segment"], max(unit["since_us"], unit["looks_from_us"]), now)
    running = b.beat_running_m[beat]
    if running[len(running) - 1] == 0.0:
        stand_and_look(b, u, now)
        return
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
