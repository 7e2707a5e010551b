"""A case with a known answer: what is simulated, what is looked at, and what theory says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.scenario.schema import ScenarioFile

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios" / "theory"


class Quantity(NamedTuple):
    """One number that is compared."""

    name: str  #: key of what ``exact`` and ``observe`` return
    label: str  #: for people, with its unit of measure
    printed: str = ""  #: as the source prints it, to its last digit
    blur: float = 0.0  #: what rounding to microseconds may do to it; matters only where nothing is random
    sign: bool | None = None  #: True: its own 99 % interval must keep to one side of 0; False: the family's must not
    x: float | None = None  #: its place along the figure of its kind


class Curve(NamedTuple):
    """What theory says of a whole range, for the figure of a kind."""

    x_label: str
    y_label: str
    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]


class Day(NamedTuple):
    """One replication: the scenario, and its result tables by name (see ``sim.measures.columns``)."""

    spec: ScenarioFile
    tables: Mapping[str, DataFrame]


#: What one replication says of a number: itself, or (total, count) where it is a ratio of totals over replications.
Observed = float | tuple[float, float]


@dataclass(frozen=True)
class Case:
    """A case with a known answer. Without scenarios, the solvers of ``sim.theory`` are held to what the source prints.

    ``exact`` takes the resolved scenario of each file, ``observe`` one ``Day`` of each, all of one replication; both
    return a value for the name of every quantity. Files with equal ``streams`` see the same days.
    """

    name: str
    kind: int  #: of the list in docs/verification.md
    title: str
    why: str  #: one sentence: why a planner should care
    source: str
    quantities: tuple[Quantity, ...]
    exact: Callable[..., Mapping[str, float]]
    scenarios: tuple[str, ...] = ()  #: names of files in scenarios/theory
    observe: Callable[..., Mapping[str, Observed]] | None = None
    quick: int = 30  #: replications with --quick
    full: int = 300
    keep: str = "incidents"  #: "all" where states or legs are looked at
    streams: tuple[int, ...] = ()  #: by file; files of different streams see unrelated days
    curve: Callable[..., Curve] | None = None  #: of the resolved scenarios; where quantities have an ``x``
    missing: Callable[[], str] | None = None  #: why it cannot be run here, or ""

    def files(self) -> tuple[Path, ...]:
        """Its scenario files."""
        return tuple(SCENARIOS / f"{name}.toml" for name in self.scenarios)

    def replications(self, quick: bool) -> int:
        """How often it is simulated: never, where the solver is all there is to hold."""
        return (self.quick if quick else self.full) if self.scenarios else 0
