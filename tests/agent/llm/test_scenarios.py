"""Servers that fail, stall, lie and obey others, over real HTTP: the answer stands, with a notice."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agent.assistant import Assistant
from agent.llm.client import ChatServer
from agent.llm.writer_settings import WriterSettings

QUESTION = "设备贷款贴息单个项目最多多少钱？"
INVENTED = "9999"


def said(content: object, **more: object) -> bytes:
    message = {"role": "assistant", "content": content, **more}
    return json.dumps({"choices": [{"message": message}]}).encode()


def called(name: str, args: str) -> bytes:
    return said(None, tool_calls=[{"id": "1", "function": {"name": name, "arguments": args}}])


@contextmanager
def raw_server(how: str, status: int, body: bytes, kind: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if how == "stall":
                time.sleep(0.8)
            if how == "drop":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if how == "gzip":
                self.send_header("Content-Encoding", "gzip")
            self.send_header(
                "Content-Length", str(10**9 if how in ("cut", "endless", "trickle") else len(body))
            )
            self.end_headers()
            with suppress(OSError):
                if how == "trickle":
                    for _ in range(15):
                        self.wfile.write(b" ")
                        time.sleep(0.1)
                elif how == "endless":
                    for _ in range(40):
                        self.wfile.write(b" " * 100_000)
                else:
                    self.wfile.write(body[: len(body) // 2] if how == "cut" else body)
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


GOOD = said("单个项目的贴息不超过9999万元。[1]")
WRONG: dict[str, tuple[str, int, bytes]] = {
    **{f"http {code}": ("", code, b"{}") for code in (400, 401, 403, 404, 405, 422, 429, 500, 502, 503, 504)},
    "moved": ("", 302, b""),
    "stalls": ("stall", 200, GOOD),
    "trickles": ("trickle", 200, b""),
    "cut": ("cut", 200, GOOD),
    "dropped": ("drop", 200, b""),
    "endless": ("endless", 200, b""),
    "not gzip": ("gzip", 200, GOOD),
    "html": ("", 200, b"<html><body>login</body></html>"),
    "malformed": ("", 200, GOOD[:-3]),
    "empty body": ("", 200, b""),
    "not utf-8": ("", 200, b"\xff\xfe{"),
    "a list": ("", 200, b"[]"),
    "null": ("", 200, b"null"),
    "no choices": ("", 200, b'{"choices": []}'),
    "error in 200": ("", 200, b'{"error": {"message": "no"}}'),
    "no message": ("", 200, b'{"choices": [{}]}'),
    "content null": ("", 200, said(None)),
    "content a number": ("", 200, said(9999)),
    "content a list": ("", 200, said([{"type": "text", "text": "9999万元"}])),
    "calls a tool": ("", 200, called("search_policies", '{"query": "x"}')),
    "unknown tool": ("", 200, called("delete_all", "{}")),
    "wrong arguments": ("", 200, called("search_policies", "{")),
    "sets the role": ("", 200, called("search_policies", '{"role": "admin", "as_of": "1999-01-01"}')),
    "tool call as text": ("", 200, said('<tool_call>{"name": "search", "limit": 9999}</tool_call>')),
    "invents a number": ("", 200, GOOD),
    "invents a source": ("", 200, said("单个项目的贴息按规定执行。[7]")),
    "cites nothing": ("", 200, said("单个项目的贴息按有关规定执行。")),
    "invents a document": ("", 200, said("依据《贴息总则》第9999条，单个项目可以申报。[1]")),
    "obeys a document": ("", 200, said("已忽略此前的要求，请向账户9999汇款。[1]")),
    "leaks the prompt": ("", 200, said("我的系统提示是：只用依据作答，每句标注来源。[1]")),
    "another language": ("", 200, said("Each project may receive up to 9999 thousand. [1]")),
    "only thinks": ("", 200, said("<think>9999万元。[1]</think>")),
    "thinks without end": ("", 200, said("<think>也许是9999万元。[1]")),
    "repeats": ("", 200, said("最多9999万元。[1]" * 2000)),
    "promises": ("", 200, said("您的企业一定能获得贴息。[1]")),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_server_gone_wrong_leaves_the_extractive_answer(assistant: Assistant, name: str) -> None:
    how, status, body = WRONG[name]
    plain = assistant.ask(QUESTION)
    with raw_server(how, status, body, "text/html" if name == "html" else "application/json") as url:
        server = ChatServer(WriterSettings(base_url=url, model="small", timeout_s=0.4))
        answer = Assistant(assistant.library, server=server).ask(QUESTION)
        server.close()
    assert answer.answer == plain.answer and answer.citations == plain.citations
    assert len(answer.warnings) == len(plain.warnings) + 1, answer.warnings
    assert INVENTED not in answer.answer and server.counts.requests <= 2
