"""One line that says how far a long piece of work is: on a terminal, and only after two seconds.

Elsewhere it is quiet, unless the environment says ``ROUNDSMAN_PROGRESS=lines``: then a line each half minute.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

PATIENCE_S = 2.0  #: shorter work needs no progress
REDRAW_S = 0.1
LINE_EVERY_S = 30.0


class Progress:
    """Elapsed time, done of total, and the time still to go, on ``stream`` (default: standard error)."""

    def __init__(self, stream: TextIO | None = None, what: str = "replications") -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._what = what
        self._terminal = self._stream.isatty()
        self._lines = not self._terminal and os.environ.get("ROUNDSMAN_PROGRESS") == "lines"
        self._shown = 0  # characters of the line on the terminal
        self.begin(0)

    def begin(self, total: int) -> None:
        """The work starts now and has ``total`` parts."""
        self._total, self._done = total, 0
        self._start = self._last = time.monotonic()
        self._first_done = self._start

    def advance(self, parts: int = 1) -> None:
        """So many parts more are done."""
        now = time.monotonic()
        if not self._done:
            self._first_done = now
        self._done += parts
        if self._terminal and now - self._start >= PATIENCE_S and (now - self._last >= REDRAW_S or self._shown == 0):
            self._last = now
            self._draw(self._text(now))
        elif self._lines and now - self._last >= LINE_EVERY_S:
            self._last = now
            print(self._text(now), file=self._stream, flush=True)

    def note(self, text: str) -> None:
        """Say something on a line of its own, such as that the first run compiles."""
        if self._terminal or self._lines:
            self._clear()
            print(text, file=self._stream, flush=True)

    def close(self) -> None:
        """Leave the terminal's line as it was found. Can be called twice."""
        self._clear()

    def _text(self, now: float) -> str:
        said = f"{self._done}/{self._total} {self._what}, {clock(now - self._start)}"
        later = self._done - 1  # the first part pays for compiling and tables, so it tells little about the rest
        if later > 0 and self._done < self._total:
            to_go = (now - self._first_done) / later * (self._total - self._done)
            said += f", about {clock(to_go)} to go"
        return said

    def _draw(self, text: str) -> None:
        self._stream.write("\r" + text.ljust(self._shown))
        self._stream.flush()
        self._shown = len(text)

    def _clear(self) -> None:
        if self._shown:
            self._stream.write("\r" + " " * self._shown + "\r")
            self._stream.flush()
            self._shown = 0


class Silence:
    """The progress of those who want none."""

    def begin(self, total: int) -> None: ...

    def advance(self, parts: int = 1) -> None: ...

    def note(self, text: str) -> None: ...

    def close(self) -> None: ...


def clock(seconds: float) -> str:
    """``42 s``, ``3 min 05 s``, ``2 h 07 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
