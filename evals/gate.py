"""Whether a run is good enough to release: fixed bounds, and no step back behind a baseline."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from corpus.errors import InputError
from evals.compare import compare
from evals.metrics import LOWER_IS_BETTER, METRICS
from evals.record import RunResult

THRESHOLDS = Path(__file__).parent / "thresholds.toml"


class Threshold(NamedTuple):
    """The bound of a metric: at least `minimum`, at most `maximum`; None: no such bound."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One bound and whether the run keeps it. Where nothing was scored, a minimum fails, a maximum holds."""

    name: str
    bound: str
    value: float | None
    passed: bool


@dataclass(frozen=True, slots=True)
class GateResult:
    """`exit_code` is what `zhixun eval gate` ends with."""

    checks: tuple[Check, ...]
    newly_failed: tuple[str, ...] = ()  # questions that the baseline passed; told, not gated

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def exit_code(self) -> int:
        return 0 if self.passed else 1

    def as_dict(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "checks": [asdict(check) for check in self.checks],
            "newly_failed": list(self.newly_failed),
        }


def load_thresholds(path: Path = THRESHOLDS) -> dict[str, Threshold]:
    """Bounds by metric from a TOML file of tables `[metric]` with `min` or `max`.

    Raises:
        InputError: a file that is missing or no TOML, an unknown metric, a bound that is no number.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("evals.no_file", path=path, reason=error.strerror or error) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError("evals.bad_thresholds", path=path, reason=error) from error
    known = {"passed", *(metric.name for metric in METRICS)}
    found = {}
    for name, bounds in data.items():
        if name not in known:
            known_names = "、".join(sorted(known))
            raise InputError("evals.unknown_metric", path=path, name=name, known=known_names)
        if not isinstance(bounds, dict) or not bounds or not bounds.keys() <= {"min", "max"}:
            raise InputError("evals.bad_thresholds", path=path, reason=name)
        if not all(isinstance(bound, int | float) for bound in bounds.values()):
            raise InputError("evals.bad_thresholds", path=path, reason=name)
        found[name] = Threshold(bounds.get("min"), bounds.get("max"))
    return found


def gate(
    run: RunResult,
    thresholds: Mapping[str, Threshold] | None = None,
    baseline: RunResult | None = None,
    tolerance: float = 0.02,
) -> GateResult:
    """Checks a run against bounds and, if given, against a baseline.

    Against the baseline no metric may be worse by more than `tolerance` on the questions that
    both runs asked.

    Raises:
        InputError: the baseline shares no question with the run.
    """
    bounds = load_thresholds() if thresholds is None else thresholds
    checks = [_check(run, name, bound) for name, bound in bounds.items()]
    if baseline is None:
        return GateResult(tuple(checks))
    comparison = compare(baseline, run)
    for line in comparison.metrics:
        if line.a is None or line.b is None:
            continue
        worse = line.b - line.a if line.name in LOWER_IS_BETTER else line.a - line.b
        sign = "≤" if line.name in LOWER_IS_BETTER else "≥"
        limit = line.a + tolerance if line.name in LOWER_IS_BETTER else line.a - tolerance
        checks.append(Check(line.name, f"{sign} {limit:.3f}", line.b, worse <= tolerance + 1e-9))
    return GateResult(tuple(checks), comparison.worse)


def _check(run: RunResult, name: str, bound: Threshold) -> Check:
    scored = run.metrics.get(name)
    value = scored.value if scored else None
    limits = []
    passed = value is not None or bound.minimum is None
    if bound.minimum is not None:
        limits.append(f"≥ {bound.minimum:g}")
        passed = passed and value is not None and value >= bound.minimum
    if bound.maximum is not None:
        limits.append(f"≤ {bound.maximum:g}")
        passed = passed and (value is None or value <= bound.maximum)
    return Check(name, " ".join(limits), value, passed)
