"""How far the nearest of several units is: square-root laws, and what they hide in small or bounded cities.

Units and calls are uniform and independent. Distances are for ground of area 1 (a square of side 1, or the same with
its opposite sides glued: the torus); for area A multiply by sqrt(A).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.theory.distance import Metric
from sim.theory.erlang import busy_pmf

Region = Literal["torus", "square"]

BALL = {"manhattan": 2.0, "euclid": math.pi}
"""Area of the places within distance 1, where no edge is near."""

NODES = 32  # of each Gauss-Legendre rule; twice as many change nothing before the tenth digit


def square_root_constant(metric: Metric, rank: int = 1) -> float:
    """c in E[D] = c sqrt(A / N), the limit of many units: the mean distance to the ``rank``-th nearest.

    Gamma(k + 1/2) / ((k - 1)! sqrt(b)) with b the area within distance 1: sqrt(2 pi) / 4 for the nearest in the
    Manhattan metric, 1/2 in the Euclidean (Larson and Odoni, Urban Operations Research, 1981, eq. 3.104 and problem
    3.25). Raises ``ValueError`` for an unknown metric or a rank below 1.
    """
    _check(rank, metric, "torus", rank)
    return math.exp(math.lgamma(rank + 0.5) - math.lgamma(rank)) / math.sqrt(BALL[metric])


@lru_cache(maxsize=1024)
def nearest_mean(units: int, metric: Metric = "manhattan", region: Region = "torus", rank: int = 1) -> float:
    """Mean distance of a call from the ``rank``-th nearest of ``units`` units, on ground of area 1.

    The integral over r of the chance that fewer than ``rank`` units lie within r, which is binomial given the call's
    place; in the square also over that place. Raises ``ValueError`` for an unknown metric or region and unless
    1 <= rank <= units.
    """
    _check(units, metric, region, rank)
    if region == "torus":
        half = np.array([0.5])
        return float(_mean_from(half, half, units, metric, rank)[0])
    points, shares = _gauss()
    # by symmetry a call is in the triangle 0 < x < y < 1/2
    y, weight_y = points / 2, shares
    x = np.outer(y, points)
    weight = 2 * np.outer(weight_y * y, shares) * 2
    means = _mean_from(x.ravel(), np.repeat(y, len(points)), units, metric, rank)
    return float(weight.ravel() @ means)


def with_loss(
    units: int, load: float, metric: Metric = "manhattan", region: Region = "square", queue: bool = False
) -> float:
    """Mean distance of the nearest free unit over the calls that are served, on ground of area 1.

    ``load`` is the arrival rate times the mean service time. Service does not depend on the distance, and the places of
    units are drawn anew for each call, so the number of free units has Erlang's distribution and the nearest of n free
    ones is ``nearest_mean(n)``. Calls that find all units busy are lost, or with ``queue`` wait for the next unit that
    clears, wherever that is. Raises ``ValueError`` for a load below 0 and as ``nearest_mean``; with ``queue`` also for
    a load that the units cannot carry.
    """
    _check(units, metric, region, 1)
    if queue and load >= units:
        raise ValueError(f"{units} units cannot carry a load of {load}")
    busy = busy_pmf(load, units, queue)
    distances = [nearest_mean(units - number, metric, region) for number in range(units)]
    if queue:
        distances.append(nearest_mean(1, metric, region))
    served = busy[: len(distances)]
    return float(served @ distances / served.sum())


def _check(units: int, metric: str, region: str, rank: int) -> None:
    if metric not in BALL:
        raise ValueError(f"metric is manhattan or euclid, not {metric!r}")
    if region not in ("torus", "square"):
        raise ValueError(f"region is torus or square, not {region!r}")
    if not 1 <= rank <= units:
        raise ValueError(f"the nearest of {units} units of rank {rank} does not exist")


def _gauss() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights of the Gauss-Legendre rule on (0, 1)."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (1 + nodes) / 2, weights / 2


def _mean_from(
    x: NDArray[np.float64], y: NDArray[np.float64], units: int, metric: Metric, rank: int
) -> NDArray[np.float64]:
    """Mean distance of the ``rank``-th nearest from calls at (x, y) in a square of side 1.

    A call in the middle is as far from everything as any call is on the torus.
    """
    from scipy.special import bdtr

    sides = [(a, b) for a in (x, 1 - x) for b in (y, 1 - y)]
    corner = (lambda a, b: a + b) if metric == "manhattan" else np.hypot
    # the area within r is smooth between these distances
    knots = np.sort([np.zeros_like(x), x, 1 - x, y, 1 - y, *(corner(a, b) for a, b in sides)], axis=0)
    # within r lies at least a quarter of a ball, and so many expected units leave no chance above rounding
    enough = rank + 9 * math.sqrt(rank) + 40
    knots = np.minimum(knots, math.sqrt(4 * enough / (BALL[metric] * units)))
    points, shares = _gauss()
    # the substitution 3 t^2 - 2 t^3 smooths the square roots that the area has at the knots
    steps, slopes = points**2 * (3 - 2 * points), 6 * points * (1 - points) * shares
    lengths = np.diff(knots, axis=0)[..., None]
    r = knots[:-1, :, None] + lengths * steps
    area = sum((_quarter(r, a[:, None], b[:, None], metric) for a, b in sides), np.zeros_like(r))
    few = bdtr(rank - 1, units, np.clip(area, 0.0, 1.0))
    return np.asarray((lengths * few * slopes).sum(axis=(0, 2)))


def _quarter(
    r: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64], metric: Metric
) -> NDArray[np.float64]:
    """Area of the places within r of a corner of a rectangle of sides a and b."""
    if metric == "manhattan":
        beyond = np.maximum(r - a, 0) ** 2 + np.maximum(r - b, 0) ** 2 - np.maximum(r - a - b, 0) ** 2
        return (r**2 - beyond) / 2
    inside = np.minimum(r, np.hypot(a, b))  # farther away there is nothing more
    return np.pi / 4 * inside**2 - _segment(inside, a) - _segment(inside, b)


def _segment(r: NDArray[np.float64], a: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area of a quarter of a disc of radius r that lies farther than a from its straight side."""
    reach = np.maximum(r, a)
    return (reach**2 * np.arccos(a / reach) - a * np.sqrt(reach**2 - a**2)) / 2
