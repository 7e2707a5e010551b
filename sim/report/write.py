"""Writing a report: every figure as SVG and PNG, and the page that holds them."""

from __future__ import annotations

from pathlib import Path

from sim.report import style
from sim.report.figures import burden, hours, idleness_map, parts, readiness, response, response_map, tiers
from sim.report.page import page
from sim.report.results import Results

#: In the order of the page.
FIGURES = (response, hours, response_map, idleness_map, parts, tiers, readiness, burden)


def write(folder: Path) -> None:
    """See ``sim.report.write_report``."""
    if not (folder / "summary.csv").is_file():
        raise FileNotFoundError(f"{folder}: no summary.csv, so this is not a results folder")
    results = Results(folder, style.legible)
    figures = folder / "figures"
    figures.mkdir(exist_ok=True)
    drawn = []
    with style.house_style():
        for module in FIGURES:
            drawing, svg = module.draw(results), None
            files = [figures / f"{drawing.name}.{kind}" for kind in ("svg", "png")]
            if drawing.figure is None:
                for file in files:
                    file.unlink(missing_ok=True)  # of an earlier report
            else:
                style.settle(drawing.figure)
                svg = style.as_svg(drawing.figure)
                files[0].write_bytes(svg)
                files[1].write_bytes(style.as_png(drawing.figure))
            drawn.append((drawing, svg))
    (folder / "report.html").write_text(page(results, drawn), encoding="utf-8", newline="\n")
