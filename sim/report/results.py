"""A results folder as the report reads it: its tables, its names, and estimates from ``summary.csv``. Never a model."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.report import words

MINUTE_S = 60.0


class Estimate(NamedTuple):
    """One row of ``summary.csv``: a value with its 95 % interval over replications (NaN: none)."""

    mean: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n: float = 0
    unit: str = ""
    marked: bool = False  # rests on fewer than 30 incidents; of the backlog: overload

    @property
    def known(self) -> bool:
        return not math.isnan(self.mean)

    def text(self) -> str:
        """``4.1 min (3.9 to 4.3)``, with a dagger where fewer than 30 incidents stand behind it."""
        if not self.known:
            return words.NOT_MEASURED
        return words.quantity(self.mean, self.unit, self.low, self.high) + (words.FEW_MARK if self.marked else "")

    def reach(self) -> list[list[float]] | None:
        """How far the interval reaches down and up, as matplotlib wants it; None without a finite interval."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return None
        return [[max(0.0, self.mean - self.low)], [max(0.0, self.high - self.mean)]]


NO_ESTIMATE = Estimate()


class Results:
    """What lies in ``folder``. Tables that are absent are empty frames; times stay in seconds as in the files.

    ``legible`` says of a text whether figures can show it; where not (Chinese labels and no such font), plain names do.
    """

    def __init__(self, folder: Path, legible: Callable[[str], bool] = str.isascii) -> None:
        self.folder = folder
        self._legible = legible

    # ------------------------------------------------------------------------------------------------ tables

    @cached_property
    def summary(self) -> pd.DataFrame:
        return _read_csv(self.folder / "summary.csv")

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """Measured incidents (began in the measured time), of the replications whose incidents were kept."""
        table = self._parquet("incidents")
        return table[table["measured"]] if len(table) else table

    @cached_property
    def called(self) -> pd.DataFrame:
        """Founded called incidents of ``incidents``. ``response_min`` is infinite where nobody ever came."""
        table = self.incidents
        if not len(table):
            return table.assign(response_min=[])
        table = table[table["called"] & table["founded"]]
        minutes = (table["first_presence_s"] - table["received_s"]) / MINUTE_S
        return table.assign(response_min=minutes.fillna(math.inf))

    @cached_property
    def incidents_of_all(self) -> bool:
        """Whether the incidents of every replication were kept; else they are those of replication 0."""
        return self.replications == 1 or self.provenance.get("keep") in ("incidents", "all")

    @cached_property
    def streets(self) -> pd.DataFrame:
        return self._parquet("streets")

    @cached_property
    def hourly(self) -> pd.DataFrame:
        return self._parquet("hourly")

    @cached_property
    def probes(self) -> pd.DataFrame:
        return self._parquet("probes")

    @cached_property
    def provenance(self) -> dict:
        return _read_json(self.folder / "provenance.json")

    @cached_property
    def map(self) -> dict:
        return _read_json(self.folder / "map.json")

    def _parquet(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        return pd.read_parquet(path) if path.is_file() else pd.DataFrame()

    # ------------------------------------------------------------------------------------------------- names

    @property
    def scenario(self) -> dict:
        """The resolved scenario."""
        return self.provenance.get("scenario", {})

    @property
    def title(self) -> str:
        return str(self.scenario.get("title") or self.provenance.get("name") or "without a title")

    @property
    def short_title(self) -> str:
        """The title where figures can show it, else the scenario's name."""
        names = (self.title, str(self.provenance.get("name") or ""))
        return next((name for name in names if name and self._legible(name)), "see report.html")

    @property
    def seed(self) -> object:
        return self.provenance.get("seed", "unknown")

    @cached_property
    def replications(self) -> int:
        said = self.provenance.get("replications")
        if said is not None:
            return int(said)
        return int(self.incidents["replication"].nunique()) if len(self.incidents) else 0

    @property
    def synthetic(self) -> bool:
        return bool(self.map.get("synthetic", False))

    @property
    def plane(self) -> dict | None:
        """``width_m height_m metric torus`` of a plane; None on streets."""
        return self.map.get("plane")

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """Tiers from the highest to the lowest, as the scenario lists them; else those that the tables name."""
        listed = list(self.scenario.get("policy", {}).get("tiers", {}))
        seen = set(_values(self.incidents, "presence_tier")) | set(_values(self.hourly, "tier"))
        return tuple(listed + sorted(seen - set(listed)))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Classes by priority, then in the order of the scenario."""
        rows = self.scenario.get("world", {}).get("classes", {})
        listed = sorted(rows, key=lambda name: rows[name].get("priority", 9))
        seen = set(_values(self.incidents, "class")) | set(_values(self.probes, "class"))
        return tuple(listed + sorted(seen - set(listed)))

    @cached_property
    def sectors(self) -> tuple[str, ...]:
        listed = [str(row["name"]) for row in self.map.get("sectors", ())]
        seen = set(_values(self.streets, "sector")) | set(_values(self.incidents, "sector"))
        return tuple(listed + sorted(seen - set(listed)))

    @cached_property
    def priorities(self) -> tuple[int, ...]:
        """Those of which the summary knows called incidents."""
        return tuple(sorted({int(member) for _, by, member in self._estimates if by == "priority"}))

    @cached_property
    def targets_min(self) -> tuple[float, ...]:
        """The marks of 1, 3 and 5 minutes, and those of the scenario."""
        return tuple(sorted({1.0, 3.0, 5.0, *map(float, self.scenario.get("run", {}).get("targets_min", ()))}))

    @cached_property
    def cover_standard_min(self) -> float:
        return float(self.scenario.get("probes", {}).get("standard_min", 5))

    def tier_label(self, name: str) -> str:
        """Of joint units: the labels of both parts."""
        rows = self.scenario.get("policy", {}).get("tiers", {})
        return " + ".join(self._label(rows, part) for part in name.split("+"))

    def class_label(self, name: str) -> str:
        return self._label(self.scenario.get("world", {}).get("classes", {}), name)

    def sector_label(self, name: str) -> str:
        return self._label({str(row["name"]): row for row in self.map.get("sectors", ())}, name)

    def _label(self, rows: dict, name: str) -> str:
        """The row's own label where figures can show it, else its name made readable."""
        said = str(rows.get(name, {}).get("label") or "")
        return said if said and self._legible(said) else name.replace("_", " ")

    def tier_rank(self, name: str) -> int:
        return self.tiers.index(name)

    @property
    def measured_days(self) -> float:
        """Length of the measured time of one replication, in days."""
        return float(self.scenario.get("run", {}).get("measured_h", 24)) / 24

    @cached_property
    def hours_measured(self) -> np.ndarray:
        """(24,) how often each hour of the day lies in the measured time of a replication; parts of an hour count."""
        run = self.scenario.get("run", {})
        start = float(self.scenario.get("world", {}).get("start_hour", 0)) + float(run.get("warm_up_h", 24))
        end = start + 24 * self.measured_days
        hours = np.arange(math.floor(start), math.ceil(end))
        inside = np.minimum(hours + 1, end) - np.maximum(hours, start)
        return np.bincount(hours % 24, weights=inside, minlength=24)

    # --------------------------------------------------------------------------------------------- estimates

    @cached_property
    def _estimates(self) -> dict[tuple[str, str, str], Estimate]:
        found = {}
        for row in self.summary.to_dict("records"):
            member = "" if row["by"] == "all" else str(row["member"])
            found[str(row["measure"]), str(row["by"]), member] = Estimate(
                _float(row.get("mean")),
                _float(row.get("ci_low")),
                _float(row.get("ci_high")),
                _float(row.get("n")),
                str(row.get("unit") or ""),
                str(row.get("marked")).lower() in ("true", "1"),
            )
        return found

    def calls(self, by: str = "all", member: object = "") -> int:
        """How many founded called incidents there were in all replications."""
        return int(self.estimate("unserved_share", by, member).n)

    def estimate(self, measure: str, by: str = "all", member: object = "") -> Estimate:
        """The summary's row, or an estimate that is not known. ``all`` has one member, whatever it is called."""
        return self._estimates.get((measure, by, "" if by == "all" else str(member)), NO_ESTIMATE)


def _float(value: Any) -> float:
    return math.nan if value is None or value == "" else float(value)


def _values(table: pd.DataFrame, column: str) -> list:
    if column not in table:
        return []
    return [value for value in table[column].dropna().unique().tolist() if value != ""]


def _read_json(path: Path) -> dict:
    return json.loads(path.read_text("utf-8-sig")) if path.is_file() else {}


def _read_csv(path: Path) -> pd.DataFrame:
    """Text stays text (a sector may be called NA); numbers that are missing are NaN."""
    numbers = dict.fromkeys(("mean", "sd", "ci_low", "ci_high", "n"), ("", "nan"))
    return pd.read_csv(path, encoding="utf-8-sig", dtype={"member": str}, keep_default_na=False, na_values=numbers)
