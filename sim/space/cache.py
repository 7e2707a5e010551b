"""A folder of large tables, each entry named by the content that it was computed from.

An entry is a folder with one ``.npy`` file a table and a manifest. It is written beside its place and renamed, so that
it is whole or absent however many processes write at once; what is read back is mapped, so that worker processes share
it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np

MANIFEST = "manifest.json"
LEFT_OVER_S = 86_400  #: an unfinished entry of this age belongs to a process that died
SAMPLE_BYTES, SAMPLES = 1 << 16, 32  #: of a file that are checked before it is trusted

#: What an entry holds: name -> (dtype, shape). Every table is written in parts along its first axis.
Layout = Mapping[str, tuple[np.dtype, tuple[int, ...]]]


def kept(entry: Path, layout: Layout, parts: Callable[[], Iterable[Mapping[str, np.ndarray]]]) -> dict[str, np.ndarray]:
    """The tables of ``entry``, mapped; computed by ``parts`` (one mapping for each index of the first axis) and written
    first where they are absent or damaged. Where nothing can be written they are computed in memory. All read-only."""
    tables = read_entry(entry, layout)
    if tables is None:
        try:
            _write_entry(entry, layout, parts())
            tables = read_entry(entry, layout)
        except OSError:
            tables = None
    return tables if tables is not None else in_memory(layout, parts())


def in_memory(layout: Layout, parts: Iterable[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The tables gathered from ``parts``, read-only."""
    tables = {name: np.empty(shape, dtype) for name, (dtype, shape) in layout.items()}
    for index, part in enumerate(parts):
        for name, table in tables.items():
            table[index] = part[name]
    for table in tables.values():
        table.setflags(write=False)
    return tables


def read_entry(entry: Path, layout: Layout) -> dict[str, np.ndarray] | None:
    """The tables of an entry, mapped read-only; None if it is absent, incomplete, damaged or of another layout."""
    try:
        manifest = json.loads((entry / MANIFEST).read_text(encoding="utf-8"))
        tables = {}
        for name, (dtype, shape) in layout.items():
            path = entry / f"{name}.npy"
            if manifest[name] != _fingerprint(path):
                return None
            table = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
            if table.dtype != dtype or table.shape != shape or not table.flags.c_contiguous:
                return None
            tables[name] = table
        return tables
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


def _write_entry(entry: Path, layout: Layout, parts: Iterable[Mapping[str, np.ndarray]]) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    _sweep(entry.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=entry.parent))
    try:
        # Plain writes, no writable map: a full disk is then an error that can be met, not a signal that kills.
        with ExitStack() as stack:
            files = {name: stack.enter_context((unfinished / f"{name}.npy").open("wb")) for name in layout}
            for name, (dtype, shape) in layout.items():
                header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(files[name], header)
            for part in parts:
                for name, (dtype, _) in layout.items():
                    files[name].write(np.ascontiguousarray(part[name], dtype).data)
        manifest = {name: _fingerprint(unfinished / f"{name}.npy") for name in layout}
        (unfinished / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        _swap_in(unfinished, entry, layout)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _swap_in(unfinished: Path, entry: Path, layout: Layout) -> None:
    """Give a finished entry its name, unless a sound one has it already."""
    try:
        unfinished.rename(entry)
        return
    except OSError:
        if read_entry(entry, layout) is not None:
            return  # another process was quicker
    damaged = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=entry.parent))
    try:
        entry.rename(damaged / entry.name)
        unfinished.rename(entry)
    finally:
        shutil.rmtree(damaged, ignore_errors=True)


def _fingerprint(path: Path) -> list[int]:
    """Size of a file, and a checksum of all of it or of evenly spread samples if it is large."""
    size = path.stat().st_size
    step = max(SAMPLE_BYTES, (size - SAMPLE_BYTES) // (SAMPLES - 1))
    checksum = 0
    with path.open("rb") as file:
        for place in range(0, size, step):
            file.seek(place)
            checksum = zlib.crc32(file.read(SAMPLE_BYTES), checksum)
    return [size, checksum]


def _sweep(folder: Path) -> None:
    """Clear away what processes that died left unfinished."""
    for left_over in folder.glob(".unfinished-*"):
        try:
            if time.time() - left_over.stat().st_mtime > LEFT_OVER_S:
                shutil.rmtree(left_over, ignore_errors=True)
        except OSError:
            continue  # another process cleared it
