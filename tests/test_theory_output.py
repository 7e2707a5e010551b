"""Output analysis and selection: printed values, and closed forms where the constants have one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from sim.theory.output import mean_interval, mser
from sim.theory.selection import kn_eta, rinott_h

LAW = [1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60]


def test_ten_replications_of_law():
    """theory.md case 20."""
    found = mean_interval(LAW, 0.90)
    assert found.mean == pytest.approx(2.031, abs=1e-12)
    assert found.half_width == pytest.approx(0.32228, abs=0.5e-5)


@given(a=st.floats(-1e3, 1e3), b=st.floats(-1e3, 1e3), level=st.floats(0.01, 0.99))
def test_interval_of_two_values(a, b, level):
    """Student's t with one degree of freedom is Cauchy's, whose quantiles are tangents."""
    found = mean_interval([a, b], level)
    assert found.mean == pytest.approx((a + b) / 2, abs=1e-9)
    assert found.half_width == pytest.approx(abs(a - b) / 2 * math.tan(math.pi * level / 2), rel=1e-8, abs=1e-9)


def test_interval_covers_as_often_as_it_says():
    """Of normal replications, drawn with a fixed seed; 3.3 standard errors."""
    draws = np.random.default_rng(7).normal(3, 2, (4000, 6))
    hits = [abs(found.mean - 3) <= found.half_width for found in (mean_interval(row, 0.8) for row in draws)]
    assert abs(np.mean(hits) - 0.8) < 3.3 * math.sqrt(0.8 * 0.2 / len(draws))


def test_intervals_of_nearly_nothing():
    assert mean_interval([4.0]) == (4.0, math.inf)
    assert mean_interval([4.0, 4.0]) == (4.0, 0.0)
    for values in ([], [math.nan], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="one or more finite numbers"):
            mean_interval(values)
    with pytest.raises(ValueError, match="level must be between 0 and 1, not 95"):
        mean_interval(LAW, 95)


def test_warm_up_by_mser():
    """theory.md case 22: the 1 that ends the descent is of the same kind as what follows, and stays."""
    assert mser([*range(10, 0, -1), *[0, 1] * 45]) == 9


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60), st.integers(-9, 9), st.integers(1, 9))
def test_mser_cuts_where_the_error_is_least(series, shift, scale):
    """By the definition, in whole numbers; and whatever the origin and the unit."""
    count = len(series)

    def error(cut):
        kept = series[cut:]
        # the squared deviations times (n - d), so that all is whole, over (n - d)^3
        return (len(kept) * sum(x * x for x in kept) - sum(kept) ** 2) / len(kept) ** 3

    cut = mser(series)
    assert 0 <= cut <= count / 2
    least = min(error(other) for other in range(count // 2 + 1))
    assert error(cut) == pytest.approx(least, rel=1e-9, abs=1e-12)
    moved = mser([scale * value + shift for value in series])
    assert error(moved) == pytest.approx(least, rel=1e-9, abs=1e-12)


def test_mser_in_batches():
    """Of means of five; the rest after the last full batch does not count, and a steady series is not cut."""
    series = [*[40.0] * 12, *[1.0, 2.0, 3.0, 4.0, 5.0] * 20]
    assert mser(series, batch=5) == 15  # the third batch still holds two values of the start
    assert mser([*series, 900.0], batch=5) == 15
    assert mser([7.0] * 30) == 0
    with pytest.raises(ValueError, match="a batch of 5 is longer than the series of 4"):
        mser([1, 2, 3, 4], batch=5)
    with pytest.raises(ValueError, match="batch must be a whole number from 1 on"):
        mser([1, 2, 3, 4], batch=0)


@pytest.mark.parametrize(("systems", "constant"), [(2, 2.452), (3, 2.937), (4, 3.203), (5, 3.385)])
def test_constants_of_rinott(systems, constant):
    """theory.md case 21."""
    assert rinott_h(0.95, 20, systems) == pytest.approx(constant, abs=0.5e-3)


def test_constant_of_kim_and_nelson():
    """theory.md case 21; of two systems with one degree of freedom eta is (alpha^-2 / 4 - 1) / 2."""
    assert kn_eta(0.05, 5, 10) == pytest.approx(0.63497, abs=0.5e-5)
    assert kn_eta(0.1, 2, 2) == pytest.approx((25 - 1) / 2, rel=1e-12)


@pytest.mark.parametrize("probability", [0.6, 0.75, 0.9, 0.95, 0.99])
def test_rinott_of_two_systems(probability):
    """h is a quantile of the difference of two t variables: with one degree of freedom of twice Cauchy's.

    With many degrees of freedom it is that of a difference of two normal ones.
    """
    assert rinott_h(probability, 2, 2) == pytest.approx(2 * math.tan(math.pi * (probability - 0.5)), rel=1e-9)
    assert rinott_h(probability, 200_000, 2) == pytest.approx(math.sqrt(2) * norm.ppf(probability), rel=1e-4)


def test_selection_costs_more_where_more_is_asked():
    """More systems or certainty raise both constants, more replications in the first stage lower them."""
    for values in (
        [rinott_h(0.95, 10, systems) for systems in (2, 3, 5, 10, 20)],
        [rinott_h(probability, 10, 3) for probability in (0.4, 0.6, 0.9, 0.99)],
        [rinott_h(0.95, first, 3) for first in (100, 20, 5, 3, 2)],
        [kn_eta(0.05, systems, 10) for systems in (2, 3, 5, 10, 20)],
        [kn_eta(alpha, 3, 10) for alpha in (0.5, 0.2, 0.05, 0.001)],
        [kn_eta(0.05, 3, first) for first in (100, 20, 5, 3, 2)],
    ):
        assert values == sorted(values)
        assert values[0] > 0


def test_selections_that_are_none_are_refused():
    with pytest.raises(ValueError, match="probability must be between 1/4"):
        rinott_h(0.25, 20, 4)
    with pytest.raises(ValueError, match="first must be a whole number from 2 on"):
        rinott_h(0.95, 1, 4)
    with pytest.raises(ValueError, match="systems must be a whole number from 2 on"):
        kn_eta(0.05, 1, 10)
    with pytest.raises(ValueError, match="alpha must be between 0 and 1 - 1/5"):
        kn_eta(0.8, 5, 10)
