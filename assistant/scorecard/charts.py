"""Bars of counts as SVG, drawn by reportlab. Only digits stand in them; words are the page's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BELOW, ABOVE = 640, 220, 36, 24, 8
COLOURS: Final = ("#1d4ed8", "#b45309")
"Apart also in grey and for whoever sees red and green alike; both 4.5 to 1 against white."
LABELS_MOST: Final = 12
"More under one chart would run into each other."
STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Bars:
    """One or two rows of counts over the same names, all of one length."""

    names: tuple[str, ...]
    "Digits and signs: days, hours."
    rows: tuple[tuple[int, ...], ...]


def drawn(bars: Bars) -> bytes:
    """The SVG file, in UTF-8."""
    chart = VerticalBarChart()
    chart.x, chart.y = LEFT, BELOW
    chart.width, chart.height = WIDTH - LEFT - ABOVE, HEIGHT - BELOW - ABOVE
    chart.data = [list(row) for row in bars.rows]
    chart.groupSpacing = 2
    for number, _ in enumerate(bars.rows):
        chart.bars[number].fillColor = HexColor(COLOURS[number])
        chart.bars[number].strokeColor = None
    step = -(-len(bars.names) // LABELS_MOST)
    chart.categoryAxis.categoryNames = [
        name if place % step == 0 else "" for place, name in enumerate(bars.names)
    ]
    chart.valueAxis.valueMin = 0
    chart.valueAxis.valueMax = top(bars.rows)
    chart.valueAxis.valueStep = chart.valueAxis.valueMax // STEPS
    drawing = Drawing(WIDTH, HEIGHT)
    drawing.add(chart)
    return str(renderSVG.drawToString(drawing)).encode()


def top(rows: Sequence[Sequence[int]]) -> int:
    """The height of the scale: the next number above all counts that four even steps lead to."""
    highest = max((count for row in rows for count in row), default=0)
    return STEPS * max(1, -(-highest // STEPS))
