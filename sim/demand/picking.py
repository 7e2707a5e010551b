"""Picking by weight."""

from __future__ import annotations

import numpy as np


def pick_rows(weights: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Rows picked by draws from [0, 1) in proportion to weights; rows of weight 0 are never picked."""
    running = np.cumsum(weights)
    last = int(np.flatnonzero(weights)[-1])
    return np.minimum(np.searchsorted(running, draws * running[-1], side="right"), last)
