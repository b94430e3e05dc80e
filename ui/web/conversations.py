"""What was asked and answered, kept on the server: the browser only shows it and cannot forge it.

Those in use are in memory; all that have ended are in the database (`ui/accounts/history.py`), so that a
restart ends no conversation and those signed in find theirs on another device (docs/accounts.md).
"""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from agent.answer_json import from_json, to_json
from agent.types import Answer, Turn
from corpus.model import Role
from ui.accounts import History, Kept, Usage, Used

log = logging.getLogger("zhixun.web")

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
    """The exchanges of one tab, owned by an account or by one browser session."""

    conversation_id: str
    session: str
    exchanges: list[Exchange] = field(default_factory=list)
    deleted: bool = False  # its owner took it away while an answer was growing

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


def exchange_data(exchange: Exchange) -> dict[str, Any]:
    """An exchange that has ended as plain data. A draft that was not checked is not kept."""
    return {
        "question": exchange.question,
        "as_of": exchange.as_of.isoformat() if exchange.as_of else None,
        "answer_id": exchange.answer_id,
        "asked_on": exchange.asked_on.isoformat(),
        "steps": [asdict(step) for step in exchange.steps],
        "notices": exchange.notices,
        "answer": to_json(exchange.answer) if exchange.answer else None,
        "error": exchange.error,
        "stopped": exchange.stopped,
    }


def exchange_from(data: dict[str, Any]) -> Exchange | None:
    """The exchange again; None where its answer was kept by another version and is not understood."""
    answer = from_json(data["answer"]) if data["answer"] else None
    if data["answer"] and answer is None:
        return None
    return Exchange(
        question=data["question"],
        as_of=date.fromisoformat(data["as_of"]) if data["as_of"] else None,
        answer_id=data["answer_id"],
        asked_on=date.fromisoformat(data["asked_on"]),
        steps=[Step(**step) for step in data["steps"]],
        notices=list(data["notices"]),
        answer=answer,
        error=data["error"],
        stopped=data["stopped"],
    )


def used(exchange: Exchange, role: Role) -> Used:
    """What the usage log takes of an exchange that has ended."""
    answer = exchange.answer
    return Used(
        question=exchange.question,
        status=answer.status if answer else "stopped" if exchange.stopped else "failed",
        role=role,
        ms=answer.timings_ms.get("total") if answer else None,
        doc_id=answer.citations[0].doc_id if answer and answer.citations else None,
    )


class Conversations:
    """All conversations; every look-up names the owner that asks (a `Principal.owner`: the account, else
    the browser's session), and sees only the owner's own.

    Those in use are held in memory, since a growing answer is shown from there. With a `history` each
    exchange that has ended is in the database too, and what is not in memory is read from it.

    Args:
        limit: how many are held in memory; the one that was idle longest is let go first.
        usage: where each answer is counted.
    """

    def __init__(self, limit: int, history: History | None = None, usage: Usage | None = None) -> None:
        self._limit = limit
        self._history = history
        self._usage = usage
        self._all: OrderedDict[str, Conversation] = OrderedDict()
        self._answers: dict[str, tuple[Conversation, Exchange]] = {}
        # One thread: writes stay in order, and none holds up the event loop.
        self._writer = ThreadPoolExecutor(1, "conversations")
        self._last: Future[None] | None = None

    def get(self, session: str, conversation_id: str | None) -> Conversation:
        """The owner's conversation of this id, or a new one."""
        found = self.find(session, conversation_id) if conversation_id else None
        return found or self._hold(Conversation(secrets.token_urlsafe(12), session))

    def find(self, session: str, conversation_id: str) -> Conversation | None:
        """The owner's conversation of this id, from memory or the database."""
        found = self._all.get(conversation_id)
        if found is not None:
            if found.session != session:
                return None
            self._all.move_to_end(conversation_id)
            return found
        if self._history is None:
            return None
        self._written()
        data = self._history.load(session, conversation_id)
        if data is None:
            return None
        read = [exchange for one in data if (exchange := exchange_from(one)) is not None]
        return self._hold(Conversation(conversation_id, session, read))

    def list(self, owner: str, words: str = "") -> list[Kept]:
        """The owner's conversations that are kept, the one used last first; those without a question are
        not among them. With `words` only those that say all of them."""
        if self._history is None:
            return []
        self._written()
        return self._history.search(owner, words) if words.strip() else self._history.owned(owner)

    def kept_days(self, owner: str) -> int:
        """How many days the owner's conversations are kept after their last use."""
        return self._history.days(owner) if self._history is not None else 0

    def delete(self, owner: str, conversation_id: str | None = None) -> int:
        """Deletes a conversation of the owner, or (None) all, here and in the database, where an answer
        that is still growing will not come back to; how many were kept."""
        for found in [one for one in self._all.values() if one.session == owner]:
            if conversation_id in (None, found.conversation_id):
                found.deleted = True
                del self._all[found.conversation_id]
                self._forget(found.exchanges)
        if self._history is None:
            return 0
        return self._writer.submit(self._history.delete, owner, conversation_id).result()

    def begin(self, conversation: Conversation, question: str, as_of: date | None) -> Exchange:
        exchange = Exchange(question, as_of)
        conversation.exchanges.append(exchange)
        self._answers[exchange.answer_id] = (conversation, exchange)
        self._take_out(conversation, conversation.exchanges[:-MAX_EXCHANGES])
        del conversation.exchanges[:-MAX_EXCHANGES]
        return exchange

    def finish(self, conversation: Conversation, exchange: Exchange, role: Role) -> None:
        """Counts an exchange that has ended, and keeps it unless its owner has deleted it meanwhile."""
        if self._usage is not None:
            self._write(self._usage.record, used(exchange, role))
        still_there = any(one is exchange for one in conversation.exchanges)
        if self._history is None or conversation.deleted or not still_there:
            return
        data = exchange_data(exchange)
        title = conversation.exchanges[0].question
        self._write(
            self._history.save,
            conversation.session,
            conversation.conversation_id,
            title,
            exchange.answer_id,
            data,
        )

    def withdraw_last(self, conversation: Conversation) -> Exchange | None:
        """Takes the last exchange back, so that its question can be asked again."""
        if not conversation.exchanges:
            return None
        last = conversation.exchanges.pop()
        self._take_out(conversation, [last])
        return last

    def exchange(self, session: str, answer_id: str) -> Exchange | None:
        """The exchange of this answer, if it is the owner's own."""
        found = self.placed(session, answer_id)
        return found[1] if found else None

    def placed(self, session: str, answer_id: str) -> tuple[Conversation, Exchange] | None:
        """The exchange of this answer with its conversation, if it is the owner's own."""
        found = self._answers.get(answer_id)
        if found is None and self._history is not None:
            self._written()
            kept = self._history.conversation_of(session, answer_id)
            if kept is not None and self.find(session, kept) is not None:
                found = self._answers.get(answer_id)
        return found if found is not None and found[0].session == session else None

    def close(self) -> None:
        """Waits for what is still to be written."""
        self._written()

    def _hold(self, conversation: Conversation) -> Conversation:
        self._all[conversation.conversation_id] = conversation
        for exchange in conversation.exchanges:
            self._answers[exchange.answer_id] = (conversation, exchange)
        while len(self._all) > self._limit:
            _, oldest = self._all.popitem(last=False)
            self._forget(oldest.exchanges)
        return conversation

    def _take_out(self, conversation: Conversation, exchanges: Sequence[Exchange]) -> None:
        self._forget(exchanges)
        if self._history is not None and exchanges:
            self._write(self._history.drop, conversation.session, [one.answer_id for one in exchanges])

    def _forget(self, exchanges: Sequence[Exchange]) -> None:
        for exchange in exchanges:
            self._answers.pop(exchange.answer_id, None)

    def _write(self, change: Callable[..., None], *args: Any) -> None:
        def done() -> None:
            try:
                change(*args)
            except Exception:  # the reader has the answer; only the history lacks it
                log.exception("a conversation could not be kept")

        self._last = self._writer.submit(done)

    def _written(self) -> None:
        """Waits until all that was handed over is in the database."""
        if self._last is not None:
            self._last.result()
