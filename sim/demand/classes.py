"""Classes of incidents as tables: what each needs on its scene."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim import tables as t
from sim.scenario.schema import Alternative, ScenarioFile, Slot
from sim.vocabulary import MINUTE, Authority

AUTHORITY = {"hold": Authority.HOLD, "resolve": Authority.RESOLVE}


def class_tables(spec: ScenarioFile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(classes, slots, alternatives)``: CLASS by class of the file, SLOT and ALTERNATIVE rows."""
    bit = {tier: 1 << row for row, tier in enumerate(spec.policy.tiers)}
    slots: list[tuple] = []
    alternatives: list[tuple] = []

    def add(needs: Iterable[Slot]) -> int:
        """Append the slots of a list of needs; how many there are."""
        before = len(slots)
        for need in needs:
            first = len(alternatives)
            ways: list[Slot | Alternative] = [need, *need.alternatives]
            for way in ways:
                tiers = 0
                for tier in way.tiers:
                    tiers |= bit[tier]
                alternatives.append((AUTHORITY[way.authority], way.min_crew, tiers))
            slots.extend([(first, len(ways), need.in_quorum)] * need.units)
        return len(slots) - before

    classes = np.zeros(len(spec.world.classes), t.CLASS)
    for row, (name, kind) in zip(classes, spec.world.classes.items(), strict=True):
        row["priority"] = kind.priority
        row["safe_crew"] = kind.safe_crew
        row["slot_first"] = len(slots)
        row["slot_count"] = add(kind.needs)
        row["more_first"] = len(slots)
        row["more_count"] = add(kind.more.needs) if kind.more else 0
        in_quorum = sum(need.units for need in kind.needs if need.in_quorum)
        row["quorum"] = in_quorum if kind.quorum is None else kind.quorum
        row["off_model"] = kind.off_model is not None
        row["moves_to_site"] = kind.moves is not None and kind.moves.to != "random"
        row["notice"] = kind.notice
        row["deterrable"] = spec.world.deterrence is not None and name in spec.world.deterrence.classes
        row["worsens_per_us"] = kind.worsens.share_per_min / MINUTE if kind.worsens else 0.0
    return classes, np.array(slots, t.SLOT), np.array(alternatives, t.ALTERNATIVE)
