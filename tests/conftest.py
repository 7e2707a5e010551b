"""What all tests share: caches that stay inside the checkout, no display, and draws of hypothesis that repeat."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent

# Set before anything of the package is imported; children inherit it.
os.environ.setdefault("ROUNDSMAN_CACHE", str(ROOT / ".cache" / "tests"))
os.environ.setdefault("MPLBACKEND", "Agg")

# A shell that starts tests in the background lets them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A failure has to fail again on the next run, so examples are derived from the test, not from the clock.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=False)
hypothesis.settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """Before workers start: compile the kernel once, else each of them would."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        from numba import config as numba_config

        from sim.kernel import is_compiled

        if not numba_config.DISABLE_JIT and not is_compiled():
            import worlds

            from sim.engine import run

            run(*worlds.build(0))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the checkout."""
    return ROOT
