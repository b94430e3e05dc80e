"""A model that streams: what has passed is shown while it writes, what has not never is."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from agent.assistant import Assistant
from agent.llm.client import ChatServer
from agent.llm.writer_settings import WriterSettings
from agent.types import Event
from tests.agent.llm.test_looking import serving

QUESTION = "设备贷款贴息单个项目最多多少钱？"
GOOD = "单个项目贴息不超过600万元。[1]"
LIE = "单个企业贴息不超过9999万元。[1]"


def streaming(
    *texts: str, end: str | None = "stop", done: bool = True, wait: float = 0.0
) -> Callable[[BaseHTTPRequestHandler], None]:
    """A reply in pieces of three characters, a wait after each text."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        handler.end_headers()

        def event(data: object) -> None:
            handler.wfile.write(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode())
            handler.wfile.flush()

        for text in texts:
            for at in range(0, len(text), 3):
                event({"choices": [{"index": 0, "delta": {"content": text[at : at + 3]}}]})
            time.sleep(wait)
        if end is not None:
            event({"choices": [{"index": 0, "delta": {}, "finish_reason": end}]})
            event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})
        if done:
            event("[DONE]")
        handler.close_connection = True

    return reply


def events(
    assistant: Assistant, reply: Callable[[BaseHTTPRequestHandler], None]
) -> list[tuple[float, Event]]:
    async def run(asker: Assistant) -> list[tuple[float, Event]]:
        began = time.monotonic()
        return [(time.monotonic() - began, event) async for event in asker.stream(QUESTION)]

    with serving([reply]) as (url, _):
        server = ChatServer(WriterSettings(base_url=url, model="small", timeout_s=3))
        found = asyncio.run(run(Assistant(assistant.library, server=server)))
        server.close()
    return found


def test_a_sentence_is_shown_when_it_has_passed(assistant: Assistant) -> None:
    found = events(assistant, streaming(GOOD, "单个项目贴息最多600万元。[1]", wait=0.6))
    kinds = [event.kind for _, event in found]
    first = kinds.index("sentence")
    assert found[first][1].data["text"] == "单个项目贴息不超过600万元。"
    assert found[-1][0] - found[first][0] > 0.4  # while the model was still writing
    assert kinds.index("reset") < kinds.index("token") and kinds[-1] == "final"
    answer = found[-1][1].data["answer"]
    assert answer.answer.startswith("单个项目贴息不超过600万元。[1]")
    assert answer.usage == {"prompt_tokens": 7, "completion_tokens": 3}


@pytest.mark.parametrize("texts", [(LIE, GOOD), (GOOD, LIE, GOOD), (f"<think>{LIE}</think>", GOOD)])
def test_what_does_not_pass_is_never_shown(assistant: Assistant, texts: tuple[str, ...]) -> None:
    found = events(assistant, streaming(*texts))
    answer = found[-1][1].data["answer"]
    shown = [str(event.data.get("text", "")) for _, event in found]
    assert "9999" not in "".join([*shown, answer.answer, *answer.warnings])


@pytest.mark.parametrize(
    "reply",
    [
        streaming(GOOD, end=None, done=False),  # the connection ends in the middle
        streaming("<think>", "x" * 300, end="length"),
        streaming(LIE),
        streaming(),
    ],
    ids=["cut", "thinks to the end", "lies", "nothing"],
)
def test_a_stream_gone_wrong_ends_in_the_extractive_answer(
    assistant: Assistant, reply: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    plain = assistant.ask(QUESTION)
    answer = events(assistant, reply)[-1][1].data["answer"]
    assert answer.answer == plain.answer and len(answer.warnings) == len(plain.warnings) + 1


def test_a_stream_without_a_reason_is_whole_at_its_end_mark(assistant: Assistant) -> None:
    answer = events(assistant, streaming(GOOD, end=None))[-1][1].data["answer"]
    assert answer.answer == GOOD
