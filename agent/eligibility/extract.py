"""A firm's facts from what it wrote; a later message corrects an earlier one."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from agent.eligibility.profile import Issue, Profile, Range, Value
from agent.eligibility.quantity import Quantity, quantities
from agent.eligibility.words import FLAGS, HELD, INDUSTRIES, NOT_HELD, PATTERNS, SECTORS, TITLES, WISH
from agent.programs.facts import facts

_PIECE = re.compile(r"(?:[^，。；;！？!?\n,、]|(?<=\d),(?=\d{3}))+[！？!?]?")
_YEAR = re.compile(r"(20\d\d)年(?:度)?|(去年|上年度?|前年|今年)")
_BACK = {"去年": 1, "上年": 1, "上年度": 1, "前年": 2, "今年": 0}
_CORRECTS = re.compile(r"不对|更正|应该是|应为|说错|写错|改成|改为|纠正")
_NOT_BUT = re.compile(r"(?<!是)不是(?P<old>\d[\d.,]*(?:亿|万|%|千|百)?)")
_DAY = r"(20\d\d|19\d\d)年(?:(\d{1,2})月)?(?:(\d{1,2})日)?"
_BEGAN = r"(?:成立|创办|设立|注册)"
_FOUNDED = re.compile(rf"{_DAY}[^，。；]{{0,4}}?{_BEGAN}")
_DONE = r"(?:开发完成|完成开发|开发完毕)"
_SOFTWARE = re.compile(rf"{_DAY}[^，。；]{{0,4}}?{_DONE}")
_SOFTWARE_2 = re.compile(rf"{_DONE}(?:日期|时间)?(?:于|[为是：:]|在)?{_DAY}")
_FOUNDED_2 = re.compile(rf"{_BEGAN}(?:于|时间[为是]?|在){_DAY}")
_EACH = re.compile(r"(?:近|最近|前)(?:2|两|二)年[^，。；]*(?:每年|均|都)")
_FIRMS = re.compile(r"(?:甲|乙|丙|[AB]|另(?:外)?一家|第[一二]家|子|母)公司|两家(?:公司|企业)")
_ASKED = re.compile(r"是不是|是否|吗[？?]?$|[？?]$")


def profile_from(messages: Sequence[str], day: date, last: str | None = None) -> Profile:
    """The profile that these messages of the user give, the oldest first; `day` dates 去年 and 上年.

    `last`: the fact spoken of before them, which 不对，是5800万 corrects.
    """
    profile = Profile()
    for message in messages:
        text = message.translate(str.maketrans("０１２３４５６７８９％．＋", "0123456789%.+"))
        firms = tuple(dict.fromkeys(match.group() for match in _FIRMS.finditer(text)))
        if len(firms) > 1 or any(firm.startswith("两家") for firm in firms):
            profile.firms = firms
            profile.issues.append(Issue("two_firms", None, firms))
            continue  # whose figures they are is asked, never guessed
        last = _figures(text, day, profile, last)
        _founded(text, profile)
        _flags(text, profile)
        _titles(text, profile)
    profile.last = last
    return profile


def _figures(text: str, day: date, profile: Profile, last: str | None) -> str | None:
    said: dict[tuple[str, int], Value] = {}
    corrects = False
    for piece in _PIECE.finditer(text):
        corrects = corrects or _CORRECTS.search(piece.group()) is not None
        if (denied := _NOT_BUT.search(piece.group())) is not None:
            # 不是3800万，是4200万: the figure that follows is of the fact that had this one
            named = next((fact for fact, _, _ in _names(piece.group())), None)
            corrects, last = True, named or _fact_with(denied["old"], profile, said) or last
            continue
        year = _year(piece.group(), day)
        names = list(_names(piece.group()))
        found = list(_named(piece.group(), names))
        if not names and last is not None:
            again = quantities(piece.group(), facts()[last].kind)
            found = [(last, again[0])] if again and (corrects or year is not None) else []
        for fact, quantity in found:
            last = fact
            if facts()[fact].yearly:
                (profile.undated.add if year is None else profile.undated.discard)(fact)
            both = year is None and facts()[fact].yearly and _EACH.search(piece.group()) is not None
            for which in (day.year - 1, day.year - 2) if both else (year or day.year - 1,):
                _take(profile, said, fact, which, quantity, corrects)
    return last


def _fact_with(words: str, profile: Profile, said: dict[tuple[str, int], Value]) -> str | None:
    """The fact for which these words were given, the latest said first."""
    told = [(fact, value.words) for (fact, _), value in said.items()]
    told += [(fact, value.words) for fact, years in profile.yearly.items() for value in years.values()]
    told += [(fact, value.words) for fact, value in profile.single.items()]
    return next((fact for fact, own in told if re.search(rf"(?<![\d.]){re.escape(words)}", own)), None)


def _year(piece: str, day: date) -> int | None:
    match = _YEAR.search(piece)
    if match is None:
        return None
    return int(match[1]) if match[1] else day.year - _BACK[match[2]]


def _names(piece: str) -> Iterator[tuple[str, int, int]]:
    """(fact, start, end) of the names of facts, none within another."""
    found = [
        (match.start(), order, match.end(), fact)
        for order, (fact, pattern) in enumerate(PATTERNS.items())
        for match in pattern.finditer(piece)
        if match.group()
    ]
    end = -1
    for start, _, stop, fact in sorted(found):
        if start >= end:
            yield fact, start, stop
            end = stop


def _named(piece: str, names: list[tuple[str, int, int]]) -> Iterator[tuple[str, Quantity]]:
    for at, (fact, start, end) in enumerate(names):
        stop = names[at + 1][1] if at + 1 < len(names) else len(piece)
        if fact == "rd_expense" and (share := quantities(piece, "percent", end, stop)):
            yield "rd_share", share[0]
            continue
        after = quantities(piece, facts()[fact].kind, end, stop)
        before = quantities(piece, facts()[fact].kind, names[at - 1][2] if at else 0, start)
        if after:
            yield fact, after[0]
        elif before and piece[before[-1].end : start].strip("的个 ") == "":
            yield fact, before[-1]


def _take(
    profile: Profile,
    said: dict[tuple[str, int], Value],
    fact: str,
    year: int,
    quantity: Quantity,
    corrects: bool,
) -> None:
    """Keeps a figure, or says why it is not used."""
    yearly = facts()[fact].yearly
    key = (fact, year if yearly else 0)
    profile.issues = [issue for issue in profile.issues if issue.fact != fact]
    kept = profile.yearly.setdefault(fact, {}) if yearly else {}
    value = Value(quantity.value, quantity.words)
    earlier = said.get(key)
    if quantity.no_unit:
        profile.issues.append(Issue("no_unit", fact, (quantity.words,)))
    elif _impossible(fact, quantity.value):
        profile.issues.append(Issue("impossible", fact, (quantity.words,)))
    elif earlier is not None and earlier.value != value.value and not corrects:
        profile.issues.append(Issue("contradiction", fact, (earlier.words, value.words)))
    else:
        said[key] = value
        if yearly:
            kept[year] = value
        else:
            profile.single[fact] = value
        return
    kept.pop(year, None)
    profile.single.pop(fact, None)


def _impossible(fact: str, value: Range) -> bool:
    # Losses exceed assets now and then (above 100 %); six times the assets is a slip of the pen.
    most = {"rd_share": 100.0, "debt_ratio": 500.0}.get(fact, facts()[fact].most)
    low = value.low if value.low is not None else value.high
    if low is None:
        return False
    signed = fact in ("growth_2y", "main_growth", "main_growth_2y", "loan_spread")
    return (most is not None and low > Decimal(str(most))) or (low < 0 and not signed)


def _founded(text: str, profile: Profile) -> None:
    """The days on which the firm began and its software was done."""
    if _dated(text, profile, "founded_on", (_FOUNDED, _FOUNDED_2)):
        profile.single.pop("firm_years", None)
    _dated(text, profile, "software_done_on", (_SOFTWARE, _SOFTWARE_2))


def _dated(text: str, profile: Profile, fact: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Takes a fact that is a day, a month or a year; whether one was said."""
    found = False
    for match in (match for pattern in patterns for match in pattern.finditer(text)):
        year, month, dom = (int(part) if part else None for part in match.groups())
        if year is None:
            continue
        try:
            first = date(year, month or 1, dom or 1)
            last = date(year, month or 12, dom or monthrange(year, month or 12)[1])
        except ValueError:
            profile.issues.append(Issue("impossible", fact, (match.group(),)))
            continue
        profile.single[fact] = Value((first, last), match.group())
        found = True
    return found


def _flags(text: str, profile: Profile) -> None:
    for fact, (yes, no) in FLAGS.items():
        denied, said = re.search(no, text), re.search(yes, text)
        if denied and said and not (denied.start() <= said.start() < denied.end()):
            profile.single.pop(fact, None)
            profile.issues.append(Issue("contradiction", fact, (said.group(), denied.group())))
        elif denied or said:
            match = denied or said
            profile.single[fact] = Value(denied is None, match.group() if match else "")
    for industry, pattern in INDUSTRIES:
        if (match := re.search(pattern, text)) is not None:
            profile.single["industry"] = Value(industry, match.group())
            break
    if (match := re.search(SECTORS, text)) is not None:
        profile.single["sector"] = Value(match.group(), match.group())
    if (match := re.search(r"(到期)?复核|新申[请报]|首次申[请报]", text)) is not None:
        profile.single["application"] = Value("recheck" if "复核" in match.group() else "new", match.group())


def _titles(text: str, profile: Profile) -> None:
    for piece in _PIECE.finditer(text):
        if _ASKED.search(piece.group()):
            continue
        taken: list[tuple[int, int]] = []
        for title, pattern in TITLES:
            for match in re.finditer(pattern, piece.group()):
                if any(start <= match.start() < end for start, end in taken):
                    continue
                taken.append(match.span())
                before = piece.group()[: match.start()]
                words = before[-8:] + match.group()
                if re.search(rf"{NOT_HELD}[^，]{{0,6}}$", before):
                    profile.without[title] = words
                    profile.titles.pop(title, None)
                elif re.search(rf"{WISH}[^，]{{0,6}}$", before):
                    continue
                elif re.search(rf"{HELD}[^，]{{0,6}}$", before):
                    profile.titles[title] = words
                    profile.without.pop(title, None)
