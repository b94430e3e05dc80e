"""Files that a web page links to as its attachments (附件): named for the reader, never fetched."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from corpus.readers.common import clean

_SUFFIXES = (
    *("pdf", "ofd", "doc", "docx", "wps", "rtf", "odt", "xls", "xlsx", "et", "csv", "ods"),
    *("ppt", "pptx", "zip", "rar", "7z"),
)
_FILE = re.compile(rf"\.(?:{'|'.join(_SUFFIXES)})$", re.I)
_QUERY = re.compile(rf"(?:file_?name|name|file|title)=([^&]*\.(?:{'|'.join(_SUFFIXES)}))(?:&|$)", re.I)
_VAGUE = re.compile(
    r"(?:点击|点此|请)?(?:此处)?(?:下载|查看|打开|预览)(?:附件|文件|此处|全文)?|附件\s*\d*[:：.]?|PDF版?|Word版?",
    re.I,
)
_MAX = 50


def attachments(root: HtmlElement) -> list[str]:
    """The names of linked files, in the order of the page, each once.

    A link's own text where it says what the file is, else its title, else the file's name.
    """
    names: dict[str, str] = {}
    for link in root.iter("a"):
        href = (link.get("href") or "").strip()
        file = _file_name(href)
        if file is None:
            continue
        label = clean("".join(str(text) for text in link.itertext()))
        if not label or _VAGUE.fullmatch(label):
            label = clean(link.get("title") or "") or " ".join(filter(None, (label, file)))
        names.setdefault(href, label)
        if len(names) >= _MAX:
            break
    return list(dict.fromkeys(names.values()))


def _file_name(href: str) -> str | None:
    """The name of the file that an address leads to; None where it leads to a page."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("", "http", "https", "file"):
        return None
    name = PurePosixPath(unquote(parts.path)).name
    if _FILE.search(name):
        return name
    found = _QUERY.search(parts.query)
    return unquote(found.group(1)) if found else None
