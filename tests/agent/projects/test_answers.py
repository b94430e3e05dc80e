"""Questions on the sample reports, held against the truth from which those were made."""

from __future__ import annotations

import re
from datetime import date

import pytest

from agent.assistant import Assistant
from agent.grounding.formula import holds
from agent.types import Answer, Ctx
from corpus.model import Role
from corpus.places import CITIES
from corpus.samples.monitoring import QUARTERS, Project, disputed, figures, library

pytestmark = pytest.mark.slow
LAST = QUARTERS[-1]
DROPPED = "未能通过原文核对"


def ask(reports: Assistant, question: str, role: Role = Role.VISITOR, as_of: date | None = None) -> Answer:
    answer = reports.ask(question, Ctx(role=role, as_of=as_of))
    assert not any(DROPPED in warning for warning in answer.warnings), answer
    return answer


def used(answer: Answer) -> set[str]:
    return {tool["name"] for tool in answer.tools} & {"query_projects", "indicator_series"}


def of(kind: str, city: str | None = None, day: date = LAST) -> list[Project]:
    return [one for one in library(day) if one.kind == kind and city in (None, one.city.rstrip("市"))]


# -- projects ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("city", CITIES)
def test_counts_and_sums_of_every_city(reports: Assistant, city: str) -> None:
    answer = ask(reports, f"{city}有几个补短板项目，总投资合计多少")
    truth = of("补短板", city)
    planned, done = (round(sum(getattr(one, name) for one in truth), 1) for name in ("planned", "done"))
    assert answer.status == "answered"
    assert f"共{len(truth)}个" in answer.answer
    assert f"总投资合计{planned}亿元" in answer.answer
    assert re.search(rf"累计完成投资合计{done:g}(?:\.0)?亿元", answer.answer)
    assert len(answer.citations) == len(truth)
    assert {one.name for one in truth} <= set(re.findall(r"\| (\S+?项目) \|", answer.answer))


def test_every_figure_carries_a_formula_that_holds(reports: Assistant) -> None:
    answer = ask(reports, "未来产业项目各阶段各有几个")
    assert {formula.operation for formula in answer.formulas} >= {"count", "sum"}
    assert all(holds(formula, reports.library.catalog.text) for formula in answer.formulas)
    [table] = answer.tables
    assert table.chart == "bar" and sum(int(row.cells[1]) for row in table.rows) == len(of("未来产业"))


def test_amounts_of_a_report_in_another_unit(reports: Assistant) -> None:
    quarter = QUARTERS[1]  # in 万元
    answer = ask(reports, "2026年3月末苏州有几个省重大工业项目，总投资合计多少")
    truth = of("省重大工业项目", "苏州", quarter)
    assert f"共{len(truth)}个" in answer.answer
    assert f"{round(sum(one.planned for one in truth), 1):g}亿元" in answer.answer
    assert "万元" not in answer.answer.split("|")[0]


def test_the_report_of_the_day_asked_about(reports: Assistant) -> None:
    june, september = (
        ask(reports, "2026年6月末无锡有几个未来产业项目"),
        ask(reports, "无锡有几个未来产业项目"),
    )
    assert f"共{len(of('未来产业', '无锡', QUARTERS[2]))}个" in june.answer and "2026年6月30日" in june.answer
    assert f"共{len(of('未来产业', '无锡'))}个" in september.answer and "2026年9月30日" in september.answer
    session = ask(reports, "无锡有几个未来产业项目", as_of=date(2026, 4, 30))
    assert f"共{len(of('未来产业', '无锡', QUARTERS[1]))}个" in session.answer


def test_none_at_a_stage_is_said_and_what_there_is_instead(reports: Assistant) -> None:
    city = next(c for c in CITIES if not any(one.stage == "在建" for one in of("省重大工业项目", c)))
    answer = ask(reports, f"{city}在建的省重大工业项目有几个")
    assert answer.status == "answered" and "没有处于在建阶段的" in answer.answer
    assert not re.search(r"\| 在建 \|", answer.answer)


def test_the_list_of_the_other_office_is_never_counted(reports: Assistant) -> None:
    """The reports list 省重大工业项目 only: of 省重大项目 by city there is no figure."""
    answer = ask(reports, "苏州的省重大项目有多少个")
    assert answer.status == "refused"
    own = ask(reports, "苏州的省重大工业项目有多少个")
    assert f"共{len(of('省重大工业项目', '苏州'))}个" in own.answer


def test_the_size_of_an_official_list_is_not_counted_from_rows(reports: Assistant) -> None:
    answer = ask(reports, "2026年省重大工业项目总共有多少个")
    assert not used(answer) and f"{len(of('省重大工业项目'))}个" not in answer.answer


def test_ranking(reports: Assistant) -> None:
    answer = ask(reports, "总投资最高的三个补短板项目")
    truth = sorted(of("补短板"), key=lambda one: -one.planned)
    places = [answer.answer.index(one.name) for one in truth[:3] if one.planned >= truth[2].planned]
    assert len(places) == 3
    assert f"{truth[0].planned}亿元" in answer.answer


def test_reports_that_disagree_are_both_shown(reports: Assistant) -> None:
    project, other = disputed()
    answer = ask(reports, f"{project.name}完成投资多少")
    assert f"{project.done}亿元" in answer.answer and f"{other}亿元" in answer.answer
    assert len({citation.doc_id for citation in answer.citations}) == 2
    assert "说法不一致" in answer.answer and answer.answer.count("2026年9月30日") == 2
    city = project.city.rstrip("市")
    total = ask(reports, f"{city}省重大工业项目累计完成投资合计多少")
    rest = round(sum(one.done for one in of("省重大工业项目", city) if one != project), 1)
    assert re.search(rf"累计完成投资合计{rest:g}(?:\.0)?亿元", total.answer)
    assert f"{other}亿元" in total.answer and "未计入合计" in total.answer


def test_where_a_project_stands_and_how_it_came_there(reports: Assistant) -> None:
    project = of("未来产业", "徐州")[0]
    state = ask(reports, f"{project.name}现在到哪一步了")
    assert f"处于{project.stage}阶段" in state.answer and f"{project.done:g}" in state.answer
    history = ask(reports, f"{project.name}历次进展")
    assert len(history.tables[0].rows) == len(QUARTERS)
    progress = ask(reports, f"{project.name}投资完成率")
    assert f"{100 * project.done / project.planned:.1f}%" in progress.answer


def test_no_report_of_the_period(reports: Assistant) -> None:
    answer = ask(reports, "2026年10月末南京补短板项目有几个")
    assert answer.status == "refused"
    assert "没有2026年10月末" in answer.answer and "2026年9月30日" in answer.answer
    assert f"{len(of('补短板', '南京'))}个" not in answer.answer


def test_several_that_fit_are_asked_back(reports: Assistant) -> None:
    answer = ask(reports, "商业航天验证平台那个项目总投资多少")
    fitting = [one.name for one in of("未来产业") if "商业航天验证平台" in one.name]
    assert answer.status == "clarify" and len(fitting) > 1
    assert sum(name in answer.answer for name in fitting) == min(len(fitting), 6)
    answer = ask(reports, "我们市有几个在建的补短板项目")
    assert answer.status == "clarify" and "设区市" in answer.answer


# -- indicators -------------------------------------------------------------------------------------


@pytest.mark.parametrize("city", CITIES)
def test_month_and_running_total_are_told_apart(reports: Assistant, city: str) -> None:
    row = next(one for one in figures("县域特色产业", 2026, 9) if one.label == f"{city}市")
    both = ask(reports, f"{city}9月县域特色产业产值多少")
    assert f"2026年9月当月，{city}市县域特色产业产值{row.month}亿元" in both.answer
    assert f"2026年9月累计，{city}市县域特色产业产值{row.total}亿元" in both.answer
    month = ask(reports, f"{city}9月县域特色产业当月产值多少")
    assert f"{row.month}亿元" in month.answer and "累计" not in month.answer
    total = ask(reports, f"{city}1—9月县域特色产业产值多少")
    assert f"{row.total}亿元" in total.answer and "当月" not in total.answer
    yoy = ask(reports, f"{city}9月县域特色产业累计产值同比增长多少")
    assert row.growth is not None
    assert f"{'下降' if row.growth < 0 else '增长'}{abs(row.growth)}%" in yoy.answer


def test_of_rates_the_difference_is_in_points(reports: Assistant) -> None:
    answer = ask(reports, "2025年全年规上工业增加值增速比上半年低多少")
    assert "6.5−7.4=−0.9个百分点" in answer.answer and "0.9%" not in answer.answer
    month = ask(reports, "2024年9月规上工业增加值增速，当月的")
    assert "7.4%" in month.answer and "7.9%" not in month.answer


def test_from_month_to_month(reports: Assistant) -> None:
    rows = [
        next(one for one in figures("县域特色产业", 2026, month) if one.label == "苏州市").month
        for month in (7, 8, 9)
    ]
    answer = ask(reports, "苏州9月县域特色产业产值环比增长多少")
    rate = round(100 * (rows[2] - rows[1]) / rows[1], 1)
    assert f"{abs(rate):g}%（计算" in answer.answer
    trend = ask(reports, "苏州近三个月县域特色产业产值走势")
    [table] = trend.tables
    assert table.chart == "line" and [row.cells[1] for row in table.rows] == [str(value) for value in rows]
    summed = ask(reports, "苏州三季度县域特色产业产值多少")
    assert f"={round(sum(rows), 1)}亿元" in summed.answer and "计算得出" in summed.answer


def test_ranks_with_ties(reports: Assistant) -> None:
    rows = figures("增资扩产", 2026, 8)
    least = min(one.month for one in rows)
    answer = ask(reports, "2026年8月哪个市增资扩产当月备案最少")
    first = answer.answer.split("\n")[0]
    assert all((one.label in first) == (one.month == least) for one in rows)


def test_a_period_without_figures(reports: Assistant) -> None:
    answer = ask(reports, "苏州2026年10月县域特色产业产值多少")
    assert answer.status == "refused"
    assert "没有2026年10月苏州市县域特色产业产值" in answer.answer and "2026年9月" in answer.answer
    row = next(one for one in figures("县域特色产业", 2026, 9) if one.label == "苏州市")
    assert f"{row.month}亿元" not in answer.answer and f"{row.total}亿元" not in answer.answer
    before = ask(reports, "苏州9月县域特色产业产值多少", as_of=date(2026, 8, 31))
    assert before.status == "refused"  # a report of September is not known in August


def test_share_of_the_province(reports: Assistant) -> None:
    rows = {one.label: one.month for one in figures("县域特色产业", 2026, 9)}
    answer = ask(reports, "2026年9月苏州县域特色产业当月产值占全省比重")
    assert f"={100 * rows['苏州市'] / rows['全省']:.1f}%" in answer.answer


def test_owner_dates_and_counties(reports: Assistant) -> None:
    project = of("补短板", "泰州")[1]
    assert project.owner in ask(reports, f"{project.name}是谁在建设").answer
    year, month = project.end.split("-")
    assert f"{year}年{int(month)}月" in ask(reports, f"{project.name}计划什么时候竣工").answer
    answer = ask(reports, f"{project.county}补短板项目有几个")
    truth = [one for one in library(LAST) if one.county == project.county and one.kind == "补短板"]
    assert f"共{len(truth)}个" in answer.answer
    assert "没有写明县" not in answer.answer  # all rows of this list name theirs
    wide = ask(reports, f"{project.county}项目有哪些")
    assert "没有写明县" in wide.answer  # the monthly reports name cities only


# -- who may see what -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", ["低空经济意向投资多少", "新型储能的意向投资是多少", "生物制造意向投资排名"]
)
def test_internal_reports_never_for_visitors(reports: Assistant, question: str) -> None:
    visitor = ask(reports, question)
    assert not used(visitor)
    assert not any("内部" in citation.title for citation in visitor.citations)
    assert not re.search(r"4\.5亿元|26\.0亿元|8\.0亿元|鸿鹄|白鹭|北辰", visitor.answer)


def test_internal_reports_for_officials(reports: Assistant) -> None:
    official = ask(reports, "低空经济意向投资多少", Role.OFFICIAL)
    assert any("内部" in citation.title for citation in official.citations)


@pytest.mark.parametrize(
    "question",
    [
        "省重大项目和省重大工业项目是同一份名单吗",
        "高端石化新材料补链项目的资金缺口有多大",
        "光伏组件产线更新项目，企业说二期要砍多少投资",
    ],
)
def test_other_questions_are_left_to_the_texts(reports: Assistant, question: str) -> None:
    assert not used(ask(reports, question))
