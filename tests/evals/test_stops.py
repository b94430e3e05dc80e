"""A run that stops, however it stops, loses no answer, is called incomplete, and goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from filelock import FileLock

from agent.types import Answer, Ctx, Turn
from corpus.errors import InputError
from evals.gate import gate
from evals.inspect_run import Limits
from evals.journal import read_rows
from evals.run import resume_run, run_suite
from evals.runs import find_run, list_runs, open_run, write_baseline
from tests.evals.conftest import Clerk, Shelf

QUESTIONS = 12


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "dozen.jsonl"
    lines = [
        {"id": f"q{n}", "question": f"贴息单个项目每年不超过多少万元（{n}）？", "expected_status": "answered",
         "key": [["600万元"]], "gold": [{"doc": "new.md", "clause": "第一条"}], "split": "tune"}
        for n in range(QUESTIONS)
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


@dataclass
class Moody:
    """Answers as the clerk does, but fails on some questions; `asked` counts every try."""

    clerk: Clerk
    failing: frozenset[str] = frozenset()
    times: int = 99  # that a failing question fails
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def library(self) -> Shelf:
        return self.clerk.library

    def ask(self, question: str, ctx: Ctx | None = None, history: Sequence[Turn] = ()) -> Answer:
        self.asked[question] += 1
        if any(name in question for name in self.failing) and self.asked[question] <= self.times:
            raise ConnectionError("the model does not answer")
        return self.clerk.ask(question, ctx, history)


def test_a_run_that_was_stopped_goes_on(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    moody, done = Moody(clerk), []
    out = tmp_path / "out"
    run = run_suite(
        [suite], moody, out, progress=lambda n, total, row: done.append(row.id), stop=lambda: len(done) >= 5
    )
    assert not run.complete and len(run.rows) == 5 and run.questions == QUESTIONS and run.stopped
    assert gate(run, {}).broken == ("complete",)
    with pytest.raises(InputError, match=run.run_id):
        gate(run, {}, baseline=run)
    with pytest.raises(InputError):
        write_baseline(run, tmp_path / "baseline.json")
    assert [(head.status, head.answered) for head in list_runs(out)] == [("incomplete", 5)]
    whole = resume_run(run.folder, moody)
    assert whole.complete and whole.stopped is None and whole.run_id == run.run_id
    assert [row.id for row in whole.rows] == [f"q{n}" for n in range(QUESTIONS)]
    assert set(moody.asked.values()) == {1}  # nothing was asked twice
    assert len(list(run.folder.glob("*.eval"))) == 2
    assert resume_run(run.folder, moody).as_dict() == whole.as_dict()


def test_a_question_that_fails_is_tried_again(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    moody = Moody(clerk, frozenset({"（3）"}), times=1)
    run = run_suite([suite], moody, tmp_path / "out", limits=Limits(retries=1))
    assert run.complete and max(moody.asked.values()) == 2


def test_a_model_that_fails_half_way_leaves_an_incomplete_run(
    suite: Path, clerk: Clerk, tmp_path: Path
) -> None:
    moody = Moody(clerk, frozenset({"（3）"}))
    run = run_suite([suite], moody, tmp_path / "out", limits=Limits(retries=1))
    assert len(run.rows) == QUESTIONS - 1  # one failure does not end it
    assert not run.complete and [failure.id for failure in run.failed] == ["q3"]
    assert "does not answer" in (run.stopped or "") and not gate(run, {}).passed
    moody.failing = frozenset()
    whole = resume_run(run.folder, moody)
    assert whole.complete and whole.failed == []
    dead = run_suite(
        [suite], Moody(clerk, frozenset({"（"})), tmp_path / "out", limits=Limits(retries=0, max_failures=3)
    )
    assert not dead.complete and dead.rows == [] and 3 <= len(dead.failed) < QUESTIONS  # it gave up early


def test_questions_may_be_asked_beside_each_other(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    alone = run_suite([suite], clerk, tmp_path / "out")
    beside = run_suite([suite], clerk, tmp_path / "out", limits=Limits(parallel=4))
    assert [row.answer for row in beside.rows] == [row.answer for row in alone.rows]
    assert beside.metrics == alone.metrics


def test_inspect_s_log_holds_the_run(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    run = run_suite([suite], clerk, tmp_path / "out")
    (path,) = run.folder.glob("*.eval")
    log = read_eval_log(str(path))
    assert log.status == "success" and log.samples is not None and log.results is not None
    assert [sample.output.completion for sample in log.samples] == [row.answer for row in run.rows]
    logged = {score.name: score.metrics["ratio"].value for score in log.results.scores}
    assert {name for name, value in run.metrics.items() if value.of} <= logged.keys()
    for name, value in run.metrics.items():
        if value.value is not None:
            assert logged[name] == pytest.approx(value.value), name


def test_a_torn_line_is_asked_again(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    run = run_suite([suite], clerk, tmp_path / "out")
    journal = run.folder / "rows.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:6]) + lines[6][:40], encoding="utf-8")
    (run.folder / "run.json").unlink()
    killed = open_run(run.folder)
    assert (len(killed.rows), killed.complete) == (5, False)
    whole = resume_run(run.folder, clerk)
    assert whole.complete and whole.metrics == run.metrics
    assert len(read_rows(run.folder).rows) == QUESTIONS


def test_a_run_goes_on_only_with_what_it_began_with(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    run = run_suite([suite], clerk, tmp_path / "out", stop=lambda: True)
    assert run.rows == []
    text = suite.read_text(encoding="utf-8")
    suite.write_text(text.replace("（3）", "（三）"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        resume_run(run.folder, clerk)
    assert caught.value.key == "evalrun.changed" and caught.value.params["fields"] == "cases_digest"
    suite.write_text(text, encoding="utf-8")
    with FileLock(run.folder / ".lock"), pytest.raises(InputError) as caught:
        resume_run(run.folder, clerk)
    assert caught.value.key == "evalrun.busy"
    with pytest.raises(InputError):
        resume_run(tmp_path, clerk)


def test_runs_are_found_by_name(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = run_suite([suite], clerk, out)
    (out / "not-a-run").mkdir()
    assert find_run(run.run_id, out) == find_run("latest", out) == run.folder
    with pytest.raises(InputError):
        find_run("none", out)
    path = write_baseline(run, tmp_path / "b.json")
    small = open_run(path)
    assert path.stat().st_size < (run.folder / "run.json").stat().st_size / 2
    result = gate(run, {}, baseline=small, profile="ci")
    assert result.passed and {check.kind for check in result.checks} == {"complete", "asked", "baseline"}
    part = run_suite([suite], clerk, out)
    part.rows = part.rows[:6]
    assert gate(part, {}, baseline=small, profile="ci").broken == ("asked",)
    with pytest.raises(InputError):
        gate(run, {}, profile="ci")


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from corpus.catalog import Catalog
    from corpus.settings import CorpusSettings
    from evals.run import run_suite
    from tests.evals.conftest import Clerk, Shelf

    home, suite, out = map(Path, sys.argv[1:])
    def die(done, total, row):
        if done == 4:
            os.kill(os.getpid(), signal.SIGKILL)
    catalog = Catalog.open(CorpusSettings(home=home, database_url=None))
    run_suite([suite], Clerk(Shelf(catalog)), out, progress=die)
"""


def test_a_killed_run_goes_on(suite: Path, clerk: Clerk, tmp_path: Path) -> None:
    out, root = tmp_path / "out", Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", textwrap.dedent(KILLED), tmp_path / "home", suite, out]
    done = subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    (head,) = list_runs(out)
    assert (head.status, head.answered, head.questions) == ("incomplete", 4, QUESTIONS)
    assert not gate(open_run(head.folder), {}).passed
    moody = Moody(clerk)
    whole = resume_run(head.folder, moody)
    assert whole.complete and sum(moody.asked.values()) == QUESTIONS - 4
