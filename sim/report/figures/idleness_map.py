"""Map of the district with idleness: how long a street waits for the next pass of a patrol."""

from __future__ import annotations

import math

import numpy as np

from sim.report import words
from sim.report.figures.district import Bands, draw_district, street_table
from sim.report.figures.drawing import Drawing, nothing, short, sign, source_line
from sim.report.results import Results

NAME, HEADING = "map_idleness", "How long each street waits for a patrol to pass"
_HOURS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12)
_BANDS = Bands(
    tuple(60.0 * hours for hours in _HOURS),
    ("0", "¼", "½", "¾", "1", "1½", "2", "3", "4", "6", "8", "more"),
    "cividis",
    "mean idleness (time since the last pass), hours",
)
_MEASURES = ("idleness_min", "passes_per_h", "seen_2_h_share", "seen_4_h_share", "seen_8_h_share")
_CLOCK = "The clock starts at the last pass of a free unit"


def draw(results: Results) -> Drawing:
    """Streets coloured by their idleness, the mean over replications; sectors with the mean by street length."""
    streets = street_table(results)
    if not len(streets):
        return nothing(NAME, HEADING, "The results hold no streets, so there is no map.", results, _CLOCK)
    if results.plane is not None:
        why = "In a plane there are no streets to pass along, so that idleness has no meaning."
        return nothing(NAME, HEADING, why, results, _CLOCK)
    by_street = results.streets.groupby("segment")
    idle = by_street["idleness_min"].mean().reindex(streets.index)
    passed = (by_street["passes"].sum().reindex(streets.index) > 0).to_numpy()
    if not passed.any():
        return nothing(NAME, HEADING, "No free unit passed along any street.", results, _CLOCK)
    values = np.where(passed, idle.to_numpy(float), math.nan)
    said = {}
    for sector in results.sectors:
        estimate = results.estimate("idleness_min", "sector", sector)
        hours = words.number(estimate.mean / 60) + " h" if estimate.known else ""
        said[sector] = f"{short(results.sector_label(sector))}\n{hours}".strip()
    figure = draw_district(results, streets, values, _BANDS, "never passed in the measured time", said)
    sign(figure, results, _CLOCK)
    never = float(streets["length_m"].to_numpy()[~passed].sum() / streets["length_m"].sum())
    return Drawing(
        NAME,
        HEADING,
        f"Map of the streets coloured by mean idleness, sectors labelled with theirs. {words.percent(never)} of street "
        "length was never passed.",
        "Idleness is the time since a free unit last went the whole length of a street, averaged over the measured "
        "time and replications: E[gap²] / 2 E[gap]. It is what somebody who appears at a random moment would find. The "
        "number below a sector's name is the mean of its streets by length. " + source_line(results, _CLOCK),
        figure,
        ("sector", "idleness", "passes an hour", "seen within 2 h", "seen within 4 h", "seen within 8 h"),
        tuple(
            (
                results.sector_label(sector),
                *(results.estimate(measure, "sector", sector).text() for measure in _MEASURES),
            )
            for sector in results.sectors
        ),
    )
