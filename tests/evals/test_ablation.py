"""What parts are worth, measured on a library small enough to know the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent import Assistant
from agent.llm.client import ChatServer
from agent.llm.writer_settings import WriterSettings
from corpus.errors import InputError
from evals.ablation import VARIANTS, ablate, chosen, header, markdown, part_name, table
from evals.record import load_run
from index import Library
from tests.evals.judging_server import Script, judging_server

OLD = "# 贷款贴息办法（旧）\n\n有效期：2024年1月1日至2025年12月31日\n\n" + (
    "第一条 为支持制造业企业融资，制定本办法。\n\n第二条 设备贷款按年贴息，单个项目每年不超过1000万元。\n\n"
    "第三条 本办法自2024年1月1日起施行，有效期至2025年12月31日。\n"
)
NEW = "# 贷款贴息办法\n\n" + (
    "第一条 为支持制造业企业融资，制定本办法。\n\n第二条 设备贷款按年贴息，单个项目每年不超过600万元。\n\n"
    "第三条 本办法自2026年1月1日起施行。\n"
)
CASES: list[dict[str, Any]] = [
    {
        "id": "cap",
        "question": "设备贷款贴息单个项目每年不超过多少？",
        "expected_status": ["answered", "partial"],
        "key": [["600万元"]],
        "forbidden": ["1000万元"],
        "gold": [{"doc": "new.md", "clause": "第二条"}],
    },
    {"id": "off", "question": "公园里的荷花几月份开得最好？", "expected_status": "refused"},
]


@pytest.fixture
def assistant(zhixun_home: Path, tmp_path: Path) -> Iterator[Assistant]:
    files = tmp_path / "files"
    files.mkdir()
    (files / "old.md").write_text(OLD, encoding="utf-8")
    (files / "new.md").write_text(NEW, encoding="utf-8")
    with Assistant.open(Library.open(zhixun_home)) as opened:
        assert {result.status for result in opened.library.ingest([files])} == {"added"}
        yield opened


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "small.jsonl"
    lines = [json.dumps(case, ensure_ascii=False) for case in CASES]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_part_that_is_left_out_shows_its_worth(assistant: Assistant, suite: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    found = ablate(
        [suite],
        assistant,
        tmp_path / "out",
        parts=("line", "tokens"),
        progress=lambda name, done, total, row: seen.append(f"{name} {row.id} {done}/{total}"),
    )
    assert [row.status for row in found.whole.rows] == ["answered", "refused"]
    line, words = found.lines
    assert line.lost == ("off",) and line.won == ()  # without the line, the lotus is answered
    assert line.worth["refusal_recall"].value == 1.0
    assert words.worth["citation_recall"].value == 0.0 and words.lost == ()
    assert seen[0].endswith("cap 1/2") and len(seen) == 6
    kept = json.loads((found.folder / "ablation.json").read_text(encoding="utf-8"))
    assert [part["part"] for part in kept["parts"]] == ["line", "tokens"]
    without = load_run(found.folder / "without" / line.run)
    assert without.settings["left_out"] == "line" and "left_out" not in load_run(found.folder).settings
    assert "+1.000" in markdown(found) and "未作比较" in markdown(found)  # no model writes here
    shown = table(found, intervals=False)
    assert len(shown) == 3 and all(len(row) == len(header(found)) for row in shown)
    assert shown[1][0] == part_name("line") and "[" not in "".join(shown[1])


@pytest.mark.slow
def test_the_search_keeps_to_the_parts_it_is_given(assistant: Assistant) -> None:
    from datetime import date

    from corpus.model import Role
    from index import SearchParts, with_parts

    library = assistant.library
    asked: dict[str, Any] = {"as_of": date(2026, 11, 23), "role": Role.VISITOR}
    query = "设备贷款贴息单个项目每年不超过多少"
    whole = library.search(query, **asked)
    assert {hit.validity for hit in whole} == {"in_force"}
    every = with_parts(library, SearchParts(versions=False)).search(query, **asked)
    assert {hit.validity for hit in every} == {"in_force", "expired"}
    dense = with_parts(library, SearchParts(lexical=False)).search(query, **asked)
    assert [hit.dense for hit in dense] == sorted((hit.dense for hit in dense), reverse=True)
    lexical = with_parts(library, SearchParts(dense=False)).search(query, **asked)
    assert [hit.lexical for hit in lexical] == sorted((hit.lexical for hit in lexical), reverse=True)
    assert lexical[0].score == 1.0
    assert library.match(query, whole) and not with_parts(library, SearchParts(tokens=False)).match(
        query, whole
    )
    assert library.search(query, **asked) == whole  # the library itself is as it was


def test_a_search_of_nothing_is_refused() -> None:
    from index import SearchParts

    with pytest.raises(ValueError, match="lexical or dense"):
        SearchParts(lexical=False, dense=False)


def test_parts_are_named_and_unknown_ones_refused() -> None:
    assert chosen(()) == VARIANTS
    assert [variant.name for variant in chosen(("line", "dense", "line"))] == ["line", "dense"]
    with pytest.raises(InputError) as caught:
        chosen(("reranker",))
    assert "thesaurus" in caught.value.message()
    assert len({part_name(variant.name) for variant in VARIANTS}) == len(VARIANTS)


@pytest.mark.slow
def test_a_model_s_words_against_the_extract(assistant: Assistant, suite: Path, tmp_path: Path) -> None:
    with judging_server(Script(content=lambda prompt: "每年不超过600万元。[1]")) as url:
        server = ChatServer(WriterSettings(base_url=url, model="small"))
        writer = Assistant(assistant.library, server=server)
        found = ablate([suite], writer, tmp_path / "out", parts=("llm",))
        server.close()
    assert next(row.answer for row in found.whole.rows) == "每年不超过600万元。[1]"
    assert found.whole.usage["prompt_tokens"] == 100
    (line,) = found.lines
    assert line.part == "llm" and line.worth["key_recall"].value == 0.0
    assert "第二条" in load_run(found.folder / "without" / line.run).rows[0].answer
    assert "未作比较" not in markdown(found)


def test_a_model_that_is_not_there_cannot_be_left_out(
    assistant: Assistant, suite: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        ablate([suite], assistant, tmp_path / "out", parts=("llm",))
    assert caught.value.key == "llm.off" and "ZHIXUN_LLM_BASE_URL" in caught.value.message("zh")
