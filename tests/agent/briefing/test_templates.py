"""Templates and outlines with faults: each is named with its file, its place and what is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from agent.briefing.outline import Outline, outline_of
from agent.briefing.templates import templates
from corpus.errors import InputError

DAY = date(2026, 7, 20)
GOOD = """kind: 信息
title: "{{ topic }}（{{ as_of }}）"
sections:
  - {part: measures, heading: "{{ subject }}政策", limit: 3}
"""


def folder(home: Path) -> Path:
    made = home / "templates" / "briefings"
    made.mkdir(parents=True)
    return made


def test_three_kinds_are_delivered(tmp_path: Path) -> None:
    assert list(templates(tmp_path)) == ["简报", "要情", "专报"]


def test_staff_add_a_kind_and_change_one(tmp_path: Path) -> None:
    own = folder(tmp_path)
    (own / "info.yaml").write_text(GOOD, "utf-8")
    (own / "brief.yml").write_text(GOOD.replace("信息", "简报"), "utf-8")
    outline = outline_of("绿色工厂情况", DAY, "信息", tmp_path)
    assert outline.title == "绿色工厂情况（2026-07-20）" and outline.sections[0].heading == "绿色工厂政策"
    assert len(templates(tmp_path)["简报"].sections) == 1 and len(templates(tmp_path)) == 4


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("kind: [", "YAML, line 1"),
        ("- a", "dict"),
        (GOOD.replace("measures", "nothing"), "sections.0.part"),
        (GOOD.replace("limit: 3", "limit: 0"), "sections.0.limit"),
        (GOOD.replace("limit: 3", "colour: red"), "sections.0.colour"),
        (GOOD.replace("{{ topic }}", "{{ topic"), "Jinja"),
        (GOOD.replace("{{ topic }}", "{{ nobody }}"), "nobody"),
        (GOOD.replace("{{ topic }}", "{{ ''.__class__.__mro__ }}"), "Jinja"),
        (GOOD.replace("kind: 信息\n", ""), "kind"),
    ],
)
def test_a_template_with_a_fault_is_named(tmp_path: Path, text: str, named: str) -> None:
    (folder(tmp_path) / "bad.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        outline_of("绿色工厂情况", DAY, "简报", tmp_path)
    said = caught.value.message("zh")
    assert caught.value.key == "briefing.bad_template" and "bad.yaml" in said and named in said


def test_a_heading_that_cannot_be_filled_is_named(tmp_path: Path) -> None:
    (folder(tmp_path) / "info.yaml").write_text(GOOD.replace("{{ subject }}", "{{ who }}"), "utf-8")
    with pytest.raises(InputError) as caught:
        outline_of("绿色工厂情况", DAY, "信息", tmp_path)
    assert "who" in caught.value.message("zh")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("limit: 6", "limit: many", "sections.2.limit"),
        ("as_of: '2026-07-20'", "as_of: soon", "as_of"),
        ("kind: 简报", "kinds: 简报", "kind"),
        ("sections:", "sections: [", "YAML"),
    ],
)
def test_an_outline_with_a_fault_is_named(old: str, new: str, named: str) -> None:
    text = outline_of("绿色工厂情况", DAY).to_yaml()
    assert old in text
    with pytest.raises(InputError) as caught:
        Outline.from_yaml(text.replace(old, new, 1), "my.yaml")
    said = caught.value.message("zh")
    assert caught.value.key == "briefing.bad_outline" and "my.yaml" in said and named in said


def test_a_region_that_is_not_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        outline_of("2026年上半年南景市未来产业情况", DAY, "简报", tmp_path)
    said = caught.value.message("zh")
    assert "“南景市”" in said and "“南京市”" in said.partition("是不是")[2]
