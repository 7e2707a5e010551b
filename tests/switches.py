"""What the later random worlds have besides: streets that close, joint units and their halves, a score by cover.

Drawn from streams of their own, so that the earlier worlds stay what they are. Epochs are drawn arc by arc, and units
are joined in the tables, more wildly than any scenario asks for.
"""

from __future__ import annotations

import random

import numpy as np

from sim.draws import name_key
from sim.tables import SITE, Forces, Geography, World
from sim.vocabulary import MINUTE, NEVER, NOBODY, SECOND, Duty, Metric, ScoreRule

CLOSURES_SHARE = 0.7  #: of the worlds of streets
JOINT_SHARE = 0.7
COVER_SHARE = 0.3
NEVER_SPLITS = 4  #: a priority that no call has


def closed(number: int, geography: Geography, end_us: int) -> Geography:
    """The same with up to four changes of what is closed, on whole minutes or with the hour."""
    rng = random.Random(f"closures {number}")
    if geography.plane.metric != Metric.STREETS or rng.random() >= CLOSURES_SHARE:
        return geography
    moments = {rng.randrange(0, end_us // MINUTE) * MINUTE for _ in range(rng.randint(1, 4))}
    masks = [np.zeros_like(geography.closed[0])] + [_mask(rng, geography) for _ in moments]
    return geography._replace(
        epochs_us=np.array([0, *sorted(moments)], np.int64),
        closed=np.array(masks, np.uint8),
    )


def _mask(rng: random.Random, geography: Geography) -> np.ndarray:
    """(M, 2 S) u1: closed arcs; of some modes, often both arcs of a street, now and then nothing."""
    modes, arcs = geography.closed.shape[1:]
    mask = np.zeros((modes, arcs), np.uint8)
    walkers = geography.foot == np.arange(modes)
    vehicles = np.flatnonzero(~walkers).tolist()
    whom = rng.choice([vehicles, vehicles, [rng.choice(vehicles)], [rng.randrange(modes)], [*range(modes)]])
    share, one_way = rng.choice([0, 0.1, 0.3, 0.3, 0.7, 1]), rng.random() < 0.2
    step = 1 if one_way else 2
    for arc in range(0, arcs, step):
        if rng.random() < share:
            mask[whom, arc : arc + step] = 1
    return mask


def switched(number: int, world: World, forces: Forces) -> Forces:
    """The same forces, perhaps with joint units and a score by cover."""
    rng = random.Random(f"joint {number}")
    if rng.random() < JOINT_SHARE:
        forces = _joined(rng, forces)
    rng = random.Random(f"cover {number}")
    if rng.random() < COVER_SHARE:
        forces = _by_cover(rng, world, forces)
    return forces


def _joined(rng: random.Random, forces: Forces) -> Forces:
    """About half of the patrols with a partner; most of them have halves, which stand anywhere in the table."""
    units, tiers, authority = forces.units.copy(), list(forces.tiers), list(forces.authority)
    wrap_up_us, known, halves = list(forces.wrap_up_us.T), {}, []
    ranks = forces.tiers["rank"]
    for number, unit in enumerate(units):
        if unit["duty"] == Duty.POST or unit["on_call_us"] < NEVER or rng.random() < 0.5:
            continue
        crews = int(unit["crew"]), rng.randint(1, 3)
        of_tiers = int(unit["tier"]), rng.randrange(len(forces.tiers))
        parts = tuple(sorted(set(of_tiers), key=lambda tier: ranks[tier]))
        if parts not in known:
            known[parts] = len(tiers)
            tiers.append(_union(forces.tiers, parts))
            authority.append(forces.authority[list(parts)].max(axis=0))
            wrap_up_us.append(forces.wrap_up_us[:, list(parts)].max(axis=1))
        splits = rng.random() < 0.7
        if splits:
            for tier, crew in zip(of_tiers, crews, strict=True):
                half = unit.copy()
                half["key"] = name_key("unit", f"half {number} {len(halves)}")
                half["tier"], half["crew"], half["whole"], half["commitment_count"] = tier, crew, number, 0
                halves.append(half)
            unit["half"] = len(units) + len(halves) - 2, len(units) + len(halves) - 1
        unit["splits_from"] = rng.randint(1, 3) if splits else NEVER_SPLITS
        unit["tier"], unit["crew"] = known[parts], sum(crews)
    wholes = [*range(len(units)), *(int(half["whole"]) for half in halves)]
    forces = forces._replace(
        units=np.array([*units, *halves], units.dtype),
        tiers=np.array(tiers, forces.tiers.dtype),
        authority=np.array(authority, forces.authority.dtype),
        wrap_up_us=np.ascontiguousarray(np.array(wrap_up_us, np.int64).T),
        preference=np.ascontiguousarray(forces.preference[:, wholes]),
    )
    return _shuffled(rng, forces) if rng.random() < 0.5 else forces


def _union(tiers: np.ndarray, parts: tuple[int, ...]) -> np.void:
    """The row of a joint tier: what is better of each."""
    row = tiers[parts[0]].copy()
    row["part"] = (*parts, NOBODY)[:2]
    row["kit"] = tiers["kit"][list(parts)].max()
    row["kit_factor"] = tiers["kit_factor"][list(parts)].min()
    row["sight_m"] = tiers["sight_m"][list(parts)].max(axis=0)
    return row


def _shuffled(rng: random.Random, forces: Forces) -> Forces:
    """The same units in another order."""
    order = rng.sample(range(len(forces.units)), len(forces.units))
    new = np.append(np.argsort(order), NOBODY)  # the last for NOBODY
    units, spells = forces.units[order], forces.spells.copy()
    units["half"], units["whole"] = np.sort(new[units["half"]], axis=1), new[units["whole"]]
    spells["relief"] = new[spells["relief"]]
    preference = np.ascontiguousarray(forces.preference[:, order])
    return forces._replace(units=units, spells=spells, preference=preference)


def _by_cover(rng: random.Random, world: World, forces: Forces) -> Forces:
    """The least cover lost is one of the rules of the score."""
    sectors = len(world.adjacent)
    points, segments = np.zeros(sectors, SITE), world.streets.segments
    for sector, point in enumerate(points):
        own = np.flatnonzero(segments["sector"] == sector)
        number = rng.choice(own.tolist())
        point["sector"], point["segment"] = sector, number
        if world.plane.metric == Metric.STREETS:
            point["offset_m"] = rng.choice([0, 0.25, 0.5]) * segments["length_m"][number]
        else:
            corner = segments["a"][number]
            point["offset_m"], point["across_m"] = world.streets.x_m[corner], world.streets.y_m[corner]
    weights = [rng.choice([0, 1, 2]) for _ in range(sectors)]
    place = rng.randint(0, len(forces.score_rules))
    extra = rng.choice([NEVER, 0, 30 * SECOND, 120 * SECOND])
    return forces._replace(
        cover_points=points,
        cover_weight=np.array(weights, float) / max(1, sum(weights)),
        cover_standard_us=rng.choice([30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE]),
        score_rules=np.insert(forces.score_rules, place, ScoreRule.LEAST_COVER_LOST),
        score_extra_us=np.insert(forces.score_extra_us, place, extra),
    )
