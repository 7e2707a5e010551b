"""What all tests share: caches that stay inside the checkout, no display, and draws of hypothesis that repeat."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent

# Set before anything of the package is imported; children inherit it.
os.environ.setdefault("ROUNDSMAN_CACHE", str(ROOT / ".cache" / "tests"))
os.environ.setdefault("MPLBACKEND", "Agg")

# A failure has to fail again on the next run, so examples are derived from the test, not from the clock.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=False)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the checkout."""
    return ROOT
