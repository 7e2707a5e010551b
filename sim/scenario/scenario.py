"""``Scenario``: what a user wrote, resolved, checked and frozen, with the digests that say which days are the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.schema import ScenarioFile

if TYPE_CHECKING:
    from sim.scenario.overrides import Overrides

#: Keys of ``[run]`` that say how often and how finely the same days are looked at, not which days they are.
NOT_OF_THE_DAY = ("replications", "seed", "report_every_min", "targets_min")


@dataclass(frozen=True)
class Scenario:
    """A scenario that can be simulated.

    ``origins`` says of every key, such as ``world.demand.per_day`` or ``policy.roster.0.units``, where it was written:
    ``ordinary_day.toml:12``, ``--set`` or ``default``. ``notes`` are remarks that forbid nothing.
    """

    spec: ScenarioFile
    name: str
    path: Path | None = None
    origins: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    notes: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: str | Path, set: Overrides | None = None) -> Scenario:  # noqa: A002 - the name of the option
        """Read a scenario file; ``set`` overrides values as ``--set`` does. Raises ``ScenarioError``."""
        from sim.scenario.load import load

        return load(path, set or ())

    @classmethod
    def from_dict(cls, data: dict[str, Any], name: str = "scenario") -> Scenario:
        """A scenario from plain tables, as ``resolved`` returns them. Raises ``ScenarioError``."""
        from sim.scenario.load import from_dict

        return from_dict(data, name)

    def resolved(self) -> dict[str, Any]:
        """The whole scenario as plain tables, defaults included; ``from_dict`` makes the same scenario of it."""
        return self.spec.model_dump(mode="json", by_alias=True, exclude_none=True)

    @property
    def world_digest(self) -> str:
        """SHA-256 of everything that decides what happens in the district: same digest and seed, same days."""
        data = self.resolved()
        run = {key: value for key, value in data["run"].items() if key not in NOT_OF_THE_DAY}
        return _digest({"run": run, "world": data["world"], "probes": data["probes"]})

    @property
    def policy_digest(self) -> str:
        """SHA-256 of everything that is decided about the forces."""
        return _digest(self.resolved()["policy"])


def _digest(data: dict[str, Any]) -> str:
    """Of canonical JSON. The order of names stays, because rows are numbered by it; zeros lose their sign."""
    text = json.dumps(_unsigned_zeros(data), allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _unsigned_zeros(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unsigned_zeros(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unsigned_zeros(item) for item in value]
    return 0.0 if isinstance(value, float) and value == 0 else value


__all__ = ["Scenario"]
