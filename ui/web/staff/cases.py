"""Candidate cases: what feedback and new documents propose, completed and accepted by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from agent.types import Status
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from evals.candidate_form import from_form, to_form
from evals.candidates import FIELDS, Candidate, Candidates, Origin, State, missing_fields
from evals.facts import LibraryFacts
from evals.feedback import REASONS
from evals.problems import SuiteError
from evals.suite import Split
from ui.web.shell import PageRoute, checked_form
from ui.web.staff.app import Staff, page

DEFAULT_SUITE = "cases"
_LISTED = 50  # candidates on a page
_Page = Annotated[int, Query(alias="page", ge=1)]
# What of a candidate's note is told, in this order; the rest (ids, fingerprints) is for machines.
_TOLD = (
    "helpful", "reason", "remark", "status", "answer", "citations", "day", "rule", "title", "model",
    "reworded_from",
)  # fmt: skip


def cases_router(staff: Staff) -> APIRouter:
    router = APIRouter(route_class=PageRoute, prefix="/candidates")
    kept = Candidates(staff.catalog.engine)

    @router.get("")
    def listed(request: Request, state: str = "open", origin: str = "", page_: _Page = 1) -> HTMLResponse:
        if state not in (*get_args(State), "all") or origin not in ("", *get_args(Origin)):
            raise InputError("staff.no_such_list")
        found = kept.list(
            None if state == "all" else cast("State", state), cast("Origin", origin) if origin else None
        )
        pages = max(1, -(-len(found) // _LISTED))
        at = min(page_, pages)
        shown = found[(at - 1) * _LISTED : at * _LISTED]
        rows = [(one, missing_fields(one.case), _reason(one)) for one in shown]
        return page("candidates.html.j2", request, rows=rows, state=state, origin=origin, pages=pages, at=at)

    @router.get("/clauses")
    def clauses(doc: str) -> JSONResponse:
        """The labels of a file's clauses, for the choice of a gold place."""
        facts = LibraryFacts(staff.catalog)
        found = [(unit.label, unit.text[:60]) for unit in facts.units_of(doc) if unit.label]
        return JSONResponse(found)

    @router.get("/{number}")
    def one(number: int, request: Request) -> HTMLResponse:
        candidate = kept.get(number)
        return _form_page(staff, request, candidate, to_form(candidate.case))

    @router.post("/{number}")
    async def act(number: int, request: Request) -> Response:
        """Saves the form; then does what its button says: nothing more, accept, or reject."""
        form = await checked_form(request)
        kept.get(number)  # one that does not exist ends here
        typed = {name: form.get(name, "") for name in FIELDS}
        typed["expected_status"] = typed["expected_status"].replace("\n", ",")
        try:
            if form.get("action") != "reject":  # what is thrown away need not be right
                kept.amend(number, from_form(typed))
            _finish(staff, kept, number, form)
        except SuiteError as error:
            lines = [problem.message() for problem in error.problems]
            return _form_page(staff, request, kept.get(number), typed, lines, form)
        except InputError as error:
            return _form_page(staff, request, kept.get(number), typed, [error.message()], form)
        return RedirectResponse(f"/staff/evals/candidates/{number}", status_code=303)

    return router


def _finish(staff: Staff, kept: Candidates, number: int, form: Mapping[str, str]) -> None:
    by = form.get("by", "").strip()
    action = form.get("action", "save")
    if action == "save":
        return
    if not by:
        raise InputError("staff.no_name")
    if action == "accept":
        suite = staff.shelf.suite_for(form.get("suite", "").strip() or DEFAULT_SUITE)
        kept.accept(number, suite, LibraryFacts(staff.catalog), by)
    elif action == "reject":
        why = form.get("why", "").strip()
        if not why:
            raise InputError("staff.no_reason")
        kept.reject(number, by, why)
    else:
        raise InputError("staff.no_such_list")


def _form_page(
    staff: Staff,
    request: Request,
    candidate: Candidate,
    typed: Mapping[str, str],
    problems: list[str] | None = None,
    form: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The form with what was typed; `problems` says why it was not taken."""
    facts = LibraryFacts(staff.catalog)
    choices: dict[str, Any] = {
        "statuses": get_args(Status),
        "roles": [role.value for role in Role],
        "splits": get_args(Split),
        "files": sorted({(file, title) for _, file, title in facts.live()}),
        "suites": [*dict.fromkeys([DEFAULT_SUITE, *staff.shelf.own_suites()])],
    }
    return page(
        "candidate.html.j2",
        request,
        status=400 if problems else 200,
        one=candidate,
        typed=typed,
        problems=problems or [],
        form=form or {},
        told=list(_told(candidate, facts)),
        closed_note=PurePath(candidate.closed_note or "").name
        if candidate.state == "accepted"
        else candidate.closed_note,
        missing=missing_fields(candidate.case),
        **choices,
    )


def _reason(candidate: Candidate) -> str:
    """Why a candidate is there, in a few words."""
    reason = candidate.note.get("reason")
    if reason in REASONS:
        return msg(f"feedback.reason_{reason}")
    return str(candidate.note.get("remark") or reason or candidate.note.get("title") or "")


def _told(candidate: Candidate, facts: LibraryFacts) -> Iterator[tuple[str, str, bool]]:
    """Label, text, and whether it is long, of what is known of a candidate's origin."""
    note = candidate.note
    for name in _TOLD:
        value = note.get(name)
        if value is None or value == "":
            continue
        text = str(value)
        if name == "helpful":
            text = msg("staff.helpful" if value else "staff.not_helpful")
        elif name == "reason" and value in REASONS:
            text = msg(f"feedback.reason_{value}")
        elif name == "status" and value in get_args(Status):
            text = msg(f"staff.status_{value}")
        elif name == "citations":
            text = "\n".join(_place(one, facts) for one in value)
        yield msg(f"staff.note_{name}"), text, name in ("answer", "citations", "remark")


def _place(citation: Any, facts: LibraryFacts) -> str:
    """A cited place as people name it."""
    if not isinstance(citation, Mapping):
        return str(citation)
    doc_id = str(citation.get("doc_id", ""))
    return f"{facts.file_of(doc_id) or doc_id} {citation.get('clause') or ''}".rstrip()
