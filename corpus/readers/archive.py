"""ZIP archives: their members as files of their own.

An archive is no document, so `corpus.readers.read` refuses it; who takes in files unpacks it first:

    if is_archive(path):
        unpacked = kept_unpacked(path, home / "unpacked")
        for member in unpacked.members:    # ingest member.file: a file like any other, at a lasting path
            ...
        for refused in unpacked.refused:   # a failed line each: refused.shown, refused.error.message()
            ...

`member.file` is the same path each time the archive at that path is taken in, so that a member that
has not changed is unchanged, and one that has changed is updated. `shown` is the archive's path with
the member's name after it (/文件/通知.zip/附件1.docx): what to show a user, though no file lies there.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from corpus.errors import ReadError
from corpus.readers.detect import ARCHIVE_SUFFIXES, SUPPORTED_SUFFIXES, zip_format

MAX_MEMBERS = 2000
"""Files of one archive, those of archives inside it among them."""
MAX_MEMBER = 200 * 1024 * 1024
"""Unpacked bytes of a member, as of a file."""
MAX_TOTAL = 1024 * 1024 * 1024
"""Unpacked bytes of an archive."""
MAX_RATIO = 200
_RATIO_FROM = 20 * 1024 * 1024
MAX_DIRECTORY = 16 * 1024 * 1024
"""Bytes of an archive's own list of members, which is read as a whole: some 150,000 names."""
MAX_DEPTH = 1
"""Archives inside an archive; those inside them are refused."""
_MAX_NAME = 200  # bytes of a part of a member's name that is kept; file systems hold 255
_CHUNK = 1024 * 1024
_TAIL = 65_535 + 22 + 20  # where the record at the end begins at the earliest, and what stands before it
_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field with the name in UTF-8
_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error),
    *(ValueError, LookupError, NotImplementedError, RuntimeError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its copy, its name inside, and the path under which it is recorded."""

    file: Path
    name: str
    shown: Path


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of an archive that was not unpacked, and why."""

    name: str
    shown: Path
    error: ReadError


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What an archive held; hidden files and folders are in neither list."""

    members: tuple[Member, ...]
    refused: tuple[Refused, ...]


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP that is no document itself (as DOCX, XLSX, OFD and ODT are)."""
    try:
        with path.open("rb") as file:
            if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
                return False
            if _directory_bytes(file) > MAX_DIRECTORY:  # a document is read in a process with limits
                return path.suffix.lower() in ARCHIVE_SUFFIXES
        zip_format(path, path)
    except ReadError as error:
        return error.key in ("reader.foreign_archive", "formats.archive_damaged")
    except OSError:
        return False  # reading it will say why
    return False


def unpack(path: Path, into: Path) -> Unpacked:
    """Write an archive's documents under the folder `into`, which is made where it is absent.

    Nothing is written outside `into`: a member whose name leads out of it is refused, as are links,
    encrypted members, formats that are not read, and what exceeds the limits.

    Raises:
        ReadError: the archive is damaged throughout, too large, or holds nothing that is read.
    """
    run = _Run(path)
    try:
        with path.open("rb") as file:
            _check_directory(file, path.name)
        with zipfile.ZipFile(path) as archive:
            run.take(archive, PurePosixPath(), into, depth=0)
    except _ERRORS as error:
        raise ReadError("formats.archive_damaged", name=path.name) from error
    if not run.members and not run.refused:
        raise ReadError("formats.archive_empty", name=path.name)
    return Unpacked(tuple(run.members), tuple(run.refused))


def kept_unpacked(path: Path, root: Path) -> Unpacked:
    """Unpack an archive into a folder under `root` that belongs to its path, in place of what an earlier
    state of it left there.

    The folder ends in the archive's name, so that a member's path says where it comes from. A kill at
    any point leaves the old folder, the new one, or none, which the next call makes again.

    Raises:
        ReadError: as `unpack`; the earlier folder is kept then.
    """
    home = unpacked_folder(path, root)
    part, old = home.with_name(f"{home.name}.part"), home.with_name(f"{home.name}.old")
    for leftover in (part, old):
        shutil.rmtree(leftover, ignore_errors=True)
    unpacked = unpack(path, part / _safe(path.name))
    part.mkdir(parents=True, exist_ok=True)  # where every member was refused
    if home.exists():
        home.rename(old)
    part.rename(home)
    shutil.rmtree(old, ignore_errors=True)
    moved = (replace(member, file=home / member.file.relative_to(part)) for member in unpacked.members)
    return Unpacked(tuple(moved), unpacked.refused)


def unpacked_folder(path: Path, root: Path) -> Path:
    """The folder under `root` that belongs to an archive's path, whether it is there or not."""
    return root / hashlib.sha256(str(path.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:12]


class _Run:
    """One archive being unpacked: what came out so far, counted over all levels."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bytes = 0
        self.members: list[Member] = []
        self.refused: list[Refused] = []

    def take(self, archive: zipfile.ZipFile, prefix: PurePosixPath, into: Path, depth: int) -> None:
        for info in archive.infolist():
            name = decoded_name(info)
            inside = prefix / name if name else prefix
            if info.is_dir() or _is_hidden(name):
                continue
            try:
                self._member(archive, info, name, inside, into, depth)
            except ReadError as error:
                self._refuse(inside, error)
            except _ERRORS as error:
                damaged = ReadError("formats.member_damaged", name=inside.name)
                damaged.__cause__ = error
                self._refuse(inside, damaged)

    def _refuse(self, inside: PurePosixPath, error: ReadError) -> None:
        # a name that leads out of the archive is shown, never used as a path
        shown = [part for part in inside.parts if part not in ("/", "..", ".")]
        self.refused.append(Refused(str(inside), self._path.joinpath(*shown), error))

    def _member(
        self,
        archive: zipfile.ZipFile,
        info: zipfile.ZipInfo,
        name: str,
        inside: PurePosixPath,
        into: Path,
        depth: int,
    ) -> None:
        suffix = PurePosixPath(name).suffix.lower()
        if _leads_out(name) or stat.S_ISLNK(info.external_attr >> 16):
            raise ReadError("formats.member_path", name=name)
        if len(self.members) >= MAX_MEMBERS:
            raise ReadError("formats.archive_count", name=self._path.name, limit=MAX_MEMBERS)
        if info.flag_bits & 0x1:
            raise ReadError("formats.member_encrypted", name=inside.name)
        if suffix not in SUPPORTED_SUFFIXES and suffix not in ARCHIVE_SUFFIXES:
            raise ReadError("reader.unsupported", name=inside.name, suffix=suffix or "—")
        if suffix in ARCHIVE_SUFFIXES:
            if depth >= MAX_DEPTH:
                raise ReadError("formats.archive_nested", name=inside.name)
            packed = io.BytesIO(b"".join(self._chunks(archive, info)))
            _check_directory(packed, inside.name)
            with zipfile.ZipFile(packed) as inner:
                self.take(inner, inside, into, depth + 1)
            return
        target = _target(into, inside)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                for chunk in self._chunks(archive, info):
                    file.write(chunk)
        except (ReadError, *_ERRORS):
            target.unlink(missing_ok=True)
            raise
        self.members.append(Member(target, str(inside), self._path / inside))

    def _chunks(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """A member's bytes; what really comes out is counted, whatever the directory declares."""
        size = 0
        packed = max(1, info.compress_size)
        with archive.open(info) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                self._bytes += len(chunk)
                over = size > MAX_MEMBER or self._bytes > MAX_TOTAL
                if over or (size > _RATIO_FROM and size / packed > MAX_RATIO):
                    raise ReadError("reader.zip_bomb", name=info.filename.rpartition("/")[2])
                yield chunk


def _check_directory(file: IO[bytes], name: str) -> None:
    if _directory_bytes(file) > MAX_DIRECTORY:
        raise ReadError("formats.archive_count", name=name, limit=MAX_MEMBERS)


def _directory_bytes(file: IO[bytes]) -> int:
    """How long the list of members is by the record at the archive's end (APPNOTE 4.3.14 to 16), the larger
    where there are two such records: `zipfile` takes this much into memory, and ten times that in objects."""
    size = file.seek(0, io.SEEK_END)
    start = file.seek(max(0, size - _TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return 0
    (length,) = struct.unpack_from("<L", tail, at + 12)
    longest = 0 if length == 0xFFFFFFFF else length
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        (offset,) = struct.unpack_from("<Q", tail, at - 20 + 8)
        # zipfile looks right before the locator, whatever that says; both places count
        for place in (offset, start + at - 20 - 56):
            if 0 <= place <= size - 56:
                file.seek(place)
                record = file.read(56)
                if record.startswith(b"PK\x06\x06"):
                    longest = max(longest, struct.unpack_from("<Q", record, 40)[0])
    return int(min(longest, size))


def decoded_name(info: zipfile.ZipInfo) -> str:
    """A member's name as its maker wrote it: UTF-8 where flagged or given beside, else UTF-8 or GBK
    by what the bytes allow. Backslashes of Windows separate folders."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        beside = _unicode_path(info.extra)
        if beside is not None:
            name = beside
        else:
            try:
                raw = name.encode("cp437")
            except UnicodeEncodeError:
                raw = b""
            for encoding in ("utf-8", "gb18030") if raw else ():
                try:
                    name = raw.decode(encoding)
                    break
                except UnicodeDecodeError:
                    continue
    return name.replace("\\", "/")


def _unicode_path(extra: bytes) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", errors="replace")
        at += 4 + size
    return None


def _leads_out(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return not parts or name.startswith("/") or ".." in parts or bool(re.match(r"[A-Za-z]:", name))


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    hidden = (part.startswith((".", "~$")) and part != ".." for part in parts)
    return "__MACOSX" in parts or any(hidden)


def _target(into: Path, inside: PurePosixPath) -> Path:
    """Where a member is written: its own name, shortened and made free of what file systems forbid."""
    parts = [_safe(part) for part in inside.parts]
    target = into.joinpath(*parts)
    number = 1
    while target.exists():
        number += 1
        target = target.with_name(f"{PurePosixPath(parts[-1]).stem} ({number}){target.suffix}")
    return target


def _safe(part: str) -> str:
    cleaned = re.sub(r'[\x00-\x1f<>:"|?*\ud800-\udfff]', "_", part).strip(" .") or "_"
    stem, suffix = PurePosixPath(cleaned).stem, PurePosixPath(cleaned).suffix
    while len((stem + suffix).encode()) > _MAX_NAME and stem:
        stem = stem[:-1]
    return stem + suffix
