"""What is wrong with a suite, line by line: all of it is told at once, and nothing is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from corpus.errors import InputError
from corpus.messages import msg

SHOWN = 50  # problems that one error message lists


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a suite's file.

    `line` counts from 1; 0: the file as a whole. `level` "warning": told, and the suite still runs.
    `key` and `params` name the message in the catalogue; it gets `path` and `line` too.
    """

    path: Path
    line: int
    key: str
    params: dict[str, Any] = field(default_factory=dict)
    level: Literal["error", "warning"] = "error"

    def message(self, lang: str | None = None) -> str:
        return msg(self.key, lang, path=self.path, line=self.line, **self.params)

    def as_dict(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "line": self.line,
            "level": self.level,
            "problem": self.key.split(".")[-1],
            "message": self.message(),
        }


class SuiteError(InputError):
    """Suites that cannot be run; `problems` holds every error found, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = problems[0]
        if len(problems) == 1:
            super().__init__(first.key, path=first.path, line=first.line, **first.params)
            return
        lines = [problem.message() for problem in problems[:SHOWN]]
        super().__init__("evalrun.problems", count=len(problems), problems="\n".join(lines))


def refuse(problems: Sequence[Problem]) -> None:
    """Raises what is an error among `problems`; warnings pass.

    Raises:
        SuiteError: naming every error.
    """
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise SuiteError(errors)


__all__ = ["Problem", "SuiteError", "refuse"]
