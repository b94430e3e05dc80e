"""Charts: what is drawn of a table, in words and as a picture with real Chinese type."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from agent.charts import Chart, Line, describe, draw, of_table
from agent.state import Table, TableRow

STAGES = Table(
    ("阶段", "项目数（个）", "总投资（亿元）"),
    tuple(
        TableRow(cells, ()) for cells in (("签约", "6", "43.1"), ("开工", "7", "40.9"), ("在建", "9", "97.0"))
    ),
    "bar",
)
TREND = Chart(
    "trend", "当月产值", "亿元", ("1月", "2月", "3月", "4月"), (Line("产值", (10.0, None, -3.5, 12.25)),)
)


def picture(chart: Chart, theme: str = "print") -> Image.Image:
    return Image.open(io.BytesIO(draw(chart, "png", theme)))  # type: ignore[arg-type]


def test_a_table_of_stages_is_drawn_by_its_amounts() -> None:
    chart = of_table("项目", "", STAGES)
    assert chart is not None and chart.kind == "stages" and chart.unit == "亿元"
    assert chart.lines == (Line("总投资", (43.1, 40.9, 97.0)),)
    said = "柱形图：项目，分3个阶段。总投资最高的是在建（97.0亿元），最低的是开工（40.9亿元）。"
    assert describe(chart) == said


@pytest.mark.parametrize("rows", [2, 31])
def test_too_few_and_too_many_rows_are_not_drawn(rows: int) -> None:
    table = Table(("地区", "产值"), tuple(TableRow((f"市{n}", str(n)), ()) for n in range(rows)), "bar")
    assert of_table("产值", "亿元", table) is None


def test_a_cell_that_is_no_number_is_a_gap_and_minus_is_kept() -> None:
    rows = tuple(TableRow(cells, ()) for cells in (("甲", "−3.4%"), ("乙", "1,200%"), ("丙", "8.2%")))
    chart = of_table("同比", "%", Table(("地区", "同比（%）"), rows, "bar"))
    assert chart is not None and chart.lines[0].values == (-3.4, 1200.0, 8.2)


def test_charts_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        Chart("bars", "x", "", ("a", "b"), (Line("n", (1.0,)),))
    with pytest.raises(ValueError, match="labels"):
        Chart("bars", "x", "", (), ())


@pytest.mark.parametrize("theme", ["print", "light", "dark"])
def test_pictures_have_the_width_of_the_type_area(theme: str) -> None:
    drawn = picture(TREND, theme)
    assert drawn.size == (1220, 580)
    assert len({drawn.convert("L").getpixel((x, 290)) for x in range(0, 1220, 3)}) > 2  # not one empty field


def test_print_has_no_colour_at_all() -> None:
    chart = of_table("项目", "", STAGES)
    assert chart is not None
    drawn = picture(chart).convert("RGB")
    assert all(len(set(colour)) == 1 for _, colour in drawn.getcolors(1 << 20))


def test_two_series_differ_in_grey_by_more_than_colour() -> None:
    lines = (Line("今年", (3, 4, 5)), Line("去年", (2, 3, 4)))
    chart = Chart("bars", "对比", "亿元", ("甲", "乙", "丙"), lines)
    svg = draw(chart, "svg").decode()
    assert "pattern" in svg  # the second one is hatched


def test_chinese_is_drawn_from_our_own_font(recwarn: pytest.WarningsRecorder) -> None:
    svg = draw(Chart("bars", "冶溧钢铁", "亿元", ("甲", "乙", "丙"), (Line("n", (1, 2, 3)),)), "svg").decode()
    assert "NotoSansSC" in re.sub(r"[\s-]", "", svg)
    assert not [w for w in recwarn if "Glyph" in str(w.message)]
    assert draw(TREND, "svg") == draw(TREND, "svg")  # the same picture each time


def test_zero_is_where_bars_begin() -> None:
    chart = Chart("bars", "比较", "亿元", ("甲", "乙", "丙"), (Line("n", (98, 99, 100)),))
    drawn = picture(chart).convert("L")
    dark = [
        max((x for x in range(1220) if drawn.getpixel((x, y)) == 0x40), default=0)
        - min((x for x in range(1220) if drawn.getpixel((x, y)) == 0x40), default=0)
        for y in range(drawn.height)
    ]
    long, short = max(dark), min(width for width in dark if width > 400)
    assert 0.9 < short / long <= 1  # 98 is all but as long as 100
