"""A results folder made of random numbers, for the tests of the report: the right files and columns, no model behind them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd

from sim.measures.columns import TABLES

TIERS = ("armed_police", "police", "community", "guards", "armbands")
CLASSES = {
    "help": 3, "traffic": 3, "dispute": 3, "theft": 3, "concern_report": 2, "fight": 1, "medical": 1, "fire": 1,
    "hazard": 2, "drug_report": 3, "school_gate": 2, "armed": 1, "crowd": 1,
}  # fmt: skip
SECTORS = (
    "Chaotianmen", "Jiefangbei", "Nanjimen", "Qixinggang", "Daxigou", "Caiyuanba", "Lianglukou", "Shangqingsi", "Daping",
    "Shiyoulu", "Hualongqiao",
)  # fmt: skip
PARTS = ("call_handling_s", "relay_s", "queue_s", "turnout_s", "travel_s", "company_s")


def write_folder(
    folder: Path,
    rows: int = 8,
    columns: int = 10,
    replications: int = 3,
    per_day: int = 60,
    tiers: tuple[str, ...] = TIERS,
    classes: dict[str, int] | None = None,
    sectors: int = 4,
    title: str = "An ordinary day in a small town",
    seed: int = 1,
    labels: dict[str, str] | None = None,
) -> Path:
    """A folder with all tables. ``rows`` x ``columns`` intersections; 26 x 40 is the size of a whole district."""
    draw = np.random.default_rng(seed)
    classes = CLASSES if classes is None else classes
    names = tuple(SECTORS[:sectors])
    folder.mkdir(parents=True, exist_ok=True)
    streets = _streets(draw, rows, columns, names, replications)
    incidents = _incidents(draw, streets, classes, tiers, replications, per_day)
    hourly = _hourly(draw, tiers, replications)
    for name, table in {"streets": streets, "incidents": incidents, "hourly": hourly}.items():
        wanted = [column.name for column in TABLES[name]]
        table[wanted].to_parquet(folder / f"{name}.parquet")
    _write_summary(folder, draw, incidents, streets, hourly, classes, tiers, names)
    _write_json(folder, classes, tiers, names, title, seed, replications, streets, labels or {})
    return folder


def _streets(draw, rows: int, columns: int, names: tuple[str, ...], replications: int) -> pd.DataFrame:
    x = np.cumsum(draw.uniform(90, 250, columns))
    y = np.cumsum(draw.uniform(90, 250, rows))
    ends = [(x[c], y[r], x[c + 1], y[r]) for r in range(rows) for c in range(columns - 1)]
    ends += [(x[c], y[r], x[c], y[r + 1]) for r in range(rows - 1) for c in range(columns)]
    ends = np.array(ends)
    count = len(ends)
    wide = max(1, round(len(names) ** 0.5 + 0.4))
    deep = -(-len(names) // wide)
    place = (ends[:, 0] - x[0]) / (x[-1] - x[0] + 1e-9) * wide, (ends[:, 1] - y[0]) / (y[-1] - y[0] + 1e-9) * deep
    sector = np.minimum(place[1].astype(int) * wide + place[0].astype(int), len(names) - 1)
    weight = draw.lognormal(0, 1.6, count)
    one = pd.DataFrame(
        {
            "segment": np.arange(count), "sector": np.array(names, object)[sector],
            "kind": draw.choice(["road", "lane", "stairs", "square"], count, p=[0.45, 0.3, 0.2, 0.05]),
            "length_m": np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]), "weight": weight / weight.sum(),
            "x0_m": ends[:, 0], "y0_m": ends[:, 1], "x1_m": ends[:, 2], "y1_m": ends[:, 3],
        }
    )  # fmt: skip
    busy = draw.lognormal(np.log(60), 0.9, count)
    made = []
    for replication in range(replications):
        idle = busy * draw.lognormal(0, 0.2, count)
        passes = draw.poisson(24 * 60 / (2 * idle))
        made.append(
            one.assign(
                replication=replication, passes=passes, passes_per_h=passes / 24, presence_min=passes * 4.0,
                idleness_min=np.where(passes > 0, idle, 720.0), worst_idleness_h=idle / 12,
                seen_2_h_share=np.exp(-idle / 120), seen_4_h_share=np.exp(-idle / 240), seen_8_h_share=np.exp(-idle / 480),
            )
        )  # fmt: skip
    return pd.concat(made, ignore_index=True)


def _incidents(draw, streets, classes, tiers, replications: int, per_day: int) -> pd.DataFrame:
    one = streets[streets["replication"] == 0]
    share = np.array([30, 27, 16, 6, 6, 4, 4, 2, 2, 1.5, 1, 0.3, 0.2])[: len(classes)]
    by_hour = 1.2 + np.sin((np.arange(24) - 9) / 24 * 2 * np.pi)
    made = []
    for replication in range(replications):
        count = draw.poisson(per_day)
        segment = draw.choice(len(one), count, p=one["weight"])
        part = draw.uniform(0, 1, count)
        kind = draw.choice(np.array(list(classes), object), count, p=share / share.sum())
        priority = np.array([classes[name] for name in kind], dtype=np.int64)
        hour = draw.choice(24, count, p=by_hour / by_hour.sum())
        began = np.sort(86400 + hour * 3600 + draw.uniform(0, 3600, count))
        fate = draw.choice(["called", "on_view", "unnoticed"], count, p=[0.8, 0.04, 0.16])
        founded = draw.uniform(size=count) > 0.12
        came = (fate != "unnoticed") & (draw.uniform(size=count) > 0.04)
        rank = np.minimum(len(tiers) - 1, draw.choice(len(TIERS), count, p=[0.01, 0.3, 0.45, 0.14, 0.1]))
        tier = np.array([*tiers, None], object)[np.where(came, rank, -1)]
        relay = np.where(rank >= 2, 90.0, 0.0)
        queue = np.where(draw.uniform(size=count) < 0.06, draw.exponential(500, count), 0.0)
        travel = draw.lognormal(np.log(60 + 60 * priority), 0.5, count)
        received = np.where(fate == "unnoticed", np.nan, began + draw.lognormal(np.log(180), 0.9, count))
        parts = np.column_stack([np.full(count, 45.0), relay, queue, np.full(count, 15.0), travel, np.zeros(count)])
        parts[~(came & (fate == "called"))] = np.nan
        presence = np.where(came, received + np.nan_to_num(parts.sum(axis=1), nan=20.0), np.nan)
        end = presence + draw.lognormal(np.log(1500), 0.8, count)
        resolved = came & founded
        outcome = np.select(
            [fate == "unnoticed", ~came, ~founded, np.isin(kind, ["medical", "fire"])],
            ["unnoticed", "abandoned", "unfounded", "closed_off_model"], "resolved",
        )  # fmt: skip
        table = pd.DataFrame({column.name: np.full(count, np.nan) for column in TABLES["incidents"]})
        table = table.assign(
            replication=replication, incident=np.arange(count), name_key=np.arange(count), priority=priority, hour=hour,
            sector=one["sector"].to_numpy(object)[segment], measured=began >= 86400, street_kind=one["kind"].to_numpy(object)[segment],
            x_m=one["x0_m"].to_numpy()[segment] * (1 - part) + one["x1_m"].to_numpy()[segment] * part,
            y_m=one["y0_m"].to_numpy()[segment] * (1 - part) + one["y1_m"].to_numpy()[segment] * part,
            segment=segment, offset_m=part, began_s=began, received_s=received, first_arrival_s=presence,
            first_presence_s=presence, first_capable_s=presence, complement_s=presence, work_end_s=end, closed_s=end,
            on_view=fate == "on_view", called=fate == "called", founded=founded, outcome=outcome, ending=None,
            moving=False, intercepted=False, worsened=0, final_class=kind, presence_tier=tier,
            resolved_tier=np.where(resolved & (outcome == "resolved"), tier, None), units_sent=came.astype(int),
            cross_sector=False, queued=queue > 0, travel_m=travel,
            **dict(zip(PARTS, parts.T, strict=True)),
        )  # fmt: skip
        table["class"] = kind
        made.append(table)
    return pd.concat(made, ignore_index=True)


def _hourly(draw, tiers, replications: int) -> pd.DataFrame:
    size = dict(zip(TIERS, (4, 24, 87, 250, 50), strict=True))
    rows = []
    for replication in range(replications):
        for rank, tier in enumerate(tiers):
            for hour in range(24):
                on = size.get(tier, 30) * (1.0 if rank < 4 else float(hour in (7, 8, 9, 10, 14, 15, 17, 18, 19, 20, 21)))
                busy = on * draw.uniform(0.05, 0.5)
                for activity, unit_h in (("free", on * 0.4), ("busy", busy), ("other", on * 0.6 - busy)):
                    rows.append((replication, tier, hour, activity, max(unit_h, 0.0)))
    return pd.DataFrame(rows, columns=["replication", "tier", "hour", "activity", "unit_h"])


def _write_summary(folder, draw, incidents, streets, hourly, classes, tiers, names) -> None:
    """Values from the tables where that is easy; intervals from nowhere, but of a believable width."""
    rows = []

    def say(measure: str, by: str, member: object, mean: float, unit: str, n: float = 100) -> None:
        wide = abs(mean) * 0.08
        bound = (lambda value: min(1.0, value)) if unit == "share" else (lambda value: value)
        low, high = mean - wide, bound(mean + wide)
        rows.append((measure, by, member, mean, wide, low, high, int(n), 3, unit, "lower", n < 30))

    calls = incidents[incidents["called"] & incidents["founded"]]
    calls = calls.assign(minutes=(calls["first_presence_s"] - calls["received_s"]) / 60)
    groups = [("all", "all", calls)]
    for by, column in (("priority", "priority"), ("sector", "sector"), ("hour", "hour")):
        groups += [(by, member, group) for member, group in calls.groupby(column)]
    for by, member, group in groups:
        came = group["minutes"].dropna()
        if not len(came):
            continue
        say("response_min", by, member, came.mean(), "min", len(came))
        say("response_min_p50", by, member, came.quantile(0.5), "min", len(came))
        say("response_min_p90", by, member, came.quantile(0.9), "min", len(came))
        say("capable_min_p50", by, member, came.quantile(0.5) * 1.3, "min", len(came))
        for mark in (1, 3, 5):
            say(f"within_{mark}_min_share", by, member, (group["minutes"] <= mark).mean(), "share", len(group))
        say("queued_share", by, member, 0.06, "share", len(group))
        say("unserved_share", by, member, group["minutes"].isna().mean(), "share", len(group))
        say("worsened_share", by, member, 0.02, "share", len(group))
    say("on_view_share", "all", "all", 0.047, "share")
    for tier, busy in zip(tiers, draw.uniform(0.05, 0.5, len(tiers)), strict=True):
        say("utilisation", "tier", tier, busy, "share")
    for by, member, group in [("all", "all", streets), *(("sector", name, group) for name, group in streets.groupby("sector"))]:
        say("idleness_min", by, member, group["idleness_min"].mean(), "min")
        say("passes_per_h", by, member, group["passes_per_h"].mean(), "per_h")
        for hours in (2, 4, 8):
            say(f"seen_{hours}_h_share", by, member, group[f"seen_{hours}_h_share"].mean(), "share")
    for name in classes:
        median = draw.uniform(2, 6)
        say("readiness_min_p50", "class", name, median, "min", 24 if name == "crowd" else 240)
        say("readiness_min_p90", "class", name, median * 2.2, "min", 240)
        say("ready_5_min_share", "class", name, draw.uniform(0.4, 0.95), "share", 240)
    for purpose in ("demand", "residents", "ambient"):
        say("cover_share", "purpose", purpose, draw.uniform(0.8, 0.95), "share", 960)
        say("second_cover_share", "purpose", purpose, draw.uniform(0.5, 0.8), "share", 960)
    columns = "measure by member mean sd ci_low ci_high n replications unit better marked".split()
    with (folder / "summary.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _write_json(folder, classes, tiers, names, title, seed, replications, streets, labels) -> None:
    scenario = {
        "title": title,
        "question": "How fast does help come on an ordinary day, and who brings it?",
        "sources": ["a made-up table"],
        "run": {"warm_up_h": 24.0, "measured_h": 24.0, "targets_min": [1.0, 3.0, 5.0], "seed": seed},
        "world": {
            "start_hour": 0,
            "custody_site": "police_station",
            "classes": {name: {"label": labels.get(name, ""), "priority": priority} for name, priority in classes.items()},
            "demand": {"per_day": 340.0},
        },
        "policy": {"tiers": {name: {"label": labels.get(name, "")} for name in tiers}},
        "probes": {"standard_min": 5.0},
        "assumptions": {
            "world.demand.per_day": {"low": 260.0, "high": 420.0, "grade": "derived", "source": "volumes", "note": ""},
            "policy.command.relay_s": {"low": 30.0, "high": 240.0, "grade": "assumption", "source": "", "note": "a guess"},
        },
    }
    provenance = {
        "scenario": scenario,
        "seed": seed,
        "replications": replications,
        "command": "python run.py simulate scenarios/small_town.toml",
        "world_digest": "ab" * 32,
        "policy_digest": "cd" * 32,
        "versions": {"roundsman": "0.1.0", "python": "3.11.2", "numpy": "2.4.6"},
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, ensure_ascii=False), encoding="utf-8")
    one = streets[streets["replication"] == 0].groupby("sector")[["x0_m", "y0_m"]].mean()
    drawn = {
        "synthetic": True,
        "sectors": [{"name": name, "label": labels.get(name, "")} for name in names],
        "sites": [
            {"role": "police_station", "sector": str(name), "x_m": float(x), "y_m": float(y)}
            for name, x, y in one.itertuples()
        ],
    }
    (folder / "map.json").write_text(json.dumps(drawn, ensure_ascii=False), encoding="utf-8")
