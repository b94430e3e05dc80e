"""Our suites as retrieval sets: which clauses make an answer whole, and which questions stay out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.model import Clause
from evals.bench.beir import load_beir
from evals.bench.statutes import convert, main, smallest
from evals.suite import Case, load_suites

OLD = (
    "# 某市贷款贴息办法（2024年版）\n\n**第一条**　贴息上限为一千万元。\n\n"
    "**第二条**　本办法自2024年1月1日起施行，有效期至2025年12月31日。\n"
)
NEW = (
    "# 某市稳岗补贴办法\n\n**第一条**　每人补贴三百元，每家企业不超过六万元。\n\n"
    "**第二条**　申请期限为六个月。\n\n**第三条**　本办法自2026年1月1日起施行。\n"
)
DAY = date(2026, 11, 23)


def case(id: str, gold: list[tuple[str, str | None]], **more: object) -> dict[str, object]:
    places = [{"doc": doc, "clause": clause} for doc, clause in gold]
    return {"id": id, "question": f"问{id}？", "expected_status": ["answered"], "gold": places, **more}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "old.md").write_text(OLD, encoding="utf-8")
    (folder / "new.md").write_text(NEW, encoding="utf-8")
    return folder


def suite(folder: Path, *cases: dict[str, object]) -> Path:
    path = folder / "own.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in cases), encoding="utf-8")
    return path


def unit(id: str, text: str) -> Clause:
    return Clause(id, "d", 0, "article", id, (), text, 0, len(text))


def test_the_smallest_sets_of_clauses_that_state_every_fact() -> None:
    gold = [unit("a", "上限五百万元。"), unit("b", "征收率百分之三。"), unit("c", "上限500万元，征收率3%。")]
    both = Case.model_validate(case("q", [], key=[["500万元"], ["3%", "百分之三"]]))
    assert smallest(both, gold) == [("c",), ("a", "b")]
    one = Case.model_validate(case("q", [], key=[["500万元"], ["只在别处"]]))
    assert smallest(one, gold) == [("a",), ("c",)]  # what no clause states is asked of none
    other_words = Case.model_validate(case("q", [], key=[["不行"]]))
    assert smallest(other_words, gold) == [("a",), ("b",), ("c",)]


def test_only_questions_that_fit_over_the_texts_in_force(files: Path, tmp_path: Path) -> None:
    path = suite(
        tmp_path,
        case("both", [("new.md", "第一条"), ("new.md", "第二条")], key=[["三百元"], ["六个月"]]),
        case("extra", [("new.md", "第二条"), ("new.md", "第三条")], key=[["六个月"]]),
        case("old", [("old.md", "第一条")]),
        case("then", [("new.md", "第一条")], as_of="2025-06-01"),
        case("same-day", [("new.md", "第一条")], as_of="2026-06-01"),
        case("anywhere", [("new.md", None)]),
        case("official", [("new.md", "第一条")], role="official"),
        case("turn", [("new.md", "第一条")], history=[["user", "补贴"], ["assistant", "有"]]),
    )
    found, left = convert(load_suites([path]), [files], DAY)
    assert {query.id: len(query.alternatives[0]) for query in found.queries} == {
        "both": 2,
        "extra": 1,
        "same-day": 1,
    }
    reasons = ("left_not_current", "left_day", "left_no_gold", "left_role", "left_turns")
    assert left == dict.fromkeys((f"bench.{reason}" for reason in reasons), 1)
    assert not any("一千万元" in passage.text for passage in found.passages)
    assert {passage.title for passage in found.passages} == {"某市稳岗补贴办法"}
    grades = {(j.query_id, j.relevance) for j in found.judgements}
    assert ("both", 2) in grades and ("both", 1) not in grades and ("extra", 1) in grades


def test_the_set_is_written_and_no_question_printed(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = suite(
        tmp_path, case("kept", [("new.md", "第一条")]), case("old", [("old.md", "第一条")], split="report")
    )
    out = tmp_path / "out"
    arguments = [str(out), "--suite", str(path), "--files", str(files), "--as-of", DAY.isoformat()]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "1" in printed and "问kept" not in printed
    found = load_beir(*(out / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")))
    assert [query.id for query in found.queries] == ["kept"]
    assert main([*arguments, "--split", "report"]) == 1
    assert "--as-of" in capsys.readouterr().err


def test_no_file_to_read(tmp_path: Path) -> None:
    path = suite(tmp_path, case("q", [("new.md", "第一条")]))
    with pytest.raises(InputError) as caught:
        convert(load_suites([path]), [tmp_path / "absent"], DAY)
    assert caught.value.key == "bench.no_files"


def test_the_statutes_with_the_trademark_law_in_force(shared_data: Path) -> None:
    cases = load_suites(["statutes"], "tune")
    found, _ = convert(cases, [shared_data / "laws"], DAY)
    marks = {passage.doc for passage in found.passages if passage.title == "中华人民共和国商标法"}
    assert len(marks) == 1 and len(found.passages) > 2000 and len(found.queries) > 150
    later, _ = convert(cases, [shared_data / "laws"], date(2027, 1, 1))
    assert not marks & {passage.doc for passage in later.passages}
