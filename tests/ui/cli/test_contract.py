"""The CLI contract (DESIGN section 5), field by field, over a real library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ui.cli.conftest import Done, Run

pytestmark = pytest.mark.slow

INGEST = ["path", "status", "doc_id", "title", "doc_number", "clauses", "error"]
DOCS = [
    *("doc_id", "title", "doc_number", "issuer", "issued_on", "effective_from", "effective_to"),
    *("validity", "superseded_by", "level", "region", "visibility", "path"),
]
ANSWER = ["id", "question", "status", "answer", "citations", "warnings", "tools", "timings_ms"]
CITATION = ["n", "doc_id", "title", "doc_number", "issuer", "validity", "clause", "page", "quote"]
HIT = ["rank", "doc_id", "title", "clause", "page", "score", "probability", "text", "explains", "copies"]
QUESTION = "中小企业贷款贴息的年利率是多少？"


def ids(done: Done) -> dict[str, str]:
    return {Path(line["path"]).name: line["doc_id"] for line in done.lines}


def test_ingest_again_changes_nothing(filled: Run, sources: Path) -> None:
    done = filled("ingest", str(sources / "public"), "--json")
    assert [list(line) for line in done.lines] == [INGEST] * 2
    assert {line["status"] for line in done.lines} == {"unchanged"}
    assert done.code == 0


def test_ingest_adds_updates_and_goes_on_after_a_failure(zhixun: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.md", tmp_path / "b.pdf"
    good.write_text("# 通知\n\n第一条 补贴十万元。\n", "utf-8")
    bad.write_bytes(b"")
    first = zhixun("ingest", str(tmp_path / "none.md"), str(bad), str(good), "--json")
    by_name = {Path(line["path"]).name: line for line in first.lines}
    assert first.code == 1
    assert {name: line["status"] for name, line in by_name.items()} == {
        "none.md": "failed",
        "b.pdf": "failed",
        "a.md": "added",
    }
    assert "none.md" in by_name["none.md"]["error"] and "空文件" in by_name["b.pdf"]["error"]
    assert by_name["a.md"]["error"] is None and by_name["a.md"]["clauses"] >= 1
    good.write_text("# 通知\n\n第一条 补贴二十万元。\n", "utf-8")
    assert zhixun("ingest", str(good), "--json").lines[0]["status"] == "updated"
    assert len(zhixun("docs", "--json").lines) == 1


def test_docs_have_the_contracts_fields(filled: Run) -> None:
    done = filled("docs", "--json", "--as-of", "2026-06-01")
    found = ids(done)
    by_name = {Path(line["path"]).name: line for line in done.lines}
    assert all(list(line)[: len(DOCS)] == DOCS for line in done.lines)  # more may follow
    assert by_name["旧.md"]["validity"] == "repealed"
    assert by_name["旧.md"]["superseded_by"] == found["新.md"]
    assert by_name["新.md"]["validity"] == "in_force"
    assert by_name["新.md"]["superseded_by"] is None
    assert by_name["新.md"]["effective_from"] == "2026-02-01"
    assert by_name["新.md"]["effective_to"] is None
    assert by_name["报告.md"]["visibility"] == "internal"


def test_docs_judge_validity_on_the_day_asked_for(filled: Run) -> None:
    lines = filled("docs", "--json", "--as-of", "2025-06-01").lines
    by_name = {Path(line["path"]).name: line["validity"] for line in lines}
    assert by_name["旧.md"] == "in_force"
    assert by_name["新.md"] == "not_yet"
    assert {line["superseded_by"] for line in lines} == {None}  # the successor lies ahead


def test_an_answer_has_the_contracts_fields_and_cites_verbatim(filled: Run, sources: Path) -> None:
    done = filled("ask", QUESTION, "--json", "--as-of", "2026-06-01")
    (line,) = done.lines
    assert done.code == 0
    assert list(line) == ANSWER
    assert list(line["timings_ms"]) == ["total", "retrieve", "first_token"]
    assert line["status"] == "answered" and line["citations"]
    for citation in line["citations"]:
        assert list(citation) == CITATION
        assert f"[{citation['n']}]" in line["answer"]
        assert citation["quote"] in (sources / "public" / "新.md").read_text("utf-8")


def test_the_day_decides_which_version_is_cited(filled: Run) -> None:
    found = ids(filled("docs", "--json"))
    for day, name, rate in (("2025-06-01", "旧.md", "1%"), ("2026-06-01", "新.md", "2%")):
        (line,) = filled("ask", QUESTION, "--json", "--as-of", day).lines
        assert {citation["doc_id"] for citation in line["citations"]} == {found[name]}
        assert rate in line["answer"]


def test_a_batch_keeps_its_order_and_its_bad_lines(filled: Run, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    lines = [
        json.dumps({"id": "old", "question": QUESTION, "as_of": "2025-06-01"}),
        "{bad",
        json.dumps({"id": 7, "question": QUESTION, "as_of": "2026-06-01"}),
        json.dumps({"id": "day", "question": QUESTION, "as_of": "2026-13-01"}),
        json.dumps({"id": "none", "q": QUESTION}),
        json.dumps({"id": "follow", "question": "最高多少？", "history": [["user", QUESTION]]}),
    ]
    batch.write_text("\n".join(lines), "utf-8")
    done = filled("ask", "--batch", str(batch), "--json")
    assert done.code == 1
    assert [line["id"] for line in done.lines] == ["old", 2, 7, "day", "none", "follow"]
    assert [list(line) for line in done.lines] == [ANSWER] * 6
    assert "1%" in done.lines[0]["answer"] and "2%" in done.lines[2]["answer"]
    for number in (1, 3, 4):
        assert done.lines[number]["status"] == "refused"
        assert done.lines[number]["warnings"] and not done.lines[number]["citations"]
    assert "2026-13-01" in done.lines[3]["warnings"][0]


def test_a_batch_from_standard_input(filled: Run) -> None:
    done = filled("search", "--batch", "-", "--json", stdin='{"id": 1, "query": "贴息"}'.encode())
    assert done.code == 0
    assert done.lines[0]["hits"]


def test_search_has_the_contracts_fields(filled: Run) -> None:
    (line,) = filled("search", "贷款贴息", "-k", "2", "--json", "--as-of", "2026-06-01").lines
    assert list(line) == ["id", "query", "hits"]
    assert [hit["rank"] for hit in line["hits"]] == list(range(1, len(line["hits"]) + 1))
    assert all(list(hit) == HIT for hit in line["hits"])
    assert 0 < len(line["hits"]) <= 2


@pytest.mark.parametrize("command", ["ask", "search"])
def test_internal_documents_are_for_officials_only(filled: Run, command: str) -> None:
    question = "星河算力中心项目的投资进度？"
    visitor = filled(command, question, "--json", "--as-of", "2026-06-01").out
    official = filled(command, question, "--json", "--as-of", "2026-06-01", "--role", "official").out
    assert "滞后" not in visitor
    assert "滞后" in official


def test_a_batch_line_may_name_its_role(filled: Run) -> None:
    given = {"id": 1, "query": "星河算力中心项目", "role": "staff", "as_of": "2026-06-01"}
    done = filled("search", "--batch", "-", "--json", stdin=json.dumps(given).encode())
    assert "滞后" in done.out


def test_json_is_utf8_in_the_c_locale(filled: Run) -> None:
    done = filled("docs", "--json", LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "中小企业贷款贴息办法" in done.out


def test_people_get_text(filled: Run) -> None:
    assert "现行有效" in filled("docs", "--as-of", "2026-06-01").out
    answer = filled("ask", QUESTION, "--as-of", "2026-06-01")
    assert "2%" in answer.out and "依据" in answer.out and "苏示例〔2026〕2号" in answer.out
    assert "贴息" in filled("search", "贴息", "--as-of", "2026-06-01").out


def test_doctor_is_content_with_a_sound_library(filled: Run) -> None:
    done = filled("doctor", "--json")
    assert done.code == 0
    assert {line["check"]: line["status"] for line in done.lines} == dict.fromkeys(
        ["python", "packages", "home", "disk", "catalog", "model", "indexes", "llm"], "ok"
    )


def test_doctor_tells_of_an_llm_that_does_not_answer(filled: Run) -> None:
    done = filled("doctor", "--json", ZHIXUN_LLM_BASE_URL="http://127.0.0.1:9/v1")
    (llm,) = [line for line in done.lines if line["check"] == "llm"]
    assert llm["status"] == "warn" and "127.0.0.1:9" in llm["detail"]
    assert done.code == 0
