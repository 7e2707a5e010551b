"""Which slots of a scene can have a unit at the same time: a matching of slots to groups of units that are alike."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Group = TypeVar("Group", bound=Hashable)


class Matching(NamedTuple):
    """The most slots that can be filled at once and, where that is not all, which of them want for units."""

    filled: int
    rivals: tuple[int, ...]  #: slots that between them have too few units; () where all can be filled
    units: int  #: units that these can choose from


def match(slots: Sequence[Sequence[Group]], units: Mapping[Group, int]) -> Matching:
    """The greatest matching of slots to units, where each slot says which groups may fill it.

    Found by augmenting paths (Kuhn 1955, Naval Research Logistics Quarterly 2:83-97). What an unmatched slot reaches by
    such paths breaks Hall's condition (1935, J. London Math. Soc. 10:26-30): it is the proof that there are too few.
    """
    taken: dict[Group, list[int]] = {group: [] for group in units}
    rivals: set[int] = set()
    short: set[Group] = set()
    filled = 0
    for slot in range(len(slots)):
        seen: set[Group] = set()
        if _place(slot, slots, units, taken, seen):
            filled += 1
        else:
            short |= seen
            rivals |= {slot, *(other for group in seen for other in taken[group])}
    return Matching(filled, tuple(sorted(rivals)), sum(units[group] for group in short))


def _place(
    slot: int, slots: Sequence[Sequence[Group]], units: Mapping[Group, int], taken: dict[Group, list[int]], seen: set
) -> bool:
    """Gives a slot a unit, if need be by moving others; ``seen`` gathers the groups that were asked."""
    for group in slots[slot]:
        if group in seen:
            continue
        seen.add(group)
        if len(taken[group]) < units[group]:
            taken[group].append(slot)
            return True
        for place, other in enumerate(taken[group]):
            if _place(other, slots, units, taken, seen):
                taken[group][place] = slot
                return True
    return False
