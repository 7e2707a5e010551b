"""From ``[world]`` to ``Geography``: streets or a plane, and the sites in it."""

from __future__ import annotations

import numpy as np

from sim.scenario.schema import PlaneSpace, ScenarioFile
from sim.space.plane import build_plane
from sim.space.sites import place_sites
from sim.space.streets import build_streets
from sim.tables import Geography


def build_geography(spec: ScenarioFile) -> Geography:
    """The district of a scenario; a pure function of ``spec.world``, all arrays read-only.

    Raises ``ScenarioError`` for what cannot be built.
    """
    space = spec.world.space
    geography = build_plane(spec, space) if isinstance(space, PlaneSpace) else build_streets(spec, space)
    geography = geography._replace(sites=place_sites(spec, geography))
    for table in (*geography, *geography.plane, *geography.sites.values()):
        if isinstance(table, np.ndarray):
            table.setflags(write=False)
    return geography
