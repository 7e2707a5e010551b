"""A results folder of random numbers for the tests of the report: the right files and columns, no model behind them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from sim.measures.columns import TABLES, columns_of
from sim.measures.summary import COLUMNS

TIERS = {"armed_police": 4, "police": 24, "community": 87, "guards": 250, "armbands": 50}  # units on duty
CLASSES = {
    "help": 3, "traffic": 3, "dispute": 3, "theft": 3, "concern_report": 2, "fight": 1, "medical": 1, "fire": 1,
    "hazard": 2, "drug_report": 3, "school_gate": 2, "armed": 1, "crowd": 1,
}  # fmt: skip
SHARES = (30, 27, 16, 6, 6, 4, 4, 2, 2, 1.5, 1, 0.3, 0.2)
SECTORS = (
    "Chaotianmen", "Jiefangbei", "Nanjimen", "Qixinggang", "Daxigou", "Caiyuanba", "Lianglukou", "Shangqingsi",
    "Daping", "Shiyoulu", "Hualongqiao",
)  # fmt: skip
PARTS = ("call_handling", "relay", "queue", "turnout", "travel", "company")
DAY_S, MINUTE_S = 86400.0, 60.0
WARM_UP_S = DAY_S


def write_folder(
    folder: Path,
    rows: int = 8,
    columns: int = 10,
    sectors: int = 4,
    replications: int = 3,
    per_day: float = 60,
    tiers: tuple[str, ...] = tuple(TIERS),
    came: float = 0.96,
    keep: str = "incidents",
    title: str = "An ordinary day in a small town",
    labels: dict[str, str] | None = None,
    plane_m: tuple[float, float] | None = None,
    seed: int = 1,
) -> Path:
    """A folder as ``simulate`` leaves it. ``rows`` x ``columns`` intersections: 26 x 40 is a whole district.

    With ``plane_m``, the width and height of a plane: so many areas. ``came`` is the chance that anybody comes to an
    incident; ``labels`` are of tiers, classes and sectors by name.
    """
    draw = np.random.default_rng(seed)
    names = SECTORS[:sectors]
    folder.mkdir(parents=True)
    streets = (
        _areas(rows, columns, names, replications, *plane_m)
        if plane_m
        else _streets(draw, rows, columns, names, replications)
    )
    incidents = pd.concat(
        [_incidents(draw, streets, tiers, replication, per_day, came) for replication in range(replications)],
        ignore_index=True,
    )
    hourly = _hourly(draw, tiers, replications)
    kept = incidents if keep == "incidents" else incidents[incidents["replication"] == 0]
    for name, table in (("streets", streets), ("incidents", kept), ("hourly", hourly)):
        table[[column.name for column in columns_of(name, plane_m is not None)]].to_parquet(folder / f"{name}.parquet")
    summary = _Summary(draw, replications)
    _of_calls(summary, incidents, replications)
    _of_growth(summary, sorted(set(CLASSES.values())))
    _of_probes(summary, draw, tiers)
    if not plane_m:
        _of_passes(summary, streets)
    _of_sectors(summary, draw, names)
    _of_costs(summary, draw, tiers)
    pd.DataFrame(summary.rows, columns=COLUMNS).to_csv(folder / "summary.csv", index=False, encoding="utf-8-sig")
    _write_provenance(folder, tiers, title, seed, replications, keep, labels or {})
    _write_map(folder, streets, names, labels or {}, plane_m)
    return folder


def _streets(draw, rows: int, columns: int, names: tuple[str, ...], replications: int) -> pd.DataFrame:
    """A grid; sectors in cells side by side; log-normal idleness."""
    x, y = np.cumsum(draw.uniform(90, 250, columns)), np.cumsum(draw.uniform(90, 250, rows))
    ends = [(x[c], y[r], x[c + 1], y[r]) for r in range(rows) for c in range(columns - 1)]
    ends += [(x[c], y[r], x[c], y[r + 1]) for r in range(rows - 1) for c in range(columns)]
    x0, y0, x1, y1 = np.array(ends).T
    count = len(ends)
    wide = int(np.ceil(np.sqrt(len(names))))
    deep = -(-len(names) // wide)
    across = ((x0 - x[0]) / (x[-1] - x[0] + 1) * wide).astype(int)
    along = ((y0 - y[0]) / (y[-1] - y[0] + 1) * deep).astype(int)
    weight = draw.lognormal(0, 1.6, count)
    kinds = draw.choice(["road", "lane", "stairs", "square"], count, p=[0.45, 0.3, 0.2, 0.05])
    one = {
        "segment": np.arange(count), "kind": kinds, "length_m": np.hypot(x1 - x0, y1 - y0),
        "sector": np.array(names, object)[np.minimum(along * wide + across, len(names) - 1)],
        "weight": weight / weight.sum(), "x0_m": x0, "y0_m": y0, "x1_m": x1, "y1_m": y1,
    }  # fmt: skip
    usual = draw.lognormal(np.log(60), 0.9, count)
    made = []
    for replication in range(replications):
        idle = usual * draw.lognormal(0, 0.2, count)
        passes = draw.poisson(24 * 60 / (2 * idle))
        seen = {f"seen_{hours}_h_share": np.exp(-idle / (60 * hours)) for hours in (2, 4, 8)}
        made.append(
            pd.DataFrame({
                **one, "replication": replication, "passes": passes, "passes_per_h": passes / 24, **seen,
                "presence_min": passes * 4.0, "worst_idleness_h": idle / 12,
                "idleness_min": np.where(passes > 0, idle, 720.0),
            })
        )  # fmt: skip
    return pd.concat(made, ignore_index=True)


def _areas(rows: int, columns: int, names, replications: int, width_m: float, height_m: float) -> pd.DataFrame:
    """Equal rectangles, sectors in turn; none has a kind or a length."""
    x, y = np.linspace(0, width_m, columns + 1), np.linspace(0, height_m, rows + 1)
    place = np.arange(rows * columns)
    row, column = np.divmod(place, columns)
    one = pd.DataFrame({
        "segment": place, "sector": np.array(names, object)[place * len(names) // len(place)],
        "x0_m": x[column], "y0_m": y[row], "x1_m": x[column + 1], "y1_m": y[row + 1],
        "weight": 1 / len(place), "presence_min": 40.0, "kind": None,
    })  # fmt: skip
    return pd.concat([one.assign(replication=replication) for replication in range(replications)], ignore_index=True)


def _incidents(draw, streets: pd.DataFrame, tiers, replication: int, per_day: float, came: float) -> pd.DataFrame:
    """One day: most are called in, some found by a patrol, some noticed by nobody."""
    one = streets[streets["replication"] == 0]
    count = draw.poisson(per_day)
    place = draw.choice(len(one), count, p=one["weight"])
    part = draw.uniform(0, 1, count)
    class_ = draw.choice(np.array(list(CLASSES), object), count, p=np.array(SHARES) / sum(SHARES))
    priority = np.array([CLASSES[name] for name in class_], dtype=np.int64)
    began = WARM_UP_S + np.sort(draw.uniform(0, DAY_S, count))
    fate = draw.choice(["called", "on_view", "unnoticed"], count, p=[0.8, 0.04, 0.16])
    founded = draw.uniform(size=count) > 0.12
    answered = (fate != "unnoticed") & (draw.uniform(size=count) < came) & bool(tiers)
    rank = np.minimum(draw.choice(5, count, p=[0.01, 0.3, 0.45, 0.14, 0.1]), max(len(tiers) - 1, 0))
    tier = np.array([*tiers, None], object)[np.where(answered, rank, len(tiers))]
    parts = np.column_stack([
        np.full(count, 45.0), np.where(rank >= 2, 90.0, 0.0),
        np.where(draw.uniform(size=count) < 0.06, draw.exponential(500, count), 0.0),
        np.full(count, 15.0), draw.lognormal(np.log(60 + 60 * priority), 0.5), np.where(class_ == "armed", 30.0, 0.0),
    ])  # fmt: skip
    parts[~(answered & (fate == "called"))] = np.nan
    received = np.where(fate == "unnoticed", np.nan, began + draw.lognormal(np.log(180), 0.9, count))
    presence = np.where(answered, received + np.nan_to_num(parts.sum(axis=1), nan=20.0), np.nan)
    outcome = np.select(
        [fate == "unnoticed", ~answered, ~founded, np.isin(class_, ["medical", "fire"])],
        ["unnoticed", "abandoned", "unfounded", "closed_off_model"],
        "resolved",
    )
    known = {
        "replication": replication, "incident": np.arange(count), "name_key": np.arange(count), "class": class_,
        "priority": priority, "sector": one["sector"].to_numpy(object)[place], "measured": np.ones(count, bool),
        "hour": (began // 3600 % 24).astype(int), "segment": place, "offset_m": part, "began_s": began,
        "street_kind": one["kind"].to_numpy(object)[place], "received_s": received, "first_presence_s": presence,
        "x_m": one["x0_m"].to_numpy()[place] * (1 - part) + one["x1_m"].to_numpy()[place] * part,
        "y_m": one["y0_m"].to_numpy()[place] * (1 - part) + one["y1_m"].to_numpy()[place] * part,
        "on_view": fate == "on_view", "called": fate == "called", "founded": founded, "outcome": outcome,
        "presence_tier": tier, "resolved_tier": np.where(outcome == "resolved", tier, None), "final_class": class_,
        **{f"{name}_s": values for name, values in zip(PARTS, parts.T, strict=True)},
    }  # fmt: skip
    empty = {column.name: np.full(count, np.nan) for column in TABLES["incidents"]}
    return pd.DataFrame({**empty, **known})


def _hourly(draw, tiers: tuple[str, ...], replications: int) -> pd.DataFrame:
    rows = []
    for replication in range(replications):
        for tier in tiers:
            for hour in range(24):
                units = TIERS.get(tier, 30) * (tier != "armbands" or hour in (7, 8, 9, 10, 14, 15, 17, 18, 19, 20, 21))
                busy = units * draw.uniform(0.05, 0.5)
                shares = {"free": 0.4 * units, "busy": busy, "other": 0.6 * units - busy}
                rows += [(replication, tier, hour, activity, unit_h) for activity, unit_h in shares.items()]
    return pd.DataFrame(rows, columns=["replication", "tier", "hour", "activity", "unit_h"])


class _Summary:
    """Rows of summary.csv; the intervals are of a believable width and mean nothing."""

    def __init__(self, draw, replications: int) -> None:
        self.rows: list[tuple] = []
        self._draw, self._replications = draw, replications

    def say(self, measure: str, by: str, member: object, mean: float, unit: str, n: int = 100) -> None:
        wide = abs(mean) * self._draw.uniform(0.04, 0.12) if self._replications > 1 else np.nan
        low, high = mean - wide, mean + wide
        if unit == "share":
            low, high = max(low, 0.0), min(high, 1.0)
        row = (measure, by, member, mean, wide, low, high, n, self._replications, unit, "none", n < 30)
        self.rows.append(row)


def _of_calls(summary: _Summary, incidents: pd.DataFrame, replications: int) -> None:
    calls = incidents[incidents["called"] & incidents["founded"]]
    calls = calls.assign(minutes=(calls["first_presence_s"] - calls["received_s"]) / MINUTE_S)
    groups = [("all", "", calls)]
    groups += [(by, member, group) for by in ("priority", "sector", "hour") for member, group in calls.groupby(by)]
    for by, member, group in groups:
        came, n = group["minutes"].dropna(), len(group)
        if len(came):
            summary.say("response_min", by, member, came.mean(), "min", len(came))
            summary.say("response_min_p50", by, member, came.median(), "min", len(came))
            summary.say("response_min_p90", by, member, came.quantile(0.9), "min", len(came))
            summary.say("capable_min_p50", by, member, came.median() * 1.3, "min", len(came))
        for mark in (1, 3, 5):
            summary.say(f"within_{mark}_min_share", by, member, (group["minutes"] <= mark).mean(), "share", n)
        summary.say("queued_share", by, member, (group["queue_s"] > 0).mean(), "share", n)
        summary.say("unserved_share", by, member, group["minutes"].isna().mean(), "share", n)
        summary.say("worsened_share", by, member, 0.02, "share", n)
    for (priority, tier), group in calls.groupby(["priority", "presence_tier"]):
        member = f"{priority}*{tier}"
        summary.say("response_min", "priority*tier", member, group["minutes"].mean(), "min", len(group))
        summary.say("first_presence_n", "priority*tier", member, len(group) / replications, "incidents", len(group))
        for part in PARTS:
            summary.say(f"{part}_min", "priority*tier", member, group[f"{part}_s"].mean() / MINUTE_S, "min", len(group))
    for by, member, group in [("all", "", incidents), *(("priority", *item) for item in incidents.groupby("priority"))]:
        summary.say("incidents_n", by, member, len(group) / replications, "incidents", len(group))
        for outcome, count in group["outcome"].value_counts().items():
            summary.say(f"{outcome}_n", by, member, count / replications, "incidents", count)
    if len(incidents):
        summary.say("on_view_share", "all", "", incidents["on_view"].mean(), "share")


def _of_growth(summary: _Summary, priorities: list[int]) -> None:
    """The backlog grows at the last priority, and there alone it is marked."""
    for by, member, growth in [("all", "", 0.4), *(("priority", priority, -0.001) for priority in priorities[:-1])]:
        summary.say("backlog_growth_per_h", by, member, growth, "per_h")
    summary.say("backlog_growth_per_h", "priority", priorities[-1], 0.4, "per_h")
    summary.rows[-1] = (*summary.rows[-1][:-1], True)


def _of_passes(summary: _Summary, streets: pd.DataFrame) -> None:
    for by, member, group in [("all", "", streets), *(("sector", *item) for item in streets.groupby("sector"))]:
        summary.say("idleness_min", by, member, group["idleness_min"].mean(), "min")
        summary.say("passes_per_h", by, member, group["passes_per_h"].mean(), "per_h")
        for hours in (2, 4, 8):
            summary.say(f"seen_{hours}_h_share", by, member, group[f"seen_{hours}_h_share"].mean(), "share")


def _of_probes(summary: _Summary, draw, tiers: tuple[str, ...]) -> None:
    for tier in tiers:
        summary.say("utilisation", "tier", tier, draw.uniform(0.05, 0.5), "share")
    for name in CLASSES:
        median = draw.uniform(2, 6)
        summary.say("readiness_min_p50", "class", name, median, "min", 240)
        summary.say("readiness_min_p90", "class", name, 2.2 * median, "min", 240)
        summary.say("ready_5_min_share", "class", name, draw.uniform(0.4, 0.95), "share", 240)
    for purpose in ("demand", "residents", "ambient"):
        summary.say("cover_share", "purpose", purpose, draw.uniform(0.8, 0.95), "share", 960)
        summary.say("second_cover_share", "purpose", purpose, draw.uniform(0.5, 0.8), "share", 960)


def _of_sectors(summary: _Summary, draw, names: tuple[str, ...]) -> None:
    """What each has and bears; how unequal that is, and would be by chance; and response at changes of shift."""
    for by, member in [("all", ""), *(("sector", name) for name in names)]:
        summary.say("presence_per_1000_min", by, member, draw.uniform(20, 60), "min_per_h")
        summary.say("checks_per_1000_per_day", by, member, draw.uniform(0, 0.4), "per_day")
        summary.say("unfounded_checks_share", by, member, draw.uniform(0.3, 0.9), "share")
        summary.say("custody_trips_n", by, member, draw.uniform(0, 5), "incidents")
    if len(names) > 1:
        goods = [
            f"{good}_per_{head}" for good in ("response", "presence") for head in ("resident", "ambient", "incident")
        ]
        for stem in (*goods, "checks_per_ambient"):
            summary.say(f"{stem}_gini", "all", "", draw.uniform(0.05, 0.2), "gini")
            summary.say(f"{stem}_chance_gini", "all", "", 0.04, "gini")
            summary.say(f"{stem}_worst_ratio", "all", "", draw.uniform(0.5, 0.9), "ratio")
            summary.say(f"{stem}_chance_worst_ratio", "all", "", 0.95, "ratio")
        summary.say("far_residents_share", "all", "", 0.07, "share")
    for member in ("during", "outside"):
        for measure, unit in (("response_min_p50", "min"), ("within_5_min_share", "share"), ("queued_share", "share")):
            summary.say(measure, "changeover", member, draw.uniform(0.1, 0.9), unit)
    summary.say("open_at_changeover_n", "all", "", 3.4, "incidents")
    summary.say("late_spells_share", "all", "", 0.12, "share")


def _of_costs(summary: _Summary, draw, tiers: tuple[str, ...]) -> None:
    for by, member in [("all", ""), *(("tier", name) for name in tiers)]:
        summary.say("heads_n", by, member, draw.uniform(10, 1000), "people")
        summary.say("person_h_per_day", by, member, draw.uniform(100, 5000), "h_per_day")
        for kind in ("paid", "overtime", "shadow", "cost"):
            summary.say(f"{kind}_yuan_per_day", by, member, draw.uniform(100, 90_000), "yuan_per_day")
    summary.say("cost_per_cleared_yuan", "all", "", 1234.0, "yuan")
    summary.say("cost_per_point_yuan_per_day", "all", "", 2345.0, "yuan_per_day")


def _write_provenance(folder: Path, tiers, title: str, seed: int, replications: int, keep: str, labels: dict) -> None:
    classes = {name: {"label": labels.get(name, ""), "priority": priority} for name, priority in CLASSES.items()}
    guess = {"low": 30.0, "high": 240.0, "grade": "assumption", "source": "", "note": "a <guess> & no more"}
    scenario = {
        "title": title,
        "question": "How fast does help come on an ordinary day, and who brings it?",
        "sources": ["a made-up table"],
        "run": {"warm_up_h": 24.0, "measured_h": 24.0, "targets_min": [1.0, 3.0, 5.0], "seed": seed},
        "world": {
            "start_hour": 0,
            "custody_site": "police_station",
            "classes": classes,
            "demand": {"per_day": 340.0},
        },
        "policy": {"tiers": {name: {"label": labels.get(name, "")} for name in tiers}, "command": {"relay_s": 90.0}},
        "probes": {"standard_min": 5.0},
        "assumptions": {
            "world.demand.per_day": {"low": 260.0, "high": 420.0, "grade": "derived", "source": "volumes", "note": ""},
            "policy.command.relay_s": guess,
        },
    }
    provenance = {
        "tool": "Roundsman",
        "version": "0.1.0",
        "name": "small_town",
        "seed": seed,
        "replications": replications,
        "keep": keep,
        "warnings": ["Overload: calls of priority 3 (0.4 an hour more) come <faster> than they are served."],
        "notes": ["One replication: numbers have no intervals."] if replications == 1 else [],
        "world_digest": "ab" * 32,
        "policy_digest": "cd" * 32,
        "scenario": scenario,
        "python": "3.11.2",
        "packages": {"numpy": "2.4.6", "matplotlib": "3.11.2"},
        "cpu": "some processor",
        "git": {"commit": "0123456789", "dirty": False},
        "command": "run.py simulate scenarios/small_town.toml",
        "started": "2020-01-01T00:00:00+00:00",
        "wall_s": 1.5,
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, ensure_ascii=False), encoding="utf-8")


def _write_map(
    folder: Path, streets: pd.DataFrame, names: tuple[str, ...], labels: dict[str, str], plane_m: tuple | None
) -> None:
    """Stations at a corner of each sector's first street or area, in a plane a stand in its middle too."""
    first = streets[streets["replication"] == 0].groupby("sector")[["x0_m", "y0_m"]].first()
    stations = [
        {"role": "police_station", "sector": str(name), "x_m": float(x), "y_m": float(y)}
        for name, x, y in first.itertuples()
    ]
    sectors = [{"name": name, "label": labels.get(name, "")} for name in names]
    content = {"synthetic": not plane_m, "sectors": sectors, "sites": stations}
    if plane_m:
        width_m, height_m = plane_m
        content["plane"] = {"width_m": width_m, "height_m": height_m, "metric": "euclid", "torus": height_m > 0}
        content["sites"] += [{"role": "taxi_stand", "sector": names[0], "x_m": width_m / 2, "y_m": height_m / 2}]
    (folder / "map.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
