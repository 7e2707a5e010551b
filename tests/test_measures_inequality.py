"""Inequality over sectors: its laws, and the value that equal sectors show by chance against a simulation of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.measures.inequality import STATISTICS, by_chance, gini, highest, lowest, over_sectors

sizes = some.lists(some.tuples(some.integers(0, 50), some.integers(1, 20)), min_size=1, max_size=9)


def of(statistic, values, heads=None) -> float:
    """The statistic of one list of values."""
    values = np.array([values], float)
    return float(statistic(values, np.ones(values.shape[1]) if heads is None else np.array(heads, float))[0])


def test_gini_of_equal_values_is_nothing_and_of_one_owner_all_but_one_share():
    for count in (2, 5, 11):
        assert of(gini, [3.0] * count) == pytest.approx(0, abs=1e-15)
        assert of(gini, [0.0] * (count - 1) + [7.0]) == pytest.approx((count - 1) / count)
    assert of(gini, [1, 2, 3, 4, 5]) == pytest.approx(4 / 15)  # half the mean difference 1.6 over the mean 3
    assert np.isnan(of(gini, [0.0, 0.0]))


@given(sizes)
def test_gini_is_half_the_mean_difference_of_two_heads_over_the_mean(drawn):
    values, heads = (np.array(column, float) for column in zip(*drawn, strict=True))
    mean = (heads * values).sum() / heads.sum()
    found = of(gini, values, heads)
    if mean == 0:
        assert np.isnan(found)
        return
    between = (heads[:, None] * heads * np.abs(values[:, None] - values)).sum() / heads.sum() ** 2
    assert found == pytest.approx(between / (2 * mean), abs=1e-12)
    assert 0 <= found + 1e-12 < 1 + 1e-12


@given(sizes.filter(lambda drawn: any(value for value, _ in drawn)), some.integers(2, 4), some.floats(0.1, 10))
def test_neither_units_nor_borders_between_equals_matter(drawn, parts, factor):
    values, heads = (np.array(column, float) for column in zip(*drawn, strict=True))
    for statistic in STATISTICS.values():
        whole = of(statistic, values, heads)
        split = of(statistic, np.repeat(values, parts), np.repeat(heads / parts, parts))
        assert split == pytest.approx(whole, abs=1e-9)
    for statistic in (gini, highest, lowest):
        assert of(statistic, factor * values, heads) == pytest.approx(of(statistic, values, heads), abs=1e-9)


def test_worst_sectors():
    assert of(highest, [2, 4, 6]) == 1.5
    assert of(lowest, [2, 4, 6]) == 0.5
    assert of(highest, [2, 4, 6], [1, 0.5, 0.5]) == 6 / 3.5


def test_residents_beyond_twice_the_median():
    far = STATISTICS["beyond"]
    assert of(far, [1, 1, 2, 2.1], [3, 1, 1, 1]) == pytest.approx(1 / 6)  # twice the median of 1 is not beyond it
    assert of(far, [1, 5, 2.1, 2], [1, 1, 1, 3]) == pytest.approx(1 / 6)
    assert of(far, [4, 4, 4]) == 0


def test_sectors_without_heads_or_with_nothing_to_divide_by_are_left_out():
    over, under, heads = np.array([[6.0, 2, 0, 9]]), np.array([[2.0, 1, 0, 1]]), np.array([[1.0, 1, 5, 0]])
    assert over_sectors("gini", over, under, heads).mean[0] == of(gini, [3, 2])
    assert np.isnan(over_sectors("gini", over, under, np.zeros((1, 4))).mean[0])


def test_replications_are_taken_together():
    """Each day one of two sectors has all, in the end both have the same."""
    over, ones = np.array([[4.0, 0.0], [0.0, 4.0]]), np.ones((2, 2))
    found = over_sectors("gini", over, ones, ones)
    assert found.mean[0] == 0
    assert found.sd[0] == 0  # 1/2 on either day
    assert found.ci_high[0] == 0  # the same when either is left out


def test_chance_needs_replications_and_vanishes_with_noise():
    over, ones = np.array([[1.0, 2.0]]), np.ones((1, 2))
    assert np.isnan(by_chance("gini", over, ones, ones))
    same = np.repeat(over, 4, axis=0)
    assert by_chance("gini", same, np.ones((4, 2)), np.ones((4, 2))) == 0
    assert by_chance("highest", same, np.ones((4, 2)), np.ones((4, 2))) == 1
    assert np.isnan(by_chance("gini", np.zeros((4, 2)), np.zeros((4, 2)), np.ones((4, 2))))


@pytest.mark.parametrize("replications", [5, 24])
@pytest.mark.parametrize(("name", "within"), [("gini", 0.04), ("highest", 0.13), ("lowest", 0.13)])
def test_equal_sectors_show_the_chance_value(name, within, replications):
    """Nine sectors of unequal size whose calls wait alike, exponential waits of 4 min: 400 studies.

    Sums of few exponential waits are skew, which tells in the worst of nine and hardly in the Gini coefficient.
    """
    draw = np.random.default_rng(3)
    size = np.array([8.0, 10, 12, 14, 16, 20, 24, 30, 40])
    shown, said = [], []
    for _ in range(400):
        calls = 1 + draw.poisson(size - 1, (replications, len(size)))
        waits = draw.gamma(calls, 4.0)
        sums = (waits, calls.astype(float), calls.astype(float))
        shown.append(over_sectors(name, *sums).mean[0])
        said.append(by_chance(name, *sums))
    none = 0.0 if name == "gini" else 1.0
    error = np.std(shown, ddof=1) / len(shown) ** 0.5
    assert abs(np.mean(shown) - none) > 30 * error  # chance alone shows much
    assert np.mean(said) - none == pytest.approx(np.mean(shown) - none, rel=within)


@pytest.mark.parametrize(("replications", "share"), [(2, 0.71), (5, 0.97), (12, 1.0)])
def test_chance_value_of_normal_errors(replications, share):
    """Right from ten replications on; fewer say too little about errors."""
    draw = np.random.default_rng(1)
    ones = np.ones((replications, 9))
    shown, said = [], []
    for _ in range(500):
        values = 10 + draw.normal(size=(replications, 9))
        shown.append(over_sectors("gini", values, ones, ones).mean[0])
        said.append(by_chance("gini", values, ones, ones))
    assert np.mean(said) / np.mean(shown) == pytest.approx(share, abs=0.022)


def test_chance_does_not_grow_with_inequality():
    """Sectors of which one waits four times as long stand far beyond chance, and chance stays what it is."""
    draw = np.random.default_rng(4)
    calls = np.full((20, 8), 30.0)
    noise = draw.gamma(30, 1.0, (20, 8))
    alike = by_chance("gini", noise, calls, calls)
    apart = noise + np.array([90.0] + [0.0] * 7)
    assert by_chance("gini", apart, calls, calls) < alike
    assert over_sectors("gini", apart, calls, calls).mean[0] > 5 * alike
