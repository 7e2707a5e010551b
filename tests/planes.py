"""A small plane for the tests of space, demand and roster, as a plain dict to be changed."""

from __future__ import annotations

import copy

from district import parsed

from sim.scenario.schema import ScenarioFile
from sim.space import build_geography, travel_streets
from sim.tables import Geography, Streets

PLANE = {
    "schema_version": 1,
    "title": "A small plane",
    "run": {"warm_up_h": 0, "measured_h": 24, "drain_h": 2, "replications": 1, "seed": 7},
    "world": {
        "space": {"kind": "plane", "width_m": 4000, "height_m": 3000},
        "sectors": {
            "west": {"areas_m": [[0, 0, 1000, 3000], [1000, 0, 1500, 2000]], "residents": 300},
            "east": {"areas_m": [[2000, 1000, 4000, 3000]], "residents": 100},
        },
        "sites": {
            "station": {"at_m": [[3000, 2000], [500, 1500], [500, 2999]]},
            "gate": {"total": 40},
        },
        "modes": {"car": {"speed_mps": 10, "acceleration_mps2": 2}, "foot": {"speed_mps": 1.5, "walks": True}},
        "demand": {"per_day": 4000},
        "classes": {
            "call": {
                "share": 3,
                "priority": 1,
                "needs": [{"tiers": ["police"]}],
                "work": {"distribution": "exponential", "mean_min": 30},
            },
            "gate": {
                "share": 1,
                "priority": 2,
                "place": "gate",
                "needs": [{"tiers": ["police"]}],
                "work": {"distribution": "constant", "value_min": 5},
            },
        },
        "custody_site": "station",
    },
    "policy": {
        "tiers": {"police": {"mode": "car", "authority": {"call": "resolve", "gate": "resolve"}}},
        "roster": [
            {"name": "anywhere", "tier": "police", "units": 300, "beat": "district", "rule": "resampled"},
            {
                "name": "cars",
                "tier": "police",
                "units": 4,
                "per": "sector",
                "rule": "resampled",
                "base": "site:station",
            },
            {"name": "homes", "tier": "police", "units": 200, "per": "sector", "duty": "post", "rule": "stand"},
            {
                "name": "spots",
                "tier": "police",
                "units": 200,
                "duty": "post",
                "rule": "stand",
                "post": "hot_spot",
                "base": "site:station",
            },
            {
                "name": "gates",
                "tier": "police",
                "per": "site:gate",
                "duty": "post",
                "rule": "stand",
                "post": "site:gate",
            },
        ],
    },
}


def plane(**changes: object) -> dict:
    """A copy of ``PLANE`` with changes: ``plane(world__space__torus=True)``."""
    data = copy.deepcopy(PLANE)
    for path, value in changes.items():
        *tables, key = path.split("__")
        table = data
        for name in tables:
            table = table.setdefault(name, {})
        table[key] = value
    return data


def flat(data: dict | None = None) -> tuple[ScenarioFile, Geography, Streets]:
    """A scenario in a plane with its geography and empty travel tables."""
    spec = parsed(PLANE if data is None else data)
    geography = build_geography(spec)
    return spec, geography, travel_streets(geography)
