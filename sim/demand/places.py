"""Where things happen: segments drawn by weight within a sector, sites drawn within a sector."""

from __future__ import annotations

import numpy as np

from sim.demand.picking import pick_rows
from sim.space.places import Place, place_within
from sim.tables import Geography


class Places:
    """Draws places of incidents: on segments by their weights, or at the sites of a role."""

    def __init__(self, geography: Geography) -> None:
        self.geography = geography
        self.of_sector = [
            np.flatnonzero(geography.segments["sector"] == sector) for sector in range(len(geography.sectors))
        ]

    def draw(self, place: str, sector: np.ndarray, which: np.ndarray, along: np.ndarray, across: np.ndarray) -> Place:
        """A place in each given sector, for a class's ``place`` and three draws each."""
        if place != "streets":
            return self._at_site(place, sector, which)
        segment, weights = np.zeros(len(sector), np.int64), self.geography.segments["weight"]
        for row in np.unique(sector):
            here, rows = sector == row, self.of_sector[row]
            segment[here] = rows[pick_rows(weights[rows], which[here])]
        return place_within(self.geography, segment, along, across)

    def _at_site(self, role: str, sector: np.ndarray, which: np.ndarray) -> Place:
        sites, chosen = self.geography.sites[role], np.zeros(len(sector), np.int64)
        for row in np.unique(sector):
            here, rows = sector == row, np.flatnonzero(sites["sector"] == row)
            chosen[here] = rows[pick_rows(np.ones(len(rows)), which[here])]
        return Place.of(sites[chosen])
