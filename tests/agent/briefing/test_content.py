"""What a briefing says: kinds that differ, reports that disagree, sums that lack a part, policy, drafts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.briefing.changes import changes
from agent.briefing.drafts import Drafts, redrawn
from agent.briefing.gather import write
from agent.briefing.layout import deviations, docx_bytes
from agent.briefing.model import Briefing, Exhibit
from agent.briefing.outline import Outline, outline_of
from agent.briefing.plain import to_data
from agent.briefing.working import workings
from agent.state import Statement
from corpus.errors import InputError
from corpus.model import Role, Validity, Visibility
from index import Library

APRIL = """# 示例工业用电监测月报（2026年4月，虚构数据）

表1 工业用电情况（2026年4月）

| 设区市 | 当月工业用电量（亿千瓦时） |
| --- | --- |
| 南京市 | 19.5 |
| 无锡市 | 28.1 |
| 徐州市 | 15.0 |
| 苏州市 | 40.2 |
| 常州市 | 10.0 |
"""
MAY = """# 示例工业用电监测月报（2026年5月，虚构数据）

表1 工业用电情况（2026年5月）

| 设区市 | 当月工业用电量（亿千瓦时） |
| --- | --- |
| 南京市 | 20.5 |
| 无锡市 | 30.1 |
| 苏州市 | 41.0 |
| 常州市 | 10.4 |
| 合计 | 105.4 |
"""
EXPRESS = """# 示例工业用电运行快报（2026年4月，虚构数据）

表1 工业用电情况（2026年4月）

| 设区市 | 当月工业用电量（亿千瓦时） |
| --- | --- |
| 南京市 | 21.7 |
"""
JUNE = MAY.replace("5月", "6月").replace("20.5", "22.5").replace("| 合计 | 105.4 |\n", "| 徐州市 | 16.0 |\n")
SECRET = APRIL.replace("监测月报", "内部月报").replace("4月", "3月").replace("40.2", "77.7")
OLD = """# 示例市首版次软件奖补办法

示例政规〔2021〕3号

第一条　为了支持首版次软件推广，制定本办法。

第二条　对首版次软件给予不超过30万元的奖补。

第三条　本办法自2021年1月1日起施行，有效期至2025年12月31日。
"""
NEW = """# 示例市首版次软件推广办法

示例政规〔2026〕7号

第一条　为了支持首版次软件推广，制定本办法。

第二条　对首版次软件给予不超过50万元的奖补。

第三条　企业应当在取得认定后六个月内提出申请。

第四条　示例市工业和信息化局负责组织首版次软件的认定。

第五条　本办法自2026年1月1日起施行，有效期至2028年12月31日。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("content")
    home = folder / "home"
    home.mkdir()
    (home / "models").symlink_to(models_dir, target_is_directory=True)
    with Library.open(home) as made:
        for name, text in (
            ("4.md", APRIL), ("5.md", MAY), ("express.md", EXPRESS), ("old.md", OLD), ("new.md", NEW),
            ("secret.md", SECRET),
        ):  # fmt: skip
            (folder / name).write_text(text, "utf-8")
            seen = Visibility.INTERNAL if name == "secret.md" else Visibility.PUBLIC
            assert [one.status for one in made.ingest([folder / name], seen)] == ["added"], name
        yield made


def brief(library: Library, topic: str, kind: str = "简报", role: Role = Role.OFFICIAL) -> Briefing:
    return write(outline_of(topic, date(2026, 7, 20), kind), library, role)


def text_of(briefing: Briefing) -> str:
    blocks = [block for section in briefing.sections for block in section.blocks]
    return "\n".join(block.text for block in blocks if isinstance(block, Statement))


def test_reports_that_disagree_stand_side_by_side_and_are_in_no_sum(library: Library) -> None:
    made = brief(library, "2026年4月工业用电情况")
    said = text_of(made)
    assert "各材料不一致" in said and "19.5亿千瓦时" in said and "21.7亿千瓦时" in said
    assert "监测月报" in said and "运行快报" in said and made.unverified == ()
    assert "合计93.3亿千瓦时" in said  # of the four on which they agree


def test_a_total_that_its_parts_do_not_come_to_is_told(library: Library) -> None:
    said = text_of(brief(library, "2026年5月工业用电情况"))
    assert (
        "相加为102.0亿千瓦时" in said and "材料所列合计为105.4亿千瓦时" in said and "相差3.4亿千瓦时" in said
    )


def test_a_part_that_the_period_lacks_is_named(library: Library) -> None:
    assert "本期没有徐州市的数据" in text_of(brief(library, "2026年5月工业用电情况"))


def test_what_a_role_may_not_see_is_in_no_briefing(library: Library) -> None:
    with pytest.raises(InputError) as caught:
        brief(library, "2026年3月工业用电情况", role=Role.VISITOR)
    assert caught.value.key == "briefing.no_data" and "3月" in caught.value.message("zh")
    assert "77.7" in text_of(brief(library, "2026年3月工业用电情况"))


def test_policy_alone_makes_a_briefing_of_what_is_in_force(library: Library) -> None:
    made = brief(library, "首版次软件", "专报")
    said = text_of(made)
    assert "不超过50万元" in said and "30万元" not in said and "示例市工业和信息化局负责" in said
    assert "关于期限" in said and "2028年12月31日" in said
    spans = [
        span for section in made.sections for block in section.blocks for span in getattr(block, "spans", ())
    ]
    assert {span.evidence.validity for span in spans} == {Validity.IN_FORCE}
    assert any(section.level == 2 and "示例政规〔2026〕7号" in section.heading for section in made.sections)


def test_kinds_differ_in_what_they_hold(library: Library) -> None:
    topic = "2026年5月工业用电情况"
    made = {kind: brief(library, topic, kind) for kind in ("简报", "专报", "要情")}
    tables = {
        kind: sum(isinstance(block, Exhibit) for section in one.sections for block in section.blocks)
        for kind, one in made.items()
    }
    assert tables["要情"] == 0 < tables["简报"] <= tables["专报"]
    assert made["专报"].title.endswith("专题报告") and made["要情"].title.endswith("要情")
    assert any(section.level == 2 for section in made["专报"].sections)
    assert len({one.title for one in made.values()}) == 3
    for one in made.values():
        assert deviations(docx_bytes(one)) == []


def test_computed_figures_are_worked_out_in_the_annex(library: Library) -> None:
    lines = workings(brief(library, "2026年4月工业用电情况"))
    assert any(
        "28.1" in line and "15.0" in line and "40.2" in line and "=93.3亿千瓦时" in line for line in lines
    )


def test_a_draft_is_kept_whole_and_redrawn_with_each_changed_figure(library: Library, tmp_path: Path) -> None:
    kept = Drafts(library.catalog.engine)
    outline = outline_of("工业用电情况", date(2026, 7, 20))
    first = write(outline, library, Role.OFFICIAL)
    draft_id = kept.add("user:1", Role.OFFICIAL, outline, first)
    found = kept.get("user:1", draft_id, Role.OFFICIAL)
    assert to_data(found.briefing) == to_data(first) and found.outline == outline
    assert docx_bytes(found.briefing) and [one.title for one in kept.list("user:1")] == [first.title]
    path = tmp_path / "6.md"
    path.write_text(JUNE, "utf-8")
    assert [one.status for one in library.ingest([path])] == ["added"]
    try:
        _, second = redrawn(found, library, Role.OFFICIAL, date(2026, 7, 21))
    finally:
        library.remove_file(path)
    listed = {one.where: (one.before, one.after) for one in changes(first, second)}
    assert any("南京市" in where and pair == ("20.5", "22.5") for where, pair in listed.items())
    assert any("徐州市" in where and pair == ("", "16.0") for where, pair in listed.items())
    assert all(one.source for one in changes(first, second)) and changes(first, first) == []


def test_a_draft_is_its_owners_and_of_its_role(library: Library) -> None:
    kept = Drafts(library.catalog.engine)
    outline = outline_of("首版次软件", date(2026, 7, 20))
    draft_id = kept.add("user:2", Role.OFFICIAL, outline, write(outline, library, Role.OFFICIAL))
    for owner, role in (("user:3", Role.STAFF), ("user:2", Role.VISITOR)):
        with pytest.raises(InputError) as caught:
            kept.get(owner, draft_id, role)
        assert caught.value.key == "briefing.no_draft"
    with pytest.raises(InputError):
        kept.remove("user:3", draft_id)
    kept.remove("user:2", draft_id)
    assert kept.list("user:2") == []


def test_an_edited_outline_is_followed(library: Library) -> None:
    outline = outline_of("2026年5月工业用电情况", date(2026, 7, 20))
    text = outline.to_yaml().replace("heading: 主要指标", "heading: 用电量").replace("tables: 1", "tables: 0")
    made = write(Outline.from_yaml(text), library, Role.OFFICIAL)
    assert next(section.heading for section in made.sections if section.heading) == "用电量"
    assert not any(isinstance(block, Exhibit) for section in made.sections for block in section.blocks)
