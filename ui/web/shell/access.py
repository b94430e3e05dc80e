"""Who asks: the person behind a request, what the person may open, and forms that only our pages can send."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from starlette.datastructures import FormData

from corpus.model import Role
from ui.accounts import Session
from ui.web.guard import SESSION, WHO

_SECRET = secrets.token_bytes(32)  # of this process: a restart makes visitors' open forms old


@dataclass(frozen=True, slots=True)
class Principal:
    """The person behind a request. A visitor has no name and no account.

    Attributes:
        role: what retrieval and pages may show.
        browser: the browser's session; a visitor's conversations belong to it.
        csrf: what every form that is shown to this person carries.
        key: the signed-in session's key; empty for a visitor.
    """

    role: Role
    browser: str
    csrf: str
    name: str = ""
    user_id: int | None = None
    key: str = ""

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def owner(self) -> str:
        """Whose conversations and drafts are this person's: the account, else the browser."""
        return f"user:{self.user_id}" if self.signed_in else self.browser


class NotSignedIn(Exception):
    """Leads to the sign-in page."""


class NotAllowed(Exception):
    """Signed in, with a role that may not open this."""


class StaleForm(Exception):
    """A form without the token of its session."""


def principal_of(scope: Any) -> Principal:
    """The person behind an ASGI scope that the guard has passed (also Gradio's `request.request.scope`)."""
    browser: str = scope[SESSION]
    session: Session | None = scope[WHO]
    if session is None:
        csrf = hmac.new(_SECRET, browser.encode(), "sha256").hexdigest()
        return Principal(Role.VISITOR, browser, csrf)
    return Principal(session.role, browser, session.csrf, session.name, session.user_id, session.key)


def current(request: Request) -> Principal:
    """The person behind a request; a FastAPI dependency, too."""
    return principal_of(request.scope)


def needs(*roles: Role) -> Callable[[Request], Principal]:
    """A dependency that lets these roles in and gives the person.

    Raises:
        NotSignedIn: a visitor.
        NotAllowed: another role.
    """

    def check(request: Request) -> Principal:
        person = current(request)
        if person.role in roles:
            return person
        raise NotAllowed if person.signed_in else NotSignedIn

    return check


OFFICIALS = (Role.OFFICIAL, Role.STAFF)
STAFF = (Role.STAFF,)
official = Depends(needs(*OFFICIALS))
staff_only = Depends(needs(*STAFF))


async def sent_form(request: Request) -> FormData:
    """The form that one of our pages showed to this person, files and all.

    Raises:
        StaleForm: a form without this person's own token.
    """
    form = await request.form()
    token = form.get("csrf")
    if not isinstance(token, str) or not same(token, current(request).csrf):
        raise StaleForm
    return form


async def checked_form(request: Request) -> dict[str, str]:
    """The text fields of `sent_form`; of a repeated one all, a line each.

    Raises:
        StaleForm: a form without this person's own token.
    """
    fields: dict[str, str] = {}
    for name, value in (await sent_form(request)).multi_items():
        if isinstance(value, str) and name != "csrf":
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return fields


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())
