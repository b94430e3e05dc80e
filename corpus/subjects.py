"""Which of the library's subjects a document belongs to, by the words of its title and text."""

from __future__ import annotations

import re

WORDS = {
    "未来产业": (
        *("未来产业", "10+X", "八个一", "先导区", "量子", "具身智能", "低空经济", "合成生物", "1650"),
        *("产业体系", "集群"),
    ),
    "项目状态": ("项目", "监测", "月报", "运行情况", "增加值", "投资", "进度", "统计公报", "开工"),
    "扶持政策": (
        *("扶持", "支持", "补助", "奖励", "贴息", "专精特新", "小巨人", "梯度培育", "认定", "申报", "首台套"),
        *("绿色工厂", "加计扣除", "优惠", "减免", "单项冠军", "数字化转型", "智改数转", "惠企"),
    ),
}
STATUTES = "法律法规"
SUBJECTS = ("扶持政策", "未来产业", "项目状态", STATUTES)
_LEAST = 5  # points below which nothing is concluded


def subject_of(title: str, text: str, genre: str | None) -> str | None:
    """扶持政策, 未来产业 or 项目状态 by the words of title and text; 法律法规 by 文种."""
    if genre in ("法", "条例") and not re.search(r"关于|通知", title):
        return STATUTES
    scores = {
        subject: sum(10 * (word in title) + min(text.count(word), 10) for word in words)
        for subject, words in WORDS.items()
    }
    best = max(scores, key=lambda subject: scores[subject])
    return best if scores[best] >= _LEAST else None
