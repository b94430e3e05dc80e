"""Legacy office formats: told apart by content; converted where LibreOffice is, else a clear message."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import docx
import openpyxl
import pytest

from corpus.errors import ReadError
from corpus.readers import legacy, read

TITLE = "江苏省专项资金管理办法"
TEXT = "第一条　为了规范专项资金管理，制定本办法。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500
WORD = OLE + "WordDocument".encode("utf-16-le")
EXCEL = OLE + "Workbook".encode("utf-16-le")
office = pytest.mark.skipif(legacy.program() is None, reason="LibreOffice is not installed")
# Writer and Calc are packages of their own: one may be there without the other.
calc = pytest.mark.skipif(
    not (shutil.which("localc") or shutil.which("scalc")), reason="LibreOffice Calc is not installed"
)


def _rtf() -> bytes:
    """RTF by hand, its Chinese as \\u escapes."""
    body = "".join(f"\\u{ord(char)}?" for char in TEXT)
    return f"{{\\rtf1\\ansi\\ansicpg936\\deff0 {body}\\par}}".encode("ascii")


def _error(path: Path, data: bytes) -> ReadError:
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert path.name in caught.value.message("zh") and "{" not in caught.value.message("en")
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("a.doc", WORD, "旧版 Word"),
        ("a.wps", WORD, "WPS"),
        ("a.xls", EXCEL, "旧版 Excel"),
        ("a.et", EXCEL, "WPS 表格"),
        ("a.rtf", _rtf(), "RTF"),
        ("a.doc", _rtf(), "RTF"),
    ],
)
def test_without_libreoffice_the_message_says_what_to_install(tmp_path, monkeypatch, name, data, format):
    monkeypatch.setenv("PATH", str(tmp_path))
    error = _error(tmp_path / name, data)
    assert error.key == "formats.office_missing"
    assert format in str(error) and "libreoffice-writer" in str(error) and ".docx" in str(error)


def _stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program called soffice on the path, in place of LibreOffice."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_conversion_that_fails(tmp_path, monkeypatch):
    _stand_in(tmp_path, monkeypatch, "exit 1")
    assert _error(tmp_path / "a.doc", WORD).key == "formats.office_failed"


def test_a_conversion_that_hangs_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    _stand_in(tmp_path, monkeypatch, f"sleep 300 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setattr(legacy, "TIMEOUT", 1.0)
    assert _error(tmp_path / "a.doc", WORD).key == "formats.office_timeout"
    child = (tmp_path / "child").read_text("ascii").strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True).stdout.strip()
    assert not state or state.startswith("Z")


def test_the_conversion_runs_in_a_private_profile_without_macros_and_leaves_nothing(tmp_path, monkeypatch):
    document = docx.Document()
    document.add_paragraph(TEXT)
    document.save(str(tmp_path / "made.docx"))
    script = (
        'for argument in "$@"; do case "$argument" in -env:UserInstallation=file://*) '
        'profile="${argument#-env:UserInstallation=file://}";; esac; out="$last"; last="$argument"; done\n'
        f'cp "$profile/user/registrymodifications.xcu" {tmp_path}/profile; env > {tmp_path}/env\n'
        f'mkdir -p "$out"; cp {tmp_path}/made.docx "$out/document.docx"; echo "$profile" > {tmp_path}/where'
    )
    _stand_in(tmp_path, monkeypatch, script)
    monkeypatch.setenv("ZHIXUN_LLM_API_KEY", "secret")
    (tmp_path / "a.wps").write_bytes(WORD)
    raw = read(tmp_path / "a.wps")
    assert [block.text for block in raw.blocks] == [TEXT] and raw.format == "doc"
    assert "LibreOffice" in raw.warnings[0]
    profile = (tmp_path / "profile").read_text("utf-8")
    assert "DisableMacrosExecution" in profile and "MacroSecurityLevel" in profile
    environment = (tmp_path / "env").read_text("utf-8")
    assert "http_proxy=http://127.0.0.1:9" in environment and "secret" not in environment
    assert not Path((tmp_path / "where").read_text("utf-8").strip()).exists()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DOCX and an XLSX, and what LibreOffice makes of them in the old formats."""
    folder = tmp_path_factory.mktemp("office")
    document = docx.Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph(TEXT)
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("项目", "金额（万元）", "新材料产业园", "500"), strict=True):
        cell.text = text
    document.add_paragraph("以上为资金安排。")  # as Word ends every document
    document.save(str(folder / "a.docx"))
    book = openpyxl.Workbook()
    for row in (("项目名称", "总投资（亿元）"), ("新材料产业园", 12.5), ("智能工厂", 3)):
        book.active.append(row)
    book.save(str(folder / "b.xlsx"))
    for source, targets in (("a.docx", ("doc", "rtf", "odt")), ("b.xlsx", ("xls", "ods"))):
        for target in targets:
            command = [
                str(legacy.program()),
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
            ]
            command += ["--convert-to", target, "--outdir", str(folder), str(folder / source)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)  # without Calc: no file
    return folder


@office
@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.doc", "a.rtf", "a.odt", "a.wps"])
def test_text_documents_are_converted(originals, tmp_path, name):
    source = originals / name.replace(".wps", ".doc")
    raw = read(Path(shutil.copyfile(source, tmp_path / name)))
    texts = [block.text for block in raw.blocks]
    assert texts[:2] == [TITLE, TEXT] and raw.format == name.rpartition(".")[2].replace("wps", "doc")
    assert [block.table.rows for block in raw.blocks if block.table] == [
        (("项目", "金额（万元）"), ("新材料产业园", "500"))
    ]


@office
@calc
@pytest.mark.slow
@pytest.mark.parametrize("name", ["b.xls", "b.ods", "b.et"])
def test_sheets_are_converted(originals, tmp_path, name):
    source = originals / name.replace(".et", ".xls")
    raw = read(Path(shutil.copyfile(source, tmp_path / name)))
    assert raw.format == name.rpartition(".")[2].replace("et", "xls")
    assert [block.table.rows for block in raw.blocks if block.table] == [
        (("项目名称", "总投资（亿元）"), ("新材料产业园", "12.5"), ("智能工厂", "3"))
    ]
