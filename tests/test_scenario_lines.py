"""Lines of keys: the walk over the text against what ``tomllib`` reads from it."""

from __future__ import annotations

import tomllib

import pytest
from bad_input_cases import BASE

from sim.scenario.lines import line_of_keys, open_bracket, too_deep

TEXT = '''\
a = 1
# c = 2
b.c."d.e" = """x
y = 3""" # z
[t]
arr = [
  1, # one ]
  [2,
   3],
  {k = 1, "q" = [ "]" ]},
]
s = 2020-01-01 10:00:00
'l it' = "quo\\"te # no"
empty = []
none = {}
[[t.list]]
n = 1
[t.list.sub]
z = { a.b = 1, c = """
""", d = \'\'\'x\'\'\'\' }
[[t.list]]
n = '#2'
[[t.list.sub2]]
[ u . "v" ]
w = -1_000.5e3
'''


def paths(data, path=()):
    if path:
        yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield from paths(value, (*path, key))


@pytest.mark.parametrize("text", [TEXT, BASE], ids=["odd", "base"])
def test_every_value_has_a_line(text):
    found = line_of_keys(text)
    assert set(paths(tomllib.loads(text))) == set(found)
    assert line_of_keys(text.replace("\n", "\r\n")) == found


def test_lines():
    found = line_of_keys(TEXT)
    assert found["a",] == 1
    assert found["b", "c", "d.e"] == 3
    assert found["t", "arr", 0] == 7
    assert found["t", "arr", 1, 1] == 9
    assert found["t", "arr", 2, "q"] == 10
    assert found["t", "l it"] == 13
    assert found["t", "list", 0, "sub", "z", "a", "b"] == 19
    assert found["t", "list", 0, "sub", "z", "d"] == 20
    assert found["t", "list", 1] == 21
    assert found["t", "list", 1, "n"] == 22
    assert found["u", "v", "w"] == 25


def test_depth_is_seen_before_anything_is_parsed():
    assert too_deep("x = 1\ny = " + "[" * 33, 32) == 2
    assert too_deep("x = " + "[" * 32 + "]" * 32, 32) == 0
    assert too_deep("x = '" + "[" * 100 + "'", 32) == 0
    assert too_deep("# " + "[" * 100, 32) == 0
    assert too_deep(".".join("a" * 40), 32) == 1
    assert too_deep("x = [" + "1.5, " * 100 + "]", 32) == 0


def test_open_bracket():
    assert open_bracket("a = 1\nb = [\n 1,\n{c = '}'") == 4
    assert open_bracket("a = []") == 0
