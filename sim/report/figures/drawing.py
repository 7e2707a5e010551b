"""A figure with everything that goes beside it on the page, and the line that goes below it wherever it is pasted."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report import words
from sim.report.results import Results

RECEIPT = "The clock starts when the call is received"
PROBE = "The clock starts when the hypothetical call of a probe is received"
NO_CLOCK = "No clock: counts of incidents"

#: For text on a grid: the lines stop short of it.
BEHIND_TEXT = {"facecolor": "white", "linewidth": 0, "pad": 0.8}

_CHARACTERS_PER_INCH = 16.5  # of the line below a figure, at its size
_LONGEST_LABEL = 38


class Drawing(NamedTuple):
    """A figure and its words. ``figure`` is None where there is nothing to draw; then ``caption`` says why."""

    name: str  # of its files
    heading: str
    label: str  # what a reader who cannot see it should know
    caption: str
    figure: Figure | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    text_columns: int = 1  # leading columns of the table that hold no numbers


def source_line(results: Results, clock: str) -> str:
    """What the clock starts from, scenario, seed, replications, and whether streets are invented or there are none."""
    replications = words.plural(results.replications, "replication")
    line = f"{clock}. Scenario: {results.short_title}; seed {results.seed}; {replications}"
    space = "; synthetic streets" if results.synthetic else "; a plane without streets" if results.plane else ""
    return f"{line}{space}."


def sign(figure: Figure, results: Results, clock: str) -> None:
    """Write the source line below the figure, so that a pasted figure still says what it is."""
    width = int(figure.get_figwidth() * _CHARACTERS_PER_INCH)
    figure.supxlabel(
        textwrap.fill(source_line(results, clock), width), x=0.01, ha="left", fontsize=7.5, color="#333333"
    )


def short(label: str) -> str:
    """A label that leaves room for what it labels; the tables have it whole."""
    label = " ".join(label.split())
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 2].rstrip() + " …"


def legend_above(figure: Figure, handles: Sequence[Artist], title: str | None = None) -> None:
    """The legend on top of the figure, in as few rows as fit."""
    room = figure.bbox.width - 8
    for rows in range(1, len(handles) + 1):
        columns = -(-len(handles) // rows)
        legend = figure.legend(
            handles=handles, loc="outside upper left", ncols=columns, title=title, alignment="left", columnspacing=1.6
        )
        if columns == 1 or legend.get_window_extent(figure.canvas.get_renderer()).width <= room:
            return
        legend.remove()


def nothing(name: str, heading: str, why: str, results: Results, clock: str) -> Drawing:
    """In place of an empty plot: a sentence."""
    return Drawing(name, heading, why, f"{why} {source_line(results, clock)}")


def hour_axis(axes: Axes) -> None:
    axes.set_xlim(-0.6, 23.6)
    axes.set_xticks(range(0, 24, 3))
    axes.set_xlabel("hour of day")


def percent_axis(axes: Axes, of: str) -> None:
    """Shares from 0 to 1 along x, written as percentages."""
    axes.set_xlim(0, 1)
    axes.set_xticks((0, 0.25, 0.5, 0.75, 1), ("0", "25", "50", "75", "100"))
    axes.set_xlabel(of)
