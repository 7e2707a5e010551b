"""Joint units that may split, and the halves into which they do (odd.md rule 28b)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.draws import name_key
from sim.roster.groups import half_names
from sim.scenario.joint import union_of
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.vocabulary import NOBODY

NEVER_SPLITS = 4  #: a priority that no call has


class Halves(NamedTuple):
    units: np.ndarray  # UNIT rows, two for each joint unit
    due: np.ndarray  # DUE rows: the spells of the joint unit, drawn as one with it, without commitments


def splits(line: RosterLine) -> bool:
    """Whether the units of a line are halves too."""
    return line.duty == "joint" and line.partner is not None and line.partner.splits_from is not None


def halve(
    spec: ScenarioFile, line: RosterLine, names: list[str], units: np.ndarray, due: np.ndarray, first: int
) -> Halves:
    """The halves of the units of a line, which are the rows from ``first`` on; theirs are those that follow.

    Fills the fields ``half`` and ``splits_from`` of ``units``. Nothing comes of a line whose units do not split.
    """
    union, partner = union_of(spec, line), line.partner
    if union is None or partner is None or partner.splits_from is None:
        return Halves(units[:0], due[:0])
    crews = [line.crew, partner.crew] if union.high == line.tier else [partner.crew, line.crew]
    tiers = list(spec.policy.tiers)
    units["half"] = first + len(units) + np.arange(2 * len(units)).reshape(-1, 2)
    units["splits_from"] = partner.splits_from
    halves = np.repeat(units, 2)
    halves["key"] = [name_key("unit", half) for name in names for half in half_names(name)]
    halves["tier"] = np.tile([tiers.index(union.high), tiers.index(union.low)], len(units))
    halves["crew"] = np.tile(crews, len(units))
    halves["whole"] = first + np.repeat(np.arange(len(units)), 2)
    halves["half"], halves["splits_from"] = NOBODY, NEVER_SPLITS
    theirs = np.repeat(due, 2)
    theirs["unit"] = units["half"][due["unit"] - first].reshape(-1)
    for name in ("blocks", "break_us", "set_count"):
        theirs[name] = 0
    return Halves(halves, theirs)
