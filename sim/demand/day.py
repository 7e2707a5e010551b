"""A day: the key under which everything of one replication is drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.draws import uniforms
from sim.vocabulary import Purpose


class Day(NamedTuple):
    """The two words of the generator's key: (seed, replication), or (geography seed, reserved stream)."""

    seed: int
    replication: int

    def draws(self, purpose: Purpose, names: np.ndarray, numbers: np.ndarray | int = 0) -> np.ndarray:
        """f8 in [0, 1): named and numbered draws of this day; names and numbers broadcast against each other."""
        return uniforms(self.seed, self.replication, purpose, names, numbers)
