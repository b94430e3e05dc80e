"""What a question asks of the registry, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.registry_model import Scope

ProjectOp = Literal["summary", "list", "group", "rank", "state", "history"]
IndicatorOp = Literal["value", "trend", "rank", "compare", "change", "share"]
Order = Literal["most", "least"]
ALL = 99  # a ranking of all there are


@dataclass(frozen=True, slots=True)
class Asked:
    """A period that a question names: its first and last month (2026-01), and what a figure of it is.

    scope: 累计 for 1—6月, 上半年, 截至9月; 当季 for 三季度; 期末 for 9月末; None for a bare month or year.
    open: up to the last figure there is (今年以来, 今年).
    """

    first: str
    last: str
    scope: Scope | None = None
    words: str = ""
    open: bool = False

    @property
    def is_month(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class ProjectQuery:
    """Which projects, and what of them. An empty tuple or None: any.

    measure: a field of money, `progress` (done of planned), or None for how many; of one project also
    `dates` (of start and end) and `owner`.
    by: what is grouped or compared by; of a ranking None means that projects are ranked.
    """

    op: ProjectOp
    measure: str | None = None
    names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    by: str | None = None
    order: Order | None = None
    top: int = 1
    period: Asked | None = None

    @property
    def narrows(self) -> bool:
        """Whether more than the kind of list is asked for: reports state the totals of a list themselves."""
        by = any((self.names, self.regions, self.counties, self.chains, self.categories, self.stages))
        return by or self.op in ("group", "rank", "list", "state", "history")


@dataclass(frozen=True, slots=True)
class IndicatorQuery:
    """Which figures of an indicator. `wants` yoy: its 同比. change: against the period before (环比) or,
    with two periods, the later against the earlier. share: of the total."""

    op: IndicatorOp
    name: str
    wants: Literal["value", "yoy"] = "value"
    scope: Scope | None = None
    regions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    periods: tuple[Asked, ...] = ()
    order: Order | None = None
    top: int = 1
    months: int | None = None  # 近三个月: how many points of a trend


@dataclass(frozen=True, slots=True)
class AskBack:
    """What has to be known first: `region` (我们市 is which?) or `project` with its candidates."""

    what: Literal["region", "project"]
    choices: tuple[str, ...] = ()


Query = ProjectQuery | IndicatorQuery | AskBack
