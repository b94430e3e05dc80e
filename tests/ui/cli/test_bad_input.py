"""Bad files, odd questions and a broken state folder: a message, an exit code, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfWriter

from tests.ui.cli.conftest import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def damaged(filled_home: Path, tmp_path: Path) -> Path:
    """A copy of the library, to be damaged by the test."""
    home = tmp_path / "damaged"
    shutil.copytree(filled_home, home, symlinks=True)
    return home


def _encrypted(path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("geheim", algorithm="AES-256")
    writer.write(path)


def test_each_bad_file_says_why_and_the_rest_goes_in(zhixun: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "空.pdf").write_bytes(b"")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(2000))
    (folder / "坏.docx").write_bytes(b"PK\x03\x04" + os.urandom(2000))
    (folder / "图片.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(2000))
    _encrypted(folder / "加密.pdf")
    (folder / "好.md").write_text("# 通知\n\n第一条 补贴十万元。\n", "utf-8")
    done = zhixun("ingest", str(folder), "--json")
    lines = {Path(line["path"]).name: line for line in done.lines}
    assert done.code == 1
    assert lines.pop("好.md")["status"] == "added"
    assert len(lines) == 5
    for name, line in lines.items():
        assert line["status"] == "failed"
        assert name in line["error"]
    assert "空文件" in lines["空.pdf"]["error"]
    assert "密" in lines["加密.pdf"]["error"]
    assert len({line["error"].replace(name, "") for name, line in lines.items()}) >= 4


def test_a_name_that_is_not_utf8_is_reported_in_json(zhixun: Run, tmp_path: Path) -> None:
    bad = os.fsencode(tmp_path) + b"/\xff\xfe.md"
    with open(bad, "wb") as file:
        file.write(b"")
    done = zhixun("ingest", os.fsdecode(bad), "--json")
    assert done.lines[0]["status"] == "failed"


ODD = [
    "What is the interest subsidy rate for small firms?",
    "'; DROP TABLE versions;--",
    'AND OR NOT (("',
    "\\x00🙂",
    "贴息" * 4000,
    "???",
]


def test_odd_questions_each_get_a_line(filled: Run) -> None:
    questions = "\n".join(json.dumps({"id": at, "question": text}) for at, text in enumerate(ODD))
    done = filled("ask", "--batch", "-", "--json", stdin=questions.encode())
    assert [line["id"] for line in done.lines] == list(range(len(ODD)))
    assert {line["status"] for line in done.lines} <= {"answered", "partial", "refused", "clarify"}
    assert all(line["answer"] for line in done.lines)
    queries = "\n".join(json.dumps({"id": at, "query": text}) for at, text in enumerate(ODD))
    searched = filled("search", "--batch", "-", "--json", stdin=queries.encode())
    assert searched.code == 0
    assert all("hits" in line for line in searched.lines)


def test_an_empty_library_says_so(zhixun: Run) -> None:
    assert zhixun("docs", "--json").out == ""
    done = zhixun("ask", "贴息多少？", "--json")
    assert done.code == 0
    assert done.lines[0]["status"] == "refused"


@pytest.mark.parametrize(
    "command", [["docs"], ["ask", "贴息"], ["search", "贴息"], ["ingest", "/etc/hostname"]]
)
def test_a_home_that_cannot_be_is_named(zhixun: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("x")
    home = tmp_path / "file" / "home"  # below a regular file: not even root can make it
    done = zhixun(*command, home=home)
    assert done.code == 1
    assert str(home) in done.err and "ZHIXUN_HOME" in done.err
    assert done.out == ""


def test_a_home_that_is_a_file_is_named(zhixun: Run, tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("x")
    for command in (["docs"], ["ask", "贴息"]):
        done = zhixun(*command, home=home)
        assert done.code == 1 and str(home) in done.err
    assert home.read_text() == "x"


def test_an_empty_home_setting_means_the_default(tmp_path: Path, zhixun: Run) -> None:
    done = zhixun("docs", "--json", ZHIXUN_HOME="", HOME=str(tmp_path))
    assert done.code == 0
    assert (tmp_path / ".zhixun" / "zhixun.db").exists()


@pytest.mark.parametrize("command", [["docs", "--json"], ["ask", "贴息", "--json"], ["search", "贴息"]])
def test_a_damaged_database_is_told_and_left_alone(zhixun: Run, damaged: Path, command: list[str]) -> None:
    garbage = b"garbage " * 2000
    for file in damaged.glob("zhixun.db*"):
        file.unlink()
    (damaged / "zhixun.db").write_bytes(garbage)
    originals = sorted((damaged / "files").iterdir())
    done = zhixun(*command, home=damaged)
    assert done.code == 1
    assert "已损坏" in done.err and "ingest" in done.err
    assert done.out == ""
    assert (damaged / "zhixun.db").read_bytes() == garbage
    assert sorted((damaged / "files").iterdir()) == originals


@pytest.mark.parametrize("part", ["chroma", "lexical"])
def test_a_damaged_index_is_told_and_can_be_made_anew(zhixun: Run, damaged: Path, part: str) -> None:
    for file in (damaged / part).rglob("*"):
        if file.is_file() and file.name != "version.txt":  # of another version it would be made anew at once
            file.write_bytes(b"garbage " * 500)
    done = zhixun("ask", "贷款贴息的年利率是多少？", "--json", home=damaged)
    assert done.code == 1
    assert str(damaged / part) in done.err
    doctor = zhixun("doctor", "--json", home=damaged)
    assert doctor.code == 1
    assert {line["check"] for line in doctor.lines if line["status"] == "fail"} == {"indexes"}
    # The way out that the message names.
    (damaged / part).rename(damaged / f"{part}.old")
    again = zhixun("ask", "贷款贴息的年利率是多少？", "--json", "--as-of", "2026-06-01", home=damaged)
    assert again.code == 0, again.err
    assert again.lines[0]["status"] == "answered"


def test_a_catalog_older_than_the_indexes_is_announced(zhixun: Run, damaged: Path, tmp_path: Path) -> None:
    backup = (damaged / "zhixun.db").read_bytes()
    (tmp_path / "稳岗.md").write_text("# 稳岗返还办法\n\n第一条　稳岗返还按六成执行。\n", "utf-8")
    assert zhixun("ingest", str(tmp_path / "稳岗.md"), home=damaged).code == 0
    for left in damaged.glob("zhixun.db*"):
        left.unlink()
    (damaged / "zhixun.db").write_bytes(backup)
    doctor = {line["check"]: line for line in zhixun("doctor", "--json", home=damaged).lines}
    assert doctor["indexes"]["status"] == "warn"
    search = zhixun("search", "稳岗返还", "--json", home=damaged)
    assert "library repair" in search.lines[0]["warnings"][0]


def test_a_full_disk_keeps_what_was_loaded(zhixun: Run, tmp_path: Path, models_dir: Path) -> None:
    home = tmp_path / "small"
    home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(home)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("cannot mount a small tmpfs (needs root)")
    try:
        (home / "models").symlink_to(models_dir, target_is_directory=True)
        source = tmp_path / "source"
        source.mkdir()
        for number in range(30):
            articles = "\n\n".join(
                f"第{n}条 第{number}号办法对企业给予{n}万元补贴。{os.urandom(400).hex()}"
                for n in range(1, 60)
            )
            (source / f"{number:02}.md").write_text(f"# 第{number}号办法\n\n{articles}\n", "utf-8")
        done = zhixun("ingest", str(source), "--json", home=home)
        assert done.code == 1
        assert "磁盘已满" in done.err
        loaded = [line for line in done.lines if line["status"] == "added"]
        (home / "files" / "filler").unlink(missing_ok=True)
        subprocess.run(["mount", "-o", "remount,size=200m", str(home)], check=True)
        after = zhixun("docs", "--json", home=home)
        assert after.code == 0
        assert {line["doc_id"] for line in loaded} <= {line["doc_id"] for line in after.lines}
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_a_taken_port_is_named(zhixun: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = zhixun("serve", "--port", str(port))
    assert done.code != 0
    assert str(port) in done.err
