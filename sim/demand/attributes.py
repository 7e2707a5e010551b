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
from sim.demand.durations import durations_us, exponentials
from sim.demand.picking import pick_rows
from sim.scenario.schema import Duration, IncidentClass, ScenarioFile
from sim.vocabulary import NEVER, NOBODY, Ending, Purpose

STRIDE = 64  #: numbers of one stage
ALL = slice(None)
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
    SECTOR = 7  #: of a fixed arrival
    ACROSS = 8  #: in a plane: y, where OFFSET is x
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


def draw_attribute(attribute: Attribute, keys: np.ndarray, day: Day, stage: int = 0) -> np.ndarray:
    """(n,) f8 in [0, 1): one attribute of the incidents with these keys."""
    return day.draws(Purpose.ATTRIBUTE, keys, int(attribute) + STRIDE * stage)


class Draws:
    """The draws of one stage of some incidents: each attribute is drawn for all of them when it is first asked for."""

    def __init__(self, keys: np.ndarray, day: Day, stage: int = 0) -> None:
        self.keys, self.day, self.stage = keys, day, stage
        self._drawn: dict[Attribute, np.ndarray] = {}

    def of(self, attribute: Attribute, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """(rows,) f8 in [0, 1)."""
        if attribute not in self._drawn:
            self._drawn[attribute] = draw_attribute(attribute, self.keys, self.day, self.stage)
        return self._drawn[attribute][rows]

    def below(self, attribute: Attribute, share: float, rows: np.ndarray) -> np.ndarray:
        """(rows,) bool: whether the draw is below a share; none and all take no draw."""
        return self.of(attribute, rows) < share if 0 < share < 1 else np.full(len(rows), share >= 1)

    def durations_us(
        self, attribute: Attribute, duration: Duration, rows: np.ndarray, factor: float = 1.0
    ) -> np.ndarray:
        """(rows,) i8 durations; a constant takes no draw."""
        draws = np.zeros(len(rows)) if duration.distribution == "constant" else self.of(attribute, rows)
        return durations_us(duration, draws, factor)


def draw_stages(spec: ScenarioFile, keys: np.ndarray, classes: np.ndarray, moves: np.ndarray, day: Day) -> np.ndarray:
    """STAGE rows, ``MAX_STAGES`` an incident, of incidents that begin in the given classes; those that move outlive."""
    kinds = list(spec.world.classes.values())
    row_of = {name: row for row, name in enumerate(spec.world.classes)}
    stages = np.zeros((len(keys), t.MAX_STAGES), t.STAGE)
    stages["class_"] = NOBODY
    class_, factor = np.asarray(classes, np.int64), np.ones(len(keys))
    for stage in range(t.MAX_STAGES):
        following, next_factor = np.full(len(keys), NOBODY), np.ones(len(keys))
        alive = np.flatnonzero(class_ != NOBODY)
        draws = Draws(keys[alive], day, stage)
        for row in np.unique(class_[alive]).tolist():
            of_class, kind = np.flatnonzero(class_[alive] == row), kinds[row]
            rows = alive[of_class]
            block = np.zeros(len(rows), t.STAGE)
            block["class_"] = row
            _fill(block, spec, kind, draws, of_class, factor[rows])
            block["outlives"] |= moves[rows]
            stages[rows, stage] = block
            if kind.worsens and sum(kind.worsens.to.values()) > 0 and stage + 1 < t.MAX_STAGES:
                targets = np.array([row_of[name] for name in kind.worsens.to])
                weights = np.array(list(kind.worsens.to.values()))
                following[rows] = targets[pick_rows(weights, draws.of(Attribute.NEXT_CLASS, of_class))]
                next_factor[rows] = kind.worsens.work_factor
        class_, factor = following, next_factor
    return stages.reshape(-1)


def _fill(
    block: np.ndarray, spec: ScenarioFile, kind: IncidentClass, draws: Draws, rows: np.ndarray, factor: np.ndarray
) -> None:
    """The attributes of one stage of incidents of one class, ``rows`` of those of ``draws``.

    ``factor``: how much longer their work is.
    """
    block["called"] = ~draws.below(Attribute.CALLED, kind.never_called_share, rows)
    block["report_us"] = draws.durations_us(Attribute.REPORT, kind.report, rows, spec.world.demand.report_delay_factor)
    block["outlives"] = ~draws.below(Attribute.GONE, kind.gone_share, rows)
    block["lifetime_us"], block["patience_us"] = NEVER, NEVER
    if kind.lifetime:
        block["lifetime_us"] = draws.durations_us(Attribute.LIFETIME, kind.lifetime, rows)
    if kind.patience:
        block["patience_us"] = draws.durations_us(Attribute.PATIENCE, kind.patience, rows)
    block["threshold"] = exponentials(draws.of(Attribute.THRESHOLD, rows))
    for value in np.unique(factor).tolist():
        alike = factor == value
        block["work_us"][alike] = draws.durations_us(Attribute.WORK, kind.work, rows[alike], value)
    if kind.more:
        block["more"] = draws.below(Attribute.MORE, kind.more.chance, rows)
        block["more_at"] = np.where(block["more"], draws.of(Attribute.MORE_AT, rows), 0.0)
    if kind.off_model:
        block["off_model_us"] = draws.durations_us(Attribute.OFF_MODEL, kind.off_model.arrives, rows)
    block["custody_us"] = draws.durations_us(Attribute.CUSTODY, spec.world.custody, rows)
    if kind.endings:
        upto, ending = 0.0, draws.of(Attribute.ENDING, rows)
        for word, member in ENDINGS:
            start, upto = upto, upto + kind.endings.get(word, 0.0)
            block["ending"][(ending >= start) & (ending < upto)] = member
