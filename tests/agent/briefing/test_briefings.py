"""Briefings over the samples: every number in evidence or computed, refusals where there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.briefing.gather import write
from agent.briefing.model import Exhibit
from agent.briefing.outline import Outline, outline_of
from agent.briefing.plain import to_markdown
from agent.state import Draft, Statement, TableRow
from agent.steps.verify import verify
from corpus.errors import InputError
from corpus.model import Role, Validity
from index import Library

SAMPLES = Path(__file__).parents[3] / "corpus" / "samples" / "files"
DAY = date(2026, 11, 22)
TOPICS = (
    "2026年上半年未来产业培育情况",
    "2026年9月县域特色产业运行情况",
    "2026年上半年增资扩产情况",
    "2026年前三季度补短板项目进展情况",
    "2026年三季度未来产业情况",
    "2026年6月盐城市县域特色产业情况",
    "2026年6月未来产业情况",
    "2026年8月增资扩产情况",
    "2026年3月县域特色产业情况",
    "2025年12月补短板进展情况",
    "县域特色产业情况",
    "2026年9月未来产业情况",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("home")) as made:
        chosen = [*SAMPLES.glob("monitor-*"), *SAMPLES.glob("project-*"), *SAMPLES.glob("future-*")]
        list(
            made.ingest(
                [path for path in sorted(chosen) if path.suffix in (".docx", ".xlsx", ".md", ".html")]
            )
        )
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS)
def test_every_number_stands_in_evidence_or_is_computed(library: Library, topic: str) -> None:
    try:
        made = write(outline_of(topic, DAY), library, Role.VISITOR)
    except InputError as error:
        assert error.key == "briefing.no_data", topic  # a month whose report is not in this library
        return
    assert made.sections and not made.unverified
    for section in made.sections:
        for block in section.blocks:
            rows: tuple[TableRow | Statement, ...]
            if isinstance(block, Exhibit):
                rows = block.table.rows
                alone = Statement("", block.table.rows[0].spans, table=block.table)
            else:
                rows, alone = (block,), block
            assert verify({"draft": Draft("answered", [alone])}, library.catalog)["problems"] == []
            for span in (span for row in rows for span in row.spans):
                assert span.evidence.validity not in (Validity.EXPIRED, Validity.REPEALED)


@pytest.mark.slow
def test_sum_is_that_of_the_table(library: Library) -> None:
    text = to_markdown(write(outline_of(TOPICS[0], DAY), library, Role.VISITOR))
    assert "2026年6月累计，6个领域示例领域产值合计814.7亿元" in text


@pytest.mark.slow
def test_topic_without_evidence_is_refused(library: Library) -> None:
    with pytest.raises(InputError) as raised:
        write(outline_of("远洋捕捞情况", DAY), library, Role.VISITOR)
    assert raised.value.key == "briefing.no_evidence"


@pytest.mark.slow
def test_period_without_data_is_named(library: Library) -> None:
    with pytest.raises(InputError) as raised:
        write(outline_of("2019年上半年未来产业培育情况", DAY), library, Role.VISITOR)
    assert "2019年上半年" in raised.value.message() and "2026年9月" in raised.value.message()


def test_outline_survives_editing_as_yaml() -> None:
    outline = outline_of(TOPICS[0], DAY)
    assert outline.subject == "未来产业" and outline.period is not None
    assert Outline.from_yaml(outline.to_yaml()) == outline


def test_unknown_region_and_kind_are_named() -> None:
    with pytest.raises(InputError) as region:
        outline_of("2026年上半年桃源市未来产业情况", DAY)
    assert "桃源市" in region.value.message()
    with pytest.raises(InputError) as kind:
        outline_of("未来产业情况", DAY, "公报")
    assert kind.value.key == "briefing.bad_kind"
