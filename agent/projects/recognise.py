"""From a question to what it asks of the registry; None where it asks anything else as well.

Every word of the question has to be accounted for: what is left over (二期要砍多少, 资金缺口) may be the
very thing that is asked, so that the question is left to the search of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from agent.lexis import normalise
from agent.projects import periods as reading
from agent.projects.matching import (
    NameIndex,
    canonical,
    common,
    in_pieces,
    indicators_named,
    key,
    projects_named,
)
from agent.projects.model import ALL, AskBack, IndicatorQuery, Order, ProjectQuery, Query
from agent.projects.vocabulary import AREAS, CITY_WORDS, COUNTY_WORDS, ProjectName, Vocabulary
from agent.projects.words import (
    AGAINST_BEFORE,
    AGAINST_LAST_YEAR,
    BY,
    CHANGE,
    COMPARE,
    COUNT,
    DATES,
    DONE_STAGES,
    FILLER,
    FROM_BEGUN,
    HISTORY,
    HOME,
    LEAST,
    LIST,
    MEASURES,
    MOST,
    NAMED_TOP,
    NOT_BEGUN,
    NOT_PROJECTS,
    NOT_TOTAL,
    NOW,
    OF_PROJECTS,
    ONE_OF,
    OWNER,
    PROVINCE,
    SCOPES,
    SHARE,
    STAGE_ASKED,
    SUM,
    TREND,
    YOY,
)
from corpus.numbering import chinese_to_int
from corpus.registry_model import STAGES, Scope


@dataclass(slots=True)
class _Text:
    """A question of which what is understood is struck out."""

    rest: str
    taken: list[str] = field(default_factory=list)

    def take(self, pattern: str | re.Pattern[str]) -> list[str]:
        """All matches, struck out."""
        found = [match.group() for match in re.finditer(pattern, self.rest)]
        if found:
            self.rest = re.sub(pattern, lambda match: " " * len(match.group()), self.rest)
            self.taken += found
        return found

    def take_words(self, words: Iterable[str]) -> list[str]:
        """Those of `words` that occur, longest first, in the order of the question."""
        ordered = sorted({word for word in words if word}, key=len, reverse=True)
        return self.take("|".join(map(re.escape, ordered))) if ordered else []

    def mapped(self, words: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(words[word] for word in self.take_words(words)))

    @property
    def left(self) -> str:
        return re.sub(r"[^\u3400-\u9fffa-z0-9%]", "", self.rest)


@dataclass(frozen=True, slots=True)
class _Places:
    regions: tuple[str, ...]
    counties: tuple[str, ...]
    home: bool
    province: bool


def recognise(
    question: str, vocabulary: Vocabulary, as_of: date, names: NameIndex | None = None
) -> Query | None:
    """What the question asks of projects or indicators; None where that is not all it asks.

    Args:
        names: the index of the vocabulary's projects, where it is at hand.
    """
    text = canonical(normalise(question))
    text = re.sub(NOW, " ", text)
    text = re.sub(AGAINST_BEFORE, "环比", re.sub(AGAINST_LAST_YEAR, "同比", text))
    found = reading.find(text, as_of)
    said = in_pieces(found.rest)
    named = projects_named(said, (names or NameIndex(vocabulary.projects)).near(said))
    words = _Text(found.rest)
    return _project(words, vocabulary, found, named) or _indicator(_Text(found.rest), vocabulary, found)


# -- projects -----------------------------------------------------------------------------------


def _project(
    text: _Text, vocabulary: Vocabulary, found: reading.Found, named: list[ProjectName]
) -> Query | None:
    if named:
        state = _state(_Text(text.rest), vocabulary, found, named)
        if state is not None:
            return state
    if re.search(NOT_PROJECTS, text.rest):
        return None
    if ("项目" not in text.rest and "工程" not in text.rest) or len(found.periods) > 1 or found.months:
        return None
    kinds = text.mapped(vocabulary.kinds)
    stages = _stages(text, vocabulary)
    chains = text.take_words(_short(vocabulary.chains))
    categories = tuple(text.take_words(vocabulary.categories))
    places = _places(text)
    by = _by(text)
    measure = _measure(text)
    if measure == "investment_done" and text.take(SCOPES["当月"]):
        measure = "investment_month"  # 当月…完成投资
    text.take(SCOPES["累计"])
    summed, counted = text.take(SUM), text.take(COUNT)
    order, top = _order(text)
    listed = text.take(LIST)
    one = text.take(ONE_OF)
    compared = text.take(COMPARE)
    asked_stage = text.take(STAGE_ASKED)
    query = ProjectQuery(
        op="summary",
        measure=measure,
        regions=places.regions,
        counties=places.counties,
        chains=_full(chains, vocabulary.chains),
        kinds=kinds,
        categories=categories,
        stages=stages,
        period=found.periods[0] if found.periods else None,
    )
    text.take(f"{OF_PROJECTS}|{FILLER}")
    if kinds and (stages or chains or places.regions or places.counties):
        listed = listed or ["bare"]  # 苏州的补短板项目: which there are
    if text.left or not (measure or summed or counted or listed or order or by or asked_stage):
        return None
    if places.home:
        return AskBack("region")
    if one and not named and not counted:
        return AskBack("project")
    several = next((name for name in ("regions", "chains", "kinds") if len(getattr(query, name)) > 1), None)
    if order and by is None and several is None:
        return replace(query, op="rank", order=order, top=top, measure=measure or "investment_planned")
    if by or asked_stage or (several and (compared or order)):
        by = by or (several.removesuffix("s") if several else "stage")
        return replace(query, op="group", by=by, order=order, top=top if order else ALL)
    if listed and not counted and measure is None:
        return replace(query, op="list")
    return query


def _state(
    text: _Text, vocabulary: Vocabulary, found: reading.Found, named: list[ProjectName]
) -> Query | None:
    """The state of one project; which of several is asked back."""
    text.take_words({piece for one in named for piece in common(text.rest, key(one.name))})
    places = _places(text)
    if places.regions:
        named = [one for one in named if one.region in places.regions] or named
    if places.counties:
        named = [one for one in named if one.county in places.counties] or named
    special = "dates" if text.take(DATES) else "owner" if text.take(OWNER) else None
    history = bool(text.take(HISTORY) or text.take(TREND) or found.months)
    _stages(text, vocabulary)
    text.mapped(vocabulary.kinds)
    text.take_words((*vocabulary.categories, *_short(vocabulary.chains)))
    measure = _measure(text) or special
    asked = bool(text.take(STAGE_ASKED)) or measure is not None or bool(text.taken) or history
    text.take(SUM)
    text.take(COUNT)
    text.take(f"{OF_PROJECTS}|{FILLER}")
    if text.left or not asked or len(found.periods) > 1:
        return None
    names = tuple(dict.fromkeys(one.name for one in named))
    if len(names) > 1:
        return AskBack("project", names)
    period = found.periods[0] if found.periods else None
    return ProjectQuery(
        op="history" if history else "state",
        measure=measure,
        names=names,
        regions=places.regions,
        period=period,
    )


def _stages(text: _Text, vocabulary: Vocabulary) -> tuple[str, ...]:
    if text.take(FROM_BEGUN):
        return STAGES[1:]
    if text.take(NOT_BEGUN):
        return STAGES[:1]
    found = list(text.mapped(vocabulary.stages))
    if text.take(DONE_STAGES):
        found += [stage for stage in STAGES[3:] if stage not in found]
    return tuple(found)


def _measure(text: _Text) -> str | None:
    found = [name for name, pattern in MEASURES.items() if text.take(pattern)]
    return found[0] if found else None


def _by(text: _Text) -> str | None:
    for name, pattern in BY.items():
        if text.take(pattern):
            return name
    return None


def _order(text: _Text) -> tuple[Order | None, int]:
    top = 1
    if named := text.take(NAMED_TOP):
        number = re.search(r"\d+|[一二两三四五六七八九十]+", named[0])
        value = number.group().replace("两", "二") if number else "1"
        top = int(value) if value.isdigit() else chinese_to_int(value) or 1
    if text.take(LEAST):
        text.take(MOST)
        return "least", top
    if text.take(MOST):
        return "most", top
    if named:
        return "most", top
    if text.take(r"排名|排序|排行|排位|位次"):
        return "most", ALL
    return None, top


# -- indicators -----------------------------------------------------------------------------------


def _indicator(text: _Text, vocabulary: Vocabulary, found: reading.Found) -> Query | None:
    places = _places(text)
    groups = text.take_words(_short(vocabulary.groups))
    full = _full(groups, sorted(vocabulary.groups))
    yoy = text.take(YOY)
    fitting = indicators_named(
        in_pieces(text.rest), vocabulary.indicators, full, places.regions, [*vocabulary.kinds]
    )
    if not fitting:
        return None
    text.take_words(fitting[0][1])
    trend = text.take(TREND)
    scope = _scope(text)
    shared, change = text.take(SHARE), text.take(CHANGE)
    by = _by(text)
    counted = text.take(COUNT)
    order, top = _order(text)
    compared = text.take(COMPARE)
    asked = [*counted, *text.take(SUM), *trend, *yoy, *change, *shared, *compared]
    asked += [order] if order else []
    text.take(FILLER)
    asks = bool(asked) or bool(found.periods) or bool(by)
    if text.left or not asks:
        return None
    if places.home:
        return AskBack("region")
    several = len(places.regions) > 1 or len(full) > 1 or len(found.periods) > 1
    query = IndicatorQuery(
        op="value",
        name=fitting[0][0].name,
        wants="yoy" if yoy else "value",
        scope=scope,
        regions=places.regions or (("江苏省",) if places.province else ()),
        groups=full,
        periods=found.periods,
        order=order,
        top=top,
        months=found.months,
    )
    if shared:
        return replace(query, op="share")
    if order and found.months == 1:  # 最近一个月: the last there is
        return replace(query, op="rank", months=None)
    if trend or found.months:
        return None if order else replace(query, op="trend")
    if several and (compared or change):
        return replace(query, op="compare", order=order)
    if order or by:
        return replace(query, op="rank", order=order or "most", top=top if order else ALL)
    if change and len(found.periods) <= 1:
        return replace(query, op="change")
    return query


def _scope(text: _Text) -> Scope | None:
    if text.take(NOT_TOTAL):
        text.take("|".join(SCOPES.values()))
        return "当月"
    found = [scope for scope, pattern in SCOPES.items() if text.take(pattern)]
    return found[0] if len(found) == 1 else None


# -- both -----------------------------------------------------------------------------------------


def _places(text: _Text) -> _Places:
    home = bool(text.take(HOME))
    counties = text.mapped({word: name for word, name in COUNTY_WORDS.items() if len(word) >= 3})
    regions: list[str] = list(text.mapped(CITY_WORDS))
    for area in text.take(rf"(?:{'|'.join(AREAS)})(?:[三五]市|地区)?"):
        regions += AREAS[area[:2]]
    counties += text.mapped(COUNTY_WORDS)
    province = bool(text.take(PROVINCE))
    return _Places(tuple(dict.fromkeys(regions)), counties, home, province)


def _short(names: Iterable[str]) -> list[str]:
    """Names of chains and fields as they are said: 新型储能产业链 is 新型储能 too."""
    found = set()
    for name in names:
        found |= {normalise(name), re.sub(r"(?:产业链|产业|行业|领域)$", "", normalise(name))}
    return [name for name in found if len(name) >= 2]


def _full(said: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """The registry's own names for what was said."""
    known = list(names)
    out = []
    for word in said:
        exact = [name for name in known if normalise(name) == word]
        out += exact or [name for name in known if normalise(name).startswith(word)]
    return tuple(dict.fromkeys(out))
