"""The registry over a catalog: the latest on a day, disagreements, roles, removal, series."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.model import Role, Visibility
from corpus.registry import DISPUTED, ProjectFilter, Registry
from corpus.settings import CorpusSettings
from tests.corpus.registry.tables_made import AUGUST, HEAD, ONE, SEPTEMBER, TWO, add, changed, parsed


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.open(CorpusSettings(home=tmp_path))


def test_the_latest_snapshot_on_a_day(catalog: Catalog) -> None:
    august = add(catalog, parsed(AUGUST, HEAD, ONE, TWO))
    september = add(catalog, parsed(SEPTEMBER, HEAD, changed(ONE, done="20", stage="投产")))
    registry = Registry.open(catalog)

    def stages(day: date) -> dict[str, tuple[str | None, str]]:
        views = registry.projects(Role.VISITOR, as_of=day)
        return {view.snapshot.name: (view.snapshot.stage, view.snapshot.doc_id) for view in views}

    assert stages(date(2026, 8, 30)) == {}
    assert stages(date(2026, 9, 29)) == {"甲项目": ("在建", august), "乙项目": ("签约", august)}
    assert stages(date(2026, 9, 30)) == {"甲项目": ("投产", september), "乙项目": ("签约", august)}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (ProjectFilter(region="南京"), ["甲项目"]),
        (ProjectFilter(region="昆山市"), ["乙项目"]),
        (ProjectFilter(region="江苏省"), ["甲项目", "乙项目"]),
        (ProjectFilter(chain="储能"), ["甲项目"]),
        (ProjectFilter(kind="省重大工业项目"), ["乙项目"]),
        (ProjectFilter(kind="省重大项目"), []),
        (ProjectFilter(stage="已签约"), ["乙项目"]),
        (ProjectFilter(owner="乙公司", region="苏州市"), ["乙项目"]),
    ],
)
def test_filters(catalog: Catalog, wanted: ProjectFilter, names: list[str]) -> None:
    add(catalog, parsed(AUGUST, HEAD, ONE, TWO))
    views = Registry.open(catalog).projects(Role.VISITOR, wanted, date(2026, 12, 31))
    assert [view.snapshot.name for view in views] == names


def test_an_unknown_kind_stage_group_or_scope_is_refused_with_the_choices(catalog: Catalog) -> None:
    registry = Registry.open(catalog)
    with pytest.raises(InputError, match="签约、开工"):
        registry.projects(Role.VISITOR, ProjectFilter(stage="烂尾"))
    with pytest.raises(InputError, match="省重大工业项目"):
        registry.projects(Role.VISITOR, ProjectFilter(kind="重大"))
    with pytest.raises(InputError, match="region"):
        registry.summary(Role.VISITOR, ["颜色"])
    with pytest.raises(InputError, match="累计"):
        registry.indicators(Role.VISITOR, scope="全部")


def test_reports_that_disagree_are_both_shown_and_left_out_of_the_sum(catalog: Catalog) -> None:
    first = add(catalog, parsed(AUGUST, HEAD, ONE, TWO))
    second = add(catalog, parsed("另一份" + AUGUST, HEAD, changed(ONE, done="13.0")))
    registry = Registry.open(catalog)
    views = registry.projects(Role.VISITOR, ProjectFilter(name="甲"), date(2026, 12, 31))
    assert {(view.snapshot.doc_id, view.snapshot.investment_done) for view in views} == {
        (first, Decimal("12.4")),
        (second, Decimal("13.0")),
    }
    assert all(view.disputed == ("investment_done",) for view in views)
    assert registry.conflicts(Role.VISITOR, date(2026, 12, 31)) == views
    (group,) = registry.summary(Role.VISITOR, [], as_of=date(2026, 12, 31))
    assert (group.count, group.planned, group.done) == (2, Decimal(48), Decimal(0))
    assert group.disputed == ("甲项目",)


def test_reports_that_agree_are_one_snapshot_with_both_places(catalog: Catalog) -> None:
    add(catalog, parsed(AUGUST, HEAD, ONE))
    add(catalog, parsed("另一份" + AUGUST, HEAD[:3] + HEAD[5:6], [*ONE[:3], "38.0"]))
    (view,) = Registry.open(catalog).projects(Role.VISITOR, as_of=date(2026, 12, 31))
    assert view.snapshot.investment_done == Decimal("12.4")
    assert (view.disputed, len(view.also)) == ((), 1)


def test_a_disputed_group_is_no_group_of_its_values(catalog: Catalog) -> None:
    add(catalog, parsed(AUGUST, HEAD, ONE, TWO))
    add(catalog, parsed("另一份" + AUGUST, HEAD, changed(ONE, stage="投产")))
    groups = Registry.open(catalog).summary(Role.VISITOR, ["stage"], as_of=date(2026, 12, 31))
    assert {group.keys[0]: group.count for group in groups} == {DISPUTED: 1, "签约": 1}


def test_counts_and_sums_by_group(catalog: Catalog) -> None:
    rows = [ONE, TWO, changed(["丙项目", *ONE[1:]], planned="", done="1.5"), ["丁项目", *TWO[1:]]]
    doc_id = add(catalog, parsed(AUGUST, HEAD, *rows))
    groups = Registry.open(catalog).summary(Role.VISITOR, ["region", "kind"], as_of=date(2026, 12, 31))
    assert [(group.keys, group.count, group.planned, group.done) for group in groups] == [
        (("南京市", "增资扩产"), 2, Decimal(38), Decimal("13.9")),
        (("苏州市", "省重大工业项目"), 2, Decimal(20), Decimal(0)),
    ]
    assert (groups[0].unstated_planned, groups[0].doc_ids) == (1, (doc_id,))


def test_one_name_in_two_cities_is_two_projects(catalog: Catalog) -> None:
    add(catalog, parsed(AUGUST, HEAD, ONE, changed(ONE, region="徐州市", done="1")))
    views = Registry.open(catalog).projects(Role.VISITOR, as_of=date(2026, 12, 31))
    assert [(view.snapshot.region, view.disputed) for view in views] == [("南京市", ()), ("徐州市", ())]


def test_what_lasts_is_carried_from_earlier_reports(catalog: Catalog) -> None:
    august = add(catalog, parsed(AUGUST, HEAD, ONE))
    add(catalog, parsed(SEPTEMBER, ["项目名称", "建设阶段"], ["甲项目", "投产"]))
    registry = Registry.open(catalog)
    (view,) = registry.projects(Role.VISITOR, ProjectFilter(region="南京"), date(2026, 12, 31))
    assert (view.get("owner"), view.carried["owner"].doc_id) == ("示例甲公司", august)
    assert view.get("investment_done") is None  # progress is of its day
    assert [v.snapshot.stage for v in registry.history(Role.VISITOR, "甲项目", date(2026, 12, 31))] == [
        "在建",
        "投产",
    ]


def test_visitors_see_nothing_of_internal_documents(catalog: Catalog) -> None:
    add(catalog, parsed(AUGUST, HEAD, ONE))
    secret = add(catalog, parsed(SEPTEMBER, HEAD, changed(ONE, done="30"), TWO), Visibility.INTERNAL)
    figures = ["设区市", "密级处室", "工业投资当月（亿元）"]
    add(catalog, parsed("内部" + SEPTEMBER, figures, ["南京市", "甲", "4"]), Visibility.INTERNAL)
    registry, day = Registry.open(catalog), date(2026, 12, 31)
    for views in (registry.projects(Role.VISITOR, as_of=day), registry.history(Role.VISITOR, "甲", day)):
        assert [(view.snapshot.name, view.snapshot.investment_done) for view in views] == [
            ("甲项目", Decimal("12.4"))
        ]
    assert registry.history(Role.VISITOR, "乙", day) == []
    assert [group.count for group in registry.summary(Role.VISITOR, [], as_of=day)] == [1]
    assert registry.indicators(Role.VISITOR, as_of=day) == []
    assert registry.unread(Role.VISITOR) == []
    assert len(registry.projects(Role.OFFICIAL, as_of=day)) == 2
    assert len(registry.indicators(Role.OFFICIAL, as_of=day)) == 1
    catalog.set_visibility(secret, Visibility.PUBLIC)
    assert len(Registry.open(catalog).projects(Role.VISITOR, as_of=day)) == 2


def test_rows_go_with_their_version(catalog: Catalog) -> None:
    doc_id = add(catalog, parsed(AUGUST, HEAD, ONE))
    figures = parsed(SEPTEMBER, ["设区市", "说明文字", "工业投资当月（亿元）"], ["南京市", "稳", "4"])
    add(catalog, figures)
    add(catalog, parsed(AUGUST, HEAD, ONE))  # staged again: not doubled
    assert len(Registry.open(catalog).projects(Role.VISITOR, as_of=date(2026, 12, 31))) == 1
    for gone in (doc_id, figures.version.doc_id):
        catalog.remove(gone)
    with catalog.engine.connect() as connection:
        for table in ("registry_projects", "registry_indicators", "registry_unread", "registry_sources"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_a_staged_version_is_not_seen(catalog: Catalog) -> None:
    catalog.stage(parsed(AUGUST, HEAD, ONE), Visibility.PUBLIC)
    assert Registry.open(catalog).projects(Role.STAFF, as_of=date(2026, 12, 31)) == []


def test_a_changed_columns_file_reads_the_kept_tables_anew(catalog: Catalog, tmp_path: Path) -> None:
    header = ["项目名称", "建设单位", "项目盘子（亿元）"]
    doc_id = add(catalog, parsed(AUGUST, header, ["甲项目", "示例甲公司", "5"]))
    day = date(2026, 12, 31)
    before = Registry.open(catalog)
    assert before.projects(Role.VISITOR, as_of=day)[0].snapshot.extra == {"项目盘子（亿元）": "5"}
    assert [entry.column for entry in before.unread(Role.VISITOR)] == ["项目盘子（亿元）"]
    record = catalog.record(doc_id)
    assert record is not None and any("项目盘子" in warning for warning in record.warnings)
    text = "projects:\n  investment_planned:\n    names: [项目盘子]\n"
    (tmp_path / "columns.yaml").write_text(text, encoding="utf-8")
    after = Registry.open(catalog)
    assert after.projects(Role.VISITOR, as_of=day)[0].snapshot.investment_planned == 5
    assert after.unread(Role.VISITOR) == []


def test_a_faulty_columns_file_never_stops_an_ingestion(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "columns.yaml").write_text("stages: [", encoding="utf-8")
    doc_id = add(catalog, parsed(AUGUST, HEAD, ONE))
    record = catalog.record(doc_id)
    assert record is not None and any("columns.yaml" in warning for warning in record.warnings)
    with pytest.raises(InputError, match=r"columns\.yaml"):
        Registry.open(catalog)
    (tmp_path / "columns.yaml").unlink()
    assert len(Registry.open(catalog).projects(Role.VISITOR, as_of=date(2026, 12, 31))) == 1


def test_a_state_folder_of_before_the_registry_opens(catalog: Catalog, tmp_path: Path) -> None:
    doc_id = add(catalog, parsed(AUGUST, HEAD, ONE))
    catalog.close()
    with sqlite3.connect(tmp_path / "zhixun.db") as database:
        for table in ("projects", "indicators", "unread", "sources"):
            database.execute(f"DROP TABLE registry_{table}")
    registry = Registry.open(Catalog.open(CorpusSettings(home=tmp_path)))
    assert registry.projects(Role.VISITOR) == []
    assert registry.not_read(Role.VISITOR) == [doc_id]


def test_series_never_mix_month_and_total(catalog: Catalog) -> None:
    header = ["设区市", "工业投资当月（亿元）", "工业投资累计（亿元）", "工业投资累计同比（%）"]
    for month, (now, total) in {6: ("4", "20"), 7: ("5", "25"), 8: ("3", "28")}.items():
        title = f"工业运行监测月报（2026年{month}月）"
        add(catalog, parsed(title, header, ["南京市", now, total, "1.5"], ["全省", "40", "200", "2.0"]))
    registry, day = Registry.open(catalog), date(2026, 12, 31)
    month, total = registry.indicators(Role.VISITOR, "工业投资", region="南京", as_of=day)
    assert (month.scope, [point.value.value for point in month.points]) == ("当月", [4, 5, 3])
    assert [point.change for point in month.points] == [None, 1, -2]
    assert (total.scope, [point.value.value for point in total.points]) == ("累计", [20, 25, 28])
    assert [point.value.yoy for point in total.points] == [Decimal("1.5")] * 3
    (only,) = registry.indicators(Role.VISITOR, "工业投资", "南京", scope="累计", since="2026-07", as_of=day)
    assert [point.value.period for point in only.points] == ["2026-07", "2026-08"]
    (known,) = registry.indicators(Role.VISITOR, region="江苏", scope="当月", as_of=date(2026, 7, 31))
    assert [point.value.period for point in known.points] == ["2026-06", "2026-07"]


def test_two_figures_for_one_month_are_both_points(catalog: Catalog) -> None:
    header = ["设区市", "工业投资当月（亿元）"]
    for title, figure in ((AUGUST, "4"), ("另一份" + AUGUST, "5"), ("第三份" + AUGUST, "4")):
        add(catalog, parsed(title, header, ["南京市", figure]))
    (series,) = Registry.open(catalog).indicators(Role.VISITOR, as_of=date(2026, 12, 31))
    assert [(point.value.value, point.disputed, len(point.also)) for point in series.points] == [
        (4, True, 1),
        (5, True, 0),
    ]
