"""From arguments to an exit code: 0 done, 1 something failed, 2 bad input, 130 interrupted."""

from __future__ import annotations

import _thread
import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Sequence

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
    except BrokenPipeError:
        raise
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


def entry() -> int:
    """``main`` for a terminal: any encoding of the output will do, and a reader that goes away early is no error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.unraisablehook = _unraisable
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:  # before a command began, or after it ended
        return INTERRUPTED
    except BrokenPipeError:
        with contextlib.suppress(OSError):  # Python flushes once more at exit, and has to find somebody who listens
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code
