"""What others do with the same corpus and the same embedder, measured in the same run.

bm25_jieba, bm25_bigram: BM25 (rank-bm25's Okapi, its own parameters) over the passages with their titles,
as words of jieba and as character bigrams. dense: the embedder's cosines over the same. langchain_dense:
what tutorials show, whole documents in chunks of 500 characters that overlap by 50
(RecursiveCharacterTextSplitter with its own separators), Chroma through langchain-chroma, the nearest
chunks. langchain_hybrid: the same chunks in LangChain's EnsembleRetriever, halves BM25 over jieba words
and Chroma, joined by reciprocal ranks.

Chunks are judged by text budget alone: a chunk holds parts of passages, so that "the first hit is right"
means nothing for it.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from corpus.errors import InputError
from evals.bench.beir import Passage, RetrievalSet
from evals.bench.budget import Reading, Span
from evals.bench.retrieval import DEPTH, quality, spread
from index.embedder import Embedder

CHUNK, OVERLAP = 500, 50  # characters
_PACKAGES = {
    "jieba": "jieba",
    "rank_bm25": "rank-bm25",
    "langchain_text_splitters": "langchain-text-splitters",
    "langchain_chroma": "langchain-chroma",
    "langchain_community": "langchain-community",
    "langchain_classic": "langchain-classic",
}
_BATCH = 1000  # chunks written together; Chroma takes about 5,000

Words = Callable[[str], list[str]]
Ids = Callable[[str], list[str]]  # a query's passages, best first
Pieces = Callable[[str], list[Span]]  # a query's chunks, best first
Progress = Callable[[int, int], None]


def require() -> None:
    """Checks that the packages of the baselines are there, before hours are spent.

    Raises:
        InputError: some are not; the message says what to install.
    """
    missing = [name for module, name in _PACKAGES.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise InputError("bench.no_packages", packages="、".join(missing), command=" ".join(missing))


def baselines(
    found: RetrievalSet, reading: Reading, embedder: Embedder, progress: Progress | None = None
) -> dict[str, Any]:
    """The figures of each by its name: recall_by_chars, query_ms; of passages also the five of quality.

    Raises:
        InputError: as `require`.
    """
    require()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="zhixun-baselines-", ignore_cleanup_errors=True) as folder:
        words = _jieba(Path(folder))
        whole: dict[str, Callable[[], Ids]] = {
            "bm25_jieba": partial(_bm25, found.passages, words),
            "bm25_bigram": partial(_bm25, found.passages, bigrams),
            "dense": partial(_dense, found.passages, embedder),
        }
        for name, build in whole.items():
            ranked, times = _asked(found, build(), progress)
            figures[name] = {**quality(found, ranked, reading), "query_ms": spread(times)}
        with _langchain(reading, embedder, words, Path(folder)) as chunked:
            for name, search in chunked.items():
                pieces, times = _asked(found, search, progress)
                figures[name] = {"recall_by_chars": reading.recall(pieces), "query_ms": spread(times)}
    return figures


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring characters, blanks left out: plainly, without spellings made alike.

    >>> bigrams("贴 息款")
    ['贴息', '息款']
    """
    letters = [letter for letter in text if not letter.isspace()]
    return ["".join(pair) for pair in pairwise(letters)]


def _asked(
    found: RetrievalSet, search: Callable[[str], Any], progress: Progress | None
) -> tuple[dict[str, Any], list[float]]:
    """What each query gets, and in how many milliseconds."""
    got: dict[str, Any] = {}
    times: list[float] = []
    for number, query in enumerate(found.queries, start=1):
        clock = time.perf_counter()
        got[query.id] = search(query.text)
        times.append((time.perf_counter() - clock) * 1000)
        if progress is not None:
            progress(number, len(found.queries))
    return got, times


def _jieba(folder: Path) -> Words:
    """Words as jieba cuts them; its cache in `folder`, not in a place that all users of a machine share."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    return lambda text: [word for word in tokenizer.lcut(text) if not word.isspace()]


def _texts(passages: Sequence[Passage]) -> list[str]:
    return [f"{p.title}\n{p.text}" if p.title else p.text for p in passages]


def _best(passages: Sequence[Passage], scores: Any) -> list[str]:
    return [passages[at].id for at in np.argsort(-scores, kind="stable")[:DEPTH]]


def _bm25(passages: Sequence[Passage], words: Words) -> Ids:
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([words(text) for text in _texts(passages)])
    return lambda query: _best(passages, index.get_scores(words(query)))


def _dense(passages: Sequence[Passage], embedder: Embedder) -> Ids:
    vectors = embedder.encode_passages(_texts(passages))
    return lambda query: _best(passages, vectors @ embedder.encode_queries([query])[0])


@dataclass(frozen=True)
class _Embeddings(Embeddings):
    """Our embedder as LangChain calls one."""

    embedder: Embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.embedder.encode_passages(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.embedder.encode_queries([text])[0].tolist()


def chunks(texts: Mapping[str, str]) -> list[Any]:
    """The documents as LangChain's splitter cuts them, each chunk with its place."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    made = splitter.create_documents(list(texts.values()), [{"doc": doc} for doc in texts])
    for number, chunk in enumerate(made):
        chunk.metadata["chunk"] = str(number)
    return made


@contextmanager
def _langchain(
    reading: Reading, embedder: Embedder, words: Words, folder: Path
) -> Iterator[dict[str, Pieces]]:
    """Both LangChain baselines over the same chunks; the store is closed at the end."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    made = chunks(reading.documents.texts)
    with _chroma(made, embedder, folder) as store:
        nearest = store.as_retriever(search_kwargs={"k": min(DEPTH, len(made))})
        lexical = BM25Retriever.from_documents(made, preprocess_func=words, k=DEPTH)
        hybrid = EnsembleRetriever(retrievers=[lexical, nearest], weights=[0.5, 0.5], id_key="chunk")
        yield {
            "langchain_dense": lambda query: _places(nearest.invoke(query)),
            "langchain_hybrid": lambda query: _places(hybrid.invoke(query)),
        }


@contextmanager
def _chroma(made: Sequence[Any], embedder: Embedder, folder: Path) -> Iterator[Any]:
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    settings = Settings(anonymized_telemetry=False)
    with closing(chromadb.PersistentClient(str(folder / "chroma"), settings=settings)) as client:
        store = Chroma("baseline", embedding_function=_Embeddings(embedder), client=client)
        for at in range(0, len(made), _BATCH):
            store.add_documents(list(made[at : at + _BATCH]))
        yield store


def _places(hits: Sequence[Any]) -> list[Span]:
    found = []
    for hit in hits:
        start = hit.metadata["start_index"]
        found.append(Span(hit.metadata["doc"], start, start + len(hit.page_content)))
    return found
