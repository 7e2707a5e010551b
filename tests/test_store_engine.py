"""The store and the measures on real replications of a small scenario."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli.main import main
from sim.scenario import Scenario
from sim.study import load_results, simulate

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
SMALL_TOWN = SCENARIOS / "small_town.toml"
PARTS = ["call_handling_s", "relay_s", "queue_s", "turnout_s", "travel_s", "company_s"]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load(SMALL_TOWN)


@pytest.fixture(scope="module")
def results(scenario, tmp_path_factory):
    return simulate(scenario, replications=4, keep="all", out=tmp_path_factory.mktemp("study") / "one")


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.iterdir() if path.name != "provenance.json"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_any_number_of_workers_gives_the_same_bytes(scenario, results, tmp_path):
    other = simulate(scenario, replications=4, keep="all", out=tmp_path / "two", workers=2)
    assert digests(results.folder) == digests(other.folder)


def test_more_replications_do_not_change_the_first(scenario, results):
    fewer = simulate(scenario, replications=2, keep="incidents")
    of_all = results.incidents[results.incidents["replication"] < 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(fewer.incidents, of_all)


def test_parts_sum_to_the_response(results):
    incidents = results.incidents
    came = incidents[incidents["called"] & incidents["first_presence_s"].notna()]
    assert len(came) > 50
    response = came["first_presence_s"] - came["received_s"]
    assert came[PARTS].sum(axis=1).to_numpy() == pytest.approx(response.to_numpy(), abs=1e-6)
    assert (came[PARTS] >= 0).all(axis=None)
    rest = incidents.drop(came.index)
    assert rest[PARTS].isna().all(axis=None)


def test_rows_are_in_order(results):
    for table, number in (
        ("incidents", "incident"),
        ("assignments", "assignment"),
        ("probes", "probe"),
        ("streets", "segment"),
    ):
        rows = getattr(results, table)
        assert rows[["replication", number]].apply(tuple, axis=1).is_monotonic_increasing


def test_summary_agrees_with_the_tables(results):
    incidents = results.incidents
    calls = incidents[incidents["measured"] & incidents["called"] & incidents["founded"]]
    minutes = (calls["first_presence_s"] - calls["received_s"]) / 60
    assert results.value("response_min") == pytest.approx(minutes.groupby(calls["replication"]).mean().mean())
    assert results.value("response_min_p90") == pytest.approx(minutes.quantile(0.9))
    urgent = calls["priority"] == 1
    assert results.value("within_5_min_share", "priority", "1") == pytest.approx((minutes[urgent] <= 5).mean())
    assert results.value("incidents_n") == pytest.approx(incidents["measured"].sum() / 4)
    units = results.units
    assert results.value("utilisation") == pytest.approx(units["busy_h"].sum() / units["on_duty_h"].sum())
    streets = results.streets
    assert results.value("idleness_min") == pytest.approx(
        np.average(streets["idleness_min"], weights=streets["length_m"])
    )


def test_the_books_of_time_agree(results):
    """Units, hours and intervals of state tell the same story."""
    units, hourly = results.units, results.hourly
    for activity in ("free", "busy", "other"):
        by_tier = units.groupby("tier")[f"{activity}_h"].sum()
        by_hour = hourly[hourly["activity"] == activity].groupby("tier")["unit_h"].sum()
        assert by_hour[by_tier.index].to_numpy() == pytest.approx(by_tier.to_numpy(), abs=1e-6)
    run = Scenario.load(SMALL_TOWN).spec.run
    start, end = run.warm_up_h * 3600, (run.warm_up_h + run.measured_h) * 3600
    states = results.states
    spent = (states["to_s"].clip(upper=end) - states["from_s"].clip(lower=start)).clip(lower=0) / 3600
    busy = spent[states["state"].isin(BUSY)].groupby(states["tier"]).sum()
    assert busy.reindex(by_tier.index, fill_value=0).to_numpy() == pytest.approx(
        units.groupby("tier")["busy_h"].sum().to_numpy(), abs=1e-6
    )


BUSY = ("turnout", "en_route", "on_scene", "to_vehicle", "to_station", "at_station", "wrap_up")


def test_every_replication_counts(results):
    assert results.replications["replication"].tolist() == [0, 1, 2, 3]
    assert results.replications["incidents_n"].mean() == pytest.approx(results.value("incidents_n"))
    assert (results.replications["agent_events"] > 0).all()


def test_idle_time_cannot_exceed_the_measured_time(results):
    streets = results.streets
    assert (streets["worst_idleness_h"] <= 24 + 1e-9).all()
    assert (streets["idleness_min"] <= 12 * 60 + 1e-9).all()
    assert (streets[["seen_2_h_share", "seen_4_h_share", "seen_8_h_share"]].diff(axis=1).iloc[:, 1:] >= -1e-12).all(
        axis=None
    )


# ------------------------------------------------------------------------------------------------------------ overload


@pytest.mark.parametrize(
    ("name", "set_", "replications"),
    [
        ("small_town", [], 10),
        ("small_town", ["run.warm_up_h=0"], 10),  # starts at rest: more calls are in service at the end
        ("ordinary_day", [], 3),
    ],
)
def test_no_false_alarm(name, set_, replications):
    found = simulate(Scenario.load(SCENARIOS / f"{name}.toml", set_), replications, keep="measures")
    growth = found.summary[found.summary["measure"] == "backlog_growth_per_h"]
    assert {"all", "priority", "class"} == set(growth["by"])
    assert not growth["marked"].any()
    assert found.provenance["warnings"] == []


def test_overload_is_told(tmp_path, capsys):
    """One unit, 20 calls an hour of 1 minute each and 20 of 3 minutes at the next priority: the first are served at
    once, and of the second no more than (60 - 20) / 3 an hour, so that 20 - 13 1/3 more wait each hour."""
    path, shorter = SCENARIOS / "theory" / "two_lengths_overload.toml", "run.measured_h=60"
    assert main(["simulate", str(path), "--set", shorter, "--replications", "6", "--out", str(tmp_path / "out")]) == 0
    found = load_results(tmp_path / "out")
    row = found.summary.set_index(["measure", "by", "member"]).loc[("backlog_growth_per_h", "priority", "2")]
    assert row["ci_low"] < 20 / 3 < row["ci_high"]
    assert row["marked"]
    (said,) = found.provenance["warnings"]
    assert said.startswith("Overload: calls of priority 2 (")
    assert "come faster than they are served" in said
    assert f"\nwarning: {said}\n" in capsys.readouterr().out
    assert "come faster than they are served" in (tmp_path / "out" / "report.html").read_text("utf-8")
    once = simulate(Scenario.load(path, [shorter]), 1, keep="measures")
    assert once.provenance["warnings"] == []


def test_records_of_a_plane(tmp_path):
    """Two fixed units: every place lies in its area, and the legs to calls are as long as the assignments say."""
    found = simulate(Scenario.load(SCENARIOS / "theory" / "two_units_half.toml"), 1, out=tmp_path / "out")
    areas = found.streets.set_index("segment")
    calls = found.incidents
    for axis in "xy":
        low, high = (areas.loc[calls["segment"], f"{axis}{end}_m"].to_numpy() for end in (0, 1))
        assert ((low <= calls[f"{axis}_m"]) & (calls[f"{axis}_m"] <= high)).all()
    ways = found.legs[found.legs["state"] == "en_route"]
    across = (ways["to_across_m"] - ways["from_across_m"]).abs()
    assert len(ways) > 100
    gone = ((ways["to_m"] - ways["from_m"]).abs() + across).groupby(ways["unit"]).sum()
    sent = found.assignments.groupby("unit")["travel_m"].sum()
    assert gone.to_numpy() == pytest.approx(sent[gone.index].to_numpy())
