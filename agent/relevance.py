"""Does the library answer the question? Every decision to refuse is taken here.

Two questions in turn. Does the best clause speak of the matter at all: its score, its cosine, and
the words of the question that the library knows but this clause has not. And
does what would be quoted state what is asked: the kind of figure, the period, the place, the
attribute. The numbers were chosen on the tuning half of the suites (docs/benchmarks.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.lexis import lexicon, normalise, tokens
from agent.scoring import Scored, asks_meaning, defines
from agent.spans import in_period, is_report, is_rule, states
from agent.state import Span, Understanding
from corpus.messages import msg
from corpus.places import CITIES, PROVINCES

# Logistic regression on the tuning questions, each asked once of the whole library and once of the
# library without the documents that answer it (`python -m evals.fit_line`, docs/benchmarks.md).
INTERCEPT = -9.17
LOGIT: dict[str, float] = {
    "score": 3.73,  # of the best span
    "fused": 5.13,  # the search's own score of the unit
    "unanswered": -1.29,  # weight of words that the library knows and the unit has not
    "weakest": 4.86,  # cosine of the question's word that is matched worst
    "figure": -1.15,  # a figure is asked for: the bar is higher
    "length": 1.75,  # of the question, in twenties of characters: long ones say more than is needed
}
WEAKEST = 0.6  # what a model without token vectors is taken to give
LINE = 0.33
DENSE_CENTRE = 0.88
# Where a figure is asked for, a known word missing means that the figure is another one's: above
# this lie 5 of 76 answers and 48 of 77 near misses of the tuning questions.
UNANSWERED_FIGURE = 0.45
# What must be there in any library, even one of a few pages, where every word of a question is unknown
# and none can be missed: coverage, or else a close cosine; more of it for a figure.
DEFINED = 0.9  # coverage from which a definition answers who asks for one
FLOOR, FLOOR_DENSE, FLOOR_FIGURE = 0.12, 18.0, 0.2
ENGLISH_CENTRE = 0.778  # cosines between languages are lower, and no words are shared

# A clause that says that it does not say answers the question: 本措施未载明具体金额.
# So does one that denies: 认定本身不附带奖励.
SILENT = re.compile(
    r"(未|没有|尚未|不)(载明|明确|规定|公布|列出|给出|设定|查得|见到|说明|统一)"
    r"|(不|未|没有|无)(再|另行|单独|直接)?(附带|附有|给予|发放|享有|享受|设|安排|提供|配套)"
)


def answerable(best: Scored, plan: Understanding) -> bool:
    """Whether the best unit speaks of what is asked.

    The floor on coverage and cosine, then the fitted line.
    """
    if not plan.parts.line:
        return True
    lean = best.coverage + FLOOR_DENSE * (best.evidence.dense - DENSE_CENTRE)
    if plan.lang != "en" and lean < FLOOR + FLOOR_FIGURE * bool(plan.wants):
        return False
    if plan.wants and best.unanswered >= UNANSWERED_FIGURE:
        return False
    if asks_meaning(plan.question) and best.coverage >= DEFINED and defines(best.spans[0]):
        return True  # a short question is all covered by the clause that explains its one word
    return confidence(best, plan) >= LINE


def confidence(best: Scored, plan: Understanding) -> float:
    """A score in [0, 1]; `LINE` lies between answering and refusing."""
    dense = best.evidence.dense
    if plan.lang == "en":
        return max(0.0, min(1.0, LINE + (dense - ENGLISH_CENTRE) * 5))
    logit = INTERCEPT + sum(LOGIT[name] * value for name, value in signs(best, plan).items())
    return 1 / (1 + math.exp(-logit))


def signs(best: Scored, plan: Understanding) -> dict[str, float]:
    """What tells an answer from a near miss, by name."""
    return {
        "score": best.score,
        "fused": best.evidence.score,
        "unanswered": best.unanswered,
        "weakest": WEAKEST if best.weakest is None else best.weakest,
        "figure": float(bool(plan.wants)),
        "length": min(3.0, len(normalise(plan.question)) / 20),
    }


@dataclass(frozen=True, slots=True)
class Gap:
    """What is asked for and not stated; `elsewhere`: what was found is of another place or period,
    so that quoting its figures would mislead."""

    what: str
    elsewhere: bool = False


def missing(spans: Sequence[Span], plan: Understanding, around: str = "") -> Gap | None:
    """What is asked for that none of the spans states, in words for the user; None: nothing is.

    `around` is what else was found of the spans' documents: it tells what they are about.
    """
    lang = "en" if plan.lang == "en" else None
    silent = any(_says_nothing(span, plan) for span in spans)
    if place := _missing_place(spans, plan):
        return Gap(msg("answer.gap_place", lang, place=place), True)
    if (subject := _missing_subject(spans, plan, around)) is not None:
        return Gap(subject, True)
    if (scheme := _unknown_scheme(spans, plan, around)) is not None:
        return Gap(scheme, True)
    ordinals = set(_ORDINAL.findall(normalise(plan.question)))
    if ordinals and not any(ordinals & set(_ORDINAL.findall(_about(span))) for span in spans):
        return Gap(msg("answer.gap_period", lang, period="、".join(sorted(ordinals))), True)
    reports = [span for span in spans if not is_rule(span.evidence)]
    if plan.periods and reports and not any(in_period(span, plan.periods) for span in spans):
        return Gap(msg("answer.gap_period", lang, period=_shown(plan.periods)), True)
    figures = [span for span in spans if is_report(span.evidence)]
    if plan.years and plan.wants and figures == list(spans) and not _of_years(spans, plan.years):
        return Gap(msg("answer.gap_period", lang, period=_shown(plan.years)), True)
    if silent:
        return None
    if plan.wants and not any(states(span, plan.wants, plan.wants_unit) for span in spans):
        return Gap(msg("answer.want_" + sorted(plan.wants)[0], lang))
    if plan.measured and not any(_has_quantity(span, plan) for span in spans):
        return Gap(plan.measured)
    for name in plan.attributes:
        words = lexicon()["attributes"][name]
        if not any(word in f"{span.lead or ''}{span.text}" for span in spans for word in words):
            return Gap(attribute_name(name))
    return None


def _missing_subject(spans: Sequence[Span], plan: Understanding, around: str) -> str | None:
    """A title or subject that is confused with others (零碳工厂 with 绿色工厂), named in the question
    and nowhere in the units, their headings and titles, nor in `around`."""
    text = around + "".join(f"{span.evidence.text}{_about(span)}" for span in spans)
    for words in lexicon()["qualifiers"]["subjects"]:
        asked = [word for word in words if word in plan.question]
        if asked and spans and not any(word in text for word in words):
            return str(asked[0])
    return None


# 苏科贷, 算力券: a scheme by its name; 能贷多少, 信贷, 投贷联动 are none.
_SCHEME = re.compile(
    r"[\u4e00-\u9fff][\u4e00-\u9fff](?<![信借还放能可房车网商想要投])(?:贷(?![款方了给多到出上不联的完过着几利期])|券(?!商))"
)


def _unknown_scheme(spans: Sequence[Span], plan: Understanding, around: str) -> str | None:
    """A loan or voucher scheme that the question names and nothing of what was found does."""
    text = around + "".join(f"{span.evidence.text}{_about(span)}" for span in spans)
    return next((name for name in _SCHEME.findall(plan.question) if name not in text), None)


def attribute_name(pattern: str) -> str:
    """The attribute itself, without what its pattern says of its neighbours."""
    return re.sub(r"\(\?[^)]*\)", "", pattern)


def _of_years(spans: Sequence[Span], years: Sequence[str]) -> bool:
    """Whether some span, its headings or its title name one of the years; a range (2022—2024年) names
    those in between. What a sentence says of its own year goes before the title."""
    for span in spans:
        own = span.text.split(" | ")[0] if " | " in span.text else span.text
        for text in (own, " ".join(span.evidence.heading_path), span.evidence.title):
            stated = {int(year) for year in _YEAR.findall(text)}
            for first, last in _YEARS.findall(text):
                stated |= set(range(int(first), int(last) + 1))
            if stated:
                if stated & {int(year) for year in years}:
                    return True
                break
    return False


_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[—\-－–])")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d{2})年?[—\-－–至到]((?:19|20)\d{2})(?=年)")


def _shown(periods: Sequence[str]) -> str:
    return "".join(f"{period}年" if re.fullmatch(r"\d{4}", period) else period for period in periods)


def _has_quantity(span: Span, plan: Understanding) -> bool:
    """Whether a span, its headings or its title name the quantity that is asked for."""
    have = tokens(_about(span))
    asked = tokens(plan.measured)
    return bool(asked & have) or bool(plan.terms.covered(have) & asked)


_ORDINAL = re.compile(r"第[一二三四五六七八九十\d]+[批届轮期]")


def _says_nothing(span: Span, plan: Understanding) -> bool:
    """Whether a span states that just what is asked is not stated."""
    for match in SILENT.finditer(span.text):
        rest = re.split(r"[。；;\n]", span.text[match.start() :])[0]
        words = [word for word in (*map(attribute_name, plan.attributes), *_want_words(plan)) if word in rest]
        if words:
            return True
    return False


_WANT_WORDS = {
    "money": ("金额", "奖励", "补助", "资金", "标准", "额度", "数额", "上限"),
    "percent": ("比例", "利率", "费率", "占比", "增速"),
    "date": ("日期", "时间", "期限", "截止"),
    "year": ("年份", "年度", "期限", "时间"),
    "duration": ("期限", "时间", "时限", "有效期"),
    "count": ("数量", "名单", "家数", "总数", "数"),
}


def _want_words(plan: Understanding) -> tuple[str, ...]:
    return tuple(word for kind in plan.wants for word in _WANT_WORDS.get(kind, ()))


_GRANTOR = re.compile(r"(?:市|省|区|县)?(?:里|级)?(?:对|给|奖|补|的奖|的补|财政|工信局|有|有没有|出台)")


# Whether a place is among those that a text names: it must name it.
_MEMBER = re.compile(
    r"入选|列入|纳入|上榜|在列|在不在|有没有(?:份|被)|(?:属于|算是?)[^，。？]{0,12}(?:试点|名单|城市)"
)


def _missing_place(spans: Sequence[Span], plan: Understanding) -> str | None:
    """A place that the question is about and the evidence is not.

    A firm's seat does not matter to a national rule; it matters which city pays, and whose
    figures these are. Another province's name must always stand in the evidence.
    """
    question = normalise(plan.question)
    for place in plan.regions:
        if any(place in _about(span) for span in spans):
            continue
        if place in CITIES and _MEMBER.search(question) and not any(is_rule(s.evidence) for s in spans):
            return place
        grants = re.search(rf"{place}{_GRANTOR.pattern}", question)
        if (place in PROVINCES and place != "江苏") or (place in CITIES and (plan.wants or grants)):
            return place
    if "江苏" in plan.regions and plan.wants:
        cities = [_city(span) for span in spans]
        if spans and all(cities) and not any(city in question for city in cities if city):
            return "江苏"
    return None


def _about(span: Span) -> str:
    evidence = span.evidence
    return "".join(
        (span.text, span.lead or "", evidence.title, evidence.region or "", *evidence.heading_path)
    )


def _city(span: Span) -> str | None:
    """The city that a span or the headings above it are about."""
    text = "".join((span.text, *span.evidence.heading_path))
    return next((city for city in CITIES if city in text), None)
