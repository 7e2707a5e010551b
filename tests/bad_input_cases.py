"""Broken scenario files: how each is made from ``bad_input/base.toml``, and what its one clear message must hold."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

BASE = (Path(__file__).parent / "bad_input" / "base.toml").read_text(encoding="utf-8")


class Case(NamedTuple):
    name: str
    content: str | bytes  #: of the file
    at: str  #: a piece of the line that the message must name; "" for problems of the file as a whole
    key: str  #: the key that the message must name, "" for none
    says: tuple[str, ...] = ()  #: further pieces of the message


def changed(old: str, new: str) -> str:
    """The base with one piece replaced, which must be there once."""
    assert BASE.count(old) == 1, (BASE.count(old), old)
    return BASE.replace(old, new)


def edit(name: str, old: str, new: str, key: str, *says: str, at: str = "") -> Case:
    """A case that replaces a piece; the message names the line of ``at``, by default of the new piece's first line."""
    return Case(name, changed(old, new), at or new.split("\n")[0], key, says)


def added(name: str, text: str, key: str, *says: str, at: str = "") -> Case:
    """A case that adds tables at the end."""
    return Case(name, BASE + "\n" + text + "\n", at or text.split("\n")[0], key, says)


LINE = '[[policy.roster]]\nname = "extra"\ntier = "community"\n'

CASES = [
    # files
    Case("empty file", "", "", "schema_version", ("is missing",)),
    Case("not utf-8", BASE.encode().replace(b"Test town", b"\xc1\xb9\xcd\xe2"), "title = ", "", ("UTF-8",)),
    Case("utf-16", BASE.encode("utf-16"), "", "", ("UTF-16",)),
    Case("nested arrays", BASE + "\nx = " + "[" * 200 + "]" * 200, "x = [[[", "", ("nested too deeply",)),
    Case("nested unclosed", "x = " + "[" * 100_000, "x = ", "", ("nested too deeply",)),
    Case("nested inline tables", "x = " + "{a = " * 200 + "1" + "}" * 200, "x = {", "", ("nested too deeply",)),
    Case("endless dotted key", ".".join("a" * 2000) + " = 1", "a.a.a", "", ("nested too deeply",)),
    Case("too many digits", BASE + "\n" + "x = " + "9" * 6000, "x = 999", "", ("thousands of digits",)),
    Case("binary", bytes(range(256)) * 4, "", "", ("UTF-8",)),
    # syntax
    edit("full-width equals", "rows = 4", "rows ＝ 4", "", "column", "＝ should be ="),
    edit("full-width quotes", 'title = "Test town"', "title = “Test town”", "", "“ should be"),
    edit("full-width comma", "[100, 120, 100]", "[100，120, 100]", "", "， should be ,", at="100，120"),
    edit("full-width digits", "per_day = 200", "per_day = ２００", "", "２ should be 2"),
    edit("chinese bracket", "[world.demand]", "【world.demand】", "", "【 should be ["),
    edit("chinese name", "[world.sectors.north]", "[world.sectors.北]", "", "column"),
    edit("text without quotes", 'mode = "car"', "mode = car", "", "text is written in quotes"),
    edit("python's true", "kit = true", "kit = True", "", "written true and false"),
    edit("time without quotes", '["07:00", "09:00"]', "[07:00, 09:00]", "", "in quotes", at="[07:00"),
    edit("key twice", "columns = 4", "columns = 4\ncolumns = 5", "", "column", at="columns = 5"),
    edit(
        "unclosed list",
        "weekend = [1, 1, 1, 1, 1, 2, 2]",
        "weekend = [1, 1, 1, 1, 1, 2, 2",
        "",
        "not valid TOML",
        at="[world.demand]",
    ),
    # types and bounds
    edit(
        "text for a number",
        "per_day = 200",
        'per_day = "200"',
        "world.demand.per_day",
        '= "200"',
        "is text",
        "a number",
    ),
    edit("true for a number", "rows = 4", "rows = true", "world.space.rows", "from 2 to 400"),
    edit("fraction for a whole number", "teams = 2", "teams = 2.5", "world.sectors.north.teams", "a whole number"),
    edit("number for text", 'name = "cars"', "name = 7", "policy.roster.0.name", "a name"),
    edit("number for true", "kit = true", "kit = 1", "policy.tiers.police.kit", "true or false"),
    edit(
        "list for a table",
        "[world.weekly]\nweekend",
        "[world]\nweekly = []\n[world.x]\nweekend",
        "world.weekly",
        "is a list",
        at="weekly = []",
    ),
    edit("negative speed", "road = 5.0", "road = -5.0", "world.modes.car.speed_mps.road", "-5.0"),
    edit("negative demand", "per_day = 200", "per_day = -1", "world.demand.per_day", "not below 0"),
    edit(
        "share above one",
        "visible_share = 0.6",
        "visible_share = 1.5",
        "world.classes.fight.visible_share",
        "from 0 to 1",
    ),
    edit("nan", "per_day = 200", "per_day = nan", "world.demand.per_day", "finite"),
    edit("infinity", "measured_h = 4", "measured_h = inf", "run.measured_h", "finite"),
    edit("giant whole number", "replications = 2", "replications = " + "9" * 40, "run.replications", "too large"),
    edit("giant float", "measured_h = 4", "measured_h = 1e300", "run.measured_h", "100000"),
    edit("date for text", 'title = "Test town"', "title = 2024-01-01", "title", "date or time"),
    edit(
        "time of TOML",
        '["07:00", "09:00"]',
        "[07:00:00, 09:00:00]",
        "policy.roster.gates.windows",
        "date or time",
        at="07:00:00",
    ),
    edit(
        "unknown word",
        'channel = "relay"',
        'channel = "relais"',
        "policy.tiers.community.channel",
        'did you mean "relay"',
    ),
    edit(
        "wrong clock",
        '["07:00", "09:00"]',
        '["7:00", "09:00"]',
        "policy.roster.gates.windows.0.0",
        "time of day",
        at='"7:00"',
    ),
    edit(
        "clock beyond the day",
        '["16:00", "18:00"]',
        '["16:00", "24:30"]',
        "policy.roster.gates.windows.1.1",
        "later than the day",
        at='"24:30"',
    ),
    edit("hours of a short day", "evening = [1,1,", "evening = [1,", "world.profiles.evening", "23", "24"),
    edit("speed of almost nothing", "road = 5.0", "road = 1e-200", "world.modes.car.speed_mps.road", "0.01"),
    edit("schema of the future", "schema_version = 1", "schema_version = 2", "schema_version", "allowed: 1"),
    # keys
    edit("unknown key", "per_day = 200", "per_dey = 200", "world.demand.per_dey", 'did you mean "per_day"'),
    edit("unknown table", "[policy.dispatch]", "[policy.dispach]", "policy.dispach", 'did you mean "dispatch"'),
    edit("missing key", "rows = 4\n", "", "world.space.rows", "is missing", at="[world.space]"),
    edit("bad name", "[world.sectors.north]", '[world.sectors."no rth"]', 'world.sectors."no rth"', "names of"),
    edit(
        "unknown ending",
        "custody = 0.2",
        "custdy = 0.2",
        "world.classes.fight.endings.custdy",
        'did you mean "custody"',
    ),
    # names that must exist
    edit(
        "unknown tier in a slot",
        'needs = [{tiers = ["community", "armband"]',
        'needs = [{tiers = ["comunity", "armband"]',
        "world.classes.help.needs.0.tiers.0",
        'did you mean "community"',
    ),
    edit(
        "unknown class in authority",
        'authority = {help = "resolve", fight = "hold"',
        'authority = {help = "resolve", figt = "hold"',
        "policy.tiers.community.authority.figt",
        'did you mean "fight"',
    ),
    edit("unknown mode", 'mode = "car"', 'mode = "cart"', "policy.tiers.police.mode", 'did you mean "car"'),
    edit(
        "unknown profile",
        "profile = {evening = 1}",
        "profile = {evenings = 1}",
        "world.classes.fight.profile.evenings",
        'did you mean "evening"',
    ),
    edit(
        "unknown week",
        'weekly = "weekend"',
        'weekly = "weekends"',
        "world.classes.fight.weekly",
        'did you mean "weekend"',
    ),
    edit(
        "unknown tier on the roster",
        'tier = "police"',
        'tier = "polize"',
        "policy.roster.cars.tier",
        'did you mean "police"',
    ),
    edit(
        "unknown role in base",
        'base = "site:police_station"',
        'base = "site:police_staton"',
        "policy.roster.cars.base",
        'did you mean "site:police_station"',
    ),
    edit(
        "no custody site",
        "police_station = {total = 1}",
        "police_station = {total = 0}",
        "world.custody_site",
        "0 sites",
        at="[world.space]",
    ),
    edit(
        "unknown class to worsen to",
        "to = {fight = 1}",
        "to = {fite = 1}",
        "world.classes.fight.worsens.to.fite",
        'did you mean "fight"',
    ),
    edit(
        "unknown sector for sites",
        "school_gate = {per_sector = {north = 2",
        "school_gate = {per_sector = {nort = 2",
        "world.sites.school_gate.per_sector.nort",
        'did you mean "north"',
    ),
    added(
        "unknown class in a surge",
        '[[world.demand.surges]]\nfactor = 2\nfrom_h = 1\nto_h = 2\nclasses = ["fihgt"]',
        "world.demand.surges.0.classes.0",
        'did you mean "fight"',
        at='["fihgt"]',
    ),
    added(
        "unknown sector in an injection",
        '[[world.demand.injections]]\nname = "one"\nclass = "fight"\nat_h = 1\nsector = "nord"',
        "world.demand.injections.one.sector",
        'did you mean "north"',
        at='"nord"',
    ),
    added(
        "unknown line in preference",
        '[policy.dispatch.preference]\nnorth = ["carz"]',
        "policy.dispatch.preference.north.0",
        'did you mean "cars"',
        at='"carz"',
    ),
    added(
        "unit of a line in preference that the line has not",
        '[policy.dispatch.preference]\nnorth = ["cars/district/9/Z"]',
        "policy.dispatch.preference.north",
        "a unit such as",
        at='"cars/district/9/Z"',
    ),
    added(
        "unit in preference by a name of one's own",
        '[policy.dispatch.preference]\nnorth = ["cars_1"]',
        "policy.dispatch.preference.north.0",
        "/district/1",
        at='"cars_1"',
    ),
    added(
        "assumption about nothing",
        '[assumptions."world.demand.per_dya"]\nlow = 1\nhigh = 2',
        "world.demand.per_dya",
        'did you mean "per_day"',
    ),
    added(
        "assumption upside down",
        '[assumptions."world.demand.scale"]\nlow = 3\nhigh = 2',
        "low",
        "above high",
        at="low = 3",
    ),
    added(
        "value beyond its assumption",
        '[assumptions."world.space.rows"]\nlow = 5\nhigh = 9',
        "world.space.rows",
        "not within low and high",
    ),
    # the district
    edit(
        "letter of nobody",
        '"nnnn",\n  "ssss"',
        '"nxnn",\n  "ssss"',
        "world.space.sector_map.1",
        "no sector's letter",
        at='"nxnn"',
    ),
    edit(
        "ragged map",
        '"nnnn",\n  "ssss"',
        '"nnn",\n  "ssss"',
        "world.space.sector_map.1",
        "rows of equal length",
        at='"nnn"',
    ),
    edit("letter twice", 'letter = "s"', 'letter  = "n"', "world.sectors.south.letter", "sector north too"),
    edit(
        "sector without ground",
        '"ssss",\n  "ssss"',
        '"nnnn",\n  "nnnn"',
        "world.sectors.south.letter",
        "no ground",
        at='letter = "s"',
    ),
    edit(
        "blocks that do not fit",
        "[100, 120, 100]",
        "[100, 120]",
        "world.space.block_width_m",
        "list of 3",
        at="[100, 120]",
    ),
    edit(
        "no street kind",
        "{road = 0.7, lane = 0.2, stairs = 0.1}",
        "{road = 0}",
        "world.space.street_kinds",
        "above 0",
        at="{road = 0}",
    ),
    edit(
        "nobody walks stairs",
        "stairs_up = 0.5, stairs_down = 0.8",
        "stairs_up = 0.5",
        "world.modes.foot.speed_mps",
        "stairs",
        at="stairs_up = 0.5}",
    ),
    edit("cars and no feet", "walks = true", "walks = false", "world.modes", "walks = true", at="[world.modes.car]"),
    added(
        "street both ways",
        '[[world.space.one_way]]\nrow = 1\ncolumn = 1\ndirection = "east"',
        "world.space.one_way.0",
        "either row or column",
    ),
    edit(
        "sites without number",
        "police_station = {total = 1}",
        "police_station = {}",
        "world.sites.police_station",
        "either total, or per_sector, or at_m",
    ),
    # incidents
    edit(
        "duration without sigma",
        "work = {median_min = 10, sigma = 0.8}",
        "work = {median_min = 10}",
        "world.classes.help.work.sigma",
        "is missing",
    ),
    edit(
        "duration of two kinds",
        "work = {median_min = 10, sigma = 0.8}",
        "work = {median_min = 10, sigma = 0.8, mean_min = 3}",
        "world.classes.help.work.mean_min",
        "exponential",
    ),
    edit(
        "median of zero",
        "work = {median_min = 10, sigma = 0.8}",
        "work = {median_min = 0, sigma = 0.8}",
        "world.classes.help.work.median_min",
        "no median of 0",
    ),
    edit(
        "no lifetime",
        'lifetime = {distribution = "exponential", mean_min = 30}\n',
        "",
        "world.classes.help.lifetime",
        "never_called_share",
        at="[world.classes.help]",
    ),
    edit(
        "endings above one",
        "custody = 0.2, mediated = 0.3",
        "custody = 0.8, mediated = 0.3",
        "world.classes.fight.endings",
        "1.1",
        at="custody = 0.8",
    ),
    edit("quorum too large", "quorum = 1", "quorum = 3", "world.classes.fight.quorum", "up to 2"),
    edit("quorum of nobody", "quorum = 1", "quorum = 0", "world.classes.fight.quorum", "nothing would let work start"),
    edit(
        "more than sixteen slots",
        '{tiers = ["police"]},\n',
        '{tiers = ["police"], units = 16},\n',
        "world.classes.fight.needs",
        "at most 16",
        at="needs = [\n",
    ),
    Case(
        "a class nobody may resolve",
        BASE.replace('help = "resolve", fight = "observe"', 'help = "hold", fight = "observe"').replace(
            'help = "resolve", fight = "hold"', 'help = "hold", fight = "hold"'
        ),
        'needs = [{tiers = ["community", "armband"]',
        "world.classes.help.needs.0.tiers",
        ("nobody may fill this slot of help", '"police"'),
    ),
    Case(
        "a crew nobody has",
        changed("quorum = 1\n", "quorum = 2\n").replace("min_crew = 2", "min_crew = 9"),
        "min_crew = 9",
        "world.classes.fight.needs.1.min_crew",
        ("no crew is that large",),
    ),
    edit("never safe", "safe_crew = 2", "safe_crew = 50", "world.classes.fight.safe_crew", "only watch"),
    Case(
        "no shares at all",
        BASE.replace("share = 6\n", "share = 0\n")
        .replace("share = 2\n", "share = 0\n")
        .replace("share = 1\n", "share = 0\n"),
        "[world.classes.help]",
        "world.classes",
        ("no class has a share",),
    ),
    # forces
    edit(
        "empty roster",
        BASE[BASE.index("[[policy.roster]]") : BASE.index("[assumptions")],
        "\n",
        "policy.roster",
        "is missing",
        at="[policy.tiers.police]",
    ),
    edit("line twice", 'name = "pairs"', 'name  = "cars"', "policy.roster.1.name", "earlier line"),
    edit(
        "post that patrols",
        'duty = "post"',
        'duty = "post"\nrule = "random"',
        "policy.roster.gates.rule",
        '"stand"',
        at='rule = "random"',
    ),
    added("patrol that stands", LINE + 'rule = "stand"', "policy.roster.extra.rule", "duty", at='rule = "stand"'),
    added(
        "windows of no system",
        LINE + 'windows = [["08:00", "09:00"]]',
        "policy.roster.extra.windows",
        'system = "windows"',
        at='"08:00", "09:00"',
    ),
    added(
        "system without windows",
        LINE + 'system = "windows"',
        "policy.roster.extra.windows",
        "needs some",
        at='[[policy.roster]]\nname = "extra"',
    ),
    edit(
        "window of no length",
        '["07:00", "09:00"]',
        '["07:00", "07:00"]',
        "policy.roster.gates.windows.0",
        "same time",
        at='"07:00", "07:00"',
    ),
    edit(
        "windows that overlap",
        '["07:00", "09:00"]',
        '["15:00", "17:00"]',
        "policy.roster.gates.windows.1",
        "overlaps",
        at='"15:00"',
    ),
    added(
        "two crews for three shifts",
        LINE + 'system = "three_shifts"\ncrews = 2',
        "policy.roster.extra.crews",
        "at least 3",
        at="crews = 2",
    ),
    added("beat of no team", LINE + 'beat  = "team"', "policy.roster.extra.beat", 'per = "team"', at='beat  = "team"'),
    added(
        "too few on the books",
        LINE + "units = 5\non_the_books = 3",
        "policy.roster.extra.on_the_books",
        "10 or more",
        at="on_the_books = 3",
    ),
    added(
        "a break as long as the spell",
        LINE + 'system = "three_shifts"\nbreak_min = 480',
        "policy.roster.extra.break_min",
        "480",
        at="break_min = 480",
    ),
    # more than can be simulated
    edit("too many incidents", "per_day = 200", "per_day = 1e9", "world.demand.per_day", "incidents"),
    Case(
        "too many units",
        BASE.replace("units = 2", "units = 100000")
        .replace('base = "site:police_station"', "crew = 3")
        .replace('system = "always"', 'system = "three_shifts"'),
        "units = 100000",
        "policy.roster.cars.units",
        ("200,000",),
    ),
    added(
        "too many probes",
        "[probes]\nreadiness_per_day = 10001",
        "probes.readiness_per_day",
        "10000",
        at="readiness_per_day = 10001",
    ),
]
