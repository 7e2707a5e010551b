"""What solvers accept: each check returns its argument as a number or array, or raises ValueError with one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Numbers = Sequence[float] | np.ndarray


def at_least_zero(name: str, value: float) -> float:
    """A finite number not below 0."""
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be a finite number not below 0, not {value}")
    return float(value)


def above_zero(name: str, value: float) -> float:
    """A finite number above 0."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a finite number above 0, not {value}")
    return float(value)


def whole(name: str, value: int, least: int = 1) -> int:
    """A whole number from ``least`` on."""
    if not math.isfinite(value) or value != int(value) or value < least:
        raise ValueError(f"{name} must be a whole number from {least} on, not {value}")
    return int(value)


def row(name: str, values: Numbers, *, size: int | None = None, positive: bool = False) -> np.ndarray:
    """A non-empty vector of finite floats not below 0 (or above 0), of ``size`` where that is given."""
    array = np.asarray(values, float)
    if array.ndim != 1 or not len(array) or (size is not None and len(array) != size):
        raise ValueError(f"{name} must be a list of {size or 'one or more'} numbers, not of shape {array.shape}")
    if not np.isfinite(array).all() or (array < 0).any() or (positive and (array == 0).any()):
        raise ValueError(
            f"{name} must be finite numbers {'above' if positive else 'not below'} 0, not {array.tolist()}"
        )
    return array
