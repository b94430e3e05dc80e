"""The outline as a form, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from agent.briefing.outline import Outline
from agent.briefing.templates import first_fault
from corpus.errors import InputError

_SPLIT = re.compile(r"[、，,\n]+")
_NUMBERS = ("limit", "tables", "charts")


def day_of(text: str) -> date | None:
    """
    Raises:
        InputError: neither empty nor a day.
    """
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise InputError("web.bad_date", value=text[:40]) from error


def edited(outline: Outline, form: Mapping[str, str]) -> Outline:
    """The outline with what the form says: title, subject, day, and its sections kept, ordered and headed.

    Raises:
        InputError: a field that is no outline's; the message names it.
    """
    data = outline.model_dump(mode="json")
    for name in ("title", "subject"):
        data[name] = form.get(name, data[name]).strip()
    data["as_of"] = (day_of(form.get("as_of", "")) or outline.as_of).isoformat()
    data["issuer"] = form.get("issuer", "").strip() or None
    data["addressees"] = [name for name in _SPLIT.split(form.get("addressees", "").strip()) if name]
    data["opening"] = form.get("opening") == "1"
    data["sections"] = _sections(data["sections"], form)
    try:
        return Outline.model_validate(data)
    except ValidationError as error:
        raise InputError("briefs_page.bad_field", reason=first_fault(error)) from error


def _sections(sections: Sequence[dict[str, Any]], form: Mapping[str, str]) -> list[dict[str, Any]]:
    kept: list[tuple[float, int, dict[str, Any]]] = []
    for at, section in enumerate(sections):
        if form.get(f"keep_{at}") != "1":
            continue
        changed = dict(section)
        changed["heading"] = form.get(f"heading_{at}", section["heading"]).strip()
        for name in _NUMBERS:
            given = form.get(f"{name}_{at}", "").strip()
            changed[name] = int(given) if given.isdecimal() and given.isascii() else section[name]
        order = form.get(f"order_{at}", "").strip()
        kept.append((float(order) if re.fullmatch(r"\d{1,3}", order) else at + 1, at, changed))
    if not kept:
        raise InputError("briefs_page.no_section")
    return [section for _, _, section in sorted(kept, key=lambda one: one[:2])]
