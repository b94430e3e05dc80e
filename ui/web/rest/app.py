"""The applications for programs, each with its errors in the form that its clients expect."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from corpus.errors import InputError, ZhixunError
from corpus.messages import msg
from ui.accounts import Keys
from ui.web.rest.access import Gate, Problem, asked_language, problem_of
from ui.web.rest.chat import chat_router
from ui.web.rest.mcp import Mcp
from ui.web.rest.routes import rest_router

log = logging.getLogger("zhixun.web")
Shape = Callable[[Problem], JSONResponse]


@dataclass(frozen=True, slots=True)
class Programs:
    """What programs are served with; one key counts for all of it together."""

    rest: FastAPI  # at /api/v1
    chat: FastAPI  # at /v1
    mcp: Mcp  # at /mcp


def programs_app(assistant: Any, keys: Keys) -> Programs:
    """The interfaces over an `agent.Assistant`."""
    gate = Gate(keys)
    rest = FastAPI(title="智询 Zhixun", version="1", docs_url=None, redoc_url=None)
    rest.include_router(rest_router(assistant, gate))
    _errors(rest, _problem_json)
    chat = FastAPI(title="智询 Zhixun", docs_url=None, redoc_url=None, openapi_url=None)
    chat.include_router(chat_router(assistant, gate))
    _errors(chat, _openai_error)
    return Programs(rest, chat, Mcp(assistant.library, gate, _problem_json))


def _errors(app: FastAPI, shape: Shape) -> None:
    async def told(request: Request, error: Exception) -> JSONResponse:
        return shape(_problem(request, error))

    for kind in (Problem, ZhixunError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, told)


def _problem(request: Request, error: Exception) -> Problem:
    lang = asked_language(request)
    if isinstance(error, Problem):
        return error
    if isinstance(error, InputError):
        return problem_of(error, request)
    if isinstance(error, RequestValidationError):
        faults = "；".join(
            f"{'.'.join(str(part) for part in one['loc'][1:]) or 'body'}: {one['msg']}"
            for one in error.errors()[:5]
        )
        return Problem(422, "invalid_request", msg("rest.invalid", lang, faults=faults))
    if isinstance(error, HTTPException):
        return Problem(error.status_code, "not_found" if error.status_code == 404 else "refused",
                       msg("rest.no_address", lang))  # fmt: skip
    code = secrets.token_hex(3)
    log.error("a program's request failed, code %s", code, exc_info=error)
    return Problem(500, "failed", msg("web.failed", lang, code=code))


def _headers(problem: Problem) -> dict[str, str]:
    headers = {"cache-control": "no-store"}
    if problem.wait:
        headers["retry-after"] = str(problem.wait)
    if problem.allow:
        headers["allow"] = problem.allow
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    return headers


def _problem_json(problem: Problem) -> JSONResponse:
    """RFC 9457."""
    return JSONResponse(
        {"type": f"urn:zhixun:{problem.kind}", "title": problem.text, "status": problem.status},
        problem.status,
        _headers(problem),
        "application/problem+json",
    )


def _openai_error(problem: Problem) -> JSONResponse:
    kinds = {401: "authentication_error", 429: "rate_limit_error", 500: "api_error"}
    kind = kinds.get(problem.status, "invalid_request_error")
    error = {"message": problem.text, "type": kind, "param": None, "code": problem.kind}
    return JSONResponse({"error": error}, problem.status, _headers(problem))
