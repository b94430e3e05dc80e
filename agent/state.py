"""What passes between the steps of a turn: plain data, no framework."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict

from agent.documents import Local
from agent.lexis import Terms
from agent.meaning import Meaning
from agent.settings import ALL_PARTS, AgentParts
from agent.types import Answer, Ctx, Status, Turn
from corpus.model import Clause
from index.types import Evidence

Intent = Literal[
    "fact",  # what does the rule say
    "clause",  # 《X》第N条
    "validity",  # is it in force, since when, until when, replaced by what
    "compare",  # old text against new
    "eligibility",  # can my firm get it
    "library",  # what is in the library
]


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """第N条第M款第K项 as asked for."""

    article: int
    paragraph: int | None = None
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """The question made whole, and what it asks."""

    question: str  # standing alone: a follow-up has its subject put back
    intent: Intent
    as_of: date
    as_of_stated: bool  # the question itself (or the session) names the day
    lang: Literal["zh", "en"]
    terms: Terms
    query: str  # what is searched for
    wants: frozenset[str] = frozenset()  # kinds of corpus.numbers that would answer
    wants_unit: str | None = None  # 家, 人, 分 ...: the unit of the count asked for
    attributes: tuple[str, ...] = ()  # 材料, 银行 ...: keys of [attributes] in lexicon.toml
    doc_ids: tuple[str, ...] = ()  # documents that the question names, in or out of force
    unknown_titles: tuple[str, ...] = ()  # named documents that the library does not hold
    articles: tuple[ArticleRef, ...] = ()
    regions: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()  # 2025年, 7月, 上半年: what a figure must be of
    measured: str = ""  # the quantity asked for: 电量 of 用电量多少
    focus: str = ""  # the words beside the question word
    follow_up: bool = False
    old_wanted: bool = False  # asks for what held before
    has_facts: bool = False  # the user gave figures or titles of the own firm
    parts: AgentParts = ALL_PARTS


@dataclass(frozen=True, slots=True)
class Span:
    """A verbatim piece of evidence: what is quoted."""

    evidence: Evidence
    clause_id: str
    label: str | None
    text: str
    page: int | None
    score: float = 0.0
    lead: str | None = None  # the sentence that a list item hangs on: 下列…：


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure that a result is computed from: `written` verbatim in its span, `value` in the unit of
    the formula; `factor` turns the one into the other (万元 into 亿元: 0.0001)."""

    span: Span
    written: str
    value: Decimal
    factor: Decimal = Decimal(1)


Operation = Literal["same", "count", "sum", "difference", "share", "growth", "most", "least"]


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure that no document states was computed; `agent/grounding/formula.py` computes it anew.

    share: first / second in %; growth: from first to second in %; difference: second - first;
    most, least: of all operands; same: the first in another unit; count: of distinct operands.
    """

    operation: Operation
    operands: tuple[Operand | Formula, ...]
    result: Decimal  # rounded to its own decimals
    unit: str  # 亿元, 个, %, 百分点; "" for a bare number


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table that is shown, with what its figures rest on."""

    cells: tuple[str, ...]
    spans: tuple[Span, ...]
    formulas: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a statement. `chart`: what it may be drawn as, the first column against the second."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    chart: Literal["line", "bar"] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a draft with the spans that it rests on; `text` has no [n] yet.

    A `note` says what to do next or what the library is; it claims nothing and has no figures.
    """

    text: str
    spans: tuple[Span, ...] = ()
    note: bool = False
    formulas: tuple[Formula, ...] = ()
    table: Table | None = None


@dataclass(slots=True)
class Draft:
    """An answer before verification: statements in order."""

    status: Status
    statements: list[Statement] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class State(TypedDict, total=False):
    """State of the graph. Each step reads what it needs and returns what it adds."""

    question: str
    ctx: Ctx
    history: list[Turn]
    parts: AgentParts  # all of them where it is left out
    halt: Draft  # a step ended the run with this
    plan: Understanding
    evidence: list[Evidence]
    units: dict[str, list[Clause]]
    local: dict[str, Local]
    meanings: dict[str, Meaning]
    registry: Draft  # what the registry answers; `registry_weak`: only where the texts do not
    registry_weak: bool
    tools: list[dict[str, object]]
    retrieve_ms: float
    draft: Draft
    problems: list[str]
    usage: dict[str, int]
    answer: Answer
