"""What came out of each scenario: pairs of arms on the same days, as the catalogue in ``README.md``.

    python scenarios/catalogue.py                       all of it, written into README.md (some minutes)
    python scenarios/catalogue.py borders_own storm     only these scenarios, printed

It stands beside the scenarios and not in ``sim``: which measure answers the question of a file is knowledge about the
file, and the program shall not know its inputs. Days and measures come from the calls that ``run.py simulate`` makes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent), str(FOLDER)]  # works from a checkout that is not installed too

from comparisons import COMPARISONS, HIGHER, LOWER, SAME, Arm, Comparison, Look  # noqa: E402

from sim.engine import Engine  # noqa: E402
from sim.measures import MEASURES, Measure, Sample, measure, value_of  # noqa: E402
from sim.measures.pooling import mean_of_replications  # noqa: E402
from sim.scenario import Scenario  # noqa: E402

REPLICATIONS, SEED = 20, 1
README = FOLDER / "README.md"
BLOCK = re.compile(r"(?<=<!-- catalogue -->\n).*?(?=<!-- end of catalogue -->)", re.DOTALL)


class Outcome(NamedTuple):
    """Means over replications, the mean difference of pairs and its 95 % interval; whether the days were the same."""

    against: float
    arm: float
    difference: float
    low: float
    high: float
    same_days: bool

    def verdict(self, expected: str) -> str:
        """In words: whether the difference went where it was expected."""
        if not (self.low > 0 or self.high < 0):
            return "as expected" if expected == SAME else "not distinguishable"
        went = LOWER if self.difference < 0 else HIGHER
        return "as expected" if went == expected else f"not as expected: {went}"


def scenario(arm: Arm) -> Scenario:
    """Raises ``ScenarioError``."""
    return Scenario.load(FOLDER / f"{arm.name}.toml", list(arm.sets))


@cache
def days(arm: Arm, replications: int) -> tuple[tuple[Sample, int], ...]:
    """The measures of each replication, and a number that equal days have in common."""
    engine = Engine(scenario(arm))
    found = []
    for number in range(replications):
        world, forces, records = engine.run(SEED, number)
        happens = hash((world.incidents.tobytes(), world.stages.tobytes(), world.path.tobytes()))
        found.append((measure(world, forces, engine.labels, records, engine.spec), happens))
    return tuple(found)


def of_catalogue(name: str) -> Measure:
    """The measure of this name; where several sources have it, of called incidents."""
    return next(row for row in MEASURES if row.name == name)


def value(sample: Sample, look: Look) -> float:
    """The measure in one replication on its own; NaN where nothing stands behind it."""
    what = of_catalogue(look.measure)
    rows = sample.rows[what.source]
    chosen = np.ones(len(rows), bool)
    for dimension, members in look.where:
        chosen &= np.isin(rows.groups[dimension], [sample.members[dimension].index(member) for member in members])
    return value_of(what, {name: column[chosen] for name, column in rows.columns.items()})


def compare(row: Comparison, replications: int = REPLICATIONS) -> Outcome:
    """Pairs of replications of one number; those in which either side has no value are left out."""
    pairs = list(zip(days(row.against, replications), days(row.arm, replications), strict=True))
    values = np.array([[value(sample, row.look) for sample, _ in pair] for pair in pairs])
    values = values[~np.isnan(values).any(axis=1)]
    found = mean_of_replications(np.diff(values))
    same = all(one == other for (_, one), (_, other) in pairs)
    against, arm = values.mean(axis=0).tolist()
    difference, low, high = (float(part[0]) for part in (found.mean, found.ci_low, found.ci_high))
    return Outcome(against, arm, difference, low, high, same)


def number(value: float, unit: str, sign: str = "") -> str:
    """For people: shares in per cent (differences in points), others with two decimals or, above ten, with one."""
    value, digits = (100 * value, 1) if unit == "share" else (value, 2 if abs(value) < 10 else 1)
    return f"{round(value, digits) + 0.0:{sign}.{digits}f}"


def line(row: Comparison, found: Outcome) -> str:
    """A row of the table."""
    unit = of_catalogue(row.look.measure).unit
    shown = {"share": "%"}.get(unit, unit)
    cells = (
        said(row.arm),
        said(row.against) + ("" if found.same_days else " (other days)"),
        f"`{row.look.measure}`" + (f", {row.look.label}" if row.look.label else ""),
        f"{number(found.against, unit)} {shown}",
        f"{number(found.arm, unit)} {shown}",
        f"{number(found.difference, unit, '+')} ({number(found.low, unit, '+')} to {number(found.high, unit, '+')})",
        row.expected,
        found.verdict(row.expected) + (f"; {row.remark}" if row.remark else ""),
    )
    return f"| {' | '.join(cells)} |\n"


def said(arm: Arm) -> str:
    return f"`{arm.name}`" + (f", {arm.label}" if arm.label else "")


def section(name: str, rows: Iterable[Comparison]) -> str:
    """What came out of one scenario file."""
    spec = scenario(Arm(name)).spec
    head = (
        "| arm | against | measure | against | arm | difference (95 %) | expected | came out |\n" + "|---" * 8 + "|\n"
    )
    return f"### {spec.title}\n\n`{name}.toml`: {spec.question}\n\n{head}{''.join(line(r, compare(r)) for r in rows)}\n"


def catalogue(names: Iterable[str]) -> str:
    """The sections of these scenarios, in their order."""
    parts = []
    for name in names:
        sys.stderr.write(f"{name} ...\n")
        parts.append(section(name, [row for row in COMPARISONS if row.arm.name == name]))
    return "\n" + "".join(parts)


def main() -> None:
    known = list(dict.fromkeys(row.arm.name for row in COMPARISONS))
    parser = argparse.ArgumentParser(description="What came out of each scenario, written into README.md or printed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these, printed; there are {', '.join(known)}")
    names = parser.parse_args().names
    if strange := [name for name in names if name not in known]:
        parser.error(f'"{strange[0]}" has no comparisons; there are {", ".join(known)}')
    if names:
        sys.stdout.write(catalogue(names))
        return
    text = README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(lambda _: catalogue(known), text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
