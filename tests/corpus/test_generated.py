"""Field accuracy over documents made from known truth."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.numbering import same_doc_number
from tests.corpus.generated import Made, everything
from tests.corpus.truths import Truth

REQUIRED = 0.98
FIELDS = ("title", "number", "issuers", "issued", "begins", "ends")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Made]:
    return list(everything(tmp_path_factory.mktemp("generated")))


def read(document: Made, name: str) -> Any:
    version = document.parsed.version
    values = {
        "title": version.title,
        "number": version.doc_number,
        "issuers": version.issuers,
        "issued": version.issued_on,
        "begins": version.effective_from,
        "ends": version.effective_to,
        "level": version.level,
        "region": version.region,
    }
    return values[name]


def right(name: str, found: Any, truth: Truth) -> bool:
    """Spaces do not count in a title, which may be headed by its issuers; a number may be written in
    any brackets."""
    wanted = getattr(truth, name)
    if name == "title":
        headed = "".join(truth.issuers) + wanted
        return found.replace(" ", "") in (wanted.replace(" ", ""), headed)
    if name == "number" and found and wanted:
        return same_doc_number(found, wanted)
    return bool(found == wanted)


def faults(documents: list[Made], name: str) -> list[str]:
    return [
        f"{document.name}: {name} is {read(document, name)!r}, not {getattr(document.truth, name)!r}"
        for document in documents
        if not right(name, read(document, name), document.truth)
    ]


def test_there_are_enough_documents(made: list[Made]) -> None:
    assert len(made) >= 200
    assert len({document.parsed.version.doc_id for document in made}) > 120  # they really differ


@pytest.mark.parametrize("name", [*FIELDS, "level", "region"])
def test_field(made: list[Made], name: str) -> None:
    wrong = faults(made, name)
    assert 1 - len(wrong) / len(made) >= REQUIRED, "\n".join(wrong)
