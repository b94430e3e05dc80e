"""Drafts with a language model: the rules' drafts first, then the model's, each checked, none in a suite.

What goes wrong with the server is told in the outcome and loses nothing: the rules' drafts stay, and
so does what the model had proposed by then. Run again, it goes on from the cache.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from agent.llm.client import Spent, Unavailable
from corpus.errors import StateError
from corpus.head import is_head_matter
from corpus.model import Clause
from evals.candidates import Candidates
from evals.drafting.checks import SHAPE, alike, fault, same
from evals.drafting.prompt import VERSION, Passage, Proposal
from evals.drafting.writer import Malformed, Writer
from evals.drafts import Document, Draft, candidate, documents, drafts, short_title
from evals.facts import LibraryFacts
from evals.suite import Case

T = TypeVar("T")
DUPLICATE = "duplicate"
_CHARS = (15, 1200)  # of a clause that is worth asking about, and that a question can be seen from
_UNIT = 500  # characters up to which a whole article is asked about, not its parts

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """`ask`: the model proposes questions, `per_clause` of each of `clauses` a document; `reword`: it
    rewords the rules' drafts; `naming`: questions may say 第几条; `internal`: clauses of internal
    documents go to the server too."""

    ask: bool = True
    reword: bool = False
    per_clause: int = 3
    clauses: int = 6
    naming: bool = False
    internal: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of it. `made`: ids by rule and by model; `dropped`: proposals by the check that they
    failed; `failed`: requests without a usable reply, by reason; `unasked`: requests that were not
    made; `withheld`: internal documents that the server was not shown."""

    by_rule: list[int] = field(default_factory=list)
    by_model: list[int] = field(default_factory=list)
    reworded: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    unasked: int = 0
    withheld: int = 0
    spent: bool = False
    stopped: StateError | None = None

    @property
    def made(self) -> list[int]:
        return [*self.by_rule, *self.by_model]


class Session:
    """One pass over the documents.

    Args:
        cases: what suites ask already; the model's questions repeat none of it.
    """

    def __init__(
        self,
        facts: LibraryFacts,
        kept: Candidates,
        writer: Writer,
        options: Options,
        cases: Sequence[Case] = (),
        progress: Progress | None = None,
    ) -> None:
        self._facts = facts
        self._kept = kept
        self._writer = writer
        self._options = options
        self._progress = progress
        self._known: set[str] = set()  # what is asked anywhere, and of each document by its file
        self._of_document: defaultdict[str, list[str]] = defaultdict(list)
        for case in cases:
            self._note_asked(case.question, {gold.doc for gold in case.gold})
        for one in kept.list(None):
            self._note_asked(one.question, {gold["doc"] for gold in one.case.get("gold") or ()})
        self.outcome = Outcome()

    def run(self, found: Sequence[Document]) -> Outcome:
        """Keeps what passes; `outcome` says the rest."""
        by_rule = [(one, draft) for one in found for draft in self._drafts(one)]
        shown = [one for one in found if one.public or self._options.internal]
        self.outcome.withheld = len(found) - len(shown)
        to_ask = (
            [(one, clause) for one in shown for clause in self._clauses(one)] if self._options.ask else []
        )
        total = len(to_ask) + (len(by_rule) if self._options.reword else 0)
        for done, (document, draft) in enumerate(by_rule, 1):
            self._keep_rule(document, draft, may_reword=document in shown)
            if self._options.reword:
                self._tell(done, total, document.file)
        for done, (document, clause) in enumerate(to_ask, 1 + total - len(to_ask)):
            self._keep_questions(document, clause)
            self._tell(done, total, document.file)
        return self.outcome

    def _tell(self, done: int, total: int, what: str) -> None:
        if self._progress is not None:
            self._progress(done, total, what)

    # -- the rules' drafts --------------------------------------------------------------------------

    def _drafts(self, document: Document) -> Iterator[Draft]:
        """Those that were not proposed before."""
        for draft in drafts(document.file, document.title, self._facts.clauses(document.doc_id)):
            if not self._kept.knows(draft.case["question"], draft.case["gold"]):
                yield draft

    def _keep_rule(self, document: Document, draft: Draft, *, may_reword: bool) -> None:
        case, note = candidate(draft, document)
        asked = str(case["question"])
        words = self._reworded(document, case) if self._options.reword and may_reword else None
        if words is not None:
            case["question"] = words
            note |= self._origin() | {"reworded_from": asked}
            self.outcome.reworded += 1
        if (number := self._kept.add("draft", case, note)) is not None:
            self.outcome.by_rule.append(number)
            self._note_asked(str(case["question"]), [document.file])

    def _reworded(self, document: Document, case: dict[str, Any]) -> str | None:
        """The question in other words that pass the checks; None: the rule's own stay."""
        asked, label = str(case["question"]), case["gold"][0]["clause"]
        clause = next(one for one in self._facts.clauses(document.doc_id) if one.label == label)
        passage, facts = _passage(document, clause), tuple(fact[0] for fact in case.get("key", ()))
        naming = self._options.naming
        words = self._reply(lambda: self._writer.rewording(passage, asked, facts, naming))
        if words is None:
            return None
        proposal = Proposal(words, facts)
        wrong = fault(proposal, passage, naming, facts_needed=bool(facts), about=asked)
        if wrong is None and same(words) in self._known:
            wrong = DUPLICATE
        if wrong is not None:
            self.outcome.dropped[wrong] += 1
            return None
        return words

    # -- the model's own ----------------------------------------------------------------------------

    def _clauses(self, document: Document) -> list[Clause]:
        """Clauses worth asking about, spread over the document."""
        clauses = self._facts.clauses(document.doc_id)
        with_parts = {clause.parent_id for clause in clauses}
        found = []
        for clause in clauses:
            low, high = _CHARS
            whole = clause.parent_id is None and len(clause.text) <= _UNIT
            leaf = clause.clause_id not in with_parts and not self._within_whole(clause, clauses)
            named = clause.label and clause.kind != "row" and not is_head_matter(clause.text)
            if named and low <= len(clause.text) <= high and (whole or leaf):
                found.append(clause)
        step = max(1.0, len(found) / self._options.clauses)
        return [found[int(at * step)] for at in range(min(len(found), self._options.clauses))]

    @staticmethod
    def _within_whole(clause: Clause, clauses: Sequence[Clause]) -> bool:
        """Whether the article around a part is short enough to be asked about as a whole."""
        return any(one.clause_id == clause.parent_id and len(one.text) <= _UNIT for one in clauses)

    def _keep_questions(self, document: Document, clause: Clause) -> None:
        passage, options = _passage(document, clause), self._options
        proposals = self._reply(lambda: self._writer.questions(passage, options.per_clause, options.naming))
        for proposal in proposals or ():
            wrong = SHAPE if proposal is None else fault(proposal, passage, options.naming)
            if wrong is None and proposal is not None and self._is_known(document, proposal.question):
                wrong = DUPLICATE
            if wrong is not None or proposal is None:
                self.outcome.dropped[wrong or SHAPE] += 1
                continue
            self._note_asked(proposal.question, [document.file])
            number = self._kept.add("draft", *self._case(proposal, document, passage))
            self.outcome.by_model += [number] if number is not None else []

    def _is_known(self, document: Document, question: str) -> bool:
        """Asked anywhere in the same words, or of this document in nearly the same."""
        return same(question) in self._known or alike(question, self._of_document[document.file])

    def _note_asked(self, question: str, files: Iterable[str]) -> None:
        self._known.add(same(question))
        for file in files:
            self._of_document[file].append(question)

    def _case(
        self, proposal: Proposal, document: Document, passage: Passage
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        case = {
            "question": proposal.question,
            "expected_status": ["answered", "partial"],
            "key": [[fact] for fact in proposal.key_facts],
            "gold": [{"doc": document.file, "clause": passage.label}],
            "tags": ["answerable", "draft", "llm", proposal.kind],
            "role": document.role.value,
        }
        return case, {"title": document.title, "doc_id": document.doc_id} | self._origin()

    def _origin(self) -> dict[str, Any]:
        return {"model": self._writer.model, "prompt_version": VERSION}

    # -- the server ---------------------------------------------------------------------------------

    def _reply(self, ask: Callable[[], T]) -> T | None:
        """What the server says; None after a failure, which the outcome counts.

        Once the budget is spent it still gives what the cache holds.
        """
        if self.outcome.stopped is not None:
            self.outcome.unasked += 1
            return None
        try:
            return ask()
        except Malformed:
            self.outcome.failed["malformed"] += 1
        except Unavailable as error:
            self.outcome.failed[str(error)] += 1
        except Spent:
            self.outcome.spent = True
            self.outcome.unasked += 1
        except StateError as error:
            self.outcome.stopped = error
            self.outcome.unasked += 1
        return None


def propose_with(
    writer: Writer,
    facts: LibraryFacts,
    kept: Candidates,
    cases: Sequence[Case],
    day: date,
    files: Sequence[str] = (),
    options: Options = Options(),
    progress: Progress | None = None,
) -> Outcome:
    """Keeps drafts by rule and by model for the documents that `evals.drafts.documents` chooses.

    Raises:
        InputError: a file that the library does not hold.
    """
    found = documents(facts, cases, day, files)
    return Session(facts, kept, writer, options, cases, progress).run(found)


def _passage(document: Document, clause: Clause) -> Passage:
    headings = tuple(heading for heading in clause.heading_path if heading != document.title)
    return Passage(short_title(document.title), str(clause.label), clause.text, headings)
