"""The district as plain lists, for whoever draws it."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.schema import ScenarioFile
from sim.space.places import Place, coordinates
from sim.tables import Geography
from sim.vocabulary import StreetKind


def map_of(geography: Geography, spec: ScenarioFile) -> dict:
    """What ``map.json`` of a results folder holds: lists by column, lengths in metres, indices as row numbers.

    ``synthetic`` is true because the streets are generated, not surveyed.
    """
    segments = geography.segments
    return {
        "synthetic": True,
        "bounds": {
            "x_m": _metres([geography.x_m.min(), geography.x_m.max()]),
            "y_m": _metres([geography.y_m.min(), geography.y_m.max()]),
        },
        "intersections": {
            "x_m": _metres(geography.x_m),
            "y_m": _metres(geography.y_m),
            "sector": geography.node_sector.tolist(),
        },
        "segments": {
            "a": segments["a"].tolist(),
            "b": segments["b"].tolist(),
            "kind": [StreetKind(kind).name.lower() for kind in segments["kind"].tolist()],
            "one_way": [bool(flag) for flag in segments["one_way"].tolist()],
            "sector": segments["sector"].tolist(),
            "length_m": _metres(segments["length_m"]),
        },
        "sectors": [
            {
                "name": name,
                "label": rules.label or name,
                "label_zh": rules.label_zh,
                "centroid_m": _metres([geography.x_m[mine].mean(), geography.y_m[mine].mean()]),
            }
            for index, (name, rules) in enumerate(spec.world.sectors.items())
            for mine in [geography.node_sector == index]
        ],
        "sites": {
            role: {
                **{word: sites[word].tolist() for word in ("segment", "sector")},
                **{
                    word: _metres(axis)
                    for word, axis in zip(("x_m", "y_m"), coordinates(geography, Place.of(sites)).T, strict=True)
                },
            }
            for role, sites in geography.sites.items()
        },
    }


def _metres(values: Iterable[float]) -> list[float]:
    """Rounded to the millimetre."""
    return [round(float(value), 3) for value in values]
