"""The list of steps and the only edges between them. `respond` is reached from `verify` alone.

    guard -> understand -> gather -> compose -> verify -> respond

A step that sets `halt` (a hostile question, one that must be asked back) sends its draft to verify
at once: nothing reaches the user unverified.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from agent.llm.client import ChatServer
from agent.state import State
from agent.steps.compose import compose
from agent.steps.gather import gather
from agent.steps.guard import guard
from agent.steps.look import look, wants_looking
from agent.steps.respond import respond
from agent.steps.several import several
from agent.steps.understand import understand
from agent.steps.verify import verify
from corpus.messages import msg
from index import Library

Step = Callable[[State], State]


def steps(library: Library, today: Callable[[], date], server: ChatServer | None = None) -> dict[str, Step]:
    """The steps by name, in order, bound to a library and, if there is one, a model's server; each can
    be run alone."""

    def one(state: State) -> State:
        for step in (
            lambda state: understand(state, library, today()),
            lambda state: gather(state, library),
            lambda state: compose(state, library),
        ):
            state = {**state, **step(state)}
            if "halt" in state:
                break
        return state

    def composed(state: State) -> State:
        made = compose(state, library, server, _tell)
        if server is not None and wants_looking(made["draft"], state["plan"], server):
            before = (server.counts.prompt_tokens, server.counts.completion_tokens)
            made = {**made, **look({**state, **made}, made["draft"], library, server, today(), _tell)}
            read, written = (
                server.counts.prompt_tokens - before[0],
                server.counts.completion_tokens - before[1],
            )
            made["usage"] = {"prompt_tokens": read, "completion_tokens": written}
        return {**made, "draft": several({**state, **made}, library, one)["draft"]}

    return {
        "guard": guard,
        "understand": lambda state: understand(state, library, today()),
        "gather": lambda state: gather(state, library),
        "compose": composed,
        "verify": lambda state: verify(state, library.catalog),
        "respond": respond,
    }


def build(library: Library, today: Callable[[], date], server: ChatServer | None = None) -> Any:
    """The compiled graph."""
    from langgraph.graph import END, START, StateGraph

    graph: Any = StateGraph(State)  # its overloads do not take a plain function of State
    for name, step in steps(library, today, server).items():
        graph.add_node(name, _told(name, step))
    graph.add_edge(START, "guard")
    graph.add_conditional_edges("guard", _next("understand"), ["understand", "verify"])
    graph.add_conditional_edges("understand", _next("gather"), ["gather", "verify"])
    graph.add_edge("gather", "compose")
    graph.add_edge("compose", "verify")
    graph.add_edge("verify", "respond")
    graph.add_edge("respond", END)
    return graph.compile()


def _tell(event: dict[str, object]) -> None:
    """An event for the stream, if there is one: a step may be run alone."""
    from langgraph.config import get_stream_writer

    try:
        write = get_stream_writer()
    except RuntimeError:  # not in a graph
        return
    write(event)


def _next(name: str) -> Callable[[State], str]:
    return lambda state: "verify" if "halt" in state else name


def _told(name: str, step: Step) -> Callable[[State], State]:
    """Runs a step and tells the stream, if there is one, what was done and how long it took."""

    def node(state: State) -> State:
        from langgraph.config import get_stream_writer

        began = time.perf_counter()
        result = step(state)
        if "halt" in result:
            result = {**result, "draft": result["halt"]}
        milliseconds = (time.perf_counter() - began) * 1000
        if name != "respond":
            label = msg(f"answer.step_{name}")
            get_stream_writer()(
                {"name": name, "label": label, "detail": _detail(name, result), "ms": milliseconds}
            )
        return result

    return node


def _detail(name: str, result: State) -> str:
    """A few words on what a step found, for the steps shown in the chat."""
    if name == "understand" and "plan" in result:
        plan = result["plan"]
        return plan.question if plan.follow_up else plan.as_of.isoformat()
    if name == "gather":
        found = result["evidence"]
        documents = len({item.doc_id for item in found})
        return msg("answer.detail_gather", clauses=len(found), documents=documents)
    if name == "verify":
        return msg("answer.detail_verify", problems=len(result["problems"]))
    return ""
