"""The tables of accounts and sessions, in the catalog's database."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Float, ForeignKey, Integer, String, Table, Text

from corpus.catalog_tables import metadata

users = Table(
    "account_users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("hash", Text, nullable=False),  # argon2id
    Column("active", Boolean, nullable=False),
    Column("added_at", DateTime, nullable=False),
    Column("last_seen", DateTime),
    sqlite_autoincrement=True,  # what a removed account owned is never another's
)

sessions = Table(
    "account_sessions",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column(
        "user_id", Integer, ForeignKey("account_users.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("browser_hash", String(64), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("ends", DateTime, nullable=False),
    Column("used_at", DateTime, nullable=False),
)

# Wrong passwords, by name and by address: "n:zhang", "a:10.0.0.1".
failures = Table(
    "account_failures",
    metadata,
    Column("subject", String(200), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("until", DateTime, nullable=False),
    Column("wait", Float, nullable=False),
)

TABLES = (users, sessions, failures)
