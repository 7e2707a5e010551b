"""Move-up, rule 31g, in a busy small town, looked at after every event."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from differences import difference

from sim.engine import Engine, Simulation, run
from sim.scenario import Scenario
from sim.tables import SITE, Forces, World
from sim.vocabulary import HOUR, MINUTE, NEVER, NOBODY, Duty, UnitState

TOWN = Path(__file__).resolve().parent.parent / "scenarios" / "small_town.toml"
COVERS = (UnitState.PATROL, UnitState.RETURNING, UnitState.SLACK)


@cache
def town() -> tuple[World, Forces]:
    return Engine(Scenario.load(TOWN, {"world.demand.scale": 4})).tables(1, 0)


def moving_up(within_us: int = 30 * MINUTE) -> Forces:
    """All tiers move up, to the middle of the first street of a sector that everybody may pass."""
    world, forces = town()
    tiers, points = forces.tiers.copy(), np.zeros(len(forces.cover_points), SITE)
    tiers["moves_up"] = 1
    segments = world.streets.segments
    open_to_all = (world.streets.arc_us.reshape(-1, len(segments), 2) < NEVER).all((0, 2))
    for sector in range(len(points)):
        street = np.flatnonzero((segments["sector"] == sector) & open_to_all)[0]
        points["segment"][sector], points["offset_m"][sector] = street, segments["length_m"][street] / 2
    return forces._replace(tiers=tiers, cover_points=points, move_up_within_us=within_us)


def home_crews_there(simulation: Simulation, u: int, sector: int) -> int:
    """Units of the same tier at home in a sector, on patrol or returning to it, whose spell is not over."""
    roster, units = simulation.forces.units, simulation.units
    same = (roster["tier"] == roster["tier"][u]) & (roster["sector"] == sector) & (units["moved_up"] == NOBODY)
    return int((same & np.isin(units["state"], COVERS) & (units["off_due"] == 0)).sum())


def test_who_is_moved_up_stands_in_for_an_empty_sector_and_goes_back():
    forces = moving_up()
    roster, points = forces.units, forces.cover_points
    assert (roster["last_call_cutoff_us"] == 0).all()
    simulation = Simulation(town()[0], forces)
    before = simulation.units.copy()
    moved = back = sent = stood = 0
    while simulation.now_us < 20 * HOUR:
        simulation.advance(budget=1)
        units = simulation.units
        for u in np.flatnonzero(units["moved_up"] != before["moved_up"]).tolist():
            now, was = int(units["moved_up"][u]), int(before["moved_up"][u])
            if now != NOBODY:
                moved += 1
                assert home_crews_there(simulation, u, now) == 0
                assert home_crews_there(simulation, u, int(roster["sector"][u])) >= 1, "one stays where it came from"
            elif units["state"][u] in COVERS:
                back += 1
                assert home_crews_there(simulation, u, was) >= 1
            else:
                sent += 1
        away = units["moved_up"] != NOBODY
        if away.any():
            assert np.isin(units["state"][away], (UnitState.POST, UnitState.RETURNING)).all()
            pairs = list(zip(roster["tier"][away].tolist(), units["moved_up"][away].tolist(), strict=True))
            assert len(set(pairs)) == len(pairs), "one to a sector"
        posted = away & (units["state"] == UnitState.POST)
        for u in np.flatnonzero(posted).tolist():
            stood += 1
            point = points[units["moved_up"][u]]
            assert (units["segment"][u], units["offset_m"][u]) == (point["segment"], point["offset_m"])
        assert not ((units["state"] == UnitState.POST) & (roster["duty"] != Duty.POST) & ~away).any()
        before = units.copy()
    assert min(moved, back, sent, stood) > 0


def test_where_nobody_is_near_enough_nobody_moves_up():
    world, forces = town()
    off = run(world, forces)
    assert difference(off, run(world, moving_up(within_us=1))) is None
    assert off.incidents.tobytes() != run(world, moving_up()).incidents.tobytes()


def test_a_tier_that_does_not_move_up_stays():
    world, forces = town()
    tiers = moving_up().tiers.copy()
    tiers["moves_up"] = 0
    assert difference(run(world, forces), run(world, moving_up()._replace(tiers=tiers))) is None
