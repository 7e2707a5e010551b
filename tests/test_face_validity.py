"""The ordinary day against the bands of ``docs/face_validity.md``, with the documented values and with moved ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sim import Results, Scenario, simulate

SCENARIOS = Path(__file__).parent.parent / "scenarios"
REPLICATIONS = 10

#: (measure, by, member) -> (from, to)
BANDS = {
    ("response_min_p50", "priority", "1"): (3, 6),
    ("within_5_min_share", "priority", "1"): (0.45, 0.75),
    ("utilisation", "tier", "police"): (0.35, 0.60),
    ("queued_share", "all", ""): (0.01, 0.08),
    ("on_view_share", "all", ""): (0.02, 0.045),
}
#: What the documented values miss, and on which side.
MISSED = {("utilisation", "tier", "police"): "below", ("on_view_share", "all", ""): "above"}


def results(name: str) -> Results:
    return simulate(Scenario.load(SCENARIOS / name), replications=REPLICATIONS, seed=1, keep="measures")


def side(value: float, band: tuple[float, float]) -> str:
    return "below" if value < band[0] else "above" if value > band[1] else "within"


@pytest.mark.parametrize(
    ("name", "missed"), [("ordinary_day.toml", MISSED), ("ordinary_day_moved.toml", {})], ids=["documented", "moved"]
)
def test_bands(name, missed):
    day = results(name)
    sides = {key: side(day.value(*key), band) for key, band in BANDS.items()}
    assert sides == {key: missed.get(key, "within") for key in BANDS}


def test_moved_values_stay_within_their_documented_ranges():
    documented = Scenario.load(SCENARIOS / "ordinary_day.toml").spec.assumptions
    with (SCENARIOS / "ordinary_day_moved.toml").open("rb") as file:
        moved = tomllib.load(file)

    def leaves(table: dict, path: tuple[str, ...] = ()):
        for key, value in table.items():
            if isinstance(value, dict):
                yield from leaves(value, (*path, key))
            elif path:
                yield ".".join((*path, key)), value

    values = dict(leaves(moved))
    assert len(values) > 40
    for key, value in values.items():
        assert documented[key].low <= value <= documented[key].high, key
