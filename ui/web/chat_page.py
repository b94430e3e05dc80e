"""The page 问答 in Gradio. Handlers are thin: one call of the application, then its picture.

This is the only module of the web interface that imports Gradio.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from corpus.errors import InputError
from corpus.messages import msg
from evals.feedback import REASONS
from ui.web.conversations import Conversation, Conversations
from ui.web.evidence import library_facts
from ui.web.examples import CARDS, Card
from ui.web.feedback import MAX_REMARK
from ui.web.guard import COOKIE
from ui.web.render import answer_html, question_html
from ui.web.settings import WebSettings
from ui.web.turns import ROLE, Streams, check_day, check_question, run_turn

_FONTS = "PingFang SC|Hiragino Sans GB|Microsoft YaHei|Noto Sans CJK SC|system-ui|sans-serif"
_NAVY = gr.themes.Color(
    c50="#f2f6fb", c100="#e3ecf7", c200="#c6d8ee", c300="#9dbce0", c400="#6a97cb", c500="#3a70b0",
    c600="#1d4f91", c700="#183f74", c800="#143460", c900="#0f274a", c950="#0a1b34", name="navy",
)  # fmt: skip
_JS_LABELS = ["panel", "close", "loading", "panel_failed", "back", "copied", "copy_failed", "secrecy"]
_JS_FEEDBACK = [
    "ask", "helpful", "unhelpful", "why", "remark", "kept", "submit", "cancel", "withdraw", "sending",
    "failed",
]  # fmt: skip

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

    def all(self) -> list[Any]:
        return [self.conversation_id, self.chat, self.welcome, self.box, self.send, self.stop, self.notice]


def build(page: Page) -> gr.Blocks:
    """The page's Blocks; mount it with `mount`."""
    lang = page.lang
    with gr.Blocks(
        title=msg("web.page_title", lang), analytics_enabled=False, delete_cache=(600, 3600), fill_width=True
    ) as blocks:
        _html(_header(lang), elem_id="zx-header")
        conversation_id = gr.State("")
        with gr.Column(elem_id="zx-main"):
            with gr.Column(elem_id="zx-welcome") as welcome:
                coverage, examples = _welcome(page)
            chat = _chatbot(lang)
        with gr.Column(elem_id="zx-composer"):
            notice = _html("", elem_id="zx-notice")
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
                day = _html(
                    "",
                    html_template=_DAY_TEMPLATE,
                    js_on_load=_DAY_SCRIPT,
                    elem_id="zx-as-of",
                    label=msg("web.as_of", lang),
                    help=msg("web.as_of_help", lang),
                )
                _html(_small_print(lang), elem_id="zx-small")
            retry = gr.Button(msg("web.retry", lang), elem_id="zx-retry-button", visible="hidden")
        parts = Parts(conversation_id, chat, welcome, box, send, stop, notice)
        _wire(blocks, page, parts, day, new, retry, coverage, examples)
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
        theme=_theme(),
        head=_head(lang),
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
        conversation = page.conversations.get(_session(request), conversation_id)
        if conversation.busy:
            conversation.exchanges[-1].stopped = True
        return _picture(page, parts, conversation)

    def renew() -> dict[Any, Any]:
        empty = Conversation("", "")
        return _picture(page, parts, empty) | {parts.box: "", parts.notice: ""}

    parts.stop.click(stop, [parts.conversation_id], parts.all(), cancels=running, **options)
    new.click(renew, None, parts.all(), cancels=running, **options)
    blocks.load(lambda: coverage_html(page), None, [coverage], queue=False, **options)


def _ask_handler(page: Page, parts: Parts) -> Callable[..., AsyncIterator[dict[Any, Any]]]:
    async def ask(
        text: str, day: str, conversation_id: str, request: gr.Request
    ) -> AsyncIterator[dict[Any, Any]]:
        conversation = page.conversations.get(_session(request), conversation_id)
        async for picture in _answer(page, parts, conversation, text, day):
            yield picture

    return ask


def _retry_handler(page: Page, parts: Parts) -> Callable[..., AsyncIterator[dict[Any, Any]]]:
    async def retry(day: str, conversation_id: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        conversation = page.conversations.get(_session(request), conversation_id)
        last = None if conversation.busy else page.conversations.withdraw_last(conversation)
        if last is not None:
            async for picture in _answer(page, parts, conversation, last.question, day):
                yield picture

    return retry


async def _answer(
    page: Page, parts: Parts, conversation: Conversation, text: str, day: str
) -> AsyncIterator[dict[Any, Any]]:
    """Pictures of a turn; an unusable question or date gives a notice and leaves the rest alone."""
    try:
        question = check_question(text, page.settings)
        turn = run_turn(page.assistant, page.conversations, conversation, question, check_day(day), page.lang)
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
        parts.chat: gr.update(value=messages, visible=True if messages else "hidden"),
        parts.welcome: gr.update(visible=not messages),
        parts.send: gr.update(visible="hidden" if running else True),
        parts.stop: gr.update(visible=True if running else "hidden"),
    }


def _session(request: gr.Request) -> str:
    """The browser's session; the guard has made sure that the cookie is there and well formed."""
    return str(dict(request.cookies)[COOKIE])


def _welcome(page: Page) -> tuple[gr.HTML, list[tuple[gr.Button, str]]]:
    lang = page.lang
    title, text = (escape(msg(f"web.welcome_{part}", lang)) for part in ("title", "text"))
    _html(f"<h1>{title}</h1><p>{text}</p>", elem_id="zx-intro")
    examples = []
    with gr.Row(elem_id="zx-cards"):
        for card in CARDS:
            with gr.Column(elem_classes="zx-card", min_width=240):
                _html(_card_head(card, lang))
                for question in card.questions:
                    label = question.zh if lang == "zh" else f"{question.zh}\n{question.en}"
                    examples.append((gr.Button(label, elem_classes="zx-example"), question.zh))
    coverage = _html(coverage_html(page), elem_id="zx-coverage")
    return coverage, examples


def _html(value: str, **options: Any) -> gr.HTML:
    """HTML of ours with our own styles only, in no box."""
    return gr.HTML(value, apply_default_css=False, padding=False, **options)


def _card_head(card: Card, lang: str) -> str:
    name, text = escape(msg(f"web.{card.key}", lang)), escape(msg(f"web.{card.key}_text", lang))
    return f"<h2>{name}</h2><p>{text}</p>"


def coverage_html(page: Page) -> str:
    """What the library covers, for visitors, and the two notices."""
    lang = page.lang
    facts = library_facts(page.assistant.library.catalog, ROLE)
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


def _header(lang: str) -> str:
    other = "en" if lang == "zh" else "zh"
    sizes = "".join(
        f'<button type="button" data-zx-size="{i}" title="{escape(msg(f"web.size_{i}_name", lang))}">'
        f"{escape(msg(f'web.size_{i}', lang))}</button>"
        for i in (1, 2, 3)
    )
    return (
        f'<a class="zx-skip" href="#zx-question">{escape(msg("web.skip", lang))}</a>'
        f'<header><a class="zx-brand" href="/?lang={lang}"><b>{escape(msg("web.name", lang))}</b>'
        f"<span>{escape(msg('web.tagline', lang))}</span></a>"
        f'<div class="zx-sizes" role="group" aria-label="{escape(msg("web.text_size", lang))}">'
        f"<span>{escape(msg('web.text_size', lang))}</span>{sizes}</div>"
        f'<a class="zx-lang" href="/?lang={other}">{escape(msg("web.other_language", lang))}</a></header>'
    )


def _small_print(lang: str) -> str:
    secrecy, label = escape(msg("web.secrecy", lang)), escape(msg("web.ai_label", lang))
    return f"<p><strong>{secrecy}</strong><span>{label}</span></p>"


def _head(lang: str) -> str:
    labels: dict[str, Any] = {name: msg(f"web.{name}", lang) for name in _JS_LABELS}
    labels |= {"ai_label": msg("web.ai_label", lang), "lang": lang}
    labels["feedback"] = {name: msg(f"feedback.{name}", lang) for name in _JS_FEEDBACK} | {
        "reasons": {reason: msg(f"feedback.reason_{reason}", lang) for reason in REASONS},
        "max_remark": MAX_REMARK,
    }
    # in a <meta> and not in a script: markup in a label could not get out of the attribute
    content = escape(json.dumps(labels, ensure_ascii=False), quote=True)
    return (
        f'<meta name="zx-labels" content="{content}">'
        '<link rel="icon" href="/static-zx/favicon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/static-zx/web.css">'
        '<link rel="stylesheet" href="/static-zx/feedback.css">'
        '<script defer src="/static-zx/web.js"></script>'
        '<script defer src="/static-zx/feedback.js"></script>'
    )


def _theme() -> gr.themes.Base:
    fonts = [gr.themes.Font(name) for name in _FONTS.split("|")]
    return gr.themes.Base(
        primary_hue=_NAVY,
        secondary_hue=_NAVY,
        neutral_hue="slate",
        radius_size="sm",
        font=fonts,
        font_mono=fonts,
    )
