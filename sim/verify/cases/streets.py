"""Kinds 5 and 6: distances along streets, two-way and one-way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.theory import distance, oneway
from sim.verify import given, look
from sim.verify.case import Case, Curve, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile


def _blocks(spec: ScenarioFile) -> dict[str, float]:
    space = given.streets(spec)
    blocks = float(distance.street_distance(space.rows - 1, space.columns - 1))
    return {"blocks": blocks, "seconds": blocks * given.block_m(spec) / given.speed_mps(spec)}


def _see(day: Day) -> dict[str, Observed]:
    return {
        "blocks": look.mean(look.travel_m(day) / given.block_m(day.spec)),
        "seconds": look.mean(look.calls(day)["travel_s"].dropna().to_numpy()),
    }


def _curve(spec: ScenarioFile) -> Curve:
    sizes = range(1, 11)
    y = tuple(float(distance.street_distance(size, size)) for size in sizes)
    return Curve("blocks along a side", "mean travel, blocks", "(2n + 1) / 3", tuple(map(float, sizes)), y)


def _grid(name: str, rows: int, columns: int, exact: str, why: str, **more) -> Case:
    return Case(
        name, 5, f"{rows} by {columns} blocks: {exact}", why,
        "exact sum over pairs of streets; bounds in Larson & Odoni 1981, problem 3.15",
        (
            Quantity("blocks", "mean travel, blocks", x=rows if rows == columns else None),
            Quantity("seconds", "mean travel time, s", blur=1e-5),
        ),
        _blocks, (name,), _see, **more,
    )  # fmt: skip


def _from_crossing(spec: ScenarioFile) -> dict[str, float]:
    space, side = given.streets(spec), given.block_m(spec)
    (((x, y),),) = (site.at_m for site in spec.world.sites.values())
    blocks = distance.street_distance_from(round(y / side), round(x / side), space.rows - 1, space.columns - 1)
    return {"blocks": float(blocks), "rest": 1 / 2, "square": 1 / 3}


def _see_rest(day: Day) -> dict[str, Observed]:
    """The part of a block left over is uniform unless places are drawn to crossings, which the mean would hide."""
    blocks = look.travel_m(day) / given.block_m(day.spec)
    rest = blocks % 1
    return {"blocks": look.mean(blocks), "rest": look.mean(rest), "square": look.mean(rest**2)}


def _crossing(name: str, title: str, why: str) -> Case:
    quantities = (
        Quantity("blocks", "mean travel, blocks"),
        Quantity("rest", "part of a block left over, mean"),
        Quantity("square", "part of a block left over, mean square"),
    )
    return Case(name, 5, title, why, "exact sum over streets", quantities, _from_crossing, (name,), _see_rest)


# --- 6: one-way streets -----------------------------------------------------------------------------------------------

_MARKS = (0.01, 2, 4, 6)


def _extra(spec: ScenarioFile) -> dict[str, float]:
    return {"extra": float(oneway.MEAN)} | {f"within_{mark:g}": oneway.extra_within(mark) for mark in _MARKS}


def _see_extra(day: Day) -> dict[str, Observed]:
    """Way driven less the way along two-way streets, trip by trip; the first leg of a trip tells whence it began."""
    sent, legs, streets = day.tables["assignments"], day.tables["legs"], day.tables["streets"]
    sent = sent[sent["incident"].isin(look.calls(day)["incident"]) & sent["arrived_s"].notna()]
    begun = legs[legs["state"] == "en_route"].drop_duplicates("from_s").set_index("from_s").loc[sent["en_route_s"]]
    street = streets.set_index("segment").loc[begun["segment"]]
    part = begun["from_m"].to_numpy() / street["length_m"].to_numpy()
    goal = day.tables["incidents"].set_index("incident").loc[sent["incident"]]
    two_way = sum(
        np.abs(
            goal[f"{axis}_m"].to_numpy()
            - street[f"{axis}0_m"].to_numpy() * (1 - part)
            - street[f"{axis}1_m"].to_numpy() * part
        )
        for axis in "xy"
    )
    extra = (sent["travel_m"].to_numpy() - two_way) / given.block_m(day.spec)
    found: dict[str, Observed] = {f"within_{mark:g}": look.mean(extra <= mark) for mark in _MARKS}
    return found | {"extra": look.mean(extra)}


def _mid_block() -> dict[str, float]:
    return {f"extra_{blocks}": float(chance) for blocks, chance in oneway.extra().items()}


CASES = (
    _grid("base_streets", 1, 1, "1", "Even round one block the way is along streets and not through walls."),
    _grid("streets_2_by_2", 2, 2, "5/3", "Ways grow by two thirds of a block with each row and column."),
    _grid("streets_3_by_3", 3, 3, "7/3", "Calls happen between crossings: from corner to corner it is 7 % farther."),
    _grid("streets_5_by_5", 5, 5, "11/3", "The mean way through a district follows from its size alone."),
    _grid("streets_10_by_10", 10, 10, "7", "A beat of a hundred blocks means seven blocks to a call.", curve=_curve),
    _grid("streets_2_by_1", 2, 1, "65/49", "Odd shapes have exact answers too, and the program meets them."),
    _grid("streets_5_by_3", 5, 3, "3248/1083", "A compact beat has shorter ways than a long one of the same size."),
    _grid("streets_20_by_5", 20, 5, "5849/675", "Long beats cost way: as many blocks, a quarter farther."),
    _crossing(
        "streets_post", "A post at a crossing", "Calls come from doors, not from crossings: maps of crossings mislead."
    ),
    _crossing(
        "streets_spot", "Calls from one crossing", "A patrol is between crossings most of the time, and sets out there."
    ),
    Case(
        "one_way", 6, "Far trips on alternating one-way streets",
        "One-way streets cost a car two blocks a trip however long it is, and one trip in sixteen about six.",
        "Larson 1971, RAND R-675",
        (
            Quantity("extra", "mean extra way, blocks", "2"),
            Quantity("within_0.01", "share of trips without any"),
            *(Quantity(f"within_{mark:g}", f"share of trips with at most {mark:g} blocks") for mark in _MARKS[1:]),
        ),
        _extra, ("one_way",), _see_extra, keep="all",
    ),
    Case(
        "one_way_mid_block", 6, "Far one-way trips from mid-block to mid-block",
        "What a door in the middle of a block costs: nothing, or one, two, three, four or six blocks.",
        "Larson 1971, RAND R-675",
        tuple(Quantity(f"extra_{blocks}", f"share with {blocks} blocks extra", printed) for blocks, printed in
              ((0, ".25"), (1, ".25"), (2, ".0625"), (3, ".25"), (4, ".125"), (6, ".0625"))),
        _mid_block,
    ),
)  # fmt: skip
