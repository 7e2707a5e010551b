"""Broken rosters: systems of shifts, heads and files of lines; more cases beside those of ``bad_input_cases``."""

from __future__ import annotations

from bad_input_cases import LINE, Case, added, changed

EXTRA = "policy.roster.extra."
OVERLAPPING = 'system = "overlapping_shifts"\n'
PATTERN = 'system = "pattern"\nshifts = {D = ["08:00", "20:00"], N = ["20:00", "08:00"]}\n'
SHIFTS = 'system = "three_shifts"\n'


def line(name: str, text: str, key: str, *says: str, at: str = "") -> Case:
    """A case that adds a roster line; the message names its last line unless ``at`` says otherwise."""
    return added(name, LINE + text, EXTRA + key, *says, at=at or text.split("\n")[-1])


def policy(name: str, text: str, key: str, *says: str) -> Case:
    """A case with a key of ``[policy]``."""
    return Case(name, changed("[policy.tiers.police]", f"[policy]\n{text}\n[policy.tiers.police]"), text, key, says)


def service(name: str, table: str, text: str, key: str, *says: str, at: str = "") -> Case:
    """A case that adds a withdrawal or recall; the message names its last line unless ``at`` says the header."""
    head = f"[[policy.{table}]]"
    return added(name, f"{head}\n{text}", f"policy.{table}.0.{key}", *says, at=head if at else text.split("\n")[-1])


ROSTER_CASES = [
    # systems
    line("misspelt system", 'system = "hole_days"', "system", 'did you mean "whole_days"'),
    line("a crew that is never off", 'system = "whole_days"\ncrews = 1', "crews", "never be off duty", "at least 2"),
    line(
        "two crews for three overlapping shifts",
        OVERLAPPING + "crews = 2",
        "crews",
        "cannot cover a day of 3",
        "at least 3",
    ),
    line("crews of always", "crews = 3", "crews", 'the system is "always"', '"overlapping_shifts"'),
    line("starts of nothing", SHIFTS + 'starts = ["08:00"]', "starts", 'only for system = "overlapping_shifts"'),
    line("two starts", OVERLAPPING + 'starts = ["08:00", "16:00"]', "starts", "has 2 of them"),
    line(
        "hole between shifts",
        OVERLAPPING + 'starts = ["06:00", "12:00", "18:00"]',
        "starts",
        "from 18:00 to 06:00 it is 12 h, and a shift has 10: nobody is there for 2 h",
    ),
    line("starts that go back", OVERLAPPING + 'starts = ["06:00", "22:00", "14:00"]', "starts", "one after the other"),
    line(
        "start beyond the day", OVERLAPPING + 'starts = ["06:00", "14:00", "24:30"]', "starts.2", "later than the day"
    ),
    line("hand-over to nobody", OVERLAPPING + 'changeover = "hand_over"', "changeover", "nobody takes over"),
    # patterns
    line("pattern without shifts", 'system = "pattern"\npattern = ["D"]', "shifts", "needs some", at=LINE[:30]),
    line("shifts without pattern", PATTERN[:-1], "pattern", "needs one", at=LINE[:30]),
    line("pattern of no system", 'pattern = ["D"]', "pattern", 'only for system = "pattern"'),
    line("strange letter", PATTERN + 'pattern = ["DX--"]', "pattern.0", 'has "X", and there is no such shift'),
    line("crew without duty", PATTERN + 'pattern = ["DN", "--"]', "pattern.1", "always off"),
    line(
        "long letter", 'system = "pattern"\npattern = ["D"]\nshifts = {DD = ["08:00", "20:00"]}', "shifts.DD", "letter"
    ),
    line(
        "no length",
        'system = "pattern"\npattern = ["D"]\nshifts = {D = ["08:00", "08:00"]}',
        "shifts.D",
        "begins and ends at the same time",
    ),
    line("crews of a pattern", PATTERN + 'pattern = ["DN"]\ncrews = 2', "crews", "a crew for each of its texts"),
    line(
        "two spells at once",
        'system = "pattern"\nshifts = {D = ["06:00", "14:00"], N = ["22:00", "08:00"]}\npattern = ["D-", "ND"]',
        "pattern.1",
        'crew B would be on two spells at once: "N" of day 1 (22:00 to 08:00) ends 2 h after "D" of day 2',
    ),
    # stagger
    line("stagger of always", "units = 2\nstagger_min = 10", "stagger_min", "no start to be later"),
    line("stagger of one", SHIFTS + "stagger_min = 10", "stagger_min", "one unit in each group"),
    line(
        "stagger over a day", SHIFTS + "units = 10\nstagger_min = 160", "stagger_min", "9 x 160 = 1440 min", "up to 159"
    ),
    line("stagger of half a minute", SHIFTS + "stagger_min = 0.5", "stagger_min", "a whole number"),
    # heads
    line("more crews than heads", SHIFTS + "units = 2\nheads = 15", "heads", "1 x 2 units of 2", "are 16 people"),
    line("heads for less than a unit", "heads = 9", "heads", "too few for one unit", "10 or more"),
    line(
        "heads and books", "on_the_books = 30\nheads = 30", "on_the_books", "heads or on_the_books", at="on_the_books"
    ),
    line("no heads", "heads = 0", "heads", "from 1 to"),
    # files of lines
    policy("file of no kind", 'roster_file = "plan.ods"', "policy.roster_file", ".csv or .xlsx"),
    policy("file that is not there", 'roster_file = "plan.csv"', "policy.roster_file", "there is no such file"),
    policy("number of a file", "roster_file = 7", "policy.roster_file", "names no file"),
    # other service and recall
    service("service of nobody", "withdrawals", 'from_h = 1\nto_h = 2\nlines = ["crs"]', "lines.0", '"cars"?'),
    service("service without end", "withdrawals", 'lines = ["cars"]\nfrom_h = 2\nto_h = 2', "to_h", "above from_h = 2"),
    service(
        "service after the run", "withdrawals", 'lines = ["cars"]\nto_h = 99\nfrom_h = 90', "from_h", "over by then"
    ),
    service(
        "more in service than there are",
        "withdrawals",
        'lines = ["cars"]\nfrom_h = 1\nto_h = 2\nunits = 3',
        "units",
        "cars has 2 units on duty at once",
    ),
    service(
        "a third of two",
        "withdrawals",
        'lines = ["cars"]\nfrom_h = 1\nto_h = 2\nshare = 0.3',
        "share",
        "0.3 of the 2 units of cars is not one",
        "0.5 or more",
    ),
    service(
        "units and share",
        "withdrawals",
        'lines = ["cars"]\nfrom_h = 1\nto_h = 2\nunits = 1\nshare = 0.5',
        "share",
        "units or share, not both",
    ),
    service(
        "recall of who is there",
        "recall",
        'at_h = 1\nuntil_h = 2\ndelay = {median_min = 30, sigma = 0.5}\nlines = ["cars"]',
        "lines.0",
        "none of its crews is ever off duty",
    ),
    service(
        "recall that is over",
        "recall",
        'lines = ["pairs"]\nat_h = 3\ndelay = {median_min = 30, sigma = 0.5}\nuntil_h = 2',
        "until_h",
        "above at_h = 3",
    ),
    service(
        "recall without delay", "recall", 'at_h = 3\nuntil_h = 4\nlines = ["pairs"]', "delay", "is missing", at="["
    ),
    # changes by name
    Case(
        "change of nothing",
        'extends = "nothing.toml"\n[policy.roster.cars]\nunits = 0\n',
        "extends",
        "extends",
        ("there is no such file",),
    ),
]
