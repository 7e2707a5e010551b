"""Placing posts: printed optima, every placement of small worlds tried one by one, and what holds between models."""

from __future__ import annotations

import csv
import itertools
import math
import os
from pathlib import Path

import numpy as np
import pytest

from sim.theory import location

#: San Francisco (spopt's notebook) and OR-Library's p-median instances; not part of the checkout.
DATA = Path(os.environ.get("ROUNDSMAN_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no data at {DATA}: set ROUNDSMAN_DATA to the folder")

RADIUS_M = 5000


@pytest.fixture(scope="module")
def san_francisco():
    """(tracts, sites) metres along streets, and the people of each tract."""
    with (DATA / "SF_network_distance_candidateStore_16_censusTract_205_new.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    people = {row["DestinationName"]: float(row["demand"]) for row in rows}
    metres = {(row["DestinationName"], row["name"]): float(row["distance"]) for row in rows}
    sites = dict.fromkeys(row["name"] for row in rows)
    costs = np.array([[metres[tract, site] for site in sites] for tract in people])
    assert costs.shape == (205, 16)
    return costs, np.array(list(people.values()))


# --- printed optima --------------------------------------------------------------------------------------------------


@needs_data
def test_san_francisco(san_francisco):
    """theory.md case 18, and that each optimum is proven."""
    costs, people = san_francisco
    cover = location.set_cover(costs, RADIUS_M)
    maximal = location.maximal_cover(costs, 4, RADIUS_M, people)
    median = location.p_median(costs, 4, people)
    center = location.p_center(costs, 4)
    assert (cover.objective, len(cover.sites)) == (8, 8)
    assert maximal.objective == 875247
    assert median.objective == pytest.approx(2848268129.7145, abs=0.5e-4)
    assert center.objective == pytest.approx(7403.0638, abs=0.5e-4)
    assert [found.gap for found in (cover, maximal, median, center)] == [0, 0, 0, 0]


@needs_data
@pytest.mark.parametrize("sites", [1, 2, 3, 4, 5])
def test_greed_in_san_francisco(san_francisco, sites):
    """theory.md case 18: greedy covering is optimal for one and two sites and no more from three on."""
    costs, people = san_francisco
    best = location.maximal_cover(costs, sites, RADIUS_M, people).objective
    greedy = location.greedy_maximal_cover(costs, sites, RADIUS_M, people).objective
    assert greedy >= (1 - 1 / math.e) * best
    assert (greedy == best) == (sites < 3)
    assert location.greedy_p_median(costs, sites, people).objective >= location.p_median(costs, sites, people).objective
    assert location.greedy_set_cover(costs, RADIUS_M).objective >= 8


@needs_data
@pytest.mark.parametrize(("name", "optimum"), [("pmed1", 5819), ("pmed2", 4093), ("pmed3", 4250)])
def test_or_library(name, optimum):
    """theory.md case 19 (Beasley 1985)."""
    numbers = iter((DATA / "pmed" / f"{name}.txt").read_text(encoding="utf-8").split())
    nodes, edges, sites = (int(next(numbers)) for _ in range(3))
    read = [(int(next(numbers)) - 1, int(next(numbers)) - 1, float(next(numbers))) for _ in range(edges)]
    costs = location.all_pairs(read, nodes)
    best = location.p_median(costs, sites)
    assert best.objective == optimum
    assert best.gap == 0
    assert len(best.sites) == sites
    assert location.greedy_p_median(costs, sites).objective > optimum


# --- every placement tried -------------------------------------------------------------------------------------------

WORLDS = range(6)


def small_world(number):
    """(12 places, 7 sites) whole costs, with ties, and weights of which one is 0."""
    rng = np.random.default_rng(number)
    costs = rng.integers(0, 30, (12, 7)).astype(float)
    weights = rng.integers(1, 9, 12).astype(float)
    weights[rng.integers(12)] = 0
    return costs, weights


def choices(count, sites):
    return [list(chosen) for chosen in itertools.combinations(range(count), sites)]


@pytest.mark.parametrize("number", WORLDS)
@pytest.mark.parametrize("sites", [1, 2, 4, 7])
def test_no_placement_is_better(number, sites):
    costs, weights = small_world(number)
    nearest = [costs[:, chosen].min(axis=1) for chosen in choices(7, sites)]
    assert location.p_median(costs, sites, weights).objective == min(weights @ far for far in nearest)
    assert location.p_median(costs, sites).objective == min(far.sum() for far in nearest)
    assert location.p_center(costs, sites).objective == min(far.max() for far in nearest)
    for radius in (0, 4, 9, 30):
        best = location.maximal_cover(costs, sites, radius, weights).objective
        assert best == max(weights @ (far <= radius) for far in nearest)


@pytest.mark.parametrize("number", range(20))
def test_no_center_is_nearer(number):
    """Of costs that all differ, so that every step of the search counts."""
    costs = np.random.default_rng(number).random((8, 6))
    for sites in (1, 2, 3, 5):
        nearest = [costs[:, chosen].min(axis=1) for chosen in choices(6, sites)]
        assert location.p_center(costs, sites).objective == min(far.max() for far in nearest)


@pytest.mark.parametrize("number", WORLDS)
def test_no_cover_is_smaller(number):
    costs, _ = small_world(number)
    for radius in (6, 9, 15, 30):
        enough = [
            sites
            for sites in range(1, 8)
            if any((costs[:, chosen].min(axis=1) <= radius).all() for chosen in choices(7, sites))
        ]
        if not enough:
            with pytest.raises(ValueError, match=f"has no site within {radius}"):
                location.set_cover(costs, radius)
            continue
        found = location.set_cover(costs, radius)
        assert found.objective == len(found.sites) == min(enough)
        assert location.greedy_set_cover(costs, radius).objective >= found.objective


@pytest.mark.parametrize("number", WORLDS)
@pytest.mark.parametrize("utilisation", [0.0, 0.3, 0.8])
def test_no_placement_of_busy_units_is_better(number, utilisation):
    """Several units may stand at one site."""
    costs, weights = small_world(number)
    for units in (1, 3):
        best = location.maximal_expected_cover(costs, units, 8, utilisation, weights)
        tried = [
            location.expected_cover(costs, chosen, 8, utilisation, weights)
            for chosen in itertools.combinations_with_replacement(range(7), units)
        ]
        assert best.objective == pytest.approx(max(tried), rel=1e-12)
        assert best.objective == location.expected_cover(costs, best.sites, 8, utilisation, weights)
        assert len(best.sites) == units


# --- what holds between models ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", WORLDS)
def test_greed_is_never_better(number):
    costs, weights = small_world(number)
    for sites in range(1, 8):
        best, greedy = location.p_median(costs, sites, weights), location.greedy_p_median(costs, sites, weights)
        assert greedy.objective >= best.objective
        assert len(set(greedy.sites)) == len(set(best.sites)) == sites
        best, greedy = (
            solve(costs, sites, 6, weights) for solve in (location.maximal_cover, location.greedy_maximal_cover)
        )
        assert (1 - 1 / math.e) * best.objective <= greedy.objective <= best.objective
        assert len(set(greedy.sites)) == len(set(best.sites)) == sites


@pytest.mark.parametrize("number", WORLDS)
def test_greed_is_best_for_one_site(number):
    costs, weights = small_world(number)
    medians = location.p_median(costs, 1, weights), location.greedy_p_median(costs, 1, weights)
    covers = location.maximal_cover(costs, 1, 6, weights), location.greedy_maximal_cover(costs, 1, 6, weights)
    assert medians[0].objective == medians[1].objective
    assert covers[0].objective == covers[1].objective


@pytest.mark.parametrize("number", WORLDS)
def test_one_more_site_never_hurts(number):
    costs, weights = small_world(number)
    medians = [location.p_median(costs, sites, weights).objective for sites in range(1, 8)]
    centers = [location.p_center(costs, sites).objective for sites in range(1, 8)]
    covers = [location.maximal_cover(costs, sites, 6, weights).objective for sites in range(1, 8)]
    expected = [location.maximal_expected_cover(costs, units, 6, 0.4, weights).objective for units in range(1, 8)]
    assert medians == sorted(medians, reverse=True)
    assert centers == sorted(centers, reverse=True)
    assert covers == sorted(covers)
    assert expected == sorted(expected)


@pytest.mark.parametrize("number", WORLDS)
def test_models_agree_where_they_meet(number):
    costs, weights = small_world(number)
    for sites in (1, 2, 4):
        radius = location.p_center(costs, sites).objective
        assert location.set_cover(costs, radius).objective <= sites
        assert location.maximal_cover(costs, sites, radius, weights).objective == weights.sum()
        cover = location.maximal_cover(costs, sites, 6, weights).objective
        assert location.maximal_expected_cover(costs, sites, 6, 0, weights).objective == cover
        # a unit is free a share 0.7 of the time, and more of them are free no less often
        expected = location.maximal_expected_cover(costs, sites, 6, 0.3, weights).objective
        assert 0.7 * cover <= expected + 1e-9
        assert expected <= cover


@pytest.mark.parametrize("number", WORLDS)
def test_assignment_is_to_the_nearest_open_site(number):
    costs, weights = small_world(number)
    places = np.arange(len(costs))
    median = location.p_median(costs, 3, weights)
    assert weights @ costs[places, median.assignment] == median.objective
    assert set(median.assignment) <= set(median.sites)
    cover = location.maximal_cover(costs, 3, 6, weights)
    served = cover.assignment != location.NOWHERE
    assert weights[served].sum() == cover.objective
    assert (costs[places, cover.assignment][served] <= 6).all()
    assert (costs[~served][:, list(cover.sites)] > 6).all()
    center = location.p_center(costs, 3)
    assert costs[places, center.assignment].max() == center.objective


# --- distances between nodes -----------------------------------------------------------------------------------------


def test_last_of_equal_edges_counts():
    """Whichever way round it is written; and a way round may be shorter than an edge."""
    edges = [(0, 1, 1), (1, 2, 5), (1, 0, 9), (0, 2, 2), (3, 3, 4)]
    assert location.all_pairs(edges, 5).tolist() == [
        [0, 7, 2, math.inf, math.inf],
        [7, 0, 5, math.inf, math.inf],
        [2, 5, 0, math.inf, math.inf],
        [math.inf, math.inf, math.inf, 0, math.inf],
        [math.inf, math.inf, math.inf, math.inf, 0],
    ]


def test_shortest_distances_are_a_metric():
    rng = np.random.default_rng(4)
    edges = [(*rng.integers(0, 20, 2).tolist(), float(length)) for length in rng.integers(0, 50, 60)]
    found = location.all_pairs(edges, 20)
    assert (found == found.T).all()
    assert (found[:, None, :] <= found[:, :, None] + found[None]).all()
    last = {frozenset((a, b)): length for a, b, length in edges if a != b}
    assert all(found[tuple(pair)] <= length for pair, length in ((sorted(ends), cost) for ends, cost in last.items()))


# --- what is refused -------------------------------------------------------------------------------------------------


def test_placements_that_are_none_are_refused():
    costs, weights = small_world(0)
    with pytest.raises(ValueError, match="8 sites asked for where there are 7"):
        location.p_median(costs, 8)
    with pytest.raises(ValueError, match="sites must be a whole number from 1 on"):
        location.p_center(costs, 0)
    with pytest.raises(ValueError, match="places by sites"):
        location.p_median([[1, math.inf]], 1)
    with pytest.raises(ValueError, match="weights must be"):
        location.p_median(costs, 2, weights[:5])
    with pytest.raises(ValueError, match="radius must not be below 0"):
        location.maximal_cover(costs, 2, -1)
    with pytest.raises(ValueError, match="utilisation must be"):
        location.maximal_expected_cover(costs, 2, 5, 1.0)
    with pytest.raises(ValueError, match=r"not in 0\.\.3"):
        location.all_pairs([(0, 4, 1)], 4)
    with pytest.raises(ValueError, match="length of edge"):
        location.all_pairs([(0, 1, -1)], 4)
