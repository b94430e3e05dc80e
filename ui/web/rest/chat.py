"""OpenAI's chat completions over the assistant: for Open WebUI and whatever else speaks it.

System prompts, tools and sampling of the client change nothing: the assistant answers from the library,
verified. Citations are in the text, as [n] with a list, and as data in the field `zhixun`.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from agent.assistant import HISTORY
from agent.types import Answer, Ctx, Turn
from corpus.errors import ZhixunError
from corpus.messages import msg
from ui.cli.ask import answer_line
from ui.web.rest.access import Gate, Problem, asked_language, key_of, problem_of
from ui.web.rest.routes import LONGEST

MODEL = "zhixun"


class Message(BaseModel):
    """What a client sends; parts that are no text are left out."""

    model_config = ConfigDict(extra="ignore")

    role: str = Field(max_length=20)
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        parts = [part.get("text") for part in self.content or [] if part.get("type") == "text"]
        return "\n".join(part for part in parts if isinstance(part, str))


class Completion(BaseModel):
    """Only what is understood of OpenAI's request. `as_of` is ours: the day to answer for."""

    model_config = ConfigDict(extra="ignore")

    messages: list[Message] = Field(min_length=1, max_length=200)
    model: str = MODEL
    stream: bool = False
    as_of: date | None = None


def chat_router(assistant: Any, gate: Gate) -> APIRouter:
    router = APIRouter(dependencies=[Depends(gate)])
    room = _Room(assistant)
    router.get("/models")(room.models)
    router.post("/chat/completions")(room.complete)
    return router


class _Room:
    def __init__(self, assistant: Any) -> None:
        self._assistant = assistant

    def models(self) -> dict[str, Any]:
        return {
            "object": "list",
            "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "zhixun"}],
        }

    async def complete(self, request: Request, body: Completion) -> Response:
        """An answer at once, or in pieces as server-sent events; nothing unverified is sent either way."""
        lang = asked_language(request)
        question, history = _asked(body, lang)
        ctx = Ctx(key_of(request).role, body.as_of)
        name = f"chatcmpl-{secrets.token_hex(12)}"
        if body.stream:
            events = self._events(request, name, question, ctx, history)
            return StreamingResponse(
                events, media_type="text/event-stream", headers={"cache-control": "no-store"}
            )
        answer = await run_in_threadpool(self._assistant.ask, question, ctx, history)
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": answer.answer + _sources(answer, lang)},
            "finish_reason": "stop",
        }
        usage = answer.usage or {"prompt_tokens": 0, "completion_tokens": 0}
        return JSONResponse(
            {
                "id": name,
                "object": "chat.completion",
                "created": int(time.time()),
                "model": MODEL,
                "choices": [choice],
                "usage": usage | {"total_tokens": sum(usage.values())},
                "zhixun": _extension(answer),
            }
        )

    async def _events(
        self, request: Request, name: str, question: str, ctx: Ctx, history: list[Turn]
    ) -> AsyncIterator[str]:
        lang = asked_language(request)
        yield _chunk(name, {"role": "assistant", "content": ""})
        try:
            async for event in self._assistant.stream(question, ctx, history):
                if event.kind == "token":
                    yield _chunk(name, {"content": event.data["text"]})
                elif event.kind == "final":
                    answer = event.data["answer"]
                    yield _chunk(name, {"content": _sources(answer, lang)})
                    yield _chunk(name, {}, finish="stop", zhixun=_extension(answer))
        except ZhixunError as error:  # the head has been sent: the fault comes as an event
            problem = problem_of(error, request)
            yield f"data: {_dumped({'error': {'message': problem.text, 'code': problem.kind}})}\n\n"
        yield "data: [DONE]\n\n"


def _asked(body: Completion, lang: str) -> tuple[str, list[Turn]]:
    """The last message of the user, and what was said before it.

    Raises:
        Problem: the last message is not the user's, is empty or is too long.
    """
    last = body.messages[-1]
    question = last.text.strip()
    if last.role != "user" or not question:
        raise Problem(400, "no_question", msg("rest.no_question", lang))
    if len(question) > LONGEST:
        text = msg("web.long_question", lang, length=len(question), limit=LONGEST)
        raise Problem(400, "long_question", text)
    turns: list[Turn] = []
    for message in body.messages[:-1]:
        if message.role == "user":
            turns.append(("user", message.text[:20_000]))
        elif message.role == "assistant":
            turns.append(("assistant", message.text[:20_000]))
    return question, turns[-HISTORY:]


def _sources(answer: Answer, lang: str) -> str:
    """The list under the answer, and the notice that Chinese rules on generated text ask for."""
    lines = [
        f"[{one.n}] 《{one.title.strip('《》')}》{one.doc_number or ''} {one.clause or ''}"
        for one in answer.citations
    ]
    head = [f"**{msg('web.sources', lang)}**", ""] if lines else []
    listed = [f"- {line.strip()}" for line in lines]
    notes = [f"> {text}" for text in dict.fromkeys(answer.warnings)]
    return "\n\n" + "\n".join(
        [*notes, *([""] if notes else []), *head, *listed, "", msg("web.ai_label", lang)]
    )


def _extension(answer: Answer) -> dict[str, Any]:
    line = answer_line(None, answer)
    return {name: line[name] for name in ("status", "citations", "warnings", "timings_ms")}


def _chunk(name: str, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
    data = {
        "id": name,
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        **more,
    }
    return f"data: {_dumped(data)}\n\n"


def _dumped(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
