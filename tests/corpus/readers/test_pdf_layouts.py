"""PDF pages as offices print them: columns, hyphens, tables over pages, tables without rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.readers import read

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT = "STSong-Light"
LEFT = "左栏从这里开始，全省上半年重点项目推进总体平稳，各地按照序时进度组织实施，完成情况好于预期，" * 2
RIGHT = "右栏接着左栏的末尾，下半年要继续加强要素保障，推动项目尽快开工建设，早日形成实物工作量，" * 2


def _canvas(path: Path) -> Canvas:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 12)
    return canvas


def _put(canvas: Canvas, x: float, y: float, text: str, size: float = 12, font: str = FONT) -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, A4[1] - y, text)


def _lines(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def _texts(path: Path) -> list[str]:
    return [block.text for block in read(path).blocks]


def _table(path: Path) -> list[tuple[tuple[str, ...], ...]]:
    return [block.table.rows for block in read(path).blocks if block.table]


def _grid(canvas: Canvas, x: float, y: float, widths: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
    edges = [x + sum(widths[:index]) for index in range(len(widths) + 1)]
    bottom = y + 24 * len(rows)
    for index in range(len(rows) + 1):
        canvas.line(x, A4[1] - y - 24 * index, edges[-1], A4[1] - y - 24 * index)
    for edge in edges:
        canvas.line(edge, A4[1] - y, edge, A4[1] - bottom)
    for index, row in enumerate(rows):
        for edge, cell in zip(edges, row, strict=False):
            _put(canvas, edge + 4, y + 24 * index + 16, cell, 10)


def test_two_columns_whether_written_by_column_or_by_row(tmp_path):
    left, right = _lines(LEFT, 17), _lines(RIGHT, 17)
    for name, by_row in (("row.pdf", True), ("column.pdf", False)):
        canvas = _canvas(tmp_path / name)
        _put(canvas, 180, 90, "重点项目推进情况简报", 20)
        order = [(72.0, left), (310.0, right)]
        placed = [(x, 130 + 20 * row, text) for x, lines in order for row, text in enumerate(lines)]
        for x, y, text in sorted(placed, key=lambda item: item[1]) if by_row else placed:
            _put(canvas, x, y, text)
        _put(canvas, 72, 420, "抄送：省委办公厅，省人大常委会办公厅，省政协办公厅，各设区市人民政府办公室。")
        canvas.save()
        texts = _texts(tmp_path / name)
        assert texts[0] == "重点项目推进情况简报", name
        assert "".join(texts[1:-1]) == LEFT + RIGHT, name
        assert texts[-1].startswith("抄送"), name


def test_three_columns(tmp_path):
    parts = [_lines(text[:60], 10) for text in (LEFT, RIGHT, LEFT[20:])]
    canvas = _canvas(tmp_path / "a.pdf")
    for row in range(6):
        for x, part in zip((60, 220, 380), parts, strict=True):
            _put(canvas, x, 100 + 20 * row, part[row])
    canvas.save()
    assert "".join(_texts(tmp_path / "a.pdf")) == "".join("".join(part) for part in parts)


def test_a_list_of_names_in_columns_is_read_by_row(tmp_path):
    names = [
        ("张三", "李四", "王五"),
        ("赵六", "钱七", "孙八"),
        ("周九", "吴十", "郑一"),
        ("冯二", "陈三", "褚四"),
    ]
    canvas = _canvas(tmp_path / "a.pdf")
    for row, line in enumerate(names):
        for x, name in zip((72, 220, 380), line, strict=True):
            _put(canvas, x, 100 + 20 * row, name)
    canvas.save()
    joined = "".join(_texts(tmp_path / "a.pdf")).replace(" ", "")
    assert joined == "".join("".join(line) for line in names)


def test_words_hyphenated_over_lines_are_joined(tmp_path):
    canvas = _canvas(tmp_path / "a.pdf")
    lines = (
        "The provincial programme supports small and medium-sized enter-",
        "prises in the cultivation of innov-",
        "ative products.",
    )
    for row, line in enumerate(lines):
        _put(canvas, 72, 100 + 18 * row, line, 12, "Helvetica")
    canvas.save()
    assert " ".join(_texts(tmp_path / "a.pdf")) == (
        "The provincial programme supports small and medium-sized enterprises"
        " in the cultivation of innovative products."
    )


def test_a_table_goes_on_under_its_repeated_head_and_a_continuation_line(tmp_path):
    head = ("序号", "项目名称", "总投资（亿元）")
    rows = [(str(number), f"第{number}号示范项目", f"{number}.5") for number in range(1, 7)]
    canvas = _canvas(tmp_path / "a.pdf")
    _put(canvas, 200, 80, "表1 重点项目清单")
    _grid(canvas, 72, 600, (60, 250, 120), [head, *rows[:3]])
    _put(canvas, 290, 815, "— 1 —")
    canvas.showPage()
    _put(canvas, 200, 80, "表1 重点项目清单（续）")
    _grid(canvas, 72, 100, (80, 230, 120), [head, *rows[3:]])  # drawn a little differently
    _put(canvas, 290, 815, "— 2 —")
    canvas.save()
    assert _table(tmp_path / "a.pdf") == [(head, *rows)]


def test_a_table_without_rules_where_figures_make_it_plain(tmp_path):
    rows = [
        ("地区", "企业数", "营业收入", "同比"),
        ("南京市", "1,203", "356.7", "8.1%"),
        ("苏州市", "2,045", "812.4", "6.9%"),
        ("宿迁市", "318", "45.2", "-1.2%"),
    ]
    canvas = _canvas(tmp_path / "a.pdf")
    _put(canvas, 96, 80, "上半年全省规模以上工业企业运行总体平稳，分地区情况见下表，数据为初步统计")
    _put(canvas, 72, 100, "数，以正式公布的数据为准。")
    _put(canvas, 230, 130, "表2 分地区情况")
    for index, row in enumerate(rows):
        for x, cell in zip((80, 190, 300, 420), row, strict=True):
            _put(canvas, x, 155 + 20 * index, cell)
    _put(canvas, 96, 260, "下一步，要加强监测分析，及时协调解决企业反映的困难和问题。")
    canvas.save()
    raw = read(tmp_path / "a.pdf")
    tables = [block for block in raw.blocks if block.table]
    assert [block.table.rows for block in tables] == [tuple(rows)]
    assert tables[0].table.caption == "表2 分地区情况"
    assert raw.blocks[-1].text.startswith("下一步") and raw.blocks.index(tables[0]) == len(raw.blocks) - 2


def test_contacts_and_signatures_set_apart_are_no_table(tmp_path):
    rows = [
        ("联系人：张三", "电话：025-83390001"),
        ("联系人：李四", "电话：025-83390002"),
        ("联系人：王五", "电话：025-83390003"),
    ]
    canvas = _canvas(tmp_path / "a.pdf")
    for index, row in enumerate(rows):
        for x, cell in zip((72, 300), row, strict=True):
            _put(canvas, x, 100 + 20 * index, cell)
    canvas.save()
    assert _table(tmp_path / "a.pdf") == []
    assert "".join(_texts(tmp_path / "a.pdf")).replace(" ", "") == "".join(a + b for a, b in rows)
