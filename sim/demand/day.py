"""A day: the key under which everything of one replication is drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.draws import uniforms
from sim.vocabulary import Purpose

BLOCK = 8192  #: draws at a time: what the generator's steps leave in between then stays in the processor's cache


class Day(NamedTuple):
    """The two words of the generator's key: (seed, replication), or (geography seed, reserved stream)."""

    seed: int
    replication: int

    def draws(self, purpose: Purpose, names: np.ndarray, numbers: np.ndarray | int = 0) -> np.ndarray:
        """f8 in [0, 1): named and numbered draws of this day; names and numbers broadcast against each other."""
        names, numbers = np.broadcast_arrays(names, numbers)
        draws = np.empty(names.shape)
        flat = draws.reshape(-1), names.reshape(-1), numbers.reshape(-1)
        for start in range(0, draws.size, BLOCK):
            drawn, name, number = (column[start : start + BLOCK] for column in flat)
            drawn[:] = uniforms(self.seed, self.replication, purpose, name, number)
        return draws
