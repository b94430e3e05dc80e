"""A library in one ZIP file: originals, who may see them, and what staff corrected.

Vectors and postings are not in it: the files are read and embedded anew where they are imported, so
an archive serves another model and another version of the readers. `zhixun.json` lists the documents;
`files/<sha256>.<suffix>` are the originals. Nothing of an archive is believed: names come from its
list alone and are never used as paths, sizes are counted while unpacking, bytes are compared with
their checksums.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import insert, select

from corpus.catalog import Catalog
from corpus.corrections import corrections, parse
from corpus.errors import InputError, ZhixunError
from corpus.hand_links import KINDS, Link, row_of
from corpus.hand_links import load as load_links
from corpus.messages import msg
from corpus.model import Visibility
from corpus.originals import kept
from corpus.readers import MAX_BYTES
from index.reading import digest

LIST = "zhixun.json"
FORMAT = 1
_MAX_LIST = 64 * 1024 * 1024  # bytes of the list: 100,000 documents
_MAX_TOTAL = 50 * 1024 * 1024 * 1024  # bytes of all originals
_PIECE = 1 << 20
_SHA = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r"(?:\.[0-9a-z]{1,10})?")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an archive holds. `missing`: originals that were gone or damaged and are not in it."""

    documents: int
    originals: int
    internal: int
    corrections: int
    missing: list[str]


@dataclass(slots=True)
class Entry:
    """One original of an archive, as its list says; `file` once it is unpacked."""

    path: str
    sha256: str
    visibility: Visibility
    name: str  # in the archive
    file: Path | None = None


@dataclass(slots=True)
class Archive:
    """An archive opened and checked, its originals unpacked; `failed`: path -> reason."""

    entries: list[Entry]
    corrections: list[dict[str, Any]]
    links: list[Link] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def export(home: Path, catalog: Catalog, target: Path) -> Exported:
    """Writes the archive beside its place and moves it there when it is whole.

    Raises:
        InputError: there is a file already, or no such folder.
    """
    if target.exists():
        raise InputError("library.export_exists", path=target)
    if not target.absolute().parent.is_dir():
        raise InputError("library.export_folder", folder=target.absolute().parent)
    catalog.originals.complete()
    part = target.with_name(f".{target.name}.part")
    documents, missing, written = [], [], set()
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            for record in catalog.snapshot().records.values():
                files = []
                for original in catalog.originals.of(record.doc_id):
                    source = kept(home, original.sha256, original.path)
                    if digest(source) != original.sha256:
                        missing.append(original.path)
                        continue
                    name = f"files/{original.sha256}{_suffix(original.path)}"
                    if name not in written:
                        written.add(name)
                        archive.write(source, name)
                    files.append({"path": original.path, "sha256": original.sha256, "file": name})
                documents.append(
                    {"visibility": record.visibility.value, "title": record.title, "originals": files}
                )
            known = _corrections(catalog)
            content = {"format": FORMAT, "documents": documents, "corrections": known}
            content["links"] = _links(catalog)
            archive.writestr(LIST, json.dumps(content, ensure_ascii=False, indent=1))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    internal = sum(entry["visibility"] == Visibility.INTERNAL for entry in documents)
    return Exported(len(documents), len(written), internal, len(known), missing)


def _suffix(path: str) -> str:
    suffix = Path(path).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _corrections(catalog: Catalog) -> list[dict[str, Any]]:
    names = [column for column in corrections.c if column.name != "id"]
    with catalog.engine.connect() as connection:
        rows = connection.execute(select(*names).order_by(corrections.c.id)).mappings().all()
    return [{**row, "at": row["at"].isoformat()} for row in rows]


def _links(catalog: Catalog) -> list[dict[str, Any]]:
    """Links that staff set (`zhixun docs link`), their days as text."""
    with catalog.engine.connect() as connection:
        rows = [row_of(link) for link in load_links(connection)]
    return [
        {**row, "at": row["at"].isoformat(), "effective_on": row["effective_on"] and str(row["effective_on"])}
        for row in rows
    ]


def unpack(path: Path, folder: Path) -> Archive:
    """Checks an archive and unpacks its originals under `folder`, each in a folder of its own.

    Raises:
        InputError: no ZIP, none of ours, or too large; a single bad original is in `failed`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = _listed(path, _read_list(path, archive))
            total = 0
            for number, entry in enumerate(found.entries):
                total += _unpack(archive, entry, folder / str(number), found)
                if total > _MAX_TOTAL:
                    raise InputError("library.archive_too_large", name=path.name, limit=_MAX_TOTAL >> 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise InputError("library.archive_unreadable", name=path.name, reason=error) from error
    return found


def _read_list(path: Path, archive: zipfile.ZipFile) -> Any:
    try:
        with archive.open(LIST) as stream:
            data = stream.read(_MAX_LIST + 1)
    except (KeyError, RuntimeError) as error:  # not there; encrypted
        raise InputError("library.archive_foreign", name=path.name, reason=LIST) from error
    if len(data) > _MAX_LIST:
        raise InputError("library.archive_too_large", name=path.name, limit=_MAX_LIST >> 20)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("library.archive_foreign", name=path.name, reason=f"{LIST}: {error}") from error


def _listed(path: Path, content: Any) -> Archive:
    """The list of an archive, each value checked."""
    try:
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']}")
        entries = [
            _entry(original, Visibility(document["visibility"]))
            for document in content["documents"]
            for original in document["originals"]
        ]
        links = [_link(row) for row in content.get("links", [])]  # archives of before have none
        return Archive(entries, [_correction(row) for row in content["corrections"]], links)
    except (KeyError, TypeError, ValueError, AttributeError, ZhixunError) as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise InputError("library.archive_foreign", name=path.name, reason=reason) from error


def _entry(original: dict[str, Any], visibility: Visibility) -> Entry:
    path, sha256 = original["path"], original["sha256"]
    if not isinstance(path, str) or not 0 < len(path) <= 4096 or "\0" in path:
        raise ValueError("path")
    path.encode("utf-8")
    if not _SHA.fullmatch(sha256):
        raise ValueError("sha256")
    return Entry(path, sha256, visibility, f"files/{sha256}{_suffix(path)}")


def _correction(row: dict[str, Any]) -> dict[str, Any]:
    field_name, value = str(row["field"]), row["value"]
    checked = parse([f"{field_name}={'' if value is None else value}"])
    texts = {name: row[name] for name in ("doc_id", "path", "by")}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(row["was"], str | None):
        raise ValueError("corrections")
    at = datetime.fromisoformat(row["at"])
    return {**texts, "field": field_name, "value": checked[field_name], "was": row["was"], "at": at}


def _link(row: dict[str, Any]) -> Link:
    texts = ("doc_id", "path", "by")
    maybe = ("kind", "target_id", "target_title", "target_number", "clause_label")
    if not all(isinstance(row[name], str) for name in texts) or not isinstance(row["taken_out"], bool):
        raise ValueError("links")
    if not all(isinstance(row[name], str | None) for name in maybe) or row["kind"] not in (None, *KINDS):
        raise ValueError("links")
    if row["kind"] is None and not row["taken_out"]:
        raise ValueError("links")
    day = date.fromisoformat(row["effective_on"]) if row["effective_on"] else None
    values = {name: row[name] for name in (*texts, *maybe, "taken_out")}
    return Link(**values, effective_on=day, at=datetime.fromisoformat(row["at"]))


def _unpack(archive: zipfile.ZipFile, entry: Entry, folder: Path, found: Archive) -> int:
    """Writes one original as `folder/<its name>`; its size. The name is the last part of its path
    without what a file system could take amiss."""
    name = re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", PurePosixPath(entry.path.replace("\\", "/")).name)
    name = name.strip(". ")[-100:] or entry.sha256
    folder.mkdir()
    target, size, checksum = folder / name, 0, hashlib.sha256()
    try:
        with archive.open(entry.name) as source, target.open("wb") as out:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > MAX_BYTES:
                    break
                checksum.update(piece)
                out.write(piece)
    except (KeyError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        found.failed[entry.path] = _bad(entry, str(error))
        return size
    if size > MAX_BYTES or checksum.hexdigest() != entry.sha256:
        target.unlink()
        found.failed[entry.path] = _bad(entry, f"{size} B" if size > MAX_BYTES else "sha256")
    else:
        entry.file = target
    return size


def _bad(entry: Entry, reason: str) -> str:
    return msg("library.archive_bad_file", file=entry.path, reason=reason)


def add_corrections(catalog: Catalog, rows: list[dict[str, Any]]) -> None:
    """Takes corrections in; where this library has one of the same field, its own stays."""
    with catalog.engine.begin() as connection:
        own = {
            (row.doc_id, row.field)
            for row in connection.execute(select(corrections.c.doc_id, corrections.c.field))
        }
        fresh = [row for row in rows if (row["doc_id"], row["field"]) not in own]
        if fresh:
            connection.execute(insert(corrections), fresh)


def add_links(catalog: Catalog, links: list[Link]) -> None:
    """Takes links in; where staff here set one between the same two, theirs stays."""
    with catalog.engine.begin() as connection:
        own = {
            (link.doc_id, link.target_id, link.target_number, link.target_title)
            for link in load_links(connection)
        }
    for link in links:
        if (link.doc_id, link.target_id, link.target_number, link.target_title) not in own:
            catalog.link(link)


def settle_paths(catalog: Catalog, entries: list[Entry], archive: Path) -> None:
    """Gives what was imported the paths it had where it came from.

    A path that this library knows already with another file gets the archive's name before it.
    """
    for entry in entries:
        was = catalog.originals.at(str(entry.file)) if entry.file else None
        if was is None:
            continue  # it was refused, or this library has the same bytes already
        taken = catalog.originals.at(entry.path)
        record = catalog.record(was.doc_id)
        if taken is not None and taken.doc_id == was.doc_id and taken.sha256 == was.sha256:
            catalog.originals.drop(was.path)  # the very same file
            if record is not None and record.path == was.path:
                catalog.set_original(was.doc_id, taken)
            continue
        path = f"{archive.name}!/{entry.sha256[:12]}/{Path(entry.path).name}" if taken else entry.path
        catalog.originals.move(was.path, path)
        if record is not None and record.path == was.path:
            catalog.set_path(was.doc_id, path)


def scratch(home: Path) -> tempfile.TemporaryDirectory[str]:
    """Where an archive is unpacked: under the home, removed at the end."""
    return tempfile.TemporaryDirectory(prefix="import-", dir=home, ignore_cleanup_errors=True)
