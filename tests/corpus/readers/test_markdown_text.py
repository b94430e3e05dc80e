"""Markdown and plain text: what a reader sees, in blocks; encodings."""
# ruff: noqa: E501  (Chinese text and markup, as literals)

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.errors import ReadError
from corpus.readers import read

LAWS = Path(__file__).parents[4] / "shared" / "data" / "laws"


def _read(tmp_path: Path, name: str, content: str | bytes):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)


def _texts(document) -> list[str]:
    return [block.text for block in document.blocks]


def test_markdown_marks_go_and_text_stays(tmp_path):
    document = _read(
        tmp_path,
        "a.md",
        '---\nTitle: 某办法\n文号: "苏政发〔2025〕1号"\ntags:\n  - 甲\n  - 乙\n---\n'
        "# 某办法\n\n#第一章　总则\n\n**第一条**　为了*规范*[管理](http://x)，见 ![图](a.png) 和 `代码`\\*。\n\n"
        "**“重点”**内容<span style='x'>甲</span>。\n\n    第二条　缩进四格不是代码。\n\n- 子弹\n1. 第一\n2. 第二\n",
    )
    assert document.declared == {"title": "某办法", "文号": "苏政发〔2025〕1号", "tags": "甲；乙"}
    assert [(b.kind, b.level, b.text) for b in document.blocks] == [
        ("heading", 1, "某办法"),
        ("heading", 1, "第一章　总则"),
        ("paragraph", None, "第一条　为了规范管理，见 图 和 代码*。"),
        ("paragraph", None, "“重点”内容甲。"),
        ("paragraph", None, "第二条　缩进四格不是代码。"),
        ("paragraph", None, "子弹"),
        ("paragraph", None, "1. 第一"),
        ("paragraph", None, "2. 第二"),
    ]


def test_markdown_soft_breaks_join_unless_a_marker_follows(tmp_path):
    text = "各有关单位\n要认真落实。\n（一）第一项；\n（二）第二项依照本法\n第三条规定接着说。\n\n甲  \n乙\n"
    assert _texts(_read(tmp_path, "a.md", text)) == [
        "各有关单位要认真落实。",
        "（一）第一项；",
        "（二）第二项依照本法第三条规定接着说。",
        "甲",
        "乙",
    ]


def test_markdown_table_has_caption_unit_and_rows(tmp_path):
    text = "表1　主要指标\n\n单位：亿元\n\n| 指标 | 2025年 |\n|---|---:|\n| 营业**收入** | 1<br>2 |\n"
    document = _read(tmp_path, "a.md", text)
    table = document.blocks[-1].table
    assert table is not None
    assert (table.caption, table.unit, table.header_rows) == ("表1　主要指标", "亿元", 1)
    assert table.rows == (("指标", "2025年"), ("营业收入", "1 2"))
    assert document.blocks[-1].text == "指标 | 2025年\n营业收入 | 1 2"
    assert _texts(document)[:2] == ["表1　主要指标", "单位：亿元"]


def test_a_unit_inside_a_caption_is_found_and_the_caption_stays_whole(tmp_path):
    caption = "表1 项目明细（虚构数据，投资单位：亿元，截至2026年8月31日）"
    table = _read(tmp_path, "a.md", f"{caption}\n\n| 项目 | 投资 |\n|---|---|\n| 甲 | 1 |\n").blocks[-1].table
    assert table is not None
    assert (table.caption, table.unit) == (caption, "亿元")


def test_horizontal_rule_is_no_front_matter(tmp_path):
    document = _read(tmp_path, "a.md", "---\n\n正文在这里。没有冒号\n\n---\n\n完\n")
    assert document.declared == {}
    assert "正文在这里。没有冒号" in _texts(document)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom", "gb18030", "utf-32"])
def test_encodings(tmp_path, encoding):
    text = "关于印发《办法》的通知\n各设区市工业和信息化局：镕㐂\n"
    data = b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-bom" else text.encode(encoding)
    document = _read(tmp_path, "a.txt", data)
    assert _texts(document) == ["关于印发《办法》的通知", "各设区市工业和信息化局：镕㐂"]
    assert document.warnings == ()


def test_a_flipped_byte_is_told_and_the_rest_read(tmp_path):
    data = bytearray(("为了规范管理，制定本办法。" * 30).encode())
    data[100] = 0xFF
    document = _read(tmp_path, "a.txt", bytes(data))
    assert "�" in document.blocks[0].text and "制定本办法。" in document.blocks[0].text
    assert len(document.warnings) == 1


def test_text_lines_are_paragraphs(tmp_path):
    text = "　　第一条　为了规范。\r\n　　第二条　适用本办法，长一点的一行在这里说明。\r\n\r\n附件：1. 申报书\r\n"
    assert _texts(_read(tmp_path, "a.txt", text)) == [
        "第一条　为了规范。",
        "第二条　适用本办法，长一点的一行在这里说明。",
        "附件：1. 申报书",
    ]


def test_hard_wrapped_text_is_rejoined(tmp_path):
    paragraph = "为了规范优质中小企业梯度培育工作，提升中小企业创新能力和专业化水平，促进中小企业高质量发展，根据有关规定，制定本办法，并报省人民政府批准后施行。"
    lines: list[str] = []
    for number in "一二三四":
        whole = f"　　第{number}条　{paragraph}"
        lines += [whole[start : start + 30] for start in range(0, len(whole), 30)]
    assert _texts(_read(tmp_path, "a.txt", "\n".join(lines))) == [
        f"第{number}条　{paragraph}" for number in "一二三四"
    ]


def test_text_without_a_suffix_is_read(tmp_path):
    assert _read(tmp_path, "通知", "关于开展工作的通知").format == "text"


def test_only_white_space_is_no_text(tmp_path):
    with pytest.raises(ReadError) as caught:
        _read(tmp_path, "a.txt", " \n　\n\ufeff")
    assert caught.value.key == "reader.no_text"


@pytest.mark.skipif(not LAWS.is_dir(), reason="../shared/data/laws is absent")
@pytest.mark.parametrize("path", sorted(LAWS.glob("*.md")), ids=lambda path: path.stem)
def test_laws_every_article_is_a_block_and_nothing_is_lost(path):
    raw = path.read_text(encoding="utf-8")
    document = read(path)
    articles = re.findall(r"^\*\*(第[^*]+条[^*]*)\*\*", raw, re.M)
    starts = [
        block.text.split("　")[0]
        for block in document.blocks
        if re.match(r"第[^　章节编]+条(之.)?　", block.text)
    ]
    assert starts == articles
    if "<table" not in raw:
        body = re.sub(r"\A---.*?---", "", raw, flags=re.S)
        assert re.sub(r"[\s*#]", "", body) == re.sub(r"\s", "", "".join(_texts(document)))


def test_markdown_keeps_lines_that_stand_alone(tmp_path):
    text = "（三）三年无事故。\n已获评的企业不再申报。\n\n某省工业厅\n某省财政厅\n2025年3月10日\n"
    assert _texts(_read(tmp_path, "a.md", text)) == [
        "（三）三年无事故。",
        "已获评的企业不再申报。",
        "某省工业厅",
        "某省财政厅",
        "2025年3月10日",
    ]
