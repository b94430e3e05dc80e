"""The example questions of the first screen. The sample library answers every one of them
(tests/e2e/test_chat.py asks them all)."""

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
            Question("认定专精特新“小巨人”企业要满足哪些条件？", "Criteria for “little giant” firms"),
            Question("制造业贷款贴息单个企业每年上限是多少？", "Yearly cap of loan subsidies per firm"),
        ),
    ),
    Card(
        "未来产业",
        "card_future",
        (
            Question("江苏优先发展的10个成长型未来产业是哪些？", "The ten future industries given priority"),
            Question("到2030年未来产业的发展目标是什么？", "Targets for future industries by 2030"),
        ),
    ),
    Card(
        "项目状态",
        "card_project",
        (
            Question("2026年江苏省重大项目有多少个？", "Number of major projects in 2026"),
            Question("2026年10月增资扩产重点项目开工率是多少？", "Share of expansion projects started"),
        ),
    ),
)
