"""The library's record: which versions there are, what they say, which of them are live.

The single source of truth. Vectors and postings only mirror it: a version is searchable when its
row here says `live`, whatever else lies in the indexes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, create_engine, delete, event, insert, select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError

from corpus import corrections, hand_links, originals, registry_store, runs  # noqa: F401  runs: for its tables
from corpus.catalog_tables import clauses, counters, metadata, relations, versions
from corpus.errors import StateError
from corpus.migration import add_missing_columns
from corpus.model import Attached, Clause, ParsedDocument, Relation, RelationKind, Visibility
from corpus.originals import Original
from corpus.record import Record
from corpus.settings import CorpusSettings
from corpus.snapshot import Snapshot

_VERSION_FIELDS = (
    *("title", "doc_number", "issuer", "issued_on", "published_on", "effective_from", "effective_to"),
    *("level", "region", "genre", "subject", "sample", "source", "application_from", "application_to"),
)


class Catalog:
    """Open with `Catalog.open()`. Safe for several threads; several processes share one database.

    >>> catalog = Catalog.open(CorpusSettings(home=tmp))
    >>> catalog.stage(parsed, Visibility.PUBLIC)
    >>> catalog.make_live(parsed.version.doc_id)
    >>> catalog.snapshot().validity(parsed.version.doc_id, date(2026, 11, 22))
    """

    def __init__(self, engine: Engine, home: Path | None = None) -> None:
        self.engine = self._engine = engine  # `registry` queries its own tables through it
        self.home = home
        self.originals = originals.Originals(engine)
        self._snapshot: Snapshot | None = None

    @classmethod
    def open(cls, settings: CorpusSettings | None = None) -> Catalog:
        """Opens the catalog, creating its tables when they are missing.

        Raises:
            StateError: the state folder or database cannot be used, or is damaged.
        """
        settings = settings or CorpusSettings()
        if settings.database_url is None:
            _make_home(settings)
        # an error that reaches a log must not carry what people told of themselves
        engine = create_engine(settings.catalog_url, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _sqlite_pragmas)
        try:
            metadata.create_all(engine)  # with the tables of every module imported above
            add_missing_columns(engine, metadata)
            with engine.begin() as connection:
                if connection.execute(select(counters.c.value)).first() is None:
                    connection.execute(insert(counters).values(name="generation", value=0))
        except OperationalError as error:
            engine.dispose()
            raise StateError("catalog.cannot_open", url=_shown(settings), reason=str(error.orig)) from error
        except DatabaseError as error:
            engine.dispose()
            raise StateError("catalog.damaged", url=_shown(settings), reason=str(error.orig)) from error
        return cls(engine, settings.home)

    def close(self) -> None:
        self._engine.dispose()

    # -- writing -------------------------------------------------------------------------------

    def stage(self, parsed: ParsedDocument, visibility: Visibility) -> None:
        """Writes a version with its clauses and relations as `staged`: recorded, not searchable."""
        version = parsed.version
        registry = registry_store.read(parsed, self.home)
        row: dict[str, Any] = {name: getattr(version, name) for name in _VERSION_FIELDS}
        row |= {
            "doc_id": version.doc_id,
            "state": "staged",
            "visibility": visibility.value,
            "path": str(parsed.path),
            "sha256": parsed.sha256,
            "format": parsed.format,
            "pages": parsed.pages,
            "basis": version.basis,
            "issuers": list(version.issuers),
            "audience": list(version.audience),
            "attachments": [asdict(attached) for attached in version.attachments],
            "warnings": [*parsed.warnings, *registry.warnings],
            "text": version.text,
            "unit_count": parsed.unit_count,
            "added_at": datetime.now(UTC),
        }
        with self._engine.begin() as connection:
            connection.execute(delete(versions).where(versions.c.doc_id == version.doc_id))
            connection.execute(insert(versions).values(row))
            if parsed.clauses:
                connection.execute(insert(clauses), [_clause_row(clause) for clause in parsed.clauses])
            if version.relations:
                connection.execute(
                    insert(relations),
                    [_relation_row(version.doc_id, relation) for relation in version.relations],
                )
            registry_store.write(connection, registry)

    def make_live(self, doc_id: str, retire: Sequence[str] = (), files: Sequence[Original] = ()) -> None:
        """One transaction: `doc_id` becomes live, `files` are its originals, and every version in
        `retire` stops being so."""
        with self._engine.begin() as connection:
            originals.put(connection, files)
            if retire:
                connection.execute(
                    update(versions).where(versions.c.doc_id.in_(retire)).values(state="retired")
                )
            connection.execute(update(versions).where(versions.c.doc_id == doc_id).values(state="live"))
            _bump(connection)

    def set_visibility(self, doc_id: str, visibility: Visibility) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(versions).where(versions.c.doc_id == doc_id).values(visibility=visibility.value)
            )
            _bump(connection)

    def set_path(self, doc_id: str, path: str) -> None:
        """The original was moved or renamed: the version now answers to `path`."""
        with self._engine.begin() as connection:
            connection.execute(update(versions).where(versions.c.doc_id == doc_id).values(path=path))
            _bump(connection)

    def set_original(self, doc_id: str, original: Original) -> None:
        """The version answers to this file of its files from now on."""
        values = {"path": original.path, "sha256": original.sha256, "format": original.format}
        with self._engine.begin() as connection:
            connection.execute(update(versions).where(versions.c.doc_id == doc_id).values(values))
            _bump(connection)

    def correct(self, doc_id: str, values: Mapping[str, str | None], by: str) -> None:
        """Keeps what staff set of a version's metadata, over earlier corrections of those fields.

        Raises:
            InputError: the dates would contradict each other.
            KeyError: there is no such version.
        """
        record = self._known(doc_id)
        corrections.check_order(record, values)
        with self._engine.begin() as connection:
            corrections.store(connection, record, values, by)
            _bump(connection)

    def clear_corrections(self, doc_id: str, fields: Iterable[str] | None = None) -> int:
        """Takes back what staff set, all of it or `fields`; how many values.

        Raises:
            KeyError: there is no such version.
        """
        record = self._known(doc_id)
        with self._engine.begin() as connection:
            removed = corrections.remove(connection, record, fields)
            _bump(connection)
        return removed

    def corrected_visibility(self, doc_id: str, path: str) -> Visibility | None:
        """What staff set for this text, or for the file at this path; None: nothing."""
        found = self._corrected("visibility", doc_id, path)
        return Visibility(found.value or "public") if found else None

    def corrected_title(self, doc_id: str, path: str, read: str) -> str:
        """The title under which a text is to be searched: as staff set it, else as it was `read`."""
        found = self._corrected("title", doc_id, path)
        if found is None or not (found.doc_id == doc_id or found.was == read):
            return read
        return found.value or read

    def link(self, link: hand_links.Link) -> None:
        """Keeps a link as staff set it, over what they set before between the two."""
        with self._engine.begin() as connection:
            hand_links.store(connection, link)
            _bump(connection)

    def unlink(self, link: hand_links.Link) -> bool:
        """Takes back what staff added, and keeps out what the text says; False where there is neither."""
        with self._engine.begin() as connection:
            removed = hand_links.remove(connection, link)
            _bump(connection)
        snapshot = self.snapshot()
        record, said = snapshot.records[link.doc_id], snapshot.relations.get(link.doc_id, [])
        if hand_links.applied({**snapshot.records}, {record.doc_id: said}, [link])[record.doc_id] != said:
            self.link(link)
            return True
        return removed > 0

    def links_by_hand(self, doc_id: str) -> list[hand_links.Link]:
        """What staff set of a version's links, the oldest first.

        Raises:
            KeyError: there is no such version.
        """
        record = self._known(doc_id)
        with self._engine.connect() as connection:
            return hand_links.of_version(record, hand_links.load(connection))

    def _corrected(self, field: str, doc_id: str, path: str) -> corrections.Correction | None:
        with self._engine.connect() as connection:
            known = [entry for entry in corrections.load(connection) if entry.field == field]
        mine = [entry for entry in known if entry.doc_id == doc_id]
        mine = mine or [entry for entry in known if entry.path == path]
        return mine[-1] if mine else None

    def _known(self, doc_id: str) -> Record:
        record = self.record(doc_id)
        if record is None:
            raise KeyError(doc_id)
        return record

    def remove(self, doc_id: str) -> None:
        with self._engine.begin() as connection:
            for table in (clauses, relations, versions):
                connection.execute(delete(table).where(table.c.doc_id == doc_id))
            originals.drop_version(connection, doc_id)
            _bump(connection)

    # -- reading -------------------------------------------------------------------------------

    def generation(self) -> int:
        """Grows with each change of what is live."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(counters.c.value)).scalar_one())

    def snapshot(self) -> Snapshot:
        """The live versions and how they replace each other; the same object until a change."""
        generation = self.generation()
        if self._snapshot is None or self._snapshot.generation != generation:
            self._snapshot = self._read_snapshot(generation)
        return self._snapshot

    def unfinished(self) -> list[Record]:
        """Versions that a killed run left staged, or retired but not cleaned up."""
        return self._records(versions.c.state != "live")

    def by_path(self, path: str) -> Record | None:
        """The live version last read from `path`."""
        return _first(self._records((versions.c.path == path) & (versions.c.state == "live")))

    def by_sha(self, sha256: str) -> Record | None:
        """The live version whose original has these bytes."""
        return _first(self._records((versions.c.sha256 == sha256) & (versions.c.state == "live")))

    def record(self, doc_id: str) -> Record | None:
        """The version whatever its state."""
        return _first(self._records(versions.c.doc_id == doc_id))

    def clauses(self, doc_id: str) -> list[Clause]:
        """Units and parts of a version in the order of the text."""
        return self._clauses(clauses.c.doc_id == doc_id)

    def units(self, clause_ids: Iterable[str]) -> dict[str, Clause]:
        """Clauses by id; ids that do not exist are left out."""
        wanted = list(clause_ids)
        found: dict[str, Clause] = {}
        for at in range(0, len(wanted), 500):  # below SQLite's limit of bound parameters
            batch = self._clauses(clauses.c.clause_id.in_(wanted[at : at + 500]))
            found |= {clause.clause_id: clause for clause in batch}
        return found

    def parts(self, unit_id: str) -> list[Clause]:
        """The parts (款, 项, 目, rows) inside a unit, in order; [] for an undivided one."""
        doc_id = unit_id.partition(":")[0]
        family = {unit_id}
        inside = []
        for clause in self._clauses((clauses.c.doc_id == doc_id) & clauses.c.parent_id.is_not(None)):
            if clause.parent_id in family:
                family.add(clause.clause_id)
                inside.append(clause)
        return inside

    def text(self, doc_id: str) -> str:
        """The plain text of a version; "" for an unknown one."""
        with self._engine.connect() as connection:
            statement = select(versions.c.text).where(versions.c.doc_id == doc_id)
            return connection.execute(statement).scalar_one_or_none() or ""

    # -- inside --------------------------------------------------------------------------------

    def _clauses(self, condition: Any) -> list[Clause]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(clauses).where(condition).order_by(clauses.c.seq)).mappings()
            return [_clause(row) for row in rows]

    def _records(self, condition: Any) -> list[Record]:
        columns = [column for column in versions.c if column.name != "text"]
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).where(condition).order_by(versions.c.added_at))
            read = [_record(row) for row in rows.mappings()]
            known = corrections.load(connection) if read else []
        return [corrections.corrected(record, known) for record in read] if known else read

    def _read_snapshot(self, generation: int) -> Snapshot:
        records = {record.doc_id: record for record in self._records(versions.c.state == "live")}
        said: dict[str, list[Relation]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(relations)).mappings():
                if row["doc_id"] in records:
                    said.setdefault(row["doc_id"], []).append(_relation(row))
            known = hand_links.load(connection)
        return Snapshot(generation, records, hand_links.applied(records, said, known) if known else said)


def _make_home(settings: CorpusSettings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateError("catalog.no_home", home=settings.home, reason=error.strerror or error) from error


def _shown(settings: CorpusSettings) -> str:
    """The database's address without its password."""
    from sqlalchemy import make_url

    return make_url(settings.catalog_url).render_as_string(hide_password=True)


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    # WAL: readers go on while an ingestion writes. FULL would cost a disk sync a transaction;
    # with NORMAL a power cut loses the last transactions but never damages the file.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _bump(connection: Any) -> None:
    connection.execute(text("UPDATE counters SET value = value + 1 WHERE name = 'generation'"))


def _first(records: list[Record]) -> Record | None:
    return records[0] if records else None


def _clause_row(clause: Clause) -> dict[str, Any]:
    row = {column.name: getattr(clause, column.name) for column in clauses.c}
    row["heading_path"] = list(clause.heading_path)
    return row


def _clause(row: Any) -> Clause:
    values = dict(row)
    values["heading_path"] = tuple(values["heading_path"])
    return Clause(**values)


def _relation_row(doc_id: str, relation: Relation) -> dict[str, Any]:
    names = [column.name for column in relations.c if column.name not in ("id", "doc_id")]
    return {"doc_id": doc_id} | {name: getattr(relation, name) for name in names}


def _relation(row: Any) -> Relation:
    values = {name: row[name] for name in row if name not in ("id", "doc_id")}
    values["kind"] = cast(RelationKind, values["kind"])
    return Relation(**values)


def _record(row: Any) -> Record:
    values = dict(row)
    values["visibility"] = Visibility(values["visibility"])
    values["issuers"] = tuple(values["issuers"] or ())
    values["audience"] = tuple(values["audience"] or ())
    values["attachments"] = tuple(Attached(**attached) for attached in values["attachments"] or ())
    return Record(**values)


def today() -> date:
    """The day that "in force" means when nobody names another: today, or `ZHIXUN_TODAY`."""
    return _day_set(os.environ.get("ZHIXUN_TODAY"), os.getcwd()) or date.today()


@lru_cache(8)
def _day_set(said: str | None, folder: str) -> date | None:
    """Reading settings takes 0.7 ms, and every search asks for the day."""
    return CorpusSettings().today
