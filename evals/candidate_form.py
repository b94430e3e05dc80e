"""A candidate's fields as a person types them, at a terminal or in a form, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.errors import InputError

_TEXTS = ("question", "role", "as_of", "split")


def parse(assignments: Sequence[str]) -> dict[str, Any]:
    """`field=value` as typed; `field=` takes the field out.

    `gold=文件.pdf#第十条` and `key=600万元|六百万元` may be repeated, each adding a place or a fact with
    its alternatives; `expected_status=answered,partial`, `tags=甲,乙`, `forbidden=…` are lists; any
    value may also be given as JSON.

    Raises:
        InputError: no `=` in it.
    """
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        name, text = name.strip(), text.strip()
        if not sign:
            raise InputError("evals_use.no_sign", value=assignment)
        if not text:
            values[name] = None
        elif name in _TEXTS:
            values[name] = text
        elif text.startswith(("[", "{")):
            values[name] = _json(name, text)
        elif name == "gold":
            doc, _, clause = text.partition("#")
            values.setdefault(name, []).append({"doc": doc.strip(), "clause": clause.strip() or None})
        elif name == "key":
            values.setdefault(name, []).append([one.strip() for one in text.split("|")])
        else:
            values[name] = [one.strip() for one in text.replace("，", ",").split(",")]
    return values


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError("evals_use.bad_json", field=name, reason=error.msg) from error


def from_form(fields: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a case from a form; an empty box takes the field out.

    One fact, one place, one turn of the history a line.
    A turn of the history begins with `问：` or `答：`; a line without either goes on with the turn before.

    Raises:
        InputError: a history that does not begin with a turn.
    """
    values: dict[str, Any] = {}
    for name, text in fields.items():
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if name == "history":
            values[name] = _history(lines) or None
        elif name in ("key", "gold"):
            values |= parse([f"{name}={line}" for line in lines] or [f"{name}="])
        elif name == "forbidden":
            values[name] = lines or None
        elif name in _TEXTS:
            values[name] = " ".join(lines) or None
        else:
            values |= parse([f"{name}={','.join(lines)}"])
    return values


_WHO = {"问": "user", "答": "assistant", "Q": "user", "A": "assistant"}


def _history(lines: Sequence[str]) -> list[list[str]]:
    turns: list[list[str]] = []
    for line in lines:
        who, sign, text = line.replace(":", "：", 1).partition("：")
        if sign and who in _WHO:
            turns.append([_WHO[who], text.strip()])
        elif turns:
            turns[-1][1] += f"\n{line}"
        else:
            raise InputError("evals_use.bad_history", line=line)
    return turns


def to_form(case: Mapping[str, Any]) -> dict[str, str]:
    """The reverse of `from_form`: the text of each box."""
    status = case.get("expected_status") or []
    turns = [f"{'问' if who == 'user' else '答'}：{text}" for who, text in case.get("history") or []]
    gold = [
        f"{one['doc']}#{one['clause']}" if one.get("clause") else one["doc"] for one in case.get("gold") or []
    ]
    return {
        "question": case.get("question") or "",
        "history": "\n".join(turns),
        "role": case.get("role") or "",
        "as_of": str(case.get("as_of") or ""),
        "expected_status": status if isinstance(status, str) else ",".join(status),
        "key": "\n".join("|".join(fact) for fact in case.get("key") or []),
        "forbidden": "\n".join(case.get("forbidden") or []),
        "gold": "\n".join(gold),
        "tags": "，".join(case.get("tags") or []),
        "split": case.get("split") or "",
    }
