"""What a model's server can do: call tools, or only write. Asked once, of the server itself."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from agent.llm.client import ChatServer, Spent, Unavailable
from agent.llm.writer_settings import WriterSettings
from corpus.errors import StateError

AGAIN = 60.0  # seconds after which a server that did not answer is asked once more
_PROBE = {
    "messages": [
        {"role": "system", "content": "你在自检。请调用工具 ready，参数 word 填“好”。不要写别的。"},
        {"role": "user", "content": "请自检。"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "ready",
                "description": "自检",
                "parameters": {
                    "type": "object",
                    "properties": {"word": {"type": "string"}},
                    "required": ["word"],
                },
            },
        }
    ],
    "tool_choice": "auto",
    "temperature": 0,
    "max_tokens": 512,  # a model that thinks first needs room for it
}


@dataclass(frozen=True, slots=True)
class Mode:
    """`tools`: the model may look things up; `rules`: it words what the rules chose. `reason`: set (by the
    setting), called (the probe's tool), no_call, malformed, or why the server gave no reply."""

    name: Literal["tools", "rules"]
    reason: str


_FOUND: WeakKeyDictionary[ChatServer, tuple[Mode, float]] = WeakKeyDictionary()


def mode_of(server: ChatServer) -> Mode:
    """The mode of a writer's server; the probe is sent the first time that it is asked for."""
    settings = server.settings
    wanted = settings.mode if isinstance(settings, WriterSettings) else "rules"
    if wanted != "auto":
        return Mode(wanted, "set")
    known = _FOUND.get(server)
    if known is not None and time.monotonic() < known[1]:
        return known[0]
    found, lasting = _probed(server)
    _FOUND[server] = found, time.monotonic() + (float("inf") if lasting else AGAIN)
    return found


def _probed(server: ChatServer) -> tuple[Mode, bool]:
    """What the server did with a tool, and whether that says anything about it."""
    try:
        data = server.completion(_PROBE)
    except Unavailable as error:
        return Mode("rules", str(error)), False
    except Spent:
        return Mode("rules", "budget"), False
    except StateError:
        return Mode("rules", "refused"), True  # vLLM without a tool parser answers 400
    reason = _called(data)
    return Mode("tools" if reason == "called" else "rules", reason), True


def _called(data: Any) -> str:
    try:
        message = data["choices"][0]["message"]
    except (LookupError, TypeError):
        return "malformed"
    try:
        function = message["tool_calls"][0]["function"]
        args = json.loads(function["arguments"])
    except (LookupError, TypeError, ValueError):
        return "no_call"
    return "called" if function.get("name") == "ready" and isinstance(args, dict) else "no_call"
