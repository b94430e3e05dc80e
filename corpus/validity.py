"""What a text says of its own life: 施行, 有效期, 废止, 代替, 延长. Reads; decides nothing.

Each value comes with the sentence it was read from. Validity on a day is `corpus/snapshot.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.dates import find_dates, last_day_of_term
from corpus.model import Relation
from corpus.numbering import DOC_NUMBER, chinese_to_int, read_number

_DATE = (
    r"(?:(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
    r"|(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}"
    r"|[一二][〇○零九一二三四五六七八]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_COUNT = r"[一二三四五六七八九十两\d]+"
_ISSUE = r"(?:公布|发布|印发|颁布|下发|签发|通过|发文)"
_START = r"(?:起?(?:正式)?(?:开始)?(?:施行|实施|执行|生效|试行))"

_FROM_DATE = re.compile(rf"(?:自|从)?\s*(?P<date>{_DATE})\s*(?:零时)?\s*{_START}")
_RANGE = re.compile(rf"(?P<date>{_DATE})\s*(?:起)?\s*(?:至|到|—|-)\s*(?P<end>{_DATE})")
_FROM_ISSUE = re.compile(
    rf"自?(?:文件)?{_ISSUE}之日(?:起)?(?:(?P<days>{_COUNT})\s*(?:日|天|个工作日)后)?\s*{_START}|自?{_ISSUE}之日起(?:(?P<days2>{_COUNT})\s*(?:日|天)后)?{_START}"
)
_UNTIL = re.compile(
    rf"(?:有效期|执行期|实施期|期限|施行期|执行期限|实施期限|政策期限)[^。；\d]{{0,8}}(?:{_DATE}\s*(?:起)?\s*)?(?:至|到|截至|截止到|截止至|—|-)\s*(?P<end>{_DATE})"
    rf"|(?:执行|实施|施行|有效)(?:期)?至\s*(?P<end2>{_DATE})"
)
_TERM = re.compile(
    rf"(?:有效期|试行期|执行期|实施期|试行期限|有效期限|执行期限)(?:限)?\s*(?:为|是|暂定)?\s*(?:(?P<years>{_COUNT})\s*年|(?P<months>{_COUNT})\s*个月)"
)
# The words before 有效期 when it is the text's own: a pause, or the text naming itself.
_OWN_SUBJECT = re.compile(
    r"(?:^|[，,、：:\s\u3000]|起|条|(?:本|该|上述)[\u4e00-\u9fff]{1,8}(?:的)?|政策(?:的)?|措施(?:的)?|文件(?:的)?)$"
)
_OWN_SENTENCE = re.compile(
    rf"{_START}|本(?:法|条例|办法|规定|细则|通知|意见|措施|方案|政策|公告|文件|决定|规则|标准|指引|计划|行动)"
)
_REPEAL = re.compile(
    r"(?:同时|即行|相应|均|一并|予以|随之)?(?:废止|停止执行|不再执行|停止施行|失效)|同时作废"
)
_REPLACE = re.compile(r"(?:代替|替代|取代)")
_OPENS_LIST = re.compile(
    r"(?:下列|以下|如下|所列).{0,40}(?:废止|停止执行|失效)[^。；]{0,12}[:：]\s*$"
    r"|废止(?:下列|以下|如下)[^。；]{0,30}[:：]\s*$"
)
_LISTED = re.compile(r"^[\s\u3000]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]+)?[\s\u3000]*《")
_EXTEND = re.compile(rf"有效期(?:限)?(?:延长|延续|顺延)(?:至|到)\s*(?P<end>{_DATE})")
_NAMED = re.compile(
    r"《(?P<title>(?:[^《》]|《[^《》]*》)+)》(?:\s*[（(](?P<note>[^（）()]*(?:[〔\[（(]\d{4}[〕\])）][^（）()]*)?)[）)])?"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates that a text states of itself, each with the sentence."""

    effective_from: date | None = None
    from_issue: int | None = None  # takes effect this many days after its publication (0: at once)
    effective_to: date | None = None
    term: tuple[int, int] | None = None  # years and months of validity
    basis: dict[str, str] | None = None


def sentences(text: str) -> Iterator[tuple[str, int]]:
    """Sentences (to 。 ； or the line's end) with their offset."""
    for match in re.finditer(r"[^。；;\n]+[。；;]?", text):
        yield match.group(), match.start()


def read_terms(text: str) -> Terms:
    """Start and end of validity, from the sentences that speak of the text itself.

    A statement near the end wins over an earlier one, since closing clauses stand there; a term
    of a title, a certificate or a loan (称号有效期三年) is not the text's own.
    """
    basis: dict[str, str] = {}
    start: date | None = None
    from_issue: int | None = None
    end: date | None = None
    term: tuple[int, int] | None = None
    for sentence, _ in sentences(text):
        if len(sentence) > 300 or _EXTEND.search(sentence):
            continue
        about_other = _speaks_of_other(sentence)
        if (match := _FROM_ISSUE.search(sentence)) and not about_other:
            days = match["days"] or match["days2"]
            from_issue, start = (chinese_to_int(days) or 0) if days else 0, None
            basis["effective_from"] = sentence.strip()
        elif (match := _FROM_DATE.search(sentence)) and not about_other:
            start, from_issue = find_dates(match["date"])[0][0], None
            basis["effective_from"] = sentence.strip()
        if about_other:
            continue
        if (match := _own(_UNTIL, sentence)) is not None:
            end, term = find_dates(match["end"] or match["end2"])[0][0], None
            basis["effective_to"] = sentence.strip()
            span = _RANGE.search(sentence)
            if span and start is None and from_issue is None:
                start = find_dates(span["date"])[0][0]
                basis["effective_from"] = sentence.strip()
        elif (match := _own(_TERM, sentence)) is not None:
            years = chinese_to_int(match["years"] or "") or 0
            months = chinese_to_int(match["months"] or "") or 0
            term, end = (years, months), None
            basis["effective_to"] = sentence.strip()
    return Terms(start, from_issue, end, term, basis)


def _own(pattern: re.Pattern[str], sentence: str) -> re.Match[str] | None:
    """A match that speaks of the text's own validity, not of a title's (称号有效期三年) or a loan's."""
    for match in pattern.finditer(sentence):
        before = sentence[: match.start()]
        about_itself = _OWN_SENTENCE.search(sentence) or re.match(r"^[\s\u3000]*有效期(?:至|到|为)", sentence)
        if about_itself and _OWN_SUBJECT.search(before):
            return match
    return None


def _speaks_of_other(sentence: str) -> bool:
    """《另一文件》自…施行: the subject is another document named in the same sentence's head."""
    named = re.match(
        r"^[\s\u3000]*(?:第.{1,6}条[\s\u3000]*)?(?:[（(]?[一二三四五六七八九十\d]+[）)、.])?\s*(?:原|依据|根据|按照)?《",
        sentence,
    )
    return bool(named) and not re.search(
        r"本(?:法|条例|办法|规定|细则|通知|意见|措施|方案|政策|公告|文件|决定|规则|标准|指引)", sentence
    )


def resolve(terms: Terms, issued: date | None) -> tuple[date | None, date | None]:
    """(effective_from, effective_to) once the day of publication is known."""
    start = terms.effective_from
    if start is None and terms.from_issue is not None and issued is not None:
        start = issued + timedelta(days=terms.from_issue)
    end = terms.effective_to
    if end is None and terms.term is not None and (start or issued) is not None:
        first = start or issued
        assert first is not None
        end = last_day_of_term(first, *terms.term)
    return start, end


def read_relations(text: str) -> list[Relation]:
    """What the text repeals, replaces or extends, by title, number or both."""
    found: list[Relation] = []
    listing = False  # inside a list that "决定废止下列文件：" opened
    for sentence, _ in sentences(text):
        if listing and _LISTED.match(sentence):
            found += [
                Relation("repeals", title, number, quote=sentence.strip())
                for title, number in _named(sentence)
            ]
            continue
        listing = bool(_OPENS_LIST.search(sentence))
        if extend := _EXTEND.search(sentence):
            end = find_dates(extend["end"])[0][0]
            found += [
                Relation("extends", title, number, quote=sentence.strip(), effective_on=end)
                for title, number in _named(sentence[: extend.start()])
            ]
            continue
        if (repeal := _REPEAL.search(sentence)) and not _only_part(sentence, repeal):
            before, after = sentence[: repeal.start()], sentence[repeal.end() :]
            targets = _named(_last_part(before)) or _named(after)
            day = _repeal_day(sentence, repeal.start())
            found += [
                Relation("repeals", title, number, quote=sentence.strip(), effective_on=day)
                for title, number in targets
            ]
        elif replace := _REPLACE.search(sentence):
            found += [
                Relation("replaces", title, number, quote=sentence.strip())
                for title, number in _named(sentence[replace.end() :])
            ]
    return found


def _last_part(before: str) -> str:
    """The part of a sentence that the repeal speaks of: after …施行, the rest names the repealed."""
    starts = list(re.finditer(_START, before))
    return before[starts[-1].end() :] if starts and _named(before[starts[-1].end() :]) else before


def _only_part(sentence: str, match: re.Match[str]) -> bool:
    """第X条废止, 有关规定废止, and sentences that say how a title or licence lapses."""
    before = sentence[: match.start()]
    if re.search(r"》[^《，。]{0,4}(?:中的?)?第[^，。《]{1,12}条[^《》，。]{0,12}$", before):
        return True
    word = match.group()
    return word == "失效" and not re.search(r"[》号]\s*(?:同时|自动|即行)?$", before)


def _repeal_day(sentence: str, at: int) -> date | None:
    """The day named for the repeal itself: 《…》自2026年4月1日起废止."""
    match = re.search(rf"自?({_DATE})\s*起?\s*(?:同时)?$", sentence[:at])
    return find_dates(match.group(1))[0][0] if match else None


def _named(text: str) -> list[tuple[str | None, str | None]]:
    """(title, number) of each document named: 《…》（…〔2022〕63号）, or a bare number."""
    found: list[tuple[str | None, str | None]] = []
    covered = 0
    rest = ""
    for match in _NAMED.finditer(text):
        note = match["note"] or ""
        found.append((match["title"], read_number(note)))
        rest += text[covered : match.start()] + "\n"
        covered = match.end()
    rest += text[covered:]
    bare = [*DOC_NUMBER.finditer(rest), *re.finditer(r"公告\s*\d{4}\s*年\s*第\s*\d+\s*号", rest)]
    found += [(None, match.group().strip().lstrip("原和及与、")) for match in bare]
    return found
