"""The 发文字号 of a text itself: alone on a line near its top, over two lines, or in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.numbering import read_number

_BARE = re.compile(r"[〔\[（(](?:19|20)\d{2}[〕\]）)]第?\d{1,4}[号期]")  # minutes bear no 机关代字


def own_numbers(head: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(number, where it was read) from the surest place on: callers keep the first."""
    for index, line in enumerate(head[:12]):
        # 国务院令 / 第722号 and 国家税务总局公告 / 2023年第7号 are one number over two lines
        if (over := number_over_lines(head, index)) and (joined := read_number(over)):
            yield joined, "own lines"
        number = read_number(line)
        bare = re.sub(r"[\s\u3000（(〔【]", "", line)
        if number is None or "《" in line or not bare.startswith(re.sub(r"\s", "", number)[:2]):
            continue
        if len(bare) <= len(number) + 12:
            yield number, "own line"
    for line in head[:6]:
        if _BARE.fullmatch(bare := re.sub(r"\s", "", line)):
            yield bare, "own line"


def number_over_lines(head: Sequence[str], index: int) -> str | None:
    """国务院令 / 第722号, or 工业和信息化部 / 公　告 / 2025年第12号, as one; None for other lines."""
    bare = [re.sub(r"[\s\u3000]", "", line) for line in head[max(0, index - 2) : index + 1]]
    if len(bare) < 2 or not re.fullmatch(r"(?:\d{4}年)?第?[\d一二三四五六七八九十百〇零]{1,7}号", bare[-1]):
        return None
    if bare[-2] in ("公告", "通告", "令") and len(bare) == 3:
        return "".join(bare)
    return "".join(bare[-2:]) if re.search(r"(?:令|公告|通告)$", bare[-2]) else None
