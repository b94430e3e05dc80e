"""申报窗口, 适用对象, attachments, issuers one by one, level and region."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.bodies import split_bodies
from corpus.confidence import confidence
from corpus.model import Attached
from corpus.particulars import application_window, attachments_of, audience_of
from corpus.places import COUNTIES, city_of, is_region, level_and_region, lies_in
from tests.corpus.making import from_lines

ISSUED = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("申报时间为2026年4月1日至4月30日。", date(2026, 4, 1), date(2026, 4, 30)),
        ("网上申报时间：2026年4月1日9:00—5月15日17:00，逾期系统关闭。", date(2026, 4, 1), date(2026, 5, 15)),
        ("企业应于2026年5月25日前完成网上填报。", None, date(2026, 5, 25)),
        ("申报截止时间为2026年6月30日。", None, date(2026, 6, 30)),
        ("请各地于4月20日前将推荐材料报送我厅。", None, date(2026, 4, 20)),
        ("即日起至2026年4月10日，企业登录系统申报。", ISSUED, date(2026, 4, 10)),
        ("受理期限：自2026年4月8日起至2026年4月28日止。", date(2026, 4, 8), date(2026, 4, 28)),
        ("请于1月15日前报送。", None, date(2027, 1, 15)),
        ("二、报名时间：2026年4月8日-12日。", date(2026, 4, 8), date(2026, 4, 12)),
    ],
)
def test_application_window(text: str, first: date | None, last: date) -> None:
    window = application_window(text, ISSUED)
    assert window is not None and (window.first, window.last) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "申报企业应当在2024年12月31日前注册成立。",
        "企业成立时间不少于3年。",
        "各地要加强组织领导，做好申报指导。",
        "本通知自2026年4月1日起施行。",
    ],
)
def test_other_days_are_no_window(text: str) -> None:
    assert application_window(text, ISSUED) is None


def test_the_firms_window_outweighs_the_days_of_the_offices() -> None:
    text = (
        "请各设区市工信局于5月20日前将推荐文件报送我厅。\n企业申报时间：2026年4月1日至2026年4月30日。\n"
        "县级初审于5月10日前完成。"
    )
    window = application_window(text, ISSUED)
    assert window is not None and (window.first, window.last) == (date(2026, 4, 1), date(2026, 4, 30))
    assert not window.inferred


def test_window_of_a_whole_notice_with_its_place() -> None:
    version = from_lines(
        "关于组织申报2026年度省级专精特新中小企业的通知\n苏工信中小〔2026〕75号\n各设区市工信局：\n一、申报条件\n"
        "企业成立满两年。\n二、申报时间\n申报时间为2026年4月1日至4月30日。\n附件：1.申报书\n2.推荐汇总表\n"
        "江苏省工业和信息化厅\n2026年3月20日"
    ).version
    assert (version.application_from, version.application_to) == (date(2026, 4, 1), date(2026, 4, 30))
    assert version.basis["application_to"].startswith("申报时间为2026年4月1日")
    assert version.confidence["application_to"] == "高"
    assert version.audience == ("专精特新中小企业",)
    assert [attached.title for attached in version.attachments] == ["申报书", "推荐汇总表"]
    assert version.effective_to is None


def test_a_year_that_is_concluded_is_less_sure() -> None:
    version = from_lines(
        "关于组织申报首台套装备的通知\n一、要求\n请于4月20日前报送材料。\n二、其他\n江苏省工业和信息化厅\n2026年3月20日"
    ).version
    assert version.application_to == date(2026, 4, 20)
    assert version.confidence["application_to"] == "中"


@pytest.mark.parametrize(
    ("title", "text", "groups"),
    [
        ("科技型中小企业评价办法", "", ("科技型中小企业",)),
        ("中小企业贷款贴息办法", "", ("中小企业",)),
        ("某某办法", "本办法适用于本市规模以上工业企业和个体工商户。", ("规上企业", "个体工商户")),
        ("某某通知", "申报对象：年营业收入2000万元以上的规上工业企业。", ("规上企业",)),
        ("关于梯度培育专精特新“小巨人”企业的通知", "", ("专精特新“小巨人”企业",)),
        ("某某通知", "企业要做好安全生产。", ()),
    ],
)
def test_audience(title: str, text: str, groups: tuple[str, ...]) -> None:
    assert audience_of(title, text)[0] == groups


@pytest.mark.parametrize(
    ("lines", "attachments"),
    [
        (["附件：申报指南"], (Attached("附件", "申报指南"),)),
        (
            ["附件：1.申报书", "2．推荐汇总表", "某局"],
            (Attached("附件1", "申报书"), Attached("附件2", "推荐汇总表")),
        ),
        (["附件：1.申报书 2.推荐汇总表"], (Attached("附件1", "申报书"), Attached("附件2", "推荐汇总表"))),
        (["正文没有附件。"], ()),
        (
            ["附件：某部关于某事的通知", "某厅", "附件", "工信部企业〔2026〕5号", "某部关于某事的通知"],
            (Attached("附件", "某部关于某事的通知", "工信部企业〔2026〕5号"),),
        ),
    ],
)
def test_attachments(lines: list[str], attachments: tuple[Attached, ...]) -> None:
    assert attachments_of(lines) == attachments


@pytest.mark.parametrize(
    ("value", "bodies"),
    [
        ("江苏省工业和信息化厅、江苏省财政厅", ("江苏省工业和信息化厅", "江苏省财政厅")),
        ("江苏省工业和信息化厅 江苏省财政厅", ("江苏省工业和信息化厅", "江苏省财政厅")),
        ("江苏省工业和信息化厅江苏省财政厅", ("江苏省工业和信息化厅", "江苏省财政厅")),
        ("工业和信息化部办公厅 财政部办公厅", ("工业和信息化部办公厅", "财政部办公厅")),
        ("工业和信息化部财政部税务总局", ("工业和信息化部", "财政部", "税务总局")),
        ("江 苏 省 财 政 厅", ("江苏省财政厅",)),
        ("南京市人民政府办公室", ("南京市人民政府办公室",)),
        ("中共江苏省委江苏省人民政府", ("中共江苏省委", "江苏省人民政府")),
    ],
)
def test_issuers_one_by_one(value: str, bodies: tuple[str, ...]) -> None:
    assert split_bodies(value) == bodies


def test_every_county_of_jiangsu_is_known() -> None:
    names = [name for group in COUNTIES.values() for name in group.split()]
    assert len(COUNTIES) == 13
    assert len([name for name in names if name not in ("江北新区", "苏州工业园区")]) == 95
    for city, group in COUNTIES.items():
        for name in group.split():
            issuer = f"{name}人民政府" if name != "鼓楼区" else f"{city}市{name}人民政府"
            level, region = level_and_region("关于某事的通知", issuer)
            assert (level, city_of(region or "")) == ("县", f"{city}市"), name
            assert lies_in(region, f"{city}市") and lies_in(region, "江苏省") and is_region(name)


@pytest.mark.parametrize(
    ("title", "issuer", "number", "level", "region"),
    [
        ("通知", "南京市江宁区人民政府", "", "县", "江宁区"),
        ("通知", "江苏省盱眙县工业和信息化局", "", "县", "盱眙县"),
        ("通知", "南通市通州区工业和信息化局", "", "县", "通州区"),
        ("通知", "淮安市工业和信息化局", "", "市", "淮安市"),
        ("通知", "连云港市人民政府", "", "市", "连云港市"),
        ("通知", "苏州工业园区管理委员会", "", "县", "苏州工业园区"),
        ("关于支持江阴市建设示范区的意见", "江苏省人民政府", "", "省", "江苏省"),
        ("市政府办公室关于某事的通知", "市政府办公室", "宁政办发〔2025〕12号", "市", "南京市"),
        ("省政府关于某事的意见", "", "苏政发〔2025〕1号", "省", None),
        ("某事的通知", "", "苏工信规〔2025〕1号", None, None),
        ("通知", "杭州市工业和信息化局", "", "市", "杭州市"),
        ("通知", "国务院办公厅", "", "国家", "全国"),
    ],
)
def test_level_and_region(
    title: str, issuer: str, number: str, level: str | None, region: str | None
) -> None:
    assert level_and_region(title, issuer, number) == (level, region)


@pytest.mark.parametrize(
    ("region", "wanted", "inside"),
    [
        ("昆山市", "苏州市", True),
        ("昆山市", "苏州", True),
        ("昆山市", "昆山市", True),
        ("苏州市", "江苏省", True),
        ("苏州市", "昆山市", False),
        ("全国", "江苏省", False),
        ("江苏省", "江苏", True),
        ("徐州市鼓楼区", "徐州市", True),
        ("徐州市鼓楼区", "南京市", False),
        (None, "江苏省", False),
    ],
)
def test_regions_lie_in_each_other(region: str | None, wanted: str, inside: bool) -> None:
    assert lies_in(region, wanted) is inside


@pytest.mark.parametrize(
    ("place", "sure"),
    [
        ("发文字号：", "高"),
        ("本办法自2026年4月1日起施行。", "高"),
        ("人工更正（张某 2026-11-23）", "高"),
        ("declared issuer", "中"),
        ("title", "中"),
        ("file name", "低"),
        ("words", "低"),
        ("signature (月)", "低"),
    ],
)
def test_confidence_follows_the_place(place: str, sure: str) -> None:
    assert confidence(place) == sure


def test_two_places_that_agree_are_surer_than_one() -> None:
    text = (
        "江苏省工业和信息化厅文件\n关于某事的通知\n苏工信〔2025〕3号\n一、内容\n二、要求\n"
        "江苏省工业和信息化厅\n2025年2月3日"
    )
    alone = from_lines(text.replace("江苏省工业和信息化厅", "某处"), issuer="某某公司").version
    both = from_lines(text, issuer="江苏省工业和信息化厅").version
    assert alone.confidence["issuer"] == "中"
    assert (both.basis["issuer"], both.confidence["issuer"]) == ("declared issuer", "高")
    assert "agreed" not in both.confidence
