"""Two runs side by side, question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from corpus.errors import InputError
from evals.metrics.aggregate import Value, difference, ratio
from evals.metrics.base import Part
from evals.record import RunResult

# Settings that make two runs hard to compare where they differ.
_TELLING = ("model_fingerprint", "library_fingerprint", "llm")


class MetricLine(NamedTuple):
    """A metric of both runs on the questions that both asked; `gap` is b - a with its interval."""

    name: str
    a: float | None
    b: float | None
    gap: Value


@dataclass(frozen=True, slots=True)
class Comparison:
    """`better`: questions that fail in A and pass in B; `worse`: the reverse."""

    run_a: str
    run_b: str
    shared: int
    metrics: tuple[MetricLine, ...]
    better: tuple[str, ...]
    worse: tuple[str, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    different: tuple[str, ...]  # settings in which the runs differ

    def as_dict(self) -> dict[str, Any]:
        return {
            "run_a": self.run_a,
            "run_b": self.run_b,
            "shared": self.shared,
            "metrics": {
                line.name: {"a": line.a, "b": line.b, "difference": line.gap.value,
                            "low": line.gap.low, "high": line.gap.high}
                for line in self.metrics
            },
            "better": list(self.better),
            "worse": list(self.worse),
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
            "different": list(self.different),
        }  # fmt: skip


def compare(run_a: RunResult, run_b: RunResult) -> Comparison:
    """Compares two runs on the questions that both asked; the intervals are of paired differences.

    Raises:
        InputError: no question was asked in both.
    """
    passed_a = {row.id: row.passed for row in run_a.rows}
    passed_b = {row.id: row.passed for row in run_b.rows}
    shared = [id for id in passed_a if id in passed_b]
    if not shared:
        raise InputError("evals.nothing_shared", a=run_a.run_id, b=run_b.run_id)
    lines = [
        _line(
            "passed",
            [Part(int(passed_a[id]), 1) for id in shared],
            [Part(int(passed_b[id]), 1) for id in shared],
        )
    ]
    names = [name for name in run_a.metrics if name in run_b.metrics and name != "passed"]
    lines += [_line(name, run_a.parts(name, shared), run_b.parts(name, shared)) for name in names]
    return Comparison(
        run_a=run_a.run_id,
        run_b=run_b.run_id,
        shared=len(shared),
        metrics=tuple(lines),
        better=tuple(id for id in shared if passed_b[id] and not passed_a[id]),
        worse=tuple(id for id in shared if passed_a[id] and not passed_b[id]),
        only_a=tuple(id for id in passed_a if id not in passed_b),
        only_b=tuple(id for id in passed_b if id not in passed_a),
        different=tuple(n for n in _TELLING if run_a.settings.get(n) != run_b.settings.get(n)),
    )


def _line(name: str, a: Sequence[Part], b: Sequence[Part]) -> MetricLine:
    return MetricLine(name, ratio(a).value, ratio(b).value, difference(a, b))
