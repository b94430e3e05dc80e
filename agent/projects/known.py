"""What the registry holds for a role on a day, kept until the library changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from agent.projects.matching import NameIndex
from agent.projects.vocabulary import Vocabulary, vocabulary
from corpus.columns import ColumnMap
from corpus.model import Role
from corpus.registry import Registry
from corpus.registry_series import Series
from corpus.registry_views import ProjectView
from index import Library

KEPT = 8  # roles and days


@dataclass(frozen=True, slots=True)
class Known:
    """The latest views of projects and all series, as a role may see them on a day."""

    views: list[ProjectView]
    series: list[Series]
    words: Vocabulary
    names: NameIndex
    columns: ColumnMap  # by which the tables were read


_kept: OrderedDict[tuple[object, ...], Known] = OrderedDict()


def known_to(registry: Registry, library: Library, role: Role, as_of: date) -> Known:
    """Read anew when the library, its columns, the role's view or the day is another."""
    catalog = library.catalog
    key = (str(library.home), catalog.generation(), role.visibilities, as_of)
    found = _kept.get(key)
    if found is None or found.columns is not registry.columns:
        views = registry.projects(role, as_of=as_of)
        series = registry.indicators(role, as_of=as_of)
        words = vocabulary(registry, views, series)
        found = Known(views, series, words, NameIndex(words.projects), registry.columns)
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found
