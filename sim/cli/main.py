"""From arguments to an exit code: 0 done, 1 something failed, 2 bad input, 130 interrupted."""

from __future__ import annotations

import _thread
import errno
import importlib
import io
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any

from sim.cli.arguments import UsageError, parse

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
TRACEBACK = "ROUNDSMAN_TRACEBACK"  #: the environment's way to say --traceback


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; prints what it has to say and returns its exit code."""
    try:
        args = parse(sys.argv[1:] if arguments is None else list(arguments))
    except UsageError as error:
        complain(str(error))
        return BAD_INPUT
    except SystemExit as stop:  # --help and --version
        return int(stop.code or 0)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # looking for some takes a twentieth of a second
    try:
        return importlib.import_module(f"sim.cli.{args.module}").run(args)
    except KeyboardInterrupt:
        complain("stopped; nothing was left half-written")
        return INTERRUPTED
    except Exception as error:
        if args.traceback or os.environ.get(TRACEBACK):
            raise
        return _explained(error)


def _explained(error: Exception) -> int:
    """Says what went wrong in words, without a traceback."""
    errors = sys.modules.get("sim.scenario.errors")
    if errors is not None and isinstance(error, errors.ScenarioError):
        complain(str(error))
        if len(error.problems) > 1:
            complain(f"{len(error.problems)} problems")
        return BAD_INPUT
    study = sys.modules.get("sim.study")
    if study is not None and isinstance(error, study.WorkerDiedError):
        complain(str(error))
    elif isinstance(error, MemoryError):
        complain("there is not enough memory for this; fewer --workers or a smaller scenario need less")
    elif isinstance(error, OSError) and error.strerror:
        complain(f"{str(error.filename or 'the system')[:200]}: {error.strerror.lower()}")
    else:
        reason = " ".join(str(error).split())[:300]
        complain(f"this is a fault of the program, not of your input ({type(error).__name__}: {reason})")
        complain(f"please report it with what the same command prints under --traceback (or {TRACEBACK}=1)")
    return FAILED


def _unraisable(fault: sys.UnraisableHookArgs) -> None:
    """Ctrl-C that falls into a callback of the compiler is lost there: it is sent again when the callback is over."""
    if isinstance(fault.exc_value, KeyboardInterrupt):
        again = threading.Timer(0.1, _thread.interrupt_main)
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(fault)


def complain(text: str) -> None:
    """To standard error, so that results can be piped on."""
    print(text, file=sys.stderr)


class _Outlet(io.RawIOBase):
    """What is printed, as long as somebody reads it. A pipe that is closed or a full disk stops no command."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__()
        self._number, self._terminal = raw.fileno(), raw.isatty()
        self._raw: io.RawIOBase | None = raw
        self.trouble: OSError | None = None  #: why nothing more is written, where it is not that the reader left

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return self._terminal

    def write(self, data: Any) -> int:
        if self._raw is None:
            return len(data)
        try:
            return self._raw.write(data) or 0
        except OSError as error:
            left = isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)
            self.trouble = self.trouble or (None if left else error)
            self._raw = None
            return len(data)


def _listened_to(name: str) -> _Outlet | None:
    """Puts an outlet under ``sys.stdout`` or ``sys.stderr``; None where there is no such stream."""
    stream = getattr(sys, name)
    if not isinstance(stream, io.TextIOWrapper):
        return None
    stream.flush()
    raw: Any = stream.buffer
    outlet = _Outlet(getattr(raw, "raw", raw))  # unbuffered, by python -u, it is raw already
    buffer = io.BufferedWriter(outlet)
    made = io.TextIOWrapper(
        buffer,
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    setattr(sys, name, made)  # the old one stays open as sys.__stdout__, with nothing in it
    return outlet


def entry() -> int:
    """``main`` for a terminal: any encoding of the output will do, and a reader that goes away early is no error.

    Results are written whatever becomes of what is printed.
    """
    out, _ = _listened_to("stdout"), _listened_to("stderr")
    sys.unraisablehook = _unraisable
    try:
        code = main()
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:  # before a command began, or after it ended
        return INTERRUPTED
    if out is not None and out.trouble is not None:
        complain(f"what was to be printed could not be written: {out.trouble.strerror}")
        return code or FAILED
    return code
