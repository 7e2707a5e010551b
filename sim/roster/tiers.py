"""Tiers as tables: speed, sight, turnout, authority and acceptance; and those that joint units make."""

from __future__ import annotations

import numpy as np

from sim import tables as t
from sim.policies import codes
from sim.scenario.joint import unions
from sim.scenario.schema import AUTHORITY, ScenarioFile
from sim.vocabulary import NOBODY, SECOND

BORDER = codes("border")
KINDS = ("road", "lane", "stairs", "square")  # by StreetKind


def tier_tables(spec: ScenarioFile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(tiers, authority, acceptance)``: TIER by tier of the file and then of joint units (``scenario.joint.unions``),
    (tiers, classes) i1, and ACCEPTANCE rows."""
    classes, joint = list(spec.world.classes), unions(spec)
    redeployed = spec.policy.redeployment.tiers if spec.policy.redeployment is not None else ()
    tiers = np.zeros(len(spec.policy.tiers) + len(joint), t.TIER)
    authority = np.zeros((len(tiers), len(classes)), np.int8)
    steps: list[tuple[float, float]] = []
    for rank, (name, tier) in enumerate(spec.policy.tiers.items()):
        row = tiers[rank]
        row["rank"], row["moves_up"] = rank + 1, name in redeployed
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
    names = list(spec.policy.tiers)
    for place, union in enumerate(joint, len(names)):
        rows = names.index(union.high), names.index(union.low)
        tiers[place], authority[place] = _joined(tiers, *rows), authority[list(rows)].max(axis=0)
    return tiers, authority, np.array(steps, t.ACCEPTANCE)


def _joined(tiers: np.ndarray, high: int, low: int) -> np.void:
    """The TIER row of joint units, by the rows of their parts: as good as the better of them in what the people there
    can do, as slow as the slower in what they do together; for the rest it goes by the orders of the higher."""
    both = tiers[[high, low]]
    row = both[0].copy()
    row["part"] = (high, low if low != high else NOBODY)
    row["kit"], row["work_factor"] = both["kit"].max(), both["work_factor"].min()
    row["kit_factor"] = both["kit_factor"][both["kit"] > 0].min(initial=np.inf) if row["kit"] else row["kit_factor"]
    row["patrol_factor"], row["relay_us"] = both["patrol_factor"].min(), both["relay_us"].min()
    row["response_factor"], row["sight_m"] = both["response_factor"].min(axis=0), both["sight_m"].max(axis=0)
    for state in ("patrol", "standby", "post", "base"):
        row[f"turnout_{state}_us"] = both[f"turnout_{state}_us"].max()
    return row
