"""`POST /api/feedback/{answer_id}`: what a reader says of an answer of their own session.

It becomes a candidate case (`evals.feedback`), which staff complete and accept, or reject.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from corpus.errors import InputError
from corpus.messages import msg
from evals.candidates import Candidates
from evals.facts import LibraryFacts
from evals.feedback import REASONS, Opinion, Reason, Told, record, withdraw
from ui.web.conversations import Conversations
from ui.web.language import pick_language
from ui.web.shell.access import current
from ui.web.turns import Streams

MAX_REMARK = 500  # characters


class Said(BaseModel):
    """The body of a request; `helpful` null withdraws what was said before."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    helpful: bool | None
    reason: Reason | None = None
    remark: Annotated[str, Field(max_length=MAX_REMARK)] = ""

    @model_validator(mode="after")
    def _agrees(self) -> Said:
        if self.reason is not None and self.helpful is not False:
            raise InputError("feedback.reason_with_helpful")
        return self


def feedback_router(assistant: Streams, conversations: Conversations) -> APIRouter:
    """The one route; its body is limited, and its rate, by the guard."""
    router = APIRouter()

    def told(session: str, answer_id: str, lang: str) -> Told:
        found = conversations.placed(session, answer_id)
        if found is None or found[1].answer is None:
            raise HTTPException(404, msg("feedback.gone", lang))
        conversation, exchange = found
        return Told(
            answer_id=answer_id,
            question=exchange.question,
            history=conversation.history(before=exchange),
            answer=found[1].answer,
            as_of=exchange.as_of,
            day=exchange.day,
            lang=lang,
        )

    def keep(about: Told, said: Said) -> str:
        """Reads and writes the catalog; the key of the message to show."""
        catalog = assistant.library.catalog
        kept = Candidates(catalog.engine)
        if said.helpful is None:
            return withdraw(kept, about.answer_id)
        record(kept, LibraryFacts(catalog), about, Opinion(said.helpful, said.reason, said.remark))
        return "thanks_helpful" if said.helpful else "thanks_unhelpful"

    @router.post("/api/feedback/{answer_id}")
    async def feedback(request: Request, answer_id: str, lang: str = Query("zh")) -> dict[str, Any]:
        lang = pick_language(lang)
        try:
            said = read(await request.body())
        except InputError as error:
            raise HTTPException(422, error.message(lang)) from error
        about = told(current(request).owner, answer_id, lang)
        done = await run_in_threadpool(keep, about, said)
        text = msg(f"feedback.{done}", lang)
        if done == "closed":
            raise HTTPException(409, text)
        return {"helpful": said.helpful, "reason": said.reason, "message": text}

    return router


def read(body: bytes) -> Said:
    """
    Raises:
        InputError: not a JSON object of this form; the first thing that is wrong with it.
    """
    try:
        return Said.model_validate_json(body)
    except ValidationError as error:
        raise _first_fault(error) from error


def _first_fault(error: ValidationError) -> InputError:
    fault = error.errors(include_url=False, include_context=False)[0]
    field = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return InputError("feedback.unknown_field", field=field[:40], fields="、".join(Said.model_fields))
    if fault["type"] == "string_too_long":
        return InputError("feedback.long_remark", limit=MAX_REMARK)
    if field == "reason":
        return InputError("feedback.bad_reason", reasons="、".join(REASONS))
    return InputError(f"feedback.bad_{field}" if field in Said.model_fields else "feedback.bad_body")
