"""Abbreviations and what texts say for them, from `synonyms.toml` and a file named by `ZHIXUN_SYNONYMS`.

A line that cannot be used is announced with file, line and field, and the others count all the same.
"""

from __future__ import annotations

import csv
import logging
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.messages import msg
from index.tokens import simplified, tokens

log = logging.getLogger(__name__)

BUILT_IN = Path(__file__).with_name("synonyms.toml")
_TABLE = "synonyms"
_MIN_CHARS = 2  # of what is said: a single character is part of too much
_MAX_CHARS = 40
_MAX_FORMS = 12
_MAX_BYTES = 4_000_000
_HEADER = re.compile(r"""\s*\[\s*([^\[\]"',]+?)\s*\]\s*(?:#.*)?$""")
_BLANK = re.compile(r"\s*(?:#.*)?$")
_ENTRY = re.compile(r"""\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s=#\[\]"']+)\s*=""")


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a query, as tokens, and what stands for them, each as its distinct tokens."""

    own: frozenset[str]
    forms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What people say (folded: no case, width, marks) with what texts say for it; with nothing, where it
    only looks as if it held another entry (居民企业, 民企)."""

    entries: dict[str, tuple[str, ...]]
    problems: tuple[str, ...] = field(default=(), compare=False)  # in the user's language

    def said_in(self, query: str) -> list[Said]:
        """The entries that a query has, the longest first; a word within another does not count again."""
        left, found = folded(query), []
        present = set(tokens(query))
        for said in _longest_first(tuple(self.entries)):
            if not _has(left, said):
                continue
            left = left.replace(said, "\0")
            if not self.entries[said] or not (own := frozenset(tokens(said)) & present):
                continue
            present -= own
            forms = tuple(
                tuple(dict.fromkeys(grams)) for form in self.entries[said] if (grams := tokens(form))
            )
            found.append(Said(own, tuple(form for form in forms if set(form) != own)))
        return [said for said in found if said.forms]


def folded(text: str) -> str:
    """A text as entries are compared: without case, width, script, quotation marks, brackets, blanks."""
    plain = simplified(unicodedata.normalize("NFKC", text[:2000]).lower())
    return re.sub(r"[\s\"'“”‘’「」《》()\[\]·]", "", plain)


def _has(text: str, said: str) -> bool:
    """Latin letters and figures are whole words: AI is not in MAIN, 531 not in 1531."""
    if said not in text:
        return False
    if not re.fullmatch(r"[0-9a-z+.-]+", said):
        return True
    return re.search(rf"(?<![0-9a-z.]){re.escape(said)}(?![0-9a-z.]|[年月日号万亿元%个家])", text) is not None


@lru_cache(maxsize=8)
def _longest_first(entries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(entries, key=len, reverse=True))


@lru_cache(maxsize=4)
def load(own: str | None = None) -> Synonyms:
    """The built-in entries and, over them, those of the file `own`; problems are logged once.

    An entry of `own` takes the place of a built-in one for the same word.
    """
    entries, problems = _read(BUILT_IN)
    if own:
        mine, bad = _read(Path(own).expanduser())
        entries |= mine
        problems += bad
    for problem in problems:
        log.warning("%s", problem)
    return Synonyms(entries, tuple(problems))


def _read(path: Path) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    problems: list[str] = []
    text = _text(path, problems)
    if text is None:
        return {}, problems
    lines = _of_csv(path, text) if path.suffix.lower() == ".csv" else _of_toml(path, text, problems)
    entries: dict[str, tuple[str, ...]] = {}
    for line, said, forms in lines:
        problem = _wrong(said, forms)
        if problem is None:
            entries[folded(said)] = tuple(forms)
        else:
            problems.append(
                msg(f"search.synonym_{problem}", file=path, line=line, said=str(said)[:_MAX_CHARS])
            )
    return entries, problems


def _text(path: Path, problems: list[str]) -> str | None:
    """The file's text in UTF-8 or, as Excel saves it in China, GB 18030."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            problems.append(msg("search.synonyms_too_big", file=path, limit=_MAX_BYTES // 1_000_000))
            return None
        data = path.read_bytes()
    except OSError as error:
        problems.append(msg("search.synonyms_unreadable", file=path, reason=error.strerror or error))
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    problems.append(msg("search.synonyms_encoding", file=path))
    return None


_Line = tuple[int, Any, Any]  # line, said, forms: not checked yet


def _of_csv(path: Path, text: str) -> Iterator[_Line]:
    """A line an entry: what is said, then what texts say for it, one a column."""
    reader = csv.reader(text.splitlines())
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or (reader.line_num == 1 and cells[0] == "说法"):
            continue
        yield reader.line_num, cells[0], [cell for cell in cells[1:] if cell] or None


def _of_toml(path: Path, text: str, problems: list[str]) -> Iterator[_Line]:
    """Entry by entry, so that one that is no TOML does not take the others with it."""
    for line, chunk in _chunks(text):
        try:
            parsed = tomllib.loads(chunk)
        except tomllib.TOMLDecodeError as error:
            problems.append(msg("search.synonym_syntax", file=path, line=line, reason=error))
            continue
        for said, forms in parsed.items():
            yield line, said, forms


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The entries of the table, each with the number of its first line; what cannot be read goes on to
    where the next entry begins."""
    start, lines, inside = 0, list[str](), True
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if lines and (header or _ENTRY.match(line)):
            yield start, "\n".join(lines)
            lines = []
        if header:
            inside = header[1] == _TABLE
        elif inside and (lines or not _BLANK.match(line)):
            start = start if lines else number
            lines.append(line)
            if _is_toml("\n".join(lines)):
                yield start, "\n".join(lines)
                lines = []
    if lines:
        yield start, "\n".join(lines)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _wrong(said: Any, forms: Any) -> str | None:
    """What is wrong with an entry, as the end of a message's key."""
    if not isinstance(said, str) or not _MIN_CHARS <= len(folded(said)) <= _MAX_CHARS:
        return "said"
    if not isinstance(forms, list) or len(forms) > _MAX_FORMS:
        return "forms"
    return None if _are_words(forms) else "form"


def _are_words(forms: Iterable[Any]) -> bool:
    return all(isinstance(form, str) and 0 < len(form) <= _MAX_CHARS and tokens(form) for form in forms)
