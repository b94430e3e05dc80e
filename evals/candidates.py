"""Candidate cases: what use and new documents propose, until a person completes and accepts it.

Feedback from the chat and drafts from documents both land here. Nothing of it is asked in a run:
`accept` checks the case like a line of a suite and appends it to one; `reject` keeps it with the
reason, so that the same proposal is not made again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from corpus.catalog_tables import metadata
from corpus.errors import InputError, StateError
from evals.facts import LibraryFacts
from evals.lint import lint
from evals.problems import refuse
from evals.suite import Case
from evals.suite_files import find_suite

Origin = Literal["feedback", "draft"]
State = Literal["open", "accepted", "rejected"]

# A question that nobody has judged: what a candidate says until a person does.
FIELDS = (
    "question",
    "history",
    "role",
    "as_of",
    "expected_status",
    "key",
    "forbidden",
    "gold",
    "tags",
    "split",
)

candidates = Table(
    "eval_candidates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("origin", String(12), nullable=False, index=True),
    Column("state", String(12), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("case", JSON, nullable=False),  # fields of a case; some still missing
    Column("note", JSON, nullable=False),  # how it came about: the answer, the reason, the rule
    Column("added_at", DateTime, nullable=False),
    Column("closed_at", DateTime),
    Column("closed_by", Text),
    Column("closed_note", Text),  # the suite it went into, or why it was rejected
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed case; `case` holds those of `FIELDS` that are known, `note` where it comes from."""

    id: int
    origin: Origin
    state: State
    case: dict[str, Any]
    note: dict[str, Any]
    added_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_note: str | None = None

    @property
    def question(self) -> str:
        return str(self.case.get("question", ""))

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "origin": self.origin,
            "state": self.state,
            "case": self.case,
            "note": self.note,
            "added_at": self.added_at.isoformat(timespec="seconds"),
            "closed_at": self.closed_at.isoformat(timespec="seconds") if self.closed_at else None,
            "closed_by": self.closed_by,
            "closed_note": self.closed_note,
        }


class Candidates:
    """The candidates of a library, kept in its catalog."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        candidates.create(engine, checkfirst=True)

    def add(self, origin: Origin, case: Mapping[str, Any], note: Mapping[str, Any]) -> int | None:
        """Keeps a proposal.

        Returns:
            Its id; None where a draft of the same question with the same gold is there already,
            whether open, accepted or rejected. Feedback is kept each time: it counts.
        """
        unknown = sorted(set(case) - set(FIELDS))
        if unknown:
            raise ValueError(f"no such fields of a case: {unknown}")
        kept = _plain(case)
        with self._engine.begin() as connection:
            if origin == "draft" and _known(connection, kept["question"], kept.get("gold")):
                return None
            made = connection.execute(
                insert(candidates).values(
                    origin=origin,
                    state="open",
                    question=kept["question"],
                    case=kept,
                    note=_plain(note),
                    added_at=_now(),
                )
            )
            key = made.inserted_primary_key
        return int(key[0]) if key else None

    def list(self, state: State | None = "open", origin: Origin | None = None) -> list[Candidate]:
        """Newest first."""
        wanted = select(candidates).order_by(candidates.c.id.desc())
        if state is not None:
            wanted = wanted.where(candidates.c.state == state)
        if origin is not None:
            wanted = wanted.where(candidates.c.origin == origin)
        with self._engine.connect() as connection:
            return [_candidate(row) for row in connection.execute(wanted).mappings()]

    def get(self, number: int) -> Candidate:
        """
        Raises:
            InputError: no such candidate.
        """
        with self._engine.connect() as connection:
            found = connection.execute(select(candidates).where(candidates.c.id == number)).mappings().first()
        if found is None:
            raise InputError("evals_use.no_candidate", id=number)
        return _candidate(found)

    def knows(self, question: str, gold: object) -> bool:
        """Whether `add` would turn this draft away."""
        with self._engine.connect() as connection:
            return _known(connection, question, gold)

    def feedback_on(self, answer_id: str) -> Candidate | None:
        """The newest feedback on an answer of the chat, whatever its state."""
        wanted = (
            select(candidates)
            .where(candidates.c.origin == "feedback", candidates.c.note["answer_id"].as_string() == answer_id)
            .order_by(candidates.c.id.desc())
        )
        with self._engine.connect() as connection:
            found = connection.execute(wanted).mappings().first()
        return _candidate(found) if found is not None else None

    def replace(self, number: int, case: Mapping[str, Any], note: Mapping[str, Any]) -> None:
        """Puts a new proposal in the place of an open one.

        Raises:
            InputError: no such candidate, or a closed one.
        """
        self._open(number)
        self._write(number, {"case": _plain(case), "question": case["question"], "note": _plain(note)})

    def delete(self, numbers: Sequence[int]) -> int:
        """Takes candidates out with all that is known of them, whatever their state; suites keep
        the cases that they have accepted.

        Returns:
            How many there were.
        """
        with self._engine.begin() as connection:
            gone = connection.execute(delete(candidates).where(candidates.c.id.in_(numbers)))
        return gone.rowcount

    def amend(self, number: int, fields: Mapping[str, Any]) -> Candidate:
        """Sets fields of an open candidate's case; a field set to None is taken out.

        Raises:
            InputError: no such candidate or field, or a candidate that is closed.
        """
        unknown = sorted(set(fields) - set(FIELDS))
        if unknown:
            raise InputError("evals_use.no_field", field="、".join(unknown), fields="、".join(FIELDS))
        one = self._open(number)
        case = _plain({name: value for name, value in {**one.case, **fields}.items() if value is not None})
        note = dict(one.note)
        if one.origin == "draft":  # as it was proposed, so that it is not proposed again
            note.setdefault("proposed", {"question": one.question, "gold": one.case.get("gold")})
        self._write(number, {"case": case, "question": case.get("question", ""), "note": note})
        return self.get(number)

    def accept(self, number: int, suite: str | Path, facts: LibraryFacts, by: str) -> Case:
        """Appends the case to a suite (JSON lines) once it is whole and right, and closes the candidate.

        The suite is written whole beside its place and put there: a stop leaves the old one.

        Raises:
            InputError: no such candidate, a closed one, or a suite that is not `.jsonl`.
            SuiteError: what is missing or wrong, as for any line of a suite.
            StateError: the suite cannot be written.
        """
        one = self._open(number)
        path = _suite_path(suite)
        line = json.dumps({"id": f"{one.origin}-{number}", **one.case}, ensure_ascii=False)
        with FileLock(f"{path}.lock"):
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            joint = "" if not before or before.endswith("\n") else "\n"
            draft = path.with_name(f".{path.stem}.new.jsonl")
            try:
                draft.write_text(f"{before}{joint}{line}\n", encoding="utf-8")
                # named as the suite: the draft's own name means nothing to anybody
                refuse([replace(problem, path=path) for problem in lint([draft], facts)])
                draft.replace(path)
            except OSError as error:
                raise StateError("evals.cannot_write", path=path, reason=error.strerror or error) from error
            finally:
                draft.unlink(missing_ok=True)
        self._close(number, "accepted", by, str(path))
        return Case.model_validate_json(line)

    def reject(self, number: int, by: str, why: str) -> None:
        """Closes a candidate without a case.

        Raises:
            InputError: no such candidate, or a closed one.
        """
        self._open(number)
        self._close(number, "rejected", by, why)

    def _open(self, number: int) -> Candidate:
        one = self.get(number)
        if one.state != "open":
            raise InputError("evals_use.closed", id=number, state=one.state, by=one.closed_by)
        return one

    def _close(self, number: int, state: State, by: str, note: str) -> None:
        self._write(number, {"state": state, "closed_by": by, "closed_note": note, "closed_at": _now()})

    def _write(self, number: int, values: Mapping[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(candidates).where(candidates.c.id == number).values(**values))


def missing_fields(case: Mapping[str, Any]) -> Sequence[str]:
    """What a person still has to say before the case can be accepted."""
    status = case.get("expected_status") or ()
    wanted = ["expected_status"] if not status else []
    answers = (
        {"answered", "partial"} & {status}
        if isinstance(status, str)
        else {"answered", "partial"} & set(status)
    )
    if answers and not case.get("gold"):
        wanted.append("gold")
    if answers and not case.get("key"):
        wanted.append("key")
    return wanted


def _known(connection: Connection, question: str, gold: object) -> bool:
    """A draft is known by its words; by those it had before a person amended it, or a model reworded it."""
    reworded = candidates.c.note["reworded_from"].as_string()
    amended = candidates.c.note["proposed", "question"].as_string()
    same = select(candidates.c.case, candidates.c.note).where(
        candidates.c.origin == "draft",
        or_(candidates.c.question == question, reworded == question, amended == question),
    )
    return any(
        gold in (case.get("gold"), note.get("proposed", {}).get("gold"))
        for case, note in connection.execute(same)
    )


def _suite_path(suite: str | Path) -> Path:
    path = Path(suite)
    if path.suffix != ".jsonl" and path.name == str(suite):
        path = find_suite(suite)
    if path.suffix != ".jsonl":
        raise InputError("evals_use.not_jsonl", path=path)
    return path


def _candidate(row: Mapping[Any, Any]) -> Candidate:
    names = ("id", "origin", "state", "case", "note", "added_at", "closed_at", "closed_by", "closed_note")
    return Candidate(**{name: row[name] for name in names})


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it: days as text, tuples as lists."""
    made: dict[str, Any] = json.loads(json.dumps(dict(fields), default=str))
    return made


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
