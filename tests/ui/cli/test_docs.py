"""`zhixun docs` and its commands as staff run them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.cli.conftest import Run, run_zhixun

pytestmark = pytest.mark.slow


@pytest.fixture
def own(filled_home: Path, tmp_path: Path) -> Run:
    """A copy of the filled library, to be written to."""
    home = tmp_path / "home"
    shutil.copytree(filled_home, home, symlinks=True)
    return lambda *args, **options: run_zhixun(*args, home=home, **options)


@pytest.fixture
def by_name(filled: Run) -> Callable[[str], str]:
    ids = {Path(line["path"]).name: line["doc_id"] for line in filled("docs", "--json").lines}
    return lambda name: ids[name]


def test_filters_narrow_the_list(filled: Run) -> None:
    def names(*options: str) -> set[str]:
        return {Path(line["path"]).name for line in filled("docs", "--json", *options).lines}

    assert names("--validity", "repealed", "--as-of", "2026-06-01") == {"旧.md"}
    assert names("--subject", "未来产业", "--validity", "repealed") == set()
    done = filled("docs", "--region", "苏州")
    assert (done.code, done.out) == (0, "") and "没有符合条件" in done.err


def test_show_tells_place_and_confidence_of_each_field(filled: Run, by_name: Callable[[str], str]) -> None:
    (line,) = filled("docs", "show", by_name("新.md"), "--json", "--as-of", "2026-06-01").lines
    start = line["fields"]["effective_from"]
    assert (start["value"], start["confidence"]) == ("2026-02-01", "高")
    assert "2026年2月1日起施行" in start["place"]
    assert line["validity"] == "in_force" and len(line["clauses"]) >= 2
    (out,) = line["relations"]["out"]
    assert (out["kind"], out["doc_ids"]) == ("repeals", [by_name("旧.md")])
    (old,) = filled("docs", "show", by_name("旧.md"), "--json").lines
    assert {relation["doc_id"] for relation in old["relations"]["in"]} == {by_name("新.md")}
    shown = filled("docs", "show", by_name("新.md")).out
    assert "把握" in shown and "废止" in shown and "第二条" in shown


def test_diff_in_text_and_json(filled: Run, by_name: Callable[[str], str]) -> None:
    (line,) = filled("docs", "diff", by_name("旧.md"), by_name("新.md"), "--json").lines
    assert line["counts"]["changed"] == 2 and line["old"]["doc_id"] == by_name("旧.md")
    first = next(change for change in line["changes"] if change["new"]["label"] == "第一条")
    assert {"op": "insert", "text": "2%"} in first["pieces"]
    text = filled("docs", "diff", "苏示例〔2024〕1号", "苏示例〔2026〕2号").out
    assert "[-50-]{+100+}" in text and "修改 2 条" in text


def test_a_document_that_is_not_clear(filled: Run, by_name: Callable[[str], str]) -> None:
    several = filled("docs", "show", "中小企业贷款贴息办法")
    assert several.code != 0 and by_name("旧.md") in several.err and by_name("新.md") in several.err
    none = filled("docs", "diff", by_name("旧.md"), "没有的文件")
    assert none.code != 0 and "没有的文件" in none.err
    same = filled("docs", "diff", by_name("旧.md"), by_name("旧.md"))
    assert same.code != 0 and "同一份" in same.err


def test_what_is_set_shows_outlives_a_load_and_can_be_taken_back(own: Run, sources: Path) -> None:
    ids = {Path(line["path"]).name: line["doc_id"] for line in own("docs", "--json").lines}
    new = ids["新.md"]
    done = own("docs", "set", new, "title=星火计划管理办法", "issued_on=2026-01-05", "--by", "张某", "--json")
    assert done.lines[0]["corrections"] == {"title": "星火计划管理办法", "issued_on": "2026-01-05"}
    own("ingest", str(sources / "public"))
    (line,) = own("docs", "show", new, "--json").lines
    assert line["title"] == "星火计划管理办法" and line["fields"]["title"]["read"] == "中小企业贷款贴息办法"
    assert line["fields"]["title"]["place"].startswith("人工更正（张某")
    assert own("docs", "set", new, "--clear", "--json").lines[0]["cleared"] == ["title", "issued_on"]
    assert own("docs", "show", new, "--json").lines[0]["title"] == "中小企业贷款贴息办法"


def test_visibility_is_set_and_taken_back(own: Run) -> None:
    new = next(line["doc_id"] for line in own("docs", "--json").lines if line["path"].endswith("新.md"))

    def shown() -> str:
        return str(own("docs", "show", new, "--json").lines[0]["visibility"])

    own("docs", "set", new, "visibility=internal")
    assert shown() == "internal"
    own("docs", "set", new, "--clear")
    assert shown() == "public"


def test_bad_corrections_are_explained(own: Run) -> None:
    doc_id = own("docs", "--json").lines[0]["doc_id"]
    for arguments, said in (
        (("titel=x",), "是不是 title"),
        (("effective_to=1999-01-01",), "早于施行日期"),
        ((), "请写明"),
        (("title=x", "--by"), "--by"),
    ):
        done = own("docs", "set", doc_id, *arguments)
        assert done.code != 0 and said in done.err, done.err
    assert own("docs", "show", doc_id, "--json").lines[0]["corrections"] == []


def test_a_pending_link_is_made_when_the_document_arrives(zhixun: Run, sources: Path) -> None:
    zhixun("ingest", str(sources / "public" / "新.md"))
    (waiting,) = zhixun("docs", "pending", "--json").lines
    assert (waiting["kind"], waiting["doc_number"]) == ("repeals", "苏示例〔2024〕1号")
    assert zhixun("docs", "--json").lines[0]["pending"][0]["title"] == "中小企业贷款贴息办法"
    assert "苏示例〔2024〕1号" in zhixun("docs", "pending").out
    zhixun("ingest", str(sources / "public" / "旧.md"))
    assert zhixun("docs", "pending", "--json").lines == []
    lines = {
        Path(line["path"]).name: line for line in zhixun("docs", "--json", "--as-of", "2026-06-01").lines
    }
    assert lines["旧.md"]["superseded_by"] == lines["新.md"]["doc_id"]
