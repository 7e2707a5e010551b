"""What a patrol that stands, stood or passed keeps from happening. Rule 11a.

Nothing of it is kept where no class can be deterred.
"""

from __future__ import annotations

import math

from sim.kernel.compiled import compiled
from sim.vocabulary import NEVER


@compiled
def _effect_of_stop(b, dwell_us):
    """Straight between the points of the curve, the last effect beyond them."""
    curve = b.deterrence_curve
    last = len(curve) - 1
    for k in range(last):
        to_us = curve[k + 1, 0]
        if dwell_us < to_us:
            from_us, effect = curve[k, 0], curve[k, 1]
            return effect + (curve[k + 1, 1] - effect) * ((dwell_us - from_us) / (to_us - from_us))
    return curve[last, 1]


@compiled
def _left_of_stop(b, segment, now):
    """What is left of the stop that counts on a segment where one has ended."""
    return b.stop_effect[segment] * math.exp(-(now - b.stop_end_us[segment]) / b.deterrence[2])


@compiled
def start_stop(b, u, now):
    """A unit in PATROL or POST stands: since now, unless it stood here before."""
    unit = b.units[u]
    if unit["stood_us"] < NEVER:
        if unit["stood_on"] == unit["segment"]:
            return
        end_stop(b, u, now)
    unit["stood_us"], unit["stood_on"] = now, unit["segment"]


@compiled
def end_stop(b, u, now):
    """The unit stands there no longer, if it did."""
    unit = b.units[u]
    if unit["stood_us"] >= NEVER:
        return
    segment, effect = unit["stood_on"], _effect_of_stop(b, now - unit["stood_us"])
    unit["stood_us"] = NEVER
    if b.stop_end_us[segment] < 0 or effect >= _left_of_stop(b, segment, now):
        b.stop_effect[segment], b.stop_end_us[segment] = effect, now


@compiled
def _effect(b, segment, now):
    """The largest effect on a segment."""
    most = 0.0
    if b.last_pass[segment] >= 0:
        most = max(most, b.deterrence[0] * math.exp(-(now - b.last_pass[segment]) / b.deterrence[1]))
    if b.stop_end_us[segment] >= 0:
        most = max(most, _left_of_stop(b, segment, now))
    for u in range(len(b.units)):
        unit = b.units[u]
        if unit["stood_us"] < NEVER and unit["stood_on"] == segment:
            most = max(most, _effect_of_stop(b, now - unit["stood_us"]))
    return most


@compiled
def is_deterred(b, i, now):
    """Whether the incident, about to begin, does not happen."""
    if b.classes[b.incidents[i]["class_"]]["deterrable"] == 0:
        return False
    return b.drawn[i]["mark"] >= 1.0 - _effect(b, b.drawn[i]["segment"], now)
