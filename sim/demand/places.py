"""Where things happen: segments drawn by weight within a sector, sites drawn within a sector."""

from __future__ import annotations

import numpy as np

from sim.tables import Geography


def pick_rows(weights: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Rows picked by draws from [0, 1) in proportion to weights; rows of weight 0 are never picked."""
    running = np.cumsum(weights)
    last = int(np.flatnonzero(weights)[-1])
    return np.minimum(np.searchsorted(running, draws * running[-1], side="right"), last)


class Places:
    """Draws places of incidents: on the streets by the weights of segments, or at the sites of a role."""

    def __init__(self, geography: Geography) -> None:
        self.segments = geography.segments
        self.sites = geography.sites
        self.of_sector = [
            np.flatnonzero(geography.segments["sector"] == sector) for sector in range(len(geography.sectors))
        ]

    def draw(
        self, place: str, sector: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """``(segment, offset_m)`` in each given sector, for a class's ``place`` and two draws each."""
        segment, offset = np.zeros(len(sector), np.int64), np.zeros(len(sector))
        for row in np.unique(sector):
            here = sector == row
            if place == "streets":
                rows = self.of_sector[row]
                segment[here] = rows[pick_rows(self.segments["weight"][rows], first[here])]
                offset[here] = self.segments["length_m"][segment[here]] * second[here]
            else:
                sites = self.sites[place][self.sites[place]["sector"] == row]
                site = sites[pick_rows(np.ones(len(sites)), first[here])]
                segment[here], offset[here] = site["segment"], site["offset_m"]
        return segment, offset
