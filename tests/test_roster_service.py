"""Crews in other service, and crews called back: who is on duty when, against sets of minutes."""

from __future__ import annotations

import copy
from itertools import pairwise

import numpy as np
import pytest
from district import district, ground

from sim.demand import draw_world
from sim.roster import build_forces
from sim.roster.service import Span, cut, left_of
from sim.roster.shifts import Spell
from sim.tables import Forces
from sim.vocabulary import HOUR, MINUTE

LINE = {"name": "it", "tier": "police", "units": 6, "per": "sector", "system": "three_shifts", "first_shift": "07:00",
        "planned_share": 0.2, "break_min": 30}  # fmt: skip


def forces_of(replication: int = 0, line: dict | None = None, **policy: object) -> Forces:
    """The forces of one line of 12 units of four crews; the day starts at six."""
    data = district(policy__roster=[copy.deepcopy(LINE) | (line or {})])
    data["policy"] |= policy
    spec, geography, streets = ground(data)
    return build_forces(spec, geography, streets, draw_world(spec, geography, streets, 1, replication))


def spells(forces: Forces) -> list[list[tuple[int, int]]]:
    rows = [forces.spells[unit["spell_first"] :][: unit["spell_count"]] for unit in forces.units]
    return [list(zip(mine["start_us"].tolist(), mine["end_us"].tolist(), strict=True)) for mine in rows]


def minutes(of_unit: list[tuple[int, int]]) -> set[int]:
    return {minute for start, end in of_unit for minute in range(start // MINUTE, end // MINUTE)}


def withdrawal(**fields: object) -> dict:
    return {"lines": ["it"], "from_h": 3, "to_h": 12, "service": "militia", **fields}


def recall(**fields: object) -> dict:
    delay = {"distribution": "lognormal", "median_min": 40, "sigma": 0.5}
    return {"lines": ["it"], "at_h": 4, "until_h": 14, "delay": delay, **fields}


def test_a_unit_in_other_service_is_on_duty_at_all_other_times_of_its_roster():
    plain, gone = spells(forces_of()), spells(forces_of(withdrawals=[withdrawal(units=4)]))
    away = set(range(3 * 60, 12 * 60))
    cut_units = [unit for unit, mine in enumerate(gone) if mine != plain[unit]]
    for unit, mine in enumerate(gone):
        whole = minutes(plain[unit])
        assert minutes(mine) == (whole - away if unit in cut_units else whole)
    places = {unit // 4 for unit in cut_units}
    assert len(places) == 4
    assert sorted(place // 6 for place in places) == [0, 0, 1, 1]  # two of each sector


def test_shares_are_counted_down_and_all_is_all():
    for share, count in ((0.25, 3), (0.26, 3), (1.0, 12)):
        plain, gone = spells(forces_of()), spells(forces_of(withdrawals=[withdrawal(share=share, from_h=0, to_h=30)]))
        assert len({unit // 4 for unit, mine in enumerate(gone) if mine != plain[unit]}) == count
    assert spells(forces_of(withdrawals=[withdrawal(from_h=0, to_h=60)])) == [[]] * 48


def test_what_is_left_of_a_spell_holds_its_commitments():
    for rules in (
        [withdrawal(from_h=3.5, to_h=4)],
        [withdrawal(from_h=1.1, to_h=8.9)],
        [withdrawal(from_h=2, to_h=8.5)],
    ):
        forces = forces_of(withdrawals=rules)
        rows = np.repeat(np.arange(len(forces.units)), forces.units["commitment_count"])
        for unit, row in zip(rows.tolist(), forces.commitments, strict=True):
            ends = int(row["start_us"] + row["duration_us"])
            assert any(start <= row["start_us"] and ends <= end for start, end in spells(forces)[unit])
        assert len(forces.commitments) > 0


def test_spans_are_taken_away_whatever_their_order():
    assert left_of(0, 10, (Span(4, 6), Span(2, 5), Span(8, 20))) == [(0, 2), (6, 8)]
    assert left_of(0, 10, (Span(-5, 3),)) == [(3, 10)]
    assert left_of(0, 10, (Span(0, 10),)) == []
    assert cut([Spell("a", 0, 10)], ()) == [Spell("a", 0, 10)]
    assert cut([Spell("a", 0, 10)], (Span(2, 3),)) == [Spell("a", 0, 2, True), Spell("a", 3, 10, True)]


@pytest.mark.parametrize("replication", range(3))
def test_who_is_off_duty_comes_after_a_delay_of_its_own_and_nobody_is_there_twice(replication):
    plain, called = spells(forces_of(replication)), spells(forces_of(replication, recall=[recall()]))
    delays = []
    for before, after in zip(plain, called, strict=True):
        assert all(end <= start for (_, end), (start, _) in pairwise(after))
        if any(start <= 4 * HOUR < end for start, end in before):
            assert after == before
            continue
        more = minutes(after) - minutes(before)
        assert more <= set(range(4 * 60, 14 * 60))
        came = min((start for start, end in after if end > 4 * HOUR and start >= 4 * HOUR), default=None)
        delays.append((came - 4 * HOUR) / MINUTE)
        assert minutes(after) >= minutes(before) | set(range(came // MINUTE + 1, 14 * 60))
    assert len(delays) == 36  # three of four crews
    assert len(set(delays)) > 30
    assert 25 < np.median(delays) < 60


def test_a_delay_is_that_of_the_unit_whatever_the_policy():
    alone = spells(forces_of(recall=[recall()]))
    other = spells(forces_of(line={"units": 3, "planned_share": 0}, recall=[recall(until_h=13)]))
    of_place = [unit for unit in range(48) if unit // 4 % 6 < 3]  # the first three of each sector
    for mine, theirs in zip([alone[unit] for unit in of_place], other, strict=True):
        begins = [[start for start, _ in of_unit if 4 * HOUR < start < 13 * HOUR] for of_unit in (mine, theirs)]
        assert begins[0] == begins[1]


def test_who_is_in_other_service_is_not_called():
    gone = spells(forces_of(withdrawals=[withdrawal(units=4)], recall=[recall()]))
    only = spells(forces_of(recall=[recall()]))
    changed = [unit for unit, mine in enumerate(gone) if mine != only[unit]]
    assert {unit // 4 for unit in changed} <= {unit // 4 for unit in range(48)}
    assert len({unit // 4 for unit in changed}) == 4
    for unit in changed:
        assert not minutes(gone[unit]) & set(range(3 * 60, 12 * 60))


def test_nobody_called_and_nobody_gone_change_no_byte():
    plain, late = forces_of(), forces_of(recall=[recall(delay={"distribution": "constant", "value_min": 600})])
    for name in plain._fields:
        one, other = getattr(plain, name), getattr(late, name)
        assert one.tobytes() == other.tobytes() if isinstance(one, np.ndarray) else one == other, name
