"""What staff corrected of the metadata, kept apart from what was read.

A correction is tied to the text (doc_id) and to the path of the file. It holds for the same text
wherever it lies, and for another text of the same path as long as the field is read there as it
was read before (or not at all): a new text that states something else has been corrected itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Integer, String, Table, Text, delete, insert, or_, select

from corpus.bodies import split_bodies
from corpus.catalog_tables import metadata
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Visibility
from corpus.numbering import read_number
from corpus.places import LEVELS, is_region
from corpus.record import Record
from corpus.subjects import SUBJECTS

DATES = ("issued_on", "published_on", "effective_from", "effective_to")
BASIS = "人工更正"

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("doc_id", String(32), nullable=False, index=True),
    Column("path", Text, nullable=False, index=True),
    Column("field", String(24), nullable=False),
    Column("value", Text),  # dates as YYYY-MM-DD; NULL: the document states none
    Column("was", Text),  # what was read when it was corrected
    Column("by", Text, nullable=False),
    Column("at", DateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A field as staff set it; `applies` is False where the path now holds a text that says otherwise."""

    doc_id: str
    path: str
    field: str
    value: str | None
    was: str | None
    by: str
    at: datetime
    applies: bool = True

    @property
    def note(self) -> str:
        """How it shows as the place of the value: 人工更正（张某 2026-11-23）."""
        return f"{BASIS}（{self.by} {self.at:%Y-%m-%d}）"


def parse(assignments: Iterable[str]) -> dict[str, str | None]:
    """`field=value` pairs as typed, each checked; `field=` means that the document states none.

    Raises:
        InputError: no such field, or a value that the field cannot hold; the message says what it can.
    """
    values: dict[str, str | None] = {}
    for assignment in assignments:
        name, sign, value = assignment.partition("=")
        name = name.strip()
        if not sign:
            raise InputError("docs.no_sign", value=assignment, fields=_field_names())
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, n=1)
            hint = msg("docs.did_you_mean", name=near[0]) if near else ""
            raise InputError("docs.no_such_field", name=name, hint=hint, fields=_field_names())
        value = value.strip()
        if not value and name in ("title", "visibility"):
            raise InputError("docs.may_not_be_empty", name=name)
        values[name] = FIELDS[name](name, value) if value else None
    return values


def _field_names() -> str:
    return "、".join(FIELDS)


def _text(name: str, value: str) -> str:
    if len(value) > 300 or re.search(r"[\x00-\x1f]", value):
        raise InputError("docs.bad_text", name=name, limit=300)
    return value


def _number(name: str, value: str) -> str:
    number = read_number(value)
    if number is None or re.sub(r"\s", "", number) != re.sub(r"\s", "", value):
        raise InputError("docs.bad_number", value=value)
    return number


def _day(name: str, value: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise InputError("docs.bad_day", name=name, value=value) from error
    raise InputError("docs.bad_day", name=name, value=value)


def _one_of(choices: Iterable[str]) -> Callable[[str, str], str]:
    allowed = tuple(choices)

    def check(name: str, value: str) -> str:
        if value not in allowed:
            raise InputError("docs.bad_choice", name=name, value=value, choices="、".join(allowed))
        return value

    return check


def _region(name: str, value: str) -> str:
    if not is_region(value):
        raise InputError("docs.bad_region", value=value)
    return value


FIELDS: dict[str, Callable[[str, str], str]] = {
    "title": _text,
    "doc_number": _number,
    "issuer": _text,
    **dict.fromkeys(DATES, _day),
    "level": _one_of(LEVELS),
    "region": _region,
    "genre": _text,
    "subject": _one_of(SUBJECTS),
    "visibility": _one_of(visibility.value for visibility in Visibility),
}


def check_order(record: Record, values: Mapping[str, str | None]) -> None:
    """The dates as they would stand together.

    Raises:
        InputError: the last day in force would lie before the first.
    """
    first = values.get("effective_from", _as_text(record.effective_from))
    last = values.get("effective_to", _as_text(record.effective_to))
    if first and last and last < first:
        raise InputError("docs.ends_before", first=first, last=last)


def store(connection: Connection, record: Record, values: Mapping[str, str | None], by: str) -> None:
    """Writes corrections of a version over earlier ones of the same fields."""
    remove(connection, record, list(values))
    read_as = record.as_read
    connection.execute(
        insert(corrections),
        [
            {
                "doc_id": record.doc_id,
                "path": record.path,
                "field": name,
                "value": value,
                "was": _as_text(read_as.get(name, getattr(record, name))),
                "by": by,
                "at": datetime.now(UTC).replace(tzinfo=None),
            }
            for name, value in values.items()
        ],
    )


def remove(connection: Connection, record: Record, fields: Iterable[str] | None = None) -> int:
    """Takes corrections of a version's text and path back, all or those of `fields`; how many."""
    here = or_(corrections.c.doc_id == record.doc_id, corrections.c.path == record.path)
    if fields is not None:
        here = here & corrections.c.field.in_(list(fields))
    return connection.execute(delete(corrections).where(here)).rowcount


def load(connection: Connection) -> list[Correction]:
    """Every correction, the oldest first."""
    names = [column for column in corrections.c if column.name != "id"]
    rows = connection.execute(select(*names).order_by(corrections.c.id)).mappings()
    return [Correction(**row) for row in rows]


def of_version(record: Record, known: Iterable[Correction]) -> list[Correction]:
    """The corrections that concern a version as it was read, one a field, with whether they apply."""
    found: dict[str, Correction] = {}
    for correction in known:
        if correction.doc_id == record.doc_id:
            found[correction.field] = correction
        elif correction.path == record.path:
            standing = found.get(correction.field)
            if standing is None or standing.doc_id != record.doc_id:
                found[correction.field] = replace(correction, applies=_still(record, correction))
    return list(found.values())


def _still(record: Record, correction: Correction) -> bool:
    """Whether another text of the path leaves the field as it was when it was corrected."""
    if correction.field == "visibility":  # not a matter of the text: who may see the file
        return True
    return _as_text(getattr(record, correction.field)) in (correction.was, None)


def corrected(record: Record, known: Iterable[Correction]) -> Record:
    """The version with what staff set; `as_read` keeps what the text gave."""
    mine = of_version(record, known)
    if not mine:
        return record
    changes: dict[str, Any] = {}
    basis = dict(record.basis)
    for correction in mine:
        if (
            correction.applies and correction.field != "visibility"
        ):  # that one moves rows: the library does it
            changes[correction.field] = _value(correction)
        if correction.applies:
            basis[correction.field] = correction.note
    if "issuer" in changes:
        changes["issuers"] = split_bodies(changes["issuer"] or "")
        basis["issuers"] = basis["issuer"]
    as_read = {name: getattr(record, name) for name in changes}
    return replace(record, **changes, basis=basis, as_read=as_read, corrections=tuple(mine))


def _value(correction: Correction) -> Any:
    if correction.value is None or correction.field not in DATES:
        return correction.value
    return date.fromisoformat(correction.value)


def _as_text(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else None
