"""Rosters from spreadsheets, and tables that change lines by name."""

from __future__ import annotations

import builtins
import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from bad_input_cases import BASE

from sim import Scenario
from sim.cli import main
from sim.demand import draw_world
from sim.roster import build_forces
from sim.scenario import ScenarioError
from sim.scenario.sheets import column_letter
from sim.scenario.write import toml
from sim.space import build_geography, travel_streets

HEAD, FIRST, REST = BASE.partition("[[policy.roster]]")
SHEET = [
    ["name", "tier", "units", "crew", "mode", "system", "crews", "windows", "starts", "shifts", "pattern",
     "planned_share", "break_min", "break_window_h", "sectors", "duty", "post", "first_shift"],
    ["cars", "police", 2, 2, None, "overlapping_shifts", None, None, "06:00; 14:00; 20:00", None, None, 0.25,
     30, "3-4.5", "north", None, None, None],
    ["gates", "community", 1, 2, None, "windows", None, "07:00-09:00; 16:00-18:00", None, None, None, None,
     None, None, None, "post", "site:school_gate", None],
    ["rota", "community", 1, 3, None, "pattern", None, None, None, "D 08:00-20:00; N 20:00-08:00", "DN--; --DN", None,
     None, None, "north; south", None, None, None],
    ["threes", "police", 3, 2, None, "three_shifts", 4, None, None, None, None, None,
     None, None, None, None, None, "07:30"],
]  # fmt: skip
LINES = [
    {"name": "cars", "tier": "police", "units": 2, "crew": 2, "system": "overlapping_shifts",
     "starts": ["06:00", "14:00", "20:00"], "planned_share": 0.25, "break_min": 30.0, "break_window_h": [3.0, 4.5],
     "sectors": ["north"]},
    {"name": "gates", "tier": "community", "units": 1, "crew": 2, "system": "windows",
     "windows": [["07:00", "09:00"], ["16:00", "18:00"]], "duty": "post", "post": "site:school_gate"},
    {"name": "rota", "tier": "community", "units": 1, "crew": 3, "system": "pattern",
     "shifts": {"D": ["08:00", "20:00"], "N": ["20:00", "08:00"]}, "pattern": ["DN--", "--DN"],
     "sectors": ["north", "south"]},
    {"name": "threes", "tier": "police", "units": 3, "crew": 2, "system": "three_shifts", "crews": 4,
     "first_shift": "07:30"},
]  # fmt: skip


def written(folder: Path, roster: str, extra: str = "") -> Path:
    """The base with another roster: a file name, or tables of its own."""
    policy = f'[policy]\nroster_file = "{roster}"\n' if roster else ""
    path = folder / "town.toml"
    path.write_text(HEAD.replace("[policy.tiers", f"{policy}\n[policy.tiers", 1) + extra, encoding="utf-8")
    return path


def csv_text(rows: list[list], delimiter: str = ",") -> str:
    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        return f'"{text}"' if delimiter in text else text

    return "\n".join(delimiter.join(map(cell, row)) for row in rows) + "\n"


def xlsx(path: Path, rows: list[list], **sheets: list[list]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "lines"
    for row in rows:
        book.active.append(row)
    for name, others in sheets.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    book.save(path)
    return path


def tables(scenario: Scenario) -> list[bytes]:
    """Every table of the forces of one day, as bytes."""
    geography = build_geography(scenario.spec)
    streets = travel_streets(geography, cache=False)
    forces = build_forces(scenario.spec, geography, streets, draw_world(scenario.spec, geography, streets, 1, 0))
    values = [getattr(forces, name) for name in forces._fields]
    return [value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode() for value in values]


def problems(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        Scenario.load(path)
    return str(refused.value).splitlines()


def test_csv_xlsx_and_toml_make_the_same_forces_byte_for_byte(tmp_path):
    own = Scenario.load(written(tmp_path, "", toml({"policy": {"roster": LINES}})))
    (tmp_path / "plan.csv").write_text(csv_text(SHEET), encoding="utf-8")
    from_csv = Scenario.load(written(tmp_path, "plan.csv"))
    xlsx(tmp_path / "plan.xlsx", SHEET)
    from_xlsx = Scenario.load(written(tmp_path, "plan.xlsx"))
    assert own.resolved() == from_csv.resolved() == from_xlsx.resolved()
    assert own.policy_digest == from_csv.policy_digest == from_xlsx.policy_digest
    assert tables(own) == tables(from_csv) == tables(from_xlsx)
    assert "roster_file" not in from_csv.resolved()["policy"]
    again = Scenario.from_dict(from_xlsx.resolved())
    assert again.policy_digest == own.policy_digest


def test_lines_remember_the_row_that_they_came_from(tmp_path):
    (tmp_path / "plan.csv").write_text(csv_text(SHEET), encoding="utf-8")
    scenario = Scenario.load(written(tmp_path, "plan.csv"))
    assert scenario.origins["policy.roster.2.crew"] == "plan.csv:4"
    bad = [row[:] for row in SHEET]
    bad[3][1] = "polise"
    (tmp_path / "plan.csv").write_text(csv_text(bad), encoding="utf-8")
    (said,) = problems(tmp_path / "town.toml")
    assert said.startswith(f'{tmp_path.as_posix()}/plan.csv:4: policy.roster.rota.tier = "polise"')
    assert 'did you mean "police"' in said


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("\n,,,\n" + text.replace("\ngates", "\n\n,,\ngates")).encode(),
        lambda text: text.replace(",", "，").encode(),
        lambda text: text.replace(
            "07:00-09:00; 16:00-18:00", "０７：００－０９：００；１６：００～１８：００"
        ).encode(),
        lambda text: text.replace("07:00-09:00", "7:00 to 9:00").replace("06:00", "6:00:00").encode(),
        lambda text: text.replace("name,tier", " Name , TIER ").encode(),
        lambda text: text.replace("break_min", "Break min").encode(),
        lambda text: csv_text(SHEET, "\t").encode(),
        lambda text: csv_text(SHEET, ";").encode(),
    ],
)
def test_what_spreadsheets_leave_behind_does_no_harm(tmp_path, change):
    (tmp_path / "plan.csv").write_text(csv_text(SHEET), encoding="utf-8")
    path = written(tmp_path, "plan.csv")
    plain = Scenario.load(path)
    (tmp_path / "plan.csv").write_bytes(change(csv_text(SHEET)))
    assert Scenario.load(path).policy_digest == plain.policy_digest


def test_workbooks_hold_times_numbers_and_other_sheets(tmp_path):
    rows = [row[:] for row in SHEET]
    rows[4][17] = datetime.time(7, 30)
    rows[1][2] = 2.0
    (tmp_path / "plan.csv").write_text(csv_text(SHEET), encoding="utf-8")
    plain = Scenario.load(written(tmp_path, "plan.csv"))
    xlsx(tmp_path / "plan.xlsx", [["for whom it is"], ["not a roster"]], roster=rows, notes=[["a"], ["b"]])
    assert Scenario.load(written(tmp_path, "plan.xlsx")).policy_digest == plain.policy_digest
    xlsx(tmp_path / "plan.xlsx", rows, notes=[["a"], ["b"]])
    assert "has 2 sheets with something in them" in problems(tmp_path / "town.toml")[0]


def test_lines_of_a_file_stand_behind_those_of_the_scenario(tmp_path):
    (tmp_path / "plan.csv").write_text("name,tier\nextra,police\n", encoding="utf-8")
    scenario = Scenario.load(written(tmp_path, "plan.csv", FIRST + REST))
    names = [line.name for line in scenario.spec.policy.roster]
    assert names[-1] == "extra"
    assert len(names) > 1
    (tmp_path / "plan.csv").write_text(f"name,tier\n{names[0]},police\n", encoding="utf-8")
    (said,) = problems(tmp_path / "town.toml")
    assert "is the name of an earlier line too" in said
    assert "plan.csv:2: " in said


def test_set_puts_another_file_in_the_place_of_the_roster(tmp_path):
    (tmp_path / "plan.csv").write_text(csv_text(SHEET), encoding="utf-8")
    path = written(tmp_path, "", FIRST + REST)
    scenario = Scenario.load(path, ["policy.roster_file=plan.csv", "policy.roster.threes.units=4"])
    assert [line.name for line in scenario.spec.policy.roster] == [row[0] for row in SHEET[1:]]
    assert scenario.spec.policy.roster[3].units == 4


def changed(row: int, column: int, value: object) -> list[list]:
    rows = [line[:] for line in SHEET]
    rows[row][column] = value
    return rows


BAD = [
    (changed(0, 1, "teir"), ':1: column B = "teir"', 'did you mean "tier"?'),
    (changed(0, 3, "units"), ':1: column D = "units"', "stands above column C too"),
    (changed(0, 3, "planned"), ':1: column D = "planned"', "which no cell can hold"),
    (changed(0, 3, "visits"), ':1: column D = "visits"', "written in the scenario file"),
    ([row[1:] for row in SHEET], ":1: ", 'the column "name" is missing'),
    (
        changed(2, 2, "two"),
        ':3: column C units = "two"',
        "is no whole number; allowed: a whole number from 1 to 100000",
    ),
    (changed(2, 2, "1,000"), ":3: column C units", "is no whole number"),
    (changed(2, 2, 0), ":3: policy.roster.gates.units = 0", "is too small"),
    (changed(1, 11, "25%"), ':2: column L planned_share = "25%"', 'did you mean "0.25"?'),
    (changed(1, 12, "half an hour"), ":2: column M break_min", "is no number"),
    (changed(1, 13, "3"), ":2: column N break_window_h", "is no pair of numbers; allowed: such as 3-4.5"),
    (changed(2, 7, "07:00"), ":3: column H windows", '"07:00" is no window of the day'),
    (changed(3, 9, "D 08:00"), ":4: column J shifts", '"D 08:00" is no shift'),
    (changed(4, 17, "half past 7"), ":5: policy.roster.threes.first_shift", "00:00"),
    (changed(4, 5, "three_shift"), ":5: policy.roster.threes.system", 'did you mean "three_shifts"?'),
    (SHEET[:1], "town.toml", "has no lines"),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("rows", "where", "says"), BAD, ids=lambda value: value[:30] if isinstance(value, str) else "")
def test_what_no_line_can_have_is_refused_with_its_place(tmp_path, kind, rows, where, says):
    if kind == "csv":
        (tmp_path / "plan.csv").write_text(csv_text(rows), encoding="utf-8")
    else:
        xlsx(tmp_path / "plan.xlsx", rows)
    said = problems(written(tmp_path, f"plan.{kind}"))
    assert any(where in line and says in line for line in said), said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,tier\na,police,7\n", ':2: column C = "7": stands under no header: the row has 3 cells, and the row of '),
        ('name,tier\n"a,police\n', ":2: cannot be read as CSV"),
        ("", "is empty"),
        ("name,tier\n中,police\n".encode("gbk"), ":2: is not in UTF-8 here"),
    ],
)
def test_broken_csv_is_refused(tmp_path, text, says):
    (tmp_path / "plan.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert says in problems(written(tmp_path, "plan.csv"))[0]


def test_merged_cells_and_formulas_without_value_are_refused(tmp_path):
    path = written(tmp_path, "plan.xlsx")
    book = openpyxl.load_workbook(xlsx(tmp_path / "plan.xlsx", SHEET))
    book.active["C3"] = "=1+1"
    book.active.merge_cells("A4:A5")
    book.save(tmp_path / "plan.xlsx")
    formula, merged = problems(path)
    assert "plan.xlsx:4: the cells A4:A5 are merged" in merged
    assert "plan.xlsx:3: cell C3: is a formula whose value was never computed" in formula
    (tmp_path / "plan.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (said,) = problems(path)
    assert "cannot be read as an XLSX workbook" in said


def test_a_missing_file_or_package_is_named(tmp_path, monkeypatch):
    path = written(tmp_path, "plan.ods")
    assert "is no roster file; allowed: a file that ends in .csv or .xlsx" in problems(path)[0]
    written(tmp_path, "none.csv")
    (said,) = problems(path)
    assert 'policy.roster_file = "none.csv": there is no such file' in said
    assert "town.toml:" in said
    xlsx(tmp_path / "plan.xlsx", SHEET)
    written(tmp_path, "plan.xlsx")
    real = builtins.__import__

    def without(name: str, *args: object) -> object:
        if name == "openpyxl":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    (said,) = problems(path)
    assert 'the extra "xlsx"' in said
    assert "CSV UTF-8" in said


def test_tables_in_memory_name_no_file():
    data = Scenario.load(Path(__file__).parent / "bad_input" / "base.toml").resolved()
    data["policy"]["roster_file"] = "plan.csv"
    with pytest.raises(ScenarioError, match="which have a folder to look for it in"):
        Scenario.from_dict(data)


def test_show_prints_the_lines(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plan.csv").write_text(csv_text(SHEET), encoding="utf-8")
    written(tmp_path, "plan.csv")
    assert main(["show", "town.toml", "--origins", "--key", "policy.roster.rota"]) == 0
    said = capsys.readouterr().out
    assert 'pattern = ["DN--", "--DN"]  # plan.csv:4' in said


# ------------------------------------------------------------------------------------------- changes by name


def extended(folder: Path, text: str) -> Path:
    (folder / "base.toml").write_text(BASE, encoding="utf-8")
    path = folder / "mine.toml"
    path.write_text(f'extends = "base.toml"\n{text}', encoding="utf-8")
    return path


def test_a_table_changes_a_line_as_set_does(tmp_path):
    path = extended(tmp_path, "[policy.roster.cars]\ncrew = 3\n[policy.roster.gates]\nwindows = [['08:00', '09:00']]\n")
    by_set = Scenario.load(tmp_path / "base.toml", ["policy.roster.cars.crew=3",
                                                    "policy.roster.gates.windows=[['08:00', '09:00']]"])  # fmt: skip
    scenario = Scenario.load(path)
    assert scenario.resolved() == by_set.resolved()
    number = [line.name for line in scenario.spec.policy.roster].index("cars")
    assert scenario.origins[f"policy.roster.{number}.crew"] == "mine.toml:3"
    assert scenario.origins[f"policy.roster.{number}.tier"].startswith("base.toml:")


def test_units_0_drops_a_line_and_later_ones_keep_their_origins(tmp_path):
    """Two lines more, so that the first of them can go: those behind it move up."""
    more = "".join(f'[[policy.roster]]\nname = "more_{n}"\ntier = "police"\nper = "sector"\n' for n in (1, 2))
    (tmp_path / "longer.toml").write_text(BASE + more, encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text('extends = "longer.toml"\n[policy.roster.more_1]\nunits = 0\n', encoding="utf-8")
    whole, scenario = Scenario.load(tmp_path / "longer.toml"), Scenario.load(path)
    kept = [line for line in whole.resolved()["policy"]["roster"] if line["name"] != "more_1"]
    assert scenario.resolved()["policy"]["roster"] == kept
    by_set = Scenario.load(tmp_path / "longer.toml", ["policy.roster.more_1.units=0"])
    assert by_set.resolved() == scenario.resolved()
    places = [line.name for line in whole.spec.policy.roster]
    for number, line in enumerate(scenario.spec.policy.roster):
        before = whole.origins[f"policy.roster.{places.index(line.name)}.tier"]
        assert before.startswith("longer.toml:")
        assert scenario.origins[f"policy.roster.{number}.tier"] == before
        assert by_set.origins[f"policy.roster.{number}.tier"] == before


def test_assumptions_go_with_their_line(tmp_path):
    (tmp_path / "assumed.toml").write_text(
        'extends = "base.toml"\n[assumptions]\n"policy.roster.gates.crew" = {low = 1, high = 5}\n', encoding="utf-8"
    )
    path = extended(tmp_path, "[policy.roster.gates]\nunits = 0\n")
    path.write_text(path.read_text().replace("base.toml", "assumed.toml"), encoding="utf-8")
    assert "policy.roster.gates.crew" in Scenario.load(tmp_path / "assumed.toml").spec.assumptions
    assert "policy.roster.gates.crew" not in Scenario.load(path).spec.assumptions


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[policy.roster.carss]\ncrew = 3\n", "mine.toml:2: policy.roster.carss: there is no roster line of this name"),
        ("[policy.roster.carss]\ncrew = 3\n", 'did you mean "cars"?'),
        ("[policy.roster]\ncars = 3\n", "policy.roster.cars = 3: is no table"),
        ("[policy.roster.cars]\ncrw = 3\n", "mine.toml:3: policy.roster.cars.crw = 3: unknown key"),
        ("[policy.roster.cars]\nunits = -1\n", "mine.toml:3: policy.roster.cars.units = -1: is too small"),
    ],
)
def test_changes_that_mean_nothing_are_refused(tmp_path, text, says):
    assert any(says in said for said in problems(extended(tmp_path, text)))


def test_changes_need_a_roster_below_them(tmp_path):
    path = tmp_path / "alone.toml"
    path.write_text(HEAD + "[policy.roster.cars]\ncrew = 3\n", encoding="utf-8")
    (said,) = problems(path)
    assert "policy.roster.cars: would change a line, and no file that this one extends has a roster" in said


def test_a_file_changes_the_lines_of_its_spreadsheet(tmp_path):
    (tmp_path / "plan.csv").write_text(csv_text(SHEET), encoding="utf-8")
    scenario = Scenario.load(written(tmp_path, "plan.csv", "[policy.roster.threes]\nunits = 5\n"))
    assert scenario.spec.policy.roster[3].units == 5
    assert scenario.origins["policy.roster.3.units"].startswith("town.toml:")
    assert scenario.origins["policy.roster.3.crew"] == "plan.csv:5"


def test_letters_of_columns():
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
