"""What readers said of answers, one by one."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from corpus.messages import msg
from evals.candidates import Candidate, Candidates
from evals.feedback import HELPFUL, NO_REASON, REASONS, kind
from ui.accounts.usage import STATUSES
from ui.web.admin.app import PAGE, Admin, page, page_number
from ui.web.shell import PageRoute

SAID = ("all", "helpful", "unhelpful")
_REASONS = (*REASONS, NO_REASON)


def feedback_router(admin: Admin) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/admin/feedback")
    kept = Candidates(admin.engine)

    @router.get("")
    def feedback(request: Request, said: str = "all", reason: str = "") -> Response:
        said = said if said in SAID else "all"
        reason = reason if reason in _REASONS else ""
        every = kept.list(None, "feedback")
        every.sort(key=lambda one: one.added_at, reverse=True)
        found = [one for one in every if _fits(one, said, reason)]
        pages = max(1, -(-len(found) // PAGE))
        at = min(page_number(request), pages)
        helpful = sum(kind(one) == HELPFUL for one in every)
        return page(
            "feedback.html.j2",
            request,
            rows=[(one, _reason(one), _outcome(one)) for one in found[(at - 1) * PAGE : at * PAGE]],
            counts={"all": len(every), "helpful": helpful, "unhelpful": len(every) - helpful},
            reasons=[(name, msg(f"feedback.reason_{name}")) for name in _REASONS],
            said=said,
            reason=reason,
            address=f"/admin/feedback?{urlencode({'said': said, 'reason': reason})}",
            at=at,
            pages=pages,
        )

    return router


def _fits(one: Candidate, said: str, reason: str) -> bool:
    found = kind(one)
    wanted = said == "all" or (found == HELPFUL) == (said == "helpful")
    return wanted and (not reason or found == reason)


def _reason(one: Candidate) -> str:
    found = kind(one)
    return "" if found in (HELPFUL, NO_REASON) else msg(f"feedback.reason_{found}")


def _outcome(one: Candidate) -> str:
    status = one.note.get("status")
    return msg(f"admin.s_{status}") if status in STATUSES else "—"
