"""/briefings for officials and staff: form, outline, draft, download, refresh. Every draft is its owner's."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from agent.briefing.changes import changes
from agent.briefing.drafts import Drafts, Kept, redrawn
from agent.briefing.gather import write
from agent.briefing.layout import SUFFIXES, Imprint, Masthead, Parts, render
from agent.briefing.layout.write import office
from agent.briefing.model import Briefing
from agent.briefing.outline import Outline, outline_of
from agent.briefing.phrase import smoothed
from agent.briefing.sources import note
from agent.briefing.templates import templates
from agent.charts import draw
from corpus.catalog import today
from corpus.errors import InputError
from corpus.messages import language
from corpus.model import Role
from ui.accounts import Audit
from ui.web.briefs.form import day_of, edited, wishes_of
from ui.web.briefs.view import chart_of, shown
from ui.web.shell import PageRoute, Pages, Principal, checked_form, current, needs
from ui.web.shell.access import OFFICIALS

MAX_TOPIC = 200
_MEDIA = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
}
pages = Pages("briefs_page", Path(__file__).parent / "templates", extra={"note": note})


def briefs_router(library: Any, home: Path | None = None) -> APIRouter:
    """Every /briefings address, for officials and staff only; `library` is an `index.Library`."""
    router = APIRouter(
        route_class=PageRoute,
        prefix="/briefings",
        include_in_schema=False,
        dependencies=[Depends(needs(*OFFICIALS))],
    )
    room = _Room(library, home)
    router.get("")(room.front)
    router.post("")(room.outline)
    router.post("/draft")(room.draft)
    router.get("/{draft_id}")(room.show)
    router.get("/{draft_id}/outline")(room.reopen)
    router.post("/{draft_id}/outline")(room.rewrite)
    router.post("/{draft_id}/refresh")(room.refresh)
    router.post("/{draft_id}/delete")(room.delete)
    router.get("/{draft_id}/chart/{at}.svg")(room.chart)
    router.get("/{draft_id}/file{suffix}")(room.file)
    return router


class _Room:
    """The handlers; what they share is the library and the drafts in its database."""

    def __init__(self, library: Any, home: Path | None) -> None:
        self._library = library
        self._home = home
        self._drafts = Drafts(library.catalog.engine)
        self._audit = Audit(library.catalog.engine)

    def front(self, request: Request) -> Response:
        return self._front(request, {})

    async def outline(self, request: Request) -> Response:
        """The topic's outline, to be edited; a topic that gives none comes back as it was typed."""
        form = await checked_form(request)
        try:
            made = await run_in_threadpool(self._outlined, form)
        except InputError as error:
            return self._front(request, form, error.message(language()))
        return self._editor(request, made, "/briefings/draft")

    def _outlined(self, form: dict[str, str]) -> Outline:
        topic = form.get("topic", "").strip()
        if not topic:
            raise InputError("briefs_page.no_topic")
        if len(topic) > MAX_TOPIC:
            raise InputError("briefs_page.long_topic", limit=MAX_TOPIC)
        day = day_of(form.get("as_of", "")) or today()
        return outline_of(topic, day, form.get("kind") or "简报", self._home, wishes_of(form))

    async def draft(self, request: Request) -> Response:
        form = await checked_form(request)
        me = current(request)
        given = Outline.from_yaml(form.get("outline", ""))
        made = await self._written(request, given, form, "/briefings/draft")
        if isinstance(made, Response):
            return made
        outline, briefing = made
        draft_id = await run_in_threadpool(self._drafts.add, me.owner, me.role, outline, briefing)
        await run_in_threadpool(
            self._audit.write, me.name, "briefing.draft", str(draft_id), {"title": outline.title}
        )
        return RedirectResponse(f"/briefings/{draft_id}", status_code=303)

    async def _written(
        self, request: Request, given: Outline, form: dict[str, str], address: str
    ) -> tuple[Outline, Briefing] | Response:
        """The outline as edited and its briefing; or the editor again, with what was typed."""
        try:
            outline = edited(given, form)
        except InputError as error:
            return self._editor(request, given, address, error.message(language()), form)
        try:
            return outline, await run_in_threadpool(self._briefing, outline, current(request).role)
        except InputError as error:
            return self._editor(request, outline, address, error.message(language()))

    def _briefing(self, outline: Outline, role: Role) -> Briefing:
        return smoothed(write(outline, self._library, role), self._library)

    def show(self, request: Request, draft_id: int) -> Response:
        return self._shown(request, self._get(request, draft_id))

    def reopen(self, request: Request, draft_id: int) -> Response:
        kept = self._get(request, draft_id)
        return self._editor(request, kept.outline, f"/briefings/{draft_id}/outline")

    async def rewrite(self, request: Request, draft_id: int) -> Response:
        form = await checked_form(request)
        me = current(request)
        kept = await run_in_threadpool(self._get, request, draft_id)
        made = await self._written(request, kept.outline, form, f"/briefings/{draft_id}/outline")
        if isinstance(made, Response):
            return made
        outline, briefing = made
        await run_in_threadpool(self._drafts.put, me.owner, draft_id, me.role, outline, briefing)
        return RedirectResponse(f"/briefings/{draft_id}", status_code=303)

    async def refresh(self, request: Request, draft_id: int) -> Response:
        """The draft on newer data, with each figure that changed; the newer one is kept."""
        form = await checked_form(request)
        me = current(request)
        day = day_of(form.get("as_of", "")) or today()
        kept, newer, listed = await run_in_threadpool(self._refreshed, request, draft_id, me, day)
        await run_in_threadpool(
            self._audit.write, me.name, "briefing.refresh", str(draft_id), {"changes": len(listed)}
        )
        return self._shown(request, newer, changed=listed, before=kept.briefing.as_of)

    def _refreshed(self, request: Request, draft_id: int, me: Principal, day: date) -> Any:
        kept = self._get(request, draft_id)
        outline, briefing = redrawn(kept, self._library, me.role, day)
        self._drafts.put(me.owner, draft_id, me.role, outline, briefing)
        return kept, self._get(request, draft_id), changes(kept.briefing, briefing)

    async def delete(self, request: Request, draft_id: int) -> Response:
        await checked_form(request)
        await run_in_threadpool(self._drafts.remove, current(request).owner, draft_id)
        return RedirectResponse("/briefings", status_code=303)

    def chart(self, request: Request, draft_id: int, at: int, theme: str = "light") -> Response:
        found = chart_of(self._get(request, draft_id).briefing, at)
        if found is None:
            raise InputError("briefs_page.no_chart")
        drawn = draw(found, "svg", "dark" if theme == "dark" else "light", titled=False)
        return Response(drawn, media_type="image/svg+xml")

    def file(
        self, request: Request, draft_id: int, suffix: str, head: str = "", number: str = ""
    ) -> Response:
        """The draft as a file; `head` and `number` give it a masthead."""
        if suffix not in SUFFIXES:
            raise InputError("briefing.bad_suffix", path=suffix[:10], known="、".join(SUFFIXES))
        kept = self._get(request, draft_id)
        masthead = Masthead(head[:40], number[:40]) if head.strip() else None
        imprint = Imprint(kept.briefing.issuer) if masthead and kept.briefing.issuer else None
        data = render(kept.briefing, suffix, Parts(masthead, imprint))
        name = quote(f"{kept.briefing.title}{suffix}")
        self._audit.write(current(request).name, "briefing.file", str(draft_id), {"suffix": suffix})
        return Response(
            data,
            media_type=_MEDIA[suffix],
            headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    def _get(self, request: Request, draft_id: int) -> Kept:
        me = current(request)
        return self._drafts.get(me.owner, draft_id, me.role)

    def _front(self, request: Request, form: dict[str, str], problem: str = "") -> Response:
        listed = self._drafts.list(current(request).owner)
        return pages.page(
            "front.html.j2",
            request,
            status=400 if problem else 200,
            kinds=list(templates(self._home)),
            drafts=listed,
            form=form,
            today=today(),
            problem=problem,
            max_topic=MAX_TOPIC,
        )

    def _editor(
        self,
        request: Request,
        outline: Outline,
        action: str,
        problem: str = "",
        form: dict[str, str] | None = None,
    ) -> Response:
        return pages.page(
            "outline.html.j2",
            request,
            status=400 if problem else 200,
            outline=outline,
            yaml=outline.to_yaml(),
            action=action,
            problem=problem,
            form=form or {},
        )

    def _shown(
        self, request: Request, kept: Kept, changed: list[Any] | None = None, before: date | None = None
    ) -> Response:
        return pages.page(
            "draft.html.j2",
            request,
            kept=kept,
            briefing=kept.briefing,
            sections=shown(kept.briefing),
            today=today(),
            changed=changed,
            before=before,
            pdf=office() is not None,
        )
