"""Changes of shift: when they are, which calls come about them, and what is open then (odd.md rules 31, 31f).

A *change of shift* of a tier is a moment at which spells end of at least ``LEAST_SHARE`` of its units on duty. A unit
whose next spell begins as one ends changes nothing.
"""

from __future__ import annotations

import numpy as np

from sim.measures.facts import IncidentFacts
from sim.measures.rows import Rows
from sim.tables import Forces, Records, World
from sim.vocabulary import MINUTE, NEVER, NOBODY, Authority

LEAST_SHARE = 0.1
DURING, OUTSIDE = 0, 1
MEMBERS = ("during", "outside")


def changes_of_shift(world: World, forces: Forces) -> list[np.ndarray]:
    """Of each tier the moments of its changes of shift before the horizon, ascending, in microseconds.

    Crews that are only called have no part in them.
    """
    spells, unit = _spells(forces)
    goes_on = np.zeros(len(spells), bool)
    goes_on[:-1] = (unit[1:] == unit[:-1]) & (spells["start_us"][1:] == spells["end_us"][:-1])
    regular = forces.units["on_call_us"][unit] == NEVER
    tier = np.where(regular, forces.units["tier"][unit], NOBODY)
    return [
        _changes(spells[tier == row], ~goes_on[tier == row] & (spells["end_us"][tier == row] < world.horizon_us))
        for row in range(len(forces.tiers))
    ]


def changeover_codes(world: World, forces: Forces, facts: IncidentFacts, window_min: float) -> np.ndarray:
    """``DURING`` where an incident was received at most ``window_min`` before or after a change of shift, else
    ``OUTSIDE``; of incidents that nobody received, and of forces without a change, ``NOBODY``.

    What counts is the tier that came first; where nobody came, the one that came first to most incidents of that class,
    be there none, the highest that may hold them. (Were it any tier, calls that nobody served would lie about a change
    more often than others, whatever happens then.)
    """
    changes = changes_of_shift(world, forces)
    if not any(len(moments) for moments in changes):
        return np.full(len(facts.row), NOBODY)
    window_us = round(window_min * MINUTE)
    about = np.array([_is_about(moments, facts.received_us, window_us) for moments in changes])
    came = facts.presence_tier != NOBODY
    by_class = np.zeros(forces.authority.shape, np.int64)
    np.add.at(by_class, (facts.presence_tier[came], facts.class_[came]), 1)
    able = forces.authority >= Authority.HOLD
    usual = np.where(by_class.any(axis=0), by_class.argmax(axis=0), able.argmax(axis=0))
    tier = np.where(came, facts.presence_tier, usual[facts.class_])
    during = about[tier, np.arange(len(tier))]
    return np.where(facts.received_us < NEVER, np.where(during, DURING, OUTSIDE), NOBODY)


def changeover_rows(world: World, forces: Forces, records: Records) -> dict[str, Rows]:
    """The source ``changeovers``, one row a tier and change of shift in the measured time, and ``spells``, one row a
    tier: spells that ended then, and of these those whose unit still had an incident in hand.

    An incident is open at a change if it is received, not closed, and has a unit of the tier on it or under way.
    """
    changes = changes_of_shift(world, forces)
    sent = records.assignments
    sent_tier = forces.units["tier"][sent["unit"]]
    tiers, open_n = [], []
    for tier, moments in enumerate(changes):
        mine = sent[sent_tier == tier]
        for at in moments[_measured(world, moments)].tolist():
            in_hand = (mine["dispatched_us"] <= at) & (mine["cleared_us"] > at)
            tiers.append(tier)
            open_n.append(len(np.unique(mine["incident"][in_hand])))
    spells, unit = _spells(forces)
    whole = forces.units["whole"]
    one = np.where(whole == NOBODY, np.arange(len(whole)), whole)  # what halves of a joint unit do is done by it
    ended = _measured(world, spells["end_us"]) & (whole[unit] == NOBODY)
    late = _in_hand(spells["end_us"], unit, one[sent["unit"]], sent)
    count = len(forces.tiers)
    spell_tier = forces.units["tier"][unit]
    return {
        "changeovers": Rows({"tier": np.array(tiers, np.int64)}, {"open_n": np.array(open_n, float)}),
        "spells": Rows(
            {"tier": np.arange(count)},
            {
                "n": np.bincount(spell_tier[ended], minlength=count).astype(float),
                "late": np.bincount(spell_tier[ended & late], minlength=count).astype(float),
            },
        ),
    }


def _spells(forces: Forces) -> tuple[np.ndarray, np.ndarray]:
    """The spells of all units in the order of units, and whose each is."""
    count = forces.units["spell_count"].astype(np.int64)
    unit = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(unit)) - np.repeat(np.cumsum(count) - count, count)
    return forces.spells[forces.units["spell_first"][unit] + place], unit


def _changes(spells: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The moments at which enough of those on duty end; ``ends``: spells that count as ended."""
    moments, ended = np.unique(spells["end_us"][ends], return_counts=True)
    began, over = (np.searchsorted(np.sort(spells[stamp]), moments) for stamp in ("start_us", "end_us"))
    return moments[ended >= LEAST_SHARE * (began - over)]


def _is_about(moments: np.ndarray, at_us: np.ndarray, window_us: int) -> np.ndarray:
    """Whether each time is at most so far from one of the moments."""
    after = np.searchsorted(moments, at_us - window_us, side="left")
    before = np.searchsorted(moments, at_us + window_us, side="right")
    return before > after


def _in_hand(at_us: np.ndarray, unit: np.ndarray, sent_unit: np.ndarray, sent: np.ndarray) -> np.ndarray:
    """Whether a unit had an incident in hand at a time: it was sent by then and not cleared yet. ``sent_unit``: whose
    assignments ``sent`` are."""
    who = np.concatenate([sent_unit.astype(np.int64), unit])
    when = np.concatenate([sent["dispatched_us"], at_us])
    asked = np.repeat([0, 1], [len(sent), len(unit)])
    order = np.lexsort((asked, when, who))
    last = np.maximum.accumulate(np.where(asked[order] == 0, np.arange(len(order)), -1))
    latest = order[np.maximum(last, 0)]  # the assignment of highest rank before each, if it is the unit's own
    own = (last >= 0) & (asked[latest] == 0) & (who[latest] == who[order])
    cleared = np.concatenate([sent["cleared_us"], np.zeros(len(unit), np.int64)])
    found = np.zeros(len(order), bool)
    found[order] = own & (cleared[latest] > when[order])
    return found[len(sent) :]


def _measured(world: World, at_us: np.ndarray) -> np.ndarray:
    return (at_us >= world.warm_up_us) & (at_us < world.end_us)
