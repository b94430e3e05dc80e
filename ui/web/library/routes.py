"""/library for everybody, within the role: list, document, versions, differences, the file itself.

What the role may not see answers 404, like what does not exist.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from corpus.catalog import Catalog
from corpus.catalog import today as current_day
from corpus.diff import counts, diff
from corpus.messages import language, msg
from corpus.model import Clause
from corpus.originals import kept
from corpus.record import Record
from corpus.snapshot import Snapshot
from ui.web.evidence import document_panel
from ui.web.library.select import PAGE, Row, Wanted, choices, chosen, seen_by
from ui.web.shell import PageRoute, Pages, current, page_of

UNITS = 200  # clauses on one page of a document


def _rows(clause: Clause) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" | ")] for line in clause.text.split("\n")]


pages = Pages("library_page", Path(__file__).parent / "templates", extra={"rows_of": _rows})


def library_router(library: Any, home: Path) -> APIRouter:
    """Every /library address; `library` is an `index.Library`, `home` where its originals are kept."""
    router = APIRouter(route_class=PageRoute, prefix="/library", include_in_schema=False)
    room = _Room(library.catalog, home)
    router.get("")(room.front)
    router.get("/clause/{clause_id:path}")(room.clause)
    router.get("/{doc_id}")(room.document)
    router.get("/{doc_id}/diff/{older}")(room.differences)
    router.get("/{doc_id}/file")(room.file)
    return router


class _Room:
    def __init__(self, catalog: Catalog, home: Path) -> None:
        self._catalog = catalog
        self._home = home

    def front(self, request: Request, page: str = "1") -> Response:
        """The list; a filter that nothing has leaves an empty list, with the way back."""
        asked = {field.name: request.query_params.get(field.name, "").strip() for field in fields(Wanted)}
        rows = seen_by(self._catalog.snapshot(), current(request).role, current_day())
        found = chosen(rows, Wanted(**asked))
        at, count = page_of(page, len(found), PAGE)
        query = urlencode({name: value[:100] for name, value in asked.items() if value})
        return pages.page(
            "front.html.j2",
            request,
            rows=found[(at - 1) * PAGE : at * PAGE],
            total=len(found),
            asked=asked,
            choices=choices(rows),
            at=at,
            pages=count,
            address=f"/library?{query}",
        )

    def document(self, request: Request, doc_id: str, page: str = "1") -> Response:
        snapshot, record = self._get(request, doc_id)
        role, today = current(request).role, current_day()
        panel = document_panel(self._catalog, doc_id, today, role, language())
        units = self._units(doc_id)
        at, count = page_of(page, len(units), UNITS)
        versions = [
            Row(snapshot.records[key], snapshot.validity(key, today))
            for key in snapshot.chain(doc_id)
            if snapshot.records[key].visibility in role.visibilities
        ]
        return pages.page(
            "document.html.j2",
            request,
            record=record,
            panel=panel,
            units=units[(at - 1) * UNITS : at * UNITS],
            versions=versions if len(versions) > 1 else [],
            has_file=self._file(record) is not None,
            at=at,
            pages=count,
            address=f"/library/{doc_id}?",
        )

    def clause(self, request: Request, clause_id: str) -> Response:
        """The place of a clause or of a part of one on its document's page."""
        unit = self._catalog.units([clause_id]).get(clause_id)
        while unit is not None and unit.parent_id:
            unit = self._catalog.units([unit.parent_id]).get(unit.parent_id)
        if unit is None:
            raise HTTPException(404, msg("library_page.no_clause"))
        self._get(request, unit.doc_id)
        ids = [one.clause_id for one in self._units(unit.doc_id)]
        page = ids.index(unit.clause_id) // UNITS + 1 if unit.clause_id in ids else 1
        return RedirectResponse(f"/library/{unit.doc_id}?page={page}#c{unit.seq}", status_code=303)

    def differences(self, request: Request, doc_id: str, older: str) -> Response:
        """Two versions side by side, clause by clause."""
        snapshot, new = self._get(request, doc_id)
        _, old = self._get(request, older)
        if old.doc_id == new.doc_id:
            raise HTTPException(404, msg("library_page.same_document"))
        changes = diff(self._catalog.clauses(old.doc_id), self._catalog.clauses(new.doc_id))
        today = current_day()
        return pages.page(
            "diff.html.j2",
            request,
            old=Row(old, snapshot.validity(old.doc_id, today)),
            new=Row(new, snapshot.validity(new.doc_id, today)),
            changes=changes,
            counts=counts(changes),
            whole=request.query_params.get("all") == "1",
        )

    def file(self, request: Request, doc_id: str) -> Response:
        """The document as it was loaded, to be kept and not to be shown by the browser."""
        _, record = self._get(request, doc_id)
        path = self._file(record)
        if path is None:
            raise HTTPException(404, msg("library_page.no_file"))
        name = quote(f"{record.title[:120]}{path.suffix}")
        return FileResponse(
            path,
            media_type="application/octet-stream",
            headers={
                "content-disposition": f"attachment; filename*=UTF-8''{name}",
                "cache-control": "no-store",
            },
        )

    def _get(self, request: Request, doc_id: str) -> tuple[Snapshot, Record]:
        snapshot = self._catalog.snapshot()
        record = snapshot.records.get(doc_id)
        if record is None or record.visibility not in current(request).role.visibilities:
            raise HTTPException(404, msg("library_page.no_document"))
        return snapshot, record

    def _units(self, doc_id: str) -> list[Clause]:
        return [clause for clause in self._catalog.clauses(doc_id) if clause.parent_id is None]

    def _file(self, record: Record) -> Path | None:
        path = kept(self._home, record.sha256, record.path)
        return path if path.is_file() else None
