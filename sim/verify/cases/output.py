"""Kinds 20 to 22: what may be concluded from a number of replications. Solvers against what is printed."""

from __future__ import annotations

from sim.theory import output, selection
from sim.verify.case import Case, Quantity

LAW = (1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60)
RINOTT = {2: "2.452", 3: "2.937", 4: "3.203", 5: "3.385"}


def _interval() -> dict[str, float]:
    found = output.mean_interval(LAW, 0.9)
    return {"mean": found.mean, "half_width": found.half_width}


def _selection() -> dict[str, float]:
    constants = {f"k{systems}": selection.rinott_h(0.95, 20, systems) for systems in RINOTT}
    return constants | {"eta": selection.kn_eta(0.05, 5, 10)}


def _warm_up() -> dict[str, float]:
    return {"cut": float(output.mser([*range(10, 0, -1), *(0, 1) * 45]))}


CASES = (
    Case(
        "interval_of_ten", 20, "The interval of ten replications",
        "An honest interval says how sure a number is; ten days leave more doubt than they seem to.",
        "Law 2015, Simulation Modeling and Analysis, 9.4",
        (Quantity("mean", "mean", "2.031"), Quantity("half_width", "half of the 90 % interval", ".32228")), _interval,
    ),
    Case(
        "selecting_the_best", 21, "Constants for selecting the best of several plans",
        "They say how many days have to be simulated before one plan may be called the best.",
        "Rinott 1978; Kim & Nelson 2001",
        (*(Quantity(f"k{systems}", f"h for {systems} plans", printed) for systems, printed in RINOTT.items()),
         Quantity("eta", "eta of KN for 5 plans", ".63497")),
        _selection,
    ),
    Case(
        "end_of_warm_up", 22, "Where the warm-up ends",
        "What a run shows before it has settled must not count.", "White 1997 (MSER)",
        (Quantity("cut", "values to cut", "9"),), _warm_up,
    ),
)  # fmt: skip
