"""What a sentence says besides its figures: whether it must, may or must not be, who decides, what it
promises, whether it answers what was asked. Words and patterns: `wording.toml`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from agent.grounding.comparators import comparators, without_comparators
from agent.grounding.frames import frames, frames_of, pieces, words_of
from agent.grounding.wording import any_of, canonical, families, values_in, wording
from agent.lexis import content, normalise, tokens
from agent.state import Span
from agent.wants import wants
from corpus.model import Validity
from corpus.numbering import chinese_to_int
from corpus.numbers import find_numbers

_CUT = ","  # blanks between characters are closed up
_YES_NO = re.compile(r"吗|是不是|有没有|能不能|可不可以|是否|能否|要不要|需不需要|行不行|会不会|怎么办|还是")
_PLACE = re.compile(r"(?![^，。]?[由对在向经从和与于给为是到的再先以及跨])[\u4e00-\u9fff]{2}(?:省|市|县|州)")
_NO_PLACE = re.compile(
    r"设区|地级|全省|全市|各|本省|本市|该市|该省|城市|上市|门市|超市|股市|股票|外省|外市|所在|省市|跨|县市"
)
_ARTICLE = re.compile(r"第([一二三四五六七八九十百千零〇两\d]+)条")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|〕|\]|[—\-－–至到]|$)")
_PAST = re.compile(r"原|曾|当时|旧|此前|以前|过去|那时|已废止|已失效|废止前|(?:19|20)\d{2}年")
_NOW = re.compile(r"现行有效|继续有效|仍然有效|仍有效|依然有效|还有效|有效(?!期)|仍在执行|正在执行")
_OVER = re.compile(
    r"(?:本|该|此)(?:办法|规定|通知|措施|细则|文件|意见|政策|公告|条例|法)[^，。]{0,6}(?:废止|失效|停止执行|过期)"
)
_ENDED = (Validity.REPEALED, Validity.EXPIRED)
_PARTS = ("tier", "level", "works", "hours", "size", "first", "factory", "half", "purse", "turn")
_CONDITIONS = re.compile(r"(?:应当|须|必须|应)(?:符合|满足|具备)(?:下列|以下)[^。；]{0,6}条件")
_DECIDES = ("初审", "审定", "终审", "推荐", "受理", "解释", "认定", "审核", "批准", "公布", "负责", "组织")
_JOINS, _LONG = 2, 3  # bigrams that only join words of the question; fillers that say it all
_ROW = 0.6  # share of a row's name that a sentence on it must say
_FIGURE = 5  # words that a figure under its comparator weighs as much as
_FIT = 0.34  # share of a sentence's words that its piece of the clause must have to be held against it


def wrong_claims(sentence: str, spans: Sequence[Span], question: str) -> list[str]:
    """Names of the faults, in the order of the checks; [] where there is none."""
    checks: tuple[tuple[str, Callable[[str, str, Sequence[Span], str], bool]], ...] = (
        ("article", _other_article),
        ("year", _other_year),
        ("place", _other_place),
        ("validity", _other_validity),
        ("modality", _other_modality),
        ("negation", _denies),
        ("subject", _other_subject),
        ("scope", _wider),
        ("authority", _other_authority),
        ("added", _adds),
        ("echo", _echoes),
        ("beside", _beside),
    )
    plain = canonical(sentence)
    return [name for name, wrong in checks if wrong(plain, sentence, spans, question)]


def text_of(span: Span) -> str:
    """All that is said over and in a span, canonical."""
    evidence = span.evidence
    return canonical("\n".join([evidence.title, *evidence.heading_path, span.lead or "", span.text]))


def _whole(spans: Sequence[Span]) -> str:
    return "\n".join(text_of(span) for span in spans)


def _other_article(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    have = {
        _int(n) for span in spans for n in _ARTICLE.findall(f"{span.label}{span.evidence.label}{span.text}")
    }
    return any(_int(n) not in have for n in _ARTICLE.findall(sentence))


def _int(numeral: str) -> int | None:
    return int(numeral) if numeral.isdigit() else chinese_to_int(numeral)


def _other_year(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    have = set(_YEAR.findall(normalise(question)))
    for span in spans:
        evidence = span.evidence
        days = (evidence.issued_on, evidence.effective_from, evidence.effective_to)
        have |= {str(day.year) for day in days if day}
        have |= set(re.findall(r"(?:19|20)\d{2}", f"{text_of(span)}{evidence.doc_number or ''}"))
    return any(year not in have for year in _YEAR.findall(normalise(sentence)))


def _other_place(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    text = _whole(spans) + canonical(question)
    return any(
        name not in text and not _NO_PLACE.search(name) and not _known_place(name, text)
        for name in _PLACE.findall(plain)
    )


def _known_place(name: str, text: str) -> bool:
    """在云州市: what stands before a name of one character less is no part of it."""
    return name[1:] in text and len(name) > 2


def _other_validity(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    states = {span.evidence.validity for span in spans}
    if _NOW.search(plain) and not re.search(r"不再有效|无效|失效|没有效", plain):
        ended = any(re.search(r"同时废止|停止执行|予以废止|不再执行", text_of(span)) for span in spans)
        return bool(states & set(_ENDED)) or (ended and not re.search(r"有效期", plain))
    if _OVER.search(plain):
        return not states & set(_ENDED)
    return bool(states) and states <= set(_ENDED) and not _PAST.search(sentence)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The piece of the clauses nearest to what a sentence says, with the one before it, and its block."""

    text: str
    before: str
    block: str


def _best_piece(plain: str, spans: Sequence[Span]) -> _Piece | None:
    """The piece with most of a sentence's words, rare ones weighing more, and figures most; None: none
    speaks of what it does."""
    said = _marked(plain)
    if not said:
        return None
    found: list[tuple[frozenset[str], frozenset[str], _Piece]] = []
    for span in spans:
        text = canonical(f"{span.lead}\n{span.text}" if span.lead else span.text)
        parts = pieces(text)
        for at, part in enumerate(parts):
            before = parts[at - 1].text if at and parts[at - 1].sentence == part.sentence else ""
            block = "".join(other.text for other in parts if other.sentence == part.sentence)
            found.append((_marked(part.text), _marked(before), _Piece(part.text, before, block)))
    counts = Counter(word for own, _, _ in found for word in own)
    weights = {word: (_FIGURE if word[0] == "#" else 1) / max(1, counts[word]) for word in said}

    def share(entry: tuple[frozenset[str], frozenset[str], _Piece]) -> float:
        own, before, _ = entry
        parts = (said & own, said & (before - own))
        return sum(
            weights[word] * part for words, part in zip(parts, (1.0, 0.5), strict=True) for word in words
        )

    best = max(found, key=share)
    common = len(said & (best[0] | best[1])) / len(said)
    return best[2] if common >= _FIT else None


def _marked(text: str) -> frozenset[str]:
    """The words of a text without its modality, and its figures under their comparators."""
    numbers = [number for number in find_numbers(text) if number.kind != "weak"]
    marks = zip(numbers, comparators(text, numbers), strict=True)
    return words_of(_without_modality(text)) | {f"#{number.key}:{cls}" for number, cls in marks}


def _other_modality(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    for piece in _claims(plain):
        found = _best_piece(piece, spans)
        said = _modality(piece)
        if found is None or said is None:
            continue
        written = _modality(found.text) or _modality(found.before) or _modality(found.block)
        if written and said != written:
            return True
        if not written and said in ("may", "must") and _is_denied(found.text) and not _is_denied(piece):
            return True
        if said == "must" and not written and re.search(r"鼓励|可以", found.block):
            return True
    return False


def _claims(plain: str) -> list[str]:
    """The sentences of a sentence: pieces with what leads up to them, each with words of its own."""
    parts = pieces(re.sub(r"不是强制,?(?:只是)?|并非强制,?|不是必须,?(?:只是)?|并非必须,?", "", plain))
    return [part.text for part in parts if words_of(_without_modality(part.text))] or [plain]


_MODALITIES = ("forbid", "exempt", "must", "may", "encourage")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(wording()["modality"][name]) for name in _MODALITIES}


def _without_modality(text: str) -> str:
    for pattern in _patterns().values():
        text = pattern.sub(_CUT, text)
    return text


def _modality(text: str) -> str | None:
    plain = re.sub(r"方可|才可以?|才能够?|才行", "应当", without_comparators(text))
    return next((name for name in _MODALITIES if _patterns()[name].search(plain)), None)


def _denies(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    for piece in _claims(plain):
        if _modality(piece) in ("forbid", "exempt", "may"):
            continue  # judged by its modality
        found = _best_piece(piece, spans)
        if found is None or _modality(found.text) in ("forbid", "exempt"):
            continue
        if _is_denied(piece) not in (_is_denied(found.text), _is_denied(found.before + found.text)):
            return True
        if _direction(piece) and _direction(found.block) and not _direction(piece) & _direction(found.block):
            return True
    return False


def _is_denied(text: str) -> bool:
    plain = without_comparators(text)
    plain = any_of("negation", "plain").sub(" ", plain)
    plain = re.sub(wording()["silent"]["patterns"], " ", plain)
    return len(re.findall(wording()["negation"]["denies"], plain)) % 2 == 1


def _direction(text: str) -> frozenset[int]:
    return values_in(text, "direction")


def _other_subject(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    """A word that excludes the one the clauses have in its place, where no figure tells them apart."""
    if _other_row(plain, spans, question):
        return True
    if frames(plain):
        return False
    text = _whole(spans)
    for family in families():
        said = values_in(plain, family)
        have = values_in(text, family)
        if said and have and not said & have:
            return True
        if family in _PARTS and said - have - values_in(canonical(question), family):
            return True
    rules = wording()["all_or_one"]
    one, every = (any(canonical(word) in plain for word in rules[name]) for name in ("one", "all"))
    written = (
        any(canonical(word) in text for word in rules["one"]),
        any(canonical(word) in text for word in rules["all"]) or bool(_CONDITIONS.search(text)),
    )
    return (one and written == (False, True)) or (every and written == (True, False))


def _other_row(plain: str, spans: Sequence[Span], question: str) -> bool:
    """Whether a sentence on a table's row names neither it nor, in its place, the question does."""
    rows = [canonical(span.text).split(" | ")[0] for span in spans if " | " in span.text]
    said, asked = tokens(plain), tokens(canonical(question))

    def named(row: str) -> bool:
        own = tokens(row)
        # part of a name is that of another row: 陆港型 for 空港型
        return len(own & said) >= _ROW * len(own) or (not own & said and own <= asked)

    return bool(rows) and len(rows) == len(spans) and not any(map(named, rows))


def _wider(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    """所有企业 where the clause names some; 只有 where it names one of several."""
    text, rules = _whole(spans), wording()["exclusive"]
    for said, written in (("wide", "wide_in_text"), ("narrow", "narrow_in_text")):
        if any(word in plain for word in rules[said]) and not any(word in text for word in rules[written]):
            return not re.search(r"不是|只是", plain)
    return False


def _other_authority(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    """Another office than the clause names, or the right one doing what another does."""
    text = _whole(spans)
    stems = [canonical(stem) for stem in wording()["authority"]["stems"]]
    level, kind = r"(设区市|[省市县区]|国家|中央)?级?", "(?:部门|主管部门|厅|局|委员会|委|部)"
    office = re.compile(f"{level}({'|'.join(map(re.escape, stems))}){kind}")
    if any(match[2] not in text for match in office.finditer(plain)):
        return True
    said, written = _deeds(plain, office), _deeds(text, office)
    for rank, stem, deed in said:
        of_deed = {(other, name) for other, name, done in written if done == deed}
        if of_deed and (rank, stem) not in of_deed and not (rank is None and stem in {n for _, n in of_deed}):
            return True
    return False


def _deeds(text: str, office: re.Pattern[str]) -> set[tuple[str | None, str, str]]:
    """(level, office, what it does), each from one piece of a text."""
    found = set()
    for part in pieces(text):
        for match in office.finditer(part.text):
            after = part.text[match.end() :]
            deed = min((d for d in _DECIDES if d in after), key=after.find, default=None)
            if deed:
                found.add((match[1], match[2], deed))
    return found


def _adds(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    """A benefit, a paper or a penalty that no clause names."""
    text, asked = _whole(spans), canonical(question)
    for words in wording()["salient"]["words"]:
        said = [canonical(word) for word in words if canonical(word) in plain]
        if said and not any(canonical(word) in text for word in words):
            parts = [part.text for part in pieces(plain) if any(word in part.text for word in said)]
            if any(word in asked for word in said) and all(map(_is_denied, parts)):
                continue
            return True
    return False


def _echoes(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    """Nothing but the question's own words and how one speaks."""
    asked = {number.key for number in find_numbers(canonical(question))}
    if _YES_NO.search(question) or any(frame.number.key not in asked for frame in frames(plain)):
        return False
    fillers = sorted(map(canonical, wording()["free"]["filler"]), key=len, reverse=True)
    bare = re.sub("|".join(map(re.escape, fillers)), " ", plain)
    said = {token for token in tokens(content(bare)) if len(token) > 1}
    titles = "".join(span.evidence.title for span in spans)
    own = said - tokens(canonical(question + titles))
    return len(own) <= _JOINS * any(word in plain for word in fillers if len(word) > _LONG)


def _beside(plain: str, sentence: str, spans: Sequence[Span], question: str) -> bool:
    """True of the clause, and no answer: another kind of figure, another subject, another tier."""
    asked = canonical(question)
    figures = [frame.number for frame in frames(plain)]
    kinds = {number.kind for number in figures} | (
        {"percent"} if any(n.kind == "point" for n in figures) else set()
    )
    wanted = wants(question)
    if "year" in wanted:
        wanted |= {"date"}
    if wanted & {"money", "percent"}:
        wanted |= {"money", "percent"}  # 补多少: an amount, or a share of the outlay
    if wanted and kinds and not wanted & kinds and not _YES_NO.search(question):
        return True
    for family in _PARTS:
        of_question, said = values_in(asked, family), values_in(plain, family)
        if of_question and said and not of_question & said:
            return True
    subjects = [{canonical(word) for word in words} for words in wording()["subjects"]["words"]]
    meant = [words for words in subjects if any(word in asked for word in words)]
    if not meant or any(word in plain for words in meant for word in words):
        return False
    others = [words for words in subjects if any(word in plain for word in words)]
    text = _whole(spans)
    if not any(word in text for words in meant for word in words):
        return False
    if others and not figures:
        return True
    keys = {number.key for number in figures}
    near = [
        f"{frame.own}{frame.back}{frame.over}"
        for span in spans
        for frame in frames_of(span)
        if frame.number.key in keys
    ]
    return bool(near) and not any(word in piece for piece in near for words in meant for word in words)
