"""RGB (Chen et al. 2024, "Benchmarking Large Language Models in Retrieval-Augmented Generation").

Four abilities over Chinese news snippets, `PASSAGES` of them with each question: noise robustness
(some are off the point), negative rejection (all are), information integration (the answer needs two
of them), counterfactual robustness (they state a wrong fact). Files as in github.com/chen700564/RGB,
`data/`: zh.json, zh_int.json, zh_fact.json, JSON lines with id, query, answer, positive, negative
(zh_int: lists of positives; zh_fact: also fakeanswer and positive_wrong).

Passages are chosen as there (ceil(5 x noise) negatives, the rest positives), the first of each list
in place of a random one, so that a run can be repeated. A refusal stands for 信息不足.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.types import Answer
from corpus.messages import msg
from evals.bench.closed import ClosedBook, closed_book
from evals.bench.folders import locate, records, text_of, texts_of, wrong_field
from evals.metrics.aggregate import ratio
from evals.metrics.base import Part
from evals.metrics.key_facts import states

PASSAGES = 5
NOISE = (0.0, 0.2, 0.4, 0.6, 0.8)
NOISE_INTEGRATION = (0.0, 0.2, 0.4)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `answer`: parts that must all be stated, each in one of its wordings; `groups`:
    the positives of each part (one group but for integration); `wrong`: positives with `fake`."""

    question: str
    answer: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[str, ...], ...]
    negative: tuple[str, ...]
    fake: str = ""
    wrong: tuple[str, ...] = ()


def load(path: Path) -> list[Item]:
    """The items of one file of RGB.

    Raises:
        InputError: a bad line, with its number and field.
    """
    return [_item(path, line, record) for line, record in records(path)]


def _item(path: Path, line: int, record: dict[str, Any]) -> Item:
    positive = record.get("positive")
    if isinstance(positive, list) and positive and all(isinstance(group, list) for group in positive):
        groups = [texts_of(path, line, {"positive": group}, "positive") for group in positive]
    else:
        groups = [texts_of(path, line, record, "positive")]
    fact = "positive_wrong" in record
    return Item(
        question=text_of(path, line, record, "query"),
        answer=_answer(path, line, record.get("answer")),
        groups=tuple(tuple(group) for group in groups),
        negative=tuple(texts_of(path, line, record, "negative")),
        fake=text_of(path, line, record, "fakeanswer") if fact else "",
        wrong=tuple(texts_of(path, line, record, "positive_wrong")) if fact else (),
    )


def _answer(path: Path, line: int, value: Any) -> tuple[tuple[str, ...], ...]:
    """A text, or a list whose members are texts (all wanted) or lists of wordings (one wanted)."""
    parts = value if isinstance(value, list) else [value]
    found = [tuple(part) if isinstance(part, list) else (part,) for part in parts]
    if not found or not all(part and all(isinstance(w, str) and w for w in part) for part in found):
        raise wrong_field(path, line, "answer")
    return tuple(found)


def noisy(item: Item, noise: float) -> tuple[str, ...]:
    """The passages of a question at a share of noise: as many negatives as there are, at most.

    >>> noisy(Item("q", (("a",),), (("p1", "p2", "p3", "p4"),), ("n1", "n2", "n3")), 0.4)
    ('p1', 'p2', 'p3', 'n1', 'n2')
    """
    positive, negatives = item.groups[0], math.ceil(PASSAGES * noise)
    if noise >= 1:
        return item.negative[:PASSAGES]
    if negatives > len(item.negative):
        negatives = len(item.negative)
    elif PASSAGES - negatives > len(positive):
        negatives = PASSAGES - len(positive)
    return (*positive[: PASSAGES - negatives], *item.negative[:negatives])


def integrated(item: Item, noise: float) -> tuple[str, ...]:
    """One positive of each group, then further ones in turn, then negatives up to `PASSAGES`."""
    wanted = PASSAGES - math.ceil(PASSAGES * noise)
    depth = max(len(group) for group in item.groups)
    turns = [group[at] for at in range(depth) for group in item.groups if at < len(group)]
    chosen = turns[: max(wanted, len(item.groups))]
    return (*chosen, *item.negative[: max(0, PASSAGES - len(chosen))])


def is_right(answer: Answer, item: Item) -> bool:
    """RGB's own rule: all parts occur in the answer, which does not refuse. Plain occurrence, without
    regard to case and blanks, as published: 70 occurs in 170."""
    if answer.status not in ("answered", "partial"):
        return False
    text = answer.answer.replace(" ", "").lower()
    return all(any(w.replace(" ", "").lower() in text for w in part) for part in item.answer)


def rgb(folder: Path, limit: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """The figures of the abilities whose files are there.

    Returns:
        accuracy by noise, rejection rate with noise alone, accuracy of integration by noise; with
        wrong facts: the share of answers that repeat the wrong one, and that state the true one
        (numbers compared as quantities: 170 does not state 70). Each with its interval.

    Raises:
        InputError: no such folder, none of the files, a bad line.
    """
    names = ("zh.json", "zh_int.json", "zh_fact.json")
    places = {name: (name, f"data/{name}") for name in names}
    locate(folder, "RGB", [place for name in names for place in places[name]])
    sets = {
        name: load(path)[:limit]
        for name in names
        if (path := next((folder / p for p in places[name] if (folder / p).is_file()), None))
    }
    asked = _questions(sets)
    with closed_book(text for _, _, _, texts in asked for text in texts) as book:
        parts = _ask(book, asked, progress)
        refused = len(book.refused)
    figures: dict[str, Any] = {"questions": {name: len(items) for name, items in sets.items()}}
    figures["texts_not_loaded"] = refused
    figures |= {name: ratio(found).as_dict() for name, found in parts.items()}
    figures["notes"] = [msg("bench.note_extractive")]
    if "zh_fact.json" in sets:
        figures["notes"].append(msg("bench.note_detection"))
    return figures


_Asked = tuple[str, str, Item, tuple[str, ...]]  # figure, kind of judgement, question, its passages


def _questions(sets: dict[str, list[Item]]) -> list[_Asked]:
    found: list[_Asked] = []
    for item in sets.get("zh.json", ()):
        found += [(f"accuracy_noise_{noise:g}", "right", item, noisy(item, noise)) for noise in NOISE]
        if item.negative:
            found.append(("rejection", "refused", item, noisy(item, 1.0)))
    for item in sets.get("zh_int.json", ()):
        found += [
            (f"integration_noise_{noise:g}", "right", item, integrated(item, noise))
            for noise in NOISE_INTEGRATION
        ]
    found += [
        ("counterfactual", "fact", item, item.wrong[:PASSAGES]) for item in sets.get("zh_fact.json", ())
    ]
    return found


def _ask(book: ClosedBook, asked: Sequence[_Asked], progress: Progress | None) -> dict[str, list[Part]]:
    parts: dict[str, list[Part]] = {}
    for done, (name, kind, item, texts) in enumerate(asked, 1):
        answer = book.ask(item.question, texts)
        gave = answer.status in ("answered", "partial")
        if kind == "refused":
            scored = {name: not gave}
        elif kind == "right":
            scored = {name: is_right(answer, item)}
        else:
            true = gave and all(any(states(answer.answer, w) for w in part) for part in item.answer)
            scored = {f"{name}_fooled": gave and states(answer.answer, item.fake), f"{name}_true": true}
        for figure, right in scored.items():
            parts.setdefault(figure, []).append(Part(int(right), 1))
        if progress is not None:
            progress(done, len(asked))
    return parts
