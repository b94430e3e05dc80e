"""Old and foreign office formats (DOC, WPS, RTF, ODT, XLS, ET, ODS), converted by LibreOffice.

Only where LibreOffice is installed; else the error says what to install or how to save the file
anew. The conversion runs in a process group of its own with a private profile in which macros and
links to other files are off, with limits of time, processor and file size, and away from the network.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from corpus.errors import ReadError
from corpus.messages import msg
from corpus.model import Format, RawDocument
from corpus.readers.common import Source

TIMEOUT = 120.0
"""Seconds of one conversion; the first one makes the profile and takes some ten."""
_MAX_OUTPUT = 200 * 1024 * 1024
_TARGETS: dict[Format, tuple[Format, str]] = {
    "doc": ("docx", "docx:MS Word 2007 XML"),
    "rtf": ("docx", "docx:MS Word 2007 XML"),
    "odt": ("docx", "docx:MS Word 2007 XML"),
    "xls": ("xlsx", "xlsx:Calc MS Excel 2007 XML"),
    "ods": ("xlsx", "xlsx:Calc MS Excel 2007 XML"),
}
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


def program() -> str | None:
    """The path of LibreOffice's command, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read(source: Source) -> RawDocument:
    """Convert the file to DOCX or XLSX and read that.

    Raises:
        ReadError: LibreOffice is not installed, or fails on the file.
    """
    from corpus.readers.detect import detect

    found = detect(source.data, source.path).format
    office = program()
    if office is None:
        raise ReadError("formats.office_missing", name=source.path.name, format=msg(f"reader.format_{found}"))
    target, option = _TARGETS[found]
    data = _converted(office, source, found, target, option)
    document: RawDocument = import_module(f"corpus.readers.{target}").read(Source(source.path, data))
    note = msg("formats.office_converted", format=msg(f"reader.format_{found}"))
    return replace(document, format=found, warnings=(note, *document.warnings))


def _converted(office: str, source: Source, found: Format, target: Format, option: str) -> bytes:
    """The bytes of the converted file."""
    with tempfile.TemporaryDirectory(prefix="zhixun-office-") as folder:
        home = Path(folder)
        profile, output = home / "profile", home / "out"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        original = home / f"document.{found}"
        original.write_bytes(source.data)
        # should this process be killed, LibreOffice still ends in time
        guard = shutil.which("timeout")
        command = [guard, "-s", "KILL", str(int(TIMEOUT) + 10)] if guard else []
        command += [office, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
        command += ["--norestore", "--nologo", "--nolockcheck", "--nodefault", "--convert-to", option]
        _run([*command, "--outdir", str(output), str(original)], home, source.path.name)
        made = output / f"document.{target}"
        if not made.is_file() or made.stat().st_size > _MAX_OUTPUT:
            raise ReadError("formats.office_failed", name=source.path.name)
        return made.read_bytes()


def _run(command: list[str], home: Path, name: str) -> None:
    """Run LibreOffice to its end, or kill it with all that it started."""
    nowhere = "http://127.0.0.1:9"  # a document may name pictures on other hosts: none is fetched
    environment = {
        **{key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if key in os.environ},
        **{"HOME": str(home), "TMPDIR": str(home), "http_proxy": nowhere, "https_proxy": nowhere},
    }
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise ReadError("formats.office_timeout", name=name, seconds=int(TIMEOUT)) from error
    finally:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole group: LibreOffice leaves a child behind when only its starter is killed."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
