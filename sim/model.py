"""The Mesa face: ``PatrolModel`` and agents that are views onto rows of the kernel's arrays.

One ``step`` is one crossing into the kernel, up to the next reporting time. Nothing is copied: an agent holds a row
number, and its properties read the arrays, which are the only truth. Hence ``model.agents``, ``agents_by_type``,
``DataCollector`` and the rest of Mesa work as usual, and the records equal those of a headless run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.engine import Engine, Simulation
from sim.tables import Records
from sim.vocabulary import BUSY, FREE, MINUTE, NEVER, SECOND, Outcome, Phase, Stop, UnitState

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.decision import Decide
    from sim.scenario import Scenario


class RowAgent(mesa.Agent):
    """An agent that is a view of one row."""

    model: PatrolModel

    def __init__(self, model: PatrolModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def pos(self) -> tuple[float, float]:
        """Coordinates in metres."""
        x, y = self._positions()[self.row]
        return float(x), float(y)

    @pos.setter
    def pos(self, value: object) -> None:
        """Mesa sets ``pos`` to None when an agent is made; a view has nothing to set."""

    def _positions(self) -> np.ndarray:
        """(rows, 2): coordinates of all rows of its kind at ``model.now_us``."""
        raise NotImplementedError


class UnitAgent(RowAgent):
    """A crew: the view of one row of ``simulation.units``."""

    @property
    def _state(self) -> np.void:
        return self.model.simulation.units[self.row]

    @property
    def _fixed(self) -> np.void:
        return self.model.simulation.forces.units[self.row]

    @property
    def name(self) -> str:
        return self.model.labels.units[self.row]

    @property
    def tier(self) -> str:
        return self.model.labels.tiers[self._fixed["tier"]]

    @property
    def crew(self) -> int:
        return int(self._fixed["crew"])

    @property
    def sector(self) -> str:
        """Its home sector."""
        return self.model.labels.sectors[self._fixed["sector"]]

    @property
    def state(self) -> UnitState:
        return UnitState(int(self._state["state"]))

    @property
    def on_duty(self) -> bool:
        return self.state is not UnitState.OFF_DUTY

    @property
    def is_free(self) -> bool:
        return self.state in FREE

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    @property
    def incident(self) -> IncidentAgent | None:
        """The incident that it is assigned to."""
        return self.model.live_incidents.get(int(self._state["incident"]))

    def _positions(self) -> np.ndarray:
        return self.model.positions()[0]


class IncidentAgent(RowAgent):
    """An incident that has begun and is not closed: the view of one row of ``simulation.incidents``."""

    @property
    def _state(self) -> np.void:
        return self.model.simulation.incidents[self.row]

    @property
    def class_name(self) -> str:
        """Its class as it is now; an incident can worsen."""
        return self.model.labels.classes[self._state["class_"]]

    @property
    def priority(self) -> int:
        return int(self.model.simulation.world.classes[self._state["class_"]]["priority"])

    @property
    def phase(self) -> Phase:
        return Phase(int(self._state["phase"]))

    @property
    def outcome(self) -> Outcome:
        return Outcome(int(self._state["outcome"]))

    @property
    def is_known(self) -> bool:
        """Called in or seen."""
        return bool(self._state["received_us"] < NEVER)

    @property
    def waits(self) -> bool:
        """Received, and nobody has come yet."""
        return self.is_known and bool(self._state["first_arrival_us"] >= NEVER)

    @property
    def age_s(self) -> float:
        """Seconds since it began."""
        return (self.model.now_us - int(self.model.simulation.world.incidents[self.row]["began_us"])) / SECOND

    def _positions(self) -> np.ndarray:
        return self.model.positions()[1]


class PatrolModel(mesa.Model):
    """Replication ``replication`` of seed ``rng`` of a scenario, as a ``mesa.Model``.

    ``step`` goes on by one reporting interval (``run.report_every_min``); ``running`` turns False at the end.
    ``now_us`` and ``now_h`` are the model's own clock. ``rng`` has to be an int: it is the seed of the scenario's named
    draws.
    """

    running: bool  # Mesa sets it

    def __init__(self, scenario: Scenario, rng: int = 1, replication: int = 0, decide: Decide | None = None) -> None:
        if isinstance(rng, bool) or not isinstance(rng, int) or not 0 <= rng < 2**32:
            raise ValueError(f"rng = {rng!r}: the seed is a whole number from 0 to 4294967295")
        super().__init__(rng=rng)
        engine = Engine(scenario, decide)
        self.labels = engine.labels  # the scenario is not kept: Mesa 3.5 has a `scenario` of its own
        self.simulation: Simulation = engine.simulation(rng, replication, keep="all")
        self.interval_us = round(scenario.spec.run.report_every_min * MINUTE)
        self.now_us = 0
        self.live_incidents: dict[int, IncidentAgent] = {}
        self._begun = 0
        self._positions: tuple[np.ndarray, np.ndarray] | None = None
        self._positions_us = 0
        for row in range(len(self.simulation.units)):
            UnitAgent(self, row)
        self._follow_incidents()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "hour": "now_h",
                "units_on_duty": "units_on_duty",
                "units_free": "units_free",
                "units_busy": "units_busy",
                "incidents_live": lambda model: len(model.live_incidents),
                "calls_waiting": "calls_waiting",
            }
        )
        self.datacollector.collect(self)

    def step(self) -> None:
        """Up to the next reporting time, or to the end of the run."""
        if not self.running:
            return
        self.now_us += self.interval_us
        while (stop := self.simulation.advance(self.now_us)) is Stop.BUDGET:
            pass
        if stop is Stop.DONE:
            self.now_us = self.simulation.now_us
            self.running = False
        self._follow_incidents()
        self.datacollector.collect(self)

    def run_model(self) -> Records:
        """To the end; returns the records."""
        while self.running:
            self.step()
        return self.records()

    def records(self) -> Records:
        """What the finished run leaves behind, equal to a headless run's. Raises RuntimeError before the end."""
        return self.simulation.records()

    def frames(self) -> dict[str, pd.DataFrame]:
        """The finished run's result tables as data frames."""
        from sim.measures import frames

        return frames(self.simulation.world, self.simulation.forces, self.labels, self.records())

    def close(self) -> None:
        """Let go of the agents. Mesa 3.3 keeps every model that ever had one unless told otherwise."""
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def _follow_incidents(self) -> None:
        """Agents for incidents that have begun; those that are closed are removed."""
        incidents = self.simulation.incidents
        phase = incidents["phase"]
        while self._begun < len(incidents) and phase[self._begun] != Phase.UNBORN:
            self.live_incidents[self._begun] = IncidentAgent(self, self._begun)
            self._begun += 1
        for row in [row for row in self.live_incidents if phase[row] == Phase.CLOSED]:
            self.live_incidents.pop(row).remove()

    @property
    def now_h(self) -> float:
        """Hours since the start of the run."""
        return self.now_us / (60 * MINUTE)

    @property
    def units_on_duty(self) -> int:
        return int((self.simulation.units["state"] != UnitState.OFF_DUTY).sum())

    @property
    def units_free(self) -> int:
        return self._count(FREE)

    @property
    def units_busy(self) -> int:
        return self._count(BUSY)

    @property
    def calls_waiting(self) -> int:
        """Received, and nobody has come yet."""
        rows = self.simulation.incidents
        waits = (rows["received_us"] < NEVER) & (rows["first_arrival_us"] >= NEVER) & (rows["phase"] != Phase.CLOSED)
        return int(waits.sum())

    def _count(self, states: tuple[UnitState, ...]) -> int:
        state = self.simulation.units["state"]
        return int(sum((state == one).sum() for one in states))

    def positions(self) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of units (U, 2) and incidents (I, 2) at ``now_us``, metres; asked once a step."""
        if self._positions is None or self._positions_us != self.now_us:
            self._positions, self._positions_us = self.simulation.positions(self.now_us), self.now_us
        return self._positions
