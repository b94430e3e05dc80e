"""`zhixun ask`: one question, or a batch in which nothing is loaded twice."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from agent.settings import AgentSettings
from corpus.errors import InputError, StateError, ZhixunError
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.batch import Line, read_batch
from ui.cli.groups import command
from ui.cli.opening import open_assistant
from ui.cli.params import as_of_option, batch_option, clean_question, json_option, role_option

if TYPE_CHECKING:
    from agent.types import Answer

_TIMINGS = ("total", "retrieve", "first_token")


@command("ask", "help_ask")
@click.argument("question", required=False, metavar="[QUESTION]")
@batch_option
@as_of_option
@role_option
@json_option
@click.pass_context
def ask(
    ctx: click.Context, question: str | None, batch: str | None, as_of: date | None, role: Role, as_json: bool
) -> None:
    if (question is None) == (batch is None):
        raise InputError("cli.question_or_batch")
    limit = AgentSettings().max_question
    if batch is None:
        lines = [Line(None, clean_question(question or "", limit), as_of, role)]
    else:
        lines = list(read_batch(batch, "question", limit=limit, as_of=as_of, role=role))
    with output.results(as_json, _show) as emit:
        failed = _answer_all(lines, emit, alone=batch is None)
    if failed:
        output.note(msg("cli.batch_failed", count=failed))
        ctx.exit(1)


def _answer_all(lines: list[Line], emit: output.Emit, alone: bool) -> int:
    """Answers in order; returns how many lines could not be. Alone, such a line's error is raised."""
    from agent.types import Ctx

    failed = 0
    assistant = open_assistant()
    try:
        for line in lines:
            error = line.error
            if error is None:
                try:
                    answer = assistant.ask(line.text, Ctx(line.role, line.as_of), line.history)
                except StateError:
                    raise  # the library itself: no other line would fare better
                except ZhixunError as raised:
                    if alone:
                        raise
                    error = raised
                else:
                    emit(answer_line(line.id, answer))
                    continue
            failed += 1
            emit(refused_line(line.id, line.text, error))
    finally:
        assistant.close()
    return failed


def answer_line(name: Any, answer: Answer) -> dict[str, Any]:
    """The CLI contract's line for an answer."""
    citations = []
    for citation in answer.citations:
        fields = asdict(citation)
        del fields["clause_id"]
        citations.append(fields)
    return {
        "id": name,
        "question": answer.question,
        "status": answer.status,
        "answer": answer.answer,
        "citations": citations,
        "warnings": list(answer.warnings),
        "tools": list(answer.tools),
        "timings_ms": {key: answer.timings_ms.get(key) for key in _TIMINGS},
    }


def refused_line(name: Any, question: str, error: ZhixunError) -> dict[str, Any]:
    """What stands in the place of a line that could not be processed."""
    return {
        "id": name,
        "question": question,
        "status": "refused",
        "answer": msg("cli.line_refused", reason=error.message()),
        "citations": [],
        "warnings": [error.message()],
        "tools": [],
        "timings_ms": {"total": 0.0, "retrieve": 0.0, "first_token": None},
    }


def _show(line: dict[str, Any]) -> None:
    console = output.console()
    if line["id"] is not None:
        console.print(f"【{line['id']}】{line['question']}", soft_wrap=True)
    console.print(line["answer"], soft_wrap=True)
    for warning in line["warnings"]:
        console.print(f"⚠ {warning}", soft_wrap=True)
    if line["citations"]:
        console.print(f"\n{msg('cli.evidence_heading')}")
        for citation in line["citations"]:
            console.print(_citation_text(citation), soft_wrap=True)
        console.print(f"\n{msg('cli.ai_label')}", soft_wrap=True)


def _citation_text(citation: dict[str, Any]) -> str:
    """[n] title（number）clause · issuer · validity · page, and the quote below."""
    number = f"（{citation['doc_number']}）" if citation["doc_number"] else ""
    page = msg("cli.page", page=citation["page"]) if citation["page"] else None
    validity = msg(f"cli.validity_{citation['validity']}")
    particulars = [citation["clause"], citation["issuer"], validity, page]
    shown = " · ".join(part for part in particulars if part)
    return f"[{citation['n']}] {citation['title']}{number} {shown}\n    {citation['quote']}"
