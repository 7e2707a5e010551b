"""Distances, nearest units, one-way streets and acceleration against printed values, shortest paths and identities."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from sim.theory import acceleration, distance, nearest, oneway
from sim.theory.distance import Rectangle

SQUARE = [Rectangle(0, 0, 1, 1)]
METRICS = ("manhattan", "euclid")


# --- streets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "columns", "mean"),
    [
        (1, 1, "1"), (2, 2, "5/3"), (3, 3, "7/3"), (5, 5, "11/3"), (10, 10, "7"),
        (2, 1, "65/49"), (5, 3, "3248/1083"), (20, 5, "5849/675"),
    ],
)  # fmt: skip
def test_mean_distance_along_the_streets_of_a_grid(rows, columns, mean):
    """theory.md case 5."""
    assert distance.street_distance(rows, columns) == Fraction(mean)


@given(rows=st.integers(1, 40), columns=st.integers(1, 40))
def test_street_distance_keeps_the_bounds_of_larson_and_odoni(rows, columns):
    """Problem 3.15: between the mean in a rectangle and a third of a block more, which a square grid reaches."""
    excess = distance.street_distance(rows, columns) - Fraction(rows + columns, 3)
    assert 0 < excess <= Fraction(1, 3)
    assert (excess == Fraction(1, 3)) == (rows == columns)


@given(rows=st.integers(1, 9), columns=st.integers(1, 9), width=st.integers(1, 300), height=st.integers(1, 300))
def test_street_distance_turns_and_scales_with_the_grid(rows, columns, width, height):
    mean = distance.street_distance(rows, columns, width, height)
    assert mean == distance.street_distance(columns, rows, height, width)
    assert 7 * mean == distance.street_distance(rows, columns, 7 * width, 7 * height)


def finely_cut_grid(rows, columns, width, height, cuts):
    """Shortest distances of a grid with every side of a block cut into ``cuts`` pieces.

    Returns the distances between all points, (number, length) of each piece's middle, the number of each intersection.
    """
    number = itertools.count()
    node = {at: next(number) for at in itertools.product(range(rows + 1), range(columns + 1))}
    edges, middles = [], []
    for row, column in list(node):
        for end, length in (((row, column + 1), width), ((row + 1, column), height)):
            if end not in node:
                continue
            piece = length / cuts
            chain = [node[row, column], *(next(number) for _ in range(cuts)), node[end]]
            edges += zip(chain, chain[1:], [piece / 2] + [piece] * (cuts - 1) + [piece / 2], strict=False)
            middles += [(point, piece) for point in chain[1:-1]]
    a, b, lengths = zip(*edges, strict=True)
    count = next(number)
    return dijkstra(coo_array((lengths, (a, b)), shape=(count, count)).tocsr(), directed=False), middles, node


@pytest.mark.parametrize(("rows", "columns", "width", "height"), [(1, 1, 1, 1), (2, 3, 1, 1), (3, 2, 90, 150)])
def test_street_distance_is_that_of_shortest_paths(rows, columns, width, height):
    """Middles of pieces stand for the pieces: of two points on one piece this loses a third of its length."""
    cuts = 10
    distances, middles, node = finely_cut_grid(rows, columns, width, height, cuts)
    points, pieces = np.array(middles).T
    points, share = points.astype(int), pieces / pieces.sum()
    found = share @ distances[np.ix_(points, points)] @ share + (share**2 * pieces).sum() / 3
    exact = float(distance.street_distance(rows, columns, width, height))
    # what is left are the points about halfway round a block, where the way turns
    assert found == pytest.approx(exact, abs=max(width, height) / (3 * cuts**2))
    for (row, column), number in node.items():
        exact = float(distance.street_distance_from(row, column, rows, columns, width, height))
        assert share @ distances[number, points] == pytest.approx(exact, rel=1e-12)


def test_grids_that_are_none_are_refused():
    with pytest.raises(ValueError, match="rows must be a whole number from 1 on"):
        distance.street_distance(0, 3)
    with pytest.raises(ValueError, match="width must be a finite number above 0"):
        distance.street_distance(1, 3, width=0)
    with pytest.raises(ValueError, match=r"intersection \(2, 4\) is not on a grid of 2 x 3 blocks"):
        distance.street_distance_from(2, 4, 2, 3)


# --- lines and rectangles --------------------------------------------------------------------------------------------


def test_unit_in_a_square():
    """theory.md case 7: at the centre, roaming, at a corner; and roaming around a block without demand."""
    assert distance.from_point(0.5, 0.5, SQUARE) == pytest.approx(1 / 2, rel=1e-14)
    assert distance.between(SQUARE, SQUARE) == pytest.approx(2 / 3, rel=1e-14)
    assert distance.from_point(0, 0, SQUARE) == pytest.approx(1, rel=1e-14)
    frame = [*SQUARE, Rectangle(0.25, 0.25, 0.75, 0.75, -1)]
    assert distance.between(frame, frame) == pytest.approx(20 / 27, rel=1e-14)


def test_known_euclidean_means():
    """Ghosh 1951 for two points of a square, and the integral in polar coordinates for a corner."""
    assert distance.euclid_mean(1, 1) == pytest.approx((2 + math.sqrt(2) + 5 * math.asinh(1)) / 15, rel=1e-13)
    assert distance.from_point(0, 0, SQUARE, "euclid") == pytest.approx((math.sqrt(2) + math.asinh(1)) / 3, rel=1e-13)


@given(x=st.floats(-3, 3), left=st.floats(-2, 0), length=st.floats(0.1, 3))
def test_mean_distance_on_a_line_is_an_integral(x, left, length):
    right = left + length
    inside = [x] if left < x < right else None
    exact = quad(lambda at: abs(x - at), left, right, points=inside)[0] / length
    assert distance.interval_from_point(x, left, right) == pytest.approx(exact, rel=1e-9)
    exact = quad(lambda at: distance.interval_from_point(at, left, right), -1, 0.5, points=[left, min(right, 0.5)])[0]
    assert distance.interval_between((left, right), (-1, 0.5)) == pytest.approx(exact / 1.5, rel=1e-7)
    assert distance.interval_between((x, x), (left, right)) == distance.interval_from_point(x, left, right)


def cut(rectangle, columns, rows):
    """The same ground in pieces."""
    x = np.linspace(rectangle.left, rectangle.right, columns + 1).tolist()
    y = np.linspace(rectangle.bottom, rectangle.top, rows + 1).tolist()
    return [
        Rectangle(west, south, east, north, rectangle.density)
        for (west, east), (south, north) in itertools.product(itertools.pairwise(x), itertools.pairwise(y))
    ]


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=20)
@given(
    corner=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    sides=st.tuples(st.floats(0.2, 3), st.floats(0.2, 3)),
    pieces=st.tuples(st.integers(1, 5), st.integers(1, 5)),
)
def test_distances_do_not_see_how_ground_is_cut(metric, corner, sides, pieces):
    """Pieces meet, touch or lie apart, so every way of computing has to agree with every other."""
    one = Rectangle(*corner, corner[0] + sides[0], corner[1] + sides[1])
    whole = distance.between([one], SQUARE, metric)
    assert distance.between(cut(one, *pieces), cut(SQUARE[0], 3, 4), metric) == pytest.approx(whole, rel=1e-9)
    assert distance.between(SQUARE, [one], metric) == pytest.approx(whole, rel=1e-12)
    from_here = distance.from_point(0.3, 0.4, [one], metric)
    assert distance.from_point(0.3, 0.4, cut(one, *pieces), metric) == pytest.approx(from_here, rel=1e-9)
    dot = Rectangle(0.3, 0.4, 0.3 + 1e-3, 0.4 + 1e-3)
    assert distance.between([dot], [one], metric) == pytest.approx(from_here, abs=2e-3)


@pytest.mark.parametrize("tiny", [1e-170, 5e-324])
def test_sides_that_nearly_meet_are_sides_that_meet(tiny):
    """Ratios of such differences overflow."""
    for shifted in (Rectangle(0, tiny, 2, 1), Rectangle(tiny, 0, 2, 1)):
        mean = distance.between([Rectangle(0, 0, 2, 1)], SQUARE, "euclid")
        assert distance.between([shifted], SQUARE, "euclid") == pytest.approx(mean, rel=1e-14)
        mean = distance.from_point(0, 0, [Rectangle(0, 0, 2, 1)], "euclid")
        assert distance.from_point(0, 0, [shifted], "euclid") == pytest.approx(mean, rel=1e-14)


@pytest.mark.parametrize("metric", METRICS)
def test_distances_scale_and_turn(metric):
    a, b = Rectangle(0, 0, 2, 1), Rectangle(1.5, -1, 4, 0.5)
    mean = distance.between([a], [b], metric)
    turned = [Rectangle(part.bottom, part.left, part.top, part.right) for part in (a, b)]
    larger = [Rectangle(*(10 * side + 3 for side in part[:4])) for part in (a, b)]
    assert distance.between(turned[:1], turned[1:], metric) == pytest.approx(mean, rel=1e-12)
    assert distance.between(larger[:1], larger[1:], metric) == pytest.approx(10 * mean, rel=1e-12)
    doubled = distance.between([a, b, b], [a], metric)
    assert distance.between([a, b._replace(density=2)], [a], metric) == pytest.approx(doubled, rel=1e-12)


def test_far_away_small_ground_loses_no_digits():
    """A block of 10 m seen from 10 km is as far as its centre, to the square of their ratio."""
    block, far = Rectangle(0, 0, 10, 10), Rectangle(6000, 8000, 6010, 8010)
    assert distance.between([block], [far], "euclid") == pytest.approx(10_000, rel=1e-6)
    assert distance.from_point(5, 5, [far], "euclid") == pytest.approx(10_000, rel=1e-6)
    mean = distance.between([block], [far], "euclid")
    assert distance.between(cut(block, 2, 2), cut(far, 2, 2), "euclid") == pytest.approx(mean, rel=1e-13)


@given(width=st.floats(0.1, 50), height=st.floats(0.1, 50))
def test_means_in_a_rectangle_keep_their_order(width, height):
    ground = [Rectangle(0, 0, width, height)]
    manhattan, euclid = distance.manhattan_mean(width, height), distance.euclid_mean(width, height)
    assert manhattan == pytest.approx(distance.between(ground, ground), rel=1e-12)
    assert manhattan / math.sqrt(2) * (1 - 1e-9) <= euclid < manhattan
    assert distance.from_point(width / 2, height / 2, ground) < manhattan < distance.from_point(0, 0, ground)


def test_ground_that_is_none_is_refused():
    with pytest.raises(ValueError, match="an area above 0"):
        distance.between(SQUARE, [])
    with pytest.raises(ValueError, match="an area above 0"):
        distance.from_point(0, 0, [*SQUARE, Rectangle(0, 0, 1, 1, -1)])
    with pytest.raises(ValueError, match="from 1 to 0"):
        distance.between(SQUARE, [Rectangle(1, 0, 0, 1)])
    with pytest.raises(ValueError, match="metric is manhattan or euclid, not 'taxi'"):
        distance.between(SQUARE, SQUARE, "taxi")


# --- the nearest of several ------------------------------------------------------------------------------------------


def test_square_root_constants():
    """theory.md case 8."""
    assert nearest.square_root_constant("manhattan") == pytest.approx(math.sqrt(2 * math.pi) / 4, rel=1e-14)
    assert nearest.square_root_constant("manhattan") == pytest.approx(0.626657, abs=0.5e-6)
    assert nearest.square_root_constant("euclid") == pytest.approx(0.5, rel=1e-14)
    ranks = [nearest.square_root_constant("manhattan", rank) for rank in (1, 2, 3)]
    assert ranks == pytest.approx([0.62666, 0.93999, 1.17498], abs=0.5e-5)


@pytest.mark.parametrize(("units", "mean"), [(10, 0.21701), (50, 0.09316)])
def test_nearest_in_a_bounded_square(units, mean):
    """theory.md case 8."""
    assert nearest.nearest_mean(units, "manhattan", "square") == pytest.approx(mean, abs=0.5e-5)


@pytest.mark.parametrize(
    ("units", "load", "mean"), [(3, 1.5, 0.51967), (5, 2.5, 0.44145), (10, 5, 0.33010), (20, 10, 0.22842)]
)
def test_nearest_free_of_several(units, load, mean):
    """theory.md case 4."""
    assert nearest.with_loss(units, load, "manhattan", "square") == pytest.approx(mean, abs=0.5e-5)


def test_one_unit_is_as_far_as_any_point():
    assert nearest.nearest_mean(1, "manhattan", "square") == pytest.approx(2 / 3, rel=1e-12)
    assert nearest.nearest_mean(1, "euclid", "square") == pytest.approx(distance.euclid_mean(1, 1), rel=1e-12)
    quarter = [Rectangle(0, 0, 0.5, 0.5)]  # on the torus a call sees one unit as if it were in such a quarter
    for metric in METRICS:
        assert nearest.nearest_mean(1, metric, "torus") == pytest.approx(distance.from_point(0, 0, quarter, metric))


@pytest.mark.parametrize("region", ["torus", "square"])
@pytest.mark.parametrize("metric", METRICS)
def test_distances_by_rank_add_up(metric, region):
    """Over all ranks each of the units is counted once; and the next is farther."""
    ranks = [nearest.nearest_mean(6, metric, region, rank) for rank in range(1, 7)]
    assert sum(ranks) / 6 == pytest.approx(nearest.nearest_mean(1, metric, region), rel=1e-10)
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("metric", METRICS)
def test_square_root_law_is_the_limit_on_a_torus(metric):
    """From below with an error of 3 / (8 N), as sqrt(N) Beta(1/2, N + 1) has; a bounded square is farther."""
    law = nearest.square_root_constant(metric)
    scaled = {units: math.sqrt(units) * nearest.nearest_mean(units, metric, "torus") for units in (5, 50, 500, 5000)}
    for units, found in scaled.items():
        assert found == pytest.approx(law * (1 - 3 / (8 * units)), rel=1 / units**2 + 1e-12)
        bounded = math.sqrt(units) * nearest.nearest_mean(units, metric, "square")
        assert found < bounded
    means = [nearest.nearest_mean(units, metric, "square") for units in range(1, 8)]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("region", ["torus", "square"])
@pytest.mark.parametrize("metric", METRICS)
def test_nearest_of_drawn_units(metric, region):
    """Against plain draws, fixed: 3.3 standard errors."""
    rng = np.random.default_rng(20)
    apart = np.abs(rng.random((40_000, 4, 2)) - rng.random((40_000, 1, 2)))
    if region == "torus":
        apart = np.minimum(apart, 1 - apart)
    lengths = np.sort(apart.sum(axis=2) if metric == "manhattan" else np.hypot(apart[..., 0], apart[..., 1]), axis=1)
    for rank in (1, 3):
        drawn = lengths[:, rank - 1]
        exact = nearest.nearest_mean(4, metric, region, rank)
        assert abs(drawn.mean() - exact) < 3.3 * drawn.std() / math.sqrt(len(drawn))


def test_busy_units_make_the_nearest_free_one_farther():
    loads = [0, 0.5, 2, 5, 50]
    lost = [nearest.with_loss(5, load) for load in loads]
    assert lost == sorted(lost)
    assert lost[0] == pytest.approx(nearest.nearest_mean(5, "manhattan", "square"), rel=1e-12)
    assert lost[-1] < 2 / 3
    assert nearest.with_loss(1, 3.0) == pytest.approx(2 / 3, rel=1e-12)  # served only when free
    # M/M/2 with load 1: nobody busy 1/3, one 1/3, both 1/3; who waits is served from wherever the unit cleared
    one, two = (nearest.nearest_mean(units, "manhattan", "square") for units in (1, 2))
    assert nearest.with_loss(2, 1.0, queue=True) == pytest.approx((two + one + one) / 3, rel=1e-12)
    assert nearest.with_loss(2, 1.0) == pytest.approx((2 * two + 2 * one) / 4, rel=1e-12)


def test_units_that_are_none_are_refused():
    with pytest.raises(ValueError, match="rank"):
        nearest.nearest_mean(3, "manhattan", "torus", 4)
    with pytest.raises(ValueError, match="region is torus or square, not 'disc'"):
        nearest.nearest_mean(3, "manhattan", "disc")
    with pytest.raises(ValueError, match="metric"):
        nearest.square_root_constant("taxi")
    with pytest.raises(ValueError, match="2 units cannot carry a load of 2"):
        nearest.with_loss(2, 2, queue=True)
    with pytest.raises(ValueError, match="load"):
        nearest.with_loss(2, -1)


# --- one-way streets -------------------------------------------------------------------------------------------------

BLOCKS = 24  # to a side of the large grid


def one_way_extras(cuts):
    """Extra distances of far trips, in 1/(2 ``cuts``) blocks, between the middles of ``cuts`` pieces of every block.

    Streets alternate, so two by two blocks hold every kind of end; one such patch near each corner of the grid.
    """
    number = itertools.count()
    node = {at: next(number) for at in itertools.product(range(BLOCKS + 1), repeat=2)}
    edges, points = [], {}
    for row, column in list(node):
        for end, forwards in (((row, column + 1), row % 2 == 0), ((row + 1, column), column % 2 == 1)):
            if end not in node:
                continue
            chain = [node[row, column], *(next(number) for _ in range(cuts)), node[end]]
            for step, point in enumerate(chain[1:-1]):
                along = 2 * step + 1
                north, east = (0, along) if end[0] == row else (along, 0)
                points[point] = (2 * cuts * row + north, 2 * cuts * column + east)
            lengths = [1] + [2] * (cuts - 1) + [1]
            links = list(zip(chain, chain[1:], lengths, strict=False))
            edges += links if forwards else [(b, a, length) for a, b, length in links]
    a, b, lengths = zip(*edges, strict=True)
    count = next(number)
    patches = [
        [point for point, (y, x) in points.items() if (y // (4 * cuts), x // (4 * cuts)) == patch]
        for patch in itertools.product((2, 9), repeat=2)
    ]
    graph = coo_array((lengths, (a, b)), shape=(count, count)).tocsr()
    for here in range(4):
        there = patches[3 - here]  # the opposite corner
        distances = dijkstra(graph, indices=patches[here])[:, there]
        for (one, origin), (other, target) in itertools.product(enumerate(patches[here]), enumerate(there)):
            straight = sum(abs(p - q) for p, q in zip(points[origin], points[target], strict=True))
            yield round(distances[one, other]) - straight


def test_one_way_streets_cost_two_blocks():
    """theory.md case 6: the mean and the 1 in 16 that pay 6; here the whole distribution, trip by trip."""
    counted = Counter(one_way_extras(1))
    trips = sum(counted.values())
    assert trips == 4 * 8 * 8
    assert {Fraction(pieces, 2): Fraction(count, trips) for pieces, count in counted.items()} == oneway.extra()
    assert oneway.extra()[6] == Fraction(1, 16)
    assert sum(blocks * chance for blocks, chance in oneway.extra().items()) == oneway.MEAN == 2


def test_one_way_streets_for_ends_anywhere():
    """Middles stand for pieces of 1/4 of a block: at each end the way there and back is off by up to 1/4."""
    extras = np.array(list(one_way_extras(4))) / 8
    assert extras.mean() == 2
    for blocks in np.arange(0.25, 8.1, 0.5):
        assert np.mean(extras <= blocks - 0.5) <= oneway.extra_within(blocks) <= np.mean(extras <= blocks + 0.5)
    assert quad(lambda blocks: 1 - oneway.extra_within(blocks), 0, 8, points=[4])[0] == pytest.approx(2, rel=1e-10)
    assert [oneway.extra_within(blocks) for blocks in (-1, 0, 8, 99)] == [0, 0.25, 1, 1]
    with pytest.raises(ValueError, match="nan"):
        oneway.extra_within(math.nan)


# --- acceleration ----------------------------------------------------------------------------------------------------


def test_travel_time_with_acceleration():
    """theory.md case 9."""
    assert acceleration.travel_time([0.1, 1, 2], 0.4, 0.5) == pytest.approx([1, 3.25, 5.25], rel=1e-14)


@given(st.floats(0, 1e4), st.floats(0.01, 20), st.floats(0.1, 60))
def test_travel_with_acceleration_is_motion(length, a, v):
    """Never faster than the speed or the acceleration allow, there in the end, and halfway at half time."""
    end = float(acceleration.travel_time(length, a, v))
    assert end >= length / v
    times = np.linspace(0, end, 201)
    at = acceleration.distance_after(times, length, a, v)
    tiny = 1e-9 * (1 + length)
    assert at[0] == 0
    assert at[-1] == pytest.approx(length, rel=1e-9, abs=tiny)
    assert at[100] == pytest.approx(length / 2, rel=1e-9, abs=tiny)
    assert at + at[::-1] == pytest.approx(length, rel=1e-9, abs=tiny)
    step = end / 200
    speeds = np.diff(at)
    assert (speeds >= -tiny).all()
    assert (speeds <= v * step + tiny).all()
    assert (np.abs(np.diff(speeds)) <= a * step**2 * (1 + 1e-6) + tiny).all()
    assert acceleration.distance_after([-1, end + 1], length, a, v) == pytest.approx([0, length], rel=1e-9, abs=tiny)


def test_travel_time_joins_and_has_its_limits():
    longest_without_cruising = 0.5**2 / 0.4
    below, above = acceleration.travel_time(longest_without_cruising * np.array([1 - 1e-9, 1 + 1e-9]), 0.4, 0.5)
    assert below == pytest.approx(above, rel=1e-8)
    assert acceleration.travel_time(3, 1e12, 0.5) == pytest.approx(6, rel=1e-9)
    assert acceleration.travel_time(0, 0.4, 0.5) == 0
    with pytest.raises(ValueError, match="acceleration must be a finite number above 0"):
        acceleration.travel_time(1, 0, 1)
    with pytest.raises(ValueError, match="distance must not be below 0"):
        acceleration.travel_time([1, -1], 1, 1)
