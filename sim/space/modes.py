"""What each mode may pass, and how long it takes: the arc tables."""

from __future__ import annotations

import numpy as np

from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Mode, ScenarioFile, SpeedTable
from sim.space.arcs import arc_ends
from sim.space.components import largest_component
from sim.space.grid import MIX
from sim.vocabulary import DAY, HOUR, NEVER, StreetKind

SLOWEST_ARC_US = DAY  #: keeps every sum over a way below 2**53, where float64 still counts microseconds exactly


def first_walker(spec: ScenarioFile) -> int | None:
    """The first mode that walks."""
    return next((index for index, mode in enumerate(spec.world.modes.values()) if mode.walks), None)


def feet(spec: ScenarioFile) -> np.ndarray:
    """The mode that a crew walks by, (M,) i2: walking modes themselves, else the first of those; itself without any."""
    walker = first_walker(spec)
    modes = enumerate(spec.world.modes.values())
    return np.array([index if mode.walks or walker is None else walker for index, mode in modes], np.int16)


def arc_times(spec: ScenarioFile, segments: np.ndarray) -> np.ndarray:
    """Table time of every arc by mode, (M, 2 S) i8 microseconds; ``NEVER`` where the mode may not pass.

    ``rint(length / speed)``, at least 1. Stairs go by the direction of the rise; on level stairs the speed is the mean
    of up and down. Modes with ``walks`` ignore one-way streets.
    """
    times = np.full((len(spec.world.modes), 2 * len(segments)), NEVER, np.int64)
    for times_m, (name, mode) in zip(times, spec.world.modes.items(), strict=True):
        for back in (0, 1):
            speed = _speeds(mode, segments["kind"], -segments["rise_m"] if back else segments["rise_m"])
            if back and not mode.walks:
                speed[segments["one_way"] == 1] = np.nan
            passable = ~np.isnan(speed)
            took = np.rint(segments["length_m"][passable] / speed[passable] * 1e6)
            if (took > SLOWEST_ARC_US).any():
                worst = int(np.argmax(took))
                raise ScenarioError(
                    f"at {speed[passable][worst]:g} m/s a segment of {segments['length_m'][passable][worst]:g} m "
                    f"would take {took[worst] / HOUR:.4g} hours",
                    key=f"world.modes.{name}.speed_mps",
                    allowed="speeds that pass every segment within 24 hours",
                )
            times_m[back::2][passable] = np.maximum(took, 1).astype(np.int64)
    return times


def _speeds(mode: Mode, kind: np.ndarray, rise_m: np.ndarray) -> np.ndarray:
    """Speed along each segment, (S,) f8 metres a second; NaN where it cannot be passed."""
    table = mode.speed_mps
    if not isinstance(table, SpeedTable):
        return np.full(len(kind), table)
    up, down = (np.nan if speed is None else speed for speed in (table.stairs_up, table.stairs_down))
    flat = np.array([getattr(table, word, None) or np.nan for word in MIX])
    stairs = np.where(rise_m > 0, up, np.where(rise_m < 0, down, (up + down) / 2))
    return np.where(kind == StreetKind.STAIRS, stairs, flat[kind])


def cut_to_connected(spec: ScenarioFile, segments: np.ndarray, nodes: int, arc_us: np.ndarray) -> np.ndarray:
    """``arc_us`` with ``NEVER`` on the arcs outside each mode's largest strongly connected part.

    Outside it a vehicle could not come or not come back: its crew parks and walks. Raises ``ScenarioError`` if a mode
    is left without any street.
    """
    tail, head = arc_ends(segments)
    arc_us = arc_us.copy()
    for times_m, name in zip(arc_us, spec.world.modes, strict=True):
        passable = times_m != NEVER
        inside = largest_component(nodes, tail[passable], head[passable])
        times_m[~(inside[tail] & inside[head])] = NEVER
        if (times_m == NEVER).all():
            raise ScenarioError(
                f"mode {name} has no street to move on: of the streets here it may pass "
                + (
                    f"{int(passable.sum())} stretches, none of which it could come back from"
                    if passable.any()
                    else "none"
                ),
                key=f"world.modes.{name}.speed_mps",
                allowed="a speed for a kind of street that the scenario has",
            )
    return arc_us
