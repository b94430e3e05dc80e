"""The agent's tools by name: typed arguments, one way to call them, and the same for LangChain and MCP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.tools.session import Result, ToolSession
from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from index.types import Evidence


class Args(BaseModel):
    """Arguments of a tool. What it does not have is refused: no role and no day can be slipped in."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what a model is told of it, its arguments, who may call it."""

    name: str
    about: str
    args: type[Args]
    run: Callable[[ToolSession, Any], Result]
    roles: tuple[Role, ...] = tuple(Role)

    def schema(self) -> dict[str, Any]:
        """The arguments as JSON schema."""
        return self.args.model_json_schema()


_TOOLS: dict[str, Tool] = {}


A = TypeVar("A", bound=Args)


def tool(
    name: str, args: type[A], roles: tuple[Role, ...] = tuple(Role)
) -> Callable[[Callable[[ToolSession, A], Result]], Callable[[ToolSession, A], Result]]:
    """Registers a function as a tool; its docstring is what a model reads of it."""

    def register(run: Callable[[ToolSession, A], Result]) -> Callable[[ToolSession, A], Result]:
        _TOOLS[name] = Tool(name, (run.__doc__ or "").strip(), args, run, roles)
        return run

    return register


def tools_for(role: Role) -> dict[str, Tool]:
    """The tools that a role may call, by name."""
    from agent.tools import briefing, firms, monitoring, policies

    assert policies and firms and monitoring and briefing  # they register themselves
    return {name: one for name, one in _TOOLS.items() if role in one.roles}


def call(session: ToolSession, name: str, arguments: Mapping[str, Any]) -> Result:
    """One call. An unknown tool, wrong arguments or an input fault give a `Result` that is not `ok` and
    says what to mend: a model goes on from there, and so does a person.

    Raises:
        StateError: the library cannot be read.
    """
    known = tools_for(session.role)
    found = known.get(name)
    if found is None:
        return Result(msg("tools.unknown", name=name[:60], known="、".join(known)), ok=False)
    try:
        args = found.args.model_validate(dict(arguments))
    except ValidationError as error:
        return Result(msg("tools.bad_args", name=name, faults=faults(error)), ok=False)
    try:
        return found.run(session, args)
    except InputError as error:
        return Result(str(error), ok=False)


def faults(error: ValidationError) -> str:
    """What is wrong with arguments, field by field."""
    said = error.errors(include_url=False, include_input=False)
    return "；".join(f"{'.'.join(str(part) for part in one['loc']) or '-'}: {one['msg']}" for one in said[:5])


def langchain_tools(session: ToolSession) -> list[Any]:
    """The tools of the session's role as LangChain tools: text as content, evidence as artifact."""
    from langchain_core.tools import StructuredTool

    def made(one: Tool) -> Any:
        def run(**arguments: Any) -> tuple[str, tuple[Evidence, ...]]:
            result = call(session, one.name, arguments)
            return result.text, result.evidence

        return StructuredTool.from_function(
            func=run,
            name=one.name,
            description=one.about,
            args_schema=one.args,
            response_format="content_and_artifact",
            handle_validation_error=lambda error: msg(
                "tools.bad_args",
                name=one.name,
                faults=faults(error) if isinstance(error, ValidationError) else str(error),
            ),
        )

    return [made(one) for one in tools_for(session.role).values()]
