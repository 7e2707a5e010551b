"""The district as a drawing needs it: ``map.json``."""

from __future__ import annotations

from typing import Any

from sim.measures.places import coordinates, is_plane
from sim.scenario.schema import ScenarioFile
from sim.tables import Geography
from sim.vocabulary import Metric, StreetKind


def district_map(geography: Geography, spec: ScenarioFile) -> dict[str, Any]:
    """Lists of rows: ``intersections`` and ``segments``, or ``areas`` beside the ``plane``; ``sectors`` and ``sites``.

    Metres of streets and sites to the millimetre, those of a plane and its areas as they were given.
    """
    sectors = geography.sectors
    return {
        "synthetic": spec.world.space.kind == "streets",
        **(_plane(geography) if is_plane(geography.plane) else _streets(geography)),
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
            {"role": role, "sector": _name(sectors, sector), "x_m": round(x, 3), "y_m": round(y, 3)}
            for role, sites in sorted(geography.sites.items())
            for sector, x, y in zip(
                sites["sector"].tolist(),
                *(axis.tolist() for axis in coordinates(geography, geography.plane, sites)),
                strict=True,
            )
        ],
    }


def _streets(geography: Geography) -> dict[str, Any]:
    segments, sectors = geography.segments, geography.sectors
    return {
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
    }


def _plane(geography: Geography) -> dict[str, Any]:
    plane, x_m, y_m = geography.plane, geography.x_m, geography.y_m
    width_m, height_m = plane.extent_m.tolist()
    return {
        "plane": {
            "width_m": width_m,
            "height_m": height_m,
            "metric": Metric(plane.metric).name.lower(),
            "torus": bool(plane.torus),
        },
        "areas": [
            {
                "sector": _name(geography.sectors, int(row["sector"])),
                "x0_m": float(x_m[row["a"]]),
                "y0_m": float(y_m[row["a"]]),
                "x1_m": float(x_m[row["b"]]),
                "y1_m": float(y_m[row["b"]]),
            }
            for row in geography.segments
        ],
    }


def _name(sectors: tuple[str, ...], row: int) -> str | None:
    return sectors[row] if row >= 0 else None
