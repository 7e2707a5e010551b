"""Who is due on duty when, and with which commitments: fixed by the roster; a day then draws who turns up and when."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.demand.day import Day
from sim.roster.groups import key_of
from sim.roster.shifts import Spell
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.vocabulary import MINUTE, NEVER, NOBODY, CommitmentKind, Purpose

MOST_BLOCKS = 2_000_000  #: of planned work in one replication
BREAK_JITTER = 0.15  #: how far a break's middle may be from the middle of the spell, as a share of the spell

#: Numbers of the draws of a unit's spell, named by both.
TURN_UP, BREAK, FIRST_BLOCK = 0, 1, 2

#: One spell that the roster asks of a unit.
DUE = np.dtype(
    [
        ("unit", t.I4),
        ("name", t.U8),  # of its draws
        ("start_us", t.I8),
        ("end_us", t.I8),
        ("turn_up", t.F8),
        ("blocks", t.I8),  # of planned work
        ("block_us", t.I8),
        ("break_us", t.I8),
        ("planned_priority", t.I1),
        ("break_priority", t.I1),
    ]
)


def due_rows(
    spec: ScenarioFile, line: RosterLine, units: np.ndarray, spells: list[Spell], names: np.ndarray
) -> np.ndarray:
    """DUE rows of units that all have the same spells; ``names`` (units, spells). Refuses what does not fit."""
    rows = np.zeros(names.shape, DUE)
    rows["unit"], rows["name"] = units[:, None], names
    rows["turn_up"] = line.turn_up_share
    rows["planned_priority"], rows["break_priority"] = line.planned_priority, line.break_priority
    block, pause = max(1, round(line.planned_block_min * MINUTE)), round(line.break_min * MINUTE)
    rows["block_us"], rows["break_us"] = block, pause
    for column, spell in enumerate(spells):
        length = spell.end_us - spell.start_us
        blocks = round(line.planned_share * length / block)
        if blocks * block + pause > length:
            raise ScenarioError(
                f'roster line "{line.name}": {blocks} blocks of planned work and the break do not fit its '
                f"{length / MINUTE:g} minutes of duty",
                key=key_of(spec, line, "planned_share" if blocks else "break_min"),
                value=line.planned_share if blocks else line.break_min,
                allowed="less planned work, shorter blocks or a shorter break",
            )
        rows["start_us"][:, column], rows["end_us"][:, column] = spell.start_us, spell.end_us
        rows["blocks"][:, column] = blocks
    if rows["blocks"].sum() > MOST_BLOCKS:
        raise ScenarioError(
            f'roster line "{line.name}" has {rows["blocks"].sum():,} blocks of planned work',
            key=key_of(spec, line, "planned_block_min"),
            value=line.planned_block_min,
            allowed=f"blocks that make at most {MOST_BLOCKS:,} in a run",
        )
    return rows.reshape(-1)


def turned_up(due: np.ndarray, day: Day) -> np.ndarray:
    """The spells to which the units turn up on this day."""
    return due[day.draws(Purpose.ROSTER, due["name"], TURN_UP) < due["turn_up"]]


def commitments(spells: np.ndarray, day: Day) -> tuple[np.ndarray, np.ndarray]:
    """``(unit, COMMITMENT)`` rows of DUE rows, ascending by unit and start; those before time 0 are left out.

    The break is about the middle of the spell. Planned work is spread over the rest, blocks before and after it as
    there is time; each side is cut into cells as long as each other, with a block at a drawn place in every cell.
    """
    length, pause, block, blocks = (
        spells["end_us"] - spells["start_us"],
        *(spells[x] for x in ("break_us", "block_us", "blocks")),
    )
    rest = length - pause
    jitter = (2.0 * day.draws(Purpose.ROSTER, spells["name"], BREAK) - 1.0) * BREAK_JITTER
    before = np.clip(np.rint(rest / 2 + jitter * length), 0, rest).astype(np.int64)
    before = np.where(pause > 0, before, rest)
    first = np.rint(blocks * np.divide(before, rest, out=np.zeros(len(rest)), where=rest > 0)).astype(np.int64)
    before = np.clip(before, first * block, rest - (blocks - first) * block)  # moves a break only where time is dense

    row = np.repeat(np.arange(len(spells)), blocks)
    number = np.arange(len(row)) - np.repeat(np.cumsum(blocks) - blocks, blocks)
    draws = day.draws(Purpose.ROSTER, spells["name"][row], FIRST_BLOCK + number)
    late = number >= first[row]
    of_side = np.where(late, blocks[row] - first[row], first[row])
    side = np.where(late, rest[row] - before[row], before[row])
    place = np.where(late, number - first[row], number)
    slack = np.floor((side - of_side * block[row]) * ((place + draws) / of_side)).astype(np.int64)
    start = np.where(late, before[row] + pause[row], 0) + place * block[row] + slack

    resting = np.flatnonzero(pause > 0)
    rows = np.zeros(len(row) + len(resting), t.COMMITMENT)
    of = np.concatenate([row, resting])
    rows["start_us"] = spells["start_us"][of] + np.concatenate([start, before[resting]])
    rows["duration_us"] = np.concatenate([block[row], pause[resting]])
    rows["latest_us"], rows["segment"] = NEVER, NOBODY
    rows["kind"] = np.repeat([CommitmentKind.PLANNED, CommitmentKind.BREAK], [len(row), len(resting)])
    rows["priority"] = np.concatenate([spells["planned_priority"][row], spells["break_priority"][resting]])
    unit, began = spells["unit"][of], rows["start_us"] >= 0
    unit, rows = unit[began], rows[began]
    order = np.lexsort((rows["start_us"], unit))
    return unit[order], rows[order]
