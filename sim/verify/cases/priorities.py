"""Kinds 12 and 13: one unit or several, calls of unequal urgency; and what becomes of a queue that cannot keep up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.theory import general, priority
from sim.verify import given, look
from sim.verify.case import Case, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile


def _by_class(day: Day) -> dict[str, Observed]:
    return {name: look.waits_min(look.calls(day, name)) for name in given.classes(day.spec)}


def _by_class_h(day: Day) -> dict[str, Observed]:
    waits = {name: look.waits_min(look.calls(day, name)) for name in given.classes(day.spec)}
    return {name: (total / 60, count) for name, (total, count) in waits.items()}


# --- 12: exponential work, the same for all -------------------------------------------------------------------------


def _cobham(spec: ScenarioFile) -> dict[str, float]:
    rates = given.arrivals(spec)
    waits = priority.waits(list(rates.values()), given.service(spec), given.units(spec))
    return dict(zip(rates, waits.tolist(), strict=True))


def _priorities(name: str, units: str, why: str, *printed: str) -> Case:
    return Case(
        name, 12, f"Three priorities, {units}", why, "Cobham 1954; Larson & Odoni 1981, eq. 4.111",
        tuple(
            Quantity(class_, f"mean wait, h: priority {number}", value, x=number)
            for number, class_, value in zip((1, 2, 3), ("urgent", "call", "routine"), printed, strict=True)
        ),
        _cobham, (name,), _by_class_h,
    )  # fmt: skip


def _interrupting(spec: ScenarioFile) -> dict[str, float]:
    rates = given.arrivals(spec)
    waits = priority.preemptive_waits(list(rates.values()), given.service(spec), given.units(spec))
    return dict(zip(rates, waits.tolist(), strict=True))


def _without_work_h(day: Day) -> dict[str, Observed]:
    """Hours for which a call was with nobody: its time in the system less all time that units were on its scene."""
    sent = day.tables["assignments"]
    worked = (sent["cleared_s"] - sent["arrived_s"]).fillna(0.0).groupby(sent["incident"]).sum()
    found: dict[str, Observed] = {}
    for name in given.classes(day.spec):
        rows = look.calls(day, name).dropna(subset=["closed_s"])
        in_system = (rows["closed_s"] - rows["received_s"]).to_numpy()
        found[name] = look.mean((in_system - worked.reindex(rows["incident"]).to_numpy()) / look.HOUR_S)
    return found


def _kept_back(spec: ScenarioFile) -> dict[str, float]:
    rates, (tier,) = given.arrivals(spec), spec.policy.tiers.values()
    found = priority.cutoff(list(rates.values()), given.service(spec), given.units(spec), tier.reserve)
    waits = dict(zip(rates, found.waits.tolist(), strict=True))
    return waits | {f"delayed_{name}": float(share) for name, share in zip(rates, found.delayed, strict=True)}


def _see_kept_back(day: Day) -> dict[str, Observed]:
    shares = {f"delayed_{name}": look.delayed(look.calls(day, name)) for name in given.classes(day.spec)}
    return _by_class_h(day) | shares


def _nothing_kept_back() -> dict[str, float]:
    waits = priority.cutoff([0.2, 0.6, 1.2], 3, 2, [0, 0, 0]).waits
    return {f"class_{number}": float(wait) for number, wait in enumerate(waits, 1)}


# --- 13: work of two lengths ----------------------------------------------------------------------------------------


def _short_first(spec: ScenarioFile) -> dict[str, float]:
    rates, laws = given.arrivals(spec), [given.moments(one.work) for one in given.classes(spec).values()]
    arrivals = np.array(list(rates.values()))
    waits = priority.general_waits(arrivals, [law.mean for law in laws], [law.second for law in laws])
    found = {name: 60 * float(wait) for name, wait in zip(rates, waits, strict=True)}
    return found | {"all": 60 * float(arrivals @ waits / arrivals.sum())}


def _in_turn(spec: ScenarioFile) -> dict[str, float]:
    law = given.work(spec)
    return {"all": 60 * general.wait_mean(given.arrival(spec), law.mean, law.second)}


def _see_all(day: Day) -> dict[str, Observed]:
    return _by_class(day) | {"all": look.waits_min(look.calls(day))}


def _overloaded(spec: ScenarioFile) -> dict[str, float]:
    rates, laws = given.arrivals(spec), [given.moments(one.work) for one in given.classes(spec).values()]
    arrivals, means = list(rates.values()), [law.mean for law in laws]
    growth = priority.growth(arrivals, means)
    waits = priority.general_waits(arrivals, means, [law.second for law in laws])
    return {"wait_call": 60 * float(waits[0]), "growth_call": float(growth[0]), "growth_long": float(growth[1])}


def _see_overload(day: Day) -> dict[str, Observed]:
    start, end = look.window_s(day)
    rows = day.tables["incidents"]
    growth = {
        name: _open(rows[rows["class"] == name], end) - _open(rows[rows["class"] == name], start)
        for name in given.classes(day.spec)
    }
    hours = (end - start) / look.HOUR_S
    return {
        "wait_call": look.waits_min(look.calls(day, "call")),
        "growth_call": growth["call"] / hours,
        "growth_long": growth["long"] / hours,
    }


def _open(rows, at_s: float) -> float:
    """Calls received and not closed at a time."""
    closed = rows["closed_s"].to_numpy()
    return float(((rows["received_s"].to_numpy() <= at_s) & ~(closed <= at_s)).sum())


CASES = (
    _priorities(
        "priorities_one", "one unit", "Says what urgent calls gain, and routine ones pay, when urgent ones go first.",
        ".23810", ".32468", ".90909",
    ),
    _priorities(
        "priorities_two", "two units", "A second unit helps routine calls most: their wait falls to a nineteenth.",
        ".02874", ".03316", ".04808",
    ),
    Case(
        "priorities_interrupting", 12, "Three priorities, two units, urgent calls interrupt",
        "Taking units back from routine work nearly abolishes waiting for urgent calls.",
        "preemptive-resume priorities, recomputed",
        tuple(Quantity(class_, f"mean time with nobody, h: priority {n}", printed) for n, class_, printed in
              ((1, "urgent", ".000371"), (2, "call", ".007921"), (3, "routine", ".065422"))),
        _interrupting, ("priorities_interrupting",), _without_work_h,
    ),
    Case(
        "priorities_reserve", 12, "Three priorities, three units, the last one kept for urgent calls",
        "A reserve buys urgent calls seconds and costs the others minutes: theory says how many before a street does.",
        "Taylor & Templeton 1980",
        tuple(Quantity(class_, f"mean wait, h: priority {n}") for n, class_ in
              ((1, "urgent"), (2, "call"), (3, "routine"))) +
        tuple(Quantity(f"delayed_{class_}", f"share that waits: priority {n}") for n, class_ in
              ((1, "urgent"), (2, "call"), (3, "routine"))),
        _kept_back, ("priorities_reserve",), _see_kept_back,
    ),
    Case(
        "priorities_no_reserve", 12, "Three priorities, two units, none kept in reserve",
        "A reserve of none must be the plain queue, or no reserve could be trusted.",
        "theory only; Taylor & Templeton 1980",
        tuple(Quantity(f"class_{n}", f"mean wait, h: priority {n}", printed) for n, printed in
              ((1, ".02874"), (2, ".03316"), (3, ".04808"))),
        _nothing_kept_back,
    ),
    Case(
        "two_lengths", 13, "Short calls before long ones",
        "Letting short calls go first cuts the mean wait by a quarter without any more units.",
        "MIT 1.203 (2003); Cobham 1954",
        (
            Quantity("call", "mean wait, min: short calls", "1.25"),
            Quantity("long", "mean wait, min: long calls", "6.25"),
            Quantity("all", "mean wait, min: all", "3.75"),
        ),
        _short_first, ("two_lengths",), _see_all,
    ),
    Case(
        "two_lengths_in_turn", 13, "Short and long calls in turn",
        "The same work in order of arrival: what an order of service is worth.",
        "MIT 1.203 (2003); Pollaczek-Khinchine", (Quantity("all", "mean wait, min", "5"),),
        _in_turn, ("two_lengths_in_turn",), lambda day: {"all": look.waits_min(look.calls(day))},
    ),
    Case(
        "two_lengths_overload", 13, "More calls than one unit can serve",
        "In overload urgent calls are still served in time, and the backlog of the others grows by the hour.",
        "MIT 1.203 (2003); flow balance",
        (
            Quantity("wait_call", "mean wait, min: short calls", "1.75"),
            Quantity("growth_call", "backlog of short calls grows by, 1/h"),
            Quantity("growth_long", "backlog of long calls grows by, 1/h"),
        ),
        _overloaded, ("two_lengths_overload",), _see_overload,
    ),
)  # fmt: skip
