"""Plots as inline SVG: plain strings of figures and escaped labels, no script and no library.

Heights and widths are in CSS pixels; colours are the page's own variables, so that a plot follows
the light or dark theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_LABEL = 190
_BAR = 560
_ROW = 26


class Bar(NamedTuple):
    """A share 0 to 1 with its interval, and the words at its right."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    bound: float | None = None  # a threshold, drawn as a tick
    good: bool | None = None  # None: judged by nobody


def share_bars(bars: Sequence[Bar], title: str) -> str:
    """Horizontal bars of shares, each with its interval as a whisker and its threshold as a tick."""
    height = _ROW * len(bars) + 8
    width = _LABEL + _BAR + 150
    parts = [_open(width, height, title)]
    for row, bar in enumerate(bars):
        top = 4 + row * _ROW
        middle = top + _ROW / 2
        parts.append(_text(_LABEL - 8, middle + 4, bar.label, "end"))
        parts.append(_rect(_LABEL, top + 6, _BAR, _ROW - 12, "track"))
        if bar.value is not None:
            colour = "plain" if bar.good is None else "good" if bar.good else "bad"
            parts.append(_rect(_LABEL, top + 6, _BAR * bar.value, _ROW - 12, colour))
        if bar.low is not None and bar.high is not None:
            left, right = _LABEL + _BAR * bar.low, _LABEL + _BAR * bar.high
            parts.append(_line(left, middle, right, middle, "whisker"))
        if bar.bound is not None:
            at = _LABEL + _BAR * bar.bound
            parts.append(_line(at, top + 2, at, top + _ROW - 2, "bound"))
        value = "—" if bar.value is None else f"{bar.value:.3f}"
        parts.append(_text(_LABEL + _BAR + 8, middle + 4, f"{value}  {bar.note}".rstrip(), "start"))
    return "".join(parts) + "</svg>"


def count_bars(counts: Sequence[tuple[str, int]], title: str) -> str:
    """Horizontal bars of counts, the longest as wide as the plot."""
    most = max((count for _, count in counts), default=0) or 1
    parts = [_open(_LABEL + _BAR + 150, _ROW * len(counts) + 8, title)]
    for row, (label, count) in enumerate(counts):
        top = 4 + row * _ROW
        parts.append(_text(_LABEL - 8, top + _ROW / 2 + 4, label, "end"))
        parts.append(_rect(_LABEL, top + 6, _BAR * count / most, _ROW - 12, "bad"))
        parts.append(_text(_LABEL + _BAR * count / most + 8, top + _ROW / 2 + 4, str(count), "start"))
    return "".join(parts) + "</svg>"


def histogram(values: Sequence[float], title: str, unit: str, bins: int = 24) -> str:
    """How often values fall into equal bins from 0 to the 99th percentile; the rest is in the last."""
    if not values:
        return ""
    ordered = sorted(values)
    top = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(value / top * bins))] += 1
    width, height = _LABEL + _BAR + 150, 150
    step = (width - 60) / bins
    parts = [_open(width, height, title)]
    for at, count in enumerate(counts):
        tall = 100 * count / max(counts)
        parts.append(_rect(30 + at * step, 115 - tall, step - 2, tall, "plain"))
    for share in (0.0, 0.5, 1.0):
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        parts.append(_text(30 + share * (width - 60), 135, f"{top * share:.0f} {unit}", anchor))
    return "".join(parts) + "</svg>"


def _open(width: float, height: float, title: str) -> str:
    name = escape(title, quote=True)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{name}"><title>{escape(title)}</title>'
    )


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{height:.1f}" '
        'rx="3"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
