"""The compiled core: arrays and numbers only. ``docs/odd.md`` is what it does, ``sim.engine`` is how it is run.

Compiled code is cached in a folder named by the content of every file that it is made from, since numba's own cache
does not notice an edit in an imported file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from numba import config

from sim.cache import cache_folder

_HERE = Path(__file__).parent
_SOURCES = sorted(_HERE.glob("*.py")) + [_HERE.parent / name for name in ("tables.py", "vocabulary.py", "draws.py")]


def source_digest() -> str:
    """Sixteen hex digits that change with any file the compiled code is made from."""
    digest = hashlib.sha256()
    for path in _SOURCES:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def compiled_folder() -> Path:
    """Where this version's compiled code lies."""
    return cache_folder() / "kernel" / source_digest()


def is_compiled() -> bool:
    """Whether this version has been compiled on this machine before."""
    return any(compiled_folder().rglob("*.nbc"))


_before = config.CACHE_DIR
config.CACHE_DIR = str(compiled_folder())
try:
    from sim.kernel.advance import advance, finish, locate, start
    from sim.kernel.bundle import Bundle
    from sim.kernel.decision import consider, decide
    from sim.kernel.state import FIELDS, fixed_fields, new_state
finally:
    config.CACHE_DIR = _before

__all__ = [
    "FIELDS",
    "Bundle",
    "advance",
    "compiled_folder",
    "consider",
    "decide",
    "finish",
    "fixed_fields",
    "is_compiled",
    "locate",
    "new_state",
    "start",
]
