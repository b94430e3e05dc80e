"""Where a run comes from: commit, model, library, machine. Two runs with equal ones can be compared."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evals.facts import LibraryFacts
from index.settings import IndexSettings

_REPOSITORY = Path(__file__).resolve().parent.parent
_CODE = frozenset({".py", ".toml", ".yaml", ".npy"})


def describe(home: Path | None, facts: LibraryFacts) -> dict[str, Any]:
    """What to write beside the figures; null for what cannot be known here (no git, no state folder).

    Args:
        home: the library's state folder, whose `index.json` names what its vectors were made with.
    """
    documents, clauses = facts.size
    return {
        "version": _version(),
        "commit": _git("rev-parse", "--short=12", "HEAD"),
        "code": _code(),
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "model": IndexSettings().embedding_model or "bundled",
        "model_fingerprint": _model_fingerprint(home),
        "llm": os.environ.get("ZHIXUN_LLM_MODEL"),
        "library_fingerprint": facts.fingerprint,
        "documents": documents,
        "clauses": clauses,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU",
    }


@cache
def program() -> dict[str, str | None]:
    """Version and commit of the program that runs, asked for once: a clone does not change under it."""
    return {"version": _version(), "commit": _git("rev-parse", "--short=12", "HEAD")}


def _code() -> str:
    """Equal for equal programs: the sources and settings of the packages that answer and score."""
    found = hashlib.sha256()
    for room in ("corpus", "index", "agent", "evals"):
        files = (path for path in (_REPOSITORY / room).rglob("*") if path.suffix in _CODE)
        for path in sorted(files):
            found.update(f"{path.relative_to(_REPOSITORY)}\n".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def _model_fingerprint(home: Path | None) -> str | None:
    if home is None or not (home / "index.json").is_file():
        return None
    found = json.loads((home / "index.json").read_text(encoding="utf-8")).get("fingerprint")
    return str(found) if found else None


def _version() -> str | None:
    try:
        return version("zhixun")
    except PackageNotFoundError:  # run from a clone that was never installed
        return None


def _git(*arguments: str) -> str | None:
    """A git answer, or None where there is no git or no repository (an installed wheel)."""
    command = ["git", "-C", str(_REPOSITORY), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
