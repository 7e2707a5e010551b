"""Where the checks put what they find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.scenario.errors import UNSET, Problem, listed, nearest
from sim.scenario.lines import Path
from sim.scenario.source import Source


class Findings:
    """Problems by path, at most one a path, and none where the value itself was refused before."""

    def __init__(self, source: Source, known: Iterable[Path] = ()) -> None:
        self.source = source
        self.known = list(known)
        self.refused = {
            str(path[-1]) for path in self.known if path
        }  # names whose tables may be gone with their problem
        self.problems: dict[Path, Problem] = {}
        self.notes: list[str] = []

    def add(self, path: Path, message: str, value: object = UNSET, allowed: str = "", near: str = "") -> None:
        """Refuse what stands at a path. The value is quoted as it was written, else as given here; tables are not."""
        if path in self.problems or self.touched(path):
            return
        written = self.source.value(path)
        value = value if written is UNSET else written
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value)):
            value = UNSET
        self.problems[path] = self.source.problem(path, message, value, allowed, near)

    def touched(self, path: Path) -> bool:
        """Whether the value at a path, what it is part of or a part of it was refused before."""
        return any(path[: len(known)] == known or known[: len(path)] == path for known in self.known)

    def name(self, path: Path, word: str, known: Iterable[str], what: str) -> bool:
        """Whether a name is known; refuses it where it is not."""
        names = list(known)
        if word in names:
            return True
        if self._may_be_refused(word, names):
            return False
        allowed = listed(names, f"nothing, the scenario has no {what}")
        self.add(path, f"there is no {what} of this name", word, allowed, nearest(word, names))
        return False

    def _may_be_refused(self, word: str, names: list[str]) -> bool:
        """Whether a name may be unknown only because what it names has a problem of its own."""
        return word in self.refused or (not names and bool(self.known))

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
            if word not in names and not self._may_be_refused(word, names):
                near = nearest(word, names)
                self.add((*path, word), f"there is no {what} of this name", allowed=listed(names), near=near)

    def role(self, path: Path, text: str, words: Sequence[str], roles: Iterable[str], prefix: str = "") -> bool:
        """One of some words, or a site's role behind a prefix; says what is allowed where it is neither."""
        allowed = [*words, *(prefix + role for role in roles)]
        if text in allowed:
            return True
        self.add(path, "is not allowed", text, listed(allowed), nearest(text, allowed))
        return False
