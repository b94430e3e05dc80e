"""DOCX written by hand: notes at their place, moved and deleted text, comments, controls, fields."""

from __future__ import annotations

import zipfile
from pathlib import Path

from corpus.parse import parse_file
from corpus.readers import read

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MARK = 'w:id="1" w:author="a" w:date="2026-01-01T00:00:00Z"'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _p(*content: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(content)}</w:p>"


def _note(kind: str, number: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def _cell(*content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_p(*content)}</w:tc>"


def _docx(tmp_path: Path, *body: str, **parts: str) -> Path:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>"
        )
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {W}>{inner}</w:{name}>")
    return path


def _notes(kind: str, *texts: str) -> str:
    return "".join(
        f'<w:{kind} w:id="{number}">{_p(_run(text))}</w:{kind}>' for number, text in enumerate(texts, 1)
    )


def _texts(path: Path) -> list[str]:
    return [block.text for block in read(path).blocks]


def test_notes_stand_at_the_end_of_their_paragraph_and_count_as_no_paragraph_of_the_article(tmp_path):
    path = _docx(
        tmp_path,
        _p(_run("第一条　本办法所称中小企业"), _note("footnote", 1), _run("，是指规模较小的企业。")),
        _p(_run("认定标准另行制定。"), _note("endnote", 1)),
        _p(_run("第二条　本办法自公布之日起施行。")),
        footnotes=_notes("footnote", "划型标准见有关规定。"),
        endnotes=_notes("endnote", "标准由主管部门制定。"),
    )
    assert _texts(path) == [
        "第一条　本办法所称中小企业，是指规模较小的企业。 [注] 划型标准见有关规定。",
        "认定标准另行制定。 [注] 标准由主管部门制定。",
        "第二条　本办法自公布之日起施行。",
    ]
    labels = [clause.label for clause in parse_file(path).clauses]
    assert labels == ["第一条", "第一条第一款", "第一条第二款", "第二条"]


def test_notes_to_cells_follow_their_table_and_deleted_notes_vanish(tmp_path):
    table = (
        f"<w:tbl><w:tr>{_cell(_run('地区'))}{_cell(_run('投资'))}</w:tr>"
        f"<w:tr>{_cell(_run('南京市'))}{_cell(_run('12.5'), _note('footnote', 1))}</w:tr></w:tbl>"
    )
    deleted = f"<w:del {MARK}>{_note('footnote', 2)}</w:del>"
    path = _docx(
        tmp_path,
        _p(_run("情况见下表。"), deleted),
        table,
        footnotes=_notes("footnote", "为初步统计数。", "已删去。", "无处引用。"),
    )
    assert _texts(path) == [
        "情况见下表。",
        "地区 | 投资\n南京市 | 12.5",
        "[注] 为初步统计数。",
        "[注] 无处引用。",
    ]


def test_moved_text_stands_once_at_its_new_place(tmp_path):
    path = _docx(
        tmp_path,
        _p(f"<w:moveFrom {MARK}>{_run('移动的话。')}</w:moveFrom>", _run("前文。")),
        _p(_run("后文。"), f"<w:moveTo {MARK}>{_run('移动的话。')}</w:moveTo>"),
        f"<w:tbl><w:tr>{_cell(_run('甲'))}{_cell(_run('乙'))}{_cell(_run('丙'))}</w:tr>"
        f"<w:tr>{_cell(_run('一'))}{_cell(_run('删'), properties=f'<w:cellDel {MARK}/>')}"
        f"{_cell(_run('二'))}{_cell(_run('三'))}</w:tr>"
        f"<w:tr><w:trPr><w:del {MARK}/></w:trPr>{_cell(_run('删去的行'))}</w:tr></w:tbl>",
    )
    assert _texts(path) == ["前文。", "后文。移动的话。", "甲 | 乙 | 丙\n一 | 二 | 三"]


def test_comments_are_left_out_and_controls_and_fields_read(tmp_path):
    commented = (
        '<w:commentRangeStart w:id="5"/>' + _run("正文") + '<w:commentRangeEnd w:id="5"/>'
        '<w:r><w:commentReference w:id="5"/></w:r>'
    )
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{_run('控件里的字')}</w:sdtContent></w:sdt>"
    simple = f'<w:fldSimple w:instr=" REF a ">{_run("简单域")}</w:fldSimple>'
    link = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "http://x"</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run("链接文字")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    anchored = f"<w:hyperlink>{_run('超链接')}</w:hyperlink>"
    block = f"<w:sdt><w:sdtContent>{_p(_run('块控件。'))}</w:sdtContent></w:sdt>"
    path = _docx(
        tmp_path,
        _p(commented, control, simple, link, anchored),
        block,
        comments=f'<w:comment w:id="5">{_p(_run("批注"))}</w:comment>',
        header1=_p(_run("页眉")),
    )
    assert _texts(path) == ["正文控件里的字简单域链接文字超链接", "块控件。"]


def test_a_linked_in_document_is_told(tmp_path):
    path = _docx(tmp_path, _p(_run("正文。")), '<w:altChunk w:val="x"/>')
    raw = read(path)
    assert len(raw.warnings) == 1 and "altChunk" in raw.warnings[0]
