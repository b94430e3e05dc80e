"""DOCX: automatic numbers, headings, merged cells, tracked changes, boxes, notes."""
# ruff: noqa: E501  (Chinese text and markup, as literals)

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from corpus.readers import read
from corpus.readers.docx_numbering import format_number

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "docx"


def _read(tmp_path: Path, document):
    path = tmp_path / "a.docx"
    document.save(str(path))
    return read(path)


def _numbering(document, abstract_id: int, levels: list[tuple[str, str]], suffix: str = "nothing") -> None:
    """Define a list: a (numFmt, lvlText) a level; w:num gets the same id."""
    root = document.part.numbering_part.element
    level_xml = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (number_format, text) in enumerate(levels)
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">{level_xml}</w:abstractNum>'
    )
    root.insert(0, abstract)
    root.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{abstract_id}"><w:abstractNumId w:val="{abstract_id}"/></w:num>'
        )
    )


def _numbered(document, text: str, num_id: int, depth: int = 0):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{num_id}"/></w:numPr>')
    )
    return paragraph


def _texts(raw) -> list[str]:
    return [block.text for block in raw.blocks]


def test_automatic_numbers_restart_below_a_higher_level(tmp_path):
    document = docx.Document()
    _numbering(document, 90, [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")])
    for text, depth in [
        ("总体要求", 0),
        ("甲", 1),
        ("乙", 1),
        ("子", 2),
        ("重点任务", 0),
        ("丙", 1),
        ("丑", 2),
    ]:
        _numbered(document, text, 90, depth)
    assert _texts(_read(tmp_path, document)) == [
        "一、总体要求", "（一）甲", "（二）乙", "1.子", "二、重点任务", "（一）丙", "1.丑",
    ]  # fmt: skip


def test_articles_multilevel_and_override(tmp_path):
    document = docx.Document()
    _numbering(document, 90, [("chineseCountingThousand", "第%1条")], suffix="space")
    _numbering(document, 91, [("decimal", "%1"), ("decimal", "%1.%2")], suffix="tab")
    root = document.part.numbering_part.element
    root.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="92"><w:abstractNumId w:val="90"/><w:lvlOverride w:ilvl="0">'
            '<w:startOverride w:val="105"/></w:lvlOverride></w:num>'
        )
    )
    for text, num_id, depth in [
        ("甲", 90, 0),
        ("乙", 90, 0),
        ("章", 91, 0),
        ("节", 91, 1),
        ("丙", 92, 0),
        ("丁", 92, 0),
    ]:
        _numbered(document, text, num_id, depth)
    assert _texts(_read(tmp_path, document)) == [
        "第一条 甲", "第二条 乙", "1 章", "1.1 节", "第一百零五条 丙", "第一百零六条 丁",
    ]  # fmt: skip


def test_numbering_by_style_and_bullets(tmp_path):
    document = docx.Document()
    _numbering(document, 90, [("bullet", "•")])
    style = document.styles.add_style("公文一级", 1)
    style.base_style = document.styles["Normal"]
    properties = style.element.get_or_add_pPr()
    properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="91"/></w:numPr>'))
    _numbering(document, 91, [("japaneseCounting", "%1、")])
    document.add_paragraph("总体要求", style="公文一级")
    _numbered(document, "子弹", 90)
    document.add_paragraph("工作任务", style="公文一级")
    raw = _read(tmp_path, document)
    assert [(block.kind, block.level, block.text) for block in raw.blocks] == [
        ("heading", 1, "一、总体要求"),
        ("paragraph", None, "子弹"),
        ("heading", 1, "二、工作任务"),
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (10, "chineseCounting", "十"), (21, "chineseCounting", "二十一"), (110, "chineseCountingThousand", "一百一十"),
        (1001, "japaneseCounting", "一千零一"), (20, "ideographDigital", "二〇"), (28, "upperLetter", "BB"),
        (2, "lowerLetter", "b"), (14, "upperRoman", "XIV"), (9, "lowerRoman", "ix"), (3, "decimalEnclosedCircle", "③"),
        (21, "decimalEnclosedCircle", "㉑"), (7, "decimalZero", "07"), (12, "decimalFullWidth", "１２"),
        (12, "chineseLegalSimplified", "壹拾贰"), (5, "none", ""), (4, "unheard-of", "4"),
    ],
)  # fmt: skip
def test_number_formats(value, number_format, text):
    assert format_number(value, number_format) == text


def test_headings_and_title(tmp_path):
    document = docx.Document()
    document.add_paragraph("关于印发办法的通知", style="Title")
    document.add_heading("第一章 总则", 1)
    document.add_heading("第一节 甲", 2)
    document.add_paragraph("正文。")
    assert [(block.kind, block.level) for block in _read(tmp_path, document).blocks] == [
        ("heading", 1), ("heading", 2), ("heading", 3), ("paragraph", None),
    ]  # fmt: skip


def test_a_centred_large_title_in_two_paragraphs(tmp_path):
    document = docx.Document()
    for text in ("江苏省工业和信息化厅关于", "印发办法的通知"):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).font.size = Pt(22)
    document.add_paragraph("各设区市：")
    raw = _read(tmp_path, document)
    assert [(block.kind, block.level, block.text) for block in raw.blocks] == [
        ("heading", 1, "江苏省工业和信息化厅关于印发办法的通知"),
        ("paragraph", None, "各设区市："),
    ]


def test_table_with_merged_cells_in_reading_order(tmp_path):
    document = docx.Document()
    document.add_paragraph("表2 分地区情况（单位：家）")
    table = document.add_table(rows=4, cols=3)
    for row, values in enumerate(
        [["地区", "数量", ""], ["", "计划", "实际"], ["南京", "1", "2"], ["", "3", "4"]]
    ):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 0).merge(table.cell(3, 0))
    document.add_paragraph("表后的文字。")
    raw = _read(tmp_path, document)
    found = raw.blocks[1].table
    assert found is not None
    assert found.rows == (
        ("地区", "数量", "数量"),
        ("地区", "计划", "实际"),
        ("南京", "1", "2"),
        ("南京", "3", "4"),
    )
    assert (found.caption, found.unit, found.header_rows) == ("表2 分地区情况", "家", 2)
    assert raw.blocks[2].text == "表后的文字。"


def test_tracked_changes_read_as_accepted(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("补助")
    mark = 'w:id="1" w:author="a" w:date="2025-01-01T00:00:00Z"'
    paragraph._p.append(
        parse_xml(f"<w:del {nsdecls('w')} {mark}><w:r><w:delText>50</w:delText></w:r></w:del>")
    )
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')} {mark}><w:r><w:t>100</w:t></w:r></w:ins>"))
    paragraph.add_run("万元，")
    paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:rPr {nsdecls('w')}><w:del {mark}/></w:rPr>"))
    document.add_paragraph("一次拨付。")
    assert _texts(_read(tmp_path, document)) == ["补助100万元，一次拨付。"]


def test_text_box_once_hidden_text_and_field_codes_never(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("正文")
    box = "<w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent>"
    paragraph._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">'
            f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"))
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:instrText>PAGE</w:instrText></w:r>"))
    document.sections[0].header.paragraphs[0].text = "页眉"
    assert _texts(_read(tmp_path, document)) == ["正文", "框里的字"]


def test_line_breaks_split_paragraphs(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("（一）甲；")
    paragraph.add_run().add_break()
    paragraph.add_run("（二）乙。")
    assert _texts(_read(tmp_path, document)) == ["（一）甲；", "（二）乙。"]


def test_footnotes_core_properties_and_table_of_contents(tmp_path):
    document = docx.Document()
    document.core_properties.title = "某办法"
    document.add_paragraph("正文。")
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:sdt {nsdecls("w")}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
            "<w:sdtContent><w:p><w:r><w:t>第一章 总则 1</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    buffer = io.BytesIO()
    document.save(buffer)
    path = tmp_path / "a.docx"
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        '<w:footnote w:id="1"><w:p><w:r><w:t>数据来自统计局。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("word/footnotes.xml", notes)
    raw = read(path)
    assert _texts(raw) == ["正文。", "[注] 数据来自统计局。"]
    assert raw.declared["title"] == "某办法"
    assert raw.pages is None and raw.blocks[0].page is None


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data/docx is absent")
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.docx")), ids=lambda path: path.stem)
def test_real_documents_begin_with_their_title_and_lose_nothing(path):
    raw = read(path)
    assert raw.blocks[0].kind == "heading" and raw.blocks[0].level == 1
    assert raw.blocks[0].text == raw.declared["title"]
    expected = "".join(node.text or "" for node in docx.Document(str(path)).element.body.iter(qn("w:t")))
    assert "".join("".join(_texts(raw)).split()) == "".join(expected.split())
