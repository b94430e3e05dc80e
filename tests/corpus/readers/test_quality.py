"""Judging a page's text, and text hygiene."""

from __future__ import annotations

import pytest

from corpus.readers.common import clean, join_lines
from corpus.readers.pdf_quality import is_garbled, is_incomplete, is_spaced

TEXT = (
    "为了规范优质中小企业梯度培育工作，提升中小企业创新能力和专业化水平，促进中小企业高质量发展，制定本办法。"
)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT + " GDP 5.2% ≥ 1000万元 ①②③ （一） ℃ ㎡ — …",
        "The company shall report its revenue for 2025.",
        "表1 | 1 | 2 | 3",
        "",
    ],
)
def test_sound_text(text):
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("企业", "\ufffd\ufffd"),
        "(cid:3769)(cid:2580)(cid:1855)(cid:1619)" + TEXT[:20],
        "\ue001\ue002\ue003" + TEXT,
        "맘폚펡랢폅훊훐킡웳튵쳝뛈엠폽맜샭냬램뗄춨횪",
        "ÎªÁË¹æ·¶ÓÅÖÊÖÐÐ¡ÆóÒµÌÝ¶ÈÅàÓý¹¤×÷",
        "鏉辨洤閸╃喖銆夐棃銏㈡畱鐎涙顑佺紓鏍垳娑撳秵顒滅涵顕嗙礉閹碘偓娴犮儱鍞寸€归鐪风挧閿嬫降閸忋劍妲告稊杈╃垳",
    ],
)
def test_garbage(text):
    assert is_garbled(text)


def test_spaced_and_incomplete():
    assert is_spaced(" ".join(TEXT))
    assert not is_spaced("关 于 印 发 " + TEXT)
    assert is_incomplete(TEXT[:20], TEXT)
    assert not is_incomplete(TEXT, TEXT + "1")


def test_radicals_and_invisible_characters_are_mended():
    assert (
        clean("\ufeff中华人⺠共和国部⻔⻓期⼾⽤\u200b\u00ad〈法〉\u00a0 完 ")
        == "中华人民共和国部门长期户用〈法〉 完"
    )
    assert clean("\u3000\u3000第一条\u3000为了") == "第一条\u3000为了"


def test_join_lines():
    assert (
        join_lines(["为了规范", "管理，GDP", "增长", "5%", "of the", "year"])
        == "为了规范管理，GDP增长5% of the year"
    )
    assert join_lines(["devel-", "opment"]) == "development"
