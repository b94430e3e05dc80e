"""The chat's head, theme, labels for its scripts: what stands around the conversation."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import gradio as gr

from corpus.messages import msg
from evals.feedback import REASONS
from ui.web.feedback import MAX_REMARK

_FONTS = "PingFang SC|Hiragino Sans GB|Microsoft YaHei|Noto Sans CJK SC|system-ui|sans-serif"
_NAVY = gr.themes.Color(
    c50="#f2f6fb", c100="#e3ecf7", c200="#c6d8ee", c300="#9dbce0", c400="#6a97cb", c500="#3a70b0",
    c600="#1d4f91", c700="#183f74", c800="#143460", c900="#0f274a", c950="#0a1b34", name="navy",
)  # fmt: skip
_JS_LABELS = [
    "panel",
    "close",
    "loading",
    "panel_failed",
    "back",
    "copied",
    "copy_failed",
    "secrecy",
    "library_page",
]
_JS_FEEDBACK = [
    "ask", "helpful", "unhelpful", "why", "remark", "kept", "submit", "cancel", "withdraw", "sending",
    "failed",
]  # fmt: skip


def html(value: str, **options: Any) -> gr.HTML:
    """HTML of ours with our own styles only, in no box."""
    return gr.HTML(value, apply_default_css=False, padding=False, **options)


def header(lang: str) -> str:
    """The plain head; web.js puts the one of the other pages in its place, which knows who is signed in."""
    return (
        f'<a class="zx-skip" href="#zx-question">{escape(msg("web.skip", lang))}</a>'
        f'<div class="zx-head-place"><header class="site-head"><a class="brand" href="/?lang={lang}">'
        f"<b>{escape(msg('web.name', lang))}</b><span>{escape(msg('web.tagline', lang))}</span></a>"
        "</header></div>"
    )


def small_print(lang: str) -> str:
    secrecy, label = escape(msg("web.secrecy", lang)), escape(msg("web.ai_label", lang))
    return f"<p><strong>{secrecy}</strong><span>{label}</span></p>"


def head(lang: str) -> str:
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
        '<link rel="stylesheet" href="/static-zx/tokens.css">'
        '<link rel="stylesheet" href="/static-zx/head.css">'
        '<link rel="stylesheet" href="/static-zx/web.css">'
        '<link rel="stylesheet" href="/static-zx/feedback.css">'
        '<script defer src="/static-zx/site.js"></script>'
        '<script defer src="/static-zx/web.js"></script>'
        '<script defer src="/static-zx/feedback.js"></script>'
    )


def theme() -> gr.themes.Base:
    fonts = [gr.themes.Font(name) for name in _FONTS.split("|")]
    return gr.themes.Base(
        primary_hue=_NAVY,
        secondary_hue=_NAVY,
        neutral_hue="slate",
        radius_size="sm",
        font=fonts,
        font_mono=fonts,
    )
