"""Whether a run is good enough to release: fixed bounds, and no step back behind a baseline."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from corpus.errors import InputError
from evals.compare import compare
from evals.metrics import METRICS
from evals.record import RunResult

THRESHOLDS = Path(__file__).parent / "thresholds.toml"

ProfileName = Literal["release", "ci"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a gate is for.

    "release": the bounds that a release must keep. "ci": the bounds that no change may break, and
    no significant step back behind a baseline, all of whose questions are asked. Passing "ci" says
    nothing of being good enough for "release".
    """

    name: ProfileName
    thresholds: Path
    needs_baseline: bool


PROFILES: dict[ProfileName, Profile] = {
    "release": Profile("release", THRESHOLDS, needs_baseline=False),
    "ci": Profile("ci", THRESHOLDS.with_name("thresholds.ci.toml"), needs_baseline=True),
}


class Threshold(NamedTuple):
    """The bound of a metric: at least `minimum`, at most `maximum`; None: no such bound."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a run must keep, and whether it does.

    kind        name, bound, value
    bound       a metric against a fixed bound; where nothing was scored, a minimum fails, a maximum holds
    baseline    a metric against the baseline's on the same questions: `bound` is its value there
    complete    the run answered all it set out to: questions answered
    asked       the baseline's questions were all asked: how many of them
    """

    name: str
    bound: str
    value: float | None
    passed: bool
    kind: Literal["bound", "baseline", "complete", "asked"] = "bound"


@dataclass(frozen=True, slots=True)
class GateResult:
    """`exit_code` is what `zhixun eval gate` ends with: 0 passed, 1 not."""

    checks: tuple[Check, ...]
    newly_failed: tuple[str, ...] = ()  # questions that the baseline passed; told, not gated
    profile: str = "release"
    baseline: str | None = None

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def exit_code(self) -> int:
        return 0 if self.passed else 1

    @property
    def broken(self) -> tuple[str, ...]:
        """The names of what failed, each once: metrics, `complete`, `asked`."""
        return tuple(dict.fromkeys(check.name for check in self.checks if not check.passed))

    def as_dict(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "baseline": self.baseline,
            "passed": self.passed,
            "broken": list(self.broken),
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
    profile: ProfileName = "release",
) -> GateResult:
    """Checks a run against a profile's bounds and, if given, against a baseline.

    Against the baseline no metric may be significantly worse on the questions that both runs asked:
    the 95 % interval of the paired difference must not lie on the worse side of 0 as a whole. A metric
    that had a value there must still have one. An incomplete run passes no gate.

    Raises:
        InputError: the baseline is incomplete, is missing where the profile demands one, or shares no
            question with the run.
    """
    chosen = PROFILES[profile]
    bounds = load_thresholds(chosen.thresholds) if thresholds is None else thresholds
    answered = Check("complete", f"= {run.questions}", len(run.rows), run.complete, "complete")
    checks = [answered, *(_check(run, name, bound) for name, bound in bounds.items())]
    if baseline is None:
        if chosen.needs_baseline:
            raise InputError("evalrun.needs_baseline", profile=profile)
        return GateResult(tuple(checks), profile=profile)
    if not baseline.complete:
        raise InputError("evalrun.incomplete", run=baseline.run_id, reason=baseline.stopped)
    comparison = compare(baseline, run)
    if chosen.needs_baseline:
        asked, all_of_them = comparison.shared, comparison.shared + len(comparison.only_a)
        checks.append(Check("asked", f"= {all_of_them}", asked, asked == all_of_them, "asked"))
    for line in comparison.metrics:
        if line.a is not None:
            held = line.b is not None and line.verdict != "worse"
            checks.append(Check(line.name, f"{line.a:.3f}", line.b, held, "baseline"))
    return GateResult(tuple(checks), comparison.worse, profile, baseline.run_id)


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
