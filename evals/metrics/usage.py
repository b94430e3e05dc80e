"""What the answers of a run cost: tokens as the model's server counted them, and their price.

Tokens are those of the `usage` that an OpenAI-compatible server returns (prompt_tokens,
completion_tokens), summed over all calls of a turn. Without a model there are none, and a summary
says so instead of showing a bare 0. Nothing is estimated: an answer that a model wrote and whose
server counted nothing is told as uncounted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.messages import msg
from evals.metrics.aggregate import percentile

MILLION = 1_000_000


class PriceSettings(BaseSettings):
    """`ZHIXUN_LLM_PRICE_IN`, `ZHIXUN_LLM_PRICE_OUT`: price of a million tokens read and written, in
    `ZHIXUN_LLM_CURRENCY` (CNY); without them cost is not computed."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_LLM_", env_file=".env", extra="ignore")

    price_in: float | None = None
    price_out: float | None = None
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and cost of a run. `llm` False: no model wrote, all figures are 0 for that reason.

    `cost` None: tokens were used and no price is set. `uncounted`: answers that a model wrote
    without a count. `per_question_p50`, `_p95`: tokens read and written together, of counted answers.
    """

    llm: bool
    questions: int
    counted: int
    uncounted: int
    prompt_tokens: int
    completion_tokens: int
    per_question_p50: float | None
    per_question_p95: float | None
    cost: float | None
    currency: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def usage_of(answer: Any) -> Usage | None:
    """The tokens that an answer's `usage` states; None where it states none.

    `usage` is a mapping or an object with `prompt_tokens` and `completion_tokens` (OpenAI's names) or
    `input_tokens` and `output_tokens` (LangChain's).
    """
    found = getattr(answer, "usage", None)
    if not found:
        return None
    for names in (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens")):
        read, written = (
            found.get(name) if isinstance(found, Mapping) else getattr(found, name, None) for name in names
        )
        if isinstance(read, int) and isinstance(written, int) and min(read, written) >= 0:
            return Usage(read, written)
    return None


def cost_of(usage: Usage, price_in: float, price_out: float) -> float:
    """Price of one answer; prices are of a million tokens.

    >>> cost_of(Usage(2000, 500), 1.0, 4.0)
    0.004
    """
    return (usage.prompt_tokens * price_in + usage.completion_tokens * price_out) / MILLION


def spent(usages: Sequence[Usage | None], llm: bool, prices: PriceSettings | None = None) -> Spent:
    """The sum over a run's answers; `llm`: a model was configured to write."""
    counted = [usage for usage in usages if usage is not None]
    prices = prices or PriceSettings()
    totals = [float(usage.prompt_tokens + usage.completion_tokens) for usage in counted]
    cost: float | None = 0.0
    if counted:
        known = prices.price_in is not None and prices.price_out is not None
        cost = (
            round(sum(cost_of(u, prices.price_in or 0.0, prices.price_out or 0.0) for u in counted), 6)
            if known
            else None
        )
    return Spent(
        llm=llm or bool(counted),
        questions=len(usages),
        counted=len(counted),
        uncounted=len(usages) - len(counted) if llm else 0,
        prompt_tokens=sum(usage.prompt_tokens for usage in counted),
        completion_tokens=sum(usage.completion_tokens for usage in counted),
        per_question_p50=percentile(totals, 50),
        per_question_p95=percentile(totals, 95),
        cost=cost,
        currency=prices.currency,
    )


def shown(figures: Mapping[str, Any]) -> str:
    """`Spent.as_dict()` as a sentence for people; "" for a run that was made before usage was kept."""
    if not figures:
        return ""
    if not figures["llm"]:
        return msg("metrics.no_llm")
    cost = msg("metrics.no_price") if figures["cost"] is None else f"{figures['cost']} {figures['currency']}"
    text = msg(
        "metrics.spent",
        counted=figures["counted"],
        read=figures["prompt_tokens"],
        written=figures["completion_tokens"],
        p50=figures["per_question_p50"],
        p95=figures["per_question_p95"],
        cost=cost,
    )
    missing = msg("metrics.uncounted", count=figures["uncounted"]) if figures["uncounted"] else ""
    return text + missing
