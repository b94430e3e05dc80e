"""What the administration pages share, and their router."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Engine

from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.accounts import Accounts, Appeals, Audit, Keys, Usage
from ui.accounts.appeals import STATUSES
from ui.web.conversations import Conversations
from ui.web.shell import PageRoute, Pages, needs
from ui.web.shell.access import STAFF

ACTIONS = (
    *("user.add", "user.remove", "user.role", "user.set_pass", "user.active", "user.sign_out"),
    *("key.add", "key.revoke", "appeal.take", "appeal.reply", "appeal.close", "appeal.erase"),
    "session.begin",
)
PAGE = 50  # lines of a list

TABS = (
    ("/admin", "use"),
    ("/admin/appeals", "appeals"),
    ("/admin/feedback", "feedback"),
    ("/admin/users", "users"),
    ("/admin/keys", "keys"),
    ("/admin/audit", "audit"),
)


def _action(name: str) -> str:
    return msg(f"admin.action_{name.replace('.', '_')}") if name in ACTIONS else name


pages = Pages(
    "admin",
    Path(__file__).parent / "templates",
    extra={
        "tabs": TABS,
        "roles": [role.value for role in Role],
        "appeal_statuses": STATUSES,
        "role_name": lambda role: msg(f"shell.role_{role}") if role in set(Role) else role,
        "status_name": lambda status: msg(f"appeals.status_{status}"),
        "action_name": _action,
    },
)
page = pages.page


@dataclass(frozen=True, slots=True)
class Admin:
    """What the pages work with."""

    engine: Engine
    accounts: Accounts
    keys: Keys
    appeals: Appeals
    usage: Usage
    audit: Audit
    conversations: Conversations

    @classmethod
    def open(cls, engine: Engine, accounts: Accounts, conversations: Conversations) -> Admin:
        return cls(
            engine, accounts, Keys(engine), Appeals(engine), Usage(engine), Audit(engine), conversations
        )


def admin_router(admin: Admin) -> APIRouter:
    """Every /admin address, for staff only."""
    from ui.web.admin.appeals import appeals_router
    from ui.web.admin.audit import audit_router
    from ui.web.admin.feedback import feedback_router
    from ui.web.admin.keys import keys_router
    from ui.web.admin.usage import usage_router
    from ui.web.admin.users import users_router

    guarded = [Depends(needs(*STAFF))]
    router = APIRouter(route_class=PageRoute, include_in_schema=False, dependencies=guarded)
    for made in (usage_router, appeals_router, feedback_router, users_router, keys_router, audit_router):
        router.include_router(made(admin))
    return router


def chosen_role(form: Mapping[str, str]) -> Role:
    """The role of a form's field.

    Raises:
        InputError: none of the roles.
    """
    try:
        return Role(form.get("role", ""))
    except ValueError as error:
        raise InputError("admin.bad_role") from error


def chosen_day(value: str) -> date | None:
    """The day of a form's field; None where it is empty.

    Raises:
        InputError: not a day.
    """
    if not value.strip():
        return None
    try:
        day = date.fromisoformat(value.strip())
    except ValueError as error:
        raise InputError("admin.bad_day", value=value[:40]) from error
    if not 2000 <= day.year < 2200:
        raise InputError("admin.bad_day", value=value[:40])
    return day


def page_number(request: Request) -> int:
    """Which page of a list is asked for; the first where the address says nothing sensible."""
    value = request.query_params.get("page", "")
    return max(1, int(value)) if value.isdecimal() and len(value) < 6 else 1
