"""Broken closures of streets: more cases beside those of ``bad_input_cases``."""

from __future__ import annotations

from bad_input_cases import PLANE, Case, added

HEAD = "[[world.closures]]\n"
HOURS = HEAD + "from_h = 0\nto_h = 1\n"


def rule(name: str, text: str, key: str, *says: str) -> Case:
    """A case that adds a closure; the message names its last line."""
    return added(name, HOURS + text, f"world.closures.0{key}", *says, at=text.split("\n")[-1])


CLOSURE_CASES = [
    added("opens first", HEAD + "from_h = 2\nto_h = 2", "world.closures.0.to_h", "from_h = 2", at="to_h = 2"),
    added("closes too late", HEAD + "from_h = 7\nto_h = 8", "world.closures.0.from_h", "below 6", at="from_h = 7"),
    added("never opens", HEAD + "from_h = 1", "world.closures.0.to_h", "is missing", at=HEAD.strip()),
    rule("closed to nobody known", 'modes = ["kar"]', ".modes.0", 'did you mean "car"'),
    rule("closed to one twice", 'modes = ["car", "car"]', ".modes.1", "in the list already"),
    rule("closed nowhere", 'sectors = ["nort"]', ".sectors.0", 'did you mean "north"'),
    rule("closed alleys", 'kinds = ["alley"]', ".kinds.0", '"lane"'),
    rule("closed squares", 'kinds = ["square"]', ".kinds.0", "no street of this kind"),
    rule("closed stairs", 'kinds = ["stairs"]', ".kinds.0", "may pass such streets anyway"),
    rule("closed twice", 'kinds = ["road", "road"]', ".kinds.1", "in the list already"),
    rule("closed outside", "at_m = [0, 400]", ".at_m", "outside the grid of streets"),
    rule("around nowhere", "radius_m = 100", ".radius_m", "there is no at_m"),
    rule("around by nothing", "at_m = [0, 0]\nradius_m = 0", ".radius_m", "above 0"),
    rule("none of the streets drawn", "drawn = 0", ".drawn", "1 or more"),
    rule("lowest and drawn", "lowest = 3\ndrawn = 3", ".drawn", "either lowest or drawn"),
    rule("lowest of a flat town", "lowest = 3", ".lowest", "elevation_m"),
    added("more than there are", HOURS + "drawn = 1000", "world.closures.0", "asks for 1000 streets"),
    added("no street there", HOURS + "at_m = [50, 50]\nradius_m = 1", "world.closures.0", "closes no street"),
    Case(
        "streets of a plane",
        PLANE + "\n" + HOURS,
        "[[world.closures]]",
        "world.closures.0",
        ("a plane has no streets",),
    ),
]
