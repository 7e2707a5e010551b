"""Kind 10: how often a patrol passes, and whether it sees what does not last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.theory import patrol
from sim.verify import given, look
from sim.verify.case import Case, Curve, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile

SOURCE = "Markov chain on directed streets; Larson & Odoni 1981, chapter 3, for the formula that it corrects"


def _walk(spec: ScenarioFile) -> tuple[np.ndarray, patrol.Rule, int, float]:
    """The streets, the rule, the street of the spot, and seconds a street."""
    space = given.streets(spec)
    ((x, y),) = spec.world.sites["spot"].at_m
    links = patrol.grid_graph(space.rows, space.columns)
    side = given.block_m(spec)
    column, row = links % space.columns, links // space.columns
    middle = np.stack([column.mean(axis=1) * side, row.mean(axis=1) * side], axis=1)
    (spot,) = np.flatnonzero((middle == (x, y)).all(axis=1))
    return links, given.walk(spec), int(spot), side / given.speed_mps(spec)


def _lifetimes_s(spec: ScenarioFile) -> dict[str, float]:
    return {name: 3600 * given.moments(one.lifetime).mean for name, one in given.classes(spec).items()}


def _seen(spec: ScenarioFile) -> dict[str, float]:
    links, rule, spot, link_s = _walk(spec)
    chances = {
        name: patrol.passed_within(links, rule, spot, 0.5, lifetime / link_s)
        for name, lifetime in _lifetimes_s(spec).items()
    }
    rate = float(patrol.pass_rates(links, rule)[spot])
    return chances | {"middle": rate, "corner": rate}


def _see(day: Day) -> dict[str, Observed]:
    _, _, _, link_s = _walk(day.spec)
    start, end = look.window_s(day)
    streets = day.tables["streets"]
    x, y = (streets[[f"{axis}0_m", f"{axis}1_m"]].mean(axis=1) for axis in "xy")
    ((spot_x, spot_y),) = day.spec.world.sites["spot"].at_m
    times = (end - start) / link_s
    seen = {name: look.mean(look.calls(day, name)["on_view"].to_numpy()) for name in given.classes(day.spec)}
    return seen | {
        "middle": float(streets["passes"][(x == spot_x) & (y == spot_y)].iloc[0] / times),
        "corner": float(streets["passes"][(x + y).idxmin()] / times),
    }


def _curve(spec: ScenarioFile) -> Curve:
    links, rule, spot, _ = _walk(spec)
    x = tuple(float(step) for step in range(31))
    y = tuple(patrol.passed_within(links, rule, spot, 0.5, time) for time in x)
    said = {"random": "any street", "no_u_turn": "no turning back"}[rule]
    return Curve("how long it lasts, streets walked meanwhile", "chance that it is seen", said, x, y)


def _case(name: str, title: str, why: str, brief: str, lasting: str, streets: int, source: str = SOURCE) -> Case:
    return Case(
        name, 10, title, why, source,
        (
            Quantity("brief", "share seen that lasts 10 streets", brief, x=10, blur=1e-5),
            Quantity("lasting", "share seen that lasts 20 streets", lasting, x=20, blur=1e-5),
            Quantity("middle", f"passings of a middle street (1/{streets})"),
            Quantity("corner", f"passings of a corner street (1/{streets})"),
        ),
        _seen, (name,), _see, curve=_curve,
    )  # fmt: skip


def _formula() -> dict[str, float]:
    return {f"t{time}": patrol.poisson_interception(1, time, 40) for time in (10, 20)}


def _round(spec: ScenarioFile) -> dict[str, float]:
    links, _, _, link_s = _walk(spec)
    lifetimes = _lifetimes_s(spec)
    return {name: patrol.fixed_round(1, lifetime / link_s, len(links)) for name, lifetime in lifetimes.items()}


def _see_round(day: Day) -> dict[str, Observed]:
    return {name: look.mean(look.calls(day, name)["on_view"].to_numpy()) for name in given.classes(day.spec)}


CASES = (
    Case(
        "patrol_formula", 10, "The formula of random search",
        "The usual formula takes passings as independent; the next cases show by how much it errs.",
        "Koopman 1956; Larson & Odoni 1981, chapter 3",
        (Quantity("t10", "share seen that lasts 10 of 40", ".22120"),
         Quantity("t20", "share seen that lasts 20 of 40", ".39347")),
        _formula,
    ),
    _case(
        "base_patrol", "A patrol that takes any street",
        "A random walk comes back too soon: it sees a fifth less than the usual formula promises.",
        ".17755", ".31613", 40,
    ),
    _case(
        "patrol_no_u_turn", "A patrol that never turns back",
        "Not turning back costs nothing and shows a third more of what does not last.", ".23708", ".42059", 40,
    ),
    Case(
        "patrol_round", 10, "A fixed round of one block",
        "A fixed round sees most, and is the easiest to learn: what is gained here is lost in surprise.",
        "min(1, speed x time / length)",
        (Quantity("brief", "share seen that lasts a quarter round", blur=1e-5),
         Quantity("lasting", "share seen that lasts three quarters", blur=1e-5)),
        _round, ("patrol_round",), _see_round,
    ),
)  # fmt: skip
