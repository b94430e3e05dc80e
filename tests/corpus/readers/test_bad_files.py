"""Bad files: each ends in a ReadError with its own reason, or is read with a warning."""
# ruff: noqa: E501  (Chinese text and markup, as literals)

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import docx
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import ReadError
from corpus.readers import ARCHIVE_SUFFIXES, SUPPORTED_SUFFIXES, read

ROOT = Path(__file__).parents[3]
TEXT = "为了规范管理，制定本办法。"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _key(path: Path, **options: int) -> str:
    with pytest.raises(ReadError) as caught:
        read(path, **options)
    for lang in ("zh", "en"):
        message = caught.value.message(lang)
        assert path.name in message and "{" not in message
    return caught.value.key


def _pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont("STSong-Light", 12)
    for line in range(20):
        canvas.drawString(72, 700 - 20 * line, f"第{line}行，{TEXT}")
    canvas.save()
    return buffer.getvalue()


def _docx() -> bytes:
    document = docx.Document()
    for _ in range(20):
        document.add_paragraph(TEXT)
    document.add_table(rows=2, cols=2).cell(0, 0).text = "甲"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _docx_of(xml: bytes, **more: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
        for name, data in more.items():
            archive.writestr(f"word/{name}.xml", data)
    return buffer.getvalue()


def test_supported_suffixes():
    assert {".docx", ".htm", ".html", ".markdown", ".md", ".pdf", ".txt", ".ofd"} <= SUPPORTED_SUFFIXES
    assert {".doc", ".wps", ".rtf", ".odt", ".png", ".jpg", ".tif"} <= SUPPORTED_SUFFIXES
    assert ".zip" not in SUPPORTED_SUFFIXES and ".zip" in ARCHIVE_SUFFIXES


def test_every_message_is_in_both_languages():
    messages = tomllib.loads((ROOT / "corpus/messages/reader.toml").read_text(encoding="utf-8"))
    assert messages
    for key, texts in messages.items():
        assert set(texts) == {"zh", "en"} and all(texts.values()), key


@pytest.mark.parametrize("suffix", sorted(SUPPORTED_SUFFIXES))
def test_empty(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"")
    assert _key(path) == "reader.empty"


def test_missing_folder_too_large_unsupported(tmp_path):
    assert _key(tmp_path / "无此文件.pdf") == "reader.not_found"
    assert _key(tmp_path) == "reader.folder"
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert _key(path, max_bytes=10) == "reader.too_large"
    other = tmp_path / "a.py"
    other.write_text("x = 1", encoding="utf-8")
    assert _key(other) == "reader.unsupported"


def test_no_permission(tmp_path):
    """As another user where the tests run as root, whom no permission binds."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0)
    if os.geteuid() != 0:
        assert _key(path) == "reader.no_permission"
        return
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\nfrom corpus.errors import ReadError\nfrom corpus.readers import read\n"
        "import corpus.readers.text\nos.setuid(65534)\n"
        "try: read(Path(sys.argv[1]))\nexcept ReadError as error: print(error.key)\n"
    )
    for folder in tmp_path.parents:
        if folder.stat().st_uid == 0 and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    tmp_path.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "-c", code, str(path), str(ROOT)], capture_output=True, text=True
    )
    assert result.stdout.strip() == "reader.no_permission", result.stderr


@pytest.mark.parametrize(
    ("head", "key"),
    [
        (b"GIF89a" + b"\x00" * 50, "foreign_image"),
        (b"Rar!\x1a\x07\x00" + b"\x00" * 50, "foreign_archive"),
        (b"MZ\x90\x00" + b"\x00" * 200, "foreign_executable"),
        (b"\x7fELF" + b"\x00" * 50, "foreign_executable"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le"),
            "foreign_encrypted_office",
        ),
        (b"SQLite format 3\x00" + b"\x00" * 50, "foreign_database"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nx", "foreign_mhtml"),
        (b"\x00\x01\x02\x03" * 100, None),
    ],
)
@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".txt", ".html"])
def test_foreign_content_is_named(tmp_path, head, key, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(head)
    if key is None:
        key = "damaged_header" if suffix in (".docx", ".pdf") else "foreign_binary"
    assert _key(path) == f"reader.{key}"


def test_zip_containers_are_told_apart(tmp_path):
    for name, key in (
        ("xl/workbook.bin", "xls"),
        ("ppt/presentation.xml", "ppt"),
        ("a.txt", "archive"),
    ):
        path = tmp_path / "a.docx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "x")
        assert _key(path) == f"reader.foreign_{key}"


def test_wrong_suffix_is_refused_naming_the_real_format(tmp_path):
    html = f"<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>".encode()
    cases = [
        ("a.docx", _pdf(), "PDF"), ("a.pdf", _docx(), "Word"), ("a.pdf", html, "HTML"), ("a.txt", _pdf(), "PDF"),
        ("a.pdf", TEXT.encode(), "纯文本"), ("a.xlsx", _docx(), "Word"), ("a.docx", TEXT.encode(), "纯文本"),
        ("a.doc", TEXT.encode(), "纯文本"), ("a.doc", _pdf(), "PDF"), ("a.xls", _docx(), "Word"),
    ]  # fmt: skip
    for name, data, format in cases:
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ReadError) as caught:
            read(path)
        assert caught.value.key == "reader.mislabelled"
        message = caught.value.message("zh")
        assert name in message and path.suffix in message and format in message, message


def test_what_office_saves_under_another_suffix_is_read_with_a_warning(tmp_path):
    html = f"<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>".encode()
    cases = [
        ("a.doc", _docx(), "docx"), ("a.doc", html, "html"), ("a.xls", html, "html"),
        ("a.html", TEXT.encode(), "text"), ("a.txt", html, "html"), ("a.bak", _docx(), "docx"),
    ]  # fmt: skip
    for name, data, format in cases:
        path = tmp_path / name
        path.write_bytes(data)
        document = read(path)
        assert document.format == format
        assert any(TEXT in block.text for block in document.blocks)
        assert len(document.warnings) == 1 and "后缀名" in document.warnings[0]


def test_truncated_files(tmp_path):
    for name, data in (("a.pdf", _pdf()), ("a.docx", _docx())):
        for share in (0.02, 0.3, 0.6, 0.9):
            path = tmp_path / name
            path.write_bytes(data[: int(len(data) * share)])
            try:
                document = read(path)
            except ReadError as error:
                assert path.name in error.message("zh")
            else:
                assert document.blocks and document.warnings, (name, share)


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_never_escape_as_anything_but_read_error(tmp_path, seed):
    random_source = random.Random(seed)
    for name, data in (("a.pdf", _pdf()), ("a.docx", _docx())):
        damaged = bytearray(data)
        for _ in range(random_source.choice((1, 5, 50, 300))):
            damaged[random_source.randrange(len(damaged))] = random_source.randrange(256)
        path = tmp_path / name
        path.write_bytes(bytes(damaged))
        try:
            assert read(path).blocks
        except ReadError as error:
            assert error.message("zh")


def test_external_entities_and_entity_bombs_are_refused(tmp_path):
    (tmp_path / "secret.txt").write_text("机密", encoding="utf-8")
    body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'.encode()
    external = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'.encode()
    bomb = b'<!DOCTYPE d [<!ENTITY a "' + b"a" * 1000 + b'">'
    for before, after in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f'<!ENTITY {after} "{f"&{before};" * 20}">'.encode()
    bomb += b'<!ENTITY x "&i;">]>'
    path = tmp_path / "a.docx"
    for prolog in (external, bomb):
        path.write_bytes(_docx_of(prolog + body))
        assert _key(path) in ("reader.unsafe_xml", "reader.damaged_zip")


def test_zip_bombs_are_refused_before_they_unpack(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(_docx_of(b" " * (110 * 1024 * 1024)))
    assert _key(path) == "reader.zip_bomb"
    path.write_bytes(_docx_of(b" " * (30 * 1024 * 1024)))
    assert _key(path) == "reader.zip_bomb"
    # a header that declares less than comes out
    data = bytearray(_docx_of(b" " * (30 * 1024 * 1024)))
    real = (30 * 1024 * 1024).to_bytes(4, "little")
    small = (1000).to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(real, small))
    assert _key(path) in ("reader.zip_bomb", "reader.damaged_zip")


def test_a_damaged_side_part_is_told_and_the_text_read(tmp_path):
    xml = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p></w:body></w:document>'.encode()
    path = tmp_path / "a.docx"
    path.write_bytes(_docx_of(xml, styles=b"<broken"))
    document = read(path)
    assert [block.text for block in document.blocks] == [TEXT]
    assert len(document.warnings) == 1 and "styles" in document.warnings[0]


def test_a_document_without_text_and_the_cause_is_chained(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(_docx_of(f'<w:document xmlns:w="{W}"><w:body><w:p/></w:body></w:document>'.encode()))
    assert _key(path) == "reader.no_text"
    path.write_bytes(_docx_of(f'<w:document xmlns:w="{W}"/>'.encode()))
    with pytest.raises(ReadError) as caught:
        read(path)
    assert caught.value.key == "reader.damaged"
    assert isinstance(caught.value.__cause__, ValueError)


def test_deeply_nested_docx(tmp_path):
    deep = b"<w:sdt>" * 5000 + b"</w:sdt>" * 5000
    path = tmp_path / "a.docx"
    path.write_bytes(
        _docx_of(f'<w:document xmlns:w="{W}"><w:body>'.encode() + deep + b"</w:body></w:document>")
    )
    assert _key(path) == "reader.damaged_zip"
