"""What a unit's going costs the rest of the district: a score of the whole state. Rule 25b."""

from __future__ import annotations

import numpy as np

from sim.kernel.compiled import compiled
from sim.kernel.eligibility import estimate_us, is_available
from sim.vocabulary import NOBODY


@compiled
def _only_cover(b, j, priority, now):
    """The unit that alone covers sector j; NOBODY where none or several do."""
    point, only = b.cover_points[j], NOBODY
    for u in range(len(b.units)):
        if is_available(b, u, priority, now):
            us = estimate_us(b, u, priority, point["segment"], point["offset_m"], point["across_m"], now)
            if us <= b.cover_standard_us:
                if only != NOBODY:
                    return NOBODY
                only = u
    return only


@compiled
def weigh_cover(b, count, priority, now):
    """Write the value of each of the first ``count`` candidates: the demand that nobody else covers."""
    for c in range(count):
        b.losses[c] = 0.0
    for j in range(len(b.cover_points)):
        only = _only_cover(b, j, priority, now)
        if only != NOBODY:
            for c in range(count):
                if b.candidates[c] == only:
                    b.losses[c] += b.cover_weight[j]
    for c in range(count):
        b.values[c] = np.int64(np.rint(1e9 * b.losses[c]))
