"""Whose an appeal is, so that its author sees it again without typing the contact once more.

Apart from the appeal itself: the link goes with the account, the appeal stays with the staff.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, delete, insert, select

from corpus.catalog_tables import metadata
from ui.accounts.history import stored_owner

appeal_owners = Table(
    "account_appeal_owners",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
)


def link(connection: Connection, number: str, owner: str) -> None:
    """Says whose an appeal is: `user:NUMBER`, or a browser's session, of which only the hash is kept."""
    connection.execute(insert(appeal_owners).values(number=number, owner=stored_owner(owner)))


def numbers_of(connection: Connection, owner: str) -> set[str]:
    """The appeals of an owner."""
    wanted = select(appeal_owners.c.number).where(appeal_owners.c.owner == stored_owner(owner))
    return {row.number for row in connection.execute(wanted)}


def unlink(connection: Connection, owner: str) -> None:
    """Takes away that an owner had filed anything."""
    connection.execute(delete(appeal_owners).where(appeal_owners.c.owner == stored_owner(owner)))
