"""What the pages of a run and of one of its questions show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evals.facts import LibraryFacts
from evals.faults import FAULTS
from evals.gate import Threshold, load_thresholds
from evals.metrics import METRICS
from evals.metrics.aggregate import Value
from evals.metrics.retrieval import MEASURES, overlap
from evals.record import Row, RunResult
from evals.report_case import step_name
from ui.web.staff.shelf import RunLine

_RANKS = 20  # of what the search found, shown with a question
_GROUPS: dict[str, Sequence[str]] = {
    "overall": ("passed", "status_accuracy"),
    "content": ("key_recall", "key_precision", "forbidden_facts", "number_fidelity"),
    "citations": (
        "citation_precision", "citation_recall", "quotes_verbatim", "quoted_spans", "marks_resolved",
        "version_accuracy",
    ),
    "refusals": (
        "refusal_precision", "refusal_recall", "false_refusal", "clarification", "permission_leaks",
    ),
    "retrieval": tuple(MEASURES),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions of a run to list: `only` "failed" or "all", of a fault and a tag, with some words."""

    only: str = "failed"
    fault: str = ""
    tag: str = ""
    words: str = ""

    def takes(self, row: Row) -> bool:
        words = self.words.casefold()
        return (
            (self.only == "all" or not row.passed)
            and (not self.fault or self.fault in row.faults)
            and (not self.tag or self.tag in row.tags)
            and (not words or words in f"{row.id} {row.question} {row.answer}".casefold())
        )


@dataclass(frozen=True, slots=True)
class MetricLine:
    """A metric with its bound of a release, and whether it keeps it (None: it has none)."""

    name: str
    value: Value
    bound: Threshold | None
    kept: bool | None


def run_values(run: RunResult, wanted: Wanted) -> dict[str, Any]:
    counted = Counter(row.faults[0] for row in run.failures)
    return {
        "run": run,
        "groups": list(_groups(run)),
        "faults": [(name, step_name(name), counted[name]) for name in FAULTS if counted[name]],
        "all_faults": [name for name in FAULTS if any(name in row.faults for row in run.failures)],
        "rows": [row for row in run.rows if wanted.takes(row)],
        "wanted": wanted,
        "tags": list(run.by_tag.items()),
        "all_tags": sorted({tag for row in run.rows for tag in row.tags}),
    }


def _groups(run: RunResult) -> Iterator[tuple[str, list[MetricLine]]]:
    """The metrics by what they are about; one that no group names comes last."""
    bounds = load_thresholds()
    named = {name for names in _GROUPS.values() for name in names}
    others = [name for name in run.metrics if name not in named]
    for group, names in (*_GROUPS.items(), ("other", others)):
        lines = [
            MetricLine(name, value, bounds.get(name), _kept(value.value, bounds.get(name)))
            for name in names
            if (value := run.metrics.get(name)) is not None
        ]
        if lines:
            yield group, lines


def _kept(value: float | None, bound: Threshold | None) -> bool | None:
    if value is None or bound is None:
        return None
    return (bound.minimum is None or value >= bound.minimum) and (
        bound.maximum is None or value <= bound.maximum
    )


def rival(parts: frozenset[str], others: Sequence[RunLine]) -> str:
    """What a run that asked `parts` is best held against: a baseline or else the newest run that asked
    the same, or all of it and more, or some of it."""
    for wanted in (
        [line for line in others if line.parts == parts],
        [line for line in others if line.parts > parts],
        [line for line in others if line.parts & parts],
    ):
        first = next((line for line in wanted if line.baseline), None) or next(iter(wanted), None)
        if first is not None:
            return first.name
    return ""


def picked(lines: Sequence[RunLine]) -> tuple[str, str]:
    """The two runs to compare unless somebody says otherwise: the newest and what went before it."""
    done = [line for line in lines if line.complete]
    after = next((line for line in done if not line.baseline), None)
    if after is None:
        return "", ""
    earlier = [line for line in done if line.name != after.name and not line.baseline]
    before = rival(after.parts, earlier) or rival(after.parts, [line for line in done if line.baseline])
    return before, after.name


def case_values(run: RunResult, row: Row, facts: LibraryFacts) -> dict[str, Any]:
    ranking = [
        (number, _unit_name(entry, facts), entry in row.places)
        for number, entry in enumerate(row.ranking[:_RANKS], start=1)
    ]
    scores = [(m.name, row.scores[m.name]) for m in METRICS if m.name in row.scores and row.scores[m.name].of]
    at = run.rows.index(row)
    return {
        "row": row,
        "steps": [(fault, step_name(fault)) for fault in row.faults],
        "key": [(fact, _found(fact, row)) for fact in row.case.get("key") or []],
        "gold": [_gold(gold, row, facts) for gold in row.case.get("gold") or []],
        "ranking": ranking,
        "scores": scores,
        "before": run.rows[at - 1].id if at else None,
        "after": run.rows[at + 1].id if at + 1 < len(run.rows) else None,
    }


def _found(fact: Sequence[str], row: Row) -> bool | None:
    """Whether the answer has a fact of the key; None where the run did not write it down."""
    if "missing_facts" in row.details:
        return fact[0] not in row.details["missing_facts"]
    part = row.scores.get("key_recall")
    if part is None or not part.of:
        return None
    return True if part.hit == part.of else False if not part.hit else None


def _gold(gold: dict[str, Any], row: Row, facts: LibraryFacts) -> dict[str, Any]:
    """A gold place: whether it is cited, and at which rank the search had it."""
    cited = any(
        facts.file_of(citation["doc_id"]) == gold["doc"] and overlap(citation["clause"], gold.get("clause"))
        for citation in row.citations
    )
    rank = None
    for number, entry in enumerate(row.ranking, start=1):
        file, sign, label = entry.partition("#")
        if sign and file == gold["doc"] and overlap(None if label == "*" else label, gold.get("clause")):
            rank = number
            break
    return {"doc": gold["doc"], "clause": gold.get("clause") or "", "cited": cited, "rank": rank}


def _unit_name(entry: str, facts: LibraryFacts) -> str:
    """A line of a ranking for people: gold places have names already, other units are clause ids."""
    doc_id = entry.rpartition(":")[0]
    file = facts.file_of(doc_id)
    if file is None:
        return entry.replace("#*", "").replace("#", " ")
    label = next((clause.label for clause in facts.clauses(doc_id) if clause.clause_id == entry), None)
    return f"{file} {label or ''}".rstrip()
