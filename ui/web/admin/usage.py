"""What the service is used for: by day, by subject and hour, most asked, most refused, feedback, appeals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from corpus.messages import msg
from evals.candidates import Candidates
from evals.feedback import HELPFUL, counts
from ui.accounts.usage import STATUSES
from ui.web.admin.app import Admin, page
from ui.web.admin.bars import bars
from ui.web.shell import PageRoute

SPANS = (7, 30, 90)  # days


def usage_router(admin: Admin) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/admin")

    @router.get("")
    def use(request: Request, days: str = "30") -> Response:
        span = next((one for one in SPANS if str(one) == days), 30)
        until = admin.usage.today()
        since = until - timedelta(days=span - 1)
        found = admin.usage.by_day(since, until)
        totals = {status: sum(day.counts.get(status, 0) for day in found) for status in STATUSES}
        total = sum(totals.values())
        timed = [(day.ms, day.total) for day in found if day.ms is not None]
        weight = sum(n for _, n in timed)
        return page(
            "usage.html.j2",
            request,
            span=span,
            spans=SPANS,
            days=found,
            totals=totals,
            total=total,
            ms=sum(ms * n for ms, n in timed) / weight if weight else None,
            statuses=STATUSES,
            chart=bars(found, STATUSES),
            subjects=admin.usage.by_subject(since, until),
            hours=admin.usage.by_hour(since, until),
            roles_used=admin.usage.by_role(since, until),
            asked=admin.usage.most_asked(since, until, 15),
            refused=admin.usage.most_refused(since, until, 15),
            appeals=admin.appeals.counts(),
            feedback=_feedback(admin, span),
        )

    return router


def _feedback(admin: Admin, span: int) -> dict[str, object]:
    """How often readers said helpful or not, and why not."""
    after = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=span)
    found = [one for one in Candidates(admin.engine).list(None, "feedback") if one.added_at >= after]
    by_kind = counts(found)
    helpful = by_kind.pop(HELPFUL, 0)
    reasons = [(msg(f"feedback.reason_{kind}"), count) for kind, count in by_kind.most_common()]
    return {"helpful": helpful, "unhelpful": by_kind.total(), "reasons": reasons}
