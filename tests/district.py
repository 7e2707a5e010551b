"""A small district for the tests of demand and roster, as a plain dict to be changed, and what is built from it."""

from __future__ import annotations

import copy
from functools import cache

from sim.scenario.schema import ScenarioFile
from sim.space import build_geography, travel_streets
from sim.tables import Geography, Streets

DISTRICT = {
    "schema_version": 1,
    "title": "A small district",
    "run": {"warm_up_h": 4, "measured_h": 24, "drain_h": 2, "replications": 1, "seed": 7},
    "world": {
        "geography_seed": 3,
        "start_weekday": "friday",
        "start_hour": 6,
        "space": {
            "kind": "streets",
            "rows": 12,
            "columns": 12,
            "block_height_m": 100,
            "block_width_m": 120,
            "sector_map": ["NNSS", "NNSS", "NNSS"],
            "street_kinds": {"road": 0.6, "lane": 0.2, "stairs": 0.15, "square": 0.05},
            "arterial_every": 3,
        },
        "sectors": {
            "north": {"letter": "N", "residents": 30000, "visitors_share": 0.25, "area_km2": 1, "teams": 3},
            "south": {"letter": "S", "residents": 10000, "visitors_share": 0.75, "area_km2": 1, "teams": 5},
        },
        "sites": {"police_station": {"per_sector": 1}, "school_gate": {"total": 8}},
        "modes": {
            "foot": {
                "walks": True,
                "speed_mps": {"road": 1.3, "lane": 1.3, "square": 1.2, "stairs_up": 0.5, "stairs_down": 0.8},
            },
            "car": {"speed_mps": {"road": 5.0}, "by_hour": [1.0] * 12 + [0.5] * 12},
        },
        "visitors": {"mean_present": 4000, "by_hour": [0.5] * 12 + [1.5] * 12},
        "crowd": {"threshold_per_km2": 4000, "speed_factor": 0.8, "sight_factor": 0.4},
        "sight": {"night_factor": 0.6, "night_from_hour": 19, "night_to_hour": 6},
        "weather": {"speed_factor": {"foot": 0.75}},
        "profiles": {"evening": [0.0] * 12 + [2.0] * 12, "even": [3.0] * 24},
        "weekly": {"weekend": [1, 1, 1, 1, 1, 2, 2]},
        "demand": {"per_day": 256, "residents_weight": 0.5, "segment_sigma": 1.0},
        "classes": {
            "help": {
                "share": 4,
                "priority": 3,
                "needs": [{"tiers": ["team", "police"]}],
                "work": {"median_min": 15, "sigma": 0.9},
                "visible_share": 0.4,
                "never_called_share": 0.2,
                "lifetime": {"distribution": "exponential", "mean_min": 30},
                "patience": {"distribution": "exponential", "mean_min": 90},
                "report": {"median_min": 5, "sigma": 1},
                "worsens": {"share_per_min": 0.005, "to": {"fight": 1}},
            },
            "fight": {
                "share": 2,
                "priority": 1,
                "profile": {"evening": 3, "even": 1},
                "weekly": "weekend",
                "needs": [
                    {"tiers": ["police"], "alternatives": [{"authority": "hold", "tiers": ["team"], "min_crew": 3}]},
                    {"authority": "hold", "tiers": ["team"], "units": 2, "in_quorum": False},
                ],
                "more": {"chance": 0.3, "needs": [{"tiers": ["police"], "units": 2}]},
                "safe_crew": 2,
                "work": {"distribution": "exponential", "mean_min": 30},
                "unfounded_share": 0.1,
                "lifetime": {"distribution": "exponential", "mean_min": 6},
                "gone_share": 0.5,
                "worsens": {"share_per_min": 0.02, "to": {"fight": 19, "prowl": 1}, "work_factor": 1.5},
                "endings": {"custody": 0.25, "mediated": 0.25},
            },
            "prowl": {
                "share": 1,
                "priority": 1,
                "needs": [{"tiers": ["police"]}],
                "work": {"distribution": "constant", "value_min": 12.5},
                "unfounded_share": 0.25,
                "moves": {"share": 0.8, "to": "random", "distance_m": [300, 800]},
                "endings": {"custody": 0.8},
                "gone_share": 1,
                "lifetime": {"distribution": "exponential", "mean_min": 20},
            },
            "gate": {
                "share": 1,
                "priority": 2,
                "place": "school_gate",
                "needs": [{"authority": "hold", "tiers": ["team"]}],
                "work": {"distribution": "empirical", "values_min": [5, 10, 20], "weights": [1, 2, 1]},
                "moves": {"share": 0.5, "to": "police_station", "speed_mps": 1.5, "distance_m": [100, 500]},
                "off_model": {"responder": "ambulance", "arrives": {"median_min": 11, "sigma": 0.4}},
            },
        },
    },
    "policy": {
        "tiers": {
            "police": {
                "mode": "car",
                "authority": {"help": "resolve", "fight": "resolve", "prowl": "resolve", "gate": "resolve"},
                "kit": True,
                "kit_factor": 0.9,
                "response_factor": [1.5, 1.2, 1.0],
                "wrap_up": {"median_min": 25, "sigma": 0.9},
            },
            "team": {
                "mode": "foot",
                "authority": {"help": "resolve", "fight": "hold", "gate": "hold"},
                "channel": "relay",
                "border": "adjacent",
                "acceptance": [{"within_m": 400, "chance": 0.2}, {"within_m": 150, "chance": 0.6}],
            },
        },
        "roster": [
            {
                "name": "cars",
                "tier": "police",
                "units": 2,
                "per": "sector",
                "system": "three_shifts",
                "base": "site:police_station",
                "planned_share": 0.3,
                "break_min": 40,
                "muster_min": 10,
            },
            {
                "name": "teams",
                "tier": "team",
                "units": 1,
                "per": "team",
                "beat": "team",
                "crew": 3,
                "system": "three_shifts",
                "first_shift": "07:30",
                "rule": "no_u_turn",
            },
            {
                "name": "armbands",
                "tier": "team",
                "units": 40,
                "per": "sector",
                "system": "windows",
                "windows": [["07:00", "09:00"], ["19:00", "02:00"]],
                "duty": "post",
                "rule": "stand",
                "post": "home",
                "leaves_post": "never",
                "turn_up_share": 0.7,
            },
        ],
    },
    "probes": {"readiness_per_day": 12, "cover_per_day": 48},
}


def district(**changes: object) -> dict:
    """A copy of ``DISTRICT`` with changes: ``district(world__demand__scale=2.0)``."""
    data = copy.deepcopy(DISTRICT)
    for path, value in changes.items():
        *tables, key = path.split("__")
        table = data
        for name in tables:
            table = table.setdefault(name, {})
        table[key] = value
    return data


def parsed(data: dict | None = None) -> ScenarioFile:
    return ScenarioFile.model_validate(data if data is not None else DISTRICT)


@cache
def _built() -> tuple[Geography, Streets]:
    geography = build_geography(parsed())
    return geography, travel_streets(geography, cache=False)


def ground(data: dict | None = None) -> tuple[ScenarioFile, Geography, Streets]:
    """A scenario with its geography and streets; those of ``DISTRICT`` itself are built once."""
    spec = parsed(data)
    if spec.world.model_copy(update={"demand": None, "classes": None}) == parsed().world.model_copy(
        update={"demand": None, "classes": None}
    ):
        return spec, *_built()
    geography = build_geography(spec)
    return spec, geography, travel_streets(geography, cache=False)
