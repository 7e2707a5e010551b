"""Who is due on duty when, and with which commitments: fixed by the roster; a day then draws who turns up and when."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.demand.day import Day
from sim.roster.groups import key_of
from sim.roster.hours import (
    SET_BLOCK,
    gaps,
    refuse_overlaps,
    rest_about,
    set_hours,
    set_rows,
    shared_among,
)
from sim.roster.shifts import Spell
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import RosterLine, ScenarioFile
from sim.space.places import Place
from sim.vocabulary import HOUR, MINUTE, NEVER, NOBODY, CommitmentKind, Purpose

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
        ("break_after_us", t.I8),  # the break is due so long after the start; NOBODY: about the middle
        ("break_latest_us", t.I8),  # and missed so long after it; NEVER: never
        ("set_first", t.I8),  # its blocks at set hours: rows of SET_BLOCK
        ("set_count", t.I8),
    ]
)


def due_rows(
    spec: ScenarioFile,
    line: RosterLine,
    units: np.ndarray,
    spells: list[Spell],
    names: np.ndarray,
    at: list[Place | None],
    first_set: int,
) -> tuple[np.ndarray, np.ndarray]:
    """DUE rows of units that all have the same spells, and the SET_BLOCK rows that these point at.

    ``names`` (units, spells); ``at``: where each block of the line's ``planned`` is, for each of the units, or None;
    ``first_set``: the row that the first SET_BLOCK will have. Refuses what does not fit.
    """
    rows = np.zeros(names.shape, DUE)
    blocks_set = [np.zeros(0, SET_BLOCK)]
    rows["unit"], rows["name"] = units[:, None], names
    rows["turn_up"] = line.turn_up_share
    rows["planned_priority"], rows["break_priority"] = line.planned_priority, line.break_priority
    block, pause = max(1, round(line.planned_block_min * MINUTE)), round(line.break_min * MINUTE)
    rows["block_us"], rows["break_us"] = block, pause
    earliest, latest = (round(hours * HOUR) for hours in line.break_window_h or (0, 0))
    rows["break_after_us"], rows["break_latest_us"] = (earliest, latest) if line.break_window_h else (NOBODY, NEVER)
    for column, spell in enumerate(spells):
        length = spell.end_us - spell.start_us
        blocks, rest = round(line.planned_share * length / block), pause
        if spell.cut:  # what there is room for
            blocks = min(blocks, length // block)
            rest = pause if blocks * block + earliest + pause <= length and not line.planned else 0
            rows["break_us"][:, column] = rest
        elif blocks * block + pause > length:
            raise ScenarioError(
                f'roster line "{line.name}": {blocks} blocks of planned work and the break do not fit its '
                f"{length / MINUTE:g} minutes of duty",
                key=key_of(spec, line, "planned_share" if blocks else "break_min"),
                value=line.planned_share if blocks else line.break_min,
                allowed="less planned work, shorter blocks or a shorter break",
            )
        rows["start_us"][:, column], rows["end_us"][:, column] = spell.start_us, spell.end_us
        at_set_hours = set_hours(spec, line, spell)
        if spell.cut and at_set_hours:
            blocks = 0
        else:
            refuse_overlaps(spec, line, spell, at_set_hours, blocks)
        rows["blocks"][:, column] = blocks
        rows["set_first"][:, column] = first_set + np.arange(len(units)) * len(at_set_hours)
        rows["set_count"][:, column] = len(at_set_hours)
        blocks_set.append(set_rows(line, at_set_hours, at, len(units)))
        first_set += len(blocks_set[-1])
    if rows["blocks"].sum() + rows["set_count"].sum() > MOST_BLOCKS:
        raise ScenarioError(
            f'roster line "{line.name}" has {rows["blocks"].sum() + rows["set_count"].sum():,} blocks of planned work',
            key=key_of(spec, line, "planned_block_min"),
            value=line.planned_block_min,
            allowed=f"blocks that make at most {MOST_BLOCKS:,} in a run",
        )
    return rows.reshape(-1), np.concatenate(blocks_set)


def turned_up(due: np.ndarray, day: Day) -> np.ndarray:
    """The spells to which the units turn up on this day."""
    return due[day.draws(Purpose.ROSTER, due["name"], TURN_UP) < due["turn_up"]]


def commitments(spells: np.ndarray, at_set_hours: np.ndarray, day: Day) -> tuple[np.ndarray, np.ndarray]:
    """``(unit, COMMITMENT)`` rows of DUE rows, ascending by unit and start; those before time 0 are left out.

    ``at_set_hours``: the SET_BLOCK rows that they point at.
    """
    free = spells["set_count"] == 0
    unit, rows = _spread(spells[free], day)
    if not free.all():
        more_units, more_rows = beside_set_hours(spells[~free], at_set_hours, day)
        unit, rows = np.concatenate([unit, more_units]), np.concatenate([rows, more_rows])
    began = rows["start_us"] >= 0
    unit, rows = unit[began], rows[began]
    order = np.lexsort((rows["start_us"], unit))
    return unit[order], rows[order]


def _spread(spells: np.ndarray, day: Day) -> tuple[np.ndarray, np.ndarray]:
    """``(unit, COMMITMENT)`` of spells without set hours.

    The break is about the middle of the spell, or due where its corridor begins. Planned work is spread over the rest,
    blocks before and after it as there is time; each side is cut into cells as long as each other, with a block at a
    drawn place in every cell.
    """
    length, pause, block, blocks = (
        spells["end_us"] - spells["start_us"],
        *(spells[x] for x in ("break_us", "block_us", "blocks")),
    )
    rest = length - pause
    before = np.clip(np.rint(rest / 2 + _jitter(spells, day) * length), 0, rest).astype(np.int64)
    fixed = spells["break_after_us"] != NOBODY
    before = np.where(pause > 0, np.where(fixed, spells["break_after_us"], before), rest)
    first = np.rint(blocks * np.divide(before, rest, out=np.zeros(len(rest)), where=rest > 0)).astype(np.int64)
    first = np.where(fixed, np.clip(first, blocks - (rest - before) // block, before // block), first)
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
    corridor = np.flatnonzero(fixed[resting])
    latest = spells["start_us"][resting[corridor]] + spells["break_latest_us"][resting[corridor]]
    rows["latest_us"][len(row) + corridor] = latest
    rows["kind"] = np.repeat([CommitmentKind.PLANNED, CommitmentKind.BREAK], [len(row), len(resting)])
    rows["priority"] = np.concatenate([spells["planned_priority"][row], spells["break_priority"][resting]])
    return spells["unit"][of], rows


def _jitter(spells: np.ndarray, day: Day) -> np.ndarray:
    """How far the break of each spell is from its middle, as a share of the spell."""
    return (2.0 * day.draws(Purpose.ROSTER, spells["name"], BREAK) - 1.0) * BREAK_JITTER


def beside_set_hours(spells: np.ndarray, at_set_hours: np.ndarray, day: Day) -> tuple[np.ndarray, np.ndarray]:
    """``(unit, COMMITMENT)`` of spells with blocks at set hours.

    The break goes where it would, or to the nearest place where it fits between the blocks. What other planned work
    there is is shared out among the gaps that are left, in each as ``_spread`` does it.
    """
    jitter = _jitter(spells, day)
    units, tables = [], []
    for row, spell in enumerate(spells):
        blocks = at_set_hours[spell["set_first"] :][: spell["set_count"]]
        found = np.zeros(len(blocks) + 1 + spell["blocks"], t.COMMITMENT)
        found["kind"], found["segment"], found["latest_us"] = CommitmentKind.PLANNED, NOBODY, NEVER
        for name in SET_BLOCK.fields or ():
            found[name][: len(blocks)] = blocks[name]
        found["latest_us"][: len(blocks)] = blocks["start_us"] + blocks["duration_us"]
        taken = [(int(block["start_us"]), int(block["start_us"] + block["duration_us"])) for block in blocks]
        free = gaps(int(spell["start_us"]), int(spell["end_us"]), taken)
        pause = int(spell["break_us"])
        if pause:
            start = _break_start(spell, float(jitter[row]), free)
            rest = found[len(blocks)]
            rest["start_us"], rest["duration_us"], rest["kind"] = start, pause, CommitmentKind.BREAK
            rest["priority"] = spell["break_priority"]
            if spell["break_after_us"] != NOBODY:
                rest["latest_us"] = spell["start_us"] + spell["break_latest_us"]
            free = gaps(int(spell["start_us"]), int(spell["end_us"]), [*taken, (start, start + pause)])
        others = found[len(blocks) + 1 :]
        others["start_us"], others["duration_us"] = _in_gaps(spell, free, day), spell["block_us"]
        others["priority"] = spell["planned_priority"]
        kept = found["duration_us"] > 0
        units.append(np.full(kept.sum(), spell["unit"]))
        tables.append(found[kept])
    return np.concatenate(units), np.concatenate(tables)


def _break_start(spell: np.void, jitter: float, free: list[tuple[int, int]]) -> int:
    """When a break is due beside set hours, which leave a gap for it."""
    if spell["break_after_us"] != NOBODY:
        return int(spell["start_us"] + spell["break_after_us"])
    length, pause = int(spell["end_us"] - spell["start_us"]), int(spell["break_us"])
    return rest_about(int(spell["start_us"]) + round((length - pause) / 2 + jitter * length), pause, free)


def _in_gaps(spell: np.void, free: list[tuple[int, int]], day: Day) -> list[int]:
    """The starts of the planned blocks of a spell, a drawn place in each cell of each gap."""
    block, counts = int(spell["block_us"]), shared_among(int(spell["blocks"]), int(spell["block_us"]), free)
    draws = iter(day.draws(Purpose.ROSTER, spell["name"], FIRST_BLOCK + np.arange(sum(counts))).tolist())
    starts = []
    for (first, last), count in zip(free, counts, strict=True):
        slack = last - first - count * block
        starts += [first + place * block + int(slack * ((place + next(draws)) / count)) for place in range(count)]
    return starts
