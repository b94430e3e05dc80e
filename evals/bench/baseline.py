"""What a plain loop of LangChain loaders and RecursiveCharacterTextSplitter does with the same files.

The loop that tutorials show: a loader by suffix, chunks of 500 characters that overlap by 50, the same
embedder, one Chroma collection. No metadata, no structure, no lexical index, nothing that survives a kill.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from evals.bench.measure import rounded
from index.embedder import Embedder

_BATCH = 128  # chunks embedded and written together, as the product does


def baseline(files: Sequence[Path], embedder: Embedder) -> dict[str, Any]:
    """Loads `files` that way into a throw-away collection.

    Returns:
        baseline_*: files read, files without a loader or failed, chunks, seconds by stage (read, split,
        embed, write) and in all, MB a second.

    Raises:
        InputError: langchain-community and langchain-text-splitters are not installed.
    """
    try:
        from langchain_text_splitters import RecursiveCharacterTextSplitter
    except ImportError as error:
        raise InputError("library.no_baseline", package=error.name) from error
    splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
    seconds = dict.fromkeys(("read", "split", "embed", "write"), 0.0)

    def clocked(stage: str, work: Callable[..., Any], *args: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*args)
        finally:
            seconds[stage] += time.perf_counter() - start

    chunks = read = failed = 0
    with tempfile.TemporaryDirectory(prefix="zhixun-baseline-", ignore_cleanup_errors=True) as folder:
        collection = _collection(Path(folder))
        waiting: list[str] = []
        for number, file in enumerate(files, 1):
            try:
                documents = clocked("read", _load, file)
            except Exception:  # the loaders raise what their libraries raise
                failed += 1
            else:
                read += 1
                pieces = clocked("split", splitter.split_documents, documents)
                waiting += [piece.page_content for piece in pieces]
            while waiting and (len(waiting) >= _BATCH or number == len(files)):
                batch, waiting = waiting[:_BATCH], waiting[_BATCH:]
                vectors = clocked("embed", embedder.encode_passages, batch)
                ids = [str(chunks + at) for at in range(len(batch))]
                clocked("write", collection.add, ids, vectors, None, batch)
                chunks += len(batch)
    total = sum(seconds.values())
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    return {
        "baseline_files": read,
        "baseline_failed": failed,
        "baseline_chunks": chunks,
        "baseline_seconds": rounded(total, 2),
        "baseline_mb_per_s": rounded(megabytes / total, 3) if total else None,
        **{f"baseline_{stage}_s": rounded(value, 2) for stage, value in seconds.items()},
    }


def _load(file: Path) -> Any:
    return _loader(file).load()


def _loader(file: Path) -> Any:
    """The loader that LangChain's documentation gives for the suffix.

    Raises:
        ValueError: there is none.
    """
    from langchain_community import document_loaders as loaders

    suffix = file.suffix.lower()
    if suffix == ".pdf":
        return loaders.PyPDFLoader(str(file))
    if suffix == ".docx":
        return loaders.Docx2txtLoader(str(file))
    if suffix in (".html", ".htm"):
        return loaders.BSHTMLLoader(str(file), open_encoding="utf-8")
    if suffix in (".txt", ".md"):
        return loaders.TextLoader(str(file), encoding="utf-8")
    if suffix == ".csv":
        return loaders.CSVLoader(str(file), encoding="utf-8")
    raise ValueError(suffix)


def _collection(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return client.create_collection("baseline", embedding_function=None)
