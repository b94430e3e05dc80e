"""Clause labels compared part by part: 第十条第一款 lies within 第十条, 第十条之一 does not."""

from __future__ import annotations

import re
import unicodedata

from corpus.numbering import chinese_to_int

_N = r"[零〇一二三四五六七八九十百千两0-9]+"
_PART = re.compile(
    rf"(?P<unit>第\(?(?P<n>{_N})\)?(?P<kind>编|章|节|条|款|项|目|行|部分)(?:之(?P<sub>{_N}))?)"
    rf"|(?P<named>(?P<name>附件|附录|附表|表|图|专栏)(?P<name_n>{_N})?)"
    rf"|\((?P<paren>{_N})\)|(?P<comma>{_N})、|(?P<dot>[0-9]+)\.?(?![0-9])|(?P<other>[^第(\s]+?(?=第|\(|\s|$))"
)


def parts(label: str) -> tuple[tuple[str, str], ...]:
    """A label as (kind, number) pairs from the outside in; Arabic and Chinese numerals are one.

    >>> parts("附件1 第十条第（三）项")
    (('附件', '1'), ('条', '10'), ('项', '3'))
    """
    found = []
    for match in _PART.finditer(unicodedata.normalize("NFKC", label)):
        if match["unit"]:
            sub = f".{chinese_to_int(match['sub'])}" if match["sub"] else ""
            found.append((match["kind"], f"{chinese_to_int(match['n'])}{sub}"))
        elif match["named"]:
            found.append((match["name"], str(chinese_to_int(match["name_n"] or "") or "")))
        elif match["paren"]:
            # （三） under an article is its third 项, written without 第
            found.append(("项", str(chinese_to_int(match["paren"]))))
        elif match["comma"]:
            found.append(("、", str(chinese_to_int(match["comma"]))))
        elif match["dot"]:
            found.append((".", match["dot"]))
        elif match["other"]:
            found.append(("", match["other"]))
    return tuple(found)


def within(label: str | None, gold: str | None) -> bool:
    """Whether a cited label equals the gold label or lies inside it; gold None: any place."""
    if gold is None:
        return True
    if label is None:
        return False
    outer = parts(gold)
    return bool(outer) and parts(label)[: len(outer)] == outer
