"""A library of any size, made up: documents with titles, dates, chains of versions and visibility.

Deterministic: document n is the same in a library of any size, so that a small one is the beginning of a
large one. Every document is marked 虚构数据. What is said is nonsense in the words of policy; the words
come back as often as they do there (企业 in every third clause), which is what a search costs.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from corpus.model import Clause, ParsedDocument, Version, Visibility
from corpus.numbering import int_to_chinese

CLAUSES = 40  # a document
VERSIONS = (1, 1, 1, 2, 3)  # texts of one title, in turn: 3 of 8 documents are no longer in force
INTERNAL = 10  # one title in so many is internal
SAMPLE = "虚构数据"


def _words(text: str) -> list[str]:
    return text.split()


_TOWNS = _words("云川 河湾 青屿 北岭 南渡 石门 临江 安平 新泽 东陵 西堰 长洲 永和 白鹭 金坪 海棠")
_KINDS = _words("办法 实施细则 若干措施 管理规定 实施意见 工作方案")
_FIELDS = _words(
    "技术改造 数字化转型 绿色制造 首台套装备 融资担保 贷款贴息 科技创新 人才引进 知识产权 外贸稳定 "
    "工业互联网 专精特新 产业链协同 应急保供 节能降碳 质量标杆 中试平台 算力券 用地保障 政府采购"
)
_WHO = _words(
    "中小企业 小微企业 规模以上工业企业 高新技术企业 科技型企业 产业园区 行业协会 县级主管部门 市财政部门 "
    "申报单位 牵头单位 第三方机构 项目承担单位 金融机构 融资担保机构 制造业企业 平台企业 专家组"
)
_VERBS = _words(
    "应当提交 可以申请 不得重复申报 负责审核 按季度报送 优先安排 予以公示 核定后拨付 组织验收 建立台账 "
    "逐级上报 委托评审 统筹使用 依法收回 及时公开 联合核查"
)
_WHAT = _words(
    "设备投资补助资金 年度审计报告 项目申报书 贷款合同和付息凭证 研发费用明细 能耗在线监测数据 首购首用合同 "
    "用工和社保证明 纳税信用记录 信息化系统建设方案 专利权属证明 产品检测报告 绩效评价结果 担保费率清单 "
    "试验验证方案 场地租赁协议 安全生产承诺书 知识产权质押登记证明 订单和发票 财政奖励资金 数据安全评估材料"
)
_WHEN = _words(
    "在收到通知之日起{n}个工作日内 每年第{q}季度结束前 项目竣工验收合格后 经公示无异议的 连续经营满{q}年的 "
    "上一年度营业收入不低于{n}00万元的 研发投入占比达到{q}%以上的 符合国家和省有关规定的 "
    "属于本市重点产业链的 发生重大变更的 未按期整改的 逾期{n}日仍未补正的"
)
_GIVES = (
    "按实际支出的{n}%给予补助，最高不超过{m}万元",
    "给予一次性奖励{m}万元",
    "按照同期贷款市场报价利率的{n}%给予贴息，每户每年不超过{m}万元",
    "担保费率不得高于年化1.{q}%",
    "同一项目不得重复享受市级财政资金支持",
    "有关材料保存期限不少于{q}年",
    "由主管部门会同财政部门另行制定具体标准",
    "情节严重的，{q}年内不再受理其申请",
)
_STARTS = (date(2014, 1, 1), date(2018, 7, 1), date(2023, 3, 1))  # of the versions of one title


def documents(count: int, first: int = 0) -> Iterator[tuple[ParsedDocument, Visibility]]:
    """The documents `first` to `first + count` (exclusive) of the made-up library."""
    for number in range(first, first + count):
        yield document(number)


def document(number: int) -> tuple[ParsedDocument, Visibility]:
    """One document: `CLAUSES` articles under its title, its dates, and who may see it."""
    family, version, versions = _place(number)
    chance = random.Random(f"zhixun-scale-{number}")
    town, field, kind = _TOWNS[family % 16], _FIELDS[family // 16 % 20], _KINDS[family // 320 % 6]
    title = f"{town}市{field}专项第{family // 1920 + 1}号{kind}"
    doc_id = hashlib.sha256(f"scale-{number}".encode()).hexdigest()[:16]
    articles = [_article(chance, town, field, at) for at in range(1, CLAUSES + 1)]
    clauses, place = [], 0
    for at, text in enumerate(articles, 1):
        label = f"第{int_to_chinese(at)}条"
        heading = (f"第{int_to_chinese((at - 1) // 10 + 1)}章 {field}",)
        clauses.append(
            Clause(f"{doc_id}:{at}", doc_id, at, "article", label, heading, text, place, place + len(text))
        )
        place += len(text) + 1
    begins = _STARTS[len(_STARTS) - versions + version]
    made = Version(
        doc_id,
        title,
        "\n".join(articles),
        doc_number=f"{town[0]}工信发〔{begins.year}〕{family % 97 + 1}号",
        issuer=f"{town}市工业和信息化局",
        issued_on=begins,
        effective_from=begins,
        level="市",
        region=f"{town}市",
        genre=kind,
        subject="扶持政策",
        sample=SAMPLE,
    )
    seen = Visibility.INTERNAL if family % INTERNAL == INTERNAL - 1 else Visibility.PUBLIC
    return ParsedDocument(made, tuple(clauses), Path(f"/{SAMPLE}/{number}.md"), doc_id, "markdown"), seen


def questions(count: int) -> list[str]:
    """Questions over what the documents say, each of them another."""
    chance = random.Random("zhixun-scale-questions")
    asked = (
        f"{chance.choice(_TOWNS)}市{chance.choice(_FIELDS)}{tail}"
        for tail in (
            f"中{chance.choice(_WHO)}{chance.choice(_VERBS)}{chance.choice(_WHAT)}有什么要求？"
            if turn % 2
            else f"最高能补多少钱，{chance.choice(_WHO)}要交哪些{chance.choice(_WHAT)}？"
            for turn in range(count * 4)
        )
    )
    return list(dict.fromkeys(asked))[:count]


def _place(number: int) -> tuple[int, int, int]:
    """(title's number, which of its versions from 0, how many it has) of a document."""
    turn, left = divmod(number, sum(VERSIONS))
    for at, versions in enumerate(VERSIONS):
        if left < versions:
            return turn * len(VERSIONS) + at, left, versions
        left -= versions
    raise AssertionError("a place in the turn is below its length")


def _article(chance: random.Random, town: str, field: str, number: int) -> str:
    def filled(text: str) -> str:
        return text.format(n=chance.randint(5, 60), q=chance.randint(1, 9), m=chance.randint(1, 99) * 10)

    sentences = [
        f"{filled(chance.choice(_WHEN))}，{chance.choice(_WHO)}{chance.choice(_VERBS)}{chance.choice(_WHAT)}，"
        f"{filled(chance.choice(_GIVES))}。"
        for _ in range(chance.randint(1, 3))
    ]
    about = f"{town}市{field}" if chance.random() < 0.3 else chance.choice(_FIELDS)
    return f"第{int_to_chinese(number)}条 {about}方面，" + "".join(sentences)
