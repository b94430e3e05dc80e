"""One search: query, day, role -> ranked evidence. The catalog decides what may be seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from corpus.catalog import Catalog, today
from corpus.model import Clause, Role, Visibility
from corpus.record import Record
from corpus.snapshot import Snapshot
from index.calibration import Known, Signs, probability
from index.crossencoder import CrossEncoder
from index.folding import SPARE, folded
from index.hybrid import Hit, HybridIndex
from index.matching import Matched, matched
from index.naming import Names, best_how, clauses_led_to, in_titles
from index.query import QueryPlan, plan_of
from index.ranking import ordered
from index.rerank import CANDIDATES
from index.rows import Row, doc_of, heading_of, rows, unit_of, unit_rows
from index.types import Evidence

_NEAR = 3  # hits beyond those asked for that may be nearly as good
_SCORED_WHOLE = 3000  # units up to which a search within given documents scores every row


class Retriever:
    """Searches one library. Safe for several threads."""

    def __init__(self, catalog: Catalog, index: HybridIndex, judge: CrossEncoder | None = None) -> None:
        self._catalog = catalog
        self._index = index
        self._judge = judge
        self._seen = catalog.generation()  # the generation that the index readers know
        self._syncing = threading.Lock()
        self._named = (-1, Names(()))  # of which generation, and the names of its documents
        self.writing = False

    def search(
        self,
        query: str,
        *,
        k: int,
        as_of: date | None,
        role: Role,
        in_force_only: bool,
        doc_ids: Set[str] | None,
        rerank: bool,
    ) -> list[Evidence]:
        """See `Library.search`."""
        if not query.strip() or k < 1:
            return []
        snapshot = self._snapshot()
        plan = plan_of(query, today()) if self._index.parts.plan else QueryPlan(query)
        as_of = as_of or plan.day or today()
        in_force_only = in_force_only and self._index.parts.versions
        allowed = _Allowed(snapshot, role, as_of, in_force_only, doc_ids)
        judge = self._judge if rerank else None
        foldable = bool(snapshot.reposts or snapshot.originals)
        depth = max(k + SPARE * foldable, judge.candidates if judge else 0)
        led: Sequence[str] = ()
        if doc_ids is not None:
            hits = self._within(query, snapshot, allowed, doc_ids, depth, rerank)
        else:
            hits, led = self._planned(query, plan, snapshot, allowed, depth, rerank)
        units = self._catalog.units(hit.unit_id for hit in hits)
        known = self._known(query) if rerank else None
        found = [
            _evidence(hit, units[hit.unit_id], snapshot, as_of, known)
            for hit in hits
            if hit.unit_id in units  # retired since the snapshot was taken
        ]
        if judge is not None:
            found = judge.reordered(query, found)
        if foldable:
            found = folded(found, snapshot.reposts, snapshot.originals)
        return _led_first(found, led)[:k]

    def _planned(
        self, query: str, plan: QueryPlan, snapshot: Snapshot, allowed: _Allowed, k: int, rerank: bool
    ) -> tuple[list[Hit], list[str]]:
        """The hits of the whole library, ordered by what the question names (`index.query`), and those
        of them that it leads to: a clause of a document of the library.

        What it names and the search has not found is looked for by itself.
        """
        meant = self._names(snapshot).meant(plan, lambda doc: allowed.document(doc) is not None)
        if not (meant or plan.regions or plan.level):
            hits = self._index.search(query, allowed.visibilities, k + _NEAR, allowed, rerank, allowed.share)
            return ordered(hits, snapshot.records, plan, {})[:k], []
        whole = self._index.with_parts(replace(self._index.parts, early=False))  # all on one scale
        query = in_titles(plan, meant, query, lambda doc: snapshot.records[doc].title)
        hits = whole.search(query, allowed.visibilities, max(k, CANDIDATES), allowed, rerank, allowed.share)
        named = best_how(meant)
        if missing := named.keys() - {doc_of(hit.unit_id) for hit in hits}:
            inner = self._within(query, snapshot, allowed, missing, k, rerank)
            hits = [*hits, *(replace(hit, score=0.0) for hit in inner)]
        led = clauses_led_to(plan, meant, self._catalog.clauses)
        hits += self._units(
            query, snapshot, [u for u in led if all(hit.unit_id != u for hit in hits)], rerank
        )
        hits = ordered(hits, snapshot.records, plan, named)
        first = [hit for hit in hits if hit.unit_id in led]
        return [*first, *(hit for hit in hits if hit.unit_id not in led)][:k], led

    def _units(self, query: str, snapshot: Snapshot, wanted: Sequence[str], rerank: bool) -> list[Hit]:
        """These units as hits, with score 0."""
        asked = [
            (record.visibility, row.row_id)
            for doc_id in dict.fromkeys(map(doc_of, wanted))
            for record in [snapshot.records[doc_id]]
            for row in rows(doc_id, record.title, self._catalog.clauses(doc_id))
            if unit_of(row.row_id) in wanted
        ]
        found = self._index.search_rows(query, asked, len(wanted), rerank) if asked else []
        return [replace(hit, score=0.0) for hit in found]

    def _names(self, snapshot: Snapshot) -> Names:
        """The names of the library in this state; made once a state."""
        generation, names = self._named
        if generation != snapshot.generation:
            names = Names(snapshot.records.values(), self._index.lexical.synonyms.entries)
            self._named = (snapshot.generation, names)
        return names

    def _known(self, query: str) -> Known:
        """By the public index alone, so that no one can feel for internal words."""
        lexical, public = self._index.lexical, Visibility.PUBLIC
        return Known(query, lambda token: lexical.doc_freq(public, token), lexical.count(public))

    def lookup(self, clause_ids: list[str], *, as_of: date, role: Role) -> list[Evidence]:
        """See `Library.evidence`."""
        snapshot = self._snapshot()
        allowed = _Allowed(snapshot, role, as_of, False, None)
        units = self._catalog.units(clause_ids)
        wanted = [units[clause_id] for clause_id in dict.fromkeys(clause_ids) if clause_id in units]
        return [
            _evidence(Hit(unit.clause_id, visibility, 1.0, 1.0, 0.0), unit, snapshot, as_of)
            for unit in wanted
            if (visibility := allowed.document(unit.doc_id)) is not None
        ]

    def match(self, question: str, evidence: Sequence[Evidence]) -> dict[str, Matched]:
        """See `Library.match`."""
        asked = self._index.query_tokens(question)
        if asked is None or not len(asked.spans):
            return {}
        units = self._catalog.units(item.clause_id for item in evidence)
        made: dict[str, list[Row]] = {}
        wanted = []
        for item in evidence:
            if (unit := units.get(item.clause_id)) is None:
                continue  # retired meanwhile
            heading = heading_of(item.title, unit.heading_path)
            found = unit_rows(
                unit.clause_id, unit.doc_id, item.title, heading, unit.text, unit.kind == "table"
            )
            made[item.clause_id] = found
            wanted += [(item.visibility, row) for row in found]
        tokens = self._index.row_tokens(wanted)
        fits = {unit: matched(asked, found, tokens) for unit, found in made.items()}
        return {unit: match for unit, match in fits.items() if match is not None}

    def _snapshot(self) -> Snapshot:
        snapshot = self._catalog.snapshot()
        if snapshot.generation != self._seen:
            self.sync(snapshot.generation)
        return snapshot

    def sync(self, generation: int) -> None:
        """Reads the indexes anew when another process has changed them."""
        with self._syncing:
            if generation != self._seen:
                if not self.writing:
                    self._index.refresh()
                self._seen = generation

    @contextmanager
    def own_writing(self) -> Iterator[None]:
        """While this process writes, its readers see every change by themselves."""
        self.sync(self._catalog.generation())
        self.writing = True
        try:
            yield
        finally:
            self._seen = self._catalog.generation()
            self.writing = False

    def _within(
        self, query: str, snapshot: Snapshot, allowed: _Allowed, doc_ids: Set[str], k: int, rerank: bool
    ) -> list[Hit]:
        records = [snapshot.records[doc] for doc in sorted(doc_ids) if allowed.document(doc)]
        if sum(record.unit_count for record in records) > _SCORED_WHOLE:
            places = {record.visibility for record in records}
            return self._index.search(query, places, k, allowed, rerank, allowed.share)
        found = [
            (record.visibility, row.row_id)
            for record in records
            for row in rows(record.doc_id, record.title, self._catalog.clauses(record.doc_id))
        ]
        return self._index.search_rows(query, found, k, rerank) if found else []


class _Allowed:
    """May a row be seen in this search? Judged once a document."""

    def __init__(
        self, snapshot: Snapshot, role: Role, as_of: date, in_force_only: bool, doc_ids: Set[str] | None
    ) -> None:
        self._snapshot = snapshot
        self.visibilities = role.visibilities
        self._as_of = as_of
        self._in_force_only = in_force_only
        self._doc_ids = doc_ids
        self._known: dict[str, Visibility | None] = {}

    def __call__(self, row_id: str, place: Visibility) -> bool:
        # A row left in the collection that its document has moved out of does not count.
        doc_id = doc_of(row_id)
        known = self._known
        return (known[doc_id] if doc_id in known else self.document(doc_id)) is place

    @property
    def share(self) -> float:
        """About what part of the rows that this role may see is current on the day."""
        return self._snapshot.current_share(self._as_of) if self._in_force_only else 1.0

    def document(self, doc_id: str) -> Visibility | None:
        """The visibility under which the document may be seen; None when it may not."""
        if doc_id not in self._known:
            record = self._snapshot.records.get(doc_id)
            self._known[doc_id] = record.visibility if record and self._passes(record) else None
        return self._known[doc_id]

    def _passes(self, record: Record) -> bool:
        if record.visibility not in self.visibilities:
            return False
        if self._doc_ids is not None and record.doc_id not in self._doc_ids:
            return False
        return not self._in_force_only or self._snapshot.is_current(record.doc_id, self._as_of)


def _led_first(found: list[Evidence], led: Sequence[str]) -> list[Evidence]:
    """What the question leads to comes first, whatever it scores; it scores like the best."""
    at = {unit: place for place, unit in enumerate(led)}
    first = sorted((item for item in found if item.clause_id in at), key=lambda item: at[item.clause_id])
    rest = [item for item in found if item.clause_id not in at]
    best = max((item.score for item in found), default=0.0)
    return [*(replace(item, score=best) for item in first), *rest]


def _evidence(
    hit: Hit, unit: Clause, snapshot: Snapshot, as_of: date, known: Known | None = None
) -> Evidence:
    record = snapshot.records[unit.doc_id]
    likely = None
    if known is not None and hit.fit is not None:
        share = known.share(record.title, *unit.heading_path, unit.text)
        likely = probability(Signs(hit.fit.near, hit.dense, share, hit.above))
    return Evidence(
        clause_id=unit.clause_id,
        doc_id=unit.doc_id,
        label=unit.label,
        heading_path=unit.heading_path,
        text=unit.text,
        page=unit.page,
        title=record.title,
        doc_number=record.doc_number,
        issuer=record.issuer,
        validity=snapshot.validity(unit.doc_id, as_of),
        visibility=record.visibility,
        score=hit.score,
        dense=hit.dense,
        lexical=hit.lexical,
        issued_on=record.issued_on,
        effective_from=record.effective_from,
        effective_to=record.effective_to,
        superseded_by=snapshot.superseded_by(unit.doc_id, as_of),
        level=record.level,
        region=record.region,
        subject=record.subject,
        sample=record.sample,
        probability=likely,
    )
