"""The one generator: Philox4x32-10, counter based, so that every draw has a name instead of a place in a queue.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; the known answers of
its authors are in ``tests/test_draws.py``. A draw is a pure function of

* the key ``(seed, replication)``, two 32-bit words, and
* the counter ``(number, purpose, name)``: 32 bits, 32 bits (``Purpose``) and the 64 bits of a name.

Hence adding a class, a sector, a unit or an incident shifts no other draw. ``uniform`` is plain Python, ``uniforms`` is
numpy; the kernel compiles the same ten rounds. All three give the same bits.
"""

from __future__ import annotations

import hashlib

import numpy as np

M0, M1 = 0xD2511F53, 0xCD9E8D57
W0, W1 = 0x9E3779B9, 0xBB67AE85
MASK = 0xFFFFFFFF
GEOGRAPHY_STREAM = 0xFFFFFFFF  #: takes the place of the replication in the key of ``world.geography_seed``


def name_key(*parts: object) -> int:
    """64 bits that stand for a name such as ``("incident", "fight", "daping", 3)``; the same on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def pair_key(first: int, second: int) -> int:
    """The 64-bit name of an ordered pair of names: ``first`` xor ``second`` rotated left by 23 bits."""
    return first ^ (((second << 23) | (second >> 41)) & 0xFFFFFFFFFFFFFFFF)


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Ten rounds of Philox4x32 on four 32-bit words under a key of two."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = M0 * c0, M1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    return c0, c1, c2, c3


def uniform(seed: int, replication: int, purpose: int, name: int, number: int = 0) -> float:
    """A draw from [0, 1) with 53 random bits."""
    x0, x1, _, _ = philox((number & MASK, int(purpose), name & MASK, name >> 32), (seed & MASK, replication & MASK))
    return ((x0 >> 5) * 67108864.0 + (x1 >> 6)) / 9007199254740992.0


def uniforms(seed: int, replication: int, purpose: int, names, numbers=0) -> np.ndarray:
    """``uniform`` for arrays: ``names`` (uint64) and ``numbers`` broadcast against each other."""
    names, numbers = np.broadcast_arrays(np.asarray(names, np.uint64), np.asarray(numbers, np.uint64))
    mask, shift = np.uint64(MASK), np.uint64(32)
    c0, c1 = numbers & mask, np.full(names.shape, int(purpose), np.uint64)
    c2, c3 = names & mask, names >> shift
    k0, k1 = seed & MASK, replication & MASK
    for _ in range(10):
        p0, p1 = np.uint64(M0) * c0, np.uint64(M1) * c2
        c0, c1, c2, c3 = (
            (p1 >> shift) ^ c1 ^ np.uint64(k0),
            p1 & mask,
            (p0 >> shift) ^ c3 ^ np.uint64(k1),
            p0 & mask,
        )
        k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    high, low = (c0 >> np.uint64(5)).astype(np.float64), (c1 >> np.uint64(6)).astype(np.float64)
    return (high * 67108864.0 + low) / 9007199254740992.0
