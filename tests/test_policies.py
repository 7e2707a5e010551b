"""The catalogue of policies, the schema, the vocabulary and the kernel name the same things."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import get_args

import pytest

from sim.policies import CATALOGUE, codes
from sim.scenario.schema import Dispatch, RosterLine, ScoreTerm, Tier
from sim.vocabulary import BorderRule, Duty, LeavesPost, PatrolRule, QueueOrder, QueueRule, ScoreRule

#: family -> (its codes, where a scenario file names one)
FAMILIES = {
    "patrol": (PatrolRule, RosterLine, "rule"),
    "score": (ScoreRule, ScoreTerm, "rule"),
    "queue": (QueueRule, Dispatch, "queue"),
    "order": (QueueOrder, Dispatch, "order"),
    "border": (BorderRule, Tier, "border"),
    "duty": (Duty, RosterLine, "duty"),
    "leaves_post": (LeavesPost, RosterLine, "leaves_post"),
}
#: Words for what another name of the family does too, under conditions that the scenario is held to.
ALIASES = {"duty": {"peak": "patrol", "joint": "patrol", "inspect": "patrol"}}
#: What the kernel does when no other name of the family fits; every other it has to name.
OTHERWISE = {
    "patrol": "NO_U_TURN",
    "score": "HIGHEST_TIER",
    "queue": "WAIT",
    "order": "PRIORITY",
    "border": "ADJACENT",
    "duty": "PATROL",
    "leaves_post": "ON_VIEW",
}
#: Nobody who moves is asked for it: a post stands because of its duty.
NEVER_ASKED = {"patrol": "STAND"}


@pytest.fixture(scope="module")
def kernel(root: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "sim" / "kernel").glob("*.py")))


def test_families_are_complete_and_together():
    assert [family for family, _ in groupby(CATALOGUE, key=lambda row: row.family)] == list(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_schema_catalogue_and_vocabulary_agree(family):
    enum, table, key = FAMILIES[family]
    rows = [row for row in CATALOGUE if row.family == family]
    named = get_args(table.model_fields[key].annotation)
    aliases = ALIASES.get(family, {})
    assert [row.name for row in rows] == list(named)
    assert [row.code for row in rows if row.name not in aliases] == list(enum)
    assert all(isinstance(row.code, enum) for row in rows)  # members of two enums can be equal
    assert [row.code.name.lower() for row in rows] == [aliases.get(row.name, row.name) for row in rows]
    assert codes(family) == {name: enum[aliases.get(name, name).upper()] for name in named}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_kernel_knows_every_code(family, kernel):
    enum = FAMILIES[family][0]
    named = set(re.findall(rf"\b{enum.__name__}\.([A-Z_]+)\b", kernel))
    assert set(enum.__members__) - named <= {OTHERWISE.get(family), NEVER_ASKED.get(family)}


def test_every_row_says_what_it_means():
    for row in CATALOGUE:
        assert row.meaning
        assert row.reference
        assert not row.meaning.endswith(".")
