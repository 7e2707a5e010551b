"""Everything about an incident that policy cannot change, drawn by its name before anything moves.

A draw is ``uniform(seed, replication, ATTRIBUTE, incident.key, attribute + 64 x stage)``: an attribute that is added
takes the next free number and shifts no other.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

import numpy as np

from sim import tables as t
from sim.demand.day import Day
from sim.demand.durations import as_us, durations_us, exponentials, pick
from sim.scenario.schema import IncidentClass, ScenarioFile
from sim.vocabulary import NEVER, NOBODY, Ending, Purpose

STRIDE = 64  #: numbers of one stage
EndingWord = Literal["mediated", "referred", "custody"]
ENDINGS: tuple[tuple[EndingWord, Ending], ...] = (
    ("mediated", Ending.MEDIATED),
    ("referred", Ending.REFERRED),
    ("custody", Ending.CUSTODY),
)


class Attribute(IntEnum):
    """Numbers of an incident's draws. Never renumbered; below ``STRIDE``."""

    SEGMENT = 0
    OFFSET = 1
    VISIBLE = 2
    UNFOUNDED = 3
    MOVES = 4
    DISTANCE = 5
    WRAP_UP = 6  #: of every tier alike: the roster transforms it by each tier's own distribution
    SECTOR = 7  #: of a probe
    CALLED = 16  #: from here on: once a stage
    REPORT = 17
    LIFETIME = 18
    GONE = 19
    PATIENCE = 20
    THRESHOLD = 21
    WORK = 22
    MORE = 23
    MORE_AT = 24
    ENDING = 25
    OFF_MODEL = 26
    CUSTODY = 27
    NEXT_CLASS = 28


OF_STAGE = tuple(attribute for attribute in Attribute if attribute >= Attribute.CALLED)


def draw_attribute(attribute: Attribute, keys: np.ndarray, day: Day, stage: int = 0) -> np.ndarray:
    """(n,) f8 in [0, 1): one attribute of the incidents with these keys."""
    return day.draws(Purpose.ATTRIBUTE, keys, int(attribute) + STRIDE * stage)


def draw_stages(spec: ScenarioFile, keys: np.ndarray, classes: np.ndarray, moves: np.ndarray, day: Day) -> np.ndarray:
    """STAGE rows, ``MAX_STAGES`` an incident, of incidents that begin in the given classes; those that move outlive."""
    kinds = list(spec.world.classes.values())
    row_of = {name: row for row, name in enumerate(spec.world.classes)}
    stages = np.zeros((len(keys), t.MAX_STAGES), t.STAGE)
    stages["class_"] = NOBODY
    class_, factor = np.asarray(classes, np.int64), np.ones(len(keys))
    for stage in range(t.MAX_STAGES):
        alive = np.flatnonzero(class_ != NOBODY)
        draws = {at: draw_attribute(at, keys[alive], day, stage) for at in OF_STAGE}
        following, next_factor = np.full(len(keys), NOBODY), np.ones(len(keys))
        for row in np.unique(class_[alive]):
            of_class = class_[alive] == row
            rows, kind = alive[of_class], kinds[row]
            of_draws = {at: column[of_class] for at, column in draws.items()}
            block = np.zeros(len(rows), t.STAGE)
            block["class_"] = row
            _fill(block, spec, kind, of_draws, factor[rows])
            block["outlives"] |= moves[rows]
            stages[rows, stage] = block
            if kind.worsens:
                targets = np.array([row_of[name] for name in kind.worsens.to])
                running = np.cumsum(list(kind.worsens.to.values())).tolist()
                if running[-1] > 0:
                    following[rows] = targets[[pick(running, u) for u in of_draws[Attribute.NEXT_CLASS].tolist()]]
                    next_factor[rows] = kind.worsens.work_factor
        class_, factor = following, next_factor
    return stages.reshape(-1)


def _fill(
    block: np.ndarray, spec: ScenarioFile, kind: IncidentClass, draws: dict[Attribute, np.ndarray], factor: np.ndarray
) -> None:
    """The attributes of one stage of incidents of one class; ``factor``: how much longer their work is."""
    values = {at: column.tolist() for at, column in draws.items()}
    report = durations_us(kind.report, values[Attribute.REPORT], spec.world.demand.report_delay_factor)
    block["called"] = draws[Attribute.CALLED] >= kind.never_called_share
    block["report_us"] = report
    block["outlives"] = draws[Attribute.GONE] >= kind.gone_share
    block["lifetime_us"], block["patience_us"] = NEVER, NEVER
    if kind.lifetime_mean_min is not None:
        block["lifetime_us"] = [as_us(x) for x in exponentials(values[Attribute.LIFETIME], kind.lifetime_mean_min)]
    if kind.patience_mean_min > 0:
        block["patience_us"] = [as_us(x) for x in exponentials(values[Attribute.PATIENCE], kind.patience_mean_min)]
    block["threshold"] = exponentials(values[Attribute.THRESHOLD])
    for value in np.unique(factor).tolist():
        alike = factor == value
        block["work_us"][alike] = durations_us(kind.work, draws[Attribute.WORK][alike].tolist(), value)
    if kind.more:
        block["more"] = draws[Attribute.MORE] < kind.more.chance
        block["more_at"] = np.where(block["more"], draws[Attribute.MORE_AT], 0.0)
    if kind.off_model:
        block["off_model_us"] = durations_us(kind.off_model.arrives, values[Attribute.OFF_MODEL])
    block["custody_us"] = durations_us(spec.world.custody, values[Attribute.CUSTODY])
    upto, ending = 0.0, draws[Attribute.ENDING]
    for word, member in ENDINGS:
        start, upto = upto, upto + kind.endings.get(word, 0.0)
        block["ending"][(ending >= start) & (ending < upto)] = member
