"""Look: where the rules found no answer and the model can call tools, what it finds is judged by them.

The model words the search anew; whether what came of it answers is decided as for any question, and it must
besides state what the user's own question asks for. Such an answer is partial and says what was looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from agent.documents import local_terms
from agent.llm.client import ChatServer, Spent, Unavailable
from agent.llm.mode import mode_of
from agent.meaning import meanings
from agent.relevance import missing
from agent.state import Draft, State, Statement, Understanding
from agent.steps.understand import understand
from agent.tools.session import ToolSession
from agent.writers.extractive import rank, write
from corpus.errors import StateError
from corpus.messages import msg
from index import Library
from index.types import Evidence

# Cosine of the user's question and the model's words for it: 7 rewordings lay at 0.907 and above, 6 other
# questions at 0.862 and below.
ALIKE = 0.885
Tell = Callable[[dict[str, object]], None]


def wants_looking(draft: Draft, plan: Understanding, server: ChatServer) -> bool:
    """Whether there is anything for the model to look for: nothing was found, and nothing was named that
    the library does not have."""
    nothing = draft.status == "refused" and not any(statement.spans for statement in draft.statements)
    able = plan.parts.llm and plan.lang == "zh" and not plan.unknown_titles
    return nothing and able and mode_of(server).name == "tools"


def look(state: State, draft: Draft, library: Library, server: ChatServer, today: date, tell: Tell) -> State:
    """The draft, or another one from what the model looked up; a failing server leaves it with a warning.

    Args:
        tell: is given an event for each call, as the stream of steps has them.
    """
    from agent.llm.looking import look_up, shown  # langchain-openai takes half a second to import

    plan = state["plan"]
    ctx = replace(state["ctx"], as_of=plan.as_of if plan.as_of_stated else state["ctx"].as_of)
    session = ToolSession(library, ctx, today)
    label = msg("answer.step_look")
    try:
        looked = look_up(
            plan.question,
            session,
            server,
            lambda words: tell({"name": "look", "label": label, "detail": words}),
        )
    except (Unavailable, Spent, StateError) as error:
        reason = str(error) if isinstance(error, Unavailable) else type(error).__name__
        return {"draft": replace(draft, warnings=[*draft.warnings, msg("llm.look_failed", reason=reason)])}
    found = tuple(session.sources.values())
    for query in dict.fromkeys(looked.queries):
        other = _answer(query, state, found, library, today)
        if other is not None:
            return {"draft": other, "tools": [*state.get("tools", []), shown(looked)]}
    return {"draft": draft, "tools": [*state.get("tools", []), shown(looked)]}


def _answer(
    query: str, state: State, found: Sequence[Evidence], library: Library, today: date
) -> Draft | None:
    """What the found clauses answer to the model's words, if they state what the user asks for too."""
    asked = state["plan"]
    if not found or library.likeness(asked.question, query) < ALIKE:
        return None
    made = understand({"question": query, "ctx": state["ctx"], "history": []}, library, today)
    if "halt" in made:
        return None
    plan = replace(made["plan"], as_of=asked.as_of, as_of_stated=asked.as_of_stated)
    units = {item.clause_id: library.catalog.parts(item.clause_id) for item in found}
    local = local_terms(plan.terms, (item.doc_id for item in found), library.catalog)
    words = meanings(query, plan.terms, found, library)
    draft = write(rank(found, units, plan, local, words), units, plan)
    spans = [span for statement in draft.statements for span in statement.spans]
    if draft.status != "answered" or missing(spans, asked, "") is not None:
        return None
    note = Statement(msg("llm.looked", query=query), note=True)
    return Draft("partial", [note, *draft.statements])
