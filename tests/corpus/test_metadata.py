"""Metadata of made documents in the forms that official Chinese texts take."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.model import ParsedDocument, Validity
from corpus.titles import genre_of
from tests.corpus.documents import (
    ANNOUNCEMENT,
    DEPARTMENT_ORDER,
    DRAFT,
    EXPLANATION,
    EXTENSION,
    LAW,
    MONTH_ONLY,
    MUNICIPAL,
    NATIONAL_NOTICE,
    OLD_EXAMPLE,
    OLD_PROVINCIAL,
    ORDER,
    PROVINCIAL,
)
from tests.corpus.making import from_file, from_lines, library

TODAY = date(2026, 11, 22)


def test_red_head_notice_with_an_attached_measure() -> None:
    version = from_lines(PROVINCIAL).version
    assert version.title == "关于印发《江苏省中小企业特色产业集群培育管理办法》的通知"
    assert version.doc_number == "苏工信规〔2024〕3号"
    assert version.issuer == "江苏省工业和信息化厅"
    assert version.issued_on == date(2024, 5, 10)
    assert (version.effective_from, version.effective_to) == (date(2024, 6, 15), date(2029, 6, 14))
    assert (version.level, version.region, version.genre) == ("省", "江苏省", "通知")


def test_the_measure_of_a_notice_is_cited_by_its_own_name() -> None:
    old, new = from_lines(OLD_PROVINCIAL), from_lines(PROVINCIAL)
    state = library([old, new])
    assert state.superseded_by(old.version.doc_id) == new.version.doc_id
    assert old.version.effective_to == date(2024, 3, 31)
    assert state.validity(old.version.doc_id, date(2024, 3, 1)) is Validity.IN_FORCE
    assert state.validity(old.version.doc_id, TODAY) is Validity.EXPIRED
    assert state.validity(new.version.doc_id, TODAY) is Validity.IN_FORCE
    by_name = from_lines(PROVINCIAL.replace("（苏工信规〔2021〕2号）", ""))
    assert library([old, by_name]).superseded_by(old.version.doc_id) == by_name.version.doc_id


def test_measure_issued_by_a_title_without_book_marks() -> None:
    version = from_lines(OLD_PROVINCIAL).version
    assert version.title == "省工业和信息化厅关于印发江苏省产业集群培育暂行办法的通知"
    assert version.doc_number == "苏工信规〔2021〕2号"
    assert version.issued_on == date(2021, 3, 1)


def test_national_notice_of_two_issuers() -> None:
    parsed = from_lines(NATIONAL_NOTICE)
    version = parsed.version
    expected = "工业和信息化部办公厅 财政部办公厅关于做好2025年中小企业数字化转型城市试点工作的通知"
    assert version.title == expected
    assert version.doc_number == "工信厅联企业函〔2025〕88号"
    assert version.issuer == "工业和信息化部办公厅、财政部办公厅"
    assert version.issued_on == date(2025, 3, 6)
    assert version.effective_from is None and version.effective_to is None
    assert (version.level, version.region) == ("国家", "全国")
    assert parsed.clauses[-1].text.startswith("附件：1.申报书\n2.推荐汇总表\n工业和信息化部办公厅")
    assert [c.label for c in parsed.clauses if c.kind != "text"] == ["一、（一）", "一、（二）"]


def test_announcement_with_a_number_by_year() -> None:
    version = from_lines(ANNOUNCEMENT).version
    assert version.title == "财政部 税务总局关于先进制造业企业增值税加计抵减政策的公告"
    assert version.doc_number == "财政部 税务总局公告2023年第43号"
    assert version.issuer == "财政部、税务总局"
    assert version.issued_on == date(2023, 9, 3)
    assert (version.effective_from, version.effective_to) == (date(2023, 1, 1), date(2027, 12, 31))
    assert version.genre == "公告"


def test_order_of_the_state_council() -> None:
    parsed = from_lines(ORDER)
    version = parsed.version
    assert version.title == "优化营商环境条例"
    assert version.doc_number == "中华人民共和国国务院令第722号"
    assert version.issuer == "国务院"
    assert version.issued_on == date(2019, 10, 22)
    assert version.effective_from == date(2020, 1, 1)
    assert (version.genre, version.subject) == ("条例", "法律法规")
    assert parsed.unit_count == 3


def test_order_of_a_ministry() -> None:
    version = from_lines(DEPARTMENT_ORDER).version
    assert version.title == "工业和信息化行政处罚程序规定"
    assert version.doc_number == "中华人民共和国工业和信息化部令第63号"
    assert version.issued_on == date(2023, 5, 4)
    assert version.effective_from == date(2023, 9, 1)
    (relation,) = version.relations
    assert (relation.kind, relation.target_title) == ("repeals", "通信行政处罚程序规定")
    assert relation.target_number == "信息产业部令第10号"


def test_law_revised() -> None:
    version = from_lines(LAW).version
    assert version.title == "中华人民共和国示例促进法"
    assert version.issuer == "全国人民代表大会常务委员会"
    assert version.issued_on == date(2017, 9, 1)
    assert version.effective_from == date(2018, 1, 1)
    assert (version.level, version.genre, version.doc_number) == ("国家", "法", None)


def test_law_amended_keeps_its_first_day_in_the_text_but_is_no_older_than_its_wording() -> None:
    amended = LAW.replace("第二十九次会议修订", "第二十九次会议《关于修改的决定》修正").replace(
        "2018年", "2003年"
    )
    version = from_lines(amended).version
    assert version.effective_from == date(2017, 9, 1)
    named = from_lines(amended, name="中华人民共和国示例促进法(20171101).md")
    assert named.version.effective_from == date(2017, 11, 1)


def test_municipal_measures_without_an_attachment_line() -> None:
    version = from_lines(MUNICIPAL).version
    assert version.title == "市政府办公室关于印发南京市促进软件产业高质量发展若干政策措施的通知"
    assert version.doc_number == "宁政办发〔2025〕12号"
    assert version.issuer == "南京市人民政府办公室"
    assert version.issued_on == date(2025, 4, 8)
    assert (version.effective_from, version.effective_to) == (date(2025, 4, 8), date(2028, 4, 7))
    assert (version.level, version.region) == ("市", "南京市")


def test_an_explanation_has_no_life_of_its_own_and_repeals_nothing() -> None:
    old, new, explanation = (from_lines(text) for text in (OLD_PROVINCIAL, PROVINCIAL, EXPLANATION))
    version = explanation.version
    assert version.title == "《江苏省中小企业特色产业集群培育管理办法》政策解读"
    assert version.genre == "解读"
    assert version.published_on == date(2024, 5, 20)
    assert version.effective_from is None
    assert [(r.kind, r.target_title) for r in version.relations] == [
        ("interprets", "江苏省中小企业特色产业集群培育管理办法")
    ]
    state = library([old, explanation, new])
    assert state.superseded_by(old.version.doc_id) == new.version.doc_id


def test_a_draft_repeals_nothing() -> None:
    draft, current = from_lines(DRAFT), from_lines(PROVINCIAL)
    assert draft.version.title == "关于公开征求《江苏省某某管理办法（征求意见稿）》意见的公告"
    assert draft.version.issued_on == date(2026, 11, 10)
    assert draft.version.effective_from is None and draft.version.relations == ()
    assert library([draft, current]).superseded_by(current.version.doc_id) is None


def test_an_extension_prolongs_the_other_and_not_itself() -> None:
    old, extension = from_lines(OLD_PROVINCIAL), from_lines(EXTENSION)
    assert extension.version.title == "关于延长《江苏省产业集群培育暂行办法》有效期的通知"
    assert extension.version.effective_to is None
    assert extension.version.issued_on == date(2024, 3, 5)
    state = library([old, extension])
    assert state.validity(old.version.doc_id, date(2025, 3, 31)) is Validity.IN_FORCE
    assert state.validity(old.version.doc_id, date(2025, 4, 1)) is Validity.EXPIRED
    assert state.superseded_by(old.version.doc_id) is None


def test_a_month_without_a_day_takes_effect_when_it_is_over() -> None:
    old, new = from_lines(OLD_EXAMPLE), from_lines(MONTH_ONLY)
    version = new.version
    assert version.issued_on is None and version.effective_from is None
    assert version.basis["issued_month"] == "2023-08" and version.basis["issued_on"].endswith("(月)")
    state = library([old, new])
    assert state.superseded_by(old.version.doc_id) == version.doc_id
    assert state.validity(old.version.doc_id, date(2023, 8, 30)) is Validity.IN_FORCE
    assert state.validity(old.version.doc_id, date(2023, 8, 31)) is Validity.REPEALED
    assert state.validity(version.doc_id, date(2023, 9, 1)) is Validity.UNKNOWN


def test_label_box_of_a_web_page(tmp_path: Path) -> None:
    parsed = from_file(
        tmp_path,
        "page.html",
        """<html><head><title>关于做好某项工作的通知_某某市工业和信息化局</title></head><body>
        <div class="nav"><a href="#">首页</a></div>
        <table><tr><td>索 引 号</td><td>014-2024-1</td><td>发布机构</td><td>示例市工业和信息化局</td></tr>
        <tr><td>文　　号</td><td>示工信〔2024〕15号</td><td>成文日期</td><td>2024-02-01</td></tr></table>
        <div id="zoom"><h1>关于做好某项工作的通知</h1><p>各县（市、区）工业和信息化局：</p>
        <p>现将有关事项通知如下。本通知自2024年3月1日起施行，有效期至2026年2月28日。</p>
        <p>示例市工业和信息化局</p><p>2024年2月1日</p></div></body></html>""",
    )
    version = parsed.version
    assert version.title == "关于做好某项工作的通知"
    assert version.doc_number == "示工信〔2024〕15号"
    assert version.issuer == "示例市工业和信息化局"
    assert version.issued_on == date(2024, 2, 1)
    assert (version.effective_from, version.effective_to) == (date(2024, 3, 1), date(2026, 2, 28))
    assert library([parsed]).validity(version.doc_id, TODAY) is Validity.EXPIRED
    assert parsed.clauses[-1].text == "示例市工业和信息化局\n2024年2月1日"


def test_a_page_title_without_a_heading_loses_the_name_of_its_site(tmp_path: Path) -> None:
    page = (
        "<html><head><title>关于做好某项工作的通知_某某市工业和信息化局</title></head><body><div>"
        "<p>现将有关事项通知如下，请各单位认真组织实施，按时报送材料，确保完成任务。</p>"
        "<p>一、工作目标</p><p>全面完成年度任务，形成可以推广的经验做法。</p></div></body></html>"
    )
    assert from_file(tmp_path, "p.html", page).version.title == "关于做好某项工作的通知"


def test_front_matter_speaks_where_the_text_is_silent(tmp_path: Path) -> None:
    version = from_file(
        tmp_path,
        "a.md",
        "---\ntitle: 某项政策要点\nissuer: 某某省工业和信息化厅\nsubject: 扶持政策\n"
        "level: 省\nregion: 江苏省\n"
        "issued_on: 2025-01-02\nsource: 某报2025年1月3日\n---\n\n# 某项政策要点\n\n支持企业。\n",
    ).version
    assert (version.issued_on, version.issuer) == (date(2025, 1, 2), "某某省工业和信息化厅")
    assert (version.subject, version.level, version.region) == ("扶持政策", "省", "江苏省")
    assert (version.genre, version.source) == ("政策要点", "某报2025年1月3日")


def test_text_outweighs_what_a_file_declares() -> None:
    version = from_lines(PROVINCIAL, issuer="某公司", effective_from="1999-01-01").version
    assert version.issuer == "某公司"  # nothing labelled in the text, and the file says so expressly
    labelled = from_lines(
        "文号：苏工信规〔2024〕9号\n发文机关：江苏省工业和信息化厅\n某办法\n一、内容", issuer="某公司"
    )
    assert labelled.version.issuer == "江苏省工业和信息化厅"


def test_word_and_pdf_titles_of_the_program_are_not_believed() -> None:
    version = from_lines(
        "关于某项工作的通知\n一、内容\n二、要求", title="Microsoft Word - 文档1", subject="Report"
    ).version
    assert version.title == "关于某项工作的通知"
    assert version.subject is None


@pytest.mark.parametrize(
    ("name", "issued"),
    [
        ("某某规定(20250317).md", date(2025, 3, 17)),
        ("2024-06-01 某某规定.md", date(2024, 6, 1)),
        ("某某规定2023年5月4日.md", date(2023, 5, 4)),
        ("某某规定.md", None),
        ("某某规定20251399.md", None),
    ],
)
def test_date_in_the_file_name(name: str, issued: date | None) -> None:
    version = from_lines("某某规定\n第一条　甲。\n第二条　乙。", name=name).version
    assert version.issued_on == issued and version.effective_from == issued


def test_english_and_bare_texts_have_no_metadata_but_a_title() -> None:
    version = from_lines("Annual report on manufacturing\nIt went well.\nThe end of it.").version
    assert version.title == "Annual report on manufacturing"
    values = (version.doc_number, version.issuer, version.issued_on, version.effective_from, version.level)
    assert values == (None,) * 5 and version.relations == ()
    assert library([from_lines("只有一句话。")]).validity(
        from_lines("只有一句话。").version.doc_id, TODAY
    ) is (Validity.UNKNOWN)


def test_printing_note_dates_a_document_without_a_signature() -> None:
    parsed = from_lines(
        "关于某项工作的意见\n苏政办发〔2024〕20号\n一、总体要求\n坚持稳中求进。\n二、组织实施\n各地抓好落实。\n"
        "抄送：省委各部委，省人大常委会办公厅。\n江苏省人民政府办公厅　2024年7月3日印发"
    )
    assert parsed.version.issued_on == date(2024, 7, 3)
    assert [c.label for c in parsed.clauses] == [None, None, "一、", "二、", None]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("苏 工 信 规 〔2024〕 3 号", "苏工信规〔2024〕3号"),
        ("国办发[2021]24号", "国办发[2021]24号"),
        ("（宁政规字〔2023〕5号）", "宁政规字〔2023〕5号"),
        ("文号：工信部联企业〔2025〕7号", "工信部联企业〔2025〕7号"),
        ("国家税务总局公告2024年第9号", "国家税务总局公告2024年第9号"),
        ("2024年第9号", "2024年第9号"),
    ],
)
def test_number_lines(line: str, number: str) -> None:
    assert from_lines(f"关于某项工作的通知\n{line}\n一、内容\n二、要求").version.doc_number == number


def test_a_number_that_the_text_cites_is_not_its_own() -> None:
    text = "关于某项工作的通知\n根据《某办法》（苏工信规〔2024〕3号）要求，现通知如下。\n一、内容\n二、要求"
    assert from_lines(text).version.doc_number is None


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("关于支持某某\n若干措施的通知\n各单位：", "关于支持某某若干措施的通知"),
        (
            "关于印发某某行动计划\n（2024—2026年）的通知\n各单位：",
            "关于印发某某行动计划（2024—2026年）的通知",
        ),
        ("某某市2024年国民经济和社会发展统计公报\n一、综合", "某某市2024年国民经济和社会发展统计公报"),
        ("国家税务总局公告\n2024年第9号\n关于某项政策的公告\n一、内容", "关于某项政策的公告"),
        ("特急\n内部资料\n关于某项工作的请示\n省政府：", "关于某项工作的请示"),
        ("第3期\n某某动态简报\n一、内容", "某某动态简报"),
        ("关于转发《关于某项工作的通知》的\n通知\n各单位：", "关于转发《关于某项工作的通知》的通知"),
    ],
)
def test_titles(lines: str, title: str) -> None:
    assert from_lines(lines + "\n正文第一句话在这里。").version.title == title


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("江苏省制造业贷款贴息政策要点（2024年3月版）", "政策要点"),
        ("江苏省优质企业数量汇编", "汇编"),
        ("2026年江苏省重大项目计划情况", "情况"),
        ("“筑峰强链”工作安排", "工作安排"),
        ("创新型中小企业评价标准（过渡期适用说明）", "标准"),
        ("关于印发《某办法》的通知", "通知"),
        ("全省运行监测月报（2026年8月，虚构数据）", "运行监测月报"),
        ("重点项目风险研判内部专报（2026年10月，虚构数据）", "专报"),
        ("随便一个名字", None),
    ],
)
def test_genres(title: str, genre: str | None) -> None:
    assert genre_of(title) == genre


def test_head_matter_is_a_unit_of_its_own() -> None:
    parsed: ParsedDocument = from_lines(
        "文号：未查得\n发文机关：江苏省工业和信息化厅\n成文日期：2024年（具体日期未查得）\n摘编来源：某报\n"
        "各设区市工业和信息化局：\n现就有关事项通知如下。\n一、内容\n二、要求"
    )
    first, second = parsed.clauses[:2]
    assert first.kind == "text" and first.text.count("\n") == 3 and first.text.endswith("某报")
    assert second.text == "各设区市工业和信息化局：\n现就有关事项通知如下。"


@pytest.mark.parametrize(
    ("text", "title", "number", "issuer", "issued", "begins"),
    [
        (
            "江苏省人民政府令\n第１８０号\n《江苏省某某条例实施办法》已于2024年3月1日经省人民政府第20次常务会议讨论通过，"
            "现予公布，自2024年5月1日起施行。\n省长　许某某\n2024年3月10日\n江苏省某某条例实施办法\n"
            "第一条　甲。\n第二条　乙。\n第三条　本办法自2024年5月1日起施行。",
            "江苏省某某条例实施办法",
            "江苏省人民政府令第180号",
            "江苏省人民政府",
            date(2024, 3, 10),
            date(2024, 5, 1),
        ),
        (
            "江苏省中小企业促进条例\n（2006年7月28日江苏省第十届人民代表大会常务委员会第二十四次会议通过　"
            "2022年5月31日江苏省第十三届人民代表大会常务委员会第三十次会议修订）\n第一条　甲。\n"
            "第二条　本条例自2022年8月1日起施行。",
            "江苏省中小企业促进条例",
            None,
            "江苏省人民代表大会常务委员会",
            date(2022, 5, 31),
            date(2022, 8, 1),
        ),
        (
            "中华人民共和国工业和信息化部\n公　告\n2025年　第12号\n为促进某事，现公告如下。\n一、内容\n"
            "二、本公告自2025年6月1日起施行。\n工业和信息化部\n2025年5月9日",
            "中华人民共和国工业和信息化部公告2025年第12号",
            "中华人民共和国工业和信息化部公告2025年第12号",
            "工业和信息化部",
            date(2025, 5, 9),
            date(2025, 6, 1),
        ),
        (
            "江苏省工业和信息化厅\n江苏省财政厅\n文件\n苏工信融资〔2025〕100号\n关于组织2025年项目申报的通知\n"
            "各设区市工业和信息化局、财政局：\n现通知如下。\n一、内容。\n二、要求。\n"
            "江苏省工业和信息化厅　江苏省财政厅\n2025年3月20日",
            "关于组织2025年项目申报的通知",
            "苏工信融资〔2025〕100号",
            "江苏省工业和信息化厅、江苏省财政厅",
            date(2025, 3, 20),
            None,
        ),
    ],
    ids=["provincial order", "provincial regulation", "announcement without title", "two red heads"],
)
def test_further_forms(
    text: str, title: str, number: str | None, issuer: str, issued: date, begins: date | None
) -> None:
    version = from_lines(text).version
    assert (version.title, version.doc_number, version.issuer) == (title, number, issuer)
    assert (version.issued_on, version.effective_from) == (issued, begins)
