"""Intervals against closed forms and published examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.measures import pooling

#: Ten replications of Law's bank (Simulation Modeling and Analysis, 9.4): mean 2.031, 90 % interval +- 0.32228.
LAW = np.array([1.53, 1.66, 1.24, 2.34, 2.00, 1.69, 2.69, 2.86, 1.70, 2.60])


def test_laws_ten_replications():
    found = pooling.mean_of_replications(LAW[:, None], level=0.90)
    assert found.mean[0] == pytest.approx(2.031, abs=5e-4)
    assert (found.ci_high - found.mean)[0] == pytest.approx(0.32228, abs=5e-6)
    assert (found.mean - found.ci_low)[0] == pytest.approx(0.32228, abs=5e-6)
    assert found.replications[0] == 10


def test_one_replication_has_no_interval():
    found = pooling.mean_of_replications(np.array([[3.0, np.nan]]))
    assert found.mean[0] == 3.0
    assert np.isnan([found.sd[0], found.ci_low[0], found.ci_high[0], found.mean[1]]).all()
    assert found.replications.tolist() == [1, 0]
    for single in (
        pooling.ratio(np.array([[1.0]]), np.array([[4.0]])),
        pooling.Ranks(np.array([1.0, 3.0]), np.array([0, 0]), np.array([0, 0]), (1, 1)).quantile(0.5),
    ):
        assert np.isnan([single.ci_low[0], single.ci_high[0]]).all()
    assert single.mean[0] == 2.0


def test_replications_without_a_value_are_left_out():
    found = pooling.mean_of_replications(np.array([[1.0], [np.nan], [3.0]]))
    assert (found.mean[0], found.replications[0]) == (2.0, 2)
    assert found.sd[0] == pytest.approx(2**0.5)


def test_jackknife_of_a_mean_is_the_t_interval():
    """With equal denominators the ratio is a mean, and the jackknife gives s / sqrt(n) exactly."""
    under = np.full((10, 1), 5.0)
    found = pooling.ratio(LAW[:, None] * under, under, level=0.90)
    known = pooling.mean_of_replications(LAW[:, None], level=0.90)
    for one, other in zip(found, known, strict=True):
        assert one == pytest.approx(other)


def test_jackknife_of_a_ratio_in_closed_form():
    """Two replications: with the first left out the ratio is the second's own, and so the other way round."""
    over, under = np.array([[1.0], [9.0]]), np.array([[4.0], [12.0]])
    found = pooling.ratio(over, under)
    assert found.mean[0] == 10 / 16
    error = abs(9 / 12 - 1 / 4) / 2  # sqrt((n-1)/n * sum of (left out - their mean)^2) for n = 2
    t = 12.706204736432095  # Student's t with one degree of freedom at 0.975
    assert (found.ci_high - found.mean)[0] == pytest.approx(t * error)
    assert found.sd[0] == pytest.approx(np.std([0.25, 0.75], ddof=1))


def test_a_ratio_over_nothing_is_unknown():
    found = pooling.ratio(np.zeros((3, 1)), np.zeros((3, 1)))
    assert np.isnan(found.mean[0])
    assert found.replications[0] == 0


def test_jackknife_needs_a_value_when_any_replication_is_left_out():
    found = pooling.ratio(np.array([[1.0], [0.0]]), np.array([[2.0], [0.0]]))
    assert found.mean[0] == 0.5
    assert np.isnan(found.ci_low[0])


def slowly(values, group, replication, shape, q):
    """The same by leaving out one replication after another."""
    R, G = shape
    left_out, own = np.full((R, G), np.nan), np.full((R, G), np.nan)
    pooled = np.full(G, np.nan)
    for g in range(G):
        inside = group == g
        if inside.any():
            pooled[g] = np.quantile(values[inside], q)
        for r in range(R):
            rest, mine = values[inside & (replication != r)], values[inside & (replication == r)]
            left_out[r, g] = np.quantile(rest, q) if len(rest) else np.nan
            own[r, g] = np.quantile(mine, q) if len(mine) else np.nan
    return pooling.jackknife(pooled, left_out, own)


rows = some.tuples(some.integers(0, 2), some.integers(0, 3), some.integers(0, 6))


@given(some.lists(rows, min_size=0, max_size=30), some.sampled_from([0.5, 0.9]))
def test_jackknife_of_quantiles_equals_leaving_out_one_by_one(drawn, q):
    group, replication, values = (np.array([row[k] for row in drawn], dtype=np.int64) for k in range(3))
    found = pooling.Ranks(values.astype(float), group, replication, (4, 3)).quantile(q)
    known = slowly(values.astype(float), group, replication, (4, 3), q)
    for one, other in zip(found, known, strict=True):
        assert one == pytest.approx(other, nan_ok=True)


@given(some.permutations(range(12)))
def test_the_order_of_incidents_does_not_matter(order):
    values = np.array([5.0, 1, 1, 2, 8, 13, 1, 3, 3, 3, 21, 0])
    replication = np.repeat(np.arange(3), 4)
    group = np.zeros(12, np.int64)
    order = list(order)
    one = pooling.Ranks(values, group, replication, (3, 1)).quantile(0.9)
    other = pooling.Ranks(values[order], group, replication[order], (3, 1)).quantile(0.9)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
