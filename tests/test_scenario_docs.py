"""The examples of ``docs/scenario.md``: they load, and have the answers that the page prints."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.scenario.write import toml
from sim.theory.hypercube import solve

SCENARIOS = Path(__file__).parents[1] / "scenarios"
PAGE = (Path(__file__).parents[1] / "docs" / "scenario.md").read_text(encoding="utf-8")
EXAMPLES = [block.split("```")[0] for block in PAGE.split("```toml\n")[1:]]
#: Example, and minutes of first presence by call: without the policy, and with it.
POLICIES = re.findall(
    r"```toml\n(extends = \"road.toml\"\n.*?)```\n\n\| call \|.*?\n\|---.*?\n(.*?)\n\n", PAGE, re.DOTALL
)
ROAD = next(text for text in EXAMPLES if "Two cars on a road" in text)
#: Example of a duty, and table, what and number.
DUTIES = re.findall(
    r"```toml\n(extends = \"town.toml\"\n.*?)```\n\n\| table \|.*?\n\|---.*?\n\| `(.*?)` \| (.*?) \| (.*?) \|\n\n",
    PAGE,
    re.DOTALL,
)
TOWN = next(text for text in EXAMPLES if "Three streets by three" in text)
RANKS = np.array([[0, 1, 2], [1, 0, 2], [2, 1, 0]])  #: of units a, b, c in west, middle and east
CALLS_PER_H = np.array([3, 2, 1]) / 6 * 1.5
REPLICATIONS = 10


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_examples_load_without_remarks(number, tmp_path):
    path = tmp_path / "example.toml"
    path.write_text(EXAMPLES[number], encoding="utf-8")
    (tmp_path / "road.toml").write_text(ROAD, encoding="utf-8")
    (tmp_path / "town.toml").write_text(TOWN, encoding="utf-8")
    for name in ("small_town.toml", "small_town_roster.csv"):
        shutil.copy(SCENARIOS / name, tmp_path)
    assert not Scenario.load(path).notes


def test_the_page_shows_the_spreadsheet_as_it_is():
    text = (SCENARIOS / "small_town_roster.csv").read_text(encoding="utf-8")
    assert f"```csv\n{text}```\n" in PAGE


def first_presence_min(folder: Path, text: str) -> list[float]:
    """Of the calls in the order in which they come."""
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    incidents = simulate(Scenario.load(path)).incidents.sort_values("began_s")
    return [round(minute, 6) for minute in incidents["first_presence_s"] / 60]


def test_every_policy_has_its_example():
    assert len(POLICIES) == sum("road.toml" in text for text in EXAMPLES) == 8


@pytest.mark.parametrize("number", range(len(POLICIES)))
def test_policies_do_what_the_page_prints(number, tmp_path):
    text, table = POLICIES[number]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    (tmp_path / "road.toml").write_text(ROAD, encoding="utf-8")
    with_policy = tomllib.loads(text)
    calls = with_policy["world"]["demand"]
    assert [row[0] for row in rows] == [call["name"] for call in calls["injections"]]
    without = toml({"extends": "road.toml", "world": {"demand": calls}})
    assert first_presence_min(tmp_path, without) == [float(row[1]) for row in rows]
    assert first_presence_min(tmp_path, text) == [float(row[2]) for row in rows]
    assert [row[1] for row in rows] != [row[2] for row in rows]


def test_every_duty_has_its_example():
    assert len(DUTIES) == sum('"town.toml"' in text for text in EXAMPLES) == 20


@pytest.mark.parametrize("number", range(len(DUTIES)))
def test_duties_do_what_the_page_prints(number, tmp_path):
    text, table, what, said = DUTIES[number]
    (tmp_path / "town.toml").write_text(TOWN, encoding="utf-8")
    (tmp_path / "duty.toml").write_text(text, encoding="utf-8")
    how, column, _ = what.split("`")
    results = simulate(Scenario.load(tmp_path / "duty.toml"))
    values = getattr(results, table)[column]
    found = {"": values.sum(), "least ": values.min(), "rows with ": (values > 0).sum()}[how]
    assert found == float(said)


def test_a_hypothesis_is_named_in_the_results(tmp_path):
    text = next(text for text, *_ in DUTIES if "[policy.fatigue]" in text)
    (tmp_path / "town.toml").write_text(TOWN, encoding="utf-8")
    (tmp_path / "duty.toml").write_text(text, encoding="utf-8")
    on, off = (simulate(Scenario.load(tmp_path / f"{name}.toml")).provenance["notes"] for name in ("duty", "town"))
    assert [note for note in on if "hypothesis" in note] == [note for note in on if note not in off] != []


def test_the_plane_has_the_answers_that_the_page_prints(tmp_path):
    """Larson's hypercube, exactly: to the digits of the page, and to the standard error of the simulation."""
    exact = solve(CALLS_PER_H, RANKS, 1.0, queue=False)
    answers = [*exact.workloads, exact.delayed]
    said = re.search(r"workloads of (.*) and (.*), and (.*) of the calls lost", PAGE)
    printed = [float(number) for part in said.groups() for number in part.split(",")]
    assert printed == [round(float(answer), 4) for answer in answers]

    path = tmp_path / "plane.toml"
    path.write_text(next(text for text in EXAMPLES if "Three units" in text), encoding="utf-8")
    results = simulate(Scenario.load(path), replications=REPLICATIONS, seed=1)
    lines = results.units.pivot(index="replication", columns="line", values="utilisation")[["a", "b", "c"]]
    calls = results.incidents[results.incidents["measured"]]
    lost = (calls["outcome"] == "lost").groupby(calls["replication"]).mean()
    found = np.column_stack([lines.to_numpy(), lost.to_numpy()])
    error = found.std(axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    assert np.all(error < 0.01)
    assert np.all(np.abs(found.mean(axis=0) - answers) <= 3.3 * error)
