"""What the pages of the desk share, and their router."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from markupsafe import Markup

from corpus.catalog import Catalog
from corpus.messages import msg
from ui.accounts import Appeals
from ui.web.conversations import Conversations, Exchange
from ui.web.evidence import may_read
from ui.web.limits import RateLimiter
from ui.web.render import markdown_html
from ui.web.settings import WebSettings
from ui.web.shell import PageRoute, Pages, Principal

_HOUR = 3600.0


def _answer(exchange: Exchange) -> Markup:
    """An answer's text, all of it escaped by `ui/web/render.py`; its numbers lead to its own sources."""
    answer = exchange.answer
    assert answer is not None
    known = frozenset(citation.n for citation in answer.citations)
    return Markup(markdown_html(answer.answer, exchange.answer_id, known))


pages = Pages(
    "desk",
    Path(__file__).parent / "templates",
    extra={
        "status_name": lambda status: msg(f"appeals.status_{status}"),
        "answer_text": _answer,
    },
)
page = pages.page


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with. `own` and `address` bound how often one browser, and one address, files
    an appeal."""

    catalog: Catalog
    appeals: Appeals
    conversations: Conversations
    own: RateLimiter
    address: RateLimiter

    @classmethod
    def open(cls, catalog: Catalog, conversations: Conversations, settings: WebSettings) -> Desk:
        return cls(
            catalog,
            Appeals(catalog.engine),
            conversations,
            RateLimiter(settings.appeals / _HOUR, settings.appeals),
            RateLimiter(settings.address_appeals / _HOUR, settings.address_appeals),
        )

    def exchange(self, person: Principal, answer_id: str) -> Exchange | None:
        """An answer of this person's, from before signing in too, as long as the browser is the same;
        None for one that cites what the person may not see any more."""
        if not answer_id:
            return None
        for owner in dict.fromkeys((person.owner, person.browser)):
            found = self.conversations.exchange(owner, answer_id)
            if found is not None and may_read(self.catalog, found, person.role):
                return found
        return None


def desk_router(desk: Desk) -> APIRouter:
    """/appeal and /history, for everybody."""
    from ui.web.desk.appeal import appeal_router
    from ui.web.desk.history import history_router

    router = APIRouter(route_class=PageRoute, include_in_schema=False)
    router.include_router(appeal_router(desk))
    router.include_router(history_router(desk))
    return router
