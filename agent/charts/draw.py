"""Draws a chart with matplotlib. No state is shared between drawings, so pages may draw side by side.

The type is Noto Sans SC from a package (OFL): a system without Chinese fonts must not show boxes. A chart
tells its series apart without colour: by hatching, by markers, and by the values written at the marks.
"""

from __future__ import annotations

import io
import threading
from functools import cache
from importlib import resources
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from agent.charts.model import Chart

Theme = Literal["print", "light", "dark"]
Format = Literal["png", "svg"]

_WIDTH = 6.1  # inches: the type area of a page is 156 mm wide
_DPI = 200
# ground, ink, soft lines, series
_COLOURS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "print": ("#ffffff", "#000000", "#bdbdbd", ("#404040", "#8c8c8c", "#bfbfbf", "#e0e0e0")),
    "light": ("#ffffff", "#1b2430", "#d5dde7", ("#1d4f91", "#b8860b", "#3b7f5c", "#8a4b7d")),
    "dark": ("#1a222d", "#e8edf3", "#33404f", ("#8ab4ee", "#e3b94d", "#7cc49c", "#d39bc8")),
}
_HATCHES = ("", "///", "...", "xxx")
_MARKERS = ("o", "s", "^", "D")
_DASHES = ("-", "--", ":", "-.")
_LOCK = threading.Lock()  # matplotlib's font cache is not made for threads


def draw(chart: Chart, fmt: Format = "png", theme: Theme = "print", *, titled: bool = True) -> bytes:
    """The picture, 156 mm wide: PNG at 200 dpi, or SVG with its type as outlines.

    `print` is for paper, which may be copied in grey. `titled=False` where a caption stands beside it.
    """
    with _LOCK, mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "zhixun", "hatch.linewidth": 0.6}):
        figure = Figure(figsize=(_WIDTH, _height(chart)), dpi=_DPI, layout="constrained")
        axes = figure.add_subplot()
        ground, ink, soft, _ = _COLOURS[theme]
        figure.set_facecolor(ground)
        axes.set_facecolor(ground)
        {"trend": _trend, "bars": _bars, "stages": _stages}[chart.kind](axes, chart, theme)
        _frame(axes, chart, ink, soft)
        if titled:
            axes.set_title(chart.title, fontproperties=_font(10.5, bold=True), color=ink, pad=8)
        if chart.source:
            figure.supxlabel(chart.source, fontproperties=_font(8), color=ink, x=0.02, ha="left")
        out = io.BytesIO()
        if fmt == "svg":
            FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Title": chart.title})
        else:
            FigureCanvasAgg(figure).print_png(out)
        return out.getvalue()


def _height(chart: Chart) -> float:
    return max(2.2, 0.75 + 0.26 * len(chart.labels)) if chart.kind == "bars" else 2.9


@cache
def _files() -> tuple[str, str]:
    """The font's regular and bold files."""
    folder = resources.files("pylopdf_fonts_zh_cn")
    found = [path for path in _walk(folder) if path.lower().endswith((".ttf", ".otf"))]
    regular = next((path for path in found if "regular" in path.lower()), found[0])
    bold = next((path for path in found if "bold" in path.lower()), regular)
    return regular, bold


def _walk(folder: Any) -> list[str]:
    paths: list[str] = []
    for entry in folder.iterdir():
        paths += _walk(entry) if entry.is_dir() else [str(entry)]
    return sorted(paths)


def _font(size: float, bold: bool = False) -> FontProperties:
    regular, heavy = _files()
    return FontProperties(fname=heavy if bold else regular, size=size)


def _frame(axes: Axes, chart: Chart, ink: str, soft: str) -> None:
    """Unit and ticks, in our type."""
    upright = chart.kind != "bars"
    if upright:
        axes.set_ylabel(
            chart.unit, fontproperties=_font(8.5), color=ink, rotation=0, ha="right", va="top", y=1.0
        )
    else:
        axes.set_xlabel(chart.unit, fontproperties=_font(8.5), color=ink, loc="right")
    for label in [*axes.get_xticklabels(), *axes.get_yticklabels()]:
        label.set_fontproperties(_font(8.5))
        label.set_color(ink)
    axes.tick_params(color=soft, length=3)
    axes.grid(axis="y" if upright else "x", color=soft, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(soft)
    if len(chart.lines) > 1:
        legend = axes.legend(prop=_font(8.5), frameon=False, labelcolor=ink, ncols=min(4, len(chart.lines)))
        legend.set_in_layout(True)


def _trend(axes: Axes, chart: Chart, theme: Theme) -> None:
    _, ink, _, colours = _COLOURS[theme]
    places = list(range(len(chart.labels)))
    for at, line in enumerate(chart.lines):
        values = [float("nan") if value is None else value for value in line.values]
        axes.plot(
            places,
            values,
            color=colours[at % 4],
            linestyle=_DASHES[at % 4],
            marker=_MARKERS[at % 4],
            markersize=4.5,
            linewidth=1.6,
            label=line.name,
        )
        if len(chart.lines) == 1:
            for place, value in zip(places, line.values, strict=True):
                if value is not None:
                    axes.annotate(
                        chart.shown(value), (place, value), (0, 6), textcoords="offset points", ha="center",
                        fontproperties=_font(8), color=ink,
                    )  # fmt: skip
    axes.set_xticks(places, chart.labels, rotation=45 if sum(map(len, chart.labels)) > 60 else 0)
    axes.margins(x=0.06, y=0.18)


def _bars(axes: Axes, chart: Chart, theme: Theme) -> None:
    _, ink, _, colours = _COLOURS[theme]
    places = list(range(len(chart.labels)))
    thick = 0.7 / len(chart.lines)
    for at, line in enumerate(chart.lines):
        values = [value or 0.0 for value in line.values]
        shift = (at - (len(chart.lines) - 1) / 2) * thick
        drawn = axes.barh(
            [place + shift for place in places], values, thick, label=line.name, color=colours[at % 4],
            edgecolor=ink, linewidth=0.5, hatch=_HATCHES[at % 4],
        )  # fmt: skip
        for bar, label in zip(drawn, chart.labels, strict=True):
            if label == chart.marked:
                bar.set_hatch("\\\\\\")
        _written(axes, drawn, chart, line.values, ink)
    axes.set_yticks(places, chart.labels)
    axes.invert_yaxis()
    axes.margins(x=0.12)


def _stages(axes: Axes, chart: Chart, theme: Theme) -> None:
    _, ink, _, colours = _COLOURS[theme]
    places = list(range(len(chart.labels)))
    wide = 0.6 / len(chart.lines)
    for at, line in enumerate(chart.lines):
        values = [value or 0.0 for value in line.values]
        shift = (at - (len(chart.lines) - 1) / 2) * wide
        drawn = axes.bar(
            [place + shift for place in places], values, wide, label=line.name, color=colours[at % 4],
            edgecolor=ink, linewidth=0.5, hatch=_HATCHES[at % 4],
        )  # fmt: skip
        _written(axes, drawn, chart, line.values, ink)
    axes.set_xticks(places, chart.labels)
    axes.margins(y=0.15)


def _written(axes: Axes, drawn: Any, chart: Chart, values: tuple[float | None, ...], ink: str) -> None:
    """Each bar's value at its end, as it stands in the table; a dash where there is none."""
    labels = ["—" if value is None else chart.shown(value) for value in values]
    axes.bar_label(drawn, labels, padding=3, fontproperties=_font(8), color=ink)
