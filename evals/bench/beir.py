"""The BEIR layout of a retrieval set (Thakur et al. 2021): corpus.jsonl, queries.jsonl, qrels.tsv.

BEIR lets every line carry `metadata`. Of a passage ours may say where it stands: {"doc": the document
that it is part of, "start": its place there in characters, "heading": the headings above it, "table":
whether it is a table}. Of a query: {"alternatives": [[passage ids], ...]}, each list passages that only
together answer it. A set without metadata is read as ever: each passage is a document of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from corpus.errors import InputError
from corpus.messages import msg
from evals.bench.folders import locate, wrong_field
from evals.suite import read_jsonl


class Passage(NamedTuple):
    """A passage of the corpus; `title` and `heading` may be empty.

    `doc` is the document that it is part of ("": none but itself), `start` its place there.
    """

    id: str
    title: str
    text: str
    heading: str = ""
    doc: str = ""
    start: int = 0
    table: bool = False


class Query(NamedTuple):
    """`alternatives`: passages that together hold the whole answer; () where nobody has said."""

    id: str
    text: str
    alternatives: tuple[tuple[str, ...], ...] = ()


class Judgement(NamedTuple):
    """`relevance` above 0: the passage answers the query, or helps to; the more the higher."""

    query_id: str
    passage_id: str
    relevance: int


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A corpus and the queries that have judgements."""

    passages: tuple[Passage, ...]
    queries: tuple[Query, ...]
    judgements: tuple[Judgement, ...]


def load_beir(corpus: Path, queries: Path, qrels: Path) -> RetrievalSet:
    """Reads a set; queries without a judgement (other splits) are left out.

    Raises:
        InputError: a missing file, a bad line, an id twice, a judgement of an unknown id; with
            file and line.
    """
    passages = [_passage(corpus, line, id, record) for line, id, record in _identified(corpus)]
    known = {passage.id for passage in passages}
    asked = [_query(queries, line, id, record, known) for line, id, record in _identified(queries)]
    judgements = _judgements(qrels, known, {q.id for q in asked})
    judged = {judgement.query_id for judgement in judgements}
    return RetrievalSet(tuple(passages), tuple(q for q in asked if q.id in judged), tuple(judgements))


def load_beir_folder(folder: Path) -> RetrievalSet:
    """A data set as BEIR unpacks it: corpus.jsonl, queries.jsonl, qrels/test.tsv (else dev.tsv), or
    qrels.tsv beside them.

    Raises:
        InputError: no such folder, a file missing; as `load_beir`.
    """
    corpus = locate(folder, "BEIR", ("corpus.jsonl",))
    queries = locate(folder, "BEIR", ("queries.jsonl",))
    return load_beir(
        corpus, queries, locate(folder, "BEIR", ("qrels/test.tsv", "qrels/dev.tsv", "qrels.tsv"))
    )


def first_queries(found: RetrievalSet, limit: int | None) -> RetrievalSet:
    """The set with its first queries alone, over the whole corpus."""
    return _with_queries(found, found.queries[:limit])


def spread_queries(found: RetrievalSet, limit: int | None) -> RetrievalSet:
    """The set with `limit` of its queries from all over it, the same each time, over the whole corpus."""
    count = len(found.queries)
    if limit is None or limit >= count:
        return found
    return _with_queries(found, tuple(found.queries[at * count // limit] for at in range(limit)))


def _with_queries(found: RetrievalSet, queries: tuple[Query, ...]) -> RetrievalSet:
    kept = {query.id for query in queries}
    return RetrievalSet(found.passages, queries, tuple(j for j in found.judgements if j.query_id in kept))


def write_beir(found: RetrievalSet, folder: Path) -> None:
    """Writes the three files into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus = ({"_id": p.id, "title": p.title, "text": p.text, **_place(p)} for p in found.passages)
    _write(folder / "corpus.jsonl", (json.dumps(line, ensure_ascii=False) for line in corpus))
    queries = ({"_id": q.id, "text": q.text, **_answers(q)} for q in found.queries)
    _write(folder / "queries.jsonl", (json.dumps(line, ensure_ascii=False) for line in queries))
    lines = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, line)) for line in found.judgements)]
    _write(folder / "qrels.tsv", lines)


def _place(passage: Passage) -> dict[str, dict[str, object]]:
    """A passage's `metadata`; {} for one that is a document of its own without headings."""
    found: dict[str, object] = {"doc": passage.doc, "start": passage.start} if passage.doc else {}
    found |= {"heading": passage.heading} if passage.heading else {}
    found |= {"table": True} if passage.table else {}
    return {"metadata": found} if found else {}


def _answers(query: Query) -> dict[str, dict[str, object]]:
    return {"metadata": {"alternatives": query.alternatives}} if query.alternatives else {}


def _passage(path: Path, line: int, id: str, record: dict[str, object]) -> Passage:
    title = _field(path, line, record, "title", required=False)
    text = _field(path, line, record, "text")
    given = _metadata(path, line, record)
    start = given.get("start", 0)
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise wrong_field(path, line, "metadata.start")
    doc, heading = (_field(path, line, given, name, required=False) for name in ("doc", "heading"))
    return Passage(id, title, text, heading, doc, start, given.get("table") is True)


def _query(path: Path, line: int, id: str, record: dict[str, object], passages: set[str]) -> Query:
    given = _metadata(path, line, record).get("alternatives") or []
    if not isinstance(given, list) or not all(isinstance(one, list) and one for one in given):
        raise wrong_field(path, line, "metadata.alternatives")
    alternatives = tuple(tuple(str(passage) for passage in one) for one in given)
    for passage in (passage for one in alternatives for passage in one):
        if passage not in passages:
            raise InputError("evals.unknown_id", path=path, line=line, id=passage)
    return Query(id, _field(path, line, record, "text"), alternatives)


def _metadata(path: Path, line: int, record: dict[str, object]) -> dict[str, object]:
    found = record.get("metadata")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise wrong_field(path, line, "metadata")
    return found


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _identified(path: Path) -> list[tuple[int, str, dict[str, object]]]:
    """Line number, id and object of every line, the ids checked."""
    records = read_jsonl(path)
    if not records:
        raise InputError("evals.empty_file", path=path)
    seen: set[str] = set()
    found = []
    for line, record in records:
        raw = record.get("_id")
        if not isinstance(raw, str | int) or isinstance(raw, bool) or raw == "":
            reason = _reason("_id", raw)
            raise InputError("evals.bad_field", path=path, line=line, field="_id", reason=reason)
        if (id := str(raw)) in seen:
            raise InputError("evals.same_id", path=path, line=line, id=id)
        seen.add(id)
        found.append((line, id, record))
    return found


def _field(path: Path, line: int, record: dict[str, object], name: str, required: bool = True) -> str:
    value = record.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        reason = _reason(name, value)
        raise InputError("evals.bad_field", path=path, line=line, field=name, reason=reason)
    return value


def _reason(name: str, value: object) -> str:
    """Why a field cannot be used, in the user's language."""
    return msg("evals.field_missing" if value is None else "evals.field_not_text", name=name)


def _judgements(path: Path, passages: set[str], queries: set[str]) -> list[Judgement]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise InputError("evals.no_file", path=path, reason=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise InputError("evals.not_utf8", path=path, at=error.start) from error
    found = []
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and cells[0] == "query-id"):
            continue
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdecimal():
            raise InputError("evals.bad_qrels", path=path, line=number)
        query_id, passage_id = cells[0], cells[1]
        for id, known in ((query_id, queries), (passage_id, passages)):
            if id not in known:
                raise InputError("evals.unknown_id", path=path, line=number, id=id)
        found.append(Judgement(query_id, passage_id, int(cells[2])))
    if not found:
        raise InputError("evals.empty_file", path=path)
    return found
