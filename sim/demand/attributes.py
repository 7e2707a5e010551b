"""Everything about an incident that policy cannot change, drawn by its name before anything moves.

A draw is ``uniform(seed, replication, ATTRIBUTE, incident.key, attribute + 64 x stage)``: an attribute that is added
takes the next free number and shifts no other.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, NamedTuple

import numpy as np

from sim import tables as t
from sim.demand.day import Day
from sim.demand.durations import durations_us, exponentials
from sim.demand.picking import pick_rows
from sim.scenario.schema import Duration, IncidentClass, ScenarioFile
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


class Draws(NamedTuple):
    """The draws of one stage of some incidents: made when they are asked for."""

    keys: np.ndarray
    day: Day
    stage: int = 0

    def of(self, attribute: Attribute) -> np.ndarray:
        """(n,) f8 in [0, 1)."""
        return draw_attribute(attribute, self.keys, self.day, self.stage)

    def below(self, attribute: Attribute, share: float) -> np.ndarray:
        """(n,) bool: whether the draw is below a share."""
        return self.of(attribute) < share if 0 < share < 1 else np.full(len(self.keys), share >= 1)

    def durations_us(self, attribute: Attribute, duration: Duration, factor: float = 1.0) -> np.ndarray:
        """(n,) i8 durations; a constant takes no draw."""
        draws = np.zeros(len(self.keys)) if duration.distribution == "constant" else self.of(attribute)
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
        for row in np.unique(class_[class_ != NOBODY]).tolist():
            rows, kind = np.flatnonzero(class_ == row), kinds[row]
            draws = Draws(keys[rows], day, stage)
            block = np.zeros(len(rows), t.STAGE)
            block["class_"] = row
            _fill(block, spec, kind, draws, factor[rows])
            block["outlives"] |= moves[rows]
            stages[rows, stage] = block
            if kind.worsens and sum(kind.worsens.to.values()) > 0 and stage + 1 < t.MAX_STAGES:
                targets = np.array([row_of[name] for name in kind.worsens.to])
                weights = np.array(list(kind.worsens.to.values()))
                following[rows] = targets[pick_rows(weights, draws.of(Attribute.NEXT_CLASS))]
                next_factor[rows] = kind.worsens.work_factor
        class_, factor = following, next_factor
    return stages.reshape(-1)


def _fill(block: np.ndarray, spec: ScenarioFile, kind: IncidentClass, draws: Draws, factor: np.ndarray) -> None:
    """The attributes of one stage of incidents of one class; ``factor``: how much longer their work is."""
    block["called"] = ~draws.below(Attribute.CALLED, kind.never_called_share)
    block["report_us"] = draws.durations_us(Attribute.REPORT, kind.report, spec.world.demand.report_delay_factor)
    block["outlives"] = ~draws.below(Attribute.GONE, kind.gone_share)
    block["lifetime_us"], block["patience_us"] = NEVER, NEVER
    if kind.lifetime:
        block["lifetime_us"] = draws.durations_us(Attribute.LIFETIME, kind.lifetime)
    if kind.patience:
        block["patience_us"] = draws.durations_us(Attribute.PATIENCE, kind.patience)
    block["threshold"] = exponentials(draws.of(Attribute.THRESHOLD))
    for value in np.unique(factor).tolist():
        alike = factor == value
        block["work_us"][alike] = draws._replace(keys=draws.keys[alike]).durations_us(Attribute.WORK, kind.work, value)
    if kind.more:
        block["more"] = draws.below(Attribute.MORE, kind.more.chance)
        block["more_at"] = np.where(block["more"], draws.of(Attribute.MORE_AT), 0.0)
    if kind.off_model:
        block["off_model_us"] = draws.durations_us(Attribute.OFF_MODEL, kind.off_model.arrives)
    block["custody_us"] = draws.durations_us(Attribute.CUSTODY, spec.world.custody)
    if kind.endings:
        upto, ending = 0.0, draws.of(Attribute.ENDING)
        for word, member in ENDINGS:
            start, upto = upto, upto + kind.endings.get(word, 0.0)
            block["ending"][(ending >= start) & (ending < upto)] = member
