"""What a programme file may say. `schema.json` beside it is written from these models.

A figure never stands alone: `said` repeats the words of the clause that state it, and the linter finds
those words in the clause, the figure in those words and the comparator in them (agent/programs/lint.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["title", "funding", "tax", "size", "pilot", "measures"]
Op = Literal["ge", "gt", "le", "lt", "is", "in", "has", "lacks", "by", "since"]
Over = Literal["latest", "each_2", "sum_2", "avg_3", "cagr_2", "mean_growth_2"]
Application = Literal["new", "recheck"]
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_Strict):
    """The same thing in Chinese and in English."""

    zh: Text
    en: Text

    def of(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


class Source(_Strict):
    """A document by its title, and by its 发文字号 where the library knows it."""

    title: Text
    number: str | None = None


class Stated(_Strict):
    """Words of a clause: `clause` is `document key#label` (main#第五条第（一）项)."""

    clause: Annotated[str, Field(pattern=r"^[a-z0-9_]+#.+$")]
    said: Text


class Points(Stated):
    """A row of a scoring table: so many points from `low` on, the boundary belonging to the higher row.

    `when` is the value of a choice, or the flag; one of `low`, `high`, `when` says when the row counts.
    """

    points: Annotated[int, Field(ge=0)]
    fact: Text
    low: float | None = None
    high: float | None = None
    when: str | bool | None = None


class Condition(_Strict):
    """A condition on one fact, or a group (`any`, `all`), or a score; `waivers` set it aside."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    clause: Annotated[str, Field(pattern=r"^[a-z0-9_]+#.+$")]
    said: Text
    fact: str | None = None
    op: Op | None = None
    value: float | str | bool | date | tuple[str, ...] | None = None
    unit: str | None = None
    over: Over = "latest"
    years: Annotated[int, Field(ge=1)] | None = None  # 近N年, where it is the fact's own period
    negated: bool = False  # the clause states the bound of the next class, and this is below it
    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()
    score: tuple[Points, ...] = ()
    waivers: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        kinds = [bool(self.fact), bool(self.any), bool(self.all), bool(self.score)]
        if sum(kinds) != 1:
            raise ValueError("one_kind")
        if (self.fact or self.score) and (self.op is None or self.value is None):
            raise ValueError("op_and_value")
        return self

    @property
    def children(self) -> tuple[Condition, ...]:
        return self.any + self.all + self.waivers

    def walk(self) -> Iterator[Condition]:
        """Itself and everything inside."""
        yield self
        for child in self.children:
            yield from child.walk()


class NotHeld(_Strict):
    """A condition that exists but that the library does not hold; `clause` says so where one does."""

    what: Names
    clause: str | None = None
    said: str | None = None


class Benefit(Stated):
    """What the programme gives. `amount` None: not stated in the document, which `said` says."""

    what: Names
    amount: float | None = None
    unit: str | None = None


class Window(Stated):
    """When one may apply."""

    first: date
    last: date


class Exception_(Stated):
    """For some applications another programme's text applies, from and to the days given."""

    application: Application
    first: date
    last: date
    instead: Text


class Programme(_Strict):
    """One support programme under one text."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    names: Names
    aliases: tuple[str, ...] = ()
    level: Literal["国家", "省", "市", "县"]
    region: Text
    authority: Text
    kind: Kind
    gradient: Annotated[int, Field(ge=1, le=9)] | None = None  # its step on the ladder of titles
    grants: str | None = None  # the title that it gives (a value of the fact `titles`)
    documents: dict[str, Source]
    conditions: tuple[Condition, ...] = ()
    not_held: tuple[NotHeld, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    windows: tuple[Window, ...] = ()
    stacking: tuple[Stated, ...] = ()  # empty: the library holds no rule
    notes: tuple[Stated, ...] = ()
    exceptions: tuple[Exception_, ...] = ()

    @model_validator(mode="after")
    def _main(self) -> Programme:
        if "main" not in self.documents:
            raise ValueError("no_main")
        return self

    def all_conditions(self) -> Iterator[Condition]:
        for condition in self.conditions:
            yield from condition.walk()

    def stated(self) -> Iterator[tuple[str, str]]:
        """(clause reference, words) of everything that the file says a clause states."""
        for condition in self.all_conditions():
            yield condition.clause, condition.said
            yield from ((row.clause, row.said) for row in condition.score)
        for part in (*self.benefits, *self.windows, *self.stacking, *self.notes, *self.exceptions):
            yield part.clause, part.said
        for missing in self.not_held:
            if missing.clause and missing.said:
                yield missing.clause, missing.said
