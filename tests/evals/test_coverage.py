"""Which places of the library no question touches."""

from __future__ import annotations

from typing import Any

from evals.coverage import coverage
from evals.facts import LibraryFacts
from evals.suite import Case


def case(case_id: str, *gold: tuple[str, str | None]) -> Case:
    fields: dict[str, Any] = {
        "id": case_id,
        "question": "贴息多少？",
        "expected_status": "answered",
        "gold": [{"doc": doc, "clause": clause} for doc, clause in gold],
    }
    return Case.model_validate(fields)


def test_untouched_documents_come_first_and_untouched_clauses_are_named(facts: LibraryFacts) -> None:
    found = coverage([case("a", ("new.md", "第一条第二款")), case("b", ("old.md", "第一条"))], facts)
    assert [one.file for one in found] == ["secret.md", "new.md", "old.md"]
    secret, new, _ = found
    assert (secret.cases, secret.units, secret.untouched) == ((), 1, ("第一条",))
    assert (new.cases, new.touched, new.untouched) == (("a",), 1, ("第二条",))


def test_a_document_named_without_a_clause_touches_no_clause(facts: LibraryFacts) -> None:
    new = next(one for one in coverage([case("a", ("new.md", None))], facts) if one.file == "new.md")
    assert new.cases == ("a",) and new.touched == 0 and new.untouched == ("第一条", "第二条")


def test_a_question_counts_once(facts: LibraryFacts) -> None:
    found = coverage([case("a", ("new.md", "第一条"), ("new.md", "第二条"))], facts)
    new = next(one for one in found if one.file == "new.md")
    assert new.cases == ("a",) and new.untouched == ()
    assert new.as_dict()["touched"] == 2
