"""The comparisons as a table: ``verification.csv``."""

from __future__ import annotations

import csv
import io
import math
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sim.scenario import Problem, ScenarioError
from sim.verify.judge import Comparison
from sim.verify.run import seed_of

COLUMNS = (
    "case", "kind", "title", "quantity", "source", "printed", "exact", "simulated", "standard_error", "half_interval",
    "z", "bound", "replications", "verdict", "note", "scenarios", "seed", "why",
)  # fmt: skip


def row(one: Comparison, seed: int) -> tuple[object, ...]:
    """A row of the table; numbers that are not there are empty."""
    case, found = one.case, one.estimate
    return (
        case.name, case.kind, case.title, one.quantity.label, case.source, one.quantity.printed, _number(one.exact),
        _number(found.mean if found else math.nan), _number(found.error if found else math.nan), _number(one.reach),
        _number(one.z), _number(one.bound), found.replications if found else "", one.verdict.value, one.note,
        " ".join(case.scenarios), seed_of(case, seed) if found else "", case.why,
    )  # fmt: skip


def write_csv(path: Path, comparisons: Iterable[Comparison], seed: int) -> None:
    """The whole table, complete or not at all. ``seed`` is the suite's; the table has that of each case."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row(one, seed) for one in comparisons)
    write_text(path, "\ufeff" + text.getvalue())


def write_text(path: Path, text: str) -> None:
    """Written beside its place and moved there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def make_folder(out: str | os.PathLike) -> Path:
    """The folder for the table and the page; other files in it are left alone. Raises ``ScenarioError``."""
    folder = Path(out).expanduser()
    try:
        if not str(out):
            raise OSError(0, "is no name of a folder")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # better now than after ten minutes
            pass
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(
            Problem(key="--out", value=str(out), message=f"cannot be written: {reason.lower()}")
        ) from None
    return folder


def shown(value: float) -> str:
    """A number for people: six digits that count."""
    return "" if math.isnan(value) else f"{value:.6g}"


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.9g}"
