"""Map of the district with response: how soon somebody came to calls from around each street."""

from __future__ import annotations

import math

import numpy as np

from sim.report import words
from sim.report.figures.district import Bands, draw_district, street_table
from sim.report.figures.drawing import RECEIPT, Drawing, nothing, sign, source_line
from sim.report.results import Results

NAME, HEADING = "map_response", "Where somebody came soon, and where not"
NEAREST = 40  # calls that speak for a street ...
REACH_M = 500.0  # ... as far as they are this near to its middle
ENOUGH = 30  # calls behind a colour
_BANDS = Bands(
    (0, 2, 3, 4, 5, 6, 8, 10, 15, 20),
    ("0", "2", "3", "4", "5", "6", "8", "10", "15", "more"),
    "viridis",
    f"median response to the nearest {NEAREST} calls, minutes",
)


def draw(results: Results) -> Drawing:
    """Streets coloured by the median response to founded called incidents around them; sectors with theirs."""
    streets, called = street_table(results), results.called
    if not len(streets):
        return nothing(NAME, HEADING, "The results hold no streets, so there is no map.", results, RECEIPT)
    if not len(called):
        return nothing(NAME, HEADING, "Nobody called in a founded incident: nothing to map.", results, RECEIPT)
    values = median_around(
        streets[["x_m", "y_m"]].to_numpy(float), called[["x_m", "y_m"]].to_numpy(float), called["response_min"].to_numpy()
    )
    medians = {sector: results.estimate("response_min_p50", "sector", sector) for sector in results.sectors}
    said = {
        sector: f"{results.sector_label(sector)}\n{words.number(median.mean) if median.known else '?'}"
        + (words.FEW_MARK if median.marked else "")
        for sector, median in medians.items()
    }
    figure = draw_district(results, streets, values, _BANDS, f"fewer than {ENOUGH} calls within {REACH_M:g} m", said)
    sign(figure, results, RECEIPT)
    ranked = sorted((median.mean, sector) for sector, median in medians.items() if median.known)
    extremes = (
        f"Fastest sector: {results.sector_label(ranked[0][1])}, {medians[ranked[0][1]].text()}; slowest: "
        f"{results.sector_label(ranked[-1][1])}, {medians[ranked[-1][1]].text()}."
        if ranked
        else "No sector has a median."
    )
    return Drawing(
        NAME,
        HEADING,
        f"Map of the streets coloured by median response, sectors labelled with theirs. {extremes}",
        f"Each street has the colour of the median response to the {NEAREST} founded called incidents nearest to its middle, "
        f"those within {REACH_M:g} m, of all replications and priorities; incidents to which nobody came count as longer than any. The number "
        "below a sector's name is the median in minutes of those of its calls to which somebody came. " + source_line(results, RECEIPT),
        figure,
        ("sector", "median response", "90th percentile", "within 5 min", "founded called incidents"),
        tuple(
            (
                results.sector_label(sector),
                medians[sector].text(),
                results.estimate("response_min_p90", "sector", sector).text(),
                results.estimate("within_5_min_share", "sector", sector).text(),
                f"{int((called['sector'] == sector).sum()):,}",
            )
            for sector in results.sectors
        ),
    )


def median_around(places_m: np.ndarray, calls_m: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """For each place (P, 2) the lower median of ``minutes`` over the ``NEAREST`` of the calls (C, 2) within ``REACH_M``.

    NaN below ``ENOUGH`` calls. Of calls equally far the first in the table is nearer.
    """
    medians = np.full(len(places_m), math.nan)
    for row, place in enumerate(places_m):
        apart = np.square(calls_m - place).sum(axis=1)
        near = np.flatnonzero(apart <= REACH_M**2)
        if len(near) >= ENOUGH:
            speak = near[np.argsort(apart[near], kind="stable")[:NEAREST]]
            medians[row] = np.sort(minutes[speak])[(len(speak) - 1) // 2]
    return medians
