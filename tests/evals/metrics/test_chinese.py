"""Chinese text as the metrics read it."""

from __future__ import annotations

import pytest

from evals.metrics.chinese import fold, quoted, sentences, titles


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("上限600万元。[1][2]贴息1%[2]。", ["上限600万元。[1][2]", "贴息1%[2]。"]),
        ("可以吗？可以！另见附件；完", ["可以吗？", "可以！", "另见附件；", "完"]),
        (
            "规定“不超过600万元。企业1000万元。”[1]另见附件",
            ["规定“不超过600万元。企业1000万元。”[1]", "另见附件"],
        ),
        ("他说“可以。”[1]，随后", ["他说“可以。”[1]", "，随后"]),
        ("按“先建后补”方式，补1%。完", ["按“先建后补”方式，补1%。", "完"]),
        ("依据《能不能报？问答》第三条。下一句", ["依据《能不能报？问答》第三条。", "下一句"]),
        ("「甲。乙。」丙。", ["「甲。乙。」", "丙。"]),
        ("“没有闭合。下一句。", ["“没有闭合。", "下一句。"]),
        ("（一）甲；（二）乙（含丙；丁）。", ["（一）甲；", "（二）乙（含丙；丁）。"]),
        ("甲……乙", ["甲……", "乙"]),
        ("第一行\n第二行。", ["第一行", "第二行。"]),
        ("费率为1.5%，见No. 3。", ["费率为1.5%，见No. 3。"]),
        ("It is in force. [1] It ends in 2027.", ["It is in force. [1]", "It ends in 2027."]),
        (" \n ", []),
        ("", []),
    ],
)
def test_sentences(text: str, pieces: list[str]) -> None:
    assert sentences(text) == pieces


def test_no_character_is_lost_but_blanks() -> None:
    text = "“甲。”乙！\n（丙；丁）《戊。》己。[1] 庚"
    assert "".join(sentences(text)).replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_quotations_and_titles() -> None:
    assert quoted('按“先建后补”方式，见「附件」和『表』、"甲乙"') == ["先建后补", "附件", "表", "甲乙"]
    assert titles("依据《专利法》和《商标法》") == ["专利法", "商标法"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("１００％", "100%", True),
        ("ＡＢＣ", "abc", True),
        ("“甲 乙”", "「甲乙」", True),
        ("2026—2028", "2026－2028", True),
        ("甲，乙", "甲,乙", True),
        ("不超过", "不低于", False),
    ],
)
def test_fold(one: str, other: str, same: bool) -> None:
    assert (fold(one) == fold(other)) is same
