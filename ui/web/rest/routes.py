"""REST: ask, search, documents, the agent's tools. The role is the key's; the day may be asked for."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from agent.assistant import HISTORY
from agent.tools.registry import call, tools_for
from agent.tools.session import Result, ToolSession
from agent.types import Ctx, Turn
from corpus.catalog import today
from corpus.messages import msg
from corpus.model import Clause
from ui.cli.ask import answer_line
from ui.cli.batch import Line
from ui.cli.search import search_line
from ui.web.library.select import Row, Wanted, chosen, seen_by
from ui.web.rest.access import Gate, Problem, asked_language, key_of

MOST = 100  # documents of a page
LONGEST = 2000  # characters of a question


class Body(BaseModel):
    """A request's body; a field that it does not have is refused, so that no role can be slipped in."""

    model_config = ConfigDict(extra="forbid")


class Said(Body):
    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Question(Body):
    question: str = Field(min_length=1, max_length=LONGEST)
    as_of: date | None = None
    history: list[Said] = Field(default=[], max_length=HISTORY)


class Search(Body):
    query: str = Field(min_length=1, max_length=LONGEST)
    k: int = Field(default=8, ge=1, le=50)
    as_of: date | None = None
    in_force_only: bool = True


class Call(Body):
    arguments: dict[str, Any] = {}
    as_of: date | None = None


def rest_router(assistant: Any, gate: Gate) -> APIRouter:
    """Every route needs a key. Handlers are sync: they run in worker threads."""
    router = APIRouter(dependencies=[Depends(gate)])
    room = _Room(assistant)
    router.post("/ask")(room.ask)
    router.post("/search")(room.search)
    router.get("/documents")(room.documents)
    router.get("/documents/{doc_id}")(room.document)
    router.get("/tools")(room.tools)
    router.post("/tools/{name}")(room.tool)
    return router


class _Room:
    def __init__(self, assistant: Any) -> None:
        self._assistant = assistant
        self._library = assistant.library

    def ask(self, request: Request, body: Question) -> dict[str, Any]:
        """An answer with its citations, as `zhixun ask --json` gives it."""
        history: list[Turn] = [(one.role, one.content) for one in body.history]
        answer = self._assistant.ask(body.question, Ctx(key_of(request).role, body.as_of), history)
        return answer_line(None, answer)

    def search(self, request: Request, body: Search) -> dict[str, Any]:
        """Clauses by relevance, as `zhixun search --json` gives them."""
        hits = self._library.search(
            body.query,
            k=body.k,
            as_of=body.as_of or today(),
            role=key_of(request).role,
            in_force_only=body.in_force_only,
        )
        return search_line(Line(None, body.query), hits)

    def documents(
        self,
        request: Request,
        words: str = "",
        subject: str = "",
        level: str = "",
        region: str = "",
        year: str = "",
        standing: str = "",
        as_of: date | None = None,
        offset: int = 0,
    ) -> dict[str, Any]:
        """The documents that fit, the newest first, a hundred at a time."""
        rows = seen_by(self._library.catalog.snapshot(), key_of(request).role, as_of or today())
        found = chosen(rows, Wanted(words, subject, level, region, year, standing))
        first = max(0, offset)
        return {
            "total": len(found),
            "offset": first,
            "documents": [_particulars(row) for row in found[first : first + MOST]],
        }

    def document(self, request: Request, doc_id: str, as_of: date | None = None) -> dict[str, Any]:
        """A document with its clauses."""
        snapshot = self._library.catalog.snapshot()
        record = snapshot.records.get(doc_id)
        if record is None or record.visibility not in key_of(request).role.visibilities:
            raise Problem(404, "not_found", msg("library_page.no_document", asked_language(request)))
        day = as_of or today()
        units = [one for one in self._library.catalog.clauses(doc_id) if one.parent_id is None]
        row = Row(record, snapshot.validity(doc_id, day))
        return _particulars(row) | {"clauses": [_clause(one) for one in units]}

    def tools(self, request: Request) -> dict[str, Any]:
        """The tools that the key's role may call, with the schema of their arguments."""
        known = tools_for(key_of(request).role).values()
        return {"tools": [{"name": one.name, "about": one.about, "arguments": one.schema()} for one in known]}

    def tool(self, request: Request, name: str, body: Call) -> dict[str, Any]:
        """One call of a tool; `ok` is false where there is no such thing, and `text` says why."""
        session = ToolSession(self._library, Ctx(key_of(request).role, body.as_of), today())
        result = call(session, name, body.arguments)
        return {
            "ok": result.ok,
            "text": result.text,
            "sources": sources_of(session, result, str(request.url.replace(path="/", query=""))),
        }


def sources_of(session: ToolSession, result: Result, base: str) -> dict[str, dict[str, Any]]:
    """token -> what it stands for: the place of a clause, its standing on the day, its words, its page.

    Args:
        base: the address of this service as the caller knows it, with its last slash.
    """
    return {
        session.token(one): {
            "clause_id": one.clause_id,
            "doc_id": one.doc_id,
            "title": one.title,
            "doc_number": one.doc_number,
            "clause": one.label,
            "validity": one.validity.value,
            "text": one.text,
            "url": f"{base}library/clause/{quote(one.clause_id)}",
        }
        for one in result.evidence
    }


def _particulars(row: Row) -> dict[str, Any]:
    record = row.record
    return {
        "doc_id": record.doc_id,
        "title": record.title,
        "doc_number": record.doc_number,
        "issuer": record.issuer,
        "issued_on": record.issued_on,
        "effective_from": record.effective_from,
        "effective_to": record.effective_to,
        "validity": row.validity.value,
        "subject": record.subject,
        "level": record.level,
        "region": record.region,
        "visibility": record.visibility.value,
        "sample": record.sample,
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "clause_id": clause.clause_id,
        "clause": clause.label,
        "path": list(clause.heading_path),
        "page": clause.page,
        "text": clause.text,
    }
