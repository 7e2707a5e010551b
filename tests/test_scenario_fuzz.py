"""Whatever is written into a scenario file, it loads or is refused with ``ScenarioError``: nothing else comes out."""

from __future__ import annotations

import copy

import pytest
from bad_input_cases import BASE, FOLDER
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario, ScenarioError
from sim.scenario.load import load

GOOD = {name: Scenario.load(FOLDER / f"{name}.toml").resolved() for name in ("base", "plane")}
EXAMPLES = 150


def places(data, path=()):
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


PLACES = {name: list(places(data)) for name, data in GOOD.items()}
WORDS = sorted(
    {str(path[-1]) for paths in PLACES.values() for path in paths}
    | {"site:x", "district", "24:00", "constant", "post", "windows", "."}
)
SCALARS = st.one_of(
    st.integers(),
    st.integers(-3, 30),
    st.sampled_from([0, 1, -1, 2**63, 10**400, -(10**30), 1e308, 5e-324, 0.0, -0.0, float("nan"), float("inf")]),
    st.floats(),
    st.booleans(),
    st.sampled_from(WORDS),
    st.text(max_size=5),
    st.none(),
    st.dates(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def put(data, path, value, deletes):
    """Put a value at a path, or take away what is there; nothing if an earlier change took the way."""
    try:
        for part in path[:-1]:
            data = data[part]
        if deletes:
            del data[path[-1]]
        else:
            data[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        pass


@pytest.mark.parametrize("name", GOOD)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_changed_values(name, data):
    change = st.tuples(st.sampled_from(PLACES[name]), VALUES, st.booleans())
    changes = data.draw(st.lists(change, min_size=1, max_size=4))
    data = copy.deepcopy(GOOD[name])
    for path, value, deletes in changes:
        put(data, path, value, deletes)
    survives(lambda: Scenario.from_dict(data))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_changed_text(tmp_path_factory, data):
    """Pieces are cut out, doubled or put in; what still is TOML gets as far as the checks."""
    pieces = [
        "=",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        '"""',
        "\n",
        ".",
        ",",
        "#",
        "＝",
        "“",
        "\ufeff",
        "\0",
        "1e999",
        "0x_",
        "名",
    ]
    text = BASE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 3, 40])))
        text = text[:start] + data.draw(st.sampled_from([*pieces, text[start:end] * 2])) + text[end:]
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_text(text, encoding="utf-8", newline="")
    survives(lambda: load(path))


@settings(max_examples=EXAMPLES // 3)
@given(st.binary(max_size=60))
def test_bytes(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError):
        load(path)


@settings(max_examples=EXAMPLES)
@given(
    st.one_of(
        st.text(max_size=30),
        st.builds(
            "{}={}".format, st.sampled_from([".".join(map(str, path)) for path in PLACES["base"]]), st.text(max_size=12)
        ),
    )
)
def test_overrides(override):
    survives(lambda: load(FOLDER / "base.toml", [override]))


def survives(loading):
    """Loads to a scenario whose digests can be taken, or is refused in words."""
    scenario, said = None, "nothing"
    try:
        scenario = loading()
    except ScenarioError as error:
        said = str(error)
    assert said
    assert "Input should" not in said
    assert "pydantic" not in said
    if scenario is not None:
        assert Scenario.from_dict(scenario.resolved()).world_digest == scenario.world_digest
        assert len(scenario.policy_digest) == 64
