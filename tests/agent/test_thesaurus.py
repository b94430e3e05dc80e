"""The thesaurus: every pair well formed, and no colloquial word lying inside formal ones."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from agent.lexis import normalise

SOURCE = Path(__file__).parents[2] / "agent" / "thesaurus.toml"
LAWS = Path(__file__).parents[3] / "shared" / "data" / "laws"

MOST_FORMAL = 4

# Formal words and phrases in which a colloquial word could be found by accident, because it bridges two
# words (中水 in 集中水, 高企 in 提高企业) or is the tail of a longer one (裁员 in 仲裁员)
FORMAL_PHRASES = re.findall(
    r"\S+",
    """
    提高企业 提高管理水平 居民企业 国民企业 境外企业 境内企业 仲裁员 我国标准 外国标准 各国标准 集团标准
    一流标准 主流标准 进行标注 执行标准 工厂标准 范围标准 高企标准 当地标准 审批文件 报批文件 国土政策
    处罚单位 集中水处理 其中水电 外省水平 全省水利 全省电力 本省税收 江苏省电网 相关基础 有关基本
    同等保护 可能评价 结清欠缴 收回款项 退回款项 需要账户 到账期限 经营收入 流水线 中国高新 外国专利
    中国专利 全国专项 本省专项 法规上 网上规定 重要地区 主要地点 建立项目 建设完善 参加投标 增加投资
    开工期限 竣工期限 召开建设推进会 公开建议 劳动工资 劳动工具 自动工厂 科技改革 学科小组 国家当年
    国家规定 通知产品 监控价格 管控产品 转发债券 召开股东会 离开公司 国内定点 虚假出资 开展评价
    物联网联合 新增产能 台风投保 减资源 市场监督管理 企业所得税 增值税专用发票 中小企业 高新技术企业
    法定代表人 有限责任公司 股份有限公司 国家统计 固定资产投资 主营业务收入 研究开发费用 环境影响评价
    安全生产 公司债主承销 记账凭证 开展建设 审批时限 职工代表大会 产品质量 质量管理 公平竞争 行政区划
    合同管理 如实审核 落实审批 报告机关 报告政府 保管几年 弥补多少 调试车间 包装设备 进项税额
    销项税额 小规模纳税人 街道办事处
    """,
)


def _pairs() -> dict[str, list[str]]:
    with SOURCE.open("rb") as file:
        return tomllib.load(file)["colloquial"]


PAIRS = _pairs()


def test_it_is_large_enough_to_matter() -> None:
    assert len(PAIRS) >= 900


def test_no_word_stands_twice() -> None:
    """TOML refuses a second equal key, but not one that differs in width or case only."""
    seen: dict[str, list[str]] = defaultdict(list)
    for said in PAIRS:
        seen[normalise(said)].append(said)
    assert [words for words in seen.values() if len(words) > 1] == []


def test_colloquial_words_are_as_questions_are_read() -> None:
    """2 to 8 characters, no blanks or punctuation, and lower case: questions are normalised first."""
    wrong = [said for said in PAIRS if not re.fullmatch(r"[\u3400-\u9fff0-9a-z]{2,8}", said)]
    assert wrong == []
    assert [said for said in PAIRS if normalise(said) != said] == []


def test_formal_words_are_few_distinct_and_short() -> None:
    for said, formal in PAIRS.items():
        assert 1 <= len(formal) <= MOST_FORMAL, said
        assert len(set(formal)) == len(formal), said
        assert all(2 <= len(word) <= 8 and word.strip() == word for word in formal), (said, formal)


def test_no_formal_word_states_a_figure() -> None:
    """A period, rate or sum is an answer, which only a text in force may give."""
    number = "[一二三四五六七八九十百千万两0-9]+"
    figure = re.compile(f"{number}(日|天|个月|个?工作日|倍|万?元|%)|(分之)|{number}年(内|以上|以下)")
    stated = {word for words in PAIRS.values() for word in words if figure.search(word)}
    assert stated <= {"三分之二以上"}, stated


def test_no_word_is_explained_by_itself() -> None:
    """Neither equal, nor one inside the other, nor the same characters in another order."""
    wrong = [
        (said, word)
        for said, formal in PAIRS.items()
        for word in formal
        if said in word or word in said or set(said) == set(word)
    ]
    assert wrong == []


def test_no_colloquial_word_lies_inside_a_formal_one() -> None:
    formal = {word for words in PAIRS.values() for word in words}
    wrong = [(said, word) for said in PAIRS for word in sorted(formal) if said in word]
    assert wrong == []


def test_no_colloquial_word_is_met_by_accident() -> None:
    wrong = [(said, phrase) for said in PAIRS for phrase in FORMAL_PHRASES if said in phrase]
    assert wrong == []


def test_colloquial_words_are_not_the_words_of_the_laws() -> None:
    """A word that statutes themselves use often needs no translation, or has another meaning there."""
    if not LAWS.is_dir():
        pytest.skip("shared/data/laws is not there")
    laws = "".join(path.read_text(encoding="utf-8") for path in sorted(LAWS.glob("*.md")))
    often = {said: laws.count(said) for said in PAIRS if laws.count(said) > 3}
    assert often.keys() <= {"税务局", "统计局", "商标局"}, often  # offices: the laws say both
