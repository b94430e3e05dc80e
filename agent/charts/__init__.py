"""Charts as real pictures, for documents and pages: trend, comparison, stages. Chinese type comes with us."""

from agent.charts.draw import draw
from agent.charts.model import Chart, Line, describe, of_table

__all__ = ["Chart", "Line", "describe", "draw", "of_table"]
