"""What tests of theory share: values as sources print them, and chains solved state by state from what moves them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

import numpy as np
import pytest


def printed(text: str):
    """Equal to what rounds to the text, to its last digit; of several words a list."""
    words = text.split()
    values = [
        pytest.approx(float(word), rel=0, abs=0.5 * 10.0 ** -len(word.partition(".")[2]) + 1e-12) for word in words
    ]
    return values[0] if len(words) == 1 else values


def stationary(start: Hashable, moves: Callable[[Hashable], Iterable[tuple[float, Hashable]]]) -> dict[Hashable, float]:
    """Chances of all states that can be reached, given (rate, next state) of each."""
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import spsolve

    number, order, entries = {start: 0}, [start], []
    for state in order:
        for rate, following in moves(state):
            if rate > 0:
                if following not in number:
                    number[following] = len(order)
                    order.append(following)
                entries += [(number[following], number[state], rate), (number[state], number[state], -rate)]
    rows, columns, rates = (np.array(column) for column in zip(*entries, strict=True))
    kept = rows > 0  # one equation follows from the others; the chances add up to 1 instead
    size = len(order)
    rows = np.concatenate([rows[kept], np.zeros(size, int)])
    columns = np.concatenate([columns[kept], np.arange(size)])
    matrix = csc_array((np.concatenate([rates[kept], np.ones(size)]), (rows, columns)), shape=(size, size))
    return dict(zip(order, spsolve(matrix, np.eye(size)[0]), strict=True))
