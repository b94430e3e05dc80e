"""What the staff pages show: the runs of this installation, the suites that can be run, files of cases."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.settings import CorpusSettings
from evals.journal import PLAN, ROWS
from evals.metrics.aggregate import Value
from evals.record import RUN, RunResult
from evals.runs import BASELINES, OUT, open_run
from evals.suite import load_suites
from evals.suite_files import MANIFEST, SUFFIXES, SUITES, suite_files

_NAME = re.compile(r"[\w+.-]{1,120}")
_KEPT = 8  # whole runs kept in memory
_LISTED = 100  # runs in a list


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list: its figures without its answers. `name` opens it; `parts` are the suites that
    were asked, a manifest's each."""

    name: str
    baseline: bool
    started_at: str
    commit: str | None
    suites: tuple[str, ...]
    parts: frozenset[str]
    split: str | None
    complete: bool
    answered: int
    questions: int
    seconds: float
    metrics: dict[str, Value]


@dataclass(frozen=True, slots=True)
class SuiteEntry:
    """A suite or a manifest that can be chosen. `value` is what `zhixun eval run` takes."""

    value: str
    name: str
    questions: int | None  # None: it cannot be read as it stands
    own: bool  # from the state folder, not from the project
    files: frozenset[str] = frozenset()  # that its answers stand in


class Shelf:
    """The folders of runs and suites.

    Runs started on these pages lie in `ZHIXUN_HOME/evals/runs`; those of the terminal in `out/evals`
    of the folder that the server was started in are shown too. Accepted cases go into the suites of
    `ZHIXUN_HOME/evals/suites`.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or CorpusSettings().home
        self.runs = self.home / "evals" / "runs"
        self.suites = self.home / "evals" / "suites"
        self._places = (self.runs, OUT)
        self._lines: dict[Path, tuple[tuple[float, ...], RunLine]] = {}
        self._read: dict[Path, tuple[tuple[float, ...], RunResult]] = {}
        self._lock = threading.Lock()

    def lines(self) -> list[RunLine]:
        """The newest runs and, after them, the baselines; what cannot be read is passed over."""
        folders = [
            folder
            for place in self._places
            for folder in (place.iterdir() if place.is_dir() else ())
            if (folder / RUN).is_file() or (folder / PLAN).is_file()
        ]
        newest = sorted(folders, key=lambda folder: folder.name, reverse=True)[:_LISTED]  # named by the time
        kept = [BASELINES / f"{name}.json" for name in self.baselines()]
        found = [line for path in newest + kept if (line := self._line(path)) is not None]
        return sorted(found, key=lambda line: (not line.baseline, line.started_at, line.name), reverse=True)

    def _line(self, path: Path) -> RunLine | None:
        stamp = _stamp(path)
        with self._lock:
            known = self._lines.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            run = open_run(path)
        except InputError:
            return None
        line = RunLine(
            name=path.stem if path.suffix == ".json" else path.name,
            baseline=path.parent == BASELINES,
            started_at=run.started_at,
            commit=run.settings.get("commit"),
            suites=tuple(Path(suite).stem for suite in run.suites),
            parts=parts_of(run.suites),
            split=run.split,
            complete=run.complete,
            answered=len(run.rows),
            questions=run.questions,
            seconds=run.seconds,
            metrics=run.metrics,
        )
        with self._lock:
            self._lines[path] = (stamp, line)
        return line

    def baselines(self) -> list[str]:
        return sorted(path.stem for path in BASELINES.glob("*.json"))

    def run(self, name: str) -> RunResult:
        """A run by the name of its folder, or a baseline by its name.

        Raises:
            InputError: there is none of this name.
        """
        if _NAME.fullmatch(name) and ".." not in name:
            for place in self._places:
                if (place / name).is_dir():
                    return self._open(place / name)
            if name in self.baselines():
                return self._open(BASELINES / f"{name}.json")
        raise InputError("staff.no_run", name=name[:120])

    def _open(self, path: Path) -> RunResult:
        stamp = _stamp(path)
        with self._lock:
            known = self._read.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        run = open_run(path)
        with self._lock:
            while len(self._read) >= _KEPT:
                del self._read[next(iter(self._read))]
            self._read[path] = (stamp, run)
        return run

    def choices(self) -> list[SuiteEntry]:
        """The project's suites and manifests, then those of the state folder."""
        entries = []
        for folder, own in ((SUITES, False), (self.suites, True)):
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if path.suffix in (*SUFFIXES, MANIFEST) and not path.name.startswith("."):
                    value = str(path) if own else path.stem
                    entries.append(_entry(value, path.stem, own))
        return sorted(entries, key=lambda entry: (entry.own, -(entry.questions or 0)))

    def suite_for(self, name: str) -> Path:
        """Where cases accepted into the suite `name` go.

        Raises:
            InputError: a name that cannot be one.
        """
        if not re.fullmatch(r"[\w-]{1,60}", name):
            raise InputError("staff.bad_suite_name", name=name[:60])
        self.suites.mkdir(parents=True, exist_ok=True)
        return self.suites / f"{name}.jsonl"

    def own_suites(self) -> list[str]:
        return sorted(path.stem for path in self.suites.glob("*.jsonl")) if self.suites.is_dir() else []


def parts_of(suites: Sequence[str]) -> frozenset[str]:
    """The names of suites, those of a manifest in its place; of one that is gone its own name."""
    found: set[str] = set()
    for suite in suites:
        try:
            found |= {path.stem for path in suite_files([suite])}
        except InputError:
            found.add(Path(suite).stem)
    return frozenset(found)


def _entry(value: str, name: str, own: bool) -> SuiteEntry:
    try:
        cases = load_suites([value])
    except InputError:
        return SuiteEntry(value, name, None, own)
    files = frozenset(gold.doc for case in cases for gold in case.gold)
    return SuiteEntry(value, name, len(cases), own, files)


def _stamp(path: Path) -> tuple[float, ...]:
    """Changes when a run does."""
    files = [path] if path.is_file() else [path / RUN, path / ROWS]
    return tuple(file.stat().st_mtime for file in files if file.is_file())
