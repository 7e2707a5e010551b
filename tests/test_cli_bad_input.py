"""Every broken file gets one clear message and exit code 2, leaves nothing behind and shows no traceback."""

from __future__ import annotations

import pytest
from bad_input_cases import CASES as COMMON_CASES
from bad_input_closures import CLOSURE_CASES
from bad_input_costs import COST_CASES
from bad_input_duties import DUTY_CASES
from bad_input_mechanisms import MECHANISM_CASES
from bad_input_roster import ROSTER_CASES

from sim.cli import main

CASES = COMMON_CASES + DUTY_CASES + CLOSURE_CASES + ROSTER_CASES + MECHANISM_CASES + COST_CASES

#: Words that only a library would use.
FOREIGN = (
    "Traceback",
    "Input should",
    "pydantic",
    "validation error",
    "Extra inputs",
    "http",
    "<class",
    "object at 0x",
)


def test_there_are_enough_cases_and_each_has_its_name():
    assert len(CASES) >= 45
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_one_clear_message(case, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    content = case.content if isinstance(case.content, bytes) else case.content.encode()
    (tmp_path / "bad.toml").write_bytes(content)
    assert main(["simulate", "bad.toml", "--replications", "1"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert not [word for word in FOREIGN if word in err]
    assert all(len(line) < 500 for line in err.splitlines())
    where = "bad.toml:"
    if case.at:
        at = content.index(case.at.encode())
        where = f"bad.toml:{content.count(bytes([10]), 0, at) + 1}: "
    said = [line for line in err.splitlines() if line.startswith(where) and case.key in line]
    assert said, f"no line begins with {where} and names {case.key}:\n{err}"
    assert any(all(piece in line for piece in case.says) for line in said), err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.toml"]


@pytest.mark.parametrize("case", CASES[::8], ids=lambda c: c.name)
def test_check_says_the_same(case, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    assert main(["simulate", "bad.toml"]) == 2
    simulated = capsys.readouterr().err
    assert main(["check", "bad.toml"]) == 2
    assert capsys.readouterr().err == simulated
