"""Two runs side by side: each metric by paired bootstrap, then question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from corpus.errors import InputError
from evals.metrics import LOWER_IS_BETTER
from evals.metrics.aggregate import Value, difference, ratio
from evals.metrics.base import Part
from evals.record import Row, RunResult

# Settings that make two runs hard to compare where they differ.
_TELLING = ("model_fingerprint", "library_fingerprint", "llm")
_SEARCH = "retrieval_"  # measures of the search: told as metrics, not as a question's change for the better

Direction = Literal["better", "worse", "mixed"]


class MetricLine(NamedTuple):
    """A metric of both runs on the questions that both asked; `gap` is b - a with its interval."""

    name: str
    a: float | None
    b: float | None
    gap: Value

    @property
    def verdict(self) -> Literal["better", "worse", "same"]:
        """Whether B is significantly better or worse: the 95 % interval of the difference leaves out 0."""
        if self.gap.low is None or self.gap.high is None or self.gap.low <= 0.0 <= self.gap.high:
            return "same"
        rose = self.gap.low > 0
        return "worse" if rose == (self.name in LOWER_IS_BETTER) else "better"


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose result is not the same in both runs, with both answers.

    "better": fails in A and passes in B, or, where that is the same in both, some metrics rise and
    none falls; "worse": the reverse; "mixed": some rise and some fall.
    """

    id: str
    question: str
    direction: Direction
    flipped: bool  # passes in one and fails in the other
    rose: tuple[str, ...]  # metrics that are better in B
    fell: tuple[str, ...]
    status_a: str
    status_b: str
    faults_a: tuple[str, ...]
    faults_b: tuple[str, ...]
    answer_a: str
    answer_b: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`better`: questions that fail in A and pass in B; `worse`: the reverse."""

    run_a: str
    run_b: str
    shared: int
    metrics: tuple[MetricLine, ...]
    changes: tuple[Change, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    different: tuple[str, ...]  # settings in which the runs differ
    incomplete: tuple[str, ...] = ()  # which of the runs are

    @property
    def better(self) -> tuple[str, ...]:
        return tuple(change.id for change in self.changes if change.flipped and change.direction == "better")

    @property
    def worse(self) -> tuple[str, ...]:
        return tuple(change.id for change in self.changes if change.flipped and change.direction == "worse")

    def as_dict(self) -> dict[str, Any]:
        return {
            "run_a": self.run_a,
            "run_b": self.run_b,
            "shared": self.shared,
            "metrics": {
                line.name: {"a": line.a, "b": line.b, "difference": line.gap.value,
                            "low": line.gap.low, "high": line.gap.high, "verdict": line.verdict}
                for line in self.metrics
            },
            "better": list(self.better),
            "worse": list(self.worse),
            "changes": [asdict(change) for change in self.changes],
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
            "different": list(self.different),
            "incomplete": list(self.incomplete),
        }  # fmt: skip


def compare(run_a: RunResult, run_b: RunResult) -> Comparison:
    """Compares two runs on the questions that both asked; the intervals are of paired differences.

    Raises:
        InputError: no question was asked in both.
    """
    rows_a, rows_b = ({row.id: row for row in run.rows} for run in (run_a, run_b))
    shared = [id for id in rows_a if id in rows_b]
    if not shared:
        raise InputError("evals.nothing_shared", a=run_a.run_id, b=run_b.run_id)
    passed = [[Part(int(rows[id].passed), 1) for id in shared] for rows in (rows_a, rows_b)]
    lines = [_line("passed", *passed)]
    names = [name for name in run_a.metrics if name in run_b.metrics and name != "passed"]
    lines += [_line(name, run_a.parts(name, shared), run_b.parts(name, shared)) for name in names]
    changes = [_change(rows_a[id], rows_b[id], names) for id in shared]
    return Comparison(
        run_a=run_a.run_id,
        run_b=run_b.run_id,
        shared=len(shared),
        metrics=tuple(lines),
        changes=tuple(change for change in changes if change is not None),
        only_a=tuple(id for id in rows_a if id not in rows_b),
        only_b=tuple(id for id in rows_b if id not in rows_a),
        different=_different(run_a, run_b),
        incomplete=tuple(run.run_id for run in (run_a, run_b) if not run.complete),
    )


def _different(run_a: RunResult, run_b: RunResult) -> tuple[str, ...]:
    names = [name for name in _TELLING if run_a.settings.get(name) != run_b.settings.get(name)]
    return tuple(names if run_a.day == run_b.day else [*names, "day"])  # the day decides what is in force


def _line(name: str, a: Sequence[Part], b: Sequence[Part]) -> MetricLine:
    return MetricLine(name, ratio(a).value, ratio(b).value, difference(a, b))


def _change(a: Row, b: Row, names: Sequence[str]) -> Change | None:
    rose: list[str] = []
    fell: list[str] = []
    for name in names:
        if name.startswith(_SEARCH):
            continue
        left, right = _value(a, name), _value(b, name)
        if left is None or right is None or left == right:
            continue
        (rose if (right > left) != (name in LOWER_IS_BETTER) else fell).append(name)
    flipped = a.passed != b.passed
    if not flipped and not rose and not fell:
        return None
    direction: Direction = "mixed"
    if flipped:
        direction = "better" if b.passed else "worse"
    elif not rose or not fell:
        direction = "better" if rose else "worse"
    return Change(
        a.id, a.question, direction, flipped, tuple(rose), tuple(fell), a.status, b.status,
        tuple(a.faults), tuple(b.faults), a.answer, b.answer,
    )  # fmt: skip


def _value(row: Row, name: str) -> float | None:
    hit, of = row.scores.get(name, Part(0, 0))
    return hit / of if of else None
