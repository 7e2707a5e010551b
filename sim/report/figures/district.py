"""The district drawn as its streets, or a plane as its areas: sectors labelled, sites marked, a scale in metres."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.report import style
from sim.report.figures.drawing import legend_above
from sim.report.results import Results

_WIDTH_OF_KIND = {"road": 1.25, "lane": 1.0, "stairs": 0.75, "square": 1.6}
_NO_VALUE, _DASHES = "#A8A8A8", (0, (2, 1.5))
_SCALES_M = tuple(float(f"{digit}e{power}") for power in range(-2, 5) for digit in (1, 2, 5))
_LINE_AS_BAND = 0.1  # how high a plane without height is drawn, of its width
_MARKERS = ("*", "s", "^", "D", "P", "v")  # of sites, by role


class Bands(NamedTuple):
    """Colours in steps: the edges between them, their words, and what the scale is called."""

    edges: tuple[float, ...]
    words: tuple[str, ...]  # of the edges
    colours: str  # a matplotlib colour map that is even in grey
    title: str


def street_table(results: Results) -> pd.DataFrame:
    """One row per segment, or area of a plane (a segment is the same street in every replication), with its middle."""
    streets = results.streets
    if not len(streets):
        return streets
    streets = streets.drop_duplicates("segment").set_index("segment")
    return streets.assign(x_m=(streets["x0_m"] + streets["x1_m"]) / 2, y_m=(streets["y0_m"] + streets["y1_m"]) / 2)


def draw_district(
    results: Results,
    streets: pd.DataFrame,
    values: np.ndarray,
    bands: Bands,
    no_value: str,
    sector_words: dict[str, str],
) -> Figure:
    """The map. ``values`` per street or area, NaN: pale dashes, explained as ``no_value``. Large values are dark."""
    left, right, bottom, top = _reach(results, streets)
    wide = right - left
    high = max(top - bottom, 0.05 * wide)
    spare = (high - (top - bottom)) / 2  # around streets or a plane of next to no height
    least_in, below = (3.6, 0.07 * high) if results.plane is None else (2.6, max(0.07 * high, 0.04 * wide))
    figure = style.new_figure(min(8.6, max(least_in, style.WIDTH_IN * high / wide + 1.35)))
    axes = figure.subplots()
    shades = ListedColormap(colormaps[bands.colours](np.linspace(0.93, 0.0, len(bands.edges) - 1)))
    norm = BoundaryNorm(bands.edges, shades.N)
    known = ~np.isnan(values)
    shade = shades(norm(np.minimum(values[known], bands.edges[-1] * (1 - 1e-9))))
    if results.plane is None:
        _draw_streets(axes, streets, known, shade)
    else:
        _draw_areas(axes, streets, known, shade, (bottom, top))
        axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, linewidth=0.8, zorder=3))
    axes.set_xlim(left - 0.03 * wide, right + 0.03 * wide)
    axes.set_ylim(bottom - spare - below, top + spare + 0.03 * high)
    axes.set_aspect("equal")
    axes.set_axis_off()
    sites = _sites(results)
    handles = _mark_sites(axes, sites)
    if (~known).any():
        handles.append(Line2D([], [], color=_NO_VALUE, linewidth=1, linestyle=_DASHES, label=no_value))
    scale = _scale(axes, wide)
    bar = figure.colorbar(ScalarMappable(norm, shades), ax=axes, location="bottom", shrink=0.8, aspect=45, pad=0.01)
    bar.set_ticks(bands.edges, labels=bands.words)
    bar.set_label(bands.title)
    bar.outline.set_linewidth(0.5)
    if handles:
        legend_above(figure, handles)
    _label_sectors(axes, streets, sector_words, sites, scale)
    return figure


def _reach(results: Results, streets: pd.DataFrame) -> tuple[float, float, float, float]:
    """West, east, south and north ends of the streets, or of the plane."""
    if results.plane is not None:
        wide, high = float(results.plane["width_m"]), float(results.plane["height_m"])
        return (0.0, wide, 0.0, high) if high else (0.0, wide, -_LINE_AS_BAND / 2 * wide, _LINE_AS_BAND / 2 * wide)
    x_m, y_m = (streets[[f"{axis}0_m", f"{axis}1_m"]].to_numpy(float) for axis in "xy")
    return float(x_m.min()), float(x_m.max()), float(y_m.min()), float(y_m.max())


def _draw_streets(axes: Axes, streets: pd.DataFrame, known: np.ndarray, shade: np.ndarray) -> None:
    ends = streets[["x0_m", "y0_m", "x1_m", "y1_m"]].to_numpy(float).reshape(-1, 2, 2)
    thickness = min(3.0, max(1.3, 70 / math.sqrt(len(streets)))) * np.array(
        [_WIDTH_OF_KIND.get(str(kind), 1.0) for kind in streets["kind"]]
    )
    without = LineCollection(ends[~known], colors=_NO_VALUE, linewidths=0.8, linestyles=[_DASHES], zorder=1)
    coloured = LineCollection(ends[known], colors=shade, linewidths=thickness[known], capstyle="round", zorder=2)
    axes.add_collection(without, autolim=False)
    axes.add_collection(coloured, autolim=False)


def _draw_areas(
    axes: Axes, areas: pd.DataFrame, known: np.ndarray, shade: np.ndarray, reach: tuple[float, float]
) -> None:
    """Rectangles with white borders; on a line, where they have no height, from the south to the north of the band."""
    x0, y0, x1, y1 = areas[["x0_m", "y0_m", "x1_m", "y1_m"]].to_numpy(float).T
    y0, y1 = np.where(y0 == y1, reach[0], y0), np.where(y0 == y1, reach[1], y1)
    corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 4, 2)
    coloured = PolyCollection(corners[known], facecolors=shade, edgecolors="white", linewidths=1.0, zorder=2)
    without = PolyCollection(
        corners[~known], facecolors="none", edgecolors=_NO_VALUE, linewidths=0.8, linestyles=[_DASHES], zorder=1
    )
    axes.add_collection(coloured, autolim=False)
    axes.add_collection(without, autolim=False)


def _label_sectors(
    axes: Axes, streets: pd.DataFrame, sector_words: dict[str, str], sites: list[dict], scale: Text
) -> None:
    """Each label on the middle of its sector's streets; those that would touch something else make way."""
    axes.figure.draw_without_rendering()  # now the map has its place on the figure
    texts = [
        axes.text(rows["x_m"].mean(), rows["y_m"].mean(), sector_words[sector], fontsize=8, ha="center", va="center",
                  linespacing=1.15, zorder=6,
                  bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "alpha": 0.85, "linewidth": 0})
        for sector, rows in streets.groupby("sector", sort=True)
        if sector in sector_words
    ]  # fmt: skip
    points = [axes.transData.transform((site["x_m"], site["y_m"])) for site in sites]
    taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in points]
    _part(axes, texts, [*taken, scale.get_window_extent()])


def _part(axes: Axes, texts: list[Text], taken: list[Bbox]) -> None:
    """Move labels up or down, off each other and off places that are taken, until none touch or it is hopeless."""
    boxes = [text.get_window_extent().padded(3) for text in texts]
    moved = np.zeros(len(texts))
    for _ in range(80):
        shift = np.zeros(len(texts))
        for one, box in enumerate(boxes):
            for other in [*boxes[:one], *boxes[one + 1 :], *taken]:
                if box.overlaps(other):
                    shift[one] += 2.0 if (box.y0 + box.y1, one) >= (other.y0 + other.y1, 0) else -2.0
        if not shift.any():
            break
        moved += np.sign(shift) * 2.0
        boxes = [box.translated(0, 2.0 * np.sign(step)) for box, step in zip(boxes, shift, strict=True)]
    for text, step in zip(texts, moved, strict=True):
        x, y = axes.transData.transform(text.get_position())
        text.set_position(axes.transData.inverted().transform((x, y + step)))


def _sites(results: Results) -> list[dict]:
    """The sites that ``map.json`` has: on streets those where custody trips end, in a plane all."""
    role = results.scenario.get("world", {}).get("custody_site", "police_station")
    return [site for site in results.map.get("sites", ()) if results.plane is not None or site.get("role") == role]


def _mark_sites(axes: Axes, sites: list[dict]) -> list[Line2D]:
    """A mark for each, a star where all are of one role; their legend entries."""
    handles = []
    for number, role in enumerate(sorted({str(site["role"]) for site in sites})):
        here = [site for site in sites if str(site["role"]) == role]
        look = {"linestyle": "none", "marker": _MARKERS[number % len(_MARKERS)], "color": style.VERMILION,
                "markeredgecolor": "white"}  # fmt: skip
        axes.plot([site["x_m"] for site in here], [site["y_m"] for site in here], markersize=11, markeredgewidth=0.8,
                  zorder=5, **look)  # fmt: skip
        handles.append(Line2D([], [], markersize=10, label=role.replace("_", " "), **look))
    return handles


def _scale(axes: Axes, wide: float) -> Text:
    """A bar of a round length in the lower left corner, below the streets; north is up. Its text."""
    length = max((step for step in _SCALES_M if step <= wide / 5), default=_SCALES_M[0])
    left, bottom = axes.get_xlim()[0] + 0.03 * wide, axes.get_ylim()[0]
    ends = [left, left + length]
    axes.plot(ends, [bottom, bottom], color=style.BLACK, linewidth=3, solid_capstyle="butt", clip_on=False)
    said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    return axes.text(left + length + 0.01 * wide, bottom, f"{said}; north is up", va="center", fontsize=8)
