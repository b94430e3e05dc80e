"""From known truth to files to the registry: every cell of a year of reports, in every format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from corpus.catalog import Catalog
from corpus.model import Role, Visibility
from corpus.parse import parse_file
from corpus.places import CITIES
from corpus.registry import ProjectFilter, Registry
from corpus.registry_series import last_month
from corpus.samples import monitoring
from corpus.samples.build import RENDERERS
from corpus.settings import CorpusSettings

DAY = date(2026, 11, 22)
# column of a monthly table -> (name of the indicator, what of it) by the table's key
NAMES = {
    "县域特色产业": "县域特色产业产值",
    "增资扩产": "重点企业增资扩产备案数",
    "补短板": "完成节点",
    "未来产业": "示例领域产值",
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """The whole year, read from its files."""
    for needed in ("openpyxl", "docx", "reportlab", "fontTools", "mplfonts"):
        pytest.importorskip(needed, reason="the extra 'samples' is not installed")
    folder = tmp_path_factory.mktemp("reports")
    catalog = Catalog.open(CorpusSettings(home=folder / "home"))
    for sample in monitoring.samples():
        path = folder / sample.file_name
        path.write_bytes(RENDERERS[sample.format](sample))
        parsed = parse_file(path)
        catalog.stage(parsed, Visibility.PUBLIC)
        catalog.make_live(parsed.version.doc_id)
    yield Registry.open(catalog)
    catalog.close()


@pytest.mark.parametrize("quarter", monitoring.QUARTERS, ids=str)
def test_every_project_cell_of_a_quarter(registry: Registry, quarter: date) -> None:
    views = registry.projects(Role.VISITOR, as_of=quarter)
    found = {}
    for view in views:
        if "project-library" in _path(registry, view.snapshot.doc_id):
            found[view.snapshot.name] = view.snapshot
    truth = monitoring.library(quarter)
    assert found.keys() == {project.name for project in truth}
    for project in truth:
        snapshot = found[project.name]
        stated = (snapshot.owner, snapshot.region, snapshot.county, snapshot.chain, snapshot.kind)
        assert stated == (project.owner, project.city, project.county, project.chain, project.kind)
        amounts = (snapshot.investment_planned, snapshot.investment_done)
        assert amounts == (Decimal(str(project.planned)), Decimal(str(project.done)))
        told = (snapshot.stage, snapshot.start, snapshot.end, snapshot.report_date)
        assert told == (project.stage, project.start, project.end, quarter)


def test_at_least_two_hundred_projects_in_every_city(registry: Registry) -> None:
    groups = registry.summary(Role.VISITOR, ["region"], as_of=DAY)
    counts = {group.keys[0]: group.count for group in groups}
    assert sum(counts.values()) >= 200
    assert counts.keys() == {f"{city}市" for city in CITIES}


def test_the_reports_that_disagree_are_both_there(registry: Registry) -> None:
    project, other = monitoring.disputed()
    views = registry.conflicts(Role.VISITOR, DAY)
    assert {view.snapshot.name for view in views} == {project.name}
    assert {view.snapshot.investment_done for view in views} == {
        Decimal(str(project.done)),
        Decimal(str(other)),
    }
    kept = registry.projects(Role.VISITOR, ProjectFilter(name=project.name), DAY)
    assert len({view.snapshot.doc_id for view in kept}) == 2


@pytest.mark.parametrize("table", NAMES)
def test_every_monthly_figure(registry: Registry, table: str) -> None:
    found = {}
    for series in registry.indicators(Role.VISITOR, NAMES[table], as_of=DAY):
        for point in series.points:
            assert not point.disputed
            value = point.value
            label = value.group or ("全省" if value.region == "江苏省" else value.region)
            found[label, value.period, value.scope] = (value.value, value.yoy)
    truth = {}
    for year, month in monitoring.MONTHS:
        period = f"{year}-{month:02d}"
        for row in monitoring.figures(table, year, month):
            growth = None if row.growth is None else Decimal(str(row.growth))
            truth[row.label, period, "当月"] = (Decimal(str(row.month)), None)
            truth[row.label, period, "累计"] = (Decimal(str(row.total)), growth)
    assert found == truth


def test_the_scan_too(registry: Registry) -> None:
    (values,) = [
        {
            series.group: series.points[0].value
            for series in registry.indicators(Role.VISITOR, "用工人数", as_of=DAY)
        }
    ]
    truth = {row.label: Decimal(round(row.month * 100)) for row in monitoring.figures("未来产业", 2026, 5)}
    assert {group: value.value for group, value in values.items()} == truth
    assert {(last_month(value.period), value.scope, value.unit) for value in values.values()} == {
        ("2026-05", "期末", "人")
    }


def test_the_unknown_column_is_reported_and_nothing_else(registry: Registry) -> None:
    unread = registry.unread(Role.VISITOR)
    assert {(entry.reason, entry.column) for entry in unread} == {("column", "攻关方向")}
    assert len(unread) == len(monitoring.QUARTERS)


def _path(registry: Registry, doc_id: str) -> str:
    record = registry._catalog.record(doc_id)
    assert record is not None
    return record.path
