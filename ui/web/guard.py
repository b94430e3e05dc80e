"""The guard in front of every request: an ASGI middleware that knows what a browser may ask for.

Gradio's own routes are many and were made for trusted users (docs/web.md, "Security"), so the
mounted app is reached only through an allow-list. The guard also ties Gradio's `session_hash`,
which the client chooses, to the browser's cookie; refuses file references in event data; limits
size and rate; and sets the security headers.
"""

from __future__ import annotations

import json
import logging
import math
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.messages import msg
from ui.web.limits import RateLimiter
from ui.web.settings import WebSettings

log = logging.getLogger("zhixun.web")

COOKIE = "zx_session"
SESSION = "zx_session"  # key in the ASGI scope
_SESSION_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_HASH_SHAPE = re.compile(r"[A-Za-z0-9]{1,64}")

_MOUNT = r"/chat/(?:zh|en)"
_GET = re.compile(
    rf"/|/healthz|/favicon\.ico|/static-zx/[A-Za-z0-9_.-]+|/chat/?|{_MOUNT}/?"
    rf"|/api/(?:cite/[A-Za-z0-9_-]+/\d{{1,3}}|doc/[A-Za-z0-9_.:-]+|answer/[A-Za-z0-9_-]+/text|library)"
    rf"|{_MOUNT}/(?:theme\.css|config|manifest\.json|(?:static|assets|svelte)/[A-Za-z0-9_./@+-]+)"
    rf"|{_MOUNT}/gradio_api/(?:startup-events|app_id|queue/data|heartbeat/[A-Za-z0-9]+)"
)
_FEEDBACK = re.compile(r"/api/feedback/[A-Za-z0-9_-]{1,64}")
_FEEDBACK_BODY = 16_384  # bytes: a remark of 500 characters, every one escaped, and the rest
_POST = re.compile(rf"{_MOUNT}/gradio_api/(?:queue/join|run/predict|cancel|reset)|{_FEEDBACK.pattern}")
# The staff pages (ui/web/staff): forms, not JSON; nothing of Gradio.
_RUN = r"[\w+.-]{1,120}"
_STAFF_GET = re.compile(
    rf"/staff(?:/(?:login|evals(?:/(?:progress|compare|gate|coverage|candidates(?:/(?:clauses|\d{{1,9}}))?"
    rf"|runs/{_RUN}(?:/(?:report|case))?))?))?"
)
_STAFF_POST = re.compile(
    rf"/staff/(?:login|logout|evals/(?:start|stop|runs/{_RUN}/resume|candidates/\d{{1,9}}))"
)
_LIMITED = re.compile(rf"{_MOUNT}/gradio_api/(?:queue/join|run/predict)|{_FEEDBACK.pattern}")
_HEARTBEAT = re.compile(rf"{_MOUNT}/gradio_api/heartbeat/")

_HEADERS = {
    # Gradio needs inline scripts and eval; the defence against injected markup is that all text
    # from documents, models and users is escaped (ui/web/render.py). Nothing may leave this host.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


# Our own pages need no inline script. A run's report is one file with its script in it; it is shut in
# a sandbox of no origin, since it is made of answers and documents.
_STAFF_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)


def _policy(path: str, staff: bool) -> str:
    if not staff or not re.match(r"/staff(?:/|$)", path):
        return _HEADERS["content-security-policy"]
    return _REPORT_POLICY if path.endswith("/report") else _STAFF_POLICY


class Refusal(Exception):
    """The request goes no further. `key` is a message of the room `web`."""

    def __init__(self, status: int, key: str, **params: Any) -> None:
        super().__init__(status, key)
        self.status = status
        self.key = key
        self.params = params


class Guard:
    """`app.add_middleware(Guard, settings=...)`; after it, `scope[SESSION]` names the browser."""

    def __init__(self, app: ASGIApp, settings: WebSettings, staff: bool = False) -> None:
        self._app = app
        self._settings = settings
        self._staff = staff  # without staff pages their addresses are like any unknown one
        self._per_session = RateLimiter(settings.rate, settings.burst)
        self._per_address = RateLimiter(settings.address_rate, settings.address_burst)
        self._owners: OrderedDict[str, str] = OrderedDict()  # session_hash -> session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        session, fresh = _session(headers.get("cookie", ""))
        scope[SESSION] = session
        send = self._with_headers(send, session if fresh else None, scope)
        try:
            self._check_route(scope["method"], scope["path"])
            if scope["method"] == "POST":
                if fresh:  # the page sets the cookie; without it nothing could be owned
                    raise Refusal(403, "web.refused_session")
                receive = await self._check_post(scope, headers, receive, session)
            else:
                query = parse_qs(scope["query_string"].decode("latin-1"))
                self._check_hashes(query.get("session_hash", []), session)
        except Refusal as refusal:
            await _refuse(send, refusal, _language(scope))
            return
        if _HEARTBEAT.match(scope["path"]):
            # One open heartbeat a tab would use up the browser's six connections to this host.
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._app(scope, receive, send)

    def _check_route(self, method: str, path: str) -> None:
        allowed = {"GET": _GET, "HEAD": _GET, "POST": _POST}.get(method)
        if allowed is not None and ".." not in path:
            if allowed.fullmatch(path):
                return
            if self._staff and (_STAFF_POST if method == "POST" else _STAFF_GET).fullmatch(path):
                return
        raise Refusal(404, "web.refused_route")

    async def _check_post(
        self, scope: Scope, headers: dict[str, str], receive: Receive, session: str
    ) -> Receive:
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            raise Refusal(403, "web.refused_session")
        if _LIMITED.fullmatch(scope["path"]):
            address = scope["client"][0] if scope.get("client") else "?"
            wait = max(self._per_session.take(session), self._per_address.take(address))
            if wait:
                raise Refusal(429, "web.refused_rate", seconds=math.ceil(wait))
        short = _FEEDBACK.fullmatch(scope["path"]) is not None
        limit = min(_FEEDBACK_BODY, self._settings.max_body) if short else self._settings.max_body
        body = await _read_body(receive, headers, limit)
        if scope["path"].startswith("/staff/"):
            return _replay(body, receive)
        data = _json_object(body)
        if _has_file_reference(data):
            raise Refusal(400, "web.refused_body")
        if "session_hash" in data:
            self._check_hashes([data["session_hash"]], session)
        return _replay(body, receive)

    def _check_hashes(self, hashes: Iterable[Any], session: str) -> None:
        """The first browser that uses a session_hash owns it; Gradio lets the client choose it."""
        for value in hashes:
            if not isinstance(value, str) or not _HASH_SHAPE.fullmatch(value):
                raise Refusal(403, "web.refused_session")
            if self._owners.setdefault(value, session) != session:
                raise Refusal(403, "web.refused_session")
            self._owners.move_to_end(value)
        while len(self._owners) > 20_000:
            self._owners.popitem(last=False)

    def _with_headers(self, send: Send, cookie: str | None, scope: Scope) -> Send:
        headers = _HEADERS | {"content-security-policy": _policy(scope["path"], self._staff)}
        extra = [(name.encode(), value.encode()) for name, value in headers.items()]
        if cookie is not None:
            secure = "; Secure" if self._settings.secure_cookie or scope.get("scheme") == "https" else ""
            value = f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax{secure}"
            extra.append((b"set-cookie", value.encode()))
        if not re.match(rf"/static-zx/|{_MOUNT}/(?:static|assets)/", scope["path"]):
            extra.append((b"cache-control", b"no-store"))

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in extra if name != b"set-cookie"}
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in ours]
                message = {**message, "headers": kept + extra}
            await send(message)

        return sender


def _session(cookie_header: str) -> tuple[str, bool]:
    """The browser's session id, and whether it is new. 256 random bits, so it cannot be guessed."""
    try:
        morsel = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        morsel = None
    if morsel is not None and _SESSION_SHAPE.fullmatch(morsel.value):
        return morsel.value, False
    return secrets.token_urlsafe(32), True


async def _read_body(receive: Receive, headers: dict[str, str], limit: int) -> bytes:
    if _number(headers.get("content-length")) > limit:
        raise Refusal(413, "web.refused_size")
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += message.get("body", b"")
        if len(body) > limit:
            raise Refusal(413, "web.refused_size")
        if not message.get("more_body"):
            return body


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "web.refused_body") from error
    if not isinstance(data, dict):
        raise Refusal(400, "web.refused_body")
    return data


def _has_file_reference(value: Any) -> bool:
    """No event of ours takes a file, so a FileData anywhere in the data is an attack."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if item.get("_type") == "gradio.FileData" or ("path" in item and "meta" in item):
                return True
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _language(scope: Scope) -> str | None:
    """The page's language, or that of `?lang=`; None: the default."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])
    return "en" if scope["path"].startswith("/chat/en/") or asked[0] == "en" else None


async def _refuse(send: Send, refusal: Refusal, lang: str | None) -> None:
    text = msg(refusal.key, lang, **refusal.params)
    body = json.dumps({"detail": text, "error": text}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    if refusal.status == 429:
        headers.append((b"retry-after", str(refusal.params["seconds"]).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() else 0
