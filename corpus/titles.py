"""Titles of official texts and the 文种 (genre) that they end in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.bodies import BODIES, BODY
from corpus.dates import find_dates
from corpus.head import RED_HEAD, SAMPLE_MARK, is_number_line, label_of
from corpus.markers import DIVISION, article_number, section_marker
from corpus.model import Block
from corpus.secrecy import is_mark

# Longer before shorter: 实施细则 is more than 细则.
GENRES = (
    *(
        "实施细则",
        "管理办法",
        "暂行办法",
        "若干政策措施",
        "若干措施",
        "若干政策",
        "政策措施",
        "指导意见",
        "实施意见",
    ),
    *("实施方案", "工作方案", "行动方案", "行动计划", "三年行动", "运行监测月报", "月报", "季报", "年报"),
    *(
        "简报",
        "专报",
        "公报",
        "快报",
        "解读",
        "答记者问",
        "问答",
        "指南",
        "指引",
        "名单",
        "目录",
        "清单",
        "公示",
        "公告",
    ),
    *("通告", "通知", "通报", "决定", "决议", "命令", "意见", "办法", "规定", "条例", "细则", "规则", "方案"),
    *("规划", "计划", "措施", "报告", "请示", "批复", "复函", "函", "纪要", "标准", "规范", "法"),
)
# These end a title's genre, but by themselves do not show that a line is a title.
_LOOSE_GENRES = (
    *("问题解答", "解答", "政策要点", "工作要点", "要点", "工作安排", "安排", "情况汇编", "汇编"),
    *("情况", "说明"),
)
_FORMAL = (
    "通知",
    "公告",
    "通告",
    "意见",
    "决定",
    "函",
    "批复",
    "命令",
    "报告",
    "请示",
    "通报",
    "公示",
    "解读",
)


def _ending(words: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"(?:" + "|".join(longest_first) + r")》?(?:[（(][^（）()]{1,30}[）)])?$")


TITLE_END = _ending(GENRES)
_GENRE_END = _ending((*GENRES, *_LOOSE_GENRES))
_FORMAL_END = _ending(_FORMAL)
_ISSUES = re.compile(r"关于(?:印发|转发|公布|发布|调整|延长|修改|修订|废止|批转|下达)")
_SIGNER = re.compile(r"^(?:总理|主席|省长|市长|部长|主任|局长|厅长|行长|署长|会长|代省长|代市长)\S{2,6}$")
_ORDER_HEAD = re.compile(r"^[\u4e00-\u9fff、\s]{2,40}(?:令|公告|通告)$")
_SERIAL = re.compile(r"^(?:(?:19|20)\d{2}年)?第?[\d一二三四五六七八九十百〇零]{1,7}[号期]$")
# The next line of a broken title: 关于印发…行动计划 / （2024—2026年）的通知
_MINUTES = re.compile(r"[〔\[（(](?:19|20)\d{2}[〕\]）)]\s*第?\s*\d{1,4}\s*[号期]")  # 〔2025〕第12号
_PROMULGATES = re.compile(r"现?予以?(?:公布|发布)")  # the sentence of an order above the text's own title
_GOES_ON = re.compile(r"^(?:的|[（(]\d{4}年?[^（）()\d]{1,2}\d{4}年?[）)])")
_LINES = 10
_TITLE_LINES = 5


_NEXT_ISSUER = (
    r"(?<=[厅局部委会府院行署]) [\u4e00-\u9fff]{2,16}"
    r"(?:厅|局|部|委|会|政府|院|行|署|办公室)(?:关于|印发|转发| )"
)


def genre_of(title: str) -> str | None:
    """The 文种 that a title ends in, notes in brackets aside; None where it ends in none."""
    bare = re.sub(r"[（(【\[][^（()）】\]]{1,30}[）)】\]]$", "", title.strip()).rstrip("》")
    match = _GENRE_END.search(bare)
    return re.sub(r"》?(?:[（(].*)?$", "", match.group()) if match else None


def clean_title(title: str) -> str:
    """One line without needless spaces and without a leading sample mark."""
    title = re.sub(r"[\s\u3000]+", " ", title).strip()
    # The space between two issuers is the only one that means something.
    title = re.sub(rf"(?<=[\u4e00-\u9fff》）])(?!{_NEXT_ISSUER}) (?=[\u4e00-\u9fff《（])", "", title)
    return re.sub(r"^[【\[（(](?:示例摘编|虚构数据|示例)[】\]）)]\s*", "", title)


def title_of_heading(blocks: Sequence[Block]) -> str | None:
    """The heading of level 1 near the top, joined where it was broken over several lines."""
    for at, block in enumerate(blocks[:12]):
        if block.kind != "heading" or (block.level or 9) > 1 or RED_HEAD.match(block.text):
            continue
        if is_number_line(block.text) or is_mark(block.text):
            continue
        title = block.text
        for following in blocks[at + 1 : at + 4]:
            if following.kind != "heading" or following.level != block.level or _complete(title):
                break
            title += following.text
        return clean_title(title)
    return None


def title_of_lines(head: Sequence[str]) -> str | None:
    """Titles of 公文 without styles: one to five short lines, ending in a 文种."""
    for start, line in enumerate(head[:_LINES]):
        following = head[start + 1] if start + 1 < len(head) else ""
        if _skippable(line, following):
            continue
        if found := _joined(head[start : start + _TITLE_LINES]):
            return clean_title(found)
        if len(line) > 60 and not _PROMULGATES.search(line):
            return None
    return None


def _joined(lines: Sequence[str]) -> str | None:
    """The lines up to where they end as a whole title does; else up to the first 文种."""
    title, shorter = "", None
    for index, line in enumerate(lines):
        piece = _close_up(line)
        if re.search(r"[。；：:，]$", piece) or section_marker(piece) or article_number(piece):
            break
        if DIVISION.match(piece) or find_dates(piece[:12]) or is_number_line(piece):
            break
        title += f" {piece}" if BODIES.fullmatch(title) and BODIES.fullmatch(piece) else piece
        if index + 1 < len(lines) and _GOES_ON.match(lines[index + 1]):
            continue
        if TITLE_END.search(title) and title.count("《") == title.count("》"):
            following = lines[index + 1] if index + 1 < len(lines) else ""
            if _complete(title) and not _may_go_on(title, following):
                return title
            shorter = shorter or title
    return shorter


def _may_go_on(title: str, following: str) -> bool:
    """关于对落实重大政策措施 / …予以激励的通报: a whole title as it seems, broken in its middle."""
    rest = _close_up(following)
    formal = re.search(r"关于", title) and not _FORMAL_END.search(title) and _FORMAL_END.search(rest)
    return bool(formal) and not re.match(rf"关于|《|附件|{BODY}关于", rest) and "的" in rest


def _close_up(line: str) -> str:
    """关 于 开 展 … 的 通 知 without the spaces that only spread the letters."""
    words = line.split()
    spread = len(words) > 5 and sum(len(word) == 1 for word in words) >= 0.8 * len(words)
    return "".join(words) if spread else line


def _complete(title: str) -> bool:
    if not TITLE_END.search(title) or title.count("《") != title.count("》"):
        return False
    return not _ISSUES.search(title) or bool(_FORMAL_END.search(title))


def _skippable(line: str, following: str) -> bool:
    """A line above the title: red head, number, mark, date, signer, 国务院令 / 第722号."""
    bare = re.sub(r"[\s\u3000]", "", line)
    if re.search(r"纪要$", bare) and "关于" not in bare and _MINUTES.fullmatch(following.strip()):
        return True
    if _MINUTES.fullmatch(bare):
        return True
    if _ORDER_HEAD.match(line) and (
        _SERIAL.match(re.sub(r"[\s\u3000]", "", following)) or bare.endswith("令")
    ):
        return True
    return bool(
        RED_HEAD.match(line)
        or is_number_line(line)
        or is_mark(line)
        or _SERIAL.match(bare)
        or _SIGNER.match(bare)
        or label_of(line)
        or re.match(
            r"^(附件\d*|特急|加急|急件|[（(【].{2,30}[）)】]|[\d—\-]+|来源.*|\d{4}年\d{1,2}月\d{1,2}日)$",
            bare,
        )
        or (SAMPLE_MARK.search(line) and len(line) > 30)
    )
