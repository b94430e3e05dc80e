"""A small OpenAI-compatible server that judges by a fixed rule, or writes what a test tells it to, and
can fail in the usual ways."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What the server does: `steps` are taken one a request, then it judges by its rule.

    Steps: "429", "500", "401", "slow" (longer than the client waits), "text" (no JSON), "range" (a
    fluency of 9), "body" (no completion at all), "fenced" (a right verdict inside a code fence).
    """

    steps: list[str] = field(default_factory=list)
    always: str | None = None
    content: Callable[[str], str] | None = None  # the reply to a prompt; None: a verdict by the rule
    retry_after: str | None = None
    served_as: str | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


def rule(prompt: str) -> dict[str, Any]:
    """Full support if every figure of the answer stands in the evidence and most of its characters do,
    none if hardly any character does or a figure is missing and nothing else is; fluency by repeats."""
    parts = {tag: re.search(rf"<{tag}>(.*?)</{tag}>", prompt, re.DOTALL) for tag in ("证据", "答案")}
    evidence, answer = (match.group(1) if match else "" for match in (parts["证据"], parts["答案"]))
    answer = re.sub(r"\[\d+\]", "", answer)
    figures = re.findall(r"\d+(?:\.\d+)?", answer)
    missing = [figure for figure in figures if figure not in evidence]
    characters = [char for char in answer if "\u4e00" <= char <= "\u9fff"]
    shared = sum(char in evidence for char in characters) / max(1, len(characters))
    support = "full" if not missing and shared > 0.8 else "none" if shared < 0.5 else "partial"
    repeats = len(re.findall(r"(.{2,8})\1", answer))
    return {"support": support, "fluency": 2 if repeats else 5, "reason": f"{shared:.2f}"}


@contextmanager
def judging_server(script: Script) -> Iterator[str]:
    """Serves on a free port; gives the base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append(body)
            script.keys.append(self.headers.get("Authorization"))
            step = script.steps.pop(0) if script.steps else script.always
            if step in ("429", "500", "401"):
                self._send(int(step), {"error": {"message": "no"}})
                return
            if step == "slow":
                time.sleep(0.6)
            prompt = body["messages"][-1]["content"]
            told = script.content
            verdict = told(prompt) if told else json.dumps(rule(prompt), ensure_ascii=False)
            content = {
                "text": "我认为答案很好。",
                "range": '{"support": "full", "fluency": 9}',
                "fenced": f"好的：\n```json\n{verdict}\n```",
            }.get(step or "", verdict)
            choices = [] if step == "body" else [{"message": {"role": "assistant", "content": content}}]
            usage = {"prompt_tokens": 100, "completion_tokens": 20}
            self._send(200, {"model": script.served_as or body["model"], "choices": choices, "usage": usage})

        def _send(self, status: int, data: dict[str, Any]) -> None:
            payload = json.dumps(data).encode()
            try:
                self.send_response(status)
                if status == 429 and script.retry_after is not None:
                    self.send_header("Retry-After", script.retry_after)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)
            except (BrokenPipeError, ConnectionResetError):
                return  # the client has given up waiting

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
