"""What a tool is called with beside its arguments: the library, who asks, for which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from agent.state import Draft, State
from agent.steps.verify import verify
from agent.types import Ctx
from corpus.messages import msg
from corpus.model import Role
from index import Library
from index.types import Evidence


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool answers: text for the model, in which [S1] names a piece of `evidence`; `ok` is False
    where there is no such thing or the arguments are wrong, and the text then says which and why."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    ok: bool = True


@dataclass
class ToolSession:
    """A turn's tools: role and day come from here and are no argument of any tool.

    `sources` numbers every piece of evidence that was handed out, over all calls of the turn: a token
    that is not among them was invented.
    """

    library: Library
    ctx: Ctx
    today: date
    sources: dict[str, Evidence] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def role(self) -> Role:
        return self.ctx.role

    @property
    def day(self) -> date:
        return self.ctx.as_of or self.today

    def token(self, evidence: Evidence) -> str:
        """S1, S2 …: the same for the same clause throughout the turn."""
        known = self._tokens.get(evidence.clause_id)
        if known is None:
            known = self._tokens[evidence.clause_id] = f"S{len(self._tokens) + 1}"
            self.sources[known] = evidence
        return known

    def quoted(self, found: Iterable[Evidence], limit: int = 1500) -> Result:
        """Pieces of evidence as text, each with its token, its place and its standing on the day."""
        kept = tuple(found)
        if not kept:
            return Result(msg("tools.nothing"), ok=False)
        return Result("\n\n".join(self._piece(one, limit) for one in kept), kept)

    def _piece(self, one: Evidence, limit: int) -> str:
        number = f"（{one.doc_number}）" if one.doc_number else ""
        text = one.text if len(one.text) <= limit else one.text[:limit] + msg("tools.cut")
        head = msg(
            "tools.source",
            token=self.token(one),
            title=one.title.strip("《》"),
            number=number,
            label=one.label or "",
            validity=msg(f"answer.validity_{one.validity.value}"),
        )
        return f"{head}\n{text}"

    def said(self, draft: Draft, asked: str) -> Result:
        """A draft by rules as text, after the same check as an answer: what fails is not handed out.
        `asked`: the arguments in words, whose figures a note may repeat."""
        words = f"{asked}\n{self.day}"
        state: State = {"draft": draft, "history": [("user", words)]}
        draft = verify(state, self.library.catalog)["draft"]
        lines: list[str] = []
        found: dict[str, Evidence] = {}
        for statement in draft.statements:
            tokens = dict.fromkeys(self.token(span.evidence) for span in statement.spans)
            found |= {span.evidence.clause_id: span.evidence for span in statement.spans}
            lines.append(statement.text + "".join(f"[{token}]" for token in tokens))
            if statement.table is not None:
                rows = (statement.table.columns, *(row.cells for row in statement.table.rows))
                lines += [" | ".join(cells) for cells in rows]
        text = "\n".join([*lines, *draft.warnings]).strip()
        if not text:
            return Result(msg("tools.nothing"), ok=False)
        return Result(text, tuple(found.values()), draft.status not in ("refused",))
