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


def test_growth_is_a_mean_whose_error_is_at_least_that_of_chance():
    """Ten replications that agree on +2, each out of two coming: the error is sqrt(20) / 10 and not 0."""
    found = pooling.growth(np.full((10, 1), 2.0), np.full((10, 1), 2.0))
    assert found.mean[0] == 2.0
    assert (found.ci_high - found.mean)[0] == pytest.approx(2.262157163 * 20**0.5 / 10)
    known = pooling.mean_of_replications(LAW[:, None])
    for one, other in zip(pooling.growth(LAW[:, None], np.zeros((10, 1))), known, strict=True):
        assert one == pytest.approx(other)
    assert np.isnan(pooling.growth(np.array([[2.0]]), np.array([[2.0]])).ci_low[0])


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


def test_cost_of_a_point_is_the_mean_cost_by_the_pooled_share():
    """240 and 360 yuan for 30 of 60 and 10 of 40: 300 yuan for 40 points. Alone: 240 for 50 points, 360 for 25."""
    found = pooling.per_point(
        *(np.array(column) for column in ([[240.0], [360.0]], [[30.0], [10.0]], [[60.0], [40.0]]))
    )
    assert found.mean[0] == pytest.approx(300 / 40)
    assert found.sd[0] == pytest.approx(np.std([4.8, 14.4], ddof=1))
    assert (found.ci_high - found.mean)[0] == pytest.approx(12.706204736432095 * (14.4 - 4.8) / 2)


def test_jackknife_needs_a_value_when_any_replication_is_left_out():
    found = pooling.ratio(np.array([[1.0], [0.0]]), np.array([[2.0], [0.0]]))
    assert found.mean[0] == 0.5
    assert np.isnan(found.ci_low[0])


def slowly(values, group, replication, shape, q):
    """The same, group by group."""
    R, G = shape
    found = np.full((4, G), np.nan)
    counts = np.zeros(G)
    for g in range(G):
        each = [values[(group == g) & (replication == r)] for r in range(R)]
        known = [mine for mine in each if len(mine)]
        counts[g] = len(known)
        if not known:
            continue
        together = np.concatenate(known)
        found[0, g] = at = np.quantile(together, q)
        if len(known) > 1:
            found[1, g] = np.std([np.quantile(mine, q) for mine in known], ddof=1)
            share = np.mean(together <= at)
            off = [np.sum(mine <= at) - share * len(mine) for mine in each]
            between = np.sqrt(R / (R - 1) * np.sum(np.square(off))) / len(together)
            half = pooling.student(R - 1) * max(between, np.sqrt(q * (1 - q) / len(together)))
            if q - half >= 0 and q + half <= 1:
                found[2:, g] = np.quantile(together, [q - half, q + half])
    return pooling.Estimate(*found, counts)


rows = some.tuples(some.integers(0, 2), some.integers(0, 3), some.integers(0, 6))


@given(some.lists(rows, min_size=0, max_size=120), some.sampled_from([0.5, 0.9]))
def test_quantiles_of_all_groups_at_once_equal_one_after_another(drawn, q):
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
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("between", [0.0, 0.3])
@pytest.mark.parametrize(("q", "z", "n"), [(0.5, 0.0, 5), (0.9, 1.2815515655446004, 40)])
def test_intervals_of_quantiles_of_few_values_hold_the_truth_as_often_as_they_say(between, q, z, n):
    """Ten replications of n log-normal values each, alike or not within a replication; 2,000 times."""
    R, G = 10, 2000
    draw = np.random.default_rng(1)
    values = np.exp(1.5 + 0.5 * draw.normal(size=(R, n, G)) + between * draw.normal(size=(R, 1, G)))
    group, replication = np.tile(np.arange(G), R * n), np.repeat(np.arange(R), n * G)
    found = pooling.Ranks(values.ravel(), group, replication, (R, G)).quantile(q)
    truth = np.exp(1.5 + np.hypot(0.5, between) * z)
    told = ~np.isnan(found.ci_low)
    holds = ((found.ci_low <= truth) & (truth <= found.ci_high))[told]
    assert told.mean() > 0.9
    assert 0.93 < holds.mean() <= 0.99
