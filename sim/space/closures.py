"""Streets that close and open again: the epochs of a district, rule 10."""

from __future__ import annotations

import numpy as np

from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Closure, ScenarioFile, StreetSpace
from sim.space.grid import MIX, Grid, grid_draws
from sim.tables import Geography
from sim.vocabulary import HOUR, NEVER

MOST_EPOCHS = 16  #: each has travel tables of its own


def close_streets(spec: ScenarioFile, space: StreetSpace, geography: Geography, grid: Grid) -> Geography:
    """``geography`` with the epochs of ``world.closures``: ``epochs_us`` (E,) and ``closed`` (E, M, 2 S).

    Epoch 0 is the open network. A further one begins wherever what is closed changes; where closures overlap a street
    is closed to the modes of both. Raises ``ScenarioError`` for a closure of no street and for too many epochs.
    """
    rules = spec.world.closures
    masks = [_closed(spec, space, geography, grid, number, rule) for number, rule in enumerate(rules)]
    spans = [(round(rule.from_h * HOUR), round(rule.to_h * HOUR)) for rule in rules]
    epochs, closed = [0], [np.zeros_like(geography.closed[0])]
    for at in sorted({moment for span in spans for moment in span}):
        now = np.zeros_like(closed[0])
        for mask, (begin, end) in zip(masks, spans, strict=True):
            if begin <= at < end:
                now |= mask
        if (now != closed[-1]).any():
            epochs.append(at)
            closed.append(now)
    if len(epochs) > MOST_EPOCHS:
        raise ScenarioError(
            f"change what is closed {len(epochs) - 1} times, and each time needs travel tables of its own",
            key="world.closures",
            allowed=f"up to {MOST_EPOCHS - 1} changes",
        )
    return geography._replace(epochs_us=np.array(epochs, np.int64), closed=np.array(closed, np.uint8))


def _closed(
    spec: ScenarioFile, space: StreetSpace, geography: Geography, grid: Grid, number: int, rule: Closure
) -> np.ndarray:
    """(M, 2 S) u1: the arcs that a closure closes, by mode."""
    world, key = spec.world, f"world.closures.{number}"
    modes = np.array([name in rule.modes if rule.modes else not mode.walks for name, mode in world.modes.items()])
    passable = np.asarray((geography.arc_us < NEVER).reshape(len(modes), -1, 2).any(axis=2))
    streets = np.flatnonzero(passable[modes].any(axis=0) & _where(spec, geography, rule))
    wanted = rule.lowest if rule.lowest is not None else rule.drawn
    if not len(streets) or (wanted is not None and wanted > len(streets)):
        said = f"asks for {wanted} streets, and there are {len(streets)}" if len(streets) else "closes no street"
        raise ScenarioError(
            said, key=key, allowed="sectors, kinds, at_m and radius_m that leave streets which its modes may pass"
        )
    if wanted is not None:
        if rule.lowest is not None:
            ends = geography.segments[streets]
            order = grid.height_m[ends["a"]] + grid.height_m[ends["b"]]
        else:
            drawn = grid_draws(spec, space, f"closure {number}")
            order = drawn[grid.row, grid.column, grid.axis][streets]
        streets = streets[np.argsort(order, kind="stable")[:wanted]]
    mask = np.zeros((len(modes), len(geography.segments), 2), np.uint8)
    mask[np.ix_(modes, streets)] = 1
    return mask.reshape(len(modes), -1)


def _where(spec: ScenarioFile, geography: Geography, rule: Closure) -> np.ndarray:
    """(S,) bool: the streets that the filters of a closure leave, whoever may pass them."""
    segments = geography.segments
    where = np.full(len(segments), True)
    if rule.sectors:
        where &= np.isin(segments["sector"], [geography.sectors.index(name) for name in rule.sectors])
    if rule.kinds:
        where &= np.isin(segments["kind"], [MIX.index(word) for word in rule.kinds])
    if rule.at_m is not None:
        x, y = rule.at_m
        middle_x, middle_y = (
            (axis[segments["a"]] + axis[segments["b"]]) / 2 for axis in (geography.x_m, geography.y_m)
        )
        where &= (middle_x - x) ** 2 + (middle_y - y) ** 2 <= rule.radius_m**2
    return where


def arcs_by_epoch(geography: Geography) -> np.ndarray:
    """(E * M, 2 S) i8: ``Streets.arc_us``, the times of the arcs with ``NEVER`` where one is closed."""
    times = np.where(geography.closed == 1, NEVER, geography.arc_us[None])
    return np.ascontiguousarray(times.reshape(-1, times.shape[2]))
