"""A results folder is complete or absent: written beside its place, made durable, swapped in by renaming.

A folder that is not one of ours, or that holds anything of somebody else's, is never replaced.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.measures.columns import TABLES
from sim.scenario.errors import Problem, ScenarioError

TOOL = "Roundsman"
KIND = "simulation"
PROVENANCE, SUMMARY, MAP, REPLICATIONS = "provenance.json", "summary.csv", "map.json", "replications.parquet"
#: Everything that a simulation and its report leave in a results folder.
OURS = frozenset(
    {PROVENANCE, SUMMARY, MAP, REPLICATIONS, "figures", "report.html", *(f"{name}.parquet" for name in TABLES)}
)
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  #: what file browsers leave behind


def refuse(place: Path, message: str) -> ScenarioError:
    """The error about a results folder."""
    return ScenarioError(Problem(key="--out", value=str(place), message=message))


def check_place(out: str | os.PathLike) -> Path:
    """Where results may go, absolute and with links resolved. Nothing is made or changed.

    Raises ``ScenarioError`` where a file, a foreign folder or a folder that cannot be written to is in the way.
    """
    if not str(out) or "\0" in str(out):
        raise refuse(Path("?"), "is no name of a folder")
    place = Path(out).expanduser()
    try:
        place = place.resolve()
        above = next(folder for folder in (place, *place.parents) if folder.exists())
    except (OSError, RuntimeError) as error:
        raise refuse(place, f"cannot be used: {_reason(error)}") from None
    if not above.is_dir():
        said = "is a file, not a folder" if above == place else f"lies inside a file, {above}"
        raise refuse(place, said)
    holder = place.parent if above == place else above
    if not os.access(holder, os.W_OK | os.X_OK):
        raise refuse(place, f"cannot be written: no permission in {holder}")
    if above == place:
        _check_ours(place)
    return place


def _check_ours(folder: Path) -> None:
    try:
        found = {entry.name for entry in folder.iterdir()} - LITTER
    except OSError as error:
        raise refuse(folder, f"cannot be read: {_reason(error)}") from None
    if not found:
        return
    if not is_ours(folder):
        raise refuse(
            folder, "is a folder that this program did not write; it is left alone: choose another, or remove it"
        )
    if foreign := sorted(found - OURS):
        named = ", ".join(foreign[:5]) + (" …" if len(foreign) > 5 else "")
        raise refuse(folder, f"holds results, but also files of somebody else ({named}): move them, or choose another")


def is_ours(folder: Path) -> bool:
    """Whether a simulation of this program wrote the folder."""
    try:
        said = json.loads((folder / PROVENANCE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("tool") == TOOL and said.get("kind") == KIND


@contextmanager
def complete_folder(place: Path) -> Iterator[Path]:
    """A new folder beside ``place`` to write into. It takes ``place`` when the block ends well, else it is gone."""
    made = _make_parents(place)
    beside = place.with_name(f".{place.name}.{uuid.uuid4().hex[:12]}.part")
    try:
        beside.mkdir()
        yield beside
        _make_durable(beside)
        _check_place_again(place)
        _swap(beside, place)
    except BaseException as error:
        shutil.rmtree(beside, ignore_errors=True)
        for folder in made:
            with contextlib.suppress(OSError):  # somebody else uses it by now
                folder.rmdir()
        if isinstance(error, OSError) and str(beside) in str(error.filename or beside):
            raise refuse(place, f"could not be written: {_reason(error)}") from error
        raise


def _make_parents(place: Path) -> list[Path]:
    """The folders above ``place`` that had to be made, the deepest first."""
    missing = [folder for folder in place.parents if not folder.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(place, f"could not be written: {_reason(error)}") from None
    return missing


def _check_place_again(place: Path) -> None:
    """Somebody may have put something there meanwhile."""
    if place.is_dir():
        _check_ours(place)
    elif place.exists():
        raise refuse(place, "is a file, not a folder")


def _swap(beside: Path, place: Path) -> None:
    """Two renames: a crash between them leaves no results rather than half of them, and the earlier ones beside."""
    earlier = place.with_name(f".{place.name}.{uuid.uuid4().hex[:12]}.old")
    had = place.exists()
    if had:
        os.rename(place, earlier)
    try:
        os.rename(beside, place)
    except BaseException:
        if had:
            os.rename(earlier, place)
        raise
    _sync(place.parent)
    if had:
        shutil.rmtree(earlier, ignore_errors=True)


def _make_durable(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Push to the disk; folders cannot be opened for that everywhere."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: object, indent: int | None = 1) -> None:
    """In the order given, numbers finite."""
    text = json.dumps(content, ensure_ascii=False, indent=indent, allow_nan=False)
    path.write_text(text + "\n", "utf-8", newline="\n")


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error)
