"""Calls that need several units at once and free them together."""

from __future__ import annotations

import numpy as np

from sim.theory.arguments import Numbers, row, whole


def kaufman_roberts(loads: Numbers, sizes: Numbers, servers: int) -> np.ndarray:
    """(classes,) share of calls lost where class k takes ``sizes[k]`` servers together, or is lost if fewer are free.

    ``loads`` are offered loads in calls. Kaufman 1981 (IEEE Trans. Comm. 29(10)), Roberts 1981; any law of service.
    """
    busy = busy_pmf(loads, sizes, servers)
    return np.array([busy[max(servers - int(size) + 1, 0) :].sum() for size in sizes])


def busy_pmf(loads: Numbers, sizes: Numbers, servers: int) -> np.ndarray:
    """(servers + 1,) chances of n busy servers: n q(n) is the sum over classes of load * size * q(n - size)."""
    loads, servers = row("loads", loads), whole("servers", servers)
    sizes = row("sizes", sizes, size=len(loads), positive=True)
    if (sizes != sizes.astype(int)).any():
        raise ValueError(f"sizes must be whole numbers, not {sizes.tolist()}")
    weight = np.zeros(servers + 1)
    weight[0] = 1.0
    for busy in range(1, servers + 1):
        fitting = sizes <= busy
        below = weight[busy - sizes[fitting].astype(int)]
        weight[busy] = float((loads[fitting] * sizes[fitting]) @ below) / busy
        if weight[busy] > 1e200:
            weight /= weight[busy]
    return weight / weight.sum()
