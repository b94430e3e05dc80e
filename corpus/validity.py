"""What a text says of its own life: 施行, 有效期, 试行. Reads; decides nothing.

Each value comes with the sentence it was read from. What it does to other texts is
`corpus/effects.py`; validity on a day is `corpus/snapshot.py`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from corpus.dates import DAY, END, add_years, end_of, find_dates, last_day_of_term, month_of, narrow
from corpus.numbering import chinese_to_int

COUNT = r"[一二三四五六七八九十两\d]+"
_ISSUE = r"(?:公布|发布|印发|颁布|下发|签发|通过|发文|公告|刊发)"
START = r"(?:起?(?:正式)?(?:开始)?(?:施行|实施|执行|生效|试行|实行|适用))"
SELF = (
    r"本(?:法|条例|办法|规定|细则|通知|意见|措施|方案|政策|公告|通告|文件|决定|规则|规程|标准|指引|指南|计划|行动|规范"
    r"|若干|目录|实施|暂行|制度|章程|意见)"
)

# What may stand before a sentence's own words: 第三条, （二）, 3.
OPENING = r"^[\s\u3000]*(?:第.{1,6}条[\s\u3000]*)?(?:[（(]?[一二三四五六七八九十\d]+[）)、.．])?\s*"

_FROM_DATE = re.compile(
    rf"(?:自|从|于)?\s*(?P<date>{DAY})\s*(?:零时|0时)?\s*{START}(?!的)"
    rf"|(?:自|从)\s*(?P<month>(?:19|20)\d{{2}}\s*年\s*\d{{1,2}}\s*月)份?\s*{START}(?!的)"
)
_FROM_ISSUE = re.compile(
    rf"(?:自|从)?(?:文件|之日)?(?P<verb>{_ISSUE})(?P<day>之?次日|之日|之时|当日)起?(?:满|的)?"
    rf"(?:(?P<count>{COUNT})\s*(?P<unit>日|天|个月)\s*(?:后|起))?\s*{START}(?!的)"
)
_TERM_NAME = r"(?:(?:有效|试行|执行|实施|施行|适用|政策)期限|(?:有效|试行|执行|实施|施行)期|期限)"
_UNTIL = re.compile(
    rf"{_TERM_NAME}[^。；\d]{{0,8}}(?:{DAY}\s*起?\s*[，,]?\s*)?"
    rf"(?:截至|截止到|截止至|截止|至|到|—|-)\s*(?P<end>{END})"
    rf"|(?:执行|实施|施行|试行|有效|适用)(?:期)?(?:截止)?[至到]\s*(?P<end2>{END})"
    rf"|{START}[，,]\s*(?:截?至|到)\s*(?P<end3>{END})"
    rf"|(?:自|从)\s*{DAY}\s*起?\s*(?:至|到|—|-)\s*(?P<end4>{END})\s*止?(?:期间)?(?:施行|实施|执行|有效)(?!的)"
)
_YEARS = re.compile(
    rf"{_TERM_NAME}[^。；\d]{{0,4}}(?P<first>(?:19|20)\d{{2}})\s*年?\s*(?:—|-|－|–|~|至|到)+\s*(?P<last>(?:19|20)\d{{2}})\s*年?"
    r"(?!\s*\d|\s*年|\s*月)"
)
_RANGE = re.compile(rf"(?P<date>{DAY})\s*起?\s*[，,]?\s*(?:至|到|—|-)\s*(?P<end>{END})")
_TERM = re.compile(
    rf"(?:{_TERM_NAME}限?\s*(?:为|是|暂定为|暂定|：|:)?|为期|(?:起|，|,)(?:试行|暂定(?:执行|实施|施行)?))\s*"
    rf"(?:(?P<years>{COUNT})\s*年|(?P<months>{COUNT})\s*个月)"
)
# The words before 有效期 when it is the text's own: a pause, or the text naming itself.
_OWN_SUBJECT = re.compile(
    r"(?:^|[，,、：:\s\u3000（(]|起|条|(?:本|该|上述)[\u4e00-\u9fff]{1,8}(?:的)?|政策(?:的)?|措施(?:的)?|文件(?:的)?)$"
)
_OWN_SENTENCE = re.compile(rf"{START}|{SELF}")
_OTHERS_TERM = re.compile(r"认定|称号|证书|资格|资质|入库|名单|企业|产品|平台|项目|许可|执照|备案")
_QUOTED = re.compile(r"“[^“”]{8,400}”")
_EXTENDED = re.compile(
    rf"{_TERM_NAME}(?:限)?(?:再)?(?:延长|延续|顺延|延期)|(?:延长|延续|顺延)[^。；]{{0,60}}{_TERM_NAME}"
)
# Without one of these a sentence says nothing of its text's life: one look, where a table has 60,000 rows.
_TELLS = re.compile(r"期|施行|实施|执行|生效|试行|实行|适用|有效|暂定")
_BY_SIGNING = frozenset(["印发", "下发", "签发", "通过", "发文"])


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates that a text states of itself, each with the sentence.

    `from_issue` and `from_issue_months` count from its publication, or from its signing where
    `by_signing` (自印发之日起).
    """

    effective_from: date | None = None
    from_issue: int | None = None  # takes effect this many days after (0: at once)
    from_issue_months: int = 0
    by_signing: bool = False
    effective_to: date | None = None
    term: tuple[int, int] | None = None  # years and months of validity
    basis: dict[str, str] = field(default_factory=dict)


def sentences(text: str) -> Iterator[tuple[str, int]]:
    """Sentences (to 。 ； or the line's end) with their offset."""
    for match in re.finditer(r"[^。；;\n]+[。；;]?", text):
        yield match.group(), match.start()


def read_terms(text: str, own_names: Container[str] = ()) -> Terms:
    """Start and end of validity, from the sentences that speak of the text itself.

    `own_names` are titles by which it may name itself: of a notice also the measure that it issues.

    A statement near the end wins over an earlier one, since closing clauses stand there; a term
    of a title, a certificate or a loan (称号有效期三年) is not the text's own, nor is what stands in
    quotation marks (将第五条修改为“…有效期…”).
    """
    found: dict[str, object] = {}
    basis: dict[str, str] = {}
    plain = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), narrow(text))
    for sentence, at in sentences(plain):
        if len(sentence) > 300 or not _TELLS.search(sentence):
            continue
        if _EXTENDED.search(sentence) or _speaks_of_other(sentence, own_names):
            continue
        quote = text[at : at + len(sentence)].strip()
        if (start := _start(sentence)) is not None:
            for name in ("effective_from", "from_issue", "from_issue_months", "by_signing"):
                found.pop(name, None)
            found |= start
            basis["effective_from"] = quote
        if (end := _end(sentence)) is not None:
            first = end.pop("first", None)
            found.pop("effective_to", None)
            found.pop("term", None)
            found |= end
            basis["effective_to"] = quote
            if first and "effective_from" not in found and "from_issue" not in found:
                found["effective_from"] = first
                basis["effective_from"] = quote
    return Terms(**found, basis=basis)  # type: ignore[arg-type]


def _start(sentence: str) -> dict[str, object] | None:
    """How the sentence says when the text begins, as fields of `Terms`."""
    if match := _FROM_ISSUE.search(sentence):
        count = chinese_to_int(match["count"] or "") or 0
        days = 1 if "次日" in match["day"] else 0
        months = count if match["unit"] == "个月" else 0
        return {
            "from_issue": days + (0 if months else count),
            "from_issue_months": months,
            "by_signing": match["verb"] in _BY_SIGNING,
        }
    if match := _FROM_DATE.search(sentence):
        if match["month"]:
            return {"effective_from": month_of(match["month"])}
        days_found = find_dates(match["date"])
        return {"effective_from": days_found[0][0]} if days_found else None
    return None


def _end(sentence: str) -> dict[str, object] | None:
    """How it says when the text ends, as fields of `Terms`; `first`: the start of a stated range."""
    if (match := _own(_UNTIL, sentence)) is not None:
        last = end_of(next(end for end in match.groups() if end))
        span = _RANGE.search(sentence)
        first = find_dates(span["date"])[0][0] if span else None
        return {"effective_to": last, "first": first} if last else None
    if (match := _own(_YEARS, sentence)) is not None:
        return {"effective_to": date(int(match["last"]), 12, 31)}
    if (match := _own(_TERM, sentence)) is not None:
        span = _RANGE.search(sentence[match.end() : match.end() + 40])
        if span and (last := end_of(span["end"])):  # 期限为3年，自…至…: the days say it exactly
            return {"effective_to": last, "first": find_dates(span["date"])[0][0]}
        years = chinese_to_int(match["years"] or "") or 0
        months = chinese_to_int(match["months"] or "") or 0
        counted = re.search(rf"自\s*({DAY})\s*起", sentence[match.end() :])  # 有效期五年，自…起计算
        first = find_dates(counted.group(1))[0][0] if counted else None
        return {"term": (years, months), "first": first} if years or months else None
    return None


def _own(pattern: re.Pattern[str], sentence: str) -> re.Match[str] | None:
    """A match that speaks of the text's own validity, not of a title's (称号有效期三年) or a loan's."""
    for match in pattern.finditer(sentence):
        before = sentence[: match.start()]
        opens = re.match(r"^[\s\u3000]*有效期(?:限|至|到|为)?", sentence)
        if not (opens or _OWN_SENTENCE.search(sentence)) or not (
            _OWN_SUBJECT.search(before)
            or match.group()[0] in "，,"
            or re.match(rf"{START}(?:[，,]|{COUNT}\s*(?:年|个月))", match.group())
        ):
            continue
        if sentence[match.end() :].startswith("的"):  # 有效期至…的，应当…: a condition
            continue
        # 本办法认定的企业，有效期三年: the sentence names itself, yet speaks of what it awards.
        own = list(re.finditer(SELF, before))
        awarded = own and not re.search(START, sentence) and _OTHERS_TERM.search(before[own[-1].end() :])
        if not awarded:
            return match
    return None


def _speaks_of_other(sentence: str, own_names: Container[str]) -> bool:
    """《另一文件》自…施行: the subject is another document named in the same sentence's head."""
    named = re.match(
        rf"{OPENING}(?:经[^，。《]{1, 12}，|现将|将|对|原|依据|根据|按照)?《(?P<title>[^》]+)》?",
        sentence,
    )
    return named is not None and named["title"] not in own_names and not re.search(SELF, sentence)


def resolve(
    terms: Terms, issued: date | None, published: date | None = None
) -> tuple[date | None, date | None]:
    """(effective_from, effective_to) once the days of signing and of publication are known."""
    day = (issued or published) if terms.by_signing else (published or issued)
    start = terms.effective_from
    if start is None and terms.from_issue is not None and day is not None:
        start = add_years(day, 0, terms.from_issue_months) + timedelta(days=terms.from_issue)
    end = terms.effective_to
    first = start or issued or published
    if end is None and terms.term is not None and first is not None:
        end = last_day_of_term(first, *terms.term)
    return start, end
