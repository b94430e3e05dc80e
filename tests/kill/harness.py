"""Kills a real `zhixun ingest` at random moments and looks at what the next start finds.

Starting Python and importing Chroma, ONNX Runtime and the rest takes longer than loading a handful of
files, so each ingestion is a fork of a process that has imported them (and opened nothing): the whole
command runs in it, `ui.cli.main.main(["ingest", ...])`, with the bundled model, its worker process and
its stores on disk. The look afterwards is a fork too.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.library import Library

TEXT = """# {title}

第一条 为支持企业发展，对{name}领域的企业给予贴息，单户最高{amount}万元。

第二条 申报企业应当在本市注册，上年度营业收入不低于{amount}万元。

第三条 本办法自2024年1月1日起施行。
"""
WRITING_S = 0.3  # about as long as a batch of the files below takes to be written
NAMES = ("算力", "商标", "专利", "设备", "研发", "出口", "物流", "能耗", "园区", "人才", "展会", "质量")


def preload(models: Path) -> None:
    """What an ingestion imports, without opening or starting anything, and the model's vocabulary:
    250,000 pieces that take two seconds to load, the same in every process."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # no threads before a fork
    import chromadb
    import onnxruntime
    import tantivy
    import tokenizers

    import index.bundled_model
    import index.hybrid
    import index.library
    import ui.cli.library
    import ui.cli.main

    vocabulary = tokenizers.Tokenizer.from_file(str(models / index.bundled_model.NAME / "tokenizer.json"))
    tokenizers.Tokenizer = type("Loaded", (), {"from_file": staticmethod(lambda path: vocabulary)})
    assert all((chromadb, onnxruntime, tantivy, index, ui))


def fork(work: Callable[[], None], errors: Path) -> int:
    """A child that does `work` and ends; its id. What it raises stands in `errors`."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        work()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        errors.write_text(traceback.format_exc(), "utf-8")
    finally:
        os._exit(code)


@dataclass
class Tally:
    """`kills` hit a process at work; `late` came when it had ended. `faults`: what was wrong after."""

    kills: int = 0
    late: int = 0
    at: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    broken: bool = False  # what a fault left does not go away at the next start: no use to go on


class Ground:
    """A state folder and a folder of tiny documents that change between the runs."""

    def __init__(self, folder: Path, models: Path, seed: int) -> None:
        self.home, self.source = folder / "home", folder / "source"
        self._errors, self._seen = folder / "errors.txt", folder / "seen.json"
        self.home.mkdir()
        self.source.mkdir()
        (self.home / "models").symlink_to(models, target_is_directory=True)
        os.environ["ZHIXUN_HOME"] = str(self.home)
        self.random = random.Random(seed)
        self.expected: dict[str, str] = {}  # file name -> text, as the library has it at last look
        self._number = 0
        self._renamed: set[Path] = set()
        for name in NAMES[:6]:
            self._write(f"{name}.md", name)
        self.full_s = self._complete()

    def _write(self, file: str, name: str) -> None:
        self._number += 1
        text = TEXT.format(title=f"{name}贴息办法", name=name, amount=100 + self._number)
        (self.source / file).write_text(text, "utf-8")

    def change(self) -> None:
        """Some files edited, one added or renamed, one copied.

        A file renamed is edited no more until a run has seen its new name: one that is both is a new
        file to the library, and the text that it had before rightly stays.
        """
        files = sorted(self.source.iterdir())
        known = set(self.expected.values())
        if len(files) < 14:
            name = self.random.choice(NAMES)
            self._write(f"{name}-{self._number}.md", name)
        else:
            file = self.random.choice(files)
            if file.read_text("utf-8") in known:
                renamed = file.with_name(f"{_subject(file)}-{self._number}r.md")
                self._renamed.add(file.rename(renamed))
        files = [file for file in sorted(self.source.iterdir()) if file not in self._renamed]
        for file in self.random.sample(files, min(len(files), self.random.randint(1, 5))):
            self._write(file.name, _subject(file))
        if self.random.random() < 0.3:
            file = self.random.choice(sorted(self.source.iterdir()))
            shutil.copy(file, file.with_name(f"{_subject(file)}-{self._number}c.md"))

    def _ingest(self) -> int:
        from ui.cli.main import main

        return fork(lambda: main(["ingest", str(self.source)]), self._errors)

    def _complete(self) -> float:
        start = time.monotonic()
        _, status = os.waitpid(self._ingest(), 0)
        if os.waitstatus_to_exitcode(status) != 0:
            raise AssertionError(f"an ingestion did not complete: {self._why()}")
        self.expected = self._live()
        self._renamed.clear()
        return time.monotonic() - start

    def _why(self) -> str:
        return self._errors.read_text("utf-8") if self._errors.exists() else "no traceback"

    def _live(self) -> dict[str, str]:
        """What a new start finds. Raises AssertionError for anything lost, doubled or half there."""
        self._seen.unlink(missing_ok=True)
        child = fork(lambda: look(self.home, self._seen), self._errors)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            raise AssertionError(self._why())
        found: dict[str, str] = json.loads(self._seen.read_text("utf-8"))
        return found

    def kill_once(self, tally: Tally) -> None:
        """One kill, the look after it, and now and then a run to its end."""
        before = set(self.expected.values())
        self.change()
        now = {path.read_text("utf-8") for path in self.source.iterdir()}
        phase = self._run_and_kill(tally)
        while self.random.random() < 0.25:  # the next start is killed as well, while it mends
            phase = self._run_and_kill(tally)
        try:
            self._judge(before, now)
            if self.random.random() < 0.25:
                self._complete()
                self._judge(now, now)
                lost = now - set(self.expected.values())
                assert not lost, f"{len(lost)} texts are not there after a whole run"
        except AssertionError as error:
            tally.faults.append(f"kill {tally.kills} ({phase}): {error}")
            try:
                self.expected = self._live()
            except AssertionError:
                tally.broken = True

    def _run_and_kill(self, tally: Tally) -> str:
        """Starts an ingestion and kills it; in what phase it was."""
        mended = self._is_writing()  # a killed run's journal is there: this start puts it in order
        child = self._ingest()
        self._wait(child)
        phase = self._phase()
        if mended and phase == "writing":
            phase = "mending or writing"
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            tally.late += 1
            if os.waitstatus_to_exitcode(status) != 0:
                tally.faults.append(f"after kill {tally.kills}: an ingestion failed: {self._why()}")
        else:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            tally.kills += 1
            tally.at[phase] += 1
        return phase

    def _wait(self, child: int) -> None:
        """To a random moment of the run; every other time to one after the writing has begun, which is
        the shortest part and the one where most can go wrong."""
        if self.random.random() < 0.5:
            time.sleep(self.random.uniform(0.0, self.full_s))
            return
        while not self._is_writing():
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return
            time.sleep(0.001)
        time.sleep(self.random.uniform(0.0, WRITING_S))

    def _is_writing(self) -> bool:
        return (self.home / "ingest.journal").exists()

    def _phase(self) -> str:
        if self._is_writing():
            return "writing"
        return "reading or embedding" if (self.home / "tmp").exists() else "opening or ending"

    def _judge(self, before: set[str], now: set[str]) -> None:
        """Each text is one that was there before or one that the files hold now; a text that the files
        still hold was not lost; a file's old text goes only as its new one comes."""
        live = self._live()
        texts = Counter(live.values())
        doubled = [text for text, count in texts.items() if count > 1]
        assert not doubled, f"{len(doubled)} texts are there twice"
        strange = set(texts) - before - now
        assert not strange, f"{len(strange)} texts are of no file"
        lost = (before & now) - set(texts)
        assert not lost, f"{len(lost)} texts are lost"
        for text in before - set(texts):
            subject = text.partition("贴息办法")[0]
            heirs = [other for other in set(texts) - before if other.startswith(subject)]
            assert heirs, f"the text of {subject} went without one that replaces it"
        self.expected = live


def _subject(file: Path) -> str:
    return file.stem.partition("-")[0]


def look(home: Path, seen: Path) -> None:
    """Opens the library as the next start does; every row, file and version must agree, and each version
    must be found by its own words."""
    from index.library import Library

    with Library.open(home) as library:
        checked = library.verify()
        wrong = [found for found in checked.findings if found.kind != "original_orphan"]
        assert not wrong, f"does not agree: {wrong}"
        assert not (home / "ingest.journal").exists(), "the journal is still there"
        texts = {}
        records = library.catalog.snapshot().records
        for record in records.values():
            _assert_found(library, record.doc_id, set(records))
            texts[record.doc_id] = _as_written(library.catalog.originals.of(record.doc_id)[0].sha256, home)
        seen.write_text(json.dumps(texts), "utf-8")


def _assert_found(library: Library, doc_id: str, live: set[str]) -> None:
    from corpus.model import Role

    article = next(clause for clause in library.catalog.clauses(doc_id) if clause.label)
    found = library.search(article.text, k=100, role=Role.STAFF, in_force_only=False)
    mine = [hit for hit in found if hit.clause_id == article.clause_id]
    assert mine and mine[0].dense > 0.9 and mine[0].lexical > 0, f"{doc_id} is not found by its own words"
    assert {hit.doc_id for hit in found} <= live, "what is not in the catalog is found"


def _as_written(sha256: str, home: Path) -> str:
    return (home / "files" / f"{sha256}.md").read_text("utf-8")


def kill_many(
    ground: Ground, kills: int, told: Callable[[Tally], None] | None = None, stop_at_fault: bool = False
) -> Tally:
    """Goes on until `kills` of them hit a process at work."""
    tally = Tally()
    while tally.kills < kills and not tally.broken and not (stop_at_fault and tally.faults):
        ground.kill_once(tally)
        if told:
            told(tally)
    return tally


WITHOUT = ("recovery", "staging")


def take_away(what: str) -> None:
    """Takes from the product a part that kills are survived by, so that it can be seen that the harness
    would notice."""
    import index.library
    from corpus.catalog import Catalog

    if what == "recovery":
        index.library.recover = lambda home, catalog, index: None
        return
    stage = Catalog.stage

    def at_once(self: Catalog, *arguments: Any) -> None:
        """Live before its rows are written, and not marked as changing."""
        stage(self, *arguments)
        self.make_live(arguments[0].version.doc_id)

    Catalog.stage = at_once  # type: ignore[method-assign,assignment]
    index.library.recover = lambda home, catalog, index: None
