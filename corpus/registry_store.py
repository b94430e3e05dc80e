"""The registry's tables in the catalog, written in the transaction that writes their version.

`registry_sources` keeps each version's tables as they were read, so that a changed columns.yaml or a
corrected title needs no file again: `refresh` reads the kept tables anew. Rows go with their version
(ON DELETE CASCADE); who may see them and whether they still hold is the version's business.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from corpus.catalog_tables import metadata
from corpus.columns import ColumnMap, ColumnsError, load
from corpus.messages import msg
from corpus.model import ClauseTable, ParsedDocument, TableRow
from corpus.record import Record
from corpus.registry_cells import plain
from corpus.registry_context import Document, days_above
from corpus.registry_model import MONEY_FIELDS, Cell, IndicatorValue, ProjectSnapshot, RegistryRows, Unread
from corpus.registry_read import read_registry, unread_text

log = logging.getLogger(__name__)

READING = 1  # raised when tables are read differently: kept tables are then read anew
_FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_BATCH = 500  # below SQLite's limit of bound parameters


def _doc_id() -> Column[str]:
    return Column("doc_id", ForeignKey("versions.doc_id", ondelete="CASCADE"), nullable=False, index=True)


# One row a version, also for one without tables: a version without a row was read before there was
# a registry. `fingerprint` is of everything but the tables that the reading depends on.
sources = Table(
    "registry_sources",
    metadata,
    Column("doc_id", ForeignKey("versions.doc_id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", String(32), nullable=False),
    Column("tables", JSON, nullable=False),
)
projects = Table(
    "registry_projects",
    metadata,
    Column("id", Integer, primary_key=True),
    _doc_id(),
    Column("clause_id", String(48), nullable=False),
    Column("name_key", Text, nullable=False, index=True),
    Column("report_date", Date, index=True),
    Column("data", JSON, nullable=False),
)
indicators = Table(
    "registry_indicators",
    metadata,
    Column("id", Integer, primary_key=True),
    _doc_id(),
    Column("clause_id", String(48), nullable=False),
    Column("name", Text, nullable=False, index=True),
    Column("data", JSON, nullable=False),
)
unread = Table(
    "registry_unread",
    metadata,
    Column("id", Integer, primary_key=True),
    _doc_id(),
    Column("clause_id", String(48), nullable=False),
    Column("reason", String(8), nullable=False),
    Column("column", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("rows", Integer, nullable=False),
)


def project_key(name: str) -> str:
    """A project's name as it is compared: without spaces, quotes and the mark of invented data."""
    text = plain(name).replace("(虚构数据)", "").replace("(虚构)", "")
    return text.strip("“”\"'《》")


# -- reading ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What the registry keeps of one version, ready to be written."""

    doc_id: str
    fingerprint: str
    tables: list[dict[str, Any]]
    rows: RegistryRows
    warnings: tuple[str, ...] = ()


def read(parsed: ParsedDocument, home: Path | None) -> Reading:
    """Reads the tables of a parsed file. A faulty columns.yaml of the user never stops an ingestion: the
    house's is used, and the warnings say so; the next query reads the tables anew once it is mended."""
    version = parsed.version
    document = Document(version.doc_id, version.title, version.region, version.issued_on, version.genre)
    headings = {
        clause.clause_id: (*clause.heading_path, *days_above(version.text[: clause.start]))
        for clause in parsed.clauses
        if clause.kind == "table"
    }
    kept = [_table_json(table, headings.get(table.clause_id, ())) for table in parsed.tables]
    if not kept:  # most documents: the columns need not even be loaded
        return Reading(version.doc_id, _fingerprint(document, None), [], RegistryRows())
    warnings: list[str] = []
    try:
        columns = load(home)
    except ColumnsError as error:
        columns = load()
        warnings.append(msg("registry.columns_set_aside", fault=str(error.faults[0])))
    try:
        rows = read_registry(document, parsed.tables, headings, columns)
    except _FAULTS as error:
        # A fault of ours in a strange table must not cost the document; it is told, and logged in full.
        log.warning("tables of %s could not be read", parsed.path, exc_info=True)
        warnings.append(msg("registry.fault_of_ours", reason=f"{type(error).__name__}: {error}"))
        rows = RegistryRows()
    warnings += [unread_text(entry) for entry in rows.unread]
    return Reading(version.doc_id, _fingerprint(document, columns), kept, rows, tuple(warnings))


def write(connection: Connection, reading: Reading) -> None:
    """Writes what a version's tables hold, in the caller's transaction; its earlier rows go."""
    for table in (projects, indicators, unread, sources):
        connection.execute(delete(table).where(table.c.doc_id == reading.doc_id))
    connection.execute(
        insert(sources).values(doc_id=reading.doc_id, fingerprint=reading.fingerprint, tables=reading.tables)
    )
    _insert(connection, projects, [_project_row(entry) for entry in reading.rows.projects])
    _insert(connection, indicators, [_indicator_row(entry) for entry in reading.rows.indicators])
    _insert(connection, unread, [asdict(entry) for entry in reading.rows.unread])


def refresh(engine: Engine, records: Mapping[str, Record], columns: ColumnMap) -> int:
    """Reads the kept tables anew where columns.yaml or the version's metadata have changed since.

    Returns:
        How many versions were read anew.
    """
    with engine.connect() as connection:
        stamps = dict(connection.execute(select(sources.c.doc_id, sources.c.fingerprint)).tuples().all())
    stale = []
    for doc_id, stamp in stamps.items():
        if doc_id in records and stamp not in (
            _fingerprint(_document(records[doc_id]), columns),
            _fingerprint(_document(records[doc_id]), None),
        ):
            stale.append(doc_id)
    for doc_id in stale:
        _refresh_one(engine, _document(records[doc_id]), columns)
    return len(stale)


def _refresh_one(engine: Engine, document: Document, columns: ColumnMap) -> None:
    with engine.begin() as connection:
        statement = select(sources.c.tables).where(sources.c.doc_id == document.doc_id)
        kept = connection.execute(statement).scalar_one_or_none()
        if kept is None:
            return  # removed meanwhile
        tables = [_table_of(entry) for entry in kept]
        headings = {entry["clause_id"]: tuple(entry["headings"]) for entry in kept}
        rows = read_registry(document, tables, headings, columns)
        stamp = _fingerprint(document, columns if kept else None)
        write(connection, Reading(document.doc_id, stamp, kept, rows))


def missing(engine: Engine, records: Iterable[str]) -> list[str]:
    """Versions that were taken in before there was a registry: their tables were never kept."""
    with engine.connect() as connection:
        known = set(connection.execute(select(sources.c.doc_id)).scalars())
    return [doc_id for doc_id in records if doc_id not in known]


def load_projects(connection: Connection, doc_ids: Sequence[str]) -> list[ProjectSnapshot]:
    """The snapshots of these versions, in the order in which they were written."""
    return [_snapshot(row) for row in _select(connection, projects, doc_ids)]


def load_indicators(connection: Connection, doc_ids: Sequence[str]) -> list[IndicatorValue]:
    return [_indicator(row) for row in _select(connection, indicators, doc_ids)]


def load_unread(connection: Connection, doc_ids: Sequence[str]) -> list[Unread]:
    names = [field.name for field in fields(Unread)]
    return [Unread(**{name: row[name] for name in names}) for row in _select(connection, unread, doc_ids)]


# -- inside -----------------------------------------------------------------------------------------


def _select(connection: Connection, table: Table, doc_ids: Sequence[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for at in range(0, len(doc_ids), _BATCH):
        statement = select(table).where(table.c.doc_id.in_(doc_ids[at : at + _BATCH])).order_by(table.c.id)
        found += [dict(row) for row in connection.execute(statement).mappings()]
    return found


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), [dict(row) for row in rows])


def _document(record: Record) -> Document:
    return Document(record.doc_id, record.title, record.region, record.issued_on, record.genre)


def _fingerprint(document: Document, columns: ColumnMap | None) -> str:
    """`columns` None: a version without tables, which no columns change."""
    if columns is None:
        return "empty"
    parts = (
        READING,
        columns.fingerprint,
        document.title,
        document.region,
        document.issued_on,
        document.genre,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _table_json(table: ClauseTable, headings: Sequence[str]) -> dict[str, Any]:
    return asdict(table) | {"headings": list(headings)}


def _table_of(kept: Mapping[str, Any]) -> ClauseTable:
    values: dict[str, Any] = {field.name: kept.get(field.name) for field in fields(ClauseTable)}
    values["columns"] = tuple(tuple(path) for path in kept["columns"])
    values["rows"] = tuple(TableRow(row["clause_id"], tuple(row["cells"])) for row in kept["rows"])
    return ClauseTable(**values)


def _stated(entry: ProjectSnapshot | IndicatorValue, keys: Sequence[str]) -> dict[str, Any]:
    """The fields that hold something, `keys` apart, as JSON can hold them."""
    data: dict[str, Any] = {}
    for name in (part.name for part in fields(entry)):
        value = getattr(entry, name)
        if name in keys or value is None or value == {}:
            continue
        if name == "cells":
            value = {key: {"column": cell.column, "text": cell.text} for key, cell in value.items()}
        data[name] = str(value) if isinstance(value, Decimal) else value
    return data


def _project_row(snapshot: ProjectSnapshot) -> dict[str, Any]:
    data = _stated(snapshot, ("doc_id", "clause_id", "report_date"))
    keys = {"doc_id": snapshot.doc_id, "clause_id": snapshot.clause_id, "report_date": snapshot.report_date}
    return keys | {"name_key": project_key(snapshot.name), "data": data}


def _snapshot(row: Mapping[str, Any]) -> ProjectSnapshot:
    data = dict(row["data"])
    for name in MONEY_FIELDS:
        if name in data:
            data[name] = Decimal(data[name])
    data["cells"] = {name: Cell(**cell) for name, cell in data.get("cells", {}).items()}
    day: date | None = row["report_date"]
    return ProjectSnapshot(doc_id=row["doc_id"], clause_id=row["clause_id"], report_date=day, **data)


def _indicator_row(value: IndicatorValue) -> dict[str, Any]:
    data = _stated(value, ("doc_id", "clause_id", "name"))
    return {"doc_id": value.doc_id, "clause_id": value.clause_id, "name": value.name, "data": data}


def _indicator(row: Mapping[str, Any]) -> IndicatorValue:
    data = dict(row["data"])
    for name in ("value", "yoy"):
        if name in data:
            data[name] = Decimal(data[name])
    data["cells"] = {name: Cell(**cell) for name, cell in data.get("cells", {}).items()}
    data.setdefault("scope", None)
    return IndicatorValue(doc_id=row["doc_id"], clause_id=row["clause_id"], name=row["name"], **data)
