"""`zhixun search`: the retriever alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from agent.settings import AgentSettings
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.cli import output
from ui.cli.batch import Line, read_batch
from ui.cli.groups import command
from ui.cli.opening import open_library
from ui.cli.params import Whole, as_of_option, batch_option, clean_question, json_option, role_option

if TYPE_CHECKING:
    from index.types import Evidence

_EXCERPT = 120  # characters of a hit that the table shows


@command("search", "help_search")
@click.argument("query", required=False, metavar="[QUERY]")
@batch_option
@click.option("-k", type=Whole(1, 1000), default=10, show_default=True, help=msg("cli.opt_k"))
@as_of_option
@role_option
@click.option("--all-versions", is_flag=True, help=msg("cli.opt_all_versions"))
@json_option
@click.pass_context
def search(
    ctx: click.Context,
    query: str | None,
    batch: str | None,
    k: int,
    as_of: date | None,
    role: Role,
    all_versions: bool,
    as_json: bool,
) -> None:
    if (query is None) == (batch is None):
        raise InputError("cli.question_or_batch")
    limit = AgentSettings().max_question
    if batch is None:
        lines = [Line(None, clean_question(query or "", limit), as_of, role)]
    else:
        lines = list(read_batch(batch, "query", limit=limit, as_of=as_of, role=role))
    from corpus.catalog import today

    failed = 0
    with output.results(as_json, _show) as emit, open_library() as library:
        for line in lines:
            if line.error is not None:
                failed += 1
                emit(search_line(line, []) | {"error": line.error.message()})
                continue
            day = line.as_of or today()
            hits = library.search(
                line.text, k=k, as_of=day, role=line.role, in_force_only=not all_versions, rerank=True
            )
            notices = library.notices()
            emit(search_line(line, hits) | ({"warnings": notices} if notices else {}))
    if failed:
        output.note(msg("cli.batch_failed", count=failed))
        ctx.exit(1)


def search_line(line: Line, hits: Sequence[Evidence]) -> dict[str, Any]:
    """The CLI contract's line for a query, and of each hit the rank of the hit that it explains and the
    documents that repeat it."""
    places = {hit.clause_id: rank for rank, hit in enumerate(hits, 1)}
    return {
        "id": line.id,
        "query": line.text,
        "hits": [
            {
                "rank": rank,
                "doc_id": hit.doc_id,
                "title": hit.title,
                "clause": hit.label,
                "page": hit.page,
                "score": round(float(hit.score), 6),
                "probability": None if hit.probability is None else round(hit.probability, 4),
                "text": hit.text,
                "explains": None if hit.under is None else places.get(hit.under),
                "copies": list(hit.copies),
            }
            for rank, hit in enumerate(hits, 1)
        ],
    }


def _show(line: dict[str, Any]) -> None:
    for warning in line.get("warnings", ()):
        output.note(warning)
    if line["id"] is not None:
        output.console().print(f"【{line['id']}】{line['query']}", soft_wrap=True)
    if not line["hits"]:
        output.note(line.get("error") or msg("cli.no_hits"))
        return
    rows = [
        (hit["rank"], _titled(hit), hit["clause"], f"{hit['score']:.3f}", _excerpt(hit["text"]))
        for hit in line["hits"]
    ]
    output.print_table(
        ["#", *(msg(f"cli.col_{name}") for name in ("title", "clause", "score", "text"))], rows
    )


def _titled(hit: dict[str, Any]) -> str:
    notes = []
    if hit["explains"] is not None:
        notes.append(msg("cli.explains", rank=hit["explains"]))
    if hit["copies"]:
        notes.append(msg("cli.copies", count=len(hit["copies"])))
    return str(hit["title"]) + "".join(notes)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"
