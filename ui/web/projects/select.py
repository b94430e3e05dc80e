"""Which projects are asked for, their sums and how they divide, from what the role may see."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.charts import Chart, Line
from agent.projects.selection import Project
from corpus.messages import msg
from corpus.places import city_of
from corpus.registry_model import STAGES
from corpus.registry_views import ProjectView

PAGE = 50  # projects on a page
FIELDS = ("kind", "stage", "region", "chain", "category")
CHARTS = ("stage", "region", "chain")
_MOST = 20  # bars of a chart
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sums:
    """Over all projects of the list; what reports disagree on or do not state is in no sum."""

    count: int
    planned: Decimal
    done: Decimal
    left_out: int


def value_of(project: Project, name: str) -> str:
    """A field of a project as the list shows it; a region is its city."""
    view = project[0]
    if name == "region":
        return city_of(view.get("region") or "") or view.get("region") or ""
    return str(view.get(name) or "")


def chosen(projects: Sequence[Project], asked: dict[str, str]) -> list[Project]:
    """Those that fit every filter; `words` stand in the name or the owner."""
    words = asked.get("words", "").split()
    return [
        project
        for project in projects
        if all(not asked.get(name) or value_of(project, name) == asked[name] for name in FIELDS)
        and all(word in f"{project[0].snapshot.name} {project[0].get('owner') or ''}" for word in words)
    ]


def choices(projects: Sequence[Project]) -> dict[str, list[str]]:
    """What each filter can be set to; stages in the order of a project's life."""
    found = {name: {value_of(project, name) for project in projects} - {""} for name in FIELDS}
    return {
        name: sorted(values, key=lambda one: (STAGES.index(one) if one in STAGES else 99, one))
        for name, values in found.items()
    }


def sums(projects: Sequence[Project]) -> Sums:
    planned = done = Decimal(0)
    left_out = 0
    for project in projects:
        one, other = (amount(project, name) for name in ("investment_planned", "investment_done"))
        planned += one or 0
        done += other or 0
        left_out += one is None or other is None
    return Sums(len(projects), planned, done, left_out)


def amount(project: Project, name: str) -> Decimal | None:
    """亿元; None where it is not stated, or reports of the day disagree."""
    view: ProjectView = project[0]
    return None if name in view.disputed else getattr(view.snapshot, name)


def chart_of(projects: Sequence[Project], by: str) -> Chart | None:
    """How many projects there are by stage, city or chain; None where nothing is stated."""
    found = Counter(value_of(project, by) for project in projects)
    found.pop("", None)
    if not found:
        return None
    if by == "stage":
        labels = sorted(found, key=lambda one: STAGES.index(one) if one in STAGES else 99)
    else:
        labels = [name for name, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))][:_MOST]
    line = Line(msg("projects_page.count"), tuple(float(found[name]) for name in labels))
    title = msg(f"projects_page.by_{by}")
    unit = msg("projects_page.unit")
    return Chart("stages" if by == "stage" else "bars", title, unit, tuple(labels), (line,))


def as_csv(projects: Sequence[Project], titles: dict[str, str]) -> bytes:
    """The list for a spreadsheet: UTF-8 with a mark, and no cell that it would take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = ("name", "region", "county", "kind", "chain", "category", "stage", "owner",
               "investment_planned", "investment_done", "report_date")  # fmt: skip
    writer.writerow([*(titles[name] for name in columns), titles["source"]])
    for project in projects:
        view = project[0]
        cells = [str(view.get(name) if view.get(name) is not None else "") for name in columns]
        writer.writerow([_harmless(cell) for cell in (*cells, titles.get(view.snapshot.doc_id, ""))])
    return ("\ufeff" + out.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
