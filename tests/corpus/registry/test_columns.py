"""`columns.yaml`: a user's file over the house's, and a linter that says file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.columns import BUILT_IN, ColumnsError, column_key, faults, load


def own_file(home: Path, text: str) -> Path:
    path = home / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_house_file_has_no_faults() -> None:
    assert faults(BUILT_IN) == []
    assert load().projects["总投资"] == "investment_planned"


def test_names_are_compared_without_units_and_spaces() -> None:
    assert column_key(" 总 投 资（亿元）：") == column_key("总投资(万元)") == "总投资"


def test_a_users_file_adds_names_and_changes_the_fingerprint(tmp_path: Path) -> None:
    plain = load(tmp_path)
    own_file(tmp_path, "projects:\n  investment_planned:\n    names: [项目盘子]\nstages:\n  开工: [破土]\n")
    laid = load(tmp_path)
    assert laid.projects["项目盘子"] == "investment_planned"
    assert laid.projects["总投资"] == "investment_planned"
    assert laid.stages["破土"] == "开工"
    assert laid.fingerprint != plain.fingerprint
    assert "项目盘子" not in load().projects


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("projects:\n  owner:\n    names: [总投资]\n", 3, "projects.owner.names"),
        ("projects:\n  owner:\n    names: 业主\n", 3, "projects.owner.names"),
        ("projects:\n  盘子:\n    names: [x]\n", 3, "projects.盘子"),
        ("projects:\n  investment_done:\n    unit: 亿\n", 3, "projects.investment_done.unit"),
        ("projects:\n  start:\n    kind: money\n", 3, "projects.start.kind"),
        ("stages:\n  烂尾: [停工]\n", 2, "stages.烂尾"),
        ("kinds:\n  省重大项目: [省重大工业项目]\n", 2, "kinds.省重大项目"),
        ("stage:\n  开工: [破土]\n", 2, "stage"),
        ("projects:\n  owner:\n    names: [业主, '']\n", 3, "projects.owner.names"),
        ("projects: [a]\n", 1, "projects"),
        ("projects:\n  owner: {names: [业主\n", 3, "—"),
    ],
)
def test_each_fault_names_its_line_and_field(tmp_path: Path, text: str, line: int, field: str) -> None:
    path = own_file(tmp_path, text)
    (fault,) = faults(path)
    assert (fault.path, fault.line, fault.field) == (path, line, field)
    assert str(path) in str(fault) and fault.message
    with pytest.raises(ColumnsError) as raised:
        load(tmp_path)
    assert raised.value.faults == [fault]


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    path = own_file(tmp_path, "a: 1\nprojects:\n  b: {}\n  owner: {c: 1}\n")
    assert [fault.field for fault in faults(path)] == ["a", "projects.b", "projects.owner.c"]
