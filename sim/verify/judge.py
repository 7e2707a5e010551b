"""Verdicts: whether a simulated mean, with its interval, is what theory says.

A verdict is about the whole family: were every comparison of the suite right, one run in a hundred (``FAMILY_RISK``)
would call any of them wrong. By Bonferroni each of m comparisons gets a two-sided Student bound of risk
``FAMILY_RISK / m``. The bound counts all comparisons of the suite, also where few are run, so that a verdict does not
depend on the company.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from sim.verify.case import Case, Observed, Quantity

FAMILY_RISK = 0.01
NO_DIFFERENCE = 1e-9  #: relative: what sums of doubles may differ by


class Verdict(Enum):
    """How a comparison ended, in words."""

    AGREES = "agrees"
    DIFFERS = "DIFFERS"
    MISPRINT = "SOLVER DIFFERS"  #: from what the source prints
    SKIPPED = "skipped"


FAILURES = (Verdict.DIFFERS, Verdict.MISPRINT)


class Estimate(NamedTuple):
    """A mean over replications."""

    mean: float
    error: float  #: standard error
    replications: int


class Comparison(NamedTuple):
    """One quantity of one case, judged. What was not simulated has no estimate."""

    case: Case
    quantity: Quantity
    exact: float
    estimate: Estimate | None
    bound: float  #: on |z|
    verdict: Verdict
    note: str = ""

    @property
    def reach(self) -> float:
        """Half the interval that decides."""
        return self.bound * self.estimate.error if self.estimate else math.nan

    @property
    def z(self) -> float:
        """Standard errors between simulation and theory; 0 where both are one number, inf where nothing is random."""
        if self.estimate is None:
            return math.nan
        return z_value(self.estimate, self.exact, self.quantity)


def estimate(observed: Sequence[Observed]) -> Estimate:
    """Mean and standard error over replications of a number, or of a ratio of totals.

    The error of a ratio is that of its linearisation (Law 2015, Simulation Modeling and Analysis, 9.3: the regenerative
    estimator with replications for cycles). NaN where there is nothing to divide by.
    """
    pairs = [value if isinstance(value, tuple) else (value, 1.0) for value in observed]
    n = len(pairs)
    total, count = math.fsum(pair[0] for pair in pairs), math.fsum(pair[1] for pair in pairs)
    if n == 0 or count <= 0:
        return Estimate(math.nan, math.nan, n)
    mean = total / count
    if n == 1:
        return Estimate(mean, math.inf, 1)
    squares = math.fsum((y - mean * x) ** 2 for y, x in pairs)
    return Estimate(mean, math.sqrt(squares * n / (n - 1)) / count, n)


@lru_cache
def bound(replications: int, comparisons: int) -> float:
    """How many standard errors the family allows each of so many comparisons; inf for a single replication."""
    from scipy.stats import t

    if replications < 2:
        return math.inf
    return float(t.ppf(1 - FAMILY_RISK / (2 * comparisons), replications - 1))


def alone(replications: int) -> float:
    """The same for a single number: what an analyst would ask of one difference."""
    return bound(replications, 1)


def half_digit(printed: str) -> float:
    """Half a unit of the last digit of a printed number."""
    mantissa, _, power = printed.lower().partition("e")
    return 0.5 * 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))


def is_as_printed(value: float, printed: str) -> bool:
    """Whether a number rounds to what a source prints, either way where it lies in the middle."""
    return abs(value - float(printed)) <= half_digit(printed) * (1 + 1e-6)


def slack(quantity: Quantity, exact: float) -> float:
    """What does not count as a difference: rounding."""
    return quantity.blur + NO_DIFFERENCE * abs(exact)


def z_value(found: Estimate, exact: float, quantity: Quantity) -> float:
    """Standard errors between the estimate and the exact value, beyond what rounding explains."""
    beyond = abs(found.mean - exact) - slack(quantity, exact)
    if beyond <= 0:
        return 0.0
    return math.copysign(beyond / found.error if found.error > 0 else math.inf, found.mean - exact)


def judge(
    case: Case, quantity: Quantity, exact: float, observed: Sequence[Observed] | None, comparisons: int
) -> Comparison:
    """One quantity: ``observed`` by replication (None: only the solver is held), one of so many ``comparisons``."""
    printed_well = not quantity.printed or is_as_printed(exact, quantity.printed)
    if observed is None:
        return Comparison(case, quantity, exact, None, math.nan, _solver(printed_well))
    found = estimate(observed)
    limit = bound(found.replications, comparisons)
    z = z_value(found, exact, quantity)
    if not printed_well:
        return Comparison(case, quantity, exact, found, limit, Verdict.MISPRINT)
    agrees = abs(z) <= limit and math.isfinite(z) and math.isfinite(found.error)  # one replication proves nothing
    note = ""
    if agrees and quantity.sign is not None:
        apart = abs(found.mean) > found.error * (alone(found.replications) if quantity.sign else limit)
        note = "sign resolved" if apart else "sign not resolved"
        agrees = apart == quantity.sign
    return Comparison(case, quantity, exact, found, limit, Verdict.AGREES if agrees else Verdict.DIFFERS, note)


def skipped(case: Case, quantity: Quantity, why: str) -> Comparison:
    """A comparison that could not be made here: it is shown and is no pass."""
    return Comparison(case, quantity, math.nan, None, math.nan, Verdict.SKIPPED, why)


def _solver(printed_well: bool) -> Verdict:
    return Verdict.AGREES if printed_well else Verdict.MISPRINT
