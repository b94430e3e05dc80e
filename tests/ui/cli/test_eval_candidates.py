"""`zhixun eval coverage`, `draft` and `candidates`: from a document to a line of a suite."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.types import Answer
from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.settings import CorpusSettings
from evals.candidate_form import parse
from evals.candidates import Candidates
from evals.facts import LibraryFacts
from evals.feedback import Opinion, Told, record
from tests.ui.cli.conftest import NEW, OLD, Run
from ui.cli.eval_candidates import delete, list_, show


def test_fields_as_people_type_them() -> None:
    assert parse(["gold=a.md#第一条", "gold=b.md", "key=100万元|一百万元", "key=2%"]) == {
        "gold": [{"doc": "a.md", "clause": "第一条"}, {"doc": "b.md", "clause": None}],
        "key": [["100万元", "一百万元"], ["2%"]],
    }
    assert parse(["tags=数字，版本", "expected_status=answered,partial", "as_of=2024-01-01", "key="]) == {
        "tags": ["数字", "版本"],
        "expected_status": ["answered", "partial"],
        "as_of": "2024-01-01",
        "key": None,
    }
    assert parse(['history=[["user", "贴息"]]']) == {"history": [["user", "贴息"]]}
    for wrong in ("key", "key=[1"):
        with pytest.raises(InputError, match="key"):
            parse([wrong])


@pytest.mark.slow
def test_from_a_document_to_a_suite(zhixun: Run, tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "旧.md").write_text(OLD, "utf-8")
    (folder / "新.md").write_text(NEW, "utf-8")
    assert zhixun("ingest", str(folder)).code == 0

    drafted = zhixun("eval", "draft", "--json").lines
    assert {one["case"]["gold"][0]["doc"] for one in drafted} == {"新.md"}  # the old one is repealed
    assert zhixun("eval", "draft", "--json").lines == []
    one = next(line for line in drafted if line["case"].get("key") == [["100万元"]])
    number = str(one["id"])

    suite = tmp_path / "本单位.jsonl"
    wrong = zhixun("eval", "candidates", "set", number, "gold=新.md#第九条", "--json")
    assert wrong.lines[0]["case"]["gold"] == [{"doc": "新.md", "clause": "第九条"}]
    refused = zhixun("eval", "candidates", "accept", number, "--suite", str(suite))
    assert refused.code == 2 and "第九条" in refused.err and not suite.exists()
    zhixun("eval", "candidates", "set", number, "gold=新.md#第一条", "split=tune")
    accepted = zhixun("eval", "candidates", "accept", number, "--suite", str(suite), "--by", "李工")
    assert accepted.code == 0, accepted.err
    line = json.loads(suite.read_text("utf-8"))
    assert line["key"] == [["100万元"]] and line["id"] == f"draft-{number}"

    covered = {one["file"]: one for one in zhixun("eval", "coverage", str(suite), "--json").lines}
    assert covered["新.md"]["untouched"] == ["第二条"] and covered["旧.md"]["touched"] == 0

    other = str(next(line["id"] for line in drafted if line["id"] != one["id"]))
    assert zhixun("eval", "candidates", "reject", other, "--why", "太浅", "--by", "李工").code == 0
    states = {
        str(one["id"]): one["state"]
        for one in zhixun("eval", "candidates", "list", "--state", "all", "--json").lines
    }
    assert states[number] == "accepted" and states[other] == "rejected"
    assert zhixun("eval", "candidates", "show", "9999").code == 2


@pytest.mark.slow
def test_feedback_is_counted_by_reason_and_deleted(
    zhixun: Run, zhixun_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIXUN_HOME", str(zhixun_home))
    library = Catalog.open(CorpusSettings(home=zhixun_home))
    kept = Candidates(library.engine)
    answer = Answer("贴息一年最多多少？", "answered", "100万元")
    told = Told("a", answer.question, (), answer, None, date(2026, 5, 1), "zh")
    facts = LibraryFacts(library)
    for answer_id, opinion in (
        ("a", Opinion(True)),
        ("b", Opinion(False, "wrong_number", "[red]应为[/red]200万元")),
        ("c", Opinion(False, "wrong_number")),
        ("d", Opinion(False)),
    ):
        record(kept, facts, replace(told, answer_id=answer_id), opinion)
    draft = kept.add("draft", {"question": "拟的题", "gold": [{"doc": "a.md"}]}, {})

    listed = zhixun("eval", "candidates", "list").out
    assert "使用反馈 4 条：有帮助 1 条，没帮助 3 条。" in listed
    assert "没帮助的原因：数字有误 2、没有说明原因 1。" in listed
    assert "数字有误：[red]应为[/red]200万元" in "".join(listed.split())
    drafts_only = CliRunner().invoke(list_, ["--origin", "draft"]).output
    assert "拟的题" in drafts_only and "评价" not in drafts_only and "使用反馈" not in drafts_only
    lines = zhixun("eval", "candidates", "list", "--origin", "feedback", "--json").lines
    assert [line["note"]["reason"] for line in lines] == [None, "wrong_number", "wrong_number", None]
    assert "数字有误" in CliRunner().invoke(show, [str(lines[1]["id"])]).output

    for wrong in (
        [],
        ["--origin", "feedback"],
        ["1", "--before", "2026-01-01"],
        [str(lines[0]["id"]), "9999"],
    ):
        assert isinstance(CliRunner().invoke(delete, wrong).exception, InputError)
    assert len(kept.list(None)) == 5
    one = zhixun("eval", "candidates", "delete", str(lines[0]["id"]), "--json").lines
    assert one == [{"deleted": [lines[0]["id"]]}] and len(kept.list(None)) == 4
    CliRunner().invoke(delete, ["--origin", "feedback", "--before", "2020-01-01"])
    assert len(kept.list(None)) == 4
    CliRunner().invoke(delete, ["--origin", "feedback", "--before", "2099-01-01"])
    assert [one.id for one in kept.list(None)] == [draft]
