"""What a set of replications says: confidence intervals of a mean, and where the warm-up ends."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.theory.arguments import Numbers, whole


class Interval(NamedTuple):
    """A mean and what to add to and take from it."""

    mean: float
    half_width: float


def mean_interval(values: Numbers, level: float = 0.95) -> Interval:
    """The confidence interval of the mean of independent replications by Student's t.

    Law, Simulation Modeling and Analysis, section 4.5. With one value the half width is inf. Raises ``ValueError``
    for no or infinite values and unless 0 < level < 1.
    """
    from scipy.special import stdtrit

    sample = _series(values)
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}")
    if len(sample) == 1:
        return Interval(float(sample[0]), math.inf)
    error = sample.std(ddof=1) / math.sqrt(len(sample))
    return Interval(float(sample.mean()), float(stdtrit(len(sample) - 1, (1 + level) / 2) * error))


def mser(series: Numbers, batch: int = 1) -> int:
    """How many values to cut from the beginning of a series, by the marginal standard error rule (White 1997).

    The cut d is where the squared deviations of the n - d values kept from their own mean, over (n - d)^2, are least:
    the first such d, counted in values cut, and at most half of the series, since estimates from a short end are
    lucky. With ``batch`` = m the rule reads means of m values (MSER-5 for 5; White, Cobb & Spratt 2000), the values
    after the last full batch aside, and the cut is m times the number of batches cut. Raises ``ValueError`` for an
    empty or infinite series and for a batch that is longer than it.
    """
    sample = _series(series)
    batches = len(sample) // whole("batch", batch)
    if batches == 0:
        raise ValueError(f"a batch of {batch} is longer than the series of {len(sample)}")
    means = sample[: batches * batch].reshape(batches, batch).mean(axis=1)
    errors = [means[cut:].var() / (batches - cut) for cut in range(batches // 2 + 1)]
    return int(np.argmin(errors)) * batch


def _series(values: Numbers) -> np.ndarray:
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or not len(sample) or not np.isfinite(sample).all():
        raise ValueError("values must be one or more finite numbers in a row")
    return sample
