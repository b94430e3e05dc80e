"""Does the judge judge as a person does? Its agreement with pairs that were labelled by hand.

Without this a judge's figures say nothing. The set is small and labelled by one developer
(由开发者标注): its agreement bounds what the judge is good for, it does not certify it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import InputError
from evals.judge.client import Judge
from evals.judge.prompt import Pair, Support, Verdict
from evals.suite import read_jsonl

LABELLED = Path(__file__).parent / "labelled.jsonl"
T = TypeVar("T", bound=Hashable)


class Labelled(BaseModel):
    """A pair with the verdict of a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    evidence: tuple[str, ...]
    support: Support
    fluency: int = Field(ge=1, le=5)
    why: str
    labelled_by: str

    @property
    def pair(self) -> Pair:
        return Pair(self.id, self.question, self.answer, self.evidence)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of judge and person on the pairs that got a verdict; kappa None where it is not defined.

    `support_raw`, `fluency_raw`: share of equal labels. `support_kappa`: Cohen's. `fluency_kappa`:
    weighted with squares, as 4 for 5 is a smaller error than 1 for 5. `low`, `high`: 95 % interval of
    `support_kappa`. `confusion[person][judge]` counts support.
    """

    pairs: int
    unjudged: int
    support_raw: float | None
    support_kappa: float | None
    low: float | None
    high: float | None
    fluency_raw: float | None
    fluency_kappa: float | None
    confusion: dict[str, dict[str, int]]
    labelled_by: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def load_labelled(path: Path = LABELLED) -> list[Labelled]:
    """The labelled pairs.

    Raises:
        InputError: a file that is missing or wrong, with line and field.
    """
    found = []
    for line, record in read_jsonl(path):
        try:
            found.append(Labelled.model_validate(record))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "-"
            raise InputError(
                "evals.bad_field", path=path, line=line, field=field, reason=first["msg"]
            ) from error
    return found


def raw(one: Sequence[T], other: Sequence[T]) -> float | None:
    """Share of equal labels; None for none."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one) if one else None


def kappa(one: Sequence[T], other: Sequence[T], classes: Sequence[T], squared: bool = False) -> float | None:
    """Cohen's kappa (1960); `squared`: weighted by the squared distance of the classes (1968).

    1 - (disagreement seen / disagreement by chance). None where chance leaves no disagreement: no
    labels, or both raters gave one and the same class throughout.

    >>> kappa("aabb", "aabb", "ab")
    1.0
    """
    places = {label: at for at, label in enumerate(classes)}
    table = np.zeros((len(classes), len(classes)))
    for a, b in zip(one, other, strict=True):
        table[places[a], places[b]] += 1
    total = table.sum()
    at = np.arange(len(classes))
    weights = (at[:, None] - at[None, :]) ** 2.0 if squared else (at[:, None] != at[None, :]).astype(float)
    chance = float((weights * np.outer(table.sum(1), table.sum(0))).sum() / total) if total else 0.0
    return 1.0 - float((weights * table).sum()) / chance if chance else None


def agreement(judge: Judge, labelled: Sequence[Labelled]) -> Agreement:
    """Has every pair judged and compares.

    Raises:
        StateError: as `Judge.verdict`.
    """
    verdicts = [(one, judge.verdict(one.pair)) for one in labelled]
    judged = [(one, verdict) for one, verdict in verdicts if isinstance(verdict, Verdict)]
    supports: tuple[Support, ...] = ("full", "partial", "none")
    mine = [one.support for one, _ in judged]
    its = [verdict.support for _, verdict in judged]
    fluent, its_fluent = [one.fluency for one, _ in judged], [verdict.fluency for _, verdict in judged]
    low, high = _interval(mine, its, supports)
    confusion = {person: dict.fromkeys(supports, 0) for person in supports}
    for person, model in zip(mine, its, strict=True):
        confusion[person][model] += 1
    return Agreement(
        pairs=len(judged),
        unjudged=len(labelled) - len(judged),
        support_raw=raw(mine, its),
        support_kappa=kappa(mine, its, supports),
        low=low,
        high=high,
        fluency_raw=raw(fluent, its_fluent),
        fluency_kappa=kappa(fluent, its_fluent, range(1, 6), squared=True),
        confusion={person: {str(k): n for k, n in row.items()} for person, row in confusion.items()},
        labelled_by="、".join(sorted({one.labelled_by for one in labelled})),
    )


def _interval(
    one: Sequence[Support], other: Sequence[Support], classes: Sequence[Support], resamples: int = 1000
) -> tuple[float | None, float | None]:
    """Percentile bootstrap over pairs, seeded; resamples in which kappa is not defined are left out."""
    if not one:
        return None, None
    picks = np.random.default_rng(20261123).integers(0, len(one), (resamples, len(one)))
    draws = [kappa([one[at] for at in row], [other[at] for at in row], classes) for row in picks]
    defined = [draw for draw in draws if draw is not None]
    if not defined:
        return None, None
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)
