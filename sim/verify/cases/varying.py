"""Kinds 14 to 17: how many units are busy, what a day's wave of calls does to them, and staffing by the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.theory import infinite, rates, varying
from sim.verify import given, look
from sim.verify.case import Case, Curve, Day, Observed, Quantity

if TYPE_CHECKING:
    from sim.scenario.schema import RosterLine, ScenarioFile

DAY_S = 24 * look.HOUR_S


# --- 14: units enough ------------------------------------------------------------------------------------------------


def _batches(spec: ScenarioFile) -> dict[str, float]:
    happening = given.classes(spec)
    total = given.arrival(spec)
    shares = [rate / total for rate in given.arrivals(spec).values()]
    sizes = [one.needs[0].units for one in happening.values()]
    return infinite.batches(total, given.work(spec).mean, sizes, shares)._asdict()


def _see_batches(day: Day) -> dict[str, Observed]:
    """The variance is told about the mean of the scenario, which is known: so it has no bias."""
    mean = _batches(day.spec)["mean"]
    return {
        "mean": look.over_time(day, lambda busy: busy),
        "variance": look.over_time(day, lambda busy: (busy - mean) ** 2),
    }


# --- 15 and 16: a wave -----------------------------------------------------------------------------------------------


def _each_day(day: Day, function, hour: float) -> Observed:
    """Mean over the measured days of what ``function`` makes of the number of busy units at an hour of the day."""
    start, end = look.window_s(day)
    times = np.arange(start + hour * look.HOUR_S, end, DAY_S)
    return look.mean(function(look.at_work(day)(times)))


BUSY_HOURS = tuple(range(0, 24, 3))


def _busy(spec: ScenarioFile) -> dict[str, float]:
    busy = infinite.busy_at(BUSY_HOURS, given.wave(spec), given.work(spec).mean)
    return {f"at_{hour}": float(number) for hour, number in zip(BUSY_HOURS, busy, strict=True)}


def _see_busy(day: Day) -> dict[str, Observed]:
    return {f"at_{hour}": _each_day(day, lambda busy: busy, hour) for hour in BUSY_HOURS}


def _busy_curve(spec: ScenarioFile) -> Curve:
    x = tuple(hour / 4 for hour in range(97))
    y = infinite.busy_at(x, given.wave(spec), given.work(spec).mean)
    return Curve("hour of day", "units busy", "exact", x, tuple(map(float, y)))


FULL_HOURS = (1, 4, 7.125, 10, 13, 19)


def _full(spec: ScenarioFile) -> dict[str, float]:
    day = varying.transient(given.wave(spec), given.service(spec), given.units(spec))
    at = np.interp(FULL_HOURS, day.times.ravel(), day.delayed.ravel())
    found = {f"at_{hour}": float(chance) for hour, chance in zip(FULL_HOURS, at, strict=True)}
    return found | {"delayed": day.delayed_share, "wait_min": 60 * day.wait, "calls": given.arrival(spec)}


def _see_full(day: Day) -> dict[str, Observed]:
    units, rows = given.units(day.spec), look.calls(day)
    found = {f"at_{hour}": _each_day(day, lambda busy: busy >= units, hour) for hour in FULL_HOURS}
    calls = len(rows) / day.spec.run.measured_h  # which are whole days
    return found | {"delayed": look.delayed(rows), "wait_min": look.waits_min(rows), "calls": calls}


def _full_curve(spec: ScenarioFile) -> Curve:
    day = varying.transient(given.wave(spec), given.service(spec), given.units(spec))
    step = day.delayed.shape[1] // 4
    x, y = day.times[:, :-1:step].ravel(), day.delayed[:, :-1:step].ravel()
    return Curve("hour of day", "chance that all are busy", "exact", tuple(map(float, x)), tuple(map(float, y)))


# --- 17: staffing by the hour ----------------------------------------------------------------------------------------

DEMAND, RATE, TARGET = rates.Sine(20, 10), 2.0, 0.1


def _rules() -> dict[str, float]:
    found: dict[str, float] = {}
    for rule, lag in (("simple", 0.0), ("lagged", 1 / RATE)):
        staff = varying.staffing(DEMAND, RATE, TARGET, lag)
        delayed = varying.sampled(varying.transient(DEMAND, RATE, staff))
        found |= {
            f"{rule}_hours": float(staff.sum()),
            f"{rule}_over": float((delayed > TARGET).sum()),
            f"{rule}_worst": float(delayed.max()),
        }
    return found


STAFFED_HOURS = (3, 7, 10, 13, 16, 20)


def _staff(spec: ScenarioFile) -> list[int]:
    """Units on duty by hour of the day."""
    return [sum(one.units for one in spec.policy.roster if _on_duty(one, hour)) for hour in range(24)]


def _on_duty(one: RosterLine, hour: int) -> bool:
    return one.system == "always" or any(int(begin[:2]) <= hour < int(end[:2]) for begin, end in one.windows)


def _staffed(spec: ScenarioFile) -> dict[str, float]:
    duty = varying.duty_cycle(given.wave(spec), given.service(spec), _staff(spec))
    found = {f"at_{hour}": float(duty.day.delayed_by_hour[hour]) for hour in STAFFED_HOURS}
    found |= {one.name: float(share) for one, share in zip(spec.policy.roster, duty.workloads, strict=True)}
    return found | {"delayed": duty.day.delayed_share, "wait_min": 60 * duty.day.wait, "overtime": duty.overtime}


def _see_staffed(day: Day) -> dict[str, Observed]:
    rows, units = look.calls(day), day.tables["units"]
    hours = day.spec.run.measured_h
    found: dict[str, Observed] = {f"at_{hour}": look.delayed(rows[rows["hour"] == hour]) for hour in STAFFED_HOURS}
    for one in day.spec.policy.roster:
        found[one.name] = float(units["busy_h"][units["line"] == one.name].sum() / (one.units * hours))
    return found | {
        "delayed": look.delayed(rows),
        "wait_min": look.waits_min(rows),
        "overtime": float(units["overtime_h"].sum() / hours),
    }


def _staffed_curve(spec: ScenarioFile) -> Curve:
    delayed = varying.duty_cycle(given.wave(spec), given.service(spec), _staff(spec)).day.delayed_by_hour
    return Curve(
        "hour of day", "share of calls that wait", "exact", tuple(map(float, range(24))), tuple(delayed.tolist())
    )


_BUSY = ("9.3565", "13.0210", "14.9158", "13.9310", "10.6435", "6.9790", "5.0842", "6.0690")

CASES = (
    Case(
        "batches", 14, "Calls that need one, two or three units",
        "Calls that need several units swell the peaks more than the mean: reserves have to follow the variance.",
        "compound Poisson (M/G/infinity)",
        (Quantity("mean", "units busy, mean", "4.5"), Quantity("variance", "units busy, variance", "8.1")),
        _batches, ("batches",), _see_batches,
    ),
    Case(
        "day_many_units", 15, "A daily wave of calls, units enough",
        "The need for units peaks after the calls do, by about the length of a call.",
        "Eick, Massey & Whitt 1993",
        tuple(Quantity(f"at_{hour}", f"units busy at {hour:02d}:00", printed, x=hour)
              for hour, printed in zip(BUSY_HOURS, _BUSY, strict=True)),
        _busy, ("day_many_units",), _see_busy, curve=_busy_curve,
    ),
    Case(
        "day_nine_units", 16, "A daily wave of calls, nine units",
        "A staff that suits the mean of the day fails at its peak: nearly half of the calls wait then.",
        "Kolmogorov equations; Green, Kolesar & Soares 2001",
        (
            *(Quantity(f"at_{hour}", f"chance that all are busy at {hour:g} h", printed, x=hour)
              for hour, printed in zip(FULL_HOURS, ("", "", ".46467", "", "", ""), strict=True)),
            Quantity("delayed", "share of calls that wait", ".221621"),
            Quantity("wait_min", "mean wait, min", "3.1093"),
            Quantity("calls", "calls an hour, mean of the day"),
        ),
        _full, ("day_nine_units",), _see_full, curve=_full_curve,
    ),
    Case(
        "staffing_rules", 17, "Staffing rules for a wave of calls",
        "Staffing each hour for the calls of half an hour before keeps the promise that the plain rule breaks.",
        "Green, Kolesar & Soares 2001; recomputed",
        (
            Quantity("simple_hours", "plain rule: unit-hours a day", "370"),
            Quantity("simple_over", "plain rule: hours over target", "7"),
            Quantity("simple_worst", "plain rule: worst hour", ".1346"),
            Quantity("lagged_hours", "lagged rule: unit-hours a day", "371"),
            Quantity("lagged_over", "lagged rule: hours over target", "0"),
            Quantity("lagged_worst", "lagged rule: worst hour", ".0989"),
        ),
        _rules,
    ),
    Case(
        "day_staffed", 17, "Two to five units by the hour",
        "Units finish what they have when their hours end: that help is overtime, and it is known how much.",
        "exact chain; Green, Kolesar & Soares 2001 for the setting",
        (
            *(Quantity(f"at_{hour}", f"share that waits from {hour:02d}:00 to {hour + 1:02d}:00", x=hour)
              for hour in STAFFED_HOURS),
            Quantity("always", "workload of units on duty all day"),
            Quantity("day", "workload of units of 06:00 to 20:00"),
            Quantity("peak", "workload of the unit of 09:00 to 17:00"),
            Quantity("overtime", "units busy after their hours, mean"),
            Quantity("delayed", "share of calls that wait"),
            Quantity("wait_min", "mean wait, min"),
        ),
        _staffed, ("day_staffed",), _see_staffed, curve=_staffed_curve,
    ),
)  # fmt: skip
