"""Settings of the agent."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic_settings import BaseSettings, SettingsConfigDict


class AgentSettings(BaseSettings):
    """`ZHIXUN_MAX_QUESTION` (characters); the rest are thresholds measured in docs/benchmarks.md."""

    model_config = SettingsConfigDict(env_prefix="ZHIXUN_", env_file=".env", extra="ignore")

    max_question: int = 8000
    candidates: int = 24  # units fetched from search
    max_statements: int = 3


@dataclass(frozen=True, slots=True)
class AgentParts:
    """Parts of a turn that can be left out, to measure what each is worth (`zhixun eval ablate`).

    thesaurus: everyday words put into those of the texts. line: refusing where the best clause does
    not speak of the matter (`agent.relevance.answerable`). neighbours: further clauses of the best
    documents. versions: the rule of the year asked about, and what is told of old and new texts; the
    search has its own switch (`index.SearchParts`). llm: the model that puts clauses into its own words,
    where one is configured. registry: questions on projects and indicators answered from their rows
    (`agent.projects`). Verification is no part: it cannot be switched off.
    """

    thesaurus: bool = True
    line: bool = True
    neighbours: bool = True
    versions: bool = True
    llm: bool = True
    registry: bool = True


ALL_PARTS = AgentParts()
