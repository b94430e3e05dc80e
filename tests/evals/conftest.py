"""A small library that is real down to its SQLite file, and an assistant that reads it by rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from agent.types import Answer, Citation, Ctx, Turn
from corpus.catalog import Catalog
from corpus.errors import InputError
from corpus.model import Clause, ClauseKind, ParsedDocument, Role, Version, Visibility
from corpus.settings import CorpusSettings
from evals.facts import LibraryFacts
from index.types import Evidence

OLD = (
    "第一条 贴息一个百分点，单个项目每年不超过1000万元。\n"
    "第二条 本办法自2024年3月1日起施行，有效期至2025年12月31日。"
)
NEW = (
    "第一条 贴息一个百分点，单个项目每年不超过600万元。\n"
    "企业每年不超过1000万元。\n"
    "第二条 本办法自2026年1月25日起施行。"
)
INTERNAL = "第一条 某某精密机械公司增资扩产进度滞后二十八天。"


def parsed(
    doc_id: str, name: str, text: str, effective_from: date, effective_to: date | None = None
) -> ParsedDocument:
    """A document whose lines that begin with 第N条 are articles, other lines further 款 of the last."""
    clauses: list[Clause] = []
    at = 0
    for line in text.split("\n"):
        article = re.match(r"第.条", line)
        outer = None if article else next(c for c in reversed(clauses) if c.parent_id is None)
        label = article.group() if article else f"{outer.label if outer else ''}第二款"
        kind: ClauseKind = "article" if article else "paragraph"
        parent = outer.clause_id if outer else None
        number = len(clauses)
        clauses.append(
            Clause(
                f"{doc_id}:{number}", doc_id, number, kind, label, (), line, at, at + len(line), None, parent
            )
        )
        at += len(line) + 1
    version = Version(
        doc_id, f"贴息办法{doc_id}", text, f"苏工信〔{effective_from.year}〕1号", "省工信厅",
        effective_from=effective_from, effective_to=effective_to,
    )  # fmt: skip
    return ParsedDocument(version, tuple(clauses), Path("/files") / name, f"sha-{doc_id}", "markdown")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """old.md (2024 to 2025), new.md (from 2026-01-25) and secret.md, which is internal."""
    opened = Catalog.open(CorpusSettings(home=tmp_path / "home", database_url=None))
    opened.stage(parsed("old", "old.md", OLD, date(2024, 3, 1), date(2025, 12, 31)), Visibility.PUBLIC)
    opened.stage(parsed("new", "new.md", NEW, date(2026, 1, 25)), Visibility.PUBLIC)
    opened.stage(parsed("secret", "secret.md", INTERNAL, date(2026, 1, 1)), Visibility.INTERNAL)
    for doc_id in ("old", "new", "secret"):
        opened.make_live(doc_id)
    yield opened
    opened.close()


@pytest.fixture
def facts(catalog: Catalog) -> LibraryFacts:
    return LibraryFacts(catalog)


def cite(n: int, doc_id: str, clause: str, quote: str, validity: str = "in_force", at: int = 0) -> Citation:
    return Citation(
        n, doc_id, f"贴息办法{doc_id}", None, "省工信厅", validity, clause, None, quote, f"{doc_id}:{at}"
    )


@dataclass
class Shelf:
    """Search by shared characters; enough of a library for the runner."""

    catalog: Catalog

    def search(
        self, query: str, *, k: int = 10, as_of: date, role: Role, in_force_only: bool = True
    ) -> list[Evidence]:
        snapshot = self.catalog.snapshot()
        hits = []
        for doc_id, record in snapshot.records.items():
            validity = snapshot.validity(doc_id, as_of)
            if record.visibility not in role.visibilities or (in_force_only and validity != "in_force"):
                continue
            for clause in self.catalog.clauses(doc_id):
                score = len(set(query) & set(clause.text)) / len(set(query))
                hits.append(
                    Evidence(clause.clause_id, doc_id, clause.label, (), clause.text, None, record.title,
                             record.doc_number, record.issuer, validity, record.visibility, score)
                )  # fmt: skip
        return sorted(hits, key=lambda hit: -hit.score)[:k]


@dataclass
class Clerk:
    """Answers with the best clause in force on the day, or refuses when little is shared."""

    library: Shelf
    careless: bool = False  # cites whatever is in the library, and says that it is in force

    def ask(self, question: str, ctx: Ctx | None = None, history: Sequence[Turn] = ()) -> Answer:
        ctx = ctx or Ctx()
        if not question.strip():
            raise InputError("evals.empty_file", path="-")
        day = ctx.as_of or date(2026, 11, 22)
        asked = f"{history[0][1]}{question}" if history else question
        hits = self.library.search(asked, as_of=day, role=ctx.role, in_force_only=not self.careless)
        if not hits or hits[0].score < 0.5:
            return Answer(question, "refused", "文库中没有这方面的规定。", timings_ms={"total": 1.0})
        best = hits[0]
        validity = "in_force" if self.careless else best.validity
        citation = Citation(1, best.doc_id, best.title, best.doc_number, best.issuer, validity,
                            best.label, None, best.text, best.clause_id)  # fmt: skip
        return Answer(question, "answered", f"{best.text}[1]", [citation], timings_ms={"total": 1.0})


@pytest.fixture
def clerk(catalog: Catalog) -> Clerk:
    return Clerk(Shelf(catalog))
