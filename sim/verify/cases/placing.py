"""Kinds 18 and 19: placing posts. Solvers against printed optima, on public data that are not part of this program.

The environment's ``ROUNDSMAN_DATA`` names the folder with them (default: ``shared/data`` beside the checkout): San
Francisco's ``SF_*.csv`` of spopt's notebook on facility location (BSD-3-Clause), and ``pmed/pmed1.txt`` to
``pmed3.txt`` of OR-Library (Beasley 1990).
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np

from sim.theory import location
from sim.verify.case import Case, Quantity

DATA = "ROUNDSMAN_DATA"
DISTANCES = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
PMED = {1: "5819", 2: "4093", 3: "4250"}
RADIUS_M = 5000


def _folder() -> Path:
    return Path(os.environ.get(DATA) or Path(__file__).resolve().parents[4] / "shared" / "data")


def _lacking(*files: str) -> str:
    """Why the data cannot be read, or ""."""
    if not _folder().is_dir():
        return f"no folder with the data; {DATA} can name it"
    absent = [file for file in files if not (_folder() / file).is_file()]
    return f"the folder with the data lacks {', '.join(absent)}" if absent else ""


def _san_francisco() -> dict[str, float]:
    with (_folder() / DISTANCES).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tracts = sorted({row["DestinationName"] for row in rows})
    stores = sorted({row["name"] for row in rows}, key=lambda name: int(name.partition("_")[2]))
    metres, people = np.zeros((len(tracts), len(stores))), np.zeros(len(tracts))
    for row in rows:
        tract = tracts.index(row["DestinationName"])
        metres[tract, stores.index(row["name"])] = float(row["distance"])
        people[tract] = float(row["demand"])
    return {
        "cover_all": location.set_cover(metres, RADIUS_M).objective,
        "covered": location.maximal_cover(metres, 4, RADIUS_M, people).objective,
        "median": location.p_median(metres, 4, people).objective,
        "centre": location.p_center(metres, 4).objective,
    }


def _pmed() -> dict[str, float]:
    found = {}
    for number in PMED:
        numbers = (_folder() / "pmed" / f"pmed{number}.txt").read_text(encoding="utf-8").split()
        nodes, count, sites = map(int, numbers[:3])
        edges = np.array(numbers[3 : 3 + 3 * count], dtype=int).reshape(-1, 3)
        costs = location.all_pairs([(int(a) - 1, int(b) - 1, float(length)) for a, b, length in edges], nodes)
        found[f"pmed{number}"] = location.p_median(costs, sites).objective
    return found


CASES = (
    Case(
        "placing_san_francisco", 18, "Four posts for San Francisco",
        "Proven optima: choosing post after post by hand already misses them with three.", "spopt's notebook (BSD-3)",
        (
            Quantity("cover_all", "posts that cover all within 5 km", "8"),
            Quantity("covered", "people within 5 km of four posts", "875247"),
            Quantity("median", "person-metres to four posts", "2848268129.7145"),
            Quantity("centre", "longest way to four posts, m", "7403.0638"),
        ),
        _san_francisco, missing=lambda: _lacking(DISTANCES),
    ),
    Case(
        "placing_or_library", 19, "The p-median problem on a hundred crossings",
        "Instances with published optima show that the solver proves what it claims.", "Beasley 1985, OR-Library",
        tuple(Quantity(f"pmed{number}", f"pmed{number}, sum of ways", printed) for number, printed in PMED.items()),
        _pmed, missing=lambda: _lacking(*(f"pmed/pmed{number}.txt" for number in PMED)),
    ),
)  # fmt: skip
