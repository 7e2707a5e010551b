"""``Decision``: a choice of the dispatcher that a Python callable makes in the kernel's place.

For exploring a policy before it is compiled: the records are those that the compiled rule would leave, only slower.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.vocabulary import NOBODY


class Decision(NamedTuple):
    """Who goes? All numbers are rows of the simulation's tables; nothing has been changed yet."""

    simulation: (
        Any  #: the ``sim.engine.Simulation``; its ``units``, ``incidents``, ``forces`` and ``world`` may be read
    )
    incident: int
    slot: int  #: place in the scene's list of slots
    units: np.ndarray  #: (n,) eligible units, ascending
    arrives_s: np.ndarray  #: (n,) seconds until each would arrive
    choice: int  #: who goes by the scenario's policy: one of the units, or the victim
    victim: int | None  #: a unit that may be taken from another incident (rule 26)

    @property
    def now_s(self) -> float:
        """Seconds since the start of the run."""
        return self.simulation.now_us / 1e6

    @property
    def priority(self) -> int:
        """Of the incident as it is now."""
        world, row = self.simulation.world, self.simulation.incidents[self.incident]
        return int(world.classes["priority"][row["class_"]])


#: Returns one of ``decision.units`` or ``decision.victim``, or None: nobody goes to this slot now.
Decide = Callable[[Decision], "int | None"]


def next_decision(simulation: Any) -> Decision:
    """The choice at which the kernel stands."""
    row = simulation.decision[0]
    count, victim = int(row["count"]), int(row["victim"])
    return Decision(
        simulation=simulation,
        incident=int(row["incident"]),
        slot=int(row["slot"]),
        units=simulation.offered[:count].copy(),
        arrives_s=simulation.offered_us[:count] / 1e6,
        choice=int(row["choice"]),
        victim=None if victim == NOBODY else victim,
    )


def answer(decide: Decide, decision: Decision) -> int:
    """The unit that the callable chooses, or NOBODY. Raises ``ValueError`` for one that may not go."""
    chosen = decide(decision)
    if chosen is None:
        return NOBODY
    if chosen != decision.victim and chosen not in decision.units:
        raise ValueError(
            f"unit {chosen!r} cannot go to incident {decision.incident}: choose one of the {len(decision.units)} in "
            f"decision.units, decision.victim ({decision.victim}), or None"
        )
    return int(chosen)
