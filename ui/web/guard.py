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
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.messages import msg
from ui.accounts import Session
from ui.web import embed
from ui.web.embed import Embedding
from ui.web.limits import RateLimiter
from ui.web.rules import MOUNT, Rules, rules_for
from ui.web.settings import WebSettings

log = logging.getLogger("zhixun.web")

COOKIE = "zx_session"
SIGNED_IN = "zx_signed"  # the cookie of a signed-in session
SESSION = "zx_session"  # keys in the ASGI scope
WHO = "zx_who"
_SESSION_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_HASH_SHAPE = re.compile(r"[A-Za-z0-9]{1,64}")

_GET = re.compile(
    rf"{MOUNT}/?|{MOUNT}/(?:theme\.css|config|manifest\.json|(?:static|assets|svelte)/[A-Za-z0-9_./@+-]+)"
    rf"|{MOUNT}/gradio_api/(?:startup-events|app_id|queue/data|heartbeat/[A-Za-z0-9]+)"
)
_POST = re.compile(rf"{MOUNT}/gradio_api/(?:queue/join|run/predict|cancel|reset)")
_MOUNTED = re.compile(rf"{MOUNT}(?:/|$)")
_HEARTBEAT = re.compile(rf"{MOUNT}/gradio_api/heartbeat/")

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Refusal(Exception):
    """The request goes no further. `key` is a message of the room `web`."""

    def __init__(self, status: int, key: str, **params: Any) -> None:
        super().__init__(status, key)
        self.status = status
        self.key = key
        self.params = params


class Guard:
    """`app.add_middleware(Guard, settings=...)`; after it, `scope[SESSION]` names the browser and
    `scope[WHO]` the person, if one has signed in there.

    Args:
        find_session: the signed-in session of a cookie in a browser, or None.
    """

    def __init__(
        self, app: ASGIApp, settings: WebSettings, find_session: Callable[[str, str], Session | None]
    ) -> None:
        self._app = app
        self._settings = settings
        self._find_session = find_session
        self._embedding = Embedding(settings.embed_origins)
        self._hosts = frozenset(filter(None, re.split(r"[\s,]+", settings.hosts.lower())))
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
        path, rules = scope["path"], rules_for(scope["path"])
        if embedded := self._embedding.holds(path):
            path = path.removeprefix(embed.PREFIX)
            rules = self._embedding.rules(path)
            scope["root_path"] = embed.PREFIX
        session, fresh = _session(headers.get("cookie", ""), embed.COOKIE if embedded else COOKIE)
        scope[SESSION] = session
        scope[WHO] = None
        new_cookie = session if fresh and not rules.keyed else None
        send = self._with_headers(send, new_cookie, scope, rules)
        try:
            self._check_host(headers.get("host", ""))
            if embedded and not self._embedding.allows(path):
                raise Refusal(404, "web.embed_off" if not self._embedding.origins else "web.refused_route")
            self._check_route(scope["method"], path, rules)
            if not (fresh or embedded or rules.keyed or rules.cached):
                scope[WHO] = await self._who(headers.get("cookie", ""), session)
            if scope["method"] == "POST":
                if fresh and not rules.keyed:  # the page sets the cookie; without it nothing could be owned
                    raise Refusal(403, "web.refused_session")
                receive = await self._check_post(scope, headers, receive, session, rules)
            else:
                query = parse_qs(scope["query_string"].decode("latin-1"))
                self._check_hashes(query.get("session_hash", []), session)
            if _HEARTBEAT.match(path):
                # One open heartbeat a tab would use up the browser's six connections to this host.
                await send({"type": "http.response.start", "status": 204, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
            await self._app(scope, receive, send)
        except Refusal as refusal:
            await _refuse(send, refusal, _language(scope, path))

    async def _who(self, cookies: str, session: str) -> Session | None:
        key = _cookie(cookies, SIGNED_IN)
        return await run_in_threadpool(self._find_session, key, session) if key else None

    def _check_host(self, host: str) -> None:
        """Only by the names of the setting: a page that rebinds its own name to our address gets nothing."""
        name = host.lower() if host.endswith("]") else host.lower().rpartition(":")[0] or host.lower()
        if self._hosts and name not in self._hosts:
            raise Refusal(421, "web.refused_host")

    def _check_route(self, method: str, path: str, rules: Rules) -> None:
        """Of Gradio's routes only those on the list; all others are our own, and the router knows them."""
        if ".." not in path:
            if not _MOUNTED.match(path):
                if rules.keyed or method in ("GET", "HEAD", "POST"):
                    return
            elif (_POST if method == "POST" else _GET).fullmatch(path) and method in ("GET", "HEAD", "POST"):
                return
        raise Refusal(404, "web.refused_route")

    async def _check_post(
        self, scope: Scope, headers: dict[str, str], receive: Receive, session: str, rules: Rules
    ) -> Receive:
        origin = headers.get("origin")
        if not rules.keyed and origin is not None and urlsplit(origin).netloc != headers.get("host"):
            raise Refusal(403, "web.refused_session")
        if rules.limited:
            address = scope["client"][0] if scope.get("client") else "?"
            wait = max(self._per_session.take(session), self._per_address.take(address))
            if wait:
                raise Refusal(429, "web.refused_rate", seconds=math.ceil(wait))
        limit = rules.max_body or self._settings.max_body
        if rules.body == "form":
            if _number(headers.get("content-length")) > limit:
                raise Refusal(413, "web.refused_size")
            return _counted(receive, limit)
        body = await _read_body(receive, headers, limit)
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

    def _with_headers(self, send: Send, cookie: str | None, scope: Scope, rules: Rules) -> Send:
        headers = _HEADERS | {"content-security-policy": rules.policy}
        if rules.framed:  # the policy says by whom; this older header cannot name several
            del headers["x-frame-options"]
        if rules.shared:
            headers["cross-origin-resource-policy"] = "cross-origin"
        extra = [(name.encode(), value.encode()) for name, value in headers.items()]
        if cookie is not None:
            secure = "; Secure" if self._settings.secure_cookie or scope.get("scheme") == "https" else ""
            value = f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax{secure}"
            if rules.framed:  # another site's frame has no other cookies; each site's frames have their own
                path = f"Path={embed.PREFIX}; HttpOnly; Secure; SameSite=None; Partitioned"
                value = f"{embed.COOKIE}={cookie}; {path}"
            extra.append((b"set-cookie", value.encode()))
        if not rules.cached:
            extra.append((b"cache-control", b"no-store"))

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in extra if name != b"set-cookie"}
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in ours]
                message = {**message, "headers": kept + extra}
            await send(message)

        return sender


def _session(cookie_header: str, name: str) -> tuple[str, bool]:
    """The browser's session id, and whether it is new. 256 random bits, so it cannot be guessed."""
    value = _cookie(cookie_header, name)
    return (value, False) if value else (secrets.token_urlsafe(32), True)


def _cookie(header: str, name: str) -> str | None:
    """A cookie of ours, if it is there and has the shape that we gave it."""
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return morsel.value if morsel is not None and _SESSION_SHAPE.fullmatch(morsel.value) else None


def _counted(receive: Receive, limit: int) -> Receive:
    """A body that is refused as soon as it has grown over its limit; nothing of it is held here."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise Refusal(413, "web.refused_size")
        return message

    return counted


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


def _language(scope: Scope, path: str) -> str | None:
    """The page's language, or that of `?lang=`; None: the default."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])
    return "en" if path.startswith("/chat/en/") or asked[0] == "en" else None


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
