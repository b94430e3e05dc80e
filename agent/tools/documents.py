"""The document that a tool's argument names: by id, 发文字号, title, or words of the title."""

from __future__ import annotations

from agent.tools.session import ToolSession
from corpus.links import title_key, title_keys
from corpus.model import Validity
from corpus.numbering import doc_number_key
from corpus.record import Record

_ORDER = (Validity.IN_FORCE, Validity.UNKNOWN, Validity.NOT_YET, Validity.REPEALED, Validity.EXPIRED)
_SHORTEST = 4  # characters of a title that name it


def named(session: ToolSession, name: str) -> list[Record]:
    """Every document of that name that the role may see, what holds on the day first; [] for none.

    A hidden document is as good as absent. A number that no document has finds nothing, whatever title
    stands beside it.
    """
    snapshot = session.library.catalog.snapshot()
    seen = [one for one in snapshot.records.values() if one.visibility in session.role.visibilities]
    name = name.strip()
    found = [one for one in seen if one.doc_id == name]
    number = doc_number_key(name)
    if not found and number is not None:
        found = [one for one in seen if one.doc_number and doc_number_key(one.doc_number) == number]
    elif not found:
        key = title_key(name)
        found = [one for one in seen if key in title_keys(one.title)]
        if not found and len(key) >= _SHORTEST:
            found = [one for one in seen if key in title_key(one.title)]
    found.sort(key=lambda one: (_ORDER.index(snapshot.validity(one.doc_id, session.day)), len(one.title)))
    return found


def best(session: ToolSession, name: str) -> Record | None:
    """The one that holds on the day, else another of the name."""
    return next(iter(named(session, name)), None)
