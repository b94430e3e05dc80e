"""What was asked and answered, kept on the server: the browser only shows it and cannot forge it.

Held in memory and bounded: a restart ends the conversations (docs/web.md).
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date

from agent.types import Answer, Turn

HISTORY_TURNS = 6  # exchanges that a follow-up question may lean on
MAX_EXCHANGES = 60  # kept of one conversation


@dataclass(slots=True)
class Step:
    """A step that the assistant reported: its label, what it found, milliseconds."""

    label: str
    detail: str = ""
    ms: float | None = None


@dataclass(slots=True)
class Exchange:
    """One question and how far its answer has come.

    Exactly one of `answer`, `error` and `stopped` is set when it has ended; before that `draft`
    grows and may be withdrawn.
    """

    question: str
    as_of: date | None
    answer_id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    asked_on: date = field(default_factory=date.today)
    steps: list[Step] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    draft: str = ""
    answer: Answer | None = None
    error: str | None = None
    stopped: bool = False

    @property
    def running(self) -> bool:
        return self.answer is None and self.error is None and not self.stopped

    @property
    def day(self) -> date:
        """The day for which the answer speaks: the reader's, else the one that the question names."""
        if self.as_of is None and self.answer is not None:
            for tool in self.answer.tools:
                if day := tool["args"].get("as_of"):
                    return date.fromisoformat(day)
        return self.as_of or self.asked_on


@dataclass(slots=True)
class Conversation:
    """The exchanges of one tab, owned by one browser session."""

    conversation_id: str
    session: str
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        return bool(self.exchanges) and self.exchanges[-1].running

    def history(self, before: Exchange | None = None) -> list[Turn]:
        """The answered exchanges, oldest first: all, or those before one of them."""
        turns: list[Turn] = []
        for exchange in self.exchanges:
            if exchange is before:
                break
            if exchange.answer is not None:
                turns += [("user", exchange.question), ("assistant", exchange.answer.answer)]
        return turns[-2 * HISTORY_TURNS :]


class Conversations:
    """All conversations; every look-up names the session that asks, and sees only its own."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._all: OrderedDict[str, Conversation] = OrderedDict()
        self._answers: dict[str, tuple[Conversation, Exchange]] = {}

    def get(self, session: str, conversation_id: str | None) -> Conversation:
        """The session's conversation of this id, or a new one."""
        found = self._all.get(conversation_id or "")
        if found is None or found.session != session:
            found = Conversation(secrets.token_urlsafe(12), session)
            self._all[found.conversation_id] = found
        self._all.move_to_end(found.conversation_id)
        while len(self._all) > self._limit:
            _, oldest = self._all.popitem(last=False)
            self._forget(oldest.exchanges)
        return found

    def begin(self, conversation: Conversation, question: str, as_of: date | None) -> Exchange:
        exchange = Exchange(question, as_of)
        conversation.exchanges.append(exchange)
        self._answers[exchange.answer_id] = (conversation, exchange)
        self._forget(conversation.exchanges[:-MAX_EXCHANGES])
        del conversation.exchanges[:-MAX_EXCHANGES]
        return exchange

    def withdraw_last(self, conversation: Conversation) -> Exchange | None:
        """Takes the last exchange back, so that its question can be asked again."""
        if not conversation.exchanges:
            return None
        last = conversation.exchanges.pop()
        self._forget([last])
        return last

    def exchange(self, session: str, answer_id: str) -> Exchange | None:
        """The exchange of this answer, if it is the session's own."""
        found = self.placed(session, answer_id)
        return found[1] if found else None

    def placed(self, session: str, answer_id: str) -> tuple[Conversation, Exchange] | None:
        """The exchange of this answer with its conversation, if it is the session's own."""
        found = self._answers.get(answer_id)
        return found if found is not None and found[0].session == session else None

    def _forget(self, exchanges: list[Exchange]) -> None:
        for exchange in exchanges:
            self._answers.pop(exchange.answer_id, None)
