"""Tools over projects, indicators, firms and briefings: the same figures as answers, with their evidence."""

from __future__ import annotations

from datetime import date

from agent.tools.registry import call
from agent.tools.session import Result, ToolSession
from agent.types import Ctx
from corpus.model import Role
from index import Library
from tests.agent.briefing.test_content import library

__all__ = ["library"]


def run(library: Library, tool: str, arguments: dict[str, object], role: Role = Role.OFFICIAL) -> Result:
    return call(ToolSession(library, Ctx(role), date(2026, 7, 20)), tool, arguments)


def test_an_indicator_with_its_cell(library: Library) -> None:
    name = {"name": "工业用电量"}
    found = run(library, "indicator_series", {**name, "region": "无锡", "period": "2026年4月"})
    assert found.ok and "28.1" in found.text and "28.1" in found.evidence[0].text
    ranked = run(library, "indicator_series", {**name, "op": "rank", "period": "2026年5月", "top": 2})
    assert "苏州" in ranked.text and "无锡" in ranked.text
    none = run(library, "indicator_series", {**name, "period": "2019年4月"})
    assert not none.ok and "没有" in none.text


def test_an_internal_figure_is_for_officials(library: Library) -> None:
    asked: dict[str, object] = {"name": "工业用电量", "region": "苏州", "period": "2026年3月"}
    assert "77.7" in run(library, "indicator_series", asked).text
    assert "77.7" not in run(library, "indicator_series", asked, Role.VISITOR).text


def test_a_briefing_with_its_sources(library: Library) -> None:
    found = run(library, "draft_briefing", {"topic": "2026年5月工业用电情况"})
    assert found.ok and "105.4" in found.text and found.evidence
    none = run(library, "draft_briefing", {"topic": "远洋捕捞情况"})
    assert not none.ok and "远洋捕捞" in none.text and none.evidence == ()


def test_a_programme_whose_text_is_not_held(library: Library) -> None:
    firm = "营收3800万，研发占比6%，成立5年"
    found = run(library, "check_eligibility", {"firm": firm, "programme": "专精特新中小企业"})
    assert not found.ok and "没有“专精特新中小企业”依据的文件" in found.text
    assert not run(library, "match_programs", {"firm": "今天天气好"}).ok
