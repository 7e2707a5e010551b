"""Keys of many numbered names at once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np


def numbered_keys(stems: Sequence[tuple], stem: np.ndarray, number: np.ndarray) -> np.ndarray:
    """(n,) u8: ``draws.name_key(*stems[stem], number)`` for each row, with each stem hashed once."""
    begun = [blake2b("\x1f".join(str(part) for part in (*parts, "")).encode(), digest_size=8) for parts in stems]
    digests = []
    for row, last in zip(stem.tolist(), number.tolist(), strict=True):
        name = begun[row].copy()
        name.update(b"%d" % last)
        digests.append(name.digest())
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)
