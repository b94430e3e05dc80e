"""How well a span answers a question: named features, and one weight for each.

The weights are fitted on the tuning questions of the suites by `python -m evals.fit` (pairwise
logistic regression; docs/benchmarks.md). Every feature is about 0 to 1, or -1 to 1 where it can
speak against a span.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.documents import Local
from agent.lexis import lexicon, normalise, tokens
from agent.meaning import Meaning
from agent.spans import MARKER, in_period, is_rule, spans_of, states
from agent.state import Span, Understanding
from agent.wants import asked_count, asks_which_text
from corpus.model import Clause
from corpus.numbers import find_numbers
from index.types import Evidence

WEIGHTS: dict[str, float] = {
    "direct": 0.02,  # share of the question's words in the span and its lead
    "framed": 0.235,  # with the headings and the title
    "within": 0.01,  # weighted by rarity within the document
    "document": 0.288,  # share of the question's words anywhere in the document
    "unit": 0.077,  # in the whole unit
    "fused": 0.07,  # the search's own score
    "dense": 0.11,  # cosine
    "meaning": 0.214,  # the question's words have their like in the span, in meaning
    "meaning_unit": 0.262,  # in the unit with its title and headings
    "focus": 0.0,  # share of the words beside the question word
    "phrase": 0.0,  # share of the question's trigrams
    "figure": 0.089,  # states the kind of figure asked for (-1: does not)
    "period": 0.115,  # is of the period asked about (-1: is not)
    "attribute": 0.045,  # has the attribute asked for (-1: has not)
    "qualified": 0.045,  # <= 0: differs in 合计, 累计, 当月 ...
    "subject": 0.03,  # <= 0: is about another title or subject (小巨人, 单项冠军 ...)
    "list": 0.012,  # enumerates, where a list is asked for (-1: does not)
    "counted": 0.25,  # names as many as are asked for (哪四个), or says that it does not
    "governs": 0.2,  # says which of two texts holds, where that is asked
    "penalty": -0.05,  # what a breach costs, where that is not asked
    "permits": 0.06,  # says what may or must not be, where that is asked
    "closing": -0.12,  # a closing clause, where no date is asked
    "head": -0.3,  # number and issuer lines before the first clause
    "unnumbered": -0.092,  # a passage without a number in a text that numbers its clauses
    "unnamed_row": -0.108,  # a table row whose first cells the question does not name
    "definition": 0.1,  # defines, where the meaning of a word is asked (-1: does not)
    "condition": 0.01,  # a condition, where a firm asks whether it qualifies
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit with its spans, best first, and how well it fits the question."""

    evidence: Evidence
    spans: tuple[Span, ...]
    coverage: float  # share of the question's weight in the unit, its title and headings
    score: float
    unanswered: float = 0.0  # weight of words that the library knows and this unit has not
    weakest: float | None = None  # `Meaning.weakest`; None from a model without token vectors


def score_unit(
    evidence: Evidence,
    parts: Sequence[Clause],
    plan: Understanding,
    local: Local | None = None,
    meaning: Meaning | None = None,
) -> Scored:
    """Spans of a unit with scores; the unit's own score is its best span's.

    `local` weighs the question's words by their rarity within the document: where every clause
    says 小巨人, it is 上市 that tells which clause is meant.
    """
    if plan.lang == "en":
        return _by_embedding(evidence, parts)
    context = tokens(" ".join((evidence.title, *evidence.heading_path)))
    whole = tokens(evidence.text) | context
    coverage = plan.terms.coverage_of(whole)
    spans = [
        replace(span, score=weigh(features(span, plan, local, context, coverage, meaning)))
        for span in telling(spans_of(evidence, parts))
    ]
    spans.sort(key=lambda span: -span.score)
    best = spans[0].score if spans else 0.0
    weakest = meaning.weakest() if meaning is not None else None
    return Scored(evidence, tuple(spans), coverage, best, plan.terms.unanswered(whole), weakest)


def weigh(found: dict[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in found.items())


def features(
    span: Span,
    plan: Understanding,
    local: Local | None,
    context: frozenset[str],
    coverage: float,
    meaning: Meaning | None = None,
) -> dict[str, float]:
    """The features of one span, by name; those that are 0 may be left out."""
    evidence = span.evidence
    own = tokens(span.text) | (tokens(span.lead) if span.lead else frozenset())
    direct = plan.terms.coverage_of(own)
    found = {
        "direct": direct,
        "framed": plan.terms.coverage_of(own | context),
        "within": local.terms.coverage_of(own) if local else direct,
        "document": local.coverage if local else coverage,
        "unit": coverage,
        "fused": evidence.score,
        "dense": max(-1.0, min(1.0, (evidence.dense - 0.89) * 27)),
        "focus": _share(tokens(plan.focus), own, plan),
        "phrase": _phrases(plan.question, span.text),
        "qualified": _qualified(span, plan),
        "subject": _subject(span, plan),
    }
    if meaning is not None:
        found["meaning"] = meaning.of_span(span.text)
        found["meaning_unit"] = meaning.of_unit()
    if plan.wants:
        found["figure"] = 1.0 if states(span, plan.wants, plan.wants_unit) else -1.0
    if _WHICH.search(plan.question):
        found["list"] = 1.0 if span.lead or _lists(span) else -1.0
    if (count := asked_count(plan.question)) is not None:
        found["counted"] = float(names(span, count))
    if asks_meaning(plan.question):
        found["definition"] = 1.0 if defines(span) else -1.0
    if plan.periods and not is_rule(evidence):
        found["period"] = 1.0 if in_period(span, plan.periods) else -1.0
    for name in plan.attributes:
        has = any(word in span.text for word in lexicon()["attributes"][name])
        found["attribute"] = found.get("attribute", 0.0) + (1.0 if has else -1.0) / len(plan.attributes)
    about_dates = plan.intent in ("validity", "compare") or plan.wants & {"date", "year", "duration"}
    if asks_which_text(plan.question):
        about_dates = True
        found["governs"] = float(bool(_GOVERNS.search(span.text)))
    found["penalty"] = float(not _ASKS_PENALTY.search(plan.question) and bool(_PENALTY.search(span.text)))
    if not plan.wants and _MAY.search(plan.question):
        found["permits"] = float(bool(_PERMITS.search(f"{span.lead or ''}{span.text}")))
    found["closing"] = float(not about_dates and bool(_CLOSING.search(span.text)))
    found["head"] = float(is_head_matter(evidence))
    found["unnumbered"] = float(not evidence.label and local is not None and local.numbered)
    found["unnamed_row"] = float(" | " in span.text and not _names_row(span, plan))
    if plan.intent == "eligibility":
        found["subject"] *= 2  # who asks for one title is not helped by the conditions of another
        found["condition"] = float(bool(_CONDITION.search(f"{span.lead or ''}{span.text}")))
    return found


_WHICH = re.compile(r"哪些|哪几|哪[两二三四五六七八九十]|都有谁|有谁|名单")
_DEFINE = re.compile(
    r"什么意思|是指|指(?:的是)?(?:什么|哪|谁)|怎么(?:定义|界定|理解)|如何(?:定义|界定)|什么叫|何谓|(?:哪种|什么样的|哪些|怎样)[^，。？]{0,12}(?:才)?(?:算|叫|属于)"
)
_DEFINES = re.compile(r"是指|[，,]即(?!将|使|便|可|日|时)|所称|指的是|的含义|包括下列|属于")
_CLOSING = re.compile(
    r"起(?:施行|实施|执行)|同时废止|负责解释|有效期至|以本\w{2,4}为准|(?<!原)不再(?:适用|执行|使用)(?!本)"
)
# The clauses that say which of two texts governs a case.
_GOVERNS = re.compile(
    r"[仍继](?:然|续)?(?:按|适用|执行|有效)|继续(?:有效|执行|适用|按)|过渡期|(?:施行|实施)(?:后|前)[^。]{0,20}(?:适用|按)"
)
_ASKS_PENALTY = re.compile(
    r"罚|后果|责任|处理|怎么办|会怎|处分|吊销|没收|代价|坐牢|追究|找谁|谁管|部门管|赔|亏|违"
)
_PENALTY = re.compile(
    r"(?:处|并处|可以处)[^，。；]{0,24}罚款|(?:给予|予以)(?:警告|处分|通报批评)|没收违法所得|依法追究|责令(?:限期)?(?:改正|停止|退还|停产|拆除)"
)
_MAY = re.compile(
    r"能不能|能否|可不可以|可以|可否|能[^，。？?不]{0,14}[吗么不]|行不行|行吗|允许|准不准|用不用|要不要|需不需要|必须|非得|得先"
)
_PERMITS = re.compile(
    r"不得|不能|禁止|可以|应当(?:先|事先|经)|方可|才能|不予|无需|不需要|不再|免于|必须|有权|允许|不适用|除外"
)
_CONDITION = re.compile(r"条件|应当(同时)?(满足|符合|具备)|不低于|以上|不高于|标准")


def asks_meaning(question: str) -> bool:
    """Whether the meaning of a word is asked: X是什么意思, 哪些才算X."""
    return bool(_DEFINE.search(question))


def defines(span: Span) -> bool:
    """Whether a span explains a word: X，是指…"""
    return bool(_DEFINES.search(f"{span.lead or ''}{span.text}"))


def _share(asked: frozenset[str], own: frozenset[str], plan: Understanding) -> float:
    """Share of the weight of some of the question's tokens that a span covers; 0.5 without any."""
    weights = {token: plan.terms.weights[token] for token in asked if token in plan.terms.weights}
    total = sum(weights.values())
    if not total:
        return 0.5
    hit = plan.terms.covered(own)
    return sum(weight for token, weight in weights.items() if token in hit) / total


def _phrases(question: str, text: str) -> float:
    """Share of the question's trigrams of Chinese characters that stand in the text."""
    asked = re.sub(r"[^\u3400-\u9fff]", "", normalise(question))
    grams = {asked[i : i + 3] for i in range(len(asked) - 2)}
    return sum(gram in text for gram in grams) / len(grams) if grams else 0.0


def _qualified(span: Span, plan: Understanding) -> float:
    """-1 for each qualifier (合计, 累计, 当月) that the question or the span has and the other not."""
    malus = 0.0
    for words in lexicon()["qualifiers"]["groups"]:
        asked = any(word in plan.question for word in words)
        stated = any(word in span.text for word in words)
        malus -= float(asked != stated)
    return malus


def _subject(span: Span, plan: Understanding) -> float:
    """-1 for each title or subject that only one of question and span is about (小巨人, 单项冠军).

    The span may owe its subject to its headings or the document's title. Others beside the one that is asked
    about cost nothing where the span itself names it: it says how they are related.
    """
    evidence = span.evidence
    own = f"{span.lead or ''}{span.text}"
    around = "".join((own, evidence.title, *evidence.heading_path))
    groups = lexicon()["qualifiers"]["subjects"]
    asked = [words for words in groups if any(word in plan.question for word in words)]
    malus = -float(sum(not any(word in around for word in words) for words in asked))
    if any(word in own for words in asked for word in words):
        return malus
    others = [words for words in groups if words not in asked]
    return malus - float(sum(any(word in own for word in words) for words in others))


def _lists(span: Span) -> bool:
    """Whether a span enumerates: 甲、乙、丙, 包括…, 分别为…"""
    return span.text.count("、") >= 2 or bool(re.search(r"包括|分别[为是]|点名|如下", span.text))


_ITEM = re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]", re.MULTILINE)


def names(span: Span, count: int) -> bool:
    """Whether a span names so many: as items under its lead, with 、 between, in “”; or leaves them out."""
    if len(_ITEM.findall(span.evidence.text)) == count and (
        span.lead or span.text.rstrip().endswith((":", "："))
    ):
        return True
    if len(re.findall(r"“[^”]{2,20}”", span.text)) == count:
        return True
    lines = "\n".join(MARKER.sub("", line) for line in span.text.split("\n"))
    for piece in re.split(r"[，,。；;：:\n（）()]", lines):
        # 细胞和基因技术 is one of ten, 南京和苏州 are two: both readings count
        if any(len(run) == count and all(run) for run in (piece.split("、"), _BETWEEN.split(piece))):
            return True
    return bool(_LEFT_OUT.search(span.text)) and ("其余" in span.text or _counts(span.text, count))


def _counts(text: str, count: int) -> bool:
    return any(number.kind == "count" and number.value == count for number in find_numbers(text))


_BETWEEN = re.compile(r"、|以及|和|及")
_LEFT_OUT = re.compile(
    r"(?:没有|未|不)(?:完整|全部|逐一|作|予以|再)*(?:写明|列明|载明|公布|公开|列举|列出|说明|收录)"
)


def _names_row(span: Span, plan: Understanding) -> bool:
    """Whether the question names the row: a table's first cells say what a row is about."""
    cells = tokens(" ".join(span.text.split(" | ")[:2]))
    return bool(plan.terms.covered(cells))


def telling(spans: list[Span]) -> list[Span]:
    """Without spans that are a heading or a table's caption and say nothing themselves."""
    return [span for span in spans if not _is_torn_row(span) and (span.lead or not _is_heading(span.text))]


def _is_torn_row(span: Span) -> bool:
    """A line of a table inside a section's text: the table is a unit of its own."""
    return " | " in span.text and "表" not in (span.label or "")


def _is_heading(text: str) -> bool:
    lines = [MARKER.sub("", line).strip() for line in text.strip().split("\n")]
    return " | " not in text and all(
        len(line) <= 45 and not re.search(r"[。；：！？]", line) for line in lines
    )


_LABELLED = re.compile(r"^[\u4e00-\u9fff]{2,8}：", re.MULTILINE)
_OPENING = re.compile(r"有关事项通知如下|：\n|制定本措施|印发给你们")


def is_head_matter(evidence: Evidence) -> bool:
    """Number, issuer and salutation lines before the first clause: about the text, not of it."""
    if evidence.label:
        return False
    short = evidence.text.count("\n") < 3
    return len(_LABELLED.findall(evidence.text)) >= 2 or (short and bool(_OPENING.search(evidence.text)))


def _by_embedding(evidence: Evidence, parts: Sequence[Clause]) -> Scored:
    """A question in another language shares no words with the text: the embedding alone decides."""
    spans = [replace(span, score=evidence.dense) for span in spans_of(evidence, parts)]
    return Scored(evidence, tuple(spans), 0.0, evidence.dense)
