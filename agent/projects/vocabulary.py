"""The names that the registry knows, as far as a role may see them: what a question is read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.places import CITIES, COUNTIES
from corpus.registry import Registry
from corpus.registry_cells import plain
from corpus.registry_model import STAGES
from corpus.registry_series import Series
from corpus.registry_views import ProjectView

SHORT_KINDS = {"重大工业项目": "省重大工业项目"}  # 重大项目 alone may be anybody's
TOTALS = frozenset(["合计", "总计", "总体", "全省", "江苏省", "小计"])


@dataclass(frozen=True, slots=True)
class ProjectName:
    """A project's name, and where it is: what tells namesakes apart."""

    name: str
    region: str | None = None
    county: str | None = None


@dataclass(frozen=True, slots=True)
class IndicatorName:
    """An indicator with the captions of its tables, and what its figures are of."""

    name: str
    captions: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that can be named in a question; synonyms map to what the registry calls them."""

    projects: tuple[ProjectName, ...] = ()
    chains: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    indicators: tuple[IndicatorName, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> frozenset[str]:
        """What figures are of, besides regions; 合计 is no group."""
        return frozenset().union(*(one.groups for one in self.indicators)) - TOTALS


def vocabulary(registry: Registry, views: Sequence[ProjectView], series: Sequence[Series]) -> Vocabulary:
    """From what a role may see: `views` and `series` as the registry gave them for the role."""
    names = {(view.snapshot.name, view.get("region"), view.get("county")) for view in views}
    indicators: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for one in series:
        captions, groups, regions = indicators.setdefault(one.name, (set(), set(), set()))
        captions |= {point.value.caption for point in one.points if point.value.caption}
        groups |= {one.group} if one.group else set()
        regions |= {one.region} if one.region else set()
    return Vocabulary(
        projects=tuple(ProjectName(*found) for found in sorted(names, key=str)),
        chains=_values(views, "chain"),
        categories=_values(views, "category"),
        indicators=tuple(
            IndicatorName(name, tuple(sorted(captions)), frozenset(groups), frozenset(regions))
            for name, (captions, groups, regions) in sorted(indicators.items())
        ),
        kinds={plain(word): name for word, name in registry.columns.kinds.items()} | SHORT_KINDS,
        stages={plain(word): name for word, name in registry.columns.stages.items() if name in STAGES},
    )


def _values(views: Sequence[ProjectView], name: str) -> tuple[str, ...]:
    return tuple(sorted({str(value) for view in views if (value := view.get(name))}))


# Cities and counties by the words for them; 市 and 区 may be left out where two characters are left.
CITY_WORDS = {**{f"{city}市": f"{city}市" for city in CITIES}, **{city: f"{city}市" for city in CITIES}}
AREAS = {
    "苏南": ("南京市", "无锡市", "常州市", "苏州市", "镇江市"),
    "苏中": ("南通市", "扬州市", "泰州市"),
    "苏北": ("徐州市", "连云港市", "淮安市", "盐城市", "宿迁市"),
}


def _county_words() -> dict[str, str]:
    words: dict[str, str] = {}
    for names in COUNTIES.values():
        for name in names.split():
            words[name] = name
            short = name[:-1]
            if len(short) >= 2 and short not in CITY_WORDS and name[-1] in "市县区":
                words.setdefault(short, name)
    return words


COUNTY_WORDS = _county_words()
