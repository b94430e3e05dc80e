"""From an exchange to HTML for the chat. All text of models, documents and users is escaped here.

The chat shows messages as Markdown; what we give it is one HTML block without blank lines, which
Markdown leaves alone. Only the tags written in this module get in. A citation is a link to
`#cite-<answer id>-<n>`, which the page's script opens (static/web.js).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from agent.types import Citation
from corpus.messages import msg
from ui.web.conversations import Exchange

_CHIP = re.compile(r"\[(\d{1,3})\]")
_HALF_CHIP = re.compile(r"\[\d{0,3}$")
# **“智改数转”**的 is not bold under the CommonMark rules, which were made for spaces between words.
_STRONG = re.compile(r"\*\*(?=\S)([^*\n|]+?)(?<=\S)\*\*")
# A list item that brings its own number, （一） or 1. or ①, needs no bullet.
_NUMBERED = re.compile(
    r"<li>(?=\s*(?:<p>)?\s*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|[一二三四五六七八九十]+、|[①-⑳]))"
)
_OPEN, _SHUT = "\ue000", "\ue001"


def text_html(text: str) -> str:
    """Plain text as HTML on one line. `~` is written as an entity: Markdown would strike through."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return escape(clean).replace("~", "&#126;").replace("\n", "<br>")


def markdown_html(text: str, answer_id: str, known: frozenset[int] | None) -> str:
    """Markdown of an answer as safe HTML with chips for [n].

    Args:
        known: the numbers that have a citation; others are left out, so that nothing can look
            cited that is not. None: a draft, whose chips cannot be opened yet.
    """
    marked = _STRONG.sub(rf"{_OPEN}\1{_SHUT}", text.replace(_OPEN, "").replace(_SHUT, ""))
    html: str = _markdown().render(marked, {"answer_id": answer_id, "known": known})
    html = html.replace(_OPEN, "<strong>").replace(_SHUT, "</strong>").replace("~", "&#126;")
    html = _NUMBERED.sub('<li class="zx-own">', html)
    return re.sub(r"\n{2,}", "\n", html).strip()


def question_html(exchange: Exchange) -> str:
    return f'<div class="zx-question">{text_html(exchange.question)}</div>'


def answer_html(exchange: Exchange, lang: str) -> str:
    """The whole answer side of an exchange: steps, text, sources, notice and actions."""
    parts = [_steps(exchange, lang)]
    if exchange.answer is not None:
        parts += _final(exchange, lang)
    else:
        parts += _unfinished(exchange, lang)
    return '<div class="zx-answer">' + "".join(part.replace("\n", " ") for part in parts) + "</div>"


def _final(exchange: Exchange, lang: str) -> list[str]:
    answer = exchange.answer
    assert answer is not None
    known = frozenset(citation.n for citation in answer.citations)
    parts = []
    if answer.status != "answered":
        word = msg(f"web.status_{answer.status}", lang)
        parts.append(f'<p class="zx-status zx-{answer.status}">{escape(word)}</p>')
    parts.append(f'<div class="zx-text">{markdown_html(answer.answer, exchange.answer_id, known)}</div>')
    parts.append(_hints([*exchange.notices, *answer.warnings], lang))
    if answer.citations:
        parts.append(_sources(answer.citations, exchange.answer_id, lang))
    parts.append(_foot(exchange, lang, copy=True))
    # static/feedback.js puts the buttons in: Gradio's sanitizer lets none of ours through
    parts.append(f'<p class="zx-feedback"><span>{escape(msg("feedback.ask", lang))}</span></p>')
    return parts


def _unfinished(exchange: Exchange, lang: str) -> list[str]:
    parts = []
    draft = _HALF_CHIP.sub("", exchange.draft)
    if draft.strip() and exchange.error is None:
        parts.append(f'<div class="zx-text zx-draft">{markdown_html(draft, exchange.answer_id, None)}</div>')
    parts.append(_hints(exchange.notices, lang))
    if exchange.error is not None:
        parts.append(f'<p class="zx-error">{text_html(exchange.error)}</p>')
    elif exchange.stopped:
        parts.append(f'<p class="zx-error">{escape(msg("web.stopped", lang))}</p>')
    elif draft.strip():
        parts.append(f'<p class="zx-pending">{escape(msg("web.draft", lang))}</p>')
    if not exchange.running:
        parts.append(_foot(exchange, lang, copy=False))
    return parts


def _steps(exchange: Exchange, lang: str) -> str:
    rows = []
    for step in exchange.steps:
        detail = f'<span class="zx-detail">{text_html(step.detail)}</span>' if step.detail else ""
        took = f'<span class="zx-ms">{_seconds(step.ms)} s</span>' if step.ms is not None else ""
        rows.append(f"<li><span>{text_html(step.label)}</span>{detail}{took}</li>")
    listed = f"<ol>{''.join(rows)}</ol>" if rows else ""
    if exchange.running:
        word = escape(msg("web.steps_running", lang))
        return f'<div class="zx-steps zx-live"><p><span class="zx-spin"></span>{word}</p>{listed}</div>'
    if not rows:
        return ""
    answer = exchange.answer
    total = (answer.timings_ms.get("total") if answer else None) or sum(s.ms or 0 for s in exchange.steps)
    word = msg("web.steps_done", lang, count=len(rows), seconds=_seconds(total))
    return f'<details class="zx-steps"><summary>{escape(word)}</summary>{listed}</details>'


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.2f}" if ms >= 10 else "0.01"


def _sources(citations: Sequence[Citation], answer_id: str, lang: str) -> str:
    rows = []
    for citation in citations:
        place = " ".join(part for part in (citation.doc_number, citation.clause) if part)
        rows.append(
            f'<li><a class="zx-source" href="#cite-{answer_id}-{citation.n}">'
            f'<span class="zx-n">{citation.n}</span><span class="zx-what">'
            f'<span class="zx-title">{text_html(citation.title)}</span> '
            f'<span class="zx-place">{text_html(place)}</span> {badge_html(citation.validity, lang)}'
            "</span></a></li>"
        )
    head = escape(msg("web.sources", lang))
    return f'<div class="zx-sources"><p class="zx-head">{head}</p><ol>{"".join(rows)}</ol></div>'


def badge_html(validity: str, lang: str) -> str:
    """A badge that carries its word; colour only repeats it."""
    code = validity if validity in ("in_force", "not_yet", "expired", "repealed") else "unknown"
    return f'<span class="zx-badge zx-{code}">{escape(msg(f"web.validity_{code}", lang))}</span>'


def _hints(texts: Sequence[str], lang: str) -> str:
    if not texts:
        return ""
    rows = "".join(f"<li>{text_html(text)}</li>" for text in dict.fromkeys(texts))
    return f'<div class="zx-hint"><strong>{escape(msg("web.hint", lang))}</strong><ul>{rows}</ul></div>'


def _foot(exchange: Exchange, lang: str, *, copy: bool) -> str:
    label = escape(msg("web.ai_label", lang))
    day = escape(msg("web.answered_as_of", lang, day=exchange.day.isoformat()))
    links = f'<a class="zx-retry" href="#retry">{escape(msg("web.retry", lang))}</a>'
    if copy:
        link = f'<a class="zx-copy" href="#copy-{exchange.answer_id}">{escape(msg("web.copy", lang))}</a>'
        appeal = escape(msg("web.appeal", lang))
        # to a person, with what was asked and answered (ui/web/desk)
        links = f'{link}<a class="zx-appeal" href="/appeal?about={exchange.answer_id}">{appeal}</a>{links}'
    notice = f'<p class="zx-label">{label} <span>{day}</span></p>'
    return f'<div class="zx-foot">{notice if copy else ""}<p class="zx-actions">{links}</p></div>'


def plain_text(exchange: Exchange, lang: str) -> str:
    """The answer as text to paste elsewhere: question, answer, sources and the AI notice."""
    answer = exchange.answer
    assert answer is not None
    lines = [msg("web.copy_question", lang, question=exchange.question), "", answer.answer.replace("**", "")]
    lines += [f"{msg('web.hint', lang)}：{text}" for text in dict.fromkeys(answer.warnings)]
    if answer.citations:
        lines += ["", msg("web.sources", lang)]
    for citation in answer.citations:
        number = f"（{citation.doc_number}）" if citation.doc_number else ""
        validity = msg(f"web.validity_{citation.validity}", lang)
        lines.append(f"[{citation.n}] 《{citation.title}》{number}{citation.clause or ''} {validity}")
        lines.append(f"    {' '.join(citation.quote.split())}")
    day = msg("web.answered_as_of", lang, day=exchange.day.isoformat())
    lines += ["", f"{msg('web.ai_label', lang)}{day}"]
    return "\n".join(lines)


@cache
def _markdown() -> MarkdownIt:
    # commonmark without raw HTML, links, images and references: nothing of the text can point anywhere
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    markdown.disable(["link", "image", "autolink", "reference", "html_block", "html_inline", "fence", "code"])
    markdown.add_render_rule("text", _text_with_chips)
    return markdown


def _text_with_chips(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, Any]
) -> str:
    out = []
    at = 0
    content = tokens[index].content
    for match in _CHIP.finditer(content):
        out.append(escape(content[at : match.start()]))
        out.append(_chip(int(match[1]), env["answer_id"], env["known"]))
        at = match.end()
    return "".join(out) + escape(content[at:])


def _chip(n: int, answer_id: str, known: frozenset[int] | None) -> str:
    if known is None:
        return f'<span class="zx-chip">{n}</span>'
    return f'<a class="zx-chip" href="#cite-{answer_id}-{n}">{n}</a>' if n in known else ""
