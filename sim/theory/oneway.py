"""What one-way streets cost: the extra distance of far trips on a large grid whose streets alternate in direction.

After Larson, Response of emergency units: the effects of barriers, discrete streets, and one-way streets, RAND R-675
(1971). A far trip goes some blocks both east or west and north or south. Its extra distance over two-way streets is
made at its two ends, which are independent and alike (one is the other with time reversed). An end on a street that
leads the right way, half of all, costs nothing. Otherwise the trip runs against its direction to the next
intersection and back, twice the way there; and where the street that crosses there leads the wrong way too, half of
the cases, two blocks more.
"""

from __future__ import annotations

import math
from fractions import Fraction

MEAN = 2
"""Mean extra distance in blocks, wherever in their blocks the two ends lie."""

_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)


def extra() -> dict[int, Fraction]:
    """The distribution of the extra distance where both ends are in the middle of a block: chances by blocks.

    In 1 of 16 far trips it is 6.
    """
    end = {0: _HALF, 1: _QUARTER, 3: _QUARTER}
    total: dict[int, Fraction] = {}
    for here, chance_here in end.items():
        for there, chance_there in end.items():
            total[here + there] = total.get(here + there, Fraction(0)) + chance_here * chance_there
    return dict(sorted(total.items()))


def extra_within(blocks: float) -> float:
    """The chance that the extra distance is at most so many blocks where both ends are uniform along the streets.

    It is 0 for a quarter of the trips and at most 8. The 1 in 16 that are worst at both ends pay from 4 to 8 blocks, 6
    on the mean.
    """
    if math.isnan(blocks):
        raise ValueError("a number of blocks is needed, not nan")
    if blocks < 0:
        return 0.0
    # an end costs 0 with chance 1/2, else it is uniform on (0, 4): on (0, 2) or on (2, 4) with equal chance
    share = min(blocks, 4.0) / 4
    both = share**2 / 2 if blocks <= 4 else 1 - (2 - min(blocks, 8.0) / 4) ** 2 / 2
    return 1 / 4 + share / 2 + both / 4
