"""Whole PDF documents: clauses with their pages, attachments, lines that begin with a year."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from corpus.parse import parse_file
from corpus.readers import read

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
BODY = ParagraphStyle("b", fontName=FONT, fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK")
FLUSH = ParagraphStyle("f", parent=BODY, firstLineIndent=0)
TITLE = ParagraphStyle("t", parent=FLUSH, fontSize=22, leading=32, alignment=1)
CENTRE = ParagraphStyle("c", parent=FLUSH, alignment=1)
RIGHT = ParagraphStyle("r", parent=FLUSH, alignment=2, rightIndent=32)


def build(path: Path, story: list[Any], **info: str) -> Path:
    def foot(canvas: Canvas, document: Any) -> None:
        canvas.setFont(FONT, 14)
        canvas.drawCentredString(297, 40, f"— {document.page} —")

    SimpleDocTemplate(str(path), pagesize=A4, **info).build(story, onFirstPage=foot, onLaterPages=foot)
    return path


def test_notice_with_its_measure_as_attachment(tmp_path: Path) -> None:
    story = [
        Paragraph("某某市工业和信息化局文件", CENTRE),
        Paragraph("某工信规〔2024〕6号", CENTRE),
        Spacer(1, 20),
        Paragraph("关于印发《某某市示范企业认定管理办法》的通知", TITLE),
        Paragraph("各县（市、区）工业和信息化局：", FLUSH),
        Paragraph("现将《某某市示范企业认定管理办法》印发给你们，请认真贯彻执行。", BODY),
        Paragraph("附件：某某市示范企业认定管理办法", BODY),
        Paragraph("某某市工业和信息化局", RIGHT),
        Paragraph("2024年6月6日", RIGHT),
        PageBreak(),
        Paragraph("附件", FLUSH),
        Paragraph("某某市示范企业认定管理办法", TITLE),
        Paragraph("第一章　总则", CENTRE),
        Paragraph("第一条　为了规范示范企业认定，制定本办法。", BODY),
        Paragraph("第二条　申报企业应当符合下列条件：", BODY),
        Paragraph("（一）在本市注册；", BODY),
        Paragraph("（二）研发费用占营业收入的比例不低于3%。", BODY),
        PageBreak(),
        Paragraph("第二章　附则", CENTRE),
        Paragraph("第三条　本办法自2024年7月1日起施行，有效期至2027年6月30日。", BODY),
    ]
    parsed = parse_file(build(tmp_path / "通知.pdf", story, title="Microsoft Word - 1", author="user"))
    version = parsed.version
    assert version.title == "关于印发《某某市示范企业认定管理办法》的通知"
    assert (version.doc_number, version.issuer) == ("某工信规〔2024〕6号", "某某市工业和信息化局")
    assert version.issued_on == date(2024, 6, 6)
    assert (version.effective_from, version.effective_to) == (date(2024, 7, 1), date(2027, 6, 30))
    articles = [(c.label, c.page) for c in parsed.clauses if c.kind == "article"]
    assert articles == [("第一条", 2), ("第二条", 2), ("第三条", 3)]
    items = [(c.label, c.page) for c in parsed.clauses if c.kind == "item"]
    assert items == [("第二条第（一）项", 2), ("第二条第（二）项", 2)]
    assert parsed.unit_count == 3
    assert {c.page for c in parsed.clauses if c.label is None} == {1}


@pytest.mark.parametrize(
    "text",
    [
        "本计划自2025年1月1日起施行，有效期至2027年12月31日。《某某省制造业智能化改造和数字化转型三年行动计划（"
        "2022—2024年）》（某政办发〔2021〕109号）同时废止。",
        "到2027年，全省规模以上工业企业基本完成新一轮智能化改造和数字化转型任务，重点行业企业数量达到"
        "12000—15000家，全省先进制造业集群的规模和质量继续位居全国前列。",
        "根据《中华人民共和国中小企业促进法》和《优质中小企业梯度培育管理暂行办法》及其解读等有关文件《"
        "2024年关于支持某某事项的通知》精神，制定本办法。",
    ],
)
@pytest.mark.parametrize("style", [BODY, FLUSH], ids=["indented", "flush"])
def test_a_line_that_begins_with_a_year_goes_on(tmp_path: Path, text: str, style: ParagraphStyle) -> None:
    story = [Paragraph("五、附则", BODY), Paragraph(text, style), Paragraph("六、其他", BODY)]
    blocks = [block.text for block in read(build(tmp_path / "a.pdf", story)).blocks]
    assert blocks == ["五、附则", text, "六、其他"]


def test_short_lines_that_begin_with_a_year_stay_apart(tmp_path: Path) -> None:
    lines = ["2022年，新增100家。", "2023年，新增200家。", "2024—2025年，新增300家。"]
    story = [Paragraph(line, BODY) for line in lines]
    assert [block.text for block in read(build(tmp_path / "a.pdf", story)).blocks] == lines


def test_table_in_an_attachment_has_its_page_and_rows(tmp_path: Path) -> None:
    grid = [("FONT", (0, 0), (-1, -1), FONT, 12), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
    story = [
        Paragraph("关于公布示范企业名单的通知", TITLE),
        Paragraph("各县（市、区）工业和信息化局：", FLUSH),
        Paragraph("现将示范企业名单予以公布。", BODY),
        Paragraph("附件：示范企业名单", BODY),
        Paragraph("某某市工业和信息化局", RIGHT),
        Paragraph("2024年6月6日", RIGHT),
        PageBreak(),
        Paragraph("附件1", FLUSH),
        Paragraph("示范企业名单", TITLE),
        Table([["序号", "企业名称"], ["1", "甲公司"], ["2", "乙公司"]], style=grid),
    ]
    parsed = parse_file(build(tmp_path / "名单.pdf", story))
    (table,) = [clause for clause in parsed.clauses if clause.kind == "table"]
    assert table.page == 2
    rows = [clause.text for clause in parsed.clauses if clause.parent_id == table.clause_id]
    assert rows == ["1 | 甲公司", "2 | 乙公司"]
    assert parsed.version.title == "关于公布示范企业名单的通知"
    assert parsed.version.issued_on == date(2024, 6, 6)


def test_the_info_dictionary_declares_by_keywords_alone(tmp_path: Path) -> None:
    story = [Paragraph("某项工作安排", TITLE), Paragraph("一、内容", BODY), Paragraph("做好工作。", BODY)]
    keywords = "title=别的标题；issuer=某某省工业和信息化厅；visibility=internal；source=某报；又及"
    path = build(
        tmp_path / "a.pdf", story, title="别的标题", author="某人", keywords=keywords, subject="自由文字"
    )
    raw = read(path)
    assert raw.declared["source"] == "某报；又及"
    assert "title" not in raw.declared and "author" not in raw.declared
    version = parse_file(path).version
    assert (version.title, version.issuer) == ("某项工作安排", "某某省工业和信息化厅")
    assert version.visibility == "internal"
