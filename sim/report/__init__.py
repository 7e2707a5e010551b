"""The report of a results folder: figures and one page, made from its files and never from a model.

The only room that imports matplotlib. ``write_report(folder)`` is all that others need.
"""

from __future__ import annotations

from pathlib import Path


def write_report(folder: str | Path) -> None:
    """Write ``figures/*.svg``, ``figures/*.png`` and ``report.html`` inside a results folder, replacing older ones.

    Reads ``summary.csv``, ``map.json``, ``provenance.json`` and the tables of incidents, streets and hours; a table
    that is absent leaves a sentence in place of its figure. The folder's own name appears nowhere, so it may be moved
    afterwards. Equal files give equal bytes. Raises ``FileNotFoundError`` where there is no ``summary.csv``: then it is
    not a results folder.
    """
    from sim.report.write import write

    write(Path(folder))
