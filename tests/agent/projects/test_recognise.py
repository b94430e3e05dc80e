"""What questions ask of the registry, over a small vocabulary of invented names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agent.projects.model import ALL, AskBack, IndicatorQuery, ProjectQuery
from agent.projects.recognise import recognise
from agent.projects.vocabulary import SHORT_KINDS, IndicatorName, ProjectName, Vocabulary
from corpus.columns import load

DAY = date(2026, 11, 23)
CITIES = frozenset(["江苏省", "南京市", "苏州市", "无锡市", "常州市", "镇江市", "盐城市", "泰州市", "徐州市"])
WORDS = load()
VOCABULARY = Vocabulary(
    projects=(
        ProjectName("青浦河主轴基地项目", "南京市", "江宁区"),
        ProjectName("白鹭湖钠电池扩建项目", "盐城市"),
        ProjectName("甲山脑机验证平台项目", "苏州市"),
        ProjectName("乙山脑机验证平台项目", "苏州市"),
    ),
    chains=("工业母机", "特种钢", "新型储能产业链"),
    categories=("扩产", "技改"),
    indicators=(
        IndicatorName("县域特色产业产值", ("表1 县域特色产业产值（2026年9月）",), frozenset(), CITIES),
        IndicatorName(
            "示例领域产值", ("表4 示例领域产值",), frozenset(["商业航天", "光子芯片"]), frozenset(["江苏省"])
        ),
        IndicatorName("重点企业增资扩产备案数", ("表2 重点企业增资扩产备案",), frozenset(), CITIES),
        IndicatorName(
            "完成节点",
            ("表3 产业链补短板攻关节点",),
            frozenset(["特种钢", "工业母机"]),
            frozenset(["江苏省"]),
        ),
        IndicatorName(
            "规模以上工业增加值", ("表1 规模以上工业增加值同比增速",), frozenset(), frozenset(["江苏省"])
        ),
        IndicatorName("用工人数", ("表1 用工监测",), frozenset(["商业航天"]), frozenset(["江苏省"])),
    ),
    kinds=dict(WORDS.kinds) | SHORT_KINDS,
    stages=dict(WORDS.stages),
)

PROJECTS: list[tuple[str, dict[str, Any] | None]] = [
    (
        "南京有多少个在建的省重大工业项目",
        {"op": "summary", "regions": ("南京市",), "kinds": ("省重大工业项目",), "stages": ("在建",)},
    ),
    ("苏州的省重大项目一共几个", {"kinds": ("省重大项目",), "regions": ("苏州市",)}),
    ("全省重大工业项目有几个在建？", {"kinds": ("省重大工业项目",), "stages": ("在建",)}),
    ("昆山的补短板项目有多少", {"kinds": ("补短板",), "counties": ("昆山市",)}),
    ("南京市江宁区有哪些未来产业项目", {"op": "list", "kinds": ("未来产业",), "counties": ("江宁区",)}),
    ("工业母机链上的补短板项目有哪些", {"op": "list", "chains": ("工业母机",), "kinds": ("补短板",)}),
    ("新型储能有几个增资扩产项目", {"chains": ("新型储能产业链",), "kinds": ("增资扩产",)}),
    ("徐州增资扩产项目总投资合计多少亿元", {"measure": "investment_planned", "regions": ("徐州市",)}),
    ("盐城的补短板项目一共完成了多少投资", {"measure": "investment_done", "regions": ("盐城市",)}),
    ("泰州省重大工业项目投资完成率是多少", {"measure": "progress", "regions": ("泰州市",)}),
    ("技改类的增资扩产项目有几个", None),  # 类 is not accounted for
    ("技改的增资扩产项目有几个", {"categories": ("技改",), "kinds": ("增资扩产",)}),
    ("已经投产的未来产业项目有多少个", {"stages": ("投产",)}),
    ("已开工的未来产业项目有多少个", {"stages": ("开工", "在建", "投产", "达效")}),
    ("还没开工的未来产业项目有哪些", {"op": "list", "stages": ("签约",)}),
    ("竣工的补短板项目有几个", {"stages": ("投产", "达效")}),
    ("各市省重大工业项目数量", {"op": "group", "by": "region", "top": ALL}),
    ("按产业链看补短板项目分别有多少个", {"op": "group", "by": "chain"}),
    ("未来产业项目各阶段各有几个", {"op": "group", "by": "stage"}),
    ("省重大工业项目的阶段分布", {"op": "group", "by": "stage"}),
    ("哪个市的增资扩产项目最多", {"op": "group", "by": "region", "order": "most", "top": 1}),
    (
        "增资扩产项目总投资最少的是哪个市",
        {"op": "group", "by": "region", "order": "least", "measure": "investment_planned"},
    ),
    (
        "总投资最高的三个补短板项目",
        {"op": "rank", "order": "most", "top": 3, "measure": "investment_planned"},
    ),
    ("总投资排前五的未来产业项目是哪些", {"op": "rank", "order": "most", "top": 5}),
    ("苏州完成投资最少的增资扩产项目是哪个", {"op": "rank", "order": "least", "measure": "investment_done"}),
    (
        "南京和苏州哪个的在建项目更多",
        {"op": "group", "by": "region", "regions": ("南京市", "苏州市"), "order": "most"},
    ),
    ("2026年6月末苏州有几个未来产业项目", {"regions": ("苏州市",), "kinds": ("未来产业",)}),
    ("青浦河主轴基地项目现在到哪一步了", {"op": "state", "names": ("青浦河主轴基地项目",)}),
    ("青浦河主轴基地那个项目6月底完成投资多少", {"op": "state", "measure": "investment_done"}),
    ("盐城白鹭湖钠电池扩建投产了没有", {"op": "state", "names": ("白鹭湖钠电池扩建项目",)}),
    ("白鹭湖钠电池扩建项目总投资多少、什么阶段", {"op": "state", "measure": "investment_planned"}),
    ("青浦河主轴基地项目历次进展", {"op": "history", "names": ("青浦河主轴基地项目",)}),
    (
        "甲山脑机验证平台项目投资完成率",
        {"op": "state", "measure": "progress", "names": ("甲山脑机验证平台项目",)},
    ),
]

INDICATORS: list[tuple[str, dict[str, Any]]] = [
    (
        "盐城3月县域特色产业当月产值多少",
        {"op": "value", "name": "县域特色产业产值", "scope": "当月", "regions": ("盐城市",)},
    ),
    ("上半年全省县域特色产业产值累计多少亿", {"scope": "累计", "regions": ("江苏省",)}),
    ("商业航天9月产值是多少", {"name": "示例领域产值", "groups": ("商业航天",)}),
    ("南京9月产值多少", {"name": "县域特色产业产值", "regions": ("南京市",)}),
    (
        "特种钢补短板攻关去年12月底累计干完几个节点",
        {"name": "完成节点", "scope": "累计", "groups": ("特种钢",)},
    ),
    ("5月末商业航天用工多少人", {"name": "用工人数"}),
    ("泰州9月县域特色产业产值累计同比增长多少", {"wants": "yoy", "scope": "累计"}),
    ("泰州9月县域特色产业产值比去年同期增长多少", {"wants": "yoy"}),
    (
        "2024年9月规上工业增加值单月增速，不要累计的",
        {"name": "规模以上工业增加值", "wants": "yoy", "scope": "当月"},
    ),
    ("苏州9月县域特色产业产值环比增长多少", {"op": "change", "wants": "value"}),
    ("苏州9月县域特色产业产值比上个月多了多少", {"op": "change"}),
    ("无锡9月增资扩产备案比8月多了几个", {"op": "compare", "name": "重点企业增资扩产备案数"}),
    ("2025年全年规上工业增加值增速比上半年低几个百分点", {"op": "compare", "wants": "yoy"}),
    ("苏州和无锡9月县域特色产业产值相差多少", {"op": "compare", "regions": ("苏州市", "无锡市")}),
    ("苏州近三个月县域特色产业产值走势", {"op": "trend", "months": 3}),
    ("商业航天产值逐月变化", {"op": "trend", "groups": ("商业航天",)}),
    ("8月增资扩产备案最多的前三个市", {"op": "rank", "order": "most", "top": 3}),
    ("8月哪个市增资扩产备案最少", {"op": "rank", "order": "least", "top": 1}),
    ("苏南五市9月县域特色产业产值合计多少", {"regions": ("南京市", "无锡市", "常州市", "苏州市", "镇江市")}),
    ("8—9月苏州备案一共几个", {"op": "value", "regions": ("苏州市",)}),
    ("今年以来徐州县域特色产业产值", {"regions": ("徐州市",)}),
]

PROJECTS += [
    ("苏州太仓市补短板项目", {"op": "list", "counties": ("太仓市",)}),
    ("统计一下各设区市未来产业项目的个数和总投资", {"op": "group", "by": "region"}),
    ("南京、苏州、无锡三市补短板项目数对比", {"op": "group", "by": "region"}),
    ("青浦河主轴基地项目计划什么时候竣工", {"op": "state", "measure": "dates"}),
    ("白鹭湖钠电池扩建项目是谁在建设", {"op": "state", "measure": "owner"}),
]
INDICATORS += [
    ("9月备案数最多的城市", {"op": "rank", "name": "重点企业增资扩产备案数"}),
    ("9月苏州县域特色产业产值占全省比重", {"op": "share", "regions": ("苏州市",)}),
    ("最近一个月各市增资扩产备案排名", {"op": "rank", "top": ALL}),
    ("商业航天领域三季度产值多少", {"op": "value", "groups": ("商业航天",)}),
]

# Something else is asked, or more than the rows can say: left to the texts.
OTHER = [
    "省重大项目和省重大工业项目是同一份名单吗",
    "白鹭湖钠电池扩建项目的资金缺口有多大",
    "白鹭湖钠电池扩建项目，企业说二期要砍多少投资",
    "青浦河主轴基地项目为什么慢了",
    "增资扩产项目有什么支持政策",
    "重大工业项目怎么申报入库",
    "一个项目今年最多能贴多少利息",
    "补短板项目由哪个部门管",
    "9月份当月增资扩产项目完成投资多少家企业",
    "9月产值多少",  # of which indicator?
    "3月增速多少",
    "商业航天企业5月人均工资多少",
    "预计明年县域特色产业产值增长多少会怎样",
    "专精特新中小企业认定要满足哪些条件",
    "",
]


@pytest.mark.parametrize(("question", "wanted"), PROJECTS)
def test_projects(question: str, wanted: dict[str, Any] | None) -> None:
    query = recognise(question, VOCABULARY, DAY)
    if wanted is None:
        assert query is None
        return
    assert isinstance(query, ProjectQuery), query
    assert {name: getattr(query, name) for name in wanted} == wanted


@pytest.mark.parametrize(("question", "wanted"), INDICATORS)
def test_indicators(question: str, wanted: dict[str, Any]) -> None:
    query = recognise(question, VOCABULARY, DAY)
    assert isinstance(query, IndicatorQuery), query
    assert {name: getattr(query, name) for name in wanted} == wanted


@pytest.mark.parametrize("question", OTHER)
def test_left_to_the_texts(question: str) -> None:
    assert recognise(question, VOCABULARY, DAY) is None


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("我们市9月县域特色产业产值多少", AskBack("region")),
        ("本市有几个在建的补短板项目", AskBack("region")),
        ("那个扩产项目到哪一步了", AskBack("project")),
        ("脑机验证平台项目总投资多少", AskBack("project", ("乙山脑机验证平台项目", "甲山脑机验证平台项目"))),
    ],
)
def test_asked_back(question: str, wanted: AskBack) -> None:
    found = recognise(question, VOCABULARY, DAY)
    assert isinstance(found, AskBack)
    assert (found.what, tuple(sorted(found.choices))) == (wanted.what, wanted.choices)


def test_the_two_lists_are_never_confused() -> None:
    for wording, kind in [
        ("省重大项目", "省重大项目"),
        ("省级重大项目", "省重大项目"),
        ("省重大工业项目", "省重大工业项目"),
        ("省级重大工业项目", "省重大工业项目"),
        ("重大工业项目", "省重大工业项目"),
    ]:
        query = recognise(f"南京的{wording}有几个", VOCABULARY, DAY)
        assert isinstance(query, ProjectQuery) and query.kinds == (kind,), wording


def test_the_size_of_a_list_is_not_narrowed() -> None:
    query = recognise("2024年省重大工业项目到底有几个", VOCABULARY, DAY)
    assert isinstance(query, ProjectQuery) and not query.narrows
    assert query.period is not None and query.period.words == "2024年"
    query = recognise("省重大工业项目有几个", VOCABULARY, DAY)
    assert isinstance(query, ProjectQuery) and not query.narrows
    query = recognise("在建的省重大工业项目有几个", VOCABULARY, DAY)
    assert isinstance(query, ProjectQuery) and query.narrows
