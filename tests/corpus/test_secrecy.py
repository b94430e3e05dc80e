"""What a document says of itself about who may see it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from corpus.model import Visibility
from corpus.parse import parse_file
from corpus.samples import FILES, Sample, manifest
from corpus.secrecy import declared_visibility, is_mark
from tests.corpus.making import from_file, from_lines

INTERNAL, PUBLIC = Visibility.INTERNAL, Visibility.PUBLIC
BODY = "\n关于某项工作的通知\n各单位：\n现将有关事项通知如下。\n一、内容\n二、要求"


@pytest.mark.parametrize(
    "line",
    [
        *(
            "内部资料",
            "内部文件，注意保存",
            "【内部】",
            "（内部资料　请勿外传）",
            "内部资料 不得公开",
            "内部参考",
        ),
        *(
            "秘密",
            "秘密★",
            "秘密★1年",
            "机密★长期",
            "绝密",
            "密级：秘密",
            "密　级：内部",
            "公开方式：不予公开",
        ),
        *("公开属性：依申请公开", "【虚构数据】【内部】本文的数值均为虚构。"),
    ],
)
def test_marks_of_the_first_lines(line: str) -> None:
    assert is_mark(line)
    assert from_lines(line + BODY).version.visibility is INTERNAL
    assert from_lines(BODY.replace("各单位", f"{line}\n各单位")).version.visibility is INTERNAL


@pytest.mark.parametrize(
    "line",
    [
        *(
            "内部资料性出版物管理办法",
            "企业内部控制基本规范",
            "关于内部审计工作的规定",
            "秘密级计算机管理办法",
        ),
        *("公开方式：主动公开", "保守国家秘密法实施条例", "【示例摘编】本文说到内部资料"),
        "某部门内部资料汇编",
    ],
)
def test_words_that_are_no_marks(line: str) -> None:
    assert not is_mark(line)
    assert from_lines(line + BODY).version.visibility is not INTERNAL


def test_a_word_far_below_the_head_is_no_mark() -> None:
    assert from_lines(BODY + "\n三、其他\n四、附则\n五、略\n内部资料\n六、完").version.visibility is None


@pytest.mark.parametrize(
    ("note", "visibility"),
    [
        ("（此件依申请公开）", INTERNAL),
        ("（此件不公开）", INTERNAL),
        ("（此件公开发布）", None),
        ("（此件主动公开）", None),
    ],
)
def test_closing_notes(note: str, visibility: Visibility | None) -> None:
    assert from_lines(f"{BODY}\n某某市工业和信息化局\n2024年1月2日\n{note}").version.visibility is visibility


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("internal", INTERNAL), ("内部", INTERNAL), ("Internal", INTERNAL), ("秘密★5年", INTERNAL)),
        *(("public", PUBLIC), ("公开", PUBLIC), ("whatever", None), ("", None)),
    ],
)
def test_declared_values(value: str, expected: Visibility | None) -> None:
    found = declared_visibility({"visibility": value}, [])
    assert (found[0] if found else None) is expected


def test_a_mark_outweighs_public_in_the_metadata() -> None:
    assert from_lines("秘密★" + BODY, visibility="public").version.visibility is INTERNAL


def test_front_matter_and_page(tmp_path: Path) -> None:
    text = "---\nvisibility: internal\n---\n\n# 某项工作的通知\n\n各单位照办。\n"
    assert from_file(tmp_path, "a.md", text).version.visibility is INTERNAL
    page = (
        '<html><head><meta name="visibility" content="internal"></head>'
        "<body><h1>某通知</h1><p>各单位照办。</p></body></html>"
    )
    assert from_file(tmp_path, "a.html", page).version.visibility is INTERNAL


def test_custom_property_of_a_word_file(tmp_path: Path) -> None:
    from docx import Document

    plain = tmp_path / "plain.docx"
    document = Document()
    document.add_paragraph("各单位照办，这是一份通知。")
    document.save(str(plain))
    marked = tmp_path / "marked.docx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(marked, "w") as target:
        for item in source.infolist():
            target.writestr(item, source.read(item.filename))
        target.writestr(
            "docProps/custom.xml",
            '<?xml version="1.0" encoding="UTF-8"?><Properties '
            'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
            'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
            '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Visibility">'
            "<vt:lpwstr>internal</vt:lpwstr></property></Properties>",
        )
    assert parse_file(plain).version.visibility is None
    assert parse_file(marked).version.visibility is INTERNAL


@pytest.mark.parametrize("sample", manifest(), ids=lambda sample: sample.name)
def test_samples_state_what_their_sources_do(sample: Sample) -> None:
    """Every format carries subject, place, label, source and visibility for the parser to read."""
    version = parse_file(FILES / sample.file_name).version
    assert version.visibility == sample.visibility
    assert (version.subject, version.level, version.region) == (sample.subject, sample.level, sample.region)
    assert version.sample == sample.sample
    # a comment of a Word file holds 255 characters, "source=" among them
    assert version.source is not None and sample.source.startswith(version.source)
    assert version.doc_number == sample.doc_number
    assert version.issued_on == sample.issued_on
    assert (version.effective_from, version.effective_to) == (sample.effective_from, sample.effective_to)
