"""Kinds 1, 2, 3 and 23: units that back each other up by place, and what a change of policy is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.theory import distance, erlang, hypercube
from sim.verify import given, look
from sim.verify.case import Case, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile

HYPERCUBE = "Larson 1974; Larson & Odoni 1981, chapter 5"


def _solution(spec: ScenarioFile) -> hypercube.Solution:
    arrivals = list(given.atoms(spec).values())
    return hypercube.solve(arrivals, given.preference(spec), given.service(spec), spec.policy.dispatch.queue == "wait")


def _ways_m(spec: ScenarioFile) -> np.ndarray:
    """(sectors, lines) mean metres from each post to a call of each sector."""
    return np.array(
        [
            [_way_m(given.post_m(spec, one), given.ground_m(spec, sector)) for one in spec.policy.roster]
            for sector in spec.world.sectors
        ]
    )


def _way_m(post: tuple[float, float], ground: list[distance.Rectangle]) -> float:
    if len(ground) == 1 and ground[0].bottom == ground[0].top:
        return distance.interval_from_point(post[0], ground[0].left, ground[0].right)
    return distance.from_point(*post, ground)


def _units(solution: hypercube.Solution) -> dict[str, float]:
    return {f"unit_{k}": float(share) for k, share in enumerate(solution.workloads, 1)}


def _first_choice(spec: ScenarioFile, solution: hypercube.Solution) -> float:
    """Share of served calls that go to the first unit of their sector's list."""
    return float(solution.shares[given.preference(spec) == 0].sum() / solution.shares.sum())


def _hypercube(spec: ScenarioFile) -> dict[str, float]:
    solution = _solution(spec)
    found = {"delayed": solution.delayed, "first": _first_choice(spec, solution), **_units(solution)}
    if spec.policy.dispatch.queue == "wait":
        found["wait_min"] = 60 * solution.wait
    if spec.policy.roster[0].duty == "post":
        found["travel_m"] = hypercube.travel(solution, _ways_m(spec))
    return found


def _see(day: Day) -> dict[str, Observed]:
    rows = look.calls(day)
    waits = day.spec.policy.dispatch.queue == "wait"
    found: dict[str, Observed] = {f"unit_{k}": float(share) for k, share in enumerate(look.workloads(day), 1)}
    return found | {
        "delayed": look.delayed(rows) if waits else look.ended(rows, "lost"),
        "first": _see_first_choice(day),
        "wait_min": look.waits_min(rows),
        "travel_m": look.mean(look.travel_m(day)),
    }


def _see_first_choice(day: Day) -> tuple[float, float]:
    rows, sent = look.calls(day), day.tables["assignments"]
    sector = dict(zip(rows["incident"], rows["sector"], strict=True))
    measured = sent[sent["incident"].isin(sector.keys())]
    first = {name: wanted[0] for name, wanted in day.spec.policy.dispatch.preference.items()}
    asked = measured["incident"].map(sector).map(first)
    return look.mean((measured["unit"].str.partition("/")[0] == asked).to_numpy())


# --- 1: two units, a border ------------------------------------------------------------------------------------------

METRES = 1000.0  #: of the book's unit of length


def _border(spec: ScenarioFile) -> dict[str, float]:
    solution = _solution(spec)
    east, west = solution.workloads.tolist()
    return {
        "travel": hypercube.travel(solution, _ways_m(spec)) / METRES,
        "imbalance": east - west,
        "east": east,
        "west": west,
        "lost": solution.delayed,
    }


def _see_border(day: Day) -> dict[str, Observed]:
    east, west = look.workloads(day).tolist()
    return {
        "travel": look.mean(look.travel_m(day) / METRES),
        "imbalance": east - west,
        "east": east,
        "west": west,
        "lost": look.ended(look.calls(day), "lost"),
    }


def _two_units(name: str, title: str, why: str, *printed: str) -> Case:
    labels = (
        ("travel", "mean travel, units of length"),
        ("imbalance", "workload east less west"),
        ("east", "workload east"),
        ("west", "workload west"),
        ("lost", "share lost"),
    )
    quantities = tuple(Quantity(*label, value) for label, value in zip(labels, printed, strict=True))
    return Case(name, 1, title, why, "Larson & Odoni 1981, 5.3.3", quantities, _border, (name,), _see_border)


# --- 23: the same days ------------------------------------------------------------------------------------------------


def _saved(half: ScenarioFile, best: ScenarioFile) -> dict[str, float]:
    return {"saved": _border(half)["travel"] - _border(best)["travel"]}


def _see_saved(half: Day, best: Day) -> dict[str, Observed]:
    far, near = (look.travel_m(day) / METRES for day in (half, best))
    return {"saved": float(far.mean() - near.mean())}


def _factors() -> dict[str, float]:
    return {f"q{j}": hypercube.larson_factor(3, 0.5, j) for j in range(3)}


def _six() -> dict[str, float]:
    return {"delayed": erlang.erlang_c(3.6, 6)}


_WORKLOADS = tuple(Quantity(f"unit_{k}", f"workload of unit {k}") for k in range(1, 7))
_FIRST = Quantity("first", "served by the sector's first choice")
_TRAVEL = Quantity("travel_m", "mean travel, m")

CASES = (
    _two_units(
        "two_units_half", "Two units on a line, the border half-way",
        "Sending the nearest unit is not best: it may leave the wrong one free.",
        ".46246", ".05236", ".49010", ".43774", ".257732",
    ),
    _two_units(
        "two_units_best", "Two units on a line, the best border",
        "A border that sends a farther unit now shortens the mean way, and evens out the work.",
        ".46166", ".04405", ".48594", ".44189", ".257732",
    ),
    Case(
        "larson_factors", 2, "Larson's correction factors",
        "They make models of many units fast enough to try hundreds of plans.", "Larson & Odoni 1981, 5.5.3",
        tuple(Quantity(f"q{j}", f"Q(3, 1/2, {j})", printed) for j, printed in enumerate(("1", ".73684", ".63158"))),
        _factors,
    ),
    Case(
        "hypercube_three_loss", 3, "Three units with posts, no line",
        "Shows who really serves a sector when its own unit is busy.", HYPERCUBE,
        (Quantity("delayed", "share lost"), _FIRST, *_WORKLOADS[:3], _TRAVEL), _hypercube,
        ("hypercube_three_loss",), _see,
    ),
    Case(
        "hypercube_three_line", 3, "Three units with posts and a line",
        "With a line units drive farther: whoever is free next takes the call, wherever it is.", HYPERCUBE,
        (Quantity("delayed", "share that waits"), Quantity("wait_min", "mean wait, min"), _FIRST, *_WORKLOADS[:3],
         _TRAVEL),
        _hypercube, ("hypercube_three_line",), _see,
    ),
    Case(
        "hypercube_six_line", 3, "Six units, six sectors, a line",
        "Lists of who backs up whom decide who works how much, and nothing about how many calls wait.", HYPERCUBE,
        (Quantity("delayed", "share that waits", ".196566"), Quantity("wait_min", "mean wait, min"), _FIRST,
         *_WORKLOADS),
        _hypercube, ("hypercube_six_line",), _see,
    ),
    Case(
        "hypercube_six_loss", 3, "Six units, six sectors, no line",
        "The same lists where calls that find all busy go to somebody else.", HYPERCUBE,
        (Quantity("delayed", "share lost"), _FIRST, *_WORKLOADS), _hypercube, ("hypercube_six_loss",), _see,
    ),
    Case(
        "common_days", 23, "Two borders on the same days",
        "On the same days a difference of a fifth of a percent can be seen, which unrelated days would hide.",
        "Larson & Odoni 1981, 5.3.3; common random numbers, Law 2015, 11.2",
        (Quantity("saved", "travel saved by the best border", sign=True),), _saved,
        ("two_units_half", "two_units_best"), _see_saved, quick=60,
    ),
    Case(
        "unrelated_days", 23, "Two borders on unrelated days",
        "As many days that have nothing in common cannot tell which border is better.",
        "Larson & Odoni 1981, 5.3.3; common random numbers, Law 2015, 11.2",
        (Quantity("saved", "travel saved by the best border", sign=False),), _saved,
        ("two_units_half", "two_units_best"), _see_saved, quick=30, full=30, streams=(0, 1),
    ),
)  # fmt: skip
