"""Web archives (.mht, .mhtml): the page inside, as a browser saved it with its pictures and frames."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from typing import cast

_START = re.compile(rb"\s*(?:From|Subject|Date|Snapshot-Content-Location|MIME-Version):", re.I)
_WHOLE = re.compile(rb"content-type:\s*multipart/related", re.I)
_PAGE = re.compile(rb"content-type:\s*text/html", re.I)
_MAX_PARTS = 2000


def is_archive(data: bytes) -> bool:
    """Whether the bytes are a saved page: a related set of parts, one of them HTML."""
    head = data[:4096]
    saved = _START.match(head) and b"mime-version" in head.lower() and _WHOLE.search(head)
    return bool(saved) and _PAGE.search(data) is not None


def page_of(data: bytes) -> tuple[bytes, str | None]:
    """The first HTML part, decoded, and the charset that it names of itself.

    Raises:
        ValueError: no HTML part, or more parts than any page has.
    """
    message = cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.compat32))
    for at, part in enumerate(message.walk()):
        if at > _MAX_PARTS:
            break
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                return payload, part.get_content_charset()
    raise ValueError("no HTML part")
