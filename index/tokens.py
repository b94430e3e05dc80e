"""Texts as tokens for the lexical index: character bigrams for Chinese, whole words for the rest.

Spellings that mean the same come out the same: full and half width, upper and lower case,
traditional and simplified characters, 帐 and 账, the ways of writing a document number
(苏政办发〔2025〕27号, 苏政办发[2025]27号, 苏政办发2025年27号), and numbers (`index.figures`). What
comes out is part of the word index: raise `index.lexical.VERSION` with a change.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import zip_longest
from typing import Any

from index.figures import LABEL_UNITS, is_label, one_spelling

_YEAR, _SERIAL = r"((?:19|20)\d\d)", r"\s*第?\s*(\d{1,5})\s*号"
_BRACKETED_NUMBER = re.compile(rf"[〔\[(【{{〈<]\s*{_YEAR}\s*年?\s*[〕\])】}}〉>]{_SERIAL}")
_PLAIN_NUMBER = re.compile(rf"(?<!\d){_YEAR}\s*年{_SERIAL}")
_RUN = re.compile(
    rf"第\d+[{LABEL_UNITS}]|[0-9a-z]+(?:[.%][0-9a-z]+)*%?"
    r"|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[^\W_]"
)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

MAX_CHARS = 20_000  # a longer text is cut: no question and no row is that long


def tokens(text: str) -> list[str]:
    """The tokens of a text in order, repeated as often as they occur.

    >>> tokens("第27号, GDP增长5.5%")
    ['第', '27', '号', 'gdp', '增长', '5.5%']
    >>> tokens("政发〔2025〕27号") == tokens("政发[2025]27號") == tokens("政发2025年第27号")
    True
    """
    found: list[str] = []
    for run in _RUN.findall(_normalised(text)):
        if not _CJK.match(run) or len(run) == 1 or is_label(run):
            found.append(run)
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def _normalised(text: str) -> str:
    simple = simplified(unicodedata.normalize("NFKC", text[:MAX_CHARS]).lower()).replace("帐", "账")
    for pattern in (_BRACKETED_NUMBER, _PLAIN_NUMBER):
        simple = pattern.sub(r" \1.\2 ", simple)
    return one_spelling(simple)


def simplified(text: str) -> str:
    """Simplified characters for traditional ones."""
    # Nearly every text has none of them, and looking for phrases takes as long as the search itself.
    return text if _traditional().isdisjoint(text) else str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """Characters without which no entry of the converter's dictionaries changes a text."""
    entries = [entry for _, _, found in _converter().dict_cache.values() for entry in found.items()]
    return frozenset(
        character
        for said, meant in entries
        for character, becomes in zip_longest(said, meant.split(" ")[0])
        if character is not None and character != becomes
    )
