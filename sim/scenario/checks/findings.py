"""Where the checks put what they find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.scenario.errors import UNSET, Problem, listed, nearest
from sim.scenario.lines import Path
from sim.scenario.resolve import Source


class Findings:
    """Problems by path, at most one a path, and none where the value itself was refused before."""

    def __init__(self, source: Source, known: Iterable[Path] = ()) -> None:
        self.source = source
        self.known = list(known)
        self.problems: dict[Path, Problem] = {}
        self.notes: list[str] = []

    def add(self, path: Path, message: str, value: object = UNSET, allowed: str = "", near: str = "") -> None:
        """Refuse what stands at a path. The value is looked up unless it is given; tables are not quoted."""
        if path in self.problems or any(path[: len(k)] == k or k[: len(path)] == path for k in self.known):
            return
        if value is UNSET:
            value = self.source.value(path)
            value = UNSET if isinstance(value, dict) else value
        self.problems[path] = self.source.problem(path, message, value, allowed, near)

    def name(self, path: Path, word: str, known: Iterable[str], what: str) -> bool:
        """Whether a name is known; refuses it where it is not."""
        names = list(known)
        if word in names:
            return True
        self.add(
            path, f"there is no {what} of this name", word, listed(names, "none, there is none"), nearest(word, names)
        )
        return False

    def names(self, path: Path, words: Sequence[str], known: Iterable[str], what: str) -> None:
        """A list of names: each known, none twice."""
        names = list(known)
        for number, word in enumerate(words):
            if self.name((*path, number), word, names, what) and word in words[:number]:
                self.add((*path, number), "is in the list already", word)

    def table(self, path: Path, table: Iterable[str], known: Iterable[str], what: str) -> None:
        """A table whose keys are names of something."""
        names = list(known)
        for word in table:
            if word not in names:
                near = nearest(word, names)
                self.add((*path, word), f"there is no {what} of this name", allowed=listed(names), near=near)

    def role(self, path: Path, text: str, words: Sequence[str], roles: Iterable[str], prefix: str = "") -> bool:
        """One of some words, or a site's role behind a prefix; says what is allowed where it is neither."""
        allowed = [*words, *(prefix + role for role in roles)]
        if text in allowed:
            return True
        self.add(path, "is not allowed", text, listed(allowed), nearest(text, allowed))
        return False
