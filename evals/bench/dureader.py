"""DuReader-retrieval (Qiu et al. 2022): questions of a web search, each with its relevant passages.

`dureader-retrieval-baseline-dataset/` as published: `dev/dev.json`, JSON lines of {"question_id",
"question", "answer_paragraphs": [{"paragraph_id", "paragraph_text"}]}; `passage-collection/part-00`
to `part-03`, a passage a line in the third column of four, tab-separated; `passage2id.map.json`
there, from the line's index (over all parts, from 0) to the passage's id.

The collection of 8.09 million passages is days of embedding on two cores. Searched are the relevant
passages of all questions asked and the first `passages` of the collection; figures say how many.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from corpus.errors import InputError
from corpus.messages import msg
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet
from evals.bench.folders import locate, read_json, records, text_of, wrong_field

ROOT = "dureader-retrieval-baseline-dataset"
COLLECTION = 8_096_668


def load_dureader(folder: Path, limit: int | None = None, passages: int = 0) -> RetrievalSet:
    """The development questions (the first `limit`) over their passages and `passages` further ones.

    Raises:
        InputError: no such folder or file, a bad line.
    """
    dev = locate(folder, "DuReader-retrieval", ("dev/dev.json", f"{ROOT}/dev/dev.json", "dev.json"))
    queries: list[Query] = []
    judgements: list[Judgement] = []
    texts: dict[str, str] = {}
    for line, record in records(dev)[:limit]:
        query = Query(text_of(dev, line, record, "question_id"), text_of(dev, line, record, "question"))
        queries.append(query)
        relevant = record.get("answer_paragraphs")
        if not isinstance(relevant, list) or not all(isinstance(item, dict) for item in relevant):
            raise wrong_field(dev, line, "answer_paragraphs")
        for item in relevant:
            id = text_of(dev, line, item, "paragraph_id")
            if id not in texts:
                texts[id] = text_of(dev, line, item, "paragraph_text")
            judgements.append(Judgement(query.id, id, 1))
    for id, text in islice(_collection(dev.parent.parent, passages), passages):
        texts.setdefault(id, text)
    return RetrievalSet(
        tuple(Passage(id, "", text) for id, text in texts.items()), tuple(queries), tuple(judgements)
    )


def _collection(root: Path, passages: int) -> Iterator[tuple[str, str]]:
    """(id, text) of the collection's passages in the order of its lines."""
    if not passages:
        return
    folder = locate(root, "DuReader-retrieval", ("passage-collection/part-00",)).parent
    names = read_json(locate(folder, "DuReader-retrieval", ("passage2id.map.json",)))
    if not isinstance(names, dict):
        raise wrong_field(folder / "passage2id.map.json", 1, "passage2id")
    index = 0
    for part in sorted(folder.glob("part-0*")):
        with part.open(encoding="utf-8") as file:
            for line, row in enumerate(file, 1):
                cells = row.rstrip("\n").split("\t")
                if len(cells) < 3:
                    reason = msg("bench.field_wrong", name="passage_text")
                    raise InputError("bench.bad_record", path=part, line=line, reason=reason)
                if (name := names.get(str(index))) is None:
                    raise wrong_field(folder / "passage2id.map.json", index + 1, str(index))
                yield str(name), cells[2]
                index += 1
