"""Results as data frames, read when they are first asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import Problem, ScenarioError
from sim.study.store import PROVENANCE, SUMMARY, is_ours

if TYPE_CHECKING:
    import pandas as pd

TEXT = ("measure", "by", "member", "unit", "better")


class Results:
    """What a simulation found: tables as data frames, and ``provenance``. ``folder`` is None if nothing was stored.

    ``states`` and ``legs`` are of replication 0 unless all were kept; ``incidents`` and ``assignments`` are of all
    unless only measures were. ``provenance["keep"]`` says which. The other tables are always of all replications.
    """

    def __init__(
        self, read: Callable[[str], pd.DataFrame], provenance: dict[str, Any], folder: Path | None = None
    ) -> None:
        self._read = read
        self.provenance = provenance
        self.folder = folder

    @cached_property
    def summary(self) -> pd.DataFrame:
        return self._read("summary")

    @cached_property
    def replications(self) -> pd.DataFrame:
        return self._read("replications")

    @cached_property
    def incidents(self) -> pd.DataFrame:
        return self._read("incidents")

    @cached_property
    def assignments(self) -> pd.DataFrame:
        return self._read("assignments")

    @cached_property
    def units(self) -> pd.DataFrame:
        return self._read("units")

    @cached_property
    def streets(self) -> pd.DataFrame:
        return self._read("streets")

    @cached_property
    def visits(self) -> pd.DataFrame:
        """One row a point that has to be visited; there is no such table where the scenario has none."""
        return self._read("visits")

    @cached_property
    def probes(self) -> pd.DataFrame:
        return self._read("probes")

    @cached_property
    def hourly(self) -> pd.DataFrame:
        return self._read("hourly")

    @cached_property
    def states(self) -> pd.DataFrame:
        return self._read("states")

    @cached_property
    def legs(self) -> pd.DataFrame:
        return self._read("legs")

    def value(self, measure: str, by: str = "all", member: str = "") -> float:
        """One number of the summary. Raises ``KeyError`` where it has none."""
        rows = self.summary
        found = rows[(rows["measure"] == measure) & (rows["by"] == by) & (rows["member"] == str(member))]
        if found.empty:
            raise KeyError((measure, by, member))
        return float(found["mean"].iloc[0])

    def __repr__(self) -> str:
        said = self.provenance
        place = f" in {self.folder}" if self.folder else ""
        return f"<Results of {said['name']}: {said['replications']} replications, seed {said['seed']}{place}>"


def load_results(folder: str | os.PathLike) -> Results:
    """The results in a folder. Raises ``ScenarioError`` where there are none."""
    place = Path(folder).expanduser().resolve()
    if not is_ours(place):
        what = "holds no results of a simulation" if place.is_dir() else "is no folder"
        raise ScenarioError(Problem(file=str(folder), message=what))
    provenance = json.loads((place / PROVENANCE).read_text("utf-8"))

    def read(name: str) -> pd.DataFrame:
        path = place / (SUMMARY if name == "summary" else f"{name}.parquet")
        try:
            return read_summary(path) if name == "summary" else _read_parquet(path)
        except (OSError, ValueError) as error:
            raise ScenarioError(Problem(file=str(path), message=f"cannot be read: {error}")) from error

    return Results(read, provenance, place)


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(path)


def read_summary(path: Path) -> pd.DataFrame:
    """``summary.csv``; empty cells are "" in text columns and NaN in number columns."""
    import pandas as pd

    numbers = {name: [""] for name in ("mean", "sd", "ci_low", "ci_high")}
    return pd.read_csv(
        path, encoding="utf-8-sig", dtype=dict.fromkeys(TEXT, str), keep_default_na=False, na_values=numbers
    )
