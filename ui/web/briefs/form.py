"""The outline as a form, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import ValidationError

from agent.briefing.outline import Outline
from agent.briefing.templates import first_fault
from agent.briefing.wishes import Audience, Length, Wishes, period_named, region_named
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


def wishes_of(form: Mapping[str, str]) -> Wishes:
    """
    Raises:
        InputError: a length or readers that the page does not offer.
    """
    length, audience = form.get("length") or Length.STANDARD, form.get("audience") or Audience.INTERNAL
    if length not in list(Length) or audience not in list(Audience):
        raise InputError("briefs_page.bad_field", reason=f"{length}, {audience}"[:60])
    return Wishes(
        region=form.get("region", "").strip() or None,
        period=form.get("period", "").strip() or None,
        length=Length(length),
        audience=Audience(audience),
    )


def edited(outline: Outline, form: Mapping[str, str]) -> Outline:
    """The outline with what the form says: title, subject, place, period, day, readers, and its sections
    kept, ordered and headed. A field that the form does not have stays as it was.

    Raises:
        InputError: a field that is no outline's; the message names it.
    """
    data = outline.model_dump(mode="json")
    for name in ("title", "subject"):
        data[name] = form.get(name, data[name]).strip()
    day = day_of(form.get("as_of", "")) or outline.as_of
    data["as_of"] = day.isoformat()
    if "region" in form:
        data["region"] = region_named(form["region"])
    if form.get("period", words := outline.period.words if outline.period else "").strip() != words:
        named = period_named(form["period"], day)
        data["period"] = asdict(named) if named else None
    data["audience"] = wishes_of(form).audience if "audience" in form else outline.audience
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
