"""Questions proposed from documents by rule, for a person to complete, accept or reject.

Each draft names the clause that it came from and, where the clause states it, the fact to find. A
rule speaks only where the wording is plain: a bound (不超过, 不低于), a term (有效期), a day
(自…起施行), a list of conditions or papers, a definition (是指), who is in charge (由…负责).

>>> [draft.case["question"] for draft in drafts(record, clauses)]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.errors import InputError
from corpus.head import is_head_matter
from corpus.model import Clause, Role, Validity, Visibility
from corpus.numbers import Number, find_numbers
from evals.candidates import Candidates
from evals.facts import LibraryFacts
from evals.suite import Case

MAX_PER_DOCUMENT = 12
_KEY_CHARS = 24
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_CLAUSE_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十])?|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、])\s*"
)
# The subject must be short and whole: a bound whose subject runs over a comma is not understood.
_BOUND = re.compile(
    r"(?P<subject>[^，。；：、（）()“”\s]{2,24}?)(?:应当|应|须|需)?"
    r"(?P<bound>不超过|不得超过|最高不超过|最高|不高于|不低于|不少于|不得低于|不得少于|最低|达到)(?=[\d一二三四五六七八九十百])"
)
# 未达到, 并同时符合 ...: what stands before is no subject, or the sentence says the contrary
_NOT_WHOLE = re.compile(r"^(?:并|且|同时|其中|或者?|和|但)|(?:未|没有|不|尚未|是否)$")
_MOST = ("不超过", "不得超过", "最高不超过", "最高", "不高于")
_TERM = re.compile(r"(?P<subject>[^，。；：（）()\s]{2,16}?)?有效期(?:限)?为?(?=[\d一二三四五六七八九十])")
_STARTS = re.compile(r"自(?P<day>[^，。；]{4,16}?日)起(?:施行|实施|执行)")
_LIST = re.compile(
    r"(?P<who>[^，。；：\s]{2,24}?)，?(?:应当|应|须|需)?(?:同时)?(?:具备|符合|满足|提交|提供|报送)(?:下列|以下)(?P<what>条件|材料|要求|资料)"
)
_MEANS = re.compile(
    r"(?:本(?:办法|细则|规定|通知|意见|法|条例)所称)?(?P<term>[^，。；：\s]{2,18})，?是指(?P<what>[^。；]{6,})"
)
_CHARGE = re.compile(
    r"(?:^|，)(?:由)?(?P<who>[^，。；：、\s]{2,20}?(?:部门|局|厅|委|委员会|政府|机构|平台|协会|中心))负责(?P<what>[^，。；]{4,24})"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields of a case (`evals.candidates.FIELDS`) and the rule that made them."""

    case: dict[str, Any]
    rule: str


def drafts(file: str, title: str, clauses: Sequence[Clause], limit: int = MAX_PER_DOCUMENT) -> list[Draft]:
    """Proposals for one version, spread over its clauses: a second of a clause comes after the first
    of each other.

    Args:
        file: its file name, by which suites name it.
        title: as it stands; questions carry its short form, so that they can be asked by themselves.
        clauses: units and parts in order; a part's proposal is preferred to its unit's.
    """
    about = short_title(title)
    by_clause: list[list[Draft]] = []
    seen: set[str] = set()
    for clause in clauses:
        if not clause.label or clause.kind in ("table", "row") or is_head_matter(clause.text):
            continue
        found = []
        for question, key, rule in _of_clause(_CLAUSE_NUMBER.sub("", clause.text.strip()), about):
            if question not in seen:
                seen.add(question)
                found.append(Draft(_case(question, key, file, clause.label), rule))
        by_clause.append(found)
    turns = max((len(found) for found in by_clause), default=0)
    spread = [found[turn] for turn in range(turns) for found in by_clause if turn < len(found)]
    return spread[:limit]


def short_title(title: str) -> str:
    """What people call a document: 关于印发《甲办法》的通知 is 甲办法."""
    inner = re.search(r"(?:印发|发布|公布|转发)[^《]*《(?P<name>[^》]+)》", title)
    name = inner["name"] if inner else title
    return re.sub(r"[（(](?:20\d\d年?.{0,6}|试行|暂行|征求意见稿)[）)]$", "", name).strip("《》 ")


def _case(question: str, key: str | None, file: str, label: str) -> dict[str, Any]:
    case: dict[str, Any] = {
        "question": question,
        "expected_status": ["answered", "partial"],
        "gold": [{"doc": file, "clause": label}],
        "tags": ["answerable", "draft"],
    }
    return {**case, "key": [[key]]} if key else case


_Found = tuple[str, str | None, str]  # question, key, rule


def _of_clause(text: str, about: str) -> Iterator[_Found]:
    for sentence in _SENTENCE.findall(text):
        for rule in RULES:
            found = rule(sentence.strip(), about)
            if found is not None:
                yield (*found, rule.__name__.strip("_"))


def _bound(sentence: str, about: str) -> tuple[str, str | None] | None:
    match = _BOUND.search(sentence)
    number = _number_at(sentence, match.end()) if match else None
    if match is None or number is None or number.kind not in ("money", "percent", "count", "duration"):
        return None
    if _NOT_WHOLE.search(match["subject"]):
        return None
    ask = "最多" if match["bound"] in _MOST else "至少要" if match["bound"] != "达到" else "要达到"
    return f"按《{about}》，{match['subject']}{ask}{_unit(number)}？", number.text


def _term(sentence: str, about: str) -> tuple[str, str | None] | None:
    match = _TERM.search(sentence)
    number = _number_at(sentence, match.end()) if match else None
    if match is None or number is None or number.kind not in ("duration", "date"):
        return None
    subject = match["subject"] or ""
    whose = f"《{about}》" if not subject or subject in ("本办法", "本通知", "本细则", "本意见") else subject
    asked = "有效期到哪天" if number.kind == "date" else "有效期多长"
    return (
        f"{whose}{asked}？" if whose.startswith("《") else f"按《{about}》，{whose}{asked}？"
    ), number.text


def _start(sentence: str, about: str) -> tuple[str, str | None] | None:
    match = _STARTS.search(sentence)
    if match is None or "《" in sentence[: match.start()]:
        return None
    days = [number for number in find_numbers(match["day"]) if number.kind == "date"]
    return (f"《{about}》从哪天开始施行？", days[0].text) if days else None


def _list(sentence: str, about: str) -> tuple[str, str | None] | None:
    match = _LIST.search(sentence)
    if match is None or _NOT_WHOLE.search(match["who"]):
        return None
    asked = {"材料": "要交哪些材料", "资料": "要交哪些资料"}.get(match["what"], f"要满足哪些{match['what']}")
    return f"按《{about}》，{match['who']}{asked}？", None


def _means(sentence: str, about: str) -> tuple[str, str | None] | None:
    match = _MEANS.search(sentence)
    if match is None:
        return None
    return f"《{about}》里说的{match['term'].strip('“”')}是指什么？", match["what"][:_KEY_CHARS]


def _charge(sentence: str, about: str) -> tuple[str, str | None] | None:
    match = _CHARGE.search(sentence)
    return (f"按《{about}》，{match['what']}由谁负责？", match["who"]) if match else None


def _number_at(sentence: str, at: int) -> Number | None:
    return next((number for number in find_numbers(sentence) if at - 1 <= number.start <= at + 1), None)


def _unit(number: Number) -> str:
    asked: dict[str, str] = {"percent": "百分之几", "money": "多少钱", "duration": "多长时间"}
    return asked.get(number.kind, f"多少{number.unit or ''}")


@dataclass(frozen=True, slots=True)
class Document:
    """A live version to ask about; `role` is the least that may see it."""

    doc_id: str
    file: str
    title: str
    role: Role

    @property
    def public(self) -> bool:
        return self.role is Role.VISITOR


def documents(facts: LibraryFacts, cases: Sequence[Case], day: date, files: Sequence[str]) -> list[Document]:
    """The documents in force on `day` that no case touches; those of `files`, whatever touches them.

    Raises:
        InputError: a file that the library does not hold.
    """
    for file in files:
        if not facts.has_file(file):
            raise InputError("evals_use.no_file", file=file)
    touched = {gold.doc for case in cases for gold in case.gold}
    found = []
    for doc_id, file, title in facts.live():
        if file not in files if files else (file in touched or facts.validity(doc_id, day) in _GONE):
            continue
        role = Role.VISITOR if facts.visibility(doc_id) is Visibility.PUBLIC else Role.OFFICIAL
        found.append(Document(doc_id, file, title, role))
    return found


def propose(
    facts: LibraryFacts, kept: Candidates, cases: Sequence[Case], day: date, files: Sequence[str] = ()
) -> list[int]:
    """Keeps drafts by rule for `documents`.

    Returns:
        Ids of the new candidates; a draft that was proposed before is not proposed again.

    Raises:
        InputError: a file that the library does not hold.
    """
    made = []
    for document in documents(facts, cases, day, files):
        for draft in drafts(document.file, document.title, facts.clauses(document.doc_id)):
            number = kept.add("draft", *candidate(draft, document))
            made += [number] if number is not None else []
    return made


def candidate(draft: Draft, document: Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """Case and note of a draft by rule."""
    note = {"rule": draft.rule, "title": document.title, "doc_id": document.doc_id}
    return {**draft.case, "role": document.role.value}, note


_GONE = (Validity.EXPIRED, Validity.REPEALED, Validity.NOT_YET)

RULES: tuple[Callable[[str, str], tuple[str, str | None] | None], ...] = (
    _bound, _term, _start, _list, _means, _charge,
)  # fmt: skip
