"""A model that looks things up with the agent's tools, where the rules found nothing.

It chooses what to look for, and nothing else: what it says is dropped, and what its calls brought is judged
by the rules like any other evidence (`agent.steps.look`). So it can invent neither source nor figure.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import openai
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.llm.client import LARGEST, ChatServer, Unavailable
from agent.llm.writer_settings import WriterSettings
from agent.tools.registry import langchain_tools
from agent.tools.session import ToolSession
from corpus.messages import msg

log = logging.getLogger(__name__)

PROMPT = "look.v1"
ROUNDS = 4
CALLS = 4  # a round
LONGEST = 6000  # characters of a tool's answer that the model reads
MAX_TOKENS = 700
_SEARCH = "search_policies"

Tell = Callable[[str], None]


@dataclass(slots=True)
class Looked:
    """What was looked for, in the words of the searches, and every call with its arguments."""

    queries: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)


def look_up(question: str, session: ToolSession, server: ChatServer, tell: Tell) -> Looked:
    """Lets the model call tools until it has nothing more to call, or the rounds or the time are used up;
    the evidence stands in `session.sources`.

    Args:
        tell: is given a few words on each call as it is made.

    Raises:
        Unavailable: the server failed, or its reply is of no form that can be read.
    """
    settings = server.settings
    assert isinstance(settings, WriterSettings)
    ends = time.monotonic() + settings.look_s
    tools = {one.name: one for one in langchain_tools(session)}
    model = _model(server, ends).bind_tools(list(tools.values()))
    said: list[BaseMessage] = [SystemMessage(_prompt()), HumanMessage(f"<问题>\n{_inert(question)}\n</问题>")]
    looked = Looked()
    for _ in range(ROUNDS):
        reply = _asked(model, said, server)
        said.append(reply)
        if not reply.tool_calls and not reply.invalid_tool_calls:
            break
        said += [_answered(call, tools, looked, tell) for call in reply.tool_calls[:CALLS]]
        said += [_not_made(str(one["id"])) for one in reply.tool_calls[CALLS:]]
        said += [_not_made(str(one["id"])) for one in reply.invalid_tool_calls]
    return looked


def _asked(model: Any, said: list[BaseMessage], server: ChatServer) -> AIMessage:
    """One reply. Whatever a server can send in place of one counts as unavailable."""
    server.counts.requests += 1
    try:
        reply = model.invoke(said)
    except openai.APITimeoutError as error:
        raise Unavailable("timeout") from error
    except openai.APIStatusError as error:
        raise Unavailable(f"http_{error.status_code}") from error
    except openai.APIConnectionError as error:
        cause = error.__cause__
        raise Unavailable(
            "timeout" if isinstance(cause, httpx2.TimeoutException) else "connection"
        ) from error
    except (openai.OpenAIError, ValueError, LookupError, TypeError, AttributeError) as error:
        log.info("a model's reply could not be read: %s", type(error).__name__)
        raise Unavailable("malformed") from error
    if not isinstance(reply, AIMessage):
        raise Unavailable("malformed")
    if usage := reply.usage_metadata:
        server.counts.prompt_tokens += usage["input_tokens"]
        server.counts.completion_tokens += usage["output_tokens"]
    return reply


def _answered(call: Any, tools: dict[str, Any], looked: Looked, tell: Tell) -> ToolMessage:
    """The answer to one call: of a tool of this role, not made before."""
    name, args = call["name"], call["args"]
    made = {"name": name, "args": args}
    if name not in tools:
        return _told(call["id"], msg("tools.unknown", name=name[:60], known="、".join(tools)))
    if made in looked.calls:
        return _told(call["id"], msg("llm.same_call"))
    looked.calls.append(made)
    words = "，".join(str(value)[:40] for value in args.values() if isinstance(value, str | int))
    tell(f"{name}：{words}" if words else name)
    answer = tools[name].invoke({"type": "tool_call", "id": call["id"], "name": name, "args": args})
    if name == _SEARCH and isinstance(query := args.get("query"), str) and answer.artifact:
        looked.queries.append(query)
    return _told(call["id"], str(answer.content))


def _told(call_id: str | None, text: str) -> ToolMessage:
    """Text as data between markers that it cannot close."""
    return ToolMessage(f"<资料>\n{_inert(text[:LONGEST])}\n</资料>", tool_call_id=call_id or "")


def _not_made(call_id: str) -> ToolMessage:
    return _told(call_id, msg("llm.call_not_made"))


def _inert(text: str) -> str:
    return text.replace("<", "〈").replace(">", "〉")


@cache
def _prompt() -> str:
    path = Path(__file__).parent.parent / "prompts" / f"{PROMPT}.md"
    return path.read_text(encoding="utf-8")


def _model(server: ChatServer, ends: float) -> Any:
    from langchain_openai import ChatOpenAI

    settings = server.settings
    key = settings.api_key.get_secret_value() if settings.api_key else "none"
    client = openai.DefaultHttpxClient(
        transport=_Bounded(ends, settings.timeout_s), timeout=settings.timeout_s, trust_env=False
    )
    options: dict[str, Any] = {
        "model": server.model,
        "base_url": server.url,
        "api_key": key,
        "http_client": client,
        "temperature": 0,
        "max_retries": 0,
        "use_responses_api": False,
        "extra_body": {"max_tokens": MAX_TOKENS},  # the older name of it, which every server knows
    }
    return ChatOpenAI(**options)


class _Bounded(httpx2.HTTPTransport):
    """Whole replies within a time and a size: a read timeout alone starts anew with every byte.

    Args:
        ends: on the monotonic clock, for all requests together.
        each: seconds of one request.
    """

    def __init__(self, ends: float, each: float) -> None:
        super().__init__()
        self._ends = ends
        self._each = each

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        ends = min(self._ends, time.monotonic() + self._each)
        left = ends - time.monotonic()
        if left <= 0:
            raise httpx2.ReadTimeout("no time left", request=request)
        request.extensions = {**request.extensions, "timeout": dict.fromkeys(_TIMEOUTS, left)}
        response = super().handle_request(request)
        read = bytearray()
        try:
            for piece in response.iter_raw():
                read += piece
                if len(read) > LARGEST:
                    raise httpx2.ReadError("reply without end", request=request)
                if time.monotonic() > ends:
                    raise httpx2.ReadTimeout("reply not complete in time", request=request)
        finally:
            response.close()
        return httpx2.Response(
            response.status_code, headers=response.headers, content=bytes(read), request=request
        )


_TIMEOUTS = ("connect", "read", "write", "pool")


def shown(looked: Looked) -> dict[str, object]:
    """The calls as an answer's list of tools shows them."""
    return {"name": "look", "args": {"prompt": PROMPT, "calls": json.loads(json.dumps(looked.calls))}}
