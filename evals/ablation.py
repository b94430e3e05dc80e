"""What each part of the system is worth: a suite is run with it and without it.

>>> with Assistant.open() as assistant:
...     found = ablate(["first"], assistant, Path("out/ablations"))
>>> found.lines[0].worth["citation_recall"].value

One part is left out at a time, by the switches that `index` and `agent` take at construction
(`SearchParts`, `AgentParts`); nothing is loaded twice. A part's worth is the paired difference,
question by question, of the whole system less the system without the part, with its bootstrap
interval: an interval that holds 0 does not tell the part from none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agent import Assistant
from agent.settings import ALL_PARTS, AgentParts
from corpus.errors import InputError, StateError
from corpus.messages import msg
from evals.compare import Comparison, compare
from evals.metrics.aggregate import Value
from evals.record import Row, RunResult, save
from evals.report import metric_name
from evals.run import run_suite
from evals.suite import Split
from index import SearchParts, with_parts

Progress = Callable[[str, int, int, Row], None]
NOTHING_OFF = SearchParts()


@dataclass(frozen=True, slots=True)
class Variant:
    """The system without one part."""

    name: str
    search: SearchParts = NOTHING_OFF
    agent: AgentParts = ALL_PARTS


VARIANTS = (
    Variant("lexical", SearchParts(lexical=False)),
    Variant("dense", SearchParts(dense=False)),
    Variant("tokens", SearchParts(tokens=False)),
    Variant("versions", SearchParts(versions=False), AgentParts(versions=False)),
    Variant("thesaurus", agent=AgentParts(thesaurus=False)),
    Variant("neighbours", agent=AgentParts(neighbours=False)),
    Variant("line", agent=AgentParts(line=False)),
    Variant("registry", agent=AgentParts(registry=False)),
    Variant("llm", agent=AgentParts(llm=False)),  # the model's words against the extractive answer
)

# What the table shows; `ablation.json` holds every metric.
SHOWN = (
    "passed",
    "key_recall",
    "citation_precision",
    "citation_recall",
    "refusal_recall",
    "false_refusal",
    "version_accuracy",
    "retrieval_recall_5",
    "retrieval_ndcg_10",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One part: its worth by metric (whole less without), and what became of single questions."""

    part: str
    run: str  # id of the run without it
    worth: dict[str, Value]
    lost: tuple[str, ...]  # questions that fail without the part
    won: tuple[str, ...]  # questions that pass only without it
    p50_ms: float | None  # median time of a question without it


@dataclass(frozen=True, slots=True)
class Ablation:
    """`whole` is the run with everything."""

    folder: Path
    whole: RunResult
    lines: tuple[Line, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "run": self.whole.run_id,
            "suites": self.whole.suites,
            "split": self.whole.split,
            "questions": len(self.whole.rows),
            "whole": {name: value.as_dict() for name, value in self.whole.metrics.items()},
            "whole_p50_ms": self.whole.latency_ms.get("p50"),
            "parts": [asdict(line) for line in self.lines],
            "settings": self.whole.settings,
        }


def chosen(names: Sequence[str]) -> tuple[Variant, ...]:
    """The variants by the names of the parts they leave out; all for none.

    Raises:
        InputError: an unknown part; the message lists those there are.
    """
    known = {variant.name: variant for variant in VARIANTS}
    for name in names:
        if name not in known:
            raise InputError("ablation.unknown_part", name=name, known="、".join(known))
    return tuple(known[name] for name in dict.fromkeys(names)) or VARIANTS


def ablate(
    paths: Sequence[str | Path],
    assistant: Assistant,
    out_dir: Path,
    split: Split | None = None,
    parts: Sequence[str] = (),
    progress: Progress | None = None,
) -> Ablation:
    """Runs the suites with everything and once without each part; writes `ablation.json` and `.md`.

    Each run is a run like any other, in a folder below `out_dir/<run id>/`.

    Without a model configured there is nothing to leave out for the part `llm`: it is passed over, and
    the table says that no model wrote.

    Raises:
        InputError: an unknown part, or `llm` asked for without a model; a wrong suite, or one whose
            documents are not in the library.
        StateError: `out_dir` cannot be written, or the library fails under way.
    """
    variants = chosen(parts)
    if assistant.server is None:
        if "llm" in parts:
            raise InputError("llm.off")
        variants = tuple(variant for variant in variants if variant.name != "llm")

    def told(name: str) -> Callable[[int, int, Row], None] | None:
        return None if progress is None else lambda done, total, row: progress(name, done, total, row)

    whole = run_suite(paths, assistant, out_dir, split, told(msg("ablation.whole")))
    lines = []
    for variant in variants:
        library = with_parts(assistant.library, variant.search)
        reduced = Assistant(library, parts=variant.agent, server=assistant.server)
        run = run_suite(paths, reduced, whole.folder / "without", split, told(variant.name))
        run.settings["left_out"] = variant.name
        save(run)
        lines.append(_line(variant.name, run, compare(run, whole)))
    found = Ablation(whole.folder, whole, tuple(lines))
    try:
        text = json.dumps(found.as_dict(), ensure_ascii=False, indent=1)
        (whole.folder / "ablation.json").write_text(text + "\n", encoding="utf-8")
        (whole.folder / "ablation.md").write_text(markdown(found), encoding="utf-8")
    except OSError as error:
        raise StateError("evals.cannot_write", path=whole.folder, reason=error.strerror or error) from error
    return found


def _line(part: str, run: RunResult, found: Comparison) -> Line:
    worth = {line.name: line.gap for line in found.metrics if line.gap.value is not None}
    return Line(part, run.run_id, worth, found.better, found.worse, run.latency_ms.get("p50"))


def part_name(part: str) -> str:
    return msg(f"ablation.part_{part}")


def columns(found: Ablation) -> list[str]:
    """Those of `SHOWN` that the suites score."""
    return [name for name in SHOWN if name in found.whole.metrics and found.whole.metrics[name].of]


def header(found: Ablation) -> list[str]:
    names = [metric_name(name) for name in columns(found)]
    return [msg("ablation.column_part"), *names, *(msg(f"ablation.column_{n}") for n in ("lost_won", "p50"))]


def table(found: Ablation, intervals: bool = True) -> list[list[str]]:
    """The whole system's values, then a row a part: worth, and * where its interval leaves out 0.

    `intervals` False: without the intervals, for a terminal.
    """
    whole = found.whole.metrics
    first = [msg("ablation.whole"), *(f"{whole[name].value:.3f}" for name in columns(found)), "—"]
    rows = [[*first, _ms(found.whole.latency_ms.get("p50"))]]
    for line in found.lines:
        cells = [_worth(line.worth.get(name), intervals) for name in columns(found)]
        rows.append([part_name(line.part), *cells, f"{len(line.lost)} / {len(line.won)}", _ms(line.p50_ms)])
    return rows


def _worth(value: Value | None, intervals: bool) -> str:
    if value is None or value.value is None or value.low is None or value.high is None:
        return "—"
    sure = "*" if value.low > 0 or value.high < 0 else ""
    bounds = f" [{value.low:+.3f}, {value.high:+.3f}]" if intervals else ""
    return f"{value.value:+.3f}{sure}{bounds}"


def _ms(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"


def markdown(found: Ablation) -> str:
    """The table with how to read it."""
    rows = [header(found), ["---"] * len(header(found)), *table(found)]
    lines = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    title = f"# {found.whole.run_id}"
    return f"{title}\n\n{reading(found)}\n\n{lines}\n"


def reading(found: Ablation) -> str:
    """How to read the table, and what it does not compare."""
    text = msg("ablation.reading", count=len(found.whole.rows))
    return text if found.whole.usage.get("llm") else f"{text}\n\n{msg('ablation.no_llm')}"
