"""The scenario library: every file says what it is about and how sure it is, and the catalogue says what came out."""

from __future__ import annotations

import math
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from sim import Scenario, simulate
from sim.measures import summarise
from sim.scenario.schema import ScenarioFile

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
FRAMES = re.compile(
    r"(schema_version|extends|title|question|sources|assumptions|run\..*|world\.start_(weekday|hour)|policy\.roster_file)$"
)
BRIEF = SCENARIOS.parent / "docs" / "brief.md"
#: Lines of a file that is no longer than a screen or two; its assumptions come on top.
SHORT = 110
TOWN = Arm("small_town")


def own(name: str) -> dict:
    """What a file says itself, without what it extends."""
    return tomllib.loads((SCENARIOS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def loaded(name: str) -> Scenario:
    return Scenario.load(SCENARIOS / f"{name}.toml")


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
    scenario = loaded(name)
    head = (SCENARIOS / f"{name}.toml").read_text(encoding="utf-8").partition("schema_version")[0]
    assert not scenario.notes
    assert scenario.spec.title != ORDINARY.spec.title
    assert scenario.spec.question.endswith("?")
    assert scenario.spec.sources
    assert "Look at:" in head or "The other arm of" in head
    assert f"`{name}.toml`" in README


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_its_own_is_an_assumption(name):
    """Copies of lines of the ordinary roster are spoken of in the roster, dropped lines nowhere."""
    file = own(name)
    spoken = set(file["assumptions"])
    copies = {row.name: row for row in ORDINARY.spec.policy.roster}
    rows = {row.name: row for row in loaded(name).spec.policy.roster}
    copied = {row for row, spec in rows.items() if spec == copies.get(row)}
    silent = [
        key
        for key in leaves({part: inner for part, inner in file.items() if part != "assumptions"})
        if not FRAMES.match(key)
        and not _is_dropped(file, key)
        and not any(f"{said}.".startswith(f"{key}.") or f"{key}.".startswith(f"{said}.") for said in spoken)
        and not _of_a_roster(key, copied, spoken)
    ]
    assert not silent


def _is_dropped(file: dict, key: str) -> bool:
    """Whether a key says that a line of the roster below is not there."""
    parts = key.split(".")
    return parts[:2] == ["policy", "roster"] and file["policy"]["roster"][parts[2]] == {"units": 0}


@pytest.mark.parametrize("name", [name for name in NAMES if "roster_file" in own(name).get("policy", {})])
def test_lines_of_a_spreadsheet_are_those_of_the_ordinary_day_or_spoken_of(name):
    scenario = loaded(name)
    ordinary = {row.name: row for row in ORDINARY.spec.policy.roster}
    spoken = " ".join(own(name)["assumptions"])
    rows = scenario.spec.policy.roster
    assert [
        row.name for row in rows if row != ordinary.get(row.name) and f"policy.roster.{row.name}." not in spoken
    ] == []
    assert any(row != ordinary.get(row.name) for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_short(name):
    """It says what differs; assumptions come on top."""
    text = (SCENARIOS / f"{name}.toml").read_text(encoding="utf-8")
    assert len(text.partition("[assumptions]")[0].splitlines()) <= SHORT


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
    explained = " ".join([*ORDINARY.spec.sources, *loaded(name).spec.sources])
    assert not cited - set(re.findall(r"\bS\d+\b", explained))


def test_a_merged_force_has_the_people_hours_and_cost_that_its_file_says():
    """The arithmetic at the head of both files, with the law's 2,000 hours a year and 8 % of leave."""
    before = loaded("before_merge").spec.policy
    hours = {"patrols": 24, "coordinators": 9, "anti_drug": 4, "fire_brigade": 24}
    lines = {row.name: row for row in before.roster if row.name in hours}
    a_day = {name: row.units * row.crew * hours[name] for name, row in lines.items()}
    assert a_day == {"patrols": 2496, "coordinators": 1008, "anti_drug": 56, "fire_brigade": 576}
    assert sum(row.heads or row.on_the_books for row in lines.values()) == 900
    cost = sum(h * before.tiers[lines[name].tier].paid_per_h for name, h in a_day.items())
    assert cost == pytest.approx(117_212)
    pairs = {}
    for heads in (696, 705, 900):
        arm = Scenario.load(SCENARIOS / "after_merge.toml", [f"policy.roster.patrols.heads={heads}"]).spec.policy
        (row,) = [row for row in arm.roster if row.tier == "community"]
        pairs[heads] = row.units
    assert pairs == {696: 73, 705: 74, 900: 94}
    assert pairs[696] * 2 * 24 == a_day["patrols"] + a_day["coordinators"]
    (equal_cost,) = [row.units for row in loaded("after_merge").spec.policy.roster if row.tier == "community"]
    assert equal_cost * 2 * 24 * 33 == pytest.approx(cost, rel=1e-3)
    assert pairs[900] == int(900 * 2000 * 0.92 / 8760 / 2)


def test_units_vehicles_and_people_are_equal_jointly_and_apart():
    def people(name: str) -> dict[str, int]:
        found = {"police": 0, "community": 0}
        for row in loaded(name).spec.policy.roster:
            if row.name in ("motorcycles", "threes_early", "threes_late"):
                hours = {"motorcycles": 24, "threes_early": 8, "threes_late": 16}[row.name]
                found[row.tier] += row.crew * hours * row.units
                if row.partner:
                    found[row.partner.tier] += row.partner.crew * hours * row.units
        return found

    assert people("joint_patrol") == people("joint_patrol_apart") == {"police": 48, "community": 48}


def _rows_of_the_brief() -> list[tuple[str, list[str], list[str]]]:
    """``(number, keys, scenarios)`` of every row of the table."""
    cells = [row.split(" | ") for row in BRIEF.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", row)]
    return [(row[0].strip("| "), re.findall(r"`([^`]+)`", row[2]), re.findall(r"`([^`]+)`", row[3])) for row in cells]


def test_every_row_of_the_brief_is_there():
    assert [number for number, _, _ in _rows_of_the_brief()] == [str(number) for number in range(1, 21)]


def test_every_question_has_its_file_and_every_file_its_question():
    named = re.findall(r"`(\w+)\.toml`", BRIEF.read_text(encoding="utf-8").partition("## Questions")[2])
    assert sorted(named) == sorted({*NAMES, "ordinary_day"})


@pytest.mark.parametrize(("number", "keys", "names"), _rows_of_the_brief(), ids=lambda part: str(part)[:20])
def test_a_row_of_the_brief_names_keys_and_scenarios_that_exist(number, keys, names):
    """Capital letters stand for a name: of a tier, a class, a roster line, a sector, a role."""
    assert keys
    assert names
    assert [name for name in names if not (SCENARIOS / f"{name}.toml").is_file()] == []
    assert [key for key in keys if not _is_known(key)] == []


def _is_known(key: str) -> bool:
    node: object = ScenarioFile
    for part in key.split("."):
        node = _inside(node, part)
        if node is None:
            return False
    return True


def _inside(node: object, part: str) -> object | None:
    """The type behind a part of a key; None where there is none of that name. Elements of lists go without a number."""
    kinds = _types(node)
    kinds += [inner for one in kinds if get_origin(one) is list for inner in _types(get_args(one)[0])]
    if part.isupper():
        named = [one for one in kinds if get_origin(one) in (dict, list)]
        return get_args(named[0])[-1] if named else None
    tables = [one.model_fields for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)]
    return next((fields[part].annotation for fields in tables if part in fields), None)


def _types(node: object) -> list[object]:
    """A type, or those of a union, without what annotates them."""
    if get_origin(node) is Annotated:
        return _types(get_args(node)[0])
    if get_origin(node) in (Union, UnionType):
        return [inner for one in get_args(node) for inner in _types(one)]
    return [node]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "before_merge", "after_merge", "joint_patrol_apart", "joint_patrol", "inspection_squad", "next_crew", "move_up",
        "loss_of_base", "withdrawn_militia", "led_volunteers", "storm", "festival_peak",
        "new_year_eve", "school_hours_gates",
    ],
)  # fmt: skip
def test_a_day_of_it_is_simulated(name):
    (sample, _), *_ = days(Arm(name), 1)
    assert value(sample, Look("response_min")) > 0


@pytest.mark.slow
def test_the_squad_is_called_for_help_about_as_often_as_it_says():
    """600 requests in 15.7 months are 1.25 a day of the one squad: within a factor of two."""
    results = simulate(loaded("inspection_squad"), replications=20, seed=1)
    sent, happened, units = results.assignments, results.incidents, results.units
    squad = units[units["line"].str.startswith("inspection_")][["replication", "unit"]]
    mine = sent.merge(squad, on=["replication", "unit"]).merge(
        happened.loc[happened["measured"] & (happened["class"] == "help"), ["replication", "incident"]]
    )
    assert 1.25 / 2 < len(mine) / 20 < 1.25 * 2


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
