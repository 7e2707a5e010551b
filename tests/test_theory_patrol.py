"""Patrol passings: printed values, the theorem of equal rates, and every short walk followed one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.theory.patrol import fixed_round, grid_graph, pass_rates, passed_within, poisson_interception

RULES = ("random", "no_u_turn")
GRID = grid_graph(5, 5)
CENTRE = [number for number, link in enumerate(GRID.tolist()) if 12 in link]  # four, alike by symmetry


def test_grid_of_theory():
    assert len(GRID) == 40
    assert len(CENTRE) == 4
    assert grid_graph(2, 3).tolist() == [[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize(
    ("rule", "after_10", "after_20"), [("random", 0.17755, 0.31613), ("no_u_turn", 0.23708, 0.42059)]
)
def test_chance_that_the_middle_of_a_grid_is_passed(rule, after_10, after_20):
    """theory.md case 10."""
    for link in CENTRE:
        found = [passed_within(GRID, rule, link, 0.5, time) for time in (10, 20)]
        assert found == pytest.approx([after_10, after_20], abs=0.5e-5)


def test_formulas_of_planners():
    """theory.md case 10; the round is never worse, and surely comes by once round."""
    assert [poisson_interception(1, time, 40) for time in (10, 20)] == pytest.approx([0.22120, 0.39347], abs=0.5e-5)
    assert [fixed_round(1, time, 40) for time in (10, 20, 40, 50)] == [0.25, 0.5, 1, 1]
    for time in np.linspace(0, 100, 21):
        assert poisson_interception(0.5, time, 40) <= fixed_round(0.5, time, 40)
    assert poisson_interception(2, 3, 40) == poisson_interception(1, 6, 40) == poisson_interception(1, 3, 20)


@pytest.mark.parametrize("rule", RULES)
def test_every_link_of_the_grid_is_passed_alike(rule):
    """theory.md case 10."""
    assert pass_rates(GRID, rule) == pytest.approx(1 / 40, rel=1e-12)


@pytest.mark.parametrize("rule", RULES)
@given(
    extra=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8),
    parents=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    times=st.lists(st.floats(0.1, 10), min_size=14, max_size=14),
)
def test_every_link_of_any_graph_is_passed_alike(rule, extra, parents, times):
    """On any connected graph, dead ends and parallel links included: 1 / sum of the times."""
    links = [(parent % (node + 1), node + 1) for node, parent in enumerate(parents)]
    links += [(a, b) for a, b in extra if a != b]
    took = times[: len(links)]
    # without U-turns a circle is walked one way round for ever: its two ways do not mix, yet are equally likely
    assume(rule == "random" or len(links) != len(parents) + 1)
    assert pass_rates(links, rule, took) == pytest.approx(1 / sum(took), rel=1e-8)


def walked(links, rule, link, fraction, time, cells):
    """The chance of a passing by following every walk from the middles of ``cells`` cells of every link."""
    ends = [tuple(pair) for pair in links]
    a, b = ends[link]

    def follow(here, there, number, entered):
        """Chance that a walker that enters the link at ``entered`` (perhaps before time 0) passes in time."""
        if entered > time:
            return 0.0
        if number == link:
            at = entered + (fraction if (here, there) == (a, b) else 1 - fraction)
            if 0 <= at <= time:
                return 1.0
        onward = [
            (there, far, other)
            for other, pair in enumerate(ends)
            if there in pair
            for far in (pair[1] if pair[0] == there else pair[0],)
        ]
        if rule == "no_u_turn" and len(onward) > 1:
            onward = [way for way in onward if way[2] != number]
        return sum(follow(*way, entered + 1) for way in onward) / len(onward)

    starts = [
        follow(here, there, number, -(cell + 0.5) / cells)
        for number, pair in enumerate(ends)
        for here, there in (pair, pair[::-1])
        for cell in range(cells)
    ]
    return sum(starts) / len(starts)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("fraction", "time"), [(0.5, 3.5), (0.25, 2.75), (0, 3.25), (1, 0.5), (0.75, 4)])
def test_chance_of_passing_is_that_of_all_walks(rule, fraction, time):
    """Exact, since fractions and times are quarters and so the chance only changes between the cells.

    The graph is a square with a tail, so that there is a dead end to turn round in.
    """
    links = [(0, 1), (1, 2), (2, 3), (3, 0), (3, 4), (4, 5)]
    for link in (0, 3, 5):
        exact = walked(links, rule, link, fraction, time, 4)
        assert passed_within(links, rule, link, fraction, time) == pytest.approx(exact, rel=1e-12)


@given(time=st.floats(0, 12))
def test_circle_without_u_turns_is_a_fixed_round(time):
    links = [(node, (node + 1) % 7) for node in range(7)]
    assert passed_within(links, "no_u_turn", 3, 0.3, time) == pytest.approx(fixed_round(1, time, 7), abs=1e-12)


@given(time=st.floats(0, 3), fraction=st.floats(0, 1))
def test_single_link_is_walked_to_and_fro(time, fraction):
    """A point is passed after 2 fraction and 2 (1 - fraction) by turns; the longest wait is the longer of the two."""
    gaps = (2 * fraction, 2 - 2 * fraction)
    exact = sum(min(time, gap) for gap in gaps) / 2
    for rule in RULES:
        assert passed_within([(0, 1)], rule, 0, fraction, time) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_chance_of_passing_grows_within_its_bounds(rule):
    """It starts at 0 with the pass rate, is never above rate times time, and ends at 1."""
    links = grid_graph(3, 4)
    times = np.linspace(0, 30, 41)
    chances = [passed_within(links, rule, 5, 0.2, time) for time in times]
    assert chances[0] == 0
    assert chances == sorted(chances)
    assert (np.array(chances) <= times / len(links) + 1e-12).all()
    assert passed_within(links, rule, 5, 0.2, 0.1) == pytest.approx(0.1 / len(links), rel=1e-12)
    assert passed_within(links, rule, 5, 0.2, 3000) == pytest.approx(1, abs=1e-9)
    turned = links.copy()
    turned[5] = turned[5][::-1]
    assert passed_within(turned, rule, 5, 0.8, 7.3) == pytest.approx(passed_within(links, rule, 5, 0.2, 7.3), rel=1e-12)


def test_graphs_and_points_that_are_none_are_refused():
    with pytest.raises(ValueError, match="falls into 2 parts"):
        pass_rates([(0, 1), (2, 3)], "random")
    with pytest.raises(ValueError, match="rule is random or no_u_turn, not 'least_visited'"):
        pass_rates(GRID, "least_visited")
    with pytest.raises(ValueError, match="times must be"):
        pass_rates(GRID, "random", [1.0])
    with pytest.raises(ValueError, match=r"no point at fraction 1\.5 of link 3"):
        passed_within(GRID, "random", 3, 1.5, 1)
    with pytest.raises(ValueError, match="time must be"):
        passed_within(GRID, "random", 3, 0.5, math.inf)
    with pytest.raises(ValueError, match="at least 2 intersections"):
        grid_graph(1, 1)
    with pytest.raises(ValueError, match="two ends of each link"):
        pass_rates([], "random")
    with pytest.raises(ValueError, match="length must be"):
        fixed_round(1, 1, 0)
