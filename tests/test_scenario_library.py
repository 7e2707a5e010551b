"""The scenario library: every file says what it is about and how sure it is, and the catalogue says what came out."""

from __future__ import annotations

import math
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim import Scenario, simulate
from sim.measures import summarise

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
sys.path.insert(0, str(SCENARIOS))

import catalogue  # noqa: E402
from catalogue import Outcome, compare, days, line, of_catalogue, value  # noqa: E402
from comparisons import COMPARISONS, HIGHER, LOWER, SAME, Arm, Comparison, Look  # noqa: E402

README = catalogue.README.read_text(encoding="utf-8")
ORDINARY = Scenario.load(SCENARIOS / "ordinary_day.toml")
#: Files that are for something else than a question of the library.
OTHERS = {"ordinary_day", "ordinary_day_moved", "small_town"}
NAMES = sorted(path.stem for path in SCENARIOS.glob("*.toml") if path.stem not in OTHERS)
#: What is a fact or a frame, and no assumption about it.
FRAMES = re.compile(r"(schema_version|extends|title|question|sources|assumptions|run\..*|world\.start_(weekday|hour))$")
TOWN = Arm("small_town")


def own(name: str) -> dict:
    """What a file says itself, without what it extends."""
    return tomllib.loads((SCENARIOS / f"{name}.toml").read_text(encoding="utf-8"))


def leaves(node: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Dotted keys of values; lines of a roster go by their name, other lists are values."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from leaves(inner, (*path, key))
    elif path == ("policy", "roster"):
        for row in node:
            yield from leaves({key: inner for key, inner in row.items() if key != "name"}, (*path, row["name"]))
    else:
        yield ".".join(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_what_it_is_about(name):
    scenario = Scenario.load(SCENARIOS / f"{name}.toml")
    head = (SCENARIOS / f"{name}.toml").read_text(encoding="utf-8").partition("schema_version")[0]
    assert not scenario.notes
    assert scenario.spec.title != ORDINARY.spec.title
    assert scenario.spec.question.endswith("?")
    assert scenario.spec.sources
    assert "Look at:" in head or "The other arm of" in head
    assert f"`{name}.toml`" in README


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_its_own_is_an_assumption(name):
    """Copies of lines of the ordinary roster are spoken of in the roster."""
    file = own(name)
    spoken = set(file["assumptions"])
    copies = {row.name: row for row in ORDINARY.spec.policy.roster}
    rows = {row.name: row for row in Scenario.load(SCENARIOS / f"{name}.toml").spec.policy.roster}
    copied = {row for row, spec in rows.items() if spec == copies.get(row)}
    silent = [
        key
        for key in leaves({part: inner for part, inner in file.items() if part != "assumptions"})
        if not FRAMES.match(key)
        and not any(f"{said}.".startswith(f"{key}.") or f"{key}.".startswith(f"{said}.") for said in spoken)
        and not _of_a_roster(key, copied, spoken)
    ]
    assert not silent


def _of_a_roster(key: str, copied: set[str], spoken: set[str]) -> bool:
    """Of a copied line; or of a line whose assumptions say what it does not share with the ordinary ones."""
    parts = key.split(".")
    if parts[:2] != ["policy", "roster"]:
        return False
    return parts[2] in copied or any(said.startswith(f"policy.roster.{parts[2]}.") for said in spoken)


@pytest.mark.parametrize("name", NAMES)
def test_its_sources_are_explained(name):
    file = own(name)
    cited = {mark for one in file["assumptions"].values() for mark in re.findall(r"\bS\d+\b", one.get("source", ""))}
    explained = " ".join([*ORDINARY.spec.sources, *Scenario.load(SCENARIOS / f"{name}.toml").spec.sources])
    assert not cited - set(re.findall(r"\bS\d+\b", explained))


@pytest.mark.parametrize("name", NAMES)
def test_something_of_it_is_compared(name):
    assert any(name in (row.arm.name, row.against.name) for row in COMPARISONS)


@pytest.mark.parametrize("arm", dict.fromkeys(arm for row in COMPARISONS for arm in (row.arm, row.against)), ids=str)
def test_arms_can_be_simulated_and_are_documented(arm):
    catalogue.scenario(arm)
    head = (SCENARIOS / f"{arm.name}.toml").read_text(encoding="utf-8").partition("schema_version")[0]
    documented = re.findall(r"--set (\S+)", head)
    assert [one for one in arm.sets if one not in documented] == []


def test_the_catalogue_holds_every_comparison():
    printed = [tuple(row.split(" | ")[:3]) for row in README.splitlines() if row.startswith("| `") and " | `" in row]
    zero = Outcome(0.0, 0.0, 0.0, 0.0, 0.0, True)
    wanted = [tuple(line(row, zero).split(" | ")[:3]) for row in COMPARISONS]
    stripped = [tuple(cell.replace(" (other days)", "") for cell in row) for row in printed]
    assert sorted(row for row in stripped if row in wanted) == sorted(wanted)


@pytest.mark.slow
@pytest.mark.parametrize("row", [row for row in COMPARISONS if row.arm.name in ("unified_command", "reserve_cutoff")])
def test_the_catalogue_is_what_comes_out(row):
    """Computed again, to the last digit: of a policy on the ordinary day and of one on a busy day."""
    assert line(row, compare(row)) in README


@pytest.mark.parametrize(
    ("low", "high", "expected", "said"),
    [
        (-2, -1, LOWER, "as expected"),
        (1, 2, LOWER, "not as expected: higher"),
        (-1, 1, LOWER, "not distinguishable"),
        (0, 1, HIGHER, "not distinguishable"),
        (-1, 1, SAME, "as expected"),
        (1, 2, SAME, "not as expected: higher"),
        (math.nan, math.nan, HIGHER, "not distinguishable"),
    ],
)
def test_verdicts(low, high, expected, said):
    assert Outcome(0, 0, (low + high) / 2, low, high, True).verdict(expected) == said


@pytest.mark.parametrize(
    ("look", "by", "member"),
    [
        (Look("response_min"), "all", ""),
        (Look("response_min", where=(("priority", ("1",)),)), "priority", "1"),
        (Look("capable_min", where=(("priority", ("3",)), ("hour", ("18",)))), "priority*hour", "3*18"),
        (Look("on_view_share"), "all", ""),
        (Look("idleness_min"), "all", ""),
        (Look("overtime_h"), "all", ""),
        (Look("utilisation"), "all", ""),
    ],
)
def test_values_are_those_of_the_summary(look, by, member):
    (sample, _), *_ = days(TOWN, 2)
    summary = summarise([sample], catalogue.scenario(TOWN).spec)
    rows = summary[(summary["measure"] == look.measure) & (summary["by"] == by) & (summary["member"] == member)]
    assert value(sample, look) == pytest.approx(rows["mean"].iloc[0], rel=1e-9)


def test_values_are_those_of_a_simulation():
    results = simulate(catalogue.scenario(TOWN), replications=2, seed=catalogue.SEED, keep="measures")
    found = [value(sample, Look("response_min")) for sample, _ in days(TOWN, 2)]
    assert found == pytest.approx(results.replications["response_min"].tolist(), rel=1e-9)


def test_pairs_are_of_the_same_days_where_only_the_policy_differs():
    relayed = Arm("small_town", ("policy.command.relay_s=300",))
    busier = Arm("small_town", ("world.demand.scale=2",))
    slower = compare(Comparison(relayed, TOWN, Look("response_min"), HIGHER), 3)
    assert slower.same_days
    assert slower.difference == pytest.approx(slower.arm - slower.against)
    assert slower.low < slower.difference < slower.high
    assert slower.difference > 0
    assert not compare(Comparison(busier, TOWN, Look("response_min"), HIGHER), 3).same_days
    itself = compare(Comparison(TOWN, TOWN, Look("response_min"), SAME), 3)
    assert (itself.difference, itself.low, itself.high) == (0, 0, 0)


def test_units_of_numbers():
    assert of_catalogue("queued_share").unit == "share"
    assert catalogue.number(0.1234, "share") == "12.3"
    assert catalogue.number(-0.004, "min", "+") == "+0.00"
    assert catalogue.number(225.24, "min") == "225.2"
