"""Kind 11: units that are all alike, with a line or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.theory import erlang
from sim.verify import given, look
from sim.verify.case import Case, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import ScenarioFile

KIND = 11


def _lost(spec: ScenarioFile) -> dict[str, float]:
    return {"lost": erlang.erlang_b(given.load(spec), given.units(spec))}


def _see_lost(day: Day) -> dict[str, Observed]:
    return {"lost": look.ended(look.calls(day), "lost")}


def _loss(name: str, title: str, why: str, source: str, printed: str) -> Case:
    return Case(
        name, KIND, title, why, source, (Quantity("lost", "share lost", printed),), _lost, (name,), _see_lost
    )  # fmt: skip


TAILS_MIN = (3, 10, 20)


def _line(spec: ScenarioFile) -> dict[str, float]:
    rate, service, units = given.arrival(spec), given.service(spec), given.units(spec)
    return {
        "delayed": erlang.erlang_c(rate / service, units),
        "wait_h": erlang.wait_mean(rate, service, units),
        "unserved": 0.0,
        **{f"over_{t}_min": erlang.wait_tail(rate, service, units, t / 60) for t in TAILS_MIN},
    }


def _see_line(day: Day) -> dict[str, Observed]:
    rows = look.calls(day)
    waits, count = look.waits_min(rows)
    minutes = rows["queue_s"].to_numpy() / 60
    return {
        "delayed": look.delayed(rows),
        "wait_h": (waits / 60, count),
        "unserved": look.unserved(rows),
        **{f"over_{t}_min": look.mean(minutes > t) for t in TAILS_MIN},
    }


def _queue(name: str, title: str, why: str, delayed: str, wait_h: str, *more: Quantity) -> Case:
    quantities = (
        Quantity("delayed", "share that waits", delayed),
        Quantity("wait_h", "mean wait, h", wait_h),
        Quantity("unserved", "share not served"),
        *more,
    )
    return Case(name, KIND, title, why, "Erlang 1917, delay formula", quantities, _line, (name,), _see_line)


def _ordered(spec: ScenarioFile) -> dict[str, float]:
    shares = erlang.ordered_entry(given.load(spec), given.units(spec))
    return {f"unit_{k}": float(share) for k, share in enumerate(shares, 1)}


def _alike(spec: ScenarioFile) -> dict[str, float]:
    load, units = given.load(spec), given.units(spec)
    lost = erlang.erlang_b(load, units)
    return {f"unit_{k}": load * (1 - lost) / units for k in range(1, units + 1)} | {"lost": lost}


def _see_units(day: Day) -> dict[str, Observed]:
    return {f"unit_{k}": float(share) for k, share in enumerate(look.workloads(day), 1)} | _see_lost(day)


def _impatient(spec: ScenarioFile) -> dict[str, float]:
    (one,) = given.classes(spec).values()
    rate = 1 / given.moments(one.patience).mean
    return erlang.abandonment(given.arrival(spec), given.service(spec), given.units(spec), rate)._asdict()


def _see_impatient(day: Day) -> dict[str, Observed]:
    rows = look.calls(day)
    served = rows["queue_s"].to_numpy()
    waited = np.where(np.isnan(served), (rows["closed_s"] - rows["received_s"]).to_numpy(), served)
    return {
        "delayed": look.delayed(rows),
        "abandoned": look.ended(rows, "abandoned"),
        "wait": look.mean(waited / look.HOUR_S),
    }


_UNITS = tuple(Quantity(f"unit_{k}", f"workload of unit {k}") for k in range(1, 6))

CASES = (
    _loss(
        "erlang_b_two", "Two units, no line",
        "Says how many calls go unanswered when a small force is never let off.", "Erlang 1917", ".1295337",
    ),
    _loss(
        "erlang_b_ten", "Ten units, no line",
        "Ten units that are busy seven tenths of the time still turn one call in eight away.", "Erlang 1917", ".121661",
    ),
    _loss(
        "erlang_b_constant", "Ten units, no line, work of equal length",
        "The share lost depends on the mean of the work alone, so its spread need not be known.",
        "Sevast'yanov 1957", ".121661",
    ),
    _loss(
        "erlang_b_lognormal", "Ten units, no line, log-normal work",
        "The share lost depends on the mean of the work alone, also where a few incidents take hours.",
        "Sevast'yanov 1957", ".121661",
    ),
    _loss(
        "erlang_b_empirical", "Ten units, no line, work of three lengths",
        "Recorded durations can be used as they are: again only their mean decides what is lost.",
        "Sevast'yanov 1957", ".121661",
    ),
    _queue(
        "erlang_c_two", "Two units and a line",
        "A quarter busy, two units still make one call in ten wait.", ".1", ".006667",
    ),
    _queue(
        "erlang_c_five", "Five units and a line",
        "Five units that are busier make fewer calls wait than two: sharing pays.", ".059701", ".004975",
    ),
    _queue(
        "erlang_c_ten", "Ten units, nine tenths busy",
        "A force that is busy nine tenths of the time makes two calls in three wait.", ".668732", ".668732",
    ),
    _queue(
        "erlang_c_eight", "Eight units and a line, and its tail",
        "Standards are about the longest waits: their share is known too, and depends on who is served first.",
        ".356981", ".089245",
        *(Quantity(f"over_{t}_min", f"share that waits over {t} min", x=t) for t in TAILS_MIN),
    ),
    Case(
        "ordered_entry", KIND, "Equals taken in a fixed order",
        "Whoever is always asked first does most of the work: ties are policy.",
        "Cooper 1981, Introduction to Queueing Theory, 3.3", _UNITS, _ordered, ("ordered_entry",), _see_units,
    ),
    Case(
        "random_choice", 3, "Any free unit is sent",
        "Drawing lots among equals shares the work evenly and serves nobody better.",
        "Larson & Odoni 1981, chapter 5; by symmetry", (*_UNITS, Quantity("lost", "share lost")),
        _alike, ("random_choice",), _see_units,
    ),
    Case(
        "patience", KIND, "Callers who give up",
        "With more calls than units can serve, those who give up are what keeps the line finite.",
        "Palm 1957; Garnett, Mandelbaum & Reiman 2002",
        (
            Quantity("delayed", "share that waits"),
            Quantity("abandoned", "share that gives up"),
            Quantity("wait", "mean wait of all, h"),
        ),
        _impatient, ("patience",), _see_impatient,
    ),
)  # fmt: skip
