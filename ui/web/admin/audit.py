"""The audit log, to read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from ui.web.admin.app import ACTIONS, PAGE, Admin, chosen_day, page, page_number
from ui.web.shell import PageRoute


def audit_router(admin: Admin) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/admin/audit")

    @router.get("")
    def audit(
        request: Request, actor: str = "", action: str = "", since: str = "", until: str = ""
    ) -> Response:
        first, last = chosen_day(since), chosen_day(until)
        filters = (
            actor or None,
            action or None,
            _start(first) if first else None,
            _start(last + timedelta(days=1)) if last else None,
        )
        at = page_number(request)
        asked = {"actor": actor, "action": action, "since": since, "until": until}
        return page(
            "audit.html.j2",
            request,
            entries=admin.audit.list(*filters, limit=PAGE, offset=(at - 1) * PAGE),
            actors=admin.audit.actors(),
            actions=ACTIONS,
            asked=asked,
            address=f"/admin/audit?{urlencode(asked)}",
            at=at,
            pages=-(-admin.audit.count(*filters) // PAGE),
        )

    return router


def _start(day: date) -> datetime:
    """When a day of this machine's place begins, as the log counts time: in UTC."""
    return datetime.combine(day, time()).astimezone(UTC).replace(tzinfo=None)
