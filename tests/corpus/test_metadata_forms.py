"""Further forms of official texts: what goes to a superior, spread titles, party papers, copied pages."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.subjects import SUBJECTS, WORDS
from tests.corpus.making import from_lines

BODY = "各设区市工业和信息化局：\n为做好有关工作，现通知如下。\n一、工作要求\n各地要高度重视。\n"
PROVINCE = ("江苏省工业和信息化厅",)


@pytest.mark.parametrize(
    ("text", "title", "number", "issuers", "issued"),
    [
        (
            "江苏省工业和信息化厅文件\n苏工信融资〔2025〕12号\n关 于 开 展 产 融 合 作 试 点 的 通 知\n"
            + BODY
            + "江苏省工业和信息化厅\n2025年2月3日",
            "关于开展产融合作试点的通知",
            "苏工信融资〔2025〕12号",
            PROVINCE,
            date(2025, 2, 3),
        ),
        (
            "江苏省工业和信息化厅文件\n苏工信呈〔2025〕3号　　　　　签发人：王某某\n"
            "关于报送2024年工作总结的报告\n省政府：\n现将有关情况报告如下。\n一、情况\n江苏省工业和信息化厅\n2025年1月3日",
            "关于报送2024年工作总结的报告",
            "苏工信呈〔2025〕3号",
            PROVINCE,
            date(2025, 1, 3),
        ),
        (
            "关于联合开展质量提升行动的通知\n苏工信质量〔2025〕22号\n"
            + BODY
            + "江苏省工业和信息化厅　江苏省市场监督管理局　江苏省发展和改革委员会\n2025 年 4 月 5 日",
            "关于联合开展质量提升行动的通知",
            "苏工信质量〔2025〕22号",
            (*PROVINCE, "江苏省市场监督管理局", "江苏省发展和改革委员会"),
            date(2025, 4, 5),
        ),
        (
            "中共苏州市委办公室文件\n苏委办发〔2025〕7号\n印发《关于推进新型工业化的实施意见》的通知\n"
            "各县级市（区）委和人民政府：\n现印发给你们。\n中共苏州市委办公室\n苏州市人民政府办公室\n2025年3月3日",
            "印发《关于推进新型工业化的实施意见》的通知",
            "苏委办发〔2025〕7号",
            ("中共苏州市委办公室", "苏州市人民政府办公室"),
            date(2025, 3, 3),
        ),
        (
            "关于组织申报2026年省级专精特新企业的通知\n"
            "发布日期：2026-03-20 15:32 来源：中小企业局 字体：[大 中 小]\n"
            "苏工信中小〔2026〕75号\n" + BODY + "江苏省工业和信息化厅\n2026年3月18日",
            "关于组织申报2026年省级专精特新企业的通知",
            "苏工信中小〔2026〕75号",
            PROVINCE,
            date(2026, 3, 18),
        ),
        (
            "关于某项政策的解读\n来源：江苏省工业和信息化厅　发布时间：2025-03-20\n一、背景\n二、内容",
            "关于某项政策的解读",
            None,
            PROVINCE,
            None,
        ),
    ],
    ids=["spread title", "to a superior", "three signers", "party paper", "copied page", "source only"],
)
def test_form(
    text: str, title: str, number: str | None, issuers: tuple[str, ...], issued: date | None
) -> None:
    version = from_lines(text).version
    assert (version.title, version.doc_number) == (title, number)
    assert (version.issuers, version.issued_on) == (issuers, issued)


def test_a_source_in_the_tags_of_a_page_yields_to_the_signature() -> None:
    text = "关于某事的通知\n" + BODY + "江苏省工业和信息化厅\n2025年2月3日"
    assert from_lines(text, contentsource="某处").version.issuers == PROVINCE
    assert from_lines("关于某事的通知\n" + BODY, contentsource="某某局").version.issuers == ("某某局",)


def test_every_subject_but_statutes_has_its_words() -> None:
    assert set(WORDS) | {"法律法规"} == set(SUBJECTS)
