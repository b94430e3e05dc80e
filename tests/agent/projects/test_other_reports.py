"""Reports that are not of the sample library: other columns and units, disagreement, an internal list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.assistant import Assistant
from agent.types import Answer, Ctx
from corpus.model import Role, Visibility
from corpus.registry import Registry
from index import Library

PUBLIC = """# 甲省示例补短板项目进展（截至2026年5月31日，虚构数据）

表1 补短板项目进展（截至2026年5月31日）

| 项目名称 | 建设单位 | 设区市 | 总投资（万元） | 累计完成投资（万元） | 项目进展 |
| --- | --- | --- | --- | --- | --- |
| 碧螺阀体攻关项目 | 虚构碧螺公司 | 南京市 | 125000 | 50000 | 在建 |
| 梅岭丝杠攻关项目 | 虚构梅岭公司 | 南京市 | 7500 | 7500 | 已投产 |
| 雪浪光栅攻关项目 | 虚构雪浪公司 | 无锡市 | 30000 | / | 在建 |

一、说明

本表由示例中心汇总。
"""
HIDDEN = """# 示例补短板项目内部调度表（截至2026年5月31日，虚构数据）

表1 补短板项目调度（截至2026年5月31日）

| 项目名称 | 设区市 | 总投资（亿元） | 累计完成投资（亿元） | 项目进展 |
| --- | --- | --- | --- | --- |
| 玄武阀芯攻关项目 | 南京市 | 88.8 | 1.0 | 在建 |
| 碧螺阀体攻关项目 | 南京市 | 12.5 | 6.1 | 在建 |
"""
FIRST = """# 示例工业用电监测月报（2026年5月，虚构数据）

表1 工业用电情况（2026年5月）

| 设区市 | 当月工业用电量（亿千瓦时） | 累计工业用电量（亿千瓦时） | 累计同比（%） |
| --- | --- | --- | --- |
| 南京市 | 20.5 | 99.1 | 3.1 |
| 无锡市 | 30.1 | 150.2 | -1.2 |
"""
SECOND = FIRST.replace("监测月报", "运行快报").replace("| 20.5 |", "| 21.7 |")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("others")
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    with Library.open(home) as library:
        for name, text, visibility in (
            ("public.md", PUBLIC, Visibility.PUBLIC),
            ("hidden.md", HIDDEN, Visibility.INTERNAL),
            ("first.md", FIRST, Visibility.PUBLIC),
            ("second.md", SECOND, Visibility.PUBLIC),
        ):
            (folder / name).write_text(text, "utf-8")
            results = list(library.ingest([folder / name], visibility))
            assert [result.status for result in results] == ["added"], results
    with Assistant(Library.open(home), today=lambda: date(2026, 7, 1)) as opened:
        yield opened


def ask(others: Assistant, question: str, role: Role = Role.VISITOR) -> Answer:
    return others.ask(question, Ctx(role=role))


def test_the_registry_gives_a_role_what_it_may_see(others: Assistant) -> None:
    registry = Registry.open(others.library.catalog)
    names = {role: {view.snapshot.name for view in registry.projects(role)} for role in Role}
    assert "玄武阀芯攻关项目" not in names[Role.VISITOR]
    assert "玄武阀芯攻关项目" in names[Role.OFFICIAL] & names[Role.STAFF]


def test_a_count_is_that_of_what_the_role_may_see(others: Assistant) -> None:
    visitor = ask(others, "南京有几个补短板项目，总投资合计多少")
    assert "共2个" in visitor.answer and "13.25亿元" in visitor.answer
    assert "88.8" not in visitor.answer and "玄武" not in visitor.answer
    official = ask(others, "南京有几个补短板项目，总投资合计多少", Role.OFFICIAL)
    assert "共3个" in official.answer and "玄武" in official.answer
    assert "5亿元" in official.answer and "6.1亿元" in official.answer  # the two reports disagree
    for_visitor = ask(others, "碧螺阀体攻关项目完成投资多少")
    assert "5亿元" in for_visitor.answer and "6.1" not in for_visitor.answer
    assert "说法不一致" not in for_visitor.answer  # nor that there is another report
    unseen = ask(others, "玄武阀芯攻关项目完成投资多少")
    assert "玄武" not in "".join(citation.quote for citation in unseen.citations)
    assert "88.8" not in unseen.answer and not any("内部" in one.title for one in unseen.citations)


def test_what_a_report_leaves_out_is_said(others: Assistant) -> None:
    answer = ask(others, "在建的补短板项目完成投资多少")
    assert "雪浪光栅攻关项目" in answer.answer and "没有载明累计完成投资" in answer.answer
    assert "共2个" in answer.answer and "累计完成投资5亿元" in answer.answer


def test_figures_that_disagree_are_both_shown(others: Assistant) -> None:
    answer = ask(others, "南京5月当月工业用电量多少")
    assert "20.5亿千瓦时" in answer.answer and "21.7亿千瓦时" in answer.answer
    assert "监测月报" in answer.answer and "运行快报" in answer.answer and "说法不一致" in answer.answer
    agreed = ask(others, "无锡5月累计工业用电量同比增长多少")
    assert "下降1.2%" in agreed.answer and "30.1" not in agreed.answer
    assert ask(others, "南京6月当月工业用电量多少").status == "refused"


def test_a_library_without_reports_asks_nothing_back(assistant: Assistant) -> None:
    answer = ask(assistant, "我们市有几个在建的补短板项目")
    assert answer.status == "refused" and not {"query_projects"} & {tool["name"] for tool in answer.tools}


def test_a_table_reaches_the_web_page_with_its_sources(others: Assistant) -> None:
    from ui.web.render import markdown_html

    answer = ask(others, "南京有几个补短板项目")
    html = markdown_html(answer.answer, "a1", frozenset(citation.n for citation in answer.citations))
    assert html.count("<tr>") == 3 and html.count('<a class="zx-chip"') >= 4
    assert "碧螺阀体攻关项目" in html and answer.tables[0].rows[0].spans
