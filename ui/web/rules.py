"""What the guard lets through to which part of the application: size and form of bodies, policy of the page.

The first rule whose pattern fits a path holds; the last one is for the server-rendered pages. A room
with needs of its own (uploads, keys, embedding) adds its line here, so that all of it is read in one place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MOUNT = r"/chat/(?:zh|en)"

# Gradio needs inline scripts and eval; the defence against injected markup there is that all text
# from documents, models and users is escaped (ui/web/render.py). Nothing may leave this host.
CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
# Our own pages need no inline script and no inline style.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
# A run's report is one file with its script in it; it is shut in a sandbox of no origin, since it is
# made of answers and documents.
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Rules:
    """How requests to one part of the application are held.

    Attributes:
        policy: the content security policy of its answers.
        body: what a POST carries. A JSON object is read here and searched for file references; a form
            streams through to its page, which checks the session's token.
        max_body: bytes of one request; None: `WebSettings.max_body`.
        limited: each POST takes a token of the browser's and of the address's allowance.
        keyed: for programs, with an API key in place of the cookie; the part itself checks it.
        cached: files of ours that a browser may keep.
        shared: another site's page may load it.
        framed: another site's page may frame it; who may is in the policy.
    """

    policy: str = PAGE_POLICY
    body: Literal["json", "form"] = "form"
    max_body: int | None = None
    limited: bool = False
    keyed: bool = False
    cached: bool = False
    shared: bool = False
    framed: bool = False


_RULES = tuple(
    (re.compile(pattern), rules)
    for pattern, rules in (
        (rf"{MOUNT}/gradio_api/(?:queue/join|run/predict)", Rules(CHAT_POLICY, "json", limited=True)),
        (rf"{MOUNT}/(?:static|assets)/.*", Rules(CHAT_POLICY, "json", cached=True)),
        (rf"{MOUNT}(?:/.*)?", Rules(CHAT_POLICY, "json")),
        (r"/static-zx/.*", Rules(cached=True)),
        (r"/embed\.js", Rules(cached=True, shared=True)),
        # a remark of 500 characters, every one escaped, and the rest
        (r"/api/feedback/[^/]*", Rules(DATA_POLICY, "json", max_body=16_384, limited=True)),
        (r"/(?:api/v1|v1|mcp)(?:/.*)?", Rules(DATA_POLICY, "json", keyed=True)),
        (r"/api/.*", Rules(DATA_POLICY, "json")),
        (r"/staff/evals/runs/[^/]*/report", Rules(REPORT_POLICY)),
        (r"/login", Rules(limited=True)),
        # two texts of 2,000 characters, every byte of them escaped, and the rest
        (r"/appeal(?:/.*)?", Rules(max_body=131_072, limited=True)),
        (r"/.*", Rules()),
    )
)


def rules_for(path: str) -> Rules:
    """The rules of a path."""
    return next((rules for pattern, rules in _RULES if pattern.fullmatch(path)), Rules())
