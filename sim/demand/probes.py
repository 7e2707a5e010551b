"""Hypothetical calls at drawn times and places (odd.md rule 35)."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.demand.day import Day
from sim.demand.keys import numbered_keys
from sim.demand.picking import pick_rows
from sim.demand.places import Places
from sim.demand.rates import Rates
from sim.demand.surroundings import normalised, visitors_present
from sim.scenario.schema import ScenarioFile
from sim.space.places import place_within
from sim.tables import Geography
from sim.vocabulary import HOUR, NOBODY, Purpose

READINESS, DEMAND, RESIDENTS, AMBIENT = range(4)
COVER = {DEMAND: "demand", RESIDENTS: "residents", AMBIENT: "ambient"}
AT, CLASS, SECTOR, SEGMENT, OFFSET, ACROSS = range(6)  #: numbers of a probe's draws


def draw_probes(
    spec: ScenarioFile, geography: Geography, places: Places, rates: Rates, start_us: int, end_us: int, day: Day
) -> np.ndarray:
    """PROBE rows in [``start_us``, ``end_us``), ascending by (time, key).

    Readiness probes of a class, and cover probes by demand, are where incidents of their class would be. Cover probes
    take their class by shares. Nobody to cover (no residents, no visitors): no probes of that purpose.
    """
    names = list(spec.world.classes)
    days = spec.run.measured_h / 24
    shares = normalised([kind.share for kind in spec.world.classes.values()])
    each, cover = round(spec.probes.readiness_per_day * days), round(spec.probes.cover_per_day * days)
    labels = [(READINESS, f"readiness/{name}", row) for row, name in enumerate(names)]
    labels += [(purpose, word, NOBODY) for purpose, word in COVER.items()]
    blocks = []
    for purpose, label, class_ in labels:
        count = each if purpose == READINESS else cover
        block = np.zeros(count, t.PROBE)
        block["key"] = numbered_keys([("probe", label)], np.zeros(count, np.int64), np.arange(count))
        block["purpose"] = purpose
        draw = day.draws(Purpose.PROBE, block["key"][:, None], np.arange(6))
        block["at_us"] = start_us + (draw[:, AT] * (end_us - start_us)).astype(np.int64)
        block["class_"] = pick_rows(shares, draw[:, CLASS]) if class_ == NOBODY else class_
        if purpose in (READINESS, DEMAND):
            _by_demand(block, spec, places, rates, draw)
        elif count and not _by_people(block, spec, geography, draw, visitors=purpose == AMBIENT):
            continue
        blocks.append(block)
    probes = np.concatenate(blocks)
    return probes[np.lexsort((probes["key"], probes["at_us"]))]


def _by_demand(block: np.ndarray, spec: ScenarioFile, places: Places, rates: Rates, draw: np.ndarray) -> None:
    """Place each probe where an incident of its class would be."""
    for row, kind in enumerate(spec.world.classes.values()):
        rows = np.flatnonzero(block["class_"] == row)
        if len(rows):
            sector = pick_rows(rates.weights[row], draw[rows, SECTOR])
            block["sector"][rows] = sector
            three = (draw[rows, axis] for axis in (SEGMENT, OFFSET, ACROSS))
            places.draw(kind.place, sector, *three).put(block, rows)


def _by_people(block: np.ndarray, spec: ScenarioFile, geography: Geography, draw: np.ndarray, visitors: bool) -> bool:
    """Place each probe where somebody is at its hour: residents, visitors by the weights of segments. False: nobody."""
    segments = geography.segments
    present = visitors_present(spec) if visitors else np.zeros((len(geography.sectors), 24))
    hour = (spec.world.start_hour + block["at_us"] // HOUR) % 24
    for value in np.unique(hour):
        rows = np.flatnonzero(hour == value)
        people = segments["residents"] + present[segments["sector"], value] * segments["weight"]
        if not people.any():
            return False
        segment = pick_rows(people, draw[rows, SEGMENT])
        block["sector"][rows] = segments["sector"][segment]
        place_within(geography, segment, draw[rows, OFFSET], draw[rows, ACROSS]).put(block, rows)
    return True
