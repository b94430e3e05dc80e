"""Blocks to clauses: statutes, notices, attachments, tables, questions and answers."""

import pytest

from corpus.markers import section_marker
from corpus.model import Block, Table
from corpus.structure import structure, to_clauses
from tests.corpus.making import from_lines


def clauses(*lines: str | Block):  # type: ignore[no-untyped-def]
    blocks = [line if isinstance(line, Block) else Block(line) for line in lines]
    text, drafts = structure(blocks)
    found = to_clauses("d", text, drafts)
    assert all(text[clause.start : clause.end] == clause.text for clause in found)
    return found


def labels(found) -> list[str | None]:  # type: ignore[no-untyped-def]
    return [clause.label for clause in found]


def test_articles_paragraphs_items() -> None:
    found = clauses(
        "某管理办法",
        "第一章　总则",
        "第一条　为了规范管理，制定本办法。",
        "第二条　本办法适用于下列企业：",
        "（一）在本省注册；",
        "（二）持续经营。",
        "前款所称企业包括分支机构。",
        "第二章　附则",
        "第三条　本办法自2026年1月1日起施行。",
    )
    assert labels(found) == [
        None,
        "第一条",
        "第二条",
        "第二条第一款",
        "第二条第一款第（一）项",
        "第二条第一款第（二）项",
        "第二条第二款",
        "第三条",
    ]
    assert found[2].heading_path == ("第一章 总则",)
    assert found[-1].heading_path == ("第二章 附则",)
    assert found[6].text == "前款所称企业包括分支机构。"


def test_single_paragraph_article_labels_items_by_article() -> None:
    found = clauses(
        "第一条　总则。", "第二条　有下列情形之一的：", "（一）甲；", "（二）乙。", "第三条　完。"
    )
    assert labels(found) == ["第一条", "第二条", "第二条第（一）项", "第二条第（二）项", "第三条"]


def test_reference_at_a_line_start_opens_no_article() -> None:
    found = clauses("第一条　总则。", "第二条　违反本办法", "第一条规定的，责令改正。", "第三条　完。")
    assert labels(found) == ["第一条", "第二条", "第三条"]


def test_article_with_zhi() -> None:
    assert "第二条之一" in labels(clauses("第一条　甲。", "第二条　乙。", "第二条之一　丙。", "第三条　丁。"))


def test_contents_are_not_articles_twice() -> None:
    found = clauses(
        "目　录",
        "第一章　总则",
        "第二章　附则",
        "第一章　总则",
        "第一条　甲。",
        "第二章　附则",
        "第二条　乙。",
    )
    assert labels(found) == ["第一条", "第二条"]
    assert found[0].heading_path == ("第一章 总则",)


def test_notice_sections() -> None:
    found = clauses(
        "各设区市工业和信息化局：",
        "一、总体要求",
        "坚持企业主体，扎实推进各项工作。",
        "二、重点任务",
        "（一）加强培育。建立梯度培育体系。",
        "（二）加大支持。落实各项政策。",
        "某某厅",
        "2026年3月1日",
    )
    assert labels(found) == [None, "一、", "二、（一）", "二、（二）", None]
    assert found[1].text.startswith("一、总体要求\n坚持")
    assert found[2].heading_path == ("二、重点任务",)


def test_long_section_is_divided_at_numbered_points() -> None:
    long = "支持企业开展技术改造和设备更新。" * 20
    found = clauses("一、主要措施", f"1. {long}", f"2. {long}")
    assert labels(found) == ["一、1.", "一、2."]


def test_short_section_keeps_points_as_parts() -> None:
    found = clauses("一、申报条件", "1. 注册三年以上。", "2. 信用良好。", "二、其他")
    assert labels(found) == ["一、", "一、1.", "一、2.", "二、"]
    assert found[1].parent_id == found[0].clause_id


def test_attachment_begins_its_own_numbering() -> None:
    found = clauses("第一条　甲。", "第二条　乙。", "附件1", "评价标准", "第一条　丙。", "第二条　丁。")
    assert [label for label in labels(found) if label and "条" in label] == [
        "第一条",
        "第二条",
        "附件1 第一条",
        "附件1 第二条",
    ]


def test_table_is_a_unit_with_rows() -> None:
    table = Table(
        (("指标", "门槛"), ("营业收入", "5000万元以上"), ("研发", "3%以上")), caption="表1 认定条件"
    )
    text = "指标 | 门槛\n营业收入 | 5000万元以上\n研发 | 3%以上"
    found = clauses("一、条件", Block(text, kind="table", table=table))
    kinds = [(clause.kind, clause.label) for clause in found]
    assert ("table", "表1") in kinds
    rows = [clause for clause in found if clause.kind == "row"]
    assert [row.label for row in rows] == ["表1第1行", "表1第2行"]
    assert rows[0].text == "营业收入 | 5000万元以上"
    assert "指标 | 门槛" in rows[0].heading_path


def test_question_and_answer_pairs() -> None:
    found = clauses("问：多久答复？", "答：三个工作日内。", "问：收费吗？", "答：不收费。")
    assert [clause.text for clause in found] == [
        "问：多久答复？\n答：三个工作日内。",
        "问：收费吗？\n答：不收费。",
    ]


def test_pseudo_headings_enter_the_path() -> None:
    found = clauses(
        "——平台建设与核心攻关并重", "支持龙头企业整合上下游创新资源，牵头培育建设省级以上制造业创新中心。" * 2
    )
    assert found[-1].heading_path == ("平台建设与核心攻关并重",)


def test_a_lead_with_a_colon_keeps_its_points() -> None:
    found = clauses(
        "一、贴息对象",
        "企业应当符合下列要求：",
        "（一）依法注册；",
        "（二）贷款500万元以上。",
        "二、其他",
        "略。",
    )
    assert labels(found) == ["一、", "一、（一）", "一、（二）", "二、"]
    assert found[1].parent_id == found[0].clause_id


def test_signature_of_an_invented_body_is_no_part_of_the_last_item() -> None:
    found = clauses("一、情况", "（一）甲。", "（二）乙。", "示例监测中心（虚构）", "2026年10月12日")
    assert [clause.text for clause in found][-2:] == ["（二）乙。", "示例监测中心（虚构）\n2026年10月12日"]


def test_signature_of_an_unusual_name_right_above_the_date() -> None:
    found = clauses("一、情况", "甲。", "二、要求", "乙。", "工业和信息化部等五部门", "2026年1月19日")
    assert [clause.text for clause in found] == [
        "一、情况\n甲。",
        "二、要求\n乙。",
        "工业和信息化部等五部门\n2026年1月19日",
    ]


def test_attachments_listed_before_the_signature_are_no_points_of_the_last_section() -> None:
    closing = ("附件：1.申报书", "2.汇总表", "3.承诺书", "某市财政局", "某市工业和信息化局", "2026年1月19日")
    found = clauses("一、情况", "甲。", "二、要求", "1.抓落实", "2.促发展", *closing, "（此件公开发布）")
    assert [clause.label for clause in found if clause.parent_id is None] == ["一、", "二、", None]
    assert found[-1].text == "\n".join((*closing, "（此件公开发布）"))
    points = [clause.text for clause in found if clause.kind == "item"]
    assert points == ["1.抓落实", "2.促发展"]


def test_numbered_lines_without_a_list_of_attachments_stay_points() -> None:
    found = clauses(
        "一、情况",
        "甲。",
        "二、要求",
        "1.支持某某集团",
        "2.支持某某公司",
        "某市工业和信息化局",
        "2026年1月19日",
    )
    assert [clause.text for clause in found if clause.kind == "item"] == ["1.支持某某集团", "2.支持某某公司"]
    assert found[-1].text == "某市工业和信息化局\n2026年1月19日"


def test_closing_of_a_statute() -> None:
    found = clauses("第一条　甲。", "第二条　乙。", "某省人民政府", "2026年1月")
    assert [clause.text for clause in found] == ["第一条　甲。", "第二条　乙。", "某省人民政府\n2026年1月"]


def test_articles_of_the_only_attachment_are_cited_plainly() -> None:
    found = clauses("现将办法印发给你们，请执行。", "附件", "某办法", "第一条　甲。", "第二条　乙。")
    assert [label for label in labels(found) if label and "条" in label] == ["第一条", "第二条"]


def test_questions_below_sections_keep_their_answers_with_their_lists():
    parsed = from_lines("""
高新技术企业认定常见问题解答
一、认定条件
1.企业成立多久可以申报？
答：须满足下列条件：
（1）注册成立一年以上；
（2）有知识产权。
2.研发费用怎么算？
答：按近三个会计年度计算。
二、税收优惠
问：税率是多少？
答：减按15%征收。
""")
    asked = [clause for clause in parsed.clauses if clause.parent_id is None][1:]
    assert [clause.heading_path for clause in asked] == [
        ("一、认定条件", "1.企业成立多久可以申报？"),
        ("一、认定条件", "2.研发费用怎么算？"),
        ("二、税收优惠", "问：税率是多少？"),
    ]
    assert asked[0].text.endswith("（2）有知识产权。")
    assert asked[1].text == "2.研发费用怎么算？\n答：按近三个会计年度计算。"


def test_quarters_and_industries_open_no_section():
    parsed = from_lines("""
关于示例工作的意见
一、总体情况
一、二季度增长较快，
一、二、三产业协调发展。
二、下一步工作
继续努力。
""")
    assert [clause.label for clause in parsed.clauses if clause.kind == "section"] == ["一、", "二、"]


@pytest.mark.parametrize(
    ("line", "marker"),
    [
        ("一、两级试点", "一、"),
        ("二、三类企业", "二、"),
        ("三、百亿企业", "三、"),
        ("一、二季度，全省工业增长平稳，其中一季度增长5%。", None),
        ("二、三线城市的项目由设区市推荐，一线城市的项目直接申报。", None),
    ],
)
def test_a_numbered_heading_is_told_from_counting_on(line: str, marker: str | None) -> None:
    found = section_marker(line)
    assert (found[1] if found else None) == marker
