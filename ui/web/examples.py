"""The example questions of the first screen. The sample library answers every one of them
(tests/e2e/test_examples.py asks them all)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """Asked in Chinese; `en` is what an English reader sees under it."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Card:
    """A subject as documents name it (`Version.subject`); `key` names its messages in the room `web`."""

    subject: str
    key: str
    questions: tuple[Question, ...]


CARDS = (
    Card(
        "扶持政策",
        "card_policy",
        (
            Question("专精特新“小巨人”企业的认定标准是什么？", "What are the criteria for “little giant” firms?"),
            Question("制造业贷款贴息单个企业最多贴多少？", "What is the cap on loan interest subsidies per firm?"),
        ),
    ),
    Card(
        "未来产业",
        "card_future",
        (
            Question("江苏的“10+X”未来产业包括哪些？", "Which fields make up Jiangsu's “10+X” future industries?"),
            Question("2030年未来产业的发展目标是什么？", "What are the 2030 targets for future industries?"),
        ),
    ),
    Card(
        "项目状态",
        "card_project",
        (
            Question("2026年省重大项目有多少个，年度计划投资多少？", "How many major projects in 2026, and what investment?"),
            Question("重大工业项目的开工率是多少？", "What share of major industrial projects has started?"),
        ),
    ),
)
