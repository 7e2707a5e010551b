"""Faults that ``verify --quick`` has to find, planted in copies of the program: else its intervals are too wide."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest


class Fault(NamedTuple):
    """A change of one source file, and the cases that have to notice."""

    file: str
    before: str
    after: str
    cases: tuple[str, ...]


FAULTS = {
    "travel along streets a hundredth slower": Fault(
        "kernel/streets.py",
        'unit["due_us"] = moment = now + max(1, table)',
        'unit["due_us"] = moment = now + max(1, np.int64(np.rint(table * 1.01)))',
        ("streets_5_by_5",),
    ),
    "travel in the plane a hundredth slower": Fault(
        "kernel/plane.py",
        "v, a = b.speed_mps[mode] * factor, b.acceleration_mps2[mode]",
        "v, a = b.speed_mps[mode] * factor / 1.01, b.acceleration_mps2[mode]",
        ("base_distance", "acceleration"),
    ),
    "places snapped to intersections": Fault(
        "demand/places.py",
        "return place_within(self.geography, segment, along, across)",
        "return place_within(self.geography, segment, np.rint(along), across)",
        ("streets_post",),
    ),
    "patrols snapped to intersections": Fault(
        "kernel/patrol.py",
        'unit["offset_m"] = second * row["length_m"]',
        'unit["offset_m"] = np.rint(second) * row["length_m"]',
        ("streets_spot",),
    ),
    "the last of equal units sent": Fault(
        "kernel/choice.py", "return b.candidates[0]", "return b.candidates[count - 1]", ("ordered_entry",)
    ),
    "one call in a hundred not taken": Fault(
        "kernel/incident.py",
        "_receive(b, i, now + b.call_handling_us, now)\n",
        "if i % 100 == 50:\n        return\n    _receive(b, i, now + b.call_handling_us, now)\n",
        ("erlang_c_two", "fixed_arrivals"),
    ),
    "one arrival in a hundred never drawn": Fault(
        "demand/arrivals.py",
        "kept = (began < horizon_us) & (share > 0)",
        "kept = (began < horizon_us) & (share > 0) & (ordinal % 100 != 50)",
        ("day_nine_units",),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_planted_faults_are_found(name, tmp_path, root):
    fault = FAULTS[name]
    copy = copied(root, tmp_path)
    source = copy / "sim" / fault.file
    text = source.read_text(encoding="utf-8")
    assert text.count(fault.before) == 1, f"{fault.file} has changed: write the fault anew"
    source.write_text(text.replace(fault.before, fault.after), encoding="utf-8")
    code, verdicts = verified(copy, fault.cases)
    assert code == 1
    assert {case for case, verdict in verdicts if verdict == "DIFFERS"} == set(fault.cases)


@pytest.mark.slow
def test_the_copy_without_a_fault_passes(tmp_path, root):
    """Else a fault might seem to be found where the copy is at fault."""
    cases = sorted({case for fault in FAULTS.values() for case in fault.cases})
    code, verdicts = verified(copied(root, tmp_path), cases)
    assert code == 0
    assert {verdict for _, verdict in verdicts} == {"agrees"}


def copied(root: Path, folder: Path) -> Path:
    """The program and its theory scenarios in a folder of their own."""
    shutil.copytree(root / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "scenarios" / "theory", folder / "scenarios" / "theory")
    shutil.copy(root / "run.py", folder)
    return folder


def verified(folder: Path, cases) -> tuple[int, list[tuple[str, str]]]:
    """The exit code of the copy's ``verify --quick`` of some cases, and (case, verdict) of each number."""
    result = subprocess.run(
        [sys.executable, "run.py", "verify", "--quick", "--workers", "1", "--out", "out", "--only", *cases],
        cwd=folder,
        env={**os.environ, "ROUNDSMAN_CACHE": str(folder / "cache"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode in (0, 1), result.stderr[-2000:]
    with (folder / "out" / "verification.csv").open(encoding="utf-8-sig", newline="") as file:
        return result.returncode, [(row["case"], row["verdict"]) for row in csv.DictReader(file)]
