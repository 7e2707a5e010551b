"""The summary: what all replications say about every measure, overall and by group, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.measures import inequality, pooling
from sim.measures.backlog import is_overload
from sim.measures.catalogue import FEW_INCIDENTS, GROUPINGS, MARKED, Measure, catalogue
from sim.measures.rows import Sample
from sim.measures.sample import targets

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import ScenarioFile

COLUMNS = (
    "measure",
    "by",
    "member",
    "mean",
    "sd",
    "ci_low",
    "ci_high",
    "n",
    "replications",
    "unit",
    "better",
    "marked",
)
SUMS = ("total", "growth")  #: statistics of which nothing at all is 0
QUANTILES = {"p50": 0.5, "p90": 0.9}
POINTS = ("urgent_soon", "urgent")  #: the columns of the share that the headline is
DIGITS = 10  #: significant digits of the numbers in the summary


def summarise(samples: Sequence[Sample], spec: ScenarioFile) -> pd.DataFrame:
    """Columns ``measure by member mean sd ci_low ci_high n replications unit better marked``.

    ``member`` is "" for ``by`` = ``all`` and ``a*b`` for crossings. ``n`` is how many incidents, probes, streets or
    units stand behind the number, over all replications; ``replications`` how many of these have a value. Intervals are
    95 %, NaN for one replication and for quantiles of too few values. Rows are in the order of the catalogue, of
    groupings, and of members in the scenario; groups without any value are left out, and so are the measures of sources
    that the samples lack. ``marked``: rests on few incidents, or, of the backlog, overload.
    """
    import pandas as pd

    sources = {name: _Source(samples, name) for name in samples[0].rows}
    blocks = [
        block
        for measure in catalogue(targets(spec))
        if measure.source in sources
        for by in GROUPINGS[measure.source]
        if (block := _block(measure, by, sources[measure.source])) is not None
    ]
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in COLUMNS}
    return pd.DataFrame(columns)


def overall(sample: Sample, spec: ScenarioFile) -> dict[str, float]:
    """The overall measures of one replication on its own: measure -> value, for ``replications.parquet``.

    Measures that are given by purpose only come as ``MEASURE_PURPOSE``; chance values need several replications.
    """
    values: dict[str, float] = {"replication": sample.replication}
    for measure in catalogue(targets(spec)):
        if measure.source not in sample.rows or measure.chance:
            continue
        groupings, rows = GROUPINGS[measure.source], sample.rows[measure.source]
        if "all" in groupings:
            values[measure.name] = value_of(measure, rows.columns)
        elif "purpose" in groupings:
            for number, purpose in enumerate(sample.members["purpose"]):
                chosen = rows.groups["purpose"] == number
                values[f"{measure.name}_{purpose}"] = value_of(measure, {k: v[chosen] for k, v in rows.columns.items()})
    return values


def value_of(measure: Measure, columns: dict[str, np.ndarray]) -> float:
    """A measure of some rows of its source in one replication; NaN where nothing stands behind it."""
    values = columns[measure.column or measure.name]
    known = values[~np.isnan(values)]
    if measure.statistic in SUMS:
        return float(known.sum())
    if not len(known):
        return float("nan")
    if measure.statistic == "worst":
        return float(known.max())
    if measure.statistic in QUANTILES:
        return float(np.quantile(known, QUANTILES[measure.statistic]))
    if measure.statistic == "per_point":
        cost, hits, among = (np.array([[columns[name].sum()]]) for name in (measure.column, *POINTS))
        return float(pooling.per_point(cost, hits, among).mean[0])
    if measure.statistic in inequality.STATISTICS:
        sums = (columns[name][None, :] for name in (measure.column, measure.over, measure.heads))
        return float(inequality.over_sectors(measure.statistic, *sums).mean[0])
    under = float(columns[measure.over].sum()) if measure.over else len(known)
    return float(known.sum() / under) if under else float("nan")


class _Source:
    """The rows of one source over all replications, and their groups, each made when first asked for."""

    def __init__(self, samples: Sequence[Sample], name: str) -> None:
        self.replications = len(samples)
        self.members = samples[0].members
        self._parts = [sample.rows[name] for sample in samples]
        self._columns: dict[str, np.ndarray] = {}
        self._groups: dict[str, _Groups] = {}

    @cached_property
    def replication(self) -> np.ndarray:
        return np.repeat(np.arange(self.replications), [len(part) for part in self._parts])

    def column(self, name: str) -> np.ndarray:
        if name not in self._columns:
            self._columns[name] = np.concatenate([part.columns[name] for part in self._parts])
        return self._columns[name]

    @cached_property
    def weight(self) -> np.ndarray:
        """How many incidents, probes, streets or units a row stands for."""
        return self.column("n") if "n" in self._parts[0].columns else np.ones(len(self.replication))

    def groups(self, by: str) -> _Groups:
        if by not in self._groups:
            dimensions = [] if by == "all" else by.split("*")
            codes = [np.concatenate([part.groups[name] for part in self._parts]) for name in dimensions]
            self._groups[by] = _Groups(codes, [self.members[name] for name in dimensions], self)
        return self._groups[by]


class _Groups:
    """Which rows belong to which member of a grouping."""

    def __init__(self, codes: list[np.ndarray], members: list[tuple[str, ...]], source: _Source) -> None:
        whole = np.zeros(len(source.replication), np.int64)
        inside = np.ones(len(whole), bool)
        for code, known in zip(codes, members, strict=True):
            whole = whole * len(known) + code
            inside &= code >= 0
        self.rows = np.flatnonzero(inside)
        found, self.group = np.unique(whole[self.rows], return_inverse=True)
        if not codes:
            found = np.zeros(1, np.int64)
        self.names = np.array([_member(number, members) for number in found.tolist()], dtype=object)
        self.replication = source.replication[self.rows]
        self.shape = (source.replications, len(found))
        self.cell = self.replication * len(found) + self.group
        self._ranks: dict[str, pooling.Ranks] = {}

    def sums(self, values: np.ndarray) -> np.ndarray:
        """(R, G) values added up in the order of rows."""
        return np.bincount(self.cell, weights=values, minlength=self.shape[0] * self.shape[1]).reshape(self.shape)

    def ranks(self, column: str, values: np.ndarray, known: np.ndarray) -> pooling.Ranks:
        """The known values of a column in order, sorted once for all its quantiles."""
        if column not in self._ranks:
            self._ranks[column] = pooling.Ranks(values[known], self.group[known], self.replication[known], self.shape)
        return self._ranks[column]

    def largest(self, values: np.ndarray) -> np.ndarray:
        """(R, G) NaN where there is none."""
        found = np.full(self.shape[0] * self.shape[1], -np.inf)
        np.maximum.at(found, self.cell, values)
        return np.where(np.isinf(found), np.nan, found).reshape(self.shape)


def _member(number: int, members: list[tuple[str, ...]]) -> str:
    words: list[str] = []
    for known in reversed(members):
        number, place = divmod(number, len(known))
        words.insert(0, known[place])
    return "*".join(words)


def _block(measure: Measure, by: str, source: _Source) -> dict[str, np.ndarray] | None:
    """The rows of the summary for one measure and grouping; None where there is nothing to say."""
    groups = source.groups(by)
    if not groups.shape[1]:
        return None
    values = source.column(measure.column or measure.name)[groups.rows]
    known = ~np.isnan(values)
    counted = groups.sums(np.where(known, source.weight[groups.rows], 0.0))
    estimate = _estimate(measure, values, known, groups, source)
    n = counted.sum(axis=0).astype(np.int64)
    least = -np.inf if measure.statistic == "growth" else 0.0  # an interval cannot leave what its measure can be
    most = 1.0 if measure.unit in ("share", "gini") else np.inf
    low, high = np.clip(estimate.ci_low, least, most), np.clip(estimate.ci_high, least, most)
    said = np.ones(len(n), bool) if by == "all" or measure.statistic in SUMS else n > 0
    if not said.any():
        return None
    few = measure.source in MARKED and measure.statistic not in SUMS
    columns = {
        "measure": np.full(len(n), measure.name, dtype=object),
        "by": np.full(len(n), by, dtype=object),
        "member": groups.names,
        "mean": _rounded(estimate.mean),
        "sd": _rounded(estimate.sd),
        "ci_low": _rounded(low),
        "ci_high": _rounded(high),
        "n": n,
        "replications": estimate.replications.astype(np.int64),
        "unit": np.full(len(n), measure.unit, dtype=object),
        "better": np.full(len(n), measure.better, dtype=object),
        "marked": _overload(estimate, groups, source) if measure.source == "backlog" else (n < FEW_INCIDENTS) & few,
    }
    return {name: column[said] for name, column in columns.items()}


def _overload(estimate: pooling.Estimate, groups: _Groups, source: _Source) -> np.ndarray:
    waiting, received = (
        groups.sums(source.column(name)[groups.rows]).mean(axis=0)
        for name in ("waiting_growth_per_h", "received_per_h")
    )
    return is_overload(estimate.ci_low, estimate.mean, waiting, received)


def _estimate(
    measure: Measure, values: np.ndarray, known: np.ndarray, groups: _Groups, source: _Source
) -> pooling.Estimate:
    if measure.statistic in QUANTILES:
        return groups.ranks(measure.column, values, known).quantile(QUANTILES[measure.statistic])
    if measure.statistic == "worst":
        return pooling.mean_of_replications(groups.largest(values))
    sums = groups.sums(np.where(known, values, 0.0))
    if measure.statistic == "total":
        return pooling.mean_of_replications(sums)
    if measure.statistic == "growth":
        return pooling.growth(sums, groups.sums(values**2))
    if measure.statistic == "per_point":
        hits, among = (groups.sums(source.column(name)[groups.rows]) for name in POINTS)
        return pooling.per_point(sums, hits, among)
    if measure.statistic in inequality.STATISTICS:
        return _over_sectors(measure, source)
    under = source.column(measure.over)[groups.rows] if measure.over else known.astype(float)
    if measure.statistic == "ratio":
        return pooling.ratio(sums, groups.sums(under))
    counts = groups.sums(under)
    with np.errstate(invalid="ignore", divide="ignore"):
        return pooling.mean_of_replications(np.where(counts > 0, sums / counts, np.nan))


def _over_sectors(measure: Measure, source: _Source) -> pooling.Estimate:
    """Rows are sectors, in the same order in every replication."""
    sums = [
        source.column(name).reshape(source.replications, -1) for name in (measure.column, measure.over, measure.heads)
    ]
    if not measure.chance:
        return inequality.over_sectors(measure.statistic, *sums)
    unknown = np.full(1, np.nan)
    value = np.array([inequality.by_chance(measure.statistic, *sums)])
    return pooling.Estimate(value, unknown, unknown, unknown, np.array([source.replications]))


def _rounded(values: np.ndarray) -> np.ndarray:
    """To ``DIGITS`` significant digits, so that reading the file back gives the same numbers."""
    return np.array([float(f"{value:.{DIGITS}g}") for value in values.tolist()])
