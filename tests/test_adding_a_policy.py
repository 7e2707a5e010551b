"""The worked example of docs/policies.md: its changes are made to a copy of the package, and its claims are tested."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")

#: Runs in the changed copy, compiling switched off.
CLAIMS = """
import numpy as np
import reference
from differences import difference
from example import fewest_calls
from sim import Scenario
from sim.engine import Engine, Simulation, run

settings = {"run.warm_up_h": 0, "run.measured_h": 8, "run.drain_h": 1, "world.demand.per_day": 240,
            "world.demand.surges": [], "world.demand.injections": []}
score = {"policy.dispatch.score": [{"rule": "fewest_calls"}, {"rule": "nearest"}]}
even = Engine(Scenario.load("scenarios/small_town.toml", set=settings | score)).tables(1, 0)
near = Engine(Scenario.load("scenarios/small_town.toml", set=settings)).tables(1, 0)
compiled = run(*even)
assert not difference(reference.run(*even), compiled), "the twin differs"
assert not difference(compiled, Simulation(*near, "trace", fewest_calls).run()), "Python and kernel differ"
tiers = even[1].units["tier"]
uneven = []
for calls in (compiled.units["assignments"], run(*near).units["assignments"]):
    uneven.append(float(sum(np.var(calls[tiers == tier]) for tier in np.unique(tiers))))
assert uneven[0] < uneven[1], uneven
print("variance of calls within tiers, fewest calls and nearest:", uneven)
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def change(folder: Path, diff: str) -> None:
    """Make one change of the page; its context has to be there exactly once."""
    head, *lines = diff.splitlines()
    path = folder / head.removeprefix("--- ")
    before = "\n".join(line[1:] for line in lines if line[0] in " -") + "\n"
    after = "\n".join(line[1:] for line in lines if line[0] in " +") + "\n"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{path.name} has changed: docs/policies.md speaks of\n{before}"
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for part in ("sim", "tests", "scenarios"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for diff in blocks("diff"):
        change(folder, diff)
    (folder / "example.py").write_text(blocks("python")[0], encoding="utf-8")
    (folder / "claims.py").write_text(CLAIMS, encoding="utf-8")
    return folder


def test_the_example_keeps_its_promises(copy):
    where = os.pathsep.join((str(copy), str(copy / "tests")))
    env = os.environ | {"PYTHONPATH": where, "NUMBA_DISABLE_JIT": "1", "ROUNDSMAN_CACHE": str(copy / "cache")}
    done = subprocess.run(
        [sys.executable, "claims.py"], cwd=copy, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "variance of calls" in done.stdout


def test_every_family_of_the_table_is_where_the_page_says():
    rows = re.findall(r"^\| ([a-z\- ]+) \| (.*?) \| (.*?) \|", PAGE, re.MULTILINE)
    assert len(rows) >= 9
    for _, _, rule in rows:
        for name in re.findall(r"`([\w/]+\.py)(?:: (\w+))?`", rule):
            path = ROOT / (name[0] if "/" in name[0] else f"sim/kernel/{name[0]}")
            assert f"def {name[1]}" in path.read_text(encoding="utf-8")
