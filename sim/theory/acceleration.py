"""Travel that speeds up, cruises and slows down (Larson and Odoni, Urban Operations Research, 1981, eq. 3.88)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.arguments import above_zero


def travel_time(distance: ArrayLike, acceleration: float, speed: float) -> NDArray[np.float64]:
    """The time from rest to rest over ``distance``, for one or an array of them.

    The mover speeds up at ``acceleration`` to at most ``speed`` and slows down as fast: 2 sqrt(d / a) for trips of up
    to v^2 / a, on which it never cruises, and v / a + d / v for longer ones. Raises ``ValueError`` for distances below
    0, and unless acceleration and speed are above 0.
    """
    d = np.asarray(distance, dtype=np.float64)
    above_zero("acceleration", acceleration)
    above_zero("speed", speed)
    if not (d >= 0).all():
        raise ValueError("a distance must not be below 0")
    return np.where(d <= speed**2 / acceleration, 2 * np.sqrt(d / acceleration), speed / acceleration + d / speed)


def distance_after(time: ArrayLike, distance: ArrayLike, acceleration: float, speed: float) -> NDArray[np.float64]:
    """How far a mover has come ``time`` after it left for a place ``distance`` away: 0 at first, ``distance`` at last.

    Times before the start count as the start, times after the end as the end. Raises as ``travel_time``.
    """
    d = np.asarray(distance, dtype=np.float64)
    end = travel_time(d, acceleration, speed)
    t = np.clip(np.asarray(time, dtype=np.float64), 0.0, end)
    ramp = np.minimum(speed / acceleration, end / 2)  # the time of speeding up
    done = acceleration * np.minimum(t, ramp) ** 2 / 2 + acceleration * ramp * np.maximum(t - ramp, 0.0)
    return done - acceleration * np.maximum(t - (end - ramp), 0.0) ** 2 / 2
