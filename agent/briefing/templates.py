"""The kinds of briefings as templates: YAML with Jinja in titles and headings, delivered and staff's own.

A file of `ZHIXUN_HOME/templates/briefings` adds a kind, or takes the place of a delivered one of the same
name. A template decides what stands where and how long it is; figures and quotations come from evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from corpus.errors import InputError
from corpus.settings import CorpusSettings

PartName = Literal["figures", "projects", "measures", "problems", "next"]
PARTS: tuple[str, ...] = get_args(PartName)
_DELIVERED = Path(__file__).with_name("kinds")
_NAMES = {"topic": "", "subject": "", "region": None, "period": None, "as_of": "", "kind": ""}
_MAX_BYTES = 64_000
_jinja = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


class SectionPlan(BaseModel):
    """A section: what is gathered for it, under which heading, how much of it.

    limit: sentences or quotations at most; tables, charts: at most so many; apart: with headings of the
    second level; trend: so many months in a table of their own where there are that many (0: none).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    part: PartName
    heading: str = Field(min_length=1, max_length=60)
    limit: int = Field(default=30, ge=1, le=100)
    tables: int = Field(default=9, ge=0, le=30)
    charts: int = Field(default=0, ge=0, le=30)
    apart: bool = False
    trend: int = Field(default=0, ge=0, le=36)


class Template(BaseModel):
    """A kind of briefing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(min_length=1, max_length=12)
    title: str = Field(min_length=1, max_length=300)
    opening: bool = True
    sections: tuple[SectionPlan, ...] = Field(min_length=1, max_length=20)

    @field_validator("title")
    @classmethod
    def _renders(cls, value: str) -> str:
        render(value, _NAMES)
        return value


def render(text: str, names: Mapping[str, Any]) -> str:
    """A title or heading with its names filled in.

    Raises:
        ValueError: it cannot be filled; the message says why.
    """
    try:
        return " ".join(_jinja.from_string(text).render(names).split())
    except TemplateSyntaxError as error:
        raise ValueError(f"Jinja, line {error.lineno}: {error.message}") from error
    except (TemplateError, TypeError, ArithmeticError) as error:
        raise ValueError(f"Jinja: {error}") from error


def templates(home: Path | None = None) -> dict[str, Template]:
    """All kinds by name, staff's own over the delivered ones.

    Raises:
        InputError: a file with a fault; the message names the file, the place and the fault.
    """
    own = (home or CorpusSettings().home) / "templates" / "briefings"
    found: dict[str, Template] = {}
    for folder in (_DELIVERED, own):
        for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
            template = _read(path)
            found[template.kind] = template
    return found


def template_of(kind: str, home: Path | None = None) -> Template:
    """
    Raises:
        InputError: no such kind, or a template with a fault.
    """
    known = templates(home)
    if kind not in known:
        raise InputError("briefing.bad_kind", value=kind, known="、".join(known))
    return known[kind]


def _read(path: Path) -> Template:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError("briefing.bad_template", path=path, reason=f"> {_MAX_BYTES} B")
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Template.model_validate(data)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("briefing.bad_template", path=path, reason=str(error)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        reason = f"YAML, {place}{getattr(error, 'problem', None) or error}"
        raise InputError("briefing.bad_template", path=path, reason=reason) from error
    except ValidationError as error:
        raise InputError("briefing.bad_template", path=path, reason=first_fault(error)) from error


def first_fault(error: ValidationError) -> str:
    """The first thing that is wrong, with the field it is in: sections.0.part: …."""
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg']}" if place else str(fault["msg"])
