"""CRUD-RAG (Lyu et al. 2024), its questions over one, two and three news texts.

`crud_split/split_merged.json` of github.com/IAAR-Shanghai/CRUD_RAG: an object of tasks; those named
questanswer_1doc, _2docs, _3docs are lists of {"ID", "event", "news1" (to news3), "questions",
"answers"}. The library holds the news of the questions asked; its 80,000 further texts are not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.messages import msg
from evals.bench.closed import ClosedBook, closed_book
from evals.bench.folders import locate, read_json, text_of
from evals.bench.rgb import Progress
from evals.metrics.aggregate import ratio
from evals.metrics.base import Part
from evals.metrics.overlap import rouge_l

TASKS = {"questanswer_1doc": 1, "questanswer_2docs": 2, "questanswer_3docs": 3}
FILES = ("split_merged.json", "crud_split/split_merged.json", "data/crud_split/split_merged.json")
FOUND_IN = 5  # documents within which the news of a question should be


@dataclass(frozen=True, slots=True)
class Item:
    """One question with the news that its answer was written from."""

    question: str
    answer: str
    news: tuple[str, ...]


def load(path: Path) -> dict[str, list[Item]]:
    """The questions by task.

    Raises:
        InputError: no JSON, none of the tasks, a record without a field, numbered from 1 in its task.
    """
    data = read_json(path)
    tasks = {name: data[name] for name in TASKS if isinstance(data, dict) and data.get(name)}
    if not tasks or not all(isinstance(items, list) for items in tasks.values()):
        reason = msg("bench.field_wrong", name="、".join(TASKS))
        raise InputError("bench.bad_record", path=path, line=1, reason=reason)
    return {
        name: [_item(path, at, record, TASKS[name]) for at, record in enumerate(items, 1)]
        for name, items in tasks.items()
    }


def _item(path: Path, line: int, record: Any, count: int) -> Item:
    if not isinstance(record, dict):
        raise InputError(
            "bench.bad_record", path=path, line=line, reason=msg("bench.field_wrong", name="questions")
        )
    news = tuple(text_of(path, line, record, f"news{at}") for at in range(1, count + 1))
    return Item(text_of(path, line, record, "questions"), text_of(path, line, record, "answers"), news)


def crud(folder: Path, limit: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """The figures of each task that the file holds, over `limit` questions of each.

    Returns:
        by task: answered (share not refused); cites_news (answered questions that cite one of their
        news texts, of all); found (share of a question's news among the first `FOUND_IN` documents of
        a search with the question); rouge_l_recall and rouge_l_f1 of the answer, 0 where it was refused.

    Raises:
        InputError: no such folder, no such file, a bad record.
    """
    tasks = {name: items[:limit] for name, items in load(locate(folder, "CRUD-RAG", FILES)).items()}
    every = [(name, item) for name, items in tasks.items() for item in items]
    texts = dict.fromkeys(text for _, item in every for text in item.news)
    parts: dict[str, dict[str, list[Part]]] = {name: {} for name in tasks}
    with closed_book(texts) as book:
        for done, (name, item) in enumerate(every, 1):
            for figure, part in _scores(book, item, list(texts)).items():
                parts[name].setdefault(figure, []).append(part)
            if progress is not None:
                progress(done, len(every))
        refused = len(book.refused)
    figures: dict[str, Any] = {
        "questions": {name: len(items) for name, items in tasks.items()},
        "texts": len(texts),
        "texts_not_loaded": refused,
    }
    for name, scores in parts.items():
        figures |= {f"{name}.{figure}": ratio(found).as_dict() for figure, found in scores.items()}
    figures["notes"] = [msg("bench.note_extractive"), msg("bench.note_characters")]
    return figures


def _scores(book: ClosedBook, item: Item, texts: list[str]) -> dict[str, Part]:
    answer = book.ask(item.question, texts)
    gave = answer.status in ("answered", "partial")
    wanted = {book.doc_id(text) or text for text in item.news}  # one not loaded is never found
    overlap = rouge_l(answer.answer if gave else "", item.answer)
    found = set(book.search(item.question, FOUND_IN))
    return {
        "answered": Part(int(gave), 1),
        "cites_news": Part(int(gave and any(c.doc_id in wanted for c in answer.citations)), 1),
        "found": Part(len(found & wanted), len(wanted)),
        "rouge_l_recall": Part(overlap.recall, 1),
        "rouge_l_f1": Part(overlap.f1, 1),
    }
