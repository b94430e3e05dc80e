"""A briefing as a file: DOCX, PDF, Markdown or JSON, by the suffix; an earlier file stays unless asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from agent.briefing.layout.document import docx_bytes
from agent.briefing.layout.parts import Parts
from agent.briefing.model import Briefing
from agent.briefing.plain import to_data, to_markdown
from corpus.errors import InputError, StateError

SUFFIXES = (".docx", ".pdf", ".md", ".json")
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and what its reader should know of it."""

    path: Path
    warnings: tuple[str, ...] = ()


def render(briefing: Briefing, suffix: str, parts: Parts | None = None) -> bytes:
    """The briefing in the format of a suffix.

    Raises:
        InputError: a suffix that there is not, or PDF without LibreOffice.
        StateError: LibreOffice failed.
    """
    if suffix == ".docx":
        return docx_bytes(briefing, parts)
    if suffix == ".pdf":
        return to_pdf(docx_bytes(briefing, parts))
    if suffix == ".json":
        return json.dumps(to_data(briefing), ensure_ascii=False, indent=1).encode()
    if suffix == ".md":
        return to_markdown(briefing).encode()
    raise InputError("briefing.bad_suffix", path=suffix, known="、".join(SUFFIXES))


def check_target(path: Path, *, overwrite: bool) -> None:
    """Before anything is looked up: the format, and whether the file may be written.

    Raises:
        InputError: neither; the message names the file and the way out.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError("briefing.bad_suffix", path=path, known="、".join(SUFFIXES))
    if path.suffix.lower() == ".pdf" and office() is None:
        raise InputError("briefing.no_office")
    if path.exists() and not overwrite:
        raise InputError("briefing.exists", path=path)
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError("briefing.cannot_write", path=path, reason=str(path.parent))


def write_file(
    briefing: Briefing, path: Path, parts: Parts | None = None, *, overwrite: bool = False
) -> Written:
    """Writes the briefing whole or not at all.

    Raises:
        InputError: the file is there and may not be overwritten, or cannot be written.
        StateError: LibreOffice failed.
    """
    check_target(path, overwrite=overwrite)
    _put(render(briefing, path.suffix.lower(), parts), path, overwrite=overwrite)
    return Written(path, briefing.warnings)


def write_text(text: str, path: Path, *, overwrite: bool = False) -> None:
    """A text beside a briefing, such as its outline, whole or not at all.

    Raises:
        InputError: the file is there and may not be overwritten, or cannot be written.
    """
    if path.exists() and not overwrite:
        raise InputError("briefing.exists", path=path)
    _put(text.encode(), path, overwrite=overwrite)


def _put(data: bytes, path: Path, *, overwrite: bool) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        if overwrite:
            part.replace(path)
        else:
            os.link(part, path)  # fails where the file has come to be meanwhile
    except FileExistsError as error:
        raise InputError("briefing.exists", path=path) from error
    except OSError as error:
        raise InputError("briefing.cannot_write", path=path, reason=error.strerror) from error
    finally:
        part.unlink(missing_ok=True)


def office() -> str | None:
    """LibreOffice's program, if it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


# The standard's typefaces are not free; where they are not installed these stand in, the nearest first.
_STAND_INS = {
    "仿宋_GB2312": ("FangSong_GB2312", "FangSong", "仿宋", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    "楷体_GB2312": ("KaiTi_GB2312", "KaiTi", "楷体", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    "方正小标宋简体": ("FZXiaoBiaoSong-B05S", "STZhongsong", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    "宋体": ("SimSun", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    "黑体": ("SimHei", "Noto Sans CJK SC"),
    "Times New Roman": ("Liberation Serif", "Tinos", "Noto Serif CJK SC", "Noto Sans CJK SC"),
}


def _fonts() -> str:
    """The system's fonts with our stand-ins, for fontconfig."""
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><prefer>'
        + "".join(f"<family>{other}</family>" for other in (name, *others))
        + "</prefer></alias>"
        for name, others in _STAND_INS.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{aliases}</fontconfig>'
    )


def to_pdf(docx: bytes) -> bytes:
    """A DOCX as PDF by LibreOffice, in a profile of its own and for two minutes at most.

    Raises:
        InputError: LibreOffice is not installed.
        StateError: it failed, or took too long.
    """
    program = office()
    if program is None:
        raise InputError("briefing.no_office")
    with tempfile.TemporaryDirectory(prefix="zhixun-pdf-") as name:
        folder = Path(name)
        source = folder / "briefing.docx"
        source.write_bytes(docx)
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), str(source)]
        fonts = folder / "fonts.conf"
        fonts.write_text(_fonts(), "utf-8")
        environment = {**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": name}
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=_SECONDS, check=False, env=environment
            )
        except subprocess.TimeoutExpired as error:
            raise StateError("briefing.office_failed", reason=f"{_SECONDS:.0f} s") from error
        made = folder / "briefing.pdf"
        if not made.is_file():
            reason = done.stderr.decode("utf-8", "replace").strip()[-200:] or str(done.returncode)
            raise StateError("briefing.office_failed", reason=reason)
        return made.read_bytes()
