"""The verifier measured: sentences beside the evidence they cite, right and wrong, judged by code alone.

    python -m evals.pairs [--json] [FILE.jsonl ...]

A line of a file is one pair: a question, a sentence that answers it, the clauses that it cites (all of
them invented), whether it is right, and of what kind it is. `tune.jsonl` is what the rules were written
with; `second.jsonl` was held until it had been reported once, and then learnt from; `held.jsonl` was
written after all rules, on other subjects, and is never tuned on. See docs/verification.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.grounding.phrasing import faults
from agent.state import Span
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Validity, Visibility
from index.types import Evidence

FOLDER = Path(__file__).parent / "pairs"
SETS = ("tune", "second", "held")


class Clause(BaseModel):
    """A cited clause as the verifier sees it: `agent.state.Span` with what the catalog says of its text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    label: str | None = None
    heading: tuple[str, ...] = ()
    lead: str | None = None  # the sentence over a list, or the header of a table
    doc_number: str | None = None
    issuer: str | None = None
    validity: Validity = Validity.UNKNOWN
    effective_from: date | None = None
    effective_to: date | None = None

    def span(self) -> Span:
        key = f"{self.title}:{self.label}"
        evidence = Evidence(
            clause_id=key,
            doc_id=self.title,
            label=self.label,
            heading_path=self.heading,
            text=self.text,
            page=None,
            title=self.title,
            doc_number=self.doc_number,
            issuer=self.issuer,
            validity=self.validity,
            visibility=Visibility.PUBLIC,
            score=1.0,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )
        return Span(evidence, key, self.label, self.text, None, lead=self.lead)


class Pair(BaseModel):
    """One sentence beside its evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    sentence: str = Field(min_length=1)
    evidence: tuple[Clause, ...] = Field(min_length=1)
    verdict: Literal["right", "wrong"]
    kind: str = Field(pattern=r"^[a-z_]+$")

    def faults(self) -> list[str]:
        """What the verifier says is wrong with it; [] where it lets it pass."""
        return faults(self.sentence, [clause.span() for clause in self.evidence], self.question)


@dataclass(frozen=True, slots=True)
class Result:
    """What the verifier made of one file."""

    name: str
    judged: tuple[tuple[Pair, tuple[str, ...]], ...]

    def _of(self, verdict: str) -> list[tuple[Pair, tuple[str, ...]]]:
        return [(pair, found) for pair, found in self.judged if pair.verdict == verdict]

    @property
    def let_through(self) -> list[Pair]:
        """Wrong ones in which nothing was found."""
        return [pair for pair, found in self._of("wrong") if not found]

    @property
    def rejected(self) -> list[tuple[Pair, tuple[str, ...]]]:
        """Right ones in which something was found, with what."""
        return [(pair, found) for pair, found in self._of("right") if found]

    def shares(self) -> tuple[float, float]:
        """Of the wrong ones the share let through, of the right ones the share rejected."""
        wrong, right = len(self._of("wrong")), len(self._of("right"))
        return len(self.let_through) / max(wrong, 1), len(self.rejected) / max(right, 1)

    def by_kind(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(verdict, kind) -> how many there are, and how many of them were judged wrongly."""
        every = Counter((pair.verdict, pair.kind) for pair, _ in self.judged)
        missed = Counter((pair.verdict, pair.kind) for pair in self.let_through)
        missed += Counter((pair.verdict, pair.kind) for pair, _ in self.rejected)
        return {key: (count, missed[key]) for key, count in sorted(every.items())}

    def as_dict(self) -> dict[str, object]:
        through, rejected = self.shares()
        return {
            "set": self.name,
            "wrong": len(self._of("wrong")),
            "right": len(self._of("right")),
            "wrong_let_through": round(through, 4),
            "right_rejected": round(rejected, 4),
            "by_kind": {
                f"{verdict}/{kind}": {"pairs": count, "missed": missed}
                for (verdict, kind), (count, missed) in self.by_kind().items()
            },
            "let_through": [pair.id for pair in self.let_through],
            "rejected": {pair.id: list(found) for pair, found in self.rejected},
        }


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file.

    Raises:
        InputError: a file that cannot be read, a line that is no pair, or an id that occurs twice.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("verify.unreadable", path=path, reason=type(error).__name__) from error
    pairs: list[Pair] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            pair = Pair.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "-"
            raise InputError("verify.no_pair", path=path, line=number, field=field) from error
        if pair.id in seen:
            raise InputError("verify.same_id", path=path, line=number, id=pair.id)
        seen.add(pair.id)
        pairs.append(pair)
    return pairs


def measure(path: Path) -> Result:
    """Every pair of a file judged."""
    return Result(path.stem, tuple((pair, tuple(pair.faults())) for pair in read_pairs(path)))


def _told(result: Result) -> str:
    through, rejected = result.shares()
    lines = [
        msg(
            "verify.result",
            name=result.name,
            pairs=len(result.judged),
            through=f"{through:.1%}",
            through_count=len(result.let_through),
            rejected=f"{rejected:.1%}",
            rejected_count=len(result.rejected),
        )
    ]
    for (verdict, kind), (count, missed) in result.by_kind().items():
        lines.append(f"  {verdict:<6} {kind:<20} {count:>4} {missed:>4}")
    lines += [f"  + {pair.id} [{pair.kind}] {pair.sentence}" for pair in result.let_through]
    lines += [f"  - {pair.id} [{pair.kind}] {pair.sentence} {list(why)}" for pair, why in result.rejected]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a result a file."""
    parser = argparse.ArgumentParser(prog="python -m evals.pairs", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    for path in given.files or [FOLDER / f"{name}.jsonl" for name in SETS]:
        result = measure(path)
        print(json.dumps(result.as_dict(), ensure_ascii=False) if given.json else _told(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
