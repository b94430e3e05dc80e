"""Evaluation runs: start one, watch it, look at it, compare two, hold one against a gate."""

from __future__ import annotations

from typing import get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from corpus.errors import InputError
from evals.compare import compare
from evals.coverage import coverage
from evals.facts import LibraryFacts
from evals.gate import PROFILES, gate
from evals.lint import lint
from evals.page.build import html
from evals.problems import refuse
from evals.report_case import find_row
from evals.suite import Split, load_suites
from ui.web.shell import PageRoute, checked_form
from ui.web.staff.app import Staff, page
from ui.web.staff.run_view import Wanted, case_values, picked, rival, run_values
from ui.web.staff.shelf import SuiteEntry, parts_of

_CHIEF = ("key_recall", "citation_precision", "refusal_recall", "false_refusal")


def runs_router(staff: Staff) -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("")
    def runs(request: Request) -> HTMLResponse:
        lines = staff.shelf.lines()
        before, after = picked(lines)
        return page(
            "runs.html.j2",
            request,
            runs=lines,
            picked_a=before,
            picked_b=after,
            chief=_CHIEF,
            choices=_choices(staff),
            progress=staff.worker.progress(),
            running=_running(staff),
        )

    @router.post("/start")
    async def start(request: Request) -> Response:
        form = await checked_form(request)
        suites = [name for name in form.get("suites", "").split("\n") if name]
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
    async def stop(request: Request) -> Response:
        await checked_form(request)
        staff.worker.stop()
        return RedirectResponse("/staff/evals", status_code=303)

    @router.get("/progress")
    def progress() -> JSONResponse:
        return JSONResponse(staff.worker.progress().as_dict())

    @router.post("/runs/{name}/resume")
    async def resume(name: str, request: Request) -> Response:
        await checked_form(request)
        staff.worker.resume(staff.shelf.run(name).folder)
        return RedirectResponse("/staff/evals", status_code=303)

    @router.get("/runs/{name}")
    def one(
        name: str, request: Request, only: str = "failed", fault: str = "", tag: str = "", q: str = ""
    ) -> HTMLResponse:
        run = staff.shelf.run(name)
        wanted = Wanted(only, fault, tag, q.strip())
        others = [line for line in staff.shelf.lines() if line.name != name and line.complete]
        values = run_values(run, wanted)
        return page(
            "run.html.j2",
            request,
            name=name,
            running=_running(staff),
            others=others,
            rival=rival(parts_of(run.suites), others),
            **values,
        )

    @router.get("/runs/{name}/report")
    def report(name: str) -> HTMLResponse:
        return HTMLResponse(html(staff.shelf.run(name)))

    @router.get("/runs/{name}/case")
    def case(name: str, id: str, request: Request) -> HTMLResponse:
        run = staff.shelf.run(name)
        values = case_values(run, find_row(run, id), LibraryFacts(staff.catalog))
        return page("case.html.j2", request, name=name, run=run, **values)

    router.include_router(_judging(staff))
    return router


def _running(staff: Staff) -> str | None:
    """The name of the run under way."""
    now = staff.worker.progress()
    return now.run_id if now.state == "running" else None


def _choices(staff: Staff) -> list[tuple[SuiteEntry, int]]:
    """The suites, each with how many of its documents this library lacks; those that fit stand first."""
    live = {file for _, file, _ in LibraryFacts(staff.catalog).live()}
    found = [(entry, len(entry.files - live)) for entry in staff.shelf.choices()]
    return sorted(found, key=lambda one: (one[0].questions is None, one[1] > 0))


def _judging(staff: Staff) -> APIRouter:
    """Pages that hold a run against something: another run, a gate, the library."""
    router = APIRouter(route_class=PageRoute)

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
