"""Evaluation runs: start one, watch it, look at it, compare two, hold one against a gate."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from corpus.errors import InputError
from evals.compare import compare
from evals.coverage import coverage
from evals.facts import LibraryFacts
from evals.faults import FAULTS
from evals.gate import PROFILES, gate, load_thresholds
from evals.lint import lint
from evals.metrics import METRICS
from evals.page.build import html
from evals.problems import refuse
from evals.record import Row, RunResult
from evals.report_case import find_row, step_name
from evals.suite import Split, load_suites
from ui.web.staff.access import StaffSession
from ui.web.staff.app import Staff, StaffRoute, checked_form, needs_staff, page

_LISTED = 100  # runs shown at once
_RANKS = 20  # of what the search found, shown with a question
_CHIEF = ("key_recall", "citation_precision", "refusal_recall", "false_refusal")


def runs_router(staff: Staff) -> APIRouter:
    router = APIRouter(route_class=StaffRoute)
    signed = Depends(needs_staff(staff.access))

    @router.get("")
    def runs(request: Request) -> HTMLResponse:
        return page(
            "runs.html.j2",
            request,
            runs=staff.shelf.all_runs()[:_LISTED],
            chief=_CHIEF,
            choices=staff.shelf.choices(),
            baselines=staff.shelf.baselines(),
            progress=staff.worker.progress(),
        )

    @router.post("/start")
    async def start(request: Request, session: StaffSession = signed) -> Response:
        form = await checked_form(request, session)
        suites = [name for name in form.get("suites", "").split(",") if name]
        known = {entry.value for entry in staff.shelf.choices()}
        if not suites or not set(suites) <= known:
            raise InputError("staff.no_suite_chosen")
        split = form.get("split") or None
        if split not in (None, *get_args(Split)):
            raise InputError("staff.no_suite_chosen")
        refuse(lint(suites, LibraryFacts(staff.catalog)))
        staff.worker.start(suites, split)
        return RedirectResponse("/staff/evals", status_code=303)

    @router.post("/stop")
    async def stop(request: Request, session: StaffSession = signed) -> Response:
        await checked_form(request, session)
        staff.worker.stop()
        return RedirectResponse("/staff/evals", status_code=303)

    @router.get("/progress")
    def progress() -> JSONResponse:
        return JSONResponse(staff.worker.progress().as_dict())

    @router.post("/runs/{name}/resume")
    async def resume(name: str, request: Request, session: StaffSession = signed) -> Response:
        await checked_form(request, session)
        staff.worker.resume(staff.shelf.run(name).folder)
        return RedirectResponse("/staff/evals", status_code=303)

    @router.get("/runs/{name}")
    def one(
        name: str, request: Request, fault: str = "", tag: str = "", only: str = "failed"
    ) -> HTMLResponse:
        run = staff.shelf.run(name)
        return page("run.html.j2", request, name=name, **run_values(run, fault, tag, only))

    @router.get("/runs/{name}/report")
    def report(name: str) -> HTMLResponse:
        return HTMLResponse(html(staff.shelf.run(name)))

    @router.get("/runs/{name}/case")
    def case(name: str, id: str, request: Request) -> HTMLResponse:
        run = staff.shelf.run(name)
        row = find_row(run, id)
        return page(
            "case.html.j2", request, name=name, run=run, **case_values(row, LibraryFacts(staff.catalog))
        )

    router.include_router(_judging(staff))
    return router


def _judging(staff: Staff) -> APIRouter:
    """Pages that hold a run against something: another run, a gate, the library."""
    router = APIRouter(route_class=StaffRoute)

    @router.get("/compare")
    def comparison(a: str, b: str, request: Request) -> HTMLResponse:
        found = compare(staff.shelf.run(a), staff.shelf.run(b))
        order = {"worse": 0, "mixed": 1, "better": 2}
        changes = sorted(found.changes, key=lambda one: (not one.flipped, order[one.direction], one.id))
        return page("compare.html.j2", request, a=a, b=b, found=found, changes=changes)

    @router.get("/gate")
    def gated(run: str, request: Request, profile: str = "release", baseline: str = "") -> HTMLResponse:
        if profile not in PROFILES:
            raise InputError("staff.no_profile", name=profile[:40], known="、".join(PROFILES))
        held = staff.shelf.run(baseline) if baseline else None
        result = gate(staff.shelf.run(run), baseline=held, profile=profile)
        return page("gate.html.j2", request, name=run, result=result)

    @router.get("/coverage")
    def covered(request: Request, suite: str = "core") -> HTMLResponse:
        choices = staff.shelf.choices()
        if suite not in {entry.value for entry in choices}:
            raise InputError("staff.no_suite_chosen")
        cases = load_suites([suite])
        found = coverage(cases, LibraryFacts(staff.catalog))
        units, touched = sum(one.units for one in found), sum(one.touched for one in found)
        return page(
            "coverage.html.j2", request, suite=suite, choices=choices, questions=len(cases), found=found,
            units=units, touched=touched,
        )  # fmt: skip

    return router


def run_values(run: RunResult, fault: str, tag: str, only: str) -> dict[str, Any]:
    """What the page of a run shows; `fault`, `tag` and `only` ("failed" or "all") choose its questions."""
    counted = Counter(row.faults[0] for row in run.failures)
    rows = [row for row in run.rows if only == "all" or not row.passed]
    rows = [row for row in rows if not fault or (row.faults and row.faults[0] == fault)]
    rows = [row for row in rows if not tag or tag in row.tags]
    return {
        "run": run,
        "bounds": load_thresholds(),
        "faults": [(name, step_name(name), counted[name]) for name in FAULTS if counted[name]],
        "rows": rows,
        "fault": fault,
        "tag": tag,
        "only": only,
        "tags": list(run.by_tag.items()),
    }


def case_values(row: Row, facts: LibraryFacts) -> dict[str, Any]:
    """What the page of one question shows."""
    ranking = [
        (number, _unit_name(entry, facts), entry in row.places)
        for number, entry in enumerate(row.ranking[:_RANKS], start=1)
    ]
    scores = [(m.name, row.scores[m.name]) for m in METRICS if m.name in row.scores and row.scores[m.name].of]
    return {
        "row": row,
        "steps": [(fault, step_name(fault)) for fault in row.faults],
        "ranking": ranking,
        "scores": scores,
    }


def _unit_name(entry: str, facts: LibraryFacts) -> str:
    """A line of a ranking for people: gold places have names already, other units are clause ids."""
    doc_id = entry.rpartition(":")[0]
    file = facts.file_of(doc_id)
    if file is None:
        return entry
    label = next((clause.label for clause in facts.clauses(doc_id) if clause.clause_id == entry), None)
    return f"{file} {label or ''}".rstrip()
