"""Where computed things are kept between runs: travel tables and compiled code."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Where computed things are kept: ``ROUNDSMAN_CACHE``, else the platform's place for a user's caches."""
    if chosen := os.environ.get("ROUNDSMAN_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "roundsman" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "roundsman"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "roundsman"
