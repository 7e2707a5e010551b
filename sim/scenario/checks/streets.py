"""A district of streets: its picture, the kinds of its streets, and who can move on them."""

from __future__ import annotations

from sim.scenario.checks.findings import Findings
from sim.scenario.errors import listed
from sim.scenario.lines import Path
from sim.scenario.schema import Mode, ScenarioFile, SpeedTable, StreetMix, StreetSpace

KINDS = ("road", "lane", "stairs", "square")


def check_streets(spec: ScenarioFile, findings: Findings) -> None:
    space = spec.world.space
    if isinstance(space, StreetSpace):
        _blocks(space, findings)
        _picture(spec, space, findings)
        _one_way(space, findings)
        _street_kinds(spec, space, findings)
        _modes(spec, space, findings)


def _blocks(space: StreetSpace, findings: Findings) -> None:
    for key, count, what in (("block_height_m", space.rows, "rows"), ("block_width_m", space.columns, "columns")):
        lengths = getattr(space, key)
        if isinstance(lengths, list) and len(lengths) != count - 1:
            said = (
                f"has {len(lengths)} lengths, and {count} {what} of intersections have {count - 1} blocks between them"
            )
            findings.add(("world", "space", key), said, allowed=f"one number, or a list of {count - 1}")


def _picture(spec: ScenarioFile, space: StreetSpace, findings: Findings) -> None:
    sectors = spec.world.sectors
    key: Path = ("world", "space", "sector_map")
    letters: dict[str, str] = {}
    for name, sector in sectors.items():
        path: Path = ("world", "sectors", name, "letter")
        if sector.areas_m and not findings.touched(("world", "space")):
            said = "is for a plane, and here are streets"
            findings.add((*path[:-1], "areas_m"), said, allowed="letter, which stands for it in world.space.sector_map")
        if not sector.letter:
            if space.sector_map:
                findings.add(path, "is missing: without it the sector has no ground", allowed="one character in quotes")
            continue
        if sector.letter == "." or sector.letter.isspace():
            findings.add(path, "cannot stand for a sector", allowed="any character but '.' and blanks")
        elif sector.letter in letters:
            findings.add(path, f"is the letter of sector {letters[sector.letter]} too", allowed="a letter of its own")
        letters.setdefault(sector.letter, name)
    if not space.sector_map:
        if len(sectors) > 1:
            findings.add(
                key, f"is needed: it says which part of the grid belongs to which of the {len(sectors)} sectors"
            )
        return
    widths = [len(row) for row in space.sector_map]
    odd = next((number for number, width in enumerate(widths) if width != widths[0] or not width), None)
    if odd is not None:
        said = f"is {widths[odd]} letters long, and the first row {widths[0]}" if odd else "is empty"
        findings.add((*key, odd), said, allowed="rows of equal length")
    known = listed([*letters, "."])
    whole = len(letters) == len(sectors) and not any(path[:2] == ("world", "sectors") for path in findings.known)
    for number, row in enumerate(space.sector_map):
        strange = [letter for letter in row if letter != "." and letter not in letters]
        if strange and whole:
            findings.add((*key, number), f'"{strange[0]}" is no sector\'s letter', allowed=known)
    seen = set("".join(space.sector_map))
    for name, sector in sectors.items():
        if sector.letter and sector.letter not in seen:
            findings.add(
                ("world", "sectors", name, "letter"), "is nowhere in world.space.sector_map: the sector has no ground"
            )
    rows = space.elevation_m
    odd = next((number for number, row in enumerate(rows) if len(row) != len(rows[0]) or not row), None)
    if odd is not None:
        said = f"has {len(rows[odd])} heights, and the first row {len(rows[0])}" if odd else "is empty"
        findings.add(("world", "space", "elevation_m", odd), said, allowed="rows of equal length")


def _one_way(space: StreetSpace, findings: Findings) -> None:
    if isinstance(space.one_way, str):
        return
    seen: set[tuple[str, int]] = set()
    for number, rule in enumerate(space.one_way):
        path: Path = ("world", "space", "one_way", number)
        if (rule.row is None) == (rule.column is None):
            findings.add(path, "says not which street it is about", allowed="either row or column")
            continue
        if rule.row is not None:
            what, index, count, directions = "row", rule.row, space.rows, ("east", "west")
        else:
            what, index, count, directions = "column", rule.column or 0, space.columns, ("north", "south")
        if index >= count:
            findings.add((*path, what), f"there is no such {what}", index, f"0 to {count - 1}")
        if rule.direction not in directions:
            findings.add((*path, "direction"), f"a {what} does not run that way", rule.direction, listed(directions))
        if (what, index) in seen:
            findings.add((*path, what), f"this {what} has a direction already", index)
        seen.add((what, index))


def kinds_in_use(spec: ScenarioFile, space: StreetSpace) -> list[str]:
    """The street kinds that the district can have."""
    mixes = [sector.street_kinds or space.street_kinds for sector in spec.world.sectors.values()]
    used = {kind for mix in mixes for kind in KINDS if getattr(mix, kind) > 0}
    if space.arterial_every:
        used.add("road")
    return [kind for kind in KINDS if kind in used]


def _street_kinds(spec: ScenarioFile, space: StreetSpace, findings: Findings) -> None:
    mixes: list[tuple[Path, StreetMix | None]] = [(("world", "space", "street_kinds"), space.street_kinds)]
    mixes += [(("world", "sectors", name, "street_kinds"), s.street_kinds) for name, s in spec.world.sectors.items()]
    for path, mix in mixes:
        if mix is not None and not any(getattr(mix, kind) for kind in KINDS):
            findings.add(path, "has no share above 0", allowed=f"a share above 0 for one of {listed(KINDS)}")


def passable(mode: Mode, kind: str) -> bool:
    """Whether a mode has a speed for a street kind; on stairs it takes both directions."""
    table = mode.speed_mps
    if not isinstance(table, SpeedTable):
        return True
    if kind == "stairs":
        return table.stairs_up is not None and table.stairs_down is not None
    return getattr(table, kind) is not None


def _modes(spec: ScenarioFile, space: StreetSpace, findings: Findings) -> None:
    modes, kinds = spec.world.modes, kinds_in_use(spec, space)
    walkers = [mode for mode in modes.values() if mode.walks]
    everywhere = bool(walkers) and all(passable(walkers[0], kind) for kind in kinds)  # crews on foot take the first
    for name, mode in modes.items():
        table: Path = ("world", "modes", name, "speed_mps")
        if mode.acceleration_mps2 is not None:
            said = "is for a plane: on streets everybody moves at full speed at once"
            findings.add(("world", "modes", name, "acceleration_mps2"), said, allowed="to leave it out")
        if isinstance(mode.speed_mps, SpeedTable) and not any(speed is not None for _, speed in mode.speed_mps):
            findings.add(table, "is empty: this mode could not move", allowed=listed(SpeedTable.model_fields))
            continue
        closed = [kind for kind in kinds if not passable(mode, kind)]
        if closed and mode.walks and mode is walkers[0]:
            said = f"has no speed for {listed(closed)}, which the district has: nobody could reach an incident there"
            findings.add(table, said, allowed="a speed for every kind of street in use")
        elif closed and not mode.walks and not walkers:
            said = f"cannot pass {listed(closed)}, and there is no mode with walks = true for its crews to go on by"
            findings.add(("world", "modes", name), said, allowed="a mode that walks beside it")
        elif closed and mode.walks and not everywhere:
            said = f"has no speed for {listed(closed)}, which the district has"
            findings.add(table, said, allowed="a speed for every kind of street in use")
