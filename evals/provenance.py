"""Where a run comes from: commit, model, library, machine. Two runs with equal ones can be compared."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evals.facts import LibraryFacts

_REPOSITORY = Path(__file__).resolve().parent.parent


def describe(assistant: object, facts: LibraryFacts) -> dict[str, Any]:
    """What to write beside the figures; null for what cannot be known here (no git, no embedder)."""
    documents, clauses = facts.size
    embedder = getattr(getattr(assistant, "library", None), "embedder", None)
    return {
        "version": _version(),
        "commit": _git("rev-parse", "--short=12", "HEAD"),
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "model": getattr(embedder, "name", None),
        "model_fingerprint": getattr(embedder, "fingerprint", None),
        "llm": os.environ.get("ZHIXUN_LLM_MODEL"),
        "library_fingerprint": facts.fingerprint,
        "documents": documents,
        "clauses": clauses,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU",
    }


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
