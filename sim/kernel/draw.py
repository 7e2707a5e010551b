"""Philox4x32-10 compiled: the draws of ``sim.draws`` inside the kernel, bit for bit."""

from __future__ import annotations

import numpy as np

from sim import draws
from sim.kernel.compiled import compiled

_M0, _M1 = np.uint64(draws.M0), np.uint64(draws.M1)
_W0, _W1 = np.uint64(draws.W0), np.uint64(draws.W1)
_MASK, _32 = np.uint64(draws.MASK), np.uint64(32)
_5, _6, _23, _41 = np.uint64(5), np.uint64(6), np.uint64(23), np.uint64(41)


@compiled
def uniform(seed, replication, purpose, name, number):
    """A draw from [0, 1); ``name`` is uint64, the others int64. Products of two 32-bit words fit, so nothing wraps."""
    c0, c1 = np.uint64(number) & _MASK, np.uint64(purpose)
    c2, c3 = name & _MASK, name >> _32
    k0, k1 = np.uint64(seed) & _MASK, np.uint64(replication) & _MASK
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _MASK, (p0 >> _32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _W0) & _MASK, (k1 + _W1) & _MASK
    return (np.float64(c0 >> _5) * 67108864.0 + np.float64(c1 >> _6)) / 9007199254740992.0


@compiled
def pair_key(first, second):
    """``draws.pair_key`` on uint64."""
    return first ^ ((second << _23) | (second >> _41))
