"""The catalog's tables (SQLAlchemy Core): versions, clauses, relations, one counter.

A column that is new since a state folder was made must be nullable: `corpus/migration.py` adds it
when the folder is opened, and the rows of before have NULL there.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# One row a version. `state`: staged (not searchable yet), live, retired (waiting to be cleaned).
versions = Table(
    "versions",
    metadata,
    Column("doc_id", String(32), primary_key=True),
    Column("state", String(8), nullable=False, index=True),
    Column("visibility", String(8), nullable=False),
    Column("path", Text, nullable=False, index=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("format", String(16), nullable=False),
    Column("pages", Integer),
    Column("title", Text, nullable=False),
    Column("doc_number", Text),
    Column("issuer", Text),
    Column("issued_on", Date),
    Column("published_on", Date),
    Column("effective_from", Date),
    Column("effective_to", Date),
    Column("level", String(8)),
    Column("region", Text),
    Column("genre", Text),
    Column("subject", Text),
    Column("sample", Text),
    Column("source", Text),
    Column("basis", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("unit_count", Integer, nullable=False),
    Column("added_at", DateTime, nullable=False),
    Column("issuers", JSON),
    Column("application_from", Date),
    Column("application_to", Date),
    Column("audience", JSON),
    Column("attachments", JSON),
)

# `place` is the order within the version over units and parts together.
clauses = Table(
    "clauses",
    metadata,
    Column("clause_id", String(48), primary_key=True),
    Column("doc_id", ForeignKey("versions.doc_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("parent_id", String(48), index=True),
    Column("seq", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("label", Text),
    Column("heading_path", JSON, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page", Integer),
    Column("text", Text, nullable=False),
)

relations = Table(
    "relations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("doc_id", ForeignKey("versions.doc_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("target_title", Text),
    Column("target_number", Text),
    Column("target_date", Date),
    Column("effective_on", Date),
    Column("clause_label", Text),
    Column("quote", Text),
    Column("term_months", Integer),
)

# `generation` grows with each change of what is live, so that snapshots know when they are old.
counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)
