"""``doctor``: what this machine has, and what of it is known to cause trouble. Changes nothing."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim.cli.main import DONE, FAILED

PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "mesa", "networkx", "pandas", "pyarrow", "matplotlib", "pydantic")
GOOD, REMARK, BAD = "ok", "note", "BAD"

Finding = tuple[str, str, str]  #: how it is, what it is about, what there is to say


def run(args: argparse.Namespace) -> int:
    worst = DONE
    for how, what, said in findings():
        print(f"{how:<5} {what:<16} {said}".rstrip())
        worst = FAILED if how == BAD else worst
    return worst


def findings() -> Iterator[Finding]:
    installed = {name: _version(name) for name in PACKAGES}
    yield python(sys.version_info[:3])
    for name, found in installed.items():
        yield (GOOD, name, found) if found else (BAD, name, "is not installed: pip install -e . -c constraints.txt")
    yield from known_troubles(installed, sys.version_info[:2], dict(os.environ))
    yield from _fonts()
    yield cache_folder()
    yield from _kernel()
    yield from _machine()


def python(found: tuple[int, ...]) -> Finding:
    text = ".".join(map(str, found))
    if found < (3, 11):
        return BAD, "Python", f"{text}; 3.11 or newer is needed"
    if found[:2] > (3, 13):
        return REMARK, "Python", f"{text}; tested up to 3.13"
    return GOOD, "Python", f"{text}, {platform.python_implementation()} on {platform.platform(terse=True)}"


def known_troubles(
    installed: dict[str, str], running: tuple[int, ...], environment: dict[str, str]
) -> Iterator[Finding]:
    """Pairs of versions and settings that are known not to work together, each with its remedy."""
    mesa = release(installed.get("mesa", ""))
    if mesa and not (3, 3) <= mesa < (4,):
        yield BAD, "mesa", f"{installed['mesa']} is outside 3.3 to 3.x; install with constraints.txt"
    if mesa >= (3, 4) and not installed.get("networkx"):
        yield BAD, "mesa", "3.4 and newer cannot be imported without networkx: pip install networkx"
    if mesa >= (3, 4) and running < (3, 12):
        yield BAD, "mesa", "3.4 and newer need Python 3.12"
    vuetify = release(_version("ipyvuetify"))
    if vuetify >= (2,) and mesa < (3, 4):
        yield BAD, "ipyvuetify", 'Mesa 3.3 draws no live page with 2 and newer: pip install "ipyvuetify<2" "ipyvue<2"'
    if environment.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        yield REMARK, "numba", "NUMBA_DISABLE_JIT is set: nothing is compiled, everything is hundreds of times slower"
    if "NUMBA_CACHE_DIR" in environment:
        yield REMARK, "numba", "NUMBA_CACHE_DIR is set: machines with different processors must not share it while cold"


def release(text: str) -> tuple[int, ...]:
    """The numbers of a version, to compare."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _fonts() -> Iterator[Finding]:
    try:
        from sim.report.style import cjk_font
    except ImportError:
        return  # matplotlib is missing, and was found missing above
    font = cjk_font()
    if font:
        yield GOOD, "fonts", f"Chinese in figures with {font}"
    else:
        yield REMARK, "fonts", "no font with Chinese characters: figures use Latin names (Noto Sans CJK SC would do)"


def cache_folder() -> Finding:
    """Whether the folder for travel tables and compiled code can be written."""
    from sim.cache import cache_folder as place

    folder = place()
    existing = next((above for above in (folder, *folder.parents) if above.exists()), Path("."))
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return BAD, "cache", f"{folder} cannot be written ({reason}); set ROUNDSMAN_CACHE to a folder that can"
    entries = sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0
    return GOOD, "cache", f"{folder} can be written" + (f", {entries} entries" if entries else ", empty so far")


def _kernel() -> Iterator[Finding]:
    try:
        from sim.kernel import is_compiled
    except ImportError:
        return  # numba is missing, and was found missing above
    if is_compiled():
        yield GOOD, "kernel", "compiled before on this machine"
    else:
        yield REMARK, "kernel", "not compiled yet: the first run does that once, in half a minute or less"


def _machine() -> Iterator[Finding]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield GOOD, "processor", f"{_cpu_name()}, {usable} thread{'s' if usable > 1 else ''} usable"
    free = _free_memory_gb()
    if free is None:
        yield REMARK, "memory", "free memory is unknown here"
    elif free < 1:
        yield REMARK, "memory", f"{free:.1f} GB free; a whole district wants 1 GB"
    else:
        yield GOOD, "memory", f"{free:.1f} GB free"


def _cpu_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    return found[1].strip() if found else platform.machine()


def _free_memory_gb() -> float | None:
    """Memory that programs can still get; None where the system does not say."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"^MemAvailable:\s*(\d+) kB", text, re.M)
    return int(found[1]) / 1e6 if found else None
