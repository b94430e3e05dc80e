"""The sample library: what is committed is what the sources make, labelled, complete and readable."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from corpus.parse import parse_file
from corpus.samples import FILES, INTERNAL, manifest
from corpus.samples.source import DIGEST, INVENTED, Sample, load

SAMPLES = manifest()
BUILD_NEEDS = ("reportlab", "fontTools", "mplfonts", "docx", "openpyxl", "pypdfium2", "PIL")
CJK_DIGITS = "零一二三四五六七八九十"


def chinese_number(n: int) -> str:
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else CJK_DIGITS[tens] + "十")
    return head + (CJK_DIGITS[ones] if ones else "")


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in BUILD_NEEDS),
    reason="the extra 'samples' is not installed",
)
def test_committed_files_are_what_the_sources_make(tmp_path: Path) -> None:
    from corpus.samples.build import build

    build(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in FILES.iterdir()}
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_library_holds_enough_of_each_kind() -> None:
    assert len(SAMPLES) >= 28
    formats = Counter(sample.format for sample in SAMPLES)
    assert min(formats[name] for name in ("pdf", "docx", "html", "md", "xlsx")) >= 5
    assert formats["ofd"] and formats["scan"]
    assert {"扶持政策", "未来产业", "项目状态"} <= {sample.subject for sample in SAMPLES}
    assert sum(sample.superseded_by is not None for sample in SAMPLES) >= 5
    assert sum(sample.sample == INVENTED for sample in SAMPLES) >= 3
    assert len(INTERNAL) >= 2
    assert {name.sample for name in SAMPLES} == {DIGEST, INVENTED}


def test_superseding_documents_exist() -> None:
    names = {sample.file_name for sample in SAMPLES}
    assert {sample.superseded_by for sample in SAMPLES if sample.superseded_by} <= names
    assert {path.name for path in FILES.iterdir()} == names


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_file_shows_its_label_number_and_clauses(sample: Sample) -> None:
    parsed = parse_file(FILES / sample.file_name)
    text = re.sub(r"\s", "", parsed.version.text)
    if sample.format == "scan":  # what is recognised may take a bracket for its half-width twin
        assert unicodedata.normalize("NFKC", parsed.version.title) == unicodedata.normalize(
            "NFKC", sample.title
        )
    else:
        assert parsed.version.title == sample.title
    assert re.sub(r"\s", "", parsed.version.title) in text[:400]
    assert f"【{sample.sample}】" in text[:200] or f"【{sample.sample}】" in _raw_head(sample)
    if sample.doc_number:
        assert re.sub(r"\s", "", sample.doc_number) in text
    assert len(parsed.clauses) >= 5
    assert (FILES / sample.file_name).stat().st_size < 200_000


def _raw_head(sample: Sample) -> str:
    """The first lines as the reader gives them, should the parser set the label aside."""
    from corpus.readers import read

    return "".join(block.text for block in read(FILES / sample.file_name).blocks[:4])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_machine_metadata_carries_the_label(sample: Sample) -> None:
    from corpus.readers import read

    path = FILES / sample.file_name
    if sample.format in ("pdf", "scan"):
        from pypdf import PdfReader

        declared = " ".join(str(value) for value in (PdfReader(path).metadata or {}).values())
    elif sample.format == "docx":
        from docx import Document

        declared = Document(str(path)).core_properties.category
    else:
        declared = " ".join(read(path).declared.values())
        if sample.format == "html":
            declared += path.read_bytes().decode(sample.encoding).split("</head>")[0]
    assert sample.sample in declared


def test_invented_data_say_so_in_name_and_title() -> None:
    for sample in SAMPLES:
        if sample.sample == INVENTED:
            assert INVENTED in sample.file_name and INVENTED in sample.title


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.autonumber], ids=lambda sample: sample.name)
def test_automatic_numbers_equal_those_of_the_source(sample: Sample) -> None:
    """The DOCX counts for itself: the source must count the same way, level by level."""
    counts = [0, 0, 0]
    schemes = {
        "sections": (r"([一二三四五六七八九十]+)、", r"（([一二三四五六七八九十]+)）", r"(\d+)\."),
        "articles": (r"第([一二三四五六七八九十]+)条　", r"（([一二三四五六七八九十]+)）"),
    }
    for block in sample.blocks:
        for level, pattern in enumerate(schemes[sample.autonumber or ""]):
            if match := re.match(pattern, block.text):
                counts[level] += 1
                counts[level + 1 :] = [0] * (len(counts) - level - 1)
                expected = str(counts[level]) if level == 2 else chinese_number(counts[level])
                assert match.group(1) == expected, block.text
                break


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("no front matter", "no front matter"),
        ("---\ntitle: x\ncolour: red\n---\n", "colour"),
        ("---\ntitle: x\n---\n", "missing"),
    ],
)
def test_bad_source_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "bad.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"bad.md.*{fault}"):
        load(path)
