"""Kinds 4, 7, 8 and 9: distances in the plane, of one unit and of the nearest of several; acceleration."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.theory import acceleration, distance, nearest
from sim.verify import given, look
from sim.verify.case import Case, Curve, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile

SQUARE_ROOT = "Larson & Odoni 1981, chapter 3"


def _side_m(spec: ScenarioFile) -> float:
    """Side of a square of the same size: lengths are told in it."""
    space = given.plane(spec)
    return math.sqrt(space.width_m * space.height_m)


# --- 4: the nearest of those that are free ---------------------------------------------------------------------------


def _free(spec: ScenarioFile) -> dict[str, float]:
    return {"travel": nearest.with_loss(given.units(spec), given.load(spec), given.plane(spec).metric, "square")}


def _see_travel(day: Day) -> dict[str, Observed]:
    return {"travel": look.mean(look.travel_m(day) / _side_m(day.spec))}


def _free_curve(spec: ScenarioFile) -> Curve:
    loads = {units: units / 2 for units in range(1, 25)}
    y = tuple(nearest.with_loss(units, load, given.plane(spec).metric, "square") for units, load in loads.items())
    return Curve("units, offered load half of that", "mean travel, sides", "exact", tuple(map(float, loads)), y)


def _nearest_free(units: int, printed: str, why: str) -> Case:
    name = f"nearest_free_{units}"
    return Case(
        name, 4, f"The nearest free of {units} units", why, "Erlang 1917 and integration over the square",
        (Quantity("travel", "mean travel of served calls, sides", printed, x=units),), _free, (name,), _see_travel,
        curve=_free_curve if units == 20 else None,
    )  # fmt: skip


# --- 7: one unit ------------------------------------------------------------------------------------------------------


def _one(spec: ScenarioFile) -> dict[str, float]:
    (sector,) = spec.world.sectors
    ground = given.ground_m(spec, sector)
    one = given.line(spec)
    metric = given.plane(spec).metric
    if one.duty == "post":
        metres = distance.from_point(*given.post_m(spec, one), ground, metric)
    else:
        metres = distance.between(ground, ground, metric)
    return {"travel": metres / 1000, "seconds": metres / given.speed_mps(spec)}


def _see_one(day: Day) -> dict[str, Observed]:
    return {
        "travel": look.mean(look.travel_m(day) / 1000),
        "seconds": look.mean(look.calls(day)["travel_s"].dropna().to_numpy()),
    }


def _roaming(name: str, title: str, why: str, printed: str = "", source: str = SQUARE_ROOT) -> Case:
    quantities = (Quantity("travel", "mean travel, km", printed), Quantity("seconds", "mean travel time, s", blur=1e-6))
    return Case(name, 7, title, why, source, quantities, _one, (name,), _see_one)


# --- 8: the nearest of many, all free ---------------------------------------------------------------------------------


def _of_many(spec: ScenarioFile) -> dict[str, float]:
    space = given.plane(spec)
    region = "torus" if space.torus else "square"
    (one,) = given.classes(spec).values()
    return {
        f"rank_{rank}": nearest.nearest_mean(given.units(spec), space.metric, region, rank)
        for rank in range(1, one.needs[0].units + 1)
    }


def _see_ranks(day: Day) -> dict[str, Observed]:
    sent = day.tables["assignments"]
    side, ranks = _side_m(day.spec), range(int(sent["slot"].max()) + 1)
    metres = sent["travel_m"].to_numpy()
    return {f"rank_{slot + 1}": look.mean(metres[(sent["slot"] == slot).to_numpy()] / side) for slot in ranks}


def _rank_curve(spec: ScenarioFile) -> Curve:
    units, metric = given.units(spec), given.plane(spec).metric
    ranks = range(1, 6)
    y = tuple(nearest.nearest_mean(units, metric, "torus", rank) for rank in ranks)
    return Curve("which unit: the nearest, the second, …", "mean travel, sides", "exact", tuple(map(float, ranks)), y)


def _many(name: str, title: str, why: str, printed: str = "") -> Case:
    quantities = (Quantity("rank_1", "mean travel of the nearest, sides", printed),)
    return Case(name, 8, title, why, SQUARE_ROOT, quantities, _of_many, (name,), _see_ranks)


def _constants() -> dict[str, float]:
    ranks = {f"rank_{rank}": nearest.square_root_constant("manhattan", rank) for rank in (1, 2, 3)}
    return ranks | {"euclid": nearest.square_root_constant("euclid")}


# --- 9: acceleration --------------------------------------------------------------------------------------------------


def _from_rest(spec: ScenarioFile) -> dict[str, float]:
    x, y = given.post_m(spec, given.line(spec))
    ways = {name: abs(to_x - x) + abs(to_y - y) for name, (to_x, to_y) in given.injections_m(spec).items()}
    times = acceleration.travel_time(list(ways.values()), given.acceleration_mps2(spec), given.speed_mps(spec))
    return dict(zip(ways, times.tolist(), strict=True))


def _see_from_rest(day: Day) -> dict[str, Observed]:
    return dict(zip(given.injections_m(day.spec), look.calls(day)["travel_s"].tolist(), strict=True))


def _rest_curve(spec: ScenarioFile) -> Curve:
    x = tuple(0.02 * step for step in range(101))
    y = acceleration.travel_time(x, given.acceleration_mps2(spec), given.speed_mps(spec))
    return Curve("way, m", "travel time, s", "exact", x, tuple(map(float, y)))


CASES = (
    _nearest_free(3, ".51967", "What a call's way really is: not to the nearest unit, but to the nearest free one."),
    _nearest_free(5, ".44145", "More units shorten the way less than the square-root law promises when half are busy."),
    _nearest_free(10, ".33010", "Busy units leave holes in cover that a map of posts does not show."),
    _nearest_free(20, ".22842", "In a large force the holes even out, and the way comes close to that of free units."),
    _roaming(
        "base_distance", "A unit that roams a square", "A patrol that may be anywhere is a third farther than a post.",
        ".66667",
    ),
    _roaming("square_centre", "A unit in the centre", "The centre is the best place for one unit.", ".5"),
    _roaming("square_corner", "A unit in the corner", "A post at the edge doubles the way.", "1"),
    _roaming(
        "square_hole", "Around a park without calls",
        "An empty middle lengthens all ways, although it may be crossed.", ".740741",
    ),
    _roaming(
        "euclid_roaming", "As the crow flies", "Straight ways are a fifth shorter: maps without streets flatter.",
        source="Ghosh 1951",
    ),
    Case(
        "square_root_laws", 8, "Constants of the square-root laws",
        "Four times the units halve the way: the rule of thumb behind every budget of response.", SQUARE_ROOT,
        (
            Quantity("rank_1", "the nearest, Manhattan", ".62666"),
            Quantity("rank_2", "the second nearest, Manhattan", ".93999"),
            Quantity("rank_3", "the third nearest, Manhattan", "1.17498"),
            Quantity("euclid", "the nearest, as the crow flies", ".5"),
        ),
        _constants,
    ),
    _many("torus_manhattan", "Ten units on a torus", "Where no edge is near, the square-root law nearly holds."),
    _many("torus_euclid", "Ten units on a torus, as the crow flies", "The same law with another constant."),
    _many("square_ten", "Ten units in a square", "Edges lengthen ways: a city is worse than the law.", ".21701"),
    _many("square_fifty", "Fifty units in a square", "With many units the edges matter less, but still.", ".09316"),
    Case(
        "third_nearest", 8, "Calls that need three units",
        "The third unit comes from nearly twice as far: the scene is complete when the last one is there.",
        SQUARE_ROOT,
        tuple(Quantity(f"rank_{rank}", f"mean travel of unit {rank}, sides", x=rank) for rank in (1, 2, 3)),
        _of_many, ("third_nearest",), _see_ranks, curve=_rank_curve,
    ),
    Case(
        "acceleration", 9, "Ways that begin and end at rest",
        "On short ways twice the speed is not half the time: most of it goes into speeding up and slowing down.",
        "Larson & Odoni 1981, eq. 3.88",
        (
            Quantity("near", "travel time over 0.1 m, s", "1", blur=1e-6, x=0.1),
            Quantity("middle", "travel time over 1 m, s", "3.25", blur=1e-6, x=1),
            Quantity("far", "travel time over 2 m, s", "5.25", blur=1e-6, x=2),
        ),
        _from_rest, ("acceleration",), _see_from_rest, quick=2, full=2, curve=_rest_curve,
    ),
)  # fmt: skip
