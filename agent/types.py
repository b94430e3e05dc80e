"""What a turn takes and gives; no LangChain import here, so that CLI and tests stay light."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from corpus.model import Role

if TYPE_CHECKING:
    from agent.state import Formula, Table

Status = Literal["answered", "partial", "refused", "clarify"]
Turn = tuple[Literal["user", "assistant"], str]


@dataclass(frozen=True, slots=True)
class Ctx:
    """What the session knows and no model can set: who asks, and for which day."""

    role: Role = Role.VISITOR
    as_of: date | None = None  # None: today, unless the question names a day
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """[n] of an answer: a clause with its verbatim quote. Field order is the CLI contract's."""

    n: int
    doc_id: str
    title: str
    doc_number: str | None
    issuer: str | None
    validity: str
    clause: str | None
    page: int | None
    quote: str
    clause_id: str = ""  # not in the CLI's output: opens the clause in the web interface


@dataclass(slots=True)
class Answer:
    """The end of a turn. `answer` is Markdown with [n]; `warnings` are sentences for the user.

    `formulas`: how figures that no document states were computed; `tables`: those in `answer`, as data
    for a chart. Neither is in the CLI's output.
    """

    question: str
    status: Status
    answer: str
    citations: list[Citation] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tools: list[dict[str, Any]] = field(default_factory=list)  # {"name", "args"}
    timings_ms: dict[str, float] = field(default_factory=dict)  # total, retrieve, first_token
    usage: dict[str, int] | None = None  # prompt_tokens, completion_tokens; None: no model wrote
    formulas: list[Formula] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a streamed turn.

    kind      data
    step      {"name": "understand", "label": "理解问题", "detail": "…", "ms": 3.1}
    sentence  {"text": "…"}          of a model, already checked; withdrawn before the answer's own pieces
    token     {"text": "…"}          a piece of the draft; may be withdrawn by a reset
    reset     {}                     the draft so far is withdrawn
    notice    {"text": "…"}          a fallback or limit the user should know of
    final     {"answer": Answer}     the only thing that counts
    """

    kind: Literal["step", "sentence", "token", "reset", "notice", "final"]
    data: dict[str, Any]
