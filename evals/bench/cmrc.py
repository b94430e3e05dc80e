"""CMRC 2018 (Cui et al. 2019) as a retrieval set: which passage holds the answer to a question?

python -m evals.bench.cmrc ../shared/data/cmrc2018/cmrc2018_dev.json out/cmrc

Titles are left out unless `--titles` asks for them: most questions name the subject of the title,
so that with titles the set measures little more than finding a name.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from corpus.errors import InputError, ZhixunError
from corpus.messages import msg
from evals.bench.beir import Judgement, Passage, Query, RetrievalSet, write_beir
from evals.bench.folders import locate


def convert(source: Path, titles: bool = False) -> RetrievalSet:
    """Each passage a document, each question a query with one relevant passage.

    Raises:
        InputError: no such file, no JSON, or JSON of another form.
    """
    try:
        records = json.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("evals.no_file", path=source, reason=error.strerror or error) from error
    except ValueError as error:
        raise InputError("evals.not_cmrc", path=source) from error
    if isinstance(records, dict):
        records = _from_squad(records, source)
    passages: list[Passage] = []
    queries: list[Query] = []
    judgements: list[Judgement] = []
    try:
        for record in records:
            title = record["title"] if titles else ""
            passages.append(Passage(record["context_id"], title, record["context_text"]))
            for asked in record["qas"]:
                queries.append(Query(asked["query_id"], asked["query_text"]))
                judgements.append(Judgement(asked["query_id"], record["context_id"], 1))
    except (TypeError, KeyError) as error:
        raise InputError("evals.not_cmrc", path=source) from error
    return RetrievalSet(tuple(passages), tuple(queries), tuple(judgements))


def _from_squad(data: dict[str, Any], source: Path) -> list[dict[str, Any]]:
    """The records of the release in SQuAD's form (`squad-style-data/`), in that of the first release."""
    try:
        return [
            {
                "context_id": paragraph["id"],
                "title": article.get("title", ""),
                "context_text": paragraph["context"],
                "qas": [{"query_id": qa["id"], "query_text": qa["question"]} for qa in paragraph["qas"]],
            }
            for article in data["data"]
            for paragraph in article["paragraphs"]
        ]
    except (TypeError, KeyError, AttributeError) as error:
        raise InputError("evals.not_cmrc", path=source) from error


def load_cmrc_folder(folder: Path) -> RetrievalSet:
    """The development set from the folder of a release.

    Raises:
        InputError: no such folder, no development set in it, or one of another form.
    """
    names = ("cmrc2018_dev.json", "squad-style-data/cmrc2018_dev.json")
    return convert(locate(folder, "CMRC 2018", names))


def main(arguments: list[str] | None = None) -> int:
    """`python -m evals.bench.cmrc SOURCE OUT`; 1 and a message on bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.bench.cmrc", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("source", type=Path, help="cmrc2018_dev.json")
    parser.add_argument("out", type=Path, help="folder for corpus.jsonl, queries.jsonl, qrels.tsv")
    parser.add_argument("--titles", action="store_true", help="give passages the titles of their articles")
    options = parser.parse_args(arguments)
    try:
        found = convert(options.source, options.titles)
        write_beir(found, options.out)
    except ZhixunError as error:
        print(error.message(), file=sys.stderr)
        return 1
    passages, queries = len(found.passages), len(found.queries)
    print(msg("evals.converted", path=options.out, passages=passages, queries=queries))
    return 0


if __name__ == "__main__":
    sys.exit(main())
