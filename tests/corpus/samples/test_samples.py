"""The sample library: what is committed is what the sources make, labelled, complete and readable."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from corpus.parse import parse_file
from corpus.samples import FILES, INTERNAL, manifest
from corpus.samples.source import DIGEST, INVENTED, Sample, load

SAMPLES = manifest()
BUILD_NEEDS = ("reportlab", "fontTools", "mplfonts", "docx", "openpyxl", "pypdfium2", "PIL")
DIGESTS = [sample for sample in SAMPLES if sample.sample == DIGEST]
# What the newspaper article of 2026-03-09 names, and how digests' titles call it.
SYSTEMS = {
    "four monitors": r"专项监测|跟踪监测|县域特色|补短板|核心技术攻关",
    "project libraries": r"重大项目|重大工业项目|增资扩产",
    "future industries": r"未来产业|八个一",
    "clusters and chains": r"集群|产业强链|制造强省",
    "service to key firms": r"筑峰强链|增资扩产",
    "service network": r"一张网|梯度培育|智改数转网联|数字化转型",
    "innovation and firsts": r"三首|首台（套）|首版次|创新载体|创新联合体",
    "artificial intelligence": r"人工智能|智能工厂|揭榜挂帅",
    "green manufacturing": r"绿色工厂|零碳工厂|碳达峰|节能降碳",
    "industrial parks": r"化工园区|工艺园区|工业园区",
}
CJK_DIGITS = "零一二三四五六七八九十"


parsed_of = cache(parse_file)  # the tests below ask for each file several times


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
    assert sum(sample.sample == DIGEST for sample in SAMPLES) >= 63
    formats = Counter(sample.format for sample in SAMPLES)
    assert min(formats[name] for name in ("pdf", "docx", "html", "md", "xlsx")) >= 5
    assert formats["ofd"] and formats["scan"]
    assert {"扶持政策", "未来产业", "项目状态"} <= {sample.subject for sample in SAMPLES}
    assert sum(sample.superseded_by is not None for sample in SAMPLES) >= 10
    assert sum(sample.sample == INVENTED for sample in SAMPLES) >= 3
    assert len(INTERNAL) >= 2
    assert {name.sample for name in SAMPLES} == {DIGEST, INVENTED}


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_every_system_of_the_article_has_digests(system: str) -> None:
    """Of real texts, not of invented data; what a system is called stands in a digest's title."""
    named = {s.name for s in SAMPLES if s.sample == DIGEST and re.search(SYSTEMS[system], s.title)}
    assert len(named) >= 2, named


@pytest.mark.parametrize("old", [s for s in SAMPLES if s.superseded_by], ids=lambda sample: sample.name)
def test_the_newer_text_says_that_it_takes_the_place_of_the_older(old: Sample) -> None:
    """Nothing is marked as superseded but by the words of the text that supersedes it."""
    newer = parsed_of(FILES / (old.superseded_by or "")).version
    said = {(relation.target_title, relation.target_number) for relation in newer.relations}
    assert any(old.title == title or (old.doc_number and old.doc_number == number) for title, number in said)


@pytest.mark.parametrize("sample", DIGESTS, ids=lambda sample: sample.name)
def test_a_digest_states_its_source_and_gives_no_date_that_it_did_not_find(sample: Sample) -> None:
    assert len(sample.source) > 8
    assert bool(sample.issued_on) != bool(sample.issued_text)
    assert parsed_of(FILES / sample.file_name).version.issued_on == sample.issued_on
    assert parsed_of(FILES / sample.file_name).version.doc_number == sample.doc_number


def test_superseding_documents_exist() -> None:
    names = {sample.file_name for sample in SAMPLES}
    assert {sample.superseded_by for sample in SAMPLES if sample.superseded_by} <= names
    assert {path.name for path in FILES.iterdir()} == names


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_file_shows_its_label_number_and_clauses(sample: Sample) -> None:
    parsed = parsed_of(FILES / sample.file_name)
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
