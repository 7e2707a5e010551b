"""The district as a drawing needs it: ``map.json``."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.scenario.schema import ScenarioFile
from sim.tables import Geography
from sim.vocabulary import StreetKind


def district_map(geography: Geography, spec: ScenarioFile) -> dict[str, Any]:
    """``intersections``, ``segments``, ``sectors`` and ``sites`` as lists of rows; metres to the millimetre."""
    segments, sectors = geography.segments, geography.sectors
    return {
        "synthetic": spec.world.space.kind == "streets",
        "intersections": [
            {"x_m": round(x, 3), "y_m": round(y, 3), "sector": _name(sectors, sector)}
            for x, y, sector in zip(
                geography.x_m.tolist(), geography.y_m.tolist(), geography.node_sector.tolist(), strict=True
            )
        ],
        "segments": [
            {
                "a": int(row["a"]),
                "b": int(row["b"]),
                "kind": StreetKind(int(row["kind"])).name.lower(),
                "sector": _name(sectors, int(row["sector"])),
                "length_m": round(float(row["length_m"]), 3),
                "one_way": bool(row["one_way"]),
            }
            for row in segments
        ],
        "sectors": [
            {
                "name": name,
                "label": spec.world.sectors[name].label,
                "label_zh": spec.world.sectors[name].label_zh,
                "residents": spec.world.sectors[name].residents,
            }
            for name in sectors
        ],
        "sites": [
            {"role": role, "sector": _name(sectors, int(site["sector"])), **_place(geography, site)}
            for role, sites in sorted(geography.sites.items())
            for site in sites
        ],
    }


def _name(sectors: tuple[str, ...], row: int) -> str | None:
    return sectors[row] if row >= 0 else None


def _place(geography: Geography, site: np.void) -> dict[str, float]:
    segment = geography.segments[site["segment"]]
    part = float(site["offset_m"]) / float(segment["length_m"])
    ends = {"x_m": geography.x_m, "y_m": geography.y_m}
    return {
        name: round(float(at[segment["a"]] + (at[segment["b"]] - at[segment["a"]]) * part), 3)
        for name, at in ends.items()
    }
