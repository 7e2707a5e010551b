"""The generator against the known answers of its authors, against itself in three forms, and against chance."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
import pytest

from sim import draws
from sim.vocabulary import Purpose

pytestmark = pytest.mark.interpreted

ONES = 0xFFFFFFFF

# Random123 1.14, tests/kat_vectors, "philox4x32 10": counter, key, result.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

# One corner of every word of the counter and of the key.
CORNERS = [
    (seed, replication, purpose, name, number)
    for seed, replication in ((0, 0), (1, 0), (0, 1), (ONES, draws.GEOGRAPHY_STREAM))
    for purpose in (Purpose.ARRIVAL_GAP, Purpose.START)
    for name in (0, 1, 1 << 32, (1 << 64) - 1, 0x0123456789ABCDEF)
    for number in (0, 1, ONES)
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert draws.philox(counter, key) == answer


def test_a_draw_is_the_first_two_words_of_its_block():
    """The known answer for pi's digits, once more through the door that the model uses."""
    counter, key, (x0, x1, _, _) = KNOWN[2]
    name = counter[3] << 32 | counter[2]
    assert draws.uniform(key[0], key[1], counter[1], name, counter[0]) == ((x0 >> 5) * 2**26 + (x1 >> 6)) / 2**53


@pytest.mark.parametrize("corner", CORNERS)
def test_vector_equals_scalar(corner):
    seed, replication, purpose, name, number = corner
    vector = draws.uniforms(seed, replication, purpose, np.array([name], np.uint64), number)
    assert vector.dtype == np.float64
    assert vector[0] == draws.uniform(*corner)


def test_names_and_numbers_broadcast():
    names, numbers = np.array([3, 5, 7], np.uint64), np.arange(4)[:, None]
    table = draws.uniforms(9, 2, Purpose.PATH, names, numbers)
    assert table.shape == (4, 3)
    for (row, column), value in np.ndenumerate(table):
        assert value == draws.uniform(9, 2, Purpose.PATH, int(names[column]), row)


def test_compiled_equals_scalar():
    """Also where compiling is off: there numpy's unsigned numbers must not overflow on the way."""
    from numba import njit

    from sim.kernel.draw import uniform

    @njit
    def from_outside(seed, replication, purpose, name, number):
        return uniform(seed, replication, purpose, name, number)

    with np.errstate(all="raise"):
        for seed, replication, purpose, name, number in CORNERS:
            got = from_outside(seed, replication, int(purpose), np.uint64(name), number)
            assert float(got) == draws.uniform(seed, replication, purpose, name, number)


def test_draws_stay_below_one():
    """The largest draw has all of its 53 bits set: 1 itself cannot come, and neither is 0 left out."""
    assert math.nextafter(1.0, 0.0) == (((ONES >> 5) * 67108864.0) + (ONES >> 6)) / 9007199254740992.0
    sample = draws.uniforms(1, 0, Purpose.ATTRIBUTE, np.arange(100_000, dtype=np.uint64))
    assert 0 <= sample.min() < 1e-4
    assert 1 - 1e-4 < sample.max() < 1


# ------------------------------------------------------------------------------------------------------ chance
# Seeds are fixed, so these pass or fail for good; the bounds say how unlikely a failure of a sound generator was.


WAYS = (
    "choices of one unit",
    "first draws of many names",
    "ten draws of hashed names",
    "one draw in many replications",
)


@functools.cache
def sample_of(way: str) -> np.ndarray:
    """40,000 draws in one of the ways in which the model runs through its counters."""
    count = 40_000
    run = np.arange(count, dtype=np.uint64)
    named = np.array([draws.name_key("unit", "community", index) for index in range(count // 10)], np.uint64)
    if way == "choices of one unit":
        return draws.uniforms(1, 0, Purpose.PATROL, named[:1], run)
    if way == "first draws of many names":
        return draws.uniforms(1, 0, Purpose.ATTRIBUTE, run)
    if way == "ten draws of hashed names":
        return draws.uniforms(1, 0, Purpose.PATROL, named, np.arange(10)[:, None]).ravel()
    return np.array([draws.uniform(1, replication, Purpose.START, int(named[0])) for replication in range(count)])


@pytest.mark.parametrize("way", WAYS)
def test_draws_spread_evenly(way):
    """Chi-square over 100 cells: mean 99, sd 14; within 5 sd. Mean within 5 sd of 1/2."""
    sample = sample_of(way)
    cells = np.bincount((sample * 100).astype(int), minlength=100)
    expected = len(sample) / 100
    assert abs(((cells - expected) ** 2 / expected).sum() - 99) < 5 * math.sqrt(2 * 99)
    assert abs(sample.mean() - 0.5) < 5 / math.sqrt(12 * len(sample))


@pytest.mark.parametrize("way", WAYS)
def test_successive_draws_are_independent(way):
    """Correlation at lags 1 to 5, and pairs over a 10 x 10 board: within 5 sd."""
    sample = sample_of(way)
    centred = sample - 0.5
    for lag in range(1, 6):
        correlation = 12 * (centred[:-lag] * centred[lag:]).mean()
        assert abs(correlation) < 5 / math.sqrt(len(sample) - lag)
    cells = np.bincount((sample[0::2] * 10).astype(int) * 10 + (sample[1::2] * 10).astype(int), minlength=100)
    expected = len(sample) / 2 / 100
    assert abs(((cells - expected) ** 2 / expected).sum() - 99) < 5 * math.sqrt(2 * 99)


def test_streams_are_independent_of_each_other():
    """Every two of: neighbouring seeds, replications, purposes and names, over 20,000 numbers; within 5 sd."""
    numbers = np.arange(20_000)
    base = (1, 0, Purpose.PATROL, 12345)
    neighbours = [base, (2, 0, Purpose.PATROL, 12345), (1, 1, Purpose.PATROL, 12345)]
    neighbours += [(0, 1, Purpose.PATROL, 12345), (1, 0, Purpose.SIGHTING, 12345), (1, 0, Purpose.PATROL, 12346)]
    neighbours += [(1, 0, Purpose.PATROL, 12345 + (1 << 32))]
    samples = [draws.uniforms(*stream, numbers) - 0.5 for stream in neighbours]
    for one, other in itertools.combinations(samples, 2):
        assert abs(12 * (one * other).mean()) < 5 / math.sqrt(len(numbers))


# ------------------------------------------------------------------------------------------------------- names


def test_names_keep_their_keys():
    """Another key would change every day ever simulated. These are what `b2sum -l 64` says, last byte first."""
    assert draws.name_key() == 0xB4B2797457A0A6E4
    assert draws.name_key("unit") == 0xFE118DC3A3DD3D5B
    assert draws.name_key("incident", "fight", "daping", 3) == 0xAB6ED28E9A67CAD2
    assert draws.name_key("大坪") == 0xC1472E29C3F34570


def test_names_are_taken_apart_where_their_parts_end():
    assert draws.name_key("ab", "c") != draws.name_key("a", "bc") != draws.name_key("abc")
    assert draws.name_key("unit", 3) == draws.name_key("unit", "3")


def test_ten_thousand_names_do_not_collide():
    keys = {draws.name_key("unit", line, index) for line in range(10) for index in range(1000)}
    assert len(keys) == 10_000


def test_pair_keys_know_first_from_second():
    one, other = draws.name_key("unit", 1), draws.name_key("incident", 1)
    assert draws.pair_key(one, other) != draws.pair_key(other, one)
    assert draws.pair_key(0, 1) == 1 << 23
    assert draws.pair_key(0, 1 << 63) == 1 << 22
    assert draws.pair_key(5, 0) == 5
    keys = {draws.pair_key(draws.name_key("u", u), draws.name_key("i", i)) for u in range(100) for i in range(100)}
    assert len(keys) == 10_000
