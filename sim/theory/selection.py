"""Selecting the best of several systems by simulation: the constants of two procedures."""

from __future__ import annotations

import math

import numpy as np

from sim.theory.arguments import whole

NODES = 600  # of the trapezoid rule; twice as many change nothing before the tenth digit


def rinott_h(probability: float, first: int, systems: int) -> float:
    """Rinott's constant h: how far the sample size has to go for a correct selection with the given probability.

    ``first`` (n0) is the number of replications of each system in the first stage, with ``systems`` (k) systems. Solves
    E[ (E[ Phi(h / sqrt((n0 - 1) (1/X + 1/Y))) | Y ])^(k - 1) ] = P for X, Y independent chi-squared with n0 - 1 degrees
    of freedom (Rinott 1978, Communications in Statistics A7; Wilcox 1984 for tables). Raises ``ValueError`` unless
    1/k < P < 1, and for fewer than 2 systems or replications.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    freedom = whole("first", first, least=2) - 1
    if not 1 / whole("systems", systems, least=2) < probability < 1:
        raise ValueError(
            f"probability must be between 1/{systems}, which a blind choice reaches, and 1, not {probability}"
        )
    # Over t = log(X / freedom) the density is in proportion to exp(freedom (t - e^t + 1) / 2): smooth, and below 1e-20
    # outside these ends. There the trapezoid rule converges faster than any power of its step.
    reach = 14 / math.sqrt(freedom)
    t = np.linspace(-1 - reach - 92 / freedom, min(reach, 5.0), NODES)
    density = np.exp(freedom / 2 * (t - np.expm1(t)))
    density /= density.sum()
    spread = np.sqrt(np.exp(-t)[:, None] + np.exp(-t))

    def short(h: float) -> float:
        return float(density @ (ndtr(h / spread) @ density) ** (systems - 1)) - probability

    high = 1.0
    while short(high) < 0:
        high *= 2
    return float(brentq(short, 0.0, high, xtol=1e-12))


def kn_eta(alpha: float, systems: int, first: int) -> float:
    """The constant eta of the fully sequential procedure KN: ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2.

    ``alpha`` is the chance of a wrong selection, ``systems`` is k and ``first`` n0; with the procedure's c = 1 (Kim &
    Nelson 2001, ACM TOMACS 11). Raises ``ValueError`` unless 0 < alpha < 1 - 1/k, and for fewer than 2 systems or
    replications.
    """
    if not 0 < alpha < 1 - 1 / whole("systems", systems, least=2):
        raise ValueError(f"alpha must be between 0 and 1 - 1/{systems}, which a blind choice reaches, not {alpha}")
    return ((2 * alpha / (systems - 1)) ** (-2 / (whole("first", first, least=2) - 1)) - 1) / 2
