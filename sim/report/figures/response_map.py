"""Map of the district with response: how soon somebody came to calls from around each street."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.report import words
from sim.report.figures.district import Bands, draw_district, street_table
from sim.report.figures.drawing import RECEIPT, Drawing, nothing, short, sign, source_line
from sim.report.results import Estimate, Results

NAME, HEADING = "map_response", "Where somebody came soon, and where not"
NEAREST = 30  # calls that speak for a street ...
REACH_M = 500.0  # ... if all are this near to its middle
_EDGES = (0, 2, 3, 4, 5, 6, 8, 10, 15, 20)
_EDGE_WORDS = ("0", "2", "3", "4", "5", "6", "8", "10", "15", "more")


def draw(results: Results) -> Drawing:
    """Streets coloured by the median response to calls around them, or by sector: where calls are too few for that, and
    the areas of a plane."""
    streets = street_table(results)
    if not len(streets):
        return nothing(NAME, HEADING, "The results hold no streets, so there is no map.", results, RECEIPT)
    medians = {sector: results.estimate("response_min_p50", "sector", sector) for sector in results.sectors}
    if not any(median.known for median in medians.values()):
        return nothing(NAME, HEADING, "Nobody came to a called incident: nothing to map.", results, RECEIPT)
    values, title, meaning, no_value = _colours(results, streets, medians)
    said = {
        sector: f"{short(results.sector_label(sector))}\n"
        + (words.number(median.mean) + (words.FEW_MARK if median.marked else "") if median.known else "no calls")
        for sector, median in medians.items()
    }
    figure = draw_district(results, streets, values, Bands(_EDGES, _EDGE_WORDS, "viridis", title), no_value, said)
    sign(figure, results, RECEIPT)
    ranked = sorted((median.mean, sector) for sector, median in medians.items() if median.known)
    fastest, slowest = ranked[0][1], ranked[-1][1]
    return Drawing(
        NAME,
        HEADING,
        f"Map of the {'areas' if results.plane else 'streets'} coloured by median response, sectors labelled with "
        "theirs. Fastest sector: "
        f"{results.sector_label(fastest)}, {medians[fastest].text()}; slowest: {results.sector_label(slowest)}, "
        f"{medians[slowest].text()}.",
        f"{meaning} The number below a sector's name is the median in minutes of its founded calls of all priorities "
        f"to which somebody came, over all replications; {words.FEW_MARK} marks {words.FEW}. "
        + source_line(results, RECEIPT),
        figure,
        ("sector", "median response", "90th percentile", "within 5 min", "founded calls"),
        tuple(
            (
                results.sector_label(sector),
                medians[sector].text(),
                results.estimate("response_min_p90", "sector", sector).text(),
                results.estimate("within_5_min_share", "sector", sector).text(),
                f"{results.calls('sector', sector):,}",
            )
            for sector in results.sectors
        ),
    )


def _colours(results: Results, streets: pd.DataFrame, medians: dict[str, Estimate]) -> tuple[np.ndarray, str, str, str]:
    """(values by street or area, title of the scale, what it means, what those without a value lack)."""
    called = results.called
    if len(called) and results.plane is None:
        around = median_around(
            streets[["x_m", "y_m"]].to_numpy(float),
            called[["x_m", "y_m"]].to_numpy(float),
            called["response_min"].to_numpy(),
        )
        if 2 * np.isnan(around).sum() <= len(around):
            of_all = "all replications" if results.incidents_of_all else "replication 0"
            meaning = (
                f"Each street has the colour of the median response to the {NEAREST} founded calls of {of_all} "
                f"nearest to its middle, if all lie within {REACH_M:g} m; calls to which nobody came count as longest."
            )
            title = f"median response to the nearest {NEAREST} calls, minutes"
            return around, title, meaning, f"fewer than {NEAREST} calls within {REACH_M:g} m"
    minutes = {sector: median.mean for sector, median in medians.items()}
    by_sector = streets["sector"].map(minutes).to_numpy(float)
    meaning = (
        "Each street has the colour of its sector: most have too few calls around them for one of their own."
        if results.plane is None
        else "Each area has the colour of its sector."
    )
    return by_sector, "median response to calls from the sector, minutes", meaning, "no call was answered"


def median_around(places_m: np.ndarray, calls_m: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """For each place (P, 2) the lower median of ``minutes`` over the ``NEAREST`` of the calls (C, 2).

    NaN where fewer lie within ``REACH_M``. Of calls equally far the first in the table is nearer.
    """
    medians = np.full(len(places_m), math.nan)
    for row, place in enumerate(places_m):
        apart = np.square(calls_m - place).sum(axis=1)
        near = np.flatnonzero(apart <= REACH_M**2)
        if len(near) >= NEAREST:
            speak = near[np.argsort(apart[near], kind="stable")[:NEAREST]]
            medians[row] = np.sort(minutes[speak])[(NEAREST - 1) // 2]
    return medians
