"""What the staff pages show: the runs of this installation, the suites that can be run, files of cases."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.settings import CorpusSettings
from evals.journal import PLAN
from evals.record import RUN, RunResult
from evals.runs import BASELINES, OUT, open_run
from evals.suite import load_suites
from evals.suite_files import MANIFEST, SUFFIXES, SUITES

_NAME = re.compile(r"[\w+.-]{1,120}")
_KEPT = 40  # runs kept in memory


@dataclass(frozen=True, slots=True)
class SuiteEntry:
    """A suite or a manifest that can be chosen. `value` is what `zhixun eval run` takes."""

    value: str
    name: str
    questions: int | None  # None: it cannot be read as it stands
    own: bool  # from the state folder, not from the project


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
        self._read: dict[Path, tuple[tuple[float, ...], RunResult]] = {}
        self._lock = threading.Lock()

    def all_runs(self) -> list[RunResult]:
        """Every run, newest first; what cannot be read is passed over."""
        found = []
        for place in self._places:
            for folder in place.iterdir() if place.is_dir() else ():
                if not (folder / RUN).is_file() and not (folder / PLAN).is_file():
                    continue
                try:
                    found.append(self._open(folder))
                except InputError:
                    continue
        return sorted(found, key=lambda run: (run.started_at, run.run_id), reverse=True)

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
        stamp = tuple(
            file.stat().st_mtime
            for file in ([path] if path.is_file() else [path / RUN, path / "rows.jsonl"])
            if file.is_file()
        )
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
                    entries.append(SuiteEntry(value, path.stem, _count(value), own))
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


def _count(value: str) -> int | None:
    try:
        return len(load_suites([value]))
    except InputError:
        return None
