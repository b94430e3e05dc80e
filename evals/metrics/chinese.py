"""Chinese text as the metrics read it: sentences, quotations, full and half width.

Rules of our own after GB/T 15834-2011 (标点符号用法): 。！？ end a sentence and ； a clause; a stop
inside “ ” 「 」 《 》 or brackets ends neither, since what is quoted is one piece of the sentence
that quotes it.
"""

from __future__ import annotations

import re
import unicodedata

_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "（": "）",
    "(": ")",
    "【": "】",
}
_CLOSERS = frozenset(_PAIRS.values()) | {'"'}
_STOPS = frozenset("。！？；!?;…")
_MARKS = re.compile(r"(?:[ \t]*\[\d{1,3}\])+")
_ENGLISH_STOP = re.compile(r"[A-Za-z][a-z)\]]\.(?=(?:[ \t]*\[\d{1,3}\])*[ \t]+[A-Z\u4e00-\u9fff])")
_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」|『([^『』]+)』|\"([^\"\n]+)\"")
_TITLE = re.compile(r"《([^《》]+)》")
_DASHES = str.maketrans({"“": '"', "”": '"', "「": '"', "」": '"', "‘": "'", "’": "'", "—": "-", "－": "-"})


def sentences(text: str) -> list[str]:
    """A text in sentences, each with its stop, its closing quotes and the [n] that follow.

    Lines are always apart. A full stop in English prose ends a sentence too (not in 1.5 or No. 3).

    >>> sentences("上限600万元。[1]贴息1%[2]。")
    ['上限600万元。[1]', '贴息1%[2]。']
    >>> sentences("规定“不超过600万元。企业1000万元。”[1]另见附件")
    ['规定“不超过600万元。企业1000万元。”[1]', '另见附件']
    """
    return [piece for line in text.split("\n") for piece in _of_line(line)]


def _of_line(line: str) -> list[str]:
    english = {match.end() - 1 for match in _ENGLISH_STOP.finditer(line)}
    found: list[str] = []
    waiting: list[str] = []
    start = at = 0
    while at < len(line):
        char = line[at]
        at += 1
        closer = _PAIRS.get(char)
        if closer is not None and closer in line[at:]:  # one that is never closed opens nothing
            waiting.append(closer)
        elif waiting and char == waiting[-1]:
            waiting.pop()
            if not waiting and line[at - 2] in _STOPS and char in "”」』":
                at = _tail(line, at)  # “……。” ends its sentence
                found.append(line[start:at])
                start = at
        elif not waiting and (char in _STOPS or at - 1 in english):
            at = _tail(line, at)
            found.append(line[start:at])
            start = at
    found.append(line[start:])
    return [piece.strip() for piece in found if piece.strip()]


def _tail(line: str, at: int) -> int:
    """The end of what belongs to a stop: further stops and closing quotes, then [n]."""
    while at < len(line) and (line[at] in _STOPS or line[at] in _CLOSERS):
        at += 1
    marks = _MARKS.match(line, at)
    return marks.end() if marks else at


def quoted(text: str) -> list[str]:
    """What stands in quotation marks (“” 「」 『』 "").

    >>> quoted("按“先建后补”方式，见「附件」")
    ['先建后补', '附件']
    """
    return [next(filter(None, match.groups())) for match in _QUOTED.finditer(text)]


def titles(text: str) -> list[str]:
    """The names in 《》.

    >>> titles("依据《专利法》第二条")
    ['专利法']
    """
    return _TITLE.findall(text)


def fold(text: str) -> str:
    """A text for comparing: half width, lower case, without blanks, quotes and dashes of one kind.

    >>> fold("ＡＢ　１００％ “甲”")
    'ab100%"甲"'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(_DASHES)).lower()
