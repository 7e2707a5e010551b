"""What one replication hands on to the summary: rows and their groups, few enough to keep for hundreds of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Rows(NamedTuple):
    """Rows of one source: ``groups`` maps a dimension to each row's member number (-1: in no group), ``columns`` a
    measure's column to values (NaN: the row has no part in it). A row stands for one incident or probe, or, where there
    is a column ``n``, for the sums over ``n`` units or streets."""

    groups: dict[str, np.ndarray]
    columns: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


class Sample(NamedTuple):
    """The measures of one replication, before anything is pooled: source -> rows, and the members of each dimension."""

    replication: int
    members: dict[str, tuple[str, ...]]
    rows: dict[str, Rows]


def summed(groups: dict[str, np.ndarray], columns: dict[str, np.ndarray], largest: tuple[str, ...] = ()) -> Rows:
    """One row for each combination of groups that occurs: columns added up in the order of rows (``largest``: their
    maximum), and ``n``, how many rows went into it."""
    table = np.stack([np.asarray(codes, np.int64) for codes in groups.values()])
    kept, place = np.unique(table, axis=1, return_inverse=True)
    place = place.reshape(-1)
    made = {"n": np.bincount(place, minlength=kept.shape[1]).astype(float)}
    for name, values in columns.items():
        if name in largest:
            made[name] = np.full(kept.shape[1], -np.inf)
            np.maximum.at(made[name], place, values)
        else:
            made[name] = np.bincount(place, weights=values, minlength=kept.shape[1])
    return Rows(dict(zip(groups, kept, strict=True)), made)
