"""A scripted assistant over a real catalog: the web's own tests need no search and no model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from agent.types import Answer, Citation, Ctx, Event, Turn
from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.model import Clause, ParsedDocument, Relation, Version, Visibility
from corpus.settings import CorpusSettings

QUOTE = "从事特定细分市场时间达到3年以上"
INTERNAL_QUOTE = "内部掌握的支持额度为每户10~20万元"
STEPS = (("理解问题", "扶持政策 · 申报条件"), ("查找依据", "3 条"), ("核对引文", "2 条通过"))
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def fill(catalog: Catalog) -> None:
    """Two versions of one measure, an internal note, a table and a hostile document."""
    units = [f"第{n}条　一般规定，第{n}款内容。企业应当如实填报，不得弄虚作假。" for n in "一二三"]
    conditions = f"（一）{QUOTE}；\n（二）主营业务收入占比不低于90%。"
    units.insert(2, f"第八条　专精特新“小巨人”企业应当同时符合下列条件：\n{conditions}")
    table = "地市 | 项目数 | 开工率\n南京 | 12 | 85%\n苏州 | 20 | 90%"
    _add(
        catalog, "old22", "优质中小企业梯度培育管理暂行办法", units[:2], doc_number="工信部企业〔2022〕63号",
        issuer="工业和信息化部", issued_on=date(2022, 6, 1), effective_from=date(2022, 8, 1),
    )  # fmt: skip
    _add(
        catalog, "new26", "优质中小企业梯度培育管理办法", units, doc_number="工信部企业〔2026〕2号",
        issuer="工业和信息化部", issued_on=date(2026, 1, 20), effective_from=date(2026, 4, 1),
        subject="扶持政策", sample="示例摘编", source="工信部企业〔2026〕2号，2026年1月",
        relations=(Relation("replaces", "优质中小企业梯度培育管理暂行办法", "工信部企业〔2022〕63号"),),
    )  # fmt: skip
    _add(catalog, "secret", "内部工作口径", [INTERNAL_QUOTE], Visibility.INTERNAL, subject="扶持政策")
    _add(
        catalog, "report", "重大工业项目监测报告", [table],
        kind="table", issued_on=date(2026, 5, 31), subject="项目状态", sample="虚构数据",
    )  # fmt: skip
    _add(catalog, "evil", HOSTILE, [f"条文{HOSTILE}条文"], subject="未来产业")


def _add(
    catalog: Catalog,
    doc_id: str,
    title: str,
    texts: Sequence[str],
    visibility: Visibility = Visibility.PUBLIC,
    kind: str = "article",
    **fields: object,
) -> None:
    clauses, at = [], 0
    for i, text in enumerate(texts):
        label = text.split("　")[0] if "　" in text else None
        clauses.append(
            Clause(f"{doc_id}:{i}", doc_id, i, kind, label, ("第二章 条件",), text, at, at + len(text), 1)  # type: ignore[arg-type]
        )
        at += len(text) + 1
    version = Version(doc_id, title, "\n".join(texts), **fields)  # type: ignore[arg-type]
    parsed = ParsedDocument(version, tuple(clauses), Path(f"/{doc_id}.md"), doc_id * 8, "markdown")
    catalog.stage(parsed, visibility)
    catalog.make_live(doc_id)


def cite(n: int, doc_id: str, clause: int, quote: str, label: str | None = None) -> Citation:
    return Citation(
        n, doc_id, f"标题{n}", None, None, "in_force", label, 1, quote, clause_id=f"{doc_id}:{clause}"
    )


@dataclass
class ScriptedLibrary:
    catalog: Catalog


@dataclass
class ScriptedAssistant:
    """Answers by keyword; keeps what it was asked. `leaky`: cites an internal clause, as no assistant
    of ours would."""

    library: ScriptedLibrary
    delay: float = 0.0
    leaky: bool = False
    asked: list[tuple[str, Ctx, list[Turn]]] = field(default_factory=list)

    @classmethod
    def over(cls, home: Path, delay: float = 0.0) -> ScriptedAssistant:
        catalog = Catalog.open(CorpusSettings(home=home))
        fill(catalog)
        return cls(ScriptedLibrary(catalog), delay)

    async def stream(self, question: str, ctx: Ctx, history: Sequence[Turn]) -> AsyncIterator[Event]:
        self.asked.append((question, ctx, list(history)))
        for label, detail in STEPS:
            await asyncio.sleep(self.delay)
            yield Event("step", {"name": label, "label": label, "detail": detail, "ms": 21.5})
        if "错误" in question:
            raise RuntimeError("secret inner text")
        if "无效" in question:
            raise InputError("web.bad_date", value="x")
        answer = self._answer(question)
        for at in range(0, len(answer.answer), 4):
            await asyncio.sleep(self.delay / 4)
            yield Event("token", {"text": answer.answer[at : at + 4]})
        yield Event("final", {"answer": answer})

    def _answer(self, question: str) -> Answer:
        timings = {"total": 182.0}
        if "天气" in question:
            text = "资料库中没有与该问题有关的内容。\n\n资料库现有：扶持政策、未来产业、项目状态三类文件。"
            return Answer(question, "refused", text, timings_ms=timings)
        if "补贴" in question:
            text = "请说明您想了解哪项补贴：\n\n- 制造业贷款贴息\n- 智改数转项目补助"
            return Answer(question, "clarify", text, timings_ms=timings)
        text = (
            f"**“小巨人”**的条件：{QUOTE}[1]，金额 10~20万元，3~5年。{HOSTILE}\n\n"
            "- 主营业务收入占比不低于90%[1]\n- 苏州开工率为90%[2][9]\n\n"
            "| 项 | 值 |\n|---|---|\n| 占比 | 90%[1] |"
        )
        citations = [
            cite(1, "new26", 2, QUOTE, "第八条第（一）项"),
            cite(2, "report", 0, "苏州 | 20 | 90%", "表1"),
            *([cite(3, "secret", 0, INTERNAL_QUOTE)] if self.leaky else []),
            cite(4, "evil", 0, HOSTILE),
            cite(5, "old22", 0, "此句不在文中"),
        ]
        warnings = ["2026年复核仍按原办法执行。"]
        return Answer(question, "answered", text, citations, warnings, timings_ms=timings)
