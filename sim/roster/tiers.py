"""Tiers as tables: speed, sight, turnout, authority and acceptance."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.policies import codes
from sim.scenario.schema import AUTHORITY, ScenarioFile
from sim.vocabulary import NOBODY, SECOND

BORDER = codes("border")
KINDS = ("road", "lane", "stairs", "square")  # by StreetKind


def tier_tables(spec: ScenarioFile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(tiers, authority, acceptance)``: TIER by tier of the file, (tiers, classes) i1, and ACCEPTANCE rows."""
    classes = list(spec.world.classes)
    tiers = np.zeros(len(spec.policy.tiers), t.TIER)
    authority = np.zeros((len(tiers), len(classes)), np.int8)
    steps: list[tuple[float, float]] = []
    for rank, (row, tier) in enumerate(zip(tiers, spec.policy.tiers.values(), strict=True)):
        row["rank"] = rank + 1
        row["kit"], row["kit_factor"], row["work_factor"] = tier.kit, tier.kit_factor, tier.work_factor
        row["part"] = NOBODY
        row["patrol_factor"] = tier.patrol_factor
        row["response_factor"] = (1.0, *tier.response_factor)
        row["sight_m"] = [getattr(tier.sight_m, kind) for kind in KINDS]
        for state in ("patrol", "standby", "post", "base"):
            row[f"turnout_{state}_us"] = round(getattr(tier.turnout_s, state) * SECOND)
        row["relay_us"] = round(spec.policy.command.relay_s * SECOND) if tier.channel == "relay" else 0
        row["border"], row["border_free_priority"] = BORDER[tier.border], tier.border_free_priority
        row["reserve"] = (0, *tier.reserve)
        row["reserve_in_sector"], row["preemptible"] = tier.reserve_scope == "sector", tier.preemptible
        row["acceptance_first"], row["acceptance_count"] = len(steps), len(tier.acceptance)
        steps += sorted((step.within_m, step.chance) for step in tier.acceptance)
        authority[rank] = [AUTHORITY[tier.authority.get(name, "none")] for name in classes]
    return tiers, authority, np.array(steps, t.ACCEPTANCE)
