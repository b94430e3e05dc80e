"""Damaged and hostile files of every format, made from sound ones: the same seed makes the same files."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples" / "files"
CANARY = "仅本机可见的内容不得外泄"
LAW = "# 贷款贴息办法\n\n第一条 对中小企业按年利率2%给予贴息。\n\n第二条 本办法自2024年1月1日起施行。\n"
SUFFIXES = (".pdf", ".docx", ".html", ".md", ".txt", ".ofd", ".xlsx", ".csv", ".png", ".rtf", ".doc", ".zip")


def sound() -> list[tuple[str, bytes]]:
    """(suffix, bytes) of sound files to be damaged."""
    names = (
        "sme-size-2011.pdf",
        "zero-carbon-2026.pdf",
        "loan-interest-2025-02.docx",
        "rd-deduction-2023-7.docx",
    )
    names += ("four-monitors-2026.html", "enterprise-counts.html", "service-one-net.md", "tech-sme-2026.md")
    files = [(Path(name).suffix, (SAMPLES / name).read_bytes()) for name in names]
    return [
        *files,
        (".xlsx", _xlsx()),
        (".ofd", _ofd()),
        (".odt", _odf("text")),
        (".ods", _odf("spreadsheet")),
        (".png", _png(400, 120)),
        (".zip", _zip({"甲.md": LAW})),
    ]


def _xlsx() -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for row in (("项目名称", "总投资（亿元）"), ("星河算力中心", 37.5), ("云山新材料", 12)):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def _ofd() -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    page = (
        f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="1"><ofd:TextObject ID="2" Boundary="10 10 180 8" '
        'Font="1" Size="5"><ofd:TextCode X="0" Y="5">第一条 对企业给予贴息。</ofd:TextCode></ofd:TextObject>'
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )
    document = (
        f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        '</ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="P/0.xml"/></ofd:Pages>'
        "</ofd:Document>"
    )
    top = (
        f'<ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot>'
        "</ofd:DocBody></ofd:OFD>"
    )
    return _zip({"OFD.xml": top, "D/Document.xml": document, "D/P/0.xml": page})


def _png(width: int, height: int) -> bytes:
    """A white image; its claimed size costs nothing to write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * min(height, 200))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _zip(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _replaced(data: bytes, changes: dict[str, bytes]) -> bytes:
    """A ZIP with some members replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kept: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return _zip(kept | changes)


def _odf(kind: str) -> bytes:
    """An OpenDocument text or spreadsheet of one paragraph."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table")
    )
    body = "<text:p>第一条 对企业给予贴息。</text:p>"
    if kind == "spreadsheet":
        cell = f"<table:table-row><table:table-cell>{body}</table:table-cell></table:table-row>"
        body = f'<table:table table:name="表">{cell}</table:table>'
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2">'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", mimetype), ("content.xml", "text/xml"))
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{space}" manifest:version="1.2">{entries}</manifest:manifest>'
    )
    return _zip({"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": content})


_PARTS = {
    ".docx": ("word/document.xml", "word/styles.xml", "docProps/core.xml", "[Content_Types].xml"),
    ".xlsx": ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml"),
    ".ofd": ("D/P/0.xml", "D/Document.xml", "OFD.xml"),
    ".odt": ("content.xml", "meta.xml"),
    ".ods": ("content.xml", "styles.xml"),
}
_PACKAGES = tuple(_PARTS)


def _part(suffix: str) -> str:
    return _PARTS[suffix][0]


Made = tuple[str, bytes]  # suffix, bytes


def truncated(rand: random.Random, files: list[Made], canary: Path) -> Made:
    suffix, data = rand.choice(files)
    return suffix, data[: rand.randrange(1, len(data))]


def flipped(rand: random.Random, files: list[Made], canary: Path) -> Made:
    suffix, data = rand.choice(files)
    changed = bytearray(data)
    for _ in range(rand.choice((1, 8, 64, 512))):
        changed[rand.randrange(len(changed))] ^= 1 << rand.randrange(8)
    return suffix, bytes(changed)


def zip_bomb(rand: random.Random, files: list[Made], canary: Path) -> Made:
    """A member that unpacks to gigabytes: 1,000 bytes of DEFLATE make a megabyte."""
    suffix, data = rand.choice([made for made in files if made[0] in (".docx", ".xlsx", ".ofd")])
    filler = rand.choice((b"<a>" * 5_000_000, b" " * 60_000_000, b"0" * 300_000_000))
    if rand.random() < 0.3:
        return ".zip", _zip({f"{number}.txt": b"0" * 100_000_000 for number in range(4)})
    return suffix, _replaced(data, {_part(suffix): b"<r>" + filler})


def outside(rand: random.Random, files: list[Made], canary: Path) -> Made:
    """Members that name places outside: `../`, absolute paths."""
    name = rand.choice(("../../../逃逸.md", "/tmp/zhixun-逃逸.md", "..\\..\\逃逸.md"))
    if rand.random() < 0.5:
        return ".zip", _zip({name: LAW})
    suffix, data = rand.choice([made for made in files if made[0] in (".docx", ".xlsx", ".ofd")])
    return suffix, _replaced(data, {name: b"x"})


def entities(rand: random.Random, files: list[Made], canary: Path) -> Made:
    """XML that reads a file of the machine, or unfolds a billion laughs, in any part of any format of XML."""
    suffix, data = rand.choice([made for made in files if made[0] in (*_PACKAGES, ".html")])
    if suffix == ".html":
        doctype, inside = rand.choice(_doctypes(canary))
        text = f"<?xml version='1.0'?>{doctype}<html><body><p>{inside}</p></body></html>"
        return suffix, text.encode()
    part = rand.choice(_PARTS[suffix])
    doctype, inside = rand.choice(_doctypes(canary))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sound = archive.read(part).decode() if part in archive.namelist() else "<r>x</r>"
    return suffix, _replaced(data, {part: _poisoned(sound, doctype, inside).encode()})


def _doctypes(canary: Path) -> list[tuple[str, str]]:
    """(document type, what to put into the text) of each known attack."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    where = canary.as_uri()
    long = "贴息" * 50_000
    return [
        (f'<!DOCTYPE r [<!ENTITY x SYSTEM "{where}">]>', "&x;"),
        (f'<!DOCTYPE r [<!ENTITY x PUBLIC "-//x//x" "{where}">]>', "&x;"),
        (f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{where}"> %p;]>', "x"),
        (f'<!DOCTYPE r SYSTEM "{where}">', "x"),
        (f'<!DOCTYPE r [<!ENTITY l0 "贴息">{laughs}]>', "&l11;"),
        (f'<!DOCTYPE r [<!ENTITY q "{long}">]>', "&q;" * 20_000),  # quadratic: one level, many uses
        ('<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
        ("", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{where}" parse="text"/>'),
    ]


def _poisoned(sound: str, doctype: str, inside: str) -> str:
    """A sound part with a document type before its root and the attack where its first text stands, so
    that a reader that would follow it meets it where it reads text."""
    declared = re.match(r"\s*<\?xml[^>]*\?>\s*", sound)
    start = declared.end() if declared else 0
    root = re.match(r"<([\w:.-]+)", sound[start:])
    named = doctype.replace("DOCTYPE r", f"DOCTYPE {root.group(1)}") if root else doctype
    body = re.sub(r">[^<>]*[^<>\s][^<>]*<", lambda _: f">{inside}<", sound[start:], count=1)
    return sound[:start] + named + body


@cache
def _packed_bomb() -> bytes:
    return _zip({f"{number}.txt": b"0" * 30_000_000 for number in range(8)})


def nested_archive(rand: random.Random, files: list[Made], canary: Path) -> Made:
    """Archives in archives: many levels, a bomb some levels down, one whose members lead outside, one of
    thousands of members, one that holds itself by name."""
    bomb = _packed_bomb()
    kind = rand.choice(("deep", "bomb", "outside", "fan") * 4 + ("many",))
    if kind == "many":
        return ".zip", _zip({f"{number}.md": LAW for number in range(2_300)})
    if kind == "fan":
        return ".zip", _zip({f"{number}.zip": bomb for number in range(40)})
    inner = bomb if kind == "bomb" else _zip({"甲.md": LAW})
    if kind == "outside":
        inner = _zip({rand.choice(("../../逃逸.md", "/tmp/逃逸.md", "C:\\逃逸.md")): LAW})
    for _ in range(rand.choice((1, 2, 60)) if kind == "deep" else rand.choice((1, 2))):
        inner = _zip({"内.zip": inner})
    return ".zip", inner


def nested(rand: random.Random, files: list[Made], canary: Path) -> Made:
    depth = rand.choice((1_000, 30_000, 300_000))
    kind = rand.choice((".html", ".md", ".pdf", ".docx", ".ofd", ".rtf"))
    if kind == ".html":
        tag = rand.choice((b"div", b"table><tr><td", b"ul><li", b"b"))
        return kind, b"<html><body>" + (b"<" + tag + b">") * depth + "贴息".encode()
    if kind == ".md":
        return kind, (rand.choice((">", "- ", "[", "*")) * depth + " 贴息").encode()
    if kind == ".pdf":
        return kind, _pdf(b"[" * depth + b"]" * depth)
    if kind == ".rtf":
        return kind, b"{\\rtf1" + b"{" * depth + b"}" * depth
    return kind, _replaced(dict(files)[kind], {_part(kind): b"<w>" * depth + b"</w>" * depth})


def _pdf(extra: bytes, box: bytes = b"[0 0 612 792]", pages: int = 1) -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(pages))
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids["
        + kids
        + b"]/Count %d>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox%s/X %s>>endobj\n"
        % (pages, box, extra or b"0")
        + b"trailer<</Root 1 0 R/Size 4>>\n%%EOF"
    )


def huge(rand: random.Random, files: list[Made], canary: Path) -> Made:
    """Pages and images of absurd size or number, and lines without end."""
    return rand.choice(
        (
            (".pdf", _pdf(b"", b"[0 0 99999999 99999999]")),
            (".pdf", _pdf(b"", pages=rand.choice((4_000, 60_000)))),
            (".png", _png(rand.choice((30_000, 200_000)), 60_000)),
            (".txt", ("第一条贴息" * 2_000_000).encode()),
            (".csv", b"," * 20_000_000),
            (".html", b"<table>" + b"<tr>" + b"<td rowspan=60000 colspan=60000>x</td>" * 2_000),
        )
    )


def mislabelled(rand: random.Random, files: list[Made], canary: Path) -> Made:
    data = rand.choice(
        [*(made[1] for made in files), rand.randbytes(20_000), b"", b"\x7fELF" + rand.randbytes(900)]
    )
    return rand.choice(SUFFIXES), data


def encrypted(rand: random.Random, files: list[Made], canary: Path) -> Made:
    if rand.random() < 0.5:
        return rand.choice((".docx", ".xlsx", ".doc")), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rand.randbytes(
            8_000
        )
    from pypdf import PdfReader, PdfWriter

    writer, out = PdfWriter(PdfReader(io.BytesIO(dict(files)[".pdf"]))), io.BytesIO()
    writer.encrypt(user_password="secret", algorithm="AES-256")
    writer.write(out)
    return ".pdf", out.getvalue()


KINDS: tuple[Callable[[random.Random, list[Made], Path], Made], ...] = (
    *(truncated, flipped, zip_bomb, outside, entities),
    *(nested, nested_archive, huge, mislabelled, encrypted),
)


def make(folder: Path, count: int, seed: int, canary: Path) -> Iterator[Path]:
    """Writes `count` files, the kinds in turn."""
    canary.write_text(CANARY, "utf-8")
    rand, files = random.Random(seed), sound()
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        suffix, data = kind(rand, files, canary)
        path = folder / f"{number:03d}-{kind.__name__}{suffix}"
        path.write_bytes(data)
        yield path
