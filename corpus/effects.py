"""What a text does to others: 废止, 失效, 代替, 延长有效期, 继续有效, 修改, 以本办法为准.

By title, number or both; in a sentence, in a list that a sentence opens, or in a catalogue (目录,
清单, a table) under a heading. Reads; decides nothing: that is `corpus/snapshot.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from corpus.dates import DAY, END, MOMENT, end_of, narrow, start_of
from corpus.model import Relation, RelationKind
from corpus.named import Target, named, row_target
from corpus.numbering import chinese_to_int
from corpus.standards import STANDARD
from corpus.validity import COUNT, OPENING, SELF, START, read_terms, sentences

_ADVERB = r"(?:同时|同步|即行|相应|均|一并|予以|随之|即|也|自行|自动|正式|全部|届时|应当|应)"
_REPEAL = re.compile(
    rf"{_ADVERB}*(?P<word>废止|作废|失效|停止(?:执行|施行|实施|使用)"
    r"|终止(?:执行|施行|实施)|不再(?:执行|施行|实施|适用|有效))"
)
_REPLACE = re.compile(r"代替|替代|取代")
_REPLACED = re.compile(rf"(?:由|被)\s*{SELF}[\u4e00-\u9fff]{{0,8}}(?:所)?(?:代替|替代|取代)")
_EXTEND = re.compile(
    r"延长|延续|顺延|延期|继续(?:有效|执行|实施|施行|适用)|有效期(?:限)?(?:调整|变更|修改)[为至到]"
)
# Without one of these a sentence does nothing to others: one look, where a table has 60,000 rows.
_TELLS = re.compile(
    r"废止|作废|失效|停止|终止|不再|代替|替代|取代|延长|延续|顺延|延期|继续|有效期|修改|修订|修正|保留|不一致"
    r"|不相符|相抵触|不符|冲突"
)
_OF_VALIDITY = re.compile(r"有效|期限|执行|实施|施行|适用|到期|期满|届满")
_NEW_END = re.compile(rf"(?:截至|截止到|至|到|为)\s*(?P<end>{END})")
_NEW_TERM = re.compile(rf"(?:(?P<years>{COUNT})\s*年|(?P<months>{COUNT})\s*个月)")
_YIELDS = re.compile(
    rf"与\s*{SELF}[^。；]{{0,12}}(?:不一致|不相符|相抵触|不符|冲突)[^。；]*(?:以|按|按照|依照)\s*{SELF}"
)
_NEAR = 80  # characters that may stand between a target and its verb
_LONGEST = 5000  # characters of a sentence that is read; what is longer is no sentence
_OVER = re.compile(r"期满|到期|届满|满后")

_VERB_KIND: tuple[tuple[str, RelationKind], ...] = (
    (r"失效", "lapses"),
    (r"废止|停止|终止|不再|作废", "repeals"),
    (r"继续有效|保留|延长|延续|继续执行|有效期限?(?:调整|变更)", "extends"),
    (r"修改|修订|修正", "amends"),
)
_ENDING = ("repeals", "lapses")
_LIST_VERB = (
    r"(?:废止|(?:停止|终止|不再)(?:执行|施行|实施|适用)|作废|失效|继续有效|继续执行|延长|延续|修改"
    r"|有效期限?(?:调整|变更))"
)
_OPENS_LIST = re.compile(
    rf"(?:下列|以下|如下|所列|下述).{{0,60}}{_LIST_VERB}[^。；]{{0,24}}[:：。]\s*$"
    rf"|{_LIST_VERB}(?:了)?(?:下列|以下|如下|下述)[^。；]{{0,40}}[:：。]\s*$"
)
_CATALOGUE = re.compile(
    rf"^[^。；《]{{0,30}}{_LIST_VERB}[^。；《]{{0,24}}(?:目录|清单|名单|一览表|列表|汇总表|表"
    r"|文件|法规|规章|政策|措施)$"
)
_OF_A_LIST = re.compile(r"(?:附件|目录|下列|以下|上述|以上|所列)[^。；]*(?:废止|失效|停止执行|不再)")
_DAY_SAID = re.compile(rf"(?:自|从|于)\s*({MOMENT})\s*起[，,]?\s*(?!{START})|于\s*({DAY})")
_ITEM = re.compile(r"^[\s\u3000]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]+)?[\s\u3000]*(?=《)")
_NUMBERED = re.compile(r"^[\s\u3000]*[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．][\s\u3000]*")
_TITLE = re.compile(r"《(?:[^《》]|《[^《》]*》)+》")
_TITLE_LINE = re.compile(r"关于[^。，；]*(?:通知|公告|通告|决定|意见|函|批复|通报|命令|令)$")
# What may stand between a target and 废止: 文件, 等3件, （一）号, 自2026年7月1日起, adverbs.
_BETWEEN = re.compile(
    r"(?:[\s\u3000、，,和及与等的》）)]|以及|或者|文件|文|规定|通知|公告|通告|令|办法|政策|意见|有关|相关|等|[一二三四五六七八九十\d]+[个件份项部]"
    rf"|规范性|行政|规章|自\s*{MOMENT}\s*起?|从\s*{MOMENT}\s*起?|于\s*{DAY}|自?{SELF}[\u4e00-\u9fff]{{0,6}}(?:之日起?|起|后)"
    rf"|自[^，。]{{0,12}}之日起|实施期满|有效期满|有效期届满|期满|到期|届满|后|时|已|{_ADVERB})*"
)
_PART = re.compile(
    r"(?:》|号)(?:\s*[（(][^（）()]*(?:[〔\[（(]\d{4}[〕\])）][^（）()]*)?[）)])?[^《，。；]{0,6}?"
    r"(?P<part>第[^，。《；、]{1,10}[条款项章节编目](?:[、和及][^，。《；]{1,12}[条款项])*|(?:中|关于|涉及|有关)[^《。；]{1,30}?"
    r"(?:规定|内容|条款|部分|标准|要求|表述))[^《》，。；]{0,16}$"
)


# 《…》已不适应…，经市政府同意，决定予以废止: said of what the sentence is about
_DECIDED = re.compile(r"(?:决定|现|同意|研究)(?:将其|对其|对该文件|一并)?(?:予以)?$")


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an open list does to each document in it."""

    kind: RelationKind
    effective_on: date | None = None
    term_months: int | None = None
    catalogue: bool = False  # under a heading: lines between the entries do not end it


def read_relations(text: str, title: str = "") -> list[Relation]:
    """What the text does to others, by title, number or both, each once.

    Args:
        title: its own title; what only the title says (关于废止《…》的通知) counts too.
    """
    found: list[Relation] = []
    listed: list[Relation] = []
    day: date | None = None  # from when a whole list is repealed, where a sentence says so
    weak: list[Relation] = []  # said by a title line: the body may say it better
    effect: _Effect | None = None
    plain = narrow(text)
    for sentence, at in sentences(plain):
        if len(sentence) > _LONGEST or (effect is None and not _TELLS.search(sentence)):
            continue
        quote = text[at : at + len(sentence)].strip()
        row = _row(sentence, effect)
        if row is not None:
            listed += [replace(relation, quote=quote) for relation in row]
            continue
        if _OF_A_LIST.search(sentence) and not named(sentence) and (said := _DAY_SAID.search(sentence)):
            day = start_of(said.group(1) or said.group(2))
        effect = _goes_on(sentence, effect)
        if _TITLE_LINE.search(sentence.strip()) or sentence.strip() == title:
            weak += [replace(relation, quote=quote) for relation in _of_sentence(sentence)]
            continue
        found += [replace(relation, quote=quote) for relation in _of_sentence(sentence)]
    found += [
        replace(entry, effective_on=day) if entry.kind in _ENDING and not entry.effective_on else entry
        for entry in listed
    ]
    aliases = _aliases(plain)
    found = [_whole(relation, aliases) for relation in found]
    weak += [*_amended(title), *_amended_end(title, plain)]
    return _once([*found, *weak])


_SHORTENED = re.compile(
    r"《(?P<title>(?:[^《》]|《[^《》]*》)+)》\s*[（(](?P<note>[^（）()]*(?:[〔\[（(]\d{4}[〕\])）][^（）()]*)?)"
    r"以下(?:简|统)称[:：]?[“《‘]?(?P<alias>[^”》’（）()]{2,20})[”》’]?[）)]"
)


def _aliases(text: str) -> dict[str, Target]:
    """《…》（文号，以下简称《通知》）: the short names that a text gives to others."""
    return {
        match["alias"]: named(f"《{match['title']}》（{match['note'].strip('，,、； ')}）")[0]
        for match in _SHORTENED.finditer(text)
    }


def _whole(relation: Relation, aliases: dict[str, Target]) -> Relation:
    """The relation with the whole name where the sentence used a short one."""
    if relation.target_title not in aliases:
        return relation
    title, number = aliases[relation.target_title]
    return replace(relation, target_title=title, target_number=relation.target_number or number)


def _row(sentence: str, effect: _Effect | None) -> list[Relation] | None:
    """The relations of an entry of an open list, or of a table's row; None: the line is neither."""
    line = sentence.strip()
    if " | " in line:
        cells = [cell.strip() for cell in line.split(" | ")]
        said = next((kind for cell in cells if (kind := _kind_of_cell(cell))), None)
        if (effect is None and said is None) or (target := row_target(cells)) is None:
            return None
        made = effect if effect and said in (None, effect.kind) else _Effect(said or "repeals")
        return [_relation(made, target)]
    if effect is None or _CATALOGUE.match(line):
        return None
    if _ITEM.match(line) and (targets := named(line)):
        return [_relation(effect, target) for target in targets]
    if _NUMBERED.match(line) and (target := row_target([_NUMBERED.sub("", line)])):
        # below a sentence, only a title with its number is an entry: other numbered lines are text
        return [_relation(effect, target)] if effect.catalogue or target[1] else None
    return None


def _kind_of_cell(cell: str) -> RelationKind | None:
    """废止, 宣布失效, 继续有效 as the verdict column of a table."""
    bare = re.sub(r"^(?:拟|建议|予以|宣布|自动|自行)+|[。（(].*$", "", cell)
    return next((kind for words, kind in _VERB_KIND if re.fullmatch(rf"(?:{words})", bare)), None)


def _relation(effect: _Effect, target: Target) -> Relation:
    return Relation(effect.kind, *target, effective_on=effect.effective_on, term_months=effect.term_months)


def _goes_on(sentence: str, effect: _Effect | None) -> _Effect | None:
    """The list that is open after this line: opened by it, still the same, or none."""
    line = sentence.strip()
    if _OPENS_LIST.search(line):
        return _opened(line, catalogue=False)
    heading = re.sub(
        r"^附件?\s*[\d一二三四五六七八九十]*[:：.、\s]*|^[\d一二三四五六七八九十]+[.、．]\s*", "", line
    )
    if len(line) <= 50 and _CATALOGUE.match(heading):
        return _opened(heading, catalogue=True)
    if effect is None or not effect.catalogue:
        return None
    running = len(line) > 50 and " | " not in line
    return None if running or re.match(r"第.{1,4}[条章]", line) else effect


def _opened(line: str, catalogue: bool) -> _Effect:
    kind = next(kind for words, kind in _VERB_KIND if re.search(words, line))
    if kind != "extends":
        return _Effect(kind, _leading_day(line), catalogue=catalogue)
    end, months = _new_end(line)
    return _Effect(kind, end, months, catalogue)


def _of_sentence(sentence: str) -> list[Relation]:
    """What one sentence does to the documents it names."""
    if yields := _YIELDS.search(sentence):
        return [
            Relation("amends", *target, clause_label="与之不一致的部分")
            for target in named(sentence[: yields.start()])[-1:]
        ]
    if extended := _extension(sentence):
        return extended
    if repealed := _repeals(sentence):
        return repealed
    if passive := _REPLACED.search(sentence):
        return [Relation("replaces", *target) for target in named(sentence[: passive.start()])]
    if (active := _REPLACE.search(sentence)) is not None:
        after = sentence[active.end() :]
        kind: RelationKind = "amends" if sentence[: active.start()].endswith("部分") else "replaces"
        part = "部分" if kind == "amends" else None
        targets = named(after) if _near(after) else []
        return [Relation(kind, *target, clause_label=part) for target in targets]
    return []


def _near(after: str) -> bool:
    """Whether a named document follows at once: 代替《…》, not 替代进口产品，按照《…》."""
    return bool(re.match(r"[^，。；《]{0,16}(?:《|[〔\[（(]\d{4}|\d{4}\s*年)", after)) or bool(
        re.match(rf"\s*{STANDARD.pattern}", after)
    )


def _extension(sentence: str) -> list[Relation]:
    verb = next(
        (
            match
            for match in _EXTEND.finditer(sentence)
            if not re.search(r"(?:其他|其余|其它|其中)[^，。]{0,12}$", sentence[: match.start()])
        ),
        None,
    )
    if verb is None or not _OF_VALIDITY.search(sentence):
        return []
    end, months = _new_end(sentence[verb.start() :])
    goes_on = verb.group().startswith("继续")
    if end is None and months is None and not goes_on:
        return []
    targets = named(sentence[: verb.start()]) or named(sentence[verb.end() :])
    # 根据《…》，继续执行现行标准: the document is a ground, not what goes on.
    if re.match(rf"{OPENING}(?:根据|按照|依据)[^，。《]{{0,12}}《", sentence):
        targets = targets[1:]
    return [Relation("extends", *target, effective_on=end, term_months=months) for target in targets]


def _new_end(words: str) -> tuple[date | None, int | None]:
    """The new last day, or by how many months the term grows, that the words name."""
    if (match := _NEW_END.search(words)) is not None:
        return end_of(match["end"]), None
    if (term := _NEW_TERM.search(words)) is not None:
        years, months = chinese_to_int(term["years"] or ""), chinese_to_int(term["months"] or "")
        return None, (years or 0) * 12 + (months or 0) or None
    return None, None


def _repeals(sentence: str) -> list[Relation]:
    """Every 废止, 停止执行 or 失效 of the sentence with the documents right before or right after it."""
    found: list[Relation] = []
    at = 0
    for match in _REPEAL.finditer(sentence):
        if re.search(r"(?:已经?|未|不|被|曾|拟|后|尚未)(?:明文|予以|被)?$", sentence[: match.start()]) and (
            match["word"] == "废止" and not _OVER.search(sentence[: match.start()])
        ):
            continue
        before = sentence[at : match.start()]
        kind: RelationKind = "lapses" if _lapses(sentence, match) else "repeals"
        if part := _PART.search(before):
            targets = named(before)[-1:]
            found += [Relation("amends", *target, clause_label=part["part"]) for target in targets]
        elif targets := _right_before(before) or _decided(before):
            day = _day_between(before)
            found += [Relation(kind, *target, effective_on=day) for target in targets]
        elif not match["word"].startswith(("不再", "作废")) and _follows(
            sentence[match.end() :], match["word"]
        ):
            after = re.split(_REPEAL, sentence[match.end() :])[0]
            found += [Relation(kind, *target, effective_on=_leading_day(before)) for target in named(after)]
        else:
            continue
        at = match.end()
    return found


def _lapses(sentence: str, match: re.Match[str]) -> bool:
    return match["word"] == "失效" and not re.search(r"同时|即行|同步|随之", match.group())


def _right_before(before: str) -> list[Target]:
    """The documents that the verb speaks of: named last, with nothing but fillers in between."""
    plain = _TITLE.sub(lambda title: "\u3000" * len(title.group()), before)  # 《…实施细则》 starts nothing
    starts = list(re.finditer(START, plain))
    last = before[starts[-1].end() :] if starts and named(before[starts[-1].end() :]) else before
    targets = named(last)
    if not targets:
        return []
    ends = [
        found.end()
        for found in re.finditer(
            r"》(?:\s*[（(][^（）()]*(?:[（(〔\[][^（）()]*[）)〕\]][^（）()]*)*[）)])?|号", last
        )
    ]
    rest = last[ends[-1] :] if ends else last
    return targets if len(rest) <= _NEAR and _BETWEEN.fullmatch(rest) else []


def _decided(before: str) -> list[Target]:
    """What a sentence opens with and then decides to repeal: 《…》已不适应…，决定予以废止."""
    opens = re.match(rf"{OPENING}(?:原|鉴于|因|由于)?《", before)
    return named(before) if opens and _DECIDED.search(before) else []


def _follows(after: str, word: str) -> bool:
    """废止《…》, 宣布失效以下…: a named document follows at once."""
    gap = r"[^，。；《]{0,24}" if word in ("废止", "失效") else r"(?:了)?(?:原)?"
    return bool(re.match(rf"{gap}(?:《|[\u4e00-\u9fff]{{1,12}}[〔\[]\d{{4}}[〕\]])", after))


def _day_between(before: str) -> date | None:
    """The day named for the repeal itself: 《…》自2026年4月1日起废止, or 自2026年1月1日起，《…》不再执行."""
    match = re.search(rf"(?:自|从|于)\s*({MOMENT})\s*起?[，,]?\s*{_ADVERB}*$|({DAY})\s*起[，,]?\s*$", before)
    return start_of(match.group(1) or match.group(2)) if match else _leading_day(before)


def _leading_day(before: str) -> date | None:
    match = re.match(
        rf"{OPENING}(?:[^，。《》]{{1,20}}[，,]){{0,2}}(?:自|从)\s*({MOMENT})\s*起[，,\s]*"
        rf"(?!{START})",
        before,
    )
    return start_of(match.group(1)) if match else None


def _amended(title: str) -> list[Relation]:
    """关于修改《…》的决定: the title names what is amended; the text itself goes on."""
    match = re.search(r"关于(?:修改|修订|修正|调整)(?P<what>.*《.+》.*)的(?:决定|通知|公告)$", title)
    if match is None or re.search(r"印发|发布", match["what"]):
        return []
    return [Relation("amends", *target, quote=title) for target in named(match["what"])]


def _amended_end(title: str, text: str) -> list[Relation]:
    """将第九条修改为“…有效期至2027年12月31日”: a new last day of the document that the title amends."""
    found = []
    for quoted in re.finditer(r"“([^“”]{8,400})”", text):
        end = read_terms(quoted.group(1)).effective_to
        if end is not None:
            for relation in _amended(title):
                found.append(replace(relation, kind="extends", effective_on=end, quote=quoted.group()))
    return found


def _once(relations: Iterable[Relation]) -> list[Relation]:
    """Each target once a kind, as it is said first; a later mention fills what the first left out."""
    kept: list[Relation] = []
    places: dict[tuple[str, str], list[int]] = {}  # (kind, title or number) -> where in `kept`
    for relation in relations:
        names = [name for name in (relation.target_title, relation.target_number) if name]
        near = [at for name in names for at in places.get((relation.kind, name), [])]
        same = next((at for at in near if _same(relation, kept[at])), None)
        if same is None:
            for name in names:
                places.setdefault((relation.kind, name), []).append(len(kept))
            kept.append(relation)
        elif kept[same].target_number is None and relation.target_number is not None:
            kept[same] = replace(kept[same], target_number=relation.target_number)
    return kept


def _same(one: Relation, other: Relation) -> bool:
    if one.kind != other.kind or one.clause_label != other.clause_label:
        return False
    if one.effective_on and other.effective_on and one.effective_on != other.effective_on:
        return False
    if one.target_title and other.target_title:
        numbers = {one.target_number, other.target_number} - {None}
        return one.target_title == other.target_title and len(numbers) < 2
    return bool(one.target_number) and one.target_number == other.target_number
