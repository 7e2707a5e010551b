"""How every figure looks: colours that colour-blind readers can tell apart, beside a line style, marker or hatch.

Colours are the eight of Okabe & Ito (2008), "Color Universal Design"; maps use viridis (response) and cividis
(idleness), both even in grey print. The settings make equal input give equal bytes: a fixed salt for identifiers, no
date.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
GREY, PALE = "#6E6E6E", "#D9D9D9"

#: By the rank of a tier; beyond the last they begin again, with the next line style and hatch.
TIER_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, YELLOW)
LINES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (9, 2)), (0, (3, 1, 1, 1, 1, 1)))
HATCHES = ("", "////", "...", "\\\\\\\\", "xxx", "---", "+++")

_LATIN_FONT = "DejaVu Sans"
#: Fonts with Chinese glyphs, tried in this order; the first that is installed stands behind the Latin one.
CJK_FONTS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "SimHei", "Heiti SC", "Arial Unicode MS",
)  # fmt: skip

WIDTH_IN = 7.6
PNG_DPI = 150

_SETTINGS = {
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": False,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "legend.handlelength": 2.6,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "roundsman",
    "text.parse_math": False,
}

_drawing = threading.Lock()  # matplotlib's settings are the process's: one page at a time


def cjk_font() -> str | None:
    """The first installed font with Chinese glyphs, or None."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CJK_FONTS if name in installed), None)


def fonts() -> list[str]:
    """The Latin font that comes with matplotlib, and a Chinese one behind it if there is any."""
    fallback = cjk_font()
    return [_LATIN_FONT, *([fallback] if fallback else [])]


def legible(text: str) -> bool:
    """Whether the fonts have a glyph for every character, so that no figure shows empty boxes."""
    files = [font_manager.get_font(font_manager.findfont(name)) for name in fonts()]
    return all(any(file.get_char_index(ord(character)) for file in files) for character in text)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the settings above; other threads wait."""
    with _drawing, matplotlib.rc_context({**_SETTINGS, "font.family": [*fonts(), "sans-serif"]}):
        yield


def new_figure(height_in: float, width_in: float = WIDTH_IN) -> Figure:
    """An empty figure with a canvas and no part in pyplot's state."""
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def settle(figure: Figure) -> None:
    """Lay the figure out once, so that every format shows the same."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")


def as_svg(figure: Figure) -> bytes:
    """The settled figure as an SVG file. (The canvas is asked directly: ``savefig`` would draw everything twice.)"""
    file = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
    return file.getvalue()


def as_png(figure: Figure) -> bytes:
    """The settled figure as a PNG file of ``PNG_DPI``."""
    file = io.BytesIO()
    figure.dpi = PNG_DPI
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return file.getvalue()


def tier_colour(rank: int) -> str:
    return TIER_COLOURS[rank % len(TIER_COLOURS)]


def tier_line(rank: int) -> object:
    return LINES[rank % len(LINES)]


def tier_hatch(rank: int) -> str:
    return HATCHES[rank % len(HATCHES)]
