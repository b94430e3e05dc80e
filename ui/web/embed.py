"""The chat in other sites' pages: one script tag there, a frame of ours in it, always a visitor's.

What a frame may use of the application lies again under `/embed`, with a cookie of its own: whoever is
signed in elsewhere in the browser stays a visitor in the frame, also where the two sites share a domain.
Which sites may frame it is a setting; without it there is nothing under `/embed`.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from corpus.errors import InputError
from corpus.messages import LANGUAGES, msg
from ui.web.rules import MOUNT, Rules, rules_for

PREFIX = "/embed"
COOKIE = "zx_embed"
SCRIPT = Path(__file__).parent / "static" / "embed.js"
# The chat, and what its scripts ask for; no page with a head, an account or a form.
_INSIDE = re.compile(rf"{MOUNT}(?:/.*)?|/api/(?:cite|doc|answer|feedback)/.*|/api/library")
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::\d{1,5})?")
_LABELS = ("name", "embed_open", "embed_close", "embed_frame")


class Embedding:
    """Which part of the application is framed, and by whom.

    Args:
        origins: `https://site.example` …, separated by blanks or commas; "": nobody may.

    Raises:
        InputError: an origin that is none.
    """

    def __init__(self, origins: str) -> None:
        self.origins = tuple(filter(None, re.split(r"[\s,]+", origins)))
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise InputError("web.embed_origin", origin=origin)

    def holds(self, path: str) -> bool:
        """Whether a path lies under the prefix."""
        return path.startswith(f"{PREFIX}/")

    def allows(self, path: str) -> bool:
        """Whether there is such a path (without the prefix) in a frame."""
        return bool(self.origins) and bool(_INSIDE.fullmatch(path))

    def rules(self, path: str) -> Rules:
        """The rules of a path without the prefix, where the sites of the setting may frame it."""
        rules = rules_for(path)
        ancestors = " ".join(
            ("frame-ancestors", *(("'self'", *self.origins) if self.origins else ("'none'",)))
        )
        policy = re.sub(r"frame-ancestors '(?:none|self)'", ancestors, rules.policy)
        return replace(rules, policy=policy, framed=True)


def embed_router(embedding: Embedding) -> APIRouter:
    """`/embed.js`: the script that another site's page loads."""
    router = APIRouter()
    labels = {lang: {name: msg(f"web.{name}", lang) for name in _LABELS} for lang in LANGUAGES}
    text = f"const LABELS = {json.dumps(labels, ensure_ascii=False)};\n{SCRIPT.read_text('utf-8')}"
    script = f"(() => {{\n{text}}})();\n"

    @router.get("/embed.js")
    def embed() -> Response:
        if not embedding.origins:
            raise HTTPException(404, msg("web.embed_off"))
        return Response(script, media_type="text/javascript", headers={"cache-control": "no-cache"})

    return router
