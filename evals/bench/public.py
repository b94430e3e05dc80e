"""The public benchmarks by name; the data are the user's own, read from a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from corpus.errors import InputError, StateError
from corpus.messages import msg
from evals.bench.beir import RetrievalSet, first_queries, load_beir_folder
from evals.bench.cmrc import load_cmrc_folder
from evals.bench.crud import crud
from evals.bench.dureader import COLLECTION, load_dureader
from evals.bench.retrieval import measure
from evals.bench.rgb import Progress, rgb

NAMES = ("cmrc2018", "rgb", "crud", "dureader", "beir")


def public_bench(
    name: str,
    folder: Path,
    limit: int | None = None,
    passages: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The figures of one benchmark.

    Args:
        limit: the first questions only (of each task).
        passages: dureader: passages of its collection to search besides the relevant ones.

    Raises:
        InputError: an unknown name; a folder that does not hold the data set; a bad record.
        StateError: the temporary library cannot be made.
    """
    benches: dict[str, Callable[[], dict[str, Any]]] = {
        "cmrc2018": lambda: _retrieval(first_queries(load_cmrc_folder(folder), limit), progress),
        "rgb": lambda: rgb(folder, limit, progress),
        "crud": lambda: crud(folder, limit, progress),
        "dureader": lambda: _dureader(folder, limit, passages, progress),
        "beir": lambda: _retrieval(first_queries(load_beir_folder(folder), limit), progress),
    }
    if name not in benches:
        raise InputError("bench.unknown", name=name, known="、".join(NAMES))
    for option, value in (("limit", limit), ("passages", passages or None)):
        if value is not None and value < 1:
            raise InputError("bench.bad_limit", name=option)
    return {"bench": name, "data": str(folder), **benches[name]()}


def _retrieval(found: RetrievalSet, progress: Progress | None) -> dict[str, Any]:
    sizes = {"passages": len(found.passages), "questions": len(found.queries)}
    return {**sizes, **measure(found, progress)}


def _dureader(folder: Path, limit: int | None, passages: int, progress: Progress | None) -> dict[str, Any]:
    found = load_dureader(folder, limit, passages)
    figures = _retrieval(found, progress)
    if len(found.passages) < COLLECTION:
        figures["notes"] = [msg("bench.note_part_of_collection", count=len(found.passages))]
    return figures


def write(figures: dict[str, Any], out_dir: Path) -> Path:
    """Writes the figures as JSON, under a name with the time.

    Raises:
        StateError: the folder cannot be written.
    """
    path = out_dir / f"{datetime.now():%Y%m%d-%H%M%S}-{figures['bench']}.json"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StateError("evals.cannot_write", path=out_dir, reason=error.strerror or error) from error
    return path


def lines(figures: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and value of each figure for people; a ratio with its interval and number of questions."""
    for name, value in figures.items():
        if name == "notes":
            continue
        if isinstance(value, dict) and "low" in value:
            if value["value"] is not None:
                bounds = f"[{value['low']:.3f}, {value['high']:.3f}]"
                yield name, f"{value['value']:.3f}  {bounds}  n={value['questions']}"
        elif isinstance(value, dict):
            yield from ((f"{name} {key}", str(inner)) for key, inner in value.items())
        else:
            yield name, "—" if value is None else str(value)
