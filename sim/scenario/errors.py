"""What is said when a scenario cannot be used: where, which key, what is wrong, what is allowed, what was meant."""

from __future__ import annotations

import difflib
import json
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

UNSET = object()  #: a problem that is about no value in particular
SHOWN_VALUE = 120  #: characters of a value that a message quotes
SHOWN_NAMES = 12  #: names that a message lists before it stops


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word that is most like ``word``, or "" if none is; case and full-width forms do not count."""
    known = list(known)
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(_fold(name), name)
    found = difflib.get_close_matches(_fold(str(word)[:80]), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("-", "_")


def listed(names: Iterable[str], none: str = "nothing") -> str:
    """Names for a sentence: ``"a", "b" and 5 more``."""
    names = [f'"{name}"' for name in names]
    if not names:
        return none
    more = len(names) - SHOWN_NAMES
    return ", ".join(names[:SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def shown(value: object) -> str:
    """A value as a scenario file would write it, cut to a readable length; never fails."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**20 else "a number of more than 20 digits"
    if isinstance(value, float):
        return repr(value)
    if value is None:
        return "nothing"
    if isinstance(value, str):
        text = json.dumps(value[: SHOWN_VALUE + 1], ensure_ascii=False)
    elif isinstance(value, dict):
        text = "{}" if not value else "a table"
    elif isinstance(value, (list, tuple)):
        text = "[" + ", ".join(shown(item) for item in value[:6]) + (", …]" if len(value) > 6 else "]")
    else:
        text = str(value)
    return text if len(text) <= SHOWN_VALUE else text[:SHOWN_VALUE] + "…"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and how to put it right."""

    file: str = ""
    line: int = 0  #: 0: no line in particular
    key: str = ""
    value: object = UNSET
    message: str = ""
    allowed: str = ""
    nearest: str = ""
    asked: str = ""  #: the file that was asked for, where the problem is in one that it extends

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        about = self.key
        if self.key and self.value is not UNSET:
            about = f"{self.key} = {shown(self.value)}"
        text = ": ".join(part for part in (place, about, self.message) if part)
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f'; did you mean "{self.nearest}"?'
        if self.asked and self.asked != self.file:
            by = "extended by" if self.file.endswith(".toml") else "the roster of"
            text += f" ({by} {self.asked})"
        return text

    def __reduce__(self):
        value = None if self.value is UNSET else (self.value,)
        return _problem, (self.file, self.line, self.key, value, self.message, self.allowed, self.nearest, self.asked)


def _problem(file: str, line: int, key: str, value: tuple | None, *rest: str) -> Problem:
    """Puts a pickled problem together again: ``UNSET`` has to stay the same object."""
    return Problem(file, line, key, UNSET if value is None else value[0], *rest)


class ScenarioError(ValueError):
    """A scenario that cannot be used. ``problems`` lists everything that is wrong with it; ``str`` is what to print.

    The builders of space, demand and forces raise it with a message and the key that it is about.
    """

    def __init__(
        self,
        problems: str | Problem | Iterable[Problem],
        key: str = "",
        value: object = UNSET,
        allowed: str = "",
        nearest: str = "",
    ) -> None:
        if isinstance(problems, str):
            problems = Problem(key=key, value=value, message=problems, allowed=allowed, nearest=nearest)
        self.problems: list[Problem] = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def located(self, origins: dict[str, str], file: str) -> ScenarioError:
        """The same error with file and line filled in from the ``origins`` of the scenario in ``file``."""
        return ScenarioError([_located(problem, origins, file) for problem in self.problems])


def _located(problem: Problem, origins: dict[str, str], file: str) -> Problem:
    if problem.file or problem.key.startswith("--"):
        return problem
    key = problem.key.replace("[", ".").replace("]", "")
    while key:
        place, _, line = origins.get(key, "").rpartition(":")
        if line.isdigit():
            here = file if os.path.basename(file) == place else place
            return replace(problem, file=here, line=int(line), asked=file)
        if line == "--set":
            return replace(problem, file=line)
        key = key.rpartition(".")[0]
    return replace(problem, file=file)
