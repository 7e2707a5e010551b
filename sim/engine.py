"""Scenario + seed + replication -> tables -> state -> kernel -> records.

``Engine`` is what studies use; ``Simulation`` is one run that can be stepped, which is what the Mesa face holds.
Crossing into compiled code happens once a step, not once an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.decision import Decide, answer, next_decision
from sim.demand import draw_world
from sim.kernel import FIELDS, Bundle, advance, consider, decide, finish, fixed_fields, locate, new_state, start
from sim.roster import day_forces, labels, plan_roster
from sim.space import build_geography, travel_streets
from sim.tables import ASSIGNMENT_RECORD, INCIDENT_RECORD, Forces, Records, World
from sim.vocabulary import NEVER, Outcome, Phase, Stop

if TYPE_CHECKING:
    from sim.scenario import Scenario

BUDGET = 1_000_000  #: events between looks at the outside world; well under a quarter second
GROWING = ("assignments", "states", "legs", "trace")  #: record buffers that are doubled when they are full


class Simulation:
    """One run over given tables. ``keep``: ``measures`` or ``incidents`` (no log), ``all`` (states and legs),
    ``trace`` (those and every event). ``decide`` chooses in the dispatcher's place (``sim.decision``).
    """

    def __init__(self, world: World, forces: Forces, keep: str = "measures", decide: Decide | None = None) -> None:
        self.world, self.forces, self._decide = world, forces, decide
        log = keep in ("all", "trace")
        self._fields: dict[str, Any] = {
            **fixed_fields(world, forces),
            **new_state(world, forces, log, keep == "trace"),
        }
        self._fields["run"]["deciding"] = decide is not None
        self._bundle = Bundle(**self._fields)
        self._records: Records | None = None
        start(self._bundle.words)

    def __getattr__(self, name: str) -> np.ndarray:
        """The state as it is now: ``units``, ``incidents``, ``last_pass``, … of ``sim.kernel.state``."""
        if name in FIELDS:
            return self._fields[name]
        raise AttributeError(name)

    @property
    def now_us(self) -> int:
        """Time of the last event."""
        return int(self._fields["run"][0]["now_us"])

    @property
    def done(self) -> bool:
        return bool(self._fields["run"][0]["done"])

    def advance(self, until_us: int = NEVER, budget: int = BUDGET) -> Stop:
        """Let at most ``budget`` events before ``until_us`` happen and say why it stopped (rule 3)."""
        run = self._fields["run"][0]
        last = int(run["events"]) + budget
        while True:
            stop = Stop(advance(self._bundle.words, until_us, last - int(run["events"])))
            if stop is Stop.DECISION:
                self._let_decide()
            elif stop is Stop.RECORDS_FULL:
                self._grow()
            else:
                return stop

    def _let_decide(self) -> None:
        """The choices of this moment, one after the other."""
        while self._decide is not None and consider(self._bundle.words):
            decide(self._bundle.words, answer(self._decide, next_decision(self)))

    def run(self) -> Records:
        """To the end, between looks at the outside world."""
        while self.advance() is not Stop.DONE:
            pass
        return self.records()

    def _grow(self) -> None:
        """Double the record buffers."""
        for name in GROWING:
            old = self._fields[name]
            if len(old):
                self._fields[name] = np.concatenate([old, np.zeros_like(old)])
        self._bundle = Bundle(**self._fields)

    def records(self) -> Records:
        """Close the books and hand out what the run leaves behind. The run must be done."""
        if self._records is not None:
            return self._records
        if not self.done:
            raise RuntimeError("the run is not done: its books cannot be closed")
        fields = self._fields
        run = fields["run"][0]
        while len(fields["legs"]) and int(run["legs"]) + len(fields["units"]) > len(fields["legs"]):
            self._grow()
        while len(fields["states"]) and int(run["states"]) + len(fields["units"]) > len(fields["states"]):
            self._grow()
        finish(self._bundle.words)
        incidents = np.zeros(len(fields["incidents"]), INCIDENT_RECORD)
        for name in INCIDENT_RECORD.fields or ():
            incidents[name] = fields["incidents"][name]
        still_open = (incidents["phase"] != Phase.CLOSED) & (incidents["phase"] != Phase.UNBORN)
        incidents["outcome"][still_open] = Outcome.OPEN_AT_END
        self._records = Records(
            stop_us=int(run["now_us"]),
            events=int(run["events"]),
            agent_events=int(run["agent_events"]),
            incidents=incidents,
            assignments=fields["assignments"][: run["assignments"]].astype(ASSIGNMENT_RECORD),
            units=fields["unit_records"],
            streets=fields["street_records"],
            probes=fields["probe_records"],
            visits=fields["visit_records"],
            hourly_us=fields["hourly_us"],
            states=fields["states"][: run["states"]],
            legs=fields["legs"][: run["legs"]],
            trace=fields["trace"][: run["trace"]],
        )
        return self._records

    def positions(self, at_us: int) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates of units (U, 2) and incidents (I, 2) in metres at a time that is not before the last event and
        not after the next."""
        units, incidents = (np.zeros((len(self._fields[name]), 2)) for name in ("units", "incidents"))
        locate(self._bundle.words, at_us, units, incidents)
        return units, incidents


def run(world: World, forces: Forces, keep: str = "trace") -> Records:
    """One run over given tables."""
    return Simulation(world, forces, keep).run()


class Engine:
    """Replications of one scenario: geography, travel tables and roster are built once, the day is drawn for each."""

    def __init__(self, scenario: Scenario, decide: Decide | None = None) -> None:
        self.scenario = scenario
        self.decide = decide
        self.spec = scenario.spec
        self.geography = build_geography(self.spec)
        self.streets = travel_streets(self.geography)
        self.roster = plan_roster(self.spec, self.geography, self.streets)
        self.labels = labels(self.spec, self.geography)

    def tables(self, seed: int, replication: int) -> tuple[World, Forces]:
        """The day and the forces of one replication."""
        world = draw_world(self.spec, self.geography, self.streets, seed, replication)
        return world, day_forces(self.roster, world)

    def simulation(self, seed: int, replication: int, keep: str = "measures") -> Simulation:
        """One replication, not yet begun."""
        return Simulation(*self.tables(seed, replication), keep, self.decide)

    def run(self, seed: int, replication: int, keep: str = "measures") -> tuple[World, Forces, Records]:
        """One replication from start to end."""
        simulation = self.simulation(seed, replication, keep)
        return simulation.world, simulation.forces, simulation.run()


def build(scenario: Scenario, seed: int, replication: int) -> tuple[World, Forces]:
    """The tables of one replication of a scenario."""
    return Engine(scenario).tables(seed, replication)


def simulate_one(
    scenario: Scenario, seed: int, replication: int, keep: str = "measures"
) -> tuple[World, Forces, Records]:
    """One replication of a scenario."""
    return Engine(scenario).run(seed, replication, keep)
