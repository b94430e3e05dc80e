"""The page 问答 in Gradio. Handlers are thin: one call of the application, then its picture.

This module and chat_look.py are the only ones of the web interface that import Gradio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from corpus.errors import InputError
from corpus.messages import msg
from corpus.model import Role
from ui.web.chat_look import head, header, html, small_print, theme
from ui.web.conversations import Conversation, Conversations
from ui.web.evidence import library_facts, may_read
from ui.web.examples import CARDS, Card
from ui.web.render import answer_html, question_html
from ui.web.settings import WebSettings
from ui.web.shell.access import Principal, principal_of
from ui.web.turns import Streams, check_day, check_question, run_turn

# Gradio does not hand the address of the page to its events.
_WANTED = "() => (new URL(window.location.href).searchParams.get('c') || '').slice(0, 40)"

# Native date field: named, localised by the browser, usable from the keyboard and on a phone.
_DAY_TEMPLATE = (
    '<label class="zx-day" title="{{help}}"><span>{{label}}</span>'
    '<input type="date" value="{{value}}" min="1990-01-01" max="2099-12-31"></label>'
)
_DAY_SCRIPT = """
element.addEventListener('change', (event) => {
  if (event.target.matches('input[type=date]')) props.value = event.target.value;
});
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What the handlers need to know."""

    assistant: Streams
    conversations: Conversations
    settings: WebSettings
    lang: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that handlers write to."""

    conversation_id: gr.State
    chat: gr.Chatbot
    welcome: gr.Column
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    notice: gr.HTML
    keep: gr.HTML

    def all(self) -> list[Any]:
        return [
            *(self.conversation_id, self.chat, self.welcome, self.box, self.send, self.stop),
            *(self.notice, self.keep),
        ]


def build(page: Page) -> gr.Blocks:
    """The page's Blocks; mount it with `mount`."""
    lang = page.lang
    with gr.Blocks(
        title=msg("web.page_title", lang), analytics_enabled=False, delete_cache=(600, 3600), fill_width=True
    ) as blocks:
        html(header(lang), elem_id="zx-header")
        conversation_id = gr.State("")
        keep = html(_kept(""), elem_id="zx-keep")
        wanted = gr.Textbox(visible="hidden", elem_id="zx-wanted", label="c")
        with gr.Column(elem_id="zx-main"):
            with gr.Column(elem_id="zx-welcome") as welcome:
                coverage, examples = _welcome(page)
            chat = _chatbot(lang)
        with gr.Column(elem_id="zx-composer"):
            notice = html("", elem_id="zx-notice")
            with gr.Row(elem_id="zx-ask"):
                box = gr.Textbox(
                    label=msg("web.question_label", lang),
                    placeholder=msg("web.question_placeholder", lang),
                    container=False,
                    lines=1,
                    max_lines=5,
                    autofocus=True,
                    elem_id="zx-question",
                    scale=1,
                )
                send = gr.Button(msg("web.send", lang), variant="primary", elem_id="zx-send", scale=0)
                stop = gr.Button(msg("web.stop", lang), elem_id="zx-stop", visible="hidden", scale=0)
            with gr.Row(elem_id="zx-tools"):
                new = gr.Button(msg("web.new", lang), size="sm", elem_id="zx-new", scale=0)
                day = html(
                    "",
                    html_template=_DAY_TEMPLATE,
                    js_on_load=_DAY_SCRIPT,
                    elem_id="zx-as-of",
                    label=msg("web.as_of", lang),
                    help=msg("web.as_of_help", lang),
                )
                html(small_print(lang), elem_id="zx-small")
            retry = gr.Button(msg("web.retry", lang), elem_id="zx-retry-button", visible="hidden")
        parts = Parts(conversation_id, chat, welcome, box, send, stop, notice, keep)
        _wire(blocks, page, parts, day, new, retry, coverage, examples, wanted)
    blocks.max_threads = 200
    blocks.state_session_capacity = 2000
    blocks.queue(default_concurrency_limit=8, max_size=200, api_open=False)
    return blocks


def _chatbot(lang: str) -> gr.Chatbot:
    """An output only: what it shows comes from the server each time."""
    return gr.Chatbot(
        label=msg("web.conversation", lang),
        show_label=False,
        container=False,
        elem_id="zx-chat",
        visible="hidden",
        height=None,
        autoscroll=False,
        layout="panel",
        latex_delimiters=[],
        allow_tags=False,
        buttons=[],
        feedback_options=None,
        allow_file_downloads=False,
        group_consecutive_messages=False,
    )


def mount(app: Any, blocks: gr.Blocks, lang: str, path: str) -> None:
    """Mounts the page with everything off that is not needed."""
    gr.mount_gradio_app(
        app,
        blocks,
        path=path,
        theme=theme(),
        head=head(lang),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
        max_file_size="1kb",
        allowed_paths=[],
        blocked_paths=[],
    )
    # Gradio checks that a file reference in event data points to an allowed place only once an app
    # "has launched", and mounting does not set that: any file could be read (tests/ui/web/test_guard.py).
    blocks.has_launched = True


def _wire(
    blocks: gr.Blocks,
    page: Page,
    parts: Parts,
    day: gr.HTML,
    new: gr.Button,
    retry: gr.Button,
    coverage: gr.HTML,
    examples: Sequence[tuple[gr.Button, str]],
    wanted: gr.Textbox,
) -> None:
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    answering = options | {"concurrency_limit": 32, "concurrency_id": "answer"}
    ask = _ask_handler(page, parts)
    running = [
        gr.on(
            [parts.box.submit, parts.send.click],
            ask,
            [parts.box, day, parts.conversation_id],
            parts.all(),
            **answering,
        ),
        retry.click(_retry_handler(page, parts), [day, parts.conversation_id], parts.all(), **answering),
    ]
    for button, question in examples:
        asked = gr.State(question)
        running.append(button.click(ask, [asked, day, parts.conversation_id], parts.all(), **answering))

    def stop(conversation_id: str, request: gr.Request) -> dict[Any, Any]:
        conversation = _conversation(page, request, conversation_id)
        if conversation.busy:
            conversation.exchanges[-1].stopped = True
        return _picture(page, parts, conversation)

    def renew() -> dict[Any, Any]:
        empty = Conversation("", "")
        return _picture(page, parts, empty) | {parts.box: "", parts.notice: ""}

    parts.stop.click(stop, [parts.conversation_id], parts.all(), cancels=running, **options)
    new.click(renew, None, parts.all(), cancels=running, **options)
    blocks.load(_restored(page, parts), [wanted], parts.all(), js=_WANTED, **options)
    blocks.load(_covered(page), None, [coverage], queue=False, **options)


def _ask_handler(page: Page, parts: Parts) -> Callable[..., AsyncIterator[dict[Any, Any]]]:
    async def ask(
        text: str, day: str, conversation_id: str, request: gr.Request
    ) -> AsyncIterator[dict[Any, Any]]:
        conversation = _conversation(page, request, conversation_id)
        async for picture in _answer(page, parts, conversation, text, day, _who(request).role):
            yield picture

    return ask


def _retry_handler(page: Page, parts: Parts) -> Callable[..., AsyncIterator[dict[Any, Any]]]:
    async def retry(day: str, conversation_id: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        conversation = _conversation(page, request, conversation_id)
        last = None if conversation.busy else page.conversations.withdraw_last(conversation)
        if last is not None:
            async for picture in _answer(page, parts, conversation, last.question, day, _who(request).role):
                yield picture

    return retry


async def _answer(
    page: Page, parts: Parts, conversation: Conversation, text: str, day: str, role: Role
) -> AsyncIterator[dict[Any, Any]]:
    """Pictures of a turn; an unusable question or date gives a notice and leaves the rest alone."""
    try:
        question = check_question(text, page.settings)
        turn = run_turn(
            page.assistant, page.conversations, conversation, question, check_day(day), page.lang, role
        )
        first = True
        async for exchange in turn:
            change = {parts.box: "", parts.notice: ""} if first else {}
            first = False
            yield _picture(page, parts, conversation, running=exchange.running) | change
    except InputError as error:
        yield {parts.notice: f'<p role="alert">{escape(error.message(page.lang))}</p>'}


def _picture(
    page: Page, parts: Parts, conversation: Conversation, *, running: bool = False
) -> dict[Any, Any]:
    messages = []
    for exchange in conversation.exchanges:
        messages.append({"role": "user", "content": question_html(exchange)})
        messages.append({"role": "assistant", "content": answer_html(exchange, page.lang)})
    return {
        parts.conversation_id: conversation.conversation_id,
        parts.keep: _kept(conversation.conversation_id if messages else ""),
        parts.chat: gr.update(value=messages, visible=True if messages else "hidden"),
        parts.welcome: gr.update(visible=not messages),
        parts.send: gr.update(visible="hidden" if running else True),
        parts.stop: gr.update(visible=True if running else "hidden"),
    }


def _who(request: gr.Request) -> Principal:
    """The person behind an event, by the guard's session; every event is asked anew."""
    return principal_of(request.request.scope)


def _conversation(page: Page, request: gr.Request, conversation_id: str) -> Conversation:
    """The person's own conversation, or a new one: of somebody else's, of one that is gone, and of one
    whose answers cite what the person may no longer see."""
    me, catalog = _who(request), page.assistant.library.catalog
    found = page.conversations.get(me.owner, conversation_id)
    readable = all(may_read(catalog, exchange, me.role) for exchange in found.exchanges)
    return found if readable else page.conversations.get(me.owner, None)


def _welcome(page: Page) -> tuple[gr.HTML, list[tuple[gr.Button, str]]]:
    lang = page.lang
    title, text = (escape(msg(f"web.welcome_{part}", lang)) for part in ("title", "text"))
    html(f"<h1>{title}</h1><p>{text}</p>", elem_id="zx-intro")
    examples = []
    with gr.Row(elem_id="zx-cards"):
        for card in CARDS:
            with gr.Column(elem_classes="zx-card", min_width=240):
                html(_card_head(card, lang))
                for question in card.questions:
                    label = question.zh if lang == "zh" else f"{question.zh}\n{question.en}"
                    examples.append((gr.Button(label, elem_classes="zx-example"), question.zh))
    coverage = html(coverage_html(page), elem_id="zx-coverage")
    return coverage, examples


def _card_head(card: Card, lang: str) -> str:
    name, text = escape(msg(f"web.{card.key}", lang)), escape(msg(f"web.{card.key}_text", lang))
    return f"<h2>{name}</h2><p>{text}</p>"


def _restored(page: Page, parts: Parts) -> Callable[[str, gr.Request], dict[Any, Any]]:
    """The conversation that the page's address names (`?c=`), where it is the reader's own."""

    def restored(wanted: str, request: gr.Request) -> dict[Any, Any]:
        if not wanted:
            return {parts.notice: ""}
        conversation = _conversation(page, request, wanted)
        return _picture(page, parts, conversation, running=conversation.busy)

    return restored


def _kept(conversation_id: str) -> str:
    """The conversation's id for web.js, which keeps it in the page's address."""
    return f'<span class="zx-keep" hidden>{escape(conversation_id)}</span>'


def _covered(page: Page) -> Callable[[gr.Request], str]:
    def covered(request: gr.Request) -> str:
        return coverage_html(page, _who(request).role)

    return covered


def coverage_html(page: Page, role: Role = Role.VISITOR) -> str:
    """What the library covers, as far as the role may see it, and the two notices."""
    lang = page.lang
    facts = library_facts(page.assistant.library.catalog, role)
    if not facts["documents"]:
        text = msg("web.coverage_empty", lang)
    elif facts["latest"] is None:
        text = msg("web.coverage_undated", lang, count=facts["documents"])
    else:
        text = msg("web.coverage", lang, count=facts["documents"], latest=facts["latest"])
    gap = "" if lang == "zh" else " "
    listed = [
        msg("web.coverage_subject", lang, subject=msg(f"web.{card.key}", lang), count=count)
        for card in CARDS
        if (count := facts["subjects"].get(card.subject))
    ]
    if listed:
        text += gap + msg("web.coverage_subjects", lang, list=("、" if lang == "zh" else ", ").join(listed))
    if facts["samples"]:
        text += gap + msg("web.coverage_samples", lang, count=facts["samples"])
    return f"<p>{escape(text)}</p>"
