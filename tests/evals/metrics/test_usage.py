"""Tokens and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from evals.metrics.usage import PriceSettings, Usage, cost_of, shown, spent, usage_of

PRICES = PriceSettings(price_in=1.0, price_out=4.0)


@dataclass
class Answered:
    usage: Any = None


def test_usage_is_read_under_both_sets_of_names() -> None:
    assert usage_of(Answered({"prompt_tokens": 10, "completion_tokens": 5})) == Usage(10, 5)
    assert usage_of(Answered(Usage(7, 2))) == Usage(7, 2)
    assert usage_of(Answered({"input_tokens": 3, "output_tokens": 0, "total_tokens": 3})) == Usage(3, 0)
    assert usage_of(Answered()) is None
    assert usage_of(Answered({"prompt_tokens": "many", "completion_tokens": 5})) is None
    assert usage_of(object()) is None


def test_cost_by_hand() -> None:
    assert cost_of(Usage(1_000_000, 500_000), 1.0, 4.0) == 3.0
    total = spent([Usage(2000, 500), Usage(1000, 250), None], llm=True, prices=PRICES)
    assert total.cost == pytest.approx((3000 * 1 + 750 * 4) / 1_000_000)
    assert (total.counted, total.uncounted, total.per_question_p50) == (2, 1, 1875.0)
    assert "1" in shown(total.as_dict()) and "6000" not in shown(total.as_dict())


def test_without_a_model_the_zero_is_explained() -> None:
    none = spent([None, None], llm=False, prices=PRICES)
    assert (none.llm, none.prompt_tokens, none.cost, none.uncounted) == (False, 0, 0.0, 0)
    assert "未使用大模型" in shown(none.as_dict())
    assert shown({}) == ""


def test_tokens_without_a_price_have_no_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZHIXUN_LLM_PRICE_IN", "ZHIXUN_LLM_PRICE_OUT"):
        monkeypatch.delenv(name, raising=False)
    total = spent([Usage(10, 5)], llm=True)
    assert total.cost is None
    assert "ZHIXUN_LLM_PRICE_IN" in shown(total.as_dict())
